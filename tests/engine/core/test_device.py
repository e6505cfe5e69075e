import threading

import pytest

from engine.core import device


def test_every_item_is_worked_on_once():
    seen = []
    lock = threading.Lock()

    def work(item):
        with lock:
            seen.append(item)

    device.parallel(work, range(20))
    assert sorted(seen) == list(range(20))


def test_the_first_exception_reaches_the_caller():
    def work(item):
        if item == 3:
            raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        device.parallel(work, range(6))


def test_parallel_inside_a_block_does_not_wait_for_itself():
    done = []
    device.parallel(lambda i: device.parallel(done.append, [i, i]), range(8))
    assert len(done) == 16
