"""What a `fit` asked for is told to those who listen to it."""

import numpy as np
import pytest

from engine.callbacks import Callback
from engine.experiment import Control
from engine.layers import Dense
from engine.models import Sequential

X, Y = np.zeros((10, 3)), np.zeros((10, 1))


def called(**settings):
    model = Sequential([Dense(1, input_shape=(3,))])
    model.compile("sgd", "mse")
    control = Control()
    model.fit(X, Y, verbose=0, control=control, **settings)
    return control.call


def test_data_and_settings_are_those_of_the_call():
    watching = Callback()
    call = called(batch_size=4, epochs=3, validation_split=0.2, shuffle=False, callbacks=[watching])
    assert call.x is X and call.y is Y and list(call.callbacks) == [watching]
    assert (call.batch_size, call.batches, call.epochs) == (4, 2, 3)
    assert (call.validation_split, call.shuffle, call.others) == (0.2, False, ())


@pytest.mark.parametrize(
    ("settings", "others"),
    [
        ({}, ()),
        ({"sample_weight": np.ones(10)}, ("sample_weight",)),
        ({"class_weight": {0: 2.0}}, ("class_weight",)),
        ({"validation_data": (X, Y)}, ("validation_data",)),
        ({"sample_weight": np.ones(10), "validation_data": (X, Y)}, ("sample_weight", "validation_data")),
    ],
)
def test_what_was_given_besides_is_named(settings, others):
    assert called(**settings).others == others


def test_a_generator_is_named_as_one():
    def batches():
        while True:
            yield X, Y

    seen = []

    class Listens(Callback):
        def make_listener(self, control):
            seen.append(control)

    model = Sequential([Dense(1, input_shape=(3,))])
    model.compile("sgd", "mse")
    model.fit_generator(batches(), steps_per_epoch=2, verbose=0, callbacks=[Listens()])
    assert seen[0].call.others == ("a generator",) and seen[0].call.x is None and seen[0].call.batches == 2
