"""Curves, progress, controls and log of a run, in the browser."""

from __future__ import annotations

from collections.abc import Mapping

import traitlets

from .base import Gesture, View
from .chart_picture import run_sheet
from .run_part import Run, RunPart
from .sheet import Sheet

RUN = "run"


class DashboardView(View):
    """Shows `run`. gestures: further messages to answer (start, export). blocking: the run blocks its cell."""

    run = traitlets.Dict(read_only=True).tag(sync=True)
    runs = traitlets.List(read_only=True).tag(sync=True)
    log = traitlets.List(read_only=True).tag(sync=True)

    def __init__(self, run: Run, gestures: Mapping[str, Gesture] | None = None, blocking: bool = False) -> None:
        self._watched = run
        self._part = RunPart(run)
        super().__init__("dashboard", carries_program=blocking)
        self._gestures |= {**self._part.gestures(), **(gestures or {})}
        self.show(**self._part.state(), **self._part.table())

    def sheet(self) -> Sheet:
        """The curves so far, and the state of the run."""
        return run_sheet(self._watched)

    def _send_state(self, names: set[str]) -> None:
        self.show(**self._part.state(), **self._part.table())
        points = self._part.new_points()
        if points is not None:
            self.send(*points)
