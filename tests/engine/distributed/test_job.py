"""Processes are watched: a stop reaches all, a lost one is named, and none outlives its starter."""

from __future__ import annotations

import sys

import pytest

from engine.distributed.job import Job
from engine.errors import TrainingError

from .accidents import kills, orphans, stops


def test_a_stop_at_any_moment_ends_all_processes_at_the_same_step() -> None:
    assert len(stops(3)) == 3


def test_a_process_that_is_killed_is_named() -> None:
    ((seconds, named),) = kills(1)
    assert named
    assert seconds < 60  # 5 on a machine that is not busy: `python -m tests.long ranks`


@pytest.mark.timeout(300)
def test_a_killed_kernel_leaves_no_process_behind() -> None:
    assert len(orphans(1, patience=120)) == 1


def test_more_processes_than_cores_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGINE_OVERSUBSCRIBE", raising=False)
    with pytest.raises(TrainingError, match=r"5000 processes on a machine where .* oversubscribe"):
        Job([sys.executable, "-c", ""], 5000)


def test_processes_that_do_not_start_are_told_with_what_they_say() -> None:
    program = [sys.executable, "-c", "raise SystemExit('no such program')"]
    with pytest.raises(TrainingError, match=r"expected 2 processes to start.*no such program"):
        Job(program, 2, oversubscribe=True, quiet=True)
