"""Products of a tensor's last axes with a kernel, and shapes of which some sizes are not known before data come."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import _ops as ops

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Shape


def projected(x: Tensor, kernel: Tensor, bias: Tensor | None, summed: int = 1) -> Tensor:
    """x times a kernel over the last `summed` axes: (..., C), (C, H, K) -> (..., H, K)."""
    sizes = [size for size in kernel.shape if size is not None]
    rows, columns = math.prod(sizes[:summed]), tuple(sizes[summed:])
    x = x if summed == 1 else merged(x, summed)
    flat = None if bias is None else ops.reshape(bias, (-1,))
    result = ops.linear(x, ops.reshape(kernel, (rows, math.prod(columns))), flat)
    return result if len(columns) == 1 else resized(result, (*result.shape[:-1], *columns))


def merged(x: Tensor, axes: int) -> Tensor:
    """x with its last axes made one."""
    return resized(x, (*x.shape[:-axes], math.prod(size or 0 for size in x.shape[-axes:])))


def resized(x: Tensor, shape: Shape) -> Tensor:
    """x with another shape; sizes that are not known are those of its axes at these places."""
    if shape[1:].count(None) < 2:
        return ops.reshape(x, (None, *(-1 if size is None else size for size in shape[1:])))
    sizes = [ops.getitem(ops.shape_of(x), axis) if size is None else size for axis, size in enumerate(shape)]
    return ops.reshape_to(x, sizes)
