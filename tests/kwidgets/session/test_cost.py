import time

import pytest

from engine.events import EpochBegin
from kwidgets.session.cost import Cost
from kwidgets.session.sender import Sender, seconds_sent


def work(seconds):
    """Keeps the processor busy."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))


def test_the_share_counts_listening_and_sending():
    sent = [3.0]
    cost = Cost(lambda: sent[0])
    cost.timed(lambda _: work(0.02))(EpochBegin(0))
    sent[0] += 0.5
    assert cost.share(10.0) == pytest.approx(0.052, abs=0.004)


def test_waiting_is_no_cost():
    cost = Cost(lambda: 0.0)
    cost.timed(lambda _: time.sleep(0.05))(EpochBegin(0))
    assert cost.share(1.0) < 0.02


def test_a_time_too_short_gives_no_share():
    assert Cost(lambda: 0.0).share(0.1) is None


def test_a_listener_that_fails_is_counted_and_its_error_passes():
    cost = Cost(lambda: 0.0)

    def fails(_):
        work(0.02)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cost.timed(fails)(EpochBegin(0))
    assert cost.share(1.0) >= 0.02


def test_senders_add_up_their_processor_time():
    before = seconds_sent()
    sender = Sender(lambda names: sum(range(2_000_000)))
    sender.mark("points")
    assert sender.drain()
    assert seconds_sent() > before + 0.005
