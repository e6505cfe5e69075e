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
from .memory import Sizes
from .tensor import Call, Tensor
from .work import Work

# Floating point operations of a phase below which waking a second thread costs more than it saves.
_FEW = 1_000_000
# Rows of a weight are cut so that a chunk of its gradient, about 100 kB, stays in the second-level cache.
_CHUNK_OF_WEIGHTS = 24_576
_ROWS_OF_A_TILE = 12
# Where products that can set their result to 0 take the values that say where.
_KEPT_OPERAND = {"linear_input_gradient": 2, "correlate": 3, "winograd": 3}


@dataclass(frozen=True, eq=False)
class Kept:
    """Memory that an op keeps in its `Work` under a name, filled by `fill` before the program runs."""

    call: Call
    name: str
    shape: Sizes
    fill: Callable[[Work], object]


@dataclass(frozen=True, eq=False)
class Between:
    """A value between two instructions that no tensor stands for; `lasting`: nothing but they writes there from run to run."""

    shape: Sizes
    lasting: bool = False


@dataclass(frozen=True)
class Settings:
    """Whole numbers that an instruction reads, where it needs more than its sizes."""

    values: Sizes


Operand: TypeAlias = "Tensor | Kept | Between | Settings | None"


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

    @property
    def read(self) -> tuple[Operand, ...]:
        """What it reads."""
        return tuple(x for x in self.operands[: -self.writes] if x is not None)

    @property
    def written(self) -> tuple[Operand, ...]:
        """What it writes."""
        return tuple(x for x in self.operands[-self.writes :] if x is not None)


@dataclass(frozen=True)
class Order:
    """Instructions by phases, and how these are cut into chunks.

    Attributes:
        positions: the numbers of the instructions, phase by phase.
        at_once: for each of them how many samples go through it and its neighbours at once.
        chunks: (instruction, instructions, first unit, units) of each, instructions by their place in `positions`.
        phases: (first chunk, chunks, 1 where a second thread does not pay) of each.
        written: for each tensor that is computed by samples, the phase.
        local: those of `written` that nothing reads in another phase.
    """

    positions: list[int]
    at_once: list[int]
    chunks: list[tuple[int, int, int, int]]
    phases: list[tuple[int, int, int]]
    written: dict[Tensor, int]
    local: set[Tensor]


def rectified_within(
    steps: Sequence[Instruction], targets: Collection[Tensor], views: Mapping[Tensor, Tensor]
) -> list[Instruction | None]:
    """The steps, with gradients of rectifiers computed where they are read from; None for a step that became part of another.

    The product that gives such a gradient sets it to 0 by itself, and what else gives it is written over.
    """
    readers, makers = _readers(steps, views), {x: i for i, step in enumerate(steps) for x in step.written}
    seen = {*targets, *views, *views.values()}
    new: list[Instruction | None] = list(steps)
    renamed: dict[Operand, Operand] = {}
    for i, step in enumerate(steps):
        gradient, kept, *_ = step.operands if step.operation == "rectify_gradient" else (None, None)
        maker = makers.get(gradient)
        free = maker is not None and gradient not in seen and len(readers[gradient]) == 1
        if free and maker is not None and isinstance(step.written[0], Between):
            renamed[step.written[0]] = gradient
            product = steps[maker]
            position = _KEPT_OPERAND.get(product.operation)
            if position is not None and product.by_samples and step.by_samples:
                operands = list(product.operands)
                operands[position] = kept
                new[maker], new[i] = replace(product, operands=tuple(operands)), None
    return [
        None if step is None else replace(step, operands=tuple(renamed.get(x, x) for x in step.operands))
        for step in new
    ]


def _root(operand: Operand, views: Mapping[Tensor, Tensor]) -> Operand:
    while isinstance(operand, Tensor) and operand in views:
        operand = views[operand]
    return operand


def _readers(steps: Sequence[Instruction], views: Mapping[Tensor, Tensor]) -> Mapping[Operand, list[int]]:
    """The steps that read each operand, or a view of it."""
    readers: dict[Operand, list[int]] = defaultdict(list)
    for i, step in enumerate(steps):
        for x in {_root(x, views) for x in step.read}:
            readers[x].append(i)
    return readers


def in_phases(
    steps: Sequence[Instruction],
    batch: int,
    samples: int,
    targets: Collection[Tensor],
    views: Mapping[Tensor, Tensor],
) -> Order:
    """The order of instructions in which each finds what it reads; chunks of samples have so many."""
    phase_of = _phases_of(steps, views)
    positions = sorted(range(len(steps)), key=lambda i: phase_of[i])
    chunks: list[tuple[int, int, int, int]] = []
    phases: list[tuple[int, int, int]] = []
    begin = 0
    while begin < len(positions):
        end = begin + 1
        while end < len(positions) and phase_of[positions[end]] == phase_of[positions[begin]]:
            end += 1
        first_chunk = len(chunks)
        members = [steps[i] for i in positions[begin:end]]
        if members[0].by_samples:
            chunks += _cut(begin, len(members), batch, samples)
        else:
            for position, step in enumerate(members, begin):
                chunks += _cut(position, 1, step.units, _grain(step))
        alone = sum(step.work for step in members) < _FEW
        phases.append((first_chunk, len(chunks) - first_chunk, int(alone)))
        begin = end
    readers, seen = _readers(steps, views), {*targets, *views, *views.values()}
    writers: dict[Operand, set[int]] = defaultdict(set)
    for i, step in enumerate(steps):
        for x in step.written:
            writers[x].add(phase_of[i] if step.by_samples else -1)
    written = {x: min(own) for x, own in writers.items() if isinstance(x, Tensor) and len(own) == 1 and min(own) >= 0}
    local = {x for x, phase in written.items() if x not in seen and all(phase_of[i] == phase for i in readers[x])}
    return Order(positions, _together([steps[i] for i in positions]), chunks, phases, written, local)


def _phases_of(steps: Sequence[Instruction], views: Mapping[Tensor, Tensor]) -> list[int]:
    """The phase of each step: even numbers are phases of samples, odd ones phases of whole batches."""
    phase_of: list[int] = []
    makers: dict[Operand, list[int]] = defaultdict(list)
    for i, step in enumerate(steps):
        earliest = 0 if step.by_samples else 1
        for maker in {maker for x in step.read for maker in makers[_root(x, views)]}:
            together = step.by_samples and steps[maker].by_samples
            same_kind = step.by_samples == steps[maker].by_samples
            earliest = max(earliest, phase_of[maker] + (0 if together else 2 if same_kind else 1))
        phase_of.append(earliest)
        for x in step.written:
            makers[x].append(i)
    return phase_of


def _cut(instruction: int, instructions: int, units: int, grain: int) -> list[tuple[int, int, int, int]]:
    return [(instruction, instructions, part.start, part.stop - part.start) for part in blocks(units, grain)]


def samples_of_a_chunk(batch: int, few: bool) -> int:
    """Samples of a chunk; `few`: each of them is worth a thread."""
    eighth = -(-batch // 8)
    return eighth if few else min(max(16, eighth), 64)


def _together(steps: Sequence[Instruction]) -> list[int]:
    """The least number of `at_once` of neighbours that all have one."""
    numbers: list[int] = []
    for divided, neighbours in groupby(steps, lambda step: step.at_once > 0 and step.by_samples):
        members = [step.at_once for step in neighbours]
        numbers += [min(members) if divided else 0] * len(members)
    return numbers


def _grain(step: Instruction) -> int:
    """Units of a chunk of what is done for the whole batch at once."""
    if step.grain:
        return step.grain
    columns = {"weight_gradient": 2, "columns_weight_gradient": 2, "table_gradient": 1}.get(step.operation)
    if columns is None:
        return max(1, step.units)
    rows = max(1, _CHUNK_OF_WEIGHTS // max(1, step.size[columns]))
    return max(_ROWS_OF_A_TILE, rows // _ROWS_OF_A_TILE * _ROWS_OF_A_TILE)
