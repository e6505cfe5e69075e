"""`python -m tests.benchmarks inside`: what looking inside costs a training, and how soon pictures of large layers are there.

A builder trains each model with a page that shows the signal on the wires (`wires`), one that shows a layer's output too, asked
again each second (`layer`), and with none. The three take turns in every round; printed is the median of the rounds' ratios, with
the least and the largest beside it. Then how long the answers for large layers take, and how many bytes they send. Six minutes.
"""

from __future__ import annotations

import statistics
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

import engine
from engine.layers import Conv2D, Embedding, GlobalAveragePooling2D
from engine.models import Sequential
from kwidgets import Builder

from .keeping import CASES, Case

WAYS = ("none", "wires", "layer")
# Seconds for the pictures of a large layer, once its plan is there.
GOAL = 0.3


def add_arguments(parser: ArgumentParser) -> None:
    """How long and how often, and of which models."""
    parser.add_argument("--seconds", type=float, default=6.0, help="of the processor, of each training")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="a part of a model's title")


class Taken(NamedTuple):
    """Seconds of a training, those of the processor, and the share that looking says it has taken."""

    seconds: float
    processor: float
    share: float


def _train(case: Case, epochs: int, way: str) -> Taken:
    x, y = case.data
    model = case.model(engine)
    builder = Builder(model, arrays={"x": x, "y": y}, keep=False)
    entry, end = next(iter(builder.experiment["data"]["inputs"])), next(iter(builder.experiment["data"]["targets"]))
    builder.set_data(source="notebook", inputs={entry: "x"}, targets={end: "y"})
    builder.document.do({"do": "set_training", "epochs": epochs, "batch_size": 32, "validation_split": 0.0})
    asked = builder.inside.gestures()
    node = f"{model.layers[0].name}@0"
    stop, share = threading.Event(), 0.0

    def look() -> None:
        nonlocal share
        due = 0.0  # the page looks at a layer again when the last answer said that it may
        while not stop.wait(1.0):
            share = asked["signals"]({"gradient": True})["cost"] or share
            if way == "layer" and time.monotonic() >= due:
                answer, _ = asked["inside"]({"node": node, "what": "output", "sample": 0, "epoch": None})
                due = time.monotonic() + answer["rest"]

    page = threading.Thread(target=look)
    if way != "none":
        asked["signals"]({"gradient": True})
        page.start()
    worked = time.process_time()
    builder.start("again")
    builder.session.wait()
    worked = time.process_time() - worked
    stop.set()
    if way != "none":
        page.join()
    seconds = builder.session.stream.seconds
    if builder.session.error is not None:
        raise builder.session.error
    builder.close()
    return Taken(seconds, worked, share)


def _print(case: Case, rounds: Sequence[dict[str, Taken]]) -> None:
    print(f"{case.title}: {statistics.median(taken['none'].seconds for taken in rounds):.1f} s")
    for way in WAYS[1:]:
        wall = _dearer([taken[way].seconds / taken["none"].seconds for taken in rounds])
        processor = _dearer([taken[way].processor / taken["none"].processor for taken in rounds])
        share = statistics.median(taken[way].share for taken in rounds)
        print(f"  {way:6} {wall} of the time, {processor} of the processor's; says {100 * share:.1f} %", flush=True)


def _dearer(ratios: Sequence[float]) -> str:
    """How much more it takes, in percent: the median, the least and the largest."""
    more = sorted(100 * (ratio - 1) for ratio in ratios)
    return f"{statistics.median(more):+5.1f} % ({more[0]:+.1f} to {more[-1]:+.1f})"


def _large() -> None:
    """Layers of 2048 channels, of maps of 512 x 512, and of 100,000 rows."""
    rng = np.random.default_rng(0)
    words = Sequential(
        [Embedding(100_000, 64, input_length=20, name="words"), engine.layers.Flatten(), engine.layers.Dense(1)]
    )
    cases = (
        (
            "2048 channels",
            Sequential([Conv2D(2048, 1, input_shape=(14, 14, 8), name="wide"), GlobalAveragePooling2D()]),
            "wide",
        ),
        (
            "512 x 512",
            Sequential(
                [Conv2D(16, 3, padding="same", input_shape=(512, 512, 1), name="map"), GlobalAveragePooling2D()]
            ),
            "map",
        ),
        ("100 000 rows", words, "words"),
    )
    for title, model, name in cases:
        shape = model.input_shape[1:]
        x = rng.integers(0, 100_000, (8, *shape)) if name == "words" else rng.random((8, *shape), np.float32)
        builder = Builder(model, arrays={"x": x, "y": np.zeros((8, *model.output_shape[1:]), np.float32)}, keep=False)
        entry, end = (next(iter(builder.experiment["data"][part])) for part in ("inputs", "targets"))
        builder.set_data(source="notebook", inputs={entry: "x"}, targets={end: "y"})
        ask = builder.inside.gestures()["inside"]
        for what in ("output", "weights", "gradients", "units", "sample"):
            times: list[float] = []
            held = sent = 0.0
            for take in range(4):
                question = {"node": f"{name}@0", "what": what, "sample": 1, "epoch": None, "sort": True, "take": take}
                began, busy = time.perf_counter(), True
                while busy:
                    asked_at = time.perf_counter()
                    answer, buffers = ask(question)
                    held = max(held, time.perf_counter() - asked_at)
                    busy, sent = answer["busy"], sum(map(len, buffers)) / 1024
                times.append(time.perf_counter() - began)
            again = min(times[1:])
            goal = "" if again <= GOAL else f" (goal: below {1e3 * GOAL:.0f} ms)"
            print(
                f"{title}, {what}: first {1e3 * times[0]:.0f} ms, then {1e3 * again:.0f} ms{goal}, {sent:.0f} KB; "
                f"the page is held up for {1e3 * held:.0f} ms at most",
                flush=True,
            )
        builder.close()


def run(arguments: Namespace) -> None:
    """Print the cost for each model, then the times of large layers."""
    for case in CASES:
        if arguments.only.lower() not in case.title.lower():
            continue
        epochs = 1
        while (seconds := _train(case, epochs, "none").processor) < 1.0:
            epochs *= 2
        epochs = max(1, round(epochs * arguments.seconds / seconds))
        rounds: list[dict[str, Taken]] = []
        for number in range(arguments.rounds):
            order = [WAYS[(number + i) % len(WAYS)] for i in range(len(WAYS))]
            taken = {way: _train(case, epochs, way) for way in order}
            rounds.append(taken)
        _print(case, rounds)
    _large()
