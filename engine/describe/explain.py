"""Why a layer's output has its shape: one table from class to rule.

The rules explain and decide nothing: what a rule comes to is compared with the shape that the engine gave, and where a
class of a user's does otherwise, that is what is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import layers as kinds
from ..layers.base import Layer
from ..layers.convolutional_base import Convolution
from ..layers.legacy import Highway, MaxoutDense, Merge
from ..layers.legacy_activations import ParametricSoftplus, SReLU
from ..layers.merge import ScaledAdd
from ..layers.recurrent_base import RecurrentLayer
from ..models import Model
from ..types import Shape
from . import merges, over_steps, simple, windows
from .explanation import Explanation, shape_of, sizes
from .windows import Shapes

Rule = Callable[[Any, Shapes, Shapes], Explanation]


def explain(layer: Layer, input_shapes: Sequence[Shape], output_shape: Shape | list[Shape]) -> Explanation:
    """Why a layer gives an output of its shape.

    Args:
        layer: the layer.
        input_shapes: the shape of each of its inputs, with the batch.
        output_shape: the shape that came out, a list of shapes for several outputs.

    Returns:
        Sentences, and how each size comes about.

    Example:
        >>> explain(kinds.Conv2D(32, 3), [(None, 28, 28, 1)], (None, 26, 26, 32)).lines
        ['padding is `valid`, kernel 3, strides 1: height floor((28 - 3) / 1) + 1 = 26, width the same', 'channels = filters = 32']
    """
    shapes = [tuple(shape) for shape in input_shapes]
    outputs = [tuple(s) for s in output_shape] if isinstance(output_shape, list) else [tuple(output_shape)]
    explanation = rule_of(type(layer))(layer, shapes, outputs)
    agrees = [shape_of(dims) for dims in (explanation.dims, *explanation.more)] == outputs
    return explanation if agrees else by_itself(layer, shapes, outputs)


def rule_of(cls: type) -> Rule:
    """The rule of a class or of the nearest class that it is made from; `by_itself` for any other."""
    if cls.__dict__.get("compute_output_shape") is not None and cls not in RULES:
        return by_itself
    return next((RULES[base] for base in cls.__mro__ if base in RULES), by_itself)


def by_itself(layer: Layer, shapes: Shapes, outputs: Shapes) -> Explanation:
    """A class of a user's, which knows its shape itself."""
    shape = outputs[0] if len(outputs) == 1 else outputs
    name, cls = type(layer).__name__, type(layer)
    says = "compute_output_shape" if cls.compute_output_shape is not Layer.compute_output_shape else "call"
    first, *more = [sizes(shape) for shape in outputs]
    return Explanation([f"`{name}` is a class of its own, its `{says}` gives {shape}"], first, more)


def _by_function(layer: kinds.Lambda, shapes: Shapes, outputs: Shapes) -> Explanation:
    shape = outputs[0] if len(outputs) == 1 else outputs
    name = getattr(layer.function, "__name__", "")
    function = "its function" if name in ("", "<lambda>") else f"its function `{name}`"
    first, *more = [sizes(shape) for shape in outputs]
    return Explanation([f"{function} gives {shape}"], first, more)


def _nested(layer: Model, shapes: Shapes, outputs: Shapes) -> Explanation:
    """A model in a model: why the layers at its end give what they give."""
    ends = list(getattr(layer, "outputs", None) or [])
    if len(ends) != len(outputs):
        return by_itself(layer, shapes, outputs)
    lines: list[str] = []
    for index, (end, shape) in enumerate(zip(ends, outputs, strict=True), 1):
        last, call, _ = end._keras_history
        which = "the output" if len(ends) == 1 else f"output {index}"
        lines.append(f"{which} of its last layer '{last.name}' ({type(last).__name__}): {shape}")
        node = last.inbound_nodes[call]
        if node.output_shapes[0][1:] == shape[1:] and len(node.output_shapes) == 1:
            lines += explain(last, node.input_shapes, node.output_shapes[0]).lines
    first, *more = [sizes(shape) for shape in outputs]
    return Explanation(lines, first, more)


def _each_step(layer: kinds.TimeDistributed, shapes: Shapes, outputs: Shapes) -> Explanation:
    """TimeDistributed: the rule of the layer inside, for one step."""
    shape, inner_layer = shapes[0], layer.layer
    # Steps are folded into the batch, so the layer inside sees a free number of samples.
    inner_outputs: list[Shape] = [(None, *output[2:]) for output in outputs]
    inner_shape = inner_outputs if len(inner_outputs) > 1 else inner_outputs[0]
    inner = explain(inner_layer, [(None, *shape[2:])], inner_shape)
    steps = "each step" if shape[1] is None else f"each of the {shape[1]} steps"
    # Where a step has a free size, folding steps into the batch and back loses sizes that were known.
    first, *more = [
        [*(x if n is not None else None for x, n in zip(sizes(shape[:2]), output, strict=False)), *dims[1:]]
        for dims, output in zip((inner.dims, *inner.more), outputs, strict=True)
    ]
    return Explanation([f"{type(inner_layer).__name__} is applied to {steps}:", *inner.lines], first, more)


def _around(layer: kinds.SpectralNormalization, shapes: Shapes, outputs: Shapes) -> Explanation:
    """SpectralNormalization: the rule of the layer inside, which sees the same."""
    return rule_of(type(layer.layer))(layer.layer, shapes, outputs)


def _both_directions(layer: kinds.Bidirectional, shapes: Shapes, outputs: Shapes) -> Explanation:
    inner = rule_of(type(layer.forward_layer))
    if inner is by_itself:
        return by_itself(layer, shapes, outputs)
    return over_steps.merged_directions(layer, inner(layer.forward_layer, shapes[:1], outputs))


def _of_images(layer: kinds.ConvRNN2D | kinds.ConvLSTM2D, shapes: Shapes, outputs: Shapes) -> Explanation:
    # A user's cell for ConvRNN2D need not have these settings.
    if not all(hasattr(layer.cell, name) for name in ("kernel_size", "strides", "filters")):
        return by_itself(layer, shapes, outputs)
    return over_steps.convolutional(layer, shapes, outputs)


_POOLING = (
    kinds.MaxPooling1D,
    kinds.MaxPooling2D,
    kinds.MaxPooling3D,
    kinds.AveragePooling1D,
    kinds.AveragePooling2D,
    kinds.AveragePooling3D,
)
_GLOBAL = (
    kinds.GlobalMaxPooling1D,
    kinds.GlobalMaxPooling2D,
    kinds.GlobalMaxPooling3D,
    kinds.GlobalAveragePooling1D,
    kinds.GlobalAveragePooling2D,
    kinds.GlobalAveragePooling3D,
)
_UNCHANGED = (
    kinds.Absolute,
    kinds.Activation,
    kinds.ActivityRegularization,
    kinds.AlphaDropout,
    kinds.BatchNormalization,
    kinds.Dropout,
    kinds.ELU,
    kinds.GaussianDropout,
    kinds.GaussianNoise,
    Highway,
    kinds.LeakyReLU,
    kinds.LocalResponseNormalization,
    kinds.Log,
    kinds.Masking,
    ParametricSoftplus,
    kinds.Power,
    kinds.PReLU,
    kinds.ReLU,
    kinds.Scale,
    SReLU,
    kinds.Softmax,
    kinds.SpatialDropout1D,
    kinds.SpatialDropout2D,
    kinds.SpatialDropout3D,
    kinds.ThresholdedReLU,
)
_TOGETHER = (
    kinds.Add,
    kinds.Average,
    kinds.Maximum,
    kinds.Minimum,
    kinds.Multiply,
    ScaledAdd,
    kinds.Subtract,
)

RULES: dict[type, Rule] = {
    **dict.fromkeys(_UNCHANGED, simple.unchanged),
    **dict.fromkeys(_TOGETHER, merges.together),
    **dict.fromkeys(_POOLING, windows.pooling),
    **dict.fromkeys((kinds.PaddedAveragePooling2D, kinds.PaddedMaxPooling2D), windows.padded_pooling),
    **dict.fromkeys(_GLOBAL, windows.global_pooling),
    **dict.fromkeys((kinds.Cropping1D, kinds.Cropping2D, kinds.Cropping3D), windows.cropping),
    **dict.fromkeys((kinds.ZeroPadding1D, kinds.ZeroPadding2D, kinds.ZeroPadding3D), windows.zero_padding),
    **dict.fromkeys((kinds.UpSampling1D, kinds.UpSampling2D, kinds.UpSampling3D), windows.upsampling),
    **dict.fromkeys((kinds.SeparableConv1D, kinds.SeparableConv2D), windows.separable),
    **dict.fromkeys((kinds.Conv1DTranspose, kinds.Conv2DTranspose, kinds.Conv3DTranspose), windows.transposed),
    **dict.fromkeys((Convolution, kinds.LocallyConnected1D, kinds.LocallyConnected2D), windows.convolution),
    kinds.DepthwiseConv2D: windows.depthwise,
    kinds.InputLayer: simple.of_an_input,
    kinds.Dense: simple.dense,
    MaxoutDense: simple.maxout,
    kinds.Embedding: simple.embedding,
    kinds.Flatten: simple.flatten,
    kinds.Reshape: simple.reshape,
    kinds.Permute: simple.permute,
    kinds.RepeatVector: simple.repeat,
    kinds.Slice: simple.part,
    kinds.Concatenate: merges.concatenate,
    kinds.Dot: merges.dot,
    Merge: merges.merge,
    RecurrentLayer: over_steps.recurrent,
    kinds.ConvLSTM2D: _of_images,
    kinds.ConvRNN2D: _of_images,
    kinds.TimeDistributed: _each_step,
    kinds.SpectralNormalization: _around,
    kinds.Bidirectional: _both_directions,
    kinds.Lambda: _by_function,
    Model: _nested,
}

__all__ = ["RULES", "by_itself", "explain", "rule_of"]
