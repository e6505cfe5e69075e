"""Convolutions and poolings: how Caffe's windows lie, and which layers of Keras's have the same ones.

Caffe's convolution rounds the number of windows down and its pooling up; a window of pooling that would begin behind the image is
left out where there is padding. A mean counts what of a window lies in the padding, but not what lies beyond that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ...types import Array, Config
from ..plain_model import PlainArray
from ..protobuf import Message
from .fillers import initializer
from .graph import Converter, Graph, Port
from .net import Blob, CaffeLayer

__all__ = ["WINDOWS", "arrays_of"]

Pair = tuple[int, int]

# Convolutions of programs made from Caffe, whose groups are the channels.
_OF_EACH_CHANNEL = ("ConvolutionDepthwise", "DepthwiseConvolution")


class Window(NamedTuple):
    """Windows along one axis: length of the axis, size, stride, padding on either side, distance of points, number of windows."""

    length: int
    size: int
    stride: int
    pad: int
    dilation: int
    count: int

    @property
    def reach(self) -> int:
        """How many elements it spans."""
        return (self.size - 1) * self.dilation + 1

    @property
    def behind(self) -> int:
        """How far the last window reaches behind the image."""
        return (self.count - 1) * self.stride - self.pad + self.reach - self.length

    @property
    def is_inside(self) -> bool:
        """Whether all windows lie in the image, and no other one would."""
        return self.pad == 0 and self.behind <= 0

    @property
    def is_same(self) -> bool:
        """Whether windows lie as Keras's padding "same" has them."""
        count = -(-self.length // self.stride)
        beyond = max(0, (count - 1) * self.stride + self.reach - self.length)
        return count == self.count and beyond // 2 == self.pad


def arrays_of(
    layer: CaffeLayer, weights: Sequence[tuple[str, tuple[int, ...], tuple[int, ...], Callable[[Array], Array]]]
) -> list[PlainArray] | None:
    """A layer's weights as the model has them: (name, shape in Caffe, shape here, what turns one into the other); None without.

    Raises FileError where the file has others.
    """
    if not layer.blobs:
        return None
    if len(layer.blobs) < len(weights):
        raise layer.refusal(f"{len(weights)} arrays of weights", str(len(layer.blobs)))
    made: list[PlainArray] = []
    for blob, (name, theirs, ours, turn) in zip(layer.blobs, weights, strict=False):
        if _without_ones(blob.shape) != _without_ones(theirs):
            raise layer.refusal(f"{name} of shape {theirs}", f"shape {blob.shape}")
        made.append(PlainArray(f"{layer.name}/{name}", ours, _turned(blob, theirs, ours, turn)))
    return made


def _turned(
    blob: Blob, theirs: tuple[int, ...], ours: tuple[int, ...], turn: Callable[[Array], Array]
) -> Callable[[], Array]:
    return lambda: np.ascontiguousarray(turn(blob.read().reshape(theirs)).reshape(ours))


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without the ones before its first other length: files of 2014 have four lengths always."""
    first = next((i for i, n in enumerate(shape) if n != 1), len(shape))
    return shape[first:]


def sizes_of(layer: CaffeLayer, settings: Message, name: str, default: int | None, least: int = 0) -> Pair:
    """A setting along height and width, which is written as `name`, once or twice, or as `name_h` and `name_w`."""
    short = name.removesuffix("_size")
    written = settings.wholes(name)
    if settings.has(f"{short}_h") or settings.has(f"{short}_w"):
        pair = settings.whole(f"{short}_h", -1), settings.whole(f"{short}_w", -1)
    elif not written and default is not None:
        pair = default, default
    elif len(written) == 1:
        pair = written[0], written[0]
    elif len(written) == 2:
        pair = written[0], written[1]
    else:
        raise layer.refusal(f"{name}, once or for height and width", f"{len(written)} of them" if written else "none")
    if not all(least <= n < 1 << 31 for n in pair):
        raise layer.refusal(f"{name} of {least} or above", str(pair))
    return pair


def image_of(layer: CaffeLayer, port: Port) -> tuple[int, int, int]:
    """(C, H, W) of a blob. Raises FileError where it is no picture."""
    if len(port.shape) != 3:
        raise layer.refusal("pictures (N, C, H, W)", f"a blob of shape {('N', *port.shape)}")
    channels, height, width = port.shape
    return channels, height, width


def frozen(layer: CaffeLayer) -> bool:
    """Whether none of its weights is trained."""
    return bool(layer.rates) and not any(layer.rates)


def _convolution(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings = layer.settings("convolution_param")
    ports = [_convolved(graph, layer, settings, source) for source in sources[:1]]
    return ports + [graph.again(ports[0], [source]) for source in sources[1:]]


def _convolved(graph: Graph, layer: CaffeLayer, settings: Message, source: Port) -> Port:
    channels, height, width = image_of(layer, source)
    size = sizes_of(layer, settings, "kernel_size", None, 1)
    stride, pad = sizes_of(layer, settings, "stride", 1, 1), sizes_of(layer, settings, "pad", 0)
    dilation = sizes_of(layer, settings, "dilation", 1, 1)
    filters, groups = _channels(layer, settings, channels)
    windows = [
        _window_of_convolution(layer, *axis) for axis in zip((height, width), size, stride, pad, dilation, strict=True)
    ]
    shape = (filters, *(window.count for window in windows))
    padding = "valid"
    if any(pad) and stride == (1, 1) and all(window.is_same for window in windows):
        padding = "same"
    elif any(pad):
        source = padded(graph, layer, source, [(pad[0], pad[0]), (pad[1], pad[1])])
    config: Config = {"kernel_size": list(size), "strides": list(stride), "padding": padding}
    config["data_format"], config["use_bias"] = "channels_last", settings.flag("bias_term", True)
    weight, bias = settings.message("weight_filler"), settings.message("bias_filler")
    first = initializer(graph, layer, weight, "glorot_uniform")
    config["bias_initializer"] = initializer(graph, layer, bias, "zeros")
    theirs = (filters, channels // groups, *size)
    biases = [("bias", (filters,), (filters,), _as_it_is)] if config["use_bias"] else []
    depthwise = groups == channels > 1 and dilation == (1, 1) and stride[0] == stride[1]
    if depthwise:
        many = filters // channels
        config |= {"depth_multiplier": many, "depthwise_initializer": first}
        kernel = (
            "kernel",
            theirs,
            (*size, channels, many),
            _of_channels(channels),
        )
    else:
        config |= {"filters": filters, "dilation_rate": list(dilation), "kernel_initializer": first}
        config |= {"groups": groups} if groups > 1 else {}
        kernel = ("kernel", theirs, (*size, channels // groups, filters), _out_last)
    arrays = arrays_of(layer, [kernel, *biases])
    kind = "DepthwiseConv2D" if depthwise else "Conv2D"
    return graph.add(layer.name, kind, config, [source], shape, weights=arrays, trainable=not frozen(layer))


def _channels(layer: CaffeLayer, settings: Message, channels: int) -> Pair:
    """Numbers of filters and of groups."""
    filters = settings.whole("num_output")
    groups = channels if layer.type in _OF_EACH_CHANNEL else settings.whole("group", 1)
    if filters < 1 or settings.whole("axis", 1) != 1:
        raise layer.refusal(
            "num_output of 1 or above along axis 1", f"{filters} along axis {settings.whole('axis', 1)}"
        )
    if groups < 1 or channels % groups or filters % groups:
        raise layer.refusal(f"a group that divides {channels} channels and {filters} filters", str(groups))
    return filters, groups


def _window_of_convolution(layer: CaffeLayer, length: int, size: int, stride: int, pad: int, dilation: int) -> Window:
    reach = (size - 1) * dilation + 1
    count = (length + 2 * pad - reach) // stride + 1
    if count < 1:
        raise layer.refusal(f"pictures of at least {max(reach - 2 * pad, 1)} along each axis", str(length))
    return Window(length, size, stride, pad, dilation, count)


def _of_channels(channels: int) -> Callable[[Array], Array]:
    """(C * M, 1, H, W) -> (H, W, C, M)."""

    def turned(x: Array) -> Array:
        return x.reshape(channels, -1, *x.shape[2:]).transpose(2, 3, 0, 1)

    return turned


def _as_it_is(x: Array) -> Array:
    return x


def _out_last(x: Array) -> Array:
    """(F, C, H, W) -> (H, W, C, F)."""
    return x.transpose(2, 3, 1, 0)


def padded(graph: Graph, layer: CaffeLayer, source: Port, pairs: Sequence[Pair]) -> Port:
    """Zeros around pictures: ((top, bottom), (left, right))."""
    channels, height, width = image_of(layer, source)
    shape = channels, height + sum(pairs[0]), width + sum(pairs[1])
    settings: Config = {"padding": [list(pair) for pair in pairs], "data_format": "channels_last"}
    return graph.add(f"{layer.name}_pad", "ZeroPadding2D", settings, [source], shape, is_positive=source.is_positive)


def _deconvolution(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings, source = layer.settings("convolution_param"), sources[0]
    if len(sources) > 1:
        raise layer.refusal("one blob", f"{len(sources)}")
    channels, height, width = image_of(layer, source)
    size = sizes_of(layer, settings, "kernel_size", None, 1)
    stride, pad = sizes_of(layer, settings, "stride", 1, 1), sizes_of(layer, settings, "pad", 0)
    if sizes_of(layer, settings, "dilation", 1, 1) != (1, 1):
        raise layer.refusal("a deconvolution without dilation", "one with it")
    filters, groups = _channels(layer, settings, channels)
    whole = [s * n + max(k - s, 0) for n, k, s in zip((height, width), size, stride, strict=True)]
    shape = [s * (n - 1) + k - 2 * p for n, k, s, p in zip((height, width), size, stride, pad, strict=True)]
    if min(shape) < 1:
        raise layer.refusal("a result of at least 1 along each axis", str(tuple(shape)))
    first = initializer(graph, layer, settings.message("weight_filler"), "glorot_uniform")
    config: Config = {"filters": filters, "kernel_size": list(size), "strides": list(stride), "padding": "valid"}
    config |= {
        "data_format": "channels_last",
        "use_bias": settings.flag("bias_term", True),
        "kernel_initializer": first,
    }
    config["bias_initializer"] = initializer(graph, layer, settings.message("bias_filler"), "zeros")
    biases = [("bias", (filters,), (filters,), _as_it_is)] if config["use_bias"] else []
    kernel = (
        "kernel",
        (channels, filters // groups, *size),
        (*size, filters, channels),
        _of_groups(groups),
    )
    if groups > 1 and not frozen(layer):
        graph.say(layer, f"Its {groups} groups are one kernel with zeros between them, which training can change.")
    arrays = arrays_of(layer, [kernel, *biases])
    made = graph.add(
        layer.name, "Conv2DTranspose", config, [source], (filters, *whole), weights=arrays, trainable=not frozen(layer)
    )
    if whole != shape:
        cut = [[p, n - m - p] for n, m, p in zip(whole, shape, pad, strict=True)]
        made = graph.add(
            f"{layer.name}_crop",
            "Cropping2D",
            {"cropping": cut, "data_format": "channels_last"},
            [made],
            (filters, *shape),
        )
    return [made]


def _of_groups(groups: int) -> Callable[[Array], Array]:
    """(C, F / groups, H, W) -> (H, W, F, C), with zeros where a filter does not see a channel."""
    return lambda x: _with_zeros_between(x, groups)


def _with_zeros_between(x: Array, groups: int) -> Array:
    channels, filters, *size = x.shape
    whole = np.zeros((*size, groups * filters, channels), np.float32)
    each = channels // groups
    for group in range(groups):
        part = x[group * each : (group + 1) * each]
        whole[..., group * filters : (group + 1) * filters, group * each : (group + 1) * each] = part.transpose(
            2, 3, 1, 0
        )
    return whole


def _pooling(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings, source = layer.settings("pooling_param"), sources[0]
    if settings.text("pool") == "STOCHASTIC":
        hint = (
            "Write pool: AVE in its place and train on: its predictions are means, weighted by the numbers themselves."
        )
        raise layer.refusal("a pooling by MAX or AVE", "STOCHASTIC, which Caffe itself computes on a GPU only", hint)
    if len(layer.tops) > 1:
        raise layer.refusal("one result of the pooling", "a second one, the places of the maxima")
    channels, height, width = image_of(layer, source)
    is_max, size = settings.text("pool", "MAX") == "MAX", (height, width)
    stride, pad = (1, 1), (0, 0)
    if not settings.flag("global_pooling"):
        size = sizes_of(layer, settings, "kernel_size", None, 1)
        stride, pad = sizes_of(layer, settings, "stride", 1, 1), sizes_of(layer, settings, "pad", 0)
    if pad[0] >= size[0] or pad[1] >= size[1]:
        raise layer.refusal(f"pad below kernel_size {size}", str(pad))
    up = settings.text("round_mode", "CEIL") == "CEIL" and settings.flag("ceil_mode", True)
    windows = [_window_of_pooling(layer, *axis, up) for axis in zip((height, width), size, stride, pad, strict=True)]
    shape = (channels, windows[0].count, windows[1].count)
    config: Config = {
        "pool_size": list(size),
        "strides": list(stride),
        "padding": "valid",
        "data_format": "channels_last",
    }
    kind = "MaxPooling2D" if is_max else "AveragePooling2D"
    inside_padding = all(window.behind <= window.pad for window in windows)
    if all(window.is_inside for window in windows):
        pass
    elif all(window.is_same for window in windows) and (is_max or pad == (0, 0)):
        config["padding"] = "same"
    elif (is_max and source.is_positive) or (not is_max and inside_padding):
        source = padded(graph, layer, source, [(window.pad, max(0, window.behind)) for window in windows])
    else:
        kind = f"Padded{kind}"
        del config["padding"]
        config |= {"pad": list(pad), "ceil_mode": up}
    return [graph.add(layer.name, kind, config, [source], shape, is_positive=source.is_positive)]


def _window_of_pooling(layer: CaffeLayer, length: int, size: int, stride: int, pad: int, up: bool) -> Window:
    room = length + 2 * pad - size
    if room < 0:
        raise layer.refusal(f"pictures of at least {size - 2 * pad} along each axis", str(length))
    count = (-(-room // stride) if up else room // stride) + 1
    if (count - 1) * stride >= length + pad:  # a window that holds nothing; Caffe leaves it out where there is padding
        count -= 1
    return Window(length, size, stride, pad, 1, count)


WINDOWS: dict[str, Converter] = {
    "Convolution": _convolution,
    "Deconvolution": _deconvolution,
    "Pooling": _pooling,
    **dict.fromkeys(_OF_EACH_CHANNEL, _convolution),
}
