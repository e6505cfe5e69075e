"""The undo list as text: what is read again is what was written, however it came about."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.experiment import read_json
from kwidgets.document import Document, Refused
from kwidgets.document.draft import Draft
from kwidgets.document.identity import identity_of
from kwidgets.document.steps import Steps, Writer, change, changed, read_steps

from .strategies import message

LAWS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def past(document: Document) -> tuple[list[tuple[str, Draft]], list[tuple[str, Draft]]]:
    """What undo and redo would bring, with their labels."""
    steps = document.steps()
    return [(one.label, one.draft) for one in steps.undo], [(one.label, one.draft) for one in steps.redo]


def layers_of(document: Document) -> list[dict[str, str]]:
    """Which layer is which, in each step of undo, now, and in each step of redo."""
    steps = document.steps()
    drafts = [*(one.draft for one in steps.undo), steps.draft, *(one.draft for one in steps.redo)]
    return [dict(identity_of(draft).layers) for draft in drafts]


def states_of(document: Document) -> list[int]:
    """The states of the graph in all steps, numbered in the order in which they come first."""
    steps = document.steps()
    states = [one.draft.state for one in (*steps.undo, *steps.redo)] + [steps.draft.state]
    order = list(dict.fromkeys(states))
    return [order.index(state) for state in states]


def again(text: str) -> Document:
    document = Document()
    document.restore(read_steps(read_json(text)))
    return document


def random_step(document: Document, data: st.DataObject) -> None:
    with contextlib.suppress(Refused):
        document.do(message(data, document))


@LAWS
@given(st.data(), st.integers(1, 14))
def test_a_document_that_was_read_has_the_state_and_the_undo_list_that_were_written(data, steps):
    document, writer = Document(), Writer()
    for _ in range(steps):
        random_step(document, data)
        text = writer.text(document.steps())
    restored = again(text)
    assert restored.draft == document.draft
    assert past(restored) == past(document)
    assert layers_of(restored) == layers_of(document) and states_of(restored) == states_of(document)
    assert not {draft.state for draft in (restored.draft, *(one.draft for one in restored.steps().undo))} & {
        draft.state for draft in (document.draft, *(one.draft for one in document.steps().undo))
    }
    # One writer that followed every step writes what a new one does.
    assert Writer().text(document.steps()) == text


@LAWS
@given(st.data(), st.integers(1, 8), st.integers(0, 4), st.integers(1, 8))
def test_editing_goes_on_after_reading_as_it_would_have_without(data, before, undone, after):
    document = Document()
    for _ in range(before):
        random_step(document, data)
    restored, writer = again(Writer().text(document.steps())), Writer()
    for _ in range(min(undone, len(document.steps().undo))):
        document.undo()
        restored.undo()
        assert restored.draft == document.draft
        writer.text(restored.steps())
    for _ in range(after):
        command = message(data, document)
        outcomes = []
        for one in (document, restored):
            try:
                outcomes.append(one.do(command)["label"])
            except Refused as refused:
                outcomes.append(str(refused))
        assert outcomes[0] == outcomes[1]
        assert restored.draft == document.draft
        assert past(again(writer.text(restored.steps()))) == past(document)
        assert layers_of(again(writer.text(restored.steps()))) == layers_of(restored)


@pytest.mark.parametrize(
    "damage",
    [
        lambda plain: plain.update(identities=[]),
        lambda plain: plain.update(identities={"dense_1": 3}),
        lambda plain: plain["undo"][0].update(identities={"dense_1": None}),
        lambda plain: plain["undo"][0].update(others=[3]),
    ],
)
def test_identities_that_are_none_are_refused(damage):
    document = Document()
    document.do({"do": "template", "name": "digits_perceptron"})
    plain = json.loads(Writer().text(document.steps()))
    damage(plain)
    with pytest.raises(Refused, match="must be a"):
        read_steps(plain)


def test_folds_and_blocks_that_were_open_are_open_again():
    document = Document()
    document.do({"do": "template", "name": "resnet50"})
    fold = next(card["id"] for card in document.graph()["cards"] if card["fold"])
    document.open_fold(fold)
    restored = again(Writer().text(document.steps()))
    assert restored.graph()["cards"] == document.graph()["cards"]
    assert restored.graph()["head"]["opened"] == 1


def test_a_step_is_written_as_what_changes():
    document = Document()
    document.do({"do": "template", "name": "resnet50"})
    whole = len(Writer().text(document.steps()))
    for rate in range(100):
        document.do({"do": "set_training", "epochs": rate + 20})
    assert len(Writer().text(document.steps())) - whole < 100 * 1000


def test_the_oldest_steps_are_left_out_where_there_is_no_room():
    document = Document()
    for epochs in range(20, 60):
        document.do({"do": "set_training", "epochs": epochs})
    now = len(Writer(most_letters=0).text(document.steps()))
    text = Writer(most_letters=now + 2500).text(document.steps())
    restored = again(text)
    count = len(restored.steps().undo)
    assert 0 < count < 39
    assert past(restored)[0] == past(document)[0][-count:]


def test_what_a_change_was_made_of_is_never_touched():
    after = {"class_name": "Sequential", "config": {"name": "a", "layers": [{"config": {"name": "d"}}]}, "notes": []}
    before = {"class_name": "Sequential", "config": {"layers": []}, "training": {"epochs": 3}}
    before_text = json.dumps(after)
    assert changed(after, change(after, before)) == before
    assert changed(before, change(before, after)) == after
    assert json.dumps(after) == before_text
    assert change(after, after) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"now": 3},
        {"now": {"class_name": "Sequential", "config": {"layers": [{"class_name": "Nope"}]}}},
        {"now": {"class_name": "Sequential", "config": {"layers": []}}, "undo": 3},
        {"now": {"class_name": "Sequential", "config": {"layers": []}}, "undo": [3]},
        {"now": {"class_name": "Sequential", "config": {"layers": []}}, "undo": [{"label": "a", "change": 3}]},
        {"now": {"class_name": "Sequential", "config": {"layers": []}}, "opened": [3]},
    ],
)
def test_what_is_no_document_is_refused_in_words(wrong):
    with pytest.raises(Refused):
        read_steps(wrong)


@pytest.mark.parametrize("step", [{"order": ["nobody"]}, {"set": 3}, {"layers": []}, {"gone": "x"}, {"set": {"x": 1}}])
def test_a_step_that_does_not_fit_is_refused_when_somebody_goes_back_to_it(step):
    document = Document()
    document.do({"do": "add", "class_name": "Input", "settings": {"shape": [3]}})
    plain = read_json(Writer().text(document.steps()))
    plain["undo"][0]["change"] = step
    restored = Document()
    restored.restore(read_steps(plain))
    before = restored.draft
    with pytest.raises(Refused):
        restored.undo()
    assert restored.draft is before and len(restored.steps().undo) == 1


def test_a_version_replaces_the_document_as_one_step_of_undo():
    document = Document()
    document.do({"do": "add", "class_name": "Input", "settings": {"shape": [3]}})
    before, other = document.draft, Document()
    other.do({"do": "template", "name": "residual"})
    assert document.become(other.draft, "open a version")["label"] == "open a version"
    assert document.draft == other.draft
    document.undo()
    assert document.draft is before


def test_a_document_that_trains_is_neither_restored_nor_replaced():
    document = Document()
    document.locked = "A training is going on."
    with pytest.raises(Refused, match="training"):
        document.restore(Steps(Draft()))
    with pytest.raises(Refused, match="training"):
        document.become(Draft(), "x")


def test_a_text_that_somebody_wrote_comes_back_with_the_document() -> None:
    made = Document()
    made.do({"do": "template", "name": "digits_cnn"})
    for form in ("yaml", "python"):
        made.do({"do": "paste", "format": form, "text": f"# mine\n{made.text()[form]}", "typed": True})
    made.do({"do": "set_training", "epochs": 7})
    again = Document()
    again.restore(read_steps(json.loads(Writer().text(made.steps()))))
    assert again.text() == {**made.text(), "version": again.version}
    assert again.yaml().startswith("# mine\n")
