"""Which layer of one draft is which of another, through changes of name, settings and block: what training carries over.

A layer has an identity as long as it is in the graph. A command that takes a layer out ends it, so that one added later
under the same name is another layer; undo brings it back, because it brings back the draft. The texts that people read say
nothing of this; what outlives a kernel does: a stored document for each of its steps, a run for what it trains. A draft that
was read from anything else begins with the paths of its layers as their identities.
"""

from __future__ import annotations

import itertools
import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from . import nested
from .draft import SEPARATOR, Draft, Part, bare

_STATES = itertools.count(1)


@dataclass(frozen=True)
class GraphIdentity:
    """state: of the graph, another after each change and the same again after its undo. layers: identities by path."""

    state: int
    layers: Mapping[str, str]


def identity_of(draft: Draft) -> GraphIdentity:
    """The identity of every layer at every depth; a layer's path has the names of the blocks around it before its own."""
    return GraphIdentity(
        draft.state, {path: draft.identities.get(path, path) for path, _ in _walk(draft, draft.layers)}
    )


def identify(before: Draft, after: Draft, *, anew: bool = False) -> None:
    """Gives the layers of a changed copy the identities that they had in `before`, and new ones to new layers.

    anew: another model came in the place of the graph, so none of its layers was there before.
    """
    if _same_graph(before, after):
        after.identities, after.state = before.identities, before.state
        return
    after.state = new_state()
    if anew:
        after.identities = {path: uuid.uuid4().hex for path, _ in _walk(after, after.layers)}
        return
    untouched = {
        name
        for name, part in after.layers.items()
        if name in before.layers and part.config is before.layers[name].config
    }
    was = dict(_walk(before, before.layers.keys() - untouched))
    now = dict(_walk(after, [name for name in after.layers if name not in untouched]))
    # A part of a command may have given layers new identities already; a text that was read brings none.
    known = {**before.identities, **after.identities}
    identities = {path: one for path, one in known.items() if path in now or path.partition(SEPARATOR)[0] in untouched}
    moved = _moved(
        {path: part for path, part in was.items() if path not in now},
        {path: part for path, part in now.items() if path not in was},
    )
    for path in now:
        if path in moved:
            identities[path] = before.identities.get(moved[path], moved[path])
        elif path not in was and path not in after.identities:
            identities[path] = uuid.uuid4().hex
    after.identities = identities


def identified(draft: Draft, layers: Mapping[str, str], state: int | None = None) -> Draft:
    """A copy whose layers have these identities, by path. state: of the graph, as `new_state` gives it; None: as it was."""
    known = draft.copy()
    known.identities = {
        **draft.identities,
        **{path: layers[path] for path, _ in _walk(draft, draft.layers) if path in layers},
    }
    known.state = draft.state if state is None else state
    return known


def new_state() -> int:
    """A number for a state of a graph that no other one has in this process."""
    return next(_STATES)


def _same_graph(before: Draft, after: Draft) -> bool:
    return (
        (before.kind, before.name, before.outputs, before.bypassed)
        == (after.kind, after.name, after.outputs, after.bypassed)
        and list(before.layers) == list(after.layers)
        and all(part is before.layers[name] or part == before.layers[name] for name, part in after.layers.items())
    )


def _walk(draft: Draft, names: Iterable[str], inside: str = "") -> Iterator[tuple[str, Part]]:
    """The layers of these names and all layers inside them, by their paths."""
    for name in names:
        part, path = draft.layers[name], inside + name
        yield path, part
        block = nested.readable(name, part)
        if block is not None:
            yield from _walk(block.draft, block.draft.layers, path + SEPARATOR)


def _moved(gone: Mapping[str, Part], new: Mapping[str, Part]) -> dict[str, str]:
    """For new paths the paths of the layers that moved there: renamed ones, and those that went into a block or out of one."""
    moved: dict[str, str] = {}
    for key in (_by_settings_object, _by_name_and_settings, _by_settings):
        left = {path: part for path, part in gone.items() if path not in moved.values()}
        come = {path: part for path, part in new.items() if path not in moved}
        origins, places = _only_ones(left, key), _only_ones(come, key)
        moved.update({places[one]: origin for one, origin in origins.items() if one in places})
    return moved


def _only_ones(layers: Mapping[str, Part], key: Callable[[str, Part], str]) -> dict[str, str]:
    """The paths of layers by a key that no other one of them has."""
    keys = {path: key(path, part) for path, part in layers.items()}
    several = {one for one, count in Counter(keys.values()).items() if count > 1}
    return {one: path for path, one in keys.items() if one not in several}


def _by_settings_object(path: str, part: Part) -> str:
    return str(id(part.config))


def _by_name_and_settings(path: str, part: Part) -> str:
    return f"{bare(path)} {_by_settings(path, part)}"


def _by_settings(path: str, part: Part) -> str:
    return f"{part.class_name} {json.dumps(part.config, sort_keys=True, default=str)}"
