"""What a subclass with a step of its own calls: compute_loss, compiled_loss, metrics, super().train_step, add_loss."""

import numpy as np
import pytest

from engine._compat.installer import install_as_keras, undo
from engine.errors import DataError

rng = np.random.default_rng(1)
X = rng.normal(size=(48, 3)).astype("float32")
Y = (X.sum(1, keepdims=True) > 0).astype("float32")


@pytest.fixture(autouse=True)
def compat():
    install_as_keras()
    yield
    undo()


def by_compute_loss(self, data):
    import tensorflow as tf

    x, y, *weights = data
    with tf.GradientTape() as tape:
        y_pred = self(x, training=True)
        loss = self.compute_loss(x, y, y_pred, *weights)
    self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
    for metric in self.metrics:
        if metric.name == "loss":
            metric.update_state(loss, sample_weight=len(x))
        else:
            metric.update_state(y, y_pred)
    return {metric.name: metric.result() for metric in self.metrics}


def by_compiled_loss(self, data):
    import tensorflow as tf

    x, y, *weights = data
    with tf.GradientTape() as tape:
        y_pred = self(x, training=True)
        loss = self.compiled_loss(y, y_pred, *weights, regularization_losses=self.losses)
    self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
    self.compiled_metrics.update_state(y, y_pred, *weights)
    return {metric.name: metric.result() for metric in self.metrics}


def by_super(self, data):
    from engine.models import Model

    return Model.train_step(self, data)


def functional(step=None):
    from tensorflow import keras

    inputs = keras.Input((3,))
    hidden = keras.layers.Dense(4, "tanh", kernel_regularizer="l2", activity_regularizer="l2")(inputs)
    outputs = keras.layers.Dense(1, "sigmoid")(hidden)
    methods = {} if step is None else {"train_step": step}
    return type("Own", (keras.Model,), methods)(inputs, outputs)


@pytest.mark.parametrize("step", [by_compute_loss, by_compiled_loss, by_super])
@pytest.mark.parametrize("weights", [None, np.linspace(0.5, 1.5, 48).astype("float32")])
def test_a_step_of_ones_own_trains_as_the_engines(step, weights):
    from tensorflow import keras

    plain, own = functional(), functional(step)
    own.set_weights(plain.get_weights())
    histories = []
    for model in (plain, own):
        loss = keras.losses.BinaryCrossentropy()
        model.compile(keras.optimizers.Adam(0.05), loss, metrics=["accuracy", keras.metrics.AUC(name="auc")])
        arguments = {"sample_weight": weights, "validation_data": (X, Y), "shuffle": False, "verbose": 0}
        histories.append(model.fit(X, Y, epochs=3, batch_size=20, **arguments).history)
    for name in ("loss", "accuracy", "auc", "val_loss", "val_accuracy"):
        np.testing.assert_allclose(histories[1][name], histories[0][name], rtol=2e-4, err_msg=name)
    for ours, theirs in zip(own.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-5)


def test_a_subclass_without_a_graph_has_its_own_weights_losses_and_metrics():
    import tensorflow as tf
    from tensorflow import keras

    class Scaled(keras.layers.Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], 1), initializer="ones")
            self.shift = tf.Variable([0.5], name="shift")
            self.fixed = tf.Variable([2.0], trainable=False)

        def call(self, x):
            self.add_loss(0.1 * tf.reduce_sum(tf.square(self.kernel)))
            return tf.matmul(x, self.kernel) * self.fixed + self.shift

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner, self.tracker = Scaled(), keras.metrics.Mean(name="tracked")
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def call(self, x):
            return self.inner(x) * self.scale

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compute_loss(y=y, y_pred=y_pred)
            self.tracker.update_state(sum(self.losses))
            self.optimizer.minimize(loss, self.trainable_variables, tape=tape)
            return {"loss": loss, **{m.name: m.result() for m in self.metrics if m.name == "tracked"}}

        test_step = train_step

    model = Own()
    model.compile("sgd", "mse")
    history = model.fit(X, Y, batch_size=48, verbose=0).history
    np.testing.assert_allclose(history["tracked"], [0.3], rtol=1e-5)
    expected = np.mean((2 * X.sum(1, keepdims=True) + 0.5 - Y) ** 2) + 0.3
    np.testing.assert_allclose(history["loss"], [expected], rtol=1e-5)
    names = [w.name for w in model.trainable_variables]
    assert len(names) == 3 and len(model.weights) == 4 and float(model.scale.array) != 1


def test_losses_of_layers_called_on_arrays_within_a_step_are_those_of_the_call():
    from tensorflow import keras

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras.layers.Dense(1, activity_regularizer="l2", kernel_initializer="ones")

        def call(self, x):
            return self.dense(x)

        def test_step(self, data):
            self(data)
            return {"loss": sum(float(loss) for loss in self.losses)}

    model = Own()
    expected = [0.01 * np.square(part.sum(1)).sum() for part in (X[:32], X[32:])]
    assert model.test_on_batch(X[:32]) == pytest.approx(expected[0], rel=1e-4)
    assert model.test_on_batch(X[32:]) == pytest.approx(expected[1], rel=1e-4)


def test_several_outputs_by_name_and_by_place():
    from tensorflow import keras

    inputs = keras.Input((3,))
    outputs = {"a": keras.layers.Dense(1, name="a")(inputs), "b": keras.layers.Dense(2, name="b")(inputs)}
    made = type("Own", (keras.Model,), {"train_step": by_compute_loss})(inputs, list(outputs.values()))
    made.compile("sgd", {"a": "mse", "b": "mae"}, metrics={"a": ["mae"]}, loss_weights={"b": 2.0})
    targets = {"a": Y, "b": np.concatenate([Y, Y], 1)}
    by_name = made.train_on_batch(X, targets, return_dict=True)
    assert set(by_name) == {"loss", "a_mae"}
    before = made.evaluate(X, targets, verbose=0, return_dict=True)
    by_place = made.train_on_batch(X, list(targets.values()), return_dict=True)
    assert by_place["loss"] == pytest.approx(before["loss"], rel=1e-4)


def test_what_is_not_there_is_said():
    from tensorflow import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd")
    with pytest.raises(DataError, match="add_loss"):
        model.compute_loss(X, Y, model(X))
    with pytest.raises(DataError, match="4 parts"):
        model.train_step((X, Y, None, None))


def test_summary_tells_models_inside_and_what_is_trained():
    from tensorflow import keras

    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="deep")], name="inner")
    model = keras.Sequential([keras.Input((3,)), inner, keras.layers.Dense(1, name="last")])
    inner.trainable = False
    lines = []
    model.summary(print_fn=lines.append, expand_nested=True, show_trainable=True)
    assert any(line.startswith("| deep (Dense)") for line in lines)
    assert [line.split()[-1] for line in lines if "(Dense)" in line or "Sequential" in line] == ["N", "Y", "Y"]
    told = []
    model.summary(print_fn=told.append, layer_range=["last", "last"])
    assert not any("inner" in line for line in told) and any("last" in line for line in told)
    with pytest.raises(ValueError, match="nobody"):
        model.summary(print_fn=told.append, layer_range=["nobody", "last"])


def test_export_writes_the_model_for_predictions(tmp_path, capsys):
    from tensorflow import keras

    model = functional()
    model.compile("adam", "mse")
    model.export(tmp_path / "served")
    assert "served.h5" in capsys.readouterr().out
    loaded = keras.models.load_model(tmp_path / "served.h5")
    np.testing.assert_allclose(loaded.predict(X), model.predict(X), rtol=1e-6)
    assert loaded.optimizer is None
