"""The order of weights in files: of nested models, of Keras 1, of Theano and of CuDNN's layers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np

from .._graph.tensor import Variable
from ..layers.base import Layer
from ..types import Array
from .network import Network

NamedArrays: TypeAlias = list[tuple[str, Array]]
Arrays: TypeAlias = list[Array]
Convert: TypeAlias = Callable[[Layer, Arrays], Arrays]


@runtime_checkable
class HasOwnLayout(Protocol):
    """A layer whose weights have another order than in some files, as those for cuDNN."""

    def in_own_layout(self, arrays: Arrays) -> Arrays:
        """The arrays of a file, in the order of the layer."""
        ...


_CONVOLUTIONS = {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D"}
_NUMBER = re.compile(r"_(\d+)(?=/|:|$)")
RATES = ("learning_rate:0", "current_learning_rate:0")
_LSTM_GATES = (0, 2, 1, 3)  # Keras 1 kept i, c, f, o; Keras 2 keeps i, f, c, o


def stored_weights(layer: Layer) -> list[Variable]:
    """A layer's weights in the order of Keras's files: those that training changes first, in nested models too."""
    return list(dict.fromkeys([*layer.trainable_weights, *layer.non_trainable_weights]))


def in_own_layout(
    layer: Layer, weights: NamedArrays, keras_version: str | None = None, backend: str | None = None
) -> NamedArrays:
    """Loaded weights in the order of `stored_weights(layer)`.

    Weights of a nested model are ordered by their names, since Keras stores them in another order when a layer is
    frozen.

    Args:
        layer: the layer that gets them.
        weights: names and arrays of the file.
        keras_version: that of the file; None for a file that does not tell, as those of Keras 1.
        backend: that of the file, or None.
    """
    names = [str(w.name) for w in stored_weights(layer)]
    if isinstance(layer, Network):
        weights = _in_order_of(layer, names, weights)
    converted = preprocess_weights_for_loading(layer, [array for _, array in weights], keras_version or "1", backend)
    if len(converted) != len(weights):
        return list(zip(names, converted, strict=False)) if len(converted) == len(names) else weights
    return [(name, array) for (name, _), array in zip(weights, converted, strict=True)]


def in_another_layout(layer: Layer, weights: NamedArrays, keras_version: str | None, backend: str | None) -> bool:
    """Whether a layer's arrays of a file have other axes, gates or directions than the layer's own."""
    arrays = [array for _, array in weights]
    converted = preprocess_weights_for_loading(layer, arrays, keras_version or "1", backend)
    return len(arrays) != len(converted) or any(one is not other for one, other in zip(arrays, converted, strict=True))


def slots_in_own_order(slots: NamedArrays, names: Sequence[str], keras_version: str | None) -> Arrays:
    """An optimizer's arrays of a file, each slot in the order of the trainable weights.

    Keras before 2.0.6 sorted the weights by name for training. names: what the file calls the trainable weights, in the
    model's order.

    >>> slots_in_own_order([("iterations:0", 3), ("m_0", "a"), ("m_1", "b")], ["b:0", "a:0"], "2.0.5")
    [3, 'b', 'a']
    """
    arrays = [array for _, array in slots]
    if _version(keras_version) >= (2, 0, 6) or len(names) < 2:
        return arrays
    first = len(arrays) % len(names)  # the step count, where there is one
    if first > 1:
        return arrays
    by_name = sorted(range(len(names)), key=lambda index: names[index])
    positions = [by_name.index(index) for index in range(len(names))]
    starts = range(first, len(arrays), len(names))
    return [*arrays[:first], *(arrays[start + position] for start in starts for position in positions)]


def _version(keras_version: str | None) -> tuple[int, ...]:
    """Major, minor and patch of a version that a file tells; Keras 1 for one that does not."""
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", keras_version or "")
    return tuple(int(number) for number in numbers.groups()) if numbers else (1, 0, 0)


def _in_order_of(network: Network, names: list[str], weights: NamedArrays) -> NamedArrays:
    """Weights of a nested model of a file in the order of `names`, those of the model itself, where names tell it."""
    arrays = dict(weights)
    if len(arrays) != len(weights):
        return weights
    if set(names) == set(arrays):
        return [(name, arrays[name]) for name in names]
    theirs, ours = _by_numbers(list(arrays)), _by_numbers(names)
    if {kind: len(one) for kind, one in theirs.items()} != {kind: len(one) for kind, one in ours.items()}:
        return weights
    named = {own_name: name for kind in ours for own_name, name in zip(ours[kind], theirs[kind], strict=True)}
    # Frozen weights are stored behind the others of their model: where the order goes back more often, it has another cause.
    positions = {named[str(w.name)]: position for position, w in enumerate(network.weights)}
    order = [positions[name] for name in arrays]
    falls = sum(second < first for first, second in pairwise(order))
    if falls > _models_in(network):
        return weights
    return [(named[name], arrays[named[name]]) for name in names]


def _models_in(network: Network) -> int:
    """How many models there are, this one and those inside it."""
    return 1 + sum(_models_in(layer) for layer in network.layers if isinstance(layer, Network))


def _by_numbers(names: Sequence[str]) -> dict[str, list[str]]:
    """Names without the numbers that automatic names end with, each with the full names, in the order of their numbers.

    Example:
        >>> _by_numbers(["dense_10/bias:0", "dense_9/bias:0"])
        {'dense/bias:0': ['dense_9/bias:0', 'dense_10/bias:0']}
    """
    groups: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: [int(number) for number in _NUMBER.findall(name)]):
        groups.setdefault(_NUMBER.sub("", name), []).append(name)
    return groups


def preprocess_weights_for_loading(
    layer: Layer,
    weights: Sequence[Array],
    original_keras_version: str | None = None,
    original_backend: str | None = None,
    reshape: bool = False,
) -> Arrays:
    """Arrays of a file in the layout of a layer, and of the layers inside it (Keras 2.2.4's name).

    Args:
        layer: the layer that they are for.
        weights: arrays as the file has them.
        original_keras_version: "1..." for files of Keras 1, which had an array for each gate of LSTM and GRU, and other
            axes in some kernels.
        original_backend: "theano" turns kernels of convolutions by 180 degrees.
        reshape: give the first array the shape of the layer's first weight where it has as many elements.
    """
    arrays = list(weights)
    inside = _inside(layer, arrays)
    if inside is not None:
        return [
            array
            for one, part in inside
            for array in (
                preprocess_weights_for_loading(one, part, original_keras_version, original_backend)
                if one is not None
                else part
            )
        ]
    kind = type(layer).__name__
    if str(original_keras_version).startswith("1"):
        arrays = _FROM_KERAS_1.get(kind, _as_it_is)(layer, arrays)
    if kind in _CONVOLUTIONS and original_backend == "theano":
        turned = 2 if kind == "ConvLSTM2D" else 1
        arrays = [*(np.flip(w, tuple(range(np.ndim(w) - 2))) for w in arrays[:turned]), *arrays[turned:]]
    if isinstance(layer, HasOwnLayout):
        arrays = layer.in_own_layout(arrays)
    variables = stored_weights(layer) if reshape and arrays else []
    if variables and np.size(arrays[0]) == variables[0].size:
        arrays[0] = np.reshape(arrays[0], variables[0].shape)
    return arrays


def _as_it_is(layer: Layer, arrays: Arrays) -> Arrays:
    return arrays


def _inside(layer: Layer, weights: Arrays) -> list[tuple[Layer | None, Arrays]] | None:
    """Each layer inside a layer with its arrays, then None with those left over; None where there are no layers inside."""
    inside = layer.sublayers
    if inside:
        counts = [len(one.weights) for one in inside]
        if sum(counts) != len(weights) and len(weights) % len(inside) == 0:
            counts = [len(weights) // len(inside)] * len(inside)  # Keras 1 had more arrays
        return _shares(inside, counts, weights)
    layers = getattr(layer, "layers", None)
    if not layers:
        return None
    fixed = [len(one.non_trainable_weights) for one in layers]
    changed = [len(one.trainable_weights) for one in layers]
    return _shares([*layers, *layers], [*changed, *fixed], weights)


def _shares(layers: Sequence[Layer], counts: Sequence[int], weights: Arrays) -> list[tuple[Layer | None, Arrays]]:
    ends = np.cumsum(counts).tolist()
    shares = [weights[end - n : end] for end, n in zip(ends, counts, strict=True)]
    return [*zip(layers, shares, strict=True), *([(None, rest)] if (rest := weights[sum(counts) :]) else [])]


def _gates_joined(order: Sequence[int]) -> Convert:
    """Keras 1's kernel, recurrent kernel and bias of each gate, joined to the three of all gates in Keras 2's order."""

    def convert(layer: Layer, weights: Arrays) -> Arrays:
        if len(weights) != 3 * len(order):
            return weights
        return [np.concatenate([weights[3 * gate + kind] for gate in order], -1) for kind in range(3)]

    return convert


def _conv_lstm(layer: Layer, weights: Arrays) -> Arrays:
    if len(weights) != 12:
        return weights
    kernel, recurrent, bias = _gates_joined(_LSTM_GATES)(layer, weights)
    variables = stored_weights(layer)
    fits = bool(variables) and kernel.shape == variables[0].shape
    if getattr(layer, "data_format", None) == "channels_first" and not fits:
        kernel, recurrent = (np.transpose(w, (2, 3, 1, 0)) for w in (kernel, recurrent))
    return [kernel, recurrent, bias]


def _conv1d(layer: Layer, weights: Arrays) -> Arrays:
    kernel = weights[0] if weights else None
    if kernel is None or kernel.ndim != 4:
        return weights
    width, filters = getattr(layer, "kernel_size", (None,))[0], getattr(layer, "filters", None)
    if kernel.shape[:2] != (width, 1) or kernel.shape[3] != filters:
        kernel = np.transpose(kernel, (2, 3, 1, 0))  # Keras 1.1 had (filters, input width, length, 1)
    return [kernel[:, 0], *weights[1:]]


def _axes_changed(**axes: tuple[int, ...]) -> Convert:
    """Kernels of Keras 1 with their axes in Keras 2's order, by data format; one that fits as it is stays."""

    def convert(layer: Layer, weights: Arrays) -> Arrays:
        order = axes.get(getattr(layer, "data_format", ""))
        if order is None or not weights or np.ndim(weights[0]) != len(order):
            return weights
        variables = stored_weights(layer)
        changed = np.transpose(weights[0], order)
        if variables and np.shape(weights[0]) == variables[0].shape != changed.shape:
            return weights
        return [changed, *weights[1:]]

    return convert


_FROM_KERAS_1: dict[str, Convert] = {
    "Conv1D": _conv1d,
    "Conv2D": _axes_changed(channels_first=(2, 3, 1, 0)),
    "Conv3D": _axes_changed(channels_first=(2, 3, 4, 1, 0)),
    "Conv2DTranspose": _axes_changed(channels_first=(2, 3, 0, 1), channels_last=(0, 1, 3, 2)),
    "LSTM": _gates_joined(_LSTM_GATES),
    "GRU": _gates_joined((0, 1, 2)),
    "ConvLSTM2D": _conv_lstm,
}

__all__ = [
    "in_another_layout",
    "in_own_layout",
    "preprocess_weights_for_loading",
    "slots_in_own_order",
    "stored_weights",
]
