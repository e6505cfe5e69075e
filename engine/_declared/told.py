"""How a user is told of an old spelling: by a warning at the user's line, or to whoever listens instead."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_listening: ContextVar[list[str] | None] = ContextVar("engine_old_spelling", default=None)


def warn(message: str) -> None:
    """Warn at the first line outside this package, where the user wrote it; a listener gets the message instead."""
    listening = _listening.get()
    if listening is not None:
        listening.append(message)
        return
    level = 2
    own_frame = inspect.currentframe()
    frame = None if own_frame is None else own_frame.f_back
    package = __name__.partition(".")[0]
    while (
        frame is not None
        and frame.f_back is not None
        and frame.f_globals.get("__name__", "").partition(".")[0] == package
    ):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UserWarning, stacklevel=level)


@contextmanager
def listening() -> Generator[list[str]]:
    """A block in which the messages are collected, in this thread alone, and no warning is shown.

    >>> with listening() as messages:
    ...     warn("write units=3")
    >>> messages
    ['write units=3']
    """
    messages: list[str] = []
    token = _listening.set(messages)
    try:
        yield messages
    finally:
        _listening.reset(token)
