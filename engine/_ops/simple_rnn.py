"""The simple recurrent network over all steps as one op."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from .._graph.op import apply
from .._graph.tensor import Tensor, Value
from ..types import Array
from .gate_functions import GateFunction, gate_function
from .matmul import linear
from .recurrence import NO_MASKS, Masks, Recurrence, RecurrentSettings, RecurrentTerm, States, Weights
from .recurrence_memory import BackwardPart, Part, PartLayout, StepMasks
from .recurrence_steps import function_of_gate, products_of_inputs, run_steps

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["simple_rnn"]


class _Steps(NamedTuple):
    """Scratch: product and dropped (U, n)."""

    product: Array
    dropped: Array


class SimpleRnn(Recurrence[_Steps, Array]):
    """h' = activation(x W + h U + b) (Elman, 1990). Shapes and masks as in `Lstm`. Results: y (N, T, U) or (N, U), last h."""

    outputs = 2
    order: ClassVar[tuple[int, ...]] = (0,)

    def functions(self) -> tuple[GateFunction, ...]:
        """The activation alone, as there are no gates."""
        return (gate_function(self.activation),)

    def step_memory(self, layout: PartLayout) -> _Steps:
        """Scratch for a step."""
        return _Steps(layout.scratch(layout.units, layout.size), layout.scratch(layout.units, layout.size))

    def steps(self, xp: ModuleType, part: Part[_Steps], weights: Array, span: slice, masks: StepMasks) -> None:
        """h' = activation(x W + h U + b) for each step of the span."""
        activate = self.functions()[0].apply
        gates, (outputs,) = part.gates, part.states
        product, dropped = part.cell
        for t in range(span.start, span.stop):
            h = outputs[t] if masks.states is None else xp.multiply(outputs[t], masks.states, out=dropped)
            xp.matmul(weights, h, out=product)
            xp.add(gates[t], product, out=gates[t])
            activate(xp, gates[t], gates[t])
            xp.copyto(outputs[t + 1], gates[t])
            skip = masks.skip(t)
            if skip is not None:
                xp.copyto(outputs[t + 1], outputs[t], where=skip)

    def backward_memory(self, layout: PartLayout) -> Array:
        """Scratch (U, n): a gradient that skipped steps pass on."""
        return layout.scratch(layout.units, layout.size)

    def back_through(
        self,
        xp: ModuleType,
        back: BackwardPart[_Steps, Array],
        weights: Array,
        dy: Array | None,
        span: slice,
        masks: StepMasks,
    ) -> None:
        """dgate = dh' activation'(h'), dh = dgate U^T."""
        slope = self.functions()[0].slope
        (dh,), dgates, passed = back.dstates, back.dgates, back.cell
        for t in reversed(range(span.start, span.stop)):
            if dy is not None:
                xp.add(dh, dy[:, t].T, out=dh)
            skip = masks.skip(t)
            slope(xp, back.part.gates[t], dgates[t])
            xp.multiply(dgates[t], dh, out=dgates[t])
            if skip is not None:
                xp.copyto(dgates[t], 0, where=skip)
                xp.copyto(passed, dh)
            xp.matmul(weights, dgates[t], out=dh)
            if masks.states is not None:
                xp.multiply(dh, masks.states, out=dh)
            if skip is not None:
                xp.copyto(dh, passed, where=skip)

    def recurrent_terms(self, back: BackwardPart[_Steps, Array]) -> list[RecurrentTerm]:
        """h against the gradients before the activation."""
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
        activate = function_of_gate(self.activation)

        def step(products: Tensor, states: list[Tensor]) -> list[Tensor]:
            (h,) = states
            return [activate(products + linear(h if recurrent_mask is None else h * recurrent_mask, recurrent_kernel))]

        return run_steps(self, step, products_of_inputs(x, kernel, bias, input_mask), first, mask)


def simple_rnn(
    x: Value,
    weights: Weights[Value],
    states: States[Value] = (None,),
    masks: Masks[Value] = NO_MASKS,
    **settings: Unpack[RecurrentSettings],
) -> tuple[Value, Value]:
    """Simple recurrent network over all steps: gives (y, last h). See `SimpleRnn`; arguments as in `lstm`, with U columns.

    >>> import numpy as np
    >>> simple_rnn(np.ones((2, 5, 3)), (np.ones((3, 4)), np.ones((4, 4)), None))[0].shape
    (2, 4)
    """
    return apply(SimpleRnn(**settings), x, *weights, *masks, *states)
