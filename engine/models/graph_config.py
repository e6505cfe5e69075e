"""Keras's config of a graph of layers: writing it, and building the layers that it describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._declared import registry
from .._files.graph_form import LayerForm, SourceForm, read_graph_form, read_layer_form
from .._graph.tensor import Tensor
from ..errors import EngineError, GraphError, shorten
from ..layers.base import Layer
from .graph import Graph


def write_graph(name: str, graph: Graph, inputs: Sequence[Any], outputs: Sequence[Any]) -> dict[str, Any]:
    """{name, layers: [{name, class_name, config, inbound_nodes}], input_layers, output_layers}."""
    kept = {id(node) for node in graph.nodes}
    numbers: dict[tuple[int, int], int] = {}
    for layer in graph.layers:
        own = [i for i, node in enumerate(layer.inbound_nodes) if id(node) in kept]
        numbers.update({(id(layer), i): number for number, i in enumerate(own)})

    def place(tensor: Any) -> list[Any]:
        layer, node, index = tensor._keras_history
        return [layer.name, numbers[id(layer), node], index]

    layers = []
    for layer in graph.layers:
        nodes = [
            [[*place(x), dict(node.arguments)] for x in node.input_tensors]
            for node in layer.inbound_nodes
            if id(node) in kept and node.inbound_layers
        ]
        layers.append(
            {
                "name": layer.name,
                "class_name": type(layer).__name__,
                "config": layer.get_config(),
                "inbound_nodes": nodes,
            }
        )
    return {
        "name": name,
        "layers": layers,
        "input_layers": [place(x) for x in inputs],
        "output_layers": [place(y) for y in outputs],
    }


def build_graph(config: Any) -> tuple[list[Any], list[Any], str | None]:
    """Inputs, outputs and name of the graph that a config describes. Raises GraphError, UnknownName, SettingError."""
    form = read_graph_form(config)
    layers = {layer.name: _named(layer) for layer in form.layers}
    calls = {layer.name: layer for layer in form.layers}
    where = f"config of model {shorten(form.name)}"
    for name, number in form.order:
        if calls[name].calls:
            sources = calls[name].calls[number]
            _call(layers[name], [_tensor(layers, source, calls[name].where) for source in sources], sources[0])
    inputs = [_tensor(layers, source, f"{where}, input_layers") for source in form.inputs]
    outputs = [_tensor(layers, source, f"{where}, output_layers") for source in form.outputs or ()]
    return inputs, outputs, form.name


def build_layer(entry: Any, where: str) -> Layer:
    """The layer of an entry {class_name, config} of a stack; errors say where in the config it stands, and its name."""
    return _built(read_layer_form(entry, (), where=where))


def _named(form: LayerForm) -> Layer:
    layer = _built(form)
    layer.name = form.name
    return layer


def _built(form: LayerForm) -> Layer:
    try:
        made = {"class_name": form.class_name, "config": form.config}
        layer = registry.build("layer", made, where=form.where)
    except EngineError as error:
        if not error.where.startswith(form.where):
            error.where = f"{form.where}: {error.where}"
        raise
    if not isinstance(layer, Layer):
        raise GraphError(where=form.where, expected="the class of a layer", found=shorten(form.class_name))
    return layer


def _call(layer: Layer, tensors: list[Tensor], first: SourceForm) -> None:
    layer(tensors if len(tensors) > 1 or layer.merges else tensors[0], **first.arguments)


def _tensor(layers: Mapping[str | None, Layer], source: SourceForm, where: str) -> Tensor:
    """What a call that was made gave."""
    nodes = layers[source.layer].inbound_nodes
    if source.call >= len(nodes):
        expected, found = f"{shorten(source.layer)} to be called", "no inputs for it under 'inbound_nodes'"
        raise GraphError(where=where, expected=expected, found=found)
    outputs = nodes[source.call].output_tensors
    if source.tensor >= len(outputs):
        found = f"output {shorten(source.tensor)} of {shorten(source.layer)}, which has {len(outputs)}"
        raise GraphError(where=where, expected="an existing output", found=found)
    return outputs[source.tensor]
