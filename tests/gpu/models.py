"""Ten small models: trained, saved and read on a card, with the numbers of the processor; what a step copies is counted."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine import layers as L
from engine._machine.device_base import Device
from engine._machine.devices import CPU
from engine._machine.random import set_seed
from engine._training.card_values import KEPT
from engine.models import Model, Sequential, load_model

ROWS = 64
STEPS = 40


class Made(NamedTuple):
    """A model that is compiled, and what it is trained on."""

    model: Model
    x: Any
    y: Any


def _rng() -> np.random.Generator:
    return np.random.default_rng(3)


def dense() -> Made:
    """Two dense layers."""
    x, y = _rng().normal(size=(ROWS, 8)).astype("float32"), _rng().integers(0, 3, ROWS)
    model = Sequential([L.Dense(16, activation="relu", input_shape=(8,)), L.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return Made(model, x, y)


def deep() -> Made:
    """Twelve dense layers with other activations."""
    x = _rng().normal(size=(ROWS, 8)).astype("float32")
    activations = ["tanh", "sigmoid", "elu", "selu", "softplus", "softsign"] * 2
    stack = [L.Dense(8, activation=one) for one in activations]
    model = Sequential([L.Dense(8, input_shape=(8,)), *stack, L.Dense(1)])
    model.compile("rmsprop", "mse", metrics=["mae"])
    return Made(model, x, x.sum(axis=1, keepdims=True))


def convolution() -> Made:
    """Convolutions and pooling."""
    x, y = _rng().normal(size=(ROWS, 8, 8, 2)).astype("float32"), np.eye(3)[_rng().integers(0, 3, ROWS)]
    model = Sequential(
        [
            L.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 2)),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(3, activation="softmax"),
        ]
    )
    model.compile("sgd", "categorical_crossentropy")
    return Made(model, x, y)


def residual() -> Made:
    """Two branches that are added, and batch normalisation."""
    x = _rng().normal(size=(ROWS, 8, 8, 4)).astype("float32")
    entry = L.Input((8, 8, 4))
    inner = L.BatchNormalization()(L.Conv2D(4, 3, padding="same", use_bias=False)(entry))
    joined = L.Activation("relu")(L.add([entry, inner]))
    model = Model(entry, L.Dense(1)(L.GlobalAveragePooling2D()(joined)))
    model.compile("adagrad", "mse")
    return Made(model, x, x.mean(axis=(1, 2, 3))[:, None])


def _sequences() -> tuple[np.ndarray, np.ndarray]:
    x = _rng().normal(size=(ROWS, 6, 3)).astype("float32")
    return x, x.sum(axis=(1, 2))[:, None]


def lstm() -> Made:
    """A recurrent layer with a mask."""
    x, y = _sequences()
    model = Sequential([L.Masking(input_shape=(6, 3)), L.LSTM(5), L.Dense(1)])
    model.compile("adam", "mse")
    return Made(model, x, y)


def gru() -> Made:
    """Two directions."""
    x, y = _sequences()
    model = Sequential([L.Bidirectional(L.GRU(4), input_shape=(6, 3)), L.Dense(1)])
    model.compile("nadam", "mse")
    return Made(model, x, y)


def embedding() -> Made:
    """Words as vectors."""
    x = _rng().integers(0, 20, (ROWS, 7))
    model = Sequential([L.Embedding(20, 4, input_length=7), L.Flatten(), L.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Made(model, x, (x.sum(axis=1) > 66).astype("float32")[:, None])


def two_inputs() -> Made:
    """Two inputs, two outputs, weights of samples."""
    a, b = (_rng().normal(size=(ROWS, n)).astype("float32") for n in (3, 5))
    first, second = L.Input((3,), name="a"), L.Input((5,), name="b")
    joined = L.concatenate([L.Dense(4)(first), L.Dense(4)(second)])
    model = Model([first, second], [L.Dense(1, name="c")(joined), L.Dense(2, name="d")(joined)])
    model.compile("adamax", ["mse", "mae"], loss_weights=[1.0, 0.5])
    return Made(model, [a, b], [a[:, :1], b[:, :2]])


def penalised() -> Made:
    """Regularizers and constraints."""
    x = _rng().normal(size=(ROWS, 6)).astype("float32")
    settings: dict[str, Any] = {"kernel_regularizer": "l2", "kernel_constraint": "max_norm"}
    model = Sequential([L.Dense(6, input_shape=(6,), **settings), L.PReLU(), L.Dense(1, kernel_constraint="non_neg")])
    model.compile("adadelta", "mse")
    return Made(model, x, x[:, :1])


def separable() -> Made:
    """Depthwise and transposed convolutions, layer by layer of an autoencoder."""
    x = _rng().normal(size=(ROWS, 8, 8, 2)).astype("float32")
    model = Sequential(
        [
            L.SeparableConv2D(4, 3, strides=2, padding="same", input_shape=(8, 8, 2)),
            L.LeakyReLU(),
            L.Conv2DTranspose(2, 3, strides=2, padding="same"),
        ]
    )
    model.compile("adam", "mse")
    return Made(model, x, x)


MODELS: dict[str, Callable[[], Made]] = {
    make.__name__: make
    for make in (dense, deep, convolution, residual, lstm, gru, embedding, two_inputs, penalised, separable)
}


def check_model(card: Device, name: str) -> None:
    """Trains on both, saves on the card, reads on both: the same numbers. Raises AssertionError."""
    outcomes: list[tuple[list[float], list[np.ndarray]]] = []
    for device in (CPU, card):
        set_seed(1)
        try:
            with device.active(), tempfile.TemporaryDirectory() as folder:
                made = MODELS[name]()
                history = made.model.fit(made.x, made.y, epochs=2, batch_size=16, shuffle=True, verbose=0)
                path = Path(folder) / "model.h5"
                made.model.save(path)
                again = load_model(path)
                again.fit(made.x, made.y, epochs=1, batch_size=16, shuffle=False, verbose=0)
            with CPU.active():
                elsewhere = load_model_of(again)
                elsewhere.set_weights(again.get_weights())
                predicted = elsewhere.predict(made.x)
            listed = predicted if isinstance(predicted, list) else [predicted]
            outcomes.append((history.history["loss"], [*listed, *again.get_weights()]))
        finally:
            set_seed(None)
    np.testing.assert_allclose(outcomes[1][0], outcomes[0][0], rtol=1e-4)
    for one, other in zip(outcomes[1][1], outcomes[0][1], strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-3, atol=2e-4)


def load_model_of(model: Any) -> Any:
    """A model of the same layers, without weights."""
    return type(model).from_config(model.get_config())


def check_counts(card: Device, name: str) -> Any:
    """Counts what steps do after as many others. Raises AssertionError where one copies to the host or asks for memory.

    Gives the counts.
    """
    counts = sys.modules["cupy._counts"].counts  # type: ignore[attr-defined]
    with card.active():
        made = MODELS[name]()
        steps = STEPS
        made.model.fit_generator(((_part(made.x), _part(made.y)) for _ in range(steps)), steps, 1, verbose=0, workers=0)
        before = counts.copy()
        source = ((_part(made.x), _part(made.y)) for _ in range(steps))
        made.model.fit_generator(source, steps, 1, verbose=0, workers=0)
        done = counts.since(before)
    assert done.graphs == steps, done
    assert done.to_host <= -(-steps // KEPT), done
    assert done.mallocs == 0, done
    return done


def _part(data: Any) -> Any:
    return [one[:16] for one in data] if isinstance(data, list) else data[:16]
