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
    """Run a function of yours over the steps of sequences.

    Args:
        step_function: called as step_function(input, states + constants) with the input (N, ...) of a step and a list;
            returns the step's output and a list of the new states.
        inputs: (N, T, ...), a tensor or an array.
        initial_states: the states before the first step, each (N, ...).
        go_backwards: whether steps are read, and outputs given, from last to first; False by default.
        mask: (N, T) or (N, T, 1); a step where it is 0 repeats the output (zeros before the first) and the states of
            the step before. None (the default): every step counts.
        constants: tensors that every step gets behind the states; None (the default): none.
        unroll: taken for Keras's sake; it needs a known number of steps and changes nothing else.
        input_length: taken for Keras's sake.

    Returns:
        The last output (N, ...), all outputs (N, T, ...), and a list of the last states.

    Raises:
        ShapeError: the inputs have fewer than three axes, or `unroll` meets an unknown number of steps.

    Example:
        >>> from engine import backend as K
        >>> def add_up(x, states):
        ...     total = states[0] + x
        ...     return total, [total]
        >>> sequence = K.constant([[[1.0], [2.0], [3.0]]])
        >>> last, outputs, states = K.rnn(add_up, sequence, [K.zeros((1, 1))])
        >>> K.eval(outputs).ravel().tolist(), K.eval(states[0]).tolist()
        ([1.0, 3.0, 6.0], [[6.0]])
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
    """fn of each element along the first axis, stacked.

    Args:
        fn: takes an element and returns a tensor or an array.
        elems: a tensor or an array with a known size of the first axis, or a tuple or list of them: fn then gets a
            tuple or list of their elements.
        name: taken for Keras's sake.
        dtype: the type of the result; None (the default) leaves that of fn's results.

    Returns:
        The results, one behind the other along a first axis.

    Raises:
        ShapeError: the size of the first axis is not known.

    Example:
        >>> map_fn(lambda x: x * 2, np.array([1.0, 2.0])).tolist()
        [2.0, 4.0]
        >>> map_fn(lambda pair: pair[0] * pair[1], (np.array([1.0, 2.0]), np.array([3.0, 4.0]))).tolist()
        [3.0, 8.0]
    """
    several = isinstance(elems, (list, tuple))
    parts = list(elems) if several else [elems]
    rows = [_items(part, "K.map_fn") for part in parts]
    results = [fn(type(elems)(row) if several else row[0]) for row in zip(*rows, strict=True)]
    stacked = ops.stack(results, axis=0)
    return stacked if dtype is None else ops.cast(stacked, dtype)


def foldl(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """fn(accumulated, element) over the first axis, from the first element to the last.

    Args:
        fn: takes what has been accumulated and an element, and returns the new accumulated value.
        elems: a tensor or an array with a known size of the first axis.
        initializer: what to begin with; None (the default) begins with the first element.
        name: taken for Keras's sake.

    Returns:
        The last accumulated value.

    Raises:
        ShapeError: the size of the first axis is not known.

    Example:
        >>> foldl(lambda a, b: a - b, np.array([1.0, 2.0, 3.0])).tolist()
        -4.0
    """
    return _folded(fn, _items(elems, "K.foldl"), initializer)


def foldr(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, name: str | None = None) -> Any:
    """fn(accumulated, element) over the first axis, from the last element to the first.

    Args:
        fn: takes what has been accumulated and an element, and returns the new accumulated value.
        elems: a tensor or an array with a known size of the first axis.
        initializer: what to begin with; None (the default) begins with the last element.
        name: taken for Keras's sake.

    Returns:
        The last accumulated value.

    Raises:
        ShapeError: the size of the first axis is not known.

    Example:
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
