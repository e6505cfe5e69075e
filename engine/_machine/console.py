"""Lines for the person at the console, where there is one."""

from __future__ import annotations

import contextlib
import sys
from typing import TextIO

__all__ = ["say", "write"]


def write(text: str, stream: TextIO | None = None) -> None:
    """Write `text` to `stream`, or to what `sys.stdout` is now.

    Training never ends because nobody can read: without a console (`pythonw`, a windowed program) or with one that is
    closed, gone (a pipe to `head`) or not to be written to, nothing is written; signs that the console's encoding lacks are
    written as escapes.
    """
    stream = sys.stdout if stream is None else stream
    if stream is None or getattr(stream, "closed", False):  # pyright: ignore[reportUnnecessaryComparison] - pythonw has no stdout
        return
    with contextlib.suppress(OSError):
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()


def say(line: str) -> None:
    """Write a line to the console."""
    write(f"{line}\n")
