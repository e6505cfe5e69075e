from engine.events import BatchBegin, BatchEnd, EpochBegin, EpochEnd, TrainBegin, TrainEnd
from kwidgets.session.cost import Cost
from kwidgets.session.hearing import Hearing
from kwidgets.session.pace import Pace


def events(batches):
    yield TrainBegin(1, None, None, ("loss",))
    yield EpochBegin(0)
    for batch in range(batches):
        yield BatchBegin(0, batch, 8)
        yield BatchEnd(0, batch, 8, {"loss": 1.0})
    yield EpochEnd(0, {"loss": 1.0}, 1.0)
    yield TrainEnd("finished")


def heard_of(pace, batches):
    heard = []
    hearing = Hearing(pace, Cost(lambda: 0.0), (heard.append,))
    for event in events(batches):
        if type(event) in hearing.hears:
            hearing(event)
    return heard


def test_listeners_hear_everything_but_that_a_batch_begins():
    heard = heard_of(Pace(), 5)
    assert heard == [event for event in events(5) if not isinstance(event, BatchBegin)]


def test_the_last_batch_before_an_epoch_ends_is_heard_of_whatever_the_pace():
    pace = Pace()
    pace.every = 4
    heard = heard_of(pace, 6)
    assert [event.batch for event in heard if isinstance(event, BatchEnd)] == [3, 5]
    assert [type(event) for event in heard][-3:] == [BatchEnd, EpochEnd, TrainEnd]
