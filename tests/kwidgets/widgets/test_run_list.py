"""the list of runs as pages are told of it."""

from __future__ import annotations

import sqlite3

import pytest

from kwidgets.widgets.run_list import RunList
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import begun, progress, trained


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path)


def still() -> float:
    """A clock by which reading takes no time, so that the list is read whenever it is asked for."""
    return 0.0


def numbers(answer):
    return [row["number"] for row in answer["rows"]]


def test_a_page_gets_all_runs_once_and_then_what_changed(store):
    first, second = trained(store), trained(store, document="letters")
    listing = RunList(lambda: store, still)
    whole = listing.since(None)
    assert whole["whole"] and numbers(whole) == [2, 1] and whole["size"]["runs"] == 2
    assert whole["rows"][1]["values"] == {"loss": 0.25} and whole["rows"][1]["document"] == "digits"
    nothing = listing.since(whole["version"])
    assert not nothing["whole"] and nothing["rows"] == [] and nothing["version"] == whole["version"]
    store.set_note(first.id, "a note")
    changed = listing.since(whole["version"])
    assert numbers(changed) == [1] and changed["rows"][0]["note"] == "a note" and changed["gone"] == []
    store.delete([second.id])
    gone = listing.since(changed["version"])
    assert gone["rows"] == [] and gone["gone"] == [second.id]
    store.restore([second.id])
    assert numbers(listing.since(gone["version"])) == [2]
    # A page that has an older version gets everything since.
    assert set(numbers(listing.since(whole["version"]))) == {1, 2}


def test_two_pages_of_a_view_each_get_all_changes(store):
    writer = begun(store)
    listing = RunList(lambda: store, still)
    one = other = listing.since(None)["version"]
    writer.write(progress=progress(1))
    assert listing.since(one)["rows"][0]["epochs"] == 1
    assert listing.since(other)["rows"][0]["epochs"] == 1
    writer.end("finished", "its last epoch")
    assert listing.since(other)["rows"][0]["state"] == "finished"


def test_runs_of_another_kernel_are_seen(store, tmp_path):
    listing = RunList(lambda: store, still)
    version = listing.since(None)["version"]
    theirs = RunStore(tmp_path)
    writer = begun(theirs)
    assert listing.since(version)["rows"][0]["state"] == "running"
    writer.end("stopped", "Stop")
    theirs.set_hidden(writer.id, True)
    assert listing.since(version)["rows"][0]["hidden"]


def test_a_version_of_another_kernel_gets_the_whole_list(store):
    trained(store)
    listing = RunList(lambda: store, still)
    assert listing.since(10_000)["whole"] and numbers(listing.since(10_000)) == [1]


def test_what_keeps_the_list_from_being_read_is_said_and_what_was_known_stays(tmp_path):
    folder = tmp_path / "home"
    store = RunStore(folder)
    trained(store)
    listing = RunList(lambda: store, still)
    whole = listing.since(None)
    newer = tmp_path / "newer"
    newer.mkdir()
    broken = RunStore(newer)
    trained(broken)
    set_version(newer / "kwidgets.db", 99)
    store = RunStore(newer)
    trouble = listing.since(whole["version"])
    assert "newer kwidgets" in trouble["trouble"] and trouble["gone"] == []
    store = RunStore(folder)
    assert listing.since(trouble["version"])["trouble"] is None


def set_version(path, version):
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={version}")
    connection.close()


def test_a_list_that_takes_long_to_read_is_read_less_often_but_at_once_after_a_change_of_ones_own(store):
    writer = begun(store)
    seconds = iter(range(0, 10_000, 10))  # each look at the clock is ten seconds later
    listing = RunList(lambda: store, lambda: float(next(seconds)))
    version = listing.since(None)["version"]
    writer.write(progress=progress(1))
    assert listing.since(version)["rows"] == []
    listing.again()
    assert listing.since(version)["rows"][0]["epochs"] == 1
    writer.write(progress=progress(2))
    answers = [listing.since(version)["rows"][0]["epochs"] for _ in range(60)]
    assert answers[0] == 1 and answers[-1] == 2
    writer.end("finished")
