"""The key `bypassed` of a text -> layers of a draft that let their input through, checked like all that comes from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from engine.describe.graphs import listed_calls, read_calls

from ..words import texts as say
from . import settings
from .bypassing import through, why_not
from .draft import INPUT, NO_ARGUMENTS, Draft, Part, Source, node_id, order, split_node
from .reading_layers import Mistake, Path, from_form, read_part, sources_of


def restore(draft: Draft, value: object, where: Path) -> None:
    """Puts the layers of `described` into the draft that was read without them. Raises Mistake with its place."""
    if value is None:
        return
    if not isinstance(value, list):
        raise Mistake(where, say.BYPASSED_MUST_BE_A_LIST)
    feeds: list[tuple[object, Path, str]] = []
    calls: dict[str, tuple[Sequence[object], Path]] = {}
    for index, entry in enumerate(value):
        at = (*where, index)
        name, part, _ = read_part(draft, entry, at)
        if part.class_name == INPUT:
            raise Mistake(at, say.AN_INPUT_CANNOT_BE_BYPASSED)
        _insert(draft, name, part, entry.get("place"), (*at, "place"))
        wired_at = (*at, "inbound_nodes")
        calls[name] = (from_form(partial(listed_calls, entry.get("inbound_nodes"), wired_at)), wired_at)
        feeds.append((entry.get("feeds", []), (*at, "feeds"), name))
    draft.bypassed = frozenset(calls)
    _restore_calls(draft, calls)
    _refuse_circle(draft, where)
    _restore_feeds(draft, feeds)
    for name, (_, at) in calls.items():
        if why := why_not(draft, name):
            raise Mistake(at, why)
    _refuse_circle(draft, where)


def _refuse_circle(draft: Draft, where: Path) -> None:
    if len(order(draft, calls_in_order=False)) < sum(len(part.calls) for part in draft.layers.values()):
        raise Mistake(where, say.BYPASSED_CLOSE_A_CIRCLE)


def _insert(draft: Draft, name: str, part: Part, index: object, where: Path) -> None:
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        raise Mistake(where, say.no_place_among_layers(index))
    items = list(draft.layers.items())
    items.insert(min(index, len(items)), (name, part))
    draft.layers = dict(items)


def _restore_calls(draft: Draft, calls: Mapping[str, tuple[Sequence[object], Path]]) -> None:
    counts = {name: len(part.calls) for name, part in draft.layers.items()}
    counts |= {name: max(len(written), 1) for name, (written, _) in calls.items()}

    def read() -> None:
        for name, (written, at) in calls.items():
            part = draft.layers[name]
            sources = sources_of(read_calls(written, at, counts, unfinished=True))
            draft.layers[name] = Part(part.class_name, part.config, sources)

    from_form(read)


def _restore_feeds(draft: Draft, feeds: list[tuple[object, Path, str]]) -> None:
    """Wires from bypassed layers, the first inputs first: what was let through there is replaced, what was not, added."""
    wires: list[tuple[str, int, Source, Path]] = []
    for value, at, name in feeds:
        if not isinstance(value, list):
            raise Mistake(at, say.FEEDS_MUST_BE_A_LIST)
        for index, item in enumerate(value):
            wires.append(_read_feed(draft, item, name, (*at, index)))
    for node, index, source, at in sorted(wires, key=lambda wire: wire[:2]):
        sources = list(draft.sources(node))
        arrives = through(draft, source)
        if arrives is not None and not (index < len(sources) and sources[index] == arrives):
            raise Mistake(at, say.does_not_feed(source.layer, index, split_node(node)[0]))
        if arrives is None and index > len(sources):
            raise Mistake(at, say.has_no_input(split_node(node)[0], index))
        sources[index : index + (arrives is not None)] = [source]
        part = draft.part(node)
        one = settings.inputs_of(part.class_name, part.config) == 1 and not settings.takes_states(part.class_name)
        if len(sources) > 1 and one:
            raise Mistake(at, say.takes_one_input(split_node(node)[0]))
        draft.put_call(node, tuple(sources))


def _read_feed(draft: Draft, item: object, name: str, where: Path) -> tuple[str, int, Source, Path]:
    if not isinstance(item, list) or not 5 <= len(item) <= 6 or not isinstance(item[0], str):
        raise Mistake(where, say.WHAT_AN_ITEM_IS)
    numbers = item[1:5]
    if not all(isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**6 for number in numbers):
        raise Mistake(where, say.NUMBERS_OF_AN_ITEM)
    node = node_id(item[0], item[1])
    if not draft.has(node) or item[0] in draft.bypassed or draft.is_input(node):
        raise Mistake(where, say.no_layer_to_feed(item[0]))
    if not draft.has(node_id(name, item[3])):
        raise Mistake(where, say.no_such_call(item[3], name))
    arguments = item[5] if len(item) == 6 else {}
    if not isinstance(arguments, Mapping):
        raise Mistake(where, say.ARGUMENTS_MUST_BE_A_TABLE)
    return node, item[2], Source(name, item[3], item[4], dict(arguments) if arguments else NO_ARGUMENTS), where
