"""A plan: a recorded graph with concrete shapes, turned into steps over buffers that are reused from run to run.

Building a plan decides the order of the calls, which values are only views of others, which ops may write over their
input, and which values can share memory because they are never alive together. `run` then only copies the inputs in
and calls the steps; in steady state it allocates no array.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from . import device
from .errors import GraphError, ShapeError, TrainingError
from .fusion import fused
from .gradient import Backward, SumOfGradients
from .graph import dependencies, order
from .op import Array, Call, Memory, Work
from .random import Stream
from .tensor import Constant, Placeholder, Shape, Tensor, Variable

_FOREVER = 1 << 60
# Floating point operations of one step below which OpenBLAS stays on one thread by itself.
_LARGE = 500_000


@dataclass(frozen=True)
class StepCost:
    """What one step of a plan took: `seconds` a run, floating point operations, bytes of its results.

    `where` is the layer that recorded it; `backward`: it computes gradients.
    """

    name: str
    where: str | None
    backward: bool
    seconds: float
    flops: int
    nbytes: int


class _Buffer:
    """Memory that one or more values (views of each other) lie in."""

    __slots__ = ("array", "fixed", "last_use")

    def __init__(self, array: Array | None = None, fixed: bool = False) -> None:
        self.array = array
        self.fixed = fixed
        self.last_use = _FOREVER if fixed else -1


class Plan:
    """Steps that compute `outputs` (and `updates`, and the arrays of `into`) from `inputs` of fixed shapes.

    feeds: the concrete shape of each placeholder whose shape holds None.
    training: the phase; dropout, batch normalisation and the like compile differently in each.
    into: results that are to be written into given arrays (gradients into a flat buffer).
    updates: (variable, tensor) pairs assigned after the last step.
    memory: shared with plans that never run at the same time. random: the stream of ops without their own seed.
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
    ) -> None:
        self.training = training
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self._into = dict(into or {})
        self._updates = list(updates)
        self._memory = (memory if memory is not None else Memory()).lease()
        self._random = random if random is not None else _one_stream()
        targets = [*self.outputs, *self._into, *(t for _, t in self._updates)]
        every_call = order(targets)
        self._shapes = concrete_shapes(targets, every_call, self.inputs, feeds or {})
        self._absent = self._find_absent(every_call)
        live = [t for t in targets if t not in self._absent]
        self._calls = fused(order(live, self._depends), {*live, *self._absent}, self._shapes)
        self._buffers: dict[Tensor, _Buffer] = {}
        self._works: dict[Call, Work] = {}
        self._copies: list[tuple[Array, Tensor]] = []
        self._place(live)
        self._steps: list[Callable[[], None]] = []
        self._linked: list[tuple[Variable, Array]] = []
        self._is_large = max(map(self._flops, self._calls), default=0) >= _LARGE
        self._link()

    def run(self, arrays: Sequence[Array] | None = None) -> list[Array]:
        """Copy `arrays` (one an input; None: what `input_arrays` hold) in, run, and give the outputs.

        The outputs belong to the plan: the next run writes over them. Raises TrainingError when memory runs out.
        """
        # Rare: another model has moved shared weights into its flat memory.
        if self._moves != Variable.moves:
            if any(variable.array is not array for variable, array in self._linked):
                self._link()
            self._moves = Variable.moves
        if arrays is not None:
            for target, array in zip(self.input_arrays, arrays, strict=True):
                np.copyto(target, array, casting="unsafe")
        step: Callable[[], None] | None = None
        try:
            with self._blas():
                for step in self._steps:
                    step()
        except MemoryError as error:
            raise TrainingError(
                where=self._place_of(step),
                expected="enough free memory",
                found=str(error) or "none left",
                hint="Use a smaller batch; the weights are those of the last whole update.",
            ) from error
        return self.output_arrays

    def _blas(self) -> AbstractContextManager[Any]:
        # Large ops cut their products up themselves. Left to its own threads on two busy cores, BLAS took 440 ms for an
        # LSTM that takes 7; results would also depend on how many threads it finds.
        return device.one_blas_thread() if self._is_large else nullcontext()

    def profile(self, arrays: Sequence[Array] | None = None, runs: int = 5) -> list[StepCost]:
        """Median cost of each step over `runs` runs, in order."""
        self.run(arrays)
        times = np.empty((runs, len(self._calls_of_steps)))
        with self._blas():
            for row in times:
                for i, step in enumerate(self._steps[: len(row)]):
                    start = time.perf_counter()
                    step()
                    row[i] = time.perf_counter() - start
        return [
            self._cost(call, seconds)
            for call, seconds in zip(self._calls_of_steps, np.median(times, axis=0), strict=True)
        ]

    def _cost(self, call: Call, seconds: float) -> StepCost:
        nbytes = sum(int(np.prod(self._shapes[y])) * y.dtype.itemsize for y in call.outputs)
        backward = call.forward is not None
        return StepCost(repr(call.op), call.where, backward, float(seconds), self._flops(call), nbytes)

    def _flops(self, call: Call) -> int:
        forward = call.forward or call
        return int(call.op.flops(*[None if x is None else self._shapes[x] for x in forward.inputs]))

    @property
    def assigned(self) -> list[Variable]:
        """The variables that a run assigns."""
        return [variable for variable, _ in self._updates]

    @property
    def streams(self) -> list[Stream]:
        """The streams that its ops draw from."""
        own = [getattr(call.op, "_own", None) for call in self._calls]
        works = [work.random for work in self._works.values() if work.has_random]
        return list(dict.fromkeys(s for s in (*own, *works) if isinstance(s, Stream)))

    def _place_of(self, step: Callable[[], None] | None) -> str:
        position = self._steps.index(step) if step is not None else 0
        call = self._calls_of_steps[position] if position < len(self._calls_of_steps) else None
        return "a step of the plan" if call is None else call.where or type(call.op).__name__

    # Choosing what runs

    def _chosen(self, call: Call) -> int | None:
        """Number of the input that the call's result only reshapes in this phase, if so."""
        if isinstance(call.op, SumOfGradients):
            present = [i for i, x in enumerate(call.inputs) if x not in self._absent]
            return present[0] if len(present) == 1 else None
        forward = call.forward
        if forward is None:
            return call.op.view_of(self.training)
        return 0 if forward.op.view_of(self.training) is not None else None

    def _depends(self, call: Call) -> list[Tensor]:
        return [x for x in dependencies(call, self.training) if x not in self._absent]

    def _find_absent(self, calls: list[Call]) -> set[Tensor]:
        """Gradients that are zero in this phase because their branch is not taken."""
        absent: set[Tensor] = set()
        for call in calls:
            if isinstance(call.op, SumOfGradients):
                if all(x in absent for x in call.inputs):
                    absent.update(call.outputs)
            elif call.forward is not None and isinstance(call.op, Backward):
                dys = [dy for dy in call.inputs[: call.forward.op.outputs] if dy is not None]
                if all(dy in absent for dy in dys):
                    absent.update(call.outputs)
                    continue
                chosen = call.forward.op.view_of(self.training)
                if chosen is not None:
                    pairs = zip(call.op.wanted, call.outputs, strict=True)
                    absent.update(dx for i, dx in pairs if i != chosen)
        return absent

    # Placing values in memory

    def _place(self, live: list[Tensor]) -> None:
        for placeholder in self.inputs:
            shape = self._shapes[placeholder]
            self._buffers[placeholder] = _Buffer(self._memory.block(shape, placeholder.dtype), fixed=True)
        for call in self._calls:
            self._name_buffers(call)
        self._find_last_uses(live)
        free: list[Array] = []
        for position, call in enumerate(self._calls):
            if self._chosen(call) is None:
                self._allocate(call, position, free)
            self._release(call, position, free)

    def _name_buffers(self, call: Call) -> None:
        for x in call.inputs:
            if isinstance(x, (Constant, Variable)) and x not in self._buffers:
                self._buffers[x] = _Buffer(fixed=True)
        chosen = self._chosen(call)
        for y in call.outputs:
            if y in self._absent:
                continue
            if chosen is not None:
                source = call.inputs[chosen]
                assert source is not None
                self._buffers[y] = self._buffers[source]
                if y in self._into:
                    self._copies.append((self._into[y], y))
            elif y in self._into:
                self._buffers[y] = _Buffer(self._into[y], fixed=True)
            else:
                self._buffers[y] = _Buffer()

    def _find_last_uses(self, live: list[Tensor]) -> None:
        for position, call in enumerate(self._calls):
            for tensor in (*self._depends(call), *call.outputs):
                buffer = self._buffers.get(tensor)
                if buffer is not None:
                    buffer.last_use = max(buffer.last_use, position)
        for tensor in live:
            if tensor in self._buffers:
                self._buffers[tensor].last_use = _FOREVER

    def _allocate(self, call: Call, position: int, free: list[Array]) -> None:
        outputs = [y for y in call.outputs if y not in self._absent and not self._buffers[y].fixed]
        taken = self._overwritten(call, position, outputs)
        for y in outputs:
            nbytes = int(np.prod(self._shapes[y], dtype=np.int64)) * y.dtype.itemsize
            if taken is not None:
                self._buffers[y].array, taken = taken, None
            else:
                self._buffers[y].array = self._take(nbytes, free)

    def _overwritten(self, call: Call, position: int, outputs: list[Tensor]) -> Array | None:
        """The memory of the first input, when the op may write over it and nobody needs it afterwards."""
        op = call.forward.op if call.forward is not None else call.op
        if not op.overwrites or len(outputs) != 1 or len(call.outputs) != 1:
            return None
        x, y = call.inputs[0], outputs[0]
        if x is None or x in self._absent or self._shapes[x] != self._shapes[y] or x.dtype != y.dtype:
            return None
        buffer = self._buffers[x]
        shared = sum(self._buffers.get(other) is buffer for other in call.inputs if other is not None) > 1
        if buffer.fixed or shared or buffer.last_use != position:
            return None
        memory, buffer.array = buffer.array, buffer.array
        buffer.last_use = -1  # its memory now belongs to y, which gives it back
        return memory

    def _take(self, nbytes: int, free: list[Array]) -> Array:
        fitting = [i for i, block in enumerate(free) if block.nbytes >= nbytes]
        if fitting:
            best = min(fitting, key=lambda i: free[i].nbytes)
            # A far too large block is better kept for a large value.
            if free[best].nbytes <= 4 * nbytes + 4096:
                return free.pop(best)
        return self._memory.block((nbytes,), np.uint8)

    def _release(self, call: Call, position: int, free: list[Array]) -> None:
        tensors = dict.fromkeys((*self._depends(call), *call.outputs))
        dead = {id(b): b for t in tensors if (b := self._buffers.get(t)) is not None and b.last_use == position}
        for buffer in dead.values():
            if not buffer.fixed and buffer.array is not None:
                free.append(buffer.array)

    # Binding the steps to arrays

    def _link(self) -> None:
        variables = {t: t.array for t in self._buffers if isinstance(t, Variable)}
        for pair in (*self.outputs, *(t for _, t in self._updates)):
            if isinstance(pair, Variable):
                variables[pair] = pair.array
        self._linked = list(variables.items())
        self._moves = Variable.moves
        self._steps = []
        self._calls_of_steps: list[Call] = []
        for call in self._calls:
            if self._chosen(call) is None:
                self._steps.append(self._step(call))
                self._calls_of_steps.append(call)
        self._steps += [partial(np.copyto, array, self._array(t)) for array, t in self._copies]
        for tensor, array in self._into.items():
            if tensor in self._absent or tensor.call is None:
                array.fill(0)
        for variable, tensor in self._updates:
            if tensor not in self._absent:
                self._steps.append(partial(np.copyto, variable.array, self._array(tensor), casting="unsafe"))
        self.input_arrays = [self._array(placeholder) for placeholder in self.inputs]
        self.output_arrays = [self._array(tensor) for tensor in self.outputs]

    def _step(self, call: Call) -> Callable[[], None]:
        if call.forward is None:
            xs = [None if x is None else self._array(x) for x in call.inputs]
            outs = tuple(self._array(y) for y in call.outputs)
            return partial(call.op.forward, self._work(call), *xs, out=outs[0] if call.op.outputs == 1 else outs)
        forward = call.forward
        if not isinstance(call.op, Backward):
            raise GraphError(where="plan", expected="a backward call", found=repr(call.op))
        xs = [None if x is None or x in self._absent else self._array(x) for x in call.inputs]
        dys = xs[: forward.op.outputs]
        wanted: list[Array | None] = [None] * len(forward.inputs)
        for i, dx in zip(call.op.wanted, call.outputs, strict=True):
            wanted[i] = None if dx in self._absent else self._array(dx)
        dy = dys[0] if forward.op.outputs == 1 else tuple(dys)
        kept = xs[forward.op.outputs :]
        return partial(forward.op.backward, self._work(forward), dy, *kept, outs=tuple(wanted))

    def _work(self, call: Call) -> Work:
        if call not in self._works:
            shapes = tuple(None if x is None else self._shapes[x] for x in call.inputs)
            results = tuple(self._shapes[y] for y in call.outputs)
            result = results[0] if call.op.outputs == 1 else results
            self._works[call] = Work(self.training, shapes, result, self._memory, self._random)
        return self._works[call]

    def _array(self, tensor: Tensor) -> Array:
        if isinstance(tensor, (Constant, Variable)):
            return tensor.array
        shape = self._shapes[tensor]
        if tensor in self._absent:
            return np.zeros(shape, tensor.dtype)
        buffer = self._buffers[tensor]
        array = buffer.array
        if array is None:
            # A view of a variable or constant: the array it views is found through the call that passes it on.
            assert tensor.call is not None
            chosen = self._chosen(tensor.call)
            assert chosen is not None
            source = tensor.call.inputs[chosen]
            assert source is not None
            return self._array(source).reshape(shape)
        if array.dtype != tensor.dtype or array.nbytes != int(np.prod(shape)) * tensor.dtype.itemsize:
            nbytes = int(np.prod(shape, dtype=np.int64)) * tensor.dtype.itemsize
            array = array.reshape(-1).view(np.uint8)[:nbytes].view(tensor.dtype)
        return array.reshape(shape)


def _one_stream() -> Callable[[], Stream]:
    """A stream made at first use and the same for all ops of a plan."""
    made: list[Stream] = []

    def stream() -> Stream:
        if not made:
            made.append(Stream())
        return made[0]

    return stream


def concrete_shapes(
    targets: Sequence[Tensor],
    calls: list[Call],
    inputs: Sequence[Placeholder],
    feeds: Mapping[Placeholder, Shape],
) -> dict[Tensor, Any]:
    """The shape of every tensor that the calls compute, for concrete shapes of the inputs. Raises ShapeError."""
    shapes: dict[Tensor, Any] = {}
    for placeholder in inputs:
        shapes[placeholder] = tuple(feeds.get(placeholder, placeholder.shape))
    for tensor in (*targets, *(x for call in calls for x in call.inputs if x is not None)):
        if tensor.call is None and tensor not in shapes:
            if isinstance(tensor, Placeholder):
                name = tensor.name or "a placeholder"
                raise GraphError(where=f"plan, {name!r}", expected="it among the inputs", found="it is not fed")
            shapes[tensor] = tensor.shape
    for tensor, shape in list(shapes.items()):
        if any(n is None for n in shape):
            name = tensor.name or "a placeholder"
            raise ShapeError(where=f"plan, {name!r}", expected="a concrete shape in feeds", found=str(shape))
    for call in calls:
        if call.forward is not None and isinstance(call.op, Backward):
            for i, dx in zip(call.op.wanted, call.outputs, strict=True):
                x = call.forward.inputs[i]
                assert x is not None
                shapes[dx] = shapes[x]
            continue
        found = call.op.shape(*[None if x is None else shapes[x] for x in call.inputs])
        for y, shape in zip(call.outputs, (found,) if call.op.outputs == 1 else found, strict=True):
            shapes[y] = tuple(shape)
    return shapes


def evaluate(
    tensors: Sequence[Tensor], feed: Mapping[Placeholder, Any] | None = None, training: bool = False
) -> list[Array]:
    """Compute tensors once: a plan made, run and dropped. `feed` gives each placeholder its array."""
    arrays = {placeholder: np.asarray(value) for placeholder, value in (feed or {}).items()}
    shapes = {placeholder: array.shape for placeholder, array in arrays.items()}
    plan = Plan(tensors, list(arrays), shapes, training=training)
    return [np.array(array) for array in plan.run(list(arrays.values()))]
