"""A training step gone through layer by layer is the step that `train_on_batch` makes, bit for bit."""

import numpy as np
import pytest

from engine import layers
from engine.inspection import BatchSteps
from engine.models import Model, Sequential

from . import plain

RNG = np.random.default_rng(8)


def perceptron():
    model = Sequential(
        [layers.Dense(16, activation="relu", input_dim=12, name="a"), layers.Dropout(0.3), layers.Dense(3)]
    )
    model.compile("adam", "mse", metrics=["mae"])
    return model, RNG.normal(size=(20, 12)).astype("float32"), RNG.normal(size=(20, 3)).astype("float32")


def normalised():
    model = Sequential(
        [
            layers.Conv2D(4, 3, input_shape=(8, 8, 2)),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("sgd", "categorical_crossentropy")
    return model, RNG.normal(size=(9, 8, 8, 2)).astype("float32"), np.eye(2, dtype="float32")[np.arange(9) % 2]


def recurrent():
    model = Sequential(
        [
            layers.Embedding(9, 4, input_length=6),
            layers.LSTM(5, recurrent_dropout=0.2),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    return model, RNG.integers(0, 9, (8, 6)), (np.arange(8) % 2).astype("float32")


def branched():
    a, b = layers.Input((3,)), layers.Input((2,))
    shared = layers.Dense(4, activation="tanh")
    first = shared(layers.Dense(3)(a))
    model = Model([a, b], [layers.Dense(1, name="p")(first), layers.Dense(2, name="q")(layers.concatenate([first, b]))])
    model.compile("adagrad", ["mse", "mae"], loss_weights=[1.0, 0.5])
    x = [RNG.normal(size=(7, 3)).astype("float32"), RNG.normal(size=(7, 2)).astype("float32")]
    return model, x, [RNG.normal(size=(7, 1)).astype("float32"), RNG.normal(size=(7, 2)).astype("float32")]


def digits():
    return plain.digits_model(), plain.pictures(), plain.labels()


@pytest.mark.parametrize("make", [perceptron, normalised, recurrent, branched, digits])
def test_values_and_the_update_are_those_of_train_on_batch(make):
    model, x, y = make()
    for _ in range(2):
        before = model.get_weights()
        steps = BatchSteps(model, x, y)
        assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
        trained = np.atleast_1d(model.train_on_batch(x, y)).tolist()
        assert steps.result == trained and steps.loss == trained[0]
        now = {id(w): w.array for w in model.weights}
        names = {f"{name}/{weight}" for name, step in steps.backward.items() for weight in step.weights}
        assert set(steps.updated) <= names
        after = [np.array(w) for w in now.values()]
        for value in steps.updated.values():
            assert any(value.shape == w.shape and np.array_equal(value, w) for w in after)


def test_gradients_are_those_that_the_update_is_made_of():
    model, x, y = perceptron()
    model.compile("sgd", "mse")
    steps = BatchSteps(model, x, y)
    rate = np.float32(model.optimizer.learning_rate)
    model.train_on_batch(x, y)
    for name in ("kernel", "bias"):
        gradient = steps.backward["a"].weights[name]
        assert np.array_equal(steps.weights[f"a/{name}"] - rate * gradient, steps.updated[f"a/{name}"])


def test_forward_then_back_in_the_order_of_the_layers():
    steps = BatchSteps(*digits())
    order = [step.name for step in steps]
    half = len(order) // 2
    assert order[:half] == order[half:][::-1] and len(steps) == len(order)
    assert steps.forward["conv"].values[0].shape == (7, 6, 5, 3)
    assert steps.backward["pool"].values[0].shape == (7, 3, 2, 3) and steps.backward["pool"].weights == {}


def test_a_step_can_be_made_afterwards_and_values_are_plain_numpys():
    model, x, y = digits()
    model.layers[-2].rate = 0.0
    steps = BatchSteps(model, x, y)
    expected = plain.digits_values(model, x)
    for name in ("conv", "pool", "inner/dense", "shared:2"):
        assert np.abs(steps.forward[name].values[0] - expected[name]).max() < 1e-6
    assert steps.make() == steps.result


def test_the_arrays_of_a_batch_in_the_order_of_its_step_give_the_same_step():
    a, b = layers.Input((2,), name="a"), layers.Input((3,), name="b")
    joined = layers.concatenate([a, b])
    model = Model([a, b], [layers.Dense(1, name="one")(joined), layers.Dense(2, name="two")(joined)])
    model.compile("adam", "mse")
    rng = np.random.default_rng(0)
    x, y = [rng.normal(size=(4, 2)), rng.normal(size=(4, 3))], [rng.normal(size=(4, 1)), rng.normal(size=(4, 2))]
    weights = [np.array([1.0, 0, 2, 1]), np.array([1.0, 1, 0, 3])]
    for given, weighed in ((None, []), (weights, weights)):
        expected = BatchSteps(model, x, y, given)
        found = BatchSteps.of_arrays(model, [*x, *y, *weighed])
        assert found.loss == expected.loss
        assert all(np.array_equal(found.updated[name], values) for name, values in expected.updated.items())
