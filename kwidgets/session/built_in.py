"""Ready data sets that need no network: two made by formula, and two that are offered where the machine has them."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

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
    from sklearn.datasets import load_digits

    found: Any = load_digits()
    order = np.random.default_rng(0).permutation(len(found.target))
    images = (found.images[order] / 16).astype("float32")[..., None]
    labels = found.target[order].astype("int64")
    return {"x": images, "y": np.eye(10, dtype="float32")[labels], "labels": labels}


def _mnist_path() -> str:
    return os.path.join(os.path.expanduser("~"), ".keras", "datasets", "mnist.npz")


def _mnist() -> Arrays:
    with np.load(_mnist_path(), allow_pickle=False) as file:
        return {
            "x": (file["x_train"] / np.float32(255)).astype("float32")[..., None],
            "y": np.eye(10, dtype="float32")[file["y_train"]],
            "labels": file["y_train"].astype("int64"),
        }


def _images(count: int, size: int) -> Shapes:
    return {
        "x": ((count, size, size, 1), "float32"),
        "y": ((count, 10), "float32"),
        "labels": ((count,), "int64"),
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
            "digits", "1797 handwritten digits of scikit-learn", _images(1797, 8), _digits,
            lambda: importlib.util.find_spec("sklearn") is not None,
        ),
        BuiltIn(
            "mnist", "60000 handwritten digits, from ~/.keras/datasets/mnist.npz", _images(60000, 28), _mnist,
            lambda: os.path.isfile(_mnist_path()),
        ),
    )
}  # fmt: skip
