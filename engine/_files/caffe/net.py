"""A Caffe net as its present form has it, whichever of its three forms a file is written in.

Forms are: `layer { type: "Convolution" }` (today's), `layers { type: CONVOLUTION }` (2014) and `layers { layer { type: "conv" } }`
(2013, with padding as a layer of its own). What Caffe's own upgrade does to them is done here: https://github.com/BVLC/caffe,
`upgrade_proto`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np

from ...errors import FileError
from ...types import Array
from ..guards import cut
from ..protobuf import Message, Value, shown

__all__ = ["Blob", "CaffeLayer", "CaffeNet", "Phase", "net_of"]

Phase: TypeAlias = Literal["TRAIN", "TEST"]

MOST_LAYERS = 10_000
MOST_AXES = 32
_LARGEST = 1 << 31

# Types of 2014 that are not their present name in other letters.
_TYPES = {
    "ABSVAL": "AbsVal", "ARGMAX": "ArgMax", "BNLL": "BNLL", "EXP": "Exp", "HDF5_DATA": "HDF5Data", "HDF5_OUTPUT": "HDF5Output",
    "LRN": "LRN", "MVN": "MVN", "RELU": "ReLU", "SOFTMAX_LOSS": "SoftmaxWithLoss", "TANH": "TanH", "IM2COL": "Im2col",
}  # fmt: skip
# Types of 2013, and where their settings stand today.
_TYPES_OF_2013 = {
    "accuracy": ("Accuracy", ""), "bnll": ("BNLL", ""), "concat": ("Concat", "concat_param"),
    "conv": ("Convolution", "convolution_param"), "data": ("Data", "data_param"), "dropout": ("Dropout", "dropout_param"),
    "euclidean_loss": ("EuclideanLoss", ""), "flatten": ("Flatten", ""), "hdf5_data": ("HDF5Data", "hdf5_data_param"),
    "hdf5_output": ("HDF5Output", "hdf5_output_param"), "im2col": ("Im2col", "convolution_param"),
    "images": ("ImageData", "image_data_param"), "infogain_loss": ("InfogainLoss", "infogain_loss_param"),
    "innerproduct": ("InnerProduct", "inner_product_param"), "lrn": ("LRN", "lrn_param"),
    "multinomial_logistic_loss": ("MultinomialLogisticLoss", ""), "padding": ("padding", ""), "pool": ("Pooling", "pooling_param"),
    "relu": ("ReLU", ""), "sigmoid": ("Sigmoid", ""), "softmax": ("Softmax", ""), "softmax_loss": ("SoftmaxWithLoss", ""),
    "split": ("Split", ""), "tanh": ("TanH", ""), "window_data": ("WindowData", "window_data_param"),
}  # fmt: skip
# Settings of 2013 by another name than today; those that stand for preprocessing.
_RENAMED = {"biasterm": "bias_term", "kernelsize": "kernel_size", "batchsize": "batch_size"}
_TRANSFORMED = {"scale": "scale", "meanfile": "mean_file", "cropsize": "crop_size", "mirror": "mirror"}
_NOT_SETTINGS = ("name", "type", "blobs", "blobs_lr", "weight_decay")


@dataclass(frozen=True)
class Blob:
    """Weights that a file holds: their shape, and the pieces of their numbers as they lie in it."""

    shape: tuple[int, ...]
    pieces: Sequence[Array]

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return sum(piece.size for piece in self.pieces)

    def read(self) -> Array:
        """The numbers in float32."""
        parts = [np.asarray(piece, np.float32) for piece in self.pieces]
        flat = parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return flat.reshape(self.shape)


@dataclass(frozen=True)
class CaffeLayer:
    """A layer: what it reads and writes, and its settings.

    Args:
        name: its name.
        type: its type as it is called today.
        bottoms: names of the blobs that it reads.
        tops: names of those that it writes.
        message: where its settings are found by their names, such as "convolution_param".
        blobs: its weights.
        shared: the names of its weights by which layers share them; "" for those that have none.
        rates: factors of the learning rate of each of its weights.
        decays: factors of the solver's weight_decay of each of them.
        follows_normalisation: whether it is the only one that reads the batch normalisation before it.
    """

    name: str
    type: str
    bottoms: tuple[str, ...]
    tops: tuple[str, ...]
    message: Message
    blobs: tuple[Blob, ...] = ()
    shared: tuple[str, ...] = ()
    rates: tuple[float, ...] = ()
    decays: tuple[float, ...] = ()
    follows_normalisation: bool = False

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"layer {shown(self.name)} ({cut(self.type[:40])})"

    def settings(self, name: str) -> Message:
        """The message of settings of a name; one without values where there is none."""
        return self.message.message(name)

    def refusal(self, expected: str, actual: str, hint: str | None = None) -> FileError:
        """An error that names the layer."""
        return FileError(
            file=self.message.file,
            where=f"{self.message.file}: {self.where}",
            expected=expected,
            actual=actual,
            hint=hint,
        )


@dataclass(frozen=True)
class CaffeNet:
    """A net.

    Args:
        name: its name.
        inputs: names and shapes (with the batch) of what it reads, as files before `Input` layers have them.
        layers: its layers in order, those of all phases.
        state: level and stages that rules of layers ask for.
    """

    name: str
    inputs: tuple[tuple[str, tuple[int, ...]], ...]
    layers: tuple[CaffeLayer, ...]
    state: Message = field(repr=False)

    def of_phase(self, phase: Phase) -> tuple[CaffeLayer, ...]:
        """The layers of a phase, by the rules that they have."""
        return tuple(layer for layer in self.layers if _is_included(layer, phase, self.state))


def net_of(message: Message) -> CaffeNet:
    """The net of a NetParameter.

    Args:
        message: what the file holds.

    Returns:
        The net in its present form, with the layers of all phases.

    Raises:
        FileError: it has no layers, or too many; a layer without a name or a type; shapes that are none.
    """
    layers = [_layer(one) for one in message.messages("layer")] or _older(message.messages("layers"))
    if not layers:
        hint = "A net has layers: layer { name: ... type: ... }. A solver is another file: load_caffe(net, solver=path) reads it."
        raise FileError(file=message.file, expected="the layers of a Caffe net", actual="none", hint=hint)
    if len(layers) > MOST_LAYERS:
        raise FileError(file=message.file, expected=f"at most {MOST_LAYERS} layers", actual=str(len(layers)))
    layer_tops = {top for layer in layers for top in layer.tops}
    return CaffeNet(message.text("name"), _inputs(message, layer_tops), tuple(layers), message.message("state"))


def shape_of(message: Message) -> tuple[int, ...]:
    """The lengths of a BlobShape. Raises FileError where they are none."""
    return _checked(message, message.wholes("dim"))


def _checked(message: Message, lengths: Sequence[int]) -> tuple[int, ...]:
    if len(lengths) > MOST_AXES or any(not 0 <= n < _LARGEST for n in lengths) or math.prod(lengths) >= 1 << 62:
        where = f"{message.file}: {message.location}"
        raise FileError(file=message.file, where=where, expected="a shape", actual=shown(str(list(lengths[:8]))))
    return tuple(lengths)


def _inputs(message: Message, layer_tops: set[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Inputs of the net itself; layer_tops: blobs of layers, which an input without a shape may name as well."""
    names = message.texts("input")
    shapes = [shape_of(one) for one in message.messages("input_shape")]
    if not shapes:
        lengths = message.wholes("input_dim")
        shapes = [_checked(message, lengths[i : i + 4]) for i in range(0, len(lengths), 4)]
    if not shapes and layer_tops.issuperset(names):
        return ()
    if names and len(names) != len(shapes):
        expected = f"a shape for each of {len(names)} inputs (input_shape, or four input_dim each)"
        raise FileError(file=message.file, expected=expected, actual=str(len(shapes)))
    return tuple(zip(names, shapes, strict=False))


def _blob(message: Message) -> Blob:
    pieces = tuple(message.arrays("data") or message.arrays("double_data"))
    if message.has("shape"):
        shape = shape_of(message.message("shape"))
    else:
        shape = _checked(message, [message.whole(name, 1) for name in ("num", "channels", "height", "width")])
    blob = Blob(shape, pieces)
    if blob.size != math.prod(shape):
        where = f"{message.file}: {message.location}"
        raise FileError(
            file=message.file, where=where, expected=f"{math.prod(shape)} numbers for {shape}", actual=str(blob.size)
        )
    return blob


def _named(message: Message, name: str, kind: str, file_form: str) -> None:
    if not name or not kind:
        lacking = "a name" if not name else "a type"
        where = f"{message.file}: {message.location}" + (f" {shown(name)}" if name else "")
        raise FileError(file=message.file, where=where, expected=f"{lacking} of each layer", actual=f"none {file_form}")


def _layer(message: Message) -> CaffeLayer:
    name, kind = message.text("name"), message.text("type")
    _named(message, name, kind, "in this one")
    weights = message.messages("param")
    return CaffeLayer(
        name,
        kind,
        tuple(message.texts("bottom")),
        tuple(message.texts("top")),
        message,
        tuple(_blob(one) for one in message.messages("blobs")),
        tuple(one.text("name") for one in weights),
        tuple(one.number("lr_mult", 1.0) for one in weights),
        tuple(one.number("decay_mult", 1.0) for one in weights),
    )


def _older(messages: Sequence[Message]) -> list[CaffeLayer]:
    """Layers of 2014 and 2013; what a layer of padding adds goes to the one behind it."""
    layers: list[CaffeLayer] = []
    padded: dict[str, tuple[str, int]] = {}
    for message in messages:
        inner = message.message("layer") if message.has("layer") else None
        layer = _of_2014(message) if inner is None else _of_2013(message, inner)
        if layer.type == "padding" and inner is not None:
            if len(layer.bottoms) != 1 or len(layer.tops) != 1:
                raise layer.refusal("padding of one blob", f"{len(layer.bottoms)} and {len(layer.tops)} of them")
            padded[layer.tops[0]] = layer.bottoms[0], inner.whole("pad")
            continue
        taken = [bottom for bottom in layer.bottoms if bottom in padded]
        if taken:
            if layer.type not in ("Convolution", "Pooling") or len(layer.bottoms) != 1:
                raise layer.refusal("a convolution or a pooling behind padding", f"a {layer.type}")
            bottom, pad = padded[taken[0]]
            settings = layer.settings("convolution_param" if layer.type == "Convolution" else "pooling_param")
            settings.values["pad"] = [pad]
            layer = replace(layer, bottoms=(bottom,))
        for top in layer.tops:
            padded.pop(top, None)
        layers.append(layer)
    return layers


def _of_2014(message: Message) -> CaffeLayer:
    name, kind = message.text("name"), message.text("type")
    _named(message, name, kind, "in this one")
    return CaffeLayer(
        name,
        _TYPES.get(kind) or "".join(part.capitalize() for part in kind.split("_")),
        tuple(message.texts("bottom")),
        tuple(message.texts("top")),
        message,
        tuple(_blob(one) for one in message.messages("blobs")),
        tuple(message.texts("param")),
        tuple(message.numbers("blobs_lr")),
        tuple(message.numbers("weight_decay")),
    )


def _of_2013(outer: Message, inner: Message) -> CaffeLayer:
    name, written = inner.text("name"), inner.text("type")
    _named(outer, name, written, "in this one")
    kind, param_name = _TYPES_OF_2013.get(written, (written, ""))
    message = Message("LayerParameter", outer.file, outer.location)
    settings = Message("", outer.file, outer.location)
    transformed = Message("TransformationParameter", outer.file, outer.location)
    for setting, values in inner.values.items():
        if setting in _TRANSFORMED:
            transformed.values[_TRANSFORMED[setting]] = values
        elif setting not in _NOT_SETTINGS:
            settings.values[_RENAMED.get(setting, setting)] = values
    parts: dict[str, Value] = {param_name: settings, "transform_param": transformed}
    message.values.update({key: [value] for key, value in parts.items() if key})
    return CaffeLayer(
        name,
        kind,
        tuple(outer.texts("bottom")),
        tuple(outer.texts("top")),
        message,
        tuple(_blob(one) for one in inner.messages("blobs")),
        (),
        tuple(inner.numbers("blobs_lr")),
        tuple(inner.numbers("weight_decay")),
    )


def _is_included(layer: CaffeLayer, phase: Phase, state: Message) -> bool:
    included, excluded = layer.message.messages("include"), layer.message.messages("exclude")
    if included and excluded:
        raise layer.refusal("rules to include or to exclude it", "both")
    if included:
        return any(_meets(rule, phase, state) for rule in included)
    return not any(_meets(rule, phase, state) for rule in excluded)


def _meets(rule: Message, phase: Phase, state: Message) -> bool:
    level, stages = state.whole("level"), state.texts("stage")
    if rule.has("phase") and rule.text("phase") != phase:
        return False
    if rule.has("min_level") and level < rule.whole("min_level"):
        return False
    if rule.has("max_level") and level > rule.whole("max_level"):
        return False
    return all(stage in stages for stage in rule.texts("stage")) and not any(
        stage in stages for stage in rule.texts("not_stage")
    )
