"""Layers that a layer of a program's own has as attributes: as in tf.keras their weights, losses and updates are its own too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from .._graph.tensor import Variable
from .._machine.config import follows_later_keras

Kind = TypeVar("Kind")
# Attributes of every layer that lead to other layers of the graph, which are not inside.
_NOT_INSIDE = ("inbound_nodes", "outbound_nodes", "_trainable_weights", "_non_trainable_weights")
_ENGINE = __name__.partition(".")[0]


def is_own(cls: type) -> bool:
    """Whether a class is one of the engine's, whose layers inside are named by `sublayers`."""
    return cls.__module__.partition(".")[0] == _ENGINE


def objects_of(layer: object, kind: type[Kind]) -> list[Kind]:
    """The objects of a kind among a layer's attributes, alone or in lists, tuples and dicts, in the order of setting them."""
    return objects_among(_attributes(layer).values(), kind)


def objects_among(values: Iterable[object], kind: type[Kind]) -> list[Kind]:
    """The objects of a kind among values, alone or in lists, tuples and dicts, each once."""
    return list(dict.fromkeys(one for value in values for one in _objects_in(value, kind)))


def _attributes(layer: object) -> dict[str, object]:
    return {name: value for name, value in vars(layer).items() if name not in _NOT_INSIDE}


def _objects_in(value: object, kind: type[Kind]) -> Iterator[Kind]:
    if isinstance(value, kind):
        yield value
    elif isinstance(value, (list, tuple, Mapping)):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _objects_in(one, kind)


def replace_in(layer: object, twins: Mapping[Kind, Kind]) -> None:
    """Put other layers in the place of those that a layer has as attributes."""
    if twins:
        vars(layer).update({name: _replaced(value, twins) for name, value in _attributes(layer).items()})


def _replaced(value: Any, twins: Mapping[Kind, Kind]) -> Any:
    """A value with other layers in the place of those that it holds."""
    if isinstance(value, Mapping):
        return {key: _replaced(one, twins) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_replaced(one, twins) for one in value)
    return twins.get(value, value) if _can_be_key(value) else value


def _can_be_key(value: object) -> bool:
    return type(value).__hash__ is not None


def variables_of(layer: object, known: Collection[Variable]) -> list[Variable]:
    """Variables that a layer of a program's own has as attributes, as tf.keras follows them: `self.scale = tf.Variable(1.0)`.

    Args:
        layer: the layer.
        known: the weights that it has made itself, which are left out.
    """
    if is_own(type(layer)) or not follows_later_keras():
        return []
    return [variable for variable in objects_of(layer, Variable) if variable not in known]
