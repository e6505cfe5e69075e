"""Every optimizer: the formula of Keras 2.2.4 in plain float64, config and weights round trips, no allocation."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from engine import optimizers
from engine._declared import registry
from engine._graph.tensor import Variable
from engine._training.updater import FlatWeights, Updater
from engine.errors import SettingTypeError, ShapeError


def sgd(w, gradients, lr=0.05, momentum=0.9, decay=0.01, nesterov=False):
    v = np.zeros_like(w)
    for i, g in enumerate(gradients):
        rate = lr / (1 + decay * i)
        v = momentum * v - rate * g
        w = w + momentum * v - rate * g if nesterov else w + v
    return w


def rmsprop(w, gradients, lr=0.05, rho=0.9, eps=1e-7):
    a = np.zeros_like(w)
    for g in gradients:
        a = rho * a + (1 - rho) * g**2
        w = w - lr * g / (np.sqrt(a) + eps)
    return w


def adagrad(w, gradients, lr=0.05, eps=1e-7):
    a = np.zeros_like(w)
    for g in gradients:
        a = a + g**2
        w = w - lr * g / (np.sqrt(a) + eps)
    return w


def adadelta(w, gradients, lr=0.5, rho=0.95, eps=1e-7):
    a, d = np.zeros_like(w), np.zeros_like(w)
    for g in gradients:
        a = rho * a + (1 - rho) * g**2
        u = g * np.sqrt(d + eps) / np.sqrt(a + eps)
        w = w - lr * u
        d = rho * d + (1 - rho) * u**2
    return w


def adam(w, gradients, lr=0.05, b1=0.9, b2=0.999, eps=1e-7, amsgrad=False):
    m, v, vhat = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, 1):
        rate = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        vhat = np.maximum(vhat, v)
        w = w - rate * m / (np.sqrt(vhat if amsgrad else v) + eps)
    return w


def adamax(w, gradients, lr=0.05, b1=0.9, b2=0.999, eps=1e-7):
    m, u = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, 1):
        m, u = b1 * m + (1 - b1) * g, np.maximum(b2 * u, np.abs(g))
        w = w - lr / (1 - b1**t) * m / (u + eps)
    return w


def nadam(w, gradients, lr=0.05, b1=0.9, b2=0.999, eps=1e-7, schedule_decay=0.004):
    m, v, product = np.zeros_like(w), np.zeros_like(w), 1.0
    for t, g in enumerate(gradients, 1):
        now = b1 * (1 - 0.5 * 0.96 ** (t * schedule_decay))
        following = b1 * (1 - 0.5 * 0.96 ** ((t + 1) * schedule_decay))
        product *= now
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        mean = (1 - now) * g / (1 - product) + following * m / (1 - product * following)
        w = w - lr * mean / (np.sqrt(v / (1 - b2**t)) + eps)
    return w


def adamw(w, gradients, lr=0.05, decay=0.004):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, 1):
        w = w - lr * decay * w
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - lr * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-7)
    return w


def lion(w, gradients, lr=0.01, b1=0.9, b2=0.99):
    m = np.zeros_like(w)
    for g in gradients:
        w = w - lr * np.sign(b1 * m + (1 - b1) * g)
        m = b2 * m + (1 - b2) * g
    return w


def ftrl(w, gradients, lr=0.5, l1=0.05, l2=0.01, shrinkage=0.02, beta=0.1, p=0.5):
    a, z = np.full_like(w, 0.1), np.zeros_like(w)
    for g in gradients:
        new = a + g**2
        z = z + g + 2 * shrinkage * w - (new**p - a**p) / lr * w
        w = (np.clip(z, -l1, l1) - z) / (new**p / lr + 2 * (l2 + beta / (2 * lr)))
        a = new
    return w


def adafactor(w, gradients, lr=0.05, decay=-0.8, eps=1e-30, least=1e-3, threshold=1.0):
    r, c, v = 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        share, squares = 1 - t**decay, g**2 + eps
        if w.ndim < 2:
            v = share * v + (1 - share) * squares
        else:
            r = share * r + (1 - share) * squares.mean(-1)
            c = share * c + (1 - share) * squares.mean(-2)
            v = (r / r.mean(-1, keepdims=True))[..., None] * c[..., None, :]
        u = g / np.sqrt(v)
        u = u / max(1, np.sqrt(np.mean(u**2)) / threshold)
        w = w - max(least, np.sqrt(np.mean(w**2))) * min(lr, 1 / np.sqrt(t)) * u
    return w


def summed(formula, steps):
    """The formula on the means of so many gradients at a time."""
    return lambda w, g: formula(w, [sum(g[i : i + steps]) / steps for i in range(0, len(g), steps)])


SAMPLES = [
    ("AdamW", {"lr": 0.05}, adamw),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.5}, lambda w, g: adamw(w, g, decay=0.5)),
    ("SGD", {"lr": 0.05, "gradient_accumulation_steps": 4}, summed(lambda w, g: sgd(w, g, momentum=0, decay=0), 4)),
    ("Adam", {"lr": 0.05, "gradient_accumulation_steps": 5}, summed(adam, 5)),
    ("Lion", {"lr": 0.01}, lion),
    ("Adafactor", {"lr": 0.05}, adafactor),
    ("Adafactor", {"lr": 0.5, "clip_threshold": 0.7}, lambda w, g: adafactor(w, g, lr=0.5, threshold=0.7)),
    ("LossScaleOptimizer", {"inner_optimizer": {"class_name": "Adam", "config": {"lr": 0.05}}}, adam),
    (
        "Ftrl",
        {
            "lr": 0.5,
            "l1_regularization_strength": 0.05,
            "l2_regularization_strength": 0.01,
            "l2_shrinkage_regularization_strength": 0.02,
            "beta": 0.1,
        },
        ftrl,
    ),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "decay": 0.01}, sgd),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "decay": 0.01, "nesterov": True}, lambda w, g: sgd(w, g, nesterov=True)),
    ("SGD", {"lr": 0.05}, lambda w, g: sgd(w, g, momentum=0.0, decay=0.0)),
    ("RMSprop", {"lr": 0.05}, rmsprop),
    ("Adagrad", {"lr": 0.05}, adagrad),
    ("Adadelta", {"lr": 0.5}, adadelta),
    ("Adam", {"lr": 0.05}, adam),
    ("Adam", {"lr": 0.05, "amsgrad": True}, lambda w, g: adam(w, g, amsgrad=True)),
    ("Adamax", {"lr": 0.05}, adamax),
    ("Nadam", {"lr": 0.05}, nadam),
]
IDS = [f"{name}-{'-'.join(settings)}" for name, settings, _ in SAMPLES]
SHAPES = ((3, 4), (4,), (200, 200))


def _make(name, settings):
    rng = np.random.default_rng(5)
    variables = [Variable(shape, initializer=rng.normal(size=shape)) for shape in SHAPES]
    updater = Updater(optimizers.deserialize({"class_name": name, "config": settings}), FlatWeights(variables))
    return variables, updater


def _run(variables, updater, steps, seed=7):
    rng = np.random.default_rng(seed)
    history = [[rng.normal(size=v.shape) for v in variables] for _ in range(steps)]
    for gradients in history:
        for variable, gradient in zip(variables, gradients, strict=True):
            updater.weights.gradients[variable][...] = gradient
        updater.apply()
    return history


def test_all_optimizers_have_samples():
    assert {name for name, _, _ in SAMPLES} == {kind.__name__ for kind in registry.find_all("optimizer").values()}


@pytest.mark.parametrize(("name", "settings", "formula"), SAMPLES, ids=IDS)
def test_forty_updates_follow_the_formula(name, settings, formula):
    variables, updater = _make(name, settings)
    before = [v.array.astype("float64") for v in variables]

    history = _run(variables, updater, 40)

    for i, variable in enumerate(variables):
        expected = formula(before[i], [gradients[i] for gradients in history])
        np.testing.assert_allclose(variable.array, expected, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize(("name", "settings", "formula"), SAMPLES, ids=IDS)
def test_the_config_makes_an_equal_optimizer(name, settings, formula):
    first = optimizers.deserialize({"class_name": name, "config": settings})

    second = optimizers.deserialize(optimizers.serialize(first))

    assert first.get_config() == second.get_config()
    assert first.get_config().get("lr") == settings.get("lr")


@pytest.mark.parametrize(("name", "settings", "formula"), SAMPLES, ids=IDS)
def test_saved_weights_continue_bit_for_bit(name, settings, formula):
    variables, updater = _make(name, settings)
    _run(variables, updater, 5)
    saved, values = updater.optimizer.get_weights(), [v.array.copy() for v in variables]
    _run(variables, updater, 3, seed=9)
    expected = [v.array.copy() for v in variables]

    others, fresh = _make(name, settings)
    fresh.optimizer.set_weights(saved)
    fresh.optimizer.iterations.assign(5)
    for variable, value in zip(others, values, strict=True):
        variable.assign(value)
    _run(others, fresh, 3, seed=9)

    for variable, value in zip(others, expected, strict=True):
        np.testing.assert_array_equal(variable.array, value)


@pytest.mark.parametrize(("name", "settings", "formula"), SAMPLES, ids=IDS)
def test_an_update_allocates_no_array(name, settings, formula):
    _, updater = _make(name, settings)
    for _ in range(40):
        updater.apply()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        for _ in range(40):
            updater.apply()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak - before < 20_000


@pytest.mark.parametrize(("name", "settings", "formula"), SAMPLES, ids=IDS)
def test_wrong_weights_and_unknown_settings_are_refused(name, settings, formula):
    _, updater = _make(name, settings)

    with pytest.raises(ShapeError, match="arrays"):
        updater.optimizer.set_weights([np.zeros(3)])
    with pytest.raises(SettingTypeError, match="learnign"):
        optimizers.deserialize({"class_name": name, "config": {"learnign": 1}})
