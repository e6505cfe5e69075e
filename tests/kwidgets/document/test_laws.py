"""Laws that hold for any sequence of commands."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine._files.text import write_yaml
from kwidgets.document import Document, Refused
from kwidgets.document.draft import Draft, order, split_node

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


def pasted(text: str, form: str) -> Draft:
    document = Document()
    document.do({"do": "paste", "format": form, "text": text})
    return document.draft


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
    assert pasted(text["yaml"], "yaml") == document.draft
    assert pasted(text["json"], "json") == document.draft
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
        graph = document.graph()
        assert document.expand(graph["order"] or []) == nodes
        assert all(split_node(node["id"]) == (node["layer"], node["call"]) for node in graph["cards"])


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
    document = Document()
    for _ in range(steps):
        tried(document, data)
        fresh = Document(document.draft)
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
