"""What is asked about the inside of a nested model: what can be added there, and what would mend it.

Both are answered by the block's own graph, and said with long ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .. import messages
from ..refused import Refused
from ..words import common
from ..words import nested as say
from . import consequences, edit_nested, effects, fragments, joining, mends, nested, search
from .checks import Checker, Checkup
from .commands import Message, Surroundings, apply
from .draft import SEPARATOR, Draft
from .edit_nested import TAKING_OUT, Inside, InsideCommand, directed, entered, inside_command, put_inside, with_ids
from .nested import within
from .problems import Problem, everywhere
from .spread import Insides
from .trying import Trials


def graph_of(draft: Draft, block: str, around: Surroundings) -> tuple[Draft, Surroundings]:
    """The graph of a block at any depth, and whom its commands ask. Raises Refused where it cannot be read."""
    for step in block.split(SEPARATOR):
        if not draft.has(step):
            raise Refused(say.NO_SUCH_BLOCK, common.CANVAS_IS_REFRESHED)
        _, inner = entered(draft, step, around)
        draft, around = inner, Inside(around, step)
    return draft, around


def where_meant(draft: Draft, message: Message, around: Surroundings) -> tuple[Draft, Message, Surroundings]:
    """The graph that a directed command works on, the command with the ids of that graph, and whom it asks."""
    while (step := inside_command(message)) is not None:
        _, inner = entered(draft, step.block, around)
        around = Inside(around, step.block)
        draft, message = inner, directed(inner, step.command)
    return draft, message, around


def consequences_inside(draft: Draft, step: InsideCommand, around: Surroundings) -> messages.Consequences:
    """What a directed command would change in the graph that it works on and in those around it up to the given block's."""
    _, inner = entered(draft, step.block, around)
    asked, whom = directed(inner, step.command), Inside(around, step.block)
    checker = Checker()
    here = consequences.consequences(inner, checker.check(inner), checker, asked, whom)
    deeper = inside_command(asked)
    if deeper is not None and here["impossible"] is None:
        here = consequences.together(consequences_inside(inner, deeper, whom), here)
    return {**here, "preview": effects.inside(step.block, here["preview"])}


def all_consequences(
    draft: Draft, checkup: Checkup, checker: Checker, meant: Message, around: Surroundings, insides: Insides
) -> messages.Consequences:
    """What a directed command would change, in the graph that it works on and in all around it."""
    outside = consequences.consequences(draft, checkup, checker, meant, around, insides)
    step = inside_command(meant)
    if step is None or outside["impossible"] is not None:
        return outside
    return consequences.together(consequences_inside(draft, step, around), outside)


def offered(
    problem: Problem,
    draft: Draft,
    checkup: Checkup,
    whole: Checker,
    around: Surroundings,
    trials: Trials | None = None,
) -> list[mends.Mend]:
    """Mends of a problem at a node inside a block: tried on the block's own graph, then on the model as they are carried out.

    draft, checkup, whole: the model that holds the block. trials: trains the block's own graph.
    """
    node = problem.node or ""
    block = nested.block_of(node) or ""
    try:
        inner, asked = graph_of(draft, block, around)
    except Refused:
        return []
    short = node[len(block) + 1 :]
    here = Problem(f"{short}:{problem.fault.code}", short, problem.fault, problem.severity)

    def carried_out(commands: Sequence[Message]) -> Sequence[Message] | None:
        trial, steps = draft, list[Message]()
        try:
            for command in commands:
                step = _for_the_model(trial, block, command)
                trial, _ = apply(trial, step, around)
                steps.append(step)
        except Refused:
            return None
        after = whole.fork().check(trial)
        remaining = everywhere(trial, after, *Insides().of(trial, after))
        helps = problem.id not in {other.id for other in remaining} and not mends.spoils(checkup, after)
        return steps if helps else None

    checker = Checker()
    return mends.offered(here, inner, checker.check(inner), checker, asked, carried_out, trials)


def _for_the_model(draft: Draft, block: str, command: Message) -> Message:
    """A command on the graph of a block for the model around it; taking out all that is in a block takes the block out."""
    if command["do"] in TAKING_OUT:
        return directed(draft, with_ids(command, lambda one: within(block, one)))
    return put_inside(command, block)


def answer(draft: Draft, checkup: Checkup, around: Surroundings, asking: search.Asking) -> messages.SearchAnswer:
    """What can be added at a place of the graph, or inside a block where that is the place."""
    anchor = asking.wire if asking.after is None else asking.after
    block = None if anchor is None else nested.block_of(anchor)
    if block is None or not nested.exists(draft, block):
        return search.search(draft, checkup, asking)
    return search_inside(draft, around, block, asking)


def search_inside(draft: Draft, around: Surroundings, block: str, asking: search.Asking) -> messages.SearchAnswer:
    """As `search.search`, for a place inside a block."""
    inner, _ = graph_of(draft, block, around)
    start = len(block) + 1
    after, wire = (None if place is None else place[start:] for place in (asking.after, asking.wire))
    answer = search.search(inner, Checker().check(inner), replace(asking, after=after, wire=wire))
    for row in answer["rows"]:
        if row["command"] is not None:
            row["command"] = with_ids(row["command"], lambda one: within(block, one))
    return {**answer, "after": _name_outside(draft, block, inner, answer["after"])}


def _name_outside(draft: Draft, block: str, inner: Draft, layer: str | None) -> str | None:
    """The name of a layer inside a block; for an input of it, which no card shows, of what is wired to it."""
    while layer is not None and block and layer in inner.input_names():
        number, around = inner.input_names().index(layer), nested.graph_at(draft, nested.block_of(block))
        sources = () if around is None else around.sources(block.rpartition(SEPARATOR)[2])
        if around is None or number >= len(sources):
            return layer
        layer, inner = sources[number].layer, around
        block = nested.block_of(block) or ""
    return layer


def joins(draft: Draft, meant: Message, around: Surroundings) -> messages.JoinsAnswer:
    """What a wire may become where the target's input is taken; `meant`: the `connect` that was asked for."""
    graph, wire, here = where_meant(draft, meant, around)
    begin, end = str(wire["source"]), str(wire["target"])
    merges = joining.joins(graph, begin, end, here)
    return {"joins": merges, "taken": graph.sources(end)[0].layer if merges else None}


def copied(draft: Draft, nodes: Sequence[str], around: Surroundings) -> messages.Fragment:
    """The layers of nodes, all of one graph, as a text. Raises Refused for nodes of several graphs."""
    block, inner = edit_nested.chosen_in(draft, nodes)
    graph = draft if block is None else graph_of(draft, block, around)[0]
    return {"text": fragments.fragment_text(graph, inner), "layers": len({node.rpartition("@")[0] for node in inner})}
