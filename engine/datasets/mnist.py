"""MNIST's handwritten digits (LeCun et al., 1998), from the npz file that Keras uses."""

from __future__ import annotations

from typing import TypeAlias

from ..types import Array
from . import cache

__all__ = ["load_data"]

# Samples and their labels.
Split: TypeAlias = tuple[Array, Array]

_ADDRESS = "https://s3.amazonaws.com/img-datasets/mnist.npz"
REMOTE = (cache.Remote(_ADDRESS, 11_490_434),)
"""The files that are fetched where they are missing."""
_HASH = "8a61469f7ea1b51cbae51d4f78837e45"


def load_data(path: str = "mnist.npz") -> tuple[Split, Split]:
    """The handwritten digits.

    Args:
        path: a file, or the name of one in Keras's cache (~/.keras/datasets; KERAS_HOME moves ~/.keras), fetched there
            (11 MB) and checked where it is missing.

    Returns:
        (x_train, y_train), (x_test, y_test); x uint8 (60000, 28, 28) and (10000, 28, 28), y classes (N,).

    Raises:
        FileError: the file is damaged.
        OSError: it cannot be fetched; the message has its address and where to put it.

    Example:
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
