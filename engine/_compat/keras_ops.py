"""Names of `keras.ops`, Keras 3's functions of arrays and tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _ops as ops
from .. import activations, losses
from .. import backend as K
from .._graph.tensor import Tensor
from .._machine.config import float_dtype
from . import control_flow
from . import functions as f
from .array_functions import LINALG, ON_ARRAYS
from .tensorflow_images import IMAGE
from .values import constant, eager, operand, value_of

_ACTIVATIONS = (
    "celu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "log_sigmoid",
    "soft_shrink",
    "squareplus",
    "tanh_shrink",
)


def convert_to_numpy(x: Any) -> Any:
    """The values, a plain array."""
    return np.array(value_of(x))


def shape(x: Any) -> tuple[Any, ...]:
    """The sizes of all axes: numbers where they are known, else symbols."""
    x = operand(x)
    if not isinstance(x, Tensor):
        return tuple(int(n) for n in x.shape)
    sizes: Any = ops.shape_of(x) if None in x.shape else None
    return tuple(sizes[i] if n is None else int(n) for i, n in enumerate(x.shape))


def get_item(x: Any, key: Any) -> Any:
    """A part of x, as brackets give it."""
    return operand(x)[key] if isinstance(x, Tensor) else eager(operand(x)[key])


def take(x: Any, indices: Any, axis: int = 0) -> Any:
    """The elements of these numbers along an axis."""
    return f.gather(x, indices, axis)


def dot(x1: Any, x2: Any) -> Any:
    """The product of matrices."""
    return f.matmul(x1, x2)


def identity(n: int, dtype: Any = None) -> Any:
    """1 on the diagonal, 0 elsewhere."""
    return eager(np.eye(n, dtype=dtype or float_dtype()))


class _Module:
    """Functions as attributes, such as `keras.ops.linalg.norm`."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        vars(self).update(functions)


SHOWN: dict[str, Any] = {
    **ON_ARRAYS,
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
    "cond": control_flow.cond,
    "fori_loop": control_flow.fori_loop,
    "map": control_flow.map_of,
    "scan": control_flow.scan,
    "vectorized_map": control_flow.map_of,
    "while_loop": control_flow.while_loop,
    "get_item": get_item,
    "hard_swish": f.of_arrays(activations.hard_silu),
    "dot": dot,
    "shape": shape,
    "identity": identity,
    "binary_crossentropy": losses.binary_crossentropy,
    "categorical_crossentropy": losses.categorical_crossentropy,
    "sparse_categorical_crossentropy": losses.sparse_categorical_crossentropy,
    "is_tensor": f.is_tensor,
    "repeat": f.of_arrays(K.repeat_elements),
    "normalize": f.l2_normalize,
    "image": _Module({name.removeprefix("random_"): made for name, made in IMAGE.items()}),
    "linalg": _Module({**LINALG, "norm": f.norm}),
    **{
        name: made
        for name, made in LINALG.items()
        if name in ("cholesky", "det", "eigh", "inv", "pinv", "qr", "svd", "solve")
    },
    **{name: f.of_arrays(getattr(activations, name)) for name in _ACTIVATIONS},
}
_LOSSES = ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")
_OF_NN = (*f.NN, *_ACTIVATIONS, *_LOSSES, "hard_swish", "normalize", "one_hot", "top_k")
SHOWN["nn"] = _Module({name: SHOWN[name] for name in _OF_NN})
SHOWN["numpy"] = _Module({name: made for name, made in SHOWN.items() if callable(made)})
__all__: list[str] = sorted(SHOWN)  # pyright: ignore[reportUnsupportedDunderAll] - the table's


def __getattr__(name: str) -> Any:
    if name in SHOWN:
        return SHOWN[name]
    raise AttributeError(name)
