"""The one table of what travels between Python and the page.

Python builds these dicts, the page reads them as the TypeScript types of `frontend/src/shared/messages.ts`, which
`python -m tests.messages` writes from this file; a test fails while the two differ. Nothing is computed here, and no
other module of ours is imported.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from typing_extensions import NotRequired

# Plain data as JSON carries it (on the page: `Json`).
Json = Any
# Sizes with the batch first, None where a size is free.
Shape = list["int | None"]
Point = list[float]

Family = Literal["io", "conv", "pool", "core", "norm", "reg", "rec", "merge", "shape"]
State = Literal["ok", "wrong", "waiting"]
Severity = Literal["error", "warning"]
Kind = Literal["Sequential", "Model"]


# The palette and the search.


class LayerEntry(TypedDict):
    """A layer class as the palette offers it. words: everyday names it is found by."""

    class_name: str
    title: str
    help: str
    family: Family
    old_names: list[str]
    words: list[str]
    inputs: Literal[0, 1, "many"]


class LayerGroup(TypedDict):
    name: str
    title: str
    layers: list[LayerEntry]


class TemplateEntry(TypedDict):
    """sketch: the widths of the template's rows, 0 to 1, for its thumbnail; two numbers stand beside each other."""

    name: str
    title: str
    help: str
    layers: int
    sketch: list[list[float]]


class Catalogue(TypedDict):
    """often: class names that are used most, in order."""

    often: list[str]
    groups: list[LayerGroup]
    templates: list[TemplateEntry]


class BlockEntry(TypedDict):
    """A block of one's own in the palette."""

    name: str
    layers: int
    help: str


class SearchRow(TypedDict):
    """One line of the search box. go: the node to go to instead of adding. command: what adding it means.

    section: "fits", "old" (found by an old name), "change" (fits after `change`, or needs what it says), "model" (is in
    the model), "block". unused: what was typed and has no place in this layer, each with its reason.
    """

    section: Literal["fits", "old", "change", "model", "block"]
    class_name: str
    title: str
    family: Family
    line: str
    shape: Shape | None
    settings: dict[str, Json]
    unused: list[str]
    old_name: str | None
    change: str | None
    command: dict[str, Json] | None
    go: str | None


class FoldedRows(TypedDict):
    """Layers that do not fit as they are. count: of all of them, shown or not. at: before which row the others stand."""

    count: int
    at: int


class SearchAnswer(TypedDict):
    """after: title of the layer that a row would be wired to. folded: None where every row is shown anyway."""

    rows: list[SearchRow]
    after: str | None
    folded: FoldedRows | None


class LayerChange(TypedDict):
    """What a command would change of a layer that is there: before and after, None where it stays."""

    title: str
    shapes: list[Shape] | None
    parameters: list[int] | None


class NewLayer(TypedDict):
    """A layer that is about to be added. fields: the settings that matter first. line: as its card would say them."""

    fields: list[Field]
    line: str
    shape: Shape | list[Shape] | None


class Consequences(TypedDict):
    """What a command would do to the rest of the graph, tried on a copy. impossible: why it cannot be carried out.

    layer: the new one, where it makes one. changed: the first layers that would be different, more: how many others.
    parameters: of the model, before and after; None where layers begin or cease to wait, whose parameters nobody knows.
    needs: what the new layer would still lack, a shape or a wire. appear, vanish: sentences about what would become
    wrong, and right. waiting: how many layers would have to wait for any of that.
    """

    impossible: str | None
    layer: NewLayer | None
    changed: list[LayerChange]
    more: int
    parameters: list[int] | None
    needs: list[str]
    appear: list[str]
    vanish: list[str]
    waiting: int


# The canvas.


class Fold(TypedDict):
    """Several nodes shown as one card. times: how often the block repeats."""

    times: int
    nodes: list[str]


class Card(TypedDict):
    """A node of the canvas: one call of a layer, or a fold. Places are sent apart, so that a move is a small message.

    id: "dense_1@0", or "fold:" and the id of its first node. line: the settings that matter. says: the sentence of a
    fault, or what it waits for. short: the fault in the few words that a card has room for. work: floating point
    operations a sample. memory: bytes of its results a sample. uses: how many calls the layer has. inside: the frame in
    which it stands, the innermost. opens: whether its layers can be shown in its place. closed: of a card that holds
    layers which cannot, why, and where they are edited.
    """

    id: str
    layer: str
    call: int
    class_name: str
    title: str
    family: Family
    line: str
    shape: Shape | list[Shape] | None
    parameters: int
    work: int
    memory: int
    inputs: Literal[0, 1, "many"]
    ports: int
    state: State
    says: str | None
    short: str | None
    output: bool
    frozen: bool
    bypassed: bool
    uses: int
    fold: Fold | None
    inside: str | None
    opens: bool
    closed: str | None


class Wire(TypedDict):
    """From the output of card `source` to input `index` of card `target`. points: corners of its way, ends included.

    shape: written on the wire only where it differs from the card above.
    """

    id: str
    source: str
    target: str
    index: int
    shape: Shape | None
    points: list[Point]
    wrong: bool


class Frame(TypedDict):
    """The outline of an opened fold, or of an opened nested model (block): then id is its node. inside: the frame around it.

    more: further rectangles of it (left, top, width, height), where one round all would hold cards that are not in it.
    """

    id: str
    title: str
    times: int
    block: bool
    inside: str | None
    x: float
    y: float
    width: float
    height: float
    more: list[list[float]]


class Note(TypedDict):
    id: str
    text: str
    x: float
    y: float
    width: float
    height: float


class MendOffer(TypedDict):
    """details: what it changes, in words."""

    id: str
    label: str
    details: str | None


class Problem(TypedDict):
    """node: None for the whole graph. title: the class of the layer, layer: its name; None for the whole graph."""

    id: str
    node: str | None
    layer: str | None
    title: str | None
    sentence: str
    hint: str | None
    severity: Severity
    mends: list[MendOffer]


class Totals(TypedDict):
    """work: floating point operations a sample. memory: bytes of all results a sample. weights: bytes of the weights."""

    layers: int
    parameters: int
    trainable: int
    work: int
    memory: int
    weights: int


class Head(TypedDict):
    """What belongs to the whole graph. locked: why it cannot be edited now. folds: how many can be opened, opened or not."""

    version: int
    kind: Kind
    name: str
    totals: Totals
    undo: str | None
    redo: str | None
    locked: str | None
    folds: int
    opened: int
    frames: list[Frame]
    notes: list[Note]
    problems: list[Problem]


class GraphChange(TypedDict):
    """What changed between two states of the canvas; `before` None: the whole. Lists hold what is new or different.

    order: ids of all cards, where it changed. gone: ids of cards that are no more; gone_wires: of wires.
    """

    kind: Literal["graph"]
    before: int | None
    serial: int
    head: Head | None
    cards: list[Card]
    wires: list[Wire]
    places: dict[str, Point]
    order: list[str] | None
    gone: list[str]
    gone_wires: list[str]


# Forms.


class Control(TypedDict):
    """minimum, maximum: allowed themselves; above, below: not."""

    kind: Literal["integer", "number", "choice", "switch", "integers", "text"]
    options: NotRequired[list[str]]
    minimum: NotRequired[float]
    maximum: NotRequired[float]
    above: NotRequired[float]
    below: NotRequired[float]
    length: NotRequired[int | None]
    optional: NotRequired[bool]


class Field(TypedDict):
    """A setting. name: the name in code; with a path ("layer.units") for a layer inside. label: in words.

    shared: "2 of 3" where only some of the chosen layers have it. mixed: their values differ; `values` lists them.
    """

    name: str
    label: str
    help: str
    control: Control
    value: Json
    default: Json
    old_names: list[str]
    mixed: bool
    values: NotRequired[str]
    shared: NotRequired[str]


class Section(TypedDict):
    """Fields under a title; the first section of a form has none and is always open."""

    title: str
    fields: list[Field]


class Weight(TypedDict):
    name: str
    shape: Shape


class Use(TypedDict):
    """A call of a shared layer: the node, and the names of the layers before it."""

    node: str
    after: list[str]


class Form(TypedDict):
    """The settings of one layer, or what several have in common. wrapper: None, or the class around the layer.

    wrappers: classes that may be put around it. inner: the form of the layer inside, its field names with a path.
    """

    layers: list[str]
    nodes: list[str]
    class_name: str | None
    title: str
    summary: str
    family: Family
    help: str
    name: str | None
    shape: Shape | list[Shape] | None
    sections: list[Section]
    wrapper: str | None
    wrappers: list[str]
    inner: Form | None
    weights: list[Weight]
    uses: list[Use]
    parameters: int
    work: int
    memory: int
    frozen: bool | None
    bypassed: bool | None
    output: bool | None


class Why(TypedDict):
    """Why a layer's output has its shape: `lines` are sentences with this graph's numbers, one a dimension or rule."""

    shape: Shape | list[Shape] | None
    lines: list[str]


class Forecast(TypedDict):
    """On this machine, before the start. seconds: of an epoch, None while unknown. memory: bytes at the peak.

    basis: "measured" (some batches were tried), "estimated" (from the work and this machine's speed).
    """

    seconds: float | None
    memory: int | None
    samples: int | None
    basis: Literal["measured", "estimated"] | None


# Text, data, training.


class Texts(TypedDict):
    version: int
    yaml: str
    json: str
    python: str


class ArrayEntry(TypedDict):
    key: str
    shape: list[int]
    dtype: str


class Source(TypedDict):
    name: str
    kind: str
    arrays: list[ArrayEntry]


class Data(TypedDict):
    sources: list[Source]
    source: str | None
    inputs: dict[str, str | None]
    targets: dict[str, str | None]
    validation_split: float
    problems: list[DataProblem]
    expected: dict[str, Shape | None]
    samples: int | None


class DataProblem(TypedDict):
    """A sentence about data that do not fit; mends as those of the graph."""

    id: str
    sentence: str
    mends: list[MendOffer]


class ClassCount(TypedDict):
    """A class of a target and how many rows have it."""

    name: str
    count: int


class ArrayFacts(TypedDict):
    """What is in an array. whole: the figures are those of all its elements, not of a part or of none.

    missing: elements that are no finite number. histogram: counts in equal steps from minimum to maximum. rows: which
    rows the samples are. samples: pictures as (height, width, 1 or 3) numbers from 0 to 255, series as (steps,
    features), numbers as lists, classes and text as words; None for a number that is not finite.
    """

    shape: list[int]
    dtype: str
    bytes: int
    whole: bool
    kind: Literal["pictures", "series", "numbers", "classes", "text"]
    minimum: float | None
    maximum: float | None
    mean: float | None
    missing: int | None
    classes: list[ClassCount] | None
    histogram: list[int] | None
    rows: list[int]
    samples: list[Json]


class Optimizer(TypedDict):
    class_name: str
    config: dict[str, Json]


class Training(TypedDict):
    """How it trains. fields: all settings that an experiment's `training` has, and the learning rate if there is one.

    of_optimizer: the optimizer's other settings. loss: of each output, None for one without. The rest are values that the
    page needs as such.
    """

    fields: list[Field]
    optimizer: Optimizer
    of_optimizer: list[Field]
    loss: dict[str, str | None]
    learning_rate: float | None
    epochs: int
    batch_size: int


# The run.

RunState = Literal["idle", "running", "paused", "stopping", "stopped", "finished", "failed"]
Phase = Literal["batch", "train", "validation"]


class RunSeries(TypedDict):
    name: str
    phase: Phase
    points: int


TroubleKind = Literal["nan", "infinite", "growing", "worse", "lost", "guess"]


class Mark(TypedDict):
    """Something that happened at `x` epochs: the rate changed, the run stopped, the best epoch, or a trouble of its kind.

    text: as it stands on a chart, a word or two. says: the whole of it.
    """

    kind: Literal["rate", "stop", "best"] | TroubleKind
    x: float
    text: str
    says: str


class Best(TypedDict):
    """Best value of a metric and the epoch (from 1) after which it stood."""

    metric: str
    value: float
    epoch: int


class Trouble(TypedDict):
    """A run that diverged: where, in words, and what to do.

    kind: "nan", "infinite" (what the loss has become), "growing" (without end), "worse" (than at the start), "lost" (what had been
    learnt), "guess" (no better than a constant guess).
    lower: the rate that a restart from the page would take, a tenth of the present one; None where it cannot be done.
    """

    kind: TroubleKind
    sentence: str
    hint: str
    epoch: int
    batch: int
    lower: float | None


class Conclusion(TypedDict):
    """What a run came to. settings: those that say what was trained, as text. test: the test set's values, if any."""

    best: list[Best]
    last: dict[str, float | None]
    test: dict[str, float | None] | None
    seconds: float
    epochs: int
    parameters: int
    settings: list[str]


class Run(TypedDict):
    """blocking: a `fit` in a cell, which cannot hear buttons. stale: the model was changed since, in words.

    starts: what Start would do now: "first" (new weights), "continue" (goes on at epoch `next_epoch`). logs: None for
    a value that is no number. weights_from: the file whose weights the model has, or had when it began to train.
    """

    id: str | None
    state: RunState
    epoch: int
    epochs: int
    batch: int
    batches: int | None
    samples_per_second: float | None
    seconds: float
    seconds_left: float | None
    learning_rate: float | None
    message: str
    series: list[RunSeries]
    logs: dict[str, float | None]
    changes: dict[str, float]
    best: list[Best]
    marks: list[Mark]
    trouble: Trouble | None
    conclusion: Conclusion | None
    stale: str | None
    blocking: bool
    starts: Literal["first", "continue"]
    next_epoch: int
    cost: float | None
    error: str | None
    weights_from: str | None


class RunRow(TypedDict):
    """A line of the table of runs. differs: what is not as in the run before, in words."""

    id: str
    number: int
    differs: str
    epochs: int
    planned: int
    values: dict[str, float | None]
    seconds: float
    state: RunState


class PiecesHead(TypedDict):
    name: str
    phase: Phase
    start: int
    count: int


class Points(TypedDict):
    """Pieces of curves; the xs and ys of each follow as float32 buffers. start 0 replaces what the page has."""

    kind: Literal["points"]
    run: str | None
    series: list[PiecesHead]


# What the page sees without asking: traits by name. What it may ask stands in gestures.py.


class States(TypedDict):
    """before: the model that an earlier run of the same cell had built, in words; it can be brought back."""

    view: Literal["builder", "dashboard"]
    catalogue: Catalogue
    blocks: list[BlockEntry]
    data: Data
    training: Training
    run: Run
    runs: list[RunRow]
    forecast: Forecast
    before: str | None
    log: list[str]


class Refusal(TypedDict):
    """Why a gesture was refused. field: the setting meant. line, column: the place in a text, from 1."""

    refused: str
    hint: NotRequired[str | None]
    field: NotRequired[str | None]
    line: NotRequired[int | None]
    column: NotRequired[int | None]


class Done(TypedDict):
    """A command was carried out; nodes: what it made or touched, for the selection. label: words of the undo list.

    says: what was done otherwise than asked, and why.
    """

    version: NotRequired[int]
    label: NotRequired[str]
    nodes: NotRequired[list[str]]
    says: NotRequired[str]


class Join(TypedDict):
    """A merge that a wire may end in. shape: of what comes out. says: why it does not fit."""

    class_name: str
    shape: Shape | None
    says: str | None


class JoinsAnswer(TypedDict):
    """taken: the layer whose wire the target has now."""

    joins: list[Join]
    taken: str | None


class Fragment(TypedDict):
    """Copied layers as YAML text."""

    text: str
    layers: int


class File(TypedDict):
    """The bytes follow as a buffer."""

    filename: str
    mime: str


class TextAnswer(TypedDict):
    texts: Texts


class YamlAnswer(TypedDict):
    yaml: str


class FormAnswer(TypedDict):
    form: Form | None


class WhyAnswer(TypedDict):
    why: Why


class ForecastAnswer(TypedDict):
    forecast: Forecast


class FactsAnswer(TypedDict):
    facts: ArrayFacts


class Nothing(TypedDict):
    pass
