"""Losses that only get worse are told; noise, jumps, warm-ups and moving targets are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine._machine import random
from engine.callbacks import Callback
from engine.events import BatchEnd, EpochEnd
from engine.layers import Dense
from engine.models import Sequential
from engine.optimizers import SGD, Adam
from kwidgets.session.constant_guess import constant_guess
from kwidgets.session.divergence import Divergence

# The rules are statistical: the same curves are drawn each time, so that no rare one of them fails another change.
EPOCHS = 24
SEEDS = st.integers(0, 10**6)
SIZES = st.sampled_from([3, 10, 30, 100])


def kinds(losses, batches, fixed=True, guess=None):
    """Every kind that was told, in order, of batch losses that follow each other."""
    watch, said = Divergence(lambda: fixed, lambda: guess), []
    for start in range(0, len(losses), batches):
        epoch = losses[start : start + batches]
        for loss in epoch:
            watch.batch(float(loss))
            said.append(watch.finding)
        watch.epoch(float(np.mean(epoch)))
        said.append(watch.finding)
    return list(dict.fromkeys(found.kind for found in said if found is not None))


def falling(rng, steps):
    """A loss that falls from any scale to a share of it, soon or late."""
    scale, floor = 10 ** rng.uniform(-8, 6), rng.choice([0, 0.01, 0.3, 0.9])
    return scale * (floor + (1 - floor) * np.exp(-steps / (rng.uniform(0.01, 2) * len(steps))))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=SEEDS, batches=SIZES, noise=st.sampled_from([0.0, 0.3, 1.0]))
def test_noise_on_a_falling_loss_is_no_divergence(seed, batches, noise):
    rng = np.random.default_rng(seed)
    steps = np.arange(batches * EPOCHS)
    assert kinds(falling(rng, steps) * rng.lognormal(0, noise, len(steps)), batches) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=SEEDS, batches=SIZES)
def test_batches_of_one_sample_are_no_divergence(seed, batches):
    rng = np.random.default_rng(seed)
    steps = np.arange(batches * EPOCHS)
    assert kinds(falling(rng, steps) * rng.chisquare(1, len(steps)), batches) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=SEEDS, batches=SIZES, height=st.floats(0.1, 8))
def test_a_jump_that_falls_again_is_no_divergence(seed, batches, height):
    rng = np.random.default_rng(seed)
    steps = np.arange(batches * EPOCHS)
    loss, at = falling(rng, steps), rng.integers(0, len(steps))
    jump = (steps >= at) * loss[0] * height * np.exp(-(steps - at).clip(0) / (rng.uniform(0.1, 2) * batches))
    assert kinds(loss * rng.lognormal(0, 0.3, len(steps)) + jump, batches) == []


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=SEEDS, batches=SIZES, epochs=st.floats(0, 6))
def test_a_warm_up_at_the_loss_of_a_guess_is_no_divergence(seed, batches, epochs):
    rng = np.random.default_rng(seed)
    steps = np.arange(batches * EPOCHS)
    loss = 0.693 * np.exp(-(steps - epochs * batches).clip(0) / (4 * batches))
    assert kinds(loss * rng.lognormal(0, 0.05, len(steps)), batches, guess=0.693) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=SEEDS, slope=st.floats(0, 0.1))
def test_a_moving_target_may_rise_and_swing(seed, slope):
    rng = np.random.default_rng(seed)
    steps = np.arange(30 * EPOCHS)
    loss = (0.7 + slope * steps + np.abs(np.sin(steps / 40)) * 3) * rng.lognormal(0, 0.4, len(steps))
    assert kinds(loss, 30, fixed=False) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=SEEDS, slope=st.floats(-100, 100))
def test_a_loss_below_zero_may_drift(seed, slope):
    rng = np.random.default_rng(seed)
    steps = np.arange(30 * EPOCHS)
    assert kinds(slope * steps + rng.normal(-1, 3, len(steps)), 30, fixed=False) == []


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=SEEDS, factor=st.floats(1.2, 30), scale=st.floats(-3, 3))
def test_growth_without_end_is_told_within_the_batches_that_grow(seed, factor, scale):
    rng = np.random.default_rng(seed)
    loss = 10**scale * np.minimum(1e30, factor ** np.arange(200.0).clip(0, 25 / np.log10(factor)))
    assert kinds(loss * rng.lognormal(0, 0.5, 200), 100)[:1] == ["growing"]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=SEEDS, ratio=st.floats(5, 20), steps=st.floats(0.5, 3))
def test_a_loss_that_stays_far_above_the_start_is_told(seed, ratio, steps):
    rng = np.random.default_rng(seed)
    loss = ratio + (1 - ratio) * np.exp(-np.arange(30.0 * EPOCHS) / steps)
    assert kinds(loss * rng.lognormal(0, 0.1, len(loss)), 30) == ["worse"]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=SEEDS, at=st.integers(8, 18))
def test_what_was_learnt_and_lost_is_told(seed, at):
    rng = np.random.default_rng(seed)
    loss = 2.3 * np.exp(-np.arange(30.0 * EPOCHS) / 60)
    loss[at * 30 :] = 2.35
    assert kinds(loss * rng.lognormal(0, 0.1, len(loss)), 30) == ["lost"]


def test_a_loss_that_stays_at_a_constant_guess_is_told_and_ends_when_it_learns():
    watch = Divergence(guess=lambda: 2.3026)
    for epoch in range(12):
        for _ in range(10):
            watch.batch(2.303)
        watch.epoch(2.303)
        assert (watch.finding is not None) == (epoch >= 9)
    assert watch.finding is not None and watch.finding.kind == "guess" and not watch.finding.jumped
    watch.epoch(2.1)
    assert watch.finding is None


def test_validation_that_is_better_than_a_guess_is_learning():
    watch = Divergence(guess=lambda: 2.3)
    for _ in range(20):
        watch.batch(2.3)
        watch.epoch(2.3, 1.8)
    assert watch.finding is None


def test_a_rate_that_rises_again_and_again_is_a_warm_up():
    watch = Divergence(guess=lambda: 2.3)
    for _ in range(30):
        watch.rate_rose()
        watch.batch(2.3)
        watch.epoch(2.3)
    assert watch.finding is None


def test_a_run_that_goes_on_measures_its_start_anew():
    watch = Divergence()
    for loss in [1.0, *[1e9] * 30]:
        watch.batch(loss)
    assert watch.finding is not None
    watch.begin()
    assert watch.finding is None
    for _ in range(30):
        watch.batch(1e9)
    assert watch.finding is None


def test_below_a_constant_guess_a_very_good_start_is_no_measure():
    watch = Divergence(guess=lambda: 1.0)
    for loss in [1e-9] * 40 + [0.01] * 100:
        watch.batch(loss)
    assert watch.finding is None


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.sampled_from([0.0, -0.0, 1e-300, 1e300, -1e300, np.inf, np.nan, 1.0]), max_size=25), max_size=12
    ),
    st.sampled_from([None, 1e-300, 1.0]),
)
def test_losses_of_any_kind_fail_no_training(epochs, guess):
    watch = Divergence(guess=lambda: guess)
    for losses in epochs:
        for loss in losses:
            watch.batch(loss)
        watch.epoch(losses[-1] if losses else 0.0, guess)


class Rate(Callback):
    """Ten times the rate after some epochs."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 5:
            self.model.optimizer.lr = 10 * self.model.optimizer.learning_rate


def trained(kind, optimizer, scale=1.0, epochs=12, **settings):
    """The kinds told of a real small training."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 8)).astype("float32")
    scores = np.tanh(x @ rng.normal(size=(8, 4)))
    y = np.argmax(scores, 1) if kind == "classes" else scores[:, :1]
    loss = "sparse_categorical_crossentropy" if kind == "classes" else "mse"
    last = Dense(4, activation="softmax") if kind == "classes" else Dense(1)
    with random.seeded(1):
        model = Sequential([Dense(16, activation="relu", input_shape=(8,)), last])
        model.compile(optimizer, loss)
        experiment = {"data": {"targets": {"out": "y"}}, "training": {"loss": loss}}
        watch, said = Divergence(guess=lambda: constant_guess(experiment, {"y": y})), []

        def hear(event):
            if isinstance(event, BatchEnd):
                watch.batch(event.logs["loss"])
            elif isinstance(event, EpochEnd):
                watch.epoch(event.logs["loss"])
            said.append(watch.finding)

        model.fit(scale * x, y, epochs=epochs, verbose=0, listeners=[hear], **settings)
    return list(dict.fromkeys(found.kind for found in said if found is not None))


@pytest.mark.parametrize("kind", ["classes", "numbers"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"batch_size": 1, "epochs": 4}, {"shuffle": False}, {"callbacks": [Rate()]}, {"batch_size": 400}],
    ids=["plain", "one sample", "in order", "rate raised", "whole"],
)
@pytest.mark.parametrize("make", [lambda: SGD(lr=0.01), lambda: Adam(lr=0.01)], ids=["SGD", "Adam"])
def test_real_trainings_that_learn_are_no_divergence(kind, settings, make):
    assert trained(kind, make(), **settings) == []


@pytest.mark.parametrize(
    ("kind", "make", "scale", "told"),
    [
        ("classes", lambda: SGD(lr=30.0), 1.0, {"worse"}),
        ("classes", lambda: Adam(lr=3.0), 1.0, {"worse"}),
    ],
)
@pytest.mark.filterwarnings("ignore:The loss is", "ignore:overflow", "ignore:invalid value")
def test_real_trainings_with_a_rate_far_too_large_are_told(kind, make, scale, told):
    assert set(trained(kind, make(), scale)) & told
