"""`python -m tests.benchmarks keeping`: what a dashboard costs a training, with its records and without, over plain `fit`.

The three take turns in short rounds, so that a machine whose speed changes meanwhile changes all of them. Compared is the time
from the end of the second epoch to the end of the last; beside it stand the seconds of the processor, which other programs
disturb less, and what the run itself says that watching it took. What comes once, before and after, is printed in ms: it is the
same for a training of a second and of an hour. What is printed is the median of the rounds, with the quartiles of the ratios.
Ten minutes.
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
from engine.callbacks import Callback
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
    Case("MNIST CNN", workloads.mnist_cnn, _numbers(2048, 28, 28, 1)),
    Case("LSTM text", workloads.lstm_text, _words(2048, 80)),
    Case("wide embedding", _wide, _words(25_000, 20)),
    Case("tiny 4-4-10", _tiny, _numbers(32_768, 4)),
)


def add_arguments(parser: ArgumentParser) -> None:
    """How long and how often, and of which models."""
    parser.add_argument("--seconds", type=float, default=4.0, help="of each training")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", default="", help="a part of a model's title")


class Taken(NamedTuple):
    """What a training took: seconds between two ends of epochs, those of the processor meanwhile, those of all the rest."""

    seconds: float
    processor: float
    once: float
    says: float = 0.0


class _Times(Callback):
    """When the second epoch and the last one ended, in seconds of the clock and of the processor."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: list[tuple[float, float]] = []

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Note the time; the last one stays."""
        now = (time.perf_counter(), time.process_time())
        self.ends = [*self.ends[:2], now]

    def taken(self, begun: float, epochs: int, says: float = 0.0) -> Taken:
        """What a training of so many epochs took that began then and has just ended."""
        (first, worked), (last, all_work) = self.ends[1], self.ends[-1]
        once = time.perf_counter() - begun - (last - first) * epochs / (epochs - 2)
        return Taken(last - first, all_work - worked, once, says)


def _plain(case: Case, epochs: int) -> Taken:
    model, times, begun = case.model(engine), _Times(), time.perf_counter()
    model.fit(*case.data, batch_size=32, epochs=epochs, verbose=0, callbacks=[times])
    return times.taken(begun, epochs)


def _shown(case: Case, epochs: int, keep: bool) -> Taken:
    board, model, times, begun = Dashboard(keep=keep), case.model(engine), _Times(), time.perf_counter()
    board.fit(model, *case.data, batch_size=32, epochs=epochs, callbacks=[times])
    board.session.wait()
    if board.session.error is not None:
        raise board.session.error
    taken = times.taken(begun, epochs, board.session.status()["cost"] or 0.0)
    board.close()
    return taken


def _dearer(rounds: Sequence[Sequence[Taken]], way: int, of: Callable[[Taken], float]) -> str:
    """How much more a way takes than plain `fit`, in percent."""
    ratios = [100 * (of(taken[way]) / of(taken[0]) - 1) for taken in rounds]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"{middle:+5.1f} % ({low:+.1f} to {high:+.1f})"


def _print(case: Case, rounds: Sequence[Sequence[Taken]], epochs: int) -> None:
    seconds = statistics.median(taken[0].seconds for taken in rounds) / (epochs - 2)
    batches = -(-len(case.data[0]) // 32)
    print(f"{case.title}: {epochs} epochs of {1e3 * seconds:.0f} ms, a batch takes {1e6 * seconds / batches:.0f} us")
    for way, title in ((1, "dashboard"), (2, "recorded")):
        says, once = (
            statistics.median(of) for of in zip(*((t[way].says, t[way].once - t[0].once) for t in rounds), strict=True)
        )
        print(
            f"  {title:9} {_dearer(rounds, way, lambda taken: taken.seconds)} of the time, "
            f"{_dearer(rounds, way, lambda taken: taken.processor)} of the processor's, once {1e3 * once:.0f} ms; "
            f"says {100 * says:.1f} % of it all",
            flush=True,
        )


def run(arguments: Namespace) -> None:
    """Print the cost of each model."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KWIDGETS_HOME"] = folder
        for case in CASES:
            if arguments.only.lower() not in case.title.lower():
                continue
            epochs = max(5, round(3 * arguments.seconds / _plain(case, 5).seconds))
            # Modules are loaded and folders made with the first run of a process.
            _shown(case, 3, keep=True)
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
            _print(case, rounds, epochs)
