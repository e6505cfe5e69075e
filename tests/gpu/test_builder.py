"""A builder whose model trains on the stand-in card: the run, its best weights, going on, and what looks at the model."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import callbacks
from engine.inspection import FirstBadBatch
from engine.layers import GRU, LSTM, Dense, Reshape
from engine.models import Sequential, load_model
from engine.optimizers import LossScaleOptimizer
from kwidgets import Builder

from .using import machine_of, stand_in

LONG = 300
X = np.random.default_rng(1).normal(size=(64, 8)).astype("float32")
Y = (X.sum(1) > 0).astype("float32")[:, None]


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        yield module


def _compiled(*layers: Any, optimizer: Any = "adam") -> Sequential:
    model = Sequential([*layers, Dense(1, activation="sigmoid")])
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def test_a_run_on_a_card_does_what_it_does_on_the_processor(cupy: Any) -> None:
    builder = Builder(_compiled(Dense(8, activation="relu", input_shape=(8,))), arrays={"x": X, "y": Y}, keep=False)
    builder.document.do({"do": "set_training", "device": "gpu:0", "epochs": 3})
    builder.start("again")
    assert builder.session.wait(LONG)
    assert (builder.session.state, builder.session.error) == ("finished", None)
    builder.session.stop_best()
    builder.start("continue")
    assert builder.session.wait(LONG)
    assert builder.session.history.epoch == [0, 1, 2, 3, 4, 5]
    model = builder.model
    assert model is not None
    layer = builder.inspect(model.layers[0].name)
    assert all(isinstance(one, np.ndarray) for one in (layer.output(X[:4]), *layer.weights.values()))
    assert builder.results.confusion.counts.sum() == 64
    assert engine.check(model, X, Y) is not None
    builder.close()


def test_the_batch_that_fits_is_taken_over_into_the_settings(cupy: Any) -> None:
    machine_of(cupy).memory = 80 << 20
    x, y = np.full((20_000, 10), 0.01, "float32"), np.ones((20_000, 1), "float32")
    builder = Builder(_compiled(Dense(1000, input_shape=(10,))), arrays={"x": x, "y": y}, keep=False)
    builder.document.do({"do": "set_training", "device": "gpu:0", "epochs": 1, "batch_size": 20_000})
    builder.start("again")
    assert builder.session.wait(LONG)
    fitting = builder.session.status()["fitting"]
    assert fitting is not None
    builder.session.go_on_smaller()
    assert builder.session.wait(LONG)
    assert builder.session.state == "finished"
    assert builder.experiment["training"]["batch_size"] == fitting
    builder.close()


def test_callbacks_that_look_at_weights_find_them(cupy: Any, tmp_path: Path) -> None:
    engine.use("gpu:0")
    model = _compiled(Dense(8, activation="relu", input_shape=(8,)))
    listed = [
        FirstBadBatch(),
        callbacks.EarlyStopping(patience=1, restore_best_weights=True),
        callbacks.ModelCheckpoint(str(tmp_path / "m.h5"), save_best_only=True),
        callbacks.ReduceLROnPlateau(),
        callbacks.TerminateOnNaN(),
    ]
    model.fit(X, Y, epochs=2, validation_split=0.25, callbacks=listed, verbose=0)
    model.profile(X, Y)
    assert load_model(tmp_path / "m.h5").predict(X).shape == (64, 1)


def test_predictions_of_another_thread_stay_out_of_what_is_recorded(cupy: Any) -> None:
    engine.use("gpu:0")
    other = _compiled(Dense(8, input_shape=(8,)))
    expected, wrong, over = other.predict(X), list[float](), threading.Event()

    def ask() -> None:
        while not over.is_set():
            wrong.append(float(np.abs(other.predict(X) - expected).max()))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        losses = []
        for _ in range(8):
            model = _compiled(Dense(4, input_shape=(8,), kernel_initializer="ones"))
            model.set_weights([np.full(w.shape, 0.1, "float32") for w in model.get_weights()])
            losses.append(model.fit(X, Y, epochs=2, shuffle=False, verbose=0).history["loss"])
    finally:
        over.set()
        thread.join()
    assert max(wrong) == 0
    assert losses == [losses[0]] * 8


@pytest.mark.parametrize("kind", [LSTM, GRU])
def test_gates_are_looked_at(cupy: Any, kind: type) -> None:
    engine.use("gpu:0")
    model = _compiled(Reshape((4, 2), input_shape=(8,)), kind(3, name="cell"))
    model.fit(X, Y, verbose=0)
    assert engine.inspection.LayerInspector(model, "cell").gates(X[:2])


def test_a_scaled_optimizer_is_saved_from_a_card(cupy: Any, tmp_path: Path) -> None:
    engine.use("gpu:0")
    engine.config.set_mixed_precision("float16")
    try:
        model = _compiled(Dense(4, input_shape=(8,)), optimizer=LossScaleOptimizer("adam", initial_scale=512))
        model.fit(X, Y, verbose=0)
    finally:
        engine.config.set_mixed_precision(None)
    for name in ("m.h5", "m.keras"):
        model.save(tmp_path / name)
        again = load_model(tmp_path / name)
        assert again.optimizer.loss_scale == 512
