"""The graph with opened nested models: their layers stand in the place of the block, wired to what is around it.

Nothing of the draft changes. `spread` makes one flat graph of it in which a node inside a block has the long id of
`nested.within`; the inputs of a block are not there, since what comes in leads straight to the layers that take it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace

from . import nested
from .checks import Checked, Checker, Checkup
from .draft import INPUT, SEPARATOR, Draft, Part, Source, node_id, split_node
from .nested import Nested


@dataclass
class Spread(Draft):
    """A flat graph. hidden: nodes that exist and are not shown: opened blocks, and their inputs."""

    hidden: frozenset[str] = frozenset()

    def nodes(self) -> Iterator[str]:
        """The ids of all nodes that are shown."""
        return (node for node in super().nodes() if node not in self.hidden)


@dataclass(frozen=True)
class Block:
    """An opened block. nodes: all that are shown inside it, also in blocks inside it. entries: those that it begins with."""

    id: str
    nodes: tuple[str, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """A graph whose nodes are shown: the model itself (prefix "") or the inside of an opened block."""

    prefix: str
    draft: Draft


@dataclass(frozen=True)
class View:
    """draft: the flat graph; the draft itself where no block is open. blocks: opened ones, the outer before the inner."""

    draft: Draft
    blocks: tuple[Block, ...]
    scopes: tuple[Scope, ...]

    def with_blocks(self) -> Draft:
        """The flat graph with the opened blocks among its nodes, to look for them by name."""
        if not isinstance(self.draft, Spread):
            return self.draft
        return replace(self.draft, hidden=self.draft.hidden - {block.id for block in self.blocks})

    def shown_nodes(self, node: str) -> tuple[str, ...]:
        """The nodes that are shown for one: itself, what is in it where it is opened, nothing for a hidden input."""
        block = next((one for one in self.blocks if one.id == node), None)
        if block is not None:
            return block.nodes
        hidden = isinstance(self.draft, Spread) and node in self.draft.hidden
        return () if hidden or not self.draft.has(node) else (node,)

    def hidden_with(self, node: str) -> Iterator[str]:
        """What has no card while a node is hidden: the nodes that are shown for it, and the opened blocks round them."""
        yield from self.shown_nodes(node)
        yield from (block.id for block in self.blocks if block.id == node or block.id.startswith(node + SEPARATOR))


def spread(draft: Draft, opened: Container[str]) -> View:
    """The view with some blocks open; those in closed blocks do not matter."""
    top = _Inside("", draft, None, "", None)
    if not any(node in opened for node in nested.openable(draft)):
        return View(draft, (), (Scope("", draft),))
    made = _Making(opened)
    made.put(top)
    outputs = [_resolved(top, Source(*split_node(node))).node for node in draft.outputs]
    flat = Spread(
        draft.kind,
        draft.name,
        made.layers,
        outputs,
        dict(draft.layout),
        draft.data.copy(),
        dict(draft.training),
        draft.bypassed,
        list(draft.notes),
        hidden=frozenset(made.hidden),
    )
    return View(flat, tuple(_blocks(made.inside, flat)), (Scope("", draft), *made.scopes()))


def _calls(name: str, part: Part) -> list[str]:
    return [node_id(name, call) for call in range(len(part.calls))]


@dataclass
class _Inside:
    """A graph that is being spread. node: the block's node in the graph of `parent`; nested: what was read of it."""

    prefix: str
    draft: Draft
    parent: _Inside | None
    node: str
    nested: Nested | None
    opened: dict[str, _Inside] = field(default_factory=dict)

    def arriving(self, layer: str) -> Source | None:
        """What is wired to an input of the block, in the graph around it; None where that is not clear."""
        if self.parent is None:
            return None
        inputs, outer = self.draft.input_names(), self.parent.draft.sources(self.node)
        return outer[inputs.index(layer)] if len(outer) == len(inputs) else None


def _resolved(inside: _Inside, source: Source) -> Source:
    """Where a wire comes from in the flat graph."""
    if inside.parent is not None and inside.draft.is_input(source.node):
        outer = inside.arriving(source.layer)
        if outer is not None:
            return _resolved(inside.parent, outer)._replace(arguments=source.arguments)
    block = inside.opened.get(source.node)
    if block is not None and block.nested is not None:
        ends = block.nested.ends
        if source.tensor < len(ends):
            return _resolved(block, ends[source.tensor])._replace(arguments=source.arguments)
        return _resolved(block, ends[0])._replace(tensor=source.tensor, arguments=source.arguments)
    return source._replace(layer=inside.prefix + source.layer)


class _Making:
    """Collects the layers of a flat graph."""

    def __init__(self, opened: Container[str]) -> None:
        self._opened = opened
        self.layers: dict[str, Part] = {}
        self.hidden: set[str] = set()
        self.inside: list[_Inside] = []

    def scopes(self) -> list[Scope]:
        """The graphs of the opened blocks, the outer ones first."""
        return [Scope(inside.prefix, inside.draft) for inside in self.inside]

    def put(self, inside: _Inside) -> None:
        """Adds the layers of a graph and those of the blocks that are open in it."""
        if inside.parent is None:
            self._open(inside)
        for name, part in inside.draft.layers.items():
            calls = tuple(tuple(_resolved(inside, source) for source in call) for call in part.calls)
            same = not inside.prefix and calls == part.calls
            comes_from_outside = part.class_name == INPUT and inside.arriving(name) is not None
            for node in _calls(name, part):
                block = inside.opened.get(node)
                if block is not None or comes_from_outside:
                    self.hidden.add(inside.prefix + node)
                if block is not None:
                    self.inside.append(block)
                    self.put(block)
            self.layers[inside.prefix + name] = part if same else Part(part.class_name, part.config, calls)

    def _open(self, inside: _Inside) -> None:
        """Finds the open blocks of a graph at every depth: what leaves a block leads on into the next."""
        for name, part in inside.draft.layers.items():
            read = None if name in inside.draft.bypassed else nested.readable(name, part)
            for node in _calls(name, part):
                long = inside.prefix + node
                if read is not None and long in self._opened:
                    inside.opened[node] = block = _Inside(long + SEPARATOR, read.draft, inside, node, read)
                    self._open(block)


def _blocks(opened: list[_Inside], flat: Spread) -> Iterator[Block]:
    shown = list(flat.nodes())
    for inside in opened:
        nodes = tuple(node for node in shown if node.startswith(inside.prefix))
        members = set(nodes)
        entries = tuple(
            node
            for node in nodes
            if not flat.sources(node) or any(source.node not in members for source in flat.sources(node))
        )
        yield Block(inside.prefix[:-1], nodes, entries)


class Insides:
    """The whole depth of a document's draft, checked level by level: a block is a node of one level and open in the next."""

    def __init__(self) -> None:
        self._checkers: list[Checker] = []
        self._known: tuple[Draft, Checkup, View, Checkup] | None = None

    def of(self, draft: Draft, checkup: Checkup) -> tuple[View, Checkup]:
        """The flat graph with all blocks open, and the verdict on every node at every depth. checkup: that of the draft itself."""
        known = self._known
        if known is None or known[0] is not draft or known[1] is not checkup:
            known = self._known = (draft, checkup, *self._made(draft, checkup))
        return known[2], known[3]

    def fork(self) -> Insides:
        """One that knows the same and leaves this one as it is."""
        other = Insides()
        other._checkers = [checker.fork() for checker in self._checkers]
        return other

    def _made(self, draft: Draft, checkup: Checkup) -> tuple[View, Checkup]:
        blocks = list(nested.openable(draft))
        view = spread(draft, ())
        nodes, layers, computed = checkup.nodes, checkup.layers, checkup.computed
        depth = 0
        while deeper := [block for block in blocks if block.count(SEPARATOR) <= depth]:
            if len(view.blocks) == len(deeper):
                break
            if depth == len(self._checkers):
                self._checkers.append(Checker())
            view = spread(draft, deeper)
            checked = self._checkers[depth].check(view.draft)
            nodes, layers = {**checked.nodes, **nodes}, {**checked.layers, **layers}
            computed += checked.computed
            depth += 1
        return view, Checkup(_with_whole_faults(view, nodes), layers, computed)


def _with_whole_faults(view: View, nodes: dict[str, Checked]) -> dict[str, Checked]:
    """What no layer inside a block is to blame for is said where the block begins."""
    result = nodes
    for block in view.blocks:
        whole = result[block.id]
        if whole.state == "wrong" and not any(result[node].state == "wrong" for node in block.nodes):
            result = {**result, **{node: replace(whole, tensors=()) for node in block.entries}}
    return result
