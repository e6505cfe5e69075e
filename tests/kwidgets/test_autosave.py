"""A document that saves itself: what comes back, what becomes a version, who may write, and what a kill can take."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from engine.experiment import read_json
from kwidgets.autosave import VERSION_SECONDS, Autosave
from kwidgets.document import Document, Refused
from kwidgets.document.steps import Writer
from kwidgets.workspace.document_files import Head, text_of
from kwidgets.workspace.documents import DocumentStore
from kwidgets.workspace.owners import me

from .killed_editing import killed_editing
from .wire import LONG, until


@pytest.fixture
def store(tmp_path):
    return DocumentStore(tmp_path / "documents")


@pytest.fixture
def opened(store):
    """Opens a document under a name, as a builder does; all are closed at the end."""
    open_ones = []

    def open_it(name="d", document=None, with_model=False, **details):
        document = Document() if document is None else document
        who = me(details.pop("notebook", None))
        autosave = Autosave(
            document, name, who, store=store, **{k: details.pop(k) for k in ("unnamed", "clock") if k in details}
        )
        autosave.begin(with_model=with_model, **details)
        open_ones.append(autosave)
        return document, autosave

    yield open_it
    for one in open_ones:
        one.close()


def add(document, class_name="Dense"):
    first = {"class_name": "Input", "settings": {"shape": [4]}}
    nodes = list(document.draft.nodes())
    document.do({"do": "add", **({"class_name": class_name, "after": nodes[-1]} if nodes else first)})


def saved(document, autosave):
    """Wait until the present state is on the disk."""
    text = Writer().text(document.steps())
    folder = autosave._store.folder(autosave.name)
    until(lambda: folder.present.exists() and text in folder.present.read_text())


def notice(autosave):
    said = autosave.state()["notice"]
    return None if said is None else said["kind"]


def test_a_document_comes_back_with_its_undo_list_after_it_was_closed(opened):
    document, autosave = opened()
    for _ in range(4):
        add(document)
    document.undo()
    autosave.close()
    again, restored = opened()
    assert again.draft == document.draft
    assert [one.label for one in again.steps().undo] == [one.label for one in document.steps().undo]
    again.redo()
    assert len(again.draft.layers) == 4
    said = restored.state()["notice"]
    assert said["kind"] == "restored" and said["signed"] is None and abs(said["saved"] - time.time()) < LONG


def test_the_first_change_is_written_at_once_and_the_rest_follows(opened):
    document, autosave = opened()
    add(document)
    saved(document, autosave)
    assert autosave.state()["saved"] is not None
    for _ in range(30):
        add(document)
    saved(document, autosave)


def test_what_is_looked_at_is_saved_too(opened):
    document, autosave = opened()
    document.do({"do": "template", "name": "resnet50"})
    document.open_all(True)
    autosave.close()
    again, _ = opened()
    assert again.graph()["head"]["opened"] == document.graph()["head"]["opened"] > 0


def test_nothing_is_written_before_there_is_something_to_save(opened, store):
    _, named = opened("named")
    document, unnamed = opened("untitled", unnamed=True)
    assert store.folders() == [] and unnamed.state()["name"] is None
    document.offer([])
    add(document)
    saved(document, unnamed)
    assert unnamed.state()["name"] == "untitled"
    assert [folder.name for folder, _ in store.folders()] == ["untitled"]
    named.close()


def test_a_model_that_is_given_wins_and_what_was_stored_can_be_opened(opened):
    document, autosave = opened()
    for _ in range(3):
        add(document)
    autosave.close()
    template = Document()
    template.do({"do": "template", "name": "residual"})
    mine = Document(template.draft)
    _, second = opened(document=mine, with_model=True)
    said = second.state()["notice"]
    assert (said["kind"], said["layers"]) == ("given", 3)
    assert mine.draft == template.draft
    assert [one["number"] for one in second.versions()] == [0]
    # It is there as long as nothing was changed here, and a version from then on.
    add(mine)
    until(lambda: [(one["number"], one["layers"]) for one in second.versions()] == [(1, 3)])
    second.open_version(0)
    assert mine.draft == document.draft and second.state()["notice"] is None
    mine.undo()
    assert len(mine.draft.layers) == len(template.draft.layers) + 1


def test_what_is_stored_can_be_opened_before_anything_was_changed(opened):
    document, autosave = opened()
    add(document)
    autosave.close()
    template = Document()
    template.do({"do": "template", "name": "residual"})
    _, second = opened(document=template, with_model=True)
    second.open_version(0)
    assert template.draft == document.draft
    with pytest.raises(Refused, match="no version 7"):
        second.open_version(7)


def test_a_model_that_is_given_under_a_name_is_saved_at_once(opened):
    template = Document()
    template.do({"do": "template", "name": "residual"})
    _, autosave = opened(document=template, with_model=True, at_once=True)
    saved(template, autosave)


def test_the_same_model_given_again_has_its_undo_list_back_and_nothing_is_told(opened):
    document, autosave = opened()
    for _ in range(3):
        add(document)
    autosave.close()
    mine = Document(document.draft)
    _, second = opened(document=mine, with_model=True)
    assert notice(second) is None and len(mine.steps().undo) == 3


def test_a_session_keeps_as_a_version_what_it_began_with(opened, store):
    document, autosave = opened()
    add(document)
    autosave.close()
    document, autosave = opened()
    for _ in range(5):
        add(document)
    autosave.close()
    assert [version.head.layers for version in store.folder("d").versions()] == [1]


def test_versions_are_made_by_time_and_before_another_model(opened, store):
    now = [0.0]
    document, autosave = opened(clock=lambda: now[0])
    for _ in range(3):
        add(document)
        saved(document, autosave)
        now[0] += VERSION_SECONDS / 2.5
    assert store.folder("d").versions() == []
    now[0] += VERSION_SECONDS
    add(document)
    saved(document, autosave)
    assert [version.head.layers for version in store.folder("d").versions()] == [3]
    document.do({"do": "template", "name": "residual"})
    saved(document, autosave)
    assert [version.head.layers for version in store.folder("d").versions()] == [4, 3]


def test_going_back_through_a_stored_undo_list_makes_no_versions(opened, store):
    document, autosave = opened()
    for _ in range(6):
        add(document)
    autosave.close()
    document, autosave = opened()
    for _ in range(4):
        document.undo()
        saved(document, autosave)
    assert [version.head.layers for version in store.folder("d").versions()] == [6]


def test_a_second_opening_is_told_and_saves_nothing(opened):
    document, _ = opened(notebook="analysis.ipynb")
    add(document)
    other, second = opened()
    said = second.state()
    assert not said["writes"] and said["notice"]["kind"] == "elsewhere"
    assert (said["notice"]["by"], said["notice"]["here"]) == ("analysis.ipynb", True)
    before = document.draft
    add(other)
    second.close()
    assert document.draft == before and notice(opened()[1]) == "elsewhere"


def test_a_copy_goes_on_under_its_own_name(opened, store):
    document, first = opened()
    add(document)
    saved(document, first)
    other, second = opened()
    second.save_copy()
    assert second.name == "d (copy)" and second.state()["writes"] and notice(second) is None
    add(other)
    saved(other, second)
    saved(document, first)
    assert len(document.draft.layers) == 1 and len(other.draft.layers) == 2


def test_who_takes_over_has_the_latest_state_and_the_other_is_told(opened, store):
    document, first = opened()
    add(document)
    other, second = opened(notebook="b.ipynb")
    add(document)
    second.take_over()
    assert other.draft == document.draft and second.state()["writes"] and notice(second) is None
    until(lambda: notice(first) == "taken")
    assert first.state()["notice"]["by"] == "b.ipynb" and not first.state()["writes"]
    # The one that lost it goes on editing, and nothing of that is written over the other's.
    add(document, "Dropout")
    add(other)
    saved(other, second)
    first.save_copy()
    saved(document, first)
    assert first.name == "d (copy)" and "dropout_1" in document.draft.layers


def test_what_was_edited_before_taking_over_is_a_version(opened, store):
    document, first = opened()
    add(document)
    saved(document, first)
    other, second = opened()
    for _ in range(3):
        add(other)
    edited = other.draft
    second.take_over()
    assert other.draft == document.draft
    entry = next(one for one in second.versions() if one["label"] == "before taking over")
    second.open_version(entry["number"])
    assert other.draft == edited


def test_an_empty_document_is_taken_over_too(opened):
    opened()
    other, second = opened()
    second.take_over()
    assert second.state()["writes"] and other.draft == Document().draft
    add(other)
    saved(other, second)


def test_what_cannot_be_read_when_it_is_taken_over_stays_as_a_version(opened, store):
    document, first = opened()
    add(document)
    saved(document, first)
    other, second = opened()
    before = other.draft
    first.close()
    folder = store.folder("d")
    folder.present.write_text("?")
    second.take_over()
    assert notice(second) == "unreadable" and second.state()["writes"] and other.draft == before
    add(other)
    saved(other, second)
    assert "?" in [path.read_text() for path in (folder.path / "versions").iterdir()]


def test_nobody_takes_over_what_is_his(opened):
    _, autosave = opened()
    with pytest.raises(Refused, match="already"):
        autosave.take_over()


def test_a_document_of_a_later_release_is_not_touched(opened, store):
    folder = store.folder("d")
    folder.path.mkdir(parents=True)
    later = text_of(Head("d", 1.0, 3), "{}").replace('"schema": 1', '"schema": 2')
    folder.present.write_text(later)
    document, autosave = opened()
    assert notice(autosave) == "newer" and not autosave.state()["writes"]
    add(document)
    autosave.save_copy()
    saved(document, autosave)
    assert folder.present.read_text() == later and autosave.name == "d (copy)"


def test_a_damaged_document_is_told_and_nothing_of_it_is_lost(opened, store):
    document, autosave = opened()
    add(document)
    autosave.close()
    document, autosave = opened()
    add(document)
    autosave.close()
    folder = store.folder("d")
    folder.present.write_text(folder.present.read_text()[:200])
    again, restored = opened()
    assert notice(restored) == "version" and len(again.draft.layers) == 1
    for path in folder.path.rglob("*.json"):
        if path.name != "owner.json":
            path.write_text("?")
    restored.close()
    again, restored = opened()
    assert notice(restored) == "unreadable" and len(again.draft.layers) == 0
    add(again)
    saved(again, restored)
    assert "?" in [path.read_text() for path in (folder.path / "versions").iterdir()]


def test_a_class_that_nobody_has_defined_yet_is_told_by_its_name(opened, store):
    layer = {"class_name": "MyOwn", "config": {"name": "mine"}}
    text = json.dumps({"now": {"class_name": "Sequential", "config": {"layers": [layer]}}})
    folder = store.folder("d")
    folder.write(Head("d", 1.0, 1), text)
    document, autosave = opened()
    assert notice(autosave) == "unreadable" and "MyOwn" in autosave.state()["notice"]["why"]
    add(document)
    saved(document, autosave)
    assert [folder.version(one.number).content for one in folder.versions()] == [read_json(text)]


def test_where_nothing_can_be_written_editing_goes_on_and_saving_begins_when_it_can(opened, store):
    store.path.parent.mkdir(exist_ok=True)
    store.path.write_text("a file in the place of the folder")
    document, autosave = opened()
    add(document)
    until(lambda: autosave.state()["trouble"] is not None)
    assert str(store.path) in autosave.state()["trouble"]
    add(document)
    assert len(document.draft.layers) == 2
    store.path.unlink()
    saved(document, autosave)
    until(lambda: autosave.state()["trouble"] is None)


def test_a_folder_that_is_taken_away_is_written_again(opened, store):
    document, autosave = opened()
    add(document)
    saved(document, autosave)
    shutil.rmtree(store.path)
    add(document)
    saved(document, autosave)


def test_what_was_told_goes_when_it_is_closed_but_not_who_has_the_document(opened):
    document, autosave = opened()
    add(document)
    autosave.close()
    _, restored = opened()
    restored.close_notice()
    assert notice(restored) is None
    _, second = opened()
    second.close_notice()
    assert notice(second) == "elsewhere"


@pytest.mark.parametrize("seed", range(10))
def test_a_kill_at_any_moment_takes_the_last_command_at_most(tmp_path, seed):
    outcome = killed_editing(tmp_path / "documents", seed)
    assert outcome.missing is not None and outcome.missing <= 1, outcome
    assert outcome.undo_is_whole, outcome
