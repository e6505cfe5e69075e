"""Subclasses of Model with a `call` of their own (Keras 2.2): their layers, and inputs for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._graph.derived import is_text
from .._graph.tensor import Tensor, Variable
from .._machine.arrays import as_array
from ..layers.attributes import objects_among
from ..layers.base import Layer
from ..layers.input import Input
from ..layers.node import list_of_shapes
from ..types import Data, Shape


def layers_of(model: object) -> list[Layer]:
    """The layers that a model has as attributes, alone or in lists, tuples and dicts, in the order in which they were set."""
    return objects_among((value for name, value in vars(model).items() if not hasattr(type(model), name)), Layer)


class OwnWeights(Layer):
    """The weights that a model has itself, outside of its layers, as a layer that files know.

    Args:
        trainable: those that training changes.
        fixed: the others.
    """

    def __init__(self, trainable: list[Variable], fixed: list[Variable]) -> None:
        super().__init__(name="top_level_model_weights")  # as tf.keras calls them in its files
        self.trainable_weights, self.non_trainable_weights = trainable, fixed
        self.built = True


def keyed(tensors: Any) -> tuple[list[str], Any]:
    """The keys of a dict of tensors, and its tensors as a list; no keys, and the tensors as they are, of anything else."""
    return (list(tensors), list(tensors.values())) if isinstance(tensors, Mapping) else ([], tensors)


def shape_of(data: object) -> tuple[int, ...]:
    """The shape of an array or frame, or of nested lists."""
    return tuple(getattr(data, "shape", None) or np.asarray(data).shape)


def inputs_for(x: Data) -> list[Tensor]:
    """An input for each array of some data, of the shape of its samples; named as in a dict."""
    if isinstance(x, Mapping):
        return [_input_for(a, name) for name, a in x.items()]
    arrays = list(x) if isinstance(x, (list, tuple)) and any(shape_of(a) for a in x) else [x]
    return [_input_for(a) for a in arrays]


def _input_for(array: object, name: str | None = None) -> Tensor:
    """An input for an array; one of numbers of rank 1 is fed as a column."""
    shape = shape_of(array)
    kind = np.dtype(getattr(array, "dtype", None) or np.asarray(array).dtype).kind
    if kind in "US" or (kind == "O" and is_text(as_array(array).dtype)):
        return Input(batch_shape=(None, *shape[1:]), name=name, dtype="string")
    return Input(batch_shape=(None, *(shape[1:] or (1,))), name=name)


def inputs_of_shapes(input_shape: Shape | list[Shape]) -> list[Tensor]:
    """An input for each shape, batch included."""
    shapes = list_of_shapes(input_shape)
    return [Input(batch_shape=shape) for shape in shapes]


def columns_of_texts(given: Any, entries: Sequence[Tensor]) -> Any:
    """What a model is called on, where texts without a last axis of size 1 get it as in `fit` and `predict`."""
    if len(entries) == 1 and isinstance(given, np.ndarray) and is_text(given.dtype) and is_text(entries[0].dtype):
        shape = entries[0].shape
        if given.ndim == len(shape) - 1 and shape[-1] == 1:
            return given[..., None]
    return given
