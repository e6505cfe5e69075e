"""Prices of houses around Boston in the 1970s: 506 rows of 13 numbers."""

from __future__ import annotations

import numpy as np

from ..errors import SettingError
from . import cache
from .mnist import Split

__all__ = ["load_data"]

_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/boston_housing.npz"
_HASH = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> tuple[Split, Split]:
    """Prices of houses, in Keras's shuffled order.

    Args:
        path: a file (keys x, y), or the name of one in Keras's cache, fetched there where it is missing.
        test_split: the share of the rows that are test data, 0.2 by default.
        seed: of the order, 113 by default.

    Returns:
        (x_train, y_train), (x_test, y_test); x floats (N, 13), y prices (N,) in 1000 dollars.

    Raises:
        SettingError: a share outside of 0 <= test_split < 1.
        FileError: a file of another kind.

    Example:
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "houses.npz")
        ...     np.savez(path, x=np.zeros((5, 13)), y=np.arange(5.0))
        ...     (x_train, y_train), (x_test, y_test) = load_data(path)
        >>> x_train.shape, x_test.shape
        ((4, 13), (1, 13))
    """
    if not 0 <= test_split < 1:
        raise SettingError(where="boston_housing, test_split", expected="0 <= share < 1", actual=str(test_split))
    x, y = cache.read_npz(cache.find(path, _ADDRESS, _HASH), "x", "y")
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y, at = x[order], y[order], int(len(x) * (1 - test_split))
    return (x[:at], y[:at]), (x[at:], y[at:])
