"""What the page is told of its document, and what it can ask: saving, versions, copies, taking over."""

import json

import numpy as np
import pytest

from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder, documents, runs
from kwidgets.document import Refused

from ..wire import LONG, Wire, until


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path / "home"))


def test_a_page_sees_its_document_saved_and_opens_a_version():
    builder = Builder(name="digits")
    wire = Wire(builder.view)
    assert builder.view.saving["name"] == "digits" and builder.view.saving["saved"] is None
    assert wire.say("template", name="residual")["ok"]
    until(lambda: builder.view.saving["saved"] is not None)
    assert wire.say("template", name="digits_cnn")["ok"]
    until(lambda: len(wire.say("versions", saved=None)["versions"]) == 1)
    version = wire.say("versions", saved=None)["versions"][0]
    assert version["layers"] == 11 and "residual" in version["label"].lower()
    done = wire.say("open_version", version=version["number"])
    assert done["ok"] and done["label"] == "open a version"
    assert len(builder.document.draft.layers) == 11
    assert wire.say("undo")["ok"] and len(builder.document.draft.layers) == 8
    for wrong in (99, "x", True, None):
        assert "no version" in wire.say("open_version", version=wrong)["refused"]
    builder.close()


def test_two_pages_of_one_name_are_told_and_take_over_or_copy():
    first, second, third = (Builder(name="digits") for _ in range(3))
    wires = [Wire(builder.view) for builder in (first, second, third)]
    wires[0].say("template", name="residual")
    assert second.view.saving["notice"]["kind"] == "elsewhere" and second.view.saving["notice"]["here"]
    assert wires[1].say("take_over")["ok"]
    until(lambda: first.view.saving["notice"] is not None)
    assert first.view.saving["notice"]["kind"] == "taken"
    assert second.document.draft == first.document.draft and second.view.saving["writes"]
    assert wires[2].say("save_copy")["ok"]
    assert third.name == "digits (copy)" and third.view.saving["notice"] is None
    for builder in (first, second, third):
        builder.close()


def test_what_came_back_is_told_until_it_is_closed():
    builder = Builder(name="digits")
    builder.document.do({"do": "template", "name": "residual"})
    builder.close()
    again = Builder(name="digits")
    wire = Wire(again.view)
    assert again.view.saving["notice"]["kind"] == "restored"
    assert wire.say("close_notice")["ok"] and again.view.saving["notice"] is None
    assert "has the document already" in wire.say("take_over")["refused"]
    again.close()


def test_a_new_document_gives_its_name_to_its_model():
    builder = Builder(name="digits")
    assert builder.document.draft.name == "digits" and builder.name == "digits"
    builder.close()


@pytest.mark.parametrize("name", ["", "  ", 3, "a\nb"])
def test_what_cannot_be_a_name_is_refused_before_anything_is_made(name, tmp_path):
    with pytest.raises(Refused, match="name of a document"):
        Builder(name=name)
    assert not (tmp_path / "home").exists()


def test_arrays_that_are_not_there_yet_bind_when_they_come(arrays):
    builder = Builder(name="digits", arrays=arrays)
    builder.document.do({"do": "add", "class_name": "Input", "settings": {"shape": [4]}})
    builder.document.do({"do": "add", "class_name": "Dense", "after": "input_1@0", "settings": {"units": 2}})
    builder.set_data(source="notebook", inputs={"input_1": "x"}, targets={"dense_1": "y"})
    builder.document.do({"do": "set_training", "loss": "mean_squared_error", "epochs": 1})
    builder.close()
    early = Builder(name="digits")
    assert early.document.data()["inputs"] == {"input_1": "x"}
    assert any("x" in problem["sentence"] for problem in early.document.data()["problems"])
    with pytest.raises(Refused):
        early.start()
    early.close()
    late = Builder(name="digits", arrays=arrays)
    assert late.document.data()["problems"] == []
    late.start()
    assert late.session.wait(LONG)
    late.close()


def test_a_document_that_a_file_feeds_finds_its_file_again(tmp_path, arrays):
    np.savez(tmp_path / "data.npz", **arrays)
    builder = Builder(name="digits")
    builder.document.do({"do": "add", "class_name": "Input", "settings": {"shape": [4]}})
    builder.document.do({"do": "add", "class_name": "Dense", "after": "input_1@0", "settings": {"units": 2}})
    builder.set_data(source=str(tmp_path / "data.npz"), inputs={"input_1": "x"}, targets={"dense_1": "y"})
    builder.close()
    again = Builder(name="digits")
    assert again.document.data()["problems"] == []
    assert again.document.data()["source"] == str(tmp_path / "data.npz")
    again.close()


def test_a_builder_that_was_changed_nowhere_leaves_no_file(tmp_path):
    Builder(template="residual").close()
    Builder().close()
    assert not (tmp_path / "home" / "documents").exists()


def test_an_unnamed_document_is_stored_from_its_first_change(tmp_path):
    builder = Builder()
    builder.document.do({"do": "template", "name": "residual"})
    builder.close()
    [folder] = (tmp_path / "home" / "documents").iterdir()
    assert json.loads((folder / "current.json").read_text())["name"] == builder.name
    assert builder.name.startswith("untitled ")
    fresh = Builder()
    assert fresh.document.draft.layers == {} and fresh.view.saving["notice"] is None
    fresh.close()


def test_a_page_renames_its_document_with_the_run_that_is_going_on():
    builder = Builder(
        Sequential([Dense(2, input_shape=(4,))]), arrays={"x": np.zeros((8, 4)), "y": np.zeros((8, 2))}, name="digits"
    )
    other = Builder(name="taken")
    other.document.do({"do": "template", "name": "residual"})
    wire = Wire(builder.view)
    wire.say("set_training", epochs=10**6)
    assert wire.say("start")["ok"]
    until(lambda: builder.session.stream.batches_done > 3)
    assert "There is another document named 'taken'" in wire.say("rename_document", name="taken")["refused"]
    assert "at least one letter" in wire.say("rename_document", name="  ")["refused"]
    assert builder.view.saving["name"] == "digits"
    assert wire.say("rename_document", name="letters / 2")["ok"]
    assert builder.view.settled() and builder.view.saving["name"] == builder.name == "letters / 2"
    assert wire.say("stop")["ok"]
    assert builder.session.wait()
    assert [run.document for run in runs()] == ["letters / 2"]
    for one in (builder, other):
        one.close()
    assert {one.name for one in documents()} == {"letters / 2", "taken"}


def test_a_document_that_is_open_elsewhere_is_not_renamed_from_here():
    first, second = Builder(name="digits"), Builder(name="digits")
    said = Wire(second.view).say("rename_document", name="letters")
    assert "open elsewhere" in said["refused"] and "Take it over first" in said["hint"]
    assert (first.name, second.name) == ("digits", "digits")
    for one in (first, second):
        one.close()
