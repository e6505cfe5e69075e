"""What ended a run that went wrong: the error in words, and whose code it came from."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

from engine.callbacks import Callback
from engine.errors import EngineError
from engine.events import Reason, TrainEnd

from ..words import run as say

OURS = ("engine", "kwidgets")


def ending(event: TrainEnd, finite: bool) -> tuple[Reason, BaseException | None]:
    """Why a `fit` ended that somebody else has called, and the error where it failed; to be asked when it tells its end.

    finite: whether its last loss was a number. A callback that looks at the loss ends a training early.
    """
    reason: Reason = "nan" if event.reason == "early" and not finite else event.reason
    return reason, sys.exc_info()[1] if reason == "failed" else None


def error_text(error: BaseException) -> str:
    """The error as a sentence; of a callback of the user's own its name and method are said."""
    if isinstance(error, EngineError):
        return str(error)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    culprit = _callback(error.__traceback__)
    return text if culprit is None else say.callback_failed(culprit, text)


def log_of(error: BaseException) -> list[str]:
    """The error as texts of the log: in words, and with its traceback where it is not one of the engine's own."""
    if isinstance(error, EngineError):
        return [error_text(error)]
    return [error_text(error), "".join(traceback.format_exception(error)).rstrip()]


def _callback(trace: TracebackType | None) -> str | None:
    """`Class.method` of the first frame that runs a callback which is neither the engine's nor ours."""
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        if isinstance(owner, Callback) and type(owner).__module__.partition(".")[0] not in OURS:
            return f"{type(owner).__name__}.{trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next
    return None
