"""Shapes of data: those of the known data sets, and what reshaping, one-hot coding and padding make of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from .values import ArrayValue, Symbol, Unknown, Value


class DataSet(NamedTuple):
    """Shapes of a data set: how many samples to train and to test with, of one sample, of one label; and its classes."""

    samples: tuple[int, int]
    sample: tuple[int, ...]
    label: tuple[int, ...] = ()
    classes: int | None = None


_DATA_SETS = {
    "mnist": DataSet((60000, 10000), (28, 28), classes=10),
    "fashion_mnist": DataSet((60000, 10000), (28, 28), classes=10),
    "cifar10": DataSet((50000, 10000), (32, 32, 3), (1,), 10),
    "cifar100": DataSet((50000, 10000), (32, 32, 3), (1,), 100),
    "imdb": DataSet((25000, 25000), (), classes=2),
    "reuters": DataSet((8982, 2246), (), classes=46),
    "boston_housing": DataSet((404, 102), (13,)),
    "california_housing": DataSet((16512, 4128), (8,)),
}
_SAME_SHAPE = ("astype", "copy", "asarray", "array", "normalize", "abs", "sqrt", "float32", "round", "clip")


def is_data(symbol: Symbol) -> bool:
    """Whether a name makes or changes data."""
    return symbol.name in ("load_data", "to_categorical", "pad_sequences", "ImageDataGenerator")


def call_data(symbol: Symbol, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What a function of data gives."""
    if symbol.name == "load_data":
        return _loaded(symbol.path[-2] if len(symbol.path) > 1 else "")
    if symbol.name == "to_categorical":
        return _one_hot(arguments, named)
    if symbol.name == "pad_sequences":
        return _padded(arguments, named)
    return Unknown("it is a generator of pictures")


def _loaded(name: str) -> Value:
    if name not in _DATA_SETS:
        return Unknown("it is data that the program loads")
    about = _DATA_SETS[name]
    return tuple(
        (ArrayValue((count, *about.sample)), ArrayValue((count, *about.label), about.classes))
        for count in about.samples
    )


def _one_hot(arguments: list[Value], named: dict[str, Value]) -> Value:
    labels = arguments[0] if arguments else None
    classes = arguments[1] if len(arguments) > 1 else named.get("num_classes", named.get("nb_classes"))
    if classes is None and isinstance(labels, ArrayValue):
        classes = labels.classes
    samples = labels.shape[0] if isinstance(labels, ArrayValue) and labels.shape else None
    return (
        ArrayValue((samples, classes)) if isinstance(classes, int) else Unknown("the classes of the data are not known")
    )


def _padded(arguments: list[Value], named: dict[str, Value]) -> Value:
    steps = arguments[1] if len(arguments) > 1 else named.get("maxlen")
    data = arguments[0] if arguments else None
    samples = data.shape[0] if isinstance(data, ArrayValue) and data.shape else None
    return (
        ArrayValue((samples, steps)) if isinstance(steps, int) else Unknown("the length of the sequences is not known")
    )


def call_numpy(name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What a function of NumPy gives: its shape where that is plain."""
    first = arguments[0] if arguments else None
    shape = _sizes(arguments if name in ("rand", "randn") else first)
    if name in ("zeros", "ones", "empty", "rand", "randn", "random", "random_sample") and shape is not None:
        return ArrayValue(shape)
    if isinstance(first, ArrayValue):
        return call_array(first, name, arguments[1:], named)
    if name in ("array", "asarray") and isinstance(first, (list, tuple)):
        return ArrayValue(_shape_of_list(first))
    return Unknown(f"numpy.{name} computes with data")


def _sizes(value: Value) -> tuple[int, ...] | None:
    sizes = value if isinstance(value, (tuple, list)) else [value]
    known = tuple(size for size in sizes if isinstance(size, int))
    return known if known and len(known) == len(sizes) else None


def _shape_of_list(items: list[Value] | tuple[Value, ...], depth: int = 0) -> tuple[int | None, ...]:
    first = items[0] if items else None
    inner = _shape_of_list(first, depth + 1) if isinstance(first, (list, tuple)) and depth < 8 else ()
    return (len(items), *inner)


def call_array(array: ArrayValue, name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What a method of an array gives."""
    change = _CHANGES.get(name)
    if change is not None:
        return change(array, arguments, named)
    return array if name in _SAME_SHAPE else Unknown(f".{name} computes with data")


def _reshaped(array: ArrayValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    sizes = list(arguments[0]) if arguments and isinstance(arguments[0], (tuple, list)) else arguments
    known = [size if isinstance(size, int) else None for size in sizes]
    if not known:
        return Unknown("its new shape is not known")
    total = math.prod(size for size in array.shape if size is not None) if None not in array.shape else None
    if known.count(-1) == 1:
        rest = math.prod(size for size in known if size not in (-1, None))
        filled = total // rest if total is not None and None not in known and rest else None
        known = [filled if size == -1 else size for size in known]
    return ArrayValue(tuple(known))


def _expanded(array: ArrayValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    axis = arguments[0] if arguments else named.get("axis")
    if not isinstance(axis, int) or not -len(array.shape) - 1 <= axis <= len(array.shape):
        return Unknown("the new axis is not known")
    at = axis + len(array.shape) + 1 if axis < 0 else axis
    return ArrayValue((*array.shape[:at], 1, *array.shape[at:]))


def _flat(array: ArrayValue, arguments: list[Value], named: dict[str, Value]) -> Value:
    return _reshaped(array, [-1], {})


_CHANGES: dict[str, Callable[[ArrayValue, list[Value], dict[str, Value]], Value]] = {
    "reshape": _reshaped,
    "expand_dims": _expanded,
    "flatten": _flat,
    "ravel": _flat,
}
