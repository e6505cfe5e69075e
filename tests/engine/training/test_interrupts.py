"""Ctrl-C and the notebook's stop button while weights change."""

import os
import signal
import threading

import numpy as np
import pytest

from engine import optimizers
from engine._training.interrupts import Uninterrupted
from engine._training.loop import Training, run_training
from engine._training.sources import ArrayBatches
from engine.events import BatchEnd, TrainBegin, TrainEnd
from engine.layers import Dense, Input
from engine.models import Model, Sequential

X = np.random.default_rng(11).normal(size=(50, 6)).astype("float32")
ONE_HOT = np.eye(3, dtype="float32")[np.arange(50) % 3]


def classifier():
    model = Sequential([Dense(8, activation="relu", input_dim=6), Dense(3, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy")
    return model


def _mean(batch):
    return [float(batch.arrays[0].mean())]


def _training(step):
    seen = []
    return Training(
        step, ArrayBatches([np.arange(10, dtype="float64")], 4), ["loss"], listeners=[seen.append], epochs=2
    ), seen


def test_an_interrupt_ends_fit_normally():
    model = classifier()

    def interrupt(event):
        if isinstance(event, BatchEnd) and event.batch == 2:
            os.kill(os.getpid(), signal.SIGINT)

    history = model.fit(X, ONE_HOT, batch_size=10, epochs=5, verbose=0, listeners=[interrupt])

    assert history.partial and model.stopped
    assert int(model.optimizer.iterations.array) == 3


def _starting(timer):
    def listen(event):
        if isinstance(event, TrainBegin):  # before that, no handler is there that the signal could meet
            timer.start()

    return listen


def test_interrupts_never_leave_half_an_update():
    inputs = Input(shape=(1,))
    layers = [Dense(1, use_bias=False, kernel_initializer="zeros") for _ in range(24)]
    model = Model(inputs, [layer(inputs) for layer in layers])
    model.compile(optimizers.SGD(lr=1e-3), "mse")
    x, ys = np.ones((8, 1)), [np.ones((8, 1))] * 24

    for delay in np.linspace(0.0005, 0.02, 12):
        timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
        model.fit(x, ys, epochs=100_000, verbose=0, listeners=[_starting(timer)])
        timer.join()
        values = {float(layer.get_weights()[0][0, 0]) for layer in layers}
        assert len(values) == 1
    expected = 1 - (1 - 2e-3) ** int(model.optimizer.iterations.array)
    assert values.pop() == pytest.approx(expected, rel=1e-3)


def test_training_in_another_thread_needs_no_signals():
    model, done = classifier(), []
    thread = threading.Thread(target=lambda: done.append(model.fit(X, ONE_HOT, verbose=0)))

    thread.start()
    thread.join(30)

    assert len(done) == 1


def test_one_interrupt_ends_training_normally_and_the_handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)

    def step(batch):
        os.kill(os.getpid(), signal.SIGINT)
        return _mean(batch)

    training, seen = _training(step)

    assert run_training(training) == "interrupted"
    assert len([e for e in seen if isinstance(e, BatchEnd)]) == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_interrupt_raises_after_the_update():
    finished = []

    def step(batch):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
        finished.append(True)
        return _mean(batch)

    training, seen = _training(step)

    with pytest.raises(KeyboardInterrupt):
        run_training(training)
    assert finished == [True]
    assert seen[-1] == TrainEnd("interrupted")


def test_a_signal_inside_an_uninterrupted_block_takes_effect_at_its_end():
    done = []
    with pytest.raises(KeyboardInterrupt):
        with Uninterrupted():
            os.kill(os.getpid(), signal.SIGINT)
            sum(range(1000))
            done.append("whole")
        done.append("after")
    assert done == ["whole"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_that_ignores_the_signal_goes_on_ignoring_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:

        def interrupt(event):
            if isinstance(event, BatchEnd):
                os.kill(os.getpid(), signal.SIGINT)

        history = classifier().fit(X, ONE_HOT, batch_size=10, epochs=2, verbose=0, listeners=[interrupt])
        assert history.epoch == [0, 1] and not history.partial
    finally:
        signal.signal(signal.SIGINT, before)
