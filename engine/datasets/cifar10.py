"""CIFAR-10: 60,000 colour pictures of 32 x 32 pixels in 10 classes (Krizhevsky, 2009)."""

from __future__ import annotations

from . import cache, cifar
from .cifar import load_batch as load_batch
from .mnist import Split

__all__ = ["load_data"]

_ADDRESS = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
REMOTE = (cache.Remote(_ADDRESS, 170_498_071),)
"""The files that are fetched where they are missing."""
_HASH = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


def load_data() -> tuple[Split, Split]:
    """The pictures of CIFAR-10.

    They lie in the folder cifar-10-batches-py of Keras's cache (~/.keras/datasets), which is fetched (170 MB) and checked
    where it is not there yet.

    Returns:
        (x_train, y_train), (x_test, y_test); x uint8 (50000, 32, 32, 3) and (10000, 32, 32, 3), or (N, 3, 32, 32) where
        `image_data_format()` is channels_first; y classes (N, 1) uint8.

    Raises:
        FileError: a file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    """
    folder = cifar.folder("cifar-10-batches-py", _ADDRESS, _HASH)
    x, y = cifar.load_batches([folder / f"data_batch_{index}" for index in range(1, 6)])
    x_test, y_test = cifar.load_batches([folder / "test_batch"])
    return (x, y.astype("uint8")), (x_test, y_test.astype("uint8"))
