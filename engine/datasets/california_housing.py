"""Prices of houses in California in 1990: 20,640 blocks with 8 numbers each (Keras 3)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..errors import SettingError
from . import cache
from .mnist import Split

__all__ = ["load_data"]

_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/california_housing.npz"
_HASH = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
_SMALL = 600


def load_data(
    version: Literal["large", "small"] = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> tuple[Split, Split]:
    """Median prices of houses in blocks of California, in Keras's shuffled order.

    Args:
        version: "large", the default, for all blocks, or "small" for the first 600.
        path: a file (keys x, y), or the name of one in Keras's cache, fetched there where it is missing.
        test_split: the share of the rows that are test data, 0.2 by default.
        seed: of the order, 113 by default.

    Returns:
        (x_train, y_train), (x_test, y_test); x floats (N, 8), y prices (N,) in dollars.

    Raises:
        SettingError: another version, or a share outside of 0 <= test_split < 1.
        FileError: a file of another kind.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "houses.npz")
        ...     np.savez(path, x=np.zeros((5, 8)), y=np.arange(5.0))
        ...     (x_train, y_train), (x_test, y_test) = load_data(path=path)
        >>> x_train.shape, x_test.shape
        ((4, 8), (1, 8))
    """
    if version not in ("large", "small"):
        raise SettingError(where="california_housing, version", expected="'large' or 'small'", actual=repr(version))
    if not 0 <= test_split < 1:
        raise SettingError(where="california_housing, test_split", expected="0 <= share < 1", actual=str(test_split))
    x, y = cache.read_npz(cache.find(path, _ADDRESS, _HASH), "x", "y")
    x, y = (x[:_SMALL], y[:_SMALL]) if version == "small" else (x, y)
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y, at = x[order], y[order], int(len(x) * (1 - test_split))
    return (x[:at], y[:at]), (x[at:], y[at:])
