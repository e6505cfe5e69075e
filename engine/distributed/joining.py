"""How a process takes its place among those that one launcher has started."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager

from .. import errors
from .._machine import device
from .._machine.quota import cores_of_quota
from .._machine.ranks import Alone, Ranks, check_all, check_same, is_told, joining
from .mpi import MpiRanks, started_apart, was_launched
from .parent_line import parent_line

# The release of the files that processes exchange and of what they send each other.
_PROTOCOL = "1"
OVERSUBSCRIBE = "ENGINE_OVERSUBSCRIBE"


@contextmanager
def connect(*, oversubscribe: bool = False) -> Generator[Ranks]:
    """Train with the other processes that the same `mpiexec` or `srun` has started: each `fit` in the block is shared.

    Every process runs the same program. Rank 0 prints, calls callbacks and writes; the others take their part of each batch. A
    process that was started by itself is rank 0 of 1, so that the same program runs anywhere. An exception in one process
    ends all of them with its traceback.

    Args:
        oversubscribe: whether there may be more processes than cores; False by default, since processes that wait for a
            core hold all others up.

    Yields:
        The processes: `rank`, `size` and the calls by which they speak.

    Raises:
        TrainingError: MPI is not installed, the processes are of several releases, more than the cores, or were started by what
            does not fit the MPI library, so that each finds itself alone.

    Example:
        >>> with connect() as ranks:
        ...     ranks.rank, ranks.size
        (0, 1)
    """
    ranks = MpiRanks() if was_launched() else None
    if ranks is None or ranks.size == 1:
        check_alone()
        yield Alone()
        return
    line = parent_line()
    if line is not None:
        line.begin(ranks.rank, ranks.size)
    try:
        check_same(ranks, {"release of the engine": f"{_release()}, protocol {_PROTOCOL}"}, "connect")
        may = oversubscribe or os.environ.get(OVERSUBSCRIBE) == "1"
        check_all(ranks, None if may else too_many(ranks.here), "connect")
        with joining(ranks), device.spread_over(_threads(ranks.here)):
            yield ranks
    except BaseException as error:
        if line is not None and not isinstance(error, SystemExit):
            line.send({"failed": _in_words(error), "told": is_told(error)})
            line.wait_for_end()
        elif not is_told(error) and not isinstance(error, SystemExit):
            _end_all(ranks, error)
        if is_told(error) and ranks.rank:
            raise SystemExit(2) from error  # rank 0 says it
        raise
    if line is not None:
        ranks.barrier()  # a process that ends before the others would be missed
        line.end()


def check_alone() -> None:
    """Raise TrainingError where a launcher has started this process beside others that it does not find."""
    apart = started_apart()
    if apart is not None:
        raise errors.TrainingError(
            where="connect",
            expected="processes that share a training",
            actual=apart,
            hint="Start them by what belongs to the MPI library of mpi4py: srun --mpi=pmix for Open MPI, srun --mpi=pmi2 for "
            "MPICH and Intel MPI, or the library's own mpiexec. --processes 1 lets each train by itself.",
        )


def _release() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kwidgets")
    except PackageNotFoundError:
        return "of a source folder"


def _cores() -> int:
    """The cores of this machine, or of its container's quota, whichever of them a launcher has given this process."""
    cores, quota = os.cpu_count() or 1, cores_of_quota()
    return cores if quota is None else min(cores, max(1, int(quota)))


def _threads(here: int) -> int:
    """The threads of each of so many processes on this machine: its part, unless a launcher or the user has divided them."""
    threads = device.threads()
    return threads if threads * here <= _cores() else max(1, threads // here)


def too_many(processes: int) -> str | None:
    """What is wrong with so many processes on this machine, in words; None where there is a core for each."""
    cores = _cores()
    if processes <= cores:
        return None
    return (
        f"{processes} processes on a machine where {cores} {'core is' if cores == 1 else 'cores are'} to be used; ask for it by "
        "oversubscribe (--oversubscribe), or start fewer"
    )


def _in_words(error: BaseException) -> str:
    """The error's sentence; of one of another kind its name, and where it was raised."""
    if isinstance(error, errors.EngineError | OSError):
        return str(error)
    places = traceback.extract_tb(error.__traceback__)
    where = f" ({places[-1].filename}, line {places[-1].lineno})" if places else ""
    return f"{type(error).__name__}: {error}{where}"


def _end_all(ranks: MpiRanks, error: BaseException) -> None:
    """Say what has happened in this process, and end the others, which wait for it."""
    if not isinstance(error, errors.EngineError):
        traceback.print_exception(error)
    print(f"rank {ranks.rank} of {ranks.size}: {_in_words(error)}", file=sys.stderr, flush=True)
    ranks.abort()
