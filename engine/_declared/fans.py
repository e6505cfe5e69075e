"""How many inputs and outputs a unit of a kernel has."""

from __future__ import annotations

import math


def fans(shape: tuple[int, ...], data_format: str = "channels_last") -> tuple[float, float]:
    """Inputs and outputs of a unit: the sizes of a kernel (window..., inputs, filters), times that of the window.

    With data_format "channels_first" the kernel's shape is (filters, inputs, window...).

    Example:
        >>> fans((3, 3, 8, 16))
        (72.0, 144.0)
    """
    if len(shape) == 2:
        return float(shape[0]), float(shape[1])
    if len(shape) > 2 and data_format == "channels_first":
        shape = (*shape[2:], shape[1], shape[0])
    if len(shape) > 2:
        window = math.prod(shape[:-2])
        return float(window * shape[-2]), float(window * shape[-1])
    size = math.sqrt(math.prod(shape))
    return size, size
