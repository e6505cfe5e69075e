"""What recurrent ops share: products for the inputs of all steps, one product a step for the state, buffers kept.

Inside, arrays are (steps, units, batch), so that each gate of a step is one contiguous piece, and gates that share an
activation lie together. The steps make many small calls on one thread; meanwhile the large products (inputs to gates
before the steps that need them, gradients of weights and inputs after the steps that gave them) run on another,
span of steps by span. Where a step is large itself, the batch is cut into one part a thread instead.

Shapes: N batch, T steps, C channels, U units, G gates; n the samples of a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from ..core.device import alongside, blocks, threads
from ..core.errors import ShapeError
from ..core.op import Op, Work
from .gate_functions import GateFunction
from .shapes import Array, Shape, copy_runs, count

_LARGE_STEP = 1 << 24  # floating point operations of a step's product from which each thread runs steps of its own
_SPANS = 8  # spans of steps that the large products are cut into


@dataclass
class Part:
    """One thread's share of the batch, and its buffers."""

    work: Work
    name: str
    rows: slice
    steps: int
    dtype: Any
    spans: list[slice] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Number of samples."""
        return self.rows.stop - self.rows.start

    def keep(self, name: str, *shape: int) -> Array:
        """Memory that forward writes and backward reads."""
        return self.work.keep(name + self.name, shape, self.dtype)

    def scratch(self, name: str, *shape: int) -> Array:
        """Memory for this call."""
        return self.work.scratch(name + self.name, shape, self.dtype)


@dataclass(frozen=True)
class RecurrentTerm:
    """Columns of the recurrent kernel's gradient: the sum over steps of states (U, n) times gradients (rows, n).

    `gradients` is what `_slopes` gives, of which `columns` are the rows, or an array of their own; `masked`: the states
    are still to be multiplied by the dropout mask.
    """

    states: Array
    gradients: Array
    columns: slice
    masked: bool = True


class Recurrence(Op):
    """Base of the recurrent ops: x (N, T, C), kernel (C, G U), recurrent_kernel (U, G U).

    `order`: Keras's gate numbers in the order in which they lie here. A subclass writes `functions`, `first_states`,
    `steps` and `back_through`, and says with `recurrent_terms` which products give the recurrent kernel's gradient.
    """

    order: ClassVar[tuple[int, ...]]

    activation: str = "tanh"
    go_backwards: bool = False
    return_sequences: bool = False

    def functions(self) -> tuple[GateFunction, ...]:
        """The activation of each gate, in `order`."""
        raise NotImplementedError

    def steps(self, part: Part, weights: Array, states: Sequence[Array], span: slice, masks: Masks) -> None:
        """Run the steps of a span: `gates` holds the inputs' products at entry."""
        raise NotImplementedError

    def back_through(
        self, part: Part, weights: Array, dstates: Sequence[Array], dy: Array | None, span: slice, masks: Masks
    ) -> None:
        """Run the steps of a span in reverse: writes the gradients before activation into `slopes`."""
        raise NotImplementedError

    def recurrent_terms(self, part: Part) -> list[RecurrentTerm]:
        """What the recurrent kernel's gradient is put together from."""
        raise NotImplementedError

    def shape(self, x: Shape, kernel: Shape, recurrent_kernel: Shape, *others: Shape | None) -> Any:
        if len(x) != 3:
            fix = {"insert": "Reshape", "settings": {"target_shape": [x[1], 1]}} if len(x) == 2 and x[1] else None
            raise ShapeError(
                expected="an input of rank 3, (N, steps, C)",
                found=str(x),
                hint="After another recurrent layer: give that one return_sequences=True.",
                fix=fix,
            )
        if x[2] is not None and kernel[0] is not None and x[2] != kernel[0]:
            raise ShapeError(expected=f"{kernel[0]} channels, as the kernel {kernel} has rows", found=str(x))
        state = (x[0], recurrent_kernel[0])
        y = (x[0], x[1], state[1]) if self.return_sequences else state
        return (y, *(state,) * (self.outputs - 1))

    def dtype(self, *dtypes: Any) -> Any:
        return dtypes[1]

    def flops(self, x: Shape, kernel: Shape, recurrent_kernel: Shape, *others: Shape | None) -> int:
        steps = count(x[:2])
        return steps * (2 * count(kernel) + 2 * count(recurrent_kernel) + 14 * (recurrent_kernel[0] or 1))

    # Forward

    def run_forward(
        self,
        work: Work,
        x: Array,
        weights: tuple[Array, Array, Array | None],
        first: Sequence[Array | None],
        masks: tuple[Array | None, Array | None, Array | None],
        out: Sequence[Array],
    ) -> None:
        """All steps. weights: kernel, recurrent kernel, bias (G U,); masks: of steps, of inputs, of states."""
        kernel, recurrent_kernel, bias = weights
        units = recurrent_kernel.shape[0]
        inwards = self._gates_as_rows(work, "w", kernel, bias)
        across = self._gates_as_rows(work, "u", recurrent_kernel)

        def run(part: Part) -> None:
            found = Masks(part, masks, self.go_backwards)
            states = self._states(part, units)
            for state, value in zip(states, first, strict=True):
                if value is None:
                    state[0].fill(0)
                else:
                    work.xp.copyto(state[0], value[part.rows].T)
            with alongside() as other:
                calls = [partial(self._input_products, part, x, inwards, span, found) for span in part.spans]
                ready = [other.submit(call) for call in calls]
                for wait, span in zip(ready, part.spans, strict=True):
                    wait()
                    self.steps(part, across, states, span, found)
            y, *last = out
            for target, state in zip(last, states, strict=True):
                work.xp.copyto(target[part.rows], state[-1].T)
            if self.return_sequences:
                work.xp.copyto(y[part.rows], states[0][1:].transpose(2, 0, 1))
            else:
                work.xp.copyto(y[part.rows], states[0][-1].T)

        work.parallel(run, self.parts(work, x, recurrent_kernel))

    def _input_products(self, part: Part, x: Array, weights: Array, span: slice, masks: Masks) -> None:
        """`gates` of a span: weights (G U, C + 1) times the inputs and a one, which adds the bias."""
        xp, channels = part.work.xp, x.shape[-1]
        source = (x[part.rows, ::-1] if self.go_backwards else x[part.rows])[:, span].transpose(1, 0, 2)
        inputs = part.keep("inputs", part.steps, part.size, channels + 1)[span]
        if masks.inputs is None:
            copy_runs(xp, inputs[..., :channels], source)
        else:
            xp.multiply(source, masks.inputs, out=inputs[..., :channels])
        inputs[..., channels] = 1
        merged = part.scratch("products", len(weights) * part.spans[0].stop * part.size)
        columns = len(inputs) * part.size
        merged = merged[: len(weights) * columns].reshape(len(weights), columns)
        xp.matmul(weights, inputs.reshape(columns, -1).T, out=merged)
        moved = merged.reshape(len(weights), len(inputs), part.size).transpose(1, 0, 2)
        copy_runs(xp, self._gates(part, len(weights))[span], moved)

    # Backward

    def run_backward(
        self,
        work: Work,
        dys: Sequence[Array | None],
        x: Array,
        weights: tuple[Array, Array],
        masks: tuple[Array | None, Array | None, Array | None],
        outs: tuple[Sequence[Array | None], Sequence[Array | None]],
    ) -> None:
        """All gradients. outs: of x, kernel, recurrent kernel, bias; and of the first states."""
        xp = work.xp
        (dx, dkernel, drecurrent, dbias), dfirst = outs
        kernel, recurrent_kernel = weights
        units, gates = len(recurrent_kernel), kernel.shape[1]
        back_across = self._reordered(work, "u_back", recurrent_kernel)
        back_inwards = None if dx is None else self._reordered(work, "w_back", kernel)
        parts = self.parts(work, x, recurrent_kernel)
        totals = [(p.scratch("dw", kernel.shape[0] + 1, gates), p.scratch("du", units, gates)) for p in parts]

        def run(part: Part) -> None:
            found = Masks(part, masks, self.go_backwards)
            dstates = [part.scratch(f"dstate{i}", units, part.size) for i in range(len(dfirst))]
            dy, *dlast = (None if d is None else d[part.rows] for d in dys)
            for dstate, d in zip(dstates, dlast, strict=True):
                dstate.fill(0)
                if d is not None:
                    dstate += d.T
            if dy is not None and not self.return_sequences:
                dstates[0] += dy.T
            each = dy if self.return_sequences else None
            with alongside() as other:
                for span in reversed(part.spans):
                    self.back_through(part, back_across, dstates, each, span, found)
                    other.submit(partial(self._weight_products, part, span, found, totals[int(part.name)]))
                if dx is not None and back_inwards is not None:
                    # Both threads take spans of the inputs' gradient in turn, this one at once.
                    spans = iter(part.spans)
                    rest = [partial(self._input_gradients, part, n, spans, back_inwards, found, dx) for n in "01"]
                    other.submit(rest[1])
                    rest[0]()
            for target, dstate in zip(dfirst, dstates, strict=True):
                if target is not None:
                    xp.copyto(target[part.rows], dstate.T)

        work.parallel(run, parts)
        for inwards, across in totals[1:]:
            totals[0][0].__iadd__(inwards)
            totals[0][1].__iadd__(across)
        for i, gate in enumerate(self.order):
            here, there = slice(i * units, (i + 1) * units), slice(gate * units, (gate + 1) * units)
            for target, total in ((dkernel, totals[0][0][:-1]), (drecurrent, totals[0][1])):
                if target is not None:
                    xp.copyto(target[:, there], total[:, here])
            if dbias is not None:
                xp.copyto(dbias[there], totals[0][0][-1, here])

    def _weight_products(self, part: Part, span: slice, masks: Masks, total: tuple[Array, Array]) -> None:
        """Add what the steps of a span give to the gradients of kernel, bias and recurrent kernel."""
        first = span.stop == part.steps
        inputs = part.work.kept[f"inputs{part.name}"][span]
        slopes = self._slopes(part, total[0].shape[1])
        flat = self._side_by_side(part, "flat", slopes[span])
        self._add_product(part, inputs.reshape(flat.shape[1], -1).T, flat.T, total[0], first)
        for term in self.recurrent_terms(part):
            before = self._side_by_side(part, "before", term.states[span], masks.states if term.masked else None)
            own = term.gradients is slopes
            across = flat[term.columns] if own else self._side_by_side(part, "other", term.gradients[span])
            self._add_product(part, before, across.T, total[1][:, term.columns], first)

    def _add_product(self, part: Part, left: Array, right: Array, out: Array, first: bool) -> None:
        if first and out.flags.c_contiguous:
            part.work.xp.matmul(left, right, out=out)
            return
        product = part.scratch("product", *out.shape)
        part.work.xp.matmul(left, right, out=product)
        if first:
            part.work.xp.copyto(out, product)
        else:
            part.work.xp.add(out, product, out=out)

    def _side_by_side(self, part: Part, name: str, steps: Array, factor: Array | None = None) -> Array:
        """(T, rows, n) as (rows, T n): the samples of all steps in one row, times `factor` (rows, n)."""
        count_of_steps, rows, size = steps.shape
        longest = part.spans[0].stop
        flat = part.scratch(name, rows * longest * size)[: steps.size].reshape(rows, count_of_steps, size)
        if factor is None:
            copy_runs(part.work.xp, flat.transpose(1, 0, 2), steps)
        else:
            part.work.xp.multiply(steps, factor, out=flat.transpose(1, 0, 2))
        return flat.reshape(rows, -1)

    def _input_gradients(
        self, part: Part, name: str, spans: Iterator[slice], kernel: Array, masks: Masks, dx: Array
    ) -> None:
        """The gradient of the inputs, for spans until none is left; `name` tells the two threads' scratch apart."""
        xp, channels = part.work.xp, len(kernel)
        slopes = self._slopes(part, kernel.shape[1])
        target = (dx[part.rows, ::-1] if self.go_backwards else dx[part.rows]).transpose(1, 0, 2)
        largest = part.scratch(f"dinputs{name}", part.spans[0].stop * part.size * channels)
        for span in spans:
            flat = self._side_by_side(part, f"flat{name}", slopes[span])
            product = largest[: flat.shape[1] * channels].reshape(-1, part.size, channels)
            xp.matmul(flat.T, kernel.T, out=product.reshape(-1, channels))
            if masks.inputs is not None:
                xp.multiply(product, masks.inputs, out=product)
            copy_runs(xp, target[span], product)

    # Buffers and weights

    def parts(self, work: Work, x: Array, recurrent_kernel: Array) -> list[Part]:
        workers = threads() if 2 * len(x) * recurrent_kernel.size >= _LARGE_STEP else 1
        rows, steps = blocks(len(x), max(1, -(-len(x) // workers))), x.shape[1]
        spans = blocks(steps, max(1, -(-steps // _SPANS)))
        return [Part(work, str(i), r, steps, recurrent_kernel.dtype, spans) for i, r in enumerate(rows)]

    def _gates(self, part: Part, rows: int) -> Array:
        """(T, G U, n): before the steps the inputs' products, then the gates."""
        return part.keep("gates", part.steps, rows, part.size)

    def _slopes(self, part: Part, rows: int) -> Array:
        """(T, G U, n): the gradients of the gates before activation. Not in the gates' place: a graph may go back through
        one call twice."""
        return part.scratch("dgates", part.steps, rows, part.size)

    def _states(self, part: Part, units: int) -> list[Array]:
        """(T + 1, U, n) for each state; the first is the output."""
        return [part.keep(f"state{i}", part.steps + 1, units, part.size) for i in range(self.outputs - 1)]

    def _gates_as_rows(self, work: Work, name: str, weights: Array, bias: Array | None = None) -> Array:
        """Weights (rows, G U) in Keras's order, times each function's scale, as (G U, rows); for `w` with the bias as one
        more column."""
        rows, units = weights.shape[0], weights.shape[1] // len(self.order)
        extra = int(name == "w")
        together = work.scratch(name, (weights.shape[1], rows + extra), weights.dtype)
        for i, (gate, function) in enumerate(zip(self.order, self.functions(), strict=True)):
            here, there = slice(i * units, (i + 1) * units), slice(gate * units, (gate + 1) * units)
            work.xp.multiply(weights[:, there].T, function.scale, out=together[here, :rows])
            if extra:
                together[here, rows] = 0 if bias is None else bias[there] * function.scale
        return together

    def _reordered(self, work: Work, name: str, weights: Array) -> Array:
        """Weights (rows, G U) with the gates in the order in which they lie here."""
        units = weights.shape[1] // len(self.order)
        together = work.scratch(name, weights.shape, weights.dtype)
        for i, gate in enumerate(self.order):
            here, there = slice(i * units, (i + 1) * units), slice(gate * units, (gate + 1) * units)
            work.xp.copyto(together[:, here], weights[:, there])
        return together


class Masks:
    """The masks of one part: `skipped` (T, n) or None, in the order the steps run; `inputs` (n, C) and `states` (U, n),
    dropout masks or None."""

    def __init__(self, part: Part, masks: tuple[Array | None, Array | None, Array | None], backwards: bool) -> None:
        steps, inputs, states = (None if m is None else m[part.rows] for m in masks)
        self.inputs = inputs
        self.states = None if states is None else states.T
        self.skipped = None
        if steps is not None:
            skipped = (steps == 0).T
            self.skipped = skipped[::-1] if backwards else skipped

    def skip(self, step: int) -> Array | None:
        """(n,): the samples whose step does not count, or None where all do."""
        return self.skipped[step] if self.skipped is not None and self.skipped[step].any() else None
