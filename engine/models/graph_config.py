"""Keras's config of a graph of layers: writing it, and building the layers that it describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._declared import registry
from .._files.graph_form import LayerForm, SourceForm, read_graph_form, read_layer_form
from .._graph.tensor import Tensor
from ..errors import EngineError, GraphError, shorten
from ..layers.base import Layer
from ..layers.node import takes_argument
from ..types import Config
from .graph import Graph, source_of
from .room import Room


def write_graph(name: str, graph: Graph, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Config:
    """{name, layers: [{name, class_name, config, inbound_nodes}], input_layers, output_layers}."""
    of_graph = {id(node) for node in graph.nodes}
    calls: dict[tuple[int, int], int] = {}
    for layer in graph.layers:
        of_layer = [i for i, node in enumerate(layer.inbound_nodes) if id(node) in of_graph]
        first = int(hasattr(layer, "model_kind"))  # Keras counts a model's own graph as its first call
        calls.update({(id(layer), i): call for call, i in enumerate(of_layer, first)})

    def reference(tensor: Tensor) -> list[str | int]:
        layer, node, index = source_of(tensor)
        return [layer.name, calls[id(layer), node], index]

    layers = []
    for layer in graph.layers:
        nodes = [
            [[*reference(x), dict(node.arguments)] for x in node.input_tensors]
            for node in layer.inbound_nodes
            if id(node) in of_graph and node.inbound_layers
        ]
        layers.append(
            {
                "name": layer.name,
                "class_name": registry.name_for("layer", type(layer)),
                "config": layer.get_config(),
                "inbound_nodes": nodes,
            }
        )
    return {
        "name": name,
        "layers": layers,
        "input_layers": [reference(x) for x in inputs],
        "output_layers": [reference(y) for y in outputs],
    }


def build_graph(config: object) -> tuple[list[Tensor], list[Tensor], str | None]:
    """Inputs, outputs and name of the graph that a config describes.

    Raises:
        GraphError: the config has another form, or the layers do not fit together.
        UnknownName: there is no class of a name.
        SettingError: a setting has a value that it may not have.
    """
    form = read_graph_form(config)
    layers = {layer.name: _named(layer) for layer in form.layers}
    forms = {layer.name: layer for layer in form.layers}
    where = f"config of model {shorten(form.name)}"
    room = Room()
    for name, call in form.order:
        if forms[name].calls:
            sources = forms[name].calls[call]
            tensors = [_tensor(layers, source, forms[name].where) for source in sources]
            _call(layers[name], tensors, sources[0], forms[name].where)
            room.add(layers[name], forms[name].where)
    inputs = [_tensor(layers, source, f"{where}, input_layers") for source in form.inputs]
    outputs = [_tensor(layers, source, f"{where}, output_layers") for source in form.outputs or ()]
    return inputs, outputs, form.name


def build_layer(entry: object, where: str) -> Layer:
    """The layer of an entry {class_name, config} of a stack; errors say where in the config it stands, and its name."""
    return _built(read_layer_form(entry, (), where=where))


def _named(form: LayerForm) -> Layer:
    layer = _built(form)
    if form.name is not None:
        layer.name = form.name
    return layer


def _built(form: LayerForm) -> Layer:
    try:
        made = {"class_name": form.class_name, "config": form.config}
        layer = registry.build("layer", made, where=form.where)
    except EngineError as error:
        if not error.where.startswith(form.where):
            names_itself = error.where.startswith(f"layer {shorten(form.name)} (")  # it says the layer's name itself
            where = form.where.removesuffix(f" ({form.name!r:.82})") if names_itself else form.where
            error.where = f"{where}: {error.where}"
        raise
    if not isinstance(layer, Layer):
        raise GraphError(where=form.where, expected="the class of a layer", actual=shorten(form.class_name))
    return layer


def _call(layer: Layer, tensors: list[Tensor], first: SourceForm, where: str) -> None:
    for argument in first.arguments:
        if not takes_argument(layer.call, argument):
            expected = f"arguments that {type(layer).__name__}.call has"
            raise GraphError(where=f"{where}, inbound_nodes", expected=expected, actual=shorten(argument))
    try:
        layer(tensors if len(tensors) > 1 or layer.merges else tensors[0], **first.arguments)
    except (TypeError, AttributeError, KeyError, IndexError) as error:
        # A layer of the user's may raise anything; ours does where the file feeds it what no program would.
        if isinstance(error, EngineError) or not type(layer).__module__.startswith(__name__.partition(".")[0]):
            raise
        expected, actual = f"inputs and arguments that {type(layer).__name__} takes", shorten(str(error))
        raise GraphError(where=where, expected=expected, actual=actual) from error


def _tensor(layers: Mapping[str | None, Layer], source: SourceForm, where: str) -> Tensor:
    """The output of a call that is already made."""
    nodes = layers[source.layer].inbound_nodes
    if source.call >= len(nodes):
        raise GraphError(
            where=where,
            expected=f"{shorten(source.layer)} to be called",
            actual="no inputs for it under 'inbound_nodes'",
        )
    outputs = nodes[source.call].output_tensors
    if source.tensor >= len(outputs):
        raise GraphError(
            where=where,
            expected="an existing output",
            actual=f"output {shorten(source.tensor)} of {shorten(source.layer)}, which has {len(outputs)}",
        )
    return outputs[source.tensor]
