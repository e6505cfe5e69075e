"""Names of `keras.ops`, Keras 3's functions of arrays and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._machine.config import float_dtype
from . import functions as f
from .values import constant, eager, value_of


def convert_to_numpy(x: Any) -> Any:
    """The values, a plain array."""
    return np.array(value_of(x))


def take(x: Any, indices: Any, axis: int = 0) -> Any:
    """The elements of these numbers along an axis."""
    return f.gather(x, indices, axis)


def dot(x1: Any, x2: Any) -> Any:
    """The product of matrices."""
    return f.matmul(x1, x2)


def identity(n: int, dtype: Any = None) -> Any:
    """1 on the diagonal, 0 elsewhere."""
    return eager(np.eye(n, dtype=dtype or float_dtype()))


SHOWN: dict[str, Any] = {
    **f.ELEMENTWISE,
    **f.BINARY,
    **f.REDUCED,
    **f.SHAPES,
    **f.NN,
    "absolute": f.ELEMENTWISE["abs"],
    "arange": f.range_,
    "clip": f.clip_by_value,
    "concatenate": f.concat,
    "convert_to_numpy": convert_to_numpy,
    "convert_to_tensor": constant,
    "full": f.fill,
    "norm": f.norm,
    "power": f.BINARY["pow"],
    "take": take,
    "var": f.REDUCED["variance"],
    "dot": dot,
    "identity": identity,
}
__all__: list[str] = sorted(SHOWN)  # pyright: ignore[reportUnsupportedDunderAll] - the table's


def __getattr__(name: str) -> Any:
    if name in SHOWN:
        return SHOWN[name]
    raise AttributeError(name)
