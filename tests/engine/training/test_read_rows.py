"""Rows that are read ahead of training: in its order, in threads that end, and never all at once."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from engine._training.read_rows import ReadRows
from engine._training.sources import ArrayBatches
from engine.layers import Dense
from engine.models import Sequential


class Numbers(ReadRows):
    """Row numbers, which remember what was asked for; the row `broken` cannot be read."""

    def __init__(self, rows: int, broken: int = -1, width: int = 1) -> None:
        super().__init__((rows, width), np.dtype("float32"), readers=3)
        self.most, self.epochs, self.broken = 0, set[object](), broken

    def read(self, rows: np.ndarray, epoch: int | None = None) -> np.ndarray:
        if self.broken in rows:
            raise OSError(f"row {self.broken} cannot be read")
        self.most = max(self.most, len(rows))
        self.epochs.add(epoch)
        return np.repeat(rows[:, None], self.shape[1], 1).astype("float32")


def network(width: int = 1) -> Sequential:
    model = Sequential([Dense(1, input_shape=(width,))])
    model.compile("sgd", "mse")
    return model


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("engine-data")]


@pytest.mark.parametrize("shuffle", [True, False, "batch"])
def test_batches_are_those_of_an_array_in_memory(shuffle):
    read, plain = Numbers(23), np.arange(23, dtype="float32")[:, None]
    sources = [ArrayBatches([array, plain * 2], 5, shuffle) for array in (read, plain)]
    sources[0].seed = sources[1].seed = 7
    for epoch, first in ((0, 0), (1, 0), (1, 3)):
        ours, theirs = ([[np.array(a) for a in batch.arrays] for batch in s.epoch(epoch, first)] for s in sources)
        assert len(ours) == 5 - first
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(one, other)
    assert not readers()


def test_a_training_reads_its_batches_alone_and_each_epoch_by_its_number():
    # Four batches of four rows are a megabyte.
    read = Numbers(80, width=2**14)
    model = network(2**14)
    model.optimizer.learning_rate = 0.0
    model.fit(read, np.zeros(80), validation_split=0.25, batch_size=4, epochs=3, verbose=0)
    assert read.most == 16 and read.epochs == {0, 1, 2} and not readers()


def test_what_cannot_be_read_ends_the_training_with_its_own_error():
    with pytest.raises(OSError, match="row 17 cannot be read"):
        network().fit(Numbers(40, broken=17), np.zeros(40), batch_size=4, verbose=0)
    assert not readers()


def test_a_few_of_very_many_rows_take_no_memory_for_the_others() -> None:
    class Zeros(ReadRows):
        def read(self, rows: np.ndarray, epoch: int | None = None) -> np.ndarray:
            return rows[:, None].astype(np.float64)

    many = Zeros((10**12, 1), np.dtype("float64"))
    assert many[[3, -1]].ravel().tolist() == [3, 10**12 - 1] and many[np.int64(7)].tolist() == [7]
    assert many[10:30:10].ravel().tolist() == [10, 20] and many[-2:].shape == (2, 1) and many[[]].shape == (0, 1)
    with pytest.raises(IndexError, match="row 1000000000000 of 1000000000000 rows"):
        many[[10**12]]
