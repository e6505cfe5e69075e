"""The interrupt signal (Ctrl-C, the notebook's stop button) while weights change.

Python raises KeyboardInterrupt between any two instructions, also in the middle of an update. Here the first signal
asks the loop to stop after the current batch; a second within two seconds raises at the next moment between updates.
Outside the main thread, where Python allows no handlers, nothing is changed.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from types import FrameType, TracebackType
from typing import Any

from .control import Control

_SECOND_WITHIN = 2.0


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


class Interrupts:
    """The signal's handler for one training, in a `with` block; `begin_update` and `end_update` enclose what must not break."""

    def __init__(self, control: Control) -> None:
        self._control, self._gate = control, control.gate
        self._previous: Any = None
        self._installed = False
        self._updating = False
        self._pending = False
        self._last = -_SECOND_WITHIN

    def __enter__(self) -> None:
        self._gate.enter()
        # Where the program ignores the signal, or its handler is not Python's, nothing is changed.
        if _in_main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self._previous = signal.signal(signal.SIGINT, self._handle)
            self._installed = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, self._previous)

    def _handle(self, signal_number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        again, self._last = now - self._last <= _SECOND_WITHIN, now
        self._control.request_stop("interrupted")
        if again:
            if not self._updating:
                raise KeyboardInterrupt
            self._pending = True

    def begin_update(self) -> None:
        """Hold signals back from here on."""
        self._updating = True
        self._gate.close()

    def end_update(self) -> None:
        """Let a second signal raise again; one that came during the update raises now."""
        self._updating = False
        self._gate.open()
        if self._pending:
            self._pending = False
            raise KeyboardInterrupt


# `signal.signal` converts handlers to enumerations by raising exceptions. To set and restore one takes 8 us, a quarter
# of a small model's step; `_signal`, which it calls, takes 0.4 us.
_set_handler: Any = getattr(sys.modules.get("_signal"), "signal", signal.signal)


class Uninterrupted:
    """A block during which the interrupt signal waits; it takes effect at the end. For `train_on_batch`."""

    __slots__ = ("_fired", "_previous")

    def __enter__(self) -> None:
        self._fired = False
        self._previous: Any = None
        if _in_main_thread():
            self._previous = _set_handler(signal.SIGINT, self._note)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._previous is not None:
            _set_handler(signal.SIGINT, self._previous)
            if self._fired and callable(self._previous):
                self._previous(signal.SIGINT, None)

    def _note(self, signal_number: int, frame: FrameType | None) -> None:
        self._fired = True
