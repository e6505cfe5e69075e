"""What people copy from each other: layers, cells and activations of their own, with weights by add_weight."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine import initializers, regularizers
from engine.layers import (
    RNN,
    Activation,
    Dense,
    Embedding,
    Input,
    Layer,
    LeakyReLU,
    Reshape,
)
from engine.models import Model, Sequential, model_from_json
from engine.utils.generic_utils import get_custom_objects

RNG = np.random.default_rng(23)
X = RNG.random((40, 12)).astype("float32")


class AttentionWithContext(Layer):
    """A mean over time by learnt weights; the shape of its weights comes first, as Keras 1 had it."""

    def __init__(self, W_regularizer=None, bias=True, **kwargs):
        self.supports_masking = True
        self.init = initializers.get("glorot_uniform")
        self.W_regularizer = regularizers.get(W_regularizer)
        self.bias = bias
        super().__init__(**kwargs)

    def build(self, input_shape):
        size = input_shape[-1]
        self.W = self.add_weight(
            (size, size), initializer=self.init, name=f"{self.name}_W", regularizer=self.W_regularizer
        )
        if self.bias:
            self.b = self.add_weight((size,), initializer="zero", name=f"{self.name}_b")
        self.u = self.add_weight((size,), self.init, name=f"{self.name}_u")
        super().build(input_shape)

    def compute_mask(self, input, input_mask=None):
        return None

    def call(self, x, mask=None):
        hidden = K.dot(x, self.W)
        if self.bias:
            hidden += self.b
        weights = K.exp(K.squeeze(K.dot(K.tanh(hidden), K.expand_dims(self.u)), axis=-1))
        if mask is not None:
            weights *= K.cast(mask, K.floatx())
        weights /= K.cast(K.sum(weights, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        return K.sum(x * K.expand_dims(weights), axis=1)

    def get_output_shape_for(self, input_shape):
        return (input_shape[0], input_shape[-1])


def test_attention_over_masked_words():
    model = Sequential()
    model.add(Embedding(20, 6, mask_zero=True, input_length=7))
    model.add(AttentionWithContext(W_regularizer="l2"))
    model.add(Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy")
    words = RNG.integers(0, 20, (10, 7))
    words[:, 5:] = 0
    vectors, (w, b, u) = model.layers[0].get_weights()[0][words], model.layers[1].get_weights()
    assert [str(weight.name).split("/")[-1] for weight in model.layers[1].weights] == [
        f"{model.layers[1].name}_{part}:0" for part in "Wbu"
    ]
    scores = np.exp(np.tanh(vectors @ w + b) @ u) * (words != 0)
    expected = (vectors * (scores / (scores.sum(1, keepdims=True) + 1e-7))[..., None]).sum(1)
    attended = K.function([model.input], [model.layers[1].output])([words])[0]
    np.testing.assert_allclose(attended, expected, rtol=1e-4, atol=1e-6)
    model.fit(words, np.arange(10) % 2, verbose=0)


@pytest.mark.parametrize(
    "arguments",
    [((3, 2), "ones"), ((3, 2), "half", "ones"), ((3, 2), "ones", "half", False), ([3, 2], initializers.Ones())],
)
def test_a_weight_by_its_shape_first(arguments):
    class Own(Layer):
        def build(self, input_shape):
            shape, second, *rest = arguments
            if second == "half":
                self.kernel = self.add_weight(shape, second, initializer=rest[0])
            else:
                self.kernel = self.add_weight(shape, second, *rest)
            self.built = True

        def call(self, x):
            return K.dot(x, self.kernel)

    layer = Own()
    layer(Input((3,)))
    assert K.get_value(layer.kernel).tolist() == [[1.0, 1.0]] * 3
    assert ("half" in str(layer.kernel.name)) == ("half" in arguments)
    assert bool(layer.trainable_weights) == (False not in arguments)


class MinimalCell(Layer):
    """The state is the input and the state before, each by a kernel."""

    def __init__(self, units, **kwargs):
        self.units = units
        self.state_size = units
        super().__init__(**kwargs)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="uniform", name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, self.units), initializer="uniform", name="recurrent")
        self.built = True

    def call(self, inputs, states):
        output = K.dot(inputs, self.kernel) + K.dot(states[0], self.recurrent)
        return output, [output]


def test_cells_of_a_users_own_one_above_the_other():
    x = Input((None, 5))
    model = Model(x, RNN([MinimalCell(4), MinimalCell(3)])(x))
    model.compile("adam", "mse")
    data = RNG.random((6, 4, 5))
    lower, lower_back, upper, upper_back = model.get_weights()
    low, high = np.zeros((6, 4)), np.zeros((6, 3))
    for step in range(4):
        low = data[:, step] @ lower + low @ lower_back
        high = low @ upper + high @ upper_back
    np.testing.assert_allclose(model.predict(data), high, rtol=1e-4, atol=1e-7)
    assert np.isfinite(model.train_on_batch(data, RNG.random((6, 3))))


def squash(x, axis=-1):
    squared = K.sum(K.square(x), axis, keepdims=True) + K.epsilon()
    return K.sqrt(squared) / (1 + squared) * x


class Capsule(Layer):
    """Capsules with routing, their kernels shared by all inputs."""

    def __init__(self, capsules, size, routings=3, **kwargs):
        super().__init__(**kwargs)
        self.capsules, self.size, self.routings = capsules, size, routings

    def build(self, input_shape):
        shape = (1, input_shape[-1], self.capsules * self.size)
        self.kernel = self.add_weight(name="capsule_kernel", shape=shape, initializer="glorot_uniform", trainable=True)

    def call(self, inputs):
        hat = K.conv1d(inputs, self.kernel)
        batch, steps = K.shape(inputs)[0], K.shape(inputs)[1]
        hat = K.permute_dimensions(K.reshape(hat, (batch, steps, self.capsules, self.size)), (0, 2, 1, 3))
        logits = K.zeros_like(hat[:, :, :, 0])
        for i in range(self.routings):
            output = squash(K.batch_dot(K.softmax(logits, 1), hat, [2, 2]))
            if i < self.routings - 1:
                logits = K.batch_dot(output, hat, [2, 3])
        return output

    def compute_output_shape(self, input_shape):
        return (None, self.capsules, self.size)


def test_capsules_with_routing():
    x = Input((6, 4))
    model = Model(x, Capsule(3, 5)(Reshape((-1, 4))(x)))
    data = RNG.random((2, 6, 4))
    hat = (data @ model.get_weights()[0][0]).reshape(2, 6, 3, 5).transpose(0, 2, 1, 3)
    logits = np.zeros((2, 3, 6))
    for _ in range(3):
        share = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        total = np.einsum("bcn,bcnd->bcd", share, hat)
        squared = (total**2).sum(-1, keepdims=True) + 1e-7
        output = np.sqrt(squared) / (1 + squared) * total
        logits = np.einsum("bcd,bcnd->bcn", output, hat)
    np.testing.assert_allclose(model.predict(data), output, rtol=1e-4, atol=1e-6)


def test_an_activation_of_ones_own_by_name():
    class Swish(Activation):
        def __init__(self, activation, **kwargs):
            super().__init__(activation, **kwargs)
            self.__name__ = "swish"

    def swish(x):
        return K.sigmoid(x) * x

    get_custom_objects().update({"swish": Swish(swish)})
    try:
        model = Sequential([Dense(3, activation="swish", input_dim=12)])
        assert model.layers[0].get_config()["activation"] == "swish"
        other = model_from_json(model.to_json())
        other.set_weights(model.get_weights())
        before = X @ model.get_weights()[0]
        np.testing.assert_allclose(other.predict(X), before / (1 + np.exp(-before)), rtol=1e-4, atol=1e-6)
    finally:
        del get_custom_objects()["swish"]


@pytest.mark.parametrize("make", [lambda: LeakyReLU(0.25), lambda: Activation("tanh")], ids=["LeakyReLU", "Activation"])
def test_a_layer_as_an_activation_comes_back_from_a_config(make):
    model = Sequential([Dense(3, activation=make(), input_dim=12)])
    other = model_from_json(model.to_json())
    other.set_weights(model.get_weights())
    np.testing.assert_array_equal(other.predict(-X), model.predict(-X))
