"""Layers inside layers, and how they are built."""

from __future__ import annotations

from ..types import Shape
from .base import Layer


def build_sublayer(owner: Layer, layer: Layer, shape: Shape | list[Shape]) -> None:
    """Build a layer inside another one; its weights are named under the owner, as in Keras's files."""
    if not layer.built:
        layer.build(shape)
        layer.built = True
    for weight in layer.weights:
        if weight.name is not None and not weight.name.startswith(f"{owner.name}/"):
            weight.name = f"{owner.name}/{weight.name}"
