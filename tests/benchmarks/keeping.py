"""`python -m tests.benchmarks keeping`: training speed of a dashboard that records its runs, over one that does not."""

from __future__ import annotations

import os
import statistics
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import engine
from engine.layers import Dense, Embedding, GlobalAveragePooling1D
from engine.models import Model, Sequential
from kwidgets.dashboard import Dashboard

from . import workloads


class Case(NamedTuple):
    """A model and random data for it."""

    title: str
    model: Callable[[], Model]
    data: Callable[[np.random.Generator], tuple[Any, Any]]


def _tiny() -> Model:
    model = Sequential([Dense(4, input_shape=(4,), activation="relu"), Dense(1)])
    model.compile("sgd", "mse")
    return model


def _wide() -> Model:
    model = Sequential(
        [Embedding(20_000, 64, input_length=20), GlobalAveragePooling1D(), Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy")
    return model


def _classes(n: int) -> np.ndarray:
    return np.eye(10, dtype=np.float32)[np.arange(n) % 10]


CASES = (
    Case(
        "MLP 784-400-10",
        lambda: workloads.dense(engine),
        lambda rng: (rng.random((8192, 784), np.float32), _classes(8192)),
    ),
    Case(
        "MNIST CNN",
        lambda: workloads.mnist_cnn(engine),
        lambda rng: (rng.random((256, 28, 28, 1), np.float32), _classes(256)),
    ),
    Case(
        "LSTM text",
        lambda: workloads.lstm_text(engine),
        lambda rng: (rng.integers(1, 20_000, (256, 80)), rng.integers(0, 2, (256, 1))),
    ),
    Case("wide embedding", _wide, lambda rng: (rng.integers(0, 20_000, (2048, 20)), rng.integers(0, 2, (2048, 1)))),
    Case("tiny 4-4-1", _tiny, lambda rng: (rng.random((4096, 4), np.float32), rng.random((4096, 1), np.float32))),
)


def add_arguments(parser: ArgumentParser) -> None:
    """How long and how often."""
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=7)


def _trained(case: Case, data: tuple[Any, Any], epochs: int, keep: bool) -> tuple[float, float]:
    """Seconds of training, and the share of the processor that the run itself says."""
    board = Dashboard(keep=keep)
    board.fit(case.model(), *data, batch_size=32, epochs=epochs)
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
            data = case.data(np.random.default_rng(0))
            epochs = 1
            while (seconds := _trained(case, data, epochs, keep=False)[0]) < 0.5:
                epochs *= 2
            epochs = max(1, round(epochs * arguments.seconds / seconds))
            pairs = [
                (_trained(case, data, epochs, keep=False), _trained(case, data, epochs, keep=True))
                for _ in range(arguments.rounds)
            ]
            plain, recorded = (statistics.median(pair[i][0] for pair in pairs) for i in (0, 1))
            shares = [statistics.median(pair[i][1] for pair in pairs) for i in (0, 1)]
            slower = 100 * (recorded / plain - 1)
            print(
                f"{case.title}: {epochs} epochs take {plain:.2f} s, recorded {recorded:.2f} s: {slower:+.1f} %; "
                f"share of the processor {100 * shares[0]:.1f} % without, {100 * shares[1]:.1f} % with recording",
                flush=True,
            )
