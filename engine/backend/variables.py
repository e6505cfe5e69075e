"""Tensors and variables: making them, their values, shapes and kinds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias, overload

import numpy as np

from .. import _ops as ops
from .._graph import sparse
from .._graph.gradient import OnesLike
from .._graph.op import apply
from .._graph.plan import evaluate
from .._graph.sparse import SparseMatrix, dense
from .._graph.tensor import Constant, Operand, Placeholder, Tensor, Value, Variable
from .._machine.config import floatx, image_data_format, set_image_data_format
from .._machine.random import Stream
from .._ops import cast
from ..errors import ShapeError
from ..types import Array, ArrayLike, DTypeLike, Shape

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


# A shape that may hold tensors from `shape`.
Sizes: TypeAlias = "Sequence[int | Tensor] | Tensor"


def backend() -> str:
    """The backend's name in Keras's files.

    >>> backend()
    'tensorflow'
    """
    return "tensorflow"


def variable(
    value: ArrayLike | SparseMatrix,
    dtype: DTypeLike | None = None,
    name: str | None = None,
    constraint: Callable[[Tensor], Tensor] | None = None,
) -> Variable:
    """A variable with first values.

    >>> get_value(variable([1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    array = np.asarray(dense(value))
    made = Variable(array.shape, dtype, name, array)
    made.constraint = constraint
    return made


def constant(
    value: ArrayLike | SparseMatrix,
    dtype: DTypeLike | None = None,
    shape: Sequence[int] | None = None,
    name: str | None = None,
) -> Constant:
    """A fixed tensor; a number fills `shape`.

    >>> eval(constant(2.0, shape=(1, 2))).tolist()
    [[2.0, 2.0]]
    """
    array = np.asarray(dense(value), dtype or floatx())
    return Constant(array if shape is None else np.broadcast_to(array, shape), name)


def placeholder(
    shape: Sequence[int | None] | None = None,
    ndim: int | None = None,
    dtype: DTypeLike | None = None,
    sparse: bool = False,
    name: str | None = None,
) -> Placeholder:
    """A tensor to be fed: of a shape, or of a number of axes of any size.

    >>> placeholder(ndim=2).shape, placeholder(shape=(None, 3)).shape
    ((None, None), (None, 3))
    """
    if shape is None:
        if ndim is None:
            raise ShapeError(where="K.placeholder", expected="shape or ndim", actual="neither")
        shape = (None,) * ndim
    return Placeholder(tuple(shape), dtype, name)


def zeros(shape: Sizes, dtype: DTypeLike | None = None, name: str | None = None) -> Tensor:
    """A variable of zeros; a tensor where the shape holds tensors.

    >>> get_value(zeros((1, 2))).tolist()
    [[0.0, 0.0]]
    """
    sizes = _known_sizes(shape)
    if sizes is None:
        return ops.full(list(shape), 0, dtype or floatx())
    return Variable(sizes, dtype, name)


def ones(shape: Sizes, dtype: DTypeLike | None = None, name: str | None = None) -> Tensor:
    """A variable of ones; a tensor where the shape holds tensors.

    >>> get_value(ones((1, 2))).tolist()
    [[1.0, 1.0]]
    """
    sizes = _known_sizes(shape)
    if sizes is None:
        return ops.full(list(shape), 1, dtype or floatx())
    return Variable(sizes, dtype, name, np.ones(sizes))


def _known_sizes(shape: Sizes) -> tuple[int, ...] | None:
    """The sizes as numbers; None where some are tensors."""
    if isinstance(shape, Tensor):
        return None
    sizes = tuple(n for n in shape if not isinstance(n, Tensor))
    return sizes if len(sizes) == len(shape) else None


def eye(size: int, dtype: DTypeLike | None = None, name: str | None = None) -> Variable:
    """A variable with the identity matrix.

    >>> get_value(eye(2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return Variable((size, size), dtype, name, np.eye(size))


def ones_like(x: Value, dtype: DTypeLike | None = None, name: str | None = None) -> Value:
    """Ones in the shape of x.

    >>> ones_like(np.array([3.0, 4.0])).tolist()
    [1.0, 1.0]
    """
    y = apply(OnesLike(), x)
    return y if dtype is None else cast(y, dtype)


def zeros_like(x: Value, dtype: DTypeLike | None = None, name: str | None = None) -> Value:
    """Zeros in the shape of x.

    >>> zeros_like(np.array([3.0, 4.0])).tolist()
    [0.0, 0.0]
    """
    return ones_like(x, dtype) * 0


def random_normal_variable(
    shape: Sequence[int],
    mean: float,
    scale: float,
    dtype: DTypeLike | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> Variable:
    """A variable with normal random first values.

    >>> random_normal_variable((2, 3), 0.0, 1.0).shape
    (2, 3)
    """
    return Variable(tuple(shape), dtype, name, Stream(seed).generator.normal(mean, scale, tuple(shape)))


def random_uniform_variable(
    shape: Sequence[int],
    low: float,
    high: float,
    dtype: DTypeLike | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> Variable:
    """A variable with uniform random first values.

    >>> random_uniform_variable((2, 3), 0.0, 1.0).shape
    (2, 3)
    """
    return Variable(tuple(shape), dtype, name, Stream(seed).generator.uniform(low, high, tuple(shape)))


def eval(x: Operand) -> Array:
    """The value of a tensor that needs no feeding; a NumPy number where it has no axes.

    >>> eval(constant([1.0, 2.0]) + 1).tolist()
    [2.0, 3.0]
    """
    return (evaluate([x])[0] if isinstance(x, Tensor) else np.asarray(x))[()]


def get_value(x: Operand) -> Array:
    """The value of a variable, a copy; a NumPy number where it has no axes.

    >>> get_value(zeros((2,))).tolist()
    [0.0, 0.0]
    """
    return np.array(x.array if isinstance(x, (Variable, Constant)) else x)[()]


def batch_get_value(ops: Sequence[Operand]) -> list[Array]:
    """The values of variables.

    >>> [value.tolist() for value in batch_get_value([zeros((1,)), ones((1,))])]
    [[0.0], [1.0]]
    """
    return [get_value(x) for x in ops]


def set_value(x: Variable, value: ArrayLike) -> None:
    """Give a variable other values.

    >>> x = zeros((2,))
    >>> set_value(x, [1.0, 2.0])
    >>> get_value(x).tolist()
    [1.0, 2.0]
    """
    x.assign(value)


def batch_set_value(tuples: Sequence[tuple[Variable, ArrayLike]]) -> None:
    """Give variables other values.

    >>> x, y = zeros((1,)), zeros((1,))
    >>> batch_set_value([(x, [1.0]), (y, [2.0])])
    >>> [value.tolist() for value in batch_get_value([x, y])]
    [[1.0], [2.0]]
    """
    for x, value in tuples:
        x.assign(value)


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Keras 1's `set_image_data_format`: 'tf' is channels_last, 'th' channels_first.

    >>> set_image_dim_ordering("tf")
    >>> image_data_format()
    'channels_last'
    """
    formats = {"tf": "channels_last", "th": "channels_first"}
    if dim_ordering not in formats:
        raise ValueError(f"set_image_dim_ordering: expected 'tf' or 'th', found {dim_ordering!r}.")
    set_image_data_format(formats[dim_ordering])


def image_dim_ordering() -> str:
    """Keras 1's `image_data_format`: 'tf' or 'th'.

    >>> image_dim_ordering()
    'tf'
    """
    return "tf" if image_data_format() == "channels_last" else "th"


def shape(x: Value) -> Value:
    """The sizes of x as a tensor of whole numbers: `K.shape(x)[0]` may stand in the shape of another tensor.

    >>> eval(shape(zeros((2, 3)))).tolist()
    [2, 3]
    """
    return ops.shape_of(x)


def int_shape(x: Tensor | Array) -> Shape:
    """The shape, None where it may vary.

    >>> int_shape(placeholder(shape=(None, 3)))
    (None, 3)
    """
    return tuple(x.shape)


get_variable_shape = int_shape


def ndim(x: Tensor | Array) -> int:
    """Number of axes.

    >>> ndim(zeros((2, 3)))
    2
    """
    return len(x.shape)


def dtype(x: Tensor | Array) -> str:
    """Name of the number type.

    >>> dtype(zeros((2, 3)))
    'float32'
    """
    return np.dtype(x.dtype).name


def count_params(x: Tensor | Array) -> int:
    """Number of elements.

    >>> count_params(zeros((2, 3)))
    6
    """
    if None in x.shape:
        raise ShapeError(where="K.count_params", expected="known sizes", actual=str(x.shape))
    return math.prod(n for n in x.shape if n is not None)


def cast_to_floatx(x: ArrayLike) -> Array:
    """An array of the float type in use.

    >>> cast_to_floatx([1, 2]).dtype.name
    'float32'
    """
    return np.asarray(x, floatx())


def is_tensor(x: object) -> bool:
    """Whether x is a tensor, not an array.

    >>> is_tensor(zeros((2,))), is_tensor(np.zeros(2))
    (True, False)
    """
    return isinstance(x, Tensor)


def is_keras_tensor(x: object) -> bool:
    """Whether a layer gave x. Raises ValueError for what is no tensor.

    >>> from engine.layers import Input
    >>> is_keras_tensor(Input((2,))), is_keras_tensor(zeros((2,)))
    (True, False)
    """
    if not isinstance(x, Tensor):
        raise ValueError(f"K.is_keras_tensor: expected a tensor, found {type(x).__name__}")
    return hasattr(x, "_keras_history")


def is_placeholder(x: object) -> bool:
    """Whether x is a tensor to be fed.

    >>> is_placeholder(placeholder(ndim=1)), is_placeholder(zeros((2,)))
    (True, False)
    """
    return isinstance(x, Placeholder)


def is_sparse(tensor: object) -> bool:
    """Whether x is a sparse matrix of SciPy's; tensors here are dense.

    >>> is_sparse(np.eye(2))
    False
    """
    return sparse.is_sparse(tensor)


@overload
def to_dense(tensor: SparseMatrix) -> Array: ...
@overload
def to_dense(tensor: Value) -> Value: ...
def to_dense(tensor: Tensor | Array | SparseMatrix) -> Tensor | Array:
    """The tensor, which is dense already; a sparse matrix of SciPy's as an array.

    >>> to_dense(np.eye(1)).tolist()
    [[1.0]]
    """
    return tensor if not sparse.is_sparse(tensor) else dense(tensor)
