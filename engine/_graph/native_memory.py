"""Where the values of a compiled plan lie: those of one phase of samples in the memory of the thread that computes them.

A thread has the samples of one chunk under way, so what no other phase needs has room for these alone, or for the samples of a turn
where neighbouring instructions take few at once. All other values share one block: two lie in one place where no phase needs both.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple, TypeAlias

import numpy as np

from .memory import Sizes
from .native_phases import Between, Cut, Instruction, Operand, root
from .tensor import Call, Tensor

Value: TypeAlias = "Tensor | Between"

# Values begin at a cache line.
_LINE = 64


class Lifetime(NamedTuple):
    """The first and the last phase in which a value is needed; `local`: it is one of samples, and nothing else needs it."""

    first: int
    last: int
    local: bool = False


class Place(NamedTuple):
    """Where a value lies in a thread's own memory.

    Attributes:
        offset: bytes from its beginning.
        of_sample: bytes of a sample.
        of_turn: whether there is room for the samples of a turn alone, else for those of a chunk.
    """

    offset: int
    of_sample: int
    of_turn: bool


@dataclass(frozen=True)
class OwnMemory:
    """What lies in the memory that each thread has of its own.

    Attributes:
        places: of values, and of views of them.
        nbytes: of a thread.
        threads: how many may have a chunk under way.
        rows: the positions of the instructions that use it.
    """

    places: Mapping[Value, Place]
    nbytes: int = 0
    threads: int = 0
    rows: frozenset[int] = frozenset()

    def limited(self, cut: Cut) -> Cut:
        """The same chunks, where no more threads work on what uses this memory than have some."""

        def most(first: int, threads: int) -> int:
            row, count, *_ = cut.chunks[first]
            uses = not self.rows.isdisjoint(range(row, row + count))
            return threads or self.threads if uses else threads

        return replace(cut, phases=[(first, chunks, most(first, threads)) for first, chunks, threads in cut.phases])


@dataclass(frozen=True)
class Order:
    """Instructions by phases, how these are cut into chunks, and where their values lie.

    Attributes:
        positions: the numbers of the instructions, phase by phase.
        at_once: for each of them how many samples go through it and its neighbours at once.
        cut: all of them but updates of weights.
        with_updates: all of them; None where updates are not the plan's.
        lifetimes: for each value that is computed, the phases in which it is needed.
        thread_memory: which of these lie in the memory of threads.
        itemsize: bytes of a number of values that no tensor stands for.
    """

    positions: list[int]
    at_once: list[int]
    cut: Cut
    with_updates: Cut | None
    lifetimes: Mapping[Value, Lifetime]
    thread_memory: OwnMemory
    itemsize: int = 4


class Span(NamedTuple):
    """When a block is needed, both ends included, and how large it is."""

    first: int
    last: int
    nbytes: int


def lifetimes(
    steps: Sequence[Instruction],
    phase_of: Sequence[int],
    targets: Collection[Tensor],
    views: Mapping[Tensor, Tensor],
    shapes: Mapping[Tensor, Sizes],
    batch: int,
) -> dict[Value, Lifetime]:
    """The phases in which each value is needed that a step writes."""
    lasting = {root(x, views) for x in targets}
    # A view that has the samples along its first axis has each of them where the value behind it has it.
    whole = {root(x, views) for x in views if shapes[x][:1] != (batch,)}
    uses: dict[Operand, set[int]] = defaultdict(set)
    written: dict[Value, None] = {}
    for step, phase in zip(steps, phase_of, strict=True):
        for x in (*step.read, *step.written):
            uses[root(x, views)].add(phase)
            if not step.by_samples:
                whole.add(root(x, views))
        written.update((x, None) for x in step.written if isinstance(x, (Tensor, Between)))
    made: dict[Value, Lifetime] = {}
    for x in written:
        of, shape = uses[x], shapes[x] if isinstance(x, Tensor) else x.shape
        is_of_samples = shape[:1] == (batch,) and x not in whole and math.prod(shape) > 0
        local = len(of) == 1 and is_of_samples and x not in lasting
        made[x] = Lifetime(min(of), max(of), local)
    return made


def packed(spans: Sequence[Span]) -> tuple[list[int], int]:
    """Where blocks begin that are not in each other's way, and how much room all take.

    The largest first, each as low as those allow that are needed at the same time.
    """
    offsets = [0] * len(spans)
    # Offset, end, first, last of those that have a place, by their offsets.
    placed = np.empty((0, 4), np.int64)
    for i in sorted(range(len(spans)), key=lambda i: -spans[i].nbytes):
        first, last, nbytes = spans[i]
        in_the_way = placed[(placed[:, 2] <= last) & (placed[:, 3] >= first)]
        ends = np.maximum.accumulate(np.concatenate([[0], in_the_way[:, 1]]))
        gaps = np.flatnonzero(in_the_way[:, 0] - ends[:-1] >= nbytes)
        offset = int(ends[gaps[0]] if len(gaps) else ends[-1])
        offsets[i] = offset
        end = offset + -(-nbytes // _LINE) * _LINE
        placed = np.insert(placed, np.searchsorted(placed[:, 0], offset), (offset, end, first, last), axis=0)
    return offsets, int(placed[:, 1].max(initial=0))


class _Use(NamedTuple):
    """The positions of the first and the last instruction that need a value, and its room."""

    first: int
    last: int
    span: Span
    of_sample: int
    of_turn: bool


def own_memory(
    steps: Sequence[Instruction],
    sources: Sequence[Call],
    positions: Sequence[int],
    at_once: Sequence[int],
    cut: Cut,
    local: Mapping[Value, int],
    views: Mapping[Tensor, Tensor],
    threads: int,
) -> OwnMemory:
    """Places for the values that are `local`, with the bytes of a sample of each.

    Args:
        steps: all instructions.
        sources: the calls that the first ones are part of, all but updates of weights.
        positions: the order of the instructions.
        at_once: as in `Order`.
        cut: the chunks.
        local: values that one phase of samples needs.
        views: which tensors are views of others.
        threads: how many there may be.
    """
    used = _positions_of_uses(steps, positions, local, views)
    if not used:
        return OwnMemory({})
    turns = _turns(at_once, cut)
    uses: dict[Value, _Use] = {}
    for x, rows in used.items():
        uses[x] = _use(rows[0], rows[-1], turns, at_once, local[x])
    below = _written_over(steps, sources, positions, uses, views)
    spans: dict[Value, Span] = {}
    for x, use in uses.items():
        bottom = below.get(x, x)
        before = spans.get(bottom, use.span)
        spans[bottom] = Span(min(before.first, use.span.first), max(before.last, use.span.last), use.span.nbytes)
    offsets, nbytes = packed(list(spans.values()))
    offset_of = dict(zip(spans, offsets, strict=True))
    places = {x: Place(offset_of[below.get(x, x)], use.of_sample, use.of_turn) for x, use in uses.items()}
    for view in views:
        x = _value(view, views)
        if x is not None and x in uses:
            places[view] = places[x]
    all_rows = frozenset(row for rows in used.values() for row in rows)
    chunks = max(count for first, count, _ in cut.phases if cut.chunks[first][0] in _beginnings(cut, all_rows))
    return OwnMemory(places, nbytes, min(threads, chunks), all_rows)


def _value(operand: Operand, views: Mapping[Tensor, Tensor]) -> Value | None:
    """The value that an operand is, or is a view of."""
    x = root(operand, views)
    return x if isinstance(x, (Tensor, Between)) else None


def _positions_of_uses(
    steps: Sequence[Instruction], positions: Sequence[int], local: Mapping[Value, int], views: Mapping[Tensor, Tensor]
) -> dict[Value, list[int]]:
    """Where in the order each of the values is needed."""
    used: dict[Value, list[int]] = {}
    for row, i in enumerate(positions):
        for operand in dict.fromkeys((*steps[i].read, *steps[i].written)):
            x = _value(operand, views)
            if x is not None and x in local:
                used.setdefault(x, []).append(row)
    return used


class _Turn(NamedTuple):
    """The first and the last position of neighbours that a few samples go through at once, and how many samples have room."""

    first: int
    last: int
    samples: int
    of_chunk: int


def _turns(at_once: Sequence[int], cut: Cut) -> dict[int, _Turn]:
    """For each position those that have their turn with it: itself where all samples of a chunk go through it."""
    most: dict[tuple[int, int], int] = {}
    for first, count, _, units in cut.chunks:
        most[first, count] = max(units, most.get((first, count), 0))
    turns: dict[int, _Turn] = {}
    for (first, count), units in most.items():
        for samples, rows in groupby(range(first, first + count), lambda row: at_once[row]):
            members = list(rows)
            for row in members:
                ends = (members[0], members[-1]) if samples else (row, row)
                turns[row] = _Turn(*ends, min(samples or units, units), units)
    return turns


def _use(first: int, last: int, turns: Mapping[int, _Turn], at_once: Sequence[int], of_sample: int) -> _Use:
    """How a value is used between two positions."""
    begin, end = turns[first], turns[last]
    if at_once[first] and begin == end:
        return _Use(first, last, Span(first, last, begin.samples * of_sample), of_sample, True)
    # While some samples have come to the end of a turn others have not begun it.
    return _Use(first, last, Span(begin.first, end.last, begin.of_chunk * of_sample), of_sample, False)


def _written_over(
    steps: Sequence[Instruction],
    sources: Sequence[Call],
    positions: Sequence[int],
    uses: Mapping[Value, _Use],
    views: Mapping[Tensor, Tensor],
) -> dict[Value, Value]:
    """For each result that may be written over an input, which nothing needs behind that: the first one that lies there."""
    below: dict[Value, Value] = {}
    for row, i in enumerate(positions):
        if i >= len(sources) or not sources[i].op.overwrites or len(sources[i].outputs) != 1:
            continue
        x, y = _value(sources[i].inputs[0], views), sources[i].outputs[0]
        if x is None or x not in uses or y not in uses or (uses[x].last, uses[y].first) != (row, row):
            continue
        once = sum(_value(operand, views) is x for operand in steps[i].operands) == 1
        if once and (uses[x].of_sample, uses[x].of_turn) == (uses[y].of_sample, uses[y].of_turn):
            below[y] = below.get(x, x)
    return below


def _beginnings(cut: Cut, rows: Iterable[int]) -> set[int]:
    """The first positions of the chunks that hold some."""
    wanted = set(rows)
    return {first for first, count, _, _ in cut.chunks if not wanted.isdisjoint(range(first, first + count))}
