"""What is recorded of runs can be found again, by any process, whatever happened meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwidgets.refused import Refused
from kwidgets.workspace.records import Intervention
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import EXPERIMENT, LAYER, begun, curve, progress, trained, with_checkpoint


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def test_all_of_a_run_can_be_read_while_it_goes_on_and_after_its_end(store: RunStore) -> None:
    writer = begun(store)
    writer.write([curve(0, 100)], progress(1), ["begun"], [Intervention(0.5, 1.0, "rate", "0.01 to 0.001")])
    writer.write([curve(100, 250)], progress(2, partial=True), ["stopped"])
    with_checkpoint(writer, 1, best=True)
    for state, written in (("running", None), ("stopped", "Stop")):
        if written is not None:
            writer.end("stopped", written)
        assert writer.trouble is None
        [run] = store.list()
        assert (run.state, run.number, run.epochs, run.values, run.document) == (state, 1, 2, {"loss": 0.5}, "digits")
        assert run.ended_by == (written or "")
        assert store.history(run.id) == {"epoch": [0, 1], "history": {"loss": [1.0, 0.5]}, "partial": True}
        [points] = store.points(run.id)
        assert points.name == "loss" and points.phase == "batch"
        assert points.xs.tolist() == curve(0, 250).xs.tolist() and points.ys.tolist() == curve(0, 250).ys.tolist()
        assert store.log(run.id) == ["begun", "stopped"]
        assert store.interventions(run.id) == [Intervention(0.5, 1.0, "rate", "0.01 to 0.001")]
        [checkpoint] = store.checkpoints(run.id)
        assert (checkpoint.epoch, checkpoint.batch, checkpoint.bytes, checkpoint.best) == (1, 0, 1000, True)
        assert checkpoint.last and not checkpoint.pinned and checkpoint.path == writer.checkpoint_path(1)
        assert store.experiment(run.id) == EXPERIMENT


def test_a_run_that_is_given_the_name_of_another_leaves_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path, clock=lambda: 1.8e9)
    monkeypatch.setattr("secrets.token_hex", lambda count: "00" * count)
    first = trained(store)
    second = begun(store)
    assert not second.records and second.trouble is not None
    monkeypatch.undo()
    assert [run.id for run in store.list()] == [first.id] and store.history(first.id)["epoch"]
    assert begun(store).records


def test_runs_are_listed_the_newest_first_with_numbers_that_count_up(store: RunStore) -> None:
    for _ in range(3):
        trained(store)
    assert [run.number for run in store.list()] == [3, 2, 1]


def test_a_run_whose_process_is_gone_is_interrupted(store: RunStore, tmp_path: Path) -> None:
    writer = begun(store)
    writer.write([], progress(1))
    assert RunStore(tmp_path).get(writer.id).state == "running"
    writer._alive.end()  # what the system does when a process is killed
    run = RunStore(tmp_path).get(writer.id)
    assert run.state == "interrupted" and run.epochs == 1 and run.ended is not None


def test_a_run_that_goes_on_again_keeps_its_number_and_what_it_has_recorded(store: RunStore) -> None:
    before = trained(store, epochs=2, state="stopped")
    writer = store.reopen(before.id)
    assert writer.number == 1 and store.get(writer.id).state == "running"
    writer.write([curve(200, 300)], progress(3))
    writer.end("finished", "its last epoch")
    assert store.history(writer.id)["epoch"] == [0, 1, 2]
    assert len(store.points(writer.id)[0].xs) == 300


def test_a_run_that_goes_on_from_a_checkpoint_forgets_what_lies_behind_it(store: RunStore) -> None:
    before = trained(store, epochs=3, state="stopped")
    writer = store.reopen(before.id, at=1)
    assert store.history(writer.id)["epoch"] == [0] and store.get(writer.id).epochs == 1
    assert store.points(writer.id)[0].xs.max() <= 1
    with pytest.raises(Refused, match="Run 1 is going on"):
        store.reopen(before.id)


def test_a_deleted_run_comes_back_and_a_running_one_is_not_deleted(store: RunStore) -> None:
    done, running = trained(store), begun(store)
    with pytest.raises(Refused, match="Run 2 is going on"):
        store.delete([done.id, running.id])
    assert len(store.list()) == 2
    store.delete([done.id])
    assert [run.number for run in store.list()] == [2]
    assert [run.number for run in store.list(deleted=True)] == [1]
    store.restore([done.id])
    assert [run.number for run in store.list()] == [2, 1]


def test_a_run_that_goes_on_with_another_experiment_keeps_what_it_trained_before(store: RunStore) -> None:
    writer = begun(store)
    wider = {**EXPERIMENT, "config": [{**EXPERIMENT["config"][0], "config": {**LAYER["config"], "units": 5}}]}
    writer.write([curve(0, 200)], progress(2))
    writer.trains(wider, 2)
    writer.trains(wider, 2)
    writer.write([curve(200, 300)], progress(3))
    writer.end("finished")
    assert (
        store.experiment(writer.id)
        == store.experiment(writer.id, (3, 0))
        == store.experiment(writer.id, (2, 7))
        == wider
    )
    assert store.experiment(writer.id, (2, 0)) == store.experiment(writer.id, (1, 4)) == EXPERIMENT
    assert store.get(writer.id).settings["d.units"] == 5
