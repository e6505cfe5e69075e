"""Optimizers: how weights follow their gradients. Formulas, names and defaults are those of Keras 2.2.4.

Weights, gradients and slots of a model lie in flat arrays. An update walks over them in blocks that fit the
processor's cache, with a few in-place array functions a block and no allocation, whatever the number of layers.
An `Updater` (in training) holds the slots for one set of weights: an optimizer shared by two models has one
learning rate and one step count, but slots of its own for each.
"""

from __future__ import annotations

from .._declared import registry
from ..types import Config, CustomObjects

# Written by `python -m tests.exports` from the files of this folder: change their `__all__`.
from .adaptive import Adadelta, Adagrad, RMSprop, adadelta, adagrad, rmsprop
from .base import Optimizer, OptimizerLike
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
    "OptimizerLike",
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


def get(identifier: OptimizerLike) -> Optimizer:
    """The optimizer for a name (any case), a config, a class or an instance.

    Raises:
        UnknownName: there is no optimizer of this name; the message has the nearest one.
        SettingError: it is none of these.

    >>> type(get("sgd")).__name__
    'SGD'
    """
    return registry.build("optimizer", identifier, where="optimizer")


def serialize(optimizer: Optimizer) -> Config:
    """{"class_name", "config"} from which `deserialize` makes an equal optimizer.

    >>> serialize(SGD(lr=0.5))["class_name"]
    'SGD'
    """
    return {"class_name": type(optimizer).__name__, "config": optimizer.get_config()}


def deserialize(config: Config, custom_objects: CustomObjects | None = None) -> Optimizer:
    """The optimizer that `serialize` described; class names in any case.

    >>> import numpy as np
    >>> deserialize({"class_name": "adam", "config": {"lr": 0.1}}).learning_rate == float(np.float32(0.1))
    True
    """
    return registry.build("optimizer", config, custom_objects)
