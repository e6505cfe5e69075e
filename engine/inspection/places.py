"""Where in a network something can be looked at: each call of each layer, also of layers inside layers, by a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from .._graph.graph import order
from .._graph.tensor import Tensor
from .._training.trainable import Trainable
from ..errors import UnknownName
from ..layers.base import Layer
from ..layers.input import InputLayer
from ..layers.node import CallNote, calls_that_gave
from ..types import Config


class Looked(Trainable, Protocol):
    """A network whose layers can be looked at."""

    @property
    def layers(self) -> list[Layer]:
        """Its layers, without those inside layers."""
        ...


@dataclass(frozen=True, eq=False)
class Place:
    """One call of a layer.

    Attributes:
        name: the layer's name; "inner/dense_1" of a layer inside another, "dense_1:2" for the second call of a shared one.
        layer: the layer.
        inputs: what it was called on.
        outputs: what it gave, one tensor or several.
        arguments: further arguments of the call, by name.
    """

    name: str
    layer: Layer
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    arguments: Config

    @property
    def is_input(self) -> bool:
        """Whether data go in here."""
        return isinstance(self.layer, InputLayer)


def places_of(network: Looked) -> dict[str, Place]:
    """All calls of layers that the outputs depend on, by name, in the order in which they run; the inputs first."""
    places: dict[str, Place] = {}
    for place in _inputs(network):
        places.setdefault(place.name, place)
    uses: dict[str, int] = {}
    for note in _notes(network):
        path = _path(note, network)
        layer = note.layers[-1]
        if not path or not isinstance(layer, Layer) or isinstance(layer, InputLayer):
            continue
        base = "/".join(path)
        uses[base] = count = uses.get(base, 0) + 1
        name = base if count == 1 else f"{base}:{count}"
        places[name] = Place(name, layer, note.inputs, note.outputs, note.arguments)
    return places


def _inputs(network: Looked) -> Iterator[Place]:
    for x in network.inputs:
        layer = getattr(x, "_keras_history", (None,))[0]
        if isinstance(layer, InputLayer):
            yield Place(layer.name, layer, (), (x,), {})


def _notes(network: Looked) -> Iterable[CallNote]:
    """Each call of a layer once, in the order in which the graph runs; a layer inside before the one that it is in."""
    notes: dict[CallNote, None] = {}
    for call in order(network.outputs):
        for y in call.outputs:
            for note in calls_that_gave(y):
                notes.setdefault(note)
    return notes


def _path(note: CallNote, network: Looked) -> list[str]:
    """Names from a layer of the network to the one that was called; empty for a call that is none of the network's."""
    layers = note.layers[1:] if note.layers and id(note.layers[0]) == id(network) else note.layers
    layer_ids = {id(layer) for layer in network.layers}
    return [layer.name for layer in layers] if layers and id(layers[0]) in layer_ids else []


def named(places: dict[str, Place], name: str, network_name: str) -> Place:
    """The place of a name. Raises UnknownName with the nearest one."""
    layer_call = places.get(name)
    if layer_call is not None:
        return layer_call
    raise UnknownName(name, places, kind="layer", where=f"model '{network_name}'", of_model=True)


def chosen(places: dict[str, Place], names: Sequence[str] | None, network_name: str) -> list[Place]:
    """The places of some names, by default all but the inputs."""
    if names is None:
        return [place for place in places.values() if not place.is_input]
    return [named(places, name, network_name) for name in dict.fromkeys(names)]
