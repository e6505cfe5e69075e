"""Runs one of Keras's example scripts with the engine in Keras's place, on random data and for two batches.

`python -m tests.long.keras_suite.example SCRIPT`: data sets have the shapes and sizes that Keras's have, `fit` takes 64
samples or two batches of a generator, once.
"""

from __future__ import annotations

import functools
import runpy
import sys
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np

import engine
from engine.datasets import cifar10, fashion_mnist, imdb, mnist, reuters
from engine.models import Model

SAMPLES = 64
_random = np.random.default_rng(0)


def images(shape: tuple[int, ...], train: int, column: bool = False) -> Callable[..., Any]:
    """A `load_data` of images of ten classes."""

    def part(count: int) -> tuple[np.ndarray, np.ndarray]:
        pictures = np.zeros((count, *shape), "uint8")
        pictures[:SAMPLES] = _random.integers(0, 256, (SAMPLES, *shape))
        labels = np.arange(count) % 10
        return pictures, (labels[:, None] if column else labels).astype("uint8")

    return lambda *_, **__: (part(train), part(10000))


def texts(classes: int) -> Callable[..., Any]:
    """A `load_data` of lists of words."""

    def load_data(*_: Any, num_words: int | None = None, nb_words: int | None = None, **__: Any) -> Any:
        words = num_words or nb_words or 1000

        def part(count: int) -> tuple[np.ndarray, np.ndarray]:
            lists = [_random.integers(1, words, _random.integers(5, 60)).tolist() for _ in range(count)]
            return np.array(lists, dtype=object), np.arange(count) % classes

        return part(2 * SAMPLES), part(2 * SAMPLES)

    return load_data


def put_data_in_place() -> None:
    """Random arrays instead of downloads."""
    mnist.load_data = fashion_mnist.load_data = images((28, 28), 60000)
    cifar10.load_data = images((32, 32, 3), 50000, column=True)
    imdb.load_data, reuters.load_data = texts(2), texts(46)
    imdb.get_word_index = reuters.get_word_index = lambda *_, **__: {f"word{i}": i for i in range(1, 900)}


def _cut(data: Any) -> Any:
    if isinstance(data, (list, tuple)):
        return type(data)(map(_cut, data))
    return data[:SAMPLES] if isinstance(data, np.ndarray) and data.ndim else data


def shorten_training() -> None:
    """Let training and measuring take little of what they are given."""

    def on_arrays(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(self: Model, *args: Any, **kwargs: Any) -> Any:
            kwargs.pop("nb_epoch", None)
            named = {key: _cut(value) for key, value in kwargs.items()}
            if method.__name__ == "fit" and "initial_epoch" not in named:
                named["epochs"] = 1
            return method(self, *map(_cut, args), **named)

        return call

    def on_generators(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(self: Model, generator: Any, *_: Any, **kwargs: Any) -> Any:
            named = {key: value for key, value in kwargs.items() if key not in ("nb_epoch", "samples_per_epoch")}
            named.pop("nb_val_samples", None)
            validation = named.get("validation_data")
            named.update(epochs=1, steps_per_epoch=2, validation_data=_cut(validation))
            if validation is not None and not isinstance(validation, tuple):
                named["validation_steps"] = 1
            return method(self, generator, **named)

        return call

    Model.fit, Model.evaluate = map(on_arrays, (Model.fit, Model.evaluate))
    Model.fit_generator = on_generators(Model.fit_generator)


if __name__ == "__main__":
    sys.modules["keras"] = engine
    mpl.use("Agg")
    np.bool, np.float, np.int = bool, float, int  # names of 2018
    put_data_in_place()
    shorten_training()
    script, sys.argv = sys.argv[1], sys.argv[1:]
    runpy.run_path(script, run_name="__main__")
