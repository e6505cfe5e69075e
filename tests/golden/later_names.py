"""Activations, and layers of categories, as Keras 3 computes them: values and slopes in later_names.npz.

    KERAS_BACKEND=tensorflow python tests/golden/later_names.py

writes them, where Keras 3 is installed. Layers that change images by chance are asked for predictions, which leave images alone.
"""

import importlib
import os
from pathlib import Path

import numpy as np

X = np.concatenate([np.linspace(-4.1, 4.1, 42), [-0.5, 0.5, -1e-3, 1e-3]]).reshape(2, 23)
# hard_sigmoid is another line in Keras 2; the engine has it under a name of its own.
ACTIVATIONS = {
    "celu": "celu", "gelu": "gelu", "hard_shrink": "hard_shrink", "hard_silu": "hard_silu", "hard_swish": "hard_swish",
    "hard_tanh": "hard_tanh", "leaky_relu": "leaky_relu", "log_sigmoid": "log_sigmoid", "log_softmax": "log_softmax",
    "mish": "mish", "relu6": "relu6", "silu": "silu", "soft_shrink": "soft_shrink", "squareplus": "squareplus",
    "swish": "swish", "tanh_shrink": "tanh_shrink", "hard_sigmoid_of_keras_3": "hard_sigmoid",
}  # fmt: skip
WORDS = np.array([[3, 1, 4], [1, 5, 9], [2, 6, 5]])
SIZES = np.array([[-2.0, 0.3], [0.5, 7.0], [1.5, 1.0]])
IMAGES = np.random.default_rng(0).uniform(0, 255, (2, 4, 5, 3)).astype("float32")
LAYERS = {
    "one_hot": ("CategoryEncoding", {"num_tokens": 10, "output_mode": "multi_hot"}, WORDS),
    "counts": ("CategoryEncoding", {"num_tokens": 10, "output_mode": "count"}, WORDS),
    "places": ("Discretization", {"bin_boundaries": [0.0, 0.5, 1.5]}, SIZES),
    "places_one_hot": ("Discretization", {"bin_boundaries": [0.0, 0.5, 1.5], "output_mode": "one_hot"}, SIZES[:, :1]),
    "same": ("Identity", {}, SIZES),
    "numbers": ("IntegerLookup", {"vocabulary": [5, 3, 1]}, WORDS),
    "numbers_counted": ("IntegerLookup", {"vocabulary": [5, 3, 1], "output_mode": "count"}, WORDS),
    "contrast": ("RandomContrast", {"factor": 0.4}, IMAGES),
    "flip": ("RandomFlip", {}, IMAGES),
}


def main():
    """Compute and write."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    keras, tf = importlib.import_module("keras"), importlib.import_module("tensorflow")
    golden = {}
    for ours, theirs in ACTIVATIONS.items():
        x = tf.Variable(X, dtype="float64")
        with tf.GradientTape() as tape:
            y = getattr(keras.activations, theirs)(x)
        golden[f"activation/{ours}"] = np.asarray(y)
        golden[f"slope/{ours}"] = tf.convert_to_tensor(tape.gradient(y, x)).numpy()
    for key, (name, settings, x) in LAYERS.items():
        by_chance = {"training": False} if name.startswith("Random") else {}
        golden[f"layer/{key}"] = np.asarray(getattr(keras.layers, name)(**settings)(x, **by_chance))
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **golden)


if __name__ == "__main__":
    main()
