"""Instructions of the library in C, and the order that threads run them in.

Samples are independent of each other: a chunk of them goes through all instructions of a phase, from the first layer to the
gradients, while its values are in the cache. What needs the whole batch (the gradient of a weight, a mean) is done in the
phase after, by chunks of its own. Chunks do not depend on the number of threads, and so neither do results.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from .._machine.device import blocks
from ..types import Array
from .memory import Sizes
from .tensor import Call, Tensor
from .work import Work

# The operation of an instruction that the library does not have: its call runs in Python, between two compiled segments.
IN_PYTHON = "call in Python"
# Floating point operations of a phase below which waking a second thread costs more than it saves.
_FEW = 1_000_000
# Rows of a weight are cut so that a chunk of its gradient, about 100 kB, stays in the second-level cache.
_CHUNK_OF_WEIGHTS = 24_576
_ROWS_OF_A_TILE = 12
# Where products that can set their result to 0 take the values that say where.
_KEPT_OPERAND = {"linear_input_gradient": 2, "correlate": 3, "winograd": 3}
# Size, strides and beginning of a pool's windows of 2 x 2 that lie side by side.
_POOL_OF_SQUARES = (1, 2, 2, 1, 2, 2, 0, 0, 0)
# Samples of a chunk: with fewer than the first a product reads its other factor too often; more than the last leave the cache.
_FEWEST_SAMPLES, _SAMPLES, _MOST_SAMPLES = 8, 16, 64


@dataclass(frozen=True, eq=False)
class Kept:
    """Memory that an op keeps in its `Work` under a name, filled by `fill` before the program runs."""

    call: Call
    name: str
    shape: Sizes
    fill: Callable[[Work], object]


@dataclass(frozen=True, eq=False)
class Between:
    """A value between two instructions that no tensor stands for.

    lasting: nothing but they writes there from run to run. for_gradient: a call leaves it for its gradient.
    """

    shape: Sizes
    lasting: bool = False
    for_gradient: bool = False


@dataclass(frozen=True)
class Settings:
    """Whole numbers that an instruction reads, where it needs more than its sizes."""

    values: Sizes


@dataclass(frozen=True, eq=False)
class Outside:
    """Memory that is not the plan's: weights, slots and numbers of an optimizer."""

    array: Array


Operand: TypeAlias = "Tensor | Kept | Between | Settings | Outside | None"


@dataclass(frozen=True, eq=False)
class Instruction:
    """One instruction of a plan; what sizes and operands mean is said in rows.c.

    Attributes:
        operation: its name.
        operands: what it reads, then what it writes, which is the last one or the last `writes`.
        size: of a unit.
        units: how many there are: samples, or rows of a weight.
        by_samples: whether the units are samples, so that one of them needs the same sample of its operands alone.
        work: about how many floating point operations all units take.
        numbers: settings.
        writes: how many of the last operands it writes.
        grain: units of a chunk, where they are no samples; 0: as many as `_grain` says.
        at_once: samples that go through it and those beside it before the next ones do; 0: all of a chunk.
        whole: what every unit reads all of, also where the units are samples: weights.
        draws: whether it draws random numbers, or reads what was drawn for it: then it keeps its place among those that do.
    """

    operation: str
    operands: tuple[Operand, ...]
    size: tuple[int, ...]
    units: int
    by_samples: bool
    work: int
    numbers: tuple[float, ...] = ()
    writes: int = 1
    grain: int = 0
    at_once: int = 0
    whole: tuple[Operand, ...] = ()
    draws: bool = False

    @property
    def in_python(self) -> bool:
        """Whether it is a call in Python."""
        return self.operation == IN_PYTHON

    @property
    def draws_in_python(self) -> bool:
        """Whether it draws from a random stream when its turn comes; what the library reads was drawn before."""
        return self.in_python and self.draws

    @property
    def read(self) -> tuple[Operand, ...]:
        """What it reads."""
        return tuple(x for x in self.operands[: -self.writes] if x is not None)

    @property
    def written(self) -> tuple[Operand, ...]:
        """What it writes."""
        return tuple(x for x in self.operands[-self.writes :] if x is not None)


@dataclass(frozen=True)
class Cut:
    """Instructions in chunks, and chunks in phases.

    Attributes:
        chunks: (instruction, instructions, first unit, units) of each, instructions by their place in `Order.positions`.
        phases: (first chunk, chunks, the threads that may work on it: 0 for any number, 1 where a second one does not pay) of each.
    """

    chunks: list[tuple[int, int, int, int]]
    phases: list[tuple[int, int, int]]


def rectified_within(
    steps: Sequence[Instruction], targets: Collection[Tensor], views: Mapping[Tensor, Tensor]
) -> list[Instruction | None]:
    """The steps, with gradients of rectifiers computed where they are read from; None for a step that became part of another.

    The product that gives such a gradient sets it to 0 by itself, and what else gives it is written over.
    """
    readers, makers = readers_of(steps, views), {x: i for i, step in enumerate(steps) for x in step.written}
    seen = {*targets, *views, *views.values()}
    new: list[Instruction | None] = list(steps)
    renamed: dict[Operand, Operand] = {}
    for i, step in enumerate(steps):
        gradient, kept, *_ = step.operands if step.operation == "rectify_gradient" else (None, None)
        maker = makers.get(gradient)
        free = maker is not None and gradient not in seen and len(readers[gradient]) == 1
        if free and maker is not None and isinstance(step.written[0], Between):
            renamed[step.written[0]] = gradient
            rectified = _rectified(steps[maker], kept)
            if rectified is not None:
                new[maker], new[i] = rectified, None
    return [
        None if step is None else replace(step, operands=tuple(renamed.get(x, x) for x in step.operands))
        for step in new
    ]


def _rectified(step: Instruction, activation: Operand) -> Instruction | None:
    """The instruction, which gives 0 where `activation` is not above 0; None for one that cannot."""
    if step.operation == "max_pool_gradient" and step.operands[1] is activation:
        return replace(step, numbers=(1.0,))
    position = _KEPT_OPERAND.get(step.operation)
    if position is None:
        return None
    operands = list(step.operands)
    operands[position] = activation
    return replace(step, operands=tuple(operands))


def pooled_within(
    steps: Sequence[Instruction], targets: Collection[Tensor], views: Mapping[Tensor, Tensor]
) -> list[Instruction | None]:
    """The steps, with the largest of each 2 x 2 results taken by what gives them; None for a step that became part of another.

    Where nothing else needs the results, which are four times as many, they are never written.
    """
    readers, makers = readers_of(steps, views), {x: i for i, step in enumerate(steps) for x in step.written}
    seen = {*targets, *views, *views.values()}
    new: list[Instruction | None] = list(steps)
    for i, step in enumerate(steps):
        if step.operation != "max_pool":
            continue
        results, settings, y = step.operands
        maker = makers.get(results)
        if maker is None or results in seen or len(readers[results]) > 1 or not isinstance(settings, Settings):
            continue
        if steps[maker].operation == "winograd" and _pools_squares(settings.values):
            operands, size = (*steps[maker].operands[:-1], y), (*steps[maker].size, 1)
            new[maker], new[i] = replace(steps[maker], operands=operands, size=size), None
    return new


def rectified_behind(
    steps: Sequence[Instruction], targets: Collection[Tensor], views: Mapping[Tensor, Tensor]
) -> list[Instruction | None]:
    """The steps, with results rectified by what normalises them; None for a step that became part of another."""
    readers, makers = readers_of(steps, views), {x: i for i, step in enumerate(steps) for x in step.written}
    seen = {*targets, *views, *views.values()}
    new: list[Instruction | None] = list(steps)
    for i, step in enumerate(steps):
        if step.operation != "rectify":
            continue
        normalised, y = step.operands
        maker = makers.get(normalised)
        alone = maker is not None and normalised not in seen and len(readers[normalised]) == 1
        if alone and maker is not None and steps[maker].operation == "normalise":
            operands = (*steps[maker].operands[:-1], y)
            new[maker], new[i] = replace(steps[maker], operands=operands, numbers=(1.0,)), None
    return new


def _pools_squares(pooling: Sizes) -> bool:
    """Whether a pool's windows are of 2 x 2, lie side by side and reach over no border."""
    _, height, width, _, _, rows, columns = pooling[:7]
    return pooling[7:] == _POOL_OF_SQUARES and (rows, columns) == (height // 2, width // 2)


def root(operand: Operand, views: Mapping[Tensor, Tensor]) -> Operand:
    while isinstance(operand, Tensor) and operand in views:
        operand = views[operand]
    return operand


def readers_of(steps: Sequence[Instruction], views: Mapping[Tensor, Tensor]) -> Mapping[Operand, list[int]]:
    """The steps that read each operand, or a view of it."""
    readers: dict[Operand, list[int]] = defaultdict(list)
    for i, step in enumerate(steps):
        for x in {root(x, views) for x in step.read}:
            readers[x].append(i)
    return readers


def in_phases(
    steps: Sequence[Instruction],
    phase_of: Sequence[int],
    batch: int,
    samples: int | None,
    threads: int,
    followers: Mapping[int, int],
    ends: Sequence[Sequence[int]],
) -> tuple[list[int], Cut, Cut]:
    """The order of instructions in which each finds what it reads: their numbers, cut without and with updates of weights.

    Args:
        steps: all instructions.
        phase_of: the phase of each of the first ones, which are all but updates.
        batch: the number of samples.
        samples: those of a chunk, where results depend on it.
        threads: how many are to have work. Else the cut may depend on them, as rows do not depend on each other; results do not.
        followers: for the number of a gradient's instruction, that of the update which its chunks go on with.
        ends: what updates weights when all else is done, each group of it in a phase behind the one before.
    """
    positions: list[int] = []
    plain, whole = Cut([], []), Cut([], [])

    def group_of(i: int) -> tuple[int, int]:
        """Its phase; there each call in Python is a group of its own, behind what the library has to do."""
        return phase_of[i], i if steps[i].in_python else -1

    for _, group in groupby(sorted(range(len(phase_of)), key=group_of), key=group_of):
        members, firsts = list(group), (len(plain.chunks), len(whole.chunks))
        if steps[members[0]].by_samples:
            chunks = _cut(len(positions), len(members), batch, samples or _samples(batch, threads))
            plain.chunks.extend(chunks)
            whole.chunks.extend(chunks)
            positions += members
        else:
            for i in members:
                chunks = _cut(len(positions), 1, steps[i].units, _grain(steps[i], threads))
                plain.chunks.extend(chunks)
                positions.append(i)
                if i in followers:
                    chunks = [(position, 2, first, units) for position, _, first, units in chunks]
                    positions.append(followers[i])
                whole.chunks.extend(chunks)
        work = sum(steps[i].work for i in members)
        of_updates = sum(steps[followers[i]].work for i in members if i in followers)
        for cut, first, done in zip((plain, whole), firsts, (work, work + of_updates), strict=True):
            cut.phases.append((first, len(cut.chunks) - first, int(done < _FEW)))
    for end in filter(None, ends):
        first, work = len(whole.chunks), sum(steps[i].work for i in end)
        for i in end:
            whole.chunks.extend(_cut(len(positions), 1, steps[i].units, steps[i].grain or steps[i].size[0]))
            positions.append(i)
        whole.phases.append((first, len(whole.chunks) - first, int(work < _FEW)))
    return positions, plain, whole


def in_words(steps: Sequence[Instruction], positions: Sequence[int], cut: Cut, updates: int) -> str:
    """The phases of a program, the last `updates` of whose instructions update weights, as a person may read them."""
    parts: list[str] = []
    for first, chunks, _ in cut.phases:
        rows = {row + i for row, count, _, _ in cut.chunks[first : first + chunks] for i in range(count)}
        of_updates = sum(positions[row] >= len(steps) - updates for row in rows)
        if steps[positions[min(rows)]].in_python:
            parts.append("a call in Python")
            continue
        where = "samples" if steps[positions[min(rows)]].by_samples else "the whole batch"
        parts.append(f"{len(rows)} on {where} in {chunks} {'chunk' if chunks == 1 else 'chunks'}")
        if of_updates:
            parts[-1] += f", {of_updates} of them {'an update' if of_updates == 1 else 'updates'} of weights"
    return "operations: " + "; then ".join(parts)


def phases_of(steps: Sequence[Instruction], views: Mapping[Tensor, Tensor]) -> list[int]:
    """The phase of each step: even numbers are phases of samples, odd ones phases of whole batches.

    What is drawn is drawn in the order of the calls: a step that draws comes after all calls in Python that drew before. What
    samples need and depends on weights alone, as packed kernels, comes before all: else the first layers would have a phase of
    their own.
    """
    phase_of: list[int] = []
    last_draw = -1
    makers: dict[Operand, list[int]] = defaultdict(list)
    read_by_samples = {root(x, views) for step in steps if step.by_samples for x in step.read}
    for i, step in enumerate(steps):
        first = not step.in_python and not read_by_samples.isdisjoint(step.written)
        earliest = 0 if step.by_samples else -1 if first else 1
        whole = {root(x, views) for x in step.whole}
        for maker in {maker for x in step.read for maker in makers[root(x, views)]}:
            together = step.by_samples and steps[maker].by_samples and whole.isdisjoint(steps[maker].written)
            same_kind = step.by_samples == steps[maker].by_samples
            earliest = max(earliest, phase_of[maker] + (0 if together else 2 if same_kind else 1))
        if step.draws and last_draw >= 0:
            earliest = max(earliest, last_draw + (1 if step.by_samples else 2))
        if step.draws_in_python:
            last_draw = earliest
        phase_of.append(earliest)
        for x in step.written:
            makers[x].append(i)
    return phase_of


def _cut(instruction: int, instructions: int, units: int, grain: int) -> list[tuple[int, int, int, int]]:
    return [(instruction, instructions, part.start, part.stop - part.start) for part in blocks(units, grain)]


def samples_of_a_chunk(batch: int, few: bool) -> int:
    """Samples of a chunk where results depend on it; `few`: each of them is worth a thread."""
    eighth = -(-batch // 8)
    return eighth if few else _equal_part(batch, min(max(_SAMPLES, eighth), _MOST_SAMPLES))


def _equal_part(batch: int, most: int) -> int:
    """The samples of equal chunks of at most so many: threads have as much work as each other, and need no more memory."""
    return -(-batch // -(-batch // most))


def together(steps: Sequence[Instruction]) -> list[int]:
    """The least number of `at_once` of neighbours that all have one."""
    numbers: list[int] = []
    for divided, neighbours in groupby(steps, lambda step: step.at_once > 0 and step.by_samples):
        members = [step.at_once for step in neighbours]
        numbers += [min(members) if divided else 0] * len(members)
    return numbers


def _samples(batch: int, threads: int) -> int:
    """Samples of a chunk."""
    usual = min(max(_SAMPLES, -(-batch // max(8, 2 * threads))), _MOST_SAMPLES)
    return _equal_part(batch, min(usual, max(_FEWEST_SAMPLES, -(-batch // threads))))


def _grain(step: Instruction, threads: int) -> int:
    """Units of a chunk of what is done for the whole batch at once."""
    if step.grain:
        return step.grain
    columns = {"weight_gradient": 2, "columns_weight_gradient": 2, "table_gradient": 1}.get(step.operation)
    if columns is None:
        return max(1, step.units)
    rows = max(1, _CHUNK_OF_WEIGHTS // max(1, step.size[columns]))
    if step.work >= _FEW:
        rows = min(rows, -(-step.units // threads))
    return max(_ROWS_OF_A_TILE, rows // _ROWS_OF_A_TILE * _ROWS_OF_A_TILE)
