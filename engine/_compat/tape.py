"""`tf.GradientTape`: gradients of what is computed inside its block, by the engine's own recording."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.gradient import gradients
from .._graph.graph import order
from .._graph.plan import evaluate
from .._graph.taping import Tape, open_tape, recording_on
from .._graph.tensor import Call, Tensor, Variable
from .._machine.config import float_dtype
from .jacobian import derivatives_by_element, derivatives_by_sample
from .values import eager


class GradientTape:
    """Records what is computed inside of `with`, and gives gradients of it.

    Weights are watched by themselves, arrays after `watch`. What is computed inside has its value by `.numpy()` or `float()`.

    Args:
        persistent: whether `gradient` may be asked more than once; True and False do the same here.
        watch_accessed_variables: whether weights are watched by themselves, which is so by default; else `watch` names them.

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
        self._accessed: dict[Variable, None] = {}
        self._named: set[Variable] = set()
        self._unrecorded: set[Call] = set()
        self._is_stopped = False
        self._watches_all = watch_accessed_variables
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
        """Record what is computed from an array or a variable, or from several, from now on.

        Args:
            tensor: the array, or a list of them.
        """
        for x in tensor if isinstance(tensor, (list, tuple)) else [tensor]:
            if isinstance(x, Variable):
                self._named.add(x)
                self._accessed[x] = None
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

    def saw(self, call: Call) -> None:
        """Take note of a call that was recorded while the tape was open: of its variables, and of whether gradients pass it."""
        if self._is_stopped:
            self._unrecorded.add(call)
        else:
            self._accessed.update((x, None) for x in call.inputs if isinstance(x, Variable) and self._is_watched(x))
        if self._outer is not None:
            self._outer.saw(call)

    def _is_watched(self, variable: Variable) -> bool:
        return variable in self._named or (self._watches_all and variable.trainable)

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables that something was computed from, in the order of their first use.

        Returns:
            Those that training changes, and what `watch` named.
        """
        return tuple(self._accessed)

    @contextmanager
    def stop_recording(self) -> Generator[None]:
        """Inside of the block nothing is recorded: no gradient passes what is computed there."""
        before, self._is_stopped = self._is_stopped, True
        try:
            yield
        finally:
            self._is_stopped = before

    def reset(self) -> None:
        """Forget what was watched and recorded."""
        self._watched, self._accessed, self._named, self._unrecorded = {}, {}, set(), set()

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
            they are recorded too. A target that was not computed inside has no gradients, which a warning says.
        """
        wanted = _listed(sources)
        wrt = [self._source(x) for x in wanted]
        total = self._total(target, output_gradients)
        known = [] if total is None else [x for x in wrt if x is not None]
        known_gradients = iter(() if total is None else gradients(total, known, self._unrecorded))
        made = [None if x is None or total is None else next(known_gradients) for x in wrt]
        values = list(made) if open_tape() is not None else self._computed(made, target)
        if str(unconnected_gradients).rpartition(".")[2].lower() == "zero":
            values = [eager(np.zeros(np.shape(x))) if v is None else v for v, x in zip(values, wanted, strict=True)]
        return _like(sources, values)

    def _source(self, source: Any) -> Tensor | None:
        """The tensor that stands for a source; None for what is not watched."""
        if isinstance(source, Variable) and not self._is_watched(source) and not self._watches_all:
            return None
        return source if isinstance(source, Tensor) else self.recorded(source)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: object = None,
        parallel_iterations: object = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """How each element of a target moves with each element of sources.

        Args:
            target: what was computed inside, (...).
            sources: weights or watched arrays: one, or a list, tuple or dict of them.
            unconnected_gradients: "zero" for 0 where the target does not depend on a source; None by default.
            parallel_iterations: accepted as in TensorFlow.
            experimental_use_pfor: accepted as in TensorFlow.

        Returns:
            Arrays in the structure of the sources: the target's shape and behind it the source's; None where the target
            does not depend on one.

        Example:
            >>> x = eager(np.array([1.0, 2.0]))
            >>> with GradientTape() as tape:
            ...     tape.watch(x)
            ...     y = x * x
            >>> tape.jacobian(y, x).tolist()
            [[2.0, 0.0], [0.0, 4.0]]
        """
        wanted = _listed(sources)
        values = derivatives_by_element(target, [self._source(x) for x in wanted], self._unrecorded)
        if str(unconnected_gradients).rpartition(".")[2].lower() == "zero":
            shape = np.shape(target)
            values = [
                eager(np.zeros((*shape, *np.shape(x)), float_dtype())) if v is None else v
                for v, x in zip(values, wanted, strict=True)
            ]
        return _like(sources, values)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: object = None,
        parallel_iterations: object = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """How each element of a sample's target moves with each element of the same sample's source.

        Args:
            target: what was computed inside, (N, ...), each sample from the same sample of the source.
            source: a watched array, (N, ...).
            unconnected_gradients: "zero" for 0 where the target does not depend on the source; None by default.
            parallel_iterations: accepted as in TensorFlow.
            experimental_use_pfor: accepted as in TensorFlow.

        Returns:
            (N, the target's other axes, the source's other axes); None where the target does not depend on the source.

        Raises:
            ShapeError: the target and the source have not as many samples.
        """
        value = derivatives_by_sample(target, self._source(source), self._unrecorded)
        if value is None and str(unconnected_gradients).rpartition(".")[2].lower() == "zero":
            return eager(np.zeros((*np.shape(target), *np.shape(source)[1:]), float_dtype()))
        return value

    def _total(self, target: Any, factors: Any) -> Tensor | None:
        total: Tensor | None = None
        weights = [None] if factors is None else _listed(factors)
        for i, y in enumerate(_listed(target)):
            if not isinstance(y, Tensor):
                sentence = (
                    f"GradientTape.gradient: expected a recorded target, found {type(y).__name__}, which has no gradients."
                    " Compute it inside of `with tf.GradientTape() as tape:`, from weights or from arrays after tape.watch(x)."
                )
                warnings.warn(sentence, stacklevel=3)
                continue
            weight = weights[i] if i < len(weights) else None
            summed = ops.sum(y if weight is None else y * weight)
            total = summed if total is None else total + summed
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
