"""Layers and models in several places at once."""

from __future__ import annotations

import numpy as np
import pytest

from engine.layers import BatchNormalization, Dense, Input, TimeDistributed
from engine.models import Model, Sequential

RNG = np.random.default_rng(5)
X = RNG.normal(size=(4, 3, 5))


@pytest.mark.parametrize("each_step", [False, True], ids=["called", "on each step"])
@pytest.mark.parametrize("known", [False, True], ids=["first seen in the call", "input shape known"])
def test_a_stack_has_the_penalties_of_its_calls_alone(known, each_step):
    shape = {"input_shape": (5,) if each_step else (3, 5)} if known else {}
    stack = Sequential([Dense(5, activity_regularizer="l2", **shape), BatchNormalization(momentum=0.5)])
    x = Input((3, 5))
    model = Model(x, TimeDistributed(stack)(x) if each_step else stack(x))
    model.compile("sgd", "mse")
    kernel, bias = stack.layers[0].get_weights()
    features = X @ kernel + bias
    gamma, beta, mean, variance = stack.layers[1].get_weights()
    normed = gamma * (features - features.mean((0, 1))) / np.sqrt(features.var((0, 1)) + 1e-3) + beta
    expected = np.mean(normed**2) + 0.01 * np.sum(features**2)
    np.testing.assert_allclose(model.train_on_batch(X, np.zeros((4, 3, 5))), expected, rtol=1e-4)
    moved = stack.layers[1].get_weights()[2]
    np.testing.assert_allclose(moved, 0.5 * mean + 0.5 * features.mean((0, 1)), rtol=1e-4, atol=1e-6)
    assert (stack.layers[1].get_weights()[3] != variance).all()
