"""What a change of the graph does, in one sentence, and as marks on the cards and wires that it touches."""

from __future__ import annotations

from collections.abc import Iterator

from .. import messages
from ..words import mends as say
from . import card_lines
from .canvas_state import title_of
from .checks import Checkup
from .draft import Draft, bare, split_node, wire_id
from .nested import within

NOTHING: messages.Preview = {"cards": {}, "wires": {}, "gone": []}


def in_words(draft: Draft, before: Checkup, trial: Draft, after: Checkup, cause: str | None = None) -> str:
    """What is put where, how many layers get another shape, and how many that waited go on. cause: the node that was wrong."""
    changed, begin = _changed(before, after), _begin(before, after)
    touched = set(_reconfigured(draft, trial))
    others = [node for node in changed if split_node(node)[0] not in touched]
    waited = [node for node in begin if node != cause]
    parts = [
        *_structure(draft, trial),
        *([say.other_shapes(len(others))] if others else []),
        *([say.go_on(len(waited))] if waited else []),
    ]
    return "; ".join(parts) if parts else say.NO_OTHER_LAYER_CHANGES


def preview(draft: Draft, before: Checkup, trial: Draft, after: Checkup) -> messages.Preview:
    """What of the canvas would look otherwise: cards with their new line and shape, wires that get a layer or go."""
    there = set(draft.nodes())
    cards: dict[str, messages.PreviewedCard] = {}
    for node in trial.nodes():
        if node not in there:
            continue
        checked, was = after.nodes[node], before.nodes[node]
        is_alike = (checked.state, checked.shape) == (was.state, was.shape)
        if is_alike and trial.part(node) is draft.part(node):  # its line need not be made
            continue
        line, was_line = card_lines.line(trial.part(node)), card_lines.line(draft.part(node))
        if (checked.state, checked.shape, line, trial.part(node).class_name) == (
            was.state,
            was.shape,
            was_line,
            draft.part(node).class_name,
        ):
            continue
        cards[node] = {
            "title": title_of(trial, node),
            "line": line if checked.fault is None else checked.fault.short or checked.fault.sentence,
            "shape": None if checked.shape is None else list(checked.shape),
            "state": checked.state,
        }
    return {
        "cards": cards,
        "wires": dict(_wires_that_change(draft, trial, after)),
        "gone": [node for node in draft.nodes() if not trial.has(node)],
    }


def together(inside: messages.Preview, around: messages.Preview) -> messages.Preview:
    """What would look otherwise inside a block and around it."""
    return {
        "cards": {**around["cards"], **inside["cards"]},
        "wires": {**around["wires"], **inside["wires"]},
        "gone": [*around["gone"], *inside["gone"]],
    }


def inside(block: str, preview: messages.Preview) -> messages.Preview:
    """A preview of the graph of a block with the ids that its cards and wires have on the canvas."""
    return {
        "cards": {within(block, node): card for node, card in preview["cards"].items()},
        "wires": {within(block, wire): change for wire, change in preview["wires"].items()},
        "gone": [within(block, node) for node in preview["gone"]],
    }


def _wires_that_change(draft: Draft, trial: Draft, after: Checkup) -> Iterator[tuple[str, messages.PreviewedWire]]:
    """Wires of the canvas on which a new layer comes to stand, and those that are cut."""
    there = set(draft.nodes())
    for node in draft.nodes():
        if not trial.has(node):
            continue
        now = trial.sources(node)
        for index, source in enumerate(draft.sources(node)):
            new = now[index] if index < len(now) else None
            if new == source:
                continue
            added = None if new is None or new.node in there else new.node
            checked = None if added is None else after.nodes.get(added)
            shape = None if checked is None or checked.shape is None else list(checked.shape)
            yield wire_id(node, index), {"adds": None if added is None else title_of(trial, added), "shape": shape}


def _structure(draft: Draft, trial: Draft) -> Iterator[str]:
    """New layers and the layers before which they stand, layers that go, wires that are drawn."""
    there = set(draft.nodes())
    targets = trial.targets()
    for node in trial.nodes():
        if node not in there:
            after = [bare(split_node(target)[0]) for target, _ in targets[node]]
            yield say.puts_before(title_of(trial, node), after)
    gone = [bare(split_node(node)[0]) for node in draft.nodes() if not trial.has(node)]
    if gone:
        yield say.takes_out(gone)
    for node in trial.nodes():
        if node in there and not gone:
            for source in trial.sources(node):
                if source.node in there and source not in draft.sources(node):
                    yield say.wires(bare(source.layer), bare(split_node(node)[0]))


def _reconfigured(draft: Draft, trial: Draft) -> Iterator[str]:
    """Layers whose settings or class are others."""
    for name, part in trial.layers.items():
        was = draft.layers.get(name)
        if was is not None and (was.class_name, was.config) != (part.class_name, part.config):
            yield name


def _changed(before: Checkup, after: Checkup) -> list[str]:
    """Nodes that are right before and after and give another shape."""
    both = [node for node in after.nodes if node in before.nodes]
    right = [node for node in both if before.nodes[node].state == after.nodes[node].state == "ok"]
    return [node for node in right if before.nodes[node].shape != after.nodes[node].shape]


def _begin(before: Checkup, after: Checkup) -> list[str]:
    """Nodes that are right only afterwards."""
    wrong = [node for node, was in before.nodes.items() if was.state != "ok"]
    return [node for node in wrong if node in after.nodes and after.nodes[node].state == "ok"]
