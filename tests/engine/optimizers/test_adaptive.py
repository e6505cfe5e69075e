"""RMSprop and Adagrad in the forms of later Keras: epsilon below the root, momentum, centering, a first sum of squares."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.layers import Dense
from engine.models import Sequential
from engine.optimizers import Adagrad, Optimizer, RMSprop

X = np.array([[1.0, 2.0], [0.5, -1.0]], "float32")
Y = np.array([[1.0], [0.0]], "float32")


def trained(optimizer: Optimizer, steps: int) -> np.ndarray:
    """The kernel after some steps."""
    model = Sequential([Dense(1, use_bias=False, input_dim=2)])
    model.set_weights([np.array([[0.3], [-0.2]])])
    model.compile(optimizer, "mse")
    for _ in range(steps):
        model.train_on_batch(X, Y)
    return model.get_weights()[0][:, 0]


def by_hand(
    kind: str, steps: int, *, momentum: float = 0.0, centered: bool = False, in_root: bool = True, first: float = 0.0
) -> np.ndarray:
    """The same, written out."""
    w, rate, rho, eps = np.array([0.3, -0.2]), 0.1, 0.9, 1e-2
    a, m, p = np.full(2, first), np.zeros(2), np.zeros(2)
    for _ in range(steps):
        g = 2 * X.T @ (X @ w - Y[:, 0]) / 2
        a = a + g**2 if kind == "adagrad" else rho * a + (1 - rho) * g**2
        m = rho * m + (1 - rho) * g
        size = a - m**2 if centered else a
        step = rate * g / (np.sqrt(size + eps) if in_root else np.sqrt(size) + eps)
        p = momentum * p + step
        w = w - (p if momentum else step)
    return w


@pytest.mark.parametrize("momentum", [0.0, 0.8])
@pytest.mark.parametrize("centered", [False, True])
@pytest.mark.parametrize("in_root", [False, True])
def test_rmsprop_follows_its_formula(momentum: float, centered: bool, in_root: bool) -> None:
    optimizer = RMSprop(0.1, epsilon=1e-2, momentum=momentum, centered=centered, epsilon_in_root=in_root)
    expected = by_hand("rmsprop", 3, momentum=momentum, centered=centered, in_root=in_root)
    np.testing.assert_allclose(trained(optimizer, 3), expected, rtol=1e-5)
    assert RMSprop.from_config(optimizer.get_config()).get_config() == optimizer.get_config()


@pytest.mark.parametrize("in_root", [False, True])
@pytest.mark.parametrize("first", [0.0, 0.1])
def test_adagrad_follows_its_formula(in_root: bool, first: float) -> None:
    optimizer = Adagrad(0.1, epsilon=1e-2, epsilon_in_root=in_root, initial_accumulator_value=first)
    np.testing.assert_allclose(trained(optimizer, 3), by_hand("adagrad", 3, in_root=in_root, first=first), rtol=1e-5)


def test_recorded_updates_begin_with_the_same_sum() -> None:
    w = K.variable(np.array([1.0, 2.0]))
    updates = Adagrad(0.1, initial_accumulator_value=0.5).get_updates(K.sum(w * w), [w])
    K.function([], [], updates=updates)([])
    np.testing.assert_allclose(
        K.get_value(w), np.array([1.0, 2.0]) - 0.1 * np.array([2, 4]) / np.sqrt([4.5, 16.5]), rtol=1e-5
    )
