"""Recurrent ops by simpler ones: a loop over steps that are written out, which is slower and has gradients of any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._graph.backward import zeros_like
from .._graph.tensor import Tensor
from .activation import hard_sigmoid, relu, sigmoid, softsign, tanh
from .arithmetic import multiply
from .control import identity
from .loop import loop
from .matmul import linear
from .rearrange import getitem, repeat
from .recurrence import Recurrence
from .views import expand_dims

StepFunction = Callable[[Tensor, list[Tensor]], Sequence[Tensor]]
"""One step: from the inputs' products (N, G U) and the states (N, U) to the new states."""

_FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": tanh,
    "sigmoid": sigmoid,
    "hard_sigmoid": hard_sigmoid,
    "relu": relu,
    "linear": identity,
    "softsign": softsign,
}


def function_of_gate(name: str) -> Callable[[Tensor], Tensor]:
    """The activation of a name in `gate_functions`, for tensors."""
    return _FUNCTIONS[name]


def gate_of(products: Tensor, gate: int, units: int) -> Tensor:
    """The columns of one gate, in Keras's order."""
    return getitem(products, (Ellipsis, slice(gate * units, (gate + 1) * units)))


def products_of_inputs(x: Tensor, kernel: Tensor, bias: Tensor | None, mask: Tensor | None) -> Tensor:
    """x W + b of all steps: (N, T, C) -> (N, T, G U); mask (N, C) multiplies x."""
    return linear(x if mask is None else multiply(x, expand_dims(mask, 1)), kernel, bias)


def run_steps(
    op: Recurrence[Any, Any], step: StepFunction, products: Tensor, first: Sequence[Tensor | None], mask: Tensor | None
) -> tuple[Tensor, ...]:
    """The results of a recurrent op: its outputs, which are the first of the states, and the last states.

    products: those of the inputs of all steps (N, T, G U). first: the states before the first step, None for zeros.
    mask (N, T): where it is 0, the states of the step before are repeated.
    """
    units = (products.shape[2] or 0) // len(op.order)
    zeros = repeat(zeros_like(getitem(products, (slice(None), 0, slice(0, 1)))), units, 1)
    states = [zeros if state is None else state for state in first or (None,) * op.state_count]

    def with_output(products_of_step: Tensor, before: list[Tensor]) -> tuple[Tensor, Sequence[Tensor]]:
        new = step(products_of_step, before)
        return new[0], new

    last, outputs, ends = loop(with_output, products, states, mask, op.go_backwards, states[0])
    return (outputs if op.return_sequences else last, *ends)
