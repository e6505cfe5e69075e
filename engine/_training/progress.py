"""The progress bar: one line that is written again and again, or a line at the end of each epoch."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from .._machine.console import write
from ..types import Logs

Pairs = Sequence[tuple[str, float]]


class Progbar:
    """Keras's progress bar.

    Args:
        target: number of steps, None if unknown.
        width: characters of the bar.
        verbose: 0 nothing, 1 bar, 2 one line at the end.
        interval: seconds between two drawings at least.
        stateful_metrics: names that are shown as they are; others are shown as means over the steps.
        stream: where it is drawn, standard output by default.
        clock: seconds that never go back.

    Example:
        >>> Progbar(2, verbose=2).update(2, [("loss", 0.5)])
         - 0s - loss: 0.5000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 30,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Sequence[str] | None = None,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.stateful_metrics = set(stateful_metrics or ())
        self._stream = stream
        self._clock = clock
        self._start = clock()
        self._last = float("-inf")
        self._seen = 0
        self._sums: dict[str, list[float]] = {}
        self._length = 0

    def add(self, n: int, values: Pairs | None = None) -> None:
        """Go on by `n` steps."""
        self.update(self._seen + n, values)

    def update(self, current: int, values: Pairs | None = None) -> None:
        """Show step `current`; `values` are (name, value) pairs of the steps since the last call."""
        for name, value in values or ():
            if name in self.stateful_metrics:
                self._sums[name] = [value, 1]
            else:
                sums = self._sums.setdefault(name, [0.0, 0])
                sums[0] += value * (current - self._seen)
                sums[1] += current - self._seen
        self._seen = current
        self._draw(current, self._sums)

    def show(self, current: int, logs: Logs) -> None:
        """Show step `current` with values as they are, without averaging."""
        self._seen = current
        if self._is_due(current):
            self._draw(current, {name: [value, 1] for name, value in logs.items()})

    def _is_due(self, current: int) -> bool:
        done = self.target is not None and current >= self.target
        return done or (self.verbose == 1 and self._clock() - self._last >= self.interval)

    def _draw(self, current: int, sums: Mapping[str, Sequence[float]]) -> None:
        now = self._clock()
        done = self.target is not None and current >= self.target
        if self.verbose == 1:
            if not self._is_due(current):
                return
            text = f"{self._bar(current)} - {self._times(current, now, done)}{_values(sums)}"
            blank = " " * max(0, self._length - len(text))
            self._write(f"\r{text}{blank}" + ("\n" if done else ""))
            self._length, self._last = len(text), now
        elif self.verbose == 2 and done:
            self._write(f" - {now - self._start:.0f}s{_values(sums)}\n")

    def _bar(self, current: int) -> str:
        if self.target is None:
            return f"{current:7d}/Unknown"
        digits = len(str(self.target))
        filled = min(self.width, int(self.width * current / self.target)) if self.target else self.width
        bar = "=" * self.width
        if filled < self.width:
            bar = ("=" * (filled - 1) + ">" if filled else "") + "." * (self.width - filled)
        return f"{current:{digits}d}/{self.target} [{bar}]"

    def _times(self, current: int, now: float, done: bool) -> str:
        elapsed = now - self._start
        each = elapsed / current if current else 0.0
        if self.target is not None and not done:
            return f"ETA: {_duration(each * (self.target - current))}"
        unit = f"{each:.0f}s" if each >= 1 else f"{each * 1e3:.0f}ms" if each >= 1e-3 else f"{each * 1e6:.0f}us"
        return f"{elapsed:.0f}s {unit}/step"

    def _write(self, text: str) -> None:
        write(text, self._stream)


def _duration(seconds: float) -> str:
    """Seconds as people write them.

    Example:
        >>> _duration(75), _duration(3700), _duration(9)
        ('1:15', '1:01:40', '9s')
    """
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}" if whole >= 60 else f"{whole}s"


def _values(sums: Mapping[str, Sequence[float]]) -> str:
    parts = []
    for name, (total, count) in sums.items():
        value = float(total) / max(1, count)
        parts.append(f" - {name}: {value:.4f}" if abs(value) > 1e-3 else f" - {name}: {value:.4e}")
    return "".join(parts)
