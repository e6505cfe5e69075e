"""A `fit` in code as the store has it, so that it can go on: an experiment where it can be one, and how it was called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypedDict

import numpy as np

from engine.callbacks import BaseLogger, Callback, History, ProgbarLogger
from engine.errors import EngineError
from engine.events import Listener
from engine.experiment import Control, Experiment, FitCall
from engine.models import Model
from engine.training_folder import fingerprints
from engine.types import Array, ArrayLike, Config, Data, ValidationData

from .beginning import experiment_of
from .refused import Refused
from .session.coming_back import FitCameBack, with_callbacks
from .session.data_sources import NOTEBOOK, DataSources
from .session.recording import Begins, of_model
from .session.request import Captured, Fingerprints, Work
from .words import fitted as say
from .words import workspace as words
from .workspace.records import NewRun, RunSummary

# What `compile` takes that an experiment has no word for.
_UNSAID = ("loss_weights", "sample_weight_mode", "weighted_metrics", "target_tensors")
# Callbacks that a training has no less without: they look, and a view or a record is made again.
_LOOKS = (BaseLogger, History, ProgbarLogger, Captured)
Named = Mapping[str, Array]


class Looks(Callback):
    """A callback of ours, which a training that goes on does not need."""


@dataclass(frozen=True)
class _Places:
    """Arrays of a `fit` by the inputs and outputs of its model."""

    inputs: Named
    targets: Named


@dataclass(frozen=True)
class Fitted:
    """One `fit`. model: as it is trained; call: what was asked for. variables: gives those of the notebook by name."""

    model: Model
    call: FitCall
    variables: Callable[[], Mapping[str, object]]

    def begins(self) -> Begins:
        """What its record begins with; fingerprints of large arrays follow, once they are known."""
        return Begins(self._new, lambda: self._fingerprints.by_name(0.0))

    @cached_property
    def needs(self) -> list[str]:
        """What it was given that no record holds, so that whoever goes on must give it again."""
        unsaid = [name for name in _UNSAID if getattr(self.model, name, None)]
        shuffle = ["shuffle"] if not isinstance(self.call.shuffle, bool) else []
        named = [say.callbacks(self._callbacks)] if self._callbacks else []
        arrays = [say.ARRAYS] if self._places is None and say.GENERATOR not in self.call.others else []
        return [*arrays, *self.call.others, *shuffle, *unsaid, *named]

    @property
    def _callbacks(self) -> list[str]:
        """The classes of those that do more than look."""
        return [type(one).__name__ for one in self.call.callbacks if not isinstance(one, (*_LOOKS, Looks))]

    def _new(self) -> NewRun:
        call = self.call
        asked: Config = {
            "epochs": call.epochs,
            "batch_size": call.batch_size or 0,
            "validation_split": call.validation_split,
            "shuffle": call.shuffle,
        }
        samples = next((len(array) for array in self._keyed.values()), None)
        recorded = of_model(self.model, samples, {key: asked[key] for key in ("epochs", "batch_size")})
        experiment = self._experiment(asked)
        fit = {**asked, "batches": call.batches, "needs": self.needs, "callbacks": self._callbacks, "data": self._data}
        return replace(recorded, experiment=experiment, fit=fit)

    def _experiment(self, asked: Config) -> Experiment | None:
        """Of a model and settings that can be said in one, without anything that only code has."""
        if self.needs or self._places is None:
            return None
        try:
            made = experiment_of(self.model)
        except (EngineError, Refused, NotImplementedError, TypeError, ValueError):
            return None
        training = made.get("training") or {}
        if not _all_said(self.model, training):
            return None
        return {**made, "data": self._data, "training": {**training, **asked, "seed": None, "terminate_on_nan": False}}

    @cached_property
    def _places(self) -> _Places | None:
        try:
            inputs, targets = list(self.model.input_names), list(self.model.output_names)
        except (AttributeError, EngineError):  # a model that is not built yet, or has no graph
            return None
        x, y = by_name(self.call.x, inputs), by_name(self.call.y, targets)
        return None if x is None or y is None else _Places(x, y)

    @cached_property
    def _names(self) -> dict[int, str]:
        """Names of arrays by their identity: those of the notebook's variables, else x and y, with what they are for."""
        places = self._places
        if places is None:
            return {}
        variables = {id(value): name for name, value in reversed(list(self.variables().items())) if name[:1] != "_"}
        names: dict[int, str] = {}
        for letter, arrays in (("x", places.inputs), ("y", places.targets)):
            for name, array in arrays.items():
                plain = letter if len(arrays) == 1 else f"{letter}_{name}"
                names.setdefault(id(array), variables.get(id(array), plain))
        return names

    @property
    def _keyed(self) -> Named:
        places = self._places
        arrays = () if places is None else (*places.inputs.values(), *places.targets.values())
        return {self._names[id(array)]: array for array in arrays}

    @property
    def _data(self) -> Config | None:
        places = self._places
        if places is None:
            return None
        inputs, targets = (
            {name: self._names[id(array)] for name, array in arrays.items()}
            for arrays in (places.inputs, places.targets)
        )
        return {"source": {"kind": NOTEBOOK, "name": NOTEBOOK}, "inputs": inputs, "targets": targets}

    @cached_property
    def _fingerprints(self) -> Fingerprints:
        return Fingerprints(self._keyed)


def by_name(data: Data | None, names: Sequence[str]) -> Named | None:
    """Arrays by the names of inputs or outputs; None for anything but arrays of numbers or texts, alone, in a list or in a table.

    >>> by_name(np.zeros((2, 3)), ["d"])["d"].shape, by_name([np.zeros(2), "no"], ["a", "b"])
    ((2, 3), None)
    """
    if isinstance(data, Mapping):
        listed = [data.get(name) for name in names]
    elif isinstance(data, (list, tuple)) and len(data) == len(names) and not np.isscalar(data[0]):
        listed = list(data)
    else:
        listed = [data]
    arrays = [one for one in listed if isinstance(one, np.ndarray) and one.ndim > 0 and one.dtype.kind in "biufU"]
    return dict(zip(names, arrays, strict=True)) if len(arrays) == len(listed) == len(names) else None


def _all_said(model: Model, training: Config) -> bool:
    """Whether an experiment's training names every loss and metric that a model was compiled with."""
    losses, metrics = training.get("loss"), model.metrics or []
    count = len(losses) if isinstance(losses, dict) else int(losses is not None)
    wanted = len(model.loss) if isinstance(model.loss, (list, tuple, dict)) else 1
    return count == wanted and isinstance(metrics, (list, tuple)) and len(training.get("metrics") or []) == len(metrics)


class GivenAgain(TypedDict, total=False):
    """What a `fit` in code that goes on is given again, as `Model.fit` takes it."""

    callbacks: Sequence[Callback]
    validation_data: ValidationData
    validation_steps: int
    sample_weight: Data
    class_weight: Mapping[int, float] | Mapping[str, Mapping[int, float]]
    steps_per_epoch: int
    shuffle: bool | str


def given_arrays(data: Config, x: Data | Mapping[str, ArrayLike] | None, y: Data | None) -> dict[str, Array]:
    """Arrays as `fit` takes them, by the names that an experiment's data has for them. Raises Refused for others."""
    arrays: dict[str, Array] = {}
    for part, given in (("inputs", x), ("targets", y)):
        keys = data.get(part) or {}
        there = by_name(given, list(keys))
        if there is None:
            raise Refused(say.gives_no_arrays(part, list(keys)), say.GIVE_AS_IN_FIT)
        arrays |= {keys[place]: array for place, array in there.items()}
    return arrays


@dataclass(frozen=True)
class FitAgain:
    """A `fit` in code that goes on. given: what it is given again besides its data. sources: where its data may be."""

    came: FitCameBack
    run: RunSummary
    given: GivenAgain
    sources: DataSources

    def work(
        self, x: Data | Mapping[str, ArrayLike] | None, y: Data | None, epochs: int | None, other_data: bool
    ) -> Work:
        """The training. Raises Refused where something is missing, or the data are others."""
        needs = [str(one) for one in self.came.fit.get("needs") or ()]
        missing = [
            one for one in needs if one.partition(" (")[0] in GivenAgain.__annotations__.keys() - self.given.keys()
        ]
        if missing:
            raise Refused(say.is_missing(self.run.number, missing), say.going_on(self.run.number, needs))
        if x is None:
            x, y = self._from_notebook()
        elif not other_data:
            self._refuse_other(x, y)
        fit, done = self.came.fit, self.came.epoch
        wanted = int(fit["epochs"]) if epochs is None else epochs
        settings: dict[str, Any] = {
            "batch_size": fit["batch_size"] or None,
            "epochs": wanted if wanted > done else done + wanted,
            "validation_split": fit["validation_split"],
            "shuffle": fit["shuffle"],
            "verbose": 0,
            "initial_epoch": done,
            **self.given,
        }
        callbacks = list(settings.pop("callbacks", ()))
        if say.GENERATOR in needs:
            settings = {
                name: value for name, value in settings.items() if name not in ("batch_size", "validation_split")
            }
            settings.setdefault("steps_per_epoch", fit["batches"])

        def train(control: Control, listeners: Sequence[Listener], captured: Sequence[Callback]) -> object:
            names = [str(name) for name in fit.get("callbacks") or ()]
            control.begin_at = with_callbacks(self.came.snapshot, captured, names)
            ours = [*captured, *callbacks]
            return self.came.model.fit(x, y, control=control, listeners=listeners, callbacks=ours, **settings)

        return train

    def _from_notebook(self) -> tuple[Data, Data]:
        """Inputs and targets, found among the notebook's variables by what they hold."""
        data = self.came.fit.get("data") or {}
        names = self.sources.named_by_content(self.run.data, self.run.rows)
        gone = [key for part in ("inputs", "targets") for key in (data.get(part) or {}).values() if key not in names]
        if gone or not data:
            needs = [str(one) for one in self.came.fit.get("needs") or ()]
            raise Refused(say.data_are_missing(gone or ["x", "y"]), say.going_on(self.run.number, needs))
        arrays = self.sources.arrays(None, names.values())
        x, y = ({slot: arrays[names[key]] for slot, key in data[part].items()} for part in ("inputs", "targets"))
        return x, y

    def _refuse_other(self, x: Data | Mapping[str, ArrayLike], y: Data | None) -> None:
        data = self.came.fit.get("data")
        if not data or not self.run.data:
            return
        now = fingerprints(given_arrays(data, x, y))
        changed = sorted(name for name, mark in self.run.data.items() if now.get(name) != mark)
        if changed:
            raise Refused(words.data_is_other(self.run.number, changed), words.GIVE_THE_SAME_OR_SAY_SO)
