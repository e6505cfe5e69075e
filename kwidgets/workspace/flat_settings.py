"""An experiment as one flat table: what a list of runs has columns for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from engine import optimizers
from engine.errors import EngineError
from engine.experiment import DEFAULTS, training_of

from .records import Scalar

# Lists up to this length are written as text; longer values would be no column of a table.
MOST_ITEMS = 4
# Of a layer: what is said elsewhere, or differs between any two models.
LEFT_OUT = {"name", "batch_input_shape", "dtype", "trainable", "layers"}


def flat_settings(experiment: Mapping[str, Any] | None) -> dict[str, Scalar]:
    """Training settings by name, then settings of layers as `layer.setting`.

    >>> layer = {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "relu"}}
    >>> flat = flat_settings({"config": [layer], "training": {"batch_size": 8, "optimizer": "SGD"}})
    >>> flat["batch_size"], flat["optimizer"], flat["learning_rate"], flat["d.units"]
    (8, 'SGD', 0.01, 2)
    """
    if experiment is None:
        return {}
    return {**dict(_training(experiment)), **dict(_layers(experiment.get("config"), ""))}


def _training(experiment: Mapping[str, Any]) -> Iterator[tuple[str, Scalar]]:
    try:
        training = training_of(experiment)
    except EngineError:  # of a model whose training is not as the engine's; what is written is shown
        training = {**DEFAULTS, **dict(experiment.get("training") or {})}
    yield from _optimizer(training.pop("optimizer", None))
    yield from ((name, _scalar(value)) for name, value in training.items() if _is_short(value))


def _optimizer(written: object) -> Iterator[tuple[str, Scalar]]:
    """Its class, its rate under one name, and what else is written of its settings."""
    if isinstance(written, Mapping):
        name, settings = written.get("class_name"), dict(written.get("config") or {})
    elif isinstance(written, str):
        name, settings = written, {}
    else:
        return
    rate = None
    with contextlib.suppress(EngineError, ValueError, TypeError):  # of an optimizer that is not known here
        known = optimizers.get(str(name))
        name, rate = type(known).__name__, known.get_config().get("lr")
    rate = settings.pop("learning_rate", settings.pop("lr", rate))
    yield "optimizer", str(name)
    if rate is not None:
        yield "learning_rate", _scalar(rate)
    yield from ((f"optimizer.{name}", _scalar(value)) for name, value in settings.items() if _is_short(value))


def _layers(config: object, before: str) -> Iterator[tuple[str, Scalar]]:
    layers = config.get("layers") if isinstance(config, Mapping) else config
    for layer in layers if isinstance(layers, list) else []:
        if not isinstance(layer, Mapping) or not isinstance(layer.get("config"), Mapping):
            continue
        settings = layer["config"]
        name = f"{before}{settings.get('name') or layer.get('name') or layer.get('class_name')}"
        yield from (
            (f"{name}.{key}", _scalar(value))
            for key, value in settings.items()
            if key not in LEFT_OUT and value is not None and _is_short(value)
        )
        yield from _layers(settings, f"{name}.")


def _is_short(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return len(value) <= MOST_ITEMS and all(isinstance(item, (bool, int, float, str)) for item in value)
    return value is None or isinstance(value, (bool, int, float, str))


def _scalar(value: object) -> Scalar:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
