"""Going on from earlier weights: which experiments allow it, and up to which epoch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Experiment = Mapping[str, Any]
# What `compile` settles; a change needs another compiled model with the same weights.
_COMPILED = ("optimizer", "loss", "metrics")


def same_graph(one: Experiment, other: Experiment) -> bool:
    """Whether weights of one fit the other: same layers, settings and wires; layout, data and training may differ."""
    return _text([one.get(key) for key in ("class_name", "config")]) == _text(
        [other.get(key) for key in ("class_name", "config")]
    )


def same_training(one: Experiment, other: Experiment) -> bool:
    """Whether a model compiled for one serves the other."""
    return all(_text(one.get("training", {}).get(k)) == _text(other.get("training", {}).get(k)) for k in _COMPILED)


def counted_on(experiment: Experiment, done: int) -> dict[str, Any]:
    """The experiment with its epochs counted from the first run: up to the number asked for, or so many more after it.

    >>> counted_on({"training": {"epochs": 10}}, 4)["training"]["epochs"]
    10
    >>> counted_on({"training": {"epochs": 10}}, 10)["training"]["epochs"]
    20
    """
    training = experiment["training"]
    wanted = int(training.get("epochs", 1))
    return {**experiment, "training": {**training, "epochs": wanted if done < wanted else done + wanted}}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
