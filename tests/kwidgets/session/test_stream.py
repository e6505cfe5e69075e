import pytest

from engine.events import BatchEnd, EpochBegin, EpochEnd, RankTold, TrainBegin, TrainEnd
from kwidgets.session.stream import Stream


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def run_epochs(stream, clock, epochs, batches=4, of=10, seconds=1.0, first=0):
    for epoch in range(first, first + epochs):
        stream(EpochBegin(epoch))
        for batch in range(batches):
            clock.now += seconds
            stream(BatchEnd(epoch, batch, 8, {"loss": 10.0 - batch}))
        stream(EpochEnd(epoch, {"loss": 5.0, "val_loss": 6.0}, seconds * batches))


def test_progress_speed_and_time_left_are_told():
    clock = Clock()
    stream = Stream(clock)
    stream(TrainBegin(10, 4, 32, ("loss",)))
    run_epochs(stream, clock, 2)
    status = stream.status()
    assert (status["epoch"], status["epochs"], status["batch"], status["batches"]) == (2, 10, 4, 4)
    assert status["samples_per_second"] == pytest.approx(8.0)
    assert status["seconds"] == pytest.approx(8.0)
    assert status["seconds_left"] == pytest.approx(32.0)
    assert status["logs"] == {"loss": 5.0, "val_loss": 6.0}


def test_curves_lie_at_fractions_of_epochs():
    clock = Clock()
    stream = Stream(clock)
    stream(TrainBegin(10, 4, 32, ("loss",)))
    run_epochs(stream, clock, 2)
    pieces = {(p.name, p.phase): p for p in stream.curves.pieces()}
    assert pieces["loss", "batch"].xs.tolist() == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0]
    assert pieces["loss", "train"].xs.tolist() == [1.0, 2.0]
    assert pieces["loss", "validation"].ys.tolist() == [6.0, 6.0]


def test_processes_that_train_together_are_told_while_they_do():
    stream = Stream(Clock())
    stream(TrainBegin(10, 4, 32, ("loss",)))
    assert stream.status()["ranks"] == []
    stream(RankTold(1, 2, 100.0, 0.25))
    stream(RankTold(0, 2, 90.0, 0.5))
    stream(RankTold(1, 2, 110.0, 0.125))
    assert stream.status()["ranks"] == [
        {"rank": 0, "samples_per_second": 90.0, "waiting": 0.5},
        {"rank": 1, "samples_per_second": 110.0, "waiting": 0.125},
    ]
    stream(TrainEnd("finished"))
    assert stream.status()["ranks"] == []


def test_a_pause_costs_no_seconds():
    clock = Clock()
    stream = Stream(clock)
    stream(TrainBegin(10, 4, 32, ("loss",)))
    run_epochs(stream, clock, 1)
    stream.pause()
    clock.now += 1000
    stream.resume()
    run_epochs(stream, clock, 1, first=1)
    assert stream.status()["seconds"] == pytest.approx(8.0)
    assert stream.status()["samples_per_second"] == pytest.approx(8.0)


def test_a_partial_epoch_stands_where_it_was_cut():
    clock = Clock()
    stream = Stream(clock)
    stream(TrainBegin(10, 4, 32, ("loss",)))
    stream(EpochBegin(0))
    stream(BatchEnd(0, 0, 8, {"loss": 3.0}))
    stream(EpochEnd(0, {"loss": 3.0}, 1.0, partial=True))
    stream(TrainEnd("stopped"))
    train = next(p for p in stream.curves.pieces() if p.phase == "train")
    assert train.xs.tolist() == [0.25]
    assert stream.history.partial and stream.history.epoch == [0]


def test_a_loss_that_is_no_number_is_said_once_and_sent_as_null():
    stream = Stream(Clock())
    stream(TrainBegin(1, 4, 32, ("loss",)))
    stream(EpochBegin(0))
    for batch in range(3):
        stream(BatchEnd(0, batch, 8, {"loss": float("nan")}, finite=False))
    assert sum("not a number" in line for line in stream.log) == 1
    assert stream.status()["logs"] == {"loss": None}


def test_without_a_known_length_points_stay_in_their_epoch():
    stream = Stream(Clock())
    stream(TrainBegin(2, None, None, ("loss",)))
    stream(EpochBegin(0))
    for batch in range(3):
        stream(BatchEnd(0, batch, 8, {"loss": 1.0}))
    stream(EpochEnd(0, {"loss": 1.0}, 1.0))
    xs = stream.curves.pieces()[0].xs
    assert (xs < 1).all() and (xs[1:] > xs[:-1]).all()
    assert stream.status()["batches"] == 3
