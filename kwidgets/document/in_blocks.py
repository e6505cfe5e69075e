"""What is asked about the inside of a nested model: what can be added there, and what would mend it.

Both are answered by the block's own graph, and said with long ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .. import messages
from ..refused import Refused
from . import consequences, mends, nested, search
from .checks import Checker
from .commands import Message, Surroundings
from .draft import SEPARATOR, Draft
from .edit_nested import Inside, directed, entered, put_inside, with_ids
from .nested import within
from .problems import Problem


def graph_of(draft: Draft, block: str, around: Surroundings) -> tuple[Draft, Surroundings]:
    """The graph of a block at any depth, and whom its commands ask. Errors: Refused where it cannot be read."""
    for step in block.split(SEPARATOR):
        if not draft.has(step):
            raise Refused("There is no such block any more.", "The canvas has been refreshed; try again.")
        _, inner = entered(draft, step, around)
        draft, around = inner, Inside(around, step)
    return draft, around


def where_meant(draft: Draft, message: Message, around: Surroundings) -> tuple[Draft, Message, Surroundings]:
    """The graph that a directed command works on, the command with the ids of that graph, and whom it asks."""
    while message.get("do") == "inside":
        _, inner = entered(draft, message["block"], around)
        around = Inside(around, message["block"])
        draft, message = inner, directed(inner, message["command"])
    return draft, message, around


def consequences_inside(draft: Draft, message: Message, around: Surroundings) -> messages.Consequences:
    """What a directed command would change in the graph that it works on."""
    inner, asked, whom = where_meant(draft, message, around)
    checker = Checker()
    return consequences.consequences(inner, checker.check(inner), checker, asked, whom)


def offered(problem: Problem, node: str, draft: Draft, around: Surroundings) -> list[mends.Mend]:
    """Mends of a problem at a node inside a block, tried on the block's own graph."""
    block = nested.block_of(node) or ""
    try:
        inner, asked = graph_of(draft, block, around)
    except Refused:
        return []
    checker = Checker()
    checkup = checker.check(inner)
    short = node[len(block) + 1 :]
    here = Problem(f"{short}:{problem.fault.code}", short, problem.fault, problem.severity)
    found = mends.offered(here, inner, checkup, checker, asked)
    return [replace(mend, commands=tuple(put_inside(step, block) for step in mend.commands)) for mend in found]


def search_inside(
    draft: Draft,
    around: Surroundings,
    block: str,
    text: str,
    after: str | None,
    wire: str | None,
    blocks: Sequence[messages.BlockEntry],
    everything: bool = False,
) -> messages.SearchAnswer:
    """As `search.search`, for a place inside a block."""
    inner, _ = graph_of(draft, block, around)
    start = len(block) + 1
    behind, onto = (None if place is None else place[start:] for place in (after, wire))
    found = search.search(inner, Checker().check(inner), text, behind, onto, blocks, everything=everything)
    for row in found["rows"]:
        if row["command"] is not None:
            row["command"] = with_ids(row["command"], lambda one: within(block, one))
        if row["go"] is not None:
            row["go"] = within(block, row["go"])
    return found
