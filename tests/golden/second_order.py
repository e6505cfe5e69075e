"""Gradients of gradients: networks whose gradient penalty and Hessian-vector product Keras and we compute alike.

The penalty is WGAN-GP's (Gulrajani et al., 2017): mean over the samples of (|d sum(y) / dx| - 1)^2. Outside training:
TensorFlow's variance of a batch takes the mean as constant, so its second gradients there are not those of differences.
"""

import numpy as np
from cases import array, weights_like


def dense(keras):
    """A critic of dense layers."""
    layers = keras.layers
    return [
        layers.Dense(6, input_shape=(5,)),
        layers.LeakyReLU(),
        layers.Dense(4, activation="tanh"),
        layers.Dense(3, activation="softplus"),
        layers.Dense(1),
    ]


def convolutions(keras):
    """A critic of strided convolutions, as for images."""
    layers = keras.layers
    return [
        layers.Conv2D(4, 3, strides=2, padding="same", input_shape=(7, 6, 2)),
        layers.LeakyReLU(),
        layers.Conv2D(3, 2, dilation_rate=2, activation="sigmoid"),
        layers.Flatten(),
        layers.Dense(1),
    ]


def classifier(keras):
    """Batch normalisation, both poolings and a softmax."""
    layers = keras.layers
    return [
        layers.Conv2D(4, 3, padding="same", input_shape=(6, 6, 2)),
        layers.BatchNormalization(),
        layers.Activation("elu"),
        layers.MaxPooling2D(),
        layers.DepthwiseConv2D(2, depth_multiplier=2, activation="tanh"),
        layers.AveragePooling2D(2, strides=1),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
    ]


def transposed(keras):
    """Convolutions the other way round, crops and padding.

    TensorFlow has no second gradient of UpSampling2D, nor of softsign.
    """
    layers = keras.layers
    return [
        layers.Conv2DTranspose(3, 3, strides=2, activation="tanh", input_shape=(3, 4, 2)),
        layers.Cropping2D(1),
        layers.ZeroPadding2D(1),
        layers.SeparableConv2D(2, 3, activation="selu"),
        layers.GlobalMaxPooling2D(),
    ]


def series(keras):
    """Convolutions over steps with weights shared and not shared, and the largest value of each."""
    layers = keras.layers
    return [
        layers.Conv1D(5, 3, padding="causal", activation="sigmoid", input_shape=(9, 3)),
        layers.LocallyConnected1D(4, 2, activation="tanh"),
        layers.GlobalAveragePooling1D(),
        layers.Dense(2, activation="exponential"),
    ]


def lstm(keras):
    """LSTM over steps."""
    layers = keras.layers
    gates = {"recurrent_activation": "sigmoid"}
    return [
        layers.LSTM(4, return_sequences=True, input_shape=(6, 3), **gates),
        layers.LSTM(3, go_backwards=True, **gates),
        layers.Dense(1),
    ]


def gru(keras):
    """GRU with either reset gate, in both directions."""
    layers = keras.layers
    gates = {"recurrent_activation": "sigmoid"}
    inner = layers.GRU(3, return_sequences=True, reset_after=True, **gates)
    return [
        layers.Bidirectional(inner, input_shape=(5, 3)),
        layers.GRU(3, reset_after=False, **gates),
        layers.Dense(1),
    ]


def masked(keras):
    """A simple recurrent network that skips masked steps."""
    layers = keras.layers
    return [
        layers.Masking(0.0, input_shape=(5, 3)),
        layers.SimpleRNN(4, return_sequences=True),
        layers.SimpleRNN(3),
        layers.Dense(1, activation="sigmoid"),
    ]


NETWORKS = {
    network.__name__: network for network in (dense, convolutions, classifier, transposed, series, lstm, gru, masked)
}


def network(keras, key):
    """The network as a model, with its own numbers put in, and its input."""
    model = keras.models.Sequential(NETWORKS[key](keras))
    model.set_weights(weights_like(model.get_weights()))
    x = array((4, *model.input_shape[1:]), 51)
    if key == "masked":
        x[1, 2:4] = x[2, :1] = 0
    return model, x


def directions(weights):
    """The direction along which second derivatives are taken, one array a weight."""
    return [array(tuple(w.shape), 60 + i) for i, w in enumerate(weights)]


def critic_batches():
    """Ten batches for a critic: true samples, made ones, and how much of the true ones their mixtures hold."""
    rng = np.random.default_rng(8)
    for _ in range(10):
        yield rng.normal(1, 0.5, (8, 5)), rng.normal(size=(8, 5)), rng.uniform(size=(8, 1))
