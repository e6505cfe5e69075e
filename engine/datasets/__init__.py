"""Ready data sets, from Keras's cache; a file that is missing there is fetched only when its `load_data` is called."""

from __future__ import annotations

from . import boston_housing, digits, fashion_mnist, mnist

__all__ = ["boston_housing", "digits", "fashion_mnist", "mnist"]
