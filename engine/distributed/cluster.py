"""Processes that wait for trainings: started once, used by as many calls of `fit` as there are."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType

from ..errors import SettingError
from .job import Job


class Cluster:
    """Processes on this machine that `model.fit(..., processes=cluster)` trains with.

    `fit(..., processes=4)` starts four processes and ends them with the training, which takes about two seconds; a cluster keeps
    them. All of them end with this process, however it ends.

    Args:
        processes: how many, each with its share of the cores and of every batch.
        oversubscribe: whether there may be more than cores; False by default.

    Raises:
        SettingError: the number is none above 0.
        TrainingError: MPI is not installed, there are fewer cores, or the processes do not start.

    Example:
        >>> import numpy, engine
        >>> with Cluster(processes=1) as cluster:
        ...     cluster.processes
        1
    """

    def __init__(self, processes: int, *, oversubscribe: bool = False) -> None:
        if isinstance(processes, bool) or not isinstance(processes, int) or processes < 1:
            raise SettingError(where="processes", expected="a whole number above 0", actual=repr(processes))
        self.processes = processes
        self._oversubscribe = oversubscribe
        self._job: Job | None = None

    @property
    def job(self) -> Job:
        """The processes; started at first use, and anew where they were lost."""
        if self._job is None:
            program = [sys.executable, "-m", "engine._worker"]
            self._job = Job(program, self.processes, oversubscribe=self._oversubscribe, quiet=True)
        return self._job

    @contextmanager
    def working(self) -> Generator[Job]:
        """The processes for one training; after an error in it they are ended, and the next one starts others."""
        job = self.job
        try:
            yield job
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the processes."""
        job, self._job = self._job, None
        if job is not None:
            job.close()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
