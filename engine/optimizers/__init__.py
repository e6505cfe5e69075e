"""Optimizers: how weights follow their gradients. Formulas, names and defaults are those of Keras 2.2.4.

Weights, gradients and slots of a model lie in flat arrays. An update walks over them in blocks that fit the
processor's cache, with a few in-place array functions a block and no allocation, whatever the number of layers.
An `Updater` (in training) holds the slots for one set of weights: an optimizer shared by two models has one
learning rate and one step count, but slots of its own for each.
"""

from __future__ import annotations

from .._declared import registry
from ..types import Config, CustomObjects
from . import schedules as schedules

# Written by `python -m tests.exports` from the files of this folder: change their `__all__`.
from .adafactor import Adafactor, adafactor
from .adaptive import Adadelta, Adagrad, RMSprop, adadelta, adagrad, rmsprop
from .base import Optimizer, OptimizerLike
from .descent import SGD, sgd
from .keras1 import clip_norm, optimizer_from_config
from .later import AdamW, Ftrl, Lion, adamw, ftrl, lion
from .loss_scale import LossScaleOptimizer
from .moments import Adam, Adamax, Nadam, adam, adamax, nadam
from .refused import TFOptimizer

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lion",
    "LossScaleOptimizer",
    "Nadam",
    "Optimizer",
    "OptimizerLike",
    "RMSprop",
    "TFOptimizer",
    "adadelta",
    "adafactor",
    "adagrad",
    "adam",
    "adamax",
    "adamw",
    "clip_norm",
    "deserialize",
    "ftrl",
    "get",
    "lion",
    "nadam",
    "optimizer_from_config",
    "rmsprop",
    "serialize",
    "sgd",
]
# End of what is written.


def get(identifier: OptimizerLike) -> Optimizer:
    """The optimizer for a name (any case), a config, a class or an instance.

    Args:
        identifier: a name such as "adam", {"class_name": ..., "config": ...}, an optimizer or a class of them.

    Returns:
        A new optimizer; an instance itself.

    Raises:
        UnknownName: there is no optimizer of this name; the message has the nearest one.
        SettingError: it is none of these.

    Example:
        >>> type(get("sgd")).__name__
        'SGD'
    """
    return registry.build("optimizer", identifier, where="optimizer")


def serialize(optimizer: Optimizer) -> Config:
    """Plain data from which `deserialize` makes an equal optimizer.

    Args:
        optimizer: any optimizer.

    Returns:
        A dict with the name of its class as "class_name" and its settings as "config".

    Example:
        >>> serialize(SGD(lr=0.5))["class_name"]
        'SGD'
    """
    return {"class_name": type(optimizer).__name__, "config": optimizer.get_config()}


def deserialize(config: Config, custom_objects: CustomObjects | None = None) -> Optimizer:
    """The optimizer that `serialize` described; class names in any case. As in Keras, `config` names it in lower case then.

    Args:
        config: what `serialize` returned.
        custom_objects: further classes by name, for optimizers of your own.

    Returns:
        A new optimizer.

    Raises:
        UnknownName: there is no optimizer of this name.

    Example:
        >>> import numpy as np
        >>> deserialize({"class_name": "adam", "config": {"lr": 0.1}}).learning_rate == float(np.float32(0.1))
        True
    """
    optimizer = registry.build("optimizer", config, custom_objects)
    if config["class_name"] in __all__:
        config["class_name"] = config["class_name"].lower()
    return optimizer
