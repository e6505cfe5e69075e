"""The `run` of the views: what a stream knows of a training, and what only its owner knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.config import mixed_precision
from engine.events import Reason
from engine.models import Model

from ..messages import Conclusion, Folds, Run, RunState, Starts
from ..words import run as say
from .stream import Progress

# A training thread is at work, or waits between two batches.
ALIVE = ("running", "paused", "stopping")
_STOPPED: dict[Reason, Callable[[str, str], str]] = {
    "nan": say.ended_on_nan,
    "early": say.stopped_early_in,
    "interrupted": say.interrupted_in,
}


@dataclass(frozen=True)
class RunIs:
    """What does not follow from events. note: a sentence that is added to the message of an ended run.

    reason: why it ended, as the loop says it. message: in place of the usual words. cost: the share of the time that watching
    takes, 0 to 1. next_epoch: with which a start goes on; None: the next. folds: the cross-validation that it belongs to.
    """

    id: str | None
    state: RunState
    learning_rate: float | None
    error: str | None = None
    fitting: int | None = None
    note: str | None = None
    reason: Reason | None = None
    message: str | None = None
    conclusion: Conclusion | None = None
    stale: str | None = None
    blocking: bool = False
    starts: Starts = "first"
    cost: float | None = None
    weights_from: str | None = None
    next_epoch: int | None = None
    unrecorded: str | None = None
    folds: Folds | None = None


def run_state(progress: Progress, run: RunIs) -> Run:
    """The whole state as plain data."""
    return {
        **progress,
        "id": run.id,
        "state": run.state,
        "learning_rate": run.learning_rate,
        "message": _message(progress, run) if run.message is None else run.message,
        "conclusion": run.conclusion,
        "stale": run.stale,
        "blocking": run.blocking,
        "starts": run.starts,
        "next_epoch": _next_epoch(progress, run),
        "cost": run.cost,
        "error": run.error,
        "fitting": run.fitting,
        "weights_from": run.weights_from,
        "unrecorded": run.unrecorded,
        "folds": run.folds,
    }


def _next_epoch(progress: Progress, run: RunIs) -> int:
    if run.starts == "first":
        return 1
    within = run.next_epoch if run.starts == "continue" else None
    return within or progress["epoch"] + 1


def plain_rate(model: Model | None) -> float | None:
    """Learning rate of a model's optimizer, None where it has none."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    # Kept as float32: 0.001 would be shown as 0.0010000000474974513.
    return float(f"{rate:.6g}") if isinstance(rate, float) else None


def computes_in_half(model: Model | None, chosen: str | None) -> bool:
    """Whether a model's training may meet the largest number of float16. chosen: the experiment's precision."""
    mixed = mixed_precision() is not None if chosen is None else chosen == "mixed_float16"
    return mixed or any(w.dtype == "float16" for w in ([] if model is None else model.weights))


def _message(progress: Progress, run: RunIs) -> str:
    if run.state == "failed" and run.error is not None:
        return run.error
    where = say.epoch_of(progress["epoch"], progress["epochs"])
    note = say.WEIGHTS_OF_WHOLE_UPDATES if run.note is None else run.note
    return {
        "idle": "",
        "running": where,
        "paused": say.paused_in(where),
        "stopping": say.STOPPING_AFTER_THIS_BATCH,
        "stopped": _STOPPED.get(run.reason or "stopped", say.stopped_in)(where, note),
        "finished": say.finished_after(progress["epoch"], run.note),
    }.get(run.state, "")
