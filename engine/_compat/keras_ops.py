"""Names of `keras.ops`, Keras 3's functions of arrays and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import functions as f
from .values import constant, eager, operand, value_of

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
    "convert_to_numpy": lambda x: np.array(value_of(x)),
    "convert_to_tensor": constant,
    "full": f.fill,
    "norm": f.norm,
    "power": f.BINARY["pow"],
    "take": lambda x, indices, axis=0: f.gather(x, indices, axis),
    "var": f.REDUCED["variance"],
    "dot": lambda a, b: f.matmul(a, b),
    "identity": lambda n: eager(np.eye(n, dtype=operand(0.0).dtype)),
}
__all__ = list(SHOWN)


def __getattr__(name: str) -> Any:
    if name in SHOWN:
        return SHOWN[name]
    raise AttributeError(name)
