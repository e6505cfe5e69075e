"""What is wrong with the numbers of the chosen arrays, by the engine's own rules, with the mends that a builder can carry out.

A change of an array is not a builder's to make: it is told as a line for a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.experiment import json_able
from engine.mistakes import (
    Input,
    Mend,
    Mistake,
    Output,
    Values,
    code_of,
    input_mistakes,
    sample_mistakes,
    target_mistakes,
)
from engine.types import Config

from .. import messages
from ..words import data as say
from . import settings
from .checks import Checkup
from .commands import CommandMessage
from .draft import Draft, node_id, split_node, wire_id
from .problems import last_activation, loss_of

Steps = list[CommandMessage]
_BY_STEPS = ("Dense", "Dropout", "Activation", "TimeDistributed", "BatchNormalization")


@dataclass(frozen=True)
class ValueMend:
    """A change of the graph or of the training, as commands."""

    label: str
    commands: Steps


@dataclass(frozen=True)
class ValueFault:
    """warning: whether training would begin all the same. hint: what to do in a cell. cell: the same as its whole text."""

    id: str
    sentence: str
    mends: tuple[ValueMend, ...]
    warning: bool
    hint: str | None
    cell: str | None = None


def of_values(
    draft: Draft,
    checkup: Checkup,
    arrays: Mapping[str, messages.ArrayEntry],
    facts: Mapping[str, messages.ArrayFacts],
) -> Iterator[ValueFault]:
    """What is wrong with numbers that are known, of arrays whose shape fits."""
    for name in draft.input_names():
        key = draft.data["inputs"].get(name, "")
        if key in arrays and key in facts:
            values = _values(arrays[key], facts[key])
            yield from _faults(draft, f"inputs:{name}", of_input(draft, checkup, name, values))
    for node in draft.outputs:
        name = split_node(node)[0]
        key = draft.data["targets"].get(name, "")
        if key in arrays and key in facts:
            values = _values(arrays[key], facts[key])
            yield from _faults(draft, f"targets:{name}", of_target(draft, checkup, node, values))


def of_input(draft: Draft, checkup: Checkup, name: str, values: Values) -> Iterator[Mistake]:
    """What the engine says of an input and its array."""
    node = node_id(name, 0)
    shape = checkup.nodes[node].shape if node in checkup.nodes else None
    if shape is not None:
        yield from input_mistakes(_input(draft, name, shape), values)


def of_target(draft: Draft, checkup: Checkup, node: str, values: Values) -> Iterator[Mistake]:
    """What the engine says of an output and its array."""
    name, checked = split_node(node)[0], checkup.nodes.get(node)
    if checked is None or not checked.shape:
        return
    layer, activation = last_activation(draft, node)
    width = next((field for field in ("units", "filters") if field in draft.layers[layer].config), None)
    recurrent = _recurrent_before(draft, node)
    steps = recurrent != "" and draft.layers[recurrent].config.get("return_sequences") is True
    output = Output(name, checked.shape, layer, activation, loss_of(draft, name), width, recurrent, steps)
    yield from target_mistakes(output, values)


def _recurrent_before(draft: Draft, node: str) -> str:
    """The recurrent layer that a node follows, with nothing between but what works step by step."""
    while not settings.has(draft.part(node).class_name, draft.part(node).config, "return_sequences"):
        if draft.part(node).class_name not in _BY_STEPS or len(draft.sources(node)) != 1:
            return ""
        node = draft.sources(node)[0].node
    return split_node(node)[0]


def for_shape(draft: Draft, where: str, mistakes: Iterator[Mistake]) -> ValueFault | None:
    """What the engine says of an array of another shape; None where it says nothing."""
    for mistake in mistakes:
        mends = tuple(mend for one in mistake.mends if (mend := _as_commands(draft, one)) is not None)
        return ValueFault(f"{where}:shape", mistake.sentence, mends, False, _hint(mistake), _cell(mistake))
    return None


def of_lengths(lengths: Mapping[str, int]) -> Iterator[ValueFault]:
    """That the chosen arrays have different numbers of samples."""
    for mistake in sample_mistakes(lengths):
        yield ValueFault("data:lengths", mistake.sentence, (), False, _hint(mistake), _cell(mistake))


def known_values(array: messages.ArrayEntry, facts: messages.ArrayFacts | None) -> Values:
    """What is known of an array, by its shape alone where nobody has looked into it."""
    if facts is not None:
        return _values(array, facts)
    return Values(array["key"], tuple(array["shape"]), array["dtype"])


def _values(array: messages.ArrayEntry, facts: messages.ArrayFacts) -> Values:
    classes = facts["classes"]
    whole = array["dtype"].lstrip("u").startswith(("int", "bool")) or classes is not None or (_is_whole(facts) and None)
    distinct = len(classes) if classes is not None and facts["whole"] else None
    figures = (facts["minimum"], facts["maximum"], facts["missing"])
    return Values(array["key"], tuple(array["shape"]), array["dtype"], *figures, whole, distinct)


def _is_whole(facts: messages.ArrayFacts) -> bool:
    """Whether no number that is known of an array has a fraction."""
    known = [facts["minimum"], facts["maximum"], *_flat(facts["samples"] if facts["kind"] == "numbers" else [])]
    return all(number.is_integer() for number in known if isinstance(number, float))


def _flat(samples: Sequence[object]) -> Iterator[object]:
    for sample in samples:
        yield from _flat(sample) if isinstance(sample, list) else [sample]


def _input(draft: Draft, name: str, shape: Sequence[int | None]) -> Input:
    users = [split_node(node)[0] for node, _ in draft.targets()[node_id(name, 0)]]
    embedding = next((user for user in users if draft.layers[user].class_name == "Embedding"), None)
    words = None if embedding is None else draft.layers[embedding].config.get("input_dim")
    first = users[0] if len(set(users)) == 1 else ""
    first_class = draft.layers[first].class_name if first else ""
    known = words if isinstance(words, int) else None
    texts = draft.layers[name].config.get("dtype") == settings.TEXTS
    return Input(name, tuple(shape), first, first_class, known, embedding or "", texts)


def _faults(draft: Draft, where: str, mistakes: Iterator[Mistake]) -> Iterator[ValueFault]:
    """Those of shapes are told by the rules of data that know the other arrays."""
    for mistake in mistakes:
        if mistake.kind in ("shape", "channels", "target_shape"):
            continue
        mends = tuple(mend for one in mistake.mends if (mend := _as_commands(draft, one)) is not None)
        warning = mistake.severity == "warning"
        yield ValueFault(f"{where}:{mistake.kind}", mistake.sentence, mends, warning, _hint(mistake), _cell(mistake))


def _hint(mistake: Mistake) -> str | None:
    line = _line(mistake)
    return mistake.hint if line is None else say.in_a_cell(line)


def _line(mistake: Mistake) -> str | None:
    """The first mend that changes arrays alone, as Python."""
    return next((code_of(mend.changes, {}) for mend in mistake.mends if _only_arrays(mend)), None)


def _cell(mistake: Mistake) -> str | None:
    """The same with what it needs."""
    line = _line(mistake)
    return None if line is None else say.whole_cell(line)


def _only_arrays(mend: Mend) -> bool:
    return all("array" in change for change in mend.changes)


def _as_commands(draft: Draft, mend: Mend) -> ValueMend | None:
    """A mend of the engine's as commands; None where it changes an array or where it goes is not plain."""
    steps: Steps = []
    for change in mend.changes:
        step = _as_command(draft, change)
        if step is None:
            return None
        steps.append(step)
    return ValueMend(mend.label, steps)


def _as_command(draft: Draft, change: Config) -> CommandMessage | None:
    if "array" in change:
        return None
    what = change.get("set")
    if what is not None and "loss" in what:
        return {"do": "set_training", "loss": {what["output"]: what["loss"]}}
    if what is not None:
        return {"do": "set", "layers": [what["layer"]], "field": what["field"], "value": json_able(what["value"])}
    wire = wire_id(node_id(change["before"], 0), 0) if "before" in change else _only_wire(draft, change["after"])
    if wire is None:
        return None
    return {"do": "add", "class_name": change["insert"], "wire": wire, "settings": change.get("settings") or {}}


def _only_wire(draft: Draft, layer: str) -> str | None:
    targets = draft.targets()[node_id(layer, 0)]
    return wire_id(*targets[0]) if len(targets) == 1 else None
