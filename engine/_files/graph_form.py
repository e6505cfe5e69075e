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
from .call_numbers import counted_from_zero
from .guards import Path

MOST_LAYERS = 100_000
_SOURCE = "[layer, call, output], perhaps with a table of arguments"
_NO_ARGUMENTS: Mapping[str, object] = {}


class GraphFormError(GraphError):
    """A config of a graph is refused.

    Args:
        message: what is wrong, in words; the text of the error has the place before it.
        path: the keys that lead to what is wrong.
        where: the same for messages.
        expected: what should stand there.
        actual: what stands there.
        hint: how to mend it; None (the default): nothing is said.
    """

    def __init__(
        self, message: str, path: Path, *, where: str, expected: str, actual: object, hint: str | None = None
    ) -> None:
        self.path = path
        text = actual if isinstance(actual, str) else shorten(actual)
        super().__init__(message, where=where, expected=expected, actual=text, hint=hint)


class SourceForm(NamedTuple):
    """Where an input of a call comes from.

    Args:
        layer: the name of the layer that gives it.
        call: the index of that layer's call.
        tensor: the index of the output.
        arguments: further arguments of the call that takes it.
    """

    layer: str
    call: int
    tensor: int
    arguments: Mapping[str, object] = _NO_ARGUMENTS


CallForm = tuple[SourceForm, ...]


@dataclass(frozen=True)
class LayerForm:
    """A layer as it is written.

    Args:
        class_name: its class.
        name: its name; None where none is written.
        config: its settings.
        path: the keys that lead to it.
        name_path: the keys that lead to its name.
        where: the same for messages.
        calls: for each call, where its inputs come from.
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
    """A graph of layers as it is written.

    Args:
        name: its name.
        layers: the layers.
        inputs: where it begins.
        outputs: where it ends; None where an unfinished graph does not say.
        order: the calls (layer, call) of layers with a name, each after those that feed it; a layer that takes nothing in,
            as an input, has one.
    """

    name: Any
    layers: tuple[LayerForm, ...]
    inputs: tuple[SourceForm, ...]
    outputs: tuple[SourceForm, ...] | None
    order: list[tuple[str, int]]


def has_wires(layers: Sequence[object]) -> bool:
    """Whether layers are those of a graph; those of a stack have no `inbound_nodes`.

    Args:
        layers: the entries of `layers` in a config.

    Returns:
        True or False.

    Example:
        >>> has_wires([{"class_name": "Dense", "config": {}}])
        False
    """
    return any(isinstance(entry, Mapping) and "inbound_nodes" in entry for entry in layers)


def ends_of(config: Mapping[str, object], key: str) -> list[Any]:
    """What "input_layers" or "output_layers" lists, unchecked. A single end may stand alone.

    Args:
        config: the config of a graph.
        key: "input_layers" or "output_layers".

    Returns:
        The entries; an empty list for anything else.

    Example:
        >>> ends_of({"input_layers": ["input_1", 0, 0]}, "input_layers")
        [['input_1', 0, 0]]
    """
    ends = config.get(key)
    if not isinstance(ends, (list, tuple)) or not ends:
        return []
    return [list(ends)] if isinstance(ends[0], str) else list(ends)


def read_layer_form(entry: object, path: Path, *, where: str = "", unfinished: bool = False) -> LayerForm:
    """An entry of `layers` without its calls.

    A config that is a bare list holds the layers of a Sequential of Keras 1.

    Args:
        entry: the entry.
        path: the keys that lead to it.
        where: the same for messages.
        unfinished: whether it may lack its config, False by default.

    Returns:
        The layer.

    Raises:
        GraphFormError: it is no layer.

    Example:
        >>> read_layer_form({"class_name": "Dense", "config": {"units": 2}}, ()).class_name
        'Dense'
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
    """The items of `inbound_nodes`, unread.

    Args:
        value: what stands there; None stands for no calls.
        path: the keys that lead to it.
        where: the same for messages.

    Returns:
        The items.

    Raises:
        GraphFormError: it is no list.

    Example:
        >>> listed_calls([[["input_1", 0, 0, {}]]], ())
        [[['input_1', 0, 0, {}]]]
    """
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        sentence = "'inbound_nodes' must be a list with one item for each call of the layer."
        raise GraphFormError(sentence, path, where=where, expected="a list under 'inbound_nodes'", actual=value)
    return value


def read_calls(
    calls: Sequence[object], path: Path, counts: Mapping[str, int], *, where: str = "", unfinished: bool = False
) -> tuple[CallForm, ...]:
    """The items of `inbound_nodes`, read.

    Args:
        calls: the items.
        path: the keys that lead to them.
        counts: how many calls each layer has, by name.
        where: the keys for messages.
        unfinished: whether a call may take nothing in, False by default.

    Returns:
        For each call, where its inputs come from.

    Raises:
        GraphFormError: an item is no call, or names a layer or a call that is not there.

    Example:
        >>> ((source,),) = read_calls([[["input_1", 0, 0, {}]]], (), {"input_1": 1})
        >>> source.layer, source.call
        ('input_1', 0)
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
    """The graph of a config {name, layers, input_layers, output_layers}.

    Args:
        config: the config.
        at: the keys that lead to it.
        layers_at: those that lead to its layers, if these are not under "layers" of it.
        unfinished: whether layers may lack names, configs and inputs, the ends may be unsaid, and an earlier call of a
            layer may be fed by a later one; False by default.

    Returns:
        The graph.

    Raises:
        GraphFormError: something is missing or wrong, with the keys that lead to it.

    Example:
        >>> dense = {"name": "d", "class_name": "Dense", "config": {"units": 2}, "inbound_nodes": [[]]}
        >>> read_graph_form({"layers": [dense]}, unfinished=True).order
        [('d', 0)]
    """
    return _Reader(config, at, (*at, "layers") if layers_at is None else layers_at, unfinished).read()


class _Reader:
    """Reads the layers first, as wires name them, then the wires, then the ends."""

    def __init__(self, config: object, at: Path, layers_at: Path, unfinished: bool) -> None:
        if not isinstance(config, Mapping):
            sentence, where = "The config of a model is a table.", "config of a model"
            raise GraphFormError(sentence, at, where=where, expected="a table", actual=config)
        self.config, self.at, self.layers_at = counted_from_zero(dict(config)), at, layers_at
        self.unfinished = unfinished
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
