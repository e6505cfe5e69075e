"""Keras's config of a graph of layers, read into plain records: which layers there are, and what each call of them takes in.

Knows how Keras 1 and 2 write such a graph and nothing of what the layers are, so models are built from these records and
the notebook's documents made from them. What is wrong is refused with its place in the config.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .._graph.ordering import circle, in_order
from ..errors import GraphError, shorten
from ..types import Config
from .guards import Path

MOST_LAYERS = 100_000
_SOURCE = "[layer, call, output], perhaps with a table of arguments"
_NO_ARGUMENTS: Mapping[str, object] = {}


class GraphFormError(GraphError):
    """A config of a graph is refused. path: the keys that lead to what is wrong. sentence: what is wrong, in words."""

    def __init__(
        self, sentence: str, path: Path, *, where: str, expected: str, actual: object, hint: str | None = None
    ) -> None:
        self.sentence, self.path = sentence, path
        text = actual if isinstance(actual, str) else shorten(actual)
        super().__init__(sentence, where=where, expected=expected, actual=text, hint=hint)


class SourceForm(NamedTuple):
    """Where an input of a call comes from: which output of which call of which layer, and the arguments of the call."""

    layer: str
    call: int
    tensor: int
    arguments: Mapping[str, object] = _NO_ARGUMENTS


CallForm = tuple[SourceForm, ...]


@dataclass(frozen=True)
class LayerForm:
    """A layer as it is written. path, name_path: where it and its name stand. where: the same for messages.

    name: None where none is written.
    """

    class_name: str
    name: str | None
    config: Config
    path: Path
    name_path: Path
    where: str
    calls: tuple[CallForm, ...] = ()


@dataclass(frozen=True)
class GraphForm:
    """A graph of layers. outputs: None where an unfinished graph does not say.

    order: the calls (layer, call) of layers with a name, each after those that feed it; a layer that takes nothing in, as
    an input, has one.
    """

    name: Any
    layers: tuple[LayerForm, ...]
    inputs: tuple[SourceForm, ...]
    outputs: tuple[SourceForm, ...] | None
    order: list[tuple[str, int]]


def has_wires(layers: Sequence[object]) -> bool:
    """Whether the entries of `layers` are those of a graph; those of a stack have no `inbound_nodes`."""
    return any(isinstance(entry, Mapping) and "inbound_nodes" in entry for entry in layers)


def ends_of(config: Mapping[str, object], key: str) -> list[Any]:
    """What "input_layers" or "output_layers" lists, unchecked; [] for anything else. A single end may stand alone."""
    ends = config.get(key)
    if not isinstance(ends, (list, tuple)) or not ends:
        return []
    return [list(ends)] if isinstance(ends[0], str) else list(ends)


def read_layer_form(entry: object, path: Path, *, where: str = "", unfinished: bool = False) -> LayerForm:
    """An entry of `layers` without its calls. Raises GraphFormError.

    A config that is a bare list holds the layers of a Sequential of Keras 1. Only an unfinished layer may have none.
    """
    config = entry.get("config", {} if unfinished else None) if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or config is None:
        expected = "a table with class_name and config"
        raise GraphFormError(f"A layer is {expected}.", path, where=where, expected=expected, actual=entry)
    class_name = entry.get("class_name")
    if not isinstance(class_name, str):
        sentence, at = "A layer needs its class_name.", (*path, "class_name")
        raise GraphFormError(sentence, at, where=where, expected="the name of a class", actual=class_name)
    if not isinstance(config, Mapping) and not (isinstance(config, (list, tuple)) and class_name == "Sequential"):
        sentence, expected = "A layer's 'config' must be a table of settings.", "a table of settings under 'config'"
        raise GraphFormError(sentence, (*path, "config"), where=where, expected=expected, actual=config)
    settings = dict(config) if isinstance(config, Mapping) else {"layers": list(config)}
    name = entry.get("name", settings.get("name"))
    name_path = (*path, "name") if "name" in entry else (*path, "config", "name")
    if name is not None and not isinstance(name, str):
        sentence = f"The name of a layer is a text, not {shorten(name)}."
        raise GraphFormError(sentence, name_path, where=where, expected="a name", actual=name)
    return LayerForm(class_name, name, settings, path, name_path, where if name is None else f"{where} ({name!r:.82})")


def listed_calls(value: object, path: Path, *, where: str = "") -> Sequence[object]:
    """The items of `inbound_nodes`, unread; None stands for no calls. Raises GraphFormError."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        sentence = "'inbound_nodes' must be a list with one item for each call of the layer."
        raise GraphFormError(sentence, path, where=where, expected="a list under 'inbound_nodes'", actual=value)
    return value


def read_calls(
    calls: Sequence[object], path: Path, counts: Mapping[str, int], *, where: str = "", unfinished: bool = False
) -> tuple[CallForm, ...]:
    """The items of `inbound_nodes`. counts: how many calls each layer has, by name. Raises GraphFormError.

    Only in an unfinished graph may a call take nothing in.
    """
    return tuple(
        _read_call(call, (*path, index), counts, f"{where}[{index}]", unfinished) for index, call in enumerate(calls)
    )


def _read_call(call: object, path: Path, counts: Mapping[str, int], where: str, unfinished: bool) -> CallForm:
    if not isinstance(call, (list, tuple)) or not (call or unfinished):
        expected = "a list of [layer, call, output]"
        raise GraphFormError(f"A call is {expected}.", path, where=where, expected=expected, actual=call)
    if call and isinstance(call[0], str):  # a single source may stand without the list around it
        return (_read_source(call, path, counts, where),)
    return tuple(_read_source(source, (*path, index), counts, where) for index, source in enumerate(call))


def _read_source(source: object, path: Path, counts: Mapping[str, int], where: str) -> SourceForm:
    if not isinstance(source, (list, tuple)) or not 3 <= len(source) <= 4 or not isinstance(source[0], str):
        sentence = "An input is written as [layer, call, output] or with a table of arguments."
        raise GraphFormError(sentence, path, where=where, expected=_SOURCE, actual=source)
    layer, call, tensor = source[:3]
    if layer not in counts:
        near = difflib.get_close_matches(layer[:80], counts, 1)
        raise GraphFormError(
            f"There is no layer named '{layer:.80}'.",
            path,
            where=where,
            expected="the name of a layer of the model",
            actual=layer,
            hint=f"Did you mean '{near[0]:.80}'?" if near else None,
        )
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in (call, tensor)):
        sentence = f"Call and output are whole numbers from 0, not {call!r:.40} and {tensor!r:.40}."
        raise GraphFormError(sentence, path, where=where, expected=_SOURCE, actual=source)
    if call >= counts[layer]:
        times = "once" if counts[layer] == 1 else f"{counts[layer]} times"
        sentence = f"'{layer:.80}' is called {times}; there is no call {call!r:.40}."
        expected = f"a call below {counts[layer]} of {shorten(layer)}"
        raise GraphFormError(sentence, path, where=where, expected=expected, actual=call)
    arguments = source[3] if len(source) == 4 else None
    if arguments is not None and not isinstance(arguments, Mapping):
        sentence, expected = "The arguments of a call must be a table.", "a table of arguments"
        raise GraphFormError(sentence, path, where=where, expected=expected, actual=arguments)
    return SourceForm(layer, call, tensor, dict(arguments) if arguments else _NO_ARGUMENTS)


def read_graph_form(
    config: object, *, at: Path = (), layers_at: Path | None = None, unfinished: bool = False
) -> GraphForm:
    """The graph of a config {name, layers, input_layers, output_layers}. Raises GraphFormError.

    at: where the config stands in its text; layers_at: where its layers do, if not under "layers" of it.
    unfinished: layers may lack names, configs and inputs, the ends may be unsaid, and an earlier call of a layer may be
    fed by a later one.
    """
    return _Reader(config, at, (*at, "layers") if layers_at is None else layers_at, unfinished).read()


class _Reader:
    """Reads the layers first, as wires name them, then the wires, then the ends."""

    def __init__(self, config: object, at: Path, layers_at: Path, unfinished: bool) -> None:
        if not isinstance(config, Mapping):
            sentence, where = "The config of a model is a table.", "config of a model"
            raise GraphFormError(sentence, at, where=where, expected="a table", actual=config)
        self.config, self.at, self.layers_at, self.unfinished = config, at, layers_at, unfinished
        self.where = f"config of model {shorten(config.get('name'))}"

    def read(self) -> GraphForm:
        unwired: list[tuple[LayerForm, Sequence[object]]] = []
        counts: dict[str, int] = {}
        for index, entry in enumerate(self._entries()):
            layer = self._layer(index, entry, counts)
            inbound = entry.get("inbound_nodes") if isinstance(entry, Mapping) else None
            calls = listed_calls(inbound, (*layer.path, "inbound_nodes"), where=layer.where)
            unwired.append((layer, calls))
            if layer.name is not None:
                counts[layer.name] = max(len(calls), 1)
        layers = tuple(self._wired(layer, calls, counts) for layer, calls in unwired)
        order = self._order(layers)
        inputs, outputs = self._ends("input_layers", counts), self._ends("output_layers", counts)
        return GraphForm(self.config.get("name"), layers, inputs or (), outputs, order)

    def _entries(self) -> Sequence[object]:
        entries = self.config.get("layers")
        if not isinstance(entries, (list, tuple)):
            sentence, expected = "'layers' must be a list.", "a list under 'layers'"
            raise GraphFormError(sentence, self.layers_at, where=self.where, expected=expected, actual=entries)
        if len(entries) > MOST_LAYERS:
            expected, actual = f"at most {MOST_LAYERS} layers", f"{len(entries)} layers"
            sentence = f"A model has {expected}, not {len(entries)}."
            raise GraphFormError(sentence, self.layers_at, where=self.where, expected=expected, actual=actual)
        return entries

    def _layer(self, index: int, entry: object, known: Mapping[str, int]) -> LayerForm:
        where = f"{self.where}, layers[{index}]"
        layer = read_layer_form(entry, (*self.layers_at, index), where=where, unfinished=self.unfinished)
        if layer.name is None and not self.unfinished:
            sentence = "A layer of a graph needs its name."
            raise GraphFormError(sentence, layer.name_path, where=where, expected="a name", actual=None)
        if layer.name in known:
            raise GraphFormError(
                f"There are two layers named '{layer.name:.80}'.",
                layer.name_path,
                where=where,
                expected="a name of its own for each layer",
                actual=f"{shorten(layer.name)} twice",
                hint="Give each layer its own name.",
            )
        return layer

    def _wired(self, layer: LayerForm, calls: Sequence[object], counts: Mapping[str, int]) -> LayerForm:
        if not calls:
            return layer
        path, where = (*layer.path, "inbound_nodes"), f"{layer.where}, inbound_nodes"
        return replace(layer, calls=read_calls(calls, path, counts, where=where, unfinished=self.unfinished))

    def _order(self, layers: Sequence[LayerForm]) -> list[tuple[str, int]]:
        needs: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for layer in layers:
            name = layer.name
            if name is None:
                continue
            for index, call in enumerate(layer.calls or ((),)):
                before = [(source.layer, source.call) for source in call]
                if index and not self.unfinished:
                    before.append((name, index - 1))
                needs[name, index] = before
        order = in_order(needs)
        if len(order) < len(needs):
            steps = [name for name, _ in circle(needs)]
            way = " -> ".join(
                f"{name:.80}" for name in (steps if len(steps) <= 8 else [*steps[:4], "...", *steps[-3:]])
            )
            at = next((*layer.path, "inbound_nodes") for layer in layers if layer.name == steps[0])
            sentence, expected = f"The wires close a circle: {way}.", "layers without a circle"
            raise GraphFormError(sentence, at, where=self.where, expected=expected, actual=way)
        return order

    def _ends(self, key: str, counts: Mapping[str, int]) -> tuple[SourceForm, ...] | None:
        ends, path, where = self.config.get(key), (*self.at, key), f"{self.where}, {key}"
        if not isinstance(ends, (list, tuple)) or not (ends or self.unfinished):
            if ends is None and self.unfinished:
                return None
            sentence, expected = f"'{key}' must be a list of [layer, call, output].", "a list of [layer, call, output]"
            raise GraphFormError(sentence, path, where=where, expected=expected, actual=ends)
        # Keras 2.4 and later write a single end without the list around it.
        return _read_call(ends, path, counts, where, unfinished=True)
