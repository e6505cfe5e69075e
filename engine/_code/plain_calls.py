"""Python's and NumPy's functions, and methods of texts, lists and dicts, that are pure enough to be computed while reading."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .arithmetic import carefully, is_modest_format
from .values import (
    MOST_ITEMS,
    ArrayValue,
    FunctionValue,
    InstanceValue,
    LayerValue,
    ModelValue,
    TensorValue,
    Unknown,
    Value,
    first_unknown,
    is_plain,
    is_small,
)

MOST_ROUNDS = 100_000


def listed(value: Value) -> list[Value] | None:
    """The items that a loop over a value sees; None where they are not known."""
    if isinstance(value, range):
        return list(value[:MOST_ROUNDS])
    if isinstance(value, (list, tuple, set, frozenset, str)):
        return list(value)
    if isinstance(value, dict):
        return list(value)
    return None


def _of_lists(action: Callable[..., Iterable[Any]]) -> Callable[..., Value]:
    """A function of iterables that gives a list; Unknown where an iterable is."""

    def call(*iterables: Value) -> Value:
        lists = [listed(value) for value in iterables]
        if any(one is None for one in lists):
            return Unknown("it goes over data")
        return [*action(*lists)]

    return call


def _asked(action: Callable[[list[Value]], bool]) -> Callable[[Value], Value]:
    def call(value: Value) -> Value:
        items = listed(value)
        return Unknown("it asks data") if items is None else action(items)

    return call


def _enumerate(value: Value, start: int = 0) -> Value:
    items = listed(value)
    return Unknown("it counts data") if items is None else list(enumerate(items, start))


def _length(value: Value) -> Value:
    if isinstance(value, ArrayValue):
        return Unknown("the array has no known length") if not value.shape or value.shape[0] is None else value.shape[0]
    if isinstance(value, (str, list, tuple, dict, set, range)):
        return len(value)
    return Unknown("its length is not known")


def _summed(value: Value, start: Value = 0) -> Value:
    items = listed(value)
    if items is None or not all(isinstance(item, (int, float)) for item in [*items, start]):
        return Unknown("it sums data")
    return carefully(sum, items, start)


def _range(*ends: Value) -> Value:
    if not all(isinstance(end, int) for end in ends):
        return Unknown("its ends are no whole numbers")
    return carefully(range, *ends)


def _text(value: Value = "") -> Value:
    return str(value) if is_small(value, 2000) else Unknown("the text is too long")


_COLLECTED = {"list": list, "tuple": tuple, "set": set, "sorted": sorted, "frozenset": frozenset}


def _collected(name: str) -> Callable[..., Value]:
    def call(value: Value = ()) -> Value:
        items = listed(value)
        return Unknown("it collects data") if items is None else carefully(_COLLECTED[name], items)

    return call


def _dict(value: Value = (), **named: Value) -> Value:
    if isinstance(value, dict):
        return {**value, **named}
    items = listed(value)
    if items is None or not all(isinstance(item, (tuple, list)) and len(item) == 2 for item in items):
        return Unknown("it is made of data")
    made = carefully(dict, items)
    return {**made, **named} if isinstance(made, dict) else made


def _nothing(*_: Value, **__: Value) -> Value:
    return None


def _product(value: Value, **_: Value) -> Value:
    items = listed(value)
    if items is None or not all(isinstance(item, (int, float)) for item in items) or len(items) > 1000:
        return Unknown("it multiplies data")
    return carefully(math.prod, items)


BUILTINS: dict[str, Callable[..., Value]] = {
    "abs": abs,
    "bool": bool,
    "chr": chr,
    "dict": _dict,
    "divmod": divmod,
    "enumerate": _enumerate,
    "float": float,
    "int": int,
    "len": _length,
    "max": max,
    "min": min,
    "ord": ord,
    "print": _nothing,
    "range": _range,
    "xrange": _range,
    "reversed": _of_lists(reversed),
    "round": round,
    "str": _text,
    "sum": _summed,
    "zip": _of_lists(zip),
    "any": _asked(any),
    "all": _asked(all),
    **{name: _collected(name) for name in _COLLECTED},
}
# Of `math` and NumPy under the same names.
OF_NUMBERS: Mapping[str, Callable[..., Value]] = {
    name: getattr(math, name) for name in ("sqrt", "ceil", "floor", "log", "log2", "log10", "exp", "pow", "gcd")
} | {"prod": _product, "product": _product, "abs": abs, "int32": int, "int64": int, "float32": float, "float64": float}

_TEXT = (
    "format",
    "lower",
    "upper",
    "strip",
    "split",
    "startswith",
    "endswith",
    "replace",
    "join",
    "title",
    "capitalize",
)
_LIST = ("append", "extend", "insert", "pop", "reverse", "index", "count", "copy", "remove", "clear")
_DICT = ("get", "items", "keys", "values", "update", "setdefault", "pop", "copy")
_METHODS: tuple[tuple[type, tuple[str, ...]], ...] = (
    (str, _TEXT),
    (list, _LIST),
    (dict, _DICT),
    (tuple, ("index", "count")),
)


def call_builtin(name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What one of Python's functions gives; Unknown where a part of it is."""
    if name in ("isinstance", "hasattr", "getattr", "callable", "type", "id"):
        return Unknown(f"{name} asks what is known only when the program runs")
    collecting = name in ("list", "tuple", "dict", "zip", "enumerate", "reversed", "len", "print")
    unknown = None if collecting else first_unknown([arguments, named])
    if unknown is not None:
        return unknown
    if not all(map(is_small, arguments)) or not (collecting or is_plain(arguments)):
        return Unknown("what it is called with is too large, or no plain data")
    return carefully(lambda: BUILTINS[name](*arguments, **named))


def call_of_numbers(name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What a function of `math` or NumPy gives for plain numbers."""
    unknown = first_unknown([arguments, named])
    if unknown is not None:
        return unknown
    if not is_plain(arguments) or not is_small(arguments, 2000):
        return Unknown("it is computed of data")
    return carefully(lambda: OF_NUMBERS[name](*arguments, **named))


def has_method(value: Value, name: str) -> bool:
    """Whether plain data have a method that is read."""
    return any(isinstance(value, cls) and name in methods for cls, methods in _METHODS)


def call_method(value: Any, name: str, arguments: list[Value], named: dict[str, Value]) -> Value:
    """What a method of a text, list, tuple or dict gives."""
    changing = isinstance(value, (list, dict))
    unknown = None if changing else first_unknown([arguments, named])
    if unknown is not None:
        return unknown
    if not is_small(arguments) or not is_small(value):
        return Unknown("the data are too large")
    if name in ("format", "replace", "join") and not (
        is_modest_format(str(value)) and is_small(arguments, 2000) and is_plain(arguments)
    ):
        return Unknown("the text is too long")
    if name in ("extend", "update") and arguments and listed(arguments[0]) is None:
        return Unknown("it is filled with data")
    result: Any = carefully(lambda: getattr(value, name)(*arguments, **named))
    if name in ("items", "keys", "values") and not isinstance(result, Unknown):
        return [*result]
    return result


def truth(value: Value) -> bool | None:
    """Whether an `if` would go on; None where that is known only when the program runs."""
    if isinstance(value, (Unknown, ArrayValue, TensorValue)):
        return None
    if isinstance(value, (LayerValue, ModelValue, FunctionValue, InstanceValue)):
        return True
    return bool(value)


def is_too_long(value: Value) -> bool:
    """Whether a list of the program has grown past what is read."""
    return isinstance(value, (list, dict, str)) and len(value) > MOST_ITEMS
