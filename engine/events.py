"""What training tells its listeners: frozen records, sent in the order in which things happen.

A listener is any function of one event. `logs` maps metric names to numbers; listeners may add to it, those after
them see it. Times are seconds of a clock that never goes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .types import Logs

Reason = Literal["finished", "stopped", "interrupted", "early", "nan", "failed"]


@dataclass(frozen=True, slots=True)
class TrainBegin:
    """Training starts. `batches_per_epoch` and `samples` are None where the data do not tell; `metrics` names logs."""

    epochs: int
    batches_per_epoch: int | None
    samples: int | None
    metrics: tuple[str, ...]
    initial_epoch: int = 0
    batch_size: int | None = None
    validates: bool = False


@dataclass(frozen=True, slots=True)
class EpochBegin:
    """Epoch `epoch` (from 0) starts."""

    epoch: int


@dataclass(frozen=True, slots=True)
class BatchBegin:
    """Batch `batch` (from 0) of `size` samples is about to be trained on; None: the generator decides."""

    epoch: int
    batch: int
    size: int | None


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """The batch has been trained on; `logs` holds its own values, before the update. `finite`: the loss is a number."""

    epoch: int
    batch: int
    size: int
    logs: Logs
    finite: bool = True


@dataclass(frozen=True, slots=True)
class EpochEnd:
    """The epoch is over; `logs` holds means over its samples and `val_` values. `partial`: it was cut short."""

    epoch: int
    logs: Logs
    seconds: float
    partial: bool = False


@dataclass(frozen=True, slots=True)
class TrainEnd:
    """Training is over, and why."""

    reason: Reason


Event = TrainBegin | EpochBegin | BatchBegin | BatchEnd | EpochEnd | TrainEnd
Listener = Callable[[Event], None]
