"""Ready data sets that need no network: two made by formula, and two that are offered where the machine has them."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.datasets import digits, mnist

Arrays = dict[str, np.ndarray]
Shapes = dict[str, tuple[tuple[int, ...], str]]


@dataclass(frozen=True)
class BuiltIn:
    """A data set: what its arrays look like, and how to get them. `present`: whether this machine has it."""

    name: str
    help: str
    shapes: Shapes
    load: Callable[[], Arrays]
    present: Callable[[], bool] = lambda: True


def line() -> Arrays:
    """256 points of y = 2x - 1 with noise: the first regression."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (256, 1)).astype("float32")
    noise = rng.normal(0, 0.1, x.shape).astype("float32")
    return {"x": x, "y": 2 * x - 1 + noise}


def spirals() -> Arrays:
    """1000 points of two spirals wound into each other: no line parts them."""
    rng = np.random.default_rng(0)
    label = np.arange(1000) % 2
    turn = np.sqrt(rng.uniform(0, 1, 1000)) * 3 * np.pi
    radius = (turn / (3 * np.pi))[:, None]
    x = radius * np.stack([np.cos(turn + np.pi * label), np.sin(turn + np.pi * label)], 1)
    x += rng.normal(0, 0.02, x.shape)
    return {"x": x.astype("float32"), "y": label.astype("float32")[:, None]}


def _digits() -> Arrays:
    return _named(*digits.load_data())


def _mnist() -> Arrays:
    found = _named(*mnist.load_data())
    # Numbers from 0 to 1 and an axis for the channel, as convolutions and optimizers want them.
    return {key: _scaled(array) if key.startswith("x") else array.astype("int64") for key, array in found.items()}


def _scaled(images: np.ndarray) -> np.ndarray:
    return (images / np.float32(255)).astype("float32")[..., None]


def _named(train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray]) -> Arrays:
    return {"x_train": train[0], "y_train": train[1], "x_test": test[0], "y_test": test[1]}


def _has_mnist() -> bool:
    home = os.environ.get("KERAS_HOME", os.path.join(os.path.expanduser("~"), ".keras"))
    return os.path.isfile(os.path.join(home, "datasets", "mnist.npz"))


def _images(train: int, test: int, size: int) -> Shapes:
    image = (size, size, 1)
    return {
        "x_train": ((train, *image), "float32"),
        "y_train": ((train,), "int64"),
        "x_test": ((test, *image), "float32"),
        "y_test": ((test,), "int64"),
    }


BUILT_IN: dict[str, BuiltIn] = {
    data.name: data
    for data in (
        BuiltIn("line", "points of a line with noise", {"x": ((256, 1), "float32"), "y": ((256, 1), "float32")}, line),
        BuiltIn(
            "spirals", "two classes of points in two spirals",
            {"x": ((1000, 2), "float32"), "y": ((1000, 1), "float32")}, spirals,
        ),
        BuiltIn(
            "digits", "1797 handwritten digits of scikit-learn", _images(digits.TRAINING, 1797 - digits.TRAINING, 8), _digits,
            lambda: importlib.util.find_spec("sklearn") is not None,
        ),
        BuiltIn(
            "mnist", "70000 handwritten digits, from ~/.keras/datasets/mnist.npz", _images(60000, 10000, 28), _mnist,
            _has_mnist,
        ),
    )
}  # fmt: skip
