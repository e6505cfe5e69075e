"""Losses and metrics as objects in programs for tf.keras: on tapes, in loops, in `compile` of a model with a step of its own."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
counted = importlib.import_module("counted")
sys.path.remove(str(FOLDER))


@pytest.mark.parametrize("key", counted.LOSSES)
def test_a_loss_on_a_tape_has_the_value_of_arrays_and_a_gradient(compat, key):
    import tensorflow as tf
    from tensorflow import keras

    name, settings, kind = counted.LOSSES[key]
    y_true, y_pred = counted.data(kind, 5, 0)
    loss = getattr(keras.losses, name)(**settings)
    weights = np.linspace(0.5, 1.5, 5).astype("float32")
    outputs = tf.Variable(y_pred)
    for given in ({}, {"sample_weight": weights}):
        with tf.GradientTape() as tape:
            value = loss(tf.constant(y_true), outputs, **given)
        slope = tape.gradient(value, outputs)
        np.testing.assert_allclose(value.numpy(), loss(y_true, y_pred, **given), rtol=1e-5)
        moved = [np.array(y_pred), np.array(y_pred)]
        place = (2,) + (0,) * (y_pred.ndim - 1)
        moved[0][place] += 1e-2
        moved[1][place] -= 1e-2
        expected = (float(loss(y_true, moved[0], **given)) - float(loss(y_true, moved[1], **given))) / 2e-2
        np.testing.assert_allclose(slope[place], expected, rtol=5e-2, atol=2e-3)


@pytest.mark.parametrize("key", counted.METRICS)
def test_a_metric_counts_what_a_tape_holds_as_it_counts_arrays(compat, key):
    import tensorflow as tf
    from tensorflow import keras

    name, settings, kind = counted.METRICS[key]
    ours, theirs = (getattr(keras.metrics, name)(**settings) for _ in range(2))
    for y_true, y_pred, weights in counted.batches(kind):
        one_by_one = y_pred.dtype.kind == "f"
        with tf.GradientTape():
            outputs = tf.Variable(y_pred) * 1.0 if one_by_one else y_pred
            ours.update_state(tf.constant(y_true), outputs, sample_weight=weights)
        theirs.update_state(y_true, y_pred, sample_weight=weights)
    np.testing.assert_allclose(ours.result().numpy(), theirs.result(), rtol=1e-5, atol=1e-6)
    ours.reset_state()
    assert not any(np.any(state.array) for state in ours.weights)


@pytest.mark.parametrize(
    ("loss", "metrics", "kind"),
    [
        ("BinaryCrossentropy", ["AUC", "Precision", "Recall", "BinaryAccuracy"], "several"),
        ("CategoricalCrossentropy", ["CategoricalAccuracy", "TopKCategoricalAccuracy"], "one_hot"),
        ("Huber", ["RootMeanSquaredError", "R2Score", "MeanAbsoluteError"], "values"),
        ("SparseCategoricalCrossentropy", ["SparseCategoricalAccuracy"], "sparse"),
    ],
)
def test_both_in_compile_count_alike_with_and_without_a_step_of_ones_own(compat, loss, metrics, kind):
    import tensorflow as tf
    from tensorflow import keras

    class Own(keras.Model):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                value = self.compiled_loss(y, y_pred)
            self.optimizer.minimize(value, self.trainable_variables, tape=tape)
            self.compiled_metrics.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}

    y, _ = counted.data(kind, 20, 3)
    x = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
    logs = []
    weights = None
    for kind_of_model in (keras.Model, Own):
        inputs = keras.Input((3,))
        ends = {"Huber": None, "BinaryCrossentropy": "sigmoid"}.get(loss, "softmax")
        model = kind_of_model(inputs, keras.layers.Dense(4, activation=ends)(inputs))
        weights = weights or model.get_weights()
        model.set_weights(weights)
        objects = [getattr(keras.metrics, one)(name=one.lower()) for one in metrics]
        model.compile(keras.optimizers.SGD(0.1), getattr(keras.losses, loss)(), metrics=objects)
        logs.append(model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history)
    assert set(logs[0]) == set(logs[1]) == {"loss", *(one.lower() for one in metrics)}
    for name, values in logs[0].items():
        np.testing.assert_allclose(logs[1][name], values, rtol=1e-4, atol=1e-5, err_msg=name)
