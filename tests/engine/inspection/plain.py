"""Models whose layers are computed by loops in plain NumPy, in double precision."""

import numpy as np

from engine import layers
from engine.models import Model, Sequential

RNG = np.random.default_rng(22)


def pictures(samples=7):
    return RNG.normal(size=(samples, 6, 5, 2)).astype("float32")


def digits_model():
    """Convolution, pool, a model inside, a layer that is used twice, dropout, classes."""
    x = layers.Input((6, 5, 2), name="picture")
    h = layers.Conv2D(3, 3, padding="same", activation="relu", name="conv")(x)
    h = layers.MaxPooling2D(2, name="pool")(h)
    inner = Sequential(
        [layers.Flatten(input_shape=(3, 2, 3), name="flat"), layers.Dense(4, activation="tanh", name="dense")],
        name="inner",
    )
    h = inner(h)
    shared = layers.Dense(4, activation="sigmoid", name="shared")
    h = shared(shared(h))
    h = layers.Dropout(0.5, name="drop")(h)
    y = layers.Dense(3, activation="softmax", name="classes")(h)
    model = Model(x, y, name="digits")
    for weight, value in zip(model.weights, seeded(model.weights), strict=True):
        weight.assign(value)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def seeded(weights):
    rng = np.random.default_rng(5)
    return [rng.normal(size=weight.shape, scale=0.4) for weight in weights]


def labels(samples=7, classes=3):
    return np.eye(classes, dtype="float32")[np.arange(samples) % classes]


def convolution(x, kernel, bias):
    """A "same" convolution of 3 x 3."""
    padded = np.pad(np.asarray(x, float), ((0, 0), (1, 1), (1, 1), (0, 0)))
    out = np.empty((*x.shape[:3], kernel.shape[-1]))
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            out[:, i, j] = np.tensordot(padded[:, i : i + 3, j : j + 3], kernel, 3) + bias
    return out


def pool(x):
    rows, columns = x.shape[1] // 2, x.shape[2] // 2
    return np.stack(
        [
            np.stack([x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max((1, 2)) for j in range(columns)], 1)
            for i in range(rows)
        ],
        1,
    )


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def digits_values(model, x):
    """What every layer of `digits_model` gives."""
    kernel, bias = (w.astype(float) for w in model.get_layer("conv").get_weights())
    found = {"conv": np.maximum(convolution(x, kernel, bias), 0)}
    found["pool"] = pool(found["conv"])
    inner = model.get_layer("inner")
    found["inner/flat"] = found["pool"].reshape(len(x), -1)
    w, b = inner.get_layer("dense").get_weights()
    found["inner/dense"] = found["inner"] = np.tanh(found["inner/flat"] @ w + b)
    w, b = model.get_layer("shared").get_weights()
    found["shared"] = sigmoid(found["inner"] @ w + b)
    found["shared:2"] = found["drop"] = sigmoid(found["shared"] @ w + b)
    w, b = model.get_layer("classes").get_weights()
    found["classes"] = softmax(found["drop"] @ w + b)
    return found
