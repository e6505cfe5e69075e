"""Repeats found in the graph, each shown as one card: the stages of a ResNet, the convolutions between two poolings.

The graph is read as a series: nodes through which all paths pass, and the parallel blocks between them. What only
accompanies a layer (padding before it, normalisation and activation after it) goes with it. Parts of the series that are
built alike and follow each other on the same stage (nothing after the first of them strides) are one fold. Only
wiring and settings count, so folds stay as they are while a shape is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from engine.describe.diagram import connected_parts, ranks_of

from .draft import INPUT, Draft, Part, order
from .families import family

PREFIX = "fold:"
# A graph with more cards is folded by itself.
MOST_CARDS = 16
LONGEST_UNIT = 6
# A block with more nodes than this is looked through for repeats by itself.
LARGE_BLOCK = 60
# A block that is repeated nowhere may hide this share of a model's nodes.
MOST_HIDDEN = 0.35
ACTIVATIONS = ("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU")
# Settings that may differ between repeats.
WIDTHS = ("filters",)
IGNORED = ("strides", "padding", "seed", "name", "trainable", "dtype", *WIDTHS)


@dataclass(frozen=True)
class Repeat:
    """A fold. nodes: of all its repeats, from the inputs on; unit: those of the first repeat. block: whether a unit branches."""

    nodes: tuple[str, ...]
    unit: tuple[str, ...]
    times: int
    block: bool

    @property
    def id(self) -> str:
        """The id of the card that it is while it is closed."""
        return PREFIX + self.nodes[0]


@dataclass(frozen=True)
class _Element:
    """A piece of the series. tokens: what it is built of, to compare. strides: whether it changes the size."""

    nodes: tuple[str, ...]
    tokens: tuple[str, ...]
    strides: bool
    merge: str = ""


def repeats(draft: Draft) -> list[Repeat]:
    """All folds of a draft with at least two nodes, from the inputs on."""
    nodes = list(draft.nodes())
    index_of = {node: index for index, node in enumerate(nodes)}
    wires = [(index_of[source.node], index_of[node]) for node in nodes for source in draft.sources(node)]
    folds: list[Repeat] = []
    for part in connected_parts(len(nodes), wires):
        series = _series(draft, [nodes[index] for index in part])
        for fold in _tandem(_known_chains(_joined(draft, series))):
            folds.extend(_in_arms(draft, fold) if _hides_the_model(fold, len(nodes)) else [fold])
    return [fold for fold in folds if len(fold.nodes) > 1]


def _hides_the_model(fold: Repeat, count: int) -> bool:
    """A block that repeats nowhere and is much of the model: the two arms of a U-Net are what a person wants to see."""
    return fold.block and fold.times == 1 and len(fold.nodes) > MOST_HIDDEN * count


def _in_arms(draft: Draft, fold: Repeat) -> list[Repeat]:
    """Repeats along the unbranched chains inside a block."""
    targets = draft.targets()
    chains: list[list[str]] = []
    ending: dict[str, list[str]] = {}
    for node in fold.nodes:
        before = [source.node for source in draft.sources(node)]
        goes_on = len(before) == 1 and len(targets[before[0]]) == 1 and before[0] in ending
        chain = ending.pop(before[0]) if goes_on else []
        if not goes_on:
            chains.append(chain)
        chain.append(node)
        ending[node] = chain
    series = [[piece for node in chain for piece in _pieces(draft, [node])] for chain in chains]
    return [repeat for elements in series for repeat in _tandem(_joined(draft, elements))]


def _series(draft: Draft, nodes: Sequence[str]) -> list[_Element]:
    """Single nodes, and the blocks between nodes through which all paths pass, each with the node in which it ends."""
    index_of = {node: index for index, node in enumerate(nodes)}
    wires = [(index_of[source.node], index_of[node]) for node in nodes for source in draft.sources(node)]
    rank = ranks_of(len(nodes), wires)
    rows: dict[int, list[str]] = {}
    for index, node in enumerate(nodes):
        rows.setdefault(rank[index], []).append(node)
    jumped = [0] * (max(rank) + 2)
    for source, target in wires:
        jumped[rank[source] + 1] += 1
        jumped[rank[target]] -= 1
    series: list[_Element] = []
    inside: list[str] = []
    over = 0
    for row in sorted(rows):
        over += jumped[row]
        inside.extend(rows[row])
        if len(rows[row]) == 1 and not over:
            series.extend(_pieces(draft, inside))
            inside = []
    return series + (_pieces(draft, inside) if inside else [])


def _pieces(draft: Draft, inside: Sequence[str]) -> list[_Element]:
    if len(inside) == 1:
        part = draft.part(inside[0])
        return [_Element((inside[0],), (_token(part),), _strides(part))]
    if len(inside) > LARGE_BLOCK:
        return _slices(draft, inside)
    tokens = _longest(draft, inside)
    merge = draft.part(inside[-1]).class_name
    return [_Element(tuple(inside), tokens, any(_strides(draft.part(node)) for node in inside), merge)]


def _token(part: Part) -> str:
    """What a layer is, up to its width and its strides."""
    compared = {key: value for key, value in part.config.items() if key not in IGNORED}
    return f"{part.class_name} {json.dumps(compared, sort_keys=True, default=str)}"


def _strides(part: Part) -> bool:
    """Whether a layer changes the size of what passes through it."""
    strides = part.config.get("strides")
    if isinstance(strides, list):
        return any(step != 1 for step in strides)
    return part.class_name.startswith(("MaxPool", "AveragePool", "Global", "UpSampling", "Flatten", "Reshape"))


def _longest(draft: Draft, inside: Sequence[str]) -> tuple[str, ...]:
    """The layers along the longest way through a block, joined as those of the series are; what ends it left out."""
    ways: dict[str, list[str]] = {}
    members = set(inside)
    for node in inside:
        before = [ways[source.node] for source in draft.sources(node) if source.node in members and source.node in ways]
        ways[node] = [
            *max(before, key=lambda way: (len(way), [draft.part(n).class_name for n in way]), default=[]),
            node,
        ]
    chain = [_Element((node,), (_token(draft.part(node)),), False) for node in ways[inside[-1]][:-1]]
    return tuple(token for element in _joined(draft, chain) for token in element.tokens)


def _slices(draft: Draft, inside: Sequence[str]) -> list[_Element]:
    """A large block without a node that all paths pass, cut behind nodes of its most frequent kind of large merge.

    Any slice of an order in which wires run forward can be one card: no circle comes of it.
    """
    members = set(inside)
    wide = [node for node in inside if family(draft.part(node).class_name) == "merge"]
    most = max((len(draft.sources(node)) for node in wide), default=0)
    ends = {node for node in wide if len(draft.sources(node)) >= max(most - 1, 3)}
    if len(ends) < 3:
        ends = set()
    sorted_nodes = [node for node in order(draft, calls_in_order=False) if node in members]
    elements: list[_Element] = []
    nodes: list[str] = []
    for node in sorted_nodes:
        nodes.append(node)
        if node in ends:
            elements.append(_slice(draft, nodes))
            nodes = []
    return [*elements, *([_slice(draft, nodes)] if nodes else [])]


def _slice(draft: Draft, nodes: list[str]) -> _Element:
    parts = [draft.part(node) for node in nodes]
    kinds = sorted(_token(part) for part in parts if family(part.class_name) == "conv")
    return _Element(tuple(nodes), tuple(kinds), any(map(_strides, parts)), parts[-1].class_name)


def _joined(draft: Draft, series: Sequence[_Element]) -> list[_Element]:
    """The series with padding put before the layer that it serves, normalisation and activation behind theirs."""
    joined: list[_Element] = []
    waiting: tuple[str, ...] = ()
    for index, element in enumerate(series):
        first, *others = element.nodes
        class_name = "" if others else draft.part(first).class_name
        before = joined[-1] if joined and not waiting else None
        if class_name.startswith("ZeroPadding") and index + 1 < len(series):
            waiting = (*waiting, *element.nodes)
        elif before is not None and _follows(draft, before, class_name):
            tokens = before.tokens if before.merge else ("".join(before.tokens + element.tokens),)
            joined[-1] = _Element((*before.nodes, *element.nodes), tokens, before.strides, before.merge)
        else:
            joined.append(_Element((*waiting, *element.nodes), element.tokens, element.strides, element.merge))
            waiting = ()
    return joined


def _follows(draft: Draft, before: _Element, class_name: str) -> bool:
    """Whether a class only goes on with what the element before it gives."""
    if class_name not in ACTIVATIONS and (not class_name or family(class_name) != "norm"):
        return False
    classes = (draft.part(node).class_name for node in before.nodes)
    main = next((name for name in classes if not name.startswith("ZeroPadding")), INPUT)
    return bool(before.merge) or family(main) in ("conv", "core", "merge")


def _known_chains(series: Sequence[_Element]) -> list[_Element]:
    """Single layers that follow each other like the main way of a block, as a block without its short cut."""
    blocks = {element.tokens: element.merge for element in series if element.merge and len(element.tokens) > 1}
    result: list[_Element] = []
    index = 0
    while index < len(series):
        for tokens, merge in blocks.items():
            run = series[index : index + len(tokens)]
            if not any(e.merge for e in run) and tuple(token for e in run for token in e.tokens) == tokens:
                nodes = tuple(node for e in run for node in e.nodes)
                result.append(_Element(nodes, tokens, any(e.strides for e in run), merge))
                index += len(run)
                break
        else:
            result.append(series[index])
            index += 1
    return result


def _tandem(series: Sequence[_Element]) -> list[Repeat]:
    """Runs of equal units, the most of the series first; what does not repeat stays by itself."""
    folds: list[Repeat] = []
    # Elements are replaced by numbers, since a long series is compared many times.
    numbers: dict[tuple[tuple[str, ...], str], int] = {}
    built = [numbers.setdefault((element.tokens, element.merge), len(numbers)) for element in series]
    strides = [element.strides for element in series]
    start = 0
    while start < len(series):
        begins = [n for n in range(1, LONGEST_UNIT + 1) if built[start + n : start + n + 1] == [built[start]]]
        length, times = max(
            ((length, _times(built, strides, start, length)) for length in begins or [1]),
            key=lambda unit: (unit[0] * unit[1] if unit[1] > 1 else 1, -unit[0]),
        )
        length = length if times > 1 else 1
        elements = series[start : start + length * times]
        nodes = tuple(node for element in elements for node in element.nodes)
        unit = tuple(node for element in elements[:length] for node in element.nodes)
        folds.append(Repeat(nodes, unit, times, bool(elements[0].merge) or length > 1))
        start += length * times
    return folds


def _times(built: Sequence[int], strides: Sequence[bool], begin: int, length: int) -> int:
    """How often the unit that begins at a place follows itself on the same stage."""
    unit = built[begin : begin + length]
    if any(strides[begin + 1 : begin + length]):
        return 1
    times = 1
    while True:
        start = begin + times * length
        if built[start : start + length] != unit or any(strides[start : start + length]):
            return times
        times += 1


def is_fold(card: object) -> bool:
    """Whether an id is that of a fold's card."""
    return isinstance(card, str) and card.startswith(PREFIX)
