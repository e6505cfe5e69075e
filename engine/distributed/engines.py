"""Engines of ipyparallel that MPI has started, as the processes of a job."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol


class Result(Protocol):
    """What ipyparallel gives for a call that goes on."""

    def ready(self) -> bool:
        """Whether it is over."""
        ...

    def successful(self) -> bool:
        """Whether it went well; only once it is over."""
        ...

    def wait(self, timeout: float) -> object:
        """Wait so many seconds for it."""
        ...


class View(Protocol):
    """What ipyparallel gives for some engines (`DirectView`)."""

    def __len__(self) -> int: ...

    def execute(self, code: str, silent: bool = True, block: bool | None = None) -> Result:
        """Have each engine run a line of Python."""
        ...


class OnEngines:
    """A job's processes, which are engines that were there before.

    Args:
        view: the engines.
        variables: of their environment, while they train.
    """

    def __init__(self, view: View, variables: Mapping[str, str]) -> None:
        path = [folder for folder in sys.path if folder]
        # Engines have a folder of their own; what this process imports they find where it does.
        code = f"import sys; sys.path += [p for p in {path!r} if p not in sys.path]; import engine._worker; "
        self._result = view.execute(f"{code}engine._worker.run_here({dict(variables)!r})", block=False)

    def poll(self) -> int | None:
        """0 or 1 once it is over; None while it goes on."""
        return int(not self._result.successful()) if self._result.ready() else None

    def end(self, patience: float) -> None:
        """Wait; an engine whose line was cut in the middle of a training has ended itself."""
        self._result.wait(patience)

    def told(self) -> str:
        """Nothing: what engines print goes to their client."""
        return ""

    def first_lost(self) -> int | None:
        """None: the engines' launcher speaks to their client."""
        return None
