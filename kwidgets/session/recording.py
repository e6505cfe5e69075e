"""The record of a session's present run: begun, gone on with and ended as the session is; nothing where none is wanted."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine import experiment as experiments
from engine.errors import EngineError
from engine.events import Event, Reason
from engine.experiment import Control, Experiment
from engine.models import Model
from engine.types import Config

from ..messages import RunState
from ..refused import Refused
from ..words import coming_back
from ..words import recording as say
from ..workspace.flat_settings import flat_settings
from ..workspace.records import NewRun, StoredState
from ..workspace.run_store import RunStore
from ..workspace.run_writer import RunWriter
from .failure import error_text
from .recorder import Recorder
from .request import Request
from .stream import Stream

# Data of seconds to be hashed are named in the record once they are known.
_FINGERPRINT_SECONDS = 0.3
_ENDS: dict[Reason, tuple[StoredState, str]] = {
    "finished": ("finished", say.ITS_LAST_EPOCH),
    "stopped": ("stopped", say.STOP),
    "interrupted": ("stopped", say.THE_CELL),
    "early": ("stopped", say.A_CALLBACK),
    "nan": ("diverged", say.NOT_A_NUMBER),
    "failed": ("failed", say.AN_ERROR),
}


@dataclass(frozen=True)
class Begins:
    """What a record begins with. data: fingerprints, once they are known; None until then."""

    new: Callable[[], NewRun] = NewRun
    data: Callable[[], Mapping[str, str] | None] = dict[str, str]


NOTHING_KNOWN = Begins()


class Recording:
    """Of one session.

    Args:
        store: gives the store; None: nothing is recorded.
        report: called with a sentence when recording fails, and with None when it works again.
    """

    def __init__(self, store: Callable[[], RunStore] | None, report: Callable[[str | None], None]) -> None:
        self._store, self._report = store, report
        self._recorder: Recorder | None = None
        self._failed: str | None = None

    def store(self) -> RunStore:
        """The store. Raises Refused where nothing is recorded."""
        if self._store is None:
            raise Refused(coming_back.NO_RUNS_ARE_RECORDED)
        return self._store()

    @property
    def id(self) -> str | None:
        """The present run's id in the store; None where it is not recorded."""
        return None if self._recorder is None else self._recorder.id

    @property
    def number(self) -> int | None:
        """Its number there."""
        return None if self._recorder is None else self._recorder.number

    @property
    def trouble(self) -> str | None:
        """Why the present run is not recorded, in words."""
        return self._failed if self._recorder is None else self._recorder.trouble

    @property
    def seconds(self) -> float:
        """Processor seconds that recording the present run has taken."""
        return 0.0 if self._recorder is None else self._recorder.seconds

    def __call__(self, event: Event) -> None:
        """Listen to the training, for its checkpoints."""
        if self._recorder is not None:
            self._recorder(event)

    def begin(self, stream: Stream, begins: Begins, writer: RunWriter | None = None) -> None:
        """A run begins. writer: of one that is in the store already and goes on."""
        self._recorder = self._failed = None
        if self._store is None:
            return
        try:
            self._recorder = Recorder(self._store(), stream, begins.new(), writer, self._tell, begins.data)
        except Exception as error:
            # Whatever is wrong with the store must not reach the training.
            logging.getLogger(__name__).exception("A run could not be recorded.")
            self._failed = say.recording_failed(error_text(error))
        if self.trouble is not None:
            self._report(self.trouble)
        if self._recorder is not None:
            self._recorder.start()

    def go_on(self, request: Request | None, epochs: int) -> None:
        """The run goes on after its end. request: what it trains after so many epochs, if it is an experiment."""
        if self._recorder is None:
            return
        experiment = None if request is None else request.experiment
        why = self._recorder.go_on(experiment, epochs, _layers(request))
        if why is not None:
            self._report(why)

    def watch(self, model: Model, control: Control) -> None:
        """A training of this model is about to begin."""
        if self._recorder is not None:
            self._recorder.watch(model, control)

    def note(self, kind: str, text: str) -> None:
        """A person did something to the run."""
        if self._recorder is not None:
            self._recorder.note(kind, text)

    def say(self, sentence: str) -> None:
        """Something about recording that the log is to tell."""
        self._report(sentence)

    def now(self, state: RunState) -> None:
        """The training runs, or waits."""
        if self._recorder is not None and state in ("running", "paused"):
            self._recorder.now("paused" if state == "paused" else "running")

    def end(self, reason: Reason | None, error: BaseException | None) -> None:
        """The training is over; `waiter` waits until that is written."""
        if self._recorder is None:
            return
        if error is not None:
            self._recorder.end("failed", say.an_error(error_text(error)))
        else:
            self._recorder.end(*_ENDS.get(reason or "stopped", _ENDS["stopped"]))

    def leave(self) -> None:
        """The process ends before the training does: the record stays that of a run that was cut off and can go on."""
        if self._recorder is not None:
            self._recorder.leave()

    def waiter(self) -> Callable[[], None]:
        """A function that returns when all of the present run is written, once it has ended."""
        recorder = self._recorder
        return (lambda: None) if recorder is None else recorder.waiter()

    def _tell(self, recorder: Recorder) -> None:
        if recorder is self._recorder:
            self._report(recorder.trouble)


def of_experiment(
    experiment: Experiment, request: Request, document: str | None, parent: tuple[str, int] | None = None
) -> Begins:
    """What is known of a run of an experiment when it begins."""
    training = experiments.training_of(experiment)

    def new() -> NewRun:
        return NewRun(
            document=document,
            experiment=experiment,
            planned=training["epochs"],
            seed=training["seed"],
            fingerprints=request.fingerprints.by_name(_FINGERPRINT_SECONDS) or {},
            rows=rows_of(request.arrays),
            parent=parent,
            layers=_layers(request),
        )

    return Begins(new, lambda: request.fingerprints.by_name(0.0))


def _layers(request: Request | None) -> Mapping[str, str]:
    return {} if request is None or request.graph is None else request.graph.layers


def of_model(model: Model, rows: int | None, settings: Config | None = None) -> NewRun:
    """What is known of a run that was begun in code; settings: those of its `fit`, as an experiment names them."""
    try:
        architecture = json.loads(model.to_json())
    except (EngineError, NotImplementedError, TypeError, ValueError):
        # One whose layers cannot say their settings is recorded without them.
        architecture = None
    optimizer = getattr(model, "optimizer", None)
    training = dict(settings or {})
    if optimizer is not None:
        training["optimizer"] = {"class_name": type(optimizer).__name__, "config": optimizer.get_config()}
    flat = flat_settings({**(architecture or {}), "training": training})
    return NewRun(
        document=model.name,
        settings=flat,
        planned=int(training.get("epochs") or 0),
        rows=rows,
        architecture=None if architecture is None else json.dumps(architecture),
    )


def rows_of(arrays: Mapping[str, object]) -> int | None:
    """How many samples arrays have; None where there are none."""
    shapes = [getattr(array, "shape", ()) for array in arrays.values()]
    return next((int(shape[0]) for shape in shapes if shape), None)
