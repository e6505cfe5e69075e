"""Adafactor: rows and columns of a weight, what a file keeps of them, and training."""

import numpy as np
import pytest

from engine import optimizers
from engine.layers import Dense, Input
from engine.models import Sequential
from engine.optimizers.adafactor import Adafactor, row_and_column_parts, stored_shapes


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (2, 2), (5, 1), (1, 5), (7,), ()])
def test_what_a_file_keeps_comes_back(shape):
    slot = np.random.default_rng(0).random(shape) + 0.1
    if len(shape) > 1 and min(shape) > 1:  # behind both means a slot holds nothing
        held = sum(part.size for part in row_and_column_parts(slot))
        slot.reshape(-1)[held:] = 0

    for placeholders in (True, False):
        stored = Adafactor.stored(slot, placeholders)

        assert [array.shape for array in stored] == stored_shapes(shape, placeholders)
        np.testing.assert_array_equal(Adafactor.restored(stored, shape), slot)


def test_arrays_of_another_weight_are_not_taken():
    assert Adafactor.restored([np.zeros(3), np.zeros(5), np.zeros((3, 5))], (3, 4)) is None


def test_means_of_rows_and_columns_lie_side_by_side_in_the_slot():
    slot = np.arange(24.0).reshape(2, 3, 4)

    rows, columns = row_and_column_parts(slot)

    assert rows.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert columns.tolist() == [[6, 7, 8, 9], [10, 11, 12, 13]]
    assert np.shares_memory(rows, slot)


def test_weights_without_a_gradient_stay():
    model = Sequential([Input((3,)), Dense(2)])
    model.compile(optimizers.Adafactor(0.1), "mse")
    before = model.get_weights()

    for _ in range(70):  # longer than small slots of other optimizers stay as they are
        model.train_on_batch(np.zeros((4, 3)), model.predict(np.zeros((4, 3))))

    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_it_trains():
    random = np.random.default_rng(1)
    x = random.normal(size=(64, 5))
    y = x @ random.normal(size=(5, 2))
    model = Sequential([Input((5,)), Dense(2)])
    model.compile(optimizers.Adafactor(0.1), "mse")

    history = model.fit(x, y, epochs=30, verbose=0).history["loss"]

    assert history[-1] < 0.05 * history[0]
