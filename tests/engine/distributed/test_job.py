"""Processes are watched: a stop reaches all, a lost one is named, and none outlives its starter."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from engine.distributed import Cluster
from engine.distributed.job import Job
from engine.errors import TrainingError
from engine.events import EpochEnd, Event

from .accidents import ENDLESS, kills, orphans, small_data, small_model, stops


def test_a_stop_at_any_moment_ends_all_processes_at_the_same_step() -> None:
    assert len(stops(3)) == 3


def test_a_process_that_is_killed_is_named() -> None:
    ((seconds, named),) = kills(1)
    assert named
    assert seconds < 60  # 5 on a machine that is not busy: `python -m tests.long ranks`


@pytest.mark.timeout(300)
def test_a_training_goes_on_with_the_processes_that_are_left() -> None:
    model, (x, y) = small_model(), small_data()
    epochs: list[int] = []
    with Cluster(2, oversubscribe=True) as cluster:
        pid = cluster.job.pids[1]

        def hear(event: Event) -> None:
            if isinstance(event, EpochEnd):
                epochs.append(event.epoch)
                if event.epoch == 2:
                    os.kill(pid, signal.SIGKILL)

        with pytest.raises(TrainingError, match="rank 1 of 2"):
            model.fit(x, y, epochs=ENDLESS, verbose=0, listeners=[hear], processes=cluster)
    done = epochs[-1] + 1
    steps = int(model.optimizer.iterations.host())
    assert steps == done * 20
    history = model.fit(x, y, epochs=done + 2, initial_epoch=done, verbose=0)
    assert history.epoch == [done, done + 1]
    assert int(model.optimizer.iterations.host()) == steps + 40


@pytest.mark.timeout(300)
def test_a_killed_kernel_leaves_no_process_and_no_folder_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        assert len(orphans(1, patience=120)) == 1
        assert not list(Path(folder).glob("engine-*"))


def test_more_processes_than_cores_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGINE_OVERSUBSCRIBE", raising=False)
    with pytest.raises(TrainingError, match=r"5000 processes on a machine where .* oversubscribe"):
        Job([sys.executable, "-c", ""], 5000)


def test_processes_that_do_not_start_are_told_with_what_they_say() -> None:
    program = [sys.executable, "-c", "raise SystemExit('no such program')"]
    with pytest.raises(TrainingError, match=r"expected 2 processes to start.*no such program"):
        Job(program, 2, oversubscribe=True, quiet=True)


def test_an_allocation_of_several_machines_does_not_spread_the_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    slurm = {"JOB_ID": "1", "JOBID": "1", "NODELIST": "nowhere[1-2]", "JOB_NODELIST": "nowhere[1-2]", "NNODES": "2"}
    for name, text in {**slurm, "TASKS_PER_NODE": "1(x2)", "JOB_NUM_NODES": "2"}.items():
        monkeypatch.setenv(f"SLURM_{name}", text)
    monkeypatch.setenv("HYDRA_HOST_FILE", "/nowhere/machines")
    with Cluster(2, oversubscribe=True) as cluster:
        assert len(cluster.job.pids) == 2
