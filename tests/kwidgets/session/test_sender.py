import threading
import time

from kwidgets.session.sender import Sender
from tests.kwidgets.wire import LONG


def test_marks_that_come_often_go_out_together_once_the_time_between_is_over():
    sent, now = [], [0.0]
    sender = Sender(sent.append, seconds_between=0.05, clock=lambda: now[0], share=1.0)
    sender.mark("points", often=True)
    while not sent:  # the first mark goes out at once
        sender.drain(0.01)
    for _ in range(100):
        sender.mark("points", often=True)
    sender.mark("progress", often=True)
    assert not sender.drain(0.01)
    now[0] = 0.05
    assert sender.drain()
    assert sent == [{"points"}, {"points", "progress"}]


def test_what_is_dear_to_send_is_sent_more_rarely_up_to_a_bound():
    sent, now = [], [0.0]

    def send(names):
        began = time.thread_time()
        while time.thread_time() - began < 0.02:
            pass
        sent.append(names)

    sender = Sender(send, seconds_between=0.05, clock=lambda: now[0], share=0.1, rarest=0.15)
    for at in (0.0, 0.15):
        now[0] = at
        sender.mark("points", often=True)
        assert sender.drain()
        # Two hundredths of a second are a tenth of more than 0.15 s, which is the rarest.
        sender.mark("points", often=True)
        now[0] = at + 0.14
        assert not sender.drain(0.01)
    now[0] = 0.3
    assert sender.drain()
    assert len(sent) == 3


def test_what_is_told_at_once_does_not_wait_for_the_rest():
    sent, now = [], [0.0]
    sender = Sender(sent.append, seconds_between=0.05, clock=lambda: now[0], share=1.0)
    sender.mark("points", often=True)
    while not sent:
        sender.drain(0.01)
    sender.mark("points", often=True)
    sender.mark("run")
    while len(sent) < 2:
        sender.drain(0.01)
    assert sent == [{"points"}, {"run"}]
    now[0] = 1.0
    assert sender.drain()
    assert sent[2:] == [{"points"}]


def test_what_is_marked_meanwhile_is_not_waited_for():
    ended = threading.Event()
    sent = []
    sender = Sender(sent.append, seconds_between=0.01)

    def train():
        while not ended.is_set():
            sender.mark("progress", often=True)

    trainer = threading.Thread(target=train)
    trainer.start()
    try:
        for number in range(20):
            sender.mark(f"reply {number}")
            assert sender.drain(LONG)
            assert any(f"reply {number}" in names for names in sent)
    finally:
        ended.set()
        trainer.join(LONG)


def test_everything_leaves_from_one_thread_and_not_the_callers():
    threads = set()
    # By a clock that stands still, so that the thread does not end for want of work between two marks.
    sender = Sender(lambda names: threads.add(threading.get_ident()), clock=lambda: 0.0)
    workers = [threading.Thread(target=lambda: [sender.mark("a") for _ in range(50)]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sender.drain()
    assert len(threads) == 1 and threading.get_ident() not in threads
    sender.close()


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
