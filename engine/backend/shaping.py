"""Moving elements: shapes, repetition, blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.plan import evaluate
from .._graph.tensor import Constant, Tensor

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


def reshape(x: Any, shape: Sequence[int | None]) -> Any:
    """The same elements under another shape, the batch included; -1: the rest. Sizes may be tensors: K.shape(x)[0]."""
    if ops.is_open(shape):
        return ops.reshape_to(x, list(shape))
    return ops.reshape(x, tuple(-1 if n is None and i else n for i, n in enumerate(shape)))


def transpose(x: Any) -> Any:
    """Axes in reverse order."""
    return ops.transpose(x)


def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """Axes in another order."""
    return ops.transpose(x, tuple(pattern))


def flatten(x: Any) -> Any:
    """All elements in one axis."""
    return ops.reshape(x, (-1,))


def batch_flatten(x: Any) -> Any:
    """All axes but the first in one."""
    return ops.flatten(x)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element `rep` times along an axis."""
    return ops.repeat(x, rep, axis)


def repeat(x: Any, n: int) -> Any:
    """(N, C) -> (N, n, C)."""
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def tile(x: Any, n: Any) -> Any:
    """The whole of x `n` times along each axis; numbers may be tensors: K.shape(x)[0]."""
    if ops.is_open(n):
        return ops.tile_to(x, list(n))
    return ops.tile(x, n)


def gather(reference: Any, indices: Any) -> Any:
    """Rows of `reference` by number."""
    return ops.take(reference, indices)


def slice(x: Any, start: Sequence[int], size: Sequence[int]) -> Any:
    """A block of x; size -1: to the end."""
    block = [np.s_[a : (None if n == -1 else a + n)] for a, n in zip(start, size, strict=True)]
    return ops.getitem(x, tuple(block))


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: str = "int32") -> Constant:
    """Whole numbers from start to before stop; tensors must need no feeding."""
    start, stop, step = (evaluate([n])[0] if isinstance(n, Tensor) else n for n in (start, stop, step))
    first, last = (0, start) if stop is None else (start, stop)
    return Constant(np.asarray(np.arange(first, last, step), dtype))


def concatenate(tensors: Sequence[Any], axis: int = -1) -> Any:
    """The tensors one after the other along an axis."""
    return ops.concatenate(list(tensors), axis=axis)


def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """The tensors along a new axis."""
    return ops.stack(list(x), axis=axis)


def identity(x: Any, name: str | None = None) -> Any:
    """A tensor with the values of x."""
    return ops.identity(x)


def stop_gradient(variables: Any) -> Any:
    """The tensor, or a list of them, treated as constant by gradients."""
    if isinstance(variables, (list, tuple)):
        return [ops.stop_gradient(x) for x in variables]
    return ops.stop_gradient(variables)
