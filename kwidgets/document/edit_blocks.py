"""Commands that put a boundary round layers or take it off: group, ungroup, wrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.types import Config

from ..refused import Refused
from ..words import common
from ..words import nested as say
from . import nested, settings
from .bypassing import written
from .checks import Checker, Checkup
from .commands import Done, Message, Surroundings, a_name, a_node, command, named, some_layers, some_nodes, words
from .draft import INPUT, Draft, Part, Source, downstream, node_id, split_node
from .fragments import fresh_name
from .printing import copied
from .records import LayerEntry

NESTED = "Model"
WRAPPERS = ("Bidirectional", "TimeDistributed")
GROUP_NAME = "block"


@command("group")
def group(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Makes one nested model of connected nodes {nodes, name?}; what went in and out of them goes in and out of it."""
    chosen = set(some_nodes(draft, message))
    nodes = [node for node in draft.nodes() if node in chosen]
    _refuse_ungroupable(draft, nodes, chosen)
    entering = _entering(draft, nodes, chosen)
    leaving = _leaving(draft, nodes, chosen)
    config = _nested_config(draft, nodes, entering, leaving)
    wanted = message.get("name")
    name = fresh_name(draft, f"{GROUP_NAME}_1") if wanted is None else a_name(draft, wanted)
    _replace_by_one(draft, nodes, name, Part(NESTED, config, (tuple(entering),)), leaving)
    return Done(say.grouped(words(nodes), name), [node_id(name, 0)], rewired=False)


def _refuse_ungroupable(draft: Draft, nodes: list[str], chosen: set[str]) -> None:
    for node in nodes:
        layer, _ = split_node(node)
        if draft.is_input(node):
            raise Refused(say.input_stays_outside(layer), say.LEAVE_IT_OUT)
        if any(node_id(layer, call) not in chosen for call in range(len(draft.layers[layer].calls))):
            raise Refused(say.used_outside(layer), say.CHOOSE_ALL_ITS_USES)
        if layer in draft.bypassed:
            raise Refused(say.is_bypassed(layer), say.SWITCH_ON_THEN_GROUP)
        if not draft.sources(node):
            raise Refused(common.nothing_wired_into(layer), say.WIRE_IT_FIRST_OR_LEAVE_IT_OUT)
    returning = _outside_between(draft, nodes, chosen)
    if returning is not None:
        why = say.path_comes_back(split_node(returning)[0])
        raise Refused(why, say.CHOOSE_THE_LAYERS_BETWEEN_AS_WELL)
    if not _connected(draft, chosen):
        raise Refused(say.LAYERS_ARE_NOT_CONNECTED, say.CHOOSE_CONNECTED_LAYERS)


def _outside_between(draft: Draft, nodes: list[str], chosen: set[str]) -> str | None:
    """A node outside that lies behind one chosen node and before another."""
    targets = draft.targets()
    behind = {later for node in nodes for later in downstream(targets, node)} - chosen
    return next((node for node in draft.nodes() if node in behind and downstream(targets, node) & chosen), None)


def _connected(draft: Draft, chosen: set[str]) -> bool:
    near: dict[str, set[str]] = {node: set() for node in chosen}
    for node in chosen:
        for source in draft.sources(node):
            if source.node in chosen:
                near[node].add(source.node)
                near[source.node].add(node)
    reached: set[str] = set()
    waiting = [min(chosen)]
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(near[node])
    return reached == chosen


def _entering(draft: Draft, nodes: list[str], chosen: set[str]) -> list[Source]:
    """The tensors from outside that the nodes take in, each once, without the arguments of a call."""
    keys = ((s.layer, s.call, s.tensor) for node in nodes for s in draft.sources(node) if s.node not in chosen)
    return [Source(*key) for key in dict.fromkeys(keys)]


def _leaving(draft: Draft, nodes: list[str], chosen: set[str]) -> list[Source]:
    """The tensors that go out of the nodes, an output of the model first: only a block's first result can be one."""
    ends = [node for node in nodes if node in draft.outputs]
    if len(ends) > 1:
        names = common.AND.join(f"'{split_node(node)[0]}'" for node in ends[:2])
        raise Refused(say.two_outputs(names), say.LEAVE_ONE_OF_THEM_OUT)
    outgoing = {(*split_node(node), 0): None for node in ends}
    for node in draft.nodes():
        for source in draft.sources(node):
            if node not in chosen and source.node in chosen:
                outgoing.setdefault((source.layer, source.call, source.tensor))
    if not outgoing:
        targets = draft.targets()
        outgoing = {(*split_node(node), 0): None for node in nodes if not targets[node]}
    return [Source(*key) for key in outgoing]


def _nested_config(draft: Draft, nodes: list[str], entering: list[Source], leaving: list[Source]) -> Config:
    checkup = Checker().check(draft)
    names = dict.fromkeys(split_node(node)[0] for node in nodes)
    inner: dict[tuple[str, int, int], str] = {}
    layers: list[LayerEntry] = []
    for source in entering:
        name = _input_name(source, {*names, *inner.values()})
        inner[source.layer, source.call, source.tensor] = name
        config = {"name": name, **_input_config(checkup, source)}
        layers.append({"name": name, "class_name": INPUT, "config": config, "inbound_nodes": []})

    def inside(source: Source) -> Source:
        name = inner.get((source.layer, source.call, source.tensor))
        return source if name is None else Source(name, 0, 0, source.arguments)

    for name in names:
        part = draft.layers[name]
        calls = [[written(inside(source)) for source in call] for call in part.calls]
        config = {"name": name, **copied(part.config)}
        layers.append({"name": name, "class_name": part.class_name, "config": config, "inbound_nodes": calls})
    return {
        "layers": layers,
        "input_layers": [[name, 0, 0] for name in inner.values()],
        "output_layers": [[source.layer, source.call, source.tensor] for source in leaving],
    }


def _input_name(source: Source, taken: set[str]) -> str:
    """A name for the nested input that says where it comes from, and is free inside."""
    name, suffix = f"from_{source.layer}", 2
    while name in taken:
        name, suffix = f"from_{source.layer}_{suffix}", suffix + 1
    return name


def _input_config(checkup: Checkup, source: Source) -> Config:
    tensors = checkup.nodes[source.node].tensors
    if source.tensor >= len(tensors):
        why = say.shape_is_not_known(source.layer)
        raise Refused(why, say.MEND_BEFORE_THE_CHOSEN_LAYERS)
    tensor = tensors[source.tensor]
    return settings.canonical_input({"batch_input_shape": list(tensor.shape), "dtype": str(tensor.dtype)})


def _replace_by_one(draft: Draft, nodes: list[str], name: str, part: Part, leaving: list[Source]) -> None:
    """Puts the one layer in the place of the nodes: in the order of layers, for their wires and as an output."""
    gone = {split_node(node)[0] for node in nodes}
    result = {(s.layer, s.call, s.tensor): Source(name, 0, index) for index, s in enumerate(leaving)}
    _hand_over_outputs(draft, {s.node: result[s.layer, s.call, s.tensor].node for s in leaving if s.tensor == 0})
    layers: dict[str, Part] = {}
    last = [layer for layer in draft.layers if layer in gone][-1]
    for layer, old in draft.layers.items():
        if layer == last:
            layers[name] = part
        if layer not in gone:
            layers[layer] = _with_sources(old, result)
    draft.layers = layers
    draft.layout = {node: place for node, place in draft.layout.items() if draft.holds(node)}


def _hand_over_outputs(draft: Draft, new: Mapping[str, str]) -> None:
    for old in draft.outputs:
        if old in new:
            draft.rename_choices(split_node(old)[0], split_node(new[old])[0])
    draft.outputs = [new.get(node, node) for node in draft.outputs]


def _with_sources(part: Part, new: Mapping[tuple[str, int, int], Source]) -> Part:
    calls = tuple(
        tuple(_moved(source, new.get((source.layer, source.call, source.tensor))) for source in call)
        for call in part.calls
    )
    return part if calls == part.calls else Part(part.class_name, part.config, calls)


def _moved(source: Source, new: Source | None) -> Source:
    return source if new is None else new._replace(arguments=source.arguments)


@command("ungroup")
def ungroup(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Puts the layers of a nested model {node} in its place, under their own names where these are free."""
    node = a_node(draft, message)
    name, _ = split_node(node)
    part = draft.layers[name]
    if "layers" not in part.config:
        raise Refused(say.no_block_of_layers(name), say.CHOOSE_A_NESTED_MODEL)
    if len(part.calls) > 1:
        raise Refused(say.used_several_times(name, len(part.calls)), say.REMOVE_THE_OTHER_USES_FIRST)
    if name in draft.bypassed:
        raise Refused(say.is_bypassed(name), say.SWITCH_IT_ON_FIRST)
    inside = nested.read(name, part)
    piece, inputs, sources = inside.draft, inside.draft.input_names(), draft.sources(node)
    if sources and len(sources) != len(inputs):
        raise Refused(say.takes_more_inputs(name, len(inputs), len(sources)), say.WIRE_THEM_FIRST)
    made = _unpack(draft, name, piece, inside.ends, dict(zip(inputs, sources, strict=False)))
    return Done(say.ungrouped(name), made, rewired=False)


def _unpack(draft: Draft, name: str, piece: Draft, ends: Sequence[Source], outer: Mapping[str, Source]) -> list[str]:
    """Replaces layer `name` by the layers of `piece`; its inputs become the wires of `outer`."""
    taken = draft.copy()
    del taken.layers[name]
    names: dict[str, str] = {}
    for inner in piece.layers:
        if piece.layers[inner].class_name != INPUT:
            names[inner] = fresh_name(taken, inner)
            taken.layers[names[inner]] = Part(INPUT, {})

    def outside(source: Source) -> Source | None:
        if source.layer in names:
            return source._replace(layer=names[source.layer])
        source_outside = outer.get(source.layer)
        return None if source_outside is None else source_outside._replace(arguments=source.arguments)

    layers: dict[str, Part] = {}
    for layer, part in draft.layers.items():
        if layer != name:
            layers[layer] = part
            continue
        for inner, new in names.items():
            old = piece.layers[inner]
            calls = tuple(tuple(s for s in map(outside, call) if s is not None) for call in old.calls)
            layers[new] = Part(old.class_name, old.config, calls)
    results = {(name, 0, index): outside(end) for index, end in enumerate(ends)}
    resolved = {key: source for key, source in results.items() if source is not None}
    _hand_over_outputs(draft, {node_id(name, 0): resolved[name, 0, 0].node} if (name, 0, 0) in resolved else {})
    draft.layers = {layer: _with_sources(part, resolved) for layer, part in layers.items()}
    draft.outputs = [node for node in draft.outputs if draft.has(node)]
    draft.layout = {node: place for node, place in draft.layout.items() if draft.holds(node)}
    return [node_id(new, call) for new in names.values() for call in range(len(draft.layers[new].calls))]


@command("wrap")
def wrap(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Puts a wrapper round layers {layers, wrapper}, or takes it off (wrapper None); name, wires, settings stay."""
    names, wrapper = some_layers(draft, message), message.get("wrapper")
    if wrapper is not None and wrapper not in WRAPPERS:
        raise Refused(say.no_such_wrapper(", ".join(WRAPPERS), wrapper), field="wrapper")
    for name in names:
        bare = unwrapped(draft.layers[name])
        if wrapper is None and bare is draft.layers[name]:
            raise Refused(say.has_no_wrapper(name), field="wrapper")
        if wrapper is not None and wrapper not in wrappers_of(bare):
            raise Refused(say.cannot_be_wrapped(wrapper, name, bare.class_name), field="wrapper")
        draft.layers[name] = bare if wrapper is None else _wrapped(name, bare, wrapper)
    how = say.UNWRAPPED if wrapper is None else say.wrapped(wrapper)
    nodes = [node_id(name, call) for name in names for call in range(len(draft.layers[name].calls))]
    return Done(f"{how} {named(names)}", nodes, rewired=False)


def unwrapped(part: Part) -> Part:
    """The layer inside a wrapper, with the wires of the wrapper; the part itself where there is no wrapper."""
    inside = part.config.get("layer")
    if part.class_name not in WRAPPERS or not isinstance(inside, Mapping):
        return part
    class_name, config = str(inside["class_name"]), dict(inside.get("config") or {})
    if part.config.get("trainable") is False:
        config["trainable"] = False
    return Part(class_name, settings.canonical(class_name, class_name, config), part.calls)


def wrappers_of(part: Part) -> list[str]:
    """Classes that may be put round a layer: both directions for a recurrent one, each step for any that takes one input.

    A layer that is given states as well keeps only a wrapper that hands them on.
    """
    if part.class_name == INPUT or settings.inputs_of(part.class_name, part.config) != 1:
        return []
    recurrent = "go_backwards" in settings.fields_of(part.class_name)
    given_states = any(len(call) > 1 for call in part.calls)
    able = [wrapper for wrapper in WRAPPERS if settings.takes_states(wrapper) or not given_states]
    return [wrapper for wrapper in able if recurrent or wrapper != "Bidirectional"]


def _wrapped(name: str, part: Part, wrapper: str) -> Part:
    inside = {key: value for key, value in part.config.items() if key != "trainable"}
    outside = {"layer": {"class_name": part.class_name, "config": inside}}
    trainable = {"trainable": False} if part.config.get("trainable") is False else {}
    return Part(wrapper, settings.canonical(wrapper, name, {**outside, **trainable}), part.calls)
