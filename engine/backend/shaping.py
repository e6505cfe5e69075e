"""Moving elements: shapes, repetition, blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from .. import _ops as ops
from .._graph.plan import evaluate
from .._graph.tensor import Constant, Tensor, Value
from ..types import DTypeLike

__all__ = [
    "arange",
    "batch_flatten",
    "concatenate",
    "flatten",
    "gather",
    "identity",
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
    """The same elements under another shape, the batch included; -1: the rest. Sizes may be tensors: K.shape(x)[0].

    >>> reshape(np.zeros((2, 3)), (-1, 2)).shape
    (3, 2)
    """
    sizes = [-1 if n is None and i else n for i, n in enumerate(shape) if not isinstance(n, Tensor)]
    return ops.reshape(x, sizes) if len(sizes) == len(shape) else ops.reshape_to(x, list(shape))


def transpose(x: Value) -> Value:
    """Axes in reverse order.

    >>> transpose(np.zeros((2, 3))).shape
    (3, 2)
    """
    return ops.transpose(x)


def permute_dimensions(x: Value, pattern: Sequence[int]) -> Value:
    """Axes in another order.

    >>> permute_dimensions(np.zeros((2, 3, 4)), (0, 2, 1)).shape
    (2, 4, 3)
    """
    return ops.transpose(x, tuple(pattern))


def flatten(x: Value) -> Value:
    """All elements in one axis.

    >>> flatten(np.zeros((2, 3))).shape
    (6,)
    """
    return ops.reshape(x, (-1,))


def batch_flatten(x: Value) -> Value:
    """All axes but the first in one.

    >>> batch_flatten(np.zeros((2, 3, 4))).shape
    (2, 12)
    """
    return ops.flatten(x)


def repeat_elements(x: Value, rep: int, axis: int) -> Value:
    """Each element `rep` times along an axis.

    >>> repeat_elements(np.array([1, 2]), 2, 0).tolist()
    [1, 1, 2, 2]
    """
    return ops.repeat(x, rep, axis)


def repeat(x: Value, n: int) -> Value:
    """(N, C) -> (N, n, C).

    >>> repeat(np.zeros((2, 3)), 4).shape
    (2, 4, 3)
    """
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def tile(x: Value, n: int | Sequence[int | Tensor]) -> Value:
    """The whole of x `n` times along each axis; numbers may be tensors: K.shape(x)[0].

    >>> tile(np.array([1, 2]), [2]).tolist()
    [1, 2, 1, 2]
    """
    if isinstance(n, int):
        return ops.tile(x, n)
    times = [count for count in n if not isinstance(count, Tensor)]
    return ops.tile(x, times) if len(times) == len(n) else ops.tile_to(x, list(n))


def gather(reference: Value, indices: Value) -> Value:
    """Rows of `reference` by index.

    >>> gather(np.array([5.0, 6.0, 7.0]), np.array([2, 0])).tolist()
    [7.0, 5.0]
    """
    return ops.take(reference, indices)


def slice(x: Value, start: Sequence[int], size: Sequence[int]) -> Value:
    """A block of x; size -1: to the end.

    >>> slice(np.arange(6.0).reshape(2, 3), [0, 1], [1, -1]).tolist()
    [[1.0, 2.0]]
    """
    block = [np.s_[a : (None if n == -1 else a + n)] for a, n in zip(start, size, strict=True)]
    return ops.getitem(x, tuple(block))


def arange(
    start: float | Tensor, stop: float | Tensor | None = None, step: float | Tensor = 1, dtype: DTypeLike = "int32"
) -> Tensor:
    """Whole numbers from start to before stop; tensors must be sizes, K.shape(x)[0], or need no feeding.

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
    """The tensors one after the other along an axis.

    >>> concatenate([np.ones((1, 2)), np.ones((1, 3))]).shape
    (1, 5)
    """
    return ops.concatenate(list(tensors), axis=axis)


def stack(x: Sequence[Value], axis: int = 0) -> Value:
    """The tensors along a new axis.

    >>> stack([np.ones(2), np.ones(2)]).shape
    (2, 2)
    """
    return ops.stack(list(x), axis=axis)


def identity(x: Value, name: str | None = None) -> Value:
    """A tensor with the values of x.

    >>> identity(np.array([1.0])).tolist()
    [1.0]
    """
    return ops.identity(x)


@overload
def stop_gradient(variables: Value) -> Value: ...
@overload
def stop_gradient(variables: list[Value] | tuple[Value, ...]) -> list[Value]: ...
def stop_gradient(variables: Value | list[Value] | tuple[Value, ...]) -> Value | list[Value]:
    """The tensor, or a list of them, treated as constant by gradients.

    >>> stop_gradient(np.array([1.0])).tolist()
    [1.0]
    """
    if isinstance(variables, (list, tuple)):
        return [ops.stop_gradient(x) for x in variables]
    return ops.stop_gradient(variables)
