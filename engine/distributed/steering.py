"""Stop, pause, one more batch and the rate, as the starter sends them and as a process hears them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .._machine.ranks import Ranks
from .._training.control import Control
from .._training.exchange import Rated
from .parent_line import Message


def steer(control: Control, message: Message) -> None:
    """Do what the starter asks of a training.

    Args:
        control: of the training.
        message: what came over the line; what is no order is left alone.
    """
    if "stop" in message:
        control.stop(message["stop"])
    if "pause" in message:
        control.pause() if message["pause"] else control.resume()
    for _ in range(int(message.get("steps", 0))):
        control.step()
    if "rate" in message:
        control.learning_rate = float(message["rate"])


class Orders:
    """What the starter of processes has to tell them of what it was asked itself.

    Args:
        control: of the starter's `fit`.
        rated: has the learning rate that callbacks may change.
        send: sends a message to rank 0.
    """

    def __init__(self, control: Control, rated: Rated, send: Callable[[Message], None]) -> None:
        self._control, self._rated, self._send = control, rated, send
        self._rate, self._waits, self._stops = rated.learning_rate, False, False

    def tell(self) -> None:
        """Send what has changed since the last call."""
        control = self._control
        asked = control.take_learning_rate()
        if asked is not None:
            self._rated.learning_rate = asked
        rate = self._rated.learning_rate
        if rate != self._rate:
            self._rate = rate
            self._send({"rate": rate})
        waits, steps = control.paused, control.take_steps()
        if steps:
            self._waits = True
            self._send({"steps": steps})
        elif waits != self._waits:
            self._waits = waits
            self._send({"pause": waits})
        reason = control.asked
        if reason is not None and not self._stops:
            self._stops = True
            self._send({"stop": reason})


def of_rank_0(ranks: Ranks, value: bool) -> bool:
    """What rank 0 has found.

    Args:
        ranks: the processes.
        value: what this one has found.
    """
    flag = np.array([value], np.uint8)
    ranks.broadcast(flag)
    return bool(flag[0])
