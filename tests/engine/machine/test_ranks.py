"""Processes that train together, as threads of one process that speak by a barrier."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest

from engine._machine.ranks import Alone, Ranks, check_all, check_same, current, in_step, joined, joining, told_by_all
from engine.errors import TrainingError

Result = TypeVar("Result")


class Threads(Ranks):
    """One of several threads; `shared` holds what each has sent."""

    def __init__(self, rank: int, shared: list[np.ndarray], meeting: threading.Barrier) -> None:
        self.rank, self.size, self._shared, self._meeting = rank, len(shared), shared, meeting

    def all_reduce(self, flat: np.ndarray) -> None:
        self._shared[self.rank] = flat.copy()
        self._meeting.wait()
        flat[...] = sum(self._shared[1:], start=self._shared[0].copy())
        self._meeting.wait()

    def broadcast(self, flat: np.ndarray) -> None:
        self._shared[self.rank] = flat.copy()
        self._meeting.wait()
        flat[...] = self._shared[0]
        self._meeting.wait()

    def barrier(self) -> None:
        self._meeting.wait()


def of_all(size: int, do: Callable[[Ranks], Result]) -> list[Result | TrainingError]:
    """What each of several ranks comes to, or the error that it raises."""
    shared: list[np.ndarray] = [np.zeros(0)] * size
    meeting = threading.Barrier(size, timeout=30)
    found: list[Result | TrainingError | None] = [None] * size

    def run(rank: int) -> None:
        try:
            found[rank] = do(Threads(rank, shared, meeting))
        except TrainingError as error:
            found[rank] = error

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for one in found if one is not None]


@pytest.mark.parametrize(("rows", "size"), [(20, 2), (7, 3), (1, 2), (2, 5)])
def test_parts_follow_each_other_and_differ_by_one_row_at_most(rows: int, size: int) -> None:
    parts = of_all(size, lambda ranks: ranks.part(10, 10 + rows))
    assert parts[0][0] == 10 and parts[-1][1] == 10 + rows  # type: ignore[index]
    assert all(before[1] == after[0] for before, after in zip(parts, parts[1:], strict=False))  # type: ignore[index]
    lengths = [last - first for first, last in parts]  # type: ignore[misc]
    assert max(lengths) - min(lengths) <= 1


def test_all_hear_what_each_has_to_say() -> None:
    heard = of_all(3, lambda ranks: told_by_all(ranks, "" if ranks.rank == 1 else f"ä {ranks.rank}"))
    assert heard == [{0: "ä 0", 2: "ä 2"}] * 3


def test_all_raise_where_one_has_a_problem_and_name_it() -> None:
    errors = of_all(3, lambda ranks: check_all(ranks, "no such file" if ranks.rank == 2 else None, "train"))
    assert [str(error) for error in errors] == ["train, rank 2 of 3: no such file."] * 3


def test_another_fact_than_rank_0s_is_named_with_both() -> None:
    errors = of_all(2, lambda ranks: check_same(ranks, {"model": "a", "data": f"{ranks.rank} rows"}))
    assert all("rank 1 of 2" in str(error) and "another data than rank 0: '1 rows'" in str(error) for error in errors)


def test_a_process_alone_has_everything_and_raises_its_own_errors() -> None:
    alone = Alone()
    assert alone.part(0, 5) == (0, 5)
    with pytest.raises(ValueError, match="as it is"):
        check_all(alone, ValueError("as it is"))


def test_the_others_are_there_only_within_a_step() -> None:
    others = Threads(1, [np.zeros(0)] * 2, threading.Barrier(2))
    with joining(others):
        assert joined() is others and current().size == 1
        with in_step(0.25):
            assert current() is others and others.share == 0.25
        assert current().size == 1 and others.share == 1.0
    assert joined().size == 1
