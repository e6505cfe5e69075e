"""What a session's listeners hear of a training."""

import numpy as np
import pytest

from engine.events import BatchBegin, BatchEnd, EpochEnd, Event, TrainEnd
from engine.layers import Dense
from engine.models import Sequential
from kwidgets.session.cost import Cost
from kwidgets.session.hearing import Hearing
from kwidgets.session.pace import Pace


def heard_of(pace: Pace, batches: int) -> list[Event]:
    heard: list[Event] = []
    model = Sequential([Dense(1, input_shape=(2,))])
    model.compile("sgd", "mse")
    data = np.zeros((8 * batches, 2)), np.zeros((8 * batches, 1))
    model.fit(*data, batch_size=8, verbose=0, listeners=[Hearing(pace, Cost(lambda: 0.0), (heard.append,))])
    return heard


def batches_of(heard: list[Event]) -> list[int]:
    return [event.batch for event in heard if isinstance(event, BatchEnd)]


def test_listeners_hear_everything_but_that_a_batch_begins() -> None:
    heard = heard_of(Pace(), 5)
    assert batches_of(heard) == [0, 1, 2, 3, 4]
    assert not any(isinstance(event, BatchBegin) for event in heard)


@pytest.mark.parametrize(("awaited", "told"), [(3, [3, 4, 5]), (5, [5]), (9, [5])])
def test_listeners_hear_of_the_batches_they_wait_for_and_of_the_last_before_an_epoch_ends(
    awaited: int, told: list[int]
) -> None:
    pace = Pace()
    pace.next_batch = awaited
    heard = heard_of(pace, 6)
    assert batches_of(heard) == told
    assert [type(event) for event in heard][-3:] == [BatchEnd, EpochEnd, TrainEnd]
