"""`python -m tests.benchmarks keeping`: what a dashboard costs a training, with its records and without, over plain `fit`.

One model is trained in turns: by plain `fit`, with a dashboard, with one that records, and back in the other order. It is the same
model with the same plan and the same arrays each time, since where arrays happen to lie makes a training some percent quicker or
slower, which is more than what is measured. Compared are the processor's seconds of all threads, and those of the clock, of epochs
in the middle; what comes once, before these and behind the last, is printed in ms: it is the same for a training of a second and of
an hour. What is printed is the median of the rounds, with the quartiles. On a quiet machine, a quarter of an hour.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from itertools import pairwise
from types import ModuleType
from typing import NamedTuple

import numpy as np

import engine
from engine.callbacks import Callback, LambdaCallback
from engine.layers import Conv2D, Dense, Embedding, Flatten, GlobalAveragePooling1D, MaxPooling2D
from engine.models import Model, Sequential
from kwidgets.dashboard import Dashboard

from . import workloads

WAYS = ("plain", "dashboard", "recorded")
# Seconds of training before what is measured: the first checkpoint is written, and the dashboard knows its own cost, by then.
_BEFORE = 1.0


class Case(NamedTuple):
    """A model and random data for it."""

    title: str
    model: Callable[[ModuleType], Model]
    data: tuple[np.ndarray, np.ndarray]


def _tiny(_: ModuleType) -> Model:
    model = Sequential([Dense(4, input_shape=(4,), activation="relu"), Dense(10)])
    model.compile("sgd", "mse")
    return model


def _digits(_: ModuleType) -> Model:
    model = Sequential(
        [
            Conv2D(16, 3, padding="same", activation="relu", input_shape=(8, 8, 1)),
            MaxPooling2D(),
            Flatten(),
            Dense(64, activation="relu"),
            Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
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
    Case("small convolutional net of digits", _digits, _numbers(1437, 8, 8, 1)),
    # What 12 us a batch leave room for: nobody waits for such a model.
    Case("limit: 4-4-10", _tiny, _numbers(32_768, 4)),
)


def add_arguments(parser: ArgumentParser) -> None:
    """How long and how often, and of which models."""
    parser.add_argument("--seconds", type=float, default=4.0, help="of plain training in a turn, measured")
    parser.add_argument("--rounds", type=int, default=8, help="two turns of each way")
    parser.add_argument("--only", default="", help="a part of a model's title")


class Taken(NamedTuple):
    """Seconds of the processor and of the clock for the epochs of a turn; what came once; the cost that the dashboard tells."""

    processor: float
    seconds: float
    once: float
    says: float


class _Middle(Callback):
    """Notes both clocks before the first epoch that counts, and behind the last."""

    def __init__(self, before: int) -> None:
        super().__init__()
        self._before = before
        self.begun = self.ended = (0.0, 0.0)

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """The epochs that count begin."""
        if epoch == self._before:
            self.begun = time.process_time(), time.perf_counter()

    def on_train_end(self, logs: object = None) -> None:
        """They have ended."""
        self.ended = time.process_time(), time.perf_counter()


def _turn(model: Model, case: Case, way: str, before: int, epochs: int) -> Taken:
    """Train for so many epochs behind the ones before, in a way."""
    middle, began, says = _Middle(before), time.perf_counter(), 0.0
    if way == "plain":
        model.fit(*case.data, batch_size=32, epochs=before + epochs, verbose=0, callbacks=[middle])
    else:
        board = Dashboard(keep=way == "recorded")
        board.fit(model, *case.data, batch_size=32, epochs=before + epochs, callbacks=[middle])
        board.session.wait()
        if board.session.error is not None:
            raise board.session.error
        says = board.session.status()["cost"] or 0.0
        board.close()
    processor, seconds = (end - begin for begin, end in zip(middle.begun, middle.ended, strict=True))
    took = time.perf_counter() - began
    return Taken(processor, seconds, took - seconds * (before + epochs) / epochs, says)


def _percent(ratios: Sequence[float]) -> str:
    low, middle, high = (100 * (ratio - 1) for ratio in statistics.quantiles(ratios, n=4))
    return f"{middle:+5.1f} % ({low:+.1f} to {high:+.1f})"


def _seconds_of_an_epoch(model: Model, case: Case) -> float:
    """As long as one takes, by the quickest of some."""
    times = [time.perf_counter()]
    noted = LambdaCallback(on_epoch_end=lambda epoch, logs: times.append(time.perf_counter()))
    model.fit(*case.data, batch_size=32, epochs=5, verbose=0, callbacks=[noted])
    return min(end - begin for begin, end in pairwise(times))


def _round(model: Model, case: Case, before: int, epochs: int) -> dict[str, Taken]:
    """Two turns of each way, the second ones in the other order; the sums of both."""
    turns = [(way, _turn(model, case, way, before, epochs)) for way in (*WAYS, *reversed(WAYS))]
    return {way: Taken(*map(sum, zip(*(taken for name, taken in turns if name == way), strict=True))) for way in WAYS}


def run(arguments: Namespace) -> None:
    """Print the cost of each model."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KWIDGETS_HOME"] = folder
        for case in CASES:
            if arguments.only.lower() not in case.title.lower():
                continue
            model = case.model(engine)
            epoch, batches = _seconds_of_an_epoch(model, case), -(-len(case.data[0]) // 32)
            before, epochs = math.ceil(_BEFORE / epoch), math.ceil(arguments.seconds / epoch)
            # Modules are loaded and folders made with the first run of a process.
            _turn(model, case, "recorded", 1, 1)
            print(f"{case.title}: epochs of {1e3 * epoch:.0f} ms, a batch takes {1e6 * epoch / batches:.0f} us")
            rounds = [_round(model, case, before, epochs) for _ in range(arguments.rounds)]
            for way in WAYS[1:]:
                processor = [taken[way].processor / taken["plain"].processor for taken in rounds]
                seconds = [taken[way].seconds / taken["plain"].seconds for taken in rounds]
                once = statistics.median((taken[way].once - taken["plain"].once) / 2 for taken in rounds)
                says = statistics.median(taken[way].says / 2 for taken in rounds)
                print(
                    f"  {way:9} {_percent(processor)} of the processor's time, {_percent(seconds)} of the clock's, "
                    f"once {1e3 * once:.0f} ms; says {100 * says:.1f} %",
                    flush=True,
                )
