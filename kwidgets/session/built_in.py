"""Ready data sets: three come with it, the others lie in Keras's cache, or are fetched when somebody has said so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.datasets import cache, cifar10, digits, fashion_mnist, imdb, mnist, reuters
from engine.preprocessing.sequence import pad_sequences
from engine.types import Array
from engine.utils.data_utils import keras_home

from ..words import data as say

Arrays = dict[str, Array]
Pair = tuple[Array, Array]
Shapes = dict[str, tuple[tuple[int, ...], str]]

MOST_WORDS, WORDS = 10_000, 200


@dataclass(frozen=True)
class BuiltIn:
    """A data set: what its arrays look like, and how to get them.

    present: whether this machine has it. remote: the files that are fetched into `folder` where it has not, by `fetch`.
    """

    name: str
    help: str
    shapes: Shapes
    load: Callable[[], Arrays]
    present: Callable[[], bool] = lambda: True
    remote: tuple[cache.Remote, ...] = ()
    folder: Callable[[], Path] = lambda: keras_home() / "datasets"
    fetch: Callable[[], object] = lambda: None

    @property
    def size(self) -> int:
        """Bytes of what is fetched."""
        return sum(file.size for file in self.remote)


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
    return _pictures(*mnist.load_data())


def _fashion() -> Arrays:
    return _pictures(*fashion_mnist.load_data())


def _cifar10() -> Arrays:
    return _pictures(*cifar10.load_data())


def _pictures(train: Pair, test: Pair) -> Arrays:
    """Numbers from 0 to 1 with an axis for the channels, as convolutions and optimizers want them; labels (N,)."""
    arrays = _named(train, test)
    return {key: _scaled(a) if key.startswith("x") else a.reshape(-1).astype("int64") for key, a in arrays.items()}


def _scaled(images: Array) -> Array:
    scaled = (images / np.float32(255)).astype("float32")
    return scaled if scaled.ndim == 4 else scaled[..., None]


def _imdb() -> Arrays:
    return _texts(*imdb.load_data(num_words=MOST_WORDS))


def _reuters() -> Arrays:
    return _texts(*reuters.load_data(num_words=MOST_WORDS))


def _texts(train: Pair, test: Pair) -> Arrays:
    """Word numbers, the last WORDS of each text, with zeros before short ones."""
    arrays = _named(train, test)
    return {key: pad_sequences(a, WORDS) if key.startswith("x") else a for key, a in arrays.items()}


def _named(train: Pair, test: Pair) -> Arrays:
    return {"x_train": train[0], "y_train": train[1], "x_test": test[0], "y_test": test[1]}


def _is_cached(name: str) -> Callable[[], bool]:
    """Whether a file or folder lies in Keras's cache."""
    return lambda: (keras_home() / "datasets" / name).exists()


def _images(train: int, test: int, size: int, channels: int = 1) -> Shapes:
    return _split(train, test, (size, size, channels), "float32")


def _split(train: int, test: int, sample: tuple[int, ...], dtype: str) -> Shapes:
    return {
        "x_train": ((train, *sample), dtype),
        "y_train": ((train,), "int64"),
        "x_test": ((test, *sample), dtype),
        "y_test": ((test,), "int64"),
    }


BUILT_IN: dict[str, BuiltIn] = {
    data.name: data
    for data in (
        BuiltIn("line", say.LINE, {"x": ((256, 1), "float32"), "y": ((256, 1), "float32")}, line),
        BuiltIn(
            "spirals",
            say.SPIRALS,
            {"x": ((1000, 2), "float32"), "y": ((1000, 1), "float32")},
            spirals,
        ),
        BuiltIn("digits", say.DIGITS, _images(digits.TRAINING, 1797 - digits.TRAINING, 8), _digits),
        BuiltIn(
            "mnist",
            say.MNIST,
            _images(60000, 10000, 28),
            _mnist,
            _is_cached("mnist.npz"),
            mnist.REMOTE,
            fetch=mnist.load_data,
        ),
        BuiltIn(
            "fashion_mnist",
            say.FASHION_MNIST,
            _images(60000, 10000, 28),
            _fashion,
            _is_cached("fashion-mnist"),
            fashion_mnist.REMOTE,
            lambda: keras_home() / "datasets" / "fashion-mnist",
            fetch=fashion_mnist.load_data,
        ),
        BuiltIn(
            "cifar10",
            say.CIFAR10,
            _images(50000, 10000, 32, 3),
            _cifar10,
            _is_cached("cifar-10-batches-py"),
            cifar10.REMOTE,
            fetch=cifar10.load_data,
        ),
        BuiltIn(
            "imdb",
            say.IMDB,
            _split(25000, 25000, (WORDS,), "int32"),
            _imdb,
            _is_cached("imdb.npz"),
            imdb.REMOTE,
            fetch=imdb.load_data,
        ),
        BuiltIn(
            "reuters",
            say.REUTERS,
            _split(8982, 2246, (WORDS,), "int32"),
            _reuters,
            _is_cached("reuters.npz"),
            reuters.REMOTE,
            fetch=reuters.load_data,
        ),
    )
}
