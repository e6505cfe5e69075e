"""GRU over all steps as one op."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .._graph.op import Outs, Work, apply
from .._graph.tensor import Tensor, Value
from ..types import Array
from .gate_functions import GateFunction, gate_function
from .matmul import linear
from .rearrange import getitem
from .recurrence import NO_MASKS, GatedSettings, Masks, Recurrence, RecurrentTerm, States, Weights
from .recurrence_memory import BackwardPart, Part, PartLayout, StepMasks
from .recurrence_steps import function_of_gate, gate_of, products_of_inputs, run_steps

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["gru"]


class _Steps(NamedTuple):
    """What the reset gate multiplies, which backward needs again.

    With `reset_after` inner (T, 3U, n) holds the states' products, to which shift (3U, 1) is added; otherwise inner
    (T, U, n) holds r h. Scratch: product (2U, n), dropped (U, n).
    """

    inner: Array
    shift: Array
    product: Array
    dropped: Array


class _Slopes(NamedTuple):
    """Scratch of backward: direct, dropped, fresh (U, n), slopes (3U, n).

    With `reset_after` also dacross (T, 3U, n), the gradients of the states' products, and layout, for a span of them
    side by side.
    """

    direct: Array
    dropped: Array
    fresh: Array
    slopes: Array
    dacross: Array | None
    flat: Array | None


class GruSettings(GatedSettings, total=False):
    """The settings of a GRU."""

    reset_after: bool


class Gru(Recurrence[_Steps, _Slopes]):
    """Gated recurrent unit (Cho et al., 2014), Keras's weights and gate order z, r, h.

    z, r = recurrent_activation(x W + h U + b); candidate g = activation(x W + (r h) U + b), or with `reset_after`
    g = activation(x W + b + r (h U + b')) (CuDNN's variant); h' = z h + (1 - z) g. With `reset_after` the bias is (2, 3U):
    b, then b'.
    """

    recurrent_activation: str = "hard_sigmoid"
    reset_after: bool = False

    outputs = 2
    order: ClassVar[tuple[int, ...]] = (0, 1, 2)

    def functions(self) -> tuple[GateFunction, ...]:
        """The functions of the gates z and r, and of the candidate."""
        squash = gate_function(self.recurrent_activation)
        return squash, squash, gate_function(self.activation)

    def input_bias(self, bias: Array | None) -> Array | None:
        """b, which comes first of two with `reset_after`."""
        return bias[0] if self.reset_after and bias is not None else bias

    def take_bias(self, xp: ModuleType, part: Part[_Steps], bias: Array | None) -> None:
        """With `reset_after` shift (3U, 1): b', each gate's times the scale of its function."""
        shift = part.cell.shift
        if not self.reset_after:
            return
        if bias is None:
            shift.fill(0)
            return
        units = len(shift) // len(self.order)
        for (here, there), function in zip(self.gate_slices(units), self.functions(), strict=True):
            xp.multiply(bias[1, there, None], function.scale, out=shift[here])

    def backward(self, work: Work, dy: Outs, *saved: Any, outs: Outs) -> None:
        """As in `Recurrence`; db' = the sum of the gradients of h U + b' over samples and steps."""
        super().backward(work, dy, *saved, outs=outs)
        dbias = outs[3]
        if self.reset_after and dbias is not None:
            dbias[1] = 0
            for back in self.backward_parts(work):
                if back.cell.dacross is not None:
                    dbias[1] += back.cell.dacross.sum(axis=(0, 2))

    def step_memory(self, layout: PartLayout) -> _Steps:
        """The states' products or r h, and scratch."""
        units, size = layout.units, layout.size
        return _Steps(
            inner=layout.block(layout.steps, 3 * units if self.reset_after else units, size),
            shift=layout.block(3 * units, 1),
            product=layout.scratch(2 * units, size),
            dropped=layout.scratch(units, size),
        )

    def steps(self, xp: ModuleType, part: Part[_Steps], weights: Array, span: slice, masks: StepMasks) -> None:
        """z, r, g and h' = z h + (1 - z) g for each step of the span."""
        units = weights.shape[1]
        squash, _, activation = self.functions()
        gates, (outputs,) = part.gates, part.states
        inner, shift, product, dropped = part.cell
        squashed, candidate = slice(0, 2 * units), slice(2 * units, 3 * units)
        for t in range(span.start, span.stop):
            gate, h, next_h = gates[t], outputs[t], outputs[t + 1]
            if masks.states is not None:
                h = xp.multiply(h, masks.states, out=dropped)
            if self.reset_after:
                xp.matmul(weights, h, out=inner[t])
                xp.add(inner[t], shift, out=inner[t])
                xp.add(gate[squashed], inner[t, squashed], out=gate[squashed])
                squash.apply(xp, gate[squashed], gate[squashed])
                xp.multiply(gate[units : 2 * units], inner[t, candidate], out=product[:units])
            else:
                xp.matmul(weights[squashed], h, out=product)
                xp.add(gate[squashed], product, out=gate[squashed])
                squash.apply(xp, gate[squashed], gate[squashed])
                xp.multiply(gate[units : 2 * units], h, out=inner[t])
                xp.matmul(weights[candidate], inner[t], out=product[:units])
            xp.add(gate[candidate], product[:units], out=gate[candidate])
            activation.apply(xp, gate[candidate], gate[candidate])
            # z h + (1 - z) g = g + z (h - g)
            xp.subtract(outputs[t], gate[candidate], out=next_h)
            xp.multiply(next_h, gate[:units], out=next_h)
            xp.add(next_h, gate[candidate], out=next_h)
            skip = masks.skip(t)
            if skip is not None:
                xp.copyto(next_h, outputs[t], where=skip)

    def backward_memory(self, layout: PartLayout) -> _Slopes:
        """Scratch for a step and, with `reset_after`, the gradients of the states' products of all steps."""
        one, three = (layout.units, layout.size), 3 * layout.units
        return _Slopes(
            direct=layout.scratch(*one),
            dropped=layout.scratch(*one),
            fresh=layout.scratch(*one),
            slopes=layout.scratch(three, layout.size),
            dacross=layout.scratch(layout.steps, three, layout.size) if self.reset_after else None,
            flat=layout.scratch(three * layout.longest * layout.size) if self.reset_after else None,
        )

    def back_through(
        self,
        xp: ModuleType,
        back: BackwardPart[_Steps, _Slopes],
        weights: Array,
        dy: Array | None,
        span: slice,
        masks: StepMasks,
    ) -> None:
        """dz = dh' (h - g), dg = dh' (1 - z), dr from g, each times its slope; dh = dh' z and what the gates pass on."""
        units, (dh,), dgates = len(weights), back.dstates, back.dgates
        squash, _, activation = self.functions()
        gates, (outputs,), inner = back.part.gates, back.part.states, back.part.cell.inner
        direct, dropped, fresh, slopes, across, _ = back.cell
        z, r, g = (slice(k * units, (k + 1) * units) for k in range(3))
        squashed = slice(0, 2 * units)
        # Forward multiplies the states' products by the gate's scale, so `inner` contains it too.
        unscale = 1.0 / activation.scale
        for t in reversed(range(span.start, span.stop)):
            gate, dgate, h = gates[t], dgates[t], outputs[t]
            if dy is not None:
                xp.add(dh, dy[:, t].T, out=dh)
            skip = masks.skip(t)
            squash.slope(xp, gate[squashed], slopes[squashed])
            activation.slope(xp, gate[g], slopes[g])
            xp.subtract(h, gate[g], out=fresh)
            xp.multiply(dh, fresh, out=dgate[z])
            xp.multiply(dh, gate[z], out=direct)
            xp.subtract(dh, direct, out=fresh)
            if skip is not None:
                xp.copyto(dgate[z], 0, where=skip)
                xp.copyto(fresh, 0, where=skip)
                xp.copyto(direct, dh, where=skip)
            xp.multiply(fresh, slopes[g], out=dgate[g])
            if across is not None:
                xp.multiply(dgate[g], inner[t, g], out=dgate[r])
                if unscale != 1:
                    xp.multiply(dgate[r], unscale, out=dgate[r])
                xp.multiply(dgate[squashed], slopes[squashed], out=dgate[squashed])
                xp.copyto(across[t, squashed], dgate[squashed])
                xp.multiply(dgate[g], gate[r], out=across[t, g])
                xp.matmul(weights, across[t], out=dh)
            else:
                h = h if masks.states is None else xp.multiply(h, masks.states, out=dropped)
                xp.matmul(weights[:, g], dgate[g], out=fresh)
                xp.multiply(fresh, h, out=dgate[r])
                xp.multiply(fresh, gate[r], out=fresh)
                xp.multiply(dgate[squashed], slopes[squashed], out=dgate[squashed])
                xp.matmul(weights[:, squashed], dgate[squashed], out=dh)
                xp.add(dh, fresh, out=dh)
            if masks.states is not None:
                xp.multiply(dh, masks.states, out=dh)
            xp.add(dh, direct, out=dh)

    def recurrent_terms(self, back: BackwardPart[_Steps, _Slopes]) -> list[RecurrentTerm]:
        """h against the gates' gradients, for the candidate's columns r h; with `reset_after` h against all."""
        states = back.part.states[0][:-1]
        units = states.shape[1]
        if self.reset_after:
            return [RecurrentTerm(states, slice(0, 3 * units), back.cell.dacross, back.cell.flat)]
        # r h has been multiplied by the dropout mask already.
        return [
            RecurrentTerm(states, slice(0, 2 * units)),
            RecurrentTerm(back.part.cell.inner, slice(2 * units, 3 * units), dropped=True),
        ]

    def simpler(
        self,
        x: Tensor,
        kernel: Tensor,
        recurrent_kernel: Tensor,
        bias: Tensor | None = None,
        mask: Tensor | None = None,
        input_mask: Tensor | None = None,
        recurrent_mask: Tensor | None = None,
        *first: Tensor | None,
    ) -> tuple[Tensor, ...]:
        """The steps written out, in a loop."""
        units = recurrent_kernel.shape[0] or 0
        squash, activate = function_of_gate(self.recurrent_activation), function_of_gate(self.activation)
        inner_bias = getitem(bias, 1) if self.reset_after and bias is not None else None
        input_bias = getitem(bias, 0) if self.reset_after and bias is not None else bias

        def step(products: Tensor, states: list[Tensor]) -> list[Tensor]:
            (h,) = states
            dropped = h if recurrent_mask is None else h * recurrent_mask
            columns = 3 if self.reset_after else 2
            inner = linear(dropped, gate_of(recurrent_kernel, 0, columns * units), inner_bias)
            z, r = (squash(gate_of(products, number, units) + gate_of(inner, number, units)) for number in (0, 1))
            if self.reset_after:
                reset = r * gate_of(inner, 2, units)
            else:
                reset = linear(r * dropped, gate_of(recurrent_kernel, 2, units))
            return [z * h + (1 - z) * activate(gate_of(products, 2, units) + reset)]

        products = products_of_inputs(x, kernel, input_bias, input_mask)
        return run_steps(self, step, products, first, mask)


def gru(
    x: Value,
    weights: Weights[Value],
    states: States[Value] = (None,),
    masks: Masks[Value] = NO_MASKS,
    **settings: Unpack[GruSettings],
) -> tuple[Value, Value]:
    """GRU over all steps: gives (y, last h). See `Gru`; arguments as in `lstm`, with 3U columns.

    >>> import numpy as np
    >>> y, h = gru(np.ones((2, 5, 3)), (np.ones((3, 6)), np.ones((2, 6)), None), return_sequences=True)
    >>> y.shape, h.shape
    ((2, 5, 2), (2, 2))
    """
    return apply(Gru(**settings), x, *weights, *masks, *states)
