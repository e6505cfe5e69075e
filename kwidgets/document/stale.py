"""Is a command still meant as it was when its view was drawn?

Two views may show different versions. A command from an older one is carried out when everything it speaks of is the
same now as then; it is refused when its meaning has changed: the wire is another one, the value was changed meanwhile,
or it would wipe out changes that its view has not seen (paste, template, new). Moving a node that still exists, or
adding after it, is always meant the same.
"""

from __future__ import annotations

from collections.abc import Callable

from ..refused import Refused
from . import nested, settings
from .commands import Message
from .draft import Draft, outermost, split_node, split_wire
from .edit_nested import commands_of, directed, inside_command
from .training import LEARNING_RATE, learning_rate

# What is compared: equal for two drafts where the command means the same in both.
Meaning = object


def meaning(draft: Draft, message: Message) -> Meaning:
    """Everything in the draft that decides what the command would do; equal for two drafts: it means the same."""
    return MEANINGS.get(str(message.get("do")), _nothing)(draft, message)


def _in_block(draft: Draft, message: Message) -> Meaning:
    """What the command inside means to the block's own graph."""
    step = inside_command(message)
    if step is None or not draft.has(step.block):
        return None
    inside = nested.readable(split_node(step.block)[0], draft.part(step.block))
    if inside is None:
        return None
    try:
        return meaning(inside.draft, directed(inside.draft, step.command))
    except Refused as refusal:
        return refusal.why


def _each(draft: Draft, message: Message) -> Meaning:
    return [meaning(draft, asked) for asked in commands_of(message)]


def _nothing(draft: Draft, message: Message) -> Meaning:
    return None


def _class(draft: Draft, node: object) -> str | None:
    return draft.part(node).class_name if isinstance(node, str) and draft.has(node) else None


def _wire(draft: Draft, wire: object) -> Meaning:
    node, index = split_wire(wire) if isinstance(wire, str) else ("", -1)
    return draft.sources(node)[index] if draft.has(node) and 0 <= index < len(draft.sources(node)) else None


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple, dict)) else [value]


def _add(draft: Draft, message: Message) -> Meaning:
    return (_class(draft, message.get("after")), _wire(draft, message.get("wire")))


def _insert(draft: Draft, message: Message) -> Meaning:
    return (_class(draft, message.get("node")), _wire(draft, message.get("wire")))


def _connect(draft: Draft, message: Message) -> Meaning:
    target = message.get("target")
    sources = draft.sources(target) if isinstance(target, str) and draft.has(target) else None
    return (_class(draft, message.get("source")), sources)


def _nodes(draft: Draft, message: Message) -> Meaning:
    named = [*_listed(message.get("nodes")), *_listed(message.get("positions")), message.get("node")]
    return [_class(draft, node) for node in named]


def _around_node(draft: Draft, message: Message) -> Meaning:
    node = message.get("node")
    sources = draft.sources(node) if isinstance(node, str) and draft.has(node) else None
    return (sources, _class(draft, message.get("after")))


def _wires(draft: Draft, message: Message) -> Meaning:
    return [_wire(draft, wire) for wire in _listed(message.get("wires"))]


def _values(draft: Draft, message: Message) -> Meaning:
    key = str(message.get("field"))
    parts = [draft.layers.get(str(name)) for name in _listed(message.get("layers"))]
    return [part and (part.class_name, settings.value_at(part.class_name, part.config, key)) for part in parts]


def _parts(draft: Draft, message: Message) -> Meaning:
    return [draft.layers.get(str(name)) for name in _listed(message.get("layers"))]


def _switched(draft: Draft, message: Message) -> Meaning:
    """What a switch without a value would turn round."""
    names = [split_node(str(node))[0] for node in _listed(message.get("nodes"))]
    states: list[Meaning] = []
    for name in names:
        part = draft.layers.get(name)
        states.append(part and (part.class_name, part.config.get("trainable"), name in draft.bypassed))
    return states


def _inside(draft: Draft, message: Message) -> Meaning:
    """The layers chosen and all wires that touch them."""
    nodes = {str(node) for node in [*_listed(message.get("nodes")), message.get("node")]}
    targets = draft.targets()
    return [(draft.part(node), targets[node]) for node in sorted(nodes) if draft.has(node)]


def _note(draft: Draft, message: Message) -> Meaning:
    return [note for note in draft.notes if note["id"] == message.get("note")]


def _data_and_training(draft: Draft, message: Message) -> Meaning:
    return (draft.data, draft.training, draft.outputs, draft.input_names())


def _layer(draft: Draft, message: Message) -> Meaning:
    part = draft.layers.get(str(message.get("layer")))
    return part and part.class_name


def _settings(where: str) -> Callable[[Draft, Message], Meaning]:
    def values_now(draft: Draft, message: Message) -> Meaning:
        values = {**draft.training, LEARNING_RATE: learning_rate(draft), **getattr(draft, where)}
        return {key: values.get(key) for key in message if key not in ("do", "seen", "id")}

    return values_now


def _everything(draft: Draft, message: Message) -> Meaning:
    return (draft.kind, draft.name, draft.layers, draft.outputs, draft.data, draft.training)


def _problem(draft: Draft, message: Message) -> Meaning:
    node = str(message.get("problem")).rpartition(":")[0]
    part = draft.layers.get(split_node(outermost(node))[0])
    if outermost(node) != node:
        return part
    return part and (part.class_name, part.calls)


# What decides the meaning of each command.
MEANINGS: dict[str, Callable[[Draft, Message], Meaning]] = {
    **dict.fromkeys(("arrange", "name_model", "note", "set_kind"), _nothing),
    "inside": _in_block,
    "each": _each,
    "do_all": _each,
    "add": _add,
    "add_with": _add,
    "paste_layers": _add,
    "connect": _connect,
    "connect_or_merge": _connect,
    "remove": _nodes,
    "cut": _nodes,
    "duplicate": _nodes,
    "align": _nodes,
    "distribute": _nodes,
    "freeze": _switched,
    "bypass": _switched,
    "group": _inside,
    "ungroup": _inside,
    "wrap": _parts,
    "set_note": _note,
    "remove_note": _note,
    "mend_data": _data_and_training,
    "move": _nodes,
    "insert": _insert,
    "use_again": _nodes,
    "mark_output": _nodes,
    "replace": _nodes,
    "reorder": _around_node,
    "disconnect": _wires,
    "set": _values,
    "rename": _layer,
    "set_data": _settings("data"),
    "set_training": _settings("training"),
    "paste": _everything,
    "choose_model": _everything,
    "template": _everything,
    "new": _everything,
    "mend": _problem,
}
