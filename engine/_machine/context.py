"""Values that hold inside a block, and in the thread that runs it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def bound(variable: ContextVar[T], value: T) -> Generator[None]:
    """The variable has this value inside the block.

    >>> depth = ContextVar("depth", default=0)
    >>> with bound(depth, 1):
    ...     depth.get()
    1
    """
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
