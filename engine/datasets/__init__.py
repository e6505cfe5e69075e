"""Ready data sets, from Keras's cache; a file that is missing there is fetched only when its `load_data` is called."""

from __future__ import annotations

# Written by `python -m tests.exports` from the files of this folder: change their `__all__`.
from . import boston_housing, california_housing, cifar, cifar10, cifar100, digits, fashion_mnist, imdb, mnist, reuters

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar",
    "cifar10",
    "cifar100",
    "digits",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]
# End of what is written.
