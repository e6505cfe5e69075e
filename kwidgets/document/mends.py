"""Mends: what one click could do about a problem. Each is tried on a copy first; only those that help are offered.

A candidate is a label and a list of commands. It helps when the problem is gone afterwards and no node that was right
has become wrong. The engine's own `fix` comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from math import isqrt, prod

from engine.experiment import json_able
from engine.types import Config, Json, Shape

from ..messages import Tried
from ..refused import Refused
from ..words import common
from ..words import mends as say
from . import card_lines, effects, refitting, settings
from .checks import Checker, Checkup
from .commands import COMMANDS, CommandMessage, Message, Surroundings, apply
from .draft import INPUT, Draft, downstream, node_id, split_node, wire_id
from .edit_graph import without_input
from .families import family
from .first_input import USUAL_SHAPES, input_before
from .folding import ACTIVATIONS
from .labels import in_line, shape_words, value_text
from .problems import Problem, find, last_activation
from .trying import Trials

MOST_OFFERED = 3
MOST_TRIED = 16
# A first vocabulary and its vectors, where words go into a model as their numbers.
_WORDS, _VECTOR = 10_000, 32
_OVER_WORDS = ("Conv1D", "SeparableConv1D")


@dataclass(frozen=True)
class Mend:
    """details: what becomes of the layer that it adds or changes: "5 · 3×3 → 6×6×5". effect: what else it changes, in words.

    tried: whether the changed graph was trained on a batch, or judged by its shapes alone. trial: the key of that trial.
    """

    id: str
    label: str
    commands: tuple[Message, ...]
    details: str | None = None
    effect: str = ""
    tried: Tried = "shapes"
    trial: str | None = None


def offered(
    problem: Problem,
    draft: Draft,
    checkup: Checkup,
    checker: Checker,
    around: Surroundings,
    carried_out: Callable[[Sequence[Message]], Sequence[Message] | None] = tuple,
    trials: Trials | None = None,
) -> list[Mend]:
    """At most three mends that were tried and help, and taking the node out where that helps.

    carried_out: the commands of one that helps here as the document carries them out; None where it refuses them.
    trials: trains what helps on a batch, and only what trains is offered; None: shapes alone decide.
    """
    before = {earlier.id for earlier in find(draft, checkup)}
    good: list[Mend] = []
    seen: set[str] = set()
    for tried, (label, commands) in enumerate(_candidates(problem, draft, checkup, around)):
        if len(good) == MOST_OFFERED or tried == MOST_TRIED:
            break
        if label in seen:
            continue
        tried_out = _tried(problem, draft, checkup, checker, around, commands, before)
        steps = None if tried_out is None else carried_out(commands)
        if tried_out is None or steps is None:
            continue
        seen.add(label)
        verdict, trial = ("shapes", None) if trials is None else trials.look(*tried_out)
        if verdict != "failed":
            details = _details(draft, *tried_out, commands)
            effect = effects.in_words(draft, checkup, *tried_out, problem.node)
            good.append(Mend(label, label, tuple(steps), details, effect, verdict, trial))
    return good


def _tried(
    problem: Problem,
    draft: Draft,
    checkup: Checkup,
    checker: Checker,
    around: Surroundings,
    commands: list[CommandMessage],
    before: set[str],
) -> tuple[Draft, Checkup] | None:
    """The graph after the commands, where they help; None where they do not."""
    trial = draft
    try:
        for command in commands:
            if command["do"] not in COMMANDS:
                return None
            trial, _ = apply(trial, command, around)
    except Refused:
        return None
    after = checker.fork().check(trial)
    left = {other.id: other for other in find(trial, after)}
    if problem.id in left:
        return None
    if problem.node is not None and problem.node in after.nodes and after.nodes[problem.node].state == "wrong":
        return None
    new_errors = any(
        other.severity == "error"
        and other.node not in checkup.nodes
        and name not in before
        and other.fault.code != "no_shape"  # a new input asks for its shape next
        for name, other in left.items()
        if other.node is not None
    )
    return None if spoils(checkup, after) or new_errors else (trial, after)


def spoils(before: Checkup, after: Checkup) -> bool:
    """Whether a node that was right no longer is."""
    was_right = {node for node, checked in before.nodes.items() if checked.state == "ok"}
    return any(node in was_right and checked.state != "ok" for node, checked in after.nodes.items())


def _details(draft: Draft, trial: Draft, after: Checkup, commands: list[CommandMessage]) -> str | None:
    """The layer that a mend adds or changes, and what then comes out of it; None for changes of wires or training."""
    last = commands[-1]
    if last["do"] == "remove":
        goes_on = any(draft.targets()[node] for node in last.get("nodes", ())[:1])
        return say.BEFORE_GOES_ON_TO_AFTER if goes_on else None
    names = (
        [name for name in trial.layers if name not in draft.layers] if last["do"] == "add" else last.get("layers", [])
    )
    if not names:
        return None
    checked, part = after.nodes.get(node_id(names[0], 0)), trial.layers[names[0]]
    shape = shape_words(checked.shape) if checked is not None and checked.shape is not None else ""
    line = card_lines.line(part) if part.class_name != INPUT else ""
    return " ".join([line if line != shape else "", f"→ {shape}" if shape else ""]).strip() or None


Candidate = tuple[str, list[CommandMessage]]


def _candidates(problem: Problem, draft: Draft, checkup: Checkup, around: Surroundings) -> Iterator[Candidate]:
    node, code = problem.node, problem.fault.code
    if node is None:
        yield from _for_graph(code, draft, around)
        return
    if code == "shape":
        yield from _every_step(node, draft, checkup)
    merges = len(draft.sources(node)) > 1
    if code in ("shape", "setting") and not merges:
        yield from _from_engine(problem, draft)
    if code == "no_shape":
        yield from _for_input(node, around)
    elif code == "no_input":
        yield from _connections(node, draft, checkup)
        yield say.ADD_AN_INPUT_BEFORE_IT, _input_before(node, draft, around)
    elif code == "few_inputs":
        yield from _connections(node, draft, checkup)
    elif code == "unused" and not draft.is_input(node):
        yield say.MAKE_IT_AN_OUTPUT, [{"do": "mark_output", "node": node, "output": True}]
    elif code == "unused":
        yield from _onward(node, draft, checkup)
    elif code == "dense_on_image":
        for class_name in ("Flatten", "GlobalAveragePooling2D"):
            yield _insertion(draft, node, 0, class_name)
    elif code == "shape":
        yield from _for_nested(node, draft, checkup)
        yield from _for_shapes(node, draft, checkup)
        if merges:
            yield from _from_engine(problem, draft)
        source = draft.sources(node)[0]
        if draft.is_input(source.node) and around.array_shape(source.layer) is None:
            yield from _for_input(source.node, around)
    else:
        yield from _for_loss(problem, draft)
    if problem.severity == "error" and code not in ("no_loss", "no_shape", "memory"):
        yield say.remove(split_node(node)[0]), [{"do": "remove", "nodes": [node]}]


def _for_graph(code: str, draft: Draft, around: Surroundings) -> Iterator[Candidate]:
    if code == "no_outputs" and draft.leaves():
        node = draft.leaves()[-1]
        name = split_node(node)[0]
        yield say.make_the_output(name), [{"do": "mark_output", "node": node, "output": True}]
    elif code == "empty":
        yield say.ADD_AN_INPUT, [{"do": "add", "class_name": "InputLayer"}]
    elif code == "no_inputs":
        first = next(node for node in draft.nodes() if not draft.sources(node))
        yield say.ADD_AN_INPUT, _input_before(first, draft, around)


def _input_before(node: str, draft: Draft, around: Surroundings) -> list[CommandMessage]:
    name = draft.free_name("InputLayer")
    config = input_before(draft.part(node), around.array_shape(None)) or {}
    shape = config.get("batch_input_shape")
    usual: Config = {"shape": shape[1:]} if isinstance(shape, list) else {}
    usual |= {"dtype": config["dtype"]} if "dtype" in config else {}
    added: CommandMessage = {"do": "add", "class_name": "InputLayer", "settings": {"name": name, **usual}}
    if not draft.input_names() and without_input(draft) == node:
        return [added]
    return [added, {"do": "connect", "source": f"{name}@0", "target": node, "index": len(draft.sources(node))}]


def _from_engine(problem: Problem, draft: Draft) -> Iterator[Candidate]:
    """The changes that the engine's error offers."""
    node = problem.node or ""
    for change in () if problem.fault.changes is None else problem.fault.changes():
        inserted, index, config = change.get("insert"), change.get("index", 0), change.get("settings")
        if isinstance(inserted, str) and isinstance(index, int):
            yield _insertion(draft, node, index, inserted, config if isinstance(config, dict) else None)
        what = change.get("set")
        if isinstance(what, dict) and "field" in what:
            layer = str(what.get("layer") or split_node(node)[0])
            yield _setting(layer, str(what["field"]), json_able(what.get("value")))


def _insertion(draft: Draft, node: str, index: int, class_name: str, config: Config | None = None) -> Candidate:
    sizes = ", ".join(map(value_text, (config or {}).values()))
    count = len(draft.sources(node))
    source = draft.sources(node)[index].layer if count > 1 and index < count else None
    command: CommandMessage = {
        "do": "add",
        "class_name": class_name,
        "wire": wire_id(node, index),
        "settings": config or {},
    }
    return say.insert(class_name, sizes, source), [command]


def _setting(layer: str, field: str, value: Json) -> Candidate:
    command: CommandMessage = {"do": "set", "layers": [layer], "field": field, "value": value}
    if isinstance(value, bool):
        return say.switch(value_text(value), in_line(field), layer), [command]
    return common.give(layer, in_line(field), value_text(value)), [command]


def _for_input(node: str, around: Surroundings) -> Iterator[Candidate]:
    layer = split_node(node)[0]
    array = around.array_shape(layer)
    for shape in (tuple(array[1:]) if array else None, *USUAL_SHAPES):
        if shape is not None:
            yield _setting(layer, "shape", list(shape))


def _connections(node: str, draft: Draft, checkup: Checkup) -> Iterator[Candidate]:
    """Wires from nodes that are right and do not lie behind this one: ends of the graph first, nearest before first."""
    targets = draft.targets()
    behind = downstream(targets, node) | {node} | {source.node for source in draft.sources(node)}
    rank = {other: index for index, other in enumerate(draft.nodes())}
    able = [n for n, checked in checkup.nodes.items() if checked.state == "ok" and n not in behind]

    def nearness(other: str) -> tuple[bool, bool, int]:
        return (bool(targets[other]), rank[other] > rank[node], abs(rank[other] - rank[node]))

    for other in sorted(able, key=nearness)[:6]:
        command: CommandMessage = {"do": "connect", "source": other, "target": node, "index": len(draft.sources(node))}
        yield say.connect(split_node(other)[0]), [command]


def _onward(node: str, draft: Draft, checkup: Checkup) -> Iterator[Candidate]:
    for other, checked in checkup.nodes.items():
        if checked.fault is not None and checked.fault.code in ("no_input", "few_inputs"):
            command: CommandMessage = {
                "do": "connect",
                "source": node,
                "target": other,
                "index": len(draft.sources(other)),
            }
            yield say.connect_to(split_node(other)[0]), [command]


def _for_shapes(node: str, draft: Draft, checkup: Checkup) -> Iterator[Candidate]:
    shapes = [checkup.nodes[source.node].shape or () for source in draft.sources(node)]
    if len(shapes) > 1:
        yield from _for_merge(node, draft, checkup, shapes)
        return
    layer, shape, part = split_node(node)[0], shapes[0], draft.part(node)
    known = settings.fields_of(part.class_name)
    inside = list(shape[1:])
    if "target_shape" in known:
        yield _setting(layer, "target_shape", [-1])
    if "padding" in known and len(shape) == 4:
        yield _setting(layer, "padding", "same")
        yield from _smaller_window(layer, known, inside, part.config)
    if "axis" in known:
        yield _setting(layer, "axis", -1)
    if "dims" in known:
        yield _setting(layer, "dims", list(range(len(inside), 0, -1)))
    source = draft.sources(node)[0]
    if draft.is_input(source.node):
        yield from _for_words_and_channels(node, draft, inside)
    if len(shape) == 2:
        yield from _from_flat(node, draft, inside)
    elif len(shape) == 3:
        if None not in inside:
            yield _insertion(draft, node, 0, "Reshape", {"target_shape": [*inside, 1]})
        yield _insertion(draft, node, 0, "Flatten")
        if "return_sequences" in settings.fields_of(draft.layers[source.layer].class_name):
            yield _setting(source.layer, "return_sequences", False)
    elif len(shape) == 4:
        yield _insertion(draft, node, 0, "Flatten")
        yield _insertion(draft, node, 0, "GlobalAveragePooling2D")
        sizes = [size for size in inside if size is not None]
        if len(sizes) == 3:
            yield _insertion(draft, node, 0, "Reshape", {"target_shape": [sizes[0], sizes[1] * sizes[2]]})


def _for_words_and_channels(node: str, draft: Draft, inside: list[int | None]) -> Iterator[Candidate]:
    """What goes into a model in another form: numbers of words in place of their vectors, channels before the image."""
    source, part = draft.sources(node)[0], draft.part(node)
    if len(inside) == 1 and (part.class_name in _OVER_WORDS or family(part.class_name) == "rec"):
        yield _insertion(draft, node, 0, "Embedding", {"input_dim": _WORDS, "output_dim": _VECTOR})
    sizes = [size for size in inside if size is not None]
    if len(sizes) == len(inside) == 3 and sizes[0] in (1, 3) and sizes[0] < min(sizes[1:]):
        yield _setting(source.layer, "shape", [*sizes[1:], sizes[0]])


def _for_nested(node: str, draft: Draft, checkup: Checkup) -> Iterator[Candidate]:
    """A nested model was made for another shape: it is made for the one that arrives."""
    layer, arriving = split_node(node)[0], refitting.arriving_at(draft, checkup, node)
    steps = refitting.steps(layer, draft.part(node), arriving) if arriving else None
    if arriving and steps:
        commands: list[CommandMessage] = [
            {"do": "set", "layers": [layer], "field": step.field, "value": [*step.shape]} for step in steps
        ]
        yield say.let_it_take(layer, [shape_words(shape) for shape in arriving]), commands


def _every_step(node: str, draft: Draft, checkup: Checkup) -> Iterator[Candidate]:
    """A recurrent layer before it that gives the result of every step and not of the last alone."""
    for source in draft.sources(node)[:1]:
        shape, before = checkup.nodes[source.node].shape, draft.layers[source.layer]
        path = "layer.return_sequences" if before.class_name == "Bidirectional" else "return_sequences"
        if shape is not None and len(shape) == 2 and settings.has(before.class_name, before.config, path):
            yield _setting(source.layer, path, True)


def _from_flat(node: str, draft: Draft, inside: list[int | None]) -> Iterator[Candidate]:
    """Vectors into images or sequences."""
    size = inside[0]
    if size is None:
        return
    side = isqrt(size)
    if side * side == size:
        yield _insertion(draft, node, 0, "Reshape", {"target_shape": [side, side, 1]})
    yield _insertion(draft, node, 0, "Reshape", {"target_shape": [size, 1]})
    yield _insertion(draft, node, 0, "Reshape", {"target_shape": [size, 1, 1]})


def _smaller_window(layer: str, known: Container[str], inside: list[int | None], config: Config) -> Iterator[Candidate]:
    sizes = [size for size in inside[:2] if size is not None]
    for field in ("kernel_size", "pool_size"):
        now = config.get(field) or (settings.default("MaxPooling2D", field) if field == "pool_size" else None)
        if field in known and sizes and isinstance(now, list):
            yield _setting(layer, field, [min(size, *sizes) for size in now if isinstance(size, int)])


def _for_merge(node: str, draft: Draft, checkup: Checkup, shapes: list[Shape]) -> Iterator[Candidate]:
    layer, part = split_node(node)[0], draft.part(node)
    if "axis" in settings.fields_of(part.class_name):
        for axis in (-1, *range(1, len(shapes[0]))):
            yield _setting(layer, "axis", axis)
    sources = draft.sources(node)
    for index, (source, shape) in enumerate(zip(sources, shapes, strict=True)):
        wanted = shapes[1 - index] if index < 2 else shapes[0]
        if shape == wanted:
            continue
        before = _shaping_layer(draft, source.node)
        known = settings.fields_of(draft.layers[before].class_name)
        if draft.layers[before].config.get("data_format") == "channels_first":
            yield _setting(before, "data_format", "channels_last")
        yield from _other_strides(before, known, shape, wanted)
        for field in ("units", "filters"):
            if field in known and wanted and wanted[-1] is not None:
                yield _setting(before, field, wanted[-1])
        if "padding" in known and len(shape) == len(wanted) == 4:
            yield _setting(before, "padding", "same")
            if "filters" in known and shape[-1] != wanted[-1]:
                both = [_setting(before, "padding", "same"), _setting(before, "filters", wanted[-1])]
                yield common.AND.join(label for label, _ in both), [step for _, steps in both for step in steps]
    for index, shape in enumerate(shapes):
        wanted = shapes[1 - index] if index < 2 else shapes[0]
        times = _times_too_large(shape, wanted)
        if times is not None and wanted[-1] is not None:
            steps = {"strides": [times, times]} if times > 1 else {}
            yield _insertion(draft, node, index, "Conv2D", {"filters": wanted[-1], "kernel_size": [1, 1], **steps})
        if len(shape) == len(wanted) and wanted and wanted[-1] is not None and shape[:-1] == wanted[:-1]:
            yield _insertion(draft, node, index, "Dense", {"units": wanted[-1]})
        if len(shape) > len(wanted) == 2:
            yield _insertion(draft, node, index, "Flatten")
        count = _values_in(shape)
        if count is not None and count == _values_in(wanted):
            yield _insertion(draft, node, index, "Reshape", {"target_shape": list(wanted[1:])})
    if part.class_name != "Concatenate":
        yield say.REPLACE_BY_CONCATENATE, [{"do": "replace", "node": node, "class_name": "Concatenate"}]


def _values_in(shape: Shape) -> int | None:
    """How many numbers a sample of this shape holds; None where a size is free."""
    sizes = [size for size in shape[1:] if size is not None]
    return prod(sizes) if len(sizes) == len(shape[1:]) else None


def _shaping_layer(draft: Draft, node: str) -> str:
    """The layer that gives a node's output its shape: normalisation, activations and dropout only pass it on."""
    while draft.sources(node) and _passes_on(draft.part(node).class_name):
        node = draft.sources(node)[0].node
    return split_node(node)[0]


def _passes_on(class_name: str) -> bool:
    return class_name in ACTIVATIONS or family(class_name) in ("norm", "reg")


def _times_too_large(shape: Shape, wanted: Shape) -> int | None:
    """How many whole times an image is as high and wide as wanted, 1 for as large; None where it is not."""
    if not len(shape) == len(wanted) == 4:
        return None
    if shape[1:3] == wanted[1:3]:
        return 1
    (height, width), (low, narrow) = shape[1:3], wanted[1:3]
    if not (height and width and low and narrow) or height % low or width % narrow or height // low != width // narrow:
        return None
    return height // low


def _other_strides(layer: str, known: Container[str], shape: Shape, wanted: Shape) -> Iterator[Candidate]:
    """Larger steps where an image is a whole number of times too large, steps of 1 where it is too small."""
    if "strides" not in known:
        return
    times = _times_too_large(shape, wanted)
    if times is not None and times > 1:
        yield _setting(layer, "strides", [times, times])
    if (_times_too_large(wanted, shape) or 1) > 1:
        yield _setting(layer, "strides", [1, 1])


def _for_loss(problem: Problem, draft: Draft) -> Iterator[Candidate]:
    node = problem.node or ""
    output = split_node(node)[0]
    layer, activation = last_activation(draft, node)

    def loss(name: str) -> CommandMessage:
        return {"do": "set_training", "loss": {output: name}}

    code = problem.fault.code
    if code in ("loss_wants_softmax", "loss_wants_sigmoid"):
        yield _setting(layer, "activation", code.rpartition("_")[2])
    if code in ("loss_one_unit", "softmax_one_unit"):
        label, (change,) = _setting(layer, "activation", "sigmoid")
        yield say.and_binary_crossentropy(label), [change, loss("binary_crossentropy")]
    if code == "softmax_wants_loss" or (code == "no_loss" and activation == "softmax"):
        yield common.USE_CATEGORICAL_CROSSENTROPY, [loss("categorical_crossentropy")]
        yield say.USE_SPARSE_CATEGORICAL_CROSSENTROPY, [loss("sparse_categorical_crossentropy")]
    if code == "no_loss" and activation == "sigmoid":
        yield say.USE_BINARY_CROSSENTROPY, [loss("binary_crossentropy")]
    if code in ("no_loss", "loss_wants_softmax", "loss_wants_sigmoid"):
        yield say.USE_MEAN_SQUARED_ERROR, [loss("mean_squared_error")]
