"""A condition that pauses a builder's training right before a batch, so that the page shows it and goes on when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from typing_extensions import Unpack

from engine.experiment import Control
from engine.inspection import BreakWhen, Hit
from engine.types import Array

from ..session.session import Session
from ..words import inside as say


class Conditions(TypedDict, total=False):
    """When to pause; see `engine.inspection.BreakWhen`."""

    gradient_norm_above: float | None
    loss_above: float | None
    loss_is_nan: bool
    class_in_batch: int | None
    when: Callable[[list[Array]], bool] | None


class PausesSession(BreakWhen):
    """Pauses a session as its Pause button does, and says why in its log.

    Args:
        session: what trains.
        **conditions: when.
    """

    def __init__(self, session: Session, **conditions: Unpack[Conditions]) -> None:
        super().__init__(**conditions, then="pause")
        self._session = session

    def hold(self, control: Control, hit: Hit) -> None:
        """Pause before the batch; Stop ends the training without it."""
        self._session.stream.say(say.paused_before(hit.epoch + 1, hit.batch + 1, hit.why))
        if self._session.state == "running":
            self._session.pause()
        if not control.wait_for_turn():
            control.stop_before_batch()
