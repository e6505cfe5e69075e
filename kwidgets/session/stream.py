"""Events of a training -> curves, epoch history, progress, speed and time left.

A `Stream` is a listener: the training thread calls it with each event, any thread reads `status()` and `curves`.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from engine.events import BatchEnd, EpochBegin, EpochEnd, Event, Logs, RankTold, TrainBegin, TrainEnd

from ..messages import Best, Mark, RankFares, RunSeries, Trouble
from ..words import run as say
from ..workspace.epochs import take_back, with_gaps
from ..workspace.records import Epochs
from .findings import Findings
from .pace import Pace
from .points import MOST_POINTS, Curves, Piece, finite
from .trouble import Where

Clock = Callable[[], float]
LOG_LINES = 500
_LOGS_SHOWN = 6
_SPEED_SECONDS = 2.0


@dataclass
class EpochHistory:
    """What Keras's History holds: the epochs done (from 0) and each metric's value after each.

    partial: the last epoch was cut short; its values are means over the samples seen. absent: the epochs without a value of
    a name, such as those cut short for validation. cut: the epochs before the last that were cut short and stayed so.
    """

    epoch: list[int] = field(default_factory=list)
    history: dict[str, list[float]] = field(default_factory=dict)
    partial: bool = False
    absent: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    cut: list[int] = field(default_factory=list[int])

    def add(self, epoch: int, logs: Logs, partial: bool) -> None:
        """Add the values at the end of an epoch."""
        if self.partial:
            self.cut.append(self.epoch[-1])
        for name in [name for name in logs if name not in self.history] if self.epoch else ():
            self.absent[name] = list(self.epoch)
        for name in self.history:
            if name not in logs:
                self.absent.setdefault(name, []).append(epoch)
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        self.partial = partial

    def recorded(self) -> Epochs:
        """The same as the store of runs takes it."""
        return with_gaps(self.epoch, self.history, self.partial, self.absent, self.cut)

    def to_json(self, stopped: bool) -> str:
        """Text of the same form as the history.json of `python -m engine train`."""
        record = {"history": self.history, "epoch": self.epoch, "stopped": stopped}
        return json.dumps(record, indent=1) + "\n"

    def take_back(self, epoch: int) -> None:
        """Forget the values of the last epoch, which was cut short and goes on after all."""
        if self.epoch and self.epoch[-1] == epoch:
            history = self.recorded()
            take_back(history, len(self.epoch) - 1)
            self.absent = history.get("absent", {})
            self.partial = False

    def copy(self) -> EpochHistory:
        """An independent copy; from any thread, also while the training thread adds the first values of a metric."""
        columns = {k: list(v) for k, v in dict(self.history).items()}
        absent = {k: list(v) for k, v in dict(self.absent).items()}
        return EpochHistory(list(self.epoch), columns, self.partial, absent, list(self.cut))


class Speed:
    """Samples per second over the last seconds, pauses left out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._samples = 0
        self._marks: deque[tuple[float, int]] = deque()

    def restart(self) -> None:
        """Measure from now on."""
        self._marks = deque([(self._clock(), self._samples)])

    def add(self, samples: int) -> None:
        """Count a batch."""
        now = self._clock()
        self._samples += samples
        self._marks.append((now, self._samples))
        while len(self._marks) > 2 and self._marks[1][0] < now - _SPEED_SECONDS:
            self._marks.popleft()

    def value(self) -> float | None:
        """Samples per second, None before the first batch."""
        if len(self._marks) < 2:
            return None
        (t0, n0), (t1, n1) = self._marks[0], self._marks[-1]
        return (n1 - n0) / (t1 - t0) if t1 > t0 else None


class _Means:
    """Means over the samples of an epoch so far. Callbacks may add names at any batch, so each has its own count."""

    def __init__(self) -> None:
        self._sums: dict[str, tuple[float, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._sums)

    def add(self, logs: Logs, size: int) -> None:
        for name, value in logs.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + value * size, count + size)

    def logs(self) -> Logs:
        return {name: total / (count or 1) for name, (total, count) in self._sums.items()}


@dataclass(frozen=True)
class _Cut:
    """An epoch that was cut short: its logs, and the means and last values as they stood before its end."""

    epoch: int
    logs: Logs
    means: _Means
    last: Logs


@dataclass(frozen=True)
class Past:
    """What a run had come to at a checkpoint: `batch` batches of the epoch after those of `history`, all whole.

    pieces: its curves up to there. marks: rates and stops up to there. seconds: of training.
    """

    history: EpochHistory
    batch: int
    pieces: Sequence[Piece]
    log: Sequence[str]
    marks: Sequence[Mark]
    seconds: float


class Progress(TypedDict):
    """What a stream knows of messages.Run."""

    epoch: int
    epochs: int
    batch: int
    batches: int | None
    every: int
    samples_per_second: float | None
    ranks: list[RankFares]
    seconds: float
    seconds_left: float | None
    logs: dict[str, float | None]
    series: list[RunSeries]
    changes: dict[str, float]
    best: list[Best]
    marks: list[Mark]
    trouble: Trouble | None


class Stream:
    """Listener of one run, which may go on after a stop: epochs and curves are counted on.

    clock: seconds, never going back. most: points kept per series. after: called with each event once it has been
    taken in (in the training thread), to tell views. rate: gives the learning rate in use, for the marks.
    findings: marks, best values and trouble. pace: chooses the batches that are to be taken in; the others may be left out.
    """

    def __init__(
        self,
        clock: Clock = time.monotonic,
        most: int = MOST_POINTS,
        after: Callable[[Event], None] | None = None,
        rate: Callable[[], float | None] = lambda: None,
        findings: Findings | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.pace = Pace() if pace is None else pace
        self.curves = Curves(most)
        self._findings = Findings() if findings is None else findings
        self._rate = rate
        self.history = EpochHistory()
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self._unread: deque[str] = deque(maxlen=LOG_LINES)
        self._clock, self._after = clock, after
        self._lock = threading.Lock()
        self._speed = Speed(clock)
        self._began: TrainBegin | None = None
        self._epoch = self._batch = 0
        self._batches: int | None = None
        self._done = 0
        self._seconds, self._since = 0.0, None
        self._seconds_of_epochs = 0.0
        self._last: Logs = {}
        self._last_rate: float | None = None
        self._means = _Means()
        self._ranks: dict[int, RankFares] = {}
        self._cut: _Cut | None = None
        self._goes_on = self._within = False
        self.finite = True
        self.epochs_begun = 0

    def __call__(self, event: Event) -> None:
        """Record what the run tells, then hand the event on."""
        began = None
        if isinstance(event, BatchEnd):
            began = self.pace.begin(event.batch)
        elif isinstance(event, EpochBegin):
            self.pace.begin_epoch()
        with self._lock:
            self._take(event)
        if self._after is not None:
            self._after(event)
        if began is not None:
            self.pace.end(began)

    def pause(self) -> None:
        """Stop the clock of the run; what follows is batch by batch."""
        self.pace.closely()
        with self._lock:
            self._stop_clock()

    def resume(self) -> None:
        """Let the clock of the run go on."""
        with self._lock:
            if self._since is None:
                self._since = self._clock()
                self._speed.restart()
                self.pace.restart()

    def change_model(self, x: float, says: str) -> None:
        """The training goes on with another graph at `x` epochs."""
        with self._lock:
            self._findings.change_model(x, says)

    def go_on(self) -> None:
        """The training that begins next goes on as if it had not ended: what the end of a cut epoch left is taken back."""
        with self._lock:
            cut = self._cut
            self._goes_on, self._within = True, cut is not None
            if cut is None:
                return
            self.history.take_back(cut.epoch)
            for phase in ("train", "validation"):
                self.curves.cut(phase, cut.epoch)
            self._means, self._last = cut.means, cut.last
            self._findings.take_back()

    def say(self, line: str) -> None:
        """Add a line to the log."""
        self.log.append(line)
        self._unread.append(line)

    def unread_lines(self) -> list[str]:
        """The lines of the log since the last call."""
        return [self._unread.popleft() for _ in range(len(self._unread))]

    def load(self, past: Past) -> None:
        """Before the first event: go on from what an earlier training had come to."""
        with self._lock:
            self.history, self._batch = past.history.copy(), past.batch
            self._epoch = len(past.history.epoch)
            self.epochs_begun = self._epoch + (past.batch > 0)
            self._goes_on, self._within = True, past.batch > 0
            self._seconds = self._seconds_of_epochs = past.seconds
            self.log.extend(past.log)
            self.curves.load(past.pieces)
            columns = past.history.history
            self._last = {name: column[-1] for name, column in columns.items() if column}
            losses = [(piece.xs, piece.ys) for piece in past.pieces if (piece.name, piece.phase) == ("loss", "batch")]
            self._findings.load(past.history.recorded(), past.marks, losses[0] if losses else None)

    @property
    def epochs_ended(self) -> int:
        """Epochs that were begun, without the one that an error has broken off."""
        ended = self.history.epoch[-1] + 1 if self.history.epoch else 0
        return self.epochs_begun if ended == self.epochs_begun else max(self.epochs_begun - 1, 0)

    @property
    def at(self) -> float:
        """Epochs done, with the fraction of the present one."""
        return self._x()

    @property
    def seconds(self) -> float:
        """Seconds of training so far, pauses left out."""
        return self._seconds_now()

    def epochs_so_far(self) -> EpochHistory:
        """The epochs of this moment, a copy."""
        with self._lock:
            return self.history.copy()

    @property
    def planned(self) -> int:
        """Epochs that were asked for; 0 before the start."""
        return self._began.epochs if self._began else 0

    @property
    def batches_done(self) -> int:
        """Batches of the whole run so far."""
        return self._done

    @property
    def batch_size(self) -> int | None:
        """Samples in a batch, None where the data do not tell."""
        return self._began.batch_size if self._began else None

    @property
    def seconds_of_epochs(self) -> float:
        """Seconds of training up to the end of the last epoch, whole or cut short."""
        return self._seconds_of_epochs

    @property
    def trouble(self) -> Trouble | None:
        """The divergence that stands, in words."""
        return self._findings.trouble

    def best(self) -> list[Best]:
        """The best value of each watched metric."""
        with self._lock:
            return self._findings.best()

    def status(self) -> Progress:
        """Progress as plain data: epoch (from 1), batch, speed, seconds, values, marks.

        logs: while an epoch goes on, training values are means over its batches so far, as on Keras's progress bar;
        validation values are those of the last epoch.
        """
        with self._lock:
            running = self._since is not None
            seconds, now = self._seconds_now(), {**self._last, **self._means.logs()}
            return {
                "epoch": self.epochs_begun,
                "epochs": self.planned,
                "batch": self._batch,
                "batches": self._batches,
                "every": self.pace.every,
                "samples_per_second": self._speed.value() if running else None,
                "ranks": [self._ranks[rank] for rank in sorted(self._ranks)] if running else [],
                "seconds": seconds,
                "seconds_left": self._seconds_left(seconds),
                "logs": {name: finite(value) for name, value in now.items()},
                "series": self.curves.summary(),
                "changes": self._findings.changes(now, within=bool(self._means)),
                "best": self._findings.best(),
                "marks": self._findings.marks(),
                "trouble": self._findings.trouble,
            }

    def _seconds_left(self, seconds: float) -> float | None:
        began = self._began
        if began is None or not self._batches or not self._done:
            return None
        done = self._epoch * self._batches + self._batch
        left = began.epochs * self._batches - done
        return max(0.0, left * seconds / self._done)

    def _seconds_now(self) -> float:
        return self._seconds + (self._clock() - self._since if self._since is not None else 0.0)

    def _stop_clock(self) -> None:
        if self._since is not None:
            self._seconds += self._clock() - self._since
            self._since = None

    def _take(self, event: Event) -> None:
        if isinstance(event, BatchEnd):
            self._take_batch(event)
        elif isinstance(event, EpochEnd):
            self._take_epoch(event)
        elif isinstance(event, EpochBegin):
            self._epoch, self.epochs_begun = event.epoch, event.epoch + 1
            if not self._within:
                self._batch, self._means = 0, _Means()
            self._cut, self._goes_on, self._within = None, False, False
        elif isinstance(event, RankTold):
            fares = RankFares(rank=event.rank, samples_per_second=event.samples_per_second, waiting=event.waiting)
            self._ranks[event.rank] = fares
        elif isinstance(event, TrainBegin):
            self._ranks = {}
            self._began, self._batches = event, event.batches_per_epoch
            self.pace.batches = event.batches_per_epoch
            self.pace.restart()
            self._since = self._clock() if self._since is None else self._since
            self._speed.restart()
            if not self._goes_on:
                self._findings.begin()
            elif not self._done:
                # A run that was loaded does not know its batches before.
                self._done = self._epoch * (event.batches_per_epoch or 0) + self._batch
        elif isinstance(event, TrainEnd):
            self._stop_clock()
            self._findings.end(self._x(), event.reason)

    def _take_batch(self, event: BatchEnd) -> None:
        # Batches may have been left out before it.
        batches = event.batch + 1 - self._batch if event.batch >= self._batch else 1
        self._speed.add(event.size * batches)
        self._done += batches
        rate = self._rate()
        if rate != self._last_rate:
            # This batch was trained with the new rate already, so the mark stands where the batch begins.
            self._last_rate = rate
            self._findings.rate(self._x(), rate)
        self._batch = event.batch + 1
        x, before, loss = self._x(), self.trouble, event.logs.get("loss", math.nan)
        if event.finite:
            self._findings.batch(x, event.epoch + 1, event.batch + 1, loss)
        elif self.finite:
            self._findings.not_finite(x, Where(event.epoch + 1, event.batch + 1, loss))
        self._say_trouble(before)
        self.finite = event.finite
        self.curves.add("batch", x, event.logs)
        self._means.add(event.logs, event.size)

    def _say_trouble(self, before: Trouble | None) -> None:
        """A line of the log for a trouble that was not there before."""
        trouble = self._findings.trouble
        if trouble is not None and trouble is not before:
            self.say(f"{trouble['sentence']} {trouble['hint']}")

    def _take_epoch(self, event: EpochEnd) -> None:
        if self._batches is None and not event.partial:
            self._batches = self._batch
        x = self._x() if event.partial else float(event.epoch + 1)
        trained = {name: v for name, v in event.logs.items() if not name.startswith("val_")}
        validated = {name[4:]: v for name, v in event.logs.items() if name.startswith("val_")}
        self.curves.add("train", x, trained, whole=not event.partial)
        self.curves.add("validation", x, validated, whole=not event.partial)
        self.history.add(event.epoch, event.logs, event.partial)
        self._cut = _Cut(event.epoch, event.logs, self._means, self._last) if event.partial else None
        # An epoch that was cut short has no validation values; those of the last whole one still say something.
        self._last = {**self._last, **event.logs}
        self._means = _Means()
        self._seconds_of_epochs = self._seconds_now()
        before = self.trouble
        self._findings.epoch(event.epoch + 1, event.logs, event.partial, self._batch)
        values = "  ".join(f"{name} {value:.4g}" for name, value in list(event.logs.items())[:_LOGS_SHOWN])
        self.say(say.epoch(event.epoch + 1, event.partial, event.seconds, values))
        self._say_trouble(before)

    def _x(self) -> float:
        """Epochs done so far, with the fraction of the present one (below 1 where its length is unknown)."""
        share = self._batch / self._batches if self._batches else 1 - 1 / (1 + self._batch)
        return self._epoch + min(share, 1.0)
