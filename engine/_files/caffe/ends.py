"""Both ends of a net: what it reads, and the losses and measures that it is trained by."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...types import Config
from .elements import axis_here, axis_of, softmax
from .graph import Graph, Port
from .net import CaffeLayer, shape_of

__all__ = ["LOSSES", "is_data", "read_data", "training_of"]

_DATA = ("Data", "DummyData", "HDF5Data", "ImageData", "Input", "MemoryData", "WindowData")
# Layers of data: where their settings stand.
_SETTINGS = {"Data": "data_param", "ImageData": "image_data_param", "WindowData": "window_data_param"}
LOSSES = (
    "Accuracy", "ContrastiveLoss", "EuclideanLoss", "HDF5Output", "HingeLoss", "InfogainLoss", "MultinomialLogisticLoss",
    "SigmoidCrossEntropyLoss", "SoftmaxWithLoss",
)  # fmt: skip
_RATE, _MOMENTUM = 0.01, 0.9


def is_data(layer: CaffeLayer) -> bool:
    """Whether a layer brings data; one that a program in Python does, too, which is not run."""
    return layer.type in _DATA or (layer.type == "Python" and not layer.bottoms)


def read_data(
    graph: Graph, layer: CaffeLayer, sample_shape: tuple[int, ...] | None, channels: int | None
) -> list[Port]:
    """What a layer of data brings: the first blob is an input, others are labels; all of `Input` and `DummyData` are inputs.

    sample_shape: that of the first blob in Caffe's order, in place of what the file says. channels: of pictures whose number the
    file does not say, as weights have them.
    """
    if layer.type in ("Input", "DummyData"):
        return _of_shapes(graph, layer, sample_shape)
    if not layer.tops:
        raise layer.refusal("a top", "none")
    shape = sample_shape or _shape_of_data(graph, layer, channels)
    if shape is None:
        actual = "only what the data themselves would say"
        hint = "Give it: engine.models.load_caffe(path, input_shape=(height, width, channels))."
        raise layer.refusal("the size of its pictures", actual, hint)
    _say_changes(graph, layer)
    labels = [Port("", 0, (), is_label=True)] * (len(layer.tops) - 1)
    return [graph.add_input(layer.tops[0], shape), *labels]


def _of_shapes(graph: Graph, layer: CaffeLayer, sample_shape: tuple[int, ...] | None) -> list[Port]:
    param_name = "input_param" if layer.type == "Input" else "dummy_data_param"
    settings = layer.settings(param_name)
    shapes = [shape_of(one) for one in settings.messages("shape")]
    if not shapes and layer.type == "DummyData":
        four = [settings.wholes(name) for name in ("num", "channels", "height", "width")]
        shapes = list(zip(*four, strict=False))
    if len(shapes) == 1:
        shapes = shapes * len(layer.tops)
    if not shapes or len(shapes) != len(layer.tops) or any(not shape for shape in shapes):
        raise layer.refusal(f"a shape for each of {len(layer.tops)} tops", str(len(shapes)))
    samples = [shape[1:] for shape in shapes]
    samples[0] = sample_shape or samples[0]
    return [
        graph.add_input(top, sample) if sample else Port("", 0, (), is_label=True)
        for top, sample in zip(layer.tops, samples, strict=True)
    ]


def _shape_of_data(graph: Graph, layer: CaffeLayer, channels: int | None) -> tuple[int, ...] | None:
    if layer.type == "MemoryData":
        settings = layer.settings("memory_data_param")
        return settings.whole("channels"), settings.whole("height"), settings.whole("width")
    if layer.type not in _SETTINGS:
        return None
    settings, change = layer.settings(_SETTINGS[layer.type]), layer.settings("transform_param")
    crop = change.whole("crop_size") or settings.whole("crop_size")
    size = (crop, crop) if crop else (settings.whole("new_height"), settings.whole("new_width"))
    if not all(size):
        return None
    means = len(change.numbers("mean_value"))
    if means > 1:
        channels = means
    elif change.flag("force_gray") or (layer.type == "ImageData" and not settings.flag("is_color", True)):
        channels = 1
    elif channels is None:
        channels = 3
        graph.say(layer, "Its pictures are taken to have 3 channels, since the file does not say how many.")
    return channels, *size


def _say_changes(graph: Graph, layer: CaffeLayer) -> None:
    """What the layer does to pictures before the net sees them, which is no part of the model."""
    older = layer.settings(_SETTINGS[layer.type]) if layer.type in _SETTINGS else layer.settings("")
    change = layer.settings("transform_param")
    means, factor = change.numbers("mean_value"), change.number("scale", older.number("scale", 1.0))
    file = change.text("mean_file") or older.text("mean_file")
    said = [f"less the mean {', '.join(f'{mean:g}' for mean in means[:4])}"] if means else []
    said += ["less the mean picture of a file"] if file else []
    said += [f"times {factor:.6g}"] if factor != 1 else []
    if said:
        graph.say(
            layer, f"It gives pictures {' and '.join(said)} (blue, green, red if in colour): do so before the model."
        )


def channels_of(layers: Sequence[CaffeLayer], top: str) -> int | None:
    """How many channels a blob has by the weights of the convolution that reads it."""
    for layer in layers:
        if layer.type == "Convolution" and top in layer.bottoms and layer.blobs and len(layer.blobs[0].shape) == 4:
            return layer.blobs[0].shape[1] * max(1, layer.settings("convolution_param").whole("group", 1))
    return None


def add_loss(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    """A loss or a measure, for `compile`. SoftmaxWithLoss gives its softmax to the model as well."""
    weight = (layer.message.numbers("loss_weight") or [1.0])[0]
    labels = [source for source in sources if source.is_label]
    results = [source for source in sources if not source.is_label]
    if layer.type == "HDF5Output" or not results:
        return []
    result = results[0]
    if layer.type == "Accuracy":
        top = layer.settings("accuracy_param").whole("top_k", 1)
        if top in (1, 5):
            graph.metrics.setdefault(_key(result), []).append(
                "accuracy" if top == 1 else "sparse_top_k_categorical_accuracy"
            )
        else:
            graph.say(layer, f"The accuracy of the best {top} is not measured.")
        graph.measured.append(result)
        return []
    loss, factor, end = _loss(graph, layer, result)
    if loss is None or len(labels) != 1 or end.layer in graph.losses:
        graph.ends += [one for one in results if one not in graph.ends]
        graph.say(layer, "This loss is not in the model: give compile one.")
        return []
    graph.losses[end.layer], graph.loss_weights[end.layer] = loss, weight * factor
    graph.ends.append(end)
    return [Port("", 0, (), is_label=True), end]


def _loss(graph: Graph, layer: CaffeLayer, result: Port) -> tuple[str | None, float, Port]:
    """A loss's name, a factor (Caffe's sums over a sample's numbers where ours means), and the result that it is of."""
    settings = layer.settings("loss_param")
    if layer.type in ("SoftmaxWithLoss", "MultinomialLogisticLoss"):
        if settings.has("ignore_label"):
            graph.say(
                layer, f"Labels {settings.whole('ignore_label')} are not left out: give them a sample weight of 0."
            )
        if layer.type == "SoftmaxWithLoss":
            before = result
            if result.shape[1:] == (1, 1):  # one label for each sample, not for each of its pixels
                result = graph.flat(result, f"{layer.name}_flatten")
            axis = axis_here(axis_of(layer, layer.settings("softmax_param").whole("axis", 1), result), result)
            is_free = graph.has_one_loss and graph.free_name("prob") == "prob"
            result = softmax(graph, "prob" if is_free else f"{layer.name}_prob", result, axis)
            graph.metrics[_key(result)] = graph.metrics.setdefault(_key(before), [])
        return "sparse_categorical_crossentropy", 1.0, result
    if layer.type == "EuclideanLoss":
        return "mean_squared_error", math.prod(result.shape) / 2, result
    if layer.type == "SigmoidCrossEntropyLoss":
        made = graph.add(
            f"{layer.name}_sigmoid", "Activation", {"activation": "sigmoid"}, [result], result.shape, is_positive=True
        )
        return "binary_crossentropy", float(math.prod(result.shape)), made
    return None, 1.0, result


def _key(port: Port) -> str:
    return f"{port.layer}\0{port.node}"


def training_of(graph: Graph, *, has_solver: bool = False) -> Config | None:
    """What `compile` gets, as Keras's files have it; None where the net has no loss.

    has_solver: whether a solver gives the optimizer.
    """
    if not graph.losses or any(port.layer not in graph.losses for port in graph.ends):
        return None
    names = [port.layer for port in graph.ends]
    metrics = {port.layer: list(dict.fromkeys(graph.metrics.get(_key(port), []))) for port in graph.ends}
    config: Config = {
        "class_name": "SGD",
        "config": {"lr": _RATE, "momentum": _MOMENTUM, "decay": 0.0, "nesterov": False},
    }
    is_one = len(names) == 1
    weights = [graph.loss_weights[name] for name in names]
    if not has_solver:
        what = f"The rate and momentum of training, which Caffe's solver has, are taken to be {_RATE} and {_MOMENTUM}"
        graph.say("", f"{what}; load_caffe(net, solver=path) reads the solver's.")
    return {
        "optimizer_config": config,
        "loss": graph.losses[names[0]] if is_one else {name: graph.losses[name] for name in names},
        "metrics": metrics[names[0]] if is_one else {name: found for name, found in metrics.items() if found},
        "sample_weight_mode": None,
        "loss_weights": None
        if set(weights) == {1.0}
        else weights
        if is_one
        else dict(zip(names, weights, strict=True)),
    }
