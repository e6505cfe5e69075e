"""`python -m tests.benchmarks keeping`: what a dashboard costs a training, with its records and without, over plain `fit`.

Plain `fit` and the watched one run side by side and take turns of some epochs, only one of them at a time: a machine whose speed
changes meanwhile changes both. Compared are the processor's seconds of an epoch; what threads that show and record do while plain
`fit` has its turn is taken from it and added to the other. Where its arrays happen to lie makes a training some percent quicker or
slower, so pairs are begun anew several times. The clock goes on during turns of plain `fit`, so the watched one has the longer
turns: what comes so many times a second comes up to a third too often, and the figures are an upper bound. What comes once, before
the first epoch and behind the last, is printed in ms: it is the same for a training of a second and of an hour. What is printed is
the median of the pairs, with the quartiles. On a quiet machine, a quarter of an hour.
"""

from __future__ import annotations

import math
import os
import statistics
import tempfile
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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

# Seconds of a turn, at least: so short that the machine's speed is the same for two of them, and long beside the change.
_TURN = 0.15
# How many of them each of the two has in its turn.
_LONGER = (1, 3)


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
    parser.add_argument("--seconds", type=float, default=1.5, help="of plain training in a pair")
    parser.add_argument("--rounds", type=int, default=9, help="pairs")
    parser.add_argument("--only", default="", help="a part of a model's title")


class Taken(NamedTuple):
    """What a turn took: seconds of the clock, of the processor, and of these the ones of threads that do not train."""

    seconds: float
    processor: float
    others: float


class _ProcessorOfOthers:
    """Seconds of the processor of all Python threads but those that train."""

    def __init__(self) -> None:
        self.training: set[int] = set()
        self._latest: dict[threading.Thread, float] = {}

    def seconds(self) -> float:
        """So far; of threads that have ended as far as was seen."""
        for thread in threading.enumerate():
            if thread.ident is not None and thread.ident not in self.training:
                self._latest[thread] = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
        return sum(self._latest.values())


class _Baton:
    """Lets one of two trainings go on at a time, and notes what their turns took."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._holder = 0
        self._ended: set[int] = set()
        self._others = _ProcessorOfOthers()
        self._begun = self._now()
        self.turns: tuple[list[Taken], list[Taken]] = ([], [])

    def _now(self) -> Taken:
        return Taken(time.perf_counter(), time.process_time(), self._others.seconds())

    def take(self, runner: int) -> None:
        """Wait for the turn of a training, and begin it."""
        with self._changed:
            self._changed.wait_for(lambda: self._holder == runner)
            self._begun = self._now()

    def trains(self) -> None:
        """The thread that calls this is one that trains."""
        self._others.training.add(threading.get_ident())

    def give(self, runner: int, ended: bool = False) -> None:
        """End the turn of a training, the last one if it has `ended`."""
        with self._changed:
            now = self._now()
            self.turns[runner].append(Taken(*(end - begin for end, begin in zip(now, self._begun, strict=True))))
            if ended:
                self._ended.add(runner)
            if 1 - runner not in self._ended:
                self._holder = 1 - runner
            self._changed.notify_all()


class _Turn(Callback):
    """Gives the other training its turn after so many epochs."""

    def __init__(self, baton: _Baton, runner: int, epochs: int) -> None:
        super().__init__()
        self._baton, self._runner, self._epochs = baton, runner, epochs

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Wait where it is the other's turn."""
        if epoch % self._epochs == 0:
            self._baton.trains()
            self._baton.give(self._runner)
            self._baton.take(self._runner)


Fit = Callable[[Sequence[Callback]], float]


def _plain(case: Case, epochs: int) -> Fit:
    """A plain `fit`."""

    def fit(callbacks: Sequence[Callback]) -> float:
        case.model(engine).fit(*case.data, batch_size=32, epochs=epochs, verbose=0, callbacks=[*callbacks])
        return 0.0

    return fit


def _shown(case: Case, epochs: int, keep: bool) -> Fit:
    """One that a dashboard shows, and records; gives what the dashboard says that it cost."""

    def fit(callbacks: Sequence[Callback]) -> float:
        board, model = Dashboard(keep=keep), case.model(engine)
        board.fit(model, *case.data, batch_size=32, epochs=epochs, callbacks=[*callbacks])
        board.session.wait()
        if board.session.error is not None:
            raise board.session.error
        says = board.session.status()["cost"] or 0.0
        board.close()
        return says

    return fit


def _side_by_side(fits: Sequence[Fit], epochs: int) -> tuple[_Baton, float]:
    """Both trainings, with turns of so many epochs, and what the second says of its cost."""
    baton = _Baton()

    def run(runner: int) -> float:
        baton.take(runner)
        try:
            return fits[runner]([_Turn(baton, runner, epochs * _LONGER[runner])])
        finally:
            baton.give(runner, ended=True)

    with ThreadPoolExecutor(len(fits)) as pool:
        _, says = pool.map(run, range(len(fits)))
    return baton, says


class Dearer(NamedTuple):
    """How much more a training takes than a plain one, as shares of it; once, in seconds; what it says itself, a share."""

    processor: float
    seconds: float
    once: float
    says: float


def dearer(baton: _Baton, says: float) -> Dearer:
    """What the second training of a pair takes more than the first."""
    # The first turn lasts up to the first epoch; the last one has what comes behind the training.
    once = [own[0].seconds + own[-1].seconds - statistics.median(t.seconds for t in own[2:-1]) for own in baton.turns]
    plain, watched = (Taken(*map(sum, zip(*own[2:-1], strict=True))) for own in baton.turns)
    longer = _LONGER[1] / _LONGER[0]
    alone, with_others = plain.processor - plain.others, watched.processor + plain.others
    return Dearer(
        with_others / (longer * alone) - 1, watched.seconds / (longer * plain.seconds) - 1, once[1] - once[0], says
    )


def _percent(ratios: Sequence[float]) -> str:
    low, middle, high = (100 * ratio for ratio in statistics.quantiles(ratios, n=4))
    return f"{middle:+5.1f} % ({low:+.1f} to {high:+.1f})"


def _seconds_of_an_epoch(case: Case) -> float:
    """As long as one takes, by the quickest of some."""
    times = [time.perf_counter()]
    noted = LambdaCallback(on_epoch_end=lambda epoch, logs: times.append(time.perf_counter()))
    _plain(case, 5)([noted])
    return min(end - begin for begin, end in pairwise(times))


def run(arguments: Namespace) -> None:
    """Print the cost of each model."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KWIDGETS_HOME"] = folder
        for case in CASES:
            if arguments.only.lower() not in case.title.lower():
                continue
            epoch, batches = _seconds_of_an_epoch(case), -(-len(case.data[0]) // 32)
            epochs = math.ceil(_TURN / epoch)
            turns = max(3, round(arguments.seconds / (epochs * epoch))) + 3
            # Modules are loaded and folders made with the first run of a process.
            _shown(case, 3, keep=True)([])
            print(
                f"{case.title}: epochs of {1e3 * epoch:.0f} ms, {epochs} a turn, a batch takes {1e6 * epoch / batches:.0f} us"
            )
            plain, watched = (epochs * turns * longer for longer in _LONGER)
            for title, keep in (("dashboard", False), ("recorded", True)):
                fits = (_plain(case, plain), _shown(case, watched, keep))
                pairs = [dearer(*_side_by_side(fits, epochs)) for _ in range(arguments.rounds)]
                processor, seconds, once, says = zip(*pairs, strict=True)
                print(
                    f"  {title:9} {_percent(processor)} of the processor's time, {_percent(seconds)} of the clock's, "
                    f"once {1e3 * statistics.median(once):.0f} ms; says {100 * statistics.median(says):.1f} %",
                    flush=True,
                )
