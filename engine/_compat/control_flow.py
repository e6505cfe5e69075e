"""Loops and choices of `keras.ops` and `tf`, which Python's own carry out: on arrays, and on tapes where conditions are values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .functions import stack
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
