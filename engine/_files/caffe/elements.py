"""Layers that work on each number by itself, on whole vectors, or on each channel: functions, products, normalisations."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ...types import Array, Config
from ..plain_model import PlainArray
from .fillers import initializer
from .graph import Converter, Graph, Port, picture_of
from .net import CaffeLayer
from .windows import arrays_of, frozen

__all__ = ["ELEMENTS", "axis_of"]


def axis_of(layer: CaffeLayer, axis: int, port: Port) -> int:
    """An axis of a blob, counted from the batch, as 0. Raises FileError where there is none."""
    rank = len(port.shape) + 1
    if not -rank <= axis < rank:
        raise layer.refusal(f"an axis from {-rank} to {rank - 1}", str(axis))
    return axis % rank


def axis_here(axis: int, port: Port) -> int:
    """Where an axis of a blob lies in the model."""
    return {0: 0, 1: 3, 2: 1, 3: 2}[axis] if len(port.shape) == 3 else axis


def _each(
    graph: Graph, layer: CaffeLayer, source: Port, kind: str, settings: Config, is_positive: bool = False
) -> Port:
    """A layer that works on each number by itself, whatever order they stand in."""
    made = graph.add(layer.name, kind, settings, [source], source.shape, is_positive=is_positive)
    return replace(made, picture=source.picture)


def _activation(name: str, is_positive: bool = False) -> Converter:
    def convert(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
        return [_each(graph, layer, sources[0], "Activation", {"activation": name}, is_positive)]

    return convert


def _relu(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    slope = layer.settings("relu_param").number("negative_slope")
    if slope:
        return [_each(graph, layer, sources[0], "LeakyReLU", {"alpha": slope})]
    return [_each(graph, layer, sources[0], "Activation", {"activation": "relu"}, True)]


def _elu(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    return [_each(graph, layer, sources[0], "ELU", {"alpha": layer.settings("elu_param").number("alpha", 1.0)})]


def _swish(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    beta = layer.settings("swish_param").number("beta", 1.0)
    if beta != 1:
        raise layer.refusal("a swish whose beta is 1", str(beta))
    return [_each(graph, layer, sources[0], "Activation", {"activation": "swish"})]


def _clip(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings = layer.settings("clip_param")
    if settings.number("min") != 0 or settings.number("max") <= 0:
        raise layer.refusal("a clip from 0 to a number above", f"{settings.number('min')} to {settings.number('max')}")
    return [_each(graph, layer, sources[0], "ReLU", {"max_value": settings.number("max")}, True)]


def _power(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    """(shift + scale * x) ^ power."""
    settings = layer.settings("power_param")
    power, scale, shift = settings.number("power", 1.0), settings.number("scale", 1.0), settings.number("shift")
    if power == 1:
        return [_each(graph, layer, sources[0], "Rescaling", {"scale": scale, "offset": shift})]
    return [_each(graph, layer, sources[0], "Power", {"power": power, "scale": scale, "shift": shift})]


def _exponential(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    """base ^ (shift + scale * x); base e where it is -1."""
    settings = layer.settings("exp_param")
    base, scale, shift = settings.number("base", -1.0), settings.number("scale", 1.0), settings.number("shift")
    if base != -1 and base <= 0:
        raise layer.refusal("a base above 0, or -1 for e", str(base))
    factor = 1.0 if base == -1 else math.log(base)
    source = sources[0]
    if (scale * factor, shift) != (1.0, 0.0):
        name = f"{layer.name}_scale"
        scaled = graph.add(
            name, "Rescaling", {"scale": scale * factor, "offset": shift * factor}, [source], source.shape
        )
        source = replace(scaled, picture=source.picture)
    return [_each(graph, layer, source, "Activation", {"activation": "exponential"}, True)]


def _logarithm(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    """The logarithm of shift + scale * x to a base; e where it is -1."""
    settings = layer.settings("log_param")
    base, scale, shift = settings.number("base", -1.0), settings.number("scale", 1.0), settings.number("shift")
    if base != -1 and (base <= 0 or base == 1):
        raise layer.refusal("a base above 0 other than 1, or -1 for e", str(base))
    config: Config = {"base": None if base == -1 else base, "scale": scale, "shift": shift}
    return [_each(graph, layer, sources[0], "Log", config)]


def _absolute(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    return [_each(graph, layer, sources[0], "Absolute", {}, True)]


def _dropout(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    rate = layer.settings("dropout_param").number("dropout_ratio", 0.5)
    if not 0 <= rate < 1:
        raise layer.refusal("a dropout_ratio from 0 to below 1", str(rate))
    return [_each(graph, layer, sources[0], "Dropout", {"rate": rate}, sources[0].is_positive)]


def _softmax(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    source = sources[0]
    axis = axis_here(axis_of(layer, layer.settings("softmax_param").whole("axis", 1), source), source)
    if axis == 0:
        raise layer.refusal("a softmax along another axis than the batch's", "axis 0")
    return [softmax(graph, layer.name, source, axis)]


def softmax(graph: Graph, name: str, source: Port, axis: int) -> Port:
    """A softmax under a name; axis as it is in the model."""
    if axis == len(source.shape):
        made = graph.add(name, "Activation", {"activation": "softmax"}, [source], source.shape, is_positive=True)
    else:
        made = graph.add(name, "Softmax", {"axis": axis}, [source], source.shape, is_positive=True)
    return replace(made, picture=source.picture)


def _inner_product(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    ports = [_product(graph, layer, source) for source in sources[:1]]
    return ports + [graph.again(ports[0], [graph.flat(source, f"{layer.name}_flatten")]) for source in sources[1:]]


def _product(graph: Graph, layer: CaffeLayer, source: Port) -> Port:
    settings = layer.settings("inner_product_param")
    units, axis = settings.whole("num_output"), axis_of(layer, settings.whole("axis", 1), source)
    if units < 1:
        raise layer.refusal("a num_output of 1 or above", str(units))
    if axis == 1:
        picture, inputs, shape = picture_of(source), source.size, (units,)
        source = graph.flat(source, f"{layer.name}_flatten")
        source = graph.settled(source) if len(source.shape) != 1 else source
    elif axis == len(source.shape) != 3:
        picture, inputs, shape = None, source.shape[-1], (*source.shape[:-1], units)
    else:
        raise layer.refusal("a product of whole samples (axis 1)", f"axis {axis} of {('N', *source.shape)}")
    is_turned = settings.flag("transpose")
    theirs = (inputs, units) if is_turned else (units, inputs)

    def kernel(x: Array) -> Array:
        x = x if is_turned else x.T
        return x if picture is None else x.reshape(*picture, units).transpose(1, 2, 0, 3)

    bias = settings.flag("bias_term", True)
    biases = [("bias", (units,), (units,), np.asarray)] if bias else []
    config: Config = {
        "units": units,
        "use_bias": bias,
        "kernel_initializer": initializer(graph, layer, settings.message("weight_filler"), "glorot_uniform"),
        "bias_initializer": initializer(graph, layer, settings.message("bias_filler"), "zeros"),
    }
    arrays = arrays_of(layer, [("kernel", theirs, (inputs, units), kernel), *biases])
    return graph.add(layer.name, "Dense", config, [source], shape, weights=arrays, trainable=not frozen(layer))


def _normalised(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    """Batch normalisation: mean and variance lie in the file times a factor, which is the third array."""
    source, settings = graph.settled(sources[0]), layer.settings("batch_norm_param")
    channels = source.shape[0]
    config: Config = {
        "axis": 3 if len(source.shape) == 3 else 1,
        "momentum": settings.number("moving_average_fraction", 0.999),
        "epsilon": settings.number("eps", 1e-5),
        "center": False,
        "scale": False,
    }
    graph.fixed_moments += settings.flag("use_global_stats")
    arrays: list[PlainArray] | None = None
    if layer.blobs:
        flat = ((channels,), (channels,), np.asarray)
        moments = arrays_of(layer, [("mean", *flat), ("variance", *flat), ("factor", (1,), (1,), np.asarray)]) or []
        mean, variance, factor = moments
        arrays = [
            PlainArray(f"{layer.name}/moving_mean", (channels,), lambda: _unscaled(mean, factor)),
            PlainArray(f"{layer.name}/moving_variance", (channels,), lambda: _unscaled(variance, factor)),
        ]
    return [graph.add(layer.name, "BatchNormalization", config, [source], source.shape, weights=arrays)]


def _unscaled(array: PlainArray, factor: PlainArray) -> Array:
    scale = float(factor.read()[0])
    return array.read() * np.float32(0 if scale == 0 else 1 / scale)


def _scale(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings = layer.settings("scale_param")
    if len(sources) == 2:
        if settings.flag("bias_term"):
            raise layer.refusal("a product of two blobs without a bias", "one with it")
        return [_broadcast(graph, layer, sources, "Multiply", settings.whole("axis", 1))]
    return [_by_channel(graph, layer, sources[0], "scale_param", settings.flag("bias_term"))]


def _bias(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    if len(sources) == 2:
        return [_broadcast(graph, layer, sources, "Add", layer.settings("bias_param").whole("axis", 1))]
    return [_by_channel(graph, layer, sources[0], "bias_param", True)]


def _by_channel(graph: Graph, layer: CaffeLayer, source: Port, param_name: str, center: bool) -> Port:
    """gamma * x + beta; taken into the batch normalisation before it, if nothing else reads that."""
    source, settings, scale = graph.settled(source), layer.settings(param_name), param_name == "scale_param"
    axis, count = axis_of(layer, settings.whole("axis", 1), source), settings.whole("num_axes", 1)
    if axis != 1 or (count != 1 and (count != -1 or len(source.shape) != 1)):
        raise layer.refusal("one factor for each channel (axis 1, num_axes 1)", f"axis {axis}, num_axes {count}")
    channels = source.shape[0]
    flat = ((channels,), (channels,), np.asarray)
    named = [("gamma", *flat)] * scale + [("beta", *flat)] * center
    arrays, config = arrays_of(layer, named), {"scale": scale, "center": center}
    before = graph.made(source.layer)
    if scale and layer.follows_normalisation and before["class_name"] == "BatchNormalization":
        moments = graph.weights.get(source.layer)
        before["config"] |= config
        if arrays is not None and moments is not None:
            graph.weights[source.layer] = [*arrays, *moments]
        else:
            graph.weights.pop(source.layer, None)
        return source
    filler = initializer(graph, layer, settings.message("filler"), "ones" if scale else "zeros")
    config |= {"gamma_initializer": filler} if scale else {"beta_initializer": filler}
    if scale and center:
        config["beta_initializer"] = initializer(graph, layer, settings.message("bias_filler"), "zeros")
    config = {"axis": 3 if len(source.shape) == 3 else 1, **config}
    return graph.add(layer.name, "Scale", config, [source], source.shape, weights=arrays, trainable=not frozen(layer))


def _broadcast(graph: Graph, layer: CaffeLayer, sources: list[Port], kind: str, axis: int) -> Port:
    """The first blob with the second one, which has a number for each of some axes, laid along them."""
    first, second = (graph.settled(source) for source in sources)
    at = axis_of(layer, axis, first)
    lengths = (*((1,) * (at - 1)), *second.shape) if at else second.shape
    lengths = (*lengths, *(1,) * (len(first.shape) - len(lengths)))
    fits = len(lengths) == len(first.shape) and all(a == b or a == 1 for a, b in zip(lengths, first.shape, strict=True))
    if not fits:
        raise layer.refusal(
            f"a second blob that lies along the first, {('N', *first.shape)}", str(("N", *second.shape))
        )
    if lengths != second.shape:
        target = replace(second, shape=lengths).here
        if len(second.shape) not in (1, 3) or (len(second.shape) == 1 and sum(n > 1 for n in target) > 1):
            raise layer.refusal("a second blob of one number for each channel, or of the same rank", str(second.shape))
        second = graph.add(f"{layer.name}_reshape", "Reshape", {"target_shape": list(target)}, [second], lengths)
    return graph.add(layer.name, kind, {}, [first, second], first.shape)


def _prelu(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    source, settings = graph.settled(sources[0]), layer.settings("prelu_param")
    shared, channels, rank = settings.flag("channel_shared"), source.shape[0], len(source.shape)
    if rank == 2:
        raise layer.refusal("vectors or pictures", f"a blob of shape {('N', *source.shape)}")
    axes = [] if rank == 1 else [1, 2]
    axes += [rank] if shared else []
    count = 1 if shared else channels
    shape = (1,) * (rank - 1) + (count,)
    filler: Config = {"class_name": "Constant", "config": {"value": 0.25}}
    config: Config = {
        "alpha_initializer": initializer(graph, layer, settings.message("filler"), filler),
        "shared_axes": axes or None,
    }
    arrays = arrays_of(layer, [("alpha", (count,), shape, np.asarray)])
    return [graph.add(layer.name, "PReLU", config, [source], source.shape, weights=arrays, trainable=not frozen(layer))]


def _local_response(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    source, settings = sources[0], layer.settings("lrn_param")
    if len(source.shape) != 3:
        raise layer.refusal("pictures (N, C, H, W)", f"a blob of shape {('N', *source.shape)}")
    across = settings.text("norm_region", "ACROSS_CHANNELS") == "ACROSS_CHANNELS"
    size = settings.whole("local_size", 5)
    if size < 1 or size % 2 == 0:
        raise layer.refusal("an odd local_size", str(size))
    config: Config = {
        "size": size,
        "alpha": settings.number("alpha", 1.0),
        "beta": settings.number("beta", 0.75),
        "k": settings.number("k", 1.0) if across else 1.0,  # Caffe's own is 1 within a channel, whatever is written
        "within_channel": not across,
        "data_format": "channels_last",
    }
    return [_each(graph, layer, source, "LocalResponseNormalization", config, source.is_positive)]


ELEMENTS: dict[str, Converter] = {
    "AbsVal": _absolute, "BNLL": _activation("softplus", True), "BatchNorm": _normalised, "Bias": _bias, "Clip": _clip,
    "Dropout": _dropout, "ELU": _elu, "Exp": _exponential, "InnerProduct": _inner_product, "LRN": _local_response,
    "Log": _logarithm, "PReLU": _prelu, "Power": _power, "ReLU": _relu, "Scale": _scale, "Sigmoid": _activation("sigmoid", True),
    "Softmax": _softmax, "Swish": _swish, "TanH": _activation("tanh"),
}  # fmt: skip
