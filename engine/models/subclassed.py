"""Models as subclasses of Model with a `call` of their own (Keras 2.2): their layers, and recording their call once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..layers.base import Layer
from ..layers.input import Input
from ..layers.node import Collected, as_list, collecting


def held_layers(model: Any) -> list[Layer]:
    """The layers that a model keeps as attributes, alone or in lists, tuples and dicts, in the order they were set."""
    own = (value for name, value in vars(model).items() if not hasattr(type(model), name))
    return list(dict.fromkeys(layer for value in own for layer in _layers_in(value)))


def _layers_in(value: Any) -> Iterator[Layer]:
    if isinstance(value, Layer):
        yield value
    elif isinstance(value, (list, tuple, Mapping)):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _layers_in(one)


def inputs_for(x: Any) -> list[Any]:
    """An input for each array of some data, of its shape but for the number of samples."""
    arrays = list(x) if isinstance(x, (list, tuple)) and any(np.ndim(a) for a in x) else [x]
    shapes = [tuple(a.shape if hasattr(a, "shape") else np.shape(a)) for a in arrays]
    # Arrays of rank 1 gain an axis where they are fed.
    return [Input(batch_shape=(None, *(shape[1:] or (1,)))) for shape in shapes]


def inputs_of_shapes(input_shape: Any) -> list[Any]:
    """An input for each shape, batch included."""
    many = isinstance(input_shape, list) and all(isinstance(one, (tuple, list)) for one in input_shape)
    return [Input(batch_shape=tuple(shape)) for shape in (input_shape if many else [input_shape])]


def record_call(model: Any, inputs: Sequence[Any]) -> tuple[list[Any], Collected]:
    """The outputs of the model's `call`, and the losses and updates that came up in it."""
    collected = Collected()
    with collecting(collected):
        outputs = model._record(inputs[0] if len(inputs) == 1 else list(inputs), {})
    return as_list(outputs), collected
