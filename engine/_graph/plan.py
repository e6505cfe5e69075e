"""A plan: a recorded graph with concrete shapes, turned into instructions over buffers that are used again from run to run.

Making a plan is four decisions, one file each. These are the shape of every value (`graph`), which calls run in this
phase and in which order (`schedule`, with `fusion`), where each value lies in memory (`placement`), and the functions
that a run calls (`linking`). `run` then only copies the inputs in and calls the instructions; in steady state it allocates no
array.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from .._machine import device
from .._machine.background import in_library
from .._machine.config import epsilon, tf32
from .._machine.devices import Device, current, of
from .._machine.gpu import Gpu
from .._machine.inlet import Inlet
from .._machine.random import Stream
from .._native.library import library
from ..errors import TrainingError
from ..types import Array, ArrayLike, Shape
from .backward import BackwardCall
from .derived import derived_among, is_text, value_of
from .graph import concrete_shapes, order
from .linking import Copies, Instruction, Linker, Program, Targets
from .memory import Memory
from .native_plan import NativeProgram, native_form
from .native_updates import WeightUpdates
from .placement import Placement
from .recording import Recording
from .schedule import Schedule
from .tensor import Call, Placeholder, Tensor, Variable
from .work import Work

# Floating point operations of one instruction below which OpenBLAS stays on one thread by itself.
_LARGE = 500_000
# Layers that are named where their calls are not compiled.
_MOST_NAMED = 8


@dataclass(frozen=True)
class InstructionCost:
    """What one instruction of a plan took.

    Attributes:
        name: the op, with its settings.
        where: the layer that recorded it.
        backward: whether it computes gradients.
        seconds: the median of several runs.
        flops: floating point operations of a run.
        nbytes: bytes of its results.
    """

    name: str
    where: str | None
    backward: bool
    seconds: float
    flops: int
    nbytes: int


class Plan:
    """Steps that compute `outputs` (and `updates`, and the arrays of `into`) from `inputs` of fixed shapes.

    Args:
        outputs: the tensors that a run gives the values of.
        inputs: the placeholders that a run is given arrays for, in this order.
        feeds: the concrete shape of each placeholder whose shape holds None.
        training: the phase; dropout, batch normalisation and the like compile differently in each.
        into: results that are to be written into arrays of the caller's (gradients into a flat buffer).
        updates: (variable, tensor) pairs assigned after the last instruction.
        memory: shared with plans that never run at the same time.
        random: the stream of ops without a seed of their own, or what makes it at first use.
        weight_updates: what tells how the weights are updated, for plans whose program may do that.
        inside: whether inputs and outputs are arrays of the plan's device, for a plan that an op of another one runs;
            else they are NumPy's.
        copies: another device to compute on, and the copies of variables that lie there; None: the variables themselves.

    Attributes:
        device: where it computes: where a training keeps weights that it uses, else the one that was chosen.
        calls_in_python: the calls that the library in C has no instructions for, where there is a library.

    Raises:
        ShapeError: where a size is not known, or an op does not fit its inputs.
        GraphError: where a placeholder is not among the inputs.
    """

    def __init__(
        self,
        outputs: Sequence[Tensor],
        inputs: Sequence[Placeholder] = (),
        feeds: Mapping[Placeholder, Shape] | None = None,
        *,
        training: bool = False,
        into: Mapping[Tensor, Array] | None = None,
        updates: Sequence[tuple[Variable, Tensor]] = (),
        memory: Memory | None = None,
        random: Stream | Callable[[], Stream] | None = None,
        weight_updates: WeightUpdates | None = None,
        inside: bool = False,
        copies: Copies | None = None,
    ) -> None:
        self.training = training
        self.inputs = list(inputs)
        self._targets = Targets(list(outputs), dict(into or {}), list(updates))
        calls = order(self._targets.tensors)
        self._shapes = concrete_shapes(self._targets.tensors, calls, self.inputs, feeds or {})
        self.device = _device_of(self._targets, calls) if copies is None else copies.device
        with nullcontext() if self.device is current() else self.device.active():
            self._make(calls, memory, random, weight_updates, copies)
        self._inlet = None if inside or not isinstance(self.device, Gpu) else Inlet(self.device, self._program.inputs)
        self._inside = inside
        self._recording = Recording(self.device)
        self._checks = [] if self.device.on_host else _checks(self._program.calls, self.inputs, training)

    def _make(
        self,
        calls: list[Call],
        memory: Memory | None,
        random: Stream | Callable[[], Stream] | None,
        weight_updates: WeightUpdates | None,
        copies: Copies | None,
    ) -> None:
        """Decide which calls run, where their values lie, and bind them to that memory."""
        training = self.training
        loaded = library() if self.device.on_host else None
        schedule = Schedule(self._targets.tensors, calls, self._shapes, training, compiled=loaded is not None)
        lease = (memory if memory is not None else Memory()).lease()
        form, self.calls_in_python = None, ()
        if loaded is not None:
            form, self.calls_in_python = native_form(loaded, schedule, self._shapes, self.inputs, weight_updates)
        into = {**self._targets.into, **(form.constants if form is not None else {})}
        placement = Placement(schedule, self._shapes, self.inputs, into, lease, None if form is None else form.order)
        stream = random if random is not None else _one_stream()
        new_work = partial(Work, training, memory=lease, random=stream)
        self._placement = placement
        self._linker = Linker(schedule, placement, self._shapes, new_work, self.inputs, form, self.device, copies)
        by_numpy = schedule.calls if form is None else self.calls_in_python
        most = max((call.flops(self._shapes) for call in by_numpy), default=0)
        self._is_large = self.device.on_host and most >= _LARGE
        self._program = self._linker.link(self._targets)

    @property
    def held(self) -> int:
        """Bytes of the values that are needed at the same time where calls run one after the other, and of what ops keep beside."""
        return self._placement.held + self._linker.kept

    @property
    def is_native(self) -> bool:
        """Whether a run is one call of the library in C."""
        return self._program.native is not None and not self.calls_in_python

    @property
    def how(self) -> str:
        """How a run computes, in words."""
        loaded, native = library(), self._program.native
        if self._inlet is not None:
            refused = self._recording.refused
            once = (
                "call by call until it is recorded"
                if refused is None
                else f"call by call, as it cannot be recorded: {refused}"
            )
            return f"runs on {self.device.name}, {'as one recorded graph' if self._recording.is_recorded else once}"
        if native is None or loaded is None:
            return f"runs op by op on {self.device.xp.__name__}{self._lacking()}"
        machine, segments = f"({loaded.level}, {device.threads()} threads)", native.segments
        if not self.calls_in_python:
            return f"runs as one compiled call {machine}; {native.phases}"
        return (
            f"runs as {segments} compiled {'call' if segments == 1 else 'calls'} {machine} with "
            f"{len(self.calls_in_python)} in Python{self._lacking()}; {native.phases}"
        )

    def _lacking(self) -> str:
        """Which calls are not compiled, by the layers that recorded them."""
        ops: dict[str, list[str]] = {}
        for call in self.calls_in_python:
            name = repr(call.forward if isinstance(call, BackwardCall) else call)
            of_layer = ops.setdefault(call.where or "the loss or a metric", [])
            if name not in of_layer:
                of_layer.append(name)
        named = [f"{' and '.join(names)} of {where}" for where, names in ops.items()]
        if len(named) > _MOST_NAMED:
            named[_MOST_NAMED:] = [f"{len(named) - _MOST_NAMED} more"]
        return f": {'; '.join(named)} {'is' if len(ops) == 1 else 'are'} not compiled" if ops else ""

    @property
    def outputs(self) -> list[Tensor]:
        """The tensors that a run gives the values of."""
        return self._targets.outputs

    @property
    def input_arrays(self) -> list[Array]:
        """The arrays that a run reads its inputs from, one an input; for a card the next batch's way there."""
        return self._program.inputs if self._inlet is None else self._inlet.arrays

    @property
    def output_arrays(self) -> list[Array]:
        """The arrays on the plan's device that a run writes its outputs into."""
        return self._program.outputs

    @property
    def calls(self) -> list[Call]:
        """The calls that a run computes, in order."""
        return self._program.calls

    def run(self, arrays: Sequence[Array] | None = None) -> list[Array]:
        """Copy `arrays` (one an input; None: what `input_arrays` hold) in, run, and give the outputs.

        The outputs belong to the plan: the next run writes over them.

        Raises:
            TrainingError: when memory runs out.
        """
        program = self._program
        # Rare: another model has moved shared weights into its flat memory.
        if program.moves != Variable.moves:
            program = self._program = self._relinked(program)
        if self._inlet is not None:
            with self.device.active():
                self.send(arrays)
                self._recording.run(self.key, self.compute)
                return self.results()
        if arrays is not None:
            for target, array in zip(program.inputs, arrays, strict=True):
                np.copyto(target, array, casting="unsafe")
        instruction: Instruction | None = None
        try:
            with in_library, self._blas():
                for instruction in program.instructions:
                    instruction()
        except MemoryError as error:
            raise _no_memory(error, instruction, program) from error
        return program.outputs

    def gathers(self, input_position: int) -> bool:
        """Whether rows of an input may be gathered on a card: not where the plan looks at their values before."""
        return self._inlet is not None and all(input_position != position for position, _ in self._checks)

    def gather(self, input_position: int, source: Array, index: Array) -> None:
        """Have the rows of an input gathered on the card from an array that lies there."""
        assert self._inlet is not None
        self._inlet.gather(input_position, source, index)

    # What a run on a card consists of, inside `device.active()`

    def send(self, arrays: Sequence[Array] | None = None) -> None:
        """Look at a batch, or at what `input_arrays` hold, and have it copied to the card. Raises DataError."""
        if self._program.moves != Variable.moves:
            self._program = self._relinked(self._program)
        assert self._inlet is not None
        if arrays is not None:
            self._inlet.write(arrays)
        for position, call in self._checks:
            shapes = [self._shapes[x] for x in call.present_inputs]
            call.op.check_values(self._inlet.arrays[position], *shapes)
        self._inlet.send()

    @property
    def key(self) -> Hashable:
        """What recorded work holds as it was: where everything lies, and what ops read of the settings when they run."""
        return id(self._program), epsilon(), tf32()

    @property
    def scalars(self) -> list[Array] | None:
        """The outputs, where none of them has an axis."""
        outputs = self._program.outputs
        return None if not outputs or any(array.ndim for array in outputs) else outputs

    def results(self) -> list[Array]:
        """The outputs in NumPy's memory; numbers in one copy."""
        scalars = self.scalars
        if scalars is None:
            return [self.device.host(array) for array in self._program.outputs]
        together = self.device.host(self.device.xp.stack([one.astype(np.float64) for one in scalars]))
        return [together[i].astype(one.dtype) for i, one in enumerate(scalars)]

    def compute(self) -> None:
        """Call all instructions. Raises TrainingError when memory runs out."""
        program = self._program
        instruction: Instruction | None = None
        try:
            with in_library:
                for instruction in program.instructions:
                    instruction()
        except MemoryError as error:
            raise _no_memory(error, instruction, program) from error

    def _relinked(self, program: Program) -> Program:
        if program.has_moved:
            with nullcontext() if self.device is current() else self.device.active():
                return self._linker.link(self._targets)
        return replace(program, moves=Variable.moves)

    def _blas(self) -> AbstractContextManager[None]:
        # Large ops cut their products up themselves. Left to its own threads on two busy cores, BLAS took 440 ms for an
        # LSTM that takes 7; results would also depend on how many threads it finds.
        return device.one_blas_thread() if self._is_large else nullcontext()

    def profile(self, arrays: Sequence[Array] | None = None, runs: int = 5) -> list[InstructionCost]:
        """Median cost of each instruction over `runs` runs, in order."""
        self.run(arrays)
        if self._program.native is not None:
            return self._native_costs(self._program.native, runs)
        with self.device.active():
            return self._costs(runs)

    def _costs(self, runs: int) -> list[InstructionCost]:
        times = np.empty((runs, len(self.calls)))
        with self._blas():
            for row in times:
                for i, instruction in enumerate(self._program.instructions[: len(row)]):
                    start = time.perf_counter()
                    instruction()
                    self.device.wait()
                    row[i] = time.perf_counter() - start
        return [self._cost(call, seconds) for call, seconds in zip(self.calls, np.median(times, axis=0), strict=True)]

    def _native_costs(self, native: NativeProgram, runs: int) -> list[InstructionCost]:
        """What each call took: in segments on one thread, scaled to what all of these take together on all threads."""
        compiled, in_python = zip(*(native.seconds() for _ in range(runs)), strict=True)
        walls = np.empty(runs)
        for i in range(runs):
            with self._blas():
                start = time.perf_counter()
                native()
                walls[i] = time.perf_counter() - start

        def median(parts: Sequence[Mapping[Call, float]], call: Call) -> float:
            return float(np.median([part.get(call, 0.0) for part in parts]))

        alone = {call: median(compiled, call) for call in self.calls}
        outside = {call: median(in_python, call) for call in self.calls}
        left = max(float(np.median(walls)) - sum(outside.values()), 0.0)
        scale = left / (sum(alone.values()) or 1.0)
        return [self._cost(call, seconds * scale + outside[call]) for call, seconds in alone.items()]

    def _cost(self, call: Call, seconds: float) -> InstructionCost:
        nbytes = sum(int(np.prod(self._shapes[y])) * y.dtype.itemsize for y in call.outputs)
        return InstructionCost(
            repr(call), call.where, call.is_backward, float(seconds), call.flops(self._shapes), nbytes
        )

    @property
    def assigned(self) -> list[Variable]:
        """The variables that a run assigns."""
        return [variable for variable, _ in self._targets.updates]

    @property
    def streams(self) -> list[Stream]:
        """The streams that its ops draw from."""
        of_ops = [call.op.own_stream for call in self.calls]
        works = [work.random for work in self._linker.works.values() if work.has_random]
        return list(dict.fromkeys(s for s in (*of_ops, *works) if s is not None))


def _no_memory(error: MemoryError, instruction: Instruction | None, program: Program) -> TrainingError:
    return TrainingError(
        where=_where(instruction, program),
        expected="enough free memory",
        actual=str(error) or "none left",
        hint="Use a smaller batch; the weights are those of the last whole update.",
    )


def _where(instruction: Instruction | None, program: Program) -> str:
    if program.native is not None:
        running = program.native.running
        return "a plan in machine code" if running is None else running.where or type(running.op).__name__
    position = program.instructions.index(instruction) if instruction is not None else 0
    call = program.calls[position] if position < len(program.calls) else None
    return "an instruction of the plan" if call is None else call.where or type(call.op).__name__


def _device_of(targets: Targets, calls: Sequence[Call]) -> Device:
    """Where a plan computes: where a training keeps weights that it uses or assigns, else the device that was chosen."""
    used = (x for call in calls for x in call.inputs)
    for x in (*(variable for variable, _ in targets.updates), *targets.tensors, *used):
        if isinstance(x, Variable) and x.bound:
            return of(x.array)
    return next((of(array) for array in targets.into.values()), current())


def _checks(calls: Sequence[Call], inputs: Sequence[Placeholder], training: bool) -> list[tuple[int, Call]]:
    """The calls that take some values only, with the numbers of the inputs that these come from as they are fed."""
    checks: list[tuple[int, Call]] = []
    for call in calls:
        if call.is_backward or call.op.checked is None:
            continue
        x = call.inputs[call.op.checked]
        while x is not None and x.call is not None:
            x = x.call.view_of(training, ())
        if isinstance(x, Placeholder) and x in inputs:
            checks.append((inputs.index(x), call))
    return checks


def _one_stream() -> Callable[[], Stream]:
    """A stream made at first use and the same for all ops of a plan."""
    made: list[Stream] = []

    def stream() -> Stream:
        if not made:
            made.append(Stream())
        return made[0]

    return stream


def evaluate(
    tensors: Sequence[Tensor], feed: Mapping[Placeholder, ArrayLike] | None = None, training: bool = False
) -> list[Array]:
    """Compute tensors once: a plan made, run and dropped. `feed` gives each placeholder its array."""
    arrays = {placeholder: np.asarray(value) for placeholder, value in (feed or {}).items()}
    made = {x: value_of(x, arrays) for x in derived_among(tensors, arrays)}
    if made:
        arrays = {x: array for x, array in arrays.items() if not is_text(x.dtype)} | made
    shapes = {placeholder: array.shape for placeholder, array in arrays.items()}
    plan = Plan(tensors, list(arrays), shapes, training=training)
    return [np.array(array) for array in plan.run(list(arrays.values()))]
