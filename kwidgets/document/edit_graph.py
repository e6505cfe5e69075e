"""Commands that change which layers there are and how they are wired, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping

from engine.types import Config

from ..refused import Refused
from ..words import graph as say
from . import nested, positions, settings
from .checks import Checker
from .commands import (
    COMMANDS,
    Done,
    Message,
    Reply,
    Surroundings,
    a_name,
    a_node,
    a_place,
    a_text,
    a_wire,
    command,
    some_nodes,
    words,
)
from .draft import INPUT, NO_ARGUMENTS, Draft, Part, Source, node_id, path, split_node
from .first_input import input_before
from .labels import shape_words

MOST_STEPS = 20


def source_of(node: str) -> Source:
    """The first result of a node."""
    return Source(*split_node(node))


@command("add")
def add(draft: Draft, message: Message, around: Surroundings) -> Done:
    """A new layer: on a wire, or after a node (taking over its only outgoing wire), or by itself.

    beside: with `after`, a branch of its own; the wire that goes on from there stays as it is. position: for what has
    no place on the wire. With no place given at all, a stack grows at its end; the first Input goes to its beginning.
    The first layer of a model brings its Input with it.
    """
    wire, after, position = message.get("wire"), message.get("after"), message.get("position")
    class_name = settings.chosen_class(a_text(message, "class_name"))
    target = a_wire(draft, wire) if wire is not None else None
    before = draft.sources(target[0])[target[1]] if target else None
    if target is None and after is not None:
        before = source_of(a_node(draft, message, "after"))
    elif target is None and position is None and draft.kind == "Sequential" and draft.layers:
        before = source_of(_end_of_stack(draft))
    arriving = around.shape_of(before.node) if before else None
    config = settings.starting_config(class_name, arriving, around.array_shape(None))
    values = message.get("settings") or {}
    if not isinstance(values, dict):
        raise Refused(say.SETTINGS_MUST_BE_A_TABLE)
    name = values.get("name")
    name = draft.free_name(class_name) if name is None else a_name(draft, name)
    config = checked_settings(class_name, name, config, {k: v for k, v in values.items() if k != "name"})
    reply: Reply = {}
    if not draft.layers and class_name != INPUT:
        before, reply = _first_input(draft, Part(class_name, config), around)
    draft.layers[name] = Part(class_name, config)
    node = node_id(name, 0)
    if class_name == INPUT:
        inputs = draft.input_names()
        draft.layers = {n: draft.layers[n] for n in [*inputs, *(n for n in draft.layers if n not in inputs)]}
        first = without_input(draft)
        if first is not None and inputs == [name]:
            draft.put_call(first, (source_of(node),))
    else:
        _wire_in(draft, node, before, target, beside=message.get("beside") is True)
    if target is not None and class_name == INPUT:
        reply = {"says": say.INPUT_STANDS_ON_NO_WIRE}
    if position is not None and (target is None or reply):
        draft.layout[node] = a_place(position)
    return Done(say.added(class_title(class_name)), [node], reply=reply)


def _first_input(draft: Draft, part: Part, around: Surroundings) -> tuple[Source | None, Reply]:
    """An Input for the first layer of a model, where one fits it, and what to say of its shape where that is a guess."""
    array_shape = around.array_shape(None)
    config = input_before(part, array_shape)
    if config is None:
        return None, {}
    name = draft.free_name(INPUT)
    draft.layers[name] = Part(INPUT, config)
    shape = config["batch_input_shape"]
    guessed = array_shape is None and isinstance(shape, list)
    return Source(name), {"says": say.input_with_a_usual_shape(shape_words(shape))} if guessed else {}


@command("add_with")
def add_with(draft: Draft, message: Message, around: Surroundings) -> Done:
    """As `add`, with what makes it fit {set?: [{layers, field, value}], before?: [{class_name, settings}]} done first."""
    changes, before = message.get("set") or [], message.get("before") or []
    if not isinstance(changes, list) or not isinstance(before, list) or len(changes) + len(before) > MOST_STEPS:
        raise Refused(say.steps_are_lists(MOST_STEPS))
    steps: list[object] = [*changes, *before]
    if not all(isinstance(step, dict) for step in steps):
        raise Refused(say.EACH_STEP_MUST_BE_A_TABLE)
    for step in changes:
        COMMANDS["set"](draft, step, around)
    anchor = {key: message[key] for key in ("after", "wire", "beside") if key in message}
    for step in before:
        made = add(draft, {**step, **anchor}, around)
        anchor = {"after": made.nodes[0]}
    return add(draft, {**message, "wire": None, **anchor}, around)


def without_input(draft: Draft) -> str | None:
    """The node of a stack that nothing is wired into, which its first Input is wired to by itself."""
    starts = [n for n in draft.nodes() if not draft.is_input(n) and not draft.sources(n)]
    return starts[0] if draft.kind == "Sequential" and len(starts) == 1 else None


def class_title(class_name: str) -> str:
    """The name of a class as the palette shows it."""
    return "Input" if class_name == INPUT else class_name


def _end_of_stack(draft: Draft) -> str:
    """The last node that feeds no other."""
    return [node for node, fed in draft.targets().items() if not fed][-1]


def checked_settings(class_name: str, name: str, config: Config, values: Mapping[str, object]) -> Config:
    """`config` with other values, each checked. Raises Refused with the setting."""
    for key, value in values.items():
        config = settings.with_value(class_name, name, config, key, value)
    return config


def _wire_in(
    draft: Draft, node: str, before: Source | None, target: tuple[str, int] | None, *, beside: bool = False
) -> None:
    """Puts a new node behind `before`; a wire that went on from there (or the given one) then starts at the new node."""
    if before is None:
        return
    if target is None and not beside:
        onward = draft.targets()[before.node]
        target = onward[0] if len(onward) == 1 else None
    draft.put_call(node, (before,))
    positions.pin_between(draft, node, before.node, target[0] if target else None)
    if target is None:
        return
    sources = list(draft.sources(target[0]))
    draft.put_call(node, (sources[target[1]],))
    sources[target[1]] = source_of(node)
    draft.put_call(target[0], tuple(sources))


@command("remove")
def remove(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Takes nodes out; unless heal is False, what fed them feeds what they fed, where the shapes allow."""
    nodes = some_nodes(draft, message)
    return Done(say.deleted(words(nodes), taken_out(draft, nodes, heal=bool(message.get("heal", True)))))


def taken_out(draft: Draft, nodes: list[str], heal: bool) -> str | None:
    """Takes nodes out; gives the names of those that could not be joined again, None where all is joined."""
    dropped = set(nodes)
    cut = _heal(draft, dropped) if heal else []
    draft.drop_nodes(dropped)
    return words(cut) if cut else None


def _heal(draft: Draft, dropped: set[str]) -> list[str]:
    """Joins what is left; returns the nodes that were right and would be wrong, whose new wires are left out."""
    healed: dict[str, tuple[list[Source | None], tuple[Source, ...]]] = {}
    for node in draft.nodes():
        sources = draft.sources(node)
        if node not in dropped and any(source.node in dropped for source in sources):
            healed[node] = ([_upstream(draft, source, dropped) for source in sources], sources)
    if not any(any(upstream) for upstream, _ in healed.values()):
        return []
    checker = Checker()
    before = checker.check(draft).nodes
    for node, (upstream, _) in healed.items():
        draft.put_call(node, tuple(source for source in upstream if source is not None))
    after = checker.fork().check(draft).nodes
    cut = [node for node in healed if before[node].state == "ok" and after[node].state == "wrong"]
    for node in cut:
        draft.put_call(node, tuple(source for source in healed[node][1] if source.node not in dropped))
    return cut


def _upstream(draft: Draft, source: Source, dropped: set[str]) -> Source | None:
    """The first source before a wire that is not taken out."""
    while source.node in dropped:
        sources = draft.sources(source.node)
        if not sources:
            return None
        source = sources[0]
    return source


@command("connect")
def connect(draft: Draft, message: Message, around: Surroundings) -> Done:
    """A wire from source to target. A merge takes it as one more input, or in the place `index`; others have one place."""
    source, target = a_node(draft, message, "source"), a_node(draft, message, "target")
    names = f"'{split_node(source)[0]}'", f"'{split_node(target)[0]}'"
    if draft.is_input(target):
        raise Refused(say.nothing_into_an_input(names[1]), say.WIRE_OUT_OF_IT_INSTEAD)
    _refuse_circle(draft, source, target)
    sources = list(draft.sources(target))
    index = message.get("index")
    if index is not None and (not isinstance(index, int) or isinstance(index, bool) or index < 0):
        raise Refused(say.index_is_no_whole_number(index))
    if len(sources) < 2 and settings.inputs_of(draft.part(target).class_name, draft.part(target).config) == 1:
        index = 0
    if index is None or index >= len(sources):
        sources.append(source_of(source))
    elif sources[index].node == source:
        raise Refused(say.already_wired(names[0], names[1]))
    else:
        sources[index] = source_of(source)
    draft.put_call(target, tuple(sources))
    return Done(say.connected(names[0], names[1]), [target])


@command("connect_or_merge")
def connect_or_merge(draft: Draft, message: Message, around: Surroundings) -> Done:
    """A wire {source, target, merge}; where the target's only input is taken, a new layer of class `merge` joins both."""
    source, target = a_node(draft, message, "source"), a_node(draft, message, "target")
    sources, class_name = draft.sources(target), settings.chosen_class(a_text(message, "merge"))
    takes = settings.inputs_of(draft.part(target).class_name, draft.part(target).config)
    if any(one.node == source for one in sources):
        raise Refused(say.already_wired(words([source]), words([target])))
    if takes != 1 or len(sources) != 1:
        return connect(draft, {"source": source, "target": target}, around)
    if settings.inputs_of(class_name) != "many":
        raise Refused(say.joins_nothing(class_name), say.CHOOSE_A_MERGE)
    _refuse_circle(draft, source, target)
    name = draft.free_name(class_name)
    draft.layers[name] = Part(class_name, settings.starting_config(class_name, None, None))
    (taken,), node = sources, node_id(name, 0)
    draft.put_call(node, (taken._replace(arguments=NO_ARGUMENTS), source_of(source)))
    draft.put_call(target, (source_of(node)._replace(arguments=taken.arguments),))
    positions.pin_between(draft, node, taken.node, target)
    return Done(say.joined(words([taken.node]), words([source]), class_name), [node])


def _refuse_circle(draft: Draft, source: str, target: str) -> None:
    circle = path(draft, target, source)
    if circle is not None:
        way = " -> ".join(split_node(node)[0] for node in [*circle, target])
        raise Refused(say.would_close_a_circle(way), say.DATA_FLOW_ONE_WAY)


@command("disconnect")
def disconnect(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Cuts wires {wires}."""
    wires = message.get("wires")
    if not isinstance(wires, (list, tuple)) or not wires:
        raise Refused(say.WIRES_MUST_LIST_ONE)
    cut = {a_wire(draft, wire) for wire in wires}
    for node in {node for node, _ in cut}:
        remaining = (source for index, source in enumerate(draft.sources(node)) if (node, index) not in cut)
        draft.put_call(node, tuple(remaining))
    return Done(say.DISCONNECTED_A_WIRE if len(cut) == 1 else say.disconnected(len(cut)))


@command("reorder")
def reorder(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Takes a node out of its stack and puts it in again after another one (None: at the beginning of its stack)."""
    node = a_node(draft, message)
    after = None if message.get("after") is None else a_node(draft, message, "after")
    targets = draft.targets()
    if draft.is_input(node):
        raise Refused(say.INPUT_STAYS_AT_THE_BEGINNING)
    if len(draft.sources(node)) > 1:
        raise Refused(say.merge_has_no_single_place(words([node])))
    if after is None:
        after = node
        while draft.sources(after):
            after = draft.sources(after)[0].node
        if not draft.is_input(after):
            return _to_the_front(draft, node, after)
    if after == node or (draft.sources(node) and draft.sources(node)[0].node == after and len(targets[after]) == 1):
        return Done(say.NOTHING_MOVED, [node], rewired=False)
    _take_out(draft, node)
    onward = draft.targets()[after]
    draft.put_call(node, (source_of(after),))
    if len(onward) == 1:
        fed, index = onward[0]
        sources = list(draft.sources(fed))
        sources[index] = source_of(node)
        draft.put_call(fed, tuple(sources))
    _stand_in_line(draft, node)
    return Done(say.moved_after(words([node]), words([after])), [node])


def _take_out(draft: Draft, node: str) -> None:
    """Wires what a node is fed by to what it feeds; the node has no wires then."""
    for fed, index in draft.targets()[node]:
        sources = list(draft.sources(fed))
        sources[index : index + 1] = draft.sources(node)
        draft.put_call(fed, tuple(sources))
    draft.put_call(node, ())


def _to_the_front(draft: Draft, node: str, first: str) -> Done:
    if node == first:
        return Done(say.NOTHING_MOVED, [node], rewired=False)
    _take_out(draft, node)
    draft.put_call(first, (source_of(node),))
    _stand_in_line(draft, node)
    return Done(say.moved_to_the_beginning(words([node])), [node])


def _stand_in_line(draft: Draft, node: str) -> None:
    """Gives the places of the stack through `node`, from top to bottom, to its nodes in their new order.

    Where not all of them were placed by hand, `node` goes back to where the layout puts it.
    """
    targets = draft.targets()
    line = [node]
    while len(sources := draft.sources(line[0])) == 1 and len(targets[sources[0].node]) == 1:
        line.insert(0, sources[0].node)
    while len(fed := targets[line[-1]]) == 1 and len(draft.sources(fed[0][0])) == 1:
        line.append(fed[0][0])
    if not draft.layout.keys() >= set(line):
        draft.layout.pop(node, None)
        return
    places = sorted((draft.layout[n] for n in line), key=lambda point: (point[1], point[0]))
    draft.layout.update(zip(line, places, strict=True))


@command("insert")
def insert(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Puts a node that has no wire yet between the two ends of a wire {node, wire}."""
    node = a_node(draft, message)
    target = a_wire(draft, message.get("wire"))
    if draft.is_input(node) or draft.sources(node) or draft.targets()[node]:
        raise Refused(say.has_a_place_already(words([node])), say.ONLY_WITHOUT_WIRES_ONTO_A_WIRE)
    before = draft.sources(target[0])[target[1]]
    draft.layout.pop(node, None)
    _wire_in(draft, node, before, target)
    return Done(say.put_after(words([node]), words([before.node])), [node])


@command("use_again")
def use_again(draft: Draft, message: Message, around: Surroundings) -> Done:
    """One more call of the same layer: it shares its weights with the first."""
    node = a_node(draft, message)
    layer, _ = split_node(node)
    if draft.is_input(node):
        raise Refused(say.INPUT_CANNOT_BE_USED_TWICE, say.DRAW_SEVERAL_WIRES)
    part = draft.layers[layer]
    draft.layers[layer] = Part(part.class_name, part.config, (*part.calls, ()))
    new = node_id(layer, len(part.calls))
    position = message.get("position")
    if position is not None:
        draft.layout[new] = a_place(position)
    return Done(say.used_again(layer), [new])


@command("move", harmless=True)
def move(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Pins cards at places of the canvas {positions: place by node}."""
    places = message.get("positions")
    if not isinstance(places, dict) or not places:
        raise Refused(say.POSITIONS_MUST_GIVE_A_PLACE)
    moved = {nested.a_card(draft, node): a_place(place) for node, place in places.items()}
    draft.layout.update(moved)
    cards = words(list(moved)) if len(moved) == 1 else say.cards(len(moved))
    return Done(say.moved(cards), rewired=False)


@command("arrange", harmless=True)
def arrange(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Takes every node back that a person has placed: the layout places all of them."""
    draft.layout = {}
    return Done(say.ARRANGED, rewired=False)


@command("mark_output")
def mark_output(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Makes a node an output of the model, or takes that away."""
    node, wanted = a_node(draft, message), message.get("output", True)
    if not isinstance(wanted, bool):
        raise Refused(say.OUTPUT_MUST_BE_TRUE_OR_FALSE)
    name = words([node])
    if draft.is_input(node):
        raise Refused(say.input_cannot_be_an_output(name), say.PUT_A_LAYER_AFTER_IT)
    if wanted == (node in draft.outputs):
        return Done(say.NOTHING_CHANGED, rewired=False)
    draft.outputs = [*draft.outputs, node] if wanted else [n for n in draft.outputs if n != node]
    return Done(say.made_an_output(name) if wanted else say.no_output_any_more(name), rewired=False)


@command("replace")
def replace(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Another class in the place of a layer: wires stay, settings with the same names too."""
    node, class_name = a_node(draft, message), settings.chosen_class(a_text(message, "class_name"))
    old, _ = split_node(node)
    part = draft.layers[old]
    one = settings.inputs_of(class_name) == 1 and not settings.takes_states(class_name)
    if INPUT in (class_name, part.class_name) or (one and any(len(call) > 1 for call in part.calls)):
        raise Refused(say.cannot_replace(class_name, old, part.class_name))
    config = settings.starting_config(class_name, None, None)
    known = settings.fields_of(class_name)
    for key, value in part.config.items():
        if key in known:
            config = settings.with_value(class_name, old, config, key, value)
    new = draft.free_name(class_name)
    draft.layers[old] = Part(class_name, config, part.calls)
    draft.rename_layer(old, new)
    return Done(say.replaced(old, new), [node_id(new, split_node(node)[1])], rewired=False)
