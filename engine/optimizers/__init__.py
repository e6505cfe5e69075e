"""Optimizers: how weights follow their gradients. Formulas, names and defaults are those of Keras 2.2.4.

Weights, gradients and accumulators of a model lie in flat arrays. An update walks over them in blocks that fit the
processor's cache, with a few in-place array functions a block and no allocation, whatever the number of layers.
An `Updater` (in training) holds the accumulators for one set of weights: an optimizer shared by two models has one
learning rate and one step count, but accumulators of its own for each.
"""

from __future__ import annotations

from typing import Any

from .._declared import registry

# Written by `python -m tests.exports` from the files of this folder: change their `__all__`.
from .adaptive import Adadelta, Adagrad, RMSprop, adadelta, adagrad, rmsprop
from .base import Optimizer
from .descent import SGD, sgd
from .moments import Adam, Adamax, Nadam, adam, adamax, nadam
from .refused import TFOptimizer

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "Adamax",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "TFOptimizer",
    "adadelta",
    "adagrad",
    "adam",
    "adamax",
    "deserialize",
    "get",
    "nadam",
    "rmsprop",
    "serialize",
    "sgd",
]
# End of what is written.


def get(identifier: Any) -> Optimizer:
    """The optimizer for a name (any case), a config or an instance.

    >>> type(get("sgd")).__name__
    'SGD'
    """
    return registry.build("optimizer", identifier, where="optimizer")


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """{"class_name", "config"} from which `deserialize` makes an equal optimizer."""
    return registry.serialize("optimizer", optimizer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Optimizer:
    """The optimizer that `serialize` described; class names in any case."""
    return registry.build("optimizer", config, custom_objects)
