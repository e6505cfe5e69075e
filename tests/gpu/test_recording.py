"""Work that is recorded: done at once first, then launched as one; what cannot be recorded is done call by call."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

from engine._graph.recording import Recording
from engine._machine import gpu

from .using import counts_of, stand_in


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        yield module


def test_the_second_run_is_recorded_and_the_third_launched(cupy: Any) -> None:
    card, calls = gpu.numbered(0), []
    with card.active():
        total, one = card.xp.zeros(2), card.xp.ones(2)

        def work() -> None:
            calls.append(1)
            card.xp.add(total, one * 2, out=total)

        recording = Recording(card)
        for run in range(1, 6):
            recording.run("a", work)
            assert card.host(total).tolist() == [2.0 * run] * 2
        assert len(calls) == 2
        assert recording.is_recorded
        assert counts_of(cupy).graphs == 4
        recording.run("b", work)
        assert len(calls) == 3 and not recording.is_recorded


def test_what_waits_for_the_card_is_not_recorded(cupy: Any) -> None:
    card = gpu.numbered(0)
    with card.active():
        total = card.xp.zeros(1)

        def work() -> None:
            card.xp.add(total, 1, out=total)
            if float(total[0]) > 100:
                raise AssertionError

        recording = Recording(card)
        for _ in range(3):
            recording.run(None, work)
        assert card.host(total).tolist() == [3.0]
        assert recording.refused is not None and "capturing" in recording.refused


def test_an_error_of_the_work_ends_the_recording(cupy: Any) -> None:
    card = gpu.numbered(0)
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        if len(runs) == 2:
            raise ValueError("its own")

    with card.active():
        recording = Recording(card)
        recording.run(None, work)
        with pytest.raises(ValueError, match="its own"):
            recording.run(None, work)
        np.testing.assert_array_equal(card.host(card.xp.ones(1)), [1.0])
