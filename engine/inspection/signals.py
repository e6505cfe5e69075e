"""How large the signal is behind every layer, forward and back, in a few numbers that cost little: for wires on a canvas.

All of it is computed within the plan, so that only one number a layer comes out and memory is used again from layer to layer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .. import _ops as ops
from .._graph.gradient import gradients
from .._graph.tensor import Tensor
from ..types import Array, Data
from .places import Place
from .reading import Fed, Reader
from .units import unit_axis

# A gradient explodes where it is so many times that at the last layer, and vanishes where it is this part of the largest.
EXPLODING = 1e4
VANISHING = 1e-5
_FLOATS = "fc"

Trouble: TypeAlias = Literal["nan", "exploding", "vanishing", "dead"]


@dataclass(frozen=True)
class Signal:
    """The signal behind one layer.

    Attributes:
        forward: the root of the mean of the squares of what the layer gives; NaN where there is a NaN, None where it gives
            numbers of rows, such as words on their way to an embedding, whose size says nothing.
        backward: likewise of the loss's gradient with respect to it; None where it was not asked for, or there is none.
        dead: units of a rectifier that gave 0 for every sample.
        units: how many units the layer has, 0 of a layer without a rectifier.
        trains: whether the layer has weights that are trained.
    """

    forward: float | None
    backward: float | None
    dead: int
    units: int
    trains: bool


def signals(reader: Reader, x: Data, y: Data | None = None) -> dict[str, Signal]:
    """The signals behind all layers by name, for all samples as one batch, in predictions; gradients where `y` is given.

    Args:
        reader: of the model; it keeps the plans for the next time.
        x: samples, as `predict` takes them.
        y: their targets, for the gradients; None, the default, for none.

    Returns:
        A signal for each layer, the inputs first.

    Raises:
        DataError: samples or targets do not fit the model.
        NotCompiled: there are targets, and no loss.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(2, input_dim=3, name="hidden", kernel_initializer="ones")])
        >>> signals(Reader(model), np.ones((4, 3)))["hidden"].forward
        3.0
    """
    fed = reader.feed(x)
    places = list(reader.places.values())
    outputs = list(dict.fromkeys(place.outputs[0] for place in places))
    rectified = [place for place in places if is_rectifier(place)]
    wanted = reader.kept(("signals",), lambda: [*map(_root, outputs), *(_highest(place) for place in rectified)])
    values = _values(reader, fed, wanted)
    forward = dict(zip(outputs, values, strict=False))
    highest = dict(zip(rectified, values[len(outputs) :], strict=True))
    backward = {} if y is None else _backward(reader, outputs, x, y)
    trained = set(reader.trainer.network.trainable_weights)
    return {
        place.name: Signal(
            _size(float(forward[place.outputs[0]]), place.outputs[0] in reader.row_numbers),
            backward.get(place.outputs[0]),
            int((highest[place] == 0).sum()) if place in highest else 0,
            int(highest[place].size) if place in highest else 0,
            any(weight in trained for weight in place.layer.weights),
        )
        for place in places
    }


def _values(reader: Reader, fed: Fed, wanted: Sequence[Tensor], training: bool = False) -> list[Array]:
    (values,) = reader.batches(fed, wanted, fed.samples, training)
    return values


def _backward(reader: Reader, outputs: Sequence[Tensor], x: Data, y: Data) -> dict[Tensor, float]:
    fed, loss = reader.feed_labelled(x, y, None)

    def recorded() -> list[Tensor | None]:
        gradient_tensors = gradients(loss, list(outputs))
        return [None if g is None else _root(g) for g in gradient_tensors]

    roots = reader.kept(("signals back", loss, *outputs), recorded)
    present = [root for root in roots if root is not None]
    values = iter(_values(reader, fed, present, training=True))
    return {t: float(next(values)) for t, root in zip(outputs, roots, strict=True) if root is not None}


def _size(root: float, is_name: bool) -> float | None:
    return None if is_name and math.isfinite(root) else root


def _root(x: Tensor) -> Tensor:
    """The root of the mean of squares."""
    real = x if x.dtype.kind in _FLOATS else ops.cast(x, "float32")
    return ops.sqrt(ops.mean(ops.square(real)))


def _highest(layer_call: Place) -> Tensor:
    """(U,): the largest size of what each unit gives."""
    y = layer_call.outputs[0]
    axis = unit_axis(layer_call) % y.ndim
    return ops.max(ops.absolute(y), axis=[a for a in range(y.ndim) if a != axis])


def is_rectifier(layer_call: Place) -> bool:
    """Whether a layer's units may be dead: its function is a rectifier."""
    name = getattr(getattr(layer_call.layer, "activation", None), "__name__", "")
    known = name.startswith("relu") or type(layer_call.layer).__name__ in ("ReLU", "ThresholdedReLU")
    return known and layer_call.outputs[0].ndim > 1


def troubles(by_layer: Mapping[str, Signal]) -> dict[str, Trouble]:
    """Which layers lose or blow up their signal: "nan", "exploding", "vanishing" or "dead" by name.

    Args:
        by_layer: the signals of all layers.

    Returns:
        One word for each layer that is in trouble; "dead" where every unit of it is.

    Example:
        >>> lively, lost = Signal(1.0, 1.0, 0, 0, True), Signal(1.0, 1e-9, 0, 0, True)
        >>> troubles({"first": lost, "last": lively})
        {'first': 'vanishing'}
    """
    sizes = [s.backward for s in by_layer.values() if s.trains and s.backward is not None and math.isfinite(s.backward)]
    last, most = (sizes[-1], max(sizes)) if sizes else (0.0, 0.0)
    named: dict[str, Trouble] = {}
    for name, signal in by_layer.items():
        back = signal.backward
        if not math.isfinite(signal.forward or 0.0) or (back is not None and not math.isfinite(back)):
            named[name] = "nan"
        elif signal.units and signal.dead == signal.units:
            named[name] = "dead"
        elif signal.trains and back is not None and last and back > EXPLODING * last:
            named[name] = "exploding"
        elif signal.trains and back is not None and most and back < VANISHING * most:
            named[name] = "vanishing"
    return named
