"""Changes of arrays as plain data: carried out, as lines of Python, and which of them give an array another shape that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

import numpy as np

from ..errors import ErrorMend, result_in_words
from ..types import Array, Config, Shape


def changed_array(array: Array, change: Config) -> Array:
    """An array after a change of it.

    Args:
        array: the array.
        change: `{"array": its name}` with what is done.

    Returns:
        Another array.

    Example:
        >>> changed_array(np.array([1, 3]), {"array": "y", "add": -1}).tolist()
        [0, 2]
    """
    for name, (does, _) in _ON_ARRAYS.items():
        if name in change:
            array = does(array, change[name])
    return array


def _one_hot(array: Array, classes: int) -> Array:
    numbers = array[..., 0] if array.ndim > 1 and array.shape[-1] == 1 else array
    return np.eye(classes, dtype="float32")[numbers.astype("int64")]


def _numbered(array: Array, _: object) -> Array:
    return np.unique(array, return_inverse=True)[1].reshape(array.shape)


# What is done to an array and how Python says it, in the order in which several are done.
_ON_ARRAYS: dict[str, tuple[Callable[[Array, Any], Array], Callable[[str, Any], str]]] = {
    "first": (lambda x, count: x[:count], lambda x, count: f"{x}[:{count}]"),
    "move_axis": (lambda x, axes: np.moveaxis(x, *axes), lambda x, axes: f"np.moveaxis({x}, {axes[0]}, {axes[1]})"),
    "number_classes": (_numbered, lambda x, _: f"np.unique({x}, return_inverse=True)[1]"),
    "add_axis": (np.expand_dims, lambda x, axis: f"np.expand_dims({x}, {axis})"),
    "drop_axis": (np.squeeze, lambda x, axis: f"np.squeeze({x}, {axis})"),
    "reshape": (
        lambda x, sizes: x.reshape(len(x), *sizes),
        lambda x, sizes: f"{x}.reshape({', '.join([f'len({x})', *map(str, sizes)])})",
    ),
    "fill_missing": (
        lambda x, value: np.nan_to_num(x, nan=value, posinf=value, neginf=value),
        lambda x, value: f"np.nan_to_num({x}, nan={value}, posinf={value}, neginf={value})",
    ),
    "most": (np.minimum, lambda x, most: f"np.minimum({x}, {most})"),
    "add": (lambda x, amount: x + amount, lambda x, amount: f"{x} {'-' if amount < 0 else '+'} {abs(amount):g}"),
    "divide": (
        lambda x, amount: x / amount,
        lambda x, amount: f"({x}) / {amount:g}" if " " in x else f"{x} / {amount:g}",
    ),
    "one_hot": (_one_hot, lambda x, classes: f"to_categorical({x}, {classes})"),
}


def array_line(change: Config) -> str:
    """A change of an array as a line of Python.

    >>> array_line({"array": "y", "add": -1})
    'y = y - 1'
    """
    text = name = str(change["array"])
    for done, (_, says) in _ON_ARRAYS.items():
        if done in change:
            text = says(text, change[done])
    return f"{name} = {text}"


def as_mend(label: str, change: Config) -> ErrorMend:
    """A change of an array as an error offers it."""
    return {"label": label, "change": change, "code": array_line(change)}


def is_of(shape: Sequence[int], expected: Sequence[int | None]) -> bool:
    """Whether samples of this shape are of the expected one, with None for any size."""
    return len(shape) == len(expected) and all(e in (None, n) for e, n in zip(expected[1:], shape[1:], strict=True))


def channels_come(shape: Sequence[int], expected: Sequence[int | None]) -> str | None:
    """Where an array has its channels, if it would fit with them at the other end: "first" or "last"; else None.

    >>> channels_come((60, 3, 8, 8), (None, 8, 8, 3)), channels_come((60, 8, 8), (None, 8, 8, 3))
    ('first', None)
    """
    if not len(shape) == len(expected) > 2:
        return None
    if is_of((shape[0], *shape[2:], shape[1]), expected):
        return "first"
    return "last" if is_of((shape[0], shape[-1], *shape[1:-1]), expected) else None


def to_shape(name: str, shape: Sequence[int], expected: Shape) -> Iterator[ErrorMend]:
    """Changes that make the samples of an array fit. name: how a program calls it.

    >>> [mend["code"] for mend in to_shape("x", (60, 28, 28), (None, 28, 28, 1))]
    ['x = np.expand_dims(x, -1)']
    """
    order = channels_come(shape, expected)
    if order is not None:
        axes, other = ([1, -1], "last") if order == "first" else ([-1, 1], "first")
        yield as_mend(f"Move the channels {other}", {"array": name, "move_axis": axes})
        return
    simple: list[tuple[str, Config, Sequence[int]]] = [
        ("Add an axis of one channel", {"add_axis": -1}, (*shape, 1)),
        ("Drop the last axis", {"drop_axis": -1}, shape[:-1] if shape[-1:] == (1,) else ()),
        ("Take it as one sample", {"add_axis": 0}, (1, *shape)),
    ]
    good = [as_mend(label, {"array": name, **change}) for label, change, after in simple if is_of(after, expected)]
    yield from good
    sizes = [size for size in expected[1:] if size is not None]
    if not good and shape and len(sizes) == len(expected) - 1 and prod(sizes) == prod(shape[1:]):
        yield as_mend(f"Reshape the samples to {result_in_words(expected)}", {"array": name, "reshape": sizes})
