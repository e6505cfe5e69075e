"""How others steer a training that runs: one object, safe to use from any thread and from a signal handler.

The loop asks between batches. Nothing here interrupts an update, so weights are always those of whole updates.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from ..events import Reason
from ..types import Config
from .fit_call import FitCall
from .gate import Gate

if TYPE_CHECKING:
    from .data import Batch

# A signal handler must not take the lock that it may have interrupted, so it only sets flags; a paused loop looks
# at them at least this often (seconds).
_LOOK_AGAIN = 0.05


class Agreement(Protocol):
    """What the processes that train together have agreed on: each of them goes by that, not by what it was asked itself.

    Attributes:
        reason: why the training ends; None while it goes on.
        paused: whether all wait.
    """

    reason: Reason | None
    paused: bool

    def look(self) -> None:
        """Tell the others what this one was asked since, and hear what they were."""
        ...


class Control:
    """Stop, pause, resume, single step and learning rate of one training.

    Attributes:
        begin_at: a snapshot of an earlier training, which this one goes on from.
        snapshot: takes one of this training, for listeners, between two batches; None before it begins.
        call: what its `fit` asked for, for listeners; None before it begins.
        gate: closed by the loop while weights change.
        batch: the batch that is about to be trained on or was trained on last, for listeners; None before the first.
        ends_early: whether a callback wants the training to end after the current batch, which it may take back until then.
        ends_on_nan: whether the training ends after its first batch whose loss is NaN or infinite, since the weights are lost
            then; which is not so by default.
        agreement: of the processes that train together; None where one trains alone.
        report: told about once a second how many samples this process has trained on, the seconds that took and those of them
            in which it waited for others; None: nobody asks.

    Example:
        >>> control = Control()
        >>> control.stop()
        >>> control.stopped
        True
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._reason: Reason | None = None
        self._paused = False
        self._steps = 0
        self._learning_rate: float | None = None
        self.begin_at: Config | None = None
        self.snapshot: Callable[[], Config] | None = None
        self.call: FitCall | None = None
        self.gate = Gate()
        self.batch: Batch | None = None
        self.agreement: Agreement | None = None
        self.report: Callable[[int, float, float], None] | None = None
        self.ends_on_nan = self.ends_early = self.leaves_batch = False

    def still(self) -> AbstractContextManager[None]:
        """A block in which the weights are those of a whole number of updates, and stay so; from any thread."""
        return self.gate.still()

    def stop(self, reason: Reason = "stopped") -> None:
        """End after the current batch.

        Args:
            reason: what `reason` says then; the first one stays.
        """
        self.request_stop(reason)
        with self._changed:
            self._changed.notify_all()

    def stop_before_batch(self) -> None:
        """From a listener of BatchBegin: end without training on the batch that begins."""
        self.leaves_batch = True
        self.stop()

    def request_stop(self, reason: Reason) -> None:
        """`stop` without a lock, for signal handlers; the first reason stays."""
        if self._reason is None:
            self._reason = reason

    def pause(self) -> None:
        """Wait after the current batch until `resume`, `step` or `stop`."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._changed:
            self._paused = False
            self._steps = 0
            self._changed.notify_all()

    def step(self) -> None:
        """Train on one more batch, then wait again; pauses if need be."""
        with self._changed:
            self._paused = True
            self._steps += 1
            self._changed.notify_all()

    def take_steps(self) -> int:
        """How many single batches were asked for since the last call, for whoever has another process train."""
        with self._changed:
            steps, self._steps = self._steps, 0
        return steps

    def reset(self) -> None:
        """Forget stop and pause, so that the object serves another training."""
        with self._changed:
            self._reason, self._paused, self._steps, self._learning_rate = None, False, 0, None
            self.ends_early = self.leaves_batch = False

    @property
    def stopped(self) -> bool:
        """Whether an end has been asked for; where several processes train together, whether they have agreed on it."""
        return self.reason is not None

    @property
    def reason(self) -> Reason | None:
        """Why it ends, as `TrainEnd.reason` says it; None while it goes on."""
        return self.asked if self.agreement is None else self.agreement.reason

    @property
    def asked(self) -> Reason | None:
        """Why this process was asked to end; None where it was not."""
        return self._reason or ("early" if self.ends_early else None)

    @property
    def paused(self) -> bool:
        """Whether the loop waits, or will after the current batch."""
        return self._paused if self.agreement is None else self.agreement.paused

    @property
    def asked_to_wait(self) -> bool:
        """Whether this process was asked to wait, and not for one more batch."""
        return self._paused and not self._steps

    @property
    def learning_rate(self) -> float | None:
        """The rate asked for and not yet taken up by the loop."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        """Ask for a rate: the loop takes it up before its next batch."""
        self._learning_rate = float(value)

    def take_learning_rate(self) -> float | None:
        """The rate asked for since the last call, for the loop."""
        value, self._learning_rate = self._learning_rate, None
        return value

    def wait_for_turn(self) -> bool:
        """Block while paused; whether the next batch may run (else: end)."""
        if self.agreement is not None:
            return self._wait_for_all(self.agreement)
        if not self._paused:
            return not self.stopped
        with self._changed:
            while self._paused and not self.stopped:
                if self._steps:
                    self._steps -= 1
                    break
                self._changed.wait(_LOOK_AGAIN)
        return not self.stopped

    def _wait_for_all(self, agreement: Agreement) -> bool:
        """`wait_for_turn` of processes that train together: all of them wait, and look again at the same time."""
        while agreement.paused and agreement.reason is None:
            with self._changed:
                self._changed.wait(_LOOK_AGAIN)
            agreement.look()
        with self._changed:
            if self._paused and self._steps:
                self._steps -= 1
        return agreement.reason is None
