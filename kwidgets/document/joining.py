"""What a wire into a card whose input is taken may become: a merge of both wires, tried before it is offered."""

from __future__ import annotations

from ..messages import Join, Shape
from .checks import Checker
from .commands import Surroundings, apply
from .draft import Draft
from .edit_graph import connect
from .settings import inputs_of

MERGES = ("Add", "Concatenate")


def joins(draft: Draft, source: str, target: str, around: Surroundings) -> list[Join]:
    """Merges of the wire that `target` has with one from `source`; [] where its input is free or takes several.

    Raises Refused where no wire can be drawn there at all.
    """
    wire = {"source": source, "target": target}
    connect(draft.copy(), wire, around)
    part = draft.part(target)
    if len(draft.sources(target)) != 1 or inputs_of(part.class_name, part.config) != 1:
        return []
    checker = Checker()
    checker.check(draft)
    merges: list[Join] = []
    for class_name in MERGES:
        trial, done = apply(draft, {"do": "connect_or_merge", "merge": class_name, **wire}, around)
        checked = checker.fork().check(trial).nodes[done.nodes[0]]
        shape: Shape | None = None
        if checked.shape is not None:
            shape = [None if size is None else int(size) for size in checked.shape]
        says = None if checked.fault is None else checked.fault.short or checked.fault.sentence
        merges.append({"class_name": class_name, "shape": shape, "says": says})
    return merges
