import time

import pytest

from engine.events import BatchEnd, EpochBegin
from kwidgets.session.cost import Cost
from kwidgets.session.sender import Sender, seconds_sent


class Processor:
    """A processor clock that goes on while somebody works."""

    def __init__(self):
        self.seconds = 0.0

    def work(self, seconds):
        self.seconds += seconds

    def __call__(self):
        return self.seconds


def test_the_share_counts_listening_and_sending():
    sent, processor = [3.0], Processor()
    cost = Cost(lambda: sent[0], processor)
    cost.timed(lambda _: processor.work(0.02), lambda _: processor.work(0.01))(EpochBegin(0))
    processor.work(7.0)  # the training itself
    sent[0] += 0.5
    assert cost.share(10.0) == pytest.approx(0.053)


def test_waiting_is_no_cost():
    cost, before = Cost(lambda: 0.0), time.thread_time()
    cost.timed(lambda _: time.sleep(0.02))(EpochBegin(0))
    assert cost.share(1.0) <= time.thread_time() - before


def test_a_time_too_short_gives_no_share():
    assert Cost(lambda: 0.0).share(0.1) is None


def test_a_listener_that_fails_is_counted_and_its_error_passes():
    processor = Processor()
    cost = Cost(lambda: 0.0, processor)

    def fails(_):
        processor.work(0.02)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cost.timed(fails)(EpochBegin(0))
    assert cost.share(1.0) == pytest.approx(0.02)


def test_senders_add_up_their_processor_time():
    before, worked = seconds_sent(), []

    def send(names):
        began = time.thread_time()
        sum(range(200_000))
        worked.append(time.thread_time() - began)

    sender = Sender(send)
    sender.mark("points")
    assert sender.drain()
    assert seconds_sent() - before >= worked[0] > 0


def test_events_of_a_long_run_are_counted_by_samples_of_them():
    processor = Processor()
    cost = Cost(lambda: 0.0, processor)
    heard = cost.timed(lambda event: processor.work(1e-5 if isinstance(event, BatchEnd) else 1e-4))
    for epoch in range(1000):
        heard(EpochBegin(epoch))
        for batch in range(7):
            heard(BatchEnd(epoch, batch, 8, {"loss": 1.0}))
    assert cost.share(1.0) == pytest.approx(1000 * (1e-4 + 7e-5), rel=0.02)
