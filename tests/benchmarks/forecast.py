"""`python -m tests.benchmarks forecast`: what the builder forecasts for an epoch, beside what an epoch takes.

Each forecast and each measurement is made in a process of its own. Memory is growth of the process's peak while data,
model and a training of two epochs come to be, after the libraries have warmed up; the time is the second epoch's.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import engine
from engine._machine import random
from engine.describe.trial import random_data
from engine.experiment import build_model
from kwidgets.session.forecast import Forecaster
from kwidgets.session.machine_speed import measure_speed

k = engine.layers
Outputs = tuple[Any, Any]


def _stack(shape: tuple[int, ...], *layers: Any, dtype: str | None = None) -> Outputs:
    x = y = k.Input(shape, dtype=dtype)
    for layer in layers:
        y = layer(y)
    return x, y


def _classes(n: int = 10) -> Any:
    return k.Dense(n, activation="softmax")


def dense() -> Outputs:
    return _stack((784,), k.Dense(400, activation="relu"), k.Dropout(0.2), _classes())


def deep_dense() -> Outputs:
    return _stack((64,), *(k.Dense(64, activation="relu") for _ in range(40)), _classes())


def cnn() -> Outputs:
    conv = {"kernel_size": 3, "activation": "relu"}
    return _stack(
        (28, 28, 1), k.Conv2D(32, **conv), k.Conv2D(64, **conv), k.MaxPooling2D(), k.Dropout(0.25), k.Flatten(),
        k.Dense(128, activation="relu"), k.Dropout(0.5), _classes(),
    )  # fmt: skip


def vgg_like() -> Outputs:
    layers: list[Any] = []
    for filters in (64, 128, 256):
        layers += [k.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(2)]
        layers.append(k.MaxPooling2D())
    return _stack((32, 32, 3), *layers, k.Flatten(), k.Dense(512, activation="relu"), k.Dropout(0.5), _classes())


def _residual(x: Any, filters: int, stride: int) -> Any:
    y = k.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x)
    y = k.Activation("relu")(k.BatchNormalization()(y))
    y = k.BatchNormalization()(k.Conv2D(filters, 3, padding="same", use_bias=False)(y))
    if stride > 1 or x.shape[-1] != filters:
        x = k.Conv2D(filters, 1, strides=stride, use_bias=False)(x)
    return k.Activation("relu")(k.Add()([x, y]))


def resnet_20() -> Outputs:
    x = k.Input((32, 32, 3))
    y = k.Activation("relu")(k.BatchNormalization()(k.Conv2D(16, 3, padding="same", use_bias=False)(x)))
    for filters in (16, 32, 64):
        for block in range(3):
            y = _residual(y, filters, 2 if block == 0 and filters > 16 else 1)
    return x, _classes()(k.GlobalAveragePooling2D()(y))


def lstm() -> Outputs:
    return _stack((80, 32), k.LSTM(128), k.Dense(1, activation="sigmoid"))


def gru() -> Outputs:
    return _stack((60, 32), k.GRU(96, return_sequences=True), k.GRU(64), k.Dense(1, activation="sigmoid"))


def words() -> Outputs:
    return _stack(
        (200,), k.Embedding(10_000, 64), k.Conv1D(128, 5, activation="relu"), k.GlobalMaxPooling1D(),
        k.Dense(1, activation="sigmoid"), dtype="int32",
    )  # fmt: skip


def autoencoder() -> Outputs:
    sizes = (256, 64, 256)
    return _stack((784,), *(k.Dense(n, activation="relu") for n in sizes), k.Dense(784, activation="sigmoid"))


def two_inputs() -> Outputs:
    image, facts = k.Input((28, 28, 1)), k.Input((20,))
    left = k.Flatten()(k.MaxPooling2D(4)(k.Conv2D(16, 5, activation="relu")(image)))
    both = k.Concatenate()([left, k.Dense(32, activation="relu")(facts)])
    return [image, facts], _classes()(k.Dense(64, activation="relu")(both))


def vgg16() -> Outputs:
    model = engine.applications.VGG16(weights=None)
    return model.inputs, model.outputs


def resnet50() -> Outputs:
    model = engine.applications.ResNet50(weights=None)
    return model.inputs, model.outputs


# name: (model, loss, batch, samples, share held out)
MODELS: dict[str, tuple[Callable[[], Outputs], str, int, int, float]] = {
    "dense 784-400-10": (dense, "categorical_crossentropy", 128, 20_000, 0.1),
    "40 x Dense(64)": (deep_dense, "categorical_crossentropy", 32, 20_000, 0.0),
    "MNIST CNN": (cnn, "categorical_crossentropy", 128, 2_560, 0.0),
    "VGG-like": (vgg_like, "categorical_crossentropy", 32, 320, 0.0),
    "ResNet-20": (resnet_20, "categorical_crossentropy", 32, 640, 0.1),
    "LSTM(128)": (lstm, "binary_crossentropy", 32, 1_280, 0.0),
    "two GRUs": (gru, "binary_crossentropy", 64, 1_920, 0.0),
    "words and Conv1D": (words, "binary_crossentropy", 32, 1_280, 0.2),
    "autoencoder": (autoencoder, "mean_squared_error", 256, 20_480, 0.0),
    "two inputs": (two_inputs, "categorical_crossentropy", 64, 3_840, 0.0),
    # VGG16 is too large to be tried, and only estimated.
    "VGG16": (vgg16, "categorical_crossentropy", 4, 8, 0.0),
    "ResNet50": (resnet50, "categorical_crossentropy", 4, 8, 0.0),
}


def experiment_of(name: str) -> dict[str, Any]:
    """The experiment of one model, as the builder would hand it over."""
    build, loss, batch, _, held_out = MODELS[name]
    inputs, outputs = build()
    model = engine.models.Model(inputs, outputs, name="model")
    training = {
        "optimizer": {"class_name": "Adam", "config": {}}, "loss": loss, "metrics": ["accuracy"],
        "batch_size": batch, "validation_split": held_out,
    }  # fmt: skip
    return {"class_name": "Model", "config": model.get_config(), "training": training}


def forecast(name: str) -> dict[str, Any]:
    """What the forecaster says in the end, what it estimated first, and the seconds of processor it took.

    A small model comes first, as in a session: the machine's speed is measured once, not for each edit.
    """
    forecaster = Forecaster(rest=0.0)
    _told(forecaster, experiment_of("40 x Dense(64)"), 1000)
    experiment, samples = experiment_of(name), MODELS[name][3]
    before = time.process_time()
    told = _told(forecaster, {**experiment, "config": {**experiment["config"], "name": "edited"}}, samples)
    forecaster.close()
    return {"told": told[-1], "first": told[0], "cpu": time.process_time() - before}


def _told(forecaster: Forecaster, experiment: dict[str, Any], samples: int) -> list[Any]:
    """All answers about a model, the measured one last."""
    answers: list[Any] = []
    more = threading.Event()

    def listen() -> None:
        answers.append(forecaster.ask(experiment, samples))
        more.set()

    forecaster.listeners[:] = [listen]
    forecaster.ask(experiment, samples)
    while (not answers or answers[-1]["basis"] != "measured") and more.wait(60):
        more.clear()
    return answers


def measured(name: str) -> dict[str, Any]:
    """Seconds of an epoch and bytes at the peak, by training for two."""
    measure_speed()
    experiment, (_, _, batch, samples, held_out) = experiment_of(name), MODELS[name]
    with random.seeded(0):
        probe = build_model(experiment)
        ctypes.CDLL(None).malloc_trim(0)  # memory that the warm-up left would be used again, and not be seen to grow
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
        before = _status("VmRSS")
        x, y = random_data(probe, samples, np.random.default_rng(0))
        model = build_model(experiment)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            model.fit(x, y, batch_size=batch, epochs=1, verbose=0, validation_split=held_out)
            times.append(time.perf_counter() - began)
    return {"seconds": min(times[1:]), "memory": _status("VmHWM") - before}


def _status(name: str) -> int:
    """A size of this process as Linux tells it, bytes."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


def _in_a_process(what: str, name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.forecast", what, name]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


_HEAD = ("model", "epoch, forecast", "measured", "error", "memory, forecast", "measured", "error", "estimate", "CPU")


def _row(name: str) -> list[str]:
    found, real = _in_a_process("forecast", name), _in_a_process("measured", name)
    told, first = found["told"], found["first"]
    return [
        name, f"{told['seconds']:.2f} s", f"{real['seconds']:.2f} s", _error(told["seconds"], real["seconds"]),
        f"{told['memory'] / 1e6:.0f} MB", f"{real['memory'] / 1e6:.0f} MB", _error(told["memory"], real["memory"]),
        f"{_error(first['seconds'], real['seconds'])}, {_error(first['memory'], real['memory'])}", f"{found['cpu']:.1f} s",
    ]  # fmt: skip


def _error(told: float, real: float) -> str:
    return f"{(told / real - 1) * 100:+.0f} %"


def add_arguments(parser: ArgumentParser) -> None:
    """Options of this command."""
    parser.add_argument("--out", type=Path, help="a Markdown file to write the table to")
    parser.add_argument("--models", default=",".join(MODELS), help="names, with commas between")


def run(arguments: Namespace) -> None:
    """Print the table, model by model, and write it where `--out` says."""
    lines = [f"| {' | '.join(_HEAD)} |", f"|---{'|---:' * (len(_HEAD) - 1)}|"]
    print("\n".join(lines), flush=True)
    for name in arguments.models.split(","):
        lines.append(f"| {' | '.join(_row(name))} |")
        print(lines[-1], flush=True)
    if arguments.out is not None:
        text = "\n".join([*_INTRODUCTION, "", *lines, ""])
        arguments.out.write_text(text, encoding="utf-8")


_INTRODUCTION = (
    "# Forecast of an epoch, and what it takes",
    "",
    "Written by `python -m tests.benchmarks forecast --out docs/forecast.md`. The forecaster trains a copy of the model on a",
    "few batches of random numbers in the background; the estimate, from the model's work and the machine's speed, is what",
    "it says before (errors of time and memory). Memory counts weights, gradients, slots, buffers and data. CPU is",
    "the processor time of the forecast; the machine's speed is measured once before (some 0.3 s).",
)


if __name__ == "__main__":
    print(json.dumps({"forecast": forecast, "measured": measured}[sys.argv[1]](sys.argv[2])))
