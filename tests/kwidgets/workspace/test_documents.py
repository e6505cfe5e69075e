"""Folders of documents: nothing that was whole is lost, whatever lies there."""

import json
import os
import shutil
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwidgets.refused import Refused
from kwidgets.workspace.document_files import DamagedDocument, Head, NewerDocument, read_file, read_head, text_of
from kwidgets.workspace.documents import LATEST_VERSIONS, MOST_VERSIONS, DocumentFolder, DocumentStore
from kwidgets.workspace.owners import Owner, me


@pytest.fixture
def store(tmp_path):
    return DocumentStore(tmp_path / "documents")


def write(folder, value, keep=False, saved=1.0):
    head = Head(folder.name, saved, 2, "model_1", f"step {value}"[:40])
    folder.write(head, json.dumps({"value": value}, ensure_ascii=False), keep=keep)


def values(folder):
    """What the present file and the versions hold, newest first."""
    stored = folder.read()
    return [stored[0].content["value"], *(folder.version(one.number).content["value"] for one in folder.versions())]


def test_what_was_written_is_read_with_its_true_name(store):
    folder = store.folder("a/b: ü 🙂")
    assert folder.read() is None and not folder.exists()
    write(folder, 1)
    stored, why = store.folder("a/b: ü 🙂").read()
    assert (stored.content, stored.head.name, why) == ({"value": 1}, "a/b: ü 🙂", None)
    assert folder.head() == stored.head == Head("a/b: ü 🙂", 1.0, 2, "model_1", "step 1")
    assert json.loads(folder.present.read_text())["document"] == {"value": 1}


def test_a_version_is_made_where_it_is_asked_for(store):
    folder = store.folder("d")
    for value in range(4):
        write(folder, value, keep=value == 2)
    assert values(folder) == [3, 1]
    assert [one.head.label for one in folder.versions()] == ["step 1"]


def test_a_file_that_somebody_else_wrote_becomes_a_version(store):
    mine, theirs = store.folder("d"), store.folder("d")
    write(mine, "mine")
    write(theirs, "theirs")
    assert values(theirs) == ["theirs", "mine"]
    write(mine, "mine again")
    assert values(mine) == ["mine again", "theirs", "mine"]


def test_what_was_read_first_is_replaced_without_a_version(store):
    write(store.folder("d"), 1)
    folder = store.folder("d")
    folder.read()
    write(folder, 2)
    assert values(folder) == [2]


def test_file_systems_without_second_names_keep_copies(tmp_path):
    def link(source, target):
        raise OSError("no second names here")

    folder = DocumentFolder(tmp_path / "d", "d", link)
    for value in range(3):
        write(folder, value, keep=True)
    assert values(folder) == [2, 1, 0]


@settings(deadline=None)
@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=60))
def test_twenty_versions_stay_the_latest_and_the_first_among_them(tmp_path_factory, gaps):
    folder = DocumentStore(tmp_path_factory.mktemp("d")).folder("d")
    now = 1_700_000_000
    for number, gap in enumerate(gaps):
        now += gap
        write(folder, number, keep=True)
        os.utime(folder.present, (now, now))
        # The time was set after the file was written: it is read again, as a new session would.
        folder.read()
    labels = [version.head.label for version in folder.versions()]
    made = [f"step {number}" for number in range(len(gaps) - 1)][::-1]
    assert len(labels) == min(len(made), MOST_VERSIONS)
    assert labels[:LATEST_VERSIONS] == made[:LATEST_VERSIONS]
    assert labels[-1:] == made[-1:]


DAMAGES = {
    "cut": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "a figure is another": lambda text: text.replace('"value": 2', '"value": 3'),
    "no JSON": lambda text: "hello",
    "of something else": lambda text: '{"kind": "cake", "schema": 1, "name": "d"}',
    "no end": lambda text: text.removesuffix("}\n"),
    "a deep head": lambda text: "[" * 10_000,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_told_and_the_newest_whole_version_comes(store, damage):
    folder = store.folder("d")
    for value in range(3):
        write(folder, value, keep=True)
    folder.present.write_text(DAMAGES[damage](folder.present.read_text()))
    again = store.folder("d")
    stored, why = again.read()
    assert stored.content == {"value": 1}
    assert isinstance(why, DamagedDocument) and "damaged" in str(why)
    # The damaged file stays as a version, for whoever wants to look at it.
    text = folder.present.read_text()
    write(again, 4)
    assert text in [path.read_text() for path in (folder.path / "versions").iterdir()]


def test_a_document_without_a_whole_file_is_refused_and_its_files_stay(store):
    folder = store.folder("d")
    for value in range(2):
        write(folder, value, keep=True)
    for path in folder.path.rglob("*.json"):
        path.write_text("nothing")
    with pytest.raises(DamagedDocument, match="None of its versions"):
        store.folder("d").read()
    assert len(list(folder.path.rglob("*.json"))) == 2


def test_a_file_that_is_gone_leaves_its_versions(store):
    folder = store.folder("d")
    for value in range(2):
        write(folder, value, keep=True)
    folder.present.unlink()
    stored, why = store.folder("d").read()
    assert stored.content == {"value": 0} and "gone" in str(why)
    assert store.folder("d").head().label == "step 0"


def test_a_file_of_a_later_release_is_refused_and_stays_as_it_is(store):
    folder = store.folder("d")
    write(folder, 1)
    later = folder.present.read_text().replace('"schema": 1', '"schema": 7')
    folder.present.write_text(later)
    with pytest.raises(NewerDocument, match="later release"):
        store.folder("d").read()
    assert folder.present.read_text() == later


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fail_otherwise(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("f") / "current.json"
    path.write_text(text, encoding="utf-8", errors="replace")
    for read in (read_file, read_head):
        with pytest.raises((DamagedDocument, NewerDocument)):
            read(path)


def test_a_text_holds_its_document_word_for_word():
    text = text_of(Head("d", 1.0, 0), '{"a": "\\n}\\n"}')
    assert json.loads(text)["document"] == {"a": "\n}\n"}


def test_documents_are_listed_latest_first_and_what_is_none_is_left_out(store):
    for number, name in enumerate(["old", "new"]):
        write(store.folder(name), number, saved=float(number))
    (store.path / "notes").mkdir()
    (store.path / "file.txt").write_text("x")
    assert [(folder.name, head.saved) for folder, head in store.folders()] == [("new", 1.0), ("old", 0.0)]
    assert DocumentStore(store.path / "nowhere").folders() == []


def test_what_is_deleted_can_be_brought_back(store):
    folder = store.folder("d")
    write(folder, 1)
    write(folder, 2, keep=True)
    aside = store.delete(folder)
    assert store.folders() == [] and [one.name for one, _ in store.folders(deleted=True)] == ["d"]
    back = store.restore(aside)
    assert values(back) == [2, 1] and store.folders(deleted=True) == []


def test_a_document_is_not_brought_back_over_another_of_its_name(store):
    folder = store.folder("d")
    write(folder, 1)
    aside = store.delete(folder)
    write(store.folder("d"), 2)
    with pytest.raises(Refused, match="another document named"):
        store.restore(aside)
    assert values(store.folder("d")) == [2] and values(aside) == [1]


def test_bringing_back_leaves_somebody_who_has_just_opened_the_name(store):
    folder = store.folder("d")
    write(folder, 1)
    aside = store.delete(folder)
    owner = Owner(store.folder("d").path, me())
    assert owner.take() is None
    store.restore(aside)
    assert owner.still() and values(store.folder("d")) == [1]
    owner.give_up()


def test_a_document_that_is_open_is_not_deleted(store):
    folder = store.folder("d")
    write(folder, 1)
    owner = Owner(folder.path, me("analysis.ipynb"))
    assert owner.take() is None
    with pytest.raises(Refused, match=r"open in analysis\.ipynb"):
        store.delete(folder)
    owner.give_up()
    store.delete(folder)


def test_of_many_who_delete_one_document_one_does(store):
    folder = store.folder("d")
    write(folder, 1)
    outcomes = []

    def delete():
        try:
            store.delete(store.folder("d"))
            outcomes.append("deleted")
        except Refused as refused:
            outcomes.append(str(refused))

    threads = [threading.Thread(target=delete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("deleted") == 1 and len(outcomes) == 6
    assert len(store.folders(deleted=True)) == 1 and store.folders() == []


def test_copies_have_free_names(store):
    write(store.folder("d"), 1)
    assert store.free_copy_name("d") == "d (copy)"
    write(store.folder("d (copy)"), 1)
    assert store.free_copy_name("d") == "d (copy 2)"


def test_a_folder_that_cannot_be_made_is_an_error_and_changes_nothing(store, tmp_path):
    folder = store.folder("d")
    write(folder, 1)
    shutil.move(folder.path, tmp_path / "elsewhere")
    folder.path.write_text("a file in the place of the folder")
    with pytest.raises(OSError):
        write(folder, 2)
    assert folder.path.read_text() == "a file in the place of the folder"


def test_a_text_that_could_not_be_read_again_is_not_written(store):
    folder = store.folder("d")
    write(folder, 1)
    with pytest.raises(OSError, match="longer than"):
        write(folder, "ü" * 5_000_000)
    assert values(folder) == [1]
