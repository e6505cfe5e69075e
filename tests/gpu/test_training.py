"""Training on the stand-in as on the processor: stop, rate, callbacks, dropout that resumes, shared and frozen weights."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import backend as K
from engine import layers as L
from engine._machine import devices
from engine._machine.random import set_seed
from engine.callbacks import LambdaCallback, ModelCheckpoint, ReduceLROnPlateau
from engine.models import Model, Sequential, load_model

from .using import counts_of, stand_in

rng = np.random.default_rng(9)
X, Y = rng.normal(size=(48, 5)).astype("float32"), rng.normal(size=(48, 2)).astype("float32")


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        set_seed(3)
        engine.use("gpu:0")
        yield module
        set_seed(None)


def _model(*more: Any) -> Sequential:
    model = Sequential([L.Dense(6, activation="tanh", input_shape=(5,)), *more, L.Dense(2)])
    model.compile("adam", "mse", metrics=["mae"])
    return model


def _on_the_processor(model: Model) -> Model:
    with engine.device("cpu"):
        other = type(model).from_config(model.get_config())
        other.set_weights(model.get_weights())
        other.compile("adam", "mse", metrics=["mae"])
        return other


def test_callbacks_hear_each_batch_with_its_values(cupy: Any) -> None:
    model = _model()
    other = _on_the_processor(model)
    heard: dict[str, list[float]] = {"card": [], "processor": []}
    for name, one in (("card", model), ("processor", other)):
        called = LambdaCallback(on_batch_end=lambda batch, logs, name=name: heard[name].append(logs["loss"]))
        with engine.device("cpu" if name == "processor" else "gpu:0"):
            one.fit(X, Y, epochs=2, batch_size=10, shuffle=False, verbose=0, callbacks=[called])
    np.testing.assert_allclose(heard["card"], heard["processor"], rtol=1e-4)
    assert len(heard["card"]) == 10


def test_validation_and_evaluation_are_those_of_the_processor(cupy: Any) -> None:
    model = _model()
    other = _on_the_processor(model)
    settings: dict[str, Any] = {"epochs": 3, "batch_size": 7, "validation_split": 0.25, "shuffle": False, "verbose": 0}
    history = model.fit(X, Y, **settings).history
    with engine.device("cpu"):
        expected = other.fit(X, Y, **settings).history
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-3)
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), other.evaluate(X, Y, verbose=0), rtol=1e-3)


def test_weights_of_samples_and_classes_count(cupy: Any) -> None:
    model = _model()
    other = _on_the_processor(model)
    weights = rng.uniform(size=48)
    losses = model.train_on_batch(X, Y, sample_weight=weights)
    with engine.device("cpu"):
        np.testing.assert_allclose(losses, other.train_on_batch(X, Y, sample_weight=weights), rtol=1e-5)


def test_another_rate_needs_no_new_recording(cupy: Any) -> None:
    model = _model()
    for _ in range(3):
        model.train_on_batch(X, Y)
    before, launches = model.get_weights(), counts_of(cupy).graphs
    K.set_value(model.optimizer.lr, 0.0)
    model.train_on_batch(X, Y)
    assert counts_of(cupy).graphs == launches + 1 or counts_of(cupy).graphs == launches
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    model.fit(X, Y, epochs=4, verbose=0, callbacks=[ReduceLROnPlateau("loss", patience=1)])
    assert model.optimizer.get_config()["lr"] == 0.0


def test_a_loss_that_is_no_number_ends_the_training(cupy: Any) -> None:
    model = _model()
    control = engine.experiment.Control()
    control.ends_on_nan = True
    broken = X.copy()
    broken[20] = np.nan
    with pytest.warns(UserWarning, match="The loss is nan"):
        history = model.fit(broken, Y, epochs=5, batch_size=8, shuffle=False, verbose=0, control=control)
    assert len(history.epoch) == 1


def test_stop_leaves_weights_of_whole_updates(cupy: Any) -> None:
    model, control = _model(), engine.experiment.Control()
    stop = LambdaCallback(on_batch_end=lambda batch, logs: control.stop() if batch == 2 else None)
    model.fit(X, Y, epochs=5, batch_size=4, verbose=0, control=control, callbacks=[stop])
    assert int(K.get_value(model.optimizer.iterations)) == 3
    assert all(np.isfinite(one).all() for one in model.get_weights())


def test_dropout_goes_on_from_a_checkpoint_bit_for_bit(cupy: Any, tmp_path: Path) -> None:
    layer = [
        {"class_name": "Dense", "config": {"units": 6, "batch_input_shape": [None, 5], "name": "d"}},
        {"class_name": "Dropout", "config": {"rate": 0.5, "name": "o"}},
        {"class_name": "Dense", "config": {"units": 2, "name": "e"}},
    ]
    experiment: dict[str, Any] = {"class_name": "Sequential", "config": layer, "training": {"epochs": 4, "seed": 1}}
    experiment["training"]["device"] = "gpu:0"
    experiment["data"] = {"inputs": {"d": "x"}, "targets": {"e": "y"}}
    data = {"x": X, "y": Y}
    whole = engine.experiment.run_experiment(experiment, data)
    control = engine.experiment.Control()
    stop = LambdaCallback(on_epoch_end=lambda epoch, logs: control.stop() if epoch == 1 else None)
    path = tmp_path / "checkpoint.h5"
    engine.experiment.run_experiment(experiment, data, control=control, callbacks=[stop], checkpoint=path)
    resumed = engine.experiment.run_experiment(
        experiment,
        data,
        callbacks=[LambdaCallback(on_epoch_end=lambda epoch, logs: None)],
        checkpoint=path,
        resume=True,
    )
    for one, other in zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_two_models_that_share_weights_train_them_in_turn(cupy: Any) -> None:
    inner = Sequential([L.Dense(4, activation="relu", input_shape=(5,)), L.Dense(2)])
    outer = Sequential([L.Dense(5, input_shape=(5,)), inner])
    inner.compile("sgd", "mse")
    inner.train_on_batch(X, Y)
    inner.trainable = False
    outer.compile("sgd", "mse")
    kept = inner.get_weights()
    for _ in range(3):
        outer.train_on_batch(X, Y)
    for one, other in zip(inner.get_weights(), kept, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.warns(UserWarning):
        inner.train_on_batch(X, Y)
    assert any((one != other).any() for one, other in zip(inner.get_weights(), kept, strict=True))


def test_a_model_of_the_processor_goes_to_the_card_with_its_first_training(cupy: Any) -> None:
    with engine.device("cpu"):
        model = _model()
        before = model.predict(X)
    assert devices.of(model.layers[0].kernel.array).name == "cpu"
    np.testing.assert_allclose(model.predict(X), before, rtol=1e-5, atol=1e-6)
    model.train_on_batch(X, Y)
    assert devices.of(model.layers[0].kernel.array).name == "gpu:0"


def test_files_do_not_know_the_device(cupy: Any, tmp_path: Path) -> None:
    model = _model(L.BatchNormalization())
    saved = ModelCheckpoint(str(tmp_path / "m.h5"))
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[saved])
    model.save(tmp_path / "m.keras")
    with engine.device("cpu"):
        for name in ("m.h5", "m.keras"):
            again = load_model(tmp_path / name)
            np.testing.assert_allclose(again.predict(X), model.predict(X), rtol=1e-4, atol=1e-5)
            again.fit(X, Y, epochs=1, verbose=0)
            assert devices.of(again.layers[0].kernel.array).name == "cpu"


def test_a_function_of_k_runs_where_the_weights_are(cupy: Any) -> None:
    model = _model()
    model.train_on_batch(X, Y)
    hidden = K.function([model.input], [model.layers[0].output])([X])[0]
    assert isinstance(hidden, np.ndarray)
    kernel, bias = model.layers[0].get_weights()
    np.testing.assert_allclose(hidden, np.tanh(X @ kernel + bias), rtol=1e-4)

    assert isinstance(K.eval(K.sum(K.variable(X))), np.floating)


def test_old_and_accumulating_optimizers_train_too(cupy: Any) -> None:
    for optimizer in (
        {"class_name": "SGD", "config": {"lr": 0.1, "gradient_accumulation_steps": 2}},
        {"class_name": "Adam", "config": {"use_ema": True}},
        {"class_name": "AdamW", "config": {"weight_decay": 0.1}},
    ):
        model = _model()
        other = _on_the_processor(model)
        for one, device in ((model, "gpu:0"), (other, "cpu")):
            with engine.device(device):
                one.compile(engine.optimizers.deserialize(optimizer), "mse")
                one.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0)
        for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
