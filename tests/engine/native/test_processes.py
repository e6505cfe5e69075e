"""The library's threads beside what a program does: forks, signals, models in several threads, models that go."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import numpy as np
import pytest

from engine._machine import device
from engine.callbacks import LambdaCallback
from engine.layers import Dense
from engine.models import Sequential

from .programs import needs_library

pytestmark = needs_library
ROOT = Path(__file__).parents[3]


def _model(seed: int, width: int = 300) -> Sequential:
    """A net that is large enough for several threads."""
    rng = np.random.default_rng(seed)
    model = Sequential([Dense(width, activation="relu", input_dim=40), Dense(3, activation="softmax")])
    model.set_weights([rng.normal(size=w.shape) * 0.1 for w in model.get_weights()])
    model.compile("adam", "categorical_crossentropy")
    return model


def _train(model: Sequential, seed: int, epochs: int = 5, **settings) -> list[float]:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(300, 40)), np.eye(3)[rng.integers(0, 3, 300)]
    return model.fit(x, y, 64, epochs, shuffle=False, verbose=0, **settings).history["loss"]


def test_models_in_several_threads_train_as_each_alone():
    alone = {seed: _train(_model(seed), seed, 20) for seed in range(4)}
    together: dict[int, list[float]] = {}
    callers = [
        threading.Thread(target=lambda seed=seed: together.update({seed: _train(_model(seed), seed, 20)}))
        for seed in alone
    ]
    with device.spread_over(3):
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    assert together == alone


def test_models_that_go_while_another_trains_leave_it_alone():
    expected = _train(_model(0), 0, 40)
    results: list[list[float]] = []
    caller = threading.Thread(target=lambda: results.append(_train(_model(0), 0, 40)))
    caller.start()
    while caller.is_alive():
        passing = _model(1, width=64)
        _train(passing, 1, 1)
        gone = weakref.ref(passing)
        del passing
        gc.collect()
        assert gone() is None
    caller.join()
    assert results == [expected]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_forked_child_trains_as_its_parent_also_while_another_thread_is_at_work():
    program = """
import os, sys, threading
import tests.engine.native.test_processes as here
from engine._machine import device
with device.spread_over(2):
    expected = here._train(here._model(0), 0)
    going_on = threading.Event()
    def work():
        model = here._model(1)
        while not going_on.is_set():
            here._train(model, 1, 1)
    other = threading.Thread(target=work)
    other.start()
    codes = []
    for _ in range(12):
        child = os.fork()
        if not child:
            os._exit(0 if all(here._train(here._model(0), 0) == expected for _ in range(3)) else 3)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    going_on.set()
    other.join()
print(codes)
"""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == (f"{[0] * 12}\n", "")


def test_an_interrupt_ends_a_training_and_the_model_goes_on():
    model, begun = _model(0), threading.Event()
    killer = threading.Thread(target=lambda: (begun.wait(), os.kill(os.getpid(), signal.SIGINT)), daemon=True)
    killer.start()
    with device.spread_over(2):
        losses = _train(model, 0, 10**6, callbacks=[LambdaCallback(on_epoch_end=lambda epoch, logs: begun.set())])
    killer.join()
    assert 1 <= len(losses) < 10**6
    assert all(np.isfinite(w).all() for w in model.get_weights())
    assert _train(model, 0)[0] < losses[0]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads of the system are listed by Linux alone")
def test_threads_of_the_library_leave_signals_to_the_program():
    program = """
import os
from pathlib import Path
import tests.engine.native.test_processes as here
from engine._machine import device
before = set(os.listdir("/proc/self/task"))
with device.spread_over(3):
    here._train(here._model(0), 0, 1)
for task in set(os.listdir("/proc/self/task")) - before:
    lines = Path("/proc/self/task", task, "status").read_text().splitlines()
    print(*(line.split()[1] for line in lines if line.startswith("SigBlk")))
"""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", program]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    blocked = [int(mask, 16) for mask in ran.stdout.split()]
    assert len(blocked) == 2
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD):
        assert all(mask >> (sent - 1) & 1 for mask in blocked)


def test_numbers_too_small_for_float32_count_as_zero_and_others_as_in_numpy():
    model = _model(0)
    tiny, zero = np.full((70, 40), 1e-40, "float32"), np.zeros((70, 40), "float32")
    assert np.array_equal(model.predict(tiny), model.predict(zero))
    assert np.float32(1e-30) * np.float32(1e-10) > 0  # outside of a step nothing has changed
