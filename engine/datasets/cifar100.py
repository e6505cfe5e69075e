"""CIFAR-100: 60,000 colour pictures of 32 x 32 pixels in 100 classes or 20 groups of them (Krizhevsky, 2009)."""

from __future__ import annotations

from typing import Literal

from ..errors import SettingError, shorten
from . import cifar
from .mnist import Split

__all__ = ["load_data"]

_ADDRESS = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
_HASH = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


def load_data(label_mode: Literal["fine", "coarse"] = "fine") -> tuple[Split, Split]:
    """(x_train, y_train), (x_test, y_test): uint8 pictures (50000, 32, 32, 3) and (10000, 32, 32, 3), labels (N, 1).

    label_mode: "fine" for the 100 classes, "coarse" for the 20 groups. The folder cifar-100-python lies in Keras's cache
    (~/.keras/datasets); it is fetched (169 MB) and checked when it is not there yet. Raises SettingError.

    >>> load_data("both")
    Traceback (most recent call last):
    engine.errors.SettingError: cifar100, label_mode: expected 'fine' or 'coarse', found 'both'.
    """
    if label_mode not in ("fine", "coarse"):
        raise SettingError(where="cifar100, label_mode", expected="'fine' or 'coarse'", actual=shorten(label_mode))
    folder = cifar.folder("cifar-100-python", _ADDRESS, _HASH)
    key = f"{label_mode}_labels"
    return cifar.load_batches([folder / "train"], key), cifar.load_batches([folder / "test"], key)
