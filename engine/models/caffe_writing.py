"""A model as a Caffe net: which of Caffe's layers do what Keras's do, and their weights in Caffe's order.

The converse of `engine/_files/caffe`. Layers that Caffe has no word for are gathered and told together, by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._files.caffe.writing import Table
from .._ops.shapes import padded_length
from ..errors import FileError
from ..layers.base import layer_of
from ..layers.depthwise import DepthwiseConv2D

if TYPE_CHECKING:
    from ..types import Array
    from .network import Network

__all__ = ["net_of_model"]

_MOST_NAMED = 10


@dataclass(frozen=True)
class Blob:
    """A blob: its name, its shape in the model without the batch, and (H, W, C) of the picture that a vector was made of."""

    name: str
    shape: tuple[int, ...]
    picture: tuple[int, int, int] | None = None
    pad: tuple[int, int] = (0, 0)


class _NoWord(Exception):
    """Caffe has no word for a layer; says what it lacks."""


@dataclass
class _Writer:
    layers: list[Table] = field(default_factory=list[Table])
    unsupported: list[str] = field(default_factory=list[str])

    def add(
        self, name: str, kind: str, sources: Sequence[Blob], shape: tuple[int, ...], *weights: Array, **settings: object
    ) -> Blob:
        """A layer with one top of its own name."""
        if any(source.pad != (0, 0) for source in sources) and kind not in ("Convolution", "Pooling"):
            raise _NoWord(f"zeros around a picture before a {kind}")
        blobs = [{"shape": {"dim": list(array.shape)}, "data": array} for array in weights]
        table: Table = {"name": name, "type": kind, "bottom": [source.name for source in sources], "top": name}
        self.layers.append({**table, **settings, **({"blobs": blobs} if blobs else {})})
        return Blob(name, shape)


def net_of_model(model: Network, file: str) -> Table:
    """The NetParameter of a model, with its weights.

    Raises:
        FileError: layers that Caffe has no word for, by their names and what they lack.
    """
    writer, blobs = _Writer(), dict[tuple[str, int], Blob]()
    for node in model.graph.nodes:
        layer = layer_of(node)
        index = next(number for number, one in enumerate(layer.inbound_nodes) if one is node)
        before = zip(node.inbound_layers, node.node_indices, strict=True)
        sources = [blobs[one.name, at] for one, at in before if one is not None]
        kind = type(layer).__name__
        try:
            if any((layer.name, number) in blobs for number in range(index)):
                raise _NoWord("a second call of it")
            blobs[layer.name, index] = _converted(writer, layer, index, sources)
        except _NoWord as error:
            writer.unsupported.append(f"{layer.name} ({kind}): {error}")
            shape = tuple(n or 0 for n in node.output_shapes[0][1:])
            blobs[layer.name, index] = Blob(layer.name, shape)
    if writer.unsupported:
        more = f" and {len(writer.unsupported) - _MOST_NAMED} more" if len(writer.unsupported) > _MOST_NAMED else ""
        raise FileError(
            file=file, expected="layers that Caffe has", actual="; ".join(writer.unsupported[:_MOST_NAMED]) + more
        )
    return {"name": model.name, "layer": writer.layers}


def _converted(writer: _Writer, layer: Any, index: int, sources: list[Blob]) -> Blob:
    shape = layer.inbound_nodes[index].output_shapes[0][1:]
    if None in shape:
        raise _NoWord(f"a size that is not known, {shape}")
    function = _WORDS.get(type(layer).__name__)
    if function is None:
        raise _NoWord("none of Caffe's layers does the same")
    if getattr(layer, "data_format", "channels_last") != "channels_last" and len(shape) == 3:
        raise _NoWord("channels first, which is Caffe's own order but not written yet")
    return function(writer, layer, sources, tuple(shape))


def _input(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    lengths = [1, *_caffes(shape)]
    writer.layers.append(
        {"name": layer.name, "type": "Input", "top": layer.name, "input_param": {"shape": [{"dim": lengths}]}}
    )
    return Blob(layer.name, shape)


def _caffes(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[2], *shape[:2]) if len(shape) == 3 else shape


def _same_padding(layer: Any, source: Blob, size: Sequence[int]) -> tuple[int, int]:
    """Zeros on either side that "same" stands for. Raises _NoWord where both sides differ."""
    pads: list[int] = []
    for n, k, s in zip(source.shape[:2], size, layer.strides, strict=True):
        total = max(0, (-(-n // s) - 1) * s + k - n)
        if total % 2:
            raise _NoWord("padding of one side only")
        pads.append(total // 2)
    return pads[0], pads[1]


def _windows(layer: Any, source: Blob, size: Sequence[int]) -> dict[str, int]:
    """Settings of windows, each along height and width."""
    pad = source.pad
    if layer.padding == "same":
        if pad != (0, 0):
            raise _NoWord('zeros around a picture before padding "same"')
        pad = _same_padding(layer, source, size)
    written = {"kernel_h": size[0], "kernel_w": size[1], "stride_h": layer.strides[0], "stride_w": layer.strides[1]}
    return written | ({"pad_h": pad[0], "pad_w": pad[1]} if any(pad) else {})


def _activated(writer: _Writer, layer: Any, made: Blob) -> Blob:
    """The activation that a layer has inside."""
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    return made if name == "linear" else _activation(writer, f"{layer.name}_{name}", name, made)


_ACTIVATIONS: dict[str, tuple[str, dict[str, object]]] = {
    "relu": ("ReLU", {}), "sigmoid": ("Sigmoid", {}), "tanh": ("TanH", {}), "softmax": ("Softmax", {}), "elu": ("ELU", {}),
    "softplus": ("BNLL", {}), "exponential": ("Exp", {}), "swish": ("Swish", {}), "linear": ("Power", {}),
}  # fmt: skip


def _activation(writer: _Writer, name: str, function: str, source: Blob) -> Blob:
    if function not in _ACTIVATIONS:
        raise _NoWord(f"the activation {function!r}")
    kind, settings = _ACTIVATIONS[function]
    if kind == "Softmax" and len(source.shape) == 2:
        raise _NoWord("a softmax of steps")
    return replace(writer.add(name, kind, [source], source.shape, **settings), picture=source.picture)


def _convolution(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    source, (kernel, *bias) = sources[0], layer.get_weights()
    if isinstance(layer, DepthwiseConv2D):
        height, width, channels, many = kernel.shape
        weights, groups = kernel.transpose(2, 3, 0, 1).reshape(channels * many, 1, height, width), channels
    else:
        weights, groups = kernel.transpose(3, 2, 0, 1), layer.groups
    dilation = list(getattr(layer, "dilation_rate", (1, 1)))
    if layer.padding == "same" and set(dilation) != {1}:
        size = [(k - 1) * d + 1 for k, d in zip(layer.kernel_size, dilation, strict=True)]
    else:
        size = list(layer.kernel_size)
    settings: Table = {"num_output": shape[-1], **_windows(layer, source, size), "bias_term": bool(bias)}
    settings |= {"kernel_h": layer.kernel_size[0], "kernel_w": layer.kernel_size[1]}
    settings |= {"group": groups} if groups > 1 else {}
    settings |= {"dilation": dilation} if set(dilation) != {1} else {}
    made = writer.add(layer.name, "Convolution", [source], shape, weights, *bias, convolution_param=settings)
    return _activated(writer, layer, made)


def _deconvolution(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    source, (kernel, *bias) = sources[0], layer.get_weights()
    if layer.data_format != "channels_last":
        raise _NoWord("channels first")
    pads: list[int] = []
    for n, m, k, s in zip(source.shape[:2], shape[:2], layer.kernel_size, layer.strides, strict=True):
        beyond = s * (n - 1) + k - m
        if beyond < 0 or beyond % 2 or set(layer.dilation_rate) != {1}:
            raise _NoWord("a size that Caffe's deconvolution does not come to")
        pads.append(beyond // 2)
    settings: Table = {
        "num_output": shape[-1], "bias_term": bool(bias), "kernel_h": layer.kernel_size[0], "kernel_w": layer.kernel_size[1],
        "stride_h": layer.strides[0], "stride_w": layer.strides[1], "pad_h": pads[0], "pad_w": pads[1],
    }  # fmt: skip
    weights = kernel.transpose(3, 2, 0, 1)
    made = writer.add(layer.name, "Deconvolution", [source], shape, weights, *bias, convolution_param=settings)
    return _activated(writer, layer, made)


def _pooling(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    source, is_max, size = sources[0], "Max" in type(layer).__name__, layer.pool_size
    is_padded, pad, up = type(layer).__name__.startswith("Padded"), source.pad, True
    if source.pad != (0, 0) and (is_max or is_padded or layer.padding == "same"):
        raise _NoWord("zeros around a picture before it")
    if is_padded:
        pad, up = layer.pad, layer.ceil_mode
    elif layer.padding == "same":
        pad = _before(layer, source)
        if any(pad) and not is_max:
            raise _NoWord("a mean that leaves out its padding")
    else:
        inside = zip(source.shape[:2], size, layer.strides, strict=True)
        up = all((n - k) % s == 0 for n, k, s in inside)
    rounding = "ceil" if up else "floor"
    counts = [
        padded_length(n, k, s, p, rounding)
        for n, k, s, p in zip(_without(source), size, layer.strides, pad, strict=True)
    ]
    if tuple(counts) != shape[:2]:
        raise _NoWord(f"{shape[:2]} windows, where Caffe has {tuple(counts)}")
    settings: Table = {"pool": "MAX" if is_max else "AVE", "kernel_h": size[0], "kernel_w": size[1]}
    settings |= {"stride_h": layer.strides[0], "stride_w": layer.strides[1]}
    settings |= {"pad_h": pad[0], "pad_w": pad[1]} if any(pad) else {}
    settings |= {} if up else {"round_mode": "FLOOR"}
    return writer.add(layer.name, "Pooling", [replace(source, pad=(0, 0))], shape, pooling_param=settings)


def _without(source: Blob) -> tuple[int, int]:
    """Height and width without the zeros around."""
    return source.shape[0] - 2 * source.pad[0], source.shape[1] - 2 * source.pad[1]


def _before(layer: Any, source: Blob) -> tuple[int, int]:
    """How far windows of padding "same" begin before the picture."""
    height, width = (
        max(0, (-(-n // s) - 1) * s + k - n) // 2
        for n, k, s in zip(source.shape[:2], layer.pool_size, layer.strides, strict=True)
    )
    return height, width


def _global_pooling(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    kind = "MAX" if "Max" in type(layer).__name__ else "AVE"
    settings: Table = {"pool": kind, "global_pooling": True}
    made = writer.add(layer.name, "Pooling", sources, (1, 1, shape[-1]), pooling_param=settings)
    return made if layer.keepdims else writer.add(f"{layer.name}_flat", "Flatten", [made], shape)


def _dense(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    source, (kernel, *bias) = sources[0], layer.get_weights()
    if len(shape) != 1:
        raise _NoWord("a product of each step")
    if source.picture is not None:
        height, width, channels = source.picture
        kernel = kernel.reshape(height, width, channels, -1).transpose(2, 0, 1, 3).reshape(kernel.shape)
    settings: Table = {"num_output": shape[0], "bias_term": bool(bias)}
    made = writer.add(layer.name, "InnerProduct", [source], shape, kernel.T, *bias, inner_product_param=settings)
    return _activated(writer, layer, made)


def _embedding(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    if layer.mask_zero:
        raise _NoWord("a mask of steps")
    (table,) = layer.get_weights()
    settings: Table = {"num_output": table.shape[1], "input_dim": table.shape[0], "bias_term": False}
    return writer.add(layer.name, "Embed", sources, shape, table, embed_param=settings)


def _flatten(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    source = sources[0]
    made = writer.add(layer.name, "Flatten", [source], shape)
    if len(source.shape) != 3:
        return replace(made, picture=source.picture)
    height, width, channels = source.shape
    return made if channels == 1 or height * width == 1 else replace(made, picture=(height, width, channels))


def _normalised(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    source = _in_order(sources)[0]
    if layer.axis % (len(shape) + 1) != len(shape) or len(shape) == 2:
        raise _NoWord("an axis that is not the channels")
    *scaling, mean, variance = layer.get_weights()
    settings: Table = {"eps": layer.epsilon, "moving_average_fraction": layer.momentum}
    moments = (mean, variance, np.ones(1, np.float32))
    made = writer.add(layer.name, "BatchNorm", [source], shape, *moments, batch_norm_param=settings)
    if not scaling:
        return made
    gamma = scaling[0] if layer.scale else np.ones_like(mean)
    beta = [scaling[-1]] if layer.center else []
    return writer.add(
        f"{layer.name}_scale", "Scale", [made], shape, gamma, *beta, scale_param={"bias_term": layer.center}
    )


def _scale(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    source = _in_order(sources)[0]
    if layer.axis % (len(shape) + 1) != len(shape) or len(shape) == 2:
        raise _NoWord("an axis that is not the channels")
    if not layer.scale:
        return writer.add(layer.name, "Bias", [source], shape, *layer.get_weights())
    return writer.add(
        layer.name, "Scale", [source], shape, *layer.get_weights(), scale_param={"bias_term": layer.center}
    )


def _in_order(sources: list[Blob]) -> list[Blob]:
    if any(source.picture is not None for source in sources):
        raise _NoWord("the numbers of a flattened picture, which stand in another order in Caffe")
    return sources


def _local_response(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    if layer.within_channel and layer.k != 1:
        raise _NoWord("a k other than 1 within a channel")
    region = "WITHIN_CHANNEL" if layer.within_channel else "ACROSS_CHANNELS"
    settings: Table = {
        "local_size": layer.size,
        "alpha": layer.alpha,
        "beta": layer.beta,
        "k": layer.k,
        "norm_region": region,
    }
    return writer.add(layer.name, "LRN", sources, shape, lrn_param=settings)


def _eltwise(operation: str, *coefficients: float) -> _Word:
    def convert(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
        if any(source.shape != shape for source in sources) or len({source.picture for source in sources}) > 1:
            raise _NoWord("inputs of several shapes")
        settings: Table = {"operation": operation, **({"coeff": list(coefficients)} if coefficients else {})}
        return replace(
            writer.add(layer.name, "Eltwise", sources, shape, eltwise_param=settings), picture=sources[0].picture
        )

    return convert


def _concatenated(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    axis = layer.axis % (len(shape) + 1)
    there = {1: 2, 2: 3, 3: 1}[axis] if len(shape) == 3 else axis
    return writer.add(layer.name, "Concat", _in_order(sources), shape, concat_param={"axis": there})


def _padding(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    (top, bottom), (left, right) = layer.padding
    if top != bottom or left != right or sources[0].pad != (0, 0):
        raise _NoWord("zeros on one side only")
    return replace(sources[0], shape=shape, pad=(top, left))


def _dropout(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    made = writer.add(layer.name, "Dropout", sources, shape, dropout_param={"dropout_ratio": layer.rate})
    return replace(made, picture=sources[0].picture)


def _of_each(kind: str, param_name: str, settings: Callable[[Any], Table]) -> _Word:
    """A layer of each number whose settings are named."""

    def convert(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
        table = settings(layer)
        made = writer.add(layer.name, kind, sources, shape, **({param_name: table} if table else {}))
        return replace(made, picture=sources[0].picture)

    return convert


def _named_activation(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    return _activation(writer, layer.name, getattr(layer.activation, "__name__", "linear"), sources[0])


def _rectifier(layer: Any) -> Table:
    if layer.max_value is not None or layer.threshold:
        raise _NoWord("a largest value or a threshold")
    return {"negative_slope": float(layer.negative_slope)} if layer.negative_slope else {}


def _rescaling(layer: Any) -> Table:
    if np.ndim(layer.scale) or np.ndim(layer.offset):
        raise _NoWord("a factor for each channel")
    return {"scale": float(layer.scale), "shift": float(layer.offset)}


def _prelu(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    (alpha,) = layer.get_weights()
    if len(shape) == 3 and alpha.shape[:2] != (1, 1):
        raise _NoWord("a slope for each pixel")
    shared: Table = {"channel_shared": True} if alpha.size == 1 else {}
    return writer.add(
        layer.name, "PReLU", _in_order(sources), shape, alpha.ravel(), **({"prelu_param": shared} if shared else {})
    )


def _softmax(writer: _Writer, layer: Any, sources: list[Blob], shape: tuple[int, ...]) -> Blob:
    if layer.axis % (len(shape) + 1) != len(shape):
        raise _NoWord("an axis that is not the last")
    return _activation(writer, layer.name, "softmax", sources[0])


_Word = Callable[[_Writer, Any, list[Blob], "tuple[int, ...]"], Blob]
_WORDS: dict[str, _Word] = {
    "Absolute": _of_each("AbsVal", "", lambda layer: {}),
    "Activation": _named_activation,
    "Add": _eltwise("SUM"),
    "BatchNormalization": _normalised,
    "Concatenate": _concatenated,
    "Conv2D": _convolution,
    "Conv2DTranspose": _deconvolution,
    "Dense": _dense,
    "DepthwiseConv2D": _convolution,
    "Dropout": _dropout,
    "Embedding": _embedding,
    "ELU": _of_each("ELU", "elu_param", lambda layer: {"alpha": float(layer.alpha)}),
    "Flatten": _flatten,
    "InputLayer": _input,
    "LeakyReLU": _of_each("ReLU", "relu_param", lambda layer: {"negative_slope": float(layer.alpha)}),
    "LocalResponseNormalization": _local_response,
    "Log": _of_each(
        "Log", "log_param", lambda layer: {"base": layer.base or -1.0, "scale": layer.scale, "shift": layer.shift}
    ),
    "Maximum": _eltwise("MAX"),
    "Multiply": _eltwise("PROD"),
    "PReLU": _prelu,
    "Power": _of_each("Power", "power_param", lambda x: {"power": x.power, "scale": x.scale, "shift": x.shift}),
    "ReLU": _of_each("ReLU", "relu_param", _rectifier),
    "Rescaling": _of_each("Power", "power_param", _rescaling),
    "Scale": _scale,
    "Softmax": _softmax,
    "Subtract": _eltwise("SUM", 1.0, -1.0),
    "ZeroPadding2D": _padding,
    **dict.fromkeys(("MaxPooling2D", "AveragePooling2D", "PaddedMaxPooling2D", "PaddedAveragePooling2D"), _pooling),
    **dict.fromkeys(("GlobalAveragePooling2D", "GlobalMaxPooling2D"), _global_pooling),
}
