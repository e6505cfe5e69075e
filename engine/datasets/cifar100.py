"""CIFAR-100: 60,000 colour pictures of 32 x 32 pixels in 100 classes or 20 groups of them (Krizhevsky, 2009)."""

from __future__ import annotations

from typing import Literal

from ..errors import SettingError, shorten
from . import cifar
from .cifar import load_batch as load_batch
from .mnist import Split

__all__ = ["load_data"]

_ADDRESS = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
_HASH = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


def load_data(label_mode: Literal["fine", "coarse"] = "fine") -> tuple[Split, Split]:
    """The pictures of CIFAR-100.

    They lie in the folder cifar-100-python of Keras's cache (~/.keras/datasets), which is fetched (169 MB) and checked
    where it is not there yet.

    Args:
        label_mode: "fine" (the default) for the 100 classes, "coarse" for the 20 groups.

    Returns:
        (x_train, y_train), (x_test, y_test); x uint8 (50000, 32, 32, 3) and (10000, 32, 32, 3), or (N, 3, 32, 32) where
        `image_data_format()` is channels_first; y classes (N, 1).

    Raises:
        SettingError: another label mode.
        FileError: a file is damaged.

    Example:
        >>> load_data("both")
        Traceback (most recent call last):
        engine.errors.SettingError: cifar100, label_mode: expected 'fine' or 'coarse', found 'both'.
    """
    if label_mode not in ("fine", "coarse"):
        raise SettingError(where="cifar100, label_mode", expected="'fine' or 'coarse'", actual=shorten(label_mode))
    folder = cifar.folder("cifar-100-python", _ADDRESS, _HASH)
    key = f"{label_mode}_labels"
    return cifar.load_batches([folder / "train"], key), cifar.load_batches([folder / "test"], key)
