import math

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

    def train(self, batches, finite=True, of=10**9):
        chosen = []
        for batch in range(batches):
            self.now += self.step
            event = BatchEnd(0, batch % of, 32, {"loss": 1.0 if finite else math.nan}, finite)
            if self.pace.chooses(event):
                chosen.append(batch)
                began = self.pace.begin()
                self.worked += self.cost
                self.now += self.cost
                if began is not None:
                    self.pace.end(began)
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


def test_the_last_batch_of_an_epoch_and_each_without_a_number_are_always_taken_in():
    machine = Machine(1e-5, 1e-4)
    machine.pace.batches = 100
    machine.train(100_000, of=100)
    assert machine.pace.every > 100
    assert machine.train(100, of=100)[-1] == 99
    assert machine.train(5, finite=False) == [0, 1, 2, 3, 4]


def test_a_batch_that_was_passed_over_is_given_late_once():
    machine = Machine(1e-5, 1e-4)
    machine.train(100_000)
    chosen = machine.train(50)
    late = machine.pace.late()
    assert chosen[-1:] != [49] and late is not None and late.batch == 49
    assert machine.pace.late() is None


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
    assert machine.train(10) == list(range(10))


def test_progress_names_the_latest_batch_also_where_it_was_passed_over():
    stream = Stream(clock=lambda: 0.0)
    stream(TrainBegin(1, 1000, 8000, ("loss",)))
    stream(EpochBegin(0))
    stream.pace.every = 8
    for batch in range(12):
        event = BatchEnd(0, batch, 8, {"loss": 1.0})
        if stream.pace.chooses(event):
            stream(event)
    assert stream.batches_done == 8 and stream.status()["batch"] == 12
