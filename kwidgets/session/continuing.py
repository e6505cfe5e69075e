"""Going on from earlier weights: which experiments allow it, up to which epoch, with which learning rate."""

from __future__ import annotations

import inspect
import json

from engine.experiment import DEFAULTS, Experiment
from engine.models import Model
from engine.types import Config

from ..messages import Optimizer

# What `compile` takes besides the optimizer; if it changes, the model is compiled anew and keeps its weights.
_COMPILED = [name for name in inspect.signature(Model.compile).parameters if name in DEFAULTS and name != "optimizer"]
_RATE = ("lr", "learning_rate")


def same_graph(one: Experiment, other: Experiment) -> bool:
    """Whether weights of one fit the other: same layers, settings and wires; layout, data and training may differ."""
    return _text([one.get(key) for key in ("class_name", "config")]) == _text(
        [other.get(key) for key in ("class_name", "config")]
    )


def same_training(one: Experiment, other: Experiment) -> bool:
    """Whether a model compiled for one serves the other. The learning rate may differ: it is set on the optimizer."""
    compiled = all(_text(_training(one).get(key)) == _text(_training(other).get(key)) for key in _COMPILED)
    return compiled and _text(_without_rate(optimizer_of(one))) == _text(_without_rate(optimizer_of(other)))


def same_but_rate(one: Experiment, other: Experiment) -> bool:
    """Whether both train the same graph on the same data in the same way; the rate, which can be set in a run, is left out."""
    texts = (
        [{**_training(experiment), "optimizer": _without_rate(optimizer_of(experiment))}, experiment.get("data")]
        for experiment in (one, other)
    )
    return same_graph(one, other) and _text(next(texts)) == _text(next(texts))


def optimizer_of(experiment: Experiment) -> Optimizer:
    """The optimizer as {class_name, config}, however it is written.

    >>> optimizer_of({"training": {"optimizer": "sgd"}})
    {'class_name': 'sgd', 'config': {}}
    """
    written = _training(experiment).get("optimizer") or {}
    if isinstance(written, str):
        return {"class_name": written, "config": {}}
    return {"class_name": str(written.get("class_name", "Adam")), "config": dict(written.get("config") or {})}


def rate_of(experiment: Experiment) -> float | None:
    """The learning rate that the experiment names; None where it leaves the optimizer's own.

    >>> rate_of({"training": {"optimizer": {"class_name": "Adam", "config": {"lr": 0.01}}}})
    0.01
    """
    config = optimizer_of(experiment)["config"]
    rates = (config.get(name) for name in _RATE)
    return next((float(rate) for rate in rates if isinstance(rate, (int, float))), None)


def with_rate(experiment: Experiment, rate: float) -> Config:
    """The experiment with another learning rate."""
    optimizer = optimizer_of(experiment)
    config = {**_without_rate(optimizer)["config"], "lr": rate}
    return {**experiment, "training": {**_training(experiment), "optimizer": {**optimizer, "config": config}}}


def with_batch_size(experiment: Experiment, size: int) -> Config:
    """The experiment with other batches.

    >>> with_batch_size({"training": {"epochs": 3}}, 8)["training"]
    {'epochs': 3, 'batch_size': 8}
    """
    return {**experiment, "training": {**_training(experiment), "batch_size": size}}


def counted_on(experiment: Experiment, done: int, planned: int = 0) -> Config:
    """The experiment with its epochs counted from the first run: up to the number asked for, or so many more after it.

    planned: the end that a run was to have which was stopped before it, where as many epochs are asked for as then.

    >>> counted_on({"training": {"epochs": 10}}, 4)["training"]["epochs"]
    10
    >>> counted_on({"training": {"epochs": 10}}, 13, planned=20)["training"]["epochs"]
    20
    >>> counted_on({"training": {"epochs": 10}}, 10)["training"]["epochs"]
    20
    """
    training = experiment["training"]
    wanted = int(training.get("epochs", 1))
    ends = wanted if done < wanted else planned if done < planned else done + wanted
    return {**experiment, "training": {**training, "epochs": ends}}


def _training(experiment: Experiment) -> Experiment:
    return experiment.get("training") or {}


def _without_rate(optimizer: Optimizer) -> Optimizer:
    config = {name: value for name, value in optimizer["config"].items() if name not in _RATE}
    return {"class_name": optimizer["class_name"], "config": config}


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
