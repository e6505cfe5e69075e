"""A loss or a metric with settings as one text, `Huber(delta=2.0)`: experiments hold these by name, and so keep their settings."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..errors import SettingError, shorten
from ..types import Config

_LONGEST = 1000
_EXPECTED = "a name, or a name with settings such as Huber(delta=2.0)"


def is_call(text: object) -> bool:
    """Whether a text has settings behind its name.

    Args:
        text: what stands in an experiment.

    Returns:
        True where it does.

    Example:
        >>> is_call("Huber(delta=2.0)"), is_call("huber")
        (True, False)
    """
    return isinstance(text, str) and "(" in text


def read_call(text: str, where: str = "") -> Config:
    """The config that a text stands for; its settings are plain values, and nothing is run.

    Args:
        text: a name with settings.
        where: what messages begin with.

    Returns:
        The name as `class_name` and the settings as `config`.

    Raises:
        SettingError: it is no name with settings.

    Example:
        >>> read_call("Huber(delta=2.0)")
        {'class_name': 'Huber', 'config': {'delta': 2.0}}
    """
    try:
        call = ast.parse(text[: _LONGEST + 1].strip(), mode="eval").body
        if len(text) <= _LONGEST and isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args:
            settings = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg}
            if len(settings) == len(call.keywords):
                return {"class_name": call.func.id, "config": settings}
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        pass  # which is what the error says
    raise SettingError(where=where, expected=_EXPECTED, actual=shorten(text))


def written_call(name: str, settings: Mapping[str, object]) -> str:
    """The text that `read_call` reads.

    Args:
        name: of the class.
        settings: those that differ from the class's own.

    Returns:
        The text.

    Example:
        >>> written_call("Huber", {"delta": 2.0})
        'Huber(delta=2.0)'
    """
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in settings.items())})"
