"""What makes a layer fit after a result: a layer between, a setting of the layer itself or of the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isqrt, prod
from typing import TypedDict

from engine.describe import Tensor
from engine.types import Config, Shape

from ..graph_gestures import SetField
from ..words import search as say
from . import settings
from .checks import Checked, Checker, called_once
from .draft import Draft, Part, split_node
from .labels import shape_words

# The most axes, the batch included, for which a class does what people mean; the engine takes more of them.
MOST_AXES = {"Dense": 3, "RNN": 3, "Embedding": 2}

# The most axes of one sample that any layer takes.
MOST_INSIDE = 4


class NewLayer(TypedDict):
    """A layer to put before another one, as the command `add_with` takes it."""

    class_name: str
    settings: Config


@dataclass(frozen=True)
class Change:
    """A way to add `part`. before: layers to put first, set: settings of others, settings: its own that were changed."""

    words: str
    part: Part
    shape: Shape | None
    before: list[NewLayer] = field(default_factory=list[NewLayer])
    set: list[SetField] = field(default_factory=list[SetField])
    settings: tuple[str, ...] = ()


def fitting(part: Part, shape: Shape | None) -> bool:
    """False for a layer that would take such a result and do something else with it than people mean."""
    return shape is None or len(shape) <= MOST_AXES.get(part.class_name, len(shape))


def needs(part: Part, checked: Checked) -> str:
    """What a layer lacks that does not fit, in few words."""
    if part.class_name == "Embedding":
        return say.NEEDS_WHOLE_NUMBERS
    if checked.fault is not None:
        return checked.fault.short or say.does_not_fit(checked.fault.sentence)
    return say.needs_fewer_axes(MOST_AXES[part.class_name])


def changes(draft: Draft, node: str, part: Part, tensor: Tensor) -> Iterator[Change]:
    """Ways to add `part` after the result `tensor` of `node`, each tried, the most usual first."""
    if part.class_name == "Embedding":  # it takes word numbers, which no layer gives
        return
    yield from _own_settings(part, tensor)
    yield from _sequences(draft, node, part)
    for step, between in _steps(part, tensor):
        after = _fresh(part, between.shape)
        result = called_once(after, [between.tensors[0]])
        if result.state == "ok":
            yield Change(say.with_before_it(_step_words(step)), after, result.shape, [_as_command(step)])
    for step, between in _steps(part, tensor):
        for own in _own_settings(part, between.tensors[0]):
            words = say.with_before_it_and_padding_same(_step_words(step))
            yield Change(words, own.part, own.shape, [_as_command(step)], settings=own.settings)


Step = tuple[str, Config]


def _steps(part: Part, tensor: Tensor) -> Iterator[tuple[Step, Checked]]:
    """Layers that may stand between, and what they give."""
    for step in _between(tuple(tensor.shape)):
        between = called_once(Part(*step), [tensor])
        if between.state == "ok" and fitting(part, between.shape):
            yield step, between


def _step_words(step: Step) -> str:
    class_name, config = step
    return f"{class_name} {shape_words((None, *config['target_shape']))}" if "target_shape" in config else class_name


def _as_command(step: Step) -> NewLayer:
    return {"class_name": step[0], "settings": step[1]}


def _fresh(part: Part, arriving: Shape | None) -> Part:
    """The part with starting values for what arrives now, where they depend on it."""
    if "target_shape" not in part.config and "dims" not in part.config:
        return part
    return Part(part.class_name, {**settings.starting_config(part.class_name, arriving, None), **part.config})


def _own_settings(part: Part, tensor: Tensor) -> Iterator[Change]:
    if "padding" in settings.fields_of(part.class_name) and part.config.get("padding") != "same":
        same = Part(part.class_name, {**part.config, "padding": "same"})
        result = called_once(same, [tensor])
        if result.state == "ok" and fitting(part, tuple(tensor.shape)):
            yield Change(say.WITH_PADDING_SAME, same, result.shape, settings=("padding",))


def _sequences(draft: Draft, node: str, part: Part) -> Iterator[Change]:
    """A recurrent layer before it that gives the result of every step."""
    name, before = split_node(node)[0], draft.part(node)
    path = "return_sequences"
    if before.class_name == "Bidirectional":
        path = "layer.return_sequences"
    if not settings.has(before.class_name, before.config, path) or len(before.calls) != 1:
        return
    config = settings.with_value(before.class_name, name, before.config, path, True)
    sources = draft.sources(node)
    if not sources or config == before.config:
        return
    every_step = _recalled(draft, node, Part(before.class_name, config))
    result = called_once(part, [every_step.tensors[0]]) if every_step.state == "ok" else every_step
    if result.state == "ok":
        step: SetField = {"layers": [name], "field": path, "value": True}
        yield Change(say.with_all_steps(name), part, result.shape, set=[step])


def _recalled(draft: Draft, node: str, part: Part) -> Checked:
    """A node's layer with other settings, called on what comes in: tried on the nodes before it only."""
    trial = draft.copy()
    trial.layers[split_node(node)[0]] = Part(part.class_name, part.config, draft.part(node).calls)
    return Checker().check(trial).nodes[node]


def _between(shape: Shape) -> Iterator[Step]:
    """Layers that change the number of axes, by how many there are."""
    inside = list(shape[1:])
    sizes = [size for size in inside if size is not None]
    whole = len(sizes) == len(inside)
    if len(inside) == 1 and whole:
        side = next(size for size in range(isqrt(sizes[0]), 0, -1) if sizes[0] % size == 0)
        yield "Reshape", {"target_shape": [sizes[0], 1]}
        if side > 1:
            yield "Reshape", {"target_shape": [side, sizes[0] // side, 1]}
        yield "Reshape", {"target_shape": [sizes[0], 1, 1]}
    if len(inside) > 1:
        yield "Flatten", {}
    if len(inside) == 2 and whole:
        yield "Reshape", {"target_shape": [*sizes, 1]}
    if len(inside) == 3 and whole:
        height, width, channels = sizes
        yield "Reshape", {"target_shape": [height * width, channels] if channels > 1 else [height, width]}
    if whole:
        yield from (("Reshape", {"target_shape": target}) for target in _other_axes(sizes))
    if len(inside) > 1:
        yield f"GlobalAveragePooling{len(inside) - 1}D", {}


def _other_axes(sizes: list[int]) -> Iterator[list[int]]:
    """The same numbers over more axes, of size 1 behind; then over fewer, the first ones made one."""
    for count in range(len(sizes) + 1, MOST_INSIDE + 1):
        yield [*sizes, *[1] * (count - len(sizes))]
    for count in range(len(sizes) - 1, 1, -1):
        merged = len(sizes) - count + 1
        yield [prod(sizes[:merged]), *sizes[merged:]]
