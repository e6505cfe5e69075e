"""A copy of a model's architecture with fresh weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..layers.input import Input
from ..layers.node import as_list
from .model import Model

if TYPE_CHECKING:
    from ..layers.node import Tensors


def clone_model(model: Model, input_tensors: Tensors | None = None) -> Model:
    """A model of the same layers with new weights; the original is left alone.

    Args:
        model: the original.
        input_tensors: tensors to build the copy on, in place of new inputs; those that no layer gives become inputs.

    Returns:
        The copy, not compiled.

    Example:
        >>> from engine.layers import Dense
        >>> model = Model(x := Input((4,)), Dense(2)(x))
        >>> clone_model(model).count_params()
        10
    """
    copy = type(model).from_config(model.get_config())
    if input_tensors is None:
        return copy
    inputs = [x if hasattr(x, "_keras_history") else Input(tensor=x) for x in as_list(input_tensors)]
    outputs = copy(inputs if len(inputs) > 1 else inputs[0])
    return Model(inputs=inputs, outputs=outputs, name=model.name)
