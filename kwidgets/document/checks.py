"""Shapes, parameters and faults of every node, by the engine's own layers called on symbolic tensors.

A `Checker` remembers, per layer, the settings it was made from and, per call, the kind of tensor that came in. A change
recomputes the nodes it touches and goes on downstream only while what comes out differs. A node behind a faulty one
waits; independent branches go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from engine.describe import Tensor
from engine.describe.graphs import without_unused_calls
from engine.errors import Arriving, EngineError, TooLarge, shapes_in_words
from engine.experiment import bytes_in_words, memory_limit
from engine.layers import Layer
from engine.mistakes import layer_mistakes
from engine.types import Config, Shape

from ..messages import State
from ..words import common
from ..words import problems as say
from . import settings
from .draft import INPUT, NO_ARGUMENTS, Draft, Part, Source, bare, node_id, order, split_node
from .labels import shape_words

# Below this many bytes nobody asks how much memory is free.
_SMALL = 64 * 2**20
_NO_LIMIT = 2**63

# What decides the result of a call: the kinds of tensors that come in, and from which layers.
Signature = tuple[object, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a node. changes: finds the engine's own proposals, plain data. short: the same in words for a card."""

    code: str
    sentence: str
    hint: str | None = None
    changes: Callable[[], list[Config]] | None = field(default=None, compare=False)
    short: str | None = None


@dataclass(frozen=True)
class Checked:
    """One node after the check. tensors: what comes out, for the nodes behind it."""

    state: State
    tensors: tuple[Tensor, ...] = ()
    fault: Fault | None = None
    waits_for: str | None = None

    @property
    def shape(self) -> Shape | None:
        """The shape of the first result; None while there is none."""
        return tuple(self.tensors[0].shape) if self.tensors else None


@dataclass(frozen=True)
class Weights:
    """What a layer learns. parameters: how many numbers, nbytes: their size; weights: name and shape of each array."""

    parameters: int = 0
    trainable: int = 0
    nbytes: int = 0
    weights: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass
class _Record:
    """What is known of one layer: made from which settings, and the result of each call."""

    class_name: str
    config: Config
    layer: Layer | None
    fault: Fault | None
    calls: dict[int, tuple[Signature, Checked]] = field(default_factory=dict)
    weights: Weights | None = None


@dataclass(frozen=True)
class Checkup:
    """Result for a whole draft. `computed` counts the nodes that had to be computed again.

    tried: what layers outside of the graph would give after its nodes, by node, class and settings (the search's).
    """

    nodes: dict[str, Checked]
    layers: dict[str, Weights]
    computed: int
    tried: dict[tuple[str, str, str], Checked] = field(default_factory=dict, compare=False, repr=False)


class Checker:
    """Checks drafts, one after the other. records: what is known of each layer by its name."""

    def __init__(self, records: dict[str, _Record] | None = None) -> None:
        self._records: dict[str, _Record] = {} if records is None else records

    def fork(self) -> Checker:
        """A checker that knows the same and leaves this one as it is."""
        return Checker(dict(self._records))

    def check(self, draft: Draft) -> Checkup:
        """Checks every node of a draft; the draft has no circle."""
        for name in [name for name in self._records if name not in draft.layers]:
            del self._records[name]
        nodes: dict[str, Checked] = {}
        made: set[str] = set()  # layers made anew in this check
        seen: dict[str, dict[int, Signature]] = {}
        computed = 0
        for node in order(draft, calls_in_order=False):
            layer, call = split_node(node)
            part = draft.layers[layer]
            early = _early(draft, node, part, nodes)
            if early is not None:
                nodes[node] = early
                continue
            tensors = [nodes[source.node].tensors[source.tensor] for source in part.calls[call]]
            if layer in draft.bypassed:
                nodes[node] = Checked("ok", (tensors[0],))
                continue
            arguments = part.calls[call][0].arguments if part.calls[call] else NO_ARGUMENTS
            arriving = (tuple(_signature(t) for t in tensors), tuple(s.layer for s in part.calls[call]))
            # The first call builds the layer's weights, so what a later call gives depends on the calls before it.
            before = dict(seen.get(layer, {}))
            seen.setdefault(layer, {})[call] = arriving
            signature = (arriving, tuple(before.values()))
            record = self._records.get(layer)
            if record is None or record.config is not part.config or record.class_name != part.class_name:
                record = self._make(layer, part)
                made.add(layer)
            remembered = record.calls.get(call)
            if remembered is not None and remembered[0] == signature:
                nodes[node] = remembered[1]
                continue
            if layer in made or any(nodes[node_id(layer, earlier)].state == "ok" for earlier in before):
                record = self._records[layer] = replace(record, calls=dict(record.calls))
            else:  # this call or a later one built the layer and has changed: only the calls before are still valid
                earlier_calls = {earlier: record.calls[earlier] for earlier in before}
                record = self._make(layer, part)
                record.calls.update(earlier_calls)
                made.add(layer)
            nodes[node] = _called(record, node, part, tensors, arguments, draft.sources(node))
            record.calls[call] = (signature, nodes[node])
            record.weights = None
            computed += 1
        built = {split_node(node)[0] for node, checked in nodes.items() if checked.state == "ok"} - draft.bypassed
        weights = {name: self._weights(name) if name in built else Weights() for name in draft.layers}
        return Checkup(_with_room(nodes, weights), weights, computed)

    def _make(self, name: str, part: Part) -> _Record:
        layer, fault = _layer(name, part)
        record = self._records[name] = _Record(part.class_name, part.config, layer, fault)
        return record

    def _weights(self, name: str) -> Weights:
        record = self._records.get(name)
        if record is None or record.layer is None:
            return Weights()
        if record.weights is None:
            record = self._records[name] = replace(record, weights=_count(record.layer))
        return record.weights or Weights()


def _with_room(nodes: dict[str, Checked], weights: Mapping[str, Weights]) -> dict[str, Checked]:
    """The nodes; wrong is also one whose result or weights, with those before them, are more than the memory has room for."""
    limit: int | None = None
    total, counted, full = 0, set[str](), False
    checked: dict[str, Checked] = {}
    for node, one in nodes.items():
        name = split_node(node)[0]
        size = 0 if name in counted or one.state != "ok" else weights[name].nbytes
        counted.add(name)
        result = max((_sample_bytes(tensor) for tensor in one.tensors), default=0)
        if max(total + size, result) > _SMALL and limit is None:
            limit = memory_limit() or _NO_LIMIT
        fault = None if limit is None else _memory_fault(bare(name), size, 0 if full else total, result, limit)
        checked[node] = one if fault is None else Checked("wrong", fault=fault)
        # The layer that is one too many says so; those behind it would only say it again.
        total, full = total + size, full or fault is not None
    return checked


def _memory_fault(layer: str, nbytes: int, before: int, result: int, limit: int) -> Fault | None:
    most = bytes_in_words(limit)
    if result > limit:
        size = bytes_in_words(result)
        sentence = say.result_too_large(layer, size, most)
    elif nbytes and nbytes + before > limit:
        size = bytes_in_words(nbytes)
        sentence = say.weights_too_large(
            layer, size, bytes_in_words(before) if before and nbytes <= limit else None, most
        )
    else:
        return None
    return Fault("memory", sentence, say.MAKE_IT_SMALLER, short=say.too_large(size))


def _sample_bytes(tensor: Tensor) -> int:
    return prod(1 if size is None else size for size in tensor.shape) * tensor.dtype.itemsize


def _early(draft: Draft, node: str, part: Part, nodes: dict[str, Checked]) -> Checked | None:
    """Verdict that needs no layer: nothing wired in, or something before it is not right yet."""
    sources, name = draft.sources(node), split_node(node)[0]
    layer = bare(name)
    if part.class_name == INPUT:
        return None
    for source in sources:
        before = nodes.get(source.node)
        if before is None or before.state != "ok":
            return Checked("waiting", waits_for=source.layer)
        if source.tensor >= len(before.tensors):
            sentence = say.takes_a_missing_output(layer, source.tensor, bare(source.layer), len(before.tensors))
            return Checked("wrong", fault=Fault("shape", sentence, say.CONNECT_IT_AGAIN))
    if not sources:
        sentence = common.nothing_wired_into(layer)
        return Checked("wrong", fault=Fault("no_input", sentence, say.WIRE_THE_LAYER_BEFORE, short=say.NEEDS_A_WIRE))
    return None


def _signature(tensor: Tensor) -> Signature:
    return (tuple(tensor.shape), str(tensor.dtype), getattr(tensor, "_mask", None) is not None)


def _layer(name: str, part: Part) -> tuple[Layer | None, Fault | None]:
    try:
        config = without_unused_calls(part.config)
        return settings.layer_class(part.class_name).from_config({**config, "name": bare(name)}), None
    except TooLarge as error:
        return None, Fault("memory", str(error), say.MAKE_IT_SMALLER, short=say.too_large(error.actual))
    except EngineError as error:
        if part.class_name == INPUT and part.config.get("batch_input_shape") is None:
            return None, Fault("no_shape", error.sentence, say.GIVE_THE_SHAPE_OF_ONE_SAMPLE, short=say.NEEDS_A_SHAPE)
        return None, Fault("setting", error.sentence, error.hint, _changes(error))
    except Exception as error:  # a user's own class may raise anything
        return None, Fault("setting", f"{type(error).__name__}: {error}")


def _called(
    record: _Record,
    node: str,
    part: Part,
    tensors: list[Tensor],
    arguments: Mapping[str, object],
    sources: Iterable[Source],
) -> Checked:
    if record.layer is None:
        return Checked("wrong", fault=record.fault)
    if part.class_name == INPUT:
        return Checked("ok", _as_tuple(record.layer.output))
    name, before = bare(split_node(node)[0]), [bare(source.layer) for source in sources]
    try:
        result = record.layer(tensors if len(tensors) > 1 else tensors[0], **arguments)
    except TooLarge as error:
        return Checked(
            "wrong", fault=Fault("memory", str(error), say.MAKE_IT_SMALLER, short=say.too_large(error.actual))
        )
    except EngineError as error:
        return Checked("wrong", fault=_fault(error, part, name, _arriving(tensors, before)))
    except Exception as error:  # a user's own class may raise anything
        raised = EngineError(f"{type(error).__name__}: {error}")
        raised.happened_in("", name, _arriving(tensors, before))
        return Checked("wrong", fault=Fault("shape", raised.sentence))
    outputs = _as_tuple(result)
    shapes = [tuple(tensor.shape) for tensor in outputs]
    for mistake in layer_mistakes(name, part.class_name, _arriving(tensors, before), shapes):
        if mistake.severity == "error":
            fault = Fault("shape", mistake.sentence, mistake.hint, short=say.NOTHING_IS_LEFT)
            return Checked("wrong", fault=fault)
    return Checked("ok", outputs)


def called_once(part: Part, tensors: list[Tensor]) -> Checked:
    """What a layer with these settings gives for these tensors, outside any graph: for trying what would fit."""
    layer, fault = _layer(part.class_name.lower(), part)
    if fault is not None:
        return Checked("wrong", fault=fault)
    record = _Record(part.class_name, part.config, layer, None)
    sources = [Source(say.input_number(index)) for index, _ in enumerate(tensors, 1)]
    return _called(record, f"{part.class_name.lower()}@0", part, tensors, NO_ARGUMENTS, sources)


def _as_tuple(tensors: Tensor | Sequence[Tensor]) -> tuple[Tensor, ...]:
    return (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)


def shape_text(shape: Iterable[int | None]) -> str:
    """(None, 8, 1) as it is shown everywhere."""
    return str(tuple(shape))


def _arriving(tensors: Sequence[Tensor], names: Sequence[str]) -> tuple[Arriving, ...]:
    return tuple(Arriving(tuple(t.shape), name) for t, name in zip(tensors, names, strict=True))


def _changes(error: EngineError) -> Callable[[], list[Config]]:
    """Where its changes can be had later, without the frames in which it was raised."""
    return error.with_traceback(None).changes


def _fault(error: EngineError, part: Part, name: str, arriving: tuple[Arriving, ...]) -> Fault:
    """The engine's own sentence; a layer that is bypassed is on the canvas, so it is named as what the wire comes from."""
    if error.layer in (None, name):
        error.layer, error.arriving = name, arriving
    shapes = list(dict.fromkeys(shape_words(one.shape) for one in arriving))
    short = (
        " ≠ ".join(shapes)
        if len(shapes) > 1
        else say.needs(shapes_in_words(error.expected))
        if error.expected
        else None
    )
    too_few = len(arriving) == 1 and settings.inputs_of(part.class_name, part.config) == "many"
    return Fault("few_inputs" if too_few else "shape", error.sentence, error.hint, _changes(error), short)


def _count(layer: Layer) -> Weights:
    weights = tuple((str(w.name), tuple(int(n) for n in w.shape)) for w in layer.weights)
    total = sum(prod(shape) for _, shape in weights)
    trainable = sum(prod(int(n) for n in w.shape) for w in layer.trainable_weights)
    return Weights(total, trainable, sum(w.nbytes for w in layer.weights), weights)
