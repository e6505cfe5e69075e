"""Many trainings of one experiment with other settings, or on other rows: what one of them is, wherever it runs.

A point is what differs, by name: a setting of training ("epochs", "batch_size"), of the optimizer ("learning_rate" ...) or of a
layer ("dense_1.units"). `train_point` trains one and gives plain data, so that any pool of workers can call it (threads, processes,
ipyparallel's engines, Dask's workers); `kwidgets.sweep` does so and keeps each as a run.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np

from .errors import SettingError, UnknownName
from .events import BatchEnd, EpochBegin, EpochEnd, Event, TrainBegin, TrainEnd
from .experiment import Control, Experiment, Prepared, prepare, read_npz, training_of
from .types import Array, Config, Samples

__all__ = ["Outcome", "changed", "folds", "grid", "train_point"]

Point = Mapping[str, object]

# One of so many batches is told at least; a run's curves need no more.
_MOST_BATCHES = 2000


class Outcome(TypedDict):
    """What became of one training, as plain data and arrays.

    Args:
        events: kind and fields of each event, the batches thinned.
        at: seconds since the beginning of each.
        weights: of the trained model.
    """

    events: list[tuple[str, dict[str, Any]]]
    at: list[float]
    weights: list[Array]


def grid(**values: Sequence[object]) -> list[dict[str, object]]:
    """Every combination of some values.

    Args:
        **values: the values of each setting; a name with a dot stands in a dict: `grid(**{"dense_1.units": [8, 16]})`.

    Returns:
        A point for each combination.

    Example:
        >>> grid(learning_rate=[0.1, 0.01], batch_size=[32])
        [{'learning_rate': 0.1, 'batch_size': 32}, {'learning_rate': 0.01, 'batch_size': 32}]
    """
    points: list[dict[str, object]] = [{}]
    for name, choices in values.items():
        points = [{**point, name: choice} for point in points for choice in choices]
    return points


def folds(rows: int, count: int, seed: int | None = 0) -> list[tuple[Array, Array]]:
    """Rows to train on and rows to measure, for cross-validation: each row is measured once.

    Args:
        rows: how many there are.
        count: of the parts, 2 or more.
        seed: of the order in which rows are dealt out, 0 by default; None leaves them as they lie.

    Returns:
        For each part all other rows, and its own.

    Raises:
        SettingError: there are fewer rows than parts, or fewer than two parts.

    Example:
        >>> [measured.tolist() for trained, measured in folds(5, 2, seed=None)]
        [[0, 1, 2], [3, 4]]
    """
    if not 2 <= count <= rows:
        raise SettingError(where="folds", expected=f"2 to {rows} parts of {rows} rows", actual=str(count))
    order = np.arange(rows) if seed is None else np.random.default_rng(seed).permutation(rows)
    parts = np.array_split(order, count)
    return [(np.sort(np.concatenate([*parts[:i], *parts[i + 1 :]])), np.sort(part)) for i, part in enumerate(parts)]


def changed(experiment: Experiment, point: Point) -> Config:
    """An experiment with the settings of a point.

    Args:
        experiment: the experiment.
        point: settings by name.

    Returns:
        Another experiment.

    Raises:
        UnknownName: there is no such setting, or no such layer.

    Example:
        >>> changed({"training": {"epochs": 3}}, {"epochs": 5, "learning_rate": 0.1})["training"]["optimizer"]["config"]
        {'learning_rate': 0.1}
    """
    new: Config = copy.deepcopy(dict(experiment))
    training = dict(new.get("training") or {})
    known = training_of(experiment)
    for name, value in point.items():
        layer, dot, setting = name.rpartition(".")
        if dot:
            _config_of(new, layer)[setting] = value
        elif name in known:
            training[name] = value
        else:
            written: str | Config = training.get("optimizer", known["optimizer"])
            optimizer: Config = {"class_name": written} if isinstance(written, str) else written
            training["optimizer"] = {**optimizer, "config": {**(optimizer.get("config") or {}), name: value}}
    new["training"] = training
    return new


def _config_of(experiment: Config, name: str) -> Config:
    configs = {config["name"]: config for config in _configs(experiment.get("config")) if "name" in config}
    if name not in configs:
        raise UnknownName(name, configs, kind="layer", where="a point of a search", of_model=True)
    return configs[name]


def _configs(value: object) -> Iterator[Config]:
    """The configs of all layers of a model, also of those within others."""
    if isinstance(value, dict):
        if isinstance(value.get("config"), dict) and "class_name" in value:
            yield value["config"]
        for inner in value.values():
            yield from _configs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _configs(inner)


def train_point(
    experiment: Experiment,
    arrays: Mapping[str, Samples] | str,
    rows: tuple[Array, Array] | None = None,
    stop: str | None = None,
) -> Outcome:
    """Train one point of a search.

    Args:
        experiment: what to train, and how.
        arrays: the data by name, or the path of an .npz file that the worker sees.
        rows: those to train on and those to measure, in place of the experiment's share; None (the default): that share.
        stop: a file whose being there ends the training after the batch; None (the default): there is none.

    Returns:
        Events and weights.

    Raises:
        EngineError: the experiment or its data are wrong.

    Example:
        >>> layer = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 2], "name": "d"}}
        >>> experiment = {"class_name": "Sequential", "config": [layer], "training": {"epochs": 2}}
        >>> experiment["data"] = {"inputs": {"d": "x"}, "targets": {"d": "y"}}
        >>> outcome = train_point(experiment, {"x": np.zeros((8, 2)), "y": np.zeros((8, 1))})
        >>> [kind for kind, _ in outcome["events"]][-2:], len(outcome["weights"])
        (['EpochEnd', 'TrainEnd'], 2)
    """
    data = read_npz(arrays) if isinstance(arrays, str) else arrays
    trained, held_out = data, None
    if rows is not None:
        trained, held_out = ({name: np.asarray(array)[part] for name, array in data.items()} for part in rows)
    prepared = prepare(experiment, trained, held_out=held_out)
    control, listener = Control(), _Told(prepared, stop)
    listener.control = control
    prepared.fit(listeners=[listener], control=control)
    return Outcome(events=listener.events, at=listener.at, weights=[np.array(w) for w in prepared.model.get_weights()])


class _Told:
    """Remembers what a training tells, and looks whether it is to stop."""

    hears = (TrainBegin, EpochBegin, BatchEnd, EpochEnd, TrainEnd)

    def __init__(self, prepared: Prepared, stop: str | None) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.at: list[float] = []
        self.control: Control | None = None
        batches = prepared.batches * prepared.settings["epochs"]
        self._every, self._seen = max(1, batches // _MOST_BATCHES), 0
        self._began, self._stop = time.monotonic(), None if stop is None else Path(stop)

    def __call__(self, event: Event) -> None:
        if isinstance(event, BatchEnd):
            self._seen += 1
            if event.finite and self._seen % self._every:
                return
        if self._stop is not None and self.control is not None and self._stop.exists():
            self.control.stop()
        fields = {name: getattr(event, name) for name in type(event).__dataclass_fields__}
        if "logs" in fields:
            fields["logs"] = {name: float(value) for name, value in fields["logs"].items()}
        self.events.append((type(event).__name__, fields))
        self.at.append(time.monotonic() - self._began)
