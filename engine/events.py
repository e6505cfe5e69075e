"""What training tells its listeners: frozen records, sent in the order in which things happen.

A listener is any function of one event; one that need not be called for each kind says so by `only_for`, and one that need not
hear of each batch by its attribute `next_batch` (`LeavesBatchesOut`). `logs` maps names of losses and metrics to numbers; what
one listener adds to it, those after it see. Times are seconds of a clock that never goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, runtime_checkable

from .types import Logs

Reason = Literal["finished", "stopped", "interrupted", "early", "nan", "failed"]


@dataclass(frozen=True, slots=True)
class TrainBegin:
    """Training starts.

    Args:
        epochs: number of the epoch after the last one.
        batches_per_epoch: None where the data do not tell.
        samples: samples in an epoch; None where the data do not tell.
        metrics: names in the logs of the epochs.
        initial_epoch: number of the first epoch, 0 by default.
        batch_size: samples in a batch; None where the data do not tell.
        validates: whether validation data are measured after each epoch.
    """

    epochs: int
    batches_per_epoch: int | None
    samples: int | None
    metrics: tuple[str, ...]
    initial_epoch: int = 0
    batch_size: int | None = None
    validates: bool = False


@dataclass(frozen=True, slots=True)
class EpochBegin:
    """An epoch starts.

    Args:
        epoch: its number, from 0.
    """

    epoch: int


@dataclass(frozen=True, slots=True)
class BatchBegin:
    """A batch is about to be trained on.

    Args:
        epoch: number of the epoch, from 0.
        batch: number of the batch in the epoch, from 0.
        size: number of its samples; None where a generator decides it.
    """

    epoch: int
    batch: int
    size: int | None


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """A batch has been trained on.

    Args:
        epoch: number of the epoch, from 0.
        batch: number of the batch in the epoch, from 0.
        size: number of its samples.
        logs: the loss and metrics of this batch, before the update.
        finite: whether the loss is a number.
    """

    epoch: int
    batch: int
    size: int
    logs: Logs
    finite: bool = True


@dataclass(frozen=True, slots=True)
class EpochEnd:
    """An epoch is over.

    Args:
        epoch: its number, from 0.
        logs: means of loss and metrics over its samples, and the values of the validation data, which begin with
            `val_`.
        seconds: how long it took.
        partial: whether it was cut short.
    """

    epoch: int
    logs: Logs
    seconds: float
    partial: bool = False


@dataclass(frozen=True, slots=True)
class TrainEnd:
    """Training is over.

    Args:
        reason: "finished", "stopped" by the control, "interrupted" by a signal, ended "early" by a callback, by a loss
            that is "nan", or "failed" with an exception.
    """

    reason: Reason


@dataclass(frozen=True, slots=True)
class RankTold:
    """One of the processes that train together says how it fares, about twice a second.

    Args:
        rank: its number, from 0.
        ranks: how many there are.
        samples_per_second: its own part of the batches.
        waiting: the share of the time, from 0 to 1, in which it waited for others and added up; the slowest waits least.
    """

    rank: int
    ranks: int
    samples_per_second: float
    waiting: float


Event = TrainBegin | EpochBegin | BatchBegin | BatchEnd | EpochEnd | TrainEnd | RankTold
Listener = Callable[[Event], None]
_HEARS = "hears"
# A listener that leaves batches out hears of one at least so often (seconds), however much slower the batches have become.
HEARD_OF_WITHIN = 0.25
_Heard = TypeVar("_Heard", bound=Callable[..., None])


def only_for(*kinds: type[Event]) -> Callable[[_Heard], _Heard]:
    """Say which events a listener is called for: for those of small batches even a call takes a part of the training's time.

    Args:
        *kinds: classes of events. A class of listeners names them in its attribute `hears`.

    Returns:
        A decorator of a function.

    Example:
        >>> @only_for(EpochEnd)
        ... def show(event):
        ...     print(event.logs)
    """

    def said(listener: _Heard) -> _Heard:
        setattr(listener, _HEARS, kinds)
        return listener

    return said


def hearers(listeners: Sequence[Listener], kind: type[Event]) -> list[Listener]:
    """Those of some listeners that hear a kind of event, in their order.

    Args:
        listeners: the listeners.
        kind: the class of the event.

    Returns:
        The listeners to call.
    """
    return [listener for listener in listeners if kind in getattr(listener, _HEARS, (kind,))]


@runtime_checkable
class LeavesBatchesOut(Protocol):
    """A listener that need not hear of the end of each batch, as the events of small ones take a part of the training's time.

    Where all who hear of batches are of this kind, they hear of none before the first one's `next_batch`, but of each whose loss
    is not a number, of one within a quarter of a second, and of the last one before anything else happens: a pause, the end of
    the epoch.

    """

    @property
    def next_batch(self) -> int:
        """Number of the batch in the epoch, from 0, that it waits for; it may change with each event and in a pause."""
        ...

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        ...
