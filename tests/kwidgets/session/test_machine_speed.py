"""The machine's speed and what is estimated from it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.describe.trial import held_by, random_data
from engine.layers import GRU, LSTM, BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D
from engine.models import Model, Sequential
from kwidgets.session.machine_speed import Speed, estimated_memory, measure_speed

SPEED = Speed(products=1e11, convolutions=1e11, depthwise=1e10, recurrent=5e10, moving=1e10)


def model(*layers: object) -> Model:
    made = Sequential(list(layers))
    made.compile("adam", "mse")
    return made


def test_every_kind_of_op_is_measured() -> None:
    speed = measure_speed()
    assert speed is not None
    assert all(1e7 < value < 1e15 for value in vars(speed).values())


def test_a_dropped_measurement_ends_without_a_result() -> None:
    assert measure_speed(lambda: True) is None


def test_of_two_measurements_the_faster_counts_kind_by_kind() -> None:
    other = Speed(products=2e11, convolutions=1, depthwise=1, recurrent=1, moving=1e11)
    assert SPEED.fastest(other) == other.fastest(SPEED) == Speed(2e11, 1e11, 1e10, 5e10, 1e11)


def test_a_step_takes_its_work_over_the_speed() -> None:
    made = model(Dense(1000, use_bias=False, input_shape=(1000,)))
    one, many = SPEED.seconds(made, 1), SPEED.seconds(made, 1001)
    assert many - one == pytest.approx(1000 * 3 * 2 * 1000 * 1000 / 1e11)
    assert one == pytest.approx(4_000_000 * 7 / 1e10, rel=0.1)  # mostly the update: weights, gradients, slots


def test_other_ops_take_the_bytes_that_they_move() -> None:
    plain, normed = (
        model(Dense(4, input_shape=(1000,))),
        model(BatchNormalization(input_shape=(1000,)), Dense(4)),
    )
    assert SPEED.seconds(normed, 100) - SPEED.seconds(plain, 100) > 100 * 3 * 2 * 4000 / 1e10


@pytest.mark.parametrize(
    ("layers", "batch"),
    [
        ([Conv2D(32, 3, activation="relu", input_shape=(28, 28, 1)), MaxPooling2D(), Flatten(), Dense(10)], 32),
        ([Dense(256, activation="relu", input_shape=(784,)), Dense(10)], 128),
        ([LSTM(64, input_shape=(40, 16)), Dense(1)], 32),
        ([GRU(64, return_sequences=True, input_shape=(40, 16)), GRU(32), Dense(1)], 32),
    ],
)
def test_memory_is_estimated_near_what_the_model_then_holds(layers: list[object], batch: int) -> None:
    made = model(*layers)
    x, y = random_data(made, batch, np.random.default_rng(0))
    made.train_on_batch(x, y)
    held, guess = held_by(made), estimated_memory(made)
    assert guess.lasting == held.lasting
    assert 0.55 < (guess.lasting + batch * guess.a_sample) / (held.lasting + held.buffers) < 1.9
