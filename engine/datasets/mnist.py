"""MNIST's handwritten digits, from the npz file that Keras uses."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ..core.errors import FileError
from ..saving import files

Split = tuple[np.ndarray, np.ndarray]


def load_data(path: str = "mnist.npz") -> tuple[Split, Split]:
    """(x_train, y_train), (x_test, y_test): uint8 images (60000, 28, 28) and (10000, 28, 28), labels (N,).

    `path` is a file, or the name of one in Keras's cache (~/.keras/datasets; KERAS_HOME moves ~/.keras). Nothing is
    downloaded. Raises FileError saying where the file was looked for.
    """
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    places = [Path(path), home / "datasets" / path]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise FileError(
            file=path, expected="MNIST's npz file", found="no such file",
            hint=f"Put mnist.npz (keys x_train, y_train, x_test, y_test) into {home / 'datasets'}.",
        )  # fmt: skip
    files.open_regular(found).close()
    with np.load(found, allow_pickle=False) as stored:
        return (stored["x_train"], stored["y_train"]), (stored["x_test"], stored["y_test"])
