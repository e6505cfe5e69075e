"""A process that forks after it has computed: the child computes the same, and does not wait for threads it lacks."""

from __future__ import annotations

import multiprocessing

import numpy as np
import pytest

from engine.layers import LSTM, BatchNormalization, Conv2D, Dense, Flatten
from engine.models import Sequential

RNG = np.random.default_rng(0)
MODELS = {
    "convolution": (lambda: [Conv2D(32, 3, input_shape=(24, 24, 3)), BatchNormalization(), Flatten(), Dense(1)], (24, 24, 3)),
    "recurrent": (lambda: [LSTM(64, input_shape=(20, 16)), Dense(1)], (20, 16)),
    "dense": (lambda: [Dense(512, input_dim=256), Dense(1)], (256,)),
}  # fmt: skip


def _trained_in_child(model, x, y, results):
    history = model.fit(x, y, batch_size=32, epochs=2, shuffle=False, verbose=0).history["loss"]
    results.put((history, model.predict(x)))


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("kind", MODELS)
def test_a_forked_child_trains_and_predicts_as_its_parent(kind):
    layers, shape = MODELS[kind]
    model = Sequential(layers())
    model.compile("adam", "mse")
    x, y = RNG.normal(size=(64, *shape)), RNG.normal(size=(64, 1))
    model.fit(x, y, batch_size=32, verbose=0)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    child = context.Process(target=_trained_in_child, args=(model, x, y, results))
    child.start()
    losses, predicted = results.get(timeout=120)
    child.join(60)
    assert child.exitcode == 0
    expected = model.fit(x, y, batch_size=32, epochs=2, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(losses, expected, rtol=1e-5)
    np.testing.assert_allclose(predicted, model.predict(x), rtol=1e-4, atol=1e-5)
