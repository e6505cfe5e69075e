"""The cases of the golden file: one list for the script that writes it and for the tests that read it."""

from dataclasses import dataclass, field

import numpy as np


def array(shape, seed):
    """Reproducible float32 numbers from a normal distribution."""
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def direction(shape):
    """The fixed direction along which outputs are summed before gradients are taken."""
    return array(tuple(shape), 99)


def weights_like(weights):
    """Fixed weights of given shapes: small for kernels, positive for variances and scales."""
    return [
        np.abs(array(w.shape, i)) * 0.3 + 0.1 if w.ndim == 1 else array(w.shape, i) * 0.3 for i, w in enumerate(weights)
    ]


@dataclass(frozen=True)
class Case:
    """A layer, its settings and the shapes of its inputs (without the batch of 3); extra: arguments of its call."""

    key: str
    name: str
    settings: dict
    shapes: tuple = ((5,),)
    training: bool = False
    vocabulary: int = 0
    extra: dict = field(default_factory=dict)

    def inputs(self):
        """The input arrays; whole numbers below `vocabulary` where that is set."""
        if self.vocabulary:
            rng = np.random.default_rng(7)
            return [rng.integers(0, self.vocabulary, (3, *shape)).astype("int32") for shape in self.shapes]
        return [array((3, *shape), 20 + i) for i, shape in enumerate(self.shapes)]


# Layers that are called on their inputs one by one.
ONE_BY_ONE = ("MultiHeadAttention", "GroupQueryAttention")
IMAGE = ((7, 6, 3),)
STEPS = ((6, 4),)
TWO = ((4, 5), (4, 5))
HARD = {"recurrent_activation": "hard_sigmoid"}

LAYERS = [
    Case("dense", "Dense", {"units": 4, "activation": "tanh"}),
    Case("dense_without_bias_on_steps", "Dense", {"units": 2, "use_bias": False}, STEPS),
    Case("conv2d", "Conv2D", {"filters": 4, "kernel_size": 3, "activation": "relu"}, IMAGE),
    Case("conv2d_same", "Conv2D", {"filters": 2, "kernel_size": (2, 4), "padding": "same"}, IMAGE),
    Case(
        "conv2d_strides_same", "Conv2D", {"filters": 2, "kernel_size": 3, "padding": "same", "strides": (2, 3)}, IMAGE
    ),
    Case("conv2d_strides_valid", "Conv2D", {"filters": 2, "kernel_size": 3, "strides": 2}, IMAGE),
    Case("conv2d_dilation", "Conv2D", {"filters": 2, "kernel_size": 2, "dilation_rate": (2, 2)}, IMAGE),
    Case("max_pooling", "MaxPooling2D", {"pool_size": 2}, IMAGE),
    Case("max_pooling_overlap_same", "MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    Case("average_pooling_same", "AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    Case("global_max", "GlobalMaxPooling2D", {}, IMAGE),
    Case("global_average", "GlobalAveragePooling2D", {}, IMAGE),
    Case("batch_normalization_training", "BatchNormalization", {}, IMAGE, training=True),
    Case("batch_normalization_test", "BatchNormalization", {"axis": 1}, IMAGE),
    Case("embedding", "Embedding", {"input_dim": 11, "output_dim": 3}, ((5,),), vocabulary=11),
    Case("lstm_hard", "LSTM", {"units": 3, **HARD}, STEPS),
    Case("lstm_sequences", "LSTM", {"units": 3, "recurrent_activation": "sigmoid", "return_sequences": True}, STEPS),
    Case("lstm_backwards", "LSTM", {"units": 3, "go_backwards": True, **HARD}, STEPS),
    Case("add", "Add", {}, TWO),
    Case("concatenate", "Concatenate", {"axis": 1}, TWO),
    Case("multiply", "Multiply", {}, TWO),
    Case("average", "Average", {}, TWO),
    Case("maximum", "Maximum", {}, TWO),
    Case("minimum", "Minimum", {}, TWO),
    Case("subtract", "Subtract", {}, TWO),
    Case("activation", "Activation", {"activation": "softmax"}, STEPS),
    Case("masking", "Masking", {"mask_value": 0.5}, STEPS),
    Case("permute", "Permute", {"dims": (2, 1)}, STEPS),
    Case("reshape", "Reshape", {"target_shape": (-1, 2)}, STEPS),
    Case("flatten", "Flatten", {}, IMAGE),
    Case("repeat_vector", "RepeatVector", {"n": 3}),
    Case("leaky_relu", "LeakyReLU", {"alpha": 0.2}),
    Case("elu", "ELU", {"alpha": 0.7}),
    Case("relu_layer", "ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}),
    Case("softmax_layer", "Softmax", {}, STEPS),
]

LOSSES = [
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "hinge",
    "squared_hinge",
    "categorical_hinge",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
    "poisson",
    "logcosh",
    "kullback_leibler_divergence",
    "cosine_proximity",
]
# Name -> further settings. Means over the samples are compared: Keras 2.2.4's top_k metrics give nothing else.
METRICS = {
    "binary_accuracy": {},
    "categorical_accuracy": {},
    "sparse_categorical_accuracy": {},
    "top_k_categorical_accuracy": {"k": 2},
    "sparse_top_k_categorical_accuracy": {"k": 2},
}
REGULARIZERS = {"l1": {"l": 0.03}, "l2": {"l": 0.02}, "l1_l2": {"l1": 0.01, "l2": 0.05}}
CONSTRAINTS = {
    "max_norm": ("max_norm", {"max_value": 1.2}),
    "max_norm_rows": ("max_norm", {"max_value": 0.9, "axis": 1}),
    "max_norm_of_kernels": ("max_norm", {"max_value": 2.0, "axis": [0, 1, 2]}),
    "non_neg": ("non_neg", {}),
    "unit_norm": ("unit_norm", {}),
    "unit_norm_rows": ("unit_norm", {"axis": 1}),
    "min_max_norm": ("min_max_norm", {"min_value": 0.8, "max_value": 1.4, "rate": 0.7}),
}


def constrained_weight(key):
    """The weight that a constraint is applied to."""
    return array((3, 3, 2, 4) if key == "max_norm_of_kernels" else (5, 4), 12)


def loss_arguments(name):
    """Targets and outputs that suit a loss: probabilities, labels of -1 and 1, class numbers."""
    rng = np.random.default_rng(5)
    probabilities = rng.dirichlet(np.ones(4), 6).astype("float32")
    if name.startswith("sparse"):
        return rng.integers(0, 4, 6).astype("float32"), probabilities
    if name.endswith("categorical_crossentropy") or name.endswith("categorical_accuracy"):
        return np.eye(4, dtype="float32")[rng.integers(0, 4, 6)], probabilities
    if name.startswith("binary"):
        return rng.integers(0, 2, (6, 4)).astype("float32"), rng.random((6, 4)).astype("float32")
    if "hinge" in name:
        return rng.choice([-1.0, 1.0], (6, 4)).astype("float32"), array((6, 4), 6)
    return rng.random((6, 4)).astype("float32") + 0.1, rng.random((6, 4)).astype("float32") + 0.1


ACTIVATIONS = [
    "softmax",
    "elu",
    "selu",
    "softplus",
    "softsign",
    "relu",
    "tanh",
    "sigmoid",
    "hard_sigmoid",
    "linear",
    "exponential",
]

EPSILON = {"epsilon": 1e-7}
OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.1}),
    "momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "decay": 0.01}),
    "nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.01, "rho": 0.9, **EPSILON}),
    "adam": ("Adam", {"learning_rate": 0.01, "decay": 0.1, **EPSILON}),
    "amsgrad": ("Adam", {"learning_rate": 0.01, "amsgrad": True, **EPSILON}),
    "adadelta": ("Adadelta", {"learning_rate": 1.0, "rho": 0.95, **EPSILON}),
    "adamax": ("Adamax", {"learning_rate": 0.02, **EPSILON}),
    "adagrad": ("Adagrad", {"learning_rate": 0.1, **EPSILON}),
    "nadam": ("Nadam", {"learning_rate": 0.02, **EPSILON}),
}


def dense_model(keras):
    """A classifier of three layers with RMSprop."""
    model = keras.models.Sequential(
        [
            keras.layers.Dense(8, activation="relu", input_shape=(5,)),
            keras.layers.Dense(6, activation="tanh"),
            keras.layers.Dense(4, activation="softmax"),
        ]
    )
    compile_with(model, keras, "RMSprop", 0.01, "categorical_crossentropy")
    return model, array((10, 5), 1), np.eye(4, dtype="float32")[np.arange(10) % 4]


def image_model(keras):
    """Convolution, batch normalisation and pooling with Adam."""
    model = keras.models.Sequential(
        [
            keras.layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 2)),
            keras.layers.BatchNormalization(),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    compile_with(model, keras, "Adam", 0.01, "binary_crossentropy")
    return model, array((6, 8, 8, 2), 2), (np.arange(6) % 2).astype("float32")[:, None]


def text_model(keras):
    """Embedding with a mask and LSTM, two outputs, with SGD."""
    words = keras.layers.Input((7,), dtype="int32")
    x = keras.layers.Embedding(12, 4, mask_zero=True)(words)
    x = keras.layers.LSTM(5, recurrent_activation="hard_sigmoid")(x)
    model = keras.models.Model(words, [keras.layers.Dense(1)(x), keras.layers.Dense(3, activation="softmax")(x)])
    compile_with(model, keras, "SGD", 0.1, ["mse", "categorical_crossentropy"])
    # Padding stands at the end, so that both the masked and the full steps are met.
    numbers = np.random.default_rng(8).integers(1, 12, (6, 7))
    numbers[:3, 4:] = 0
    return model, numbers.astype("int32"), [array((6, 1), 3), np.eye(3, dtype="float32")[np.arange(6) % 3]]


def compile_with(model, keras, name, rate, loss):
    """Compile with Keras 2.2.4's optimizer: tf_keras keeps it as a legacy one, and calls lr learning_rate."""
    home = getattr(keras.optimizers, "legacy", keras.optimizers)
    settings = {} if name == "SGD" else EPSILON
    model.compile(optimizer=getattr(home, name)(lr=rate, **settings), loss=loss)


TRAININGS = {"dense": dense_model, "image": image_model, "text": text_model}
