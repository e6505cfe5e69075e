"""Arguments of a program's calls -> what the engine's constructors take; what is not known is said and stood in for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from .._declared.told import listening
from ..errors import EngineError
from .known import KINDS, is_known
from .known_functions import is_hard_sigmoid
from .state import State
from .values import (
    CallbackValue,
    ClassValue,
    FunctionValue,
    InstanceValue,
    LayerValue,
    MethodValue,
    SettingValue,
    Symbol,
    TensorValue,
    Unknown,
    Value,
    first_unknown,
    is_small,
)

REFUSALS = (EngineError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RecursionError)
MOST_SETTINGS = 20_000
UNKNOWN_SIZE = 1
SHAPES = ("input_shape", "batch_input_shape", "batch_shape", "shape", "input_dim", "input_length", "batch_size")


class NoSetting(Exception):
    """A value that no setting can have; the message says what it is."""


def plain(value: Value, kinds: tuple[str, ...] = KINDS) -> Any:
    """A value of the program as the engine's constructors take it.

    Raises:
        NoSetting: it is none that they take.
    """
    if isinstance(value, LayerValue) and value.layer is not None:
        return value.layer
    if isinstance(value, SettingValue):
        return value.thing
    if isinstance(value, Symbol):
        if any(is_known(kind, value.name) for kind in kinds):
            return value.name
        dtype = value.name.removesuffix("_")
        if value.path[0] in ("np", "numpy", "tensorflow", "tf") and dtype.startswith(("float", "int", "uint", "bool")):
            return dtype
        raise NoSetting(f"{value} is not known here")
    if isinstance(value, Unknown):
        raise NoSetting(f"it is not known without running the program: {value.reason}")
    if isinstance(value, MethodValue) and value.function is None:
        raise NoSetting(f"it is not known without running the program: .{value.name}")
    if isinstance(value, FunctionValue) and is_hard_sigmoid(value):
        return "hard_sigmoid"
    if isinstance(value, (FunctionValue, ClassValue, InstanceValue, MethodValue)):
        raise NoSetting(f"{_title(value)} is code of the program, which is not run")
    if isinstance(value, (TensorValue, CallbackValue, LayerValue)):
        raise NoSetting("it is no plain value")
    if isinstance(value, (list, tuple)):
        return type(value)(plain(item, kinds) for item in value)
    if isinstance(value, dict):
        return {key: plain(item, kinds) for key, item in value.items()}
    if isinstance(value, range):
        return list(value[:MOST_SETTINGS])
    return value


def _title(value: FunctionValue | ClassValue | InstanceValue | MethodValue) -> str:
    return value.cls.name if isinstance(value, InstanceValue) else value.name


def arguments_of(
    state: State, title: str, arguments: list[Value], named_arguments: Mapping[str, Value]
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as the engine takes them; what is not known is left out, or 1 where a value must stand, and said."""
    positional: list[Any] = []
    for value in arguments:
        try:
            positional.append(_checked(value))
        except NoSetting as reason:
            filled = _filled(value)
            state.say("not read", f"{title}: {reason}. {filled!r} stands in its place.")
            positional.append(filled)
    keywords: dict[str, Any] = {}
    for key, value in named_arguments.items():
        try:
            keywords[key] = _checked(value)
        except NoSetting as reason:
            if key in SHAPES:
                shape = known_shape(value)
                if shape is not None and key not in ("input_dim", "input_length", "batch_size"):
                    keywords[key] = shape
                what = f"{shape} is taken" if key in keywords else "it is left open"
                state.say("not read", f"{title}, {key}: {reason}; {what}.")
            else:
                state.say("not read", f"{title}, {key}: {reason}; it is left out.")
    return positional, keywords


def _checked(value: Value) -> Any:
    if not is_small(value, MOST_SETTINGS):
        raise NoSetting("it is too large")
    return plain(value)


def _filled(value: Value) -> Any:
    """Plain data with 1 in place of what is not known."""
    if not is_small(value, MOST_SETTINGS):
        return UNKNOWN_SIZE
    if isinstance(value, (list, tuple)):
        return type(value)(_filled(item) for item in value)
    return UNKNOWN_SIZE if first_unknown(value) is not None or not isinstance(value, (int, float, str)) else value


def known_shape(value: Value) -> tuple[int | None, ...] | None:
    """A shape with None for sizes that are not known; None where the last one is not, for that one must be."""
    if not isinstance(value, (list, tuple)) or not value:
        return None
    sizes = tuple(size if isinstance(size, int) else None for size in value)
    return None if sizes[-1] is None else sizes


def construct(state: State, title: str, cls: Callable[..., Any], arguments: list[Any], keywords: dict[str, Any]) -> Any:
    """What a constructor of the engine makes; a setting that it refuses is left out and said.

    Raises:
        EngineError: it cannot be made whatever is left out.
    """
    with listening() as messages:
        try:
            made = cls(*arguments, **keywords)
        except REFUSALS as error:
            made = _with_whole_sizes(state, title, cls, arguments, keywords)
            if made is None:
                made = _without_one(state, title, cls, arguments, keywords, error)
            messages = messages[-1:]  # those of the attempts before the last do not count
    for message in messages:
        state.say("renamed", message)
    return made


def _with_whole_sizes(
    state: State, title: str, cls: Callable[..., Any], arguments: list[Any], keywords: dict[str, Any]
) -> Any:
    """What the constructor makes where 256.0 stands for 256: Python 2 divided whole numbers to whole ones."""
    whole = [_whole(value) for value in arguments]
    named = {key: _whole(value) for key, value in keywords.items()}
    try:
        made = cls(*whole, **named)
    except REFUSALS:
        return None
    state.say("changed", f"{title}: sizes that Python 3's / makes fractions are whole numbers here.")
    return made


def _whole(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_whole(item) for item in value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _without_one(
    state: State,
    title: str,
    cls: Callable[..., Any],
    arguments: list[Any],
    keywords: dict[str, Any],
    refusal: BaseException,
) -> Any:
    said = str(refusal).split("\n", maxsplit=1)[0]
    for key in keywords:
        if key == "name":
            continue
        rest = {name: value for name, value in keywords.items() if name != key}
        try:
            made = cls(*arguments, **rest)
        except REFUSALS:
            continue
        state.say("left out", f"{title}, {key}: {said}")
        return made
    for key in _required(cls):
        if key not in keywords and len(keywords) < MOST_SETTINGS:
            try:
                made = cls(*arguments, **keywords, **{key: UNKNOWN_SIZE})
            except REFUSALS:
                continue
            state.say("not read", f"{title}, {key}: {UNKNOWN_SIZE} stands in place of a value that is not known.")
            return made
    raise EngineError(said)


def _required(cls: Callable[..., Any]) -> list[str]:
    """The arguments that a constructor cannot do without."""
    try:
        parameters = inspect.signature(cls).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p.name for p in parameters if p.default is inspect.Parameter.empty and p.kind in kinds]
