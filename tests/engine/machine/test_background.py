"""A process ends in good order, whatever goes on in its other threads. Each case is a process of its own."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

LONG = 600  # seconds; nothing here waits for a time, but a machine may be slow

TRAININGS = """
import threading
import numpy as np
from engine.layers import LSTM, BatchNormalization, Conv2D, Dense, Flatten
from engine.models import Sequential

def model(kind):
    layers = {
        "dense": [Dense(200, input_shape=(200,), activation="relu"), Dense(3)],
        "picture": [Conv2D(16, 3, input_shape=(20, 20, 8)), BatchNormalization(), Flatten(), Dense(3)],
        "sequence": [LSTM(24, input_shape=(20, 8)), Dense(3)],
    }[kind]
    made = Sequential(layers)
    made.compile("adam", "mse")
    return made

def train(kind, begun=lambda: None, ends=lambda: False):
    made, rows = model(kind), np.random.RandomState(0)
    while not ends():
        made.train_on_batch(rows.rand(64, *made.input_shape[1:]), rows.rand(64, 3))
        begun()
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", program], capture_output=True, text=True, timeout=LONG, check=False
    )


def ends_well(program: str, says: str = "") -> None:
    done = run(program)
    assert (done.returncode, done.stderr, done.stdout.strip()) == (0, "", says)


@pytest.mark.parametrize("last_line", ["", "sys.exit()", "os.kill(os.getpid(), signal.SIGTERM)"])
def test_a_process_ends_in_the_middle_of_trainings_saves_and_loads(tmp_path, last_line):
    program = f"""{TRAININGS}
import os, signal, sys
from engine.models import load_model

def store():
    made, path = model("dense"), {str(tmp_path / "m.h5")!r}
    while True:
        made.save(path)
        load_model(path)
        begun[-1].set()

kinds = ["dense", "picture", "sequence", "picture"]
begun = [threading.Event() for _ in range(len(kinds) + 1)]
for kind, event in zip(kinds, begun):
    threading.Thread(target=train, args=(kind, event.set), daemon=True).start()
threading.Thread(target=store, daemon=True).start()
for event in begun:
    event.wait()
{last_line}
"""
    done = run(program)
    assert (done.returncode, done.stderr) == (-signal.SIGTERM if "SIGTERM" in last_line else 0, "")


def test_a_thread_of_the_program_that_is_no_daemon_trains_to_its_end():
    ends_well(
        f"""{TRAININGS}
from engine._machine.background import BackgroundThread
main, count = threading.main_thread(), []
stop = threading.Event()
BackgroundThread(stop.wait, "sleeps", stop.set).start()

def to_the_end():
    main.join()
    train("dense", lambda: count.append(1), lambda: len(count) == 20)
    print(len(count), "steps, told to end:", stop.is_set())

threading.Thread(target=to_the_end).start()
""",
        "20 steps, told to end: False",
    )


def test_threads_are_asked_to_end_before_any_library_takes_itself_down():
    ends_well(
        """
import atexit, threading
from engine._machine.background import BackgroundThread, process_ends
asked, waits = threading.Event(), threading.Event()

put_away = threading.Event()

def work():
    asked.wait()
    print("puts away its things", process_ends())
    put_away.set()

def follows():
    asked.wait()
    late = threading.Event()
    # One line after the other, so that none is written into another.
    said = lambda: late.wait() and put_away.wait() and print("one that began late was told too")
    BackgroundThread(said, "late", late.set).start()

BackgroundThread(work, "works", asked.set).start()
BackgroundThread(follows, "goes on", asked.set).start()
BackgroundThread(waits.wait, "hangs in code of the user's", lambda: None, patience=0.0).start()
atexit.register(lambda: print("other libraries end"))
""",
        "puts away its things True\none that began late was told too\nother libraries end",
    )


def test_a_thread_that_cannot_be_told_ends_at_its_next_computation_and_the_main_thread_computes_on():
    ends_well(
        f"""import atexit
atexit.register(lambda: print(after.predict(np.zeros((4, 200))).shape, after.fit(*xy, verbose=0).epoch))
{TRAININGS}
from engine._machine.background import BackgroundThread
after, begun = model("dense"), threading.Event()
xy = np.zeros((64, 200)), np.zeros((64, 3))

def endless():
    try:
        train("sequence", begun.set)
    finally:
        print("ended")

BackgroundThread(endless, "computes").start()
begun.wait()
""",
        "ended\n(4, 3) [0]",
    )


def test_no_other_daemon_threads_are_made():
    """Those of `parallel` work for a caller who is counted, so they are at rest when nobody computes.

    The one that waits for the end of the process that has started this one only waits. Threads of an executor are no daemons.
    """
    root = Path(__file__).parents[3]
    makers = {
        path.relative_to(root).as_posix()
        for package in ("engine", "kwidgets")
        for path in (root / package).rglob("*.py")
        if re.search(r"threading\.Thread\(|ThreadPool\b|Thread\):|start_new_thread", path.read_text("utf-8"))
    }
    assert makers == {
        "engine/_machine/background.py",
        "engine/_machine/device.py",
        "engine/distributed/parent_line.py",
    }


def test_what_asks_a_thread_to_end_may_fail():
    done = run(
        """
from engine._machine.background import BackgroundThread
import threading
BackgroundThread(threading.Event().wait, "waits", lambda: 1 / 0, patience=0.0).start()
"""
    )
    assert (
        done.returncode == 0 and "The thread waits could not be told" in done.stderr and "ZeroDivision" in done.stderr
    )


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there is no fork on this system")
def test_a_forked_child_ends_without_the_threads_of_its_parent():
    ends_well(
        f"""{TRAININGS}
import os, sys
from engine._machine.background import BackgroundThread
begun = threading.Event()
BackgroundThread(lambda: train("dense", begun.set), "trains").start()
begun.wait()
child = os.fork()
if child == 0:
    again = threading.Event()
    BackgroundThread(lambda: train("picture", again.set), "trains").start()
    again.wait()
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
""",
        "7",
    )


def test_an_exit_within_a_callback_is_the_exit_of_the_process():
    done = run(
        f"""{TRAININGS}
import sys
from engine.callbacks import LambdaCallback
threading.Thread(target=train, args=("picture",), daemon=True).start()
rows = (np.zeros((32, 200)) for _ in iter(int, 1))
batches = ((x, np.zeros((32, 3))) for x in rows)
leave = LambdaCallback(on_batch_end=lambda batch, logs: batch == 5 and sys.exit(3))
model("dense").fit_generator(batches, steps_per_epoch=100, verbose=0, callbacks=[leave])
"""
    )
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_a_training_that_has_ended_leaves_no_thread(workers):
    """Whatever it ended by, and also where it was the first of the process: what watches for the end goes as well."""
    ends_well(
        f"""{TRAININGS}
import time
from engine.utils import Sequence

class Source(Sequence):
    def __init__(self, fails):
        self.fails = fails
    def __len__(self):
        return 5
    def __getitem__(self, i):
        if self.fails and i == 3:
            raise OSError("cannot read 3")
        return np.ones((2, 200)), np.zeros((2, 3))

made, before = model("dense"), threading.active_count()
for fails in (False, True, False):
    try:
        made.fit_generator(Source(fails), epochs=2, workers={workers}, verbose=0)
    except OSError as error:
        print(error)
while threading.active_count() > before:
    time.sleep(0.01)
""",
        says="cannot read 3",
    )
