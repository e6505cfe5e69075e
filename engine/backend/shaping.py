"""Moving elements: shapes, repetition, blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, overload

import numpy as np

from .. import _ops as ops
from .._declared.keras1 import accepts_old
from .._graph.plan import evaluate
from .._graph.tensor import Constant, Tensor, Value
from ..types import Array, DTypeLike

__all__ = [
    "arange",
    "batch_flatten",
    "concatenate",
    "expand_dims",
    "flatten",
    "gather",
    "identity",
    "pack",
    "pattern_broadcast",
    "permute_dimensions",
    "repeat",
    "repeat_elements",
    "reshape",
    "slice",
    "stack",
    "stop_gradient",
    "tile",
    "transpose",
]


def reshape(x: Value, shape: Sequence[int | Tensor | None]) -> Value:
    """The same elements in another shape.

    Args:
        x: a tensor or an array.
        shape: the sizes with that of the batch, one of which may be -1: what is left. A size may be a tensor, as
            K.shape(x)[0].

    Returns:
        A tensor or an array of that shape.

    Raises:
        ShapeError: the shape has another number of elements.

    Example:
        >>> reshape(np.zeros((2, 3)), (-1, 2)).shape
        (3, 2)
    """
    sizes = [-1 if n is None and i else n for i, n in enumerate(shape) if not isinstance(n, Tensor)]
    return ops.reshape(x, sizes) if len(sizes) == len(shape) else ops.reshape_to(x, list(shape))


def transpose(x: Value) -> Value:
    """x with its axes in reverse order.

    Args:
        x: a tensor or an array.

    Returns:
        A tensor or an array with the sizes in reverse order.

    Example:
        >>> transpose(np.zeros((2, 3))).shape
        (3, 2)
    """
    return ops.transpose(x)


def permute_dimensions(x: Value, pattern: Sequence[int]) -> Value:
    """x with its axes in another order.

    Args:
        x: a tensor or an array.
        pattern: for each axis of the result, which axis of x it is, from 0.

    Returns:
        A tensor or an array with the sizes in that order.

    Example:
        >>> permute_dimensions(np.zeros((2, 3, 4)), (0, 2, 1)).shape
        (2, 4, 3)
    """
    return ops.transpose(x, tuple(pattern))


def flatten(x: Value) -> Value:
    """All elements in one axis.

    Args:
        x: a tensor or an array.

    Returns:
        (elements,), the batch included.

    Example:
        >>> flatten(np.zeros((2, 3))).shape
        (6,)
    """
    return ops.reshape(x, (-1,))


def batch_flatten(x: Value) -> Value:
    """All axes but the first in one.

    Args:
        x: (N, ...), a tensor or an array.

    Returns:
        (N, elements of a sample).

    Example:
        >>> batch_flatten(np.zeros((2, 3, 4))).shape
        (2, 12)
    """
    return ops.flatten(x)


def repeat_elements(x: Value, rep: int, axis: int) -> Value:
    """Each element several times in a row along an axis.

    Args:
        x: a tensor or an array.
        rep: how often.
        axis: the axis.

    Returns:
        A tensor or an array with `rep` times the size on that axis.

    Example:
        >>> repeat_elements(np.array([1, 2]), 2, 0).tolist()
        [1, 1, 2, 2]
    """
    return ops.repeat(x, rep, axis)


@accepts_old("K.expand_dims")
def expand_dims(x: Value, axis: int = -1) -> Value:
    """A new axis of size 1.

    Args:
        x: a tensor or an array.
        axis: where the new axis stands in the result; -1 (the default): at the end.

    Returns:
        The values of x with one axis more.

    Example:
        >>> import numpy as np
        >>> expand_dims(np.ones((2, 3)), 1).shape
        (2, 1, 3)
    """
    return ops.expand_dims(x, axis)


def repeat(x: Value, n: int) -> Value:
    """Vectors repeated as steps of time.

    Args:
        x: (N, C), a tensor or an array.
        n: the number of steps.

    Returns:
        (N, n, C).

    Example:
        >>> repeat(np.zeros((2, 3)), 4).shape
        (2, 4, 3)
    """
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def tile(x: Value, n: int | Sequence[int | Tensor]) -> Value:
    """The whole of x several times along each axis.

    Args:
        x: a tensor or an array.
        n: how often along each axis, or one number for a single axis; it may hold tensors, as K.shape(x)[0].

    Returns:
        A tensor or an array with so many times the sizes.

    Example:
        >>> tile(np.array([1, 2]), [2]).tolist()
        [1, 2, 1, 2]
    """
    if isinstance(n, int):
        return ops.tile(x, n)
    times = [count for count in n if not isinstance(count, Tensor)]
    return ops.tile(x, times) if len(times) == len(n) else ops.tile_to(x, list(n))


def gather(reference: Value, indices: Value) -> Value:
    """Rows by their index.

    Args:
        reference: (rows, ...), a tensor or an array.
        indices: (...), whole numbers from 0.

    Returns:
        The sizes of `indices`, then those of a row.

    Example:
        >>> gather(np.array([5.0, 6.0, 7.0]), np.array([2, 0])).tolist()
        [7.0, 5.0]
    """
    return ops.take(reference, indices)


def slice(x: Value, start: Sequence[int], size: Sequence[int]) -> Value:
    """A block of x.

    Args:
        x: a tensor or an array.
        start: the first index on each axis.
        size: the size on each axis; -1: to the end.

    Returns:
        A tensor or an array with these sizes.

    Example:
        >>> slice(np.arange(6.0).reshape(2, 3), [0, 1], [1, -1]).tolist()
        [[1.0, 2.0]]
    """
    block = [np.s_[a : (None if n == -1 else a + n)] for a, n in zip(start, size, strict=True)]
    return ops.getitem(x, tuple(block))


def arange(
    start: float | Tensor, stop: float | Tensor | None = None, step: float | Tensor = 1, dtype: DTypeLike = "int32"
) -> Tensor:
    """Numbers from a first one in equal steps.

    Args:
        start: the first number; with no `stop` the end, and 0 is the first. Tensors must be sizes, as K.shape(x)[0], or
            need no feeding.
        stop: the end, which is not reached itself; None (the default): `start` is the end.
        step: the distance, 1 by default.
        dtype: "int32" by default.

    Returns:
        A tensor of one axis; a constant where no argument is a size.

    Example:
        >>> from engine import backend as K
        >>> K.eval(arange(3)).tolist(), K.eval(arange(1, 7, 2)).tolist()
        ([0, 1, 2], [1, 3, 5])
        >>> x = K.placeholder(shape=(None, 2))
        >>> K.function([x], [arange(K.shape(x)[0])])([np.ones((4, 2))])[0].tolist()
        [0, 1, 2, 3]
    """
    first, last = (0, start) if stop is None else (start, stop)
    if any(ops.is_size(n) for n in (first, last, step)):
        first, last, step = (n if isinstance(n, Tensor) else int(n) for n in (first, last, step))
        return ops.arange(first, last, step, dtype)
    begin, end, by = (evaluate([n])[0].item() if isinstance(n, Tensor) else n for n in (first, last, step))
    return Constant(np.asarray(np.arange(begin, end, by), dtype))


def concatenate(tensors: Sequence[Value], axis: int = -1) -> Value:
    """Tensors one after the other along an axis.

    Args:
        tensors: tensors or arrays that agree in all other sizes.
        axis: the axis, the last one by default.

    Returns:
        A tensor or an array whose size on that axis is the sum of theirs.

    Raises:
        ShapeError: other sizes differ.

    Example:
        >>> concatenate([np.ones((1, 2)), np.ones((1, 3))]).shape
        (1, 5)
    """
    return ops.concatenate(cast("list[Value]", _of_one_type(tensors)), axis=axis)


def stack(x: Sequence[Value], axis: int = 0) -> Value:
    """Tensors side by side along a new axis.

    Args:
        x: tensors or arrays of one shape; numbers among tensors take their type.
        axis: where the new axis stands, first by default.

    Returns:
        A tensor or an array with one axis more, as long as there are tensors.

    Example:
        >>> stack([np.ones(2), np.ones(2)]).shape
        (2, 2)
    """
    return ops.stack(cast("list[Value]", _of_one_type(x)), axis=axis)


pack = stack  # Keras 1


def pattern_broadcast(x: Value, broadcastable: Sequence[bool]) -> Value:
    """x itself: which axes are stretched is known from their sizes, where Theano had to be told.

    Args:
        x: a tensor or an array.
        broadcastable: for each axis whether it may be stretched; has no effect.

    Returns:
        x.

    Example:
        >>> pattern_broadcast(np.ones((1, 3)), [True, False]).shape
        (1, 3)
    """
    return x


def _of_one_type(items: Sequence[object]) -> list[Tensor | Array]:
    """Numbers and lists among tensors as arrays of the first tensor's type, as sizes of shapes are written."""
    dtype = next((item.dtype for item in items if isinstance(item, Tensor)), None)
    return [item if isinstance(item, (Tensor, np.ndarray)) else np.asarray(item, dtype) for item in items]


def identity(x: Value, name: str | None = None) -> Value:
    """Another tensor with the values of x.

    Args:
        x: a tensor or an array.
        name: taken for Keras's sake.

    Returns:
        A tensor or an array like x.

    Example:
        >>> identity(np.array([1.0])).tolist()
        [1.0]
    """
    return ops.identity(x)


@overload
def stop_gradient(variables: Value) -> Value: ...
@overload
def stop_gradient(variables: list[Value] | tuple[Value, ...]) -> list[Value]: ...
def stop_gradient(variables: Value | list[Value] | tuple[Value, ...]) -> Value | list[Value]:
    """x, taken for constant by gradients.

    Args:
        variables: a tensor or an array, or a list or tuple of them.

    Returns:
        The same values, in a list where there were several.

    Example:
        >>> stop_gradient(np.array([1.0])).tolist()
        [1.0]
    """
    if isinstance(variables, (list, tuple)):
        return [ops.stop_gradient(x) for x in variables]
    return ops.stop_gradient(variables)
