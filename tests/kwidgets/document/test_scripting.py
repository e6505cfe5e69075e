"""A document that code changes, and what was done as code: the lines make the same model again."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kwidgets
from kwidgets.document import Change, Document, Refused, history
from kwidgets.document.commands import COMMANDS, INTERNAL
from kwidgets.document.draft import Draft
from kwidgets.document.scripting import Scripted

from ..wire import LONG
from .strategies import message


class _Builder:
    """What a script opens, without a view."""

    def __init__(self, text: str | None = None) -> None:
        self.document = Document()
        if text is not None:
            self.document.do({"do": "paste", "format": "yaml", "text": text})


def run(script: str) -> Document:
    """The document that the lines of a script make."""
    names: dict[str, object] = {}
    lines = script.removeprefix("from kwidgets import Builder\n").rsplit("\n", 1)[0]
    exec(compile(lines, "script", "exec"), {"Builder": _Builder}, names)
    builder = names["b"]
    assert isinstance(builder, _Builder)
    return builder.document


def same(one: Document, other: Document) -> bool:
    """Whether two documents are the same: graph, places, training, data and notes; texts that were typed need not be."""
    return replace(one.draft, written={}) == replace(other.draft, written={})


@pytest.mark.parametrize("seed", range(5))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), steps=st.integers(1, 14))
def test_what_was_done_makes_the_same_model_again(seed: int, data: st.DataObject, steps: int) -> None:
    document = Document()
    for _ in range(steps):
        try:
            document.do(message(data, document))
        except Refused:
            continue
    again = run(document.script())
    assert same(again, document)
    assert again.graph()["cards"] == document.graph()["cards"]
    assert again.text()["yaml"] == document.text()["yaml"]
    while document.steps().undo:
        document.undo()
    assert same(document, Document())


def test_every_command_of_the_page_is_a_method_and_a_line() -> None:
    asked = {name for name in COMMANDS if name not in INTERNAL} | {"undo", "redo"}
    # They are offers of a state of the document; their lines say what they do.
    assert {name for name in asked if not hasattr(Document, name)} == {"mend_data"}
    for name in asked - {"undo", "redo", "mend_data"}:
        assert name in vars(Scripted), name


def test_a_layer_is_added_by_name_after_another_and_its_name_comes_back() -> None:
    document = Document()
    assert document.add("Input", shape=(8, 8, 1)) == "input_1"
    assert document.add("Conv2D", after="input_1", filters=32, kernel_size=(3, 3), name="first") == "first"
    assert document.add("MaxPooling2D", wire=("input_1", "first")) == "max_pooling2d_1"
    document.connect("input_1", "first")
    assert [source.layer for source in document.draft.sources("first@0")] == ["input_1"]


def test_settings_that_are_set_at_once_are_one_step() -> None:
    document = Document()
    document.add("Dense", units=3)
    document.set("dense_1", units=5, activation="relu")
    assert document.draft.layers["dense_1"].config == {"units": 5, "activation": "relu"}
    document.undo()
    assert document.draft.layers["dense_1"].config["units"] == 3
    with pytest.raises(Refused):
        document.set("dense_1", units=7, activation="no such activation")
    assert document.draft.layers["dense_1"].config["units"] == 3


def test_a_name_of_nothing_is_refused_with_the_names_that_are_like_it() -> None:
    document = Document()
    document.add("Dense", name="hidden")
    with pytest.raises(Refused, match=r"no layer named 'hiden'\. There is: hidden\."):
        document.remove("hiden")
    with pytest.raises(Refused, match="No wire goes from 'hidden' to 'hidden'"):
        document.disconnect(("hidden", "hidden"))
    with pytest.raises(Refused, match="add one first"):
        Document().remove("x")
    with pytest.raises(Refused, match="'mend' cannot be one of several steps"):
        document.do_all("x", [{"do": "mend", "problem": "a", "mend": "b"}])
    with pytest.raises(Refused, match="list of commands"):
        document.do_all("x", [])


def test_layers_inside_a_block_are_named_behind_it() -> None:
    document = Document()
    document.template("digits_cnn")
    names = [name for name, part in document.draft.layers.items() if part.class_name in ("Conv2D", "MaxPooling2D")]
    block = document.group(*names[:2], name="tower")
    document.set(f"{block} > {names[0]}", filters=5)
    document.add("Dropout", wire=(f"tower > {names[0]}", f"tower > {names[1]}"), rate=0.5)
    script = document.script()
    assert f'b.document.set("tower > {names[0]}", filters=5)' in script
    assert same(run(script), document)


def test_names_that_look_like_others_are_written_so_that_they_are_read_as_they_were() -> None:
    document = Document()
    document.add("Input", shape=[4], name="a > b")
    document.add("Dense", after="a > b", name="dense@0")
    document.add("Dense", after="dense@0", name="dense@0 > x")
    document.set("dense@0", units=7)
    document.use_again("dense@0")
    document.connect("dense@0 > x", "dense@0@1")
    assert same(run(document.script()), document)


def test_a_mend_is_written_as_what_it_did() -> None:
    document = Document()
    document.add("Input", shape=[8, 8, 1])
    document.add("Dense", units=3)
    problem = document.problems()[0]
    document.mend(problem["id"], problem["mends"][0]["id"])
    assert "do_all" in document.script()
    assert same(run(document.script()), document)


def test_a_document_that_comes_back_begins_its_script_with_what_it_was() -> None:
    document = Document()
    document.template("digits_perceptron")
    document.add("Dropout")
    back = Document()
    back.restore(document.steps())
    back.undo()
    back.redo()
    back.add("Dense", units=4)
    back.undo()
    back.redo()
    assert back.script().count(".undo()") == 1
    assert same(run(back.script()), back)


def test_another_version_is_taken_over_with_its_text() -> None:
    document, other = Document(), Document()
    other.template("digits_perceptron")
    document.add("Dense")
    document.become(other.draft, "opened a version")
    document.add("Dropout")
    assert same(run(document.script()), document)


@pytest.mark.parametrize("held", [2, 4, 12])
def test_the_oldest_lines_of_a_long_session_give_way_to_the_model_as_it_was(
    monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(history, "MOST_ACTIONS", 12)
    monkeypatch.setattr(history, "HELD_DRAFTS", held)
    document = Document()
    document.add("Dense")
    for units in range(1, 40):
        document.set("dense_1", units=units)
        if units % 3 == 0:
            document.undo()
        if units % 6 == 0:
            document.redo()
        assert same(run(document.script()), document)
    assert document.script().count("\n") < 60


def test_a_long_session_holds_few_drafts() -> None:
    made = history.History()
    drafts = [Draft() for _ in range(history.MOST_ACTIONS)]
    for draft in drafts:
        made.made("a step", draft, {"do": "name_model", "name": "m"})
    held = {id(action.before) for action in made.actions if action.before is not None}
    assert len(held) <= history.HELD_DRAFTS + 1
    assert [step.draft for step in made.undo] == drafts[-history.UNDO_STEPS :]


def test_a_script_runs_in_a_notebook() -> None:
    first = kwidgets.Builder(template="digits_cnn")
    first.document.rename("dense_1", "head")
    script = first.document.script()
    first.close()
    assert script.splitlines()[2:4] == ['b = Builder(template="digits_cnn")', 'b.document.rename("dense_1", "head")']
    names: dict[str, object] = {}
    exec(compile(script, "script", "exec"), names)
    builder = names["b"]
    assert isinstance(builder, kwidgets.Builder)
    assert builder.document.draft == first.document.draft
    builder.close()


def test_a_run_that_is_on_locks_the_document_for_code_too() -> None:
    document = Document()
    document.add("Dense")
    document.locked = "A run is on."
    for change in (document.undo, lambda: document.set("dense_1", units=3, activation="relu")):
        with pytest.raises(Refused, match="A run is on"):
            change()


def test_who_hears_of_a_change_may_wait_for_another_thread_that_asks() -> None:
    document = Document()
    answers: list[int] = []

    def hear(_: Change) -> None:
        asking = threading.Thread(target=lambda: answers.append(len(document.graph()["cards"])))
        asking.start()
        asking.join(LONG)

    document.listeners.append(hear)
    document.add("Dense")  # with its Input
    document.set("dense_1", units=3, activation="relu")
    document.undo()
    assert answers == [2, 2, 2]
