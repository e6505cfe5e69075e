"""Zalando's 70,000 pictures of clothes, 28 x 28 pixels in 10 classes."""

from __future__ import annotations

from . import cache
from .mnist import Split

__all__ = ["load_data"]

_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_HASHES = {
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
}
_SIZES = (29_515, 26_421_880, 5_148, 4_422_102)
REMOTE = tuple(cache.Remote(_ADDRESS + name, size) for name, size in zip(_HASHES, _SIZES, strict=True))
"""The files that are fetched where they are missing."""
_MOST = 60_000


def load_data() -> tuple[Split, Split]:
    """The pictures of clothes.

    The four files lie in datasets/fashion-mnist of Keras's cache and are fetched (31 MB) where they are missing.

    Returns:
        (x_train, y_train), (x_test, y_test); x uint8 (60000, 28, 28) and (10000, 28, 28), y classes (N,).

    Raises:
        FileError: a file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    """
    return _part("train"), _part("t10k")


def _part(name: str) -> Split:
    paths = [_path(f"{name}-labels-idx1-ubyte.gz"), _path(f"{name}-images-idx3-ubyte.gz")]
    labels = cache.read_idx(paths[0], 8, _MOST)
    return cache.read_idx(paths[1], 16, _MOST * 784).reshape(len(labels), 28, 28), labels


def _path(name: str) -> str:
    return cache.find(name, _ADDRESS + name, _HASHES[name], folder="datasets/fashion-mnist")
