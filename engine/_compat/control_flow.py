"""Loops and choices of `keras.ops` and `tf`, which Python's own carry out: on arrays, and on tapes where conditions are values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from .._graph.taping import open_tape
from .._graph.tensor import Constant, Tensor
from .._machine.config import float_dtype
from .functions import concat, stack
from .own_gradient import own_gradient
from .values import eager


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    """What one of two functions gives, by a condition."""
    return true_fn() if bool(pred) else false_fn()


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
    **_: object,
) -> Any:
    """What is left of variables when a condition on them no longer holds.

    Args:
        cond: the condition, a function of the variables.
        body: gives the new variables.
        loop_vars: those at the beginning, one or a tuple or list of them.
        maximum_iterations: rounds at most; None, the default: as many as it takes.
        **_: accepted as in TensorFlow.
    """
    several = isinstance(loop_vars, (tuple, list))
    values: Any = tuple(loop_vars) if several else (loop_vars,)
    done = 0
    while (maximum_iterations is None or done < maximum_iterations) and bool(cond(*values)):
        made = body(*values)
        values, done = tuple(made) if isinstance(made, (tuple, list)) else (made,), done + 1
    return type(loop_vars)(values) if several else values[0]


def fori_loop(lower: int, upper: int, body_fun: Callable[[int, Any], Any], init_val: Any) -> Any:
    """A value after a function has been applied to it with each number of a range."""
    value = init_val
    for i in range(int(lower), int(upper)):
        value = body_fun(i, value)
    return value


class TensorArray:
    """Tensors by their numbers, written one by one and stacked at the end, as loops of TensorFlow keep them.

    Args:
        dtype: accepted as in TensorFlow.
        size: how many there are at the beginning, 0 by default.
        **_: accepted as in TensorFlow.

    Example:
        >>> TensorArray("float32", size=2).write(0, 1.0).write(1, 2.0).stack().tolist()
        [1.0, 2.0]
    """

    def __init__(self, dtype: object = None, size: int | None = None, **_: object) -> None:
        self._kept: list[Any] = [None] * int(size or 0)
        self.dtype = dtype

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """Put a tensor at a number."""
        position = int(index)
        self._kept += [None] * (position + 1 - len(self._kept))
        self._kept[position] = value
        return self

    def read(self, index: Any, name: str | None = None) -> Any:
        """The tensor at a number."""
        return self._kept[int(index)]

    def size(self, name: str | None = None) -> Any:
        """How many there are."""
        return eager(np.int32(len(self._kept)))

    def stack(self, name: str | None = None) -> Any:
        """All of them along a new first axis; 0 where none was written."""
        known = next((x for x in self._kept if x is not None), 0.0)
        return stack([known * 0 if x is None else x for x in self._kept])

    def unstack(self, value: object, name: str | None = None) -> TensorArray:
        """Take the parts of a tensor along its first axis."""
        self._kept = list(_parts(value if isinstance(value, Tensor) else np.asarray(value)))
        return self

    def concat(self, name: str | None = None) -> Any:
        """All of them one behind the other."""
        return concat(self._kept, 0)

    def __len__(self) -> int:
        return len(self._kept)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: a function that returns (y, grad), as one whose gradient is what `grad` makes of that of y.

    Args:
        f: gives one result, and a function of its gradient that gives that of each argument.
    """

    @wraps(f)
    def called(*args: Any, **kwargs: Any) -> Any:
        made, grad = f(*args, **kwargs)
        tape = open_tape()
        known = [x if isinstance(x, Tensor) else None if tape is None else tape.recorded(x) for x in args]
        watched = [x for x in known if x is not None]
        if not watched or not isinstance(made, Tensor):
            return made

        def gradient(dy: Tensor) -> list[Tensor | None]:
            made_gradients = grad(dy)
            several = made_gradients if isinstance(made_gradients, (tuple, list)) else [made_gradients]
            pairs = zip(known, several, strict=False)
            return [_tensor(dx) for x, dx in pairs if x is not None]

        return own_gradient(made, watched, gradient)

    return called


def _tensor(value: object) -> Tensor | None:
    return value if value is None or isinstance(value, Tensor) else Constant(np.asarray(value, float_dtype()))


def map_fn(fn: Callable[[Any], Any], elems: Any, *_: object, **__: object) -> Any:
    """What a function gives for each part along the first axis, stacked."""
    made = [fn(part) for part in _parts(elems)]
    if isinstance(made[0], (tuple, list)):
        return type(made[0])(stack([one[i] for one in made]) for i in range(len(made[0])))
    return stack(made)


def map_of(f: Callable[[Any], Any], xs: Any) -> Any:
    """`map_fn`, as `keras.ops.map`."""
    return map_fn(f, xs)


def scan(
    f: Callable[[Any, Any], tuple[Any, Any]], init: Any, xs: Any = None, length: int | None = None, **_: object
) -> Any:
    """What is carried along, and what a function gives at each part along the first axis, stacked.

    Args:
        f: (carried, part) -> (carried, result).
        init: what is carried at the beginning.
        xs: the parts; None for `length` rounds without.
        length: how many rounds, where there are no parts.
        **_: accepted as in Keras.
    """
    carried, results = init, list[Any]()
    for part in [None] * int(length or 0) if xs is None else _parts(xs):
        carried, one = f(carried, part)
        results.append(one)
    return carried, None if results and results[0] is None else stack(results)


def _parts(elems: Any) -> Sequence[Any]:
    if isinstance(elems, (tuple, list)) and elems and hasattr(elems[0], "shape"):
        return [type(elems)(parts) for parts in zip(*(_parts(one) for one in elems), strict=True)]
    stacked = eager(elems)
    return [stacked[i] for i in range(int(stacked.shape[0]))]
