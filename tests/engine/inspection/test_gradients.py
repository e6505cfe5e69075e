"""Gradients of one batch: those of plain finite differences, and of the step that training makes next."""

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.errors import DataError, NotCompiled
from engine.inspection import LayerInspector, Reader
from engine.inspection.gradients import gradients_of
from engine.models import Sequential
from engine.optimizers import SGD

from . import plain


@pytest.fixture
def double():
    K.set_floatx("float64")
    yield
    K.set_floatx("float32")


def test_gradients_are_those_of_finite_differences(double):
    model = Sequential([layers.Dense(4, activation="tanh", input_dim=3, name="hidden"), layers.Dense(2, name="out")])
    model.compile(SGD(lr=0.1), "mse")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    found = LayerInspector(model, "hidden").gradients(x, y)
    kernel = model.get_layer("hidden").weights[0]
    start, numeric = K.get_value(kernel).copy(), np.zeros((3, 4))
    for index in np.ndindex(3, 4):
        ends = []
        for move in (1e-5, -1e-5):
            value = start.copy()
            value[index] += move
            K.set_value(kernel, value)
            ends.append(model.evaluate(x, y, verbose=0))
        numeric[index] = (ends[0] - ends[1]) / 2e-5
    K.set_value(kernel, start)
    of_kernel = found.weights["kernel"]
    assert np.abs(of_kernel.gradient - numeric).max() < 1e-8
    assert of_kernel.rms == pytest.approx(np.sqrt((numeric**2).mean()), rel=1e-6)
    assert of_kernel.largest == pytest.approx(np.abs(numeric).max(), rel=1e-6)
    assert of_kernel.update_rms == pytest.approx(0.1 * of_kernel.rms, rel=1e-6)
    assert of_kernel.ratio == pytest.approx(of_kernel.update_rms / np.sqrt((start**2).mean()), rel=1e-6)


def test_they_are_those_of_the_coming_step_and_change_nothing():
    model, x, y = plain.digits_model(), plain.pictures(), plain.labels()
    model.train_on_batch(x, y)
    before, slots = model.get_weights(), [w.copy() for w in model.optimizer.get_weights()]
    reader = Reader(model)
    found = gradients_of(reader, list(reader.places.values())[1:], x, y)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(slots, model.optimizer.get_weights(), strict=True))
    loss = model.train_on_batch(x, y)[0]
    assert found["conv"].loss == pytest.approx(loss, rel=1e-6)  # with the same mask of dropout
    for name in ("conv", "classes"):
        change = model.get_layer(name).get_weights()[0] - before[{"conv": 0, "classes": 6}[name]]
        assert found[name].weights["kernel"].update_rms == pytest.approx(np.sqrt((change**2).mean()), rel=1e-6)


def test_outputs_have_gradients_and_a_branch_that_does_not_count_has_none():
    model, x, y = plain.digits_model(), plain.pictures(), plain.labels()
    found = LayerInspector(model, "pool").gradients(x, y)
    assert found.output.shape == (7, 3, 2, 3)
    assert found.output_rms == pytest.approx(np.sqrt((found.output.astype(float) ** 2).mean()), rel=1e-6)
    assert found.weights == {}


def test_a_frozen_layer_has_no_gradients_of_weights():
    model = Sequential([layers.Dense(4, input_dim=3, name="frozen", trainable=False), layers.Dense(2)])
    model.compile("sgd", "mse")
    assert LayerInspector(model, "frozen").gradients(np.ones((2, 3)), np.ones((2, 2))).weights == {}


def test_without_compile_and_without_labels_a_sentence():
    model = Sequential([layers.Dense(2, input_dim=3, name="dense")])
    with pytest.raises(NotCompiled, match="expected a compiled model"):
        LayerInspector(model, "dense").gradients(np.ones((2, 3)), np.ones((2, 2)))
    model.compile("sgd", "mse")
    with pytest.raises(DataError):
        LayerInspector(model, "dense").gradients(np.ones((2, 3)))


def test_a_model_without_weights_has_gradients_of_outputs_alone():
    model = Sequential([layers.Flatten(input_shape=(3, 2), name="flat")])
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).normal(size=(4, 3, 2))
    found = LayerInspector(model, "flat").gradients(x, np.zeros((4, 6)))
    assert found.weights == {} and np.allclose(found.output, 2 * x.reshape(4, 6) / 24, atol=1e-6)
