"""`tf.GradientTape`: gradients of what is computed inside its block, by the engine's own recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.gradient import gradients
from .._graph.graph import order
from .._graph.plan import evaluate
from .._graph.taping import Tape, open_tape, recording_on
from .._graph.tensor import Tensor, Variable
from .._machine.config import float_dtype
from ..errors import GraphError
from .values import eager


class GradientTape:
    """Records what is computed inside of `with`, and gives gradients of it.

    Weights are watched by themselves, arrays after `watch`. What is computed inside has its value by `.numpy()` or `float()`.

    Args:
        persistent: whether `gradient` may be asked more than once; True and False do the same here.
        watch_accessed_variables: accepted as in TensorFlow.

    Example:
        >>> x = eager(np.array([1.0, 2.0]))
        >>> with GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = ops.sum(x * x)
        >>> tape.gradient(y, x).tolist()
        [2.0, 4.0]
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._watched: dict[int, tuple[object, Variable]] = {}
        self._assigned: list[tuple[Variable, Tensor | float]] = []
        self._outer: Tape | None = None
        self._open = ExitStack()

    def __enter__(self) -> GradientTape:
        self._outer = open_tape()
        self._open.enter_context(recording_on(self))
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def watch(self, tensor: Any) -> None:
        """Record what is computed from an array, or from several, from now on.

        Args:
            tensor: the array, or a list of them.
        """
        for x in tensor if isinstance(tensor, (list, tuple)) else [tensor]:
            if not isinstance(x, Tensor) and self.recorded(x) is None:
                array = np.asarray(x)
                real = array if array.dtype.kind == "f" else array.astype(float_dtype())
                # No constant: products leave out what its gradient would need.
                self._watched[id(x)] = (x, Variable(real.shape, real.dtype, "watched", np.array(real), False))

    def recorded(self, value: object) -> Tensor | None:
        """The tensor that stands for an array which this tape or one around it watches."""
        if id(value) in self._watched:
            return self._watched[id(value)][1]
        return None if self._outer is None else self._outer.recorded(value)

    def assign_later(self, pairs: list[tuple[Variable, Tensor | float]]) -> None:
        """Take assignments that a layer asks for, such as moving means: they are made with the gradients."""
        self._assigned += pairs

    def gradient(
        self, target: Any, sources: Any, output_gradients: Any = None, unconnected_gradients: object = None
    ) -> Any:
        """Gradients of the sum of a target with respect to sources.

        Args:
            target: what was computed inside, or a list of it.
            sources: weights or watched arrays: one, or a list, tuple or dict of them.
            output_gradients: factors of the target's elements, 1 by default.
            unconnected_gradients: "zero" for 0 where the target does not depend on a source; None by default.

        Returns:
            Gradients in the structure of the sources; None where the target does not depend on one. Inside of another tape
            they are recorded too.

        Raises:
            GraphError: the target was not computed inside.
        """
        wanted = _listed(sources)
        wrt = [x if isinstance(x, Tensor) else self.recorded(x) for x in wanted]
        total = self._total(target, output_gradients)
        known = [x for x in wrt if x is not None]
        known_gradients = iter(gradients(total, known))
        made = [None if x is None else next(known_gradients) for x in wrt]
        values = list(made) if open_tape() is not None else self._computed(made, target)
        if str(unconnected_gradients).rpartition(".")[2].lower() == "zero":
            values = [eager(np.zeros(np.shape(x))) if v is None else v for v, x in zip(values, wanted, strict=True)]
        return _like(sources, values)

    def _total(self, target: Any, factors: Any) -> Tensor:
        total: Tensor | None = None
        weights = [None] if factors is None else _listed(factors)
        for i, y in enumerate(_listed(target)):
            if not isinstance(y, Tensor):
                hint = "Compute it inside of `with tf.GradientTape() as tape:`, from weights or from arrays after tape.watch(x)."
                actual = type(y).__name__
                raise GraphError(where="GradientTape.gradient", expected="a recorded target", actual=actual, hint=hint)
            weight = weights[i] if i < len(weights) else None
            summed = ops.sum(y if weight is None else y * weight)
            total = summed if total is None else total + summed
        assert total is not None
        return total

    def _computed(self, made: Sequence[Tensor | None], target: Any) -> list[Any]:
        """The values; those of what the program itself holds, and what layers assign, are computed with them."""
        later = [(v, x) for v, x in self._assigned if isinstance(x, Tensor)]
        self._assigned = []
        intermediates = _held([y for y in _listed(target) if isinstance(y, Tensor)])
        asked = [g for g in made if g is not None]
        values = evaluate([*asked, *intermediates, *(x for _, x in later)])
        for y, value in zip(intermediates, values[len(asked) :], strict=False):
            vars(y)["_value"] = value
        for (v, _), value in zip(later, values[len(asked) + len(intermediates) :], strict=True):
            v.assign(value)
        gradient_values = iter(values)
        return [None if g is None else eager(next(gradient_values)) for g in made]


def _held(targets: list[Tensor]) -> list[Tensor]:
    """What a program may ask for later of all that targets are computed from: results of its own lines, and of layers it called.

    Their values are kept, since weights change with the update and random numbers are drawn anew.
    """
    intermediates = {y: None for y in targets if y.call is not None and "_value" not in vars(y)}
    for call in order(targets):
        if call.where is None and not call.is_backward:
            of_layers = (x for x in call.present_inputs if x.call is not None and not x.call.is_backward)
            intermediates.update({y: None for y in (*call.outputs, *of_layers) if "_value" not in vars(y)})
    return list(intermediates)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _like(sources: Any, values: list[Any]) -> Any:
    if isinstance(sources, Mapping):
        return dict(zip(sources, values, strict=True))
    return type(sources)(values) if isinstance(sources, (list, tuple)) else values[0]
