"""The model that a Caffe net becomes, as it is being made: layers in Keras 2's form, weights by layer, and what each blob is.

Caffe's blobs are (N, C, H, W); what is made here is (N, H, W, C), as users of Keras expect and as is faster. So each blob
remembers its shape in Caffe's order, and a vector that was made of a picture remembers of which one: its numbers stand in another
order than Caffe's until somebody needs that one (`Graph.settled`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ...types import Config
from ..plain_model import LeftOut, PlainArray
from .net import CaffeLayer

__all__ = ["Converter", "Graph", "Port", "picture_of"]

Picture = tuple[int, int, int]


@dataclass(frozen=True)
class Port:
    """What a blob is in the model.

    Args:
        layer: the layer that gives it.
        node: which call of it.
        shape: its shape without the batch, in Caffe's order: (C, H, W) for pictures.
        picture: (C, H, W) of the picture that a vector was made of in the order of the model, (H, W, C); else None.
        is_positive: whether none of its numbers is below 0.
        is_label: whether it holds labels, which are no part of the model.
    """

    layer: str
    node: int
    shape: tuple[int, ...]
    picture: Picture | None = None
    is_positive: bool = False
    is_label: bool = False

    @property
    def here(self) -> tuple[int, ...]:
        """The shape that it has in the model."""
        if len(self.shape) != 3:
            return self.shape
        channels, height, width = self.shape
        return height, width, channels

    @property
    def size(self) -> int:
        """Its numbers in a sample."""
        size = 1
        for length in self.shape:
            size *= length
        return size


@dataclass
class Graph:
    """Layers, weights, and what could not be said.

    Args:
        has_weights: whether a file of weights was given.
        has_one_loss: whether there is one softmax with a loss, whose result is then called "prob" as in files for predictions.
        fixed_moments: how many batch normalisations keep their mean and variance in training.
    """

    has_weights: bool = False
    has_one_loss: bool = True
    fixed_moments: int = 0
    layers: list[Config] = field(default_factory=list[Config])
    inputs: list[Port] = field(default_factory=list[Port])
    weights: dict[str, list[PlainArray]] = field(default_factory=dict[str, list[PlainArray]])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    losses: dict[str, str] = field(default_factory=dict[str, str])
    loss_weights: dict[str, float] = field(default_factory=dict[str, float])
    metrics: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    ends: list[Port] = field(default_factory=list[Port])
    measured: list[Port] = field(default_factory=list[Port])
    _by_name: dict[str, Config] = field(default_factory=dict[str, Config])
    _numbers: dict[str, int] = field(default_factory=dict[str, int])
    _settled: dict[Port, Port] = field(default_factory=dict[Port, Port])
    _flat: dict[Port, Port] = field(default_factory=dict[Port, Port])

    def add(
        self,
        name: str,
        class_name: str,
        settings: Config,
        sources: Sequence[Port],
        shape: tuple[int, ...],
        *,
        weights: Sequence[PlainArray] | None = None,
        trainable: bool = True,
        is_positive: bool = False,
    ) -> Port:
        """A new layer behind sources, under the name or the next free one like it; its output."""
        name = self.free_name(name)
        config: Config = {"name": name, **settings, **({} if trainable else {"trainable": False})}
        made: Config = {"class_name": class_name, "name": name, "config": config, "inbound_nodes": []}
        self.layers.append(made)
        self._by_name[name] = made
        if weights is not None:
            self.weights[name] = list(weights)
        if sources:
            self._call(made, sources)
        return Port(name, 0, shape, is_positive=is_positive)

    def add_input(self, name: str, shape: tuple[int, ...]) -> Port:
        """A new input for samples of a shape in Caffe's order."""
        port = Port("", 0, shape)
        made = self.add(name, "InputLayer", {"batch_input_shape": [None, *port.here], "dtype": "float32"}, (), shape)
        self.inputs.append(made)
        return made

    def again(self, port: Port, sources: Sequence[Port]) -> Port:
        """Another call of the layer that gives `port`."""
        made = self._by_name[port.layer]
        self._call(made, sources)
        return replace(port, node=len(made["inbound_nodes"]) - 1)

    def made(self, name: str) -> Config:
        """A layer that was added."""
        return self._by_name[name]

    def free_name(self, name: str) -> str:
        """The name, or with a number behind it where another layer has it."""
        free, suffix = name, self._numbers.get(name, 1)
        while free in self._by_name:
            suffix += 1
            free = f"{name}_{suffix}"
        self._numbers[name] = suffix
        return free

    def say(self, layer: CaffeLayer | str, what: str) -> None:
        """Note what is left out of the model."""
        self.left_out.append(LeftOut(layer if isinstance(layer, str) else layer.name, what))

    def settled(self, port: Port) -> Port:
        """The blob with its numbers in Caffe's order, where it is a vector made of a picture."""
        if port.picture is None:
            return port
        if port not in self._settled:
            channels, height, width = port.picture
            name, shape = port.layer, port.shape
            turned = self.add(
                f"{name}_picture", "Reshape", {"target_shape": [height, width, channels]}, [port], port.picture
            )
            turned = self.add(f"{name}_channels_first", "Permute", {"dims": [3, 1, 2]}, [turned], port.picture)
            flat = self.add(f"{name}_in_order", "Flatten", {}, [turned], shape)
            self._settled[port] = replace(flat, is_positive=port.is_positive)
        return self._settled[port]

    def flat(self, port: Port, name: str) -> Port:
        """The blob as a vector, in the order of the model."""
        if len(port.shape) == 1:
            return port
        if port not in self._flat:
            made = self.add(name, "Flatten", {}, [port], (port.size,), is_positive=port.is_positive)
            self._flat[port] = replace(made, picture=picture_of(port))
        return self._flat[port]

    def config(self, name: str) -> Config:
        """The config of the model."""
        made: Config = {
            "name": name,
            "layers": self.layers,
            "input_layers": [[port.layer, port.node, 0] for port in self.inputs],
            "output_layers": [[port.layer, port.node, 0] for port in self.ends],
        }
        return {"class_name": "Model", "config": made}

    @staticmethod
    def _call(made: Config, sources: Sequence[Port]) -> None:
        nothing: dict[str, Any] = {}
        made["inbound_nodes"].append([[port.layer, port.node, 0, nothing] for port in sources])


def picture_of(port: Port) -> Picture | None:
    """(C, H, W) of a blob whose numbers stand in another order in the model than in Caffe; None where both are the same."""
    if len(port.shape) != 3:
        return port.picture
    channels, height, width = port.shape
    return None if channels == 1 or height * width == 1 else (channels, height, width)


Converter: TypeAlias = "Callable[[Graph, CaffeLayer, list[Port]], list[Port]]"
"""Adds what a layer of Caffe's is to a graph: from what its bottoms are to what its tops are."""
