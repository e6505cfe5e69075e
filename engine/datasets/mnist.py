"""MNIST's handwritten digits (LeCun et al., 1998), from the npz file that Keras uses."""

from __future__ import annotations

import numpy as np

from . import cache

__all__ = ["load_data"]

Split = tuple[np.ndarray, np.ndarray]

_ADDRESS = "https://s3.amazonaws.com/img-datasets/mnist.npz"
_HASH = "8a61469f7ea1b51cbae51d4f78837e45"


def load_data(path: str = "mnist.npz") -> tuple[Split, Split]:
    """(x_train, y_train), (x_test, y_test): uint8 images (60000, 28, 28) and (10000, 28, 28), labels (N,).

    `path` is a file, or the name of one in Keras's cache (~/.keras/datasets; KERAS_HOME moves ~/.keras), where it is
    fetched (11 MB) and checked when it is not there yet. Raises FileError for a file that is damaged or cannot be had.
    """
    file = cache.find(path, _ADDRESS, _HASH)
    x_train, y_train, x_test, y_test = cache.read_npz(file, "x_train", "y_train", "x_test", "y_test")
    return (x_train, y_train), (x_test, y_test)
