"""Keras's config of a graph of layers: writing it, and reading it with every mistake named."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from .._declared import registry
from .._graph.tensor import Tensor
from ..errors import EngineError, GraphError, shorten
from ..layers.base import Layer
from .graph import Graph

MOST_LAYERS = 100_000


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


def read_graph(config: Mapping[str, Any]) -> tuple[list[Any], list[Any], str | None]:
    """Inputs, outputs and name of the graph that a config describes."""
    if not isinstance(config, Mapping):
        raise GraphError(where="config of a model", expected="a mapping", found=shorten(config))
    return _Reader(config).read()


def read_layer(entry: Any, where: str) -> Layer:
    """The layer of an entry {class_name, config}; errors say where in the config it stands, and its name."""
    settings = _settings(entry, where)
    try:
        layer = registry.build("layer", {"class_name": entry["class_name"], "config": settings}, where=where)
    except EngineError as error:
        if not error.where.startswith(where):
            error.where = f"{where} ({shorten(entry.get('name', settings.get('name')))}): {error.where}"
        raise
    if not isinstance(layer, Layer):
        raise GraphError(where=where, expected="the class of a layer", found=shorten(entry["class_name"]))
    return layer


def _settings(entry: Any, where: str) -> dict[str, Any]:
    """The checked config of an entry; the bare list of a Keras 1 Sequential stands for its layers."""
    config = entry.get("config") if isinstance(entry, Mapping) else None
    if not isinstance(config, (Mapping, list, tuple)) or "class_name" not in entry:
        raise GraphError(where=where, expected="a mapping with class_name and config", found=shorten(entry))
    return dict(config) if isinstance(config, Mapping) else {"layers": list(config)}


class _Reader:
    """Builds the layers, then calls each as soon as what feeds it is there."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.where = f"config of model {shorten(config.get('name'))}"
        self.config = config
        self.layers: dict[str, Layer] = {}
        self.calls: dict[str, list[list[list[Any]]]] = {}
        # Layers made without inputs of their own have one node each before any call.
        self.first: dict[str, int] = {}

    def read(self) -> tuple[list[Any], list[Any], str | None]:
        entries = self.config.get("layers")
        if not isinstance(entries, (list, tuple)):
            raise GraphError(where=self.where, expected="a list under 'layers'", found=shorten(entries))
        if len(entries) > MOST_LAYERS:
            raise GraphError(where=self.where, expected=f"at most {MOST_LAYERS} layers", found=str(len(entries)))
        for number, entry in enumerate(entries):
            self._make(number, entry)
        self._check_references()
        self._call_all()
        inputs = [self._tensor(place, "input_layers") for place in self._places("input_layers")]
        outputs = [self._tensor(place, "output_layers") for place in self._places("output_layers")]
        return inputs, outputs, self.config.get("name")

    def _make(self, number: int, entry: Any) -> None:
        where = f"{self.where}, layers[{number}]"
        settings = _settings(entry, where)
        name = entry.get("name", settings.get("name"))
        if not isinstance(name, str):
            raise GraphError(where=where, expected="a name", found=shorten(name))
        if name in self.layers:
            raise GraphError(where=where, expected="a name of its own for each layer", found=f"{shorten(name)} twice")
        layer = read_layer(entry, where)
        layer.name = name
        self.layers[name] = layer
        self.first[name] = len(layer.inbound_nodes)
        nodes = entry.get("inbound_nodes") or []
        if not isinstance(nodes, (list, tuple)):
            raise GraphError(where=where, expected="a list under 'inbound_nodes'", found=shorten(nodes))
        self.calls[name] = [
            self._sources(node, f"{where} ({name}), inbound_nodes[{i}]") for i, node in enumerate(nodes)
        ]

    def _sources(self, node: Any, where: str) -> list[list[Any]]:
        if not isinstance(node, (list, tuple)) or not node:
            raise GraphError(where=where, expected="a list of [layer, node, tensor]", found=shorten(node))
        sources = [node] if isinstance(node[0], str) else node
        for source in sources:
            valid = isinstance(source, (list, tuple)) and len(source) in (3, 4) and isinstance(source[0], str)
            if not valid or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in source[1:3]):
                raise GraphError(where=where, expected="[layer name, node index, tensor index]", found=shorten(source))
            if len(source) == 4 and not isinstance(source[3], Mapping):
                raise GraphError(where=where, expected="a mapping of arguments", found=shorten(source[3]))
        return [list(source) for source in sources]

    def _nodes_of(self, name: str) -> int:
        return self.first[name] + len(self.calls[name])

    def _check_references(self) -> None:
        for name, calls in self.calls.items():
            for i, sources in enumerate(calls):
                for source, node, *_ in sources:
                    where = f"{self.where}, layer {shorten(name)}, inbound_nodes[{i}]"
                    if source not in self.layers:
                        raise GraphError(
                            where=where, expected="the name of a layer of the model", found=shorten(source)
                        )
                    if node >= self._nodes_of(source):
                        expected = f"a node index below {self._nodes_of(source)} for {shorten(source)}"
                        raise GraphError(where=where, expected=expected, found=str(node))

    def _call_all(self) -> None:
        """Call layers in an order that has every input ready; what is left over lies on a circle."""
        done: dict[str, int] = dict(self.first)
        waiting: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        queue = deque(self.layers)
        while queue:
            name = queue.popleft()
            while done[name] - self.first[name] < len(self.calls[name]):
                sources = self.calls[name][done[name] - self.first[name]]
                missing = next(((s[0], s[1]) for s in sources if s[1] >= done[s[0]]), None)
                if missing is not None:
                    waiting[missing].append(name)
                    break
                self._call(name, sources)
                done[name] += 1
                queue.extend(waiting.pop((name, done[name] - 1), ()))
        stuck = [name for name in self.layers if done[name] < self._nodes_of(name)]
        if stuck:
            path = self._circle(stuck[0], done)
            raise GraphError(where=self.where, expected="layers without a circle", found=" -> ".join(path))

    def _circle(self, name: str, done: Mapping[str, int]) -> list[str]:
        """Names along a circle, found by going from each layer to an input that is not ready."""
        path: list[str] = []
        while name not in path and len(path) <= len(self.layers):
            path.append(name)
            sources = self.calls[name][done[name] - self.first[name]]
            name = next(s[0] for s in sources if s[1] >= done[s[0]])
        circle = [*path[path.index(name) :], name][::-1]
        return circle if len(circle) <= 8 else [*circle[:4], "...", *circle[-3:]]

    def _call(self, name: str, sources: list[list[Any]]) -> None:
        layer = self.layers[name]
        tensors = [self._tensor(source[:3], f"layer {shorten(name)}") for source in sources]
        arguments = dict(sources[0][3]) if len(sources[0]) == 4 else {}
        many = len(tensors) > 1 or layer.merges
        layer(tensors if many else tensors[0], **arguments)

    def _tensor(self, place: Any, what: str) -> Tensor:
        name, node, index = place
        where = f"{self.where}, {what}"
        if name not in self.layers:
            raise GraphError(where=where, expected="the name of a layer of the model", found=shorten(name))
        layer = self.layers[name]
        if node >= len(layer.inbound_nodes):
            found = f"node {node} of {shorten(name)}, which has {len(layer.inbound_nodes)}"
            raise GraphError(where=where, expected="an existing node", found=found)
        outputs = layer.inbound_nodes[node].output_tensors
        if index >= len(outputs):
            found = f"output {index} of {shorten(name)}, which has {len(outputs)}"
            raise GraphError(where=where, expected="an existing output", found=found)
        return outputs[index]

    def _places(self, key: str) -> list[list[Any]]:
        places = self.config.get(key)
        if isinstance(places, (list, tuple)) and len(places) == 3 and isinstance(places[0], str):
            places = [places]  # Keras 2.4 and later write a single one without the outer list
        if not isinstance(places, (list, tuple)) or not places:
            raise GraphError(
                where=self.where, expected=f"a list of [layer, node, tensor] under {key!r}", found=shorten(places)
            )
        return [self._sources([place], f"{self.where}, {key}")[0][:3] for place in places]
