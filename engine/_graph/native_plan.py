"""Plans that run as one call: every call of a plan as instructions of the library in C, in phases that threads share.

An op's Python definition stays the truth; a rule (`@native`) says which instructions of the library compute the same. A plan
runs so where there is a rule for each of its calls, else it calls Python op by op.

Samples are independent of each other: a chunk of them goes through all instructions of a phase, from the first layer to the
gradients, while its values are in the cache. What needs the whole batch (the gradient of a weight, a mean) is done in the
phase after, by chunks of its own. Chunks do not depend on the number of threads, and so neither do results.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np

from .._machine import device
from .._native.library import INSTRUCTION, Library, Program
from ..types import Array
from .backward import BackwardCall, FilledLike
from .memory import Sizes
from .op import ForwardCall, Op
from .tensor import Arrays, Call, Constant, Placeholder, Tensor, Variable
from .work import Work

# Floating point operations of a phase below which waking a second thread costs more than it saves.
_FEW = 1_000_000
# Rows of a weight are cut so that a chunk of its gradient, about 100 kB, stays in the second-level cache.
_CHUNK_OF_WEIGHTS = 24_576
_ROWS_OF_A_TILE = 12


@dataclass(frozen=True, eq=False)
class Kept:
    """Memory that an op keeps in its `Work` under a name, filled by `fill` before the program runs."""

    call: Call
    name: str
    shape: Sizes
    fill: Callable[[Work], object]


@dataclass(frozen=True, eq=False)
class Between:
    """A value between two instructions that no tensor stands for."""

    shape: Sizes


Operand: TypeAlias = "Tensor | Kept | Between | None"


@dataclass(frozen=True, eq=False)
class Instruction:
    """One instruction of a plan; what sizes and operands mean is said in rows.c.

    Attributes:
        operation: its name.
        operands: what it reads, then the one that it writes.
        size: of a unit.
        units: how many there are: samples, or rows of a weight.
        by_samples: whether the units are samples, so that one of them needs the same sample of its operands alone.
        work: about how many floating point operations all units take.
        numbers: settings.
    """

    operation: str
    operands: tuple[Operand, ...]
    size: tuple[int, ...]
    units: int
    by_samples: bool
    work: int
    numbers: tuple[float, ...] = ()

    @property
    def result(self) -> Operand:
        """What it writes."""
        return self.operands[-1]


class Context:
    """What a rule asks about the plan: shapes, the batch, and which gradients the phase has."""

    def __init__(self, shapes: Mapping[Tensor, Sizes], batch: int, absent: Collection[Tensor]) -> None:
        self.shapes = shapes
        self.batch = batch
        self._absent = absent
        self._kept: dict[tuple[Call, str], Kept] = {}

    def kept(self, call: Call, name: str, shape: Sizes, fill: Callable[[Work], object]) -> Kept:
        """What the op of a call keeps under a name: one operand for the call and its gradient."""
        return self._kept.setdefault((call, name), Kept(call, name, shape, fill))

    def units(self, *tensors: Tensor) -> int:
        """The batch, where it is the first axis of all; else 1: the tensors as a whole are one unit."""
        return self.batch if all(self.shapes[t][:1] == (self.batch,) for t in tensors) else 1

    def size(self, tensor: Tensor) -> int:
        """Number of elements."""
        return math.prod(self.shapes[tensor])

    def wanted(self, call: BackwardCall) -> dict[int, Tensor]:
        """The gradients that a call gives, by the number of the input, without those that the phase lacks."""
        return {i: dx for i, dx in zip(call.wanted, call.outputs, strict=True) if dx not in self._absent}

    def element_by_element(self, operation: str, *operands: Tensor) -> list[Instruction] | None:
        """The instruction for operands of one shape, or of one element; the last is the result."""
        *read, written = operands
        shape, size = self.shapes[written], self.size(written)
        if not all(self.shapes[x] == shape or self.size(x) == 1 for x in read):
            return None
        spread = tuple(int(self.shapes[x] == shape) for x in read)
        whole = tuple(x for x, full in zip(read, spread, strict=True) if full)
        units = self.units(*whole, written)
        of_unit = (size // units if units else 0, *spread)
        return [Instruction(operation, operands, of_unit, units, units == self.batch and bool(shape), 4 * size)]

    def along_last_axis(
        self,
        operation: str,
        like: Tensor,
        operands: Sequence[Tensor],
        more: tuple[int, ...] = (),
        numbers: tuple[float, ...] = (),
    ) -> list[Instruction]:
        """The instruction for the rows of `like`, its elements along the last axis."""
        shape = self.shapes[like]
        units = self.units(like) if len(shape) > 1 else 1
        rows = math.prod(shape[:-1]) // units if units else 0
        by_samples = units == self.batch and len(shape) > 1
        return [
            Instruction(
                operation, tuple(operands), (rows, shape[-1], *more), units, by_samples, 20 * math.prod(shape), numbers
            )
        ]


Kind = TypeVar("Kind", bound=Call)
Rule: TypeAlias = "Callable[[Any, Context], Sequence[Instruction] | None]"
_forward: dict[type[Op], Rule] = {}
_backward: dict[type[Op], Rule] = {}
_foldable: set[type[Op]] = {FilledLike}


def native(*ops: type[Op]) -> Callable[[Rule], Rule]:
    """Decorator: the function gives the instructions for a forward call of one of these ops, or None where it has none."""

    def decorate(rule: Rule) -> Rule:
        _forward.update(dict.fromkeys(ops, rule))
        return rule

    return decorate


def native_gradient(*ops: type[Op]) -> Callable[[Rule], Rule]:
    """Decorator: the same for the gradient of these ops."""

    def decorate(rule: Rule) -> Rule:
        _backward.update(dict.fromkeys(ops, rule))
        return rule

    return decorate


def may_be_folded(*ops: type[Op]) -> None:
    """Say that these ops, and their gradients, depend on their inputs alone: of constants they are computed once."""
    _foldable.update(ops)


@dataclass
class NativeForm:
    """A plan's calls as instructions, before their arrays are known.

    Attributes:
        instructions: in the order of the calls.
        sources: the call that each of them is part of.
        folded: calls that are computed once, as they depend on constants alone.
        constants: the arrays of their results.
        library: what has the instructions.
        batch: the number of samples.
    """

    library: Library
    batch: int
    instructions: list[Instruction] = field(default_factory=list)
    sources: list[Call] = field(default_factory=list)
    folded: list[Call] = field(default_factory=list)
    constants: dict[Tensor, Array] = field(default_factory=dict)
    _between: dict[Between, Array] = field(default_factory=dict)

    def bind(self, arrays: Arrays, calls: Sequence[Call], new: Callable[[Sizes, str], Array]) -> NativeProgram:
        """The program over the arrays that a placement gives; `calls` is what it computes."""
        for call in self.folded:
            call.bind(arrays)()
        operands = [x for step in self.instructions for x in step.operands]
        for x in operands:
            if isinstance(x, Between) and x not in self._between:
                self._between[x] = new(x.shape, "float32")
        fills = {x: arrays.work(x.call) for x in operands if isinstance(x, Kept)}
        used: list[Array] = list(self.constants.values())

        def address(operand: Operand) -> int:
            if operand is None:
                return 0
            if isinstance(operand, Kept):
                array = fills[operand].keep(operand.name, operand.shape, "float32")
            else:
                array = self._between[operand] if isinstance(operand, Between) else arrays.array(operand)
            used.append(array)
            return array.ctypes.data

        table = np.zeros(len(self.instructions), INSTRUCTION)
        for row, step in zip(table, self.instructions, strict=True):
            row["operation"], row["units"] = self.library.operations[step.operation], step.units
            row["size"][: len(step.size)] = step.size
            row["number"][: len(step.numbers)] = step.numbers
            row["array"][: len(step.operands)] = [address(x) for x in step.operands]
        order, chunks, phases = _phases(self.instructions, self.batch)
        return NativeProgram(
            self.library.program(table[order], chunks, phases, used),
            [self.sources[i] for i in order],
            [_filling(kept, work) for kept, work in fills.items()],
            lambda: [call.bind(arrays) for call in calls],
        )


def _filling(kept: Kept, work: Work) -> Callable[[], object]:
    return lambda: kept.fill(work)


class NativeProgram:
    """A program with what Python does around it."""

    def __init__(
        self,
        program: Program,
        sources: Sequence[Call],
        fills: Sequence[Callable[[], object]],
        in_python: Callable[[], Sequence[Callable[[], None]]],
    ) -> None:
        self._program = program
        self.sources = sources
        self._fills = fills
        self._in_python = in_python

    def __call__(self) -> None:
        """Run it. Where an instruction cannot use its numbers, Python runs the calls and says what is wrong."""
        for fill in self._fills:
            fill()
        if self._program.run(device.threads()) is not None:
            for instruction in self._in_python():
                instruction()

    def seconds(self) -> dict[Call, float]:
        """Run it on one thread; what each call took."""
        for fill in self._fills:
            fill()
        seconds: dict[Call, float] = {}
        for call, part in zip(self.sources, self._program.seconds(), strict=True):
            seconds[call] = seconds.get(call, 0.0) + float(part)
        return seconds


def native_form(
    library: Library,
    calls: Sequence[Call],
    shapes: Mapping[Tensor, Sizes],
    inputs: Sequence[Placeholder],
    targets: Collection[Tensor],
    absent: Collection[Tensor],
) -> NativeForm | Call | None:
    """The calls of a plan as instructions; the first call that has no rule, or None where the plan has no batch or no calls."""
    batch = next((shapes[x][0] for x in inputs if shapes[x]), 0)
    if not batch or not calls:
        return None
    form, context = NativeForm(library, batch), Context(shapes, batch, absent)
    for call in calls:
        if any(x in absent for x in call.present_inputs):
            return call
        if _is_constant(call, form):
            form.folded.append(call)
            form.constants.update((y, np.empty(shapes[y], y.dtype)) for y in call.outputs if y not in absent)
            continue
        rule = (_backward if call.is_backward else _forward).get(type(call.op))
        steps = rule(call, context) if rule is not None and _all_float32(call) else None
        if steps is None:
            return call
        form.instructions += steps
        form.sources += [call] * len(steps)
    _rectify_below(form, targets)
    return form if form.instructions else None


def _is_constant(call: Call, form: NativeForm) -> bool:
    if type(call.op) is FilledLike:
        return True
    return type(call.op) in _foldable and all(
        isinstance(x, Constant) or x in form.constants for x in call.present_inputs
    )


def _all_float32(call: Call) -> bool:
    """Whether all floats are float32: the library has instructions for no others."""
    return all(x.dtype == "float32" or x.dtype.kind not in "fc" for x in (*call.present_inputs, *call.outputs))


def _rectify_below(form: NativeForm, targets: Collection[Tensor]) -> None:
    """Let a product that gives the gradient of a rectified layer set it to 0 by itself, where nothing else reads it."""
    readers: dict[Operand, list[int]] = {}
    for i, step in enumerate(form.instructions):
        for x in step.operands[:-1]:
            readers.setdefault(x, []).append(i)
    makers = {step.result: i for i, step in enumerate(form.instructions)}
    dropped: set[int] = set()
    for i, step in enumerate(form.instructions):
        gradient, *_ = step.operands
        maker = makers.get(gradient)
        if step.operation != "rectify_gradient" or maker is None or gradient in targets or len(readers[gradient]) > 1:
            continue
        product = form.instructions[maker]
        if product.operation == "linear_input_gradient" and product.by_samples and step.by_samples:
            dy, kernel, _, _ = product.operands
            form.instructions[maker] = replace(product, operands=(dy, kernel, step.operands[1], step.result))
            dropped.add(i)
    kept = [i for i in range(len(form.instructions)) if i not in dropped]
    form.instructions, form.sources = [form.instructions[i] for i in kept], [form.sources[i] for i in kept]


def _phases(
    steps: Sequence[Instruction], batch: int
) -> tuple[list[int], list[tuple[int, int, int, int]], list[tuple[int, int, int]]]:
    """The order of the instructions by phases, and the chunks and phases as native.h lays them out."""
    phase_of: list[int] = []
    makers: dict[Operand, int] = {}
    for i, step in enumerate(steps):
        # Phases of samples have even numbers, phases of whole batches odd ones.
        earliest = 0 if step.by_samples else 1
        for maker in {makers[x] for x in step.operands[:-1] if x in makers}:
            together = step.by_samples and steps[maker].by_samples
            same_kind = step.by_samples == steps[maker].by_samples
            earliest = max(earliest, phase_of[maker] + (0 if together else 2 if same_kind else 1))
        phase_of.append(earliest)
        makers[step.result] = i
    order = sorted(range(len(steps)), key=lambda i: phase_of[i])
    chunks: list[tuple[int, int, int, int]] = []
    phases: list[tuple[int, int, int]] = []
    begin = 0
    while begin < len(order):
        end = begin + 1
        while end < len(order) and phase_of[order[end]] == phase_of[order[begin]]:
            end += 1
        members = [steps[i] for i in order[begin:end]]
        first_chunk = len(chunks)
        if members[0].by_samples:
            chunks += [
                (begin, len(members), part.start, part.stop - part.start) for part in _parts(batch, _samples(batch))
            ]
        else:
            for position, step in enumerate(members, begin):
                chunks += [
                    (position, 1, part.start, part.stop - part.start) for part in _parts(step.units, _grain(step))
                ]
        alone = sum(step.work for step in members) < _FEW
        phases.append((first_chunk, len(chunks) - first_chunk, int(alone)))
        begin = end
    return order, chunks, phases


def _parts(units: int, grain: int) -> list[slice]:
    return device.blocks(units, grain)


def _samples(batch: int) -> int:
    """Samples of a chunk."""
    return min(max(16, -(-batch // 8)), 64)


def _grain(step: Instruction) -> int:
    """Units of a chunk of what is done for the whole batch at once."""
    if step.operation != "weight_gradient":
        return max(1, step.units)
    rows = max(1, _CHUNK_OF_WEIGHTS // max(1, step.size[2]))
    return max(_ROWS_OF_A_TILE, rows // _ROWS_OF_A_TILE * _ROWS_OF_A_TILE)


__all__ = [
    "Between",
    "Context",
    "ForwardCall",
    "Instruction",
    "Kept",
    "NativeForm",
    "NativeProgram",
    "Variable",
    "may_be_folded",
    "native",
    "native_form",
    "native_gradient",
]  # fmt: skip
