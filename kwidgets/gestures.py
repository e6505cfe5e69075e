"""What the page may ask of Python: for every gesture what comes with it and what is answered.

Around the details the envelope has `do` (the gesture), `id` (of the question) and `seen` (the version on the screen).

`Gestures` is the table: name -> (details, answer). The page's `ask` is typed by it (shared/messages.ts is written from
this file too), and a test holds the gestures that the views answer against it. Details are checked by whoever carries
them out: what comes from a page is never trusted to be as it is written here.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

from .graph_gestures import (
    Add,
    AddBlock,
    AddNote,
    AddWith,
    Align,
    ApplyMend,
    Bypass,
    Connect,
    Distribute,
    Ends,
    Freeze,
    Group,
    Insert,
    MarkOutput,
    Merge,
    Move,
    PasteLayers,
    Remove,
    Rename,
    Reorder,
    Replace,
    SaveBlock,
    SetField,
    SetNote,
    SomeWires,
    UseAgain,
    Wrap,
)
from .messages import (
    BreaksAnswer,
    BreaksOf,
    CheckAnswer,
    Completions,
    Consequences,
    DevicesAnswer,
    Dialect,
    Done,
    FactsAnswer,
    FetchAnswer,
    File,
    FormAnswer,
    Fragment,
    GraphChange,
    InsideAnswer,
    JoinsAnswer,
    Json,
    LookInside,
    MeaningAnswer,
    ModelsAnswer,
    Nothing,
    Points,
    ProbeAnswer,
    ProbeOf,
    ResultsAnswer,
    ResultView,
    RunComparison,
    RunCurves,
    RunDetails,
    RunList,
    SampleGroup,
    SampleInside,
    ScriptAnswer,
    SearchAnswer,
    SignalsAnswer,
    SignalsOf,
    SinceAnswer,
    SplitAnswer,
    StepPreview,
    StepsAnswer,
    StepsOf,
    StillPicture,
    Swept,
    TableLook,
    TextAnswer,
    TriedSample,
    VersionsAnswer,
    WhyAnswer,
    YamlAnswer,
)
from .result_gestures import (
    LeaveOut,
    MarkSamples,
    ResultPicture,
    ResultsOf,
    SampleOf,
    SamplesOf,
    TrySample,
    ViewOf,
)
from .run_gestures import (
    CurvesOf,
    HideRuns,
    NoteRun,
    PinCheckpoint,
    RunEpoch,
    RunName,
    RunNames,
    RunsSince,
    Sweep,
    TagRun,
)
from .table_gestures import (
    AddTableStep,
    FetchSet,
    MendTable,
    MoveTableStep,
    OneTableStep,
    PictureTable,
    SetTableSplit,
    SetTableStep,
    SetTarget,
    TableLookOf,
    TableStepOf,
    UseColumn,
    ValidationSource,
)
from .text_gestures import AtLetter, CheckText, Paste, TextsOf


class OneNode(TypedDict):
    node: str


class SomeNodes(TypedDict):
    nodes: list[str]


class Named(TypedDict):
    name: str


class OneNote(TypedDict):
    note: str


# Looking.


class SearchFor(TypedDict):
    """find: only what is in the model. all: also every layer that does not fit as it is."""

    text: str
    after: str | None
    wire: str | None
    find: NotRequired[bool]
    all: NotRequired[bool]


class TryOut(TypedDict):
    """command: a gesture that adds something, with `do` and its details."""

    command: dict[str, Json]


class CanvasSize(TypedDict):
    """Width and height in pixels of the screen, at zoom 1."""

    width: float
    height: float


class OpenFold(TypedDict):
    """fold: the id of a fold, or the node of a nested model."""

    fold: str
    open: bool


class OpenAll(TypedDict):
    open: bool


class ArrayKey(TypedDict):
    """source, shape, times: how the page knows the array, so that it asks again after a cell has changed it; not read."""

    key: str
    source: NotRequired[str | None]
    shape: NotRequired[list[int]]
    times: NotRequired[int]


# The whole document.


class ChosenSource(TypedDict):
    """A source among those that are offered."""

    kind: str
    name: str


class SetData(TypedDict):
    source: NotRequired[ChosenSource]
    inputs: NotRequired[dict[str, str | None]]
    targets: NotRequired[dict[str, str | None]]
    validation_split: NotRequired[Json]
    validation: NotRequired[dict[str, str] | None]


class SetTraining(TypedDict):
    optimizer: NotRequired[Json]
    learning_rate: NotRequired[Json]
    loss: NotRequired[Json]
    metrics: NotRequired[Json]
    epochs: NotRequired[Json]
    batch_size: NotRequired[Json]
    shuffle: NotRequired[Json]
    seed: NotRequired[Json]
    device: NotRequired[Json]
    precision: NotRequired[Json]
    processes: NotRequired[Json]
    terminate_on_nan: NotRequired[Json]


class New(TypedDict):
    kind: NotRequired[str]


class SetKind(TypedDict):
    kind: str


class FromArrays(TypedDict):
    """source, kind: a ready set, file or frame; without one the notebook's arrays. input, target: keys, else the likeliest."""

    source: NotRequired[str]
    kind: NotRequired[str]
    input: NotRequired[str]
    target: NotRequired[str]


class Export(TypedDict):
    """dialect: of the Python; without one, the engine's."""

    what: Literal["yaml", "json", "python", "svg", "png", "pdf", "weights", "history"]
    dialect: NotRequired[Dialect | None]


class OpenData(TypedDict):
    """mend: leave out what is broken in it."""

    path: str
    mend: NotRequired[bool]


class OpenModel(TypedDict):
    """A file on the kernel's machine: a model's text, a model with its weights (.h5), a picture that carries a model."""

    path: str


class OpenFile(TypedDict):
    """A file that was dropped or chosen in the page; its content is the message's one buffer. name: without folders."""

    name: str


class LoadWeights(TypedDict):
    """A file of weights on the kernel's machine."""

    path: str


class VersionNumber(TypedDict):
    """version: a number of `VersionEntry`."""

    version: int


class SavedAt(TypedDict):
    """How the page knows what was saved, so that it asks again after another saving; not read."""

    saved: float | None


# The run.


class Start(TypedDict):
    mode: NotRequired[Literal["continue", "again"] | None]


class Rate(TypedDict):
    value: Json


class SplitOf(TypedDict):
    """How the page knows the split, so that it asks again when it is another; not read."""

    arrays: list[str]
    source: NotRequired[str | None]
    share: NotRequired[float]
    times: NotRequired[int]
    measured: NotRequired[str]


class Gestures(TypedDict):
    """Gesture -> (details, answer)."""

    graph: tuple[Nothing, GraphChange]
    points: tuple[Nothing, Points]
    run_points: tuple[RunName, Points]
    list_runs: tuple[RunsSince, RunList]
    run_details: tuple[RunName, RunDetails]
    run_curves: tuple[CurvesOf, RunCurves]
    compare_runs: tuple[RunNames, RunComparison]
    still: tuple[Nothing, StillPicture]
    form: tuple[SomeNodes, FormAnswer]
    why: tuple[OneNode, WhyAnswer]
    texts: tuple[TextsOf, TextAnswer]
    script: tuple[Nothing, ScriptAnswer]
    check_text: tuple[CheckText, CheckAnswer]
    completions: tuple[AtLetter, Completions]
    meaning: tuple[AtLetter, MeaningAnswer]
    models: tuple[Nothing, ModelsAnswer]
    yaml: tuple[Nothing, YamlAnswer]
    search: tuple[SearchFor, SearchAnswer]
    consequences: tuple[TryOut, Consequences]
    copy: tuple[SomeNodes, Fragment]
    joins: tuple[Ends, JoinsAnswer]
    array_facts: tuple[ArrayKey, FactsAnswer]
    split: tuple[SplitOf, SplitAnswer]
    export: tuple[Export, File]
    canvas: tuple[CanvasSize, Done]
    open_fold: tuple[OpenFold, Done]
    open_all: tuple[OpenAll, Done]
    reveal: tuple[OneNode, Done]

    add: tuple[Add, Done]
    add_with: tuple[AddWith, Done]
    add_block: tuple[AddBlock, Done]
    save_block: tuple[SaveBlock, Done]
    remove_block: tuple[Named, Done]
    remove: tuple[Remove, Done]
    cut: tuple[SomeNodes, Done]
    duplicate: tuple[SomeNodes, Done]
    paste_layers: tuple[PasteLayers, Done]
    connect: tuple[Connect, Done]
    connect_or_merge: tuple[Merge, Done]
    disconnect: tuple[SomeWires, Done]
    reorder: tuple[Reorder, Done]
    insert: tuple[Insert, Done]
    use_again: tuple[UseAgain, Done]
    move: tuple[Move, Done]
    arrange: tuple[Nothing, Done]
    align: tuple[Align, Done]
    distribute: tuple[Distribute, Done]
    mark_output: tuple[MarkOutput, Done]
    replace: tuple[Replace, Done]
    freeze: tuple[Freeze, Done]
    bypass: tuple[Bypass, Done]
    group: tuple[Group, Done]
    ungroup: tuple[OneNode, Done]
    wrap: tuple[Wrap, Done]
    set: tuple[SetField, Done]
    rename: tuple[Rename, Done]
    note: tuple[AddNote, Done]
    set_note: tuple[SetNote, Done]
    remove_note: tuple[OneNote, Done]
    mend: tuple[ApplyMend, Done]
    mend_data: tuple[ApplyMend, Done]

    inside: tuple[LookInside, InsideAnswer]
    probe: tuple[ProbeOf, ProbeAnswer]
    signals: tuple[SignalsOf, SignalsAnswer]
    since: tuple[OneNode, SinceAnswer]
    steps: tuple[StepsOf, StepsAnswer]
    breaks: tuple[BreaksOf, BreaksAnswer]

    set_data: tuple[SetData, Done]
    set_training: tuple[SetTraining, Done]
    devices: tuple[Nothing, DevicesAnswer]
    new: tuple[New, Done]
    set_kind: tuple[SetKind, Done]
    name_model: tuple[Named, Done]
    template: tuple[Named, Done]
    paste: tuple[Paste, Done]
    choose_model: tuple[Named, Done]
    undo: tuple[Nothing, Done]
    redo: tuple[Nothing, Done]
    from_arrays: tuple[FromArrays, Done]
    bring_back: tuple[Nothing, Done]
    versions: tuple[SavedAt, VersionsAnswer]
    open_version: tuple[VersionNumber, Done]
    rename_document: tuple[Named, Nothing]
    save_copy: tuple[Nothing, Nothing]
    take_over: tuple[Nothing, Nothing]
    close_notice: tuple[Nothing, Nothing]
    open_model: tuple[OpenModel, Done]
    open_file: tuple[OpenFile, Done]
    load_weights: tuple[LoadWeights, Nothing]
    open_data: tuple[OpenData, Done]
    set_target: tuple[SetTarget, Done]
    mend_table: tuple[MendTable, Done]
    set_picture_table: tuple[PictureTable, Done]
    set_validation_source: tuple[ValidationSource, Done]
    add_table_step: tuple[AddTableStep, Done]
    set_table_step: tuple[SetTableStep, Done]
    remove_table_step: tuple[OneTableStep, Done]
    move_table_step: tuple[MoveTableStep, Done]
    use_column: tuple[UseColumn, Done]
    set_table_split: tuple[SetTableSplit, Done]
    table_step: tuple[TableStepOf, StepPreview]
    table_look: tuple[TableLookOf, TableLook]
    fetch_set: tuple[FetchSet, FetchAnswer]
    refresh_data: tuple[Nothing, Done]

    start: tuple[Start, Done]
    train_folds: tuple[Nothing, Nothing]
    step: tuple[Start, Done]
    pause: tuple[Nothing, Done]
    resume: tuple[Nothing, Done]
    stop: tuple[Nothing, Done]
    stop_best: tuple[Nothing, Done]
    open_run: tuple[RunName, Done]
    repeat_run: tuple[RunName, Done]
    resume_run: tuple[RunName, Done]
    branch_run: tuple[RunEpoch, Done]
    restore_epoch: tuple[RunEpoch, Done]
    restart_lower: tuple[Nothing, Done]
    go_on_smaller: tuple[Nothing, Done]
    learning_rate: tuple[Rate, Done]

    note_run: tuple[NoteRun, Nothing]
    tag_run: tuple[TagRun, Nothing]
    hide_runs: tuple[HideRuns, Nothing]
    pin_checkpoint: tuple[PinCheckpoint, Nothing]
    delete_runs: tuple[RunNames, Nothing]
    undelete_runs: tuple[RunNames, Nothing]
    sweep_runs: tuple[Sweep, Swept]
    export_run: tuple[RunName, File]

    results: tuple[ResultsOf, ResultsAnswer]
    result_view: tuple[ViewOf, ResultView]
    result_samples: tuple[SamplesOf, SampleGroup]
    result_inside: tuple[SampleOf, SampleInside]
    result_try: tuple[TrySample, TriedSample]
    result_picture: tuple[ResultPicture, File]
    mark_samples: tuple[MarkSamples, Nothing]
    leave_out: tuple[LeaveOut, Nothing]
