"""The files of a run's folder: whole ones give all back, others what can be read of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kwidgets.refused import Refused
from kwidgets.workspace.run_files import JOURNAL, POINTS, RECORD, RUN, VERSION, read_record, read_table
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import begun, curve, progress, trained


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def folder_of(store: RunStore, run: str) -> Path:
    return store.folder / "runs" / run


def test_a_run_that_is_over_has_its_last_files_and_no_journal(store: RunStore) -> None:
    folder = folder_of(store, trained(store).id)
    assert sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix != ".lock") == [
        "experiment.json",
        "points.h5",
        "record.json",
        "run.json",
    ]


def test_a_run_that_died_while_it_was_put_into_its_last_files_is_read_from_its_journal(store: RunStore) -> None:
    writer = begun(store)
    writer.write([curve(0, 200)], progress(2), ["a"])
    folder = folder_of(store, writer.id)
    (folder / POINTS).write_bytes(b"half of a file")
    (folder / RECORD).write_text('{"version": 1, "log": ["half"')
    assert store.log(writer.id) == ["a"] and len(store.points(writer.id)[0].xs) == 200
    writer.end("finished")
    assert not (folder / JOURNAL).exists()
    assert store.log(writer.id) == ["a"] and len(store.points(writer.id)[0].xs) == 200


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / POINTS).unlink(),
        lambda folder: (folder / POINTS).write_bytes(b"no HDF5"),
        lambda folder: (folder / POINTS).write_bytes((folder / POINTS).read_bytes()[:600]),
        lambda folder: (folder / RECORD).write_text("[]"),
        lambda folder: (folder / RECORD).write_text('{"series": 3, "log": 4, "epochs": [], "interventions": [5]}'),
        lambda folder: (folder / RECORD).unlink(),
        lambda folder: (folder / RECORD).write_text("[" * 200_000),
        lambda folder: (folder / JOURNAL).mkdir(),
    ],
)
def test_what_is_damaged_in_a_folder_is_left_out_and_the_rest_is_read(
    damage: Callable[[Path], object], store: RunStore
) -> None:
    run = trained(store).id
    damage(folder_of(store, run))
    assert store.points(run) == [] or len(store.points(run)[0].xs) == 300
    assert store.history(run)["epoch"] in ([], [0, 1, 2])
    assert store.get(run).epochs == 3 and len(store.checkpoints(run)) == 3


def test_the_epochs_and_the_log_are_read_without_the_curves(store: RunStore) -> None:
    folder = folder_of(store, trained(store).id)
    record = read_record(folder, curves=False)
    assert record.history["epoch"] == [0, 1, 2] and record.points == []


def test_a_run_of_a_newer_form_is_refused_in_words_and_the_others_are_listed(store: RunStore, tmp_path: Path) -> None:
    newer, other = trained(store), trained(store)
    path = folder_of(store, newer.id) / RUN
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": VERSION + 1}))
    (folder_of(store, newer.id) / RECORD).write_text(json.dumps({"version": VERSION + 1}))
    with pytest.raises(Refused, match="newer kwidgets"):
        read_table(path)
    with pytest.raises(Refused, match="Update kwidgets to read it"):
        store.points(newer.id)
    store.close()
    for file in tmp_path.glob("kwidgets.db*"):
        file.unlink()
    again = RunStore(tmp_path)
    assert [run.id for run in again.list()] == [other.id]
    [notice] = again.notices()
    assert newer.id in notice and "newer kwidgets" in notice
    assert path.exists()


def test_a_folder_that_was_copied_here_is_taken_in_under_a_number_that_is_free(store: RunStore, tmp_path: Path) -> None:
    mine = trained(store)
    elsewhere = RunStore(tmp_path / "elsewhere")
    theirs = trained(elsewhere, "faces")
    folder_of(elsewhere, theirs.id).rename(folder_of(store, theirs.id))
    runs = RunStore(tmp_path).list()
    assert sorted((run.number, run.id) for run in runs) == [(1, mine.id), (2, theirs.id)]
    assert (tmp_path / "runs" / "not a run").mkdir() is None
    assert len(RunStore(tmp_path).list()) == 2
