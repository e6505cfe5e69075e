"""MNIST's handwritten digits (LeCun et al., 1998), from the npz file that Keras uses."""

from __future__ import annotations

from typing import TypeAlias

from ..types import Array
from . import cache

__all__ = ["load_data"]

# Samples and their labels.
Split: TypeAlias = tuple[Array, Array]

_ADDRESS = "https://s3.amazonaws.com/img-datasets/mnist.npz"
_HASH = "8a61469f7ea1b51cbae51d4f78837e45"


def load_data(path: str = "mnist.npz") -> tuple[Split, Split]:
    """(x_train, y_train), (x_test, y_test): uint8 images (60000, 28, 28) and (10000, 28, 28), labels (N,).

    `path` is a file, or the name of one in Keras's cache (~/.keras/datasets; KERAS_HOME moves ~/.keras), where it is
    fetched (11 MB) and checked when it is not there yet. Raises FileError for a file that is damaged or cannot be had.

    >>> import os, tempfile
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "mnist.npz")
    ...     x = np.zeros((2, 28, 28), "uint8")
    ...     np.savez(path, x_train=x, y_train=[3, 7], x_test=x, y_test=[1, 2])
    ...     (x_train, y_train), (x_test, y_test) = load_data(path)
    >>> x_train.shape, y_train.tolist()
    ((2, 28, 28), [3, 7])
    """
    file = cache.find(path, _ADDRESS, _HASH)
    x_train, y_train, x_test, y_test = cache.read_npz(file, "x_train", "y_train", "x_test", "y_test")
    return (x_train, y_train), (x_test, y_test)
