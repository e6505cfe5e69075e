"""Laws that hold for any sequence of commands."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine._files.text import write_yaml
from kwidgets.document import Document, Refused
from kwidgets.document.draft import order, split_node
from kwidgets.document.folding import PREFIX
from kwidgets.document.trying import Limits, Trials

from .documents import pasted
from .strategies import message

LAWS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
STEPS = st.integers(1, 14)


def tried(document: Document, data: st.DataObject) -> bool:
    """One random command; False if it was refused."""
    try:
        document.do(message(data, document))
    except Refused:
        return False
    return True


@LAWS
@given(st.data(), STEPS)
def test_undo_after_do_restores_the_exact_draft_and_redo_the_changed_one(data: st.DataObject, steps: int) -> None:
    document = Document()
    for _ in range(steps):
        before, version = document.draft, document.version
        kept = before.copy()
        command = message(data, document)
        if command["do"] in ("undo", "redo"):
            continue
        try:
            document.do(command)
        except Refused:
            assert document.draft is before
            assert document.version == version
        assert before == kept
        if document.version > version:
            after = document.draft
            document.undo()
            assert document.draft == before
            document.redo()
            assert document.draft == after


@LAWS
@given(st.data(), STEPS)
def test_reading_what_was_printed_gives_the_same_draft(data: st.DataObject, steps: int) -> None:
    document = Document()
    for _ in range(steps):
        tried(document, data)
    text = document.text()
    # The YAML is put together from the lines of its layers, and reads as if it had been written at once.
    assert text["yaml"] == write_yaml(document.experiment())
    # What was typed is remembered beside the graph; nobody typed this one.
    assert replace(pasted(text["yaml"], "yaml").draft, written={}) == document.draft
    assert pasted(text["json"], "json").draft == document.draft
    compile(text["python"], "<python>", "exec")


@LAWS
@given(st.data(), STEPS)
def test_a_document_stays_in_order(data: st.DataObject, steps: int) -> None:
    document = Document()
    for _ in range(steps):
        tried(document, data)
        draft = document.draft
        nodes = list(draft.nodes())
        assert len(order(draft)) == len(nodes)
        assert list(draft.layout) == [node for node in nodes if node in draft.layout]
        assert all(math.isfinite(x) and math.isfinite(y) for x, y in draft.layout.values())
        assert len(set(draft.outputs)) == len(draft.outputs)
        assert set(draft.outputs) <= set(nodes)
        names = list(draft.layers)
        assert all(names.index(s.layer) < names.index(n) for n, part in draft.layers.items() for s in part.calls[0])
        check_cards(document, nodes)


def check_cards(document: Document, nodes: list[str]) -> None:
    """Every node has one card, in the order of the nodes; a fold is named after its first node and stands where that does."""
    graph = document.graph()
    order_of_cards = graph["order"] or []
    assert sorted(document.expand(order_of_cards)) == sorted(nodes)
    assert all(card["id"] == PREFIX + card["fold"]["nodes"][0] for card in graph["cards"] if card["fold"])
    first = [card.removeprefix(PREFIX) for card in order_of_cards]
    assert first == sorted(first, key=nodes.index)
    assert [(card["layer"], card["call"]) for card in graph["cards"]] == [split_node(node) for node in first]


def test_cards_of_a_folded_model_are_in_order() -> None:
    document = Document()
    document.do({"do": "template", "name": "residual"})
    while not any(card["fold"] for card in document.graph()["cards"]):
        document.do({"do": "add", "class_name": "Input", "settings": {"shape": [8, 8, 1]}})
    check_cards(document, list(document.draft.nodes()))


@LAWS
@given(st.data(), STEPS)
def test_an_offered_mend_takes_its_problem_away(data: st.DataObject, steps: int) -> None:
    document = Document()
    for _ in range(steps):
        tried(document, data)
    for problem in document.problems():
        for mend in problem["mends"]:
            document.do({"do": "mend", "problem": problem["id"], "mend": mend["id"]})
            assert problem["id"] not in {left["id"] for left in document.problems()}
            document.undo()


@LAWS
@given(st.data(), STEPS)
def test_checking_step_by_step_gives_what_checking_at_once_gives(data: st.DataObject, steps: int) -> None:
    by_shapes = Limits(layers=0)  # which mends have been trained by now is a matter of time
    document = Document(trials=Trials(by_shapes))
    for _ in range(steps):
        tried(document, data)
        fresh = Document(document.draft, trials=Trials(by_shapes))
        assert document.graph()["cards"] == fresh.graph()["cards"]
        assert document.problems() == fresh.problems()


def test_two_hundred_steps_can_be_undone() -> None:
    document = Document()
    document.do({"do": "add", "class_name": "Input", "settings": {"shape": [3]}})
    for count in range(1, 206):
        document.do({"do": "set_training", "epochs": count + 20})
    for _ in range(200):
        document.undo()
    with pytest.raises(Refused, match="nothing to undo"):
        document.undo()
