"""What a starter is asked goes to its processes once, and does there what it would do here."""

from __future__ import annotations

from collections.abc import Mapping

from engine.distributed.steering import Orders, steer
from engine.experiment import Control


class Rated:
    """Has a learning rate."""

    learning_rate = 0.1


def told(*deeds: str) -> tuple[list[Mapping[str, object]], Control, Rated]:
    """The messages after each deed on a control; what heard them; what has the rate."""
    control, other, rated = Control(), Control(), Rated()
    sent: list[Mapping[str, object]] = []
    orders = Orders(control, rated, sent.append)
    for deed in deeds:
        if deed == "rate":
            control.learning_rate = 0.5
        elif deed == "callback":
            rated.learning_rate = 0.25
        else:
            getattr(control, deed)()
        orders.tell()
        orders.tell()
    for message in sent:
        steer(other, message)
    return sent, other, rated


def test_a_stop_is_told_once() -> None:
    sent, other, _ = told("stop")
    assert sent == [{"stop": "stopped"}]
    assert other.reason == "stopped"


def test_a_pause_and_what_ends_it_are_told() -> None:
    sent, other, _ = told("pause", "resume")
    assert sent == [{"pause": True}, {"pause": False}]
    assert not other.paused


def test_single_batches_are_told_and_wait_behind() -> None:
    sent, other, _ = told("step")
    assert sent == [{"steps": 1}]
    assert other.paused and other.take_steps() == 1


def test_a_rate_that_was_set_by_hand_or_by_a_callback_is_told() -> None:
    sent, other, rated = told("rate", "callback")
    assert sent == [{"rate": 0.5}, {"rate": 0.25}]
    assert other.take_learning_rate() == 0.25
    assert rated.learning_rate == 0.25
