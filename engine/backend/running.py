"""Gradients, compiled functions and updates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.feeding import fed_in
from .._graph.gradient import gradients as _gradients
from .._graph.sparse import SparseMatrix, dense
from .._graph.tensor import Constant, Operand, Tensor, Variable
from .._machine.config import fix_phase
from .._training.step import Step
from ..errors import DataError, GraphError
from ..layers.naming import reset_names
from ..layers.node import as_list
from ..types import Array, ArrayLike

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


def gradients(loss: Tensor | list[Tensor], variables: Tensor | list[Tensor]) -> list[Tensor | None]:
    """Gradients of the sum of all elements of `loss`, as tensors in a list; None where the loss does not depend on one.

    loss, variables: a tensor (a weight, an input, a layer's output), or a list of them; several losses are added, as
    TensorFlow's `gradients` does.

    >>> from engine.backend import placeholder, square
    >>> x = placeholder(shape=(None, 2))
    >>> function([x], gradients(square(x), x))([np.array([[1.0, 3.0]])])[0].tolist()
    [[2.0, 6.0]]
    """
    first, *others = as_list(loss)
    total = reduce(ops.add, map(ops.sum, others), ops.sum(first)) if others else first
    return _gradients(total, as_list(variables))


class Function:
    """A compiled computation: called with a list of arrays, gives a list of arrays.

    Its inputs are placeholders, any tensors that the outputs are computed from (a layer's output), and the learning phase.
    It makes a plan for each combination of input shapes, and keeps the plans of the last ones.
    """

    def __init__(
        self,
        inputs: Sequence[Any],
        outputs: Tensor | list[Tensor] | tuple[Tensor, ...],
        updates: Sequence[Any] | None = None,
        name: str | None = None,
    ) -> None:
        self._phase = [i for i, x in enumerate(inputs) if not isinstance(x, Tensor) or ops.is_phase(x)]
        if len(self._phase) > 1:
            raise GraphError(where="K.function", expected="tensors (and K.learning_phase()) as inputs", actual="others")
        computed, assigned = as_list(outputs), [pair for pair in updates or () if pair is not None]
        values = [value if isinstance(value, Tensor) else Constant(value) for _, value in assigned]
        fed = [x for i, x in enumerate(inputs) if i not in self._phase]
        tensors, self._inputs = fed_in([*computed, *values], fed)
        pairs = [(variable, new) for (variable, _), new in zip(assigned, tensors[len(computed) :], strict=True)]
        self._steps = {
            training: Step(self._inputs, tensors[: len(computed)], training=training, updates=pairs)
            for training in (False, True)
        }

    def __call__(self, inputs: Sequence[ArrayLike | SparseMatrix] = ()) -> list[Array]:
        """The outputs for these arrays, in the order of `inputs`; NumPy numbers where they have no axes."""
        if len(inputs) != len(self._inputs) + len(self._phase):
            raise DataError(
                where="a K.function",
                expected=f"{len(self._inputs) + len(self._phase)} arrays, one for each input",
                actual=str(len(inputs)),
                hint="Call it with one list: f([x, y]).",
            )
        step = self._steps[bool(inputs[self._phase[0]]) if self._phase else False]
        arrays = [np.asarray(dense(a)) for i, a in enumerate(inputs) if i not in self._phase]
        with step.lock:
            return [np.array(y)[()] for y in step.run(arrays)]


def function(
    inputs: Sequence[Any], outputs: Tensor | list[Tensor] | tuple[Tensor, ...], updates: Any = None, **kwargs: Any
) -> Function:
    """A callable over arrays; `updates`: pairs (variable, tensor) assigned after each call.

    inputs: placeholders, tensors in the middle of the graph that take the arrays' values, and K.learning_phase().

    >>> from engine.backend import placeholder
    >>> x = placeholder(shape=(None, 2))
    >>> function([x], [x * 2])([np.ones((1, 2))])[0].tolist()
    [[2.0, 2.0]]
    """
    return Function(inputs, outputs, updates or ())


def update(x: Variable, new_x: Operand) -> tuple[Variable, Operand]:
    """The assignment of new_x to x, for add_update and K.function.

    >>> from engine import backend as K
    >>> x = K.zeros((1,))
    >>> _ = K.function([], [x], [update(x, x + 1)])([])
    >>> K.get_value(x).tolist()
    [1.0]
    """
    return x, new_x


def update_add(x: Variable, increment: Operand) -> tuple[Variable, Tensor]:
    """The assignment of x + increment to x.

    >>> from engine import backend as K
    >>> x = K.ones((1,))
    >>> _ = K.function([], [x], [update_add(x, 2.0)])([])
    >>> K.get_value(x).tolist()
    [3.0]
    """
    return x, ops.add(x, increment)


def update_sub(x: Variable, decrement: Operand) -> tuple[Variable, Tensor]:
    """The assignment of x - decrement to x.

    >>> from engine import backend as K
    >>> x = K.ones((1,))
    >>> _ = K.function([], [x], [update_sub(x, 2.0)])([])
    >>> K.get_value(x).tolist()
    [-1.0]
    """
    return x, ops.subtract(x, decrement)


def moving_average_update(x: Variable, value: Operand, momentum: float) -> tuple[Variable, Tensor]:
    """The assignment of x * momentum + value * (1 - momentum) to x.

    >>> from engine import backend as K
    >>> x = K.ones((1,))
    >>> _ = K.function([], [x], [moving_average_update(x, 3.0, 0.5)])([])
    >>> K.get_value(x).tolist()
    [2.0]
    """
    return x, ops.add(ops.multiply(x, momentum), ops.multiply(value, 1 - momentum))


def clear_session() -> None:
    """Count automatic layer names from 1 again, and leave the phase to each run.

    >>> from engine.layers import Dense
    >>> clear_session()
    >>> Dense(1).name
    'dense_1'
    """
    reset_names()
    fix_phase(None)
