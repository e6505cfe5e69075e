"""Ten updates of whole models: what compile and train_on_batch offer beyond one loss on one output.

Where tf_keras counts otherwise than Keras 2.2.4, its side is given settings that make it compute what 2.2.4 does.
"""

import numpy as np
from cases import EPSILON, array


def optimizer(keras, name, rate, **settings):
    """An optimizer of Keras 2.2.4; tf_keras keeps it as a legacy one."""
    settings = settings if name == "SGD" else {**EPSILON, **settings}
    return getattr(home(keras), name)(lr=rate, **settings)


def home(keras):
    """The module that holds the optimizers of Keras 2.2.4."""
    return getattr(keras.optimizers, "legacy", keras.optimizers)


def one_hot(n, classes):
    """Labels 0, 1, ... in turn, as rows."""
    return np.eye(classes, dtype="float32")[np.arange(n) % classes]


def positive(shape, seed):
    """Weights of samples; none is zero, as tf_keras divides by the number of all samples, 2.2.4 by the used ones."""
    return (np.abs(array(shape, seed)) + 0.1).astype("float32")


def autoencoder(keras):
    """Penalties on kernels, biases and activity, and constraints."""
    # 2.2.4 adds the sum over the batch to the loss, tf_keras its mean over the samples.
    batch = 8 if home(keras) is not keras.optimizers else 1
    l1, l2, both = keras.regularizers.l1, keras.regularizers.l2, keras.regularizers.l1_l2
    layers = keras.layers
    model = keras.models.Sequential([
        layers.Dense(5, activation="relu", input_shape=(6,), kernel_regularizer=both(l1=0.01, l2=0.02),
                     bias_regularizer=l1(0.03)),
        layers.Dense(2, activation="tanh", activity_regularizer=l2(0.01 * batch),
                     kernel_constraint=keras.constraints.max_norm(0.5)),
        layers.Dense(6, kernel_constraint=keras.constraints.non_neg(), bias_constraint=keras.constraints.max_norm(0.2)),
    ])  # fmt: skip
    model.compile(optimizer(keras, "Adam", 0.02), "mse")
    x = array((8, 6), 31)
    return model, x, x, {}


def two_inputs(keras):
    """Two inputs and outputs by name, losses and loss weights by name, weights for the samples of each output."""
    layers = keras.layers
    left, right = layers.Input((4,), name="left"), layers.Input((3,), name="right")
    x = layers.Concatenate()([layers.Dense(5, activation="tanh")(left), layers.Dense(4, activation="elu")(right)])
    number = layers.Dense(1, name="number")(x)
    kind = layers.Dense(3, activation="softmax", name="kind")(layers.Dropout(0.0)(x))
    model = keras.models.Model([left, right], [number, kind])
    model.compile(
        optimizer(keras, "RMSprop", 0.01),
        {"number": "mae", "kind": "categorical_crossentropy"},
        loss_weights={"number": 0.3, "kind": 1.7},
    )
    targets = {"number": array((9, 1), 34), "kind": one_hot(9, 3)}
    weights = {"number": positive(9, 35), "kind": positive(9, 36)}
    return model, {"left": array((9, 4), 32), "right": array((9, 3), 33)}, targets, {"sample_weight": weights}


def class_weights(keras):
    """A weight for each class."""
    layers = keras.layers
    model = keras.models.Sequential([
        layers.Dense(7, activation="sigmoid", input_shape=(4,)), layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    model.compile(optimizer(keras, "Adamax", 0.02), "categorical_crossentropy")
    return model, array((9, 4), 37), one_hot(9, 3), {"class_weight": {0: 0.5, 1: 2.0, 2: 3.5}}


def siamese(keras):
    """A network used twice: both uses add to its gradients."""
    layers = keras.layers
    word = layers.Input((5, 3))
    shared = keras.models.Model(word, layers.Dense(4, activation="tanh")(layers.Flatten()(word)))
    a, b = layers.Input((5, 3)), layers.Input((5, 3))
    distance = layers.Multiply()([shared(a), shared(b)])
    model = keras.models.Model([a, b], layers.Dense(1, activation="sigmoid")(distance))
    model.compile(optimizer(keras, "SGD", 0.2, momentum=0.8, nesterov=True), "binary_crossentropy")
    return model, [array((8, 5, 3), 38), array((8, 5, 3), 39)], (np.arange(8) % 2).astype("float32")[:, None], {}


def clipped_by_norm(keras):
    """Gradients clipped by their common norm (tf_keras: global_clipnorm), and a rate that decays."""
    name = "global_clipnorm" if home(keras) is not keras.optimizers else "clipnorm"
    model = plain(keras)
    model.compile(optimizer(keras, "SGD", 0.3, momentum=0.5, decay=0.1, **{name: 0.05}), "mse")
    return model, array((8, 4), 40), array((8, 2), 41) * 3, {}


def clipped_by_value(keras):
    """Each number of the gradients clipped."""
    model = plain(keras)
    model.compile(optimizer(keras, "Adam", 0.02, clipvalue=0.02, decay=0.05), "mse")
    return model, array((8, 4), 40), array((8, 2), 41) * 3, {}


def plain(keras):
    """Two dense layers."""
    layers = keras.layers
    return keras.models.Sequential([layers.Dense(6, activation="tanh", input_shape=(4,)), layers.Dense(2)])


def temporal_weights(keras):
    """A weight for each time step of a sequence."""
    layers = keras.layers
    model = keras.models.Sequential([
        layers.LSTM(4, return_sequences=True, recurrent_activation="hard_sigmoid", input_shape=(5, 3)),
        layers.Dense(2),
    ])  # fmt: skip
    mode = {} if home(keras) is not keras.optimizers else {"sample_weight_mode": "temporal"}
    model.compile(optimizer(keras, "Adam", 0.02), "mse", **mode)
    return model, array((6, 5, 3), 42), array((6, 5, 2), 43), {"sample_weight": positive((6, 5), 44)}


TRAININGS = {
    "autoencoder": autoencoder,
    "two_inputs": two_inputs,
    "class_weights": class_weights,
    "siamese": siamese,
    "clipped_by_norm": clipped_by_norm,
    "clipped_by_value": clipped_by_value,
    "temporal_weights": temporal_weights,
}
