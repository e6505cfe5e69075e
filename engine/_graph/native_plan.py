"""Plans that run compiled: calls as instructions of the library in C, in phases that threads share.

An op's Python definition stays the truth; a rule (`@native`) says which instructions of the library compute the same. A call
without a rule runs in Python, between two segments of the others; a plan without any such call is one call of the library.

Which instructions threads run when is decided in `native_phases`.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from .._machine import device
from .._native.library import FLOATS, INSTRUCTION, Library, Program
from ..types import Array
from .backward import BackwardCall
from .memory import Sizes, aligned_zeros
from .native_context import BACKWARD, FOLDABLE, FORWARD, SHAPED, WORTH_A_THREAD, Context
from .native_few import shared_out
from .native_memory import Order, OwnMemory, lifetimes, own_memory
from .native_phases import (
    IN_PYTHON,
    Between,
    Cut,
    Instruction,
    Kept,
    Operand,
    Outside,
    Settings,
    in_phases,
    in_words,
    phases_of,
    pooled_within,
    rectified_behind,
    rectified_within,
    samples_of_a_chunk,
    together,
)
from .native_updates import WeightUpdates, left_for_updates, updates_within
from .schedule import Schedule
from .tensor import Arrays, Call, Constant, Placeholder, Tensor, Variable
from .work import Work

# Bytes of the samples that go through neighbouring instructions at once: they stay in the second-level cache meanwhile.
_AT_ONCE = 600_000
# Bytes of a sample's values above which it pays to take few of them at once.
_LARGE_SAMPLE = 16_384
# Numbers of all values together that no memory has room for, nor for what instructions have between them.
_MOST_NUMBERS = sys.maxsize >> 12


@dataclass
class NativeForm:
    """A plan's calls as instructions, before their arrays are known.

    Attributes:
        instructions: in the order of the calls.
        sources: the call that each of them is part of; updates of weights, which come behind them, are part of none.
        folded: calls that are computed once, as they depend on constants alone.
        constants: the arrays of their results.
        order: how they are run.
        library: what has the instructions.
        batch: the number of samples.
        dtype: of the numbers.
        updates: what tells how weights are updated where the program does it.
    """

    library: Library
    batch: int
    dtype: str = "float32"
    updates: WeightUpdates | None = None
    instructions: list[Instruction] = field(default_factory=list)
    sources: list[Call] = field(default_factory=list)
    order: Order = field(default_factory=lambda: Order([], [], Cut([], []), None, {}, OwnMemory({})))
    folded: list[Call] = field(default_factory=list)
    constants: dict[Tensor, Array] = field(default_factory=dict)
    _between: dict[Between, Array] = field(default_factory=dict)

    def add(self, call: Call, steps: Sequence[Instruction]) -> None:
        """The instructions of one more call."""
        self.instructions += [
            replace(step, draws=True) if any(isinstance(x, Kept) for x in step.operands) else step for step in steps
        ]
        self.sources += [call] * len(steps)

    def keep(self, steps: Sequence[Instruction | None]) -> None:
        """These instead of its instructions, without those that became part of others (None)."""
        self.sources = [call for call, step in zip(self.sources, steps, strict=True) if step is not None]
        self.instructions = [step for step in steps if step is not None]

    def bind(
        self,
        arrays: Arrays,
        between: Callable[[Between], Array],
        memory: Array | None,
        in_python: Callable[[], Sequence[Callable[[], None]]],
    ) -> NativeProgram:
        """The program over the arrays that a placement gives.

        Args:
            arrays: of tensors.
            between: gives the bytes of a value that no tensor stands for.
            memory: that of threads.
            in_python: gives the functions of all calls that it computes, for numbers that the library cannot use.
        """
        for call in self.folded:
            call.bind(arrays)()
        operands = [x for step in self.instructions for x in step.operands]
        places = self.order.thread_memory.places
        for x in operands:
            if isinstance(x, Between) and x not in self._between and x not in places:
                self._between[x] = aligned_zeros(x.shape, self.dtype) if x.lasting else between(x)
        fills = {x: arrays.work(x.call) for x in operands if isinstance(x, Kept)}
        used: list[Array] = list(self.constants.values())

        def address(operand: Operand) -> int:
            if operand is None:
                return 0
            if isinstance(operand, Settings):
                array = np.array(operand.values, np.int64)
            elif isinstance(operand, Kept):
                array = fills[operand].keep(operand.name, operand.shape, self.dtype)
            elif isinstance(operand, Outside):
                array = operand.array
            else:
                array = self._between[operand] if isinstance(operand, Between) else arrays.array(operand)
            if isinstance(operand, Constant):
                # One of the user's may be transposed or broadcast; the library counts by sizes.
                array = np.ascontiguousarray(array)
            used.append(array)
            return array.ctypes.data

        table = np.zeros(len(self.instructions), INSTRUCTION)
        for row, step in zip(table, self.instructions, strict=True):
            if step.in_python:
                continue
            row["operation"], row["units"] = self.library.operations[step.operation], step.units
            row["size"][: len(step.size)] = step.size
            row["number"][: len(step.numbers)] = step.numbers
            for i, x in enumerate(step.operands):
                thread_place = places.get(x) if isinstance(x, (Tensor, Between)) else None
                if thread_place is None:
                    row["array"][i] = address(x)
                else:
                    row["owned"], row["array"][i] = 1, thread_place.offset
                    row["of_unit"][i] = -thread_place.of_sample if thread_place.of_turn else thread_place.of_sample
        order, table = self.order, table[self.order.positions]
        table["at_once"] = order.at_once
        drawn = self._fills(fills)
        functions = {
            row: _InPython(self.sources[i], self.sources[i].bind(arrays), drawn.get(i, ()))
            for row, i in enumerate(order.positions)
            if self.instructions[i].in_python
        }
        return NativeProgram(
            self._parts(table, order.cut, used, memory, functions),
            [self.sources[i] if i < len(self.sources) else None for i in order.positions],
            drawn[-1],
            in_python,
            self._updating(table, used, memory, functions),
            self._in_words(),
        )

    def _updating(
        self, table: Array, used: Sequence[Array], memory: Array | None, functions: Mapping[int, _InPython]
    ) -> Updating | None:
        """The program with the updates of weights at its end; None where they are not the plan's."""
        order, cut = self.order, self.order.with_updates
        if self.updates is None or cut is None:
            return None
        whole = table.copy()
        first, positions = len(self.sources), np.array(order.positions)
        rows = np.flatnonzero((positions >= first) & (positions < first + len(self.updates.weights)))
        for row in left_for_updates(self.instructions, order.positions, cut.chunks):
            whole["array"][row, len(self.instructions[order.positions[row]].operands) - 1] = 0
            whole["array"][row + 1, 1] = 0
        return Updating(self.library, whole, self._parts(whole, cut, used, memory, functions), self.updates, rows)

    def _parts(
        self, table: Array, cut: Cut, used: Sequence[Array], memory: Array | None, functions: Mapping[int, _InPython]
    ) -> list[_Part]:
        """Segments and calls in Python in the order of their phases; `functions` are the latter, by their row."""
        parts: list[_Part] = []
        pending: list[tuple[int, int, int]] = []

        def end_segment() -> None:
            if pending:
                of_thread = self.order.thread_memory.nbytes
                parts.append(
                    self.library.program(table, cut.chunks, pending.copy(), used, self.dtype, memory, of_thread)
                )
                pending.clear()

        for phase in cut.phases:
            function = functions.get(cut.chunks[phase[0]][0])
            if function is None:
                pending.append(phase)
            else:
                end_segment()
                parts.append(function)
        end_segment()
        return parts

    def _fills(self, fills: Mapping[Kept, Work]) -> dict[int, list[Callable[[], object]]]:
        """What is drawn before the program runs (-1), and behind each of the calls in Python that draw, by their positions.

        So streams give what they would give if all calls ran one after the other.
        """
        after = -1
        drawn: dict[int, list[Callable[[], object]]] = {-1: []}
        seen: set[Kept] = set()
        for position, step in enumerate(self.instructions):
            for x in step.operands:
                if isinstance(x, Kept) and x not in seen:
                    seen.add(x)
                    drawn[after].append(_filling(x, fills[x]))
            if step.draws_in_python:
                after = position
                drawn[after] = []
        return drawn

    def _in_words(self) -> str:
        order, more = self.order, len(self.instructions) - len(self.sources)
        return in_words(self.instructions, order.positions, order.with_updates or order.cut, more)


def _filling(memory: Kept, work: Work) -> Callable[[], object]:
    return lambda: memory.fill(work)


class _InPython:
    """A call that runs in Python, and what is drawn for the library behind it."""

    def __init__(self, call: Call, function: Callable[[], None], draws: Sequence[Callable[[], object]]) -> None:
        self.call = call
        self._function = function
        self._draws = draws

    def __call__(self) -> None:
        """Run it."""
        self._function()
        for draw in self._draws:
            draw()


_Part: TypeAlias = "Program | _InPython"


@dataclass
class Updating:
    """The parts of a program that end with the updates of weights, and the rows of its instructions which do them."""

    library: Library
    table: Array
    parts: Sequence[_Part]
    updates: WeightUpdates
    rows: Array
    operation: str = ""

    def ready(self) -> Sequence[_Part]:
        """The parts, with the instruction that the next update needs."""
        operation = self.updates.operation
        if operation != self.operation:
            self.table["operation"][self.rows] = self.library.operations[operation]
            self.operation = operation
        return self.parts


class NativeProgram:
    """Compiled segments with the calls between them that run in Python, and what Python does around all.

    Attributes:
        sources: the call that each instruction is part of.
        phases: what it does in which order, in words.
        running: the call in Python that a run has come to.
    """

    def __init__(
        self,
        parts: Sequence[_Part],
        sources: Sequence[Call | None],
        fills: Sequence[Callable[[], object]],
        in_python: Callable[[], Sequence[Callable[[], None]]],
        updating: Updating | None = None,
        phases: str = "",
    ) -> None:
        self.phases = phases
        self.running: Call | None = None
        self._parts = parts
        self.sources = sources
        self._fills = fills
        self._in_python = in_python
        self._updating = updating

    @property
    def segments(self) -> int:
        """How many compiled calls a run makes."""
        return sum(isinstance(part, Program) for part in self._parts)

    def __call__(self) -> None:
        """Run it. Where an instruction cannot use its numbers, Python runs all calls and says what is wrong."""
        for fill in self._fills:
            fill()
        updating, threads = self._updating, device.threads()
        updates = updating is not None and updating.updates.take_turn()
        for part in updating.ready() if updating is not None and updates else self._parts:
            if isinstance(part, _InPython):
                self.running = part.call
                part()
            elif part.run(threads) is not None:
                if updating is not None and updates:
                    updating.updates.give_back()
                for instruction in self._in_python():
                    instruction()
                return
        self.running = None

    def seconds(self) -> tuple[dict[Call, float], dict[Call, float]]:
        """Run it, segments on one thread; what each call took of these, and in Python."""
        for fill in self._fills:
            fill()
        compiled: dict[Call, float] = {}
        in_python: dict[Call, float] = {}
        for part in self._parts:
            if isinstance(part, _InPython):
                start = time.perf_counter()
                part()
                in_python[part.call] = time.perf_counter() - start
                continue
            for call, seconds in zip(self.sources, part.seconds(), strict=True):
                if call is not None:
                    compiled[call] = compiled.get(call, 0.0) + float(seconds)
        return compiled, in_python


def native_form(
    library: Library,
    schedule: Schedule,
    shapes: Mapping[Tensor, Sizes],
    inputs: Sequence[Placeholder],
    updates: WeightUpdates | None = None,
) -> tuple[NativeForm | None, Sequence[Call]]:
    """A schedule as instructions, and the calls that have none; None where there is no batch or nothing to compile."""
    batch = next((shapes[x][0] for x in inputs if shapes[x]), 0)
    if not batch:
        return None, ()
    calls, read = _whose_values_count(schedule)
    numbers = 0
    for call in calls:
        numbers += sum(math.prod(shapes[x]) for x in call.outputs)
        if numbers > _MOST_NUMBERS:
            # Python says that there is no memory for it.
            return None, (call,)
    # Where both are in a plan, what computes with float64 does not need to be fast.
    dtype = next((name for name in FLOATS if any(x.dtype == name for call in calls for x in call.outputs)), FLOATS[0])
    few = any(type(call.op) in WORTH_A_THREAD for call in calls)
    samples = samples_of_a_chunk(batch, few)
    in_python: set[Call] = set()
    while True:
        form = NativeForm(library, batch, dtype)
        context = Context(shapes, batch, samples, schedule, read, dtype)
        more = {_forward_of(call) for call in _translate(form, context, calls, schedule, in_python)}
        if more <= in_python:
            break
        # Forward and gradient share what the op keeps, so both run in Python where one does.
        in_python |= more
    lacking = [call for call in calls if _forward_of(call) in in_python]
    if all(step.in_python for step in form.instructions):
        return None, lacking
    within = rectified_within(form.instructions, schedule.targets, schedule.views)
    form.keep(within)
    form.keep(pooled_within(form.instructions, schedule.targets, schedule.views))
    form.keep(rectified_behind(form.instructions, schedule.targets, schedule.views))
    form.instructions = [shared_out(step, batch) for step in form.instructions]
    if few:
        form.instructions = [
            replace(step, at_once=_at_once(step, shapes, np.dtype(dtype).itemsize)) for step in form.instructions
        ]
    _set_order(form, schedule, shapes, updates, samples if few or context.has_groups else None)
    return form, lacking


def _forward_of(call: Call) -> Call:
    return call.forward if isinstance(call, BackwardCall) else call


def _translate(
    form: NativeForm, context: Context, calls: Sequence[Call], schedule: Schedule, in_python: Collection[Call]
) -> list[Call]:
    """Give a form the instructions of all calls; those that there are none for, beside the ones known to run `in_python`."""
    lacking: list[Call] = []
    for call in calls:
        if _forward_of(call) in in_python:
            form.add(call, [_python_step(call, schedule)])
            continue
        absent = any(x in schedule.absent for x in call.present_inputs)
        if not absent and _is_constant(call, form, schedule):
            present = [y for y in call.outputs if y not in schedule.absent]
            form.folded.append(call)
            form.constants.update((y, np.empty(context.shapes[y], y.dtype)) for y in present)
            continue
        rule = (BACKWARD if call.is_backward else FORWARD).get(type(call.op))
        steps = (
            rule.instructions(call, context) if rule is not None and not absent and rule.suits(call, context) else None
        )
        if steps is None:
            lacking.append(call)
        else:
            form.add(call, steps)
    return lacking


def _python_step(call: Call, schedule: Schedule) -> Instruction:
    """A call in Python as an instruction, for the order and the memory of all."""
    read = dict.fromkeys((*schedule.needs(call), *(x for x in call.present_inputs if x not in schedule.absent)))
    written = [y for y in call.outputs if y not in schedule.absent]
    draws = call.op.draws and not call.is_backward
    return Instruction(IN_PYTHON, (*read, *written), (), 1, False, 0, writes=len(written), draws=draws)


def _set_order(
    form: NativeForm,
    schedule: Schedule,
    shapes: Mapping[Tensor, Sizes],
    updates: WeightUpdates | None,
    samples: int | None,
) -> None:
    """Add the updates of weights where they can be part of the program, put all instructions in phases, and values in memory."""
    steps, targets, views = form.instructions, schedule.targets, schedule.views
    phase_of = phases_of(steps, views)
    is_known = updates is not None and updates.dtype == form.dtype
    within = updates_within(updates, steps, phase_of, targets, views) if updates is not None and is_known else None
    more, followers, last = within or ([], {}, [])
    form.updates = updates if within is not None else None
    limits = updates.limits if updates is not None and within is not None else ()
    form.instructions = [*steps, *more, *limits]
    ends = last, range(len(steps) + len(more), len(form.instructions))
    threads = device.threads()
    positions, cut, whole = in_phases(form.instructions, phase_of, form.batch, samples, threads, followers, ends)
    at_once = together([form.instructions[i] for i in positions])
    itemsize, of_phases = np.dtype(form.dtype).itemsize, lifetimes(steps, phase_of, targets, views, shapes, form.batch)
    of_sample = {
        x: math.prod(x.shape[1:]) * itemsize if isinstance(x, Between) else math.prod(shapes[x][1:]) * x.dtype.itemsize
        for x, lifetime in of_phases.items()
        if lifetime.local
    }
    thread_memory = own_memory(form.instructions, form.sources, positions, at_once, cut, of_sample, views, threads)
    with_updates = thread_memory.limited(whole) if within is not None else None
    form.order = Order(positions, at_once, thread_memory.limited(cut), with_updates, of_phases, thread_memory, itemsize)


def _at_once(step: Instruction, shapes: Mapping[Tensor, Sizes], itemsize: int) -> int:
    """How many samples should go through an instruction before the next one has its turn, if they are large; else 0: all.

    Weights would be read again for each few of them, so samples have to be larger than those.
    """
    if not step.by_samples:
        return 0
    of_sample = weights = 0
    for operand in step.operands:
        if isinstance(operand, (Variable, Constant)):
            weights += itemsize * math.prod(shapes[operand])
        elif isinstance(operand, (Tensor, Between)):
            shape = shapes[operand] if isinstance(operand, Tensor) else operand.shape
            if shape[:1] == (step.units,):
                of_sample += itemsize * math.prod(shape[1:])
    return max(1, _AT_ONCE // of_sample) if of_sample > max(weights, _LARGE_SAMPLE) else 0


def _whose_values_count(schedule: Schedule) -> tuple[list[Call], set[Tensor]]:
    """The calls that compute, without those of which only the shape is used (by ones for a mask of dropout); what is read."""
    read: set[Tensor] = set(schedule.targets)
    calls: list[Call] = []
    for call in reversed(schedule.calls):
        if not any(y in read for y in call.outputs):
            continue
        if type(call.op) not in SHAPED:
            read.update(x for x in (*schedule.needs(call), *call.present_inputs))
        if not any(y in schedule.views for y in call.outputs):
            calls.append(call)
    return calls[::-1], read


def _is_constant(call: Call, form: NativeForm, schedule: Schedule) -> bool:
    """Whether a call depends on constants alone, and gives nothing that the plan's caller might change."""
    if type(call.op) not in FOLDABLE or any(y in schedule.targets for y in call.outputs):
        return False
    known = all(isinstance(x, Constant) or x in form.constants for x in call.present_inputs)
    return known or type(call.op) in SHAPED
