"""What a setting may be: a test, the sentence that says it, bad samples for the tests and a control for the form."""

from __future__ import annotations

import ast
import json
import math
import numbers
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np

from .._machine import config
from ..errors import EngineError, SettingError, shorten
from ..types import Config
from . import registry

_CANNOT_CONVERT = (
    TypeError,
    ValueError,
    LookupError,
    OverflowError,
    AttributeError,
    SyntaxError,
    RecursionError,
    MemoryError,
)


def _without_fractions(value: object) -> object:
    """A fraction that is a whole number as such, alone and in a tuple or list; None where there is no such fraction."""
    items = list(value) if isinstance(value, (tuple, list)) else [value]
    changed = [int(item) if isinstance(item, float) and item.is_integer() else item for item in items]
    if all(one is other for one, other in zip(items, changed, strict=True)):
        return None
    return tuple(changed) if isinstance(value, (tuple, list)) else changed[0]


class Rule:
    """A rule for one setting.

    test: whether a converted value is allowed. sentence: what is expected ("a whole number above 0"). bad: values that
    must be refused. control: plain data that says which form control suits. convert: brings what users write into the
    form that is stored. serialize: brings that into plain data for configs.
    """

    def __init__(
        self,
        test: Callable[[Any], bool],
        sentence: str,
        bad: Sequence[object] = (),
        control: Config | None = None,
        convert: Callable[[Any], Any] | None = None,
        serialize: Callable[[Any], Any] | None = None,
    ) -> None:
        self.test = test
        self.sentence = sentence
        self.bad = tuple(bad)
        self._control = control or {"kind": "text"}
        self._convert = convert
        self._serialize = serialize

    def __repr__(self) -> str:
        return f"<Rule: {self.sentence}>"

    @property
    def control(self) -> Config:
        """Which form control suits, as plain data; the names of a registered kind are looked up at each use."""
        if "options_of" not in self._control:
            return self._control
        rest = {key: value for key, value in self._control.items() if key != "options_of"}
        return {**rest, "options": registry.options(self._control["options_of"])}

    def check(self, value: object, where: str = "") -> Any:
        """The value in the form that is stored; raises SettingError when the rule refuses it."""
        try:
            converted = value if self._convert is None else self._convert(value)
            if self.test(converted):
                return converted
        except EngineError as error:
            error.where = where or error.where
            raise
        except _CANNOT_CONVERT:
            pass  # the value cannot even be converted
        raise SettingError(where=where, expected=self.sentence, actual=shorten(value), hint=self._hint(value))

    def _hint(self, value: object) -> str | None:
        """What to do about fractions that are whole numbers: a division made them, which Python 2 rounded."""
        whole_numbers = _without_fractions(value)
        if whole_numbers is None:
            return None
        try:
            self.check(whole_numbers)
        except EngineError:
            return None
        return "Python 3's / gives fractions; write // for whole numbers."

    def serialize(self, value: object) -> Any:
        """Plain data for a config."""
        return value if self._serialize is None else self._serialize(value)

    def or_none(self) -> Rule:
        """The rule that allows None too."""
        convert = self._convert
        return Rule(
            lambda v: v is None or self.test(v),
            f"{self.sentence}, or None",
            [b for b in self.bad if b is not None],
            {**self._control, "optional": True},
            lambda v: v if v is None or convert is None else convert(v),
            lambda v: None if v is None else self.serialize(v),
        )


def _python_number(value: Any) -> Any:
    """NumPy's scalars and arrays without axes as Python's numbers, so that configs are plain data."""
    return value.item() if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0 else value


def _is_integer(value: object) -> TypeGuard[int]:
    return not isinstance(value, bool) and isinstance(value, numbers.Integral)


def _is_number(value: object) -> TypeGuard[float]:
    return not isinstance(value, bool) and isinstance(value, numbers.Real) and math.isfinite(value)


def whole(least: int, most: int) -> Rule:
    """A whole number from `least` to `most`, both of them allowed.

    >>> whole(1, 1000).check(1000), whole(1, 1000).sentence
    (1000, 'a whole number from 1 to 1,000')
    """
    return Rule(
        lambda v: _is_integer(v) and least <= v <= most,
        f"a whole number from {least:,} to {most:,}",
        (least - 1, most + 1, least + 0.5, *_NOT_NUMBERS),
        {"kind": "integer", "minimum": least, "maximum": most},
        _python_number,
    )


def _integer_rule(sentence: str, least: int | None, bad: Sequence[object]) -> Rule:
    control: Config = {"kind": "integer"} if least is None else {"kind": "integer", "minimum": least}
    return Rule(lambda v: _is_integer(v) and (least is None or v >= least), sentence, bad, control, _python_number)


def _number_rule(sentence: str, test: Callable[[float], bool], bad: Sequence[object], **limits: float) -> Rule:
    return Rule(lambda v: _is_number(v) and test(v), sentence, bad, {"kind": "number", **limits}, _python_number)


_NOT_NUMBERS = ("4", None, True, math.nan, [1])

positive_int = _integer_rule("a whole number above 0", 1, (0, -1, 2.5, *_NOT_NUMBERS))
non_negative_int = _integer_rule("a whole number, 0 or above", 0, (-1, 2.5, *_NOT_NUMBERS))
integer = _integer_rule("a whole number", None, (2.5, *_NOT_NUMBERS))
axis = _integer_rule("a whole number (an axis; -1 is the last)", None, (0.5, *_NOT_NUMBERS))
number = _number_rule("a number", lambda v: True, (math.inf, *_NOT_NUMBERS))
axis_or_two = Rule(
    lambda v: _is_integer(v) or (isinstance(v, tuple) and len(v) == 2 and all(_is_integer(n) for n in v)),
    "a whole number (an axis; -1 is the last), or one for each of two inputs",
    (0.5, "a", None, [1, 2, 3], [1, 0.5]),
    {"kind": "integers", "length": None, "minimum": -9},
    lambda v: v if _is_integer(v) else _unwrapped(_integers(v, 1)),
    lambda v: v if _is_integer(v) else list(v),
)
non_negative = _number_rule("a number, 0 or above", lambda v: v >= 0, (-0.1, *_NOT_NUMBERS), minimum=0)
positive = _number_rule("a number above 0", lambda v: v > 0, (0, -1, *_NOT_NUMBERS), above=0)
rate = Rule(
    lambda v: callable(v) or (_is_number(v) and v >= 0),
    "a number, 0 or above, or a schedule of optimizers.schedules",
    (-0.1, *_NOT_NUMBERS),
    {"kind": "number", "minimum": 0},
    lambda v: registry.build("schedule", v) if isinstance(v, Mapping) else v if callable(v) else _python_number(v),
    lambda v: registry.serialize("schedule", v) if callable(v) else v,
)
fraction = _number_rule(
    "a number from 0 to below 1", lambda v: 0 <= v < 1, (1, -0.1, *_NOT_NUMBERS), minimum=0, below=1
)
share = _number_rule("a number from 0 to 1", lambda v: 0 <= v <= 1, (1.1, -0.1, *_NOT_NUMBERS), minimum=0, maximum=1)
number_or_array = Rule(
    lambda v: _is_number(v) or np.asarray(v).dtype.kind in "fiu",
    "a number, or an array of numbers",
    ("a", None, ["a"], {}),
    {"kind": "number"},
    lambda v: _python_number(v) if _is_number(v) else np.asarray(v),
    lambda v: v.tolist() if isinstance(v, np.ndarray) else v,
)
switch = Rule(
    lambda v: isinstance(v, bool),
    "True or False",
    (2, "yes", None, 0.5),
    {"kind": "switch"},
    lambda v: bool(n) if isinstance(n := _python_number(v), bool) or (_is_integer(n) and n in (0, 1)) else v,
)
text = Rule(lambda v: isinstance(v, str), "a text", (1, None, ["a"]), {"kind": "text"})
anything = Rule(lambda v: True, "anything", (), {"kind": "text"})
function = Rule(
    callable,
    "a function",
    (1, "f", None),
    {"kind": "text"},
    registry.function_of,
    registry.own_name_for,
)

mask = Rule(lambda v: True, "a mask, or a function", (), {"kind": "text"}, registry.function_of)

LONGEST_NAME = 256
_BAD_CHARACTERS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
name = Rule(
    lambda v: isinstance(v, str) and 0 < len(v) <= LONGEST_NAME and not _BAD_CHARACTERS.search(v),
    f"a name of 1 to {LONGEST_NAME} characters without control characters",
    ("", "a\x00b", "a\nb", "x" * 257, 3),
    {"kind": "text"},
)


def choice(*options: str, spellings: Mapping[str, str] | None = None) -> Rule:
    """One of the given names; `spellings` are others of them, which are understood too.

    >>> choice("valid", "same").check("same")
    'same'
    """
    known = spellings or {}
    sentence = " or ".join(map(repr, options)) if len(options) < 3 else f"one of {', '.join(map(repr, options))}"
    control = {"kind": "choice", "options": list(options)}
    return Rule(
        lambda v: isinstance(v, str) and v in options,
        sentence,
        ("no such", 1, None),
        control,
        lambda v: known.get(v, v) if isinstance(v, str) else v,
    )


def optional(rule: Rule) -> Rule:
    """`rule`, or None.

    >>> optional(positive_int).check(0)
    Traceback (most recent call last):
    ...
    engine.errors.SettingError: expected a whole number above 0, or None, found 0.
    """
    return rule.or_none()


# Keras takes them in capitals too.
_PADDINGS = {name.upper(): name for name in ("valid", "same", "causal")}
padding = choice("valid", "same", spellings=_PADDINGS)
causal_padding = choice("valid", "same", "causal", spellings=_PADDINGS)
data_format = Rule(
    lambda v: v in config.DATA_FORMATS,
    "'channels_last' or 'channels_first'",
    ("channels", 1),
    {"kind": "choice", "options": list(config.DATA_FORMATS)},
    lambda v: config.image_data_format() if v is None else v,
)


def int_tuple(length: int | None = None, minimum: int = 1) -> Rule:
    """Whole numbers, `length` of them (None: any number); one number stands for all of them.

    >>> int_tuple(2).check(3), int_tuple(2).check("2, 3")
    ((3, 3), (2, 3))
    """
    many = "whole numbers" if length is None else "a whole number" if length == 1 else f"{length} whole numbers"
    return Rule(
        lambda v: (length is None or len(v) == length) and all(_is_integer(n) and n >= minimum for n in v),
        f"{many}, each {minimum} or above",
        (minimum - 1, 2.5, "a", None, [minimum - 1] * (length or 1), [1.5] * (length or 1)),
        {"kind": "integers", "length": length, "minimum": minimum},
        lambda v: _integers(v, length or 1),
        list,
    )


def _integers(value: Any, count: int) -> tuple[int, ...]:
    """What users write for several whole numbers; what cannot be read raises, what is no whole number is left to the rule."""
    if isinstance(value, str):
        parts = [int(part) for part in re.split(r"[\s,]+", value.strip(" ()[]")) if part]
        value = parts[0] if len(parts) == 1 else parts
    value = _python_number(value)
    if _is_integer(value):
        return (int(value),) * count
    return tuple(_python_number(n) for n in value)


def _unwrapped(numbers: tuple[int, ...]) -> int | tuple[int, ...]:
    return numbers[0] if len(numbers) == 1 else numbers


def _target_shape(value: Any) -> tuple[Any, ...]:
    return _integers(value, 1)


target_shape = Rule(
    lambda v: all(_is_integer(n) and (n > 0 or n == -1) for n in v) and v.count(-1) <= 1,
    "whole numbers above 0, at most one of them -1",
    ((-1, -1), (0,), (2.5,), None, "a"),
    {"kind": "integers", "length": None, "minimum": -1},
    _target_shape,
    list,
)


def _shape(value: Any) -> tuple[Any, ...]:
    if isinstance(value, str):
        parts = [p for p in re.split(r"[\s,]+", value.strip(" ()[]")) if p]
        return tuple(None if p in ("None", "null") else int(p) for p in parts)
    value = _python_number(value)
    if _is_integer(value):
        return (int(value),)
    return tuple(_python_number(n) for n in value)


shape = Rule(
    lambda v: all(n is None or (_is_integer(n) and n > 0) for n in v),
    "a shape: whole numbers above 0, None where it may vary",
    ((0, 2), (-1,), (2.5,), "a", None),
    {"kind": "integers", "length": None, "minimum": 1},
    _shape,
    list,
)

array = Rule(
    lambda v: isinstance(v, np.ndarray),
    "an array or nested lists of numbers",
    (None, "a"),
    {"kind": "text"},
    lambda v: np.asarray(v, dtype=float) if isinstance(v, (list, tuple)) else v,
    lambda v: v.tolist(),
)
arrays = Rule(
    lambda v: isinstance(v, list),
    "a list of arrays",
    (1, "a"),
    {"kind": "text"},
    lambda v: [np.asarray(a) for a in v] if isinstance(v, (list, tuple)) else v,
)


def _dtype_name(value: object) -> str:
    if isinstance(value, Mapping):  # tf.keras's {"class_name": "Policy", "config": {"name": "float32"}}
        value = value["config"]["name"]
    if not isinstance(value, (str, type, np.dtype)):
        raise TypeError("not a dtype")
    return np.dtype(value).name


dtype = Rule(
    lambda v: np.dtype(v).kind in "fiub",
    "the name of a number type such as 'float32' or 'int32'",
    ("word", 3, "U8"),
    {"kind": "choice", "options": ["float32", "float64", "float16", "int32", "int64", "bool"]},
    _dtype_name,
)


def _input_dtype_name(value: object) -> str:
    """The name of a type of numbers, or "string"; NumPy's type of texts counts."""
    is_texts = value == "string" or value is str or (isinstance(value, (type, np.dtype)) and np.dtype(value) == str)
    return "string" if is_texts else _dtype_name(value)


input_dtype = Rule(
    lambda v: v == "string" or np.dtype(v).kind in "fiub",
    "the name of a number type such as 'float32' or 'int32', or 'string' for texts",
    ("word", 3, "U8"),
    {**dtype.control, "options": [*dtype.control["options"], "string"]},
    _input_dtype_name,
)


def registered(kind: str, what: str) -> Rule:
    """An object of a registered kind: None, a name, a config, a function or an object."""
    return Rule(
        lambda v: v is None or callable(v) or hasattr(v, "get_config"),
        f"{what}: a known name, a config or a function",
        ("no such name", 3, {"config": {}}),
        {"kind": "choice", "options_of": kind, "optional": True},
        lambda v: registry.build(kind, v),
        lambda v: registry.serialize(kind, v),
    )


regularizer = registered("regularizer", "a regularizer")
constraint = registered("constraint", "a constraint")
initializer = registered("initializer", "an initializer")


def _activation(value: object) -> object:
    """A function for a name; a layer, such as LeakyReLU(0.2), stands for itself or is made from its config."""
    if value in (None, "linear"):
        return None
    names_a_layer = isinstance(value, Mapping) and value.get("class_name") in registry.names("layer")
    return registry.build("layer" if names_a_layer else "activation", value)


def _activation_name(value: object) -> object:
    """Keras's form for configs: the name, also of a layer that was told one (`__name__`); else the layer's config."""
    if value is None:
        return "linear"
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) and hasattr(value, "get_config") else registry.serialize("activation", value)


activation = Rule(
    lambda v: v is None or callable(v),
    "an activation: a known name or a function",
    ("no such name", 3),
    {"kind": "choice", "options_of": "activation"},
    _activation,
    _activation_name,
)


def _layer(value: object) -> object:
    """A layer from its config, or from text: `LSTM(32, return_sequences=True)` with plain values, or JSON."""
    if isinstance(value, str):
        value = json.loads(value) if value.lstrip().startswith("{") else _layer_from_call(value)
    return registry.build("layer", value) if isinstance(value, Mapping) else value


def _layer_from_call(written: str) -> object:
    call = ast.parse(written.strip(), mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise ValueError("not a call of a class")
    settings = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}
    return registry.find("layer", call.func.id)(*map(ast.literal_eval, call.args), **settings)


layer = Rule(
    lambda v: hasattr(v, "call") and hasattr(v, "get_config"),
    "a layer such as LSTM(32), or the config of one",
    ("dense", "print(1)", "Dense(print(1))", 3, None, {"config": {}}),
    {"kind": "text"},
    _layer,
    lambda v: registry.serialize("layer", v),
)
cells = Rule(
    lambda v: isinstance(v, (list, tuple)) and len(v) > 0 and all(hasattr(one, "call") for one in v),
    "a list of cells, or of their configs",
    ("dense", 3, None, [], [3]),
    {"kind": "text"},
    lambda v: [_layer(one) for one in (json.loads(v) if isinstance(v, str) else v)],
    lambda v: [layer.serialize(one) for one in v],
)
cell = Rule(
    lambda v: cells.test(v) if isinstance(v, (list, tuple)) else hasattr(v, "call"),
    "a cell such as LSTMCell(32), a list of cells, or their configs",
    ("dense", 3, None, [], [3]),
    {"kind": "text"},
    lambda v: [_layer(one) for one in v] if isinstance(v, (list, tuple)) else _layer(v),
    lambda v: cells.serialize(v) if isinstance(v, (list, tuple)) else layer.serialize(v),
)
