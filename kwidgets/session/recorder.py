"""Records a run in the store of runs, from a thread of its own, so that the training never waits for a disk.

Points, epochs, log and interventions are written about once a second, checkpoints when a copy of the training comes. What
this takes of the processor is measured, and all of it becomes rarer where it would be more than its share.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from engine.events import Event
from engine.experiment import BackgroundThread, Control, Experiment
from engine.models import Model
from engine.models.checkpoints import Checkpoint, CheckpointCopies

from ..refused import Refused
from ..words import recording as say
from ..workspace.records import Intervention, NewRun, Points, Progress, StoredState
from ..workspace.run_store import RunStore
from ..workspace.run_writer import RunWriter
from .points import Piece, finite
from .stream import Stream
from .thinned_checkpoints import ThinnedCheckpoints

EVERY = 1.0
# Shares of the training's time that writing points and checkpoints may take.
POINTS_SHARE, CHECKPOINTS_SHARE = 0.003, 0.003
_LAST_WRITE_SECONDS = 60.0
# Writes whose cost says nothing of later ones: files are made, modules are loaded.
FIRST_WRITES = 3
# However dear a write is: no more than so many seconds of points are ever missing.
RAREST = 20.0
Clock = Callable[[], float]


class Recorder:
    """A listener that records one run, which may end and go on.

    Args:
        store: the store.
        stream: what the run tells.
        new: what is known of it when it begins.
        writer: of a run that is there and goes on; None begins one.
        changed: called when `trouble` has changed since `start` or `go_on`, from the recorder's thread.
        data: gives the fingerprints of the data once they are known, where `new` has none.
        clock: seconds that pass.
    """

    def __init__(
        self,
        store: RunStore,
        stream: Stream,
        new: NewRun,
        writer: RunWriter | None = None,
        changed: Callable[[Recorder], None] = lambda recorder: None,
        data: Callable[[], Mapping[str, str] | None] = dict[str, str],
        clock: Clock = time.monotonic,
    ) -> None:
        self._store, self._stream, self._new, self._tell, self._clock = store, stream, new, changed, clock
        self._writer = store.begin(new) if writer is None else writer
        self._points = stream.curves.reader()
        self._checkpoints = ThinnedCheckpoints(self._writer, store)
        self._changed = threading.Condition()
        self._thread: BackgroundThread | None = None
        self._queue: deque[Checkpoint] = deque()
        self._interventions: deque[Intervention] = deque()
        self._copies: CheckpointCopies | None = None
        self._epochs = -1
        self._state: StoredState = "running"
        self._hurry = False
        self._end: tuple[StoredState, str] | None = None
        self._left = False
        self._broken: str | None = None
        self._without: str | None = None
        self.seconds = 0.0
        self._data = None if new.fingerprints else data

    @property
    def id(self) -> str:
        """The run's id in the store."""
        return self._writer.id

    @property
    def number(self) -> int | None:
        """Its number there; None where it is not recorded."""
        return self._writer.number

    @property
    def trouble(self) -> str | None:
        """What keeps the run from being recorded at present, in words."""
        return self._broken or self._writer.trouble or self._checkpoints.trouble or self._without

    def __call__(self, event: Event) -> None:
        """Have a copy taken where a checkpoint is due."""
        if self._copies is None:
            return
        try:
            self._copies(event)
        except Exception as error:
            # A model that cannot be written, or no memory for a copy: neither must end the training.
            self._copies, self._without = None, say.no_checkpoints(str(error) or type(error).__name__)

    def start(self) -> None:
        """Begin to write."""
        known = self.trouble
        self._thread = BackgroundThread(lambda: self._run(known), "kwidgets-recording")
        self._thread.start()

    def watch(self, model: Model, control: Control) -> None:
        """Take checkpoints of a training of this model that is about to begin."""
        self._copies = None
        if self._writer.records:
            self._copies = CheckpointCopies(self._take, model, control, clock=self._clock, share=CHECKPOINTS_SHARE)

    def note(self, kind: str, text: str) -> None:
        """Record that a person did something to the run just now."""
        self._interventions.append(Intervention(self._stream.at, time.time(), kind, text))
        self._wake()

    def now(self, state: StoredState) -> None:
        """Whether the training runs or waits."""
        self._state = state
        self._wake()

    def end(self, state: StoredState, ended_by: str) -> None:
        """The training is over; the recorder's thread writes what is left and ends."""
        with self._changed:
            self._end, self._copies = (state, ended_by), None
            self._changed.notify_all()

    def leave(self) -> None:
        """The process ends before the training: what is there is written, and the run stays one that was cut off."""
        with self._changed:
            self._left, self._copies = True, None
            self._changed.notify_all()

    def waiter(self) -> Callable[[], None]:
        """A function that waits until all of the run that ends now is written, or for a minute; not for one that follows."""
        thread = self._thread
        return (lambda: None) if thread is None else lambda: thread.join(_LAST_WRITE_SECONDS)

    def go_on(self, experiment: Experiment | None, epochs: int, layers: Mapping[str, str]) -> str | None:
        """The same run goes on after its end; a sentence where it must be recorded as a new one.

        experiment: what it trains after so many epochs; None for a model made in code. layers: identities of its layers.
        """
        why = None
        self._new = replace(self._new, experiment=experiment, layers=layers)
        if self._thread is not None:
            self._thread.join()
        if self._writer.records:
            try:
                self._writer = self._store.reopen(self._writer.id)
            except Refused as refused:
                why = str(refused)
        if why is not None or not self._writer.records:
            self._writer, self._points = self._store.begin(self._new), self._stream.curves.reader()
            self._epochs = -1
        if experiment is not None:
            self._writer.trains(experiment, epochs, layers)
        self._checkpoints = ThinnedCheckpoints(self._writer, self._store)
        self._state, self._end, self._broken = "running", None, None
        self.start()
        return None if why is None else say.run_is_recorded_anew(why)

    # The recorder's thread.

    def _run(self, known: str | None) -> None:
        """known: the trouble that has been told."""
        wait, writes = 0.0, 0
        while True:
            ends = self._wait(wait)
            began, cpu = self._clock(), time.thread_time()
            try:
                # What a checkpoint stands on is recorded before it: a process may be killed between the two.
                due = [self._queue.popleft() for _ in range(len(self._queue))]
                self._write()
                self._write_checkpoints(due)
                if ends and self._end is not None:
                    self._writer.end(*self._end)
            except Exception as error:
                # Whatever is wrong with the store must not reach the training.
                if self._broken is None:
                    logging.getLogger(__name__).exception("A run could not be recorded.")
                self._broken = say.recording_failed(type(error).__name__)
            spent = time.thread_time() - cpu
            self.seconds += spent
            if self.trouble != known:
                known = self.trouble
                self._tell(self)
            if ends:
                return
            writes += 1
            wait = pause_after(spent if writes > FIRST_WRITES else 0.0) - (self._clock() - began)

    def _wait(self, seconds: float) -> bool:
        """Until it is time to write, or something must be written at once; whether the run is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._end or self._left or self._queue or self._hurry, max(0.0, seconds))
            self._hurry = False
            return self._left or self._end is not None

    def _wake(self) -> None:
        with self._changed:
            self._hurry = True
            self._changed.notify_all()

    def _take(self, checkpoint: Checkpoint) -> None:
        """A copy of the training; called by it. One that waits still is given up for the newer one."""
        with self._changed:
            self._queue.append(checkpoint)
            while len(self._queue) > 2:
                self._queue.popleft()
            self._changed.notify_all()

    def _write_checkpoints(self, due: Iterable[Checkpoint]) -> None:
        for checkpoint in due:
            cpu = time.thread_time()
            self._checkpoints.write(checkpoint, self._stream.epochs_so_far())
            copies = self._copies
            if copies is not None:
                copies.add_cost(time.thread_time() - cpu)

    def _write(self) -> None:
        """What is new since the last write."""
        interventions = [self._interventions.popleft() for _ in range(len(self._interventions))]
        lines = self._stream.unread_lines()
        self._writer.write(stored(self._points.take()), self._progress(), lines, interventions)

    def _progress(self) -> Progress:
        stream = self._stream
        history = stream.epochs_so_far()
        progress: Progress = {
            "state": self._state,
            "epochs": len(history.epoch) - history.partial,
            "planned": stream.planned,
            "seconds": stream.seconds,
        }
        if self._data is not None and (data := self._data()) is not None:
            progress["data"], self._data = data, None
        if len(history.epoch) != self._epochs or history.partial:
            self._epochs = len(history.epoch)
            progress["values"] = {name: finite(column[-1]) for name, column in history.history.items() if column}
            progress["best"] = {best["metric"]: best["value"] for best in stream.best()}
            progress["history"] = history.recorded()
        return progress


def pause_after(spent: float) -> float:
    """Seconds from one write to the next, where a write took `spent` seconds of the processor.

    >>> pause_after(0.002), pause_after(0.015), pause_after(0.5)
    (1.0, 5.0, 20.0)
    """
    return min(max(EVERY, spent / POINTS_SHARE), RAREST)


def stored(pieces: list[Piece]) -> list[Points]:
    """Pieces of curves as the store takes them."""
    return [Points(piece.name, piece.phase, piece.xs, piece.ys, piece.start) for piece in pieces]
