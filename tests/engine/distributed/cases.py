"""Trainings that several processes share and that one process does alone, to the same numbers.

`mpiexec -n 2 python -m tests.engine.distributed.cases FOLDER [NAME ...]` writes what each rank comes to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine import layers
from engine._machine.random import seeded
from engine.distributed import connect
from engine.losses import MeanSquaredError
from engine.metrics import AUC
from engine.models import Model, Sequential
from engine.optimizers import SGD, Adam

Result = dict[str, np.ndarray]


def _numbers(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def _trained(model: Model, *args: object, **kwargs: object) -> Result:
    kwargs = {"epochs": 8, "batch_size": 20, "verbose": 0, **kwargs}
    history = model.fit(*args, **kwargs)  # type: ignore[arg-type]
    result = {f"weight_{i}": w for i, w in enumerate(model.get_weights())}
    return {**result, **{f"history_{name}": np.array(values) for name, values in history.history.items()}}


def dense() -> Result:
    """81 samples in batches of 20: the last batch has one sample, so that one process has none of it. 55 updates."""
    model = Sequential([layers.Dense(8, activation="tanh", input_dim=4), layers.Dense(3, activation="softmax")])
    model.compile(SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = _numbers(102, 4)
    return _trained(model, x, (x[:, 0] > 0).astype(int) + (x[:, 1] > 0), validation_split=0.2, epochs=11)


def momentum() -> Result:
    """Slots, clipped norms, penalties on weights and on activities."""
    model = Sequential(
        [
            layers.Dense(8, activation="relu", input_dim=4, kernel_regularizer="l2", activity_regularizer="l1"),
            layers.Dense(1),
        ]
    )
    model.compile(Adam(0.01, clipnorm=1.0), "mse", metrics=["mae"])
    x = _numbers(90, 4)
    return _trained(model, x, x @ _numbers(4, 1, seed=2))


def weighted() -> Result:
    """Sample weights, some of them 0, times class weights; the last batch is unequal."""
    model = Sequential([layers.Dense(3, activation="softmax", input_dim=4)])
    model.compile(SGD(0.2), "categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
    x = _numbers(67, 4)
    y = np.eye(3)[(x[:, 0] > 0).astype(int) + (x[:, 1] > 0)]
    weights = np.where(x[:, 2] > 0.3, 0.0, 2.0 + x[:, 3])
    return _trained(model, x, y, sample_weight=weights, class_weight={0: 1.0, 1: 3.0, 2: 0.5})


def masked() -> Result:
    """Sequences of several lengths, with a mask from the embedding to the loss."""
    model = Sequential(
        [
            layers.Embedding(10, 4, mask_zero=True, input_length=6),
            layers.LSTM(5, return_sequences=True),
            layers.Dense(1),
        ]
    )
    model.compile(SGD(0.1), "mse")
    lengths = np.random.default_rng(3).integers(1, 7, 50)
    x = np.where(np.arange(6) < lengths[:, None], np.random.default_rng(4).integers(1, 10, (50, 6)), 0)
    return _trained(model, x, _numbers(50, 6, 1), epochs=5)


def several_outputs() -> Result:
    """Two outputs with losses of several kinds, one of them a sum, weights for one of them."""
    x = layers.Input((4,))
    hidden = layers.Dense(6, activation="tanh")(x)
    model = Model(x, [layers.Dense(1, name="a")(hidden), layers.Dense(1, activation="sigmoid", name="b")(hidden)])
    losses = {"a": MeanSquaredError(reduction="sum"), "b": "binary_crossentropy"}
    model.compile(SGD(0.01), losses, metrics={"b": [AUC()]}, loss_weights={"a": 0.1, "b": 1.0})
    data = _numbers(61, 4)
    y = {"a": data[:, :1], "b": (data[:, 1:2] > 0).astype("float32")}
    return _trained(model, data, y, sample_weight={"b": np.abs(data[:, 3])}, validation_split=0.25)


def normalised() -> Result:
    """Batch normalisation of each process's part, and dropout: no equal of one process, but the same in all."""
    model = Sequential(
        [layers.Dense(8, input_dim=4), layers.BatchNormalization(), layers.Dropout(0.3), layers.Dense(1)]
    )
    model.compile(SGD(0.1), "mse")
    return _trained(model, _numbers(64, 4), _numbers(64, 1, seed=2))


def synchronised() -> Result:
    """Batch normalisation over the samples of all processes."""
    model = Sequential([layers.Dense(8, input_dim=4), layers.BatchNormalization(synchronized=True), layers.Dense(1)])
    model.compile(SGD(0.1), "mse")
    return _trained(model, _numbers(67, 4), _numbers(67, 1, seed=2))


def accumulated() -> Result:
    """Gradients of four batches of 5 make one update, as one batch of 20 does."""
    model = Sequential([layers.Dense(8, activation="tanh", input_dim=4), layers.Dense(1)])
    model.compile(SGD(0.1, gradient_accumulation_steps=4), "mse")
    return _trained(model, _numbers(80, 4), _numbers(80, 1, seed=2), batch_size=5)


CASES: dict[str, Callable[[], Result]] = {
    case.__name__: case
    for case in (dense, momentum, weighted, masked, several_outputs, normalised, synchronised, accumulated)
}


def result_of(name: str) -> Result:
    """What a case comes to in this process."""
    with seeded(5):
        return CASES[name]()


def main(folder: str, *names: str) -> None:
    """Train all cases with the other processes, and write this one's results."""
    with connect() as ranks:
        for name in names or CASES:
            np.savez(Path(folder) / f"{name}-{ranks.rank}.npz", **result_of(name))


if __name__ == "__main__":
    main(*sys.argv[1:])
