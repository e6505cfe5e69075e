"""Models of a program <-> the config of Keras 2: stacks as lists, graphs with the calls that lead to their outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._files.call_numbers import counted_from_zero
from .._files.graph_form import ends_of
from ..describe.classes import find
from ..errors import EngineError
from ..layers.naming import input_name
from ..types import Config
from .values import LayerValue, ModelValue, NodeValue, TensorValue

INPUT = "InputLayer"
DEEPEST_MODELS = 20
LONGEST_GRAPH = 20_000


class NoGraph(EngineError):
    """The layers of the program make no model."""


def input_tensor(name: str, shape: list[int | None] | None, dtype: str | None = None) -> TensorValue:
    """A tensor that is fed with data."""
    config: Config = {"batch_input_shape": shape} | ({} if dtype is None else {"dtype": dtype})
    return TensorValue(NodeValue(LayerValue(INPUT, config, name, shape), []))


def call(
    layer: LayerValue | ModelValue, inputs: list[TensorValue], arguments: Config | None = None
) -> list[TensorValue]:
    """The results of calling a layer or a model on tensors."""
    node = NodeValue(layer, inputs, dict(arguments or {}))
    count = max(len(outputs_of(layer)), 1) if isinstance(layer, ModelValue) else _results_of(layer)
    count += bool(node.arguments.get("return_attention_scores"))
    return [TensorValue(node, index) for index in range(count)]


def _results_of(layer: LayerValue) -> int:
    """How many tensors a layer gives; recurrent layers give their states too where they are asked to."""
    if not layer.config.get("return_state"):
        inner = layer.config.get("layer")
        if not (isinstance(inner, Mapping) and inner.get("config", {}).get("return_state")):
            return 1
        return 1 + 2 * _states_of(inner["class_name"])
    return 1 + _states_of(layer.class_name)


def _states_of(class_name: str) -> int:
    return 2 if "LSTM" in class_name else 1


def chain_of(model: ModelValue) -> tuple[TensorValue | None, list[TensorValue]]:
    """A stack as calls: its input, and the results of its last layer. They are made once and grow with the stack."""
    layers = model.layers
    if not layers:
        return (model.inputs[0] if model.inputs else None), model.outputs
    if not model.inputs:
        first = layers[0]
        if isinstance(first, LayerValue) and first.class_name == INPUT:
            model.inputs = [TensorValue(NodeValue(first, []))]
            model.outputs = list(model.inputs)
        else:
            model.inputs = [input_tensor(input_name(first.name), shape_of_first(first))]
            model.outputs = call(first, list(model.inputs))
    done = _length(model)
    for layer in layers[done:]:
        model.outputs = call(layer, model.outputs[:1])
    return model.inputs[0], model.outputs


def _length(model: ModelValue) -> int:
    """How many layers of the stack have calls already; where one was taken out, calls are made anew."""
    nodes: list[NodeValue] = []
    tensor = model.outputs[0] if model.outputs else None
    while tensor is not None:
        nodes.append(tensor.node)
        tensor = tensor.node.inputs[0] if tensor.node.inputs else None
    called = [node.layer for node in reversed(nodes)]
    those = called if model.layers and called and called[0] is model.layers[0] else called[1:]
    if [id(layer) for layer in those] == [id(layer) for layer in model.layers[: len(those)]]:
        return len(those)
    model.inputs, model.outputs = [], []
    chain_of(model)
    return len(model.layers)


def shape_of_first(layer: LayerValue | ModelValue) -> list[int | None] | None:
    """The shape of the input that a first layer states, also from inside a model."""
    if isinstance(layer, LayerValue):
        return layer.shape
    if layer.sequential:
        return shape_of_first(layer.layers[0]) if layer.layers else None
    return layer_of_input(layer.inputs[0]).shape if layer.inputs else None


def layer_of_input(tensor: TensorValue) -> LayerValue:
    """The input layer behind an input tensor. Raises NoGraph where the tensor is no input."""
    layer = tensor.node.layer
    if not isinstance(layer, LayerValue):
        raise NoGraph(f"{layer.name!r} is no input")
    return layer


def inputs_of(model: ModelValue) -> list[TensorValue]:
    """The tensors that a model takes in."""
    if not model.sequential:
        return model.inputs
    begin = chain_of(model)[0]
    return [] if begin is None else [begin]


def outputs_of(model: ModelValue) -> list[TensorValue]:
    """The tensors that a model gives."""
    return chain_of(model)[1] if model.sequential else model.outputs


def nodes_of(model: ModelValue) -> list[NodeValue]:
    """The calls that lead from a model's inputs to its outputs, each after those that feed it. Raises NoGraph for too many."""
    begins = {id(tensor.node) for tensor in inputs_of(model)}
    return _ordered([tensor.node for tensor in outputs_of(model)], begins)


def _ordered(ends: list[NodeValue], begins: set[int]) -> list[NodeValue]:
    seen: dict[int, NodeValue] = {}
    waiting = list(ends)
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            waiting += [] if id(node) in begins else [tensor.node for tensor in node.inputs]
        if len(seen) > LONGEST_GRAPH:
            raise NoGraph(f"a model has more than {LONGEST_GRAPH} calls")
    return sorted(seen.values(), key=lambda node: node.serial)


def layers_of(model: ModelValue) -> list[LayerValue | ModelValue]:
    """The layers of a model, inputs of a graph included, as `model.layers` has them."""
    if model.sequential:
        return model.layers
    return list({id(node.layer): node.layer for node in nodes_of(model)}.values())


def config_of(model: ModelValue, depth: int = 0) -> Config:
    """A model's config as Keras 2 writes it.

    Raises:
        NoGraph: it has no layers, or models inside models without end.
    """
    if depth > DEEPEST_MODELS:
        raise NoGraph(f"{model.name!r} has models inside models, more than {DEEPEST_MODELS} deep")
    if model.sequential:
        names = _Names()
        return {"name": model.name, "layers": [_entry(layer, names.of(layer), depth) for layer in model.layers]}
    return _graph_config(model, depth)


class _Names:
    """Names of the layers of one model; a name that is there already gets a counter behind it."""

    def __init__(self) -> None:
        self.by_layer: dict[int, str] = {}
        self.taken: set[str] = set()

    def of(self, layer: LayerValue | ModelValue) -> str:
        if id(layer) not in self.by_layer:
            name, count = layer.name, 1
            while name in self.taken:
                count += 1
                name = f"{layer.name}_{count}"
            self.taken.add(name)
            self.by_layer[id(layer)] = name
        return self.by_layer[id(layer)]


def _entry(layer: LayerValue | ModelValue, name: str, depth: int) -> Config:
    if isinstance(layer, ModelValue):
        return {"class_name": layer.class_name, "config": {**config_of(layer, depth + 1), "name": name}}
    placed: Config = {} if layer.shape is None else {"batch_input_shape": list(layer.shape)}
    return {"class_name": layer.class_name, "config": {"name": name, **_with_models(layer.config, depth), **placed}}


def _with_models(config: Config, depth: int) -> Config:
    """Settings with the model inside a wrapper written out."""
    return {
        key: {"class_name": value.class_name, "config": config_of(value, depth + 1)}
        if isinstance(value, ModelValue)
        else value
        for key, value in config.items()
    }


def _graph_config(model: ModelValue, depth: int) -> Config:
    begins = {id(tensor.node) for tensor in model.inputs}
    nodes = nodes_of(model)
    names = _Names()
    indexes: dict[int, int] = {}
    entries: dict[int, Config] = {}
    for node in [*(tensor.node for tensor in model.inputs), *nodes]:
        if id(node) in indexes:
            continue
        layer, key = node.layer, id(node.layer)
        is_begin = id(node) in begins or (isinstance(layer, LayerValue) and layer.class_name == INPUT)
        if key not in entries:
            name = names.of(layer)
            entries[key] = {"name": name, **_begin_or_entry(layer, name, depth, is_begin=is_begin), "inbound_nodes": []}
        calls = entries[key]["inbound_nodes"]
        indexes[id(node)] = len(calls) if not is_begin else 0
        if not is_begin:
            calls.append([_wire(tensor, names, indexes, node.arguments) for tensor in node.inputs])
    ends = {
        "input_layers": [_end(tensor, names, indexes) for tensor in model.inputs],
        "output_layers": [_end(tensor, names, indexes) for tensor in outputs_of(model)],
    }
    return {"name": model.name, "layers": list(entries.values()), **ends}


def _begin_or_entry(layer: LayerValue | ModelValue, name: str, depth: int, *, is_begin: bool) -> Config:
    if not is_begin or (isinstance(layer, LayerValue) and layer.class_name == INPUT):
        return _entry(layer, name, depth)
    # A model that begins in the middle of another one takes what comes in there as its input.
    return {"class_name": INPUT, "config": {"name": name, "batch_input_shape": None}}


def _wire(tensor: TensorValue, names: _Names, indexes: Mapping[int, int], arguments: Config) -> list[Any]:
    return [*_end(tensor, names, indexes), dict(arguments)]


def _end(tensor: TensorValue, names: _Names, indexes: Mapping[int, int]) -> list[Any]:
    return [names.of(tensor.node.layer), indexes.get(id(tensor.node), 0), tensor.index]


# From a config, as of a well-known net.


def model_of(class_name: str, config: Config, line: int, begins: Iterable[TensorValue] = ()) -> ModelValue:
    """A model of the program from a config. begins: tensors that take the place of its inputs."""
    if class_name == "Sequential":
        layers = [_layer_of(entry, line) for entry in config["layers"]]
        return ModelValue(sequential=True, name=config["name"], line=line, layers=layers)
    config = counted_from_zero(config)
    results: dict[tuple[str, int], list[TensorValue]] = {}
    entrances = list(begins)
    for entry in config["layers"]:
        layer = _layer_of(entry, line)
        if not entry["inbound_nodes"]:
            results[entry["name"], 0] = [entrances.pop(0) if entrances else TensorValue(NodeValue(layer, []))]
        for index, wires in enumerate(entry["inbound_nodes"]):
            taken = [results[wire[0], wire[1]][wire[2]] for wire in wires]
            arguments = wires[0][3] if wires and len(wires[0]) > 3 else {}
            results[entry["name"], index] = call(layer, taken, arguments)
    ends = [
        [results[name, index][tensor] for name, index, tensor in ends_of(config, key)]
        for key in ("input_layers", "output_layers")
    ]
    return ModelValue(sequential=False, name=config["name"], line=line, inputs=ends[0], outputs=ends[1])


def _layer_of(entry: Config, line: int) -> LayerValue | ModelValue:
    config = dict(entry["config"])
    if isinstance(config.get("layers"), list):
        return model_of(entry["class_name"], config, line)
    name = config.pop("name")
    shape = config.pop("batch_input_shape", None)
    if entry["class_name"] == INPUT:
        return LayerValue(INPUT, {**config, "batch_input_shape": shape}, name, shape)
    made = find("layer", entry["class_name"]).from_config({**config, "name": name})
    return LayerValue(entry["class_name"], config, name, shape, made)


def shape_of(tensor: TensorValue) -> tuple[int | None, ...] | None:
    """The shape of a tensor by the engine's own rules; None where it cannot be said."""
    computed: set[int] = set()
    for node in _ordered([tensor.node], computed):
        if node.shapes is None:
            node.shapes = _shapes(node)
    shapes = tensor.node.shapes or []
    return shapes[tensor.index] if tensor.index < len(shapes) else None


def _shapes(node: NodeValue) -> list[tuple[int | None, ...] | None]:
    layer = node.layer
    if isinstance(layer, ModelValue):
        return [shape_of(tensor) for tensor in outputs_of(layer)]
    if layer.class_name == INPUT:
        return [None if layer.shape is None else tuple(layer.shape)]
    taken = [shapes[tensor.index] if (shapes := tensor.node.shapes) else None for tensor in node.inputs]
    if layer.layer is None or any(shape is None for shape in taken):
        return []
    shapes = [shape for shape in taken if shape is not None]
    try:
        computed = layer.layer.compute_output_shape(shapes if len(shapes) > 1 else shapes[0])
    except (EngineError, ValueError, TypeError, IndexError):
        return []
    return list(computed) if isinstance(computed, list) else [computed]
