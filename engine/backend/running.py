"""Gradients, compiled functions and updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.gradient import gradients as _gradients
from .._graph.plan import Plan
from .._graph.sparse import dense
from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine.config import fix_phase
from ..errors import GraphError
from ..layers.naming import reset_names

__all__ = [
    "Function",
    "clear_session",
    "function",
    "gradients",
    "moving_average_update",
    "update",
    "update_add",
    "update_sub",
]


def gradients(loss: Tensor, variables: Sequence[Tensor]) -> list[Tensor | None]:
    """Gradient of the sum of `loss` with respect to each variable, as tensors; None where there is none."""
    return _gradients(loss, list(variables))


class Function:
    """A compiled computation: called with a list of arrays, gives a list of arrays; plans are kept per shape."""

    def __init__(
        self,
        inputs: Sequence[Any],
        outputs: Sequence[Tensor],
        updates: Sequence[Any] | None = None,
        name: str | None = None,
    ) -> None:
        self._phase = [i for i, x in enumerate(inputs) if not isinstance(x, Placeholder)]
        self._inputs = [x for x in inputs if isinstance(x, Placeholder)]
        self._outputs, self._updates = list(outputs), [u for u in updates or () if u is not None]
        self._plans: dict[Any, Plan] = {}
        if len(self._phase) > 1:
            raise GraphError(
                where="K.function", expected="placeholders (and K.learning_phase()) as inputs", found="others"
            )

    def __call__(self, inputs: Sequence[Any] = ()) -> list[np.ndarray]:
        """The outputs for these arrays, in the order of `inputs`."""
        training = bool(inputs[self._phase[0]]) if self._phase else False
        arrays = [np.asarray(dense(a)) for i, a in enumerate(inputs) if i not in self._phase]
        key = (training, *(a.shape for a in arrays))
        if key not in self._plans:
            feeds = {x: a.shape for x, a in zip(self._inputs, arrays, strict=True)}
            self._plans[key] = Plan(self._outputs, self._inputs, feeds, training=training, updates=self._updates)
        return [np.array(y) for y in self._plans[key].run(arrays)]


def function(inputs: Sequence[Any], outputs: Sequence[Tensor], updates: Any = None, **kwargs: Any) -> Function:
    """A callable over arrays; `updates`: pairs (variable, tensor) assigned after each call.

    >>> from engine.backend import placeholder
    >>> x = placeholder(shape=(None, 2))
    >>> function([x], [x * 2])([np.ones((1, 2))])[0].tolist()
    [[2.0, 2.0]]
    """
    return Function(inputs, outputs, updates or ())


def update(x: Variable, new_x: Any) -> tuple[Variable, Any]:
    """The assignment of new_x to x, for add_update and K.function."""
    return x, new_x


def update_add(x: Variable, increment: Any) -> tuple[Variable, Any]:
    """The assignment of x + increment to x."""
    return x, ops.add(x, increment)


def update_sub(x: Variable, decrement: Any) -> tuple[Variable, Any]:
    """The assignment of x - decrement to x."""
    return x, ops.subtract(x, decrement)


def moving_average_update(x: Variable, value: Any, momentum: float) -> tuple[Variable, Any]:
    """The assignment of x * momentum + value * (1 - momentum) to x."""
    return x, ops.add(ops.multiply(x, momentum), ops.multiply(value, 1 - momentum))


def clear_session() -> None:
    """Count automatic layer names from 1 again, and leave the phase to each run."""
    reset_names()
    fix_phase(None)
