"""Custom objects, the progress bar, and small helpers that Keras's own code and its extensions import."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import numpy as np

from .._declared.registry import custom_object_scope, custom_objects, find_custom, get_custom_objects
from .._training.progress import Progbar
from ..errors import SettingError, UnknownName
from ..types import Array, Config, Shape

Item = TypeVar("Item")
CustomObjectScope = custom_object_scope

__all__ = [
    "CustomObjectScope",
    "Progbar",
    "custom_object_scope",
    "deserialize_keras_object",
    "func_dump",
    "func_load",
    "get_custom_objects",
    "get_from_module",
    "has_arg",
    "is_all_none",
    "object_list_uid",
    "serialize_keras_object",
    "slice_arrays",
    "to_list",
    "transpose_shape",
    "unpack_singleton",
]


def serialize_keras_object(instance: object) -> Config | str | None:
    """Plain data for an object.

    Args:
        instance: None, an object with `get_config`, or a named function.

    Returns:
        None, {class_name, config}, or the function's name.

    Raises:
        SettingError: another object.

    Example:
        >>> serialize_keras_object(len), serialize_keras_object(None)
        ('len', None)
    """
    if instance is None:
        return None
    get_config: Callable[[], Config] | None = getattr(instance, "get_config", None)
    if get_config is not None:
        return {"class_name": type(instance).__name__, "config": get_config()}
    name: str | None = getattr(instance, "__name__", None)
    if name is not None:
        return name
    raise SettingError(
        where="serialize_keras_object", expected="get_config() or a named function", actual=repr(instance)
    )


def deserialize_keras_object(
    identifier: object,
    module_objects: Mapping[str, Any] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    printable_module_name: str = "object",
) -> Any:
    """What `serialize_keras_object` gave, as an object again.

    Args:
        identifier: {class_name, config}, or a name alone, which gives the function or class of that name.
        module_objects: classes and functions by name; None (the default): none.
        custom_objects: likewise, looked up first; last come those of `custom_object_scope`.
        printable_module_name: what messages call the object, "object" by default.

    Returns:
        The object.

    Raises:
        UnknownName: there is no such name; the message has the nearest one.
        SettingError: the identifier is neither.

    Example:
        >>> deserialize_keras_object("double", {"double": lambda x: 2 * x})(3)
        6
    """
    if isinstance(identifier, Mapping):
        if "class_name" not in identifier or "config" not in identifier:
            raise SettingError(
                where=printable_module_name,
                expected="a config with 'class_name' and 'config'",
                actual=repr(dict(identifier)),
            )
        cls = _look_up(identifier["class_name"], module_objects, custom_objects, printable_module_name)
        config = dict(identifier["config"] or {})
        with custom_object_scope(custom_objects or {}):
            return cls.from_config(config) if hasattr(cls, "from_config") else cls(**config)
    if isinstance(identifier, str):
        return _look_up(identifier, module_objects, custom_objects, printable_module_name)
    raise SettingError(where=printable_module_name, expected="a name or a config", actual=repr(identifier))


def _look_up(
    name: str, module_objects: Mapping[str, Any] | None, custom_objects: Mapping[str, Any] | None, what: str
) -> Any:
    for table in (custom_objects or {}, module_objects or {}):
        if name in table:
            return table[name]
    try:
        return find_custom(name)
    except UnknownName:
        raise UnknownName(name, [*(custom_objects or {}), *(module_objects or {})], kind=what) from None


def get_from_module(
    identifier: object,
    module_params: Mapping[str, Any],
    module_name: str,
    instantiate: bool = False,
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """A class or function by name, as modules of Keras 1 and code copied from them look them up.

    Args:
        identifier: a name, a dict with "name" and the arguments of the class, or the thing itself.
        module_params: what the module has, its `globals()`.
        module_name: what is looked for, in the message.
        instantiate: whether a class is called, False by default.
        kwargs: arguments for that call; None, the default: none.

    Returns:
        What the name stands for, first among `get_custom_objects()`; anything but a name or dict as it is.

    Raises:
        UnknownName: there is no such name.

    Example:
        >>> get_from_module("twice", {"twice": abs}, "function")
        <built-in function abs>
    """
    if isinstance(identifier, str):
        member = _look_up(identifier, None, {**module_params, **custom_objects()}, module_name)
        return member(**(kwargs or {})) if instantiate else member
    if isinstance(identifier, dict):
        arguments = dict(identifier)
        return get_from_module(arguments.pop("name"), module_params, module_name, True, arguments)
    return identifier


def func_dump(func: Callable[..., object]) -> NoReturn:
    """Refused: a function's code never goes into a file.

    Args:
        func: any function.

    Raises:
        SettingError: always; the message says what to do instead.

    Example:
        >>> func_dump(len)
        Traceback (most recent call last):
        engine.errors.SettingError: func_dump: expected a function that is known by name, found len. Functions are saved ...
    """
    hint = "Functions are saved by name: register them with get_custom_objects()['name'] = function."
    name = getattr(func, "__name__", repr(func))
    raise SettingError(where="func_dump", expected="a function that is known by name", actual=name, hint=hint)


def func_load(code: object, defaults: object = None, closure: object = None, globs: object = None) -> NoReturn:
    """Refused: code from a file is never run.

    Args:
        code: anything; the others have no effect either.
        defaults: no effect.
        closure: no effect.
        globs: no effect.

    Raises:
        SettingError: always; the message says what to do instead.

    Example:
        >>> func_load("code")
        Traceback (most recent call last):
        engine.errors.SettingError: func_load: expected a function that is known by name, found stored code. Load with ...
    """
    hint = "Load with custom_objects={'name': function}."
    raise SettingError(where="func_load", expected="a function that is known by name", actual="stored code", hint=hint)


def has_arg(fn: Callable[..., object], name: str, accept_all: bool = False) -> bool:
    """Whether a function takes an argument by keyword.

    Args:
        fn: the function.
        name: the argument's name.
        accept_all: whether `**kwargs` counts, False by default.

    Returns:
        True or False.

    Example:
        >>> has_arg(lambda x, axis=0: x, "axis"), has_arg(lambda **kwargs: 0, "axis", accept_all=True)
        (True, True)
    """
    parameters = inspect.signature(fn).parameters
    parameter = parameters.get(name)
    if parameter is None:
        return accept_all and any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    return parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)


def to_list(x: object, allow_tuple: bool = False) -> list[Any]:
    """A list as it is, anything else as a list of one.

    Args:
        x: anything.
        allow_tuple: whether a tuple becomes a list of its items, False by default.

    Returns:
        A list.

    Example:
        >>> to_list([1]), to_list(1), to_list((1, 2), allow_tuple=True)
        ([1], [1], [1, 2])
    """
    if isinstance(x, list):
        return x
    return list(x) if allow_tuple and isinstance(x, tuple) else [x]


def unpack_singleton(x: Sequence[Item]) -> Item | Sequence[Item]:
    """The only item of a list of one, otherwise the list.

    Args:
        x: a list.

    Returns:
        The item or the list.

    Example:
        >>> unpack_singleton([1]), unpack_singleton([1, 2])
        (1, [1, 2])
    """
    return x[0] if len(x) == 1 else x


def object_list_uid(object_list: object) -> str:
    """A text that is another for a list of other objects: the objects' identities.

    Args:
        object_list: an object, or a list of them.

    Returns:
        The text.

    Example:
        >>> object_list_uid([len, len]) == f"{id(len)}, {id(len)}"
        True
    """
    return ", ".join(str(id(x)) for x in to_list(object_list))


def is_all_none(iterable_or_element: object) -> bool:
    """Whether a value, or each item of a list or tuple, is None.

    Args:
        iterable_or_element: anything.

    Returns:
        True or False.

    Example:
        >>> is_all_none([None, None]), is_all_none(0)
        (True, False)
    """
    if isinstance(iterable_or_element, (list, tuple)):
        return all(x is None for x in iterable_or_element)
    return iterable_or_element is None


def slice_arrays(
    arrays: Array | list[Array | None] | None,
    start: int | list[int] | Array | None = None,
    stop: int | None = None,
) -> Array | list[Array | None] | list[None]:
    """Rows of an array, or of each array in a list.

    Args:
        arrays: an array, a list of arrays and None, or None.
        start: the first row, or a list of single rows; None (the default): from the beginning.
        stop: the row behind the last one; None (the default): to the end.

    Returns:
        The rows, in a list where there was one; [None] where no rows or arrays were asked for.

    Raises:
        SettingError: a list as `start` together with `stop`.

    Example:
        >>> slice_arrays([np.array([1, 2, 3]), None], 1, 3)
        [array([2, 3]), None]
    """
    if arrays is None:
        return [None]
    if isinstance(start, list) and stop is not None:
        raise SettingError(where="slice_arrays", expected="start as a number where stop is given", actual="a list")

    def rows(x: Array) -> Array:
        if isinstance(start, (list, np.ndarray)):
            return x[np.asarray(start)]
        return x[start:stop] if start is not None or stop is not None else x

    if isinstance(arrays, list):
        return [None if x is None else rows(x) for x in arrays]
    return rows(arrays) if start is not None or stop is not None else [None]


def transpose_shape(shape: Sequence[int | None], target_format: str, spatial_axes: Iterable[int]) -> Shape:
    """A shape in the order of channels_first, in that of another format.

    Args:
        shape: (N, C, ...).
        target_format: "channels_first" or "channels_last".
        spatial_axes: the axes behind the channels.

    Returns:
        The shape itself, or (N, ..., C).

    Raises:
        SettingError: another format.

    Example:
        >>> transpose_shape((16, 3, 32, 64), "channels_last", (2, 3))
        (16, 32, 64, 3)
    """
    if target_format == "channels_first":
        return tuple(shape)
    if target_format == "channels_last":
        return (*shape[:1], *(shape[i] for i in spatial_axes), shape[1])
    raise SettingError(
        where="transpose_shape", expected="'channels_first' or 'channels_last'", actual=repr(target_format)
    )
