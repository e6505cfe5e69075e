"""Commands on what is chosen: cut, duplicate, paste, freeze, bypass, align, distribute."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..refused import Refused
from ..words import common, texts
from ..words import graph as say
from . import fragments, mends, nested, positions, problems, refitting, settings
from .bypassing import checked_bypass
from .checks import Checker
from .commands import (
    Done,
    Message,
    Reply,
    Surroundings,
    a_node,
    a_place,
    a_text,
    a_wire,
    command,
    named,
    some_nodes,
    words,
)
from .draft import INPUT, Draft, Part, Source, node_id, split_node
from .edit_graph import source_of, taken_out
from .edit_settings import put_program, replace_all
from .first_input import input_before

# How the position of a side follows from the cards' places; all cards have one size, so only places count.
SIDES: dict[str, tuple[int, Callable[[Sequence[float]], float]]] = {
    "left": (0, min),
    "right": (0, max),
    "center": (0, lambda places: (min(places) + max(places)) / 2),
    "top": (1, min),
    "bottom": (1, max),
    "middle": (1, lambda places: (min(places) + max(places)) / 2),
}


@command("cut")
def cut(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Takes nodes out; their text is in the reply as `text`, as `copy` would give it."""
    nodes = some_nodes(draft, message)
    text = fragments.fragment_text(draft, nodes)
    left = taken_out(draft, nodes, heal=bool(message.get("heal", True)))
    return Done(say.cut(words(nodes), left), reply={"text": text})


@command("paste_layers")
def paste_layers(draft: Draft, message: Message, around: Surroundings) -> Done:
    """The layers of a text {text, after?, wire?, position?}: on a wire, or behind `after` where the shapes allow.

    Of a program on an empty canvas, its training too.

    Else they stand by themselves, at `position` where it is given; the reply says why a wire could not take them.
    """
    text = a_text(message, "text")
    is_first = not draft.layers and fragments.is_code(text)
    piece = fragments.read_fragment(text)
    if is_first:
        try:
            put_program(draft, text, "", None, {})
        except Refused:  # these are lines of a program, which `read_fragment` has read
            _begin_with(draft, piece, around)
        return Done(common.pasted(texts.PYTHON), list(draft.nodes()))
    after = None if message.get("after") is None else a_node(draft, message, "after")
    position = None if message.get("position") is None else a_place(message["position"])
    says: list[str] = []
    if message.get("wire") is not None:
        wire = a_wire(draft, message["wire"])
        try:
            made, says = _put_on_wire(draft, piece, wire, around)
            return Done(common.pasted(words(made)), made, reply=_saying(says))
        except Refused as refusal:
            says = [say.not_put_on_the_wire(refusal.why, refusal.hint or "").strip()]
    made, more = _put_behind(draft, piece, after)
    says += more
    if position is not None and not draft.sources(made[0]):
        _stand_below(draft, made, position)
    return Done(common.pasted(words(made)), made, reply=_saying(says))


def _begin_with(draft: Draft, piece: Draft, around: Surroundings) -> None:
    """Makes `draft` the layers of a piece of a program, behind an Input for what comes in there."""
    replace_all(draft, piece)
    entering = [node for node in draft.nodes() if not draft.is_input(node) and not draft.sources(node)]
    for node in entering:
        name = draft.free_name(INPUT)
        draft.layers = {name: Part(INPUT, {}), **draft.layers}
        draft.put_call(node, (Source(name),))
    for name in draft.input_names():
        (taker, _), *_ = draft.targets()[node_id(name, 0)]
        config = input_before(draft.part(taker), around.array_shape(None))
        draft.put_config(name, config or {})


def _saying(sentences: Sequence[str]) -> Reply:
    return {"says": " ".join(sentences)} if sentences else {}


def _put_on_wire(
    draft: Draft, piece: Draft, wire: tuple[str, int], around: Surroundings
) -> tuple[list[str], list[str]]:
    """Puts `piece` between the ends of a wire; gives the new nodes, and sentences about what was changed of them.

    Raises Refused, with `draft` as it was, where it cannot stand there.
    """
    target, index = wire
    trial = draft.copy()
    made = fragments.put_in(trial, _without_its_input(piece))
    fed = trial.targets()
    starts = [node for node in made if not trial.sources(node)]
    ends = [node for node in made if not fed[node]]
    if len(starts) != 1 or len(ends) != 1 or trial.is_input(starts[0]):
        why = say.begins_and_ends_at(words(starts), words(ends)) if made else say.HOLDS_NOTHING_BUT_AN_INPUT
        raise Refused(why, say.WHAT_A_WIRE_TAKES)
    sources = list(trial.sources(target))
    trial.put_call(starts[0], (sources[index],))
    sources[index] = Source(*split_node(ends[0]), 0, sources[index].arguments)
    trial.put_call(target, tuple(sources))
    says = refitting.refit(trial, made)
    _refuse_unmendable(draft, trial, around)
    above = trial.sources(starts[0])[0].node
    for node in made:
        positions.pin_between(trial, node, above, target)
        above = node
    draft.layers, draft.bypassed, draft.layout = trial.layers, trial.bypassed, trial.layout
    return made, says


def _refuse_unmendable(before: Draft, after: Draft, around: Surroundings) -> None:
    """Raises Refused where a change of the wires makes something wrong that no mend helps but taking a layer out."""
    checker = Checker()
    wrong = {node for node, checked in checker.check(before).nodes.items() if checked.state == "wrong"}
    checkup = checker.check(after)
    for problem in problems.find(after, checkup):
        is_new = problem.severity == "error" and problem.node is not None and problem.node not in wrong
        if not is_new:
            continue
        offers = mends.offered(problem, after, checkup, checker, around)
        if all(step["do"] == "remove" for offer in offers for step in offer.commands):
            raise Refused(problem.fault.sentence)


def _stand_below(draft: Draft, made: list[str], point: tuple[float, float]) -> None:
    """Puts the first of new nodes at a place, and those of the same stack below it; the layout finds the rest."""
    x, y = point
    above: str | None = None
    for index, node in enumerate(made):
        if above is not None and [source.node for source in draft.sources(node)] != [above]:
            return
        draft.layout[node] = (x, y + index * positions.STEP)
        above = node


@command("duplicate")
def duplicate(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Copies of nodes with the wires among them, behind the last of them where the shapes allow."""
    nodes = some_nodes(draft, message)
    chosen = [node for node in draft.nodes() if node in set(nodes)]
    made, says = _put_behind(draft, fragments.cut_out(draft, chosen), chosen[-1])
    return Done(say.duplicated(words(chosen)), made, reply=_saying(says))


def _put_behind(draft: Draft, piece: Draft, after: str | None) -> tuple[list[str], list[str]]:
    """Puts `piece` in; wired on the way out of `after`, else as a branch of it, else loose: the first that fits.

    Gives the new nodes, and sentences: what was changed of a nested model to make it fit, or why it stands loose.
    """
    if not piece.layers:
        raise Refused(say.NOTHING_TO_PASTE)
    says: list[str] = []
    if after is not None:
        checker = Checker()
        right = {node for node, checked in checker.check(draft).nodes.items() if checked.state != "wrong"}
        open_piece = _without_its_input(piece)
        for take_over in (True, False):
            trial = draft.copy()
            made = fragments.put_in(trial, open_piece)
            if not made or not _wire_behind(trial, made, after, take_over=take_over):
                continue
            refitted = refitting.refit(trial, made)
            nodes = checker.fork().check(trial).nodes
            entered = {node for node in made if any(source.node == after for source in trial.sources(node))}
            if not any(nodes[node].state == "wrong" for node in right | entered):
                draft.layers, draft.bypassed = trial.layers, trial.bypassed
                return made, refitted
            faults = [nodes[node].fault for node in made if node in entered]
            said = [fault.sentence for fault in faults if fault is not None]
            says = [say.not_wired_behind(split_node(after)[0], sentence) for sentence in said[:1]]
    return fragments.put_in(draft, piece), says


def _without_its_input(piece: Draft) -> Draft:
    """A model that is pasted behind a layer takes its only input from there."""
    inputs = [f"{name}@0" for name in piece.input_names()]
    if len(inputs) != 1:
        return piece
    opened = piece.copy()
    opened.drop_nodes(set(inputs))
    return opened


def _wire_behind(draft: Draft, made: list[str], after: str, *, take_over: bool) -> bool:
    """Wires the pieces that nothing feeds to `after`; False where that cannot be meant."""
    starts = [node for node in made if not draft.sources(node) and not draft.is_input(node)]
    targets = draft.targets()
    ends = [node for node in made if not targets[node]]
    onward = targets[after]
    if not starts or (take_over and onward and (len(onward) != 1 or len(ends) != 1 or len(starts) != 1)):
        return False
    for start in starts:
        draft.put_call(start, (source_of(after),))
    if take_over and onward:
        fed, index = onward[0]
        sources = list(draft.sources(fed))
        sources[index] = Source(*split_node(ends[0]), 0, sources[index].arguments)
        draft.put_call(fed, tuple(sources))
    return True


@command("freeze")
def freeze(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Whether layers keep their weights in training {nodes, frozen?}; without `frozen` it is turned round."""
    names = _layers_chosen(draft, message)
    able = [name for name in names if draft.layers[name].class_name != "InputLayer"]
    if not able:
        raise Refused(say.no_weights_to_freeze(named(names)), say.CHOOSE_A_LAYER_THAT_LEARNS)
    frozen_now = [draft.layers[name].config.get("trainable") is False for name in able]
    frozen = _a_switch(message, "frozen", not all(frozen_now))
    for name in able:
        part = draft.layers[name]
        draft.put_config(name, settings.with_value(part.class_name, name, part.config, "trainable", not frozen))
    return Done(f"{'freeze' if frozen else 'unfreeze'} {named(able)}", rewired=False)


@command("bypass")
def bypass(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Whether layers let their input through {nodes, bypassed?}; without `bypassed` it is turned round."""
    names = _layers_chosen(draft, message)
    wanted = _a_switch(message, "bypassed", not draft.bypassed.issuperset(names))
    if wanted:
        for name in names:
            checked_bypass(draft, name)
        draft.bypassed = draft.bypassed | set(names)
        return Done(say.bypassed(named(names)), rewired=False)
    draft.bypassed = draft.bypassed - set(names)
    return Done(say.switched_on(named(names)), rewired=False)


def _layers_chosen(draft: Draft, message: Message) -> list[str]:
    return list(dict.fromkeys(split_node(node)[0] for node in some_nodes(draft, message)))


def _a_switch(message: Message, key: str, default: bool) -> bool:
    value = message.get(key)
    if value is not None and not isinstance(value, bool):
        raise Refused(say.must_be_true_or_false(key, value))
    return default if value is None else value


@command("align", harmless=True)
def align(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Puts cards on one line {nodes, side, places}; the places shown are in the message, as most follow a rule."""
    side = message.get("side")
    if not isinstance(side, str) or side not in SIDES:
        raise Refused(say.no_such_side(", ".join(SIDES), side))
    places = _shown_places(draft, message, 2)
    axis, line_of = SIDES[side]
    line = line_of([place[axis] for place in places.values()])
    for node, (x, y) in places.items():
        draft.layout[node] = (round(line, 1), y) if axis == 0 else (x, round(line, 1))
    return Done(say.aligned(len(places)), rewired=False)


@command("distribute", harmless=True)
def distribute(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Equal steps between the first and the last card {nodes, axis: horizontal|vertical, places}."""
    axis = {"horizontal": 0, "vertical": 1}.get(str(message.get("axis")))
    if axis is None:
        raise Refused(say.no_such_axis(message.get("axis")))
    places = _shown_places(draft, message, 3)
    ranked = sorted(places, key=lambda node: places[node][axis])
    first, last = places[ranked[0]][axis], places[ranked[-1]][axis]
    for index, node in enumerate(ranked):
        along = round(first + (last - first) * index / (len(ranked) - 1), 1)
        x, y = places[node]
        draft.layout[node] = (along, y) if axis == 0 else (x, along)
    return Done(say.distributed(len(places)), rewired=False)


def some_cards(draft: Draft, message: Message) -> list[str]:
    """As `some_nodes`, also for nodes inside nested models."""
    nodes = message.get("nodes")
    if not isinstance(nodes, (list, tuple)) or not nodes:
        raise Refused(say.NODES_MUST_LIST_ONE)
    return [nested.a_card(draft, node) for node in dict.fromkeys(map(str, nodes))]


def _shown_places(draft: Draft, message: Message, least: int) -> dict[str, tuple[float, float]]:
    nodes, shown = some_cards(draft, message), message.get("places")
    if not isinstance(shown, dict):
        raise Refused(say.PLACES_MUST_GIVE_EACH_PLACE)
    if len(nodes) < least:
        raise Refused(say.choose_more_cards(least))
    return {node: a_place(shown.get(node)) for node in nodes}
