"""The Runs page asks, the store answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from kwidgets import Builder
from kwidgets.workspace.run_store import store as users_store
from tests.e2e.stored_runs import interrupted, record

from ..wire import Wire

pytestmark = pytest.mark.usefixtures("small_bundle")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path / "home"))
    return users_store()


@pytest.fixture
def page(store):
    """The page's end of the wire of an empty builder."""
    builder = Builder()
    yield Wire(builder.view)
    builder.close()


def rows(page):
    return {row["number"]: row for row in page.say("list_runs")["rows"]}


def test_runs_are_listed_with_what_the_table_shows(page, store):
    higher = record(store, 1, rate=0.003)
    record(store, 2, parent=(higher.id, 4), epochs=9)
    record(store, 3, code=True, epochs=2)
    listed = rows(page)
    assert listed[1]["settings"] == {"learning_rate": 0.003, "optimizer": "Adam", "batch_size": 32}
    assert listed[1]["values"]["val_loss"] is not None and listed[1]["epochs"] == 10
    assert listed[2]["parent"] == {"run": higher.id, "epoch": 4}
    assert listed[3]["document"] is None
    json.dumps(listed, allow_nan=False)


def test_one_run_is_told_closely(page, store):
    writer = record(store, 4)
    answer = page.say("run_details", run=writer.id)
    assert [one["epoch"] for one in answer["checkpoints"]] == list(range(11))
    assert [one["last"] for one in answer["checkpoints"]] == [False] * 10 + [True]
    assert answer["events"][0]["text"] == "learning rate 0.0005" and answer["log"][0].startswith("epoch 1")
    assert answer["data"][0]["name"] == "x" and answer["rows"] == 1293 and answer["ended_by"] == "its last epoch"
    assert "kwidgets" in answer["versions"] and answer["opens"]
    assert not page.say("run_details", run=record(store, 1, code=True).id)["opens"]
    assert "no run" in page.say("run_details", run="../../etc")["refused"]


def test_a_run_whose_kernel_died_is_interrupted_and_says_when(page, store):
    interrupted(store.folder)
    row = rows(page)[1]
    assert row["state"] == "interrupted" and row["ended"] is not None
    assert "kernel" in page.say("run_details", run=row["id"])["ended_by"]


def test_notes_tags_and_hiding_are_kept(page, store):
    run = record(store, 1).id
    assert page.say("note_run", run=run, note="higher rate, same seed")["ok"]
    assert page.say("tag_run", run=run, tags=["paper", " rates ", "paper"])["ok"]
    assert page.say("hide_runs", runs=[run], hidden=True)["ok"]
    row = rows(page)[1]
    assert (row["note"], row["tags"], row["hidden"]) == ("higher rate, same seed", ["paper", "rates"], True)
    assert "text" in page.say("note_run", run=run, note=3)["refused"]
    assert "no run" in page.say("tag_run", run="none", tags=[])["refused"]


def test_deleted_runs_come_back(page, store):
    one, other = record(store, 1).id, record(store, 2).id
    version = page.say("list_runs")["version"]
    assert page.say("delete_runs", runs=[one, other])["ok"]
    assert set(page.say("list_runs", since=version)["gone"]) == {one, other}
    assert page.say("undelete_runs", runs=[one, other])["ok"]
    assert len(rows(page)) == 2


def test_a_run_that_goes_on_is_not_deleted_and_nothing_else_is(page, store):
    ended, going = record(store, 1), record(store, 2, end=False)
    assert "going on" in page.say("delete_runs", runs=[ended.id, going.id])["refused"]
    assert len(rows(page)) == 2
    going.end("finished")


def test_a_checkpoint_is_pinned_and_let_go(page, store):
    run = record(store, 1, epochs=2).id
    assert page.say("pin_checkpoint", run=run, epoch=1, batch=0, pinned=True)["ok"]
    assert [one["pinned"] for one in page.say("run_details", run=run)["checkpoints"]] == [False, True, False]
    assert "no checkpoint" in page.say("pin_checkpoint", run=run, epoch=7, batch=0, pinned=True)["refused"]
    assert "whole number" in page.say("pin_checkpoint", run=run, epoch="1", batch=0, pinned=True)["refused"]


def test_freeing_the_disk_says_first_what_would_go_and_leaves_what_matters(page, store):
    kept, gone = record(store, 1), record(store, 2)
    going = record(store, 3, end=False)
    store.pin(kept.id, 3, 0, True)
    page.say("delete_runs", runs=[gone.id])
    checkpoints = page.say("run_details", run=kept.id)["checkpoints"]
    between = sum(not (one["best"] or one["last"] or one["pinned"]) for one in checkpoints)
    before = store.usage().bytes
    would = page.say("sweep_runs", dry=True)
    assert would["checkpoints"] == between > 0 and would["runs"] == 1 and store.usage().bytes == before
    swept = page.say("sweep_runs", dry=False)
    assert (swept["checkpoints"], swept["runs"]) == (between, 1) and store.usage().bytes == before - swept["bytes"]
    left = page.say("run_details", run=kept.id)["checkpoints"]
    assert all(one["best"] or one["last"] or one["pinned"] for one in left) and 3 in [one["epoch"] for one in left]
    assert len(page.say("run_details", run=going.id)["checkpoints"]) == 11
    assert "no run" in page.say("undelete_runs", runs=[gone.id])["refused"]
    going.end("finished")


def test_runs_are_compared_in_words(page, store):
    one, other = record(store, 1, rate=0.003), record(store, 2, rate=0.001)
    without = record(store, 2, rate=0.001, dropout=None)
    code = record(store, 2, code=True)
    answer = page.say("compare_runs", runs=[one.id, other.id])
    assert answer["differences"] == [{"label": "learning rate", "values": ["0.003", "0.001"]}]
    assert (answer["graph"], answer["data"], answer["seed"]) == ("same", "same", "same")
    answer = page.say("compare_runs", runs=[other.id, without.id])
    assert answer["graph"] == "different" and answer["differences"][0]["values"] == ["0.25", "none"]
    assert page.say("compare_runs", runs=[one.id, code.id])["graph"] == "unknown"
    assert "two runs" in page.say("compare_runs", runs=[one.id])["refused"]


def test_curves_of_several_runs_come_in_one_answer(page, store):
    one, other = record(store, 1), record(store, 2, epochs=4)
    answer, (xs, _) = page.say_for_bytes("run_curves", runs=[one.id, "gone", other.id], names=["loss"])
    assert [(c["run"], c["count"]) for c in answer["curves"]] == [(one.id, 10)] * 2 + [(other.id, 4)] * 2
    assert len(xs) == 4 * 28


def test_the_history_of_a_run_is_a_file(page, store):
    run = record(store, 1, epochs=3).id
    answer, (content,) = page.say_for_bytes("export_run", run=run)
    assert answer["filename"] == "run_1_history.json"
    assert np.allclose(json.loads(content)["history"]["loss"], store.history(run)["history"]["loss"])
    assert "no whole epoch" in page.say("export_run", run=record(store, 1, epochs=0).id)["refused"]
