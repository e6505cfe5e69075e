"""LSTM over all steps as one op."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from .._graph.op import apply
from .._graph.tensor import Tensor, Value
from ..types import Array
from .gate_functions import GateFunction, gate_function
from .matmul import linear
from .recurrence import NO_MASKS, GatedSettings, Masks, Recurrence, RecurrentTerm, States, Weights
from .recurrence_memory import BackwardPart, Part, PartLayout, StepMasks
from .recurrence_steps import function_of_gate, gate_of, products_of_inputs, run_steps

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["lstm"]


class _Steps(NamedTuple):
    """active (T, U, n): activation(c). Scratch: product (4U, n), fresh (U, n)."""

    active: Array
    product: Array
    fresh: Array


class _Slopes(NamedTuple):
    """Scratch: dcell and passed (U, n), dgate and slopes (4U, n)."""

    dcell: Array
    passed: Array
    dgate: Array
    slopes: Array


class Lstm(Recurrence[_Steps, _Slopes]):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997), Keras's weights and gate order i, f, c, o.

    i, f, o = recurrent_activation(x W + h U + b), g = activation(...), c' = f c + i g, h' = o activation(c').
    x (N, T, C), kernel (C, 4U), recurrent_kernel (U, 4U), bias (4U,), h0 and c0 (N, U), mask (N, T): where it is 0,
    output and state of the step before are repeated. input_mask (N, C) and recurrent_mask (N, U) multiply x and h at
    every step (dropout) and count as constants. Results: y (N, T, U) or (N, U), last h, last c.
    """

    recurrent_activation: str = "hard_sigmoid"

    outputs = 3
    order: ClassVar[tuple[int, ...]] = (0, 1, 3, 2)  # i, f, o, then the candidate: three share an activation

    def functions(self) -> tuple[GateFunction, ...]:
        """Those of i, f, o and the candidate."""
        squash = gate_function(self.recurrent_activation)
        return squash, squash, squash, gate_function(self.activation)

    def step_memory(self, layout: PartLayout) -> _Steps:
        """activation(c) of all steps, and scratch."""
        units, size = layout.units, layout.size
        return _Steps(
            layout.block(layout.steps, units, size), layout.scratch(4 * units, size), layout.scratch(units, size)
        )

    def steps(self, xp: ModuleType, part: Part[_Steps], weights: Array, span: slice, masks: StepMasks) -> None:
        """i, f, o, g, c' = f c + i g and h' = o activation(c') for each step of the span."""
        units = weights.shape[1]
        outputs, cells = part.states
        squash, _, _, activation = self.functions()
        activate = activation.apply
        active, product, fresh = part.cell
        for t in range(span.start, span.stop):
            gate, h, c, next_c, next_h = part.gates[t], outputs[t], cells[t], cells[t + 1], outputs[t + 1]
            if masks.states is not None:
                h = xp.multiply(h, masks.states, out=fresh)
            xp.matmul(weights, h, out=product)
            xp.add(gate, product, out=gate)
            squash.apply(xp, gate[: 3 * units], gate[: 3 * units])
            activate(xp, gate[3 * units :], gate[3 * units :])
            xp.multiply(gate[units : 2 * units], c, out=next_c)
            xp.multiply(gate[:units], gate[3 * units :], out=fresh)
            xp.add(next_c, fresh, out=next_c)
            activate(xp, next_c if activation.scale == 1 else activation.scale * next_c, active[t])
            xp.multiply(gate[2 * units : 3 * units], active[t], out=next_h)
            skip = masks.skip(t)
            if skip is not None:
                xp.copyto(next_c, c, where=skip)
                xp.copyto(next_h, outputs[t], where=skip)

    def backward_memory(self, layout: PartLayout) -> _Slopes:
        """Scratch for a step."""
        one, four = (layout.units, layout.size), (4 * layout.units, layout.size)
        return _Slopes(layout.scratch(*one), layout.scratch(*one), layout.scratch(*four), layout.scratch(*four))

    def back_through(
        self,
        xp: ModuleType,
        back: BackwardPart[_Steps, _Slopes],
        weights: Array,
        dy: Array | None,
        span: slice,
        masks: StepMasks,
    ) -> None:
        """dc += dh' o activation'(c'), then the gradients of the gates.

        di = dc g, df = dc c, dg = dc i, do = dh' activation(c'), each times the slope of its activation.
        """
        units = len(weights)
        dh, dc = back.dstates
        squash, _, _, activation = self.functions()
        active, cells = back.part.cell.active, back.part.states[1]
        dcell, passed, dgate, slopes = back.cell
        i, f, o, g = (slice(k * units, (k + 1) * units) for k in range(4))
        for t in reversed(range(span.start, span.stop)):
            gate = back.part.gates[t]
            if dy is not None:
                xp.add(dh, dy[:, t].T, out=dh)
            skip = masks.skip(t)
            activation.slope(xp, active[t], dcell)
            xp.multiply(dcell, gate[o], out=dcell)
            xp.multiply(dcell, dh, out=dcell)
            xp.add(dcell, dc, out=dcell)
            squash.slope(xp, gate[: 3 * units], slopes[: 3 * units])
            activation.slope(xp, gate[g], slopes[g])
            xp.multiply(dcell, gate[g], out=dgate[i])
            xp.multiply(dcell, cells[t], out=dgate[f])
            xp.multiply(dh, active[t], out=dgate[o])
            xp.multiply(dcell, gate[i], out=dgate[g])
            if skip is None:
                xp.multiply(dcell, gate[f], out=dc)
            else:
                # A skipped step passes both gradients on as they came.
                xp.multiply(dcell, gate[f], out=dcell)
                xp.copyto(dc, dcell, where=~skip)
                xp.copyto(passed, dh)
                xp.copyto(dgate, 0, where=skip)
            xp.multiply(dgate, slopes, out=back.dgates[t])
            xp.matmul(weights, back.dgates[t], out=dh)
            if masks.states is not None:
                xp.multiply(dh, masks.states, out=dh)
            if skip is not None:
                xp.copyto(dh, passed, where=skip)

    def recurrent_terms(self, back: BackwardPart[_Steps, _Slopes]) -> list[RecurrentTerm]:
        """The states h with the gradients of all gates."""
        return [RecurrentTerm(back.part.states[0][:-1], slice(0, back.dgates.shape[1]))]

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

        def step(products: Tensor, states: list[Tensor]) -> list[Tensor]:
            h, c = states
            z = products + linear(h if recurrent_mask is None else h * recurrent_mask, recurrent_kernel)
            i, f, o = (squash(gate_of(z, number, units)) for number in (0, 1, 3))
            new_c = f * c + i * activate(gate_of(z, 2, units))
            return [o * activate(new_c), new_c]

        return run_steps(self, step, products_of_inputs(x, kernel, bias, input_mask), first, mask)


def lstm(
    x: Value,
    weights: Weights[Value],
    states: States[Value] = (None, None),
    masks: Masks[Value] = NO_MASKS,
    **settings: Unpack[GatedSettings],
) -> tuple[Value, Value, Value]:
    """LSTM over all steps: gives (y, last h, last c). See `Lstm`, and `Recurrence` for the shapes.

    Args:
        x: (N, T, C).
        weights: kernel (C, 4U), recurrent kernel (U, 4U), bias (4U,) or None, as Keras keeps them.
        states: h and c before the first step, (N, U) each; None: zeros.
        masks: of the steps (N, T), of the inputs (N, C) and of the states (N, U); None for none.

    Example:
        >>> import numpy as np
        >>> y, h, c = lstm(np.ones((2, 5, 3)), (np.ones((3, 8)), np.ones((2, 8)), None))
        >>> y.shape, h.shape, c.shape
        ((2, 2), (2, 2), (2, 2))
    """
    return apply(Lstm(**settings), x, *weights, *masks, *states)
