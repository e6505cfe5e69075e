"""Losses: functions (y_true, y_pred) -> one value for each sample, and objects that compute them with settings.

Names and numbers of the functions are those of Keras 2.2.4, the objects those of Keras 2.3 and tf.keras; `get` looks a loss
up by its name.

Example:
    >>> import numpy as np
    >>> mean_squared_error(np.array([[0.0, 2.0]]), np.array([[1.0, 4.0]]))
    array([2.5])
    >>> float(MeanSquaredError()([[0.0, 2.0]], [[1.0, 4.0]]))
    2.5
"""

from __future__ import annotations

from typing import TypeAlias, overload

from .._declared import registry
from ..types import Config, CustomObjects
from .base import (
    Loss,
    Reduction,
)
from .classes import (
    CTC,
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    Dice,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
    Tversky,
)
from .functions import (
    KLD,
    MAE,
    MAPE,
    MSE,
    MSLE,
    LossFunction,
    binary_crossentropy,
    categorical_crossentropy,
    categorical_hinge,
    cosine,
    cosine_proximity,
    hinge,
    kld,
    kullback_leibler_divergence,
    logcosh,
    mae,
    mape,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    mse,
    msle,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from .functions import Values as Values
from .later_functions import (
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
    cosine_similarity,
    ctc,
    dice,
    huber,
    huber_loss,
    tversky,
)
from .result import Result as Result

__all__ = [
    "CTC",
    "KLD",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Reduction",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine",
    "cosine_proximity",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "huber_loss",
    "kld",
    "kullback_leibler_divergence",
    "logcosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]

LossLike: TypeAlias = str | Config | LossFunction
"""What `get` makes a loss of: its name, a config, a function or an object."""


@overload
def get(identifier: None) -> None: ...
@overload
def get(identifier: LossLike) -> LossFunction: ...
@overload
def get(identifier: LossLike | None) -> LossFunction | None: ...
def get(identifier: LossLike | None) -> LossFunction | None:
    """The loss for a name, a config or a function.

    Args:
        identifier: a name such as "mse", a config, a function (y_true, y_pred) -> a value for each sample, or an object.

    Returns:
        The function or object; None for None.

    Raises:
        UnknownName: there is no loss of this name; the message has the nearest one.
        SettingError: it is none of these.

    Example:
        >>> get("mse").__name__
        'mean_squared_error'
    """
    return registry.build("loss", identifier, where="loss")


def serialize(loss: LossFunction) -> str | Config | None:
    """The name under which `get` finds the loss again, or the config of an object.

    Args:
        loss: a function, or an object with `get_config`.

    Returns:
        What `deserialize` reads.

    Example:
        >>> serialize(mse)
        'mean_squared_error'
    """
    return registry.serialize("loss", loss)


def deserialize(name: str | Config, custom_objects: CustomObjects | None = None) -> LossFunction:
    """The loss of a name or a config that `serialize` gave.

    Args:
        name: what `serialize` returned.
        custom_objects: further functions by name, for losses of your own.

    Returns:
        The function.

    Raises:
        UnknownName: there is no loss of this name.

    Example:
        >>> deserialize("twice", {"twice": lambda y_true, y_pred: 2 * y_pred})(0.0, 1.5)
        3.0
    """
    return registry.build("loss", name, custom_objects)


def function_behind(loss: object) -> object:
    """The function that an object computes with settings of its own; a function stands for itself."""
    return type(loss).function if isinstance(loss, Loss) else loss


def name_behind(loss: object) -> str:
    """The name of the function that a loss computes, whatever its settings are; "" for one without a name."""
    return loss if isinstance(loss, str) else str(getattr(function_behind(loss), "__name__", ""))


def usual_name(loss: object) -> str:
    """As `name_behind`, but "" for a loss of logits, to which other rules apply."""
    return "" if getattr(loss, "from_logits", False) else name_behind(loss)
