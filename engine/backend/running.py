"""Gradients, compiled functions and updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from .. import _ops as ops
from .._graph.feeding import fed_in
from .._graph.gradient import gradients as _gradients
from .._graph.sparse import SparseMatrix, dense
from .._graph.tensor import Constant, Operand, Placeholder, Tensor, Variable
from .._machine.arrays import as_array
from .._machine.config import fix_phase
from .._training.entry import Entry, read_now
from .._training.step import Step
from ..errors import DataError, GraphError, SettingTypeError, shorten
from ..layers.naming import reset_names
from ..layers.node import as_list
from ..types import Array, ArrayLike
from .shapeless import Shapeless, with_axes

# The numbers of axes for which a function of placeholders of any shape keeps its computation.
_KEPT = 8

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
    """Gradients of the sum of all elements of a loss, as tensors.

    Args:
        loss: a tensor, or a list of tensors, which are added as TensorFlow's `gradients` does.
        variables: a tensor (a weight, an input, a layer's output), or a list of them.

    Returns:
        A list with the gradient for each variable, in its shape; None where the loss does not depend on it, or only
        through functions without a gradient, such as `round`.

    Raises:
        SettingTypeError: one of them is no tensor, or there is no loss.

    Example:
        >>> from engine.backend import placeholder, square
        >>> x = placeholder(shape=(None, 2))
        >>> function([x], gradients(square(x), x))([np.array([[1.0, 3.0]])])[0].tolist()
        [[2.0, 6.0]]
    """
    losses, sources = as_list(loss), as_list(variables)
    for role, values in (("loss", losses or [None]), ("variables", sources)):
        for value in values:
            _check_tensor(value, f"K.gradients, {role}")
    first, *others = losses
    total = reduce(ops.add, map(ops.sum, others), ops.sum(first)) if others else first
    return _gradients(total, sources)


def _check_tensor(value: object, where: str) -> None:
    if isinstance(value, Tensor):
        return
    hint = "Write layer.output, or a weight such as layer.kernel." if hasattr(value, "output") else None
    if isinstance(value, (list, tuple)):
        hint = "One list holds them all."
    elif isinstance(value, (int, float, np.ndarray, np.generic)):
        hint = "K.variable or an input of a model is a tensor; what does not depend on a tensor has no gradient."
    raise SettingTypeError(where=where, expected="a tensor", actual=shorten(value), hint=hint)


class Assignment(NamedTuple):
    """A new value for a variable, assigned where a function or a session runs it."""

    variable: Variable
    value: Operand


class Function:
    """A compiled computation: called with a list of arrays, gives a list of arrays.

    It makes a plan for each combination of input shapes, and keeps the plans of the last ones.

    Args:
        inputs: placeholders, other tensors that the outputs are computed from (a layer's output), which take the arrays'
            values, and K.learning_phase() where the phase is fed.
        outputs: a tensor, or a list of tensors.
        updates: pairs (variable, tensor); after a call the variable has the tensor's value. None (the default): none.
        name: taken for Keras's sake.
        fetches: assignments that are made beside `updates`, as TensorFlow takes them. None (the default): none.
        feed_dict: arrays of further inputs, looked up at each call. None (the default): none.

    Raises:
        GraphError: several inputs are no tensors, or the learning phase is there twice.

    Example:
        >>> from engine.backend import placeholder
        >>> x = placeholder(shape=(None, 2))
        >>> Function([x], [x * 2])([np.ones((1, 2))])[0].tolist()
        [[2.0, 2.0]]
    """

    def __init__(
        self,
        inputs: Sequence[Any],
        outputs: Tensor | list[Tensor] | tuple[Tensor, ...],
        updates: Sequence[Any] | None = None,
        name: str | None = None,
        fetches: Sequence[object] | None = None,
        feed_dict: Mapping[Tensor, ArrayLike] | None = None,
    ) -> None:
        sources = [*inputs, *(feed_dict or {})]
        self._count, self._feed = len(inputs), {} if feed_dict is None else feed_dict
        self._phase = [i for i, x in enumerate(sources) if not isinstance(x, Tensor) or ops.is_phase(x)]
        if len(self._phase) > 1:
            raise GraphError(where="K.function", expected="tensors (and K.learning_phase()) as inputs", actual="others")
        computed, assigned = as_list(outputs), [pair for pair in updates or () if pair is not None]
        assigned += [fetch for fetch in as_list(fetches) if isinstance(fetch, Assignment)]
        values = [value if isinstance(value, Tensor) else Constant(value) for _, value in assigned]
        fed = [x for i, x in enumerate(sources) if i not in self._phase]
        tensors, self._inputs = fed_in([*computed, *values], fed)
        self._outputs = tensors[: len(computed)]
        self._updates = [(variable, new) for (variable, _), new in zip(assigned, tensors[len(computed) :], strict=True)]
        self._by_axes: dict[tuple[int, ...], dict[bool, Step]] = {}
        self._steps: dict[bool, Step] = {}
        self._entry = Entry(self._inputs, [*self._outputs, *(value for _, value in self._updates)])
        if not any(isinstance(x, Shapeless) for x in self._inputs):
            self._steps = _steps(self._entry.fed, self._outputs, self._updates)

    def __call__(self, inputs: Sequence[ArrayLike | SparseMatrix] = ()) -> list[Array]:
        """Compute the outputs.

        Args:
            inputs: an array for each input, in their order, and 0 or 1 for the learning phase.

        Returns:
            A list with an array for each output; a NumPy number where it has no axes.

        Raises:
            DataError: there are more or fewer arrays than inputs.
        """
        if len(inputs) != self._count:
            raise DataError(
                where="a K.function",
                expected=f"{self._count} arrays, one for each input",
                actual=str(len(inputs)),
                hint="Call it with one list: f([x, y]).",
            )
        fed = [*inputs, *self._feed.values()]
        arrays = [as_array(dense(a), "a K.function") for i, a in enumerate(fed) if i not in self._phase]
        steps = self._steps or self._with_axes(tuple(a.ndim for a in arrays))
        step = steps[bool(fed[self._phase[0]]) if self._phase else False]
        fed = read_now(self._entry.arrays(arrays)) if self._steps else arrays
        with step.lock:
            return [np.array(y)[()] for y in step.run(fed)]

    def _with_axes(self, ranks: tuple[int, ...]) -> dict[bool, Step]:
        """The computation for inputs with so many axes; the last ones are kept."""
        if ranks not in self._by_axes:
            values = [value for _, value in self._updates]
            fed, results = with_axes(self._inputs, [*self._outputs, *values], ranks)
            outputs, again = results[: len(self._outputs)], results[len(self._outputs) :]
            updates = [(variable, value) for (variable, _), value in zip(self._updates, again, strict=True)]
            if len(self._by_axes) >= _KEPT:
                self._by_axes.pop(next(iter(self._by_axes)))
            self._by_axes[ranks] = _steps(fed, outputs, updates)
        return self._by_axes[ranks]


def _steps(
    inputs: Sequence[Placeholder], outputs: Sequence[Tensor], updates: Sequence[tuple[Variable, Tensor]]
) -> dict[bool, Step]:
    """The computation in both phases, by whether it is training."""
    return {training: Step(inputs, outputs, training=training, updates=updates) for training in (False, True)}


def function(
    inputs: Sequence[Any],
    outputs: Tensor | list[Tensor] | tuple[Tensor, ...],
    updates: Any = None,
    *,
    fetches: Sequence[object] | None = None,
    feed_dict: Mapping[Tensor, ArrayLike] | None = None,
    **kwargs: Any,
) -> Function:
    """A callable that computes tensors from arrays.

    Args:
        inputs: placeholders, other tensors that the outputs are computed from (a layer's output), which take the arrays'
            values, and K.learning_phase() where the phase is fed.
        outputs: a tensor, or a list of tensors.
        updates: pairs (variable, tensor); after a call the variable has the tensor's value. None (the default): none.
        fetches: assignments that are made beside `updates`, as TensorFlow takes them. None (the default): none.
        feed_dict: arrays of further inputs, looked up at each call. None (the default): none.
        **kwargs: taken for Keras's sake; options of TensorFlow's sessions have no effect.

    Returns:
        A `Function`: called with a list of arrays it gives a list of arrays.

    Raises:
        GraphError: several inputs are no tensors, or the learning phase is there twice.

    Example:
        >>> from engine.backend import placeholder
        >>> x = placeholder(shape=(None, 2))
        >>> function([x], [x * 2])([np.ones((1, 2))])[0].tolist()
        [[2.0, 2.0]]
    """
    return Function(inputs, outputs, updates or (), fetches=fetches, feed_dict=feed_dict)


def update(x: Variable, new_x: Operand) -> Assignment:
    """The assignment of a new value to a variable, for `add_update` and K.function.

    Args:
        x: the variable.
        new_x: its new value, a tensor, an array or a number.

    Returns:
        The pair (x, new_x).

    Example:
        >>> from engine import backend as K
        >>> x = K.zeros((1,))
        >>> _ = K.function([], [x], [update(x, x + 1)])([])
        >>> K.get_value(x).tolist()
        [1.0]
    """
    return Assignment(x, new_x)


def update_add(x: Variable, increment: Operand) -> Assignment:
    """The assignment of x + increment to x, for `add_update` and K.function.

    Args:
        x: the variable.
        increment: a tensor, an array or a number.

    Returns:
        The pair (x, x + increment).

    Example:
        >>> from engine import backend as K
        >>> x = K.ones((1,))
        >>> _ = K.function([], [x], [update_add(x, 2.0)])([])
        >>> K.get_value(x).tolist()
        [3.0]
    """
    return Assignment(x, ops.add(x, increment))


def update_sub(x: Variable, decrement: Operand) -> Assignment:
    """The assignment of x - decrement to x, for `add_update` and K.function.

    Args:
        x: the variable.
        decrement: a tensor, an array or a number.

    Returns:
        The pair (x, x - decrement).

    Example:
        >>> from engine import backend as K
        >>> x = K.ones((1,))
        >>> _ = K.function([], [x], [update_sub(x, 2.0)])([])
        >>> K.get_value(x).tolist()
        [-1.0]
    """
    return Assignment(x, ops.subtract(x, decrement))


def moving_average_update(x: Variable, value: Operand, momentum: float) -> Assignment:
    """The assignment of x * momentum + value * (1 - momentum) to x, for `add_update` and K.function.

    Args:
        x: the variable that holds the average.
        value: the newest value, a tensor, an array or a number.
        momentum: the share of the old average, from 0 to 1.

    Returns:
        The pair of x and its new value.

    Example:
        >>> from engine import backend as K
        >>> x = K.ones((1,))
        >>> _ = K.function([], [x], [moving_average_update(x, 3.0, 0.5)])([])
        >>> K.get_value(x).tolist()
        [2.0]
    """
    return Assignment(x, ops.add(ops.multiply(x, momentum), ops.multiply(value, 1 - momentum)))


def clear_session() -> None:
    """Count automatic layer names from 1 again, and leave the phase to each run.

    Example:
        >>> from engine.layers import Dense
        >>> clear_session()
        >>> Dense(1).name
        'dense_1'
    """
    reset_names()
    fix_phase(None)
