"""Layers that a layer of a program's own has as attributes: as in tf.keras their weights, losses and updates are its own too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from .._graph.tensor import Variable
from .._machine.config import follows_later_keras

Kind = TypeVar("Kind")
_ENGINE = __name__.partition(".")[0]


def is_own(cls: type) -> bool:
    """Whether a class is one of the engine's, whose layers inside are named by `sublayers`."""
    return cls.__module__.partition(".")[0] == _ENGINE


def layers_among(values: Mapping[str, object], kind: type[Kind]) -> list[Kind]:
    """The layers among attributes, alone or in lists, tuples and dicts, in the order in which they were set."""
    return list(dict.fromkeys(layer for value in values.values() for layer in _layers_in(value, kind)))


def _layers_in(value: object, kind: type[Kind]) -> Iterator[Kind]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, (list, tuple, Mapping)):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _layers_in(one, kind)


def replaced(value: Any, twins: Mapping[Kind, Kind]) -> Any:
    """A value with other layers in the place of those that it holds."""
    if isinstance(value, Mapping):
        return {key: replaced(one, twins) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(replaced(one, twins) for one in value)
    return twins.get(value, value) if _can_be_key(value) else value


def _can_be_key(value: object) -> bool:
    return type(value).__hash__ is not None


def variables_of(layer: object, values: Mapping[str, object], known: Collection[Variable]) -> list[Variable]:
    """Variables that a layer of a program's own has as attributes, as tf.keras follows them: `self.scale = tf.Variable(1.0)`.

    Args:
        layer: the layer.
        values: its attributes.
        known: the weights that it has made itself, which are left out.
    """
    if is_own(type(layer)) or not follows_later_keras():
        return []
    return [variable for variable in layers_among(values, Variable) if variable not in known]
