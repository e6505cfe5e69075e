"""1797 real handwritten digits of 8 x 8 pixels (UCI Optical Recognition, as scikit-learn ships them)."""

from __future__ import annotations

import importlib
import importlib.util

import numpy as np

from ..errors import FileError
from .mnist import Split

__all__ = ["load_data"]

TRAINING = 1437


def load_data() -> tuple[Split, Split]:
    """The digits, always in the same order.

    Returns:
        (x_train, y_train), (x_test, y_test); x float32 (1437, 8, 8, 1) and (360, 8, 8, 1) from 0 to 1, y classes (N,).

    Raises:
        FileError: scikit-learn, which carries them, is not installed.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, x_test.shape
        ((1437, 8, 8, 1), (360, 8, 8, 1))
    """
    if importlib.util.find_spec("sklearn") is None:
        expected, hint = "scikit-learn, which carries the digits", "Run: pip install scikit-learn"
        raise FileError(file="digits", expected=expected, actual="it is not installed", hint=hint)
    stored = importlib.import_module("sklearn.datasets").load_digits()
    order = np.random.default_rng(0).permutation(len(stored.target))
    images = (stored.images[order] / 16).astype("float32")[..., None]
    labels = stored.target[order].astype("int64")
    return (images[:TRAINING], labels[:TRAINING]), (images[TRAINING:], labels[TRAINING:])
