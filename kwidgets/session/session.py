"""One run: a background thread, its state, and what it leaves behind.

    idle -> running <-> paused -> stopping -> stopped | finished | failed -> running ...

The thread is the only one that trains; all methods here may be called from any thread and return at once. What happens
is told to `listeners`; they run in the thread where it happens and must only take a note.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from engine.events import Event, TrainEnd
from engine.experiment import BackgroundThread, Control, Experiment, process_ends
from engine.models import Model
from engine.types import ArrayLike

from .. import messages
from ..document.identity import GraphIdentity
from ..refused import Refused
from ..words import coming_back as say_back
from ..words import run as say
from ..workspace import run_store
from ..workspace.run_store import RunStore
from ..workspace.run_writer import RunWriter
from . import continuing
from .best import BestWeights
from .coming_back import CameBack, branch_off, come_back, model_at
from .conclusion import conclude
from .constant_guess import constant_guess, is_fixed
from .cost import Cost
from .divergence import Divergence
from .failure import error_text
from .findings import Findings
from .folds import FoldRuns
from .hearing import Hearing
from .otherwise import StartsOtherwise
from .outcome import Outcome
from .points import Piece
from .recording import NOTHING_KNOWN, Begins, Recording, of_experiment
from .request import Captured, Request, Work, ending_on_nan
from .run_state import RunIs, computes_in_half, plain_rate, run_state
from .scoring import Score, Scoring
from .standing import Standing, standing
from .start import Launch, Mode, Trained, goes_on, ready
from .stream import Clock, EpochHistory, Past, Stream
from .thread_warnings import warnings_to
from .trouble import Where, describe

Arrays = Mapping[str, ArrayLike]


class Session(StartsOtherwise):
    """Trains in a background thread: start, pause, resume, step, stop, learning rate.

    state: one of idle, running, paused, stopping, stopped, finished, failed.
    model: the trained model, or None before the first run. stream: curves, history, log.
    listeners: called with "state" or "progress" after each change, in whichever thread it happens.
    on_rate: called with each learning rate set by hand, before it is used, so that whoever owns the experiment's
    settings takes it over; it may raise Refused, and then nothing changes.
    """

    def __init__(self, clock: Clock = time.monotonic, store: Callable[[], RunStore] | None = run_store.store) -> None:
        super().__init__(Recording(store, self._recording_changed))
        self._clock = clock
        self._thread: BackgroundThread | None = None
        self._next_work: Work | None = None
        self._scoring = Scoring()
        self._request: Request | None = None
        self._data: Mapping[str, ArrayLike] = {}
        self._after: Callable[[], None] | None = None
        self._folds: FoldRuns | None = None
        self._restores = False
        self._outcome = Outcome()
        self._standing: Standing | None = None
        self._origin: tuple[str, int] | None = None
        self.document: Callable[[], str | None] = lambda: None
        self.experiment: Experiment | None = None
        self.model: Model | None = None
        self.stream, self._best, self._cost = self._new_run()

    @property
    def error(self) -> BaseException | None:
        """The exception of a failed run."""
        return self._outcome.error

    @property
    def history(self) -> EpochHistory:
        """The epochs so far, a copy."""
        return self.stream.history.copy()

    def start(
        self,
        experiment: Experiment,
        arrays: Mapping[str, ArrayLike],
        mode: Mode | None = None,
        steps: int = 0,
        test: Mapping[str, ArrayLike] | None = None,
        graph: GraphIdentity | None = None,
        validates: int | None = None,
    ) -> None:
        """Train what `experiment` says on `arrays`.

        mode: "continue" goes on from the present weights, epochs counted on, with a changed graph from those that fit it;
        "again" begins with new ones; None: continue where that makes sense. A paused training goes on with what has
        changed. steps: train on so many batches, then wait (0: do not wait).
        test: a test set for the conclusion, under the names of `arrays` (see conclusion.test_arrays).
        graph: which layer of the experiment is which, where a document knows it. validates: see `Request`.
        Raises Refused in words when a run is going on, when the data do not fit, or when there is nothing to continue.
        """
        request = Request(experiment, dict(arrays), test, graph, validates)
        with self._lock:
            if mode != "again" and self.is_behind(experiment, graph):
                ready(request, self._trained(experiment))
                self._after = lambda: self._start(request, "continue", steps)
                self._become("stopping")
                self._control.stop()
            else:
                self.refuse_second()
                self._start(request, mode, steps)

    def start_folds(self, folds: FoldRuns) -> None:
        """Train each fold of a cross-validation, one after the other, with new weights. Raises Refused as `start` does."""
        with self._lock:
            self.refuse_second()
            self._begin(folds.begin(), on=False)
            self._folds = folds

    def _start(self, request: Request, mode: Mode | None, steps: int) -> None:
        """Under the lock: begin, or go on from what there is."""
        self.recall(request.experiment, request.graph)
        fits = self.trained(request.experiment, request.graph)
        on = goes_on(mode, trains=self.model is not None, fits=fits, worth=self._continues())
        if on and fits and self._origin is not None:
            self._branch(*self._origin, request, steps)
        else:
            self._begin(request, on, steps)

    def _begin(self, request: Request, on: bool, steps: int = 0, done: int | None = None) -> None:
        """Under the lock: build the model, or take the one to go on with, and start where the data fit it.

        done: epochs after which it goes on, where not all that were begun count.
        """
        trained = self._trained(request.experiment) if on else None
        start = ready(request, trained if trained is None or done is None else replace(trained, done=done))
        if start.changed is not None:
            self._earlier.leave(self._lineage, self.stream)
            self._best = BestWeights(lambda: self.model, self.stream.say)
            self.stream.change_model(float(start.first), start.changed)
            self._recording.note("edit", start.changed)
        self.experiment, self._graph = start.experiment, request.graph
        self._request, self._data = request, request.arrays
        if start.standing is not None:
            self.stream.go_on()
        begins = of_experiment(start.experiment, request, self.document())
        self._launch(Launch(start.work, begins, steps, on, start.rate, start.said))

    def _trained(self, experiment: Experiment) -> Trained | None:
        """What there is to go on from; the rate is the one that `experiment` names where a document owns the settings."""
        lineage, stream = self._lineage, self.stream
        if lineage is None:
            return None
        rate = continuing.rate_of(experiment) if self.on_rate is not None else self._next_rate
        still = self._control.still
        return Trained(lineage, self._request, stream.epochs_begun, stream.planned, self._standing, rate, still)

    def store(self) -> RunStore:
        """The store that its runs are recorded in. Raises Refused where there is none."""
        return self._recording.store()

    def resume_run(
        self,
        run: str,
        experiment: Experiment,
        arrays: Arrays,
        test: Arrays | None = None,
        other_data: bool = False,
        graph: GraphIdentity | None = None,
        validates: int | None = None,
    ) -> None:
        """Go on with a run of the store from its last checkpoint, as if it had not been cut off; it stays the same run.

        experiment: what it has trained. arrays: its data. Raises Refused where they are others and `other_data` is False, or
        no checkpoint can be read.
        """
        with self._lock:
            self.refuse_second()
            runs, request = self.store(), Request(experiment, dict(arrays), test, graph, validates)
            came = come_back(runs, runs.get(run), request, other_data)
            writer = runs.reopen(run, came.at)
            self._launch_back(came, request, of_experiment(came.experiment, request, self.document()), writer=writer)

    def branch_run(
        self,
        run: str,
        epoch: int,
        experiment: Experiment,
        arrays: Arrays,
        test: Arrays | None = None,
        graph: GraphIdentity | None = None,
        validates: int | None = None,
    ) -> None:
        """Begin a new run with what another one had come to after an epoch. experiment: may have other settings of training."""
        with self._lock:
            self.refuse_second()
            self._branch(run, epoch, Request(experiment, dict(arrays), test, graph, validates))

    def _branch(self, run: str, epoch: int, request: Request, steps: int = 0) -> None:
        runs = self.store()
        came = branch_off(runs, runs.get(run), epoch, request)
        begins = of_experiment(came.experiment, request, self.document(), parent=(run, epoch))
        self._launch_back(came, request, begins, steps)

    def _launch_back(
        self, came: CameBack, request: Request, begins: Begins, steps: int = 0, writer: RunWriter | None = None
    ) -> None:
        self.experiment, self._request, self._data = came.experiment, request, request.arrays
        self._graph = request.graph
        self._launch(Launch(came.work, begins, steps, False, came.rate, came.said, came.past, came.best, writer))

    def restore_epoch(self, run: str, epoch: int, experiment: Experiment, graph: GraphIdentity | None = None) -> None:
        """Take the weights that a run of the store had after an epoch; the next start goes on from there, as another run."""
        with self._lock:
            self.refuse_second()
            runs = self.store()
            summary = runs.get(run)
            model = model_at(runs, summary, epoch, experiment)
            self.adopt(model, experiment, say_back.weights_of(summary.number, epoch), graph)
            self._origin = (run, epoch)
            self.stream.say(say_back.weights_are_those_of(summary.number, epoch))
        self._tell("state")

    def launch(
        self,
        work: Work,
        steps: int = 0,
        data: Mapping[str, ArrayLike] | None = None,
        terminate_on_nan: bool = True,
        begins: Begins = NOTHING_KNOWN,
        past: Past | None = None,
        writer: RunWriter | None = None,
    ) -> None:
        """Run `work(control, listeners, callbacks)`, a call of some `fit`, as a new run. Raises Refused if one is on.

        data: its arrays by name, looked through for NaN if the loss becomes one. terminate_on_nan: end the run then.
        begins: what its record begins with. past, writer: of a run of the store that goes on.
        """
        with self._lock:
            self.refuse_second()
            self.experiment, self._graph, self._request, self._data = None, None, None, data or {}
            work = ending_on_nan(work) if terminate_on_nan else work
            self._launch(Launch(work, begins, steps, past=past, writer=writer))

    def stop_best(self) -> None:
        """End a training as `stop` does and put back the weights of its best epoch; after the end only the latter.

        Raises Refused where there are none: before the first whole epoch, or for a model too large to be copied.
        """
        with self._lock:
            if self._best.epoch is None:
                raise Refused(self._best.refusal or say.NO_BEST_EPOCH_YET, say.STOP_KEEPS_THE_PRESENT_WEIGHTS)
            if self.alive:
                self._restores = True
                self.stop()
            else:
                self._outcome.restore(self._best, self.model, self.stream.say)
                self._tell("state")

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the run is over, at most `timeout` seconds; whether it is."""
        until = None if timeout is None else time.monotonic() + timeout
        thread = self._thread
        while thread is not None and thread is not threading.current_thread():
            thread.join(None if until is None else max(0.0, until - time.monotonic()))
            if thread.is_alive():
                return False
            # A restart may have followed.
            thread = self._thread if self._thread is not thread else None
        return not self.alive

    def wait_for_score(self, timeout: float | None = None) -> bool:
        """Block until the test set has been scored after a run, at most `timeout` seconds; whether it has."""
        return self._scoring.wait(timeout)

    def runs(self) -> list[messages.RunRow]:
        """A row for each run in memory, the newest first."""
        return self._records.rows()

    def run_points(self, name: str) -> list[Piece]:
        """All points of a run that is kept, by its id. Raises Refused where its curves are not kept."""
        return self._records.curves(name)

    @property
    def run_id(self) -> str | None:
        """The id of the run that was begun last; None before the first."""
        latest = self._records.latest
        return None if latest is None else latest.id

    def status(self) -> messages.Run:
        """messages.RunState and progress as plain data (the `run` of the views)."""
        progress = self.stream.status()
        starts = "first" if not self._continues() else "continue" if self._stale is None else "changed"
        return run_state(
            progress,
            RunIs(
                id=self.run_id,
                state=self._state,
                learning_rate=self.learning_rate,
                error=error_text(self.error) if self.error is not None else None,
                fitting=self.fitting,
                note=self._outcome.note,
                reason=self._outcome.reason,
                conclusion=self._outcome.conclusion,
                stale=self._stale,
                starts=starts,
                cost=self._cost.share(progress["seconds"]),
                weights_from=self._weights_from,
                next_epoch=self._next_epoch(),
                unrecorded=self._recording.trouble,
                folds=None if self._folds is None else self._folds.state(),
            ),
        )

    def _new_run(self) -> tuple[Stream, BestWeights, Cost]:
        divergence = Divergence(lambda: is_fixed(getattr(self.model, "loss", None)), self._guess)
        findings = Findings(self._diagnose, divergence)
        stream = Stream(self._clock, after=self._noticed, rate=lambda: plain_rate(self.model), findings=findings)
        return stream, BestWeights(lambda: self.model, stream.say), Cost(recorded=lambda: self._recording.seconds)

    def _diagnose(self, where: Where) -> messages.Trouble:
        asked = self._request
        chosen = None if asked is None else (asked.experiment.get("training") or {}).get("precision")
        half = computes_in_half(self.model, chosen)
        return describe(where, self._data, plain_rate(self.model), restarts=asked is not None, half=half)

    def _guess(self) -> float | None:
        request = self._request
        return None if request is None else constant_guess(request.divided(request.experiment), request.arrays)

    def _noticed(self, event: Event) -> None:
        if isinstance(event, TrainEnd):
            self._outcome.reason = event.reason
        self._tell("progress")

    def _launch(self, start: Launch) -> None:
        """Under the lock: set everything up, log what was said so far, and let the thread go."""
        follows = self._thread is threading.current_thread()
        if self._thread is not None and not follows:
            # It has said that it ended and is about to finish; two training threads must not exist at once.
            self._thread.join()
        self._control = Control()
        if start.rate is not None:
            self._control.learning_rate = start.rate
        if not start.goes_on:
            self._weights_from = None
            self.stream, self._best, self._cost = self._new_run()
        if start.past is not None:
            self.stream.load(start.past)
        if start.best is not None:
            self._best.load(start.best)
        self._record(start)
        self._stale = self._next_rate = None
        self._folds = self._folds if follows else None
        self._outcome, self._restores = Outcome(), False
        self._standing = self._origin = None
        for line in start.said:
            self.stream.say(line)
        for _ in range(start.steps):
            self._control.step()
        self._next_work = start.work
        if not follows:
            self._thread = BackgroundThread(self._run, "kwidgets-training", lambda: self._control.stop())
        self._become("paused" if start.steps else "running")
        if self._thread is not None and not follows:
            self._thread.start()

    def _record(self, start: Launch) -> None:
        """Under the lock: begin a record for a new run, or go on with the one that is there."""
        latest = self._records.latest
        if start.goes_on and latest is not None:
            self._recording.go_on(self._request, self.stream.epochs_begun)
            return
        self._recording.begin(self.stream, start.begins, start.writer)
        count = self._recording.number or (1 if latest is None else latest.number + 1)
        self._records.add(self._recording.id or f"run-{count}", count, self.experiment, self.stream)

    def _recording_changed(self, trouble: str | None) -> None:
        if trouble is not None:
            self.stream.say(trouble)
        self._tell("progress")

    def _run(self) -> None:
        """The thread: a run, and those that follow it without a pause."""
        while (work := self._next_work) is not None:
            self._next_work = None
            self._train(work)

    def _train(self, work: Work) -> None:
        """In the thread: whatever happens ends in a state."""
        stream, cost = self.stream, self._cost
        hearing = Hearing(stream.pace, cost, (self._best, stream, self._recording), self.watchers)
        error: BaseException | None = None
        try:
            # Warnings of a thread would land in whatever cell runs; they are lines of the log instead.
            with np.errstate(over="ignore", invalid="ignore"), warnings_to(stream.say):
                work(self._control, (hearing,), (Captured(self._capture), *self.standing, *self.callbacks))
        except BaseException as raised:
            error = raised
        # The lock is held all the time: a start in between would wait for this thread, and this thread for the lock.
        with self._lock:
            wait_for_record = self._recording.waiter()
            stopped = self._control.stopped and self._outcome.reason != "finished"
            if process_ends() and stopped and self._state != "stopping":
                self._recording.leave()
            else:
                self._end("failed" if error is not None else "stopped" if stopped else "finished", error)
                self._follow()
        # Without the lock, so that nobody who asks something of the session waits for a disk.
        wait_for_record()

    def _follow(self) -> None:
        """Under the lock: what comes after the end, another run that was asked for or the test set's score."""
        after, self._after = self._after, None
        try:
            if after is not None:
                after()
            elif (request := self._next_fold()) is not None:
                self._begin(request, on=False)
            elif self._state != "failed":
                self._score()
        except Exception as error:
            if self._folds is not None:
                self._folds.stop()
            self._end("failed", error)

    def _next_fold(self) -> Request | None:
        """Under the lock: what the next fold of a cross-validation trains; None where there is none."""
        if self._folds is None:
            return None
        status = self.stream.status()
        return self._folds.following(self._state, self.run_id, status["logs"], status["epoch"])

    def _score(self) -> None:
        """Under the lock: score the test set in a thread of its own, for the conclusion that stands now."""
        request, outcome, model = self._request, self._outcome, self.model
        conclusion = outcome.conclusion
        if model is None or request is None or request.test is None or conclusion is None or outcome.lost:
            return

        def take(score: Score) -> None:
            with self._lock:
                outcome.conclusion = {**conclusion, "test": score}
            self._tell("progress")

        self._scoring.start(request.experiment, request.test, model.get_weights(), self.stream.say, take)

    def _capture(self, model: Model) -> None:
        self.model = model
        self._recording.watch(model, self._control)

    def _end(self, state: messages.RunState, error: BaseException | None) -> None:
        """Under the lock: settle what the run leaves behind, then tell its state."""
        outcome, stream = self._outcome, self.stream
        stream.pause()
        outcome.error = error
        try:
            outcome.settle(stream, self._best, self.model, self._restores)
            if error is None:
                outcome.conclusion = conclude(stream, self.model, self.experiment, self._data)
                if not outcome.lost and not outcome.restored:
                    self._standing = standing(self._request, self._control, self.model)
        except Exception as late:
            state, error = "failed", late
        if error is not None:
            outcome.fail(error, stream.say)
        self._recording.end(outcome.reason, error)
        self._become(state)
