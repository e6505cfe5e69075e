"""Tensors and variables: making them, their values, shapes and kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph import sparse
from .._graph.gradient import OnesLike
from .._graph.op import apply
from .._graph.plan import evaluate
from .._graph.sparse import dense
from .._graph.tensor import Constant, Placeholder, Tensor, Variable
from .._machine.config import floatx, image_data_format, set_image_data_format
from .._machine.random import Stream
from .._ops import cast
from ..errors import ShapeError

__all__ = [
    "backend",
    "batch_get_value",
    "batch_set_value",
    "cast_to_floatx",
    "constant",
    "count_params",
    "dtype",
    "eval",
    "eye",
    "get_value",
    "get_variable_shape",
    "image_dim_ordering",
    "int_shape",
    "is_keras_tensor",
    "is_placeholder",
    "is_sparse",
    "is_tensor",
    "ndim",
    "ones",
    "ones_like",
    "placeholder",
    "random_normal_variable",
    "random_uniform_variable",
    "set_image_dim_ordering",
    "set_value",
    "shape",
    "to_dense",
    "variable",
    "zeros",
    "zeros_like",
]


def backend() -> str:
    """The backend's name in Keras's files."""
    return "tensorflow"


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Variable:
    """A variable with first values.

    >>> get_value(variable([1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    array = np.asarray(dense(value))
    made = Variable(array.shape, dtype, name, array)
    made.constraint = constraint
    return made


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Constant:
    """A fixed tensor; a number fills `shape`."""
    array = np.asarray(dense(value), dtype or floatx())
    return Constant(array if shape is None else np.broadcast_to(array, shape), name)


def placeholder(
    shape: Any = None, ndim: int | None = None, dtype: Any = None, sparse: bool = False, name: Any = None
) -> Any:
    """A tensor to be fed: of a shape, or of a number of axes of any size."""
    if shape is None:
        if ndim is None:
            raise ShapeError(where="K.placeholder", expected="shape or ndim", found="neither")
        shape = (None,) * ndim
    return Placeholder(tuple(shape), dtype, name)


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros; a tensor where the shape holds tensors."""
    if ops.is_open(shape):
        return ops.full(list(shape), 0, dtype or floatx())
    return Variable(tuple(shape), dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones; a tensor where the shape holds tensors."""
    if ops.is_open(shape):
        return ops.full(list(shape), 1, dtype or floatx())
    return Variable(tuple(shape), dtype, name, np.ones(shape))


def eye(size: int, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable with the identity matrix."""
    return Variable((size, size), dtype, name, np.eye(size))


def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Ones in the shape of x."""
    y = apply(OnesLike(), x)
    return y if dtype is None else cast(y, dtype)


def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Zeros in the shape of x."""
    return ones_like(x, dtype) * 0


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable with normal random first values."""
    return Variable(tuple(shape), dtype, name, Stream(seed).generator.normal(mean, scale, shape))


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable with uniform random first values."""
    return Variable(tuple(shape), dtype, name, Stream(seed).generator.uniform(low, high, shape))


def eval(x: Any) -> Any:
    """The value of a tensor that needs no feeding."""
    return evaluate([x])[0] if isinstance(x, Tensor) else np.asarray(x)


def get_value(x: Any) -> Any:
    """The value of a variable, a copy."""
    return np.array(x.array) if isinstance(x, (Variable, Constant)) else np.asarray(x)


def batch_get_value(ops: Sequence[Any]) -> list[Any]:
    """The values of variables."""
    return [get_value(x) for x in ops]


def set_value(x: Variable, value: Any) -> None:
    """Set a variable."""
    x.assign(value)


def batch_set_value(tuples: Sequence[tuple[Variable, Any]]) -> None:
    """Set variables."""
    for x, value in tuples:
        x.assign(value)


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Keras 1's `set_image_data_format`: 'tf' is channels_last, 'th' channels_first."""
    formats = {"tf": "channels_last", "th": "channels_first"}
    if dim_ordering not in formats:
        raise ValueError(f"set_image_dim_ordering: expected 'tf' or 'th', found {dim_ordering!r}.")
    set_image_data_format(formats[dim_ordering])


def image_dim_ordering() -> str:
    """Keras 1's `image_data_format`: 'tf' or 'th'."""
    return "tf" if image_data_format() == "channels_last" else "th"


def shape(x: Any) -> Any:
    """The sizes of x as a tensor of whole numbers: `K.shape(x)[0]` may stand in the shape of another tensor."""
    return ops.shape_of(x)


def int_shape(x: Any) -> tuple[Any, ...]:
    """The shape, None where it may vary."""
    return tuple(x.shape)


get_variable_shape = int_shape


def ndim(x: Any) -> int:
    """Number of axes."""
    return len(x.shape)


def dtype(x: Any) -> str:
    """Name of the number type."""
    return np.dtype(x.dtype).name


def count_params(x: Any) -> int:
    """Number of elements."""
    return int(np.prod(x.shape))


def cast_to_floatx(x: Any) -> np.ndarray:
    """An array of the float type in use."""
    return np.asarray(x, floatx())


def is_tensor(x: Any) -> bool:
    """Whether x is symbolic."""
    return isinstance(x, Tensor)


def is_keras_tensor(x: Any) -> bool:
    """Whether a layer gave x. Raises ValueError for what is no tensor."""
    if not isinstance(x, Tensor):
        raise ValueError(f"K.is_keras_tensor: expected a tensor, found {type(x).__name__}")
    return hasattr(x, "_keras_history")


def is_placeholder(x: Any) -> bool:
    """Whether x is fed."""
    return isinstance(x, Placeholder)


def is_sparse(tensor: Any) -> bool:
    """Whether x is a sparse matrix of SciPy's; tensors here are dense."""
    return sparse.is_sparse(tensor)


def to_dense(tensor: Any) -> Any:
    """The tensor, which is dense already; a sparse matrix of SciPy's as an array."""
    return dense(tensor)
