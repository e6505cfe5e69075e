"""`model.profile`: rows by layer, and nothing changed by measuring."""

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine._native.library import library
from engine.errors import NotCompiled
from engine.models import Model, Sequential

X = np.random.default_rng(0).normal(size=(8, 6, 6, 2)).astype("float32")
Y = np.eye(3, dtype="float32")[np.arange(8) % 3]


def small():
    model = Sequential(
        [
            layers.Conv2D(4, 3, input_shape=(6, 6, 2), name="window"),
            layers.BatchNormalization(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax", name="classes"),
        ]
    )
    model.compile("adam", "categorical_crossentropy")
    return model


def test_rows_are_the_layers_in_order_then_loss_and_optimizer():
    model = small()
    names = [row.name for row in model.profile(X, Y).rows]
    assert names[0] == "window (Conv2D)"
    assert names[-3:] == ["classes (Dense)", "loss and metrics", "optimizer"]


def test_operations_are_counted_forward_and_backward():
    row = small().profile(X, Y).rows[0]
    forward = 2 * 8 * 4 * 4 * 4 * 3 * 3 * 2 + 8 * 4 * 4 * 4
    assert row.flops == forward + 2 * forward  # kernel and bias: the inputs need no gradient
    assert row.forward > 0
    assert row.backward > 0
    assert row.nbytes == 8 * 4 * 4 * 4 * 4


def test_measuring_changes_nothing():
    ours, plain = small(), small()
    plain.set_weights(ours.get_weights())
    for model in (ours, plain):
        model.layers[3].seed = None
    np.random.seed(3)
    first = ours.train_on_batch(X, Y)
    np.random.seed(3)
    assert plain.train_on_batch(X, Y) == first
    ours.profile(X, Y, runs=3)
    for a, b in zip(ours.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert ours.train_on_batch(X, Y) == plain.train_on_batch(X, Y)
    for a, b in zip(ours.optimizer.get_weights(), plain.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_without_targets_a_prediction_is_measured():
    x = layers.Input((4,))
    profile = Model(x, layers.Dense(2)(x)).profile(X[:, 0, :2].reshape(8, 4))
    assert len(profile.rows) == 1
    assert profile.rows[0].backward == 0
    *_, total, how = str(profile).splitlines()
    assert total.startswith("total")
    assert how.startswith("runs ")


def test_what_keeps_a_model_from_running_as_one_call_is_named():
    x = layers.Input((4,))
    profile = Model(x, layers.Lambda(K.sin, name="bent")(x)).profile(np.zeros((3, 4)))
    assert "'bent'" in profile.how or library() is None


def test_the_phases_of_a_compiled_call_are_told():
    x = layers.Input((4,))
    model = Model(x, layers.Dense(2)(x))
    model.compile("adam", "mse")
    how = model.profile(np.zeros((3, 4)), np.zeros((3, 2))).how
    phases = "on samples in 1 chunk; then 5 on the whole batch in 3 chunks, 2 of them updates of weights"
    assert phases in how or library() is None


def test_training_needs_a_compiled_model():
    x = layers.Input((4,))
    with pytest.raises(NotCompiled):
        Model(x, layers.Dense(2)(x)).profile(np.zeros((2, 4)), np.zeros((2, 2)))
