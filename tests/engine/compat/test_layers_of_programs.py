"""What programs for tf.keras expect of layers: names from zero, cells with states, lists of pictures, one number for a shape."""

from __future__ import annotations

import numpy as np
import pytest


def test_the_first_layer_of_a_kind_has_no_number(compat):
    import keras

    keras.backend.clear_session()
    model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,)), keras.layers.Dense(2), keras.layers.ReLU()])
    assert [layer.name for layer in model.layers] == ["dense", "dense_1", "re_lu"]
    assert model.name == "sequential" and model.get_layer("dense") is model.layers[0]
    assert keras.Sequential().name == "sequential_1"


def test_a_cell_of_ones_own_calls_another_one_with_states(compat):
    import keras

    class Normalised(keras.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.state_size = self.output_size = units
            self.inner = keras.layers.SimpleRNNCell(units, activation=None)
            self.norm = keras.layers.LayerNormalization()

        def call(self, inputs, states):
            outputs, _ = self.inner(inputs, states)
            outputs = keras.activations.tanh(self.norm(outputs))
            return outputs, [outputs]

    model = keras.Sequential([keras.layers.RNN(Normalised(4), return_sequences=True, input_shape=[None, 5])])
    x = np.random.default_rng(0).normal(size=(2, 3, 5)).astype("float32")
    found = model.predict(x)

    inner, norm = model.layers[0].cell.inner, model.layers[0].cell.norm
    kernel, recurrent, bias = inner.get_weights()
    state = np.zeros((2, 4))
    for step in range(3):
        z = x[:, step] @ kernel + bias + state @ recurrent
        state = np.tanh((z - z.mean(-1, keepdims=True)) / np.sqrt(z.var(-1, keepdims=True) + norm.epsilon))
        np.testing.assert_allclose(found[:, step], state, rtol=1e-4, atol=1e-5)


def test_a_cell_gives_outputs_and_states_for_arrays(compat):
    import keras

    cell = keras.layers.LSTMCell(3)
    outputs, states = cell(np.ones((2, 4), "float32"), [np.zeros((2, 3), "float32"), np.zeros((2, 3), "float32")])
    assert outputs.shape == (2, 3) and [state.shape for state in states] == [(2, 3), (2, 3)]


def test_a_list_of_pictures_is_one_batch(compat):
    import keras

    assert keras.layers.CenterCrop(4, 4)([np.ones((6, 6, 3)), np.ones((6, 6, 3))]).shape == (2, 4, 4, 3)
    joined = keras.layers.Concatenate()([np.ones((2, 3)), np.ones((2, 3))])
    assert joined.shape == (2, 6)


def test_one_number_is_the_shape_of_a_vector(compat):
    import keras

    class Shifted(keras.layers.Layer):
        def build(self, input_shape):
            self.shift = self.add_weight(name="shift", shape=input_shape[-1], initializer="ones")

        def call(self, inputs):
            return inputs + self.shift

    assert Shifted()(np.zeros((2, 3), "float32")).numpy().tolist() == [[1.0] * 3] * 2


def test_a_pipeline_is_a_layer_of_layers(compat):
    import keras

    pipeline = keras.layers.Pipeline([keras.layers.Dense(4), keras.layers.Dropout(0.5), keras.layers.Dense(2)])
    model = keras.Sequential([keras.Input((3,)), pipeline])
    assert model.output_shape == (None, 2) and len(model.trainable_weights) == 4


@pytest.mark.parametrize("kind", ["ReduceLROnPlateau", "LearningRateScheduler"])
def test_a_history_has_the_rate_under_both_names(kind, compat):
    import keras

    model = keras.Sequential([keras.layers.Dense(1, input_shape=(3,))])
    model.compile(keras.optimizers.SGD(0.25), "mse")
    callback = {
        "ReduceLROnPlateau": lambda: keras.callbacks.ReduceLROnPlateau(monitor="loss"),
        "LearningRateScheduler": lambda: keras.callbacks.LearningRateScheduler(lambda epoch: 0.25),
    }[kind]()
    history = model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0, callbacks=[callback]).history
    assert history["learning_rate"] == history["lr"] == [0.25]
