"""The table that `model.summary()` prints, in Keras's layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from .._machine import console
from ..layers.base import Layer
from .network import Network


def print_summary(
    model: Network,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], object] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Print layers, output shapes and parameters.

    Args:
        model: a stack, or a graph, whose table also says what each layer is connected to.
        line_length: characters of a line, 65 by default for a stack, 98 for a graph.
        positions: where each column ends, in characters or as shares of the line.
        print_fn: called with each line, print by default.
        expand_nested: whether the layers of models inside follow theirs, marked by "| "; False by default.
        show_trainable: whether a last column says Y or N for each layer, False by default.
        layer_range: names or regular expressions of the first and the last layer, all layers by default.

    Raises:
        ValueError: no layer has one of these names.
    """
    say = print_fn or console.say
    stack = _is_chain(model)
    line_length = line_length or (65 if stack else 98) + (12 if show_trainable else 0)
    shares = positions or ((0.45, 0.85, 1.0) if stack else (0.33, 0.55, 0.67, 1.0))
    titles = ["Layer (type)", "Output Shape", "Param #"] + ([] if stack else ["Connected to"])
    if show_trainable:
        titles.append("Trainable")
        shares = (
            shares
            if len(shares) == len(titles)
            else (*(p * (1 - 12 / line_length) if p <= 1 else p for p in shares), 1.0)
        )
    stops = [int(line_length * p) if p <= 1 else int(p) for p in shares]
    say("_" * line_length)
    say(_row(titles, stops))
    say("=" * line_length)
    layers = list(model.layers) if layer_range is None else _between(list(model.layers), *layer_range)
    for index, layer in enumerate(layers):
        for number, row in enumerate(_rows(model, layer, stack)):
            marks = ["Y" if layer.trainable else "N"] if number == 0 else [""]
            say(_row([*row, *(marks if show_trainable else [])], stops))
        for depth, one in _inside(layer) if expand_nested else ():
            row = _rows(model, one, True)[0]
            row[0] = "| " * depth + row[0]
            rest = [] if stack else [""]
            say(_row([*row, *rest, *(["Y" if one.trainable else "N"] if show_trainable else [])], stops))
        say(("=" if index == len(layers) - 1 else "_") * line_length)
    trainable = sum(w.size for w in model.trainable_weights)
    fixed = sum(w.size for w in model.non_trainable_weights)
    say(f"Total params: {trainable + fixed:,}")
    say(f"Trainable params: {trainable:,}")
    say(f"Non-trainable params: {fixed:,}")
    say("_" * line_length)


def _between(layers: list[Layer], first: str, last: str) -> list[Layer]:
    """The layers from the first one that has a name to the last one that has another."""

    def places(name: str) -> list[int]:
        indices = [i for i, layer in enumerate(layers) if layer.name == name or re.match(name, layer.name)]
        if not indices:
            raise ValueError(f"summary, layer_range: expected names of layers, found {name!r}")
        return indices

    return layers[places(first)[0] : places(last)[-1] + 1]


def _inside(layer: Layer, depth: int = 1) -> Iterator[tuple[int, Layer]]:
    """The layers of a model that is a layer, with those of models in it; the depth of each."""
    for one in layer.layers if isinstance(layer, Network) else ():
        yield depth, one
        yield from _inside(one, depth + 1)


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
