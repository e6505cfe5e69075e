"""Batches cut from arrays: their order, and how they get to where they are needed."""

import tracemalloc

import numpy as np
import pytest

from engine._training.sources import ArrayBatches
from engine.errors import SettingError
from engine.layers import Dense
from engine.models import Sequential


def _read(batches, epoch=0):
    return [np.array(batch.arrays[0]) for batch in batches.epoch(epoch)]


def test_batches_in_order_end_with_a_smaller_one():
    assert [len(part) for part in _read(ArrayBatches([np.arange(10)], 4))] == [4, 4, 2]


def test_each_epoch_is_shuffled_anew_and_keeps_all_samples_together_with_their_labels():
    x = np.arange(10)
    batches = ArrayBatches([x, x * 2], 4, shuffle=True)

    first = np.concatenate(_read(batches, 0))
    second = np.concatenate(_read(batches, 1))

    assert sorted(first) == list(range(10))
    assert first.tolist() != second.tolist()
    for batch in batches.epoch(0):
        np.testing.assert_array_equal(np.asarray(batch.arrays[0]) * 2, batch.arrays[1])


def test_the_order_repeats_with_numpys_seed():
    np.random.seed(4)
    first = np.concatenate(_read(ArrayBatches([np.arange(30)], 4, shuffle=True)))
    np.random.seed(4)
    second = np.concatenate(_read(ArrayBatches([np.arange(30)], 4, shuffle=True)))

    np.testing.assert_array_equal(first, second)


def test_batch_shuffle_moves_whole_blocks_and_leaves_the_rest_last():
    parts = _read(ArrayBatches([np.arange(42)], 4, shuffle="batch"))

    assert all((np.diff(part) == 1).all() for part in parts)
    assert parts[-1].tolist() == [40, 41]
    assert [int(part[0]) for part in parts[:-1]] != list(range(0, 40, 4))


def test_another_shuffle_word_is_refused():
    with pytest.raises(SettingError, match="'batch'"):
        ArrayBatches([np.arange(4)], 2, shuffle="bach")


def test_steps_go_on_through_the_data():
    batches = ArrayBatches([np.arange(6)], 2, steps=2)

    assert [p.tolist() for p in _read(batches, 0)] == [[0, 1], [2, 3]]
    assert [p.tolist() for p in _read(batches, 1)] == [[4, 5], [0, 1]]


class Stored:
    """Something like an HDF5 data set: slices, or ascending places."""

    def __init__(self, array):
        self._array, self.shape, self.dtype = array, array.shape, array.dtype

    def __len__(self):
        return len(self._array)

    def __getitem__(self, where):
        if isinstance(where, list):
            assert where == sorted(where)
        return self._array[where]


def test_stored_arrays_are_read_in_ascending_order_and_given_as_asked():
    x = np.arange(20)
    batches = ArrayBatches([Stored(x), x], 4, shuffle=True)

    for batch in batches.epoch(0):
        np.testing.assert_array_equal(batch.arrays[0], batch.arrays[1])


@pytest.mark.parametrize("kind", ["float32", "float64", "uint8"])
@pytest.mark.parametrize("lie", [np.ascontiguousarray, np.asfortranarray, lambda x: np.repeat(x, 2, 1)[:, ::2]])
def test_shuffled_rows_come_to_their_target_in_its_type(kind, lie):
    x = np.arange(60).reshape(20, 3).astype(kind)
    batches = ArrayBatches([lie(x)], 8, shuffle=True)

    targets = [np.full((8, 3), np.nan, "float32") for _ in range(3)]
    for target, batch in zip(targets, batches.epoch(0), strict=True):
        batch.arrays[0].copy_into(target[: batch.size])

    rows = np.concatenate(targets)[:20]
    np.testing.assert_array_equal(rows[np.argsort(rows[:, 0])], x)
    assert rows.tolist() != x.tolist()


def test_a_shuffled_batch_takes_no_memory_besides_the_plans_input():
    width, samples = 50_000, 8
    model = Sequential([Dense(1, use_bias=False, input_dim=width)])
    model.compile("sgd", "mse")
    x, y = np.zeros((4 * samples, width), "float32"), np.zeros((4 * samples, 1), "float32")
    # The first call of all loads modules, which are memory too.
    model.train_on_batch(x[:1], y[:1])

    tracemalloc.start()
    model.fit(x, y, batch_size=samples, shuffle=True, verbose=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # The input of the plan, and beside it weights and gradients that are an eighth of a batch each.
    a_batch = x[:samples].nbytes
    assert a_batch < peak < 2.25 * a_batch
