"""Dice, Tversky and CTC against Keras 3's values and slopes (tests/golden/losses_of_keras_3.npz)."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import losses
from engine._graph.gradient import gradients
from engine._graph.plan import evaluate
from engine._graph.tensor import Constant, Placeholder
from engine.layers import Dense, Input
from engine.models import Model
from engine.optimizers import Adam

FOLDER = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("losses_of_keras_3")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "losses_of_keras_3.npz", allow_pickle=False))


@pytest.mark.parametrize("key", listed.CASES)
def test_values_and_slopes_are_those_of_keras_3(key):
    name, settings, (y_true, y_pred) = listed.CASES[key]
    loss = getattr(losses, name)(**settings)
    np.testing.assert_allclose(float(loss(y_true, y_pred)), GOLDEN[f"{key}/value"], rtol=2e-5)
    outputs = Placeholder(y_pred.shape)
    total = loss(Constant(y_true), outputs)
    (slope,) = evaluate([gradients(total, [outputs])[0]], {outputs: y_pred})
    np.testing.assert_allclose(slope, GOLDEN[f"{key}/slope"], rtol=1e-3, atol=1e-6)
    again = losses.deserialize(losses.serialize(loss))
    assert type(again) is type(loss) and again.get_config() == loss.get_config()


@pytest.mark.parametrize("loss", ["dice", "tversky", losses.Dice(), losses.Tversky(alpha=0.3, beta=0.7)])
def test_a_model_trains_with_them(loss):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 2)).astype("float32")
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    model = Model(inputs := Input((2,)), Dense(1, activation="sigmoid")(inputs))
    model.compile(Adam(0.05), loss)
    history = model.fit(x, y, batch_size=64, epochs=10, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_labels_that_do_not_fit_into_the_steps_are_told_as_infinite():
    assert np.isinf(losses.ctc(np.array([[1, 1]]), np.zeros((1, 1, 2))))[0]
