"""Losses that Keras 3 added: settings, targets and outputs; values and slopes by Keras 3 are in losses_of_keras_3.npz.

    KERAS_BACKEND=tensorflow python tests/golden/losses_of_keras_3.py

writes them, where Keras 3 is installed.
"""

import importlib
import os
from pathlib import Path

import numpy as np


def areas(seed):
    """Labels 0 and 1, and probabilities, of pictures (N, H, W, C)."""
    rng = np.random.default_rng(seed)
    return (rng.random((3, 4, 4, 2)) > 0.6).astype("float32"), rng.random((3, 4, 4, 2)).astype("float32")


def texts():
    """Labels that end with 0, and logits of steps."""
    rng = np.random.default_rng(5)
    labels = np.array([[1, 2, 2, 0], [3, 0, 0, 0], [1, 3, 1, 2]])
    return labels, rng.normal(size=(3, 9, 4)).astype("float32")


CASES = {
    "dice": ("Dice", {}, areas(1)),
    "dice_of_classes": ("Dice", {"axis": (0, 1, 2)}, areas(2)),
    "dice_of_samples": ("Dice", {"axis": (1, 2, 3), "reduction": "sum"}, areas(3)),
    "tversky": ("Tversky", {}, areas(4)),
    "tversky_missed": ("Tversky", {"alpha": 0.3, "beta": 0.7}, areas(1)),
    "tversky_of_classes": ("Tversky", {"alpha": 0.9, "beta": 0.4, "axis": (0, 1, 2)}, areas(2)),
    "ctc": ("CTC", {}, texts()),
    "ctc_sum": ("CTC", {"reduction": "sum"}, texts()),
}


def main():
    """Compute and write."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    keras, tf = importlib.import_module("keras"), importlib.import_module("tensorflow")
    golden = {}
    for key, (name, settings, (y_true, y_pred)) in CASES.items():
        outputs = tf.constant(y_pred)
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            loss = getattr(keras.losses, name)(**settings)(y_true, outputs)
        golden[f"{key}/value"], golden[f"{key}/slope"] = loss.numpy(), tape.gradient(loss, outputs).numpy()
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **golden)


if __name__ == "__main__":
    main()
