"""A condition that pauses a builder's training right before a batch, so that the page shows it and goes on when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypedDict

from typing_extensions import Unpack

from engine.experiment import Control
from engine.inspection import BreakWhen, FirstBadBatch, Hit
from engine.types import Array, Logs

from ..session.session import Session
from ..words import inside as say


class Conditions(TypedDict, total=False):
    """When to pause; see `engine.inspection.BreakWhen`."""

    gradient_norm_above: float | None
    loss_above: float | None
    loss_is_nan: bool
    class_in_batch: int | None
    when: Callable[[list[Array]], bool] | None


def each_batch(arrays: list[Array]) -> bool:
    """The condition that holds for every batch."""
    return True


class PausesSession(BreakWhen):
    """Pauses a session as its Pause button does, and says why in its log.

    Args:
        session: what trains.
        **conditions: when; none, so that it pauses nothing until `change` gives some.

    Attributes:
        waiting: the batch before which the training waits now; None while it does not.
        looks: whether a training goes on that looks for the conditions.
    """

    def __init__(self, session: Session, **conditions: Unpack[Conditions]) -> None:
        first: Conditions = conditions or {"loss_is_nan": True}
        super().__init__(**first, then="pause")
        self.change(conditions)
        self._session = session
        self.waiting: Hit | None = None
        self.looks = False

    def change(self, conditions: Conditions) -> None:
        """Look for others from the next batch on; for none where none is given."""
        self.gradient_norm_above = conditions.get("gradient_norm_above")
        self.loss_above = conditions.get("loss_above")
        self.loss_is_nan = conditions.get("loss_is_nan", False)
        self.class_in_batch, self.when = conditions.get("class_in_batch"), conditions.get("when")

    def before_training(self, control: Control) -> None:
        """Look from now on."""
        self.looks = True
        super().before_training(control)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Look no more."""
        self.looks = False

    def hold(self, control: Control, hit: Hit) -> None:
        """Pause before the batch; Stop ends the training without it."""
        hit = replace(hit, why=say.EACH_BATCH) if self.when is each_batch else hit
        self._session.stream.say(say.paused_before(hit.epoch + 1, hit.batch + 1, hit.why))
        self.waiting = hit
        try:
            if self._session.state == "running":
                self._session.pause()
            if not control.wait_for_turn():
                control.stop_before_batch()
        finally:
            self.waiting = None


class KeepsBadBatch(FirstBadBatch):
    """Keeps the first bad batch of each training of a session, and says in its log where the number that is none came up.

    Args:
        session: what trains.

    Attributes:
        keeps: whether it does; False at first.
        looks: whether a training goes on that it is part of.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.keeps = self.looks = self._kept_before = False

    def before_training(self, control: Control) -> None:
        """Look from now on."""
        self.looks = True
        super().before_training(control)

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Look no more."""
        self.looks = False

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Keep weights and optimizer, where they are to be kept."""
        self._kept_before = self.keeps
        if self.keeps:
            super().on_batch_begin(batch, logs)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the batch before which they were kept."""
        if self._kept_before:
            super().on_batch_end(batch, logs)

    def tell(self, said: str) -> None:
        """Say it in the session's log."""
        self._session.stream.say(said)
