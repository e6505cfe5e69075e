import threading
import time
from itertools import pairwise

from kwidgets.session.sender import Sender


def test_many_marks_become_few_sends():
    sent = []
    sender = Sender(lambda names: sent.append((time.monotonic(), names)), seconds_between=0.05)
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        sender.mark("points", often=True)
    assert sender.drain()
    gaps = [b - a for (a, _), (b, _) in pairwise(sent)]
    assert 2 <= len(sent) <= 8
    assert min(gaps) >= 0.045


def test_everything_leaves_from_one_thread_and_not_the_callers():
    threads = set()
    sender = Sender(lambda names: threads.add(threading.get_ident()))
    workers = [threading.Thread(target=lambda: [sender.mark("a") for _ in range(50)]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sender.drain()
    assert len(threads) == 1 and threading.get_ident() not in threads


def test_an_error_while_sending_does_not_end_the_sending(caplog):
    sent = []

    def send(names):
        sent.append(names)
        if len(sent) == 1:
            raise OSError("the connection is gone")

    sender = Sender(send)
    sender.mark("graph")
    assert sender.drain()
    sender.mark("text")
    assert sender.drain()
    assert sent == [{"graph"}, {"text"}]
    assert "graph" in caplog.text


def test_a_closed_sender_sends_nothing():
    sent = []
    sender = Sender(sent.append)
    sender.close()
    sender.mark("graph")
    assert sender.drain() and sent == []
