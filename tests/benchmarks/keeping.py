"""`python -m tests.benchmarks keeping`: what a dashboard costs a training, with its records and without, over plain `fit`.

The three take turns in every round, so that a machine whose speed changes meanwhile changes all of them; what is printed is the
median of the rounds' ratios, with the least and the largest beside it. Beside the seconds stand those of the processor, which
other programs disturb less. Seven minutes.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from functools import partial
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


# As many samples as an epoch of such a model has in a notebook, or some seconds' worth of them.
CASES = (
    Case("MLP 784-400-10", workloads.dense, _numbers(60_000, 784)),
    Case("MNIST CNN", workloads.mnist_cnn, _numbers(8192, 28, 28, 1)),
    Case("LSTM text", workloads.lstm_text, _words(8192, 80)),
    Case("wide embedding", _wide, _words(25_000, 20)),
    Case("tiny 4-4-10", _tiny, _numbers(32_768, 4)),
)


def add_arguments(parser: ArgumentParser) -> None:
    """How long and how often, and of which models."""
    parser.add_argument("--seconds", type=float, default=6.0, help="of the processor, of each training")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--only", default="", help="a part of a model's title")


class Taken(NamedTuple):
    """What a training took: seconds, seconds of the processor, the share that it says itself."""

    seconds: float
    processor: float
    share: float = 0.0


def _plain(case: Case, epochs: int) -> Taken:
    model, began, worked = case.model(engine), time.perf_counter(), time.process_time()
    model.fit(*case.data, batch_size=32, epochs=epochs, verbose=0)
    return Taken(time.perf_counter() - began, time.process_time() - worked)


def _shown(case: Case, epochs: int, keep: bool) -> Taken:
    board, model = Dashboard(keep=keep), case.model(engine)
    worked = time.process_time()
    board.fit(model, *case.data, batch_size=32, epochs=epochs)
    board.session.wait()
    worked = time.process_time() - worked
    if board.session.error is not None:
        raise board.session.error
    board.close()
    return Taken(board.session.stream.seconds, worked, board.session.status()["cost"] or 0.0)


def _dearer(rounds: Sequence[Sequence[Taken]], way: int, of: Callable[[Taken], float]) -> str:
    """How much more a way takes than plain `fit`, in percent."""
    ratios = sorted(100 * (of(taken[way]) / of(taken[0]) - 1) for taken in rounds)
    return f"{statistics.median(ratios):+5.1f} % ({ratios[0]:+.1f} to {ratios[-1]:+.1f})"


def _print(case: Case, rounds: Sequence[Sequence[Taken]], batches: int) -> None:
    seconds = statistics.median(taken[0].seconds for taken in rounds)
    print(f"{case.title}: {seconds:.1f} s, a batch takes {1e6 * seconds / batches:.0f} us")
    for way, title in ((1, "dashboard"), (2, "recorded")):
        share = statistics.median(taken[way].share for taken in rounds)
        print(
            f"  {title:9} {_dearer(rounds, way, lambda taken: taken.seconds)} of the time, "
            f"{_dearer(rounds, way, lambda taken: taken.processor)} of the processor's; "
            f"says {100 * share:.1f} %",
            flush=True,
        )


def run(arguments: Namespace) -> None:
    """Print the cost of each model."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KWIDGETS_HOME"] = folder
        for case in CASES:
            if arguments.only.lower() not in case.title.lower():
                continue
            epochs = 1
            while (seconds := _plain(case, epochs).processor) < 0.5:
                epochs *= 2
            epochs = max(1, round(epochs * arguments.seconds / seconds))
            # Modules are loaded and folders made with the first run of a process.
            _shown(case, 1, keep=True)
            ways: list[Callable[[], Taken]] = [
                partial(_plain, case, epochs),
                partial(_shown, case, epochs, keep=False),
                partial(_shown, case, epochs, keep=True),
            ]
            rounds: list[list[Taken]] = []
            for number in range(arguments.rounds):
                first = number % len(ways)
                taken = {way: ways[way]() for way in (*range(first, len(ways)), *range(first))}
                rounds.append([taken[way] for way in range(len(ways))])
            _print(case, rounds, epochs * -(-len(case.data[0]) // 32))
