"""What reading a table leaves out is said: as a warning of Python, or to whoever listens in the same thread."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_listener: ContextVar[list[str] | None] = ContextVar("_listener", default=None)


@contextmanager
def heard() -> Generator[list[str]]:
    """A block in which sentences come into a list instead of being warnings.

    Yields:
        The list.

    Example:
        >>> with heard() as sentences:
        ...     tell("column 'a' is left out.", stacklevel=1)
        >>> sentences
        ["column 'a' is left out."]
    """
    sentences: list[str] = []
    token = _listener.set(sentences)
    try:
        yield sentences
    finally:
        _listener.reset(token)


def tell(sentence: str, stacklevel: int) -> None:
    """Say a sentence.

    Args:
        sentence: what is said.
        stacklevel: whose line a warning names, as `warnings.warn` counts from the caller.
    """
    sentences = _listener.get()
    if sentences is None:
        warnings.warn(sentence, stacklevel=stacklevel + 1)
    else:
        sentences.append(sentence)
