"""`tf.experimental.numpy`: NumPy's functions, those of `keras.ops` where there is one, so that they are recorded on tapes."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from .keras_ops import SHOWN
from .values import EagerArray, constant, eager

_CONSTANTS = ("e", "inf", "nan", "newaxis", "pi")
_TYPES = ("bool_", "float32", "float64", "int32", "int64", "uint8")
_RANDOM = ("normal", "permutation", "poisson", "rand", "randint", "randn", "random", "standard_normal", "uniform")


def _with_eager_results(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        made = eager(function(*args, **kwargs))
        return made.astype("float32") if isinstance(made, np.ndarray) and made.dtype == np.float64 else made

    call.__doc__ = function.__doc__
    return call


def _nothing(*_: object, **__: object) -> None:
    """What changes nothing here: arrays behave as NumPy's anyway."""


def names() -> dict[str, object]:
    """The names of the module."""
    random = {name: _with_eager_results(getattr(np.random, name)) for name in _RANDOM}
    return {
        **{name: made for name, made in SHOWN.items() if hasattr(np, name)},
        **{name: getattr(np, name) for name in (*_CONSTANTS, *_TYPES)},
        "array": constant,
        "asarray": constant,
        "ndarray": EagerArray,
        "random": SimpleNamespace(**random, seed=np.random.seed),
        "experimental_enable_numpy_behavior": _nothing,
    }
