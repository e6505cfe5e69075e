"""K.rnn, K.map_fn, K.foldl and K.foldr: functions that users write, run over an axis (Keras 2.2.4's meaning)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.tensor import Constant, Tensor
from .._ops.loop import call_before_recording
from ..errors import ShapeError

Step = Callable[[Any, list[Any]], tuple[Any, Sequence[Any]]]


def rnn(
    step_function: Step,
    inputs: Any,
    initial_states: Sequence[Any],
    go_backwards: bool = False,
    mask: Any = None,
    constants: Sequence[Any] | None = None,
    unroll: bool = False,
    input_length: int | None = None,
) -> tuple[Any, Any, list[Any]]:
    """Run step_function(input, states + constants) -> (output, new states) over the steps of (N, T, ...).

    Gives (last output, outputs (N, T, ...), last states). mask: (N, T) or (N, T, 1); a step where it is 0 repeats the
    output (zeros before the first) and the states of the step before. With go_backwards the steps are read, and the
    outputs given, from last to first. `unroll` and `input_length` change nothing here but that unrolling needs a known
    number of steps. Raises ShapeError for inputs of fewer than three axes.
    """
    if len(inputs.shape) < 3:
        raise ShapeError(where="K.rnn", expected="inputs of rank 3 or more, (N, steps, ...)", actual=str(inputs.shape))
    if unroll and inputs.shape[1] is None:
        raise ShapeError(where="K.rnn, unroll", expected="a known number of steps", actual=str(inputs.shape))
    if mask is not None and len(mask.shape) == 3:
        mask = ops.squeeze(mask, 2)
    fixed = list(constants or ())
    tensors = [_symbol(state) for state in initial_states]

    def step(element: Any, states: list[Any]) -> tuple[Any, Sequence[Any]]:
        return step_function(element, [*states, *fixed])

    sequence = _symbol(inputs)
    call_before_recording(step, sequence, tensors)
    return ops.loop(step, sequence, tensors, None if mask is None else _symbol(mask), go_backwards)


def map_fn(fn: Callable[[Any], Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """fn of each element along the first axis, stacked; `elems` may be a tuple of tensors, which fn then gets.

    dtype: of the result, where it is not that of the elements.

    >>> map_fn(lambda x: x * 2, np.array([1.0, 2.0])).tolist()
    [2.0, 4.0]
    """
    several = isinstance(elems, (list, tuple))
    parts = list(elems) if several else [elems]
    rows = [_items(part, "K.map_fn") for part in parts]
    results = [fn(type(elems)(row) if several else row[0]) for row in zip(*rows, strict=True)]
    stacked = ops.stack(results, axis=0)
    return stacked if dtype is None else ops.cast(stacked, dtype)


def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """fn(accumulated, element) over the first axis, from the first element to the last.

    Begins with `initializer`, or without one with the first element.

    >>> foldl(lambda a, b: a - b, np.array([1.0, 2.0, 3.0])).tolist()
    -4.0
    """
    return _folded(fn, _items(elems, "K.foldl"), initializer)


def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """fn(accumulated, element) over the first axis, from the last element to the first.

    >>> foldr(lambda a, b: a - b, np.array([1.0, 2.0, 3.0])).tolist()
    0.0
    """
    return _folded(fn, _items(elems, "K.foldr")[::-1], initializer)


def _folded(fn: Callable[[Any, Any], Any], items: list[Any], total: Any) -> Any:
    if total is None:
        total = items.pop(0)
    for item in items:
        total = fn(total, item)
    return total


def _symbol(value: Any) -> Any:
    return value if isinstance(value, Tensor) else Constant(np.asarray(value))


def _items(x: Any, where: str) -> list[Any]:
    """The elements along the first axis; numbers of a K.arange as numbers, so that they may index other tensors."""
    size = x.shape[0] if len(x.shape) else None
    if size is None:
        raise ShapeError(where=where, expected="a known size of axis 0", actual=str(x.shape))
    whole = isinstance(x, Constant) and x.ndim == 1 and x.dtype.kind in "iu"
    elements: Any = x.array if whole else x
    return [elements[i] for i in range(int(size))]


__all__ = ["foldl", "foldr", "map_fn", "rnn"]
