"""Plain data that the document writes and reads, as records: a model in Keras's dialect, and what stands beside it.

What is written is as it says here. A text that is read may hold anything: whoever reads it checks it first.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

from engine.types import Config, Json

from ..messages import Note

# [layer, call, output, arguments] of a tensor that goes into a layer; [layer, call, output] of an end of the graph.
WrittenSource = list[Json]


class LayerEntry(TypedDict):
    """A layer under `layers`. inbound_nodes: the tensors that go into each of its calls; a stack of layers has none."""

    name: NotRequired[str]
    class_name: str
    config: Config
    inbound_nodes: NotRequired[list[list[WrittenSource]]]


class GraphConfig(TypedDict):
    """The config of a model. input_layers, output_layers: the ends of a graph; a stack of layers has none."""

    name: NotRequired[str]
    layers: list[LayerEntry]
    input_layers: NotRequired[list[WrittenSource]]
    output_layers: NotRequired[list[WrittenSource]]


class BypassedEntry(TypedDict):
    """A bypassed layer. place: its index among all layers.

    feeds: [layer, call, index, call of this layer, output, arguments] of each input of another layer that it goes to.
    """

    name: str
    class_name: str
    config: Config
    inbound_nodes: list[list[WrittenSource]]
    feeds: list[list[Json]]
    place: int


# What arrays are chosen for.
DataPart = Literal["inputs", "targets"]


class DataChoice(TypedDict):
    """Keys of arrays by the names of inputs and outputs. source: where the arrays come from, a name or a table with one.

    validation: keys of arrays that are measured after each epoch, by the keys of those that are trained on.
    """

    inputs: dict[str, str]
    targets: dict[str, str]
    source: NotRequired[Json]
    validation: NotRequired[dict[str, str]]


class Experiment(TypedDict):
    """A whole experiment, as its YAML holds it. training: the engine's settings of training by name."""

    class_name: str
    config: GraphConfig
    keras_version: NotRequired[str]
    backend: NotRequired[str]
    layout: NotRequired[dict[str, Json]]
    data: NotRequired[DataChoice]
    training: NotRequired[Config]
    bypassed: NotRequired[list[BypassedEntry]]
    notes: NotRequired[list[Note]]
