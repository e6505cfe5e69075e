"""Why outputs of convolutions, poolings, cropping, padding and upsampling have their sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul
from typing import Protocol, TypeVar

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
Setting = TypeVar("Setting")


class _Spatial(Protocol):
    """A layer of samples with `rank` spatial axes."""

    @property
    def rank(self) -> int: ...


class Windowed(Protocol):
    """A layer, or a cell, whose windows slide over its input; perhaps with padding, dilation_rate and data_format."""

    @property
    def strides(self) -> Sequence[int]: ...


class _Convolution(Windowed, Protocol):
    @property
    def kernel_size(self) -> Sequence[int]: ...

    @property
    def filters(self) -> int: ...


class _Separable(_Convolution, Protocol):
    @property
    def depth_multiplier(self) -> int: ...


class _Depthwise(Windowed, Protocol):
    @property
    def kernel_size(self) -> Sequence[int]: ...

    @property
    def depth_multiplier(self) -> int: ...


class _WholeSample(_Spatial, Protocol):
    @property
    def keepdims(self) -> bool: ...


class _PaddedPooling(Protocol):
    @property
    def pool_size(self) -> tuple[int, ...]: ...
    @property
    def strides(self) -> tuple[int, ...]: ...
    @property
    def pad(self) -> tuple[int, ...]: ...
    @property
    def ceil_mode(self) -> bool: ...


class _Pooling(Windowed, Protocol):
    @property
    def pool_size(self) -> Sequence[int]: ...


class _Transposed(_Convolution, _Spatial, Protocol):
    @property
    def padding(self) -> str: ...

    @property
    def output_padding(self) -> Sequence[int] | None: ...


class _Cropping(_Spatial, Protocol):
    @property
    def cropping(self) -> Sequence[tuple[int, int]]: ...


class _ZeroPadding(_Spatial, Protocol):
    @property
    def padding(self) -> Sequence[tuple[int, int]]: ...


class _UpSampling(_Spatial, Protocol):
    @property
    def size(self) -> int | Sequence[int]: ...


def convolution(layer: _Convolution, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Windows along the spatial axes, `filters` channels."""
    windows = windowed(layer, shapes[0], layer.kernel_size, "kernel")
    return _with_channels(layer, windows, number(layer.filters), f"channels = filters = {layer.filters}")


def separable(layer: _Separable, shapes: Shapes, outputs: Shapes) -> Explanation:
    """As a convolution; the channels between its two halves are said."""
    windows = convolution(layer, shapes, outputs)
    channels, kernels = _channels(layer, shapes[0]), number(layer.depth_multiplier)
    between = f"each channel has kernels of its own first: {channels * kernels!r} channels, which are then mixed"
    return Explanation([windows.lines[0], between, *windows.lines[1:]], windows.dims)


def depthwise(layer: _Depthwise, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Windows along the spatial axes, depth_multiplier channels for each that comes in."""
    windows = windowed(layer, shapes[0], layer.kernel_size, "kernel")
    channels = _channels(layer, shapes[0]) * number(layer.depth_multiplier)
    return _with_channels(layer, windows, channels, f"channels * depth_multiplier: {channels!r}")


def pooling(layer: _Pooling, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Windows along the spatial axes; the channels stay."""
    windows = windowed(layer, shapes[0], layer.pool_size, "window")
    return Explanation([*windows.lines, _channels_stay(layer, shapes[0])], windows.dims)


def padded_pooling(layer: _PaddedPooling, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Windows that begin before the image, their number rounded up; the channels stay."""
    axes = spatial_axes(2, is_channels_first(layer))
    whole, rounding = layer.ceil_mode, ceil if layer.ceil_mode else floor
    lengths: Dims = []
    for n, size, stride, pad in zip(
        (shapes[0][i] for i in axes), layer.pool_size, layer.strides, layer.pad, strict=True
    ):
        if n is None:
            lengths.append(None)
            continue
        room = number(n) + number(2) * number(pad) - number(size) if pad else number(n) - number(size)
        count = rounding(room / number(stride)) + number(1)
        beyond = (count.value - 1) * stride >= n + pad
        lengths.append(count - number(1) if beyond else count)
    named = f"window {one_or_all(layer.pool_size)}, strides {one_or_all(layer.strides)}, pad {one_or_all(layer.pad)}"
    line = f"{named}, rounded {'up' if whole else 'down'}: {listed(axis_names(2), lengths)}"
    return Explanation([line, _channels_stay(layer, shapes[0])], replaced(sizes(shapes[0]), axes, lengths))


def global_pooling(layer: _WholeSample, shapes: Shapes, outputs: Shapes) -> Explanation:
    """One value for each channel."""
    names = " and ".join(axis_names(layer.rank))
    channel = 1 if is_channels_first(layer) else -1
    if layer.keepdims:
        left = f"each channel becomes one value, and keepdims leaves 1 for {names}"
        ones = replaced(sizes(shapes[0]), spatial_axes(layer.rank, is_channels_first(layer)), [number(1)] * layer.rank)
        return Explanation([left, _channels_stay(layer, shapes[0])], ones)
    gone = f"each channel becomes one value: {names} are gone"
    return Explanation([gone, _channels_stay(layer, shapes[0])], sizes((shapes[0][0], shapes[0][channel])))


def transposed(layer: _Transposed, shapes: Shapes, outputs: Shapes) -> Explanation:
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
    windows = Explanation([*first, line], replaced(sizes(shapes[0]), axes, lengths))
    return _with_channels(layer, windows, number(layer.filters), f"channels = filters = {layer.filters}")


def cropping(layer: _Cropping, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Elements are cut off on both sides."""

    def cut(size: Expression, pair: tuple[int, int]) -> Expression:
        return size - number(pair[0]) - number(pair[1])

    return _resized(layer, shapes[0], "cut off before and after", cut, layer.cropping)


def zero_padding(layer: _ZeroPadding, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Zeros are added on both sides."""

    def padded(size: Expression, pair: tuple[int, int]) -> Expression:
        return size + number(pair[0]) + number(pair[1])

    return _resized(layer, shapes[0], "zeros before and after", padded, layer.padding)


def upsampling(layer: _UpSampling, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Each element is repeated several times."""
    factors = (layer.size,) if isinstance(layer.size, int) else layer.size
    what = f"size {one_or_all(factors)}, each element so many times"
    return _resized(layer, shapes[0], what, lambda size, factor: size * number(factor), factors)


def windowed(layer: Windowed, shape: Shape, kernel: Sequence[int], name: str) -> Explanation:
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
    by_axis = listed(axis_names(rank), lengths)
    lines.append(f"padding is `{padding}`{window}, strides {one_or_all(layer.strides)}: {by_axis}")
    return Explanation(lines, replaced(sizes(shape), axes, lengths))


def _reach(layer: object, kernel: Sequence[int]) -> tuple[list[int], list[str]]:
    """How many elements each window spans, and the sentence about it where that is more than its own size."""
    dilation = getattr(layer, "dilation_rate", None) or (1,) * len(kernel)
    spans = [number(1) + (number(k) - number(1)) * number(d) for k, d in zip(kernel, dilation, strict=True)]
    lines: list[str] = []
    if any(d != 1 for d in dilation):
        reach = repr(spans[0]) if len(set(spans)) == 1 else " and ".join(map(repr, spans))
        lines = [f"dilation {one_or_all(dilation)}: the kernel {one_or_all(kernel)} spans {reach}"]
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


def _resized(
    layer: _Spatial,
    shape: Shape,
    what: str,
    change: Callable[[Expression, Setting], Expression],
    settings: Sequence[Setting],
) -> Explanation:
    """Each spatial axis changed by its setting; the channels stay."""
    axes = spatial_axes(layer.rank, is_channels_first(layer))
    before = [sizes(shape)[i] for i in axes]
    lengths: Dims = [None if n is None else change(n, setting) for n, setting in zip(before, settings, strict=True)]
    line = f"{what}: {listed(axis_names(layer.rank), lengths)}"
    return Explanation([line, _channels_stay(layer, shape)], replaced(sizes(shape), axes, lengths))


def _channels(layer: object, shape: Shape) -> Expression:
    return number(shape[1 if is_channels_first(layer) else -1] or 0)


def _channels_stay(layer: object, shape: Shape) -> str:
    count = shape[1 if is_channels_first(layer) else -1]
    return "channels stay free" if count is None else f"channels stay {count}"


def _with_channels(layer: object, windows: Explanation, channels: Expression, line: str) -> Explanation:
    axis = 1 if is_channels_first(layer) else len(windows.dims) - 1
    return Explanation([*windows.lines, line], replaced(windows.dims, [axis], [channels]))


def product(parts: Sequence[Expression]) -> Expression:
    """The product of all sizes; 1 where there are none."""
    return reduce(mul, parts) if parts else number(1)


__all__ = [
    "convolution",
    "cropping",
    "depthwise",
    "global_pooling",
    "padded_pooling",
    "pooling",
    "product",
    "separable",
    "transposed",
    "upsampling",
    "windowed",
    "zero_padding",
]
