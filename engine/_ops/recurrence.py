"""What recurrent ops share: products for the inputs of all steps, one product a step for the state, memory.

Inside, arrays are (steps, units, batch), so that each gate of a step is one contiguous piece, and gates that share an
activation lie together. The steps make many small calls on one thread; meanwhile the large products (inputs to gates
before the steps that need them, gradients of weights and inputs after the steps that gave them) run on another,
span of steps by span. Where a step is large itself, the batch is cut into one part a thread instead.

A cell (lstm.py, gru.py, simple_rnn.py) writes one step forward and one backward; this file calls them for every step.

Shapes: N batch, T steps, C channels, U units, G gates; n the samples of a part, S the steps of the longest span.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from types import ModuleType
from typing import Any, ClassVar, Generic, NamedTuple, TypeAlias, TypedDict, TypeVar

from .._graph.op import Op, Outs, Work
from .._graph.tensor import Value
from .._machine.device import BackgroundQueue, background_queue, blocks, threads
from ..errors import ShapeError
from ..types import Array, DType, Shape
from .casting import reals
from .gate_functions import GateFunction
from .recurrence_memory import BackwardPart, Part, PartLayout, Record, StepMasks
from .shapes import copy_runs, count

_LARGE_STEP = 1 << 24  # floating point operations of a step's product from which each thread runs steps of its own
_GATE_OPERATIONS = 14  # about so many floating point operations a unit takes in a step, products apart
_SPANS = 8  # spans of steps that the large products are cut into

Kept = TypeVar("Kept")  # what a cell keeps of its steps in addition to gates and states
Slopes = TypeVar("Slopes")  # what backward needs


Weights: TypeAlias = "tuple[Value, Value, Value | None]"
"""kernel (C, G U), recurrent kernel (U, G U), bias or None, as tensors or arrays."""

States: TypeAlias = "Sequence[Value | None]"
"""Those before the first step, (N, U) each; None: zeros."""

Masks: TypeAlias = "tuple[Value | None, Value | None, Value | None]"
"""Of the steps (N, T), of the inputs (N, C) and of the states (N, U); None for none."""

NO_MASKS = (None, None, None)


class WeightArrays(NamedTuple):
    """kernel (C, G U), recurrent kernel (U, G U), bias or None, with Keras's order of gates."""

    kernel: Array
    recurrent_kernel: Array
    bias: Array | None = None


class MaskArrays(NamedTuple):
    """steps (N, T): 0 where output and states of the step before are repeated; inputs (N, C) and states (N, U): dropout."""

    steps: Array | None
    inputs: Array | None
    states: Array | None


class Targets(NamedTuple):
    """Where the gradients of the inputs and of the weights go; None for one that nobody asks for."""

    x: Array | None
    kernel: Array | None
    recurrent_kernel: Array | None
    bias: Array | None = None


class RecurrentTerm(NamedTuple):
    """Columns of the recurrent kernel's gradient: the sum over steps of states (T, U, n) times gradients (T, rows, n).

    gradients: the rows `columns` of the gates' gradients, unless the cell has others, which then come with scratch of
    rows * S * n elements. dropped: the states are still to be multiplied by the dropout mask.
    """

    states: Array
    columns: slice
    gradients: Array | None = None
    scratch: Array | None = None
    dropped: bool = False


class RecurrentSettings(TypedDict, total=False):
    """The settings that every recurrent op has."""

    activation: str
    go_backwards: bool
    return_sequences: bool


class GatedSettings(RecurrentSettings, total=False):
    """Those of an op with gates, whose activation is another one."""

    recurrent_activation: str


class Recurrence(Op, Generic[Kept, Slopes]):
    """Base of the recurrent ops: x (N, T, C), kernel (C, G U), recurrent_kernel (U, G U), bias (G U,) or None.

    mask (N, T): where it is 0, output and states of the step before are repeated. input_mask (N, C) and recurrent_mask
    (N, U) multiply x and h at every step (dropout) and count as constants. Then the states (N, U) before the first step;
    None: zeros. Results: y (N, T, U) with return_sequences, else (N, U), and the states after the last step.

    `order`: Keras's gate numbers in the order in which they lie here. A subclass writes `functions`, `step_memory` and
    `steps`, `backward_memory` and `back_through`, and says with `recurrent_terms` which products give the recurrent
    kernel's gradient.
    """

    precision = "half"
    order: ClassVar[tuple[int, ...]]
    keeps = ("x", "kernel", "recurrent_kernel", "mask", "input_mask", "recurrent_mask")
    constants = (4, 5, 6)  # the masks

    activation: str = "tanh"
    go_backwards: bool = False
    return_sequences: bool = False

    def __post_init__(self) -> None:
        self.functions()  # refuses activations that no gate can have

    def functions(self) -> tuple[GateFunction, ...]:
        """The activation of each gate, in `order`."""
        raise NotImplementedError

    def step_memory(self, layout: PartLayout) -> Kept:
        """What `steps` needs beside gates and states."""
        raise NotImplementedError

    def steps(self, xp: ModuleType, part: Part[Kept], weights: Array, span: slice, masks: StepMasks) -> None:
        """Run the steps of a span: `gates` holds the inputs' products at entry."""
        raise NotImplementedError

    def backward_memory(self, layout: PartLayout) -> Slopes:
        """What `back_through` needs beside the gates' gradients."""
        raise NotImplementedError

    def back_through(
        self,
        xp: ModuleType,
        back: BackwardPart[Kept, Slopes],
        weights: Array,
        dy: Array | None,
        span: slice,
        masks: StepMasks,
    ) -> None:
        """Run the steps of a span in reverse: writes the gates' gradients, before activation."""
        raise NotImplementedError

    def input_bias(self, bias: Array | None) -> Array | None:
        """The part (G U,) of a bias, or of its gradient, that is added to the inputs' products."""
        return bias

    def take_bias(self, xp: ModuleType, part: Part[Kept], bias: Array | None) -> None:
        """Take what the steps need of a bias beside that."""

    def recurrent_terms(self, back: BackwardPart[Kept, Slopes]) -> list[RecurrentTerm]:
        """What the recurrent kernel's gradient is put together from."""
        raise NotImplementedError

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """x as floats of the kernel's type; masks and states as they are."""
        x, kernel, *others = inputs
        return (*reals((x, kernel)), *others)

    @property
    def state_count(self) -> int:
        """How many states a step takes and gives; the results are y and the last of each."""
        return self.outputs - 1

    def shape(self, x: Shape, kernel: Shape, recurrent_kernel: Shape, *others: Shape | None) -> tuple[Shape, ...]:
        """(N, T, U) or (N, U), and (N, U) for each state. Raises ShapeError for an input of another rank."""
        if len(x) != 3:
            fix = {"insert": "Reshape", "settings": {"target_shape": [x[1], 1]}} if len(x) == 2 and x[1] else None
            raise ShapeError(
                expected="an input of rank 3, (N, steps, C)",
                actual=str(x),
                hint="After another recurrent layer: give that one return_sequences=True.",
                fix=fix,
            )
        if x[2] is not None and kernel[0] is not None and x[2] != kernel[0]:
            raise ShapeError(expected=f"{kernel[0]} channels, as the kernel {kernel} has rows", actual=str(x))
        state = (x[0], recurrent_kernel[0])
        y = (x[0], x[1], state[1]) if self.return_sequences else state
        return (y, *(state,) * self.state_count)

    def dtype(self, x: DType, kernel: DType, *others: DType | None) -> DType:
        """The type of the kernel."""
        return kernel

    def flops(self, x: Shape, kernel: Shape, recurrent_kernel: Shape, *others: Shape | None) -> int:
        """Two products a step, and about fourteen for each unit."""
        steps = count(x[:2])
        return steps * (2 * count(kernel) + 2 * count(recurrent_kernel) + _GATE_OPERATIONS * (recurrent_kernel[0] or 1))

    # Forward

    def forward(
        self,
        work: Work,
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None = None,
        mask: Array | None = None,
        input_mask: Array | None = None,
        recurrent_mask: Array | None = None,
        *first: Array | None,
        out: tuple[Array, ...],
    ) -> None:
        """states[t] = step(x[t], states[t - 1]) for each t; y is the first of the states."""
        xp, weights = work.xp, WeightArrays(kernel, recurrent_kernel, bias)
        masks, first = MaskArrays(mask, input_mask, recurrent_mask), first or (None,) * self.state_count
        input_weights = self._rows_with_bias(work, weights)
        recurrent_weights = self._rows(work, weights.recurrent_kernel)

        def run(part: Part[Kept]) -> None:
            present = StepMasks(part.rows, *masks, self.go_backwards)
            for state, value in zip(part.states, first, strict=True):
                if value is None:
                    state[0].fill(0)
                else:
                    xp.copyto(state[0], value[part.rows].T)
            self.take_bias(xp, part, bias)
            with background_queue() as other:
                calls = [
                    partial(self._input_products, xp, part, x, input_weights, span, present) for span in part.spans
                ]
                ready = [other.submit(call) for call in calls]
                for wait, span in zip(ready, part.spans, strict=True):
                    wait()
                    self.steps(xp, part, recurrent_weights, span, present)
            y, *last = out
            for target, state in zip(last, part.states, strict=True):
                xp.copyto(target[part.rows], state[-1].T)
            outputs = part.states[0]
            xp.copyto(y[part.rows], outputs[1:].transpose(2, 0, 1) if self.return_sequences else outputs[-1].T)

        work.parallel(run, self.parts(work, x, weights.recurrent_kernel))

    def _input_products(
        self, xp: ModuleType, part: Part[Kept], x: Array, weights: Array, span: slice, masks: StepMasks
    ) -> None:
        """`gates` of a span: weights (G U, C + 1) times the inputs and a one, which adds the bias."""
        channels = x.shape[-1]
        source = (x[part.rows, ::-1] if self.go_backwards else x[part.rows])[:, span].transpose(1, 0, 2)
        inputs = part.inputs[span]
        if masks.inputs is None:
            copy_runs(xp, inputs[..., :channels], source)
        else:
            xp.multiply(source, masks.inputs, out=inputs[..., :channels])
        inputs[..., channels] = 1
        columns = len(inputs) * part.size
        products = part.products[: len(weights) * columns].reshape(len(weights), columns)
        xp.matmul(weights, inputs.reshape(columns, -1).T, out=products)
        copy_runs(xp, part.gates[span], products.reshape(len(weights), len(inputs), part.size).transpose(1, 0, 2))

    # Backward

    def backward(
        self,
        work: Work,
        dy: Outs,
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        mask: Array | None,
        input_mask: Array | None,
        recurrent_mask: Array | None,
        *,
        outs: Outs,
    ) -> None:
        """Back through the steps from the last to the first (Werbos, 1990); the masks are constants."""
        weights, masks = WeightArrays(kernel, recurrent_kernel), MaskArrays(mask, input_mask, recurrent_mask)
        targets, dfirst = Targets(*outs[:4]), outs[7:]
        backs = self.backward_parts(work)
        recurrent_weights = self._in_order(work, "recurrent kernel in order", weights.recurrent_kernel)
        input_weights = None if targets.x is None else self._in_order(work, "kernel in order", weights.kernel)
        for back in backs if targets.x is not None else ():
            self._make_input_scratch(work, back)

        def run(back: BackwardPart[Kept, Slopes]) -> None:
            part = back.part
            present = StepMasks(part.rows, *masks, self.go_backwards)
            dlast, *dstates = (None if d is None else d[part.rows] for d in dy)
            self._begin_backward(back.dstates, dlast, dstates)
            dy_of_steps = dlast if self.return_sequences else None
            with background_queue() as other:
                for span in reversed(part.spans):
                    self.back_through(work.xp, back, recurrent_weights, dy_of_steps, span, present)
                    other.submit(partial(self._weight_products, work.xp, back, span, present))
                if targets.x is not None and input_weights is not None:
                    self._share_input_gradients(work.xp, other, back, input_weights, present, targets.x)
            for target, dstate in zip(dfirst, back.dstates, strict=False):
                if target is not None:
                    work.xp.copyto(target[part.rows], dstate.T)

        work.parallel(run, backs)
        self._sum_parts(work.xp, backs, targets)

    def _begin_backward(self, dstates: Sequence[Array], dy: Array | None, dlast: Sequence[Array | None]) -> None:
        """The states' gradients behind the last step."""
        for dstate, d in zip(dstates, dlast, strict=True):
            dstate.fill(0)
            if d is not None:
                dstate += d.T
        if dy is not None and not self.return_sequences:
            doutput = dstates[0]
            doutput += dy.T

    def _weight_products(self, xp: ModuleType, back: BackwardPart[Kept, Slopes], span: slice, masks: StepMasks) -> None:
        """Add what the steps of a span give to the gradients of kernel, bias and recurrent kernel."""
        first = span.stop == back.part.steps
        flat = _side_by_side(xp, back.flat, back.dgates[span])
        inputs = back.part.inputs[span]
        _add_product(xp, back.product, inputs.reshape(flat.shape[1], -1).T, flat.T, back.dkernel, first)
        for term in self.recurrent_terms(back):
            before = _side_by_side(xp, back.before, term.states[span], None if term.dropped else masks.states)
            if term.gradients is None or term.scratch is None:
                across = flat[term.columns]
            else:
                across = _side_by_side(xp, term.scratch, term.gradients[span])
            _add_product(xp, back.product, before, across.T, back.drecurrent[:, term.columns], first)

    def _share_input_gradients(
        self,
        xp: ModuleType,
        other: BackgroundQueue,
        back: BackwardPart[Kept, Slopes],
        kernel: Array,
        masks: StepMasks,
        dx: Array,
    ) -> None:
        """The inputs' gradient: the other thread, when it is done with the weights, and this one take spans in turn."""
        spans = iter(back.part.spans)
        assert back.dinputs is not None
        mine, others = back.dinputs
        other.submit(partial(self._input_gradients, xp, back, others, spans, kernel, masks, dx))
        self._input_gradients(xp, back, mine, spans, kernel, masks, dx)

    def _input_gradients(
        self,
        xp: ModuleType,
        back: BackwardPart[Kept, Slopes],
        scratch: tuple[Array, Array],
        spans: Iterator[slice],
        kernel: Array,
        masks: StepMasks,
        dx: Array,
    ) -> None:
        """The gradient of the inputs, for spans until none is left."""
        part, channels, (gates, products) = back.part, len(kernel), scratch
        target = (dx[part.rows, ::-1] if self.go_backwards else dx[part.rows]).transpose(1, 0, 2)
        for span in spans:
            flat = _side_by_side(xp, gates, back.dgates[span])
            product = products[: flat.shape[1] * channels].reshape(-1, part.size, channels)
            xp.matmul(flat.T, kernel.T, out=product.reshape(-1, channels))
            if masks.inputs is not None:
                xp.multiply(product, masks.inputs, out=product)
            copy_runs(xp, target[span], product)

    def _sum_parts(self, xp: ModuleType, parts: Sequence[BackwardPart[Kept, Slopes]], targets: Targets) -> None:
        """The sum of the parts' gradients of the weights, in Keras's order of gates."""
        dkernel, drecurrent, dbias = parts[0].dkernel, parts[0].drecurrent, self.input_bias(targets.bias)
        for part in parts[1:]:
            dkernel += part.dkernel
            drecurrent += part.drecurrent
        for here, there in self.gate_slices(len(drecurrent)):
            if targets.kernel is not None:
                xp.copyto(targets.kernel[:, there], dkernel[:-1, here])
            if targets.recurrent_kernel is not None:
                xp.copyto(targets.recurrent_kernel[:, there], drecurrent[:, here])
            if dbias is not None:
                xp.copyto(dbias[there], dkernel[-1, here])

    # Memory and weights

    def parts(self, work: Work, x: Array, recurrent_kernel: Array) -> list[Part[Kept]]:
        """The threads' shares of the batch, made at the first call."""
        if work.record is None:
            workers = threads() if 2 * len(x) * recurrent_kernel.size >= _LARGE_STEP else 1
            rows = blocks(len(x), max(1, -(-len(x) // workers)))
            work.record = Record([self._make_part(work, r, x, recurrent_kernel) for r in rows])
        return work.record.parts

    def _make_part(self, work: Work, rows: slice, x: Array, recurrent_kernel: Array) -> Part[Kept]:
        (units, columns), (_, steps, channels) = recurrent_kernel.shape, x.shape
        spans = blocks(steps, max(1, -(-steps // _SPANS)))
        layout = PartLayout(work, steps, units, rows.stop - rows.start, _longest(spans), recurrent_kernel.dtype)
        return Part(
            rows,
            spans,
            inputs=layout.block(steps, layout.size, channels + 1),
            gates=layout.block(steps, columns, layout.size),
            states=[layout.block(steps + 1, units, layout.size) for _ in range(self.state_count)],
            products=layout.scratch(columns * layout.longest * layout.size),
            cell=self.step_memory(layout),
        )

    def backward_parts(self, work: Work) -> list[BackwardPart[Kept, Slopes]]:
        """The threads' shares of the way back, made when the first gradient is asked for."""
        record = work.record
        if not record.backward:
            record.backward = [self._make_backward(work, part) for part in record.parts]
        return record.backward

    def _make_backward(self, work: Work, part: Part[Kept]) -> BackwardPart[Kept, Slopes]:
        (steps, columns, size), rows = part.gates.shape, part.inputs.shape[2]
        units, longest = part.states[0].shape[1], _longest(part.spans)
        layout, samples = PartLayout(work, steps, units, size, longest, part.gates.dtype), longest * size
        return BackwardPart(
            part,
            # The gates are not written over, since backward may run twice for one forward call.
            dgates=layout.scratch(steps, columns, size),
            dstates=[layout.scratch(units, size) for _ in part.states],
            dkernel=layout.scratch(rows, columns),
            drecurrent=layout.scratch(units, columns),
            flat=layout.scratch(columns * samples),
            before=layout.scratch(units * samples),
            product=layout.scratch(max(rows, units) * columns),
            cell=self.backward_memory(layout),
        )

    def _make_input_scratch(self, work: Work, back: BackwardPart[Kept, Slopes]) -> None:
        """Scratch for the inputs' gradient, for each of the two threads that share it."""

        def pair() -> tuple[Array, Array]:
            columns, rows, samples = back.dgates.shape[1], back.part.inputs.shape[2], longest * back.part.size
            dtype = back.dgates.dtype
            return work.scratch_block((columns * samples,), dtype), work.scratch_block((samples * (rows - 1),), dtype)

        longest = _longest(back.part.spans)
        if back.dinputs is None:
            back.dinputs = (pair(), pair())

    def gate_slices(self, units: int) -> list[tuple[slice, slice]]:
        """For each gate the columns (or rows) here and there, in Keras's weights."""
        pieces = [slice(i * units, (i + 1) * units) for i in range(len(self.order))]
        return [(here, pieces[gate]) for here, gate in zip(pieces, self.order, strict=True)]

    def _rows(self, work: Work, kernel: Array) -> Array:
        """A recurrent kernel (U, G U) as (G U, U), each gate's rows times the scale of its function."""
        together = work.scratch("rows", kernel.shape[::-1], kernel.dtype)
        for (here, there), function in zip(self.gate_slices(len(kernel)), self.functions(), strict=True):
            work.xp.multiply(kernel[:, there].T, function.scale, out=together[here])
        return together

    def _rows_with_bias(self, work: Work, weights: WeightArrays) -> Array:
        """The kernel (C, G U) and the bias as (G U, C + 1), each gate's rows times the scale of its function."""
        kernel, bias = weights.kernel, self.input_bias(weights.bias)
        together = work.scratch("rows with bias", (kernel.shape[1], len(kernel) + 1), kernel.dtype)
        for (here, there), function in zip(
            self.gate_slices(len(weights.recurrent_kernel)), self.functions(), strict=True
        ):
            work.xp.multiply(kernel[:, there].T, function.scale, out=together[here, :-1])
            together[here, -1] = 0 if bias is None else bias[there] * function.scale
        return together

    def _in_order(self, work: Work, name: str, kernel: Array) -> Array:
        """WeightArrays (rows, G U) with the gates in the order in which they lie here."""
        together = work.scratch(name, kernel.shape, kernel.dtype)
        for here, there in self.gate_slices(kernel.shape[1] // len(self.order)):
            work.xp.copyto(together[:, here], kernel[:, there])
        return together


def _longest(spans: Sequence[slice]) -> int:
    """Steps of the longest span, which is the first."""
    return spans[0].stop if spans else 0


def _side_by_side(xp: ModuleType, scratch: Array, steps: Array, factor: Array | None = None) -> Array:
    """(T, rows, n) as (rows, T n): the samples of all steps in one row, times `factor` (rows, n)."""
    count_of_steps, rows, size = steps.shape
    flat = scratch[: steps.size].reshape(rows, count_of_steps, size)
    if factor is None:
        copy_runs(xp, flat.transpose(1, 0, 2), steps)
    else:
        xp.multiply(steps, factor, out=flat.transpose(1, 0, 2))
    return flat.reshape(rows, -1)


def _add_product(xp: ModuleType, scratch: Array, left: Array, right: Array, total: Array, first: bool) -> None:
    """total += left @ right, or for the `first` product total = left @ right."""
    if first and total.flags.c_contiguous:
        xp.matmul(left, right, out=total)
        return
    product = scratch[: total.size].reshape(total.shape)
    xp.matmul(left, right, out=product)
    if first:
        xp.copyto(total, product)
    else:
        xp.add(total, product, out=total)
