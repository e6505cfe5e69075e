"""What a builder does with runs of the store: open one, go on with it, repeat it, branch off, take an epoch's weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from engine.experiment import Experiment
from engine.types import Array

from .chosen_data import ChosenData
from .document.document import Document
from .document.identity import identity_of
from .refused import Refused
from .session import coming_back
from .session.continuing import same_graph
from .session.data_sources import DataSources
from .session.session import Session
from .widgets.base import Gesture, Message
from .words import coming_back as say
from .workspace.records import RunSummary

# What a run was, beside the places where its cards stood.
_TRAINED = ("class_name", "config", "data", "training")


class Chosen(NamedTuple):
    """Arrays of the document's data by name, and those of the test set that belongs to them.

    validates: so many of the last rows validate; None: the document's share of them.
    """

    arrays: Mapping[str, Array]
    test: Mapping[str, Array] | None
    validates: int | None = None


class Identified(Protocol):
    """A run, as `kwidgets.runs()` gives them."""

    @property
    def id(self) -> str:
        """Its id in the store."""
        ...


class RunActions:
    """The gestures about runs that need the document.

    start: begins a training of the document with new weights. chosen: the data of the document; raises Refused.
    sources: where arrays are.
    """

    def __init__(
        self,
        document: Document,
        session: Session,
        start: Callable[[], None],
        chosen: Callable[[], Chosen],
        sources: DataSources,
    ) -> None:
        self._document, self._session, self._start, self._chosen = document, session, start, chosen
        self._sources = sources

    def gestures(self) -> dict[str, Gesture]:
        """What the page may ask of runs."""
        return {
            "open_run": lambda message: self.open(_run_of(message)),
            "repeat_run": lambda message: self.repeat(_run_of(message)),
            "resume_run": lambda message: self.resume(_run_of(message)),
            "branch_run": lambda message: self.branch(_run_of(message), _epoch_of(message)),
            "restore_epoch": lambda message: self.restore(_run_of(message), _epoch_of(message)),
        }

    def open(self, run: str) -> None:
        """Have the document be what a run has trained; one step of undo."""
        self._open(run)

    def repeat(self, run: str) -> None:
        """Begin a new run as that one began."""
        self._session.refuse_second()
        self.open(run)
        self._start()

    def resume(self, run: str) -> None:
        """Go on with a run from its last checkpoint, to the end that it would have had."""
        self._session.refuse_second()
        recorded = self._open(run)
        chosen, graph = self._chosen(), identity_of(self._document.draft)
        self._session.resume_run(run, recorded, chosen.arrays, chosen.test, graph=graph, validates=chosen.validates)

    def branch(self, run: str, epoch: int) -> None:
        """Begin a new run with what a run had come to after an epoch, with the present settings of the same graph."""
        experiment = self._with_graph_of(run, epoch)
        chosen, graph = self._chosen(), identity_of(self._document.draft)
        self._session.branch_run(run, epoch, experiment, chosen.arrays, chosen.test, graph, chosen.validates)

    def restore(self, run: str, epoch: int) -> None:
        """Take the weights that a run had after an epoch."""
        experiment = self._with_graph_of(run, epoch)
        self._session.restore_epoch(run, epoch, experiment, identity_of(self._document.draft))

    def _recorded(self, run: str, at: tuple[int, int] | None = None) -> Experiment:
        store = self._session.store()
        recorded = coming_back.recorded_experiment(store, store.get(run), at)
        return recorded if store.fit(run) is None else self._with_present_names(recorded, store.get(run))

    def _with_present_names(self, recorded: Experiment, run: RunSummary) -> Experiment:
        """What a fit in code has trained, with the names that its arrays have in this notebook, where they are there."""
        data = recorded.get("data") or {}
        names = self._sources.named_by_content(run.data, run.rows)
        parts = {part: {at: names.get(key, key) for at, key in data[part].items()} for part in ("inputs", "targets")}
        return {**recorded, "data": {**data, **parts}}

    def _with_graph_of(self, run: str, epoch: int) -> Experiment:
        """The document's experiment; where its graph is not the run's after that epoch, the run's is opened before."""
        self._session.refuse_second()
        if not same_graph(self._recorded(run, (epoch, 0)), self._document.experiment()):
            self._open(run, (epoch, 0))
        return self._document.experiment()

    def _open(self, run: str, at: tuple[int, int] | None = None) -> Experiment:
        """Have the document be what a run has trained, last or at a checkpoint, with the layers that it knew; gives that."""
        recorded, present = self._recorded(run, at), self._document.experiment()
        if any(_text(recorded.get(key)) != _text(present.get(key)) for key in _TRAINED):
            self._document.do({"do": "paste", "format": "json", "text": json.dumps(recorded)})
            self._document.take_identities(self._session.store().layers(run, at))
        return recorded


def chosen_of(document: Document, data: ChosenData) -> Chosen:
    """The data that a document has chosen. Raises Refused where they are not there."""
    chosen = document.draft.data
    keys = [*chosen["inputs"].values(), *chosen["targets"].values()]
    validation = chosen.get("validation", {})
    return Chosen(data.arrays([*keys, *validation.values()]), data.test_arrays(keys), data.validates())


def _run_of(message: Message) -> str:
    return str(message.get("run"))


def _epoch_of(message: Message) -> int:
    epoch = message.get("epoch")
    if isinstance(epoch, bool) or not isinstance(epoch, int) or epoch < 0:
        raise Refused(say.no_epoch(epoch), say.CHOOSE_ANOTHER_EPOCH)
    return epoch


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
