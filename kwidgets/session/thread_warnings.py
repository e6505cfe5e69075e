"""Warnings of a background thread go to the log of its run, and not into whatever cell runs at that moment.

Python keeps one place for the warnings of all threads. So a single function is put there while runs go on; it looks at
the thread and hands on whatever is not one of theirs, untouched.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TextIO

Say = Callable[[str], None]

_lock = threading.Lock()
_listening: dict[int, Say] = {}
_before = warnings.showwarning


@contextmanager
def warnings_to(say: Say) -> Generator[None]:
    """A block in which this thread's warnings become lines for `say`; those of other threads stay where they were."""
    global _before
    thread = threading.get_ident()
    with _lock:
        if warnings.showwarning is not _show:
            _before, warnings.showwarning = warnings.showwarning, _show
        _listening[thread] = say
    try:
        yield
    finally:
        with _lock:
            del _listening[thread]
            # If other code has replaced our function, theirs stays, and ours only passes warnings on.
            if not _listening and warnings.showwarning is _show:
                warnings.showwarning = _before


def _show(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    say = _listening.get(threading.get_ident())
    if say is None:
        _before(message, category, filename, lineno, file, line)
    else:
        say(f"{category.__name__}: {message}")
