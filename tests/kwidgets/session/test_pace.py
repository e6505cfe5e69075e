import pytest

from engine.events import BatchEnd, EpochBegin, TrainBegin
from kwidgets.session.pace import MOST, SHARE, Pace
from kwidgets.session.stream import Stream


class Machine:
    """Clocks of a machine on which a batch takes `step` seconds, and taking one in `cost` seconds of the processor."""

    def __init__(self, step, cost, **arguments):
        self.step, self.cost = step, cost
        self.now = self.worked = 0.0
        self.pace = Pace(lambda: self.now, lambda: self.worked, **arguments)

        self.batch = 0

    def train(self, batches, of=10**9):
        """Train on so many batches; gives those that were taken in."""
        chosen = []
        for _ in range(batches):
            if self.batch % of == 0:
                self.pace.begin_epoch()
            self.now += self.step
            if self.batch % of >= self.pace.next_batch:
                chosen.append(self.batch % of)
                began = self.pace.begin(self.batch % of)
                self.worked += self.cost
                self.now += self.cost
                if began is not None:
                    self.pace.end(began)
            self.batch += 1
        return chosen


@pytest.mark.parametrize("step", [1e-5, 1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize("cost", [1e-6, 1e-5, 1e-4])
def test_taking_in_costs_no_more_than_its_share_once_the_pace_is_known(step, cost):
    machine = Machine(step, cost)
    machine.train(int(3 / step) if step > 1e-5 else 200_000)
    before, batches = machine.worked, 4096
    machine.train(batches)
    assert machine.worked - before <= 1.1 * max(SHARE * batches * step, cost * batches / MOST)


def test_all_batches_are_taken_in_where_that_is_cheap():
    assert len(Machine(0.01, 1e-5).train(2000)) == 2000


def test_a_pace_goes_back_when_batches_take_longer_again():
    machine = Machine(1e-4, 1e-5)
    machine.train(50_000)
    assert machine.pace.every > 8
    machine.step = 0.05
    machine.train(6 * 16 * machine.pace.every)
    assert machine.pace.every == 1


def test_the_last_batch_of_an_epoch_is_always_taken_in():
    machine = Machine(1e-5, 1e-4)
    machine.pace.batches = 100
    machine.train(100_000, of=100)
    assert machine.pace.every > 100
    assert machine.train(100, of=100) == [99]


def test_a_pause_is_no_time_of_a_batch():
    machine = Machine(1e-5, 1e-4)
    machine.train(100_000)
    every = machine.pace.every
    machine.now += 3600
    machine.pace.restart()
    machine.train(100 * every)
    assert machine.pace.every == every


def test_single_steps_are_taken_in_whatever_the_pace_was():
    machine = Machine(1e-5, 1e-4)
    machine.train(100_000)
    machine.pace.closely()
    assert len(machine.train(10)) == 10


def test_progress_counts_the_batches_that_were_left_out():
    stream = Stream(clock=lambda: 0.0)
    stream(TrainBegin(1, 1000, 8000, ("loss",)))
    stream.pace.every = 8
    stream(EpochBegin(0))
    for batch in (7, 15):
        assert stream.pace.next_batch == batch
        stream(BatchEnd(0, batch, 8, {"loss": 1.0}))
    assert stream.batches_done == 16 and stream.status()["batch"] == 16
