"""Layers and models of a program's own that are called on several tensors one by one, or by name."""

import numpy as np
import pytest

from engine._compat.installer import install_as_keras, undo

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


@pytest.fixture(autouse=True)
def compat():
    install_as_keras()
    yield
    undo()


def attending():
    from tensorflow import keras

    class Attending(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.a, self.b = keras.layers.Dense(4), keras.layers.Dense(4)

        def build(self, shape):
            assert len(shape) == 2  # that of the first input
            self.built = True

        def call(self, query, values, scale=1.0, training=None):
            return self.a(query) * scale + self.b(values)

    return Attending()


def test_arrays_symbols_and_tapes_by_place_and_by_name():
    import tensorflow as tf
    from tensorflow import keras

    layer = attending()
    expected = layer(X, 2 * X, scale=3.0)
    np.testing.assert_allclose(layer(X, values=2 * X, scale=3.0), expected, rtol=1e-5)
    np.testing.assert_allclose(layer(values=2 * X, query=X, scale=3.0, training=True), expected, rtol=1e-5)
    first, second = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([first, second], layer(first, second, scale=3.0))
    np.testing.assert_allclose(model.predict([X, 2 * X]), expected, rtol=1e-5)
    np.testing.assert_allclose(model([X, 2 * X]), expected, rtol=1e-5)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(layer(X, 2 * X) ** 2)
    assert all(slope is not None for slope in tape.gradient(loss, layer.trainable_weights))
    with pytest.raises(TypeError, match="takes 4 arguments"):
        layer(X, X, 1.0, None, 5)


def test_a_model_of_ones_own_takes_a_dict():
    from tensorflow import keras

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = keras.layers.Dense(1), keras.layers.Dense(2)

        def call(self, inputs):
            return {"one": self.a(inputs["x"]), "two": self.b(inputs["z"])}

    model, data = Own(), {"x": X, "z": X}
    assert {name: y.shape for name, y in model(data).items()} == {"one": (8, 1), "two": (8, 2)}
    model.compile("adam", {"one": "mse", "two": "mae"})
    history = model.fit(data, {"one": Y, "two": np.concatenate([Y, Y], 1)}, epochs=2, verbose=0).history
    assert len(history["loss"]) == 2 and model.predict(data)["two"].shape == (8, 2)


def test_a_graph_is_made_of_dicts():
    from tensorflow import keras

    first, second = keras.Input((3,)), keras.Input((3,))
    outputs = {"p": keras.layers.Dense(1)(first), "q": keras.layers.Dense(2)(second)}
    model = keras.Model(inputs={"x": first, "z": second}, outputs=outputs)
    model.compile("adam", {"p": "mse", "q": "mae"}, metrics={"p": ["mae"]})
    data, targets = {"z": X, "x": X}, {"q": np.concatenate([Y, Y], 1), "p": Y}
    assert set(model.fit(data, targets, verbose=0).history) >= {"loss", "p_loss", "q_loss"}
    made = model.predict(data)
    np.testing.assert_allclose(model(data)["p"], made["p"], rtol=1e-5)
    assert made["q"].shape == (8, 2) and model.output_names == ["p", "q"]


def test_a_loss_that_the_model_computes_itself_is_what_fit_trains_with():
    import tensorflow as tf
    from tensorflow import keras

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense, self.tracker = keras.layers.Dense(1), keras.metrics.Mean(name="twice")

        def call(self, x):
            return self.dense(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            loss = tf.reduce_mean(tf.square(y_pred - y))
            self.tracker.update_state(loss * 2)
            return loss

        @property
        def metrics(self):
            return [self.tracker]

    model = Own()
    model.compile(optimizer=keras.optimizers.SGD(0.1))
    history = model.fit(X, Y, epochs=4, batch_size=8, verbose=0, validation_data=(X, Y)).history
    np.testing.assert_allclose(history["twice"], 2 * np.asarray(history["loss"]), rtol=1e-5)
    assert history["loss"][-1] < history["loss"][0] and history["val_loss"][-1] < history["loss"][0]
