"""What makes a nested model take other shapes: its inputs, and those of the models in it, are given what arrives there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.types import Shape

from ..words import graph as say
from . import nested, settings
from .checks import Checker, Checkup
from .draft import Draft, Part, order, split_node
from .labels import shape_words


class Step(NamedTuple):
    """A setting to change. field: its path from the model's settings ("layers.input_1.shape"). shape: of one sample."""

    field: str
    shape: list[int | None]


def steps(name: str, part: Part, arriving: Sequence[Shape]) -> list[Step] | None:
    """What to set so that a nested model takes these shapes; None for another layer, or where it cannot take them."""
    inside = nested.readable(name, part)
    if inside is None or len(inside.draft.input_names()) != len(arriving):
        return None
    graph, changes = inside.draft.copy(), list[Step]()
    for entrance, shape in zip(inside.draft.input_names(), arriving, strict=True):
        graph.put_config(entrance, {**graph.layers[entrance].config, "batch_input_shape": list(shape)})
        if inside.implied:
            continue
        if not settings.has(part.class_name, part.config, f"layers.{entrance}.shape"):
            return None
        changes.append(Step(f"layers.{entrance}.shape", list(shape[1:])))
    within = _refitted(graph, order(graph, calls_in_order=False))
    if any(checked.state == "wrong" for checked in Checker().check(graph).nodes.values()):
        return None
    return changes + [Step(f"layers.{one.layer}.{step.field}", step.shape) for one in within for step in one.steps]


def refit(draft: Draft, nodes: Sequence[str]) -> list[str]:
    """Gives those of `nodes` that are nested models the shapes that arrive where these do not fit; sentences about it."""
    return [
        say.takes_another_shape(taken.layer, [shape_words(shape) for shape in taken.arriving])
        for taken in _refitted(draft, nodes)
    ]


def arriving_at(draft: Draft, checkup: Checkup, node: str) -> list[Shape] | None:
    """The shapes that come into a node; None while one of them is not known."""
    shapes: list[Shape] = []
    for source in draft.sources(node):
        before = checkup.nodes.get(source.node)
        if before is None or before.state != "ok" or source.tensor >= len(before.tensors):
            return None
        shapes.append(tuple(before.tensors[source.tensor].shape))
    return shapes


class _Taken(NamedTuple):
    """A nested model that was given what arrives at it."""

    layer: str
    arriving: list[Shape]
    steps: list[Step]


def _refitted(draft: Draft, nodes: Sequence[str]) -> list[_Taken]:
    """Refits those of some nodes, in their order, that are wrong as they are; what cannot be refitted stays."""
    taken: list[_Taken] = []
    for node in nodes:
        name, part = split_node(node)[0], draft.part(node)
        if not nested.is_nested(part):
            continue
        checkup = Checker().check(draft)
        arriving = arriving_at(draft, checkup, node)
        changes = steps(name, part, arriving) if arriving and checkup.nodes[node].state == "wrong" else None
        if arriving is None or changes is None:
            continue
        config = part.config
        for change in changes:
            config = settings.with_value(part.class_name, name, config, change.field, change.shape)
        draft.put_config(name, config)
        taken.append(_Taken(name, arriving, changes))
    return taken
