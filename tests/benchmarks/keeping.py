"""`python -m tests.benchmarks keeping`: training speed of a dashboard that records its runs, over one that does not."""

from __future__ import annotations

import os
import statistics
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import numpy as np

import engine
from engine.layers import Dense, Embedding, GlobalAveragePooling1D
from engine.models import Model, Sequential
from kwidgets.dashboard import Dashboard

from . import workloads


class Case(NamedTuple):
    """A model and random data for it."""

    title: str
    model: Callable[[ModuleType], Model]
    data: tuple[np.ndarray, np.ndarray]


def _tiny(_: ModuleType) -> Model:
    model = Sequential([Dense(4, input_shape=(4,), activation="relu"), Dense(10)])
    model.compile("sgd", "mse")
    return model


def _wide(_: ModuleType) -> Model:
    model = Sequential(
        [Embedding(20_000, 64, input_length=20), GlobalAveragePooling1D(), Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy")
    return model


def _numbers(n: int, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Random inputs of a shape, and ten classes."""
    classes = np.eye(10, dtype=np.float32)[np.arange(n) % 10]
    return np.random.default_rng(0).random((n, *shape), np.float32), classes


def _words(n: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Random words of a vocabulary of 20,000, and two classes."""
    rng = np.random.default_rng(0)
    return rng.integers(0, 20_000, (n, length)), rng.integers(0, 2, (n, 1))


CASES = (
    Case("MLP 784-400-10", workloads.dense, _numbers(8192, 784)),
    Case("MNIST CNN", workloads.mnist_cnn, _numbers(256, 28, 28, 1)),
    Case("LSTM text", workloads.lstm_text, _words(256, 80)),
    Case("wide embedding", _wide, _words(2048, 20)),
    Case("tiny 4-4-10", _tiny, _numbers(4096, 4)),
)


def add_arguments(parser: ArgumentParser) -> None:
    """How long and how often."""
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=7)


def _trained(case: Case, epochs: int, keep: bool) -> tuple[float, float]:
    """Seconds of training, and the share of the processor that the run itself says."""
    board = Dashboard(keep=keep)
    board.fit(case.model(engine), *case.data, batch_size=32, epochs=epochs)
    board.session.wait()
    status = board.session.status()
    if board.session.error is not None:
        raise board.session.error
    board.close()
    return board.session.stream.seconds, status["cost"] or 0.0


def run(arguments: Namespace) -> None:
    """Print the cost of each model in percent: medians of runs that take turns."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KWIDGETS_HOME"] = folder
        for case in CASES:
            epochs = 1
            while (seconds := _trained(case, epochs, keep=False)[0]) < 0.5:
                epochs *= 2
            epochs = max(1, round(epochs * arguments.seconds / seconds))
            pairs = [
                (_trained(case, epochs, keep=False), _trained(case, epochs, keep=True)) for _ in range(arguments.rounds)
            ]
            plain, recorded = (statistics.median(pair[i][0] for pair in pairs) for i in (0, 1))
            shares = [statistics.median(pair[i][1] for pair in pairs) for i in (0, 1)]
            slower = 100 * (recorded / plain - 1)
            print(
                f"{case.title}: {epochs} epochs take {plain:.2f} s, recorded {recorded:.2f} s: {slower:+.1f} %; "
                f"share of the processor {100 * shares[0]:.1f} % without, {100 * shares[1]:.1f} % with recording",
                flush=True,
            )
