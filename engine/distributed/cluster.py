"""Processes that wait for trainings: started once, used by as many calls of `fit` as there are."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from types import TracebackType

from ..errors import SettingError
from .engines import OnEngines, View
from .job import Job


class Cluster:
    """Processes on this machine that `model.fit(..., processes=cluster)` trains with.

    `fit(..., processes=4)` starts four processes and ends them with the training, which takes about two seconds; a cluster keeps
    them. All of them end with this process, however it ends.

    Args:
        processes: how many, each with its share of the cores and of every batch; of `engines`, all that they are by default.
        oversubscribe: whether there may be more than cores; False by default.
        engines: a view of ipyparallel's engines that were started by MPI (`ipyparallel.Cluster(engines="mpi", n=4)`, then
            `client[:]`), which train in the place of processes of its own and are free again afterwards; None by default.

    Raises:
        SettingError: the number is none above 0.
        TrainingError: MPI is not installed, there are fewer cores, or the processes do not start.

    Example:
        >>> import numpy, engine
        >>> with Cluster(processes=1) as cluster:
        ...     cluster.processes
        1
    """

    def __init__(
        self, processes: int | None = None, *, oversubscribe: bool = False, engines: View | None = None
    ) -> None:
        if processes is None and engines is not None:
            processes = len(engines)
        if isinstance(processes, bool) or not isinstance(processes, int) or processes < 1:
            raise SettingError(where="processes", expected="a whole number above 0", actual=repr(processes))
        self.processes = processes
        self._oversubscribe, self._engines = oversubscribe, engines
        self._job: Job | None = None

    @property
    def job(self) -> Job:
        """The processes; started at first use, and anew where they were lost."""
        if self._job is None:
            program = [sys.executable, "-m", "engine._worker"]
            start = program if self._engines is None else partial(OnEngines, self._engines)
            self._job = Job(start, self.processes, oversubscribe=self._oversubscribe, quiet=True)
        return self._job

    @contextmanager
    def working(self) -> Generator[Job]:
        """The processes for one training; after an error in it they are ended, and the next one starts others."""
        job = self.job
        try:
            yield job
        except BaseException:
            self._job = None
            job.close()
            raise

    def close(self) -> None:
        """End the processes; ipyparallel's engines are free again."""
        job, self._job = self._job, None
        if job is not None:
            job.dismiss()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
