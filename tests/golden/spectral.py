"""SpectralNormalization in training: models, data and the losses and kernels that Keras 3 gives, in spectral.npz.

    KERAS_BACKEND=tensorflow python tests/golden/spectral.py

writes them, where Keras 3 is installed.
"""

import importlib
import os
from pathlib import Path

import numpy as np

RNG = np.random.default_rng(0)
X = RNG.normal(size=(16, 6, 6, 2)).astype("float32")
Y = RNG.normal(size=(16, 1)).astype("float32")
STEPS, ITERATIONS = 5, (1, 3)


def model_of(keras, iterations):
    """A small critic with two such layers."""
    inputs = keras.Input((6, 6, 2))
    first = keras.layers.SpectralNormalization(keras.layers.Conv2D(3, 3, activation="tanh"), iterations)
    last = keras.layers.SpectralNormalization(keras.layers.Dense(1), iterations)
    model = keras.Model(inputs, last(keras.layers.Flatten()(first(inputs))))
    rng = np.random.default_rng(4)
    for layer, kernel in ((first, (3, 3, 2, 3)), (last, (48, 1))):
        weights = layer.layer.get_weights()
        layer.layer.set_weights([rng.normal(size=kernel).astype("float32"), weights[1]])
        layer.vector_u.assign(rng.normal(size=(1, kernel[-1])).astype("float32"))
    model.compile(keras.optimizers.SGD(0.05), "mse")
    return model, (first, last)


def values(keras):
    """Losses of each step, kernels and predictions behind them."""
    for iterations in ITERATIONS:
        model, layers = model_of(keras, iterations)
        losses = [float(np.ravel(model.train_on_batch(X, Y))[0]) for _ in range(STEPS)]
        yield f"{iterations}/losses", np.array(losses)
        for i, layer in enumerate(layers):
            yield f"{iterations}/kernel{i}", np.asarray(layer.layer.get_weights()[0])
        yield f"{iterations}/predicted", np.asarray(model.predict(X, verbose=0))


def main():
    """Compute and write."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **dict(values(importlib.import_module("keras"))))


if __name__ == "__main__":
    main()
