"""The engine's own classes and functions by every name that they have or had."""

from __future__ import annotations

from functools import cache
from typing import Any

from .._declared import keras1, later, registry
from ..layers.base import Layer

KINDS = ("activation", "initializer", "regularizer", "constraint", "loss", "metric", "optimizer", "schedule")


@cache
def known(kind: str, name: str) -> Any:
    """What a name means among the engine's own things of a kind; None where it means nothing.

    >>> known("layer", "Convolution2D").__name__, known("loss", "MeanSquaredError").__name__, known("layer", "Capsule")
    ('Conv2D', 'mean_squared_error', None)
    """
    table, written = registry.find_all(kind), name
    if name not in table:
        name = later.old_class_name(kind, keras1.new_class_name(name))
    if name not in table and kind == "optimizer":
        name = next((one for one in table if one.lower() == name.lower()), name)
    return table[name] if name in table else registry.find_later(kind, written)


def is_known(kind: str, name: str) -> bool:
    """Whether a name means one of the engine's own things, or one that the user has made known in this process."""
    return known(kind, name) is not None or name in registry.custom_objects()


@cache
def layer_class(name: str) -> type[Layer] | None:
    """The engine's own layer of a name, old names included; None where there is none."""
    cls = known("layer", name)
    return cls if isinstance(cls, type) and issubclass(cls, Layer) else None


@cache
def merging_class(name: str) -> type[Layer] | None:
    """The class behind a function of tensors such as `concatenate`."""
    cls = layer_class(name.title()) if name.islower() else None
    return cls if cls is not None and cls.merges else None
