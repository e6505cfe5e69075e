"""`python -m tests.benchmarks results`: how soon 60,000 samples show their first figures, and all of them."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from typing import Any

import numpy as np

from engine.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from engine.models import Sequential
from kwidgets.evaluation.evaluated import Evaluated
from kwidgets.given_results import Given
from kwidgets.widgets.results_part import ResultsPart

SAMPLES = 60_000
FIRST_PICTURE = 0.3


def add_arguments(parser: ArgumentParser) -> None:
    """How many samples there are."""
    parser.add_argument("--samples", type=int, default=SAMPLES, help="60,000 by default")


def _mlp() -> Sequential:
    made = Sequential(
        [Flatten(input_shape=(28, 28, 1)), Dense(512, activation="relu"), Dense(10, activation="softmax")]
    )
    made.compile("adam", "sparse_categorical_crossentropy")
    return made


def _cnn() -> Sequential:
    layers = [
        Conv2D(32, 3, activation="relu", input_shape=(28, 28, 1)),
        Conv2D(64, 3, activation="relu"),
        MaxPooling2D(),
        Dropout(0.25),
        Flatten(),
        Dense(128, activation="relu"),
        Dense(10, activation="softmax"),
    ]
    made = Sequential(layers)
    made.compile("adam", "sparse_categorical_crossentropy")
    return made


def run(arguments: Namespace) -> None:
    """Print the times from the question to the first figures and matrix, to all samples, and of each view then."""
    rng = np.random.default_rng(0)
    x = rng.random((arguments.samples, 28, 28, 1), np.float32)
    y = rng.integers(0, 10, arguments.samples)
    for name, model in (("MLP", _mlp()), ("CNN", _cnn())):
        # A plan is made once for a model, before its training.
        model.predict(x[:2])
        began = time.perf_counter()
        evaluated = Evaluated(
            model, dict(zip(model.input_names, [x], strict=True)), dict(zip(model.output_names, [y], strict=True))
        )
        asked = ResultsPart(Given(evaluated)).gestures()
        first: Any = asked["results"]({})
        of = {"of": "given", "output": first["output"]}
        asked["result_view"]({**of, "view": "confusion"})
        asked["result_samples"]({**of, "group": "worst"})
        seconds = time.perf_counter() - began
        print(f"{name}, {arguments.samples:,} samples of 28 x 28")
        print(
            f"  first picture, of {first['done']:,} samples {1000 * seconds:6.0f} ms (goal: below {1000 * FIRST_PICTURE:.0f} ms)"
        )
        evaluated.predicted.wait()
        print(f"  all samples {time.perf_counter() - began:18.1f} s")
        for view in ("confusion", "curves", "calibration", "by_class"):
            began = time.perf_counter()
            asked["result_view"]({**of, "view": view})
            print(f"  {view:12} of all {1000 * (time.perf_counter() - began):6.0f} ms")
        began = time.perf_counter()
        asked["result_samples"]({**of, "group": "worst"})
        print(f"  {'worst':12} of all {1000 * (time.perf_counter() - began):6.0f} ms")
