"""The table that `model.summary()` prints, in Keras's layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .._machine import console
from ..layers.base import Layer
from .network import Network


def print_summary(
    model: Network,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], object] | None = None,
) -> None:
    """Print layers, output shapes and parameters.

    Args:
        model: a stack, or a graph, whose table also says what each layer is connected to.
        line_length: characters of a line, 65 by default for a stack, 98 for a graph.
        positions: where each column ends, in characters or as shares of the line.
        print_fn: called with each line, print by default.
    """
    say = print_fn or console.say
    stack = _is_chain(model)
    line_length = line_length or (65 if stack else 98)
    shares = positions or ((0.45, 0.85, 1.0) if stack else (0.33, 0.55, 0.67, 1.0))
    stops = [int(line_length * p) if p <= 1 else int(p) for p in shares]
    titles = ["Layer (type)", "Output Shape", "Param #"] + ([] if stack else ["Connected to"])
    say("_" * line_length)
    say(_row(titles, stops))
    say("=" * line_length)
    layers = model.layers
    for index, layer in enumerate(layers):
        for row in _rows(model, layer, stack):
            say(_row(row, stops))
        say(("=" if index == len(layers) - 1 else "_") * line_length)
    trainable = sum(w.size for w in model.trainable_weights)
    fixed = sum(w.size for w in model.non_trainable_weights)
    say(f"Total params: {trainable + fixed:,}")
    say(f"Trainable params: {trainable:,}")
    say(f"Non-trainable params: {fixed:,}")
    say("_" * line_length)


def _is_chain(model: Network) -> bool:
    """Whether every layer is fed by one other and feeds one other."""
    if model.model_kind != "graph":
        return True
    nodes = model.graph.nodes
    fed = [x for node in nodes if node.inbound_layers for x in node.input_tensors]
    return all(len(node.input_tensors) <= 1 for node in nodes) and len(set(map(id, fed))) == len(fed)


def _rows(model: Network, layer: Layer, stack: bool) -> list[list[str]]:
    try:
        shape = str(layer.output_shape)
    except AttributeError:
        shape = "multiple" if layer.inbound_nodes else "not built"
    row = [f"{layer.name} ({type(layer).__name__})", shape, str(layer.count_params() if layer.built else 0)]
    if stack:
        return [row]
    of_model = {id(node) for node in model.graph.nodes}
    sources = [
        f"{source.name}[{index + len(source.all_uses) - len(source.inbound_nodes)}][{tensor}]"
        for node in layer.inbound_nodes
        if id(node) in of_model
        for source, index, tensor in zip(node.inbound_layers, node.node_indices, node.tensor_indices, strict=True)
        if source is not None
    ]
    return [[*row, sources[0] if sources else ""], *(["", "", "", source] for source in sources[1:])]


def _row(cells: Sequence[str], stops: Sequence[int]) -> str:
    line = ""
    for cell, stop in zip(cells, stops, strict=True):
        line = (line[:-1] + " " if line else "") + cell
        line = line[:stop] + " " * (stop - len(line))
    return line.rstrip() if len(cells) < 4 else line
