"""Commands inside nested models: carried out on the block's own graph, which is then written back into its settings.

`directed` looks at the ids of a command. Where all of them lie in one block it makes of it {do: "inside", block,
command}, with the ids as they are in there; so every command works at every depth without knowing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from engine.types import Config, Shape

from ..refused import Refused
from ..words import common
from ..words import nested as say
from . import nested, printing, settings
from .commands import COMMANDS, Done, Message, Surroundings, a_node, apply, command, listed
from .draft import INPUT, SEPARATOR, Draft, Part, Source, is_chain, node_id, outermost, split_node, split_wire, wire_id
from .nested import Nested, within
from .positions import Place

# Keys of commands that hold one id, and those that hold several.
ONE_ID = ("node", "target", "source", "after", "wire", "layer")
SEVERAL_IDS = ("nodes", "wires", "layers")
TABLES = ("positions", "places")
# Commands that take ids of every depth themselves.
AT_ANY_DEPTH = ("move", "align", "distribute", "inside", "mend", "mend_data")
TAKING_OUT = ("remove", "cut")
# Commands on each of their nodes, layers or wires by itself: where these lie in several graphs, each graph gets its share.
SHARED_OUT = {"remove": "nodes", "freeze": "nodes", "set": "layers", "disconnect": "wires"}
# Commands that make layers; dropped in the frame of a block they make them there.
DROPPED = ("add", "paste_layers")
# Settings of a nested model that its graph is written to.
WRITTEN = ("layers", "input_layers", "output_layers", "build_input_shape")


class InsideCommand(NamedTuple):
    """A command on the graph of a block. block: its node in the graph around it."""

    block: str
    command: Message


def inside_command(message: Message) -> InsideCommand | None:
    """The parts of a command {do: "inside", block, command}; None for any other."""
    block, inner = message.get("block"), message.get("command")
    if message.get("do") != "inside" or not isinstance(block, str) or not isinstance(inner, Mapping):
        return None
    return InsideCommand(block, inner)


def commands_of(message: Message) -> list[Message]:
    """The commands of a command {do: "each", commands}."""
    return [step for step in listed(message, "commands") if isinstance(step, Mapping)]


def directed(draft: Draft, message: Message) -> Message:
    """The command as it is meant: inside a block where all its ids lie there, or shared out to several graphs.

    Raises Refused for ids of several graphs where the command needs them in one.
    """
    if message.get("do") in AT_ANY_DEPTH:
        return message
    if message.get("do") in DROPPED and isinstance(block := message.get("block"), str):
        return put_inside({key: value for key, value in message.items() if key != "block"}, block)
    meant = _joined_at_the_edge(draft, _with_outer_wires(draft, _whole_blocks(draft, message)))
    ids = _ids(meant)
    blocks = dict.fromkeys(outermost(one) if outermost(one) != one else None for one in ids)
    if not ids or list(blocks) == [None]:
        return meant
    if len(blocks) > 1 and (shared := _shared_out(draft, meant)) is not None:
        return shared
    if len(blocks) > 1:
        name = next(split_node(block)[0] for block in blocks if block is not None)
        instead = say.fold_and_wire(name) if "source" in meant else say.choose_only_inside(name)
        raise Refused(say.reaches_across_the_edge(name), say.or_take_it_apart(instead))
    block = next(iter(blocks)) or ""
    return {"do": "inside", "block": block, "command": with_ids(meant, lambda one: one[len(block) + 1 :])}


def _shared_out(draft: Draft, message: Message) -> Message | None:
    """One command for each graph in which some of the ids lie, the inner graphs first; None where it needs them in one."""
    key = SHARED_OUT.get(str(message.get("do")))
    if key is None or message.get("field") == "name":
        return None
    shares: dict[tuple[str, ...], tuple[str, dict[str, None]]] = {}
    for one in map(str, listed(message, key)):
        block, short = nested.block_of(one) or "", one.rpartition(SEPARATOR)[2]
        # All calls of a block have one graph.
        layers = tuple(split_node(step)[0] for step in block.split(SEPARATOR)) if block else ()
        shares.setdefault(layers, (block, {}))[1][short] = None
    able = {block: ids for block, share in shares.values() if (ids := _able(draft, message, block, share))}
    if not able:
        return None
    asked = {**message, **_turned(draft, message, able)}
    commands = [
        put_inside({**asked, key: ids}, block) if block else {**asked, key: ids}
        for block, ids in sorted(able.items(), key=lambda share: -_depth(share[0]))
    ]
    return commands[0] if len(commands) == 1 else {"do": "each", "commands": commands}


def _depth(block: str) -> int:
    return block.count(SEPARATOR) + 1 if block else 0


def _able(draft: Draft, message: Message, block: str, ids: Iterable[str]) -> list[str]:
    """Those that a command can be about, of ids in one graph: inputs have no weights, and not every layer has every setting."""
    graph = nested.graph_at(draft, block or None)
    if graph is None:
        return list(ids)
    if message["do"] == "freeze":
        return [one for one in ids if not (graph.has(one) and graph.is_input(one))]
    if message["do"] == "set":
        return [
            one for one in ids if one not in graph.layers or _has_setting(graph.layers[one], str(message.get("field")))
        ]
    return list(ids)


def _has_setting(part: Part, key: str) -> bool:
    return settings.has(part.class_name, part.config, key)


def _turned(draft: Draft, message: Message, able: Mapping[str, Sequence[str]]) -> dict[str, bool]:
    """What a switch without a value is turned to, the same in all graphs."""
    if message["do"] != "freeze" or message.get("frozen") is not None:
        return {}
    graphs = ((nested.graph_at(draft, block or None), ids) for block, ids in able.items())
    parts = [graph.part(one) for graph, ids in graphs if graph is not None for one in ids if graph.has(one)]
    return {"frozen": not all(part.config.get("trainable") is False for part in parts)}


@command("each", internal=True)
def each(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Several commands as one step {commands}."""
    labels: list[str] = []
    nodes: list[str] = []
    for asked in commands_of(message):
        after, done = apply(draft, asked, around)
        for part in fields(draft):
            setattr(draft, part.name, getattr(after, part.name))
        labels.append(done.label)
        nodes.extend(done.nodes)
    return Done(common.AND.join(labels), nodes, rewired=False)


def put_inside(message: Message, block: str) -> Message:
    """A command with the ids of a block's graph, for the graph that the block is in at whatever depth."""
    for step in reversed(block.split(SEPARATOR)):
        message = {"do": "inside", "block": step, "command": message}
    return message


def is_dropped(message: Message) -> bool:
    """Whether a command puts something at a place and says no more about where it belongs."""
    put = message.get("do") in DROPPED and message.get("class_name") not in ("Input", INPUT)
    return put and message.get("position") is not None and message.get("after") is None and message.get("wire") is None


def chosen_in(draft: Draft, nodes: Sequence[str]) -> tuple[str | None, list[str]]:
    """The block in which all of some nodes lie (None: the model itself), and their ids there. Raises Refused for several."""
    meant = directed(draft, {"do": "copy", "nodes": list(nodes)})
    block: str | None = None
    while (step := inside_command(meant)) is not None:
        block = step.block if block is None else within(block, step.block)
        draft = nested.read(split_node(outermost(step.block))[0], draft.part(step.block)).draft
        meant = directed(draft, step.command)
    return block, [str(node) for node in listed(meant, "nodes")]


def _ids(message: Message) -> list[str]:
    ids: list[str] = []
    with_ids(message, lambda one: ids.append(one) or one)
    return ids


def with_ids(message: Message, new: Callable[[str], str]) -> Config:
    """A command with each id of a node, wire or layer replaced; what is no text stays for the command to refuse."""
    changed: Config = dict(message)

    def one(value: object) -> object:
        return new(value) if isinstance(value, str) else value

    for key in ONE_ID:
        if key in changed:
            changed[key] = one(changed[key])
    for key in SEVERAL_IDS:
        if isinstance(items := changed.get(key), (list, tuple)):
            changed[key] = [one(item) for item in items]
    for key in TABLES:
        if isinstance(table := changed.get(key), dict):
            changed[key] = {one(item): place for item, place in table.items()}
    if isinstance(steps := changed.get("set"), list):
        changed["set"] = [with_ids(step, new) if isinstance(step, Mapping) else step for step in steps]
    return changed


def _whole_blocks(draft: Draft, message: Message) -> Message:
    """Where all that is in a block is chosen and more than that, the block is meant; for taking out also without more."""
    nodes = message.get("nodes")
    if not isinstance(nodes, (list, tuple)) or not any(outermost(str(node)) != node for node in nodes):
        return message
    chosen = {str(node) for node in nodes}
    with_blocks = _with_whole_blocks(draft, chosen, "", take_alone=message.get("do") in TAKING_OUT)
    ordered = dict.fromkeys(next((w for w in _above(str(node)) if w in with_blocks), str(node)) for node in nodes)
    return {**message, "nodes": list(ordered)}


def _above(node: str) -> list[str]:
    return [*nested.blocks_around(node), node]


def _with_whole_blocks(draft: Draft, chosen: set[str], prefix: str, *, take_alone: bool) -> set[str]:
    """`chosen` with each block in the place of all its nodes, the innermost blocks first."""
    for node in {node[len(prefix) :] for node in chosen if node.startswith(prefix)}:
        top = outermost(node)
        if top == node or not draft.has(top):
            continue
        inside = nested.readable(split_node(top)[0], draft.part(top))
        if inside is None:
            continue
        block = prefix + top
        inner = within(block, "")
        chosen = _with_whole_blocks(inside.draft, chosen, inner, take_alone=take_alone)
        whole = {inner + one for one in inside.draft.nodes() if not inside.draft.is_input(one)}
        if whole <= chosen and (take_alone or any(not one.startswith(inner) for one in chosen)):
            chosen = {one for one in chosen if not one.startswith(inner)} | {block}
    return chosen


def outer_wire(draft: Draft, wire: str, chosen: Container[str] = ()) -> str:
    """The wire into a block for the one inside that goes on from it, as both are one on the canvas.

    Where what comes in goes to several layers, each of these is a wire of its own, unless all of them are chosen.
    """
    node, index = split_wire(wire)
    meant = nested.entrance(draft, node, index, chosen)
    return wire_id(*meant) if meant != (node, index) and nested.is_fed(draft, *meant) else wire


def _with_outer_wires(draft: Draft, message: Message) -> Message:
    """A command with the wires that it means on the canvas; one with a node of a block is about the wire inside it."""
    wire, wires, node = message.get("wire"), message.get("wires"), message.get("node")
    if isinstance(wire, str) and not (isinstance(node, str) and outermost(node) == outermost(wire)):
        return {**message, "wire": outer_wire(draft, wire)}
    if isinstance(wires, (list, tuple)):
        chosen = {str(one) for one in wires}
        return {**message, "wires": list(dict.fromkeys(outer_wire(draft, str(one), chosen) for one in wires))}
    return message


def _joined_at_the_edge(draft: Draft, message: Message) -> Message:
    """A wire drawn across the edge of a block along a way that is there: from what feeds it, or out of what it gives."""
    source, target = message.get("source"), message.get("target")
    if not isinstance(source, str) or not isinstance(target, str):
        return message
    asked = message.get("index")
    target, index = _open_input(draft, source, target, asked if isinstance(asked, int) else None)
    block = outermost(target)
    if outermost(source) not in (source, block):
        source = _given_by(draft, source)
    if block != target and outermost(source) == source:
        source = _input_fed_by(draft, block, source) or source
    return {**message, "source": source, "target": target, **({} if index is None else {"index": index})}


def _open_input(draft: Draft, source: str, target: str, index: int | None) -> tuple[str, int | None]:
    """For a wire from outside a block to what begins it: the block, and the input that it takes there.

    The card may be the input itself, where nothing is wired to it, or the layer that takes what comes in: its new wire
    takes the place of the one into the block. Where several layers take it, only while nothing comes in.
    """
    entered: int | None = None
    while (block := nested.block_of(target)) is not None and not source.startswith(within(block, "")):
        graph, short = nested.graph_at(draft, block), target[len(block) + 1 :]
        entry = None if graph is None else _input_taken(graph, short, index)
        if graph is None or entry is None:
            break
        meant = graph.input_names().index(entry)
        if nested.is_fed(draft, block, meant) and len(graph.targets()[node_id(entry, 0)]) > 1:
            break
        target, index, entered = block, meant, meant
    return target, entered


def _input_taken(graph: Draft, node: str, index: int | None) -> str | None:
    """The input of a graph that a node is or takes at one of its inputs; None where it takes something else or one more."""
    if not graph.has(node):
        return None
    part, sources = graph.part(node), graph.sources(node)
    if graph.is_input(node):
        return split_node(node)[0]
    if index is None and settings.inputs_of(part.class_name, part.config) == "many":
        return None
    at = index or 0
    return sources[at].layer if at < len(sources) and graph.is_input(sources[at].node) else None


def _input_fed_by(draft: Draft, block: str, source: str) -> str | None:
    if not draft.has(block):
        return None
    inside = nested.readable(split_node(block)[0], draft.part(block))
    fed = [one.node for one in draft.sources(block)]
    if inside is None or source not in fed or len(fed) != len(inside.draft.input_names()):
        return None
    return within(block, node_id(inside.draft.input_names()[fed.index(source)], 0))


def _given_by(draft: Draft, source: str) -> str:
    """The block for the node whose result is the first that the block gives; any other node stays."""
    block = outermost(source)
    inside = nested.readable(split_node(block)[0], draft.part(block)) if draft.has(block) else None
    if inside is None:
        return source
    inner = source[len(block) + 1 :]
    inner = inner if outermost(inner) == inner else _given_by(inside.draft, inner)
    return block if inner == inside.ends[0].node and inside.ends[0].tensor == 0 else source


@dataclass(frozen=True)
class Inside:
    """What commands inside a block may ask of the document."""

    around: Surroundings
    block: str

    def shape_of(self, node: str) -> Shape | None:
        """As the document knows it, by the node's long id."""
        return self.around.shape_of(within(self.block, node))

    def array_shape(self, input_name: str | None) -> tuple[int, ...] | None:
        """None: the inputs of a block take no arrays."""
        return None

    def mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        """Raises Refused; the document knows the mends of what is inside a block too."""
        raise Refused(say.MENDS_BELONG_TO_THE_WHOLE_MODEL)

    def data_mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        """Raises Refused; a block has no data of its own."""
        raise Refused(say.DATA_BELONG_TO_THE_WHOLE_MODEL)


def entered(draft: Draft, block: str, around: Surroundings) -> tuple[Nested, Draft]:
    """A block, and its graph as a draft to change: with the places inside it, and the shape that comes in where none is said."""
    name, _ = split_node(block)
    part = draft.part(block)
    if name in draft.bypassed:
        raise Refused(say.is_bypassed(name), say.SWITCH_IT_ON_FIRST)
    inside = nested.read(name, part)
    inner = inside.draft.copy()
    prefix = within(block, "")
    inner.layout = {node[len(prefix) :]: place for node, place in draft.layout.items() if node.startswith(prefix)}
    sources = draft.sources(block)
    if inside.implied and sources:
        shape = around.shape_of(sources[0].node)
        if shape is not None:
            inner.put_config(inner.input_names()[0], {"batch_input_shape": list(shape)})
    return inside, inner


@command("inside", internal=True)
def inside(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Another command, on the graph of a nested model {block: its node, command}."""
    block, asked = a_node(draft, message, "block"), message.get("command")
    if not isinstance(asked, Mapping) or asked.get("do") not in COMMANDS:
        raise Refused(say.no_command_inside(asked))
    name = split_node(block)[0]
    if asked["do"] == "bypass":
        raise Refused(
            say.no_bypass_inside(name),
            say.take_apart_or_remove(name),
        )
    read, before = entered(draft, block, around)
    here = Inside(around, block)
    after, done = apply(before, directed(before, asked), here)
    reply = Done(say.inside(done.label, name), [within(block, node) for node in done.nodes], False, done.reply)
    if after != before:
        _refuse_other_inputs(name, before, after)
        _put_back(draft, block, read, after)
    return reply


def _refuse_other_inputs(name: str, before: Draft, after: Draft) -> None:
    if len(after.input_names()) != len(before.input_names()):
        raise Refused(
            say.has_no_inputs_of_its_own(name),
            say.take_apart_for_an_input(name),
        )


def _put_back(draft: Draft, block: str, read: Nested, after: Draft) -> None:
    """Writes a changed graph into the settings of its block, and the places in it into the layout."""
    name, _ = split_node(block)
    part = draft.layers[name]
    renamed = _renamed(read.draft, after)
    ends = _ends_after(read.ends, after, renamed)
    lost = {index for index, end in enumerate(ends) if end is None}
    remaining = [end for end in ends if end is not None]
    if not remaining:
        raise Refused(say.left_without_an_output(name), say.remove_or_choose_an_output(name))
    class_name, config = _written(name, part, read, after, remaining)
    draft.layers[name] = Part(class_name, config, part.calls)
    if lost:
        _cut_lost(draft, name, lost)
    _put_places(draft, name, block, after, renamed)


def _renamed(before: Draft, after: Draft) -> dict[str, str]:
    """New names of layers by the old ones: settings that stand under another name now."""
    new = {id(part.config): name for name, part in after.layers.items() if name not in before.layers}
    gone = ((name, id(part.config)) for name, part in before.layers.items() if name not in after.layers)
    return {name: new[settings] for name, settings in gone if settings in new}


def _ends_after(before: tuple[Source, ...], after: Draft, renamed: Mapping[str, str]) -> list[Source | None]:
    """What the block gives now, each where it was, so that wires out of the block stay what they are; None for what is lost."""
    still: list[Source | None] = []
    for end in before:
        moved = end._replace(layer=renamed.get(end.layer, end.layer))
        still.append(moved if moved.node in after.outputs else None)
    known = {end.node for end in still if end is not None}
    new = [Source(*split_node(node)) for node in after.outputs if node not in known]
    filled = [end if end is not None or not new else new.pop(0) for end in still]
    return [*filled, *new]


def _written(name: str, part: Part, read: Nested, after: Draft, ends: list[Source]) -> tuple[str, Config]:
    """Class and settings of the block: a Sequential stays one while its graph is a chain."""
    others = {key: value for key, value in part.config.items() if key not in WRITTEN}
    if part.class_name == "Sequential" and after.kind == "Sequential" and is_chain(after):
        chain = after
        if read.implied:
            chain = after.copy()
            chain.drop_nodes({node_id(name, 0) for name in chain.input_names()})
        return "Sequential", {**others, "layers": printing.chain(chain)["layers"]}
    for layer in after.input_names():
        if after.layers[layer].config.get("batch_input_shape") is None:
            raise Refused(
                say.no_chain_any_more(name),
                say.mend_before(name),
            )
    graph = printing.graph_config(after)
    return "Model", {
        **others,
        "layers": graph["layers"],
        "input_layers": graph.get("input_layers", []),
        "output_layers": [[end.layer, end.call, end.tensor] for end in ends],
    }


def _cut_lost(draft: Draft, name: str, lost: set[int]) -> None:
    """Takes wires away that brought what the block no longer gives; those behind them move up."""
    for layer, part in list(draft.layers.items()):
        calls = tuple(
            tuple(
                source._replace(tensor=source.tensor - sum(number < source.tensor for number in lost))
                if source.layer == name
                else source
                for source in call
                if source.layer != name or source.tensor not in lost
            )
            for call in part.calls
        )
        if calls != part.calls:
            draft.layers[layer] = Part(part.class_name, part.config, calls)


def _put_places(draft: Draft, name: str, block: str, after: Draft, renamed: Mapping[str, str]) -> None:
    """Places inside the block as the command left them; those in its other calls go with the names of their layers."""
    layout: dict[str, Place] = {}
    for node, place in draft.layout.items():
        top = outermost(node)
        if top == node or split_node(top)[0] != name:
            layout[node] = place
        elif top != block:
            inner = node[len(top) + 1 :]
            first = outermost(inner)
            layer, call = split_node(first)
            moved = node_id(renamed.get(layer, layer), call)
            if after.has(moved):
                layout[within(top, moved + inner[len(first) :])] = place
    layout.update({within(block, node): place for node, place in after.layout.items()})
    draft.layout = {node: place for node, place in layout.items() if nested.exists(draft, node)}
