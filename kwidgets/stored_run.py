"""One run of the store, as code holds it: what became of it, its model, and how it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import numpy as np
from typing_extensions import Unpack

from engine.callbacks import History
from engine.errors import EngineError
from engine.experiment import bytes_in_words, training_of
from engine.models import Model, load_model
from engine.training_folder import fingerprints
from engine.types import Array, ArrayLike, CustomObjects, Data, Json

from .fitted import FitAgain, GivenAgain, given_arrays
from .refused import Refused
from .session.coming_back import fit_come_back
from .session.data_sources import DataSources
from .session.session import Session
from .widgets import notebook
from .words import fitted as say_fit
from .words import workspace as say
from .workspace import run_store
from .workspace.records import Checkpoint, Intervention, Points, RunSummary, Scalar, StoredState
from .workspace.run_store import RunStore

Which = int | Literal["last", "best"]


class Run:
    """A run that was recorded; `kwidgets.run(12)` and `kwidgets.runs()` give them.

    Every attribute is read anew when it is asked for, so one of a run that goes on shows how far it has come.

    Args:
        runs: the store.
        run: the run's id in it.

    Example:
        >>> import kwidgets
        >>> run = kwidgets.run(12)  # doctest: +SKIP
        >>> run.note = "higher rate, same seed"  # doctest: +SKIP
        >>> run.model(epoch=6).predict(x)  # doctest: +SKIP
    """

    def __init__(self, runs: RunStore, run: str) -> None:
        self._store = runs
        self.id = run

    @property
    def summary(self) -> RunSummary:
        """All of its line in the list."""
        return self._store.get(self.id)

    @property
    def number(self) -> int:
        """Its number in the list."""
        return self.summary.number

    @property
    def document(self) -> str | None:
        """The name of the model or document that it belongs to."""
        return self.summary.document

    @property
    def state(self) -> StoredState:
        """running, paused, stopped, finished, failed, diverged, or interrupted: its process is gone without an end."""
        return self.summary.state

    @property
    def ended_by(self) -> str:
        """What ended it, in words."""
        return self.summary.ended_by

    @property
    def began(self) -> datetime:
        """When it began, by the clock here."""
        return datetime.fromtimestamp(self.summary.began)

    @property
    def epochs(self) -> int:
        """Whole epochs that it was trained for."""
        return self.summary.epochs

    @property
    def values(self) -> dict[str, float | None]:
        """Losses and metrics after its last epoch; None for what is no number."""
        return self.summary.values

    @property
    def settings(self) -> dict[str, Scalar]:
        """Settings of the training by name, of layers as `layer.setting`."""
        return self.summary.settings

    @property
    def note(self) -> str:
        """What somebody has noted of it; may be set."""
        return self.summary.note

    @note.setter
    def note(self, note: str) -> None:
        self._store.set_note(self.id, note)

    @property
    def tags(self) -> tuple[str, ...]:
        """Words that it is found by; may be set."""
        return self.summary.tags

    @tags.setter
    def tags(self, tags: Iterable[str]) -> None:
        self._store.set_tags(self.id, [tags] if isinstance(tags, str) else tags)

    @property
    def hidden(self) -> bool:
        """Whether the list leaves it out; may be set."""
        return self.summary.hidden

    @hidden.setter
    def hidden(self, hidden: bool) -> None:
        self._store.set_hidden(self.id, hidden)

    @property
    def history(self) -> History:
        """The values of each epoch, as `fit` gives them."""
        recorded = self._store.history(self.id)
        history = History()
        history.epoch, history.history, history.partial = recorded["epoch"], recorded["history"], recorded["partial"]
        return history

    @property
    def points(self) -> list[Points]:
        """Every curve: its name, its phase ("batch", "train" or "validation"), xs in epochs and ys."""
        return self._store.points(self.id)

    @property
    def log(self) -> list[str]:
        """The lines of its log."""
        return self._store.log(self.id)

    @property
    def interventions(self) -> list[Intervention]:
        """What was done to it by hand while it went on."""
        return self._store.interventions(self.id)

    @property
    def checkpoints(self) -> list[Checkpoint]:
        """The checkpoints that are there, the oldest first."""
        return self._store.checkpoints(self.id)

    @property
    def experiment(self) -> dict[str, Any] | None:
        """What it trained, and how, as `engine.experiment.run_experiment` takes it; None for a model made in code."""
        return self._store.experiment(self.id)

    def model(self, epoch: Which = "last", *, custom_objects: CustomObjects | None = None) -> Model:
        """The model with the weights of a checkpoint.

        Args:
            epoch: after so many epochs, or the "best" or the "last" (the default) that there is.
            custom_objects: classes and functions of your own that it names; None (the default): none.

        Returns:
            The model, compiled as it was trained.

        Raises:
            Refused: there is no such checkpoint, or its file is damaged.
        """
        checkpoint = self._checkpoint(epoch)
        try:
            return load_model(checkpoint.path, custom_objects=custom_objects)
        except FileNotFoundError:
            raise Refused(
                say.checkpoint_is_gone(self.number, checkpoint.path), say.there_are_checkpoints(self._there())
            ) from None
        except (EngineError, OSError) as error:
            raise Refused(
                say.checkpoint_cannot_be_read(self.number, error), say.there_are_checkpoints(self._there())
            ) from None

    def arrays(self, arrays: Mapping[str, ArrayLike] | None = None, *, other_data: bool = False) -> dict[str, Array]:
        """The arrays that it was trained on, found again where they came from.

        Args:
            arrays: by name, in place of the notebook's variables; None (the default): none.
            other_data: take them although they are not those that it was trained on; False by default.

        Returns:
            The arrays by the names that the experiment has for them.

        Raises:
            Refused: one is missing, or holds other numbers than it did.
        """
        data = (self.experiment or {}).get("data") or {}
        keys = [
            key
            for part in ("inputs", "targets", "validation")
            for key in (data.get(part) or {}).values()
            if isinstance(key, str)
        ]
        if arrays is not None:
            missing = sorted(set(keys) - arrays.keys())
            if missing:
                raise Refused(say.arrays_are_missing(self.number, missing), say.GIVE_THEM)
            there = {key: np.asarray(arrays[key]) for key in keys}
        else:
            sources, run = self._sources(), self.summary
            # A fit in code may have called them otherwise.
            names = {} if self._store.fit(self.id) is None else sources.named_by_content(run.data, run.rows)
            loaded = sources.arrays(data.get("source"), [names.get(key, key) for key in keys])
            there = {key: loaded[names.get(key, key)] for key in keys}
        if not other_data:
            self._refuse_other(there)
        return there

    def _sources(self) -> DataSources:
        """Where its data came from, its tables divided as they were then."""
        sources = DataSources(notebook.variables)
        training = (self.experiment or {}).get("training") or {}
        sources.validation_share = lambda: float(training.get("validation_split") or 0.0)
        return sources

    def _validates(self) -> int | None:
        """How many of its last rows validate where a table's split says it."""
        return self._sources().validates(((self.experiment or {}).get("data") or {}).get("source"))

    def _refuse_other(self, arrays: Mapping[str, Array]) -> None:
        before = self.summary.data
        now = fingerprints({name: array for name, array in arrays.items() if name in before})
        changed = sorted(name for name, fingerprint in now.items() if before[name] != fingerprint)
        if changed:
            raise Refused(say.data_is_other(self.number, changed), say.GIVE_THE_SAME_OR_SAY_SO)

    def resume(
        self,
        x: Data | Mapping[str, ArrayLike] | None = None,
        y: Data | None = None,
        *,
        epochs: int | None = None,
        other_data: bool = False,
        custom_objects: CustomObjects | None = None,
        **fit: Unpack[GivenAgain],
    ) -> Run:
        """Go on from the last checkpoint, and return when it has ended: the same run, as if it had not been cut off.

        Ctrl-C, or the notebook's stop button, stops it as Stop does.

        Args:
            x: its inputs as in `Model.fit`, or all of its data by name; None (the default): found again where they came from.
            y: its targets as in `Model.fit`; None (the default) where `x` has all data.
            epochs: train until there are so many in all; None (the default): as many as were planned.
            other_data: take the data although they are not those that it was trained on; False by default.
            custom_objects: classes and functions of your own that a model made in code names; None (the default): none.
            **fit: what a `fit` in code was given besides, as in `Model.fit`: `callbacks`, `validation_data` ...

        Returns:
            This run.

        Raises:
            Refused: it is going on, has no checkpoint that can be read, its data are others, or something is missing.
            EngineError: the training failed.
        """
        recorded = self.experiment
        if recorded is None:
            self._resume_fit(x, y, epochs, other_data, custom_objects, fit)
            return self
        if fit:
            raise Refused(say_fit.takes_nothing_besides(self.number, list(fit)), say_fit.CHANGE_IT_IN_A_BUILDER)
        experiment = self._with(recorded, {} if epochs is None else {"epochs": epochs})
        arrays: Mapping[str, ArrayLike] | None = None
        if y is None and isinstance(x, Mapping):
            arrays = {name: np.asarray(array) for name, array in x.items()}
        elif x is not None:
            arrays = given_arrays(recorded["data"], x, y)
        there, validates = self.arrays(arrays, other_data=other_data), None if arrays is not None else self._validates()
        self._train(
            lambda session: session.resume_run(self.id, experiment, there, other_data=other_data, validates=validates)
        )
        return self

    def _resume_fit(
        self,
        x: Data | Mapping[str, ArrayLike] | None,
        y: Data | None,
        epochs: int | None,
        other_data: bool,
        custom_objects: CustomObjects | None,
        fit: GivenAgain,
    ) -> None:
        """Go on with a fit in code from the model of its checkpoint."""
        summary = self.summary
        came = fit_come_back(self._store, summary, custom_objects)
        again = FitAgain(came, summary, fit, DataSources(notebook.variables))
        work = again.work(x, y, epochs, other_data)
        writer = self._store.reopen(self.id, came.at)
        self._train(lambda session: session.launch(work, terminate_on_nan=False, past=came.past, writer=writer))

    def repeat(
        self, arrays: Mapping[str, ArrayLike] | None = None, *, other_data: bool = False, **training: Json
    ) -> Run:
        """Train the same anew, with new weights, as a run of its own; return when it has ended.

        Args:
            arrays: its data by name; None (the default): found again where they came from.
            other_data: take the data although they are not those that it was trained on; False by default.
            **training: settings of the training that shall be others, such as `epochs=20` or `seed=2`.

        Returns:
            The new run.

        Raises:
            Refused: it was made in code, its data are others, or nothing can be recorded.
            EngineError: a setting is wrong, or the training failed.
        """
        experiment = self._with(self._experiment_or_refuse(), training)
        there, validates = self.arrays(arrays, other_data=other_data), None if arrays is not None else self._validates()
        session = self._train(lambda session: session.start(experiment, there, "again", validates=validates))
        rows = session.runs()
        return Run(self._store, rows[0]["id"])

    def _experiment_or_refuse(self) -> dict[str, Any]:
        experiment = self.experiment
        if experiment is None:
            raise Refused(say.was_made_in_code(self.number), say.FIT_IT_THERE_AGAIN)
        return experiment

    def _with(self, experiment: dict[str, Any], training: Mapping[str, Json]) -> dict[str, Any]:
        """An experiment with other training settings. Raises EngineError for one that there is not."""
        changed = {**experiment, "training": {**(experiment.get("training") or {}), **training}}
        training_of(changed)
        return changed

    def _train(self, start: Callable[[Session], None]) -> Session:
        """Have a session train, and wait for its end."""
        document = self.document
        session = Session(store=lambda: self._store)
        session.document = lambda: document
        start(session)
        try:
            session.wait()
        except KeyboardInterrupt:
            session.stop()
            session.wait()
            raise
        if session.error is not None:
            raise session.error
        return session

    def pin(self, epoch: Which = "last", pinned: bool = True) -> None:
        """Have a checkpoint never swept; pinned=False allows it again. Raises Refused where there is none."""
        checkpoint = self._checkpoint(epoch)
        self._store.pin(self.id, checkpoint.epoch, checkpoint.batch, pinned)

    def delete(self) -> None:
        """Take it away; `restore` brings it back within a week. Raises Refused while it is going on."""
        self._store.delete([self.id])

    def restore(self) -> None:
        """Bring it back after `delete`."""
        self._store.restore([self.id])

    def _checkpoint(self, epoch: Which) -> Checkpoint:
        there = self.checkpoints
        if epoch == "last":
            fitting = there[-1:]
        elif epoch == "best":
            fitting = [one for one in there if one.best]
        else:
            fitting = [one for one in there if one.epoch == epoch and not one.batch]
        if not fitting:
            raise Refused(say.no_checkpoint(self.number, epoch), say.there_are_checkpoints(self._there()))
        return fitting[-1]

    def _there(self) -> str:
        return ", ".join(f"{one.epoch}" for one in self.checkpoints if not one.batch)

    def __repr__(self) -> str:
        run = self.summary
        return say.run_in_words(
            run.number, run.document, say.STATES[run.state], run.epochs, bytes_in_words(run.bytes), run.note
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and (self.id, self._store.folder) == (other.id, other._store.folder)

    def __hash__(self) -> int:
        return hash(self.id)


def run(index: int, *, store: RunStore | None = None) -> Run:
    """A run by its number.

    Args:
        index: the number that the list shows.
        store: the store; None (the default) for the user's.

    Returns:
        The run.

    Raises:
        Refused: there is none of that number, or the list cannot be read.
    """
    used = run_store.store() if store is None else store
    return Run(used, used.numbered(index).id)
