"""Local SGD: the loss of two processes that average their weights every H steps, beside H, on digits and on a noisy regression."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from engine import layers
from engine._machine.random import seeded
from engine.distributed import Cluster
from engine.models import Model, Sequential
from engine.optimizers import SGD

Make: TypeAlias = "Callable[[], tuple[Model, np.ndarray, np.ndarray]]"


def digits() -> tuple[Model, np.ndarray, np.ndarray]:
    """1,797 pictures of 8 x 8, ten classes."""
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    model = Sequential([layers.Dense(32, activation="relu", input_dim=64), layers.Dense(10, activation="softmax")])
    model.compile(SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    order = np.random.default_rng(1).permutation(len(x))
    return model, (x[order] / 16).astype("float32"), y[order]


def regression() -> tuple[Model, np.ndarray, np.ndarray]:
    """2,000 rows of 20 numbers through a random net, with noise."""
    draw = np.random.default_rng(2)
    x = draw.normal(size=(2000, 20)).astype("float32")
    y = np.tanh(x @ draw.normal(size=(20, 8))) @ draw.normal(size=(8, 1)) + 0.3 * draw.normal(size=(2000, 1))
    model = Sequential([layers.Dense(32, activation="tanh", input_dim=20), layers.Dense(1)])
    model.compile(SGD(0.05, momentum=0.9), "mse")
    return model, x, y.astype("float32")


def main(arguments: list[str]) -> int:
    """Train both with each H from several seeds, and print the mean losses."""
    parser = argparse.ArgumentParser(prog="python -m tests.long local_sgd", description=__doc__)
    parser.add_argument("--every", type=int, nargs="+", default=[1, 4, 16, 64, 256])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args(arguments)
    rows: list[str] = []
    with Cluster(2, oversubscribe=True) as cluster:
        for make in (digits, regression):
            row: list[str] = []
            for every in options.every:
                ends = [_end(make, every, seed, options.epochs, cluster) for seed in range(options.seeds)]
                loss, held_out = np.mean(ends, axis=0)
                row.append(f"H {every}: {loss:.4f} / {held_out:.4f}")
            rows.append(f"{make.__name__}: {', '.join(row)}")
            print(rows[-1], flush=True)
    print(f"loss / validation loss after {options.epochs} epochs, mean of {options.seeds} seeds; {'; '.join(rows)}")
    return 0


def _end(make: Make, every: int, seed: int, epochs: int, cluster: Cluster) -> tuple[float, float]:
    with seeded(seed):
        model, x, y = make()
        history = model.fit(
            x, y, epochs=epochs, validation_split=0.25, verbose=0, processes=cluster, average_every=every
        ).history
    return history["loss"][-1], history["val_loss"][-1]
