"""What a tensor is: its shape, its type of numbers, its kind; and the layout of images by Keras 1's names."""

from __future__ import annotations

import math
from typing import cast, overload

import numpy as np

from .. import _ops as ops
from .._graph import sparse
from .._graph.sparse import SparseMatrix, dense
from .._graph.tensor import Placeholder, Tensor, Value
from .._machine.config import image_data_format, normalize_data_format, set_image_data_format
from ..errors import ShapeError
from ..types import Array, Shape
from .shapeless import Shapeless

__all__ = [
    "count_params",
    "dtype",
    "get_variable_shape",
    "image_dim_ordering",
    "int_shape",
    "is_keras_tensor",
    "is_placeholder",
    "is_sparse",
    "is_tensor",
    "ndim",
    "normalize_data_format",
    "set_image_dim_ordering",
    "shape",
    "to_dense",
]


# What Keras gives for a placeholder of any shape; the types of the functions speak of all others.
_UNKNOWN_SHAPE, _UNKNOWN_RANK = cast("Shape", None), cast("int", None)


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Keras 1's `set_image_data_format`.

    Args:
        dim_ordering: "tf" for channels_last, "th" for channels_first.

    Raises:
        ValueError: another name.

    Example:
        >>> set_image_dim_ordering("tf")
        >>> image_data_format()
        'channels_last'
    """
    formats = {"tf": "channels_last", "th": "channels_first"}
    if dim_ordering not in formats:
        raise ValueError(f"set_image_dim_ordering: expected 'tf' or 'th', found {dim_ordering!r}.")
    set_image_data_format(formats[dim_ordering])


def image_dim_ordering() -> str:
    """Keras 1's `image_data_format`.

    Returns:
        "tf" for channels_last, "th" for channels_first.

    Example:
        >>> image_dim_ordering()
        'tf'
    """
    return "tf" if image_data_format() == "channels_last" else "th"


def shape(x: Value) -> Value:
    """The sizes of x as a tensor, which may stand in the shape of another: `K.zeros((K.shape(x)[0], 3))`.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        (axes,), whole numbers, which follow from the data of each run.

    Example:
        >>> from engine import backend as K
        >>> K.eval(shape(K.zeros((2, 3)))).tolist()
        [2, 3]
    """
    return ops.shape_of(x)


def int_shape(x: Tensor | Array) -> Shape:
    """The shape as far as it is known.

    Args:
        x: a tensor or an array.

    Returns:
        A tuple with a number for each axis, None where the size may vary; None for a placeholder of any shape.

    Example:
        >>> from engine import backend as K
        >>> int_shape(K.placeholder(shape=(None, 3)))
        (None, 3)
    """
    return _UNKNOWN_SHAPE if isinstance(x, Shapeless) else tuple(x.shape)


get_variable_shape = int_shape


def ndim(x: Tensor | Array) -> int:
    """The number of axes.

    Args:
        x: a tensor or an array.

    Returns:
        Their number, 0 for a single number; None for a placeholder of any shape.

    Example:
        >>> ndim(np.zeros((2, 3)))
        2
    """
    return _UNKNOWN_RANK if isinstance(x, Shapeless) else len(x.shape)


def rank_of(x: Tensor | Array) -> int:
    """The number of axes for which a tensor was recorded: 0 for a placeholder of any shape."""
    return len(x.shape)


def dtype(x: Tensor | Array) -> str:
    """The type of the elements, by its name.

    Args:
        x: a tensor or an array.

    Returns:
        "float32", "int64", "bool" ...

    Example:
        >>> from engine import backend as K
        >>> dtype(K.zeros((2, 3)))
        'float32'
    """
    return np.dtype(x.dtype).name


def count_params(x: Tensor | Array) -> int:
    """The number of elements.

    Args:
        x: a variable, or another tensor or array of known sizes.

    Returns:
        The product of the sizes.

    Raises:
        ShapeError: a size is not known.

    Example:
        >>> from engine import backend as K
        >>> count_params(K.zeros((2, 3)))
        6
    """
    if None in x.shape:
        raise ShapeError(where="K.count_params", expected="known sizes", actual=str(x.shape))
    return math.prod(n for n in x.shape if n is not None)


def is_tensor(x: object) -> bool:
    """Whether x is a tensor.

    Args:
        x: anything.

    Returns:
        True for tensors and variables, False for arrays and all else.

    Example:
        >>> from engine import backend as K
        >>> is_tensor(K.zeros((2,))), is_tensor(np.zeros(2))
        (True, False)
    """
    return isinstance(x, Tensor)


def is_keras_tensor(x: object) -> bool:
    """Whether a layer gave x.

    Args:
        x: a tensor.

    Returns:
        True for the output of a layer or `Input`, False for results of K's functions and variables.

    Raises:
        ValueError: x is no tensor.

    Example:
        >>> from engine import backend as K
        >>> from engine.layers import Input
        >>> is_keras_tensor(Input((2,))), is_keras_tensor(K.zeros((2,)))
        (True, False)
    """
    if not isinstance(x, Tensor):
        raise ValueError(f"K.is_keras_tensor: expected a tensor, found {type(x).__name__}")
    return hasattr(x, "_keras_history")


def is_placeholder(x: object) -> bool:
    """Whether x is a tensor to be fed.

    Args:
        x: anything.

    Returns:
        True for what `placeholder` or `Input` made.

    Example:
        >>> from engine import backend as K
        >>> is_placeholder(K.placeholder(ndim=1)), is_placeholder(K.zeros((2,)))
        (True, False)
    """
    return isinstance(x, Placeholder)


def is_sparse(tensor: object) -> bool:
    """Whether x is a sparse matrix.

    Args:
        tensor: anything.

    Returns:
        True for SciPy's sparse matrices; tensors here are dense.

    Example:
        >>> is_sparse(np.eye(2))
        False
    """
    return sparse.is_sparse(tensor)


@overload
def to_dense(tensor: SparseMatrix) -> Array: ...
@overload
def to_dense(tensor: Value) -> Value: ...
def to_dense(tensor: Tensor | Array | SparseMatrix) -> Tensor | Array:
    """A sparse matrix as an array.

    Args:
        tensor: a sparse matrix of SciPy's, or a tensor or an array.

    Returns:
        An array for a sparse matrix; a tensor or an array as it is.

    Example:
        >>> to_dense(np.eye(1)).tolist()
        [[1.0]]
    """
    return tensor if not sparse.is_sparse(tensor) else dense(tensor)
