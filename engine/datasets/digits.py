"""1797 real handwritten digits of 8 x 8 pixels (UCI Optical Recognition, as scikit-learn ships them)."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from ..errors import FileError
from .mnist import Split

__all__ = ["load_data"]

TRAINING = 1437


def load_data() -> tuple[Split, Split]:
    """(x_train, y_train), (x_test, y_test): float32 images (1437, 8, 8, 1) and (360, 8, 8, 1) from 0 to 1, labels (N,).

    Always in the same order. Raises FileError when scikit-learn, which carries them, is not installed.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise FileError(
            file="digits", expected="scikit-learn, which carries the digits", found="it is not installed",
            hint="Run: pip install scikit-learn",
        )  # fmt: skip
    from sklearn.datasets import load_digits

    stored: Any = load_digits()
    order = np.random.default_rng(0).permutation(len(stored.target))
    images = (stored.images[order] / 16).astype("float32")[..., None]
    labels = stored.target[order].astype("int64")
    return (images[:TRAINING], labels[:TRAINING]), (images[TRAINING:], labels[TRAINING:])
