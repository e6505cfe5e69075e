import os
import signal
import threading

import pytest
from threadpoolctl import threadpool_info

from engine._machine import device


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


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the system has no such signal")
def test_an_exception_of_a_signals_handler_leaves_the_threads_usable():
    class Alarm(Exception):
        """What the handler raises."""

    def raise_alarm(number, frame):
        raise Alarm

    begun, going_on = threading.Event(), threading.Event()

    def work(item):
        if threading.current_thread() is threading.main_thread():
            begun.wait(60)
        else:
            begun.set()
            going_on.wait(0.1)  # by then the main thread waits for this one
            os.kill(os.getpid(), signal.SIGALRM)
            going_on.wait(1)

    before = signal.signal(signal.SIGALRM, raise_alarm)
    try:
        with device.spread_over(2), pytest.raises(Alarm):
            device.parallel(work, range(2))
    finally:
        signal.signal(signal.SIGALRM, before)
    going_on.set()
    done = []
    with device.spread_over(2):
        for _ in range(3):
            device.parallel(done.append, range(4))
    assert sorted(done) == sorted([*range(4)] * 3)


def test_parallel_inside_a_block_does_not_wait_for_itself():
    done = []
    device.parallel(lambda i: device.parallel(done.append, [i, i]), range(8))
    assert len(done) == 16


def test_blas_is_held_to_one_thread_from_any_thread():
    def held():
        with device.one_blas_thread():
            return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    before = [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]
    found = [held()]
    other = threading.Thread(target=lambda: found.append(held()))
    other.start()
    other.join()
    found.append(held())
    assert found == [[1] * len(before)] * 3
    assert [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"] == before


def test_calls_alongside_are_made_in_turn_on_another_thread():
    made = []
    with device.background_queue() as other:
        waits = [other.submit(lambda i=i: made.append((i, threading.current_thread()))) for i in range(5)]
        waits[2]()
        assert [i for i, _ in made][:3] == [0, 1, 2]
    assert [i for i, _ in made] == list(range(5))
    alone = device.threads() == 1
    assert all((thread is threading.current_thread()) is alone for _, thread in made)


def test_an_exception_alongside_reaches_the_caller():
    def fail():
        raise ValueError("beside")

    with pytest.raises(ValueError, match="beside"), device.background_queue() as other:
        other.submit(fail)
    device.parallel(lambda item: item, range(4))  # the workers are free again


def test_inside_a_block_calls_alongside_are_made_at_once():
    made = []

    def block(item):
        with device.background_queue() as other:
            other.submit(lambda: made.append(threading.current_thread() is here[item]))

    here = {}

    def work(item):
        here[item] = threading.current_thread()
        block(item)

    device.parallel(work, range(4))
    assert made == [True] * 4
