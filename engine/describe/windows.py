"""Why outputs of convolutions, poolings, cropping, padding and upsampling have their sizes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import mul
from typing import Any

from ..types import Shape
from .explanation import (
    Dims,
    Explanation,
    axis_names,
    is_channels_first,
    listed,
    one_or_all,
    replaced,
    sizes,
    spatial_axes,
)
from .expression import Expression, ceil, floor, largest, number

Shapes = list[Shape]


def convolution(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Windows along the spatial axes, `filters` channels."""
    found = windowed(layer, shapes[0], layer.kernel_size, "kernel")
    return _with_channels(layer, found, number(layer.filters), f"channels = filters = {layer.filters}")


def separable(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """As a convolution; the channels between its two halves are said."""
    found = convolution(layer, shapes, outputs)
    channels, kernels = _channels(layer, shapes[0]), number(layer.depth_multiplier)
    between = f"each channel has kernels of its own first: {channels * kernels!r} channels, which are then mixed"
    return Explanation([found.lines[0], between, *found.lines[1:]], found.dims)


def depthwise(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Windows along the spatial axes, depth_multiplier channels for each that comes in."""
    found = windowed(layer, shapes[0], layer.kernel_size, "kernel")
    channels = _channels(layer, shapes[0]) * number(layer.depth_multiplier)
    return _with_channels(layer, found, channels, f"channels * depth_multiplier: {channels!r}")


def pooling(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Windows along the spatial axes; the channels stay."""
    found = windowed(layer, shapes[0], layer.pool_size, "window")
    return Explanation([*found.lines, _channels_stay(layer, shapes[0])], found.dims)


def global_pooling(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """One value a channel."""
    names = " and ".join(axis_names(layer.rank))
    gone = f"each channel becomes one value: {names} are gone"
    channel = 1 if is_channels_first(layer) else -1
    return Explanation([gone, _channels_stay(layer, shapes[0])], sizes((shapes[0][0], shapes[0][channel])))


def transposed(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """The length of which a convolution would take so many windows."""
    axes = spatial_axes(layer.rank, is_channels_first(layer))
    kernel, first = _reach(layer, layer.kernel_size)
    extras = layer.output_padding or (None,) * layer.rank
    lengths = [
        None if n is None else _enlarged(n, k, s, layer.padding, extra)
        for n, k, s, extra in zip((shapes[0][i] for i in axes), kernel, layer.strides, extras, strict=True)
    ]
    strides = (
        f"padding is `{layer.padding}`, kernel {one_or_all(layer.kernel_size)}, strides {one_or_all(layer.strides)}"
    )
    extra = "" if layer.output_padding is None else f", output_padding {one_or_all(layer.output_padding)}"
    line = f"{strides}{extra}: {listed(axis_names(layer.rank), lengths)}"
    found = Explanation([*first, line], replaced(sizes(shapes[0]), axes, lengths))
    return _with_channels(layer, found, number(layer.filters), f"channels = filters = {layer.filters}")


def cropping(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Elements cut off on both sides."""
    return _resized(
        layer, shapes[0], "cut off before and after", lambda n, pair: _less(n, pair[0], pair[1]), layer.cropping
    )


def zero_padding(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Zeros added on both sides."""
    return _resized(
        layer, shapes[0], "zeros before and after", lambda n, pair: n + number(pair[0]) + number(pair[1]), layer.padding
    )


def upsampling(layer: Any, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Each element several times."""
    factors = layer.size if isinstance(layer.size, (list, tuple)) else (layer.size,)
    what = f"size {one_or_all(factors)}, each element so many times"
    return _resized(layer, shapes[0], what, lambda n, factor: n * number(factor), factors)


def windowed(layer: Any, shape: Shape, kernel: Sequence[int], name: str) -> Explanation:
    """Spatial sizes of the windows that slide over an input; the channels are left as they were.

    layer: has strides, padding, data_format and perhaps dilation_rate. name: what the window is called.
    """
    rank = len(shape) - 2
    axes = spatial_axes(rank, is_channels_first(layer))
    reach, lines = _reach(layer, kernel)
    padding = getattr(layer, "padding", "valid")
    lengths = [
        None if n is None else _windows(n, k, s, padding)
        for n, k, s in zip((shape[i] for i in axes), reach, layer.strides, strict=True)
    ]
    window = f", {name} {one_or_all(reach)}" if padding == "valid" else ""
    told = listed(axis_names(rank), lengths)
    lines.append(f"padding is `{padding}`{window}, strides {one_or_all(layer.strides)}: {told}")
    return Explanation(lines, replaced(sizes(shape), axes, lengths))


def _reach(layer: Any, kernel: Sequence[int]) -> tuple[list[int], list[str]]:
    """How many elements each window spans, and the sentence about it where that is more than its own size."""
    dilation = getattr(layer, "dilation_rate", None) or (1,) * len(kernel)
    spans = [number(1) + (number(k) - number(1)) * number(d) for k, d in zip(kernel, dilation, strict=True)]
    lines: list[str] = []
    if any(d != 1 for d in dilation):
        told = repr(spans[0]) if len(set(spans)) == 1 else " and ".join(map(repr, spans))
        lines = [f"dilation {one_or_all(dilation)}: the kernel {one_or_all(kernel)} spans {told}"]
    return [int(x.value) for x in spans], lines


def _windows(length: int, size: int, stride: int, padding: str) -> Expression:
    if padding != "valid":
        return ceil(number(length) / number(stride))
    fitting = floor((number(length) - number(size)) / number(stride)) + number(1)
    return largest(fitting, number(0)) if length < size else fitting


def _enlarged(length: int, size: int, stride: int, padding: str, extra: int | None) -> Expression:
    if extra is not None:
        around = 0 if padding == "valid" else size // 2
        shortest = (number(length) - number(1)) * number(stride) + number(size)
        return (shortest - number(2) * number(around) if around else shortest) + number(extra)
    repeated = number(length) * number(stride)
    return repeated + largest(number(size) - number(stride), number(0)) if padding == "valid" else repeated


def _less(x: Expression, *parts: int) -> Expression:
    return reduce(lambda left, n: left - number(n), parts, x)


def _resized(layer: Any, shape: Shape, what: str, change: Any, settings: Sequence[Any]) -> Explanation:
    """Each spatial axis changed by its setting; the channels stay."""
    axes = spatial_axes(layer.rank, is_channels_first(layer))
    before = [sizes(shape)[i] for i in axes]
    lengths: Dims = [None if n is None else change(n, setting) for n, setting in zip(before, settings, strict=True)]
    line = f"{what}: {listed(axis_names(layer.rank), lengths)}"
    return Explanation([line, _channels_stay(layer, shape)], replaced(sizes(shape), axes, lengths))


def _channels(layer: Any, shape: Shape) -> Expression:
    return number(shape[1 if is_channels_first(layer) else -1] or 0)


def _channels_stay(layer: Any, shape: Shape) -> str:
    count = shape[1 if is_channels_first(layer) else -1]
    return "channels stay free" if count is None else f"channels stay {count}"


def _with_channels(layer: Any, found: Explanation, channels: Expression, line: str) -> Explanation:
    axis = 1 if is_channels_first(layer) else len(found.dims) - 1
    return Explanation([*found.lines, line], replaced(found.dims, [axis], [channels]))


def product(parts: Sequence[Expression]) -> Expression:
    """All sizes multiplied; 1 of none."""
    return reduce(mul, parts) if parts else number(1)


__all__ = [
    "convolution", "cropping", "depthwise", "global_pooling", "pooling", "product", "separable", "transposed",
    "upsampling", "windowed", "zero_padding",
]  # fmt: skip
