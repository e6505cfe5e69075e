import threading

import numpy as np
import pytest

from engine._training.data import Batch
from engine._training.prefetch import GeneratorBatches


class Numbers:
    """A Sequence of ten batches."""

    def __init__(self):
        self.ended = 0

    def __len__(self):
        return 10

    def __getitem__(self, i):
        return i

    def on_epoch_end(self):
        self.ended += 1


def _convert(item):
    return Batch([np.array([item])], 1)


def _read(batches, epoch=0):
    return [int(batch.arrays[0][0]) for batch in batches.epoch(epoch)]


def _data_threads():
    return [t for t in threading.enumerate() if t.name.startswith("engine-data")]


@pytest.mark.parametrize("workers", [0, 1, 4])
def test_a_generator_goes_on_from_epoch_to_epoch(workers):
    batches = GeneratorBatches(iter(range(100)), 3, _convert, workers=workers)

    assert [_read(batches, 0), _read(batches, 1)] == [[0, 1, 2], [3, 4, 5]]
    batches.close()
    assert not _data_threads()


@pytest.mark.parametrize("workers", [0, 1, 4])
def test_a_sequence_is_read_in_order_and_told_of_the_end(workers):
    numbers = Numbers()
    batches = GeneratorBatches(numbers, 10, _convert, workers=workers)

    assert _read(batches) == list(range(10))
    assert numbers.ended == 1
    assert not _data_threads()


def test_a_shuffled_sequence_has_all_batches_in_another_order_each_epoch():
    batches = GeneratorBatches(Numbers(), 10, _convert, shuffle=True)

    first, second = _read(batches, 0), _read(batches, 1)

    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second


@pytest.mark.parametrize("workers", [0, 1, 4])
@pytest.mark.parametrize("k", [0, 1, 7])
def test_an_error_reaches_the_caller_at_its_batch(workers, k):
    def numbers():
        for i in range(20):
            if i == k:
                raise LookupError("item")
            yield i

    batches = GeneratorBatches(numbers(), 10, _convert, workers=workers)
    seen = []

    with pytest.raises(LookupError, match="item"):
        for batch in batches.epoch(0):
            seen.append(int(batch.arrays[0][0]))
    batches.close()

    assert seen == list(range(k))
    assert not _data_threads()


def test_a_short_generator_just_ends():
    batches = GeneratorBatches(iter(range(2)), 5, _convert)

    assert _read(batches) == [0, 1]
    batches.close()


def test_a_blocking_generator_does_not_hold_back_a_stop():
    release = threading.Event()
    waits = []

    def numbers():
        yield 0
        waits.append("begun")
        release.wait(60)
        waits.append("over")
        yield 1

    stopped = threading.Event()
    batches = GeneratorBatches(numbers(), 5, _convert, keep_waiting=lambda: not stopped.is_set())
    reading = batches.epoch(0)
    found = [int(next(reading).arrays[0][0])]
    threading.Timer(0.2, stopped.set).start()
    found += [int(batch.arrays[0][0]) for batch in reading]
    still_waiting = list(waits)
    release.set()
    batches.close()

    assert found == [0]
    assert still_waiting == ["begun"]
