"""Updates of weights within a plan's program: behind the chunk of a gradient, while that is in the cache, or at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from .native_phases import IN_PYTHON, Instruction, Operand, Outside, readers_of, root
from .tensor import Tensor, Variable

# Floating point operations of an update for each weight.
_WORK = 16
# Instructions whose units are rows of the gradient that they give, each of which is whole when its chunk is done.
_BY_ROWS = {"weight_gradient", "columns_weight_gradient", "table_gradient", "sum_of_groups"}
# Instructions that can leave the gradient of a chunk to the update behind them, and how many numbers of it (native.h).
_CAN_LEAVE, _MOST_LEFT = {"weight_gradient", "table_gradient"}, 32_768
# Instructions that may find unusable numbers in their arrays, or no memory, after which no weight may have changed.
_MAY_FAIL = {
    "sparse_crossentropy",
    "table_rows",
    "correlate",
    "kernel_gradient_sums",
    "winograd",
    "winograd_gradient_sums",
    IN_PYTHON,
}


@dataclass(frozen=True)
class WeightUpdate:
    """The update of one variable by an optimizer.

    Attributes:
        variable: what it changes.
        gradient: the tensor that the plan writes into the array of the gradient; None where it computes none.
        operands: weights, gradients and slots as flat arrays, then the numbers of the step.
    """

    variable: Variable
    gradient: Tensor | None
    operands: tuple[Outside, ...]


class WeightUpdates(Protocol):
    """What an optimizer tells a plan whose program may update the weights.

    Attributes:
        weights: each update.
        limits: the instructions that keep weights within their constraints, when all are updated.
        chunk: weights of a chunk.
        dtype: of the weights.
    """

    weights: Sequence[WeightUpdate]
    limits: Sequence[Instruction]
    chunk: int
    dtype: str

    @property
    def operation(self) -> str:
        """The name of the instruction that does the next update."""
        ...

    def take_turn(self) -> bool:
        """Whether the coming run of a plan is to update the weights; asked by the plan, once for each run."""
        ...

    def give_back(self) -> None:
        """Hear that the run whose turn it was has updated nothing."""
        ...


def updates_within(
    updates: WeightUpdates,
    steps: Sequence[Instruction],
    phase_of: Sequence[int],
    targets: Collection[Tensor],
    views: Mapping[Tensor, Tensor],
) -> tuple[list[Instruction], dict[int, int], list[int]] | None:
    """The instructions of all updates, which of them go on from a step of the plan, and which come last.

    None where weights must not change before the run is over: a caller is given them, or a gradient is copied to its array
    when all instructions have run.
    """
    changed: set[Operand] = {update.variable for update in updates.weights}
    gradients = {update.gradient for update in updates.weights}
    if any(root(x, views) in changed for x in targets) or any(x in views for x in gradients if x is not None):
        return None
    readers, writers = readers_of(steps, views), _writers(steps)
    safe_from = max(
        (phase for step, phase in zip(steps, phase_of, strict=True) if step.operation in _MAY_FAIL), default=-1
    )
    instructions: list[Instruction] = []
    followers: dict[int, int] = {}
    last: list[int] = []
    for update in updates.weights:
        position, size = len(steps) + len(instructions), update.variable.size
        written = writers.get(update.gradient, [])
        read_until = max((phase_of[i] for i in readers.get(update.variable, ())), default=-1)
        units = 0
        alone = len(written) == 1 and not readers.get(update.gradient) and _is_whole_by_chunks(steps[written[0]])
        if alone and phase_of[written[0]] > max(safe_from, read_until):
            units = steps[written[0]].units
            followers[written[0]] = position
        else:
            last.append(position)
        sizes = (updates.chunk, size // units if units else 1)
        instructions.append(Instruction(updates.operation, update.operands, sizes, units or size, False, _WORK * size))
    return instructions, followers, last


def _is_whole_by_chunks(step: Instruction) -> bool:
    """Whether what a chunk of an instruction has written may be read behind it."""
    alone = not step.by_samples and len(step.written) == 1
    return alone and (step.units == 1 or step.operation in _BY_ROWS)


def left_for_updates(
    steps: Sequence[Instruction], positions: Sequence[int], chunks: Sequence[tuple[int, int, int, int]]
) -> list[int]:
    """The rows (of the program) of gradients that only the update behind them reads, and that fit into a thread's memory.

    An array as large as the weights would have to go through the caches for each of them.
    """
    most: dict[int, int] = {}
    for row, instructions, _, units in chunks:
        if instructions == 2 and steps[positions[row]].operation in _CAN_LEAVE:
            most[row] = max(most.get(row, 0), units * steps[positions[row + 1]].size[1])
    return [row for row, numbers in most.items() if numbers <= _MOST_LEFT]


def _writers(steps: Sequence[Instruction]) -> dict[Operand, list[int]]:
    """The steps that write each operand."""
    writers: dict[Operand, list[int]] = {}
    for i, step in enumerate(steps):
        for x in step.written:
            writers.setdefault(x, []).append(i)
    return writers
