"""The precision of one training on the stand-in card: `fit(precision=)`, an experiment's key, the command line, a builder."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import backend as K
from engine.__main__ import main
from engine._machine import devices, gpu
from engine._machine.random import set_seed
from engine.callbacks import LambdaCallback
from engine.errors import EngineError, SettingError
from engine.layers import Dense
from engine.models import Sequential, load_model
from engine.optimizers import LossScaleOptimizer
from kwidgets import Builder
from kwidgets.session.run_state import computes_in_half

from .cublas import Library
from .using import stand_in

FLOAT32, TF32 = 68, 77
LONG = 300
RNG = np.random.default_rng(4)
X = RNG.normal(size=(64, 8)).astype("float32")
Y = (X.sum(1, keepdims=True) > 0).astype("float32")


@pytest.fixture
def cupy() -> Generator[Any]:
    try:
        with stand_in() as module:
            engine.use("gpu:0")
            yield module
    finally:
        engine.config.set_mixed_precision(None)
        engine.config.set_tf32(False)
        set_seed(None)


def _library() -> Library:
    card = devices.named("gpu:0")
    assert isinstance(card, gpu.Gpu)
    assert card.products is not None
    assert isinstance(card.products._library, Library)
    return card.products._library


def _model(optimizer: Any = "adam") -> Sequential:
    set_seed(2)
    model = Sequential([Dense(16, activation="tanh", input_shape=(8,)), Dense(1, activation="sigmoid")])
    model.compile(optimizer, "binary_crossentropy")
    return model


def _losses(model: Sequential, epochs: int, precision: str | None = None, **more: Any) -> list[float]:
    history = model.fit(X, Y, epochs=epochs, batch_size=16, shuffle=False, verbose=0, precision=precision, **more)
    return history.history.get("loss", [])


def _experiment(precision: str | None, epochs: int = 3) -> dict[str, Any]:
    layers = [
        {
            "class_name": "Dense",
            "config": {"units": 16, "activation": "tanh", "batch_input_shape": [None, 8], "name": "a"},
        },
        {"class_name": "Dense", "config": {"units": 1, "activation": "sigmoid", "name": "b"}},
    ]
    training = {"epochs": epochs, "seed": 2, "loss": "binary_crossentropy", "device": "gpu:0", "precision": precision}
    data = {"inputs": {"a": "x"}, "targets": {"b": "y"}}
    return {"class_name": "Sequential", "config": layers, "training": training, "data": data}


def _trained(precision: str | None) -> list[float]:
    return engine.experiment.run_experiment(_experiment(precision), {"x": X, "y": Y}).history["loss"]


def test_a_fit_rounds_factors_and_the_next_one_does_not(cupy: Any) -> None:
    model, computed = _model(), []
    for precision in (None, "tf32", None, "float32"):
        _losses(model, 1, precision)
        computed.append(_library().computed_as)
    assert computed == [FLOAT32, TF32, FLOAT32, FLOAT32]
    engine.config.set_tf32(True)
    _losses(model, 1, "float32")
    assert _library().computed_as == FLOAT32


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nadam", "rmsprop"])
def test_a_fit_in_mixed_precision_learns_what_one_learns_that_was_compiled_so(cupy: Any, optimizer: str) -> None:
    plain = _losses(_model(optimizer), 3)
    at_once = _losses(_model(optimizer), 3, "mixed_float16")
    engine.config.set_mixed_precision("float16")
    compiled = _losses(_model(optimizer), 3)
    assert at_once == compiled != plain
    np.testing.assert_allclose(at_once, plain, rtol=2e-2)
    assert _losses(_model(optimizer), 3, "float32") == plain


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nadam"])
def test_slots_go_on_through_a_fit_in_another_precision(cupy: Any, optimizer: str) -> None:
    expected = _losses(_model(optimizer), 4)
    model = _model(optimizer)
    got = _losses(model, 2)
    _losses(model, 0, "mixed_float16")  # nothing is trained, all is handed over twice
    assert [*got, *_losses(model, 2)] == expected
    mixed = _model(optimizer)
    rest = [_losses(mixed, 1, one)[0] for one in (None, "mixed_float16", "mixed_float16", None)]
    np.testing.assert_allclose(rest, expected, rtol=2e-2)
    assert int(K.get_value(mixed.optimizer.iterations)) == 16


def test_a_scaled_optimizer_scales_losses_where_half_precision_needs_it(cupy: Any) -> None:
    plain = _losses(_model(), 2)
    optimizer = LossScaleOptimizer("adam", initial_scale=1024)
    model = _model(optimizer)
    scales = list[bool]()
    told = [LambdaCallback(on_train_begin=lambda logs: scales.append(optimizer.scale_in_graph is not None))]
    assert _losses(model, 1, callbacks=told) == plain[:1]
    for precision in ("mixed_float16", None, "float32", "mixed_float16"):
        _losses(model, 1, precision, callbacks=told)
    assert scales == [False, True, False, False, True]
    assert optimizer.loss_scale == 1024


def test_a_model_is_compiled_in_the_precision_of_a_block(cupy: Any) -> None:
    with engine.config.precision("mixed_float16"):
        assert engine.config.mixed_precision() == "float16"
        model = _model()
    assert engine.config.mixed_precision() is None
    assert _losses(model, 2) == _losses(_model(), 2, "mixed_float16")


def test_an_experiment_names_its_precision(cupy: Any) -> None:
    plain, rounded, mixed = (_trained(one) for one in (None, "tf32", "mixed_float16"))
    assert rounded == plain, "the stand-in multiplies TF32 exactly"
    assert _library().computed_as == FLOAT32
    assert mixed != plain
    np.testing.assert_allclose(mixed, plain, rtol=2e-2)


def test_a_training_in_mixed_precision_goes_on_from_its_checkpoint_with_its_scale(cupy: Any, tmp_path: Path) -> None:
    experiment, path = _experiment("mixed_float16", epochs=4), tmp_path / "checkpoint.h5"
    data = {"x": X * 60, "y": Y}  # gradients that overflow at the first scale
    whole = engine.experiment.run_experiment(experiment, data)
    control = engine.experiment.Control()
    stop = LambdaCallback(on_epoch_end=lambda epoch, logs: control.stop() if epoch == 1 else None)
    engine.experiment.run_experiment(experiment, data, control=control, callbacks=[stop], checkpoint=path)
    again = LambdaCallback(on_epoch_end=lambda epoch, logs: None)
    resumed = engine.experiment.run_experiment(experiment, data, callbacks=[again], checkpoint=path, resume=True)
    for one, other in zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert load_model(path).predict(X).dtype == np.float32


def _command(tmp_path: Path) -> Callable[..., int]:
    (tmp_path / "e.yaml").write_text(engine.experiment.write_experiment(_experiment(None)))
    np.savez(tmp_path / "data.npz", x=X, y=Y)
    line = ["train", str(tmp_path / "e.yaml"), "--data", str(tmp_path / "data.npz"), "--out", str(tmp_path), "--quiet"]
    return lambda *more: main([*line, *more])


def test_the_command_line_takes_a_precision(cupy: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = _command(tmp_path)
    assert run("--precision", "tf32") == 0
    assert _library().computed_as == TF32
    assert run("--precision", "mixed_bfloat16") == 2
    said = capsys.readouterr().err
    assert "training, precision: expected one of 'float32', 'tf32', 'mixed_float16', or None, found" in said


def test_another_precision_is_refused_with_the_reason(cupy: Any) -> None:
    with pytest.raises(SettingError, match="NumPy has no type for bfloat16: use 'mixed_float16'"):
        _losses(_model(), 1, "bfloat16")
    with pytest.raises(EngineError, match="expected one of 'float32', 'tf32', 'mixed_float16', or None"):
        engine.config.precision("half")


def test_the_processor_computes_what_it_does_without(cupy: Any) -> None:
    engine.use("cpu")
    plain = _losses(_model(), 2)
    assert plain == _losses(_model(), 2, "tf32") == _losses(_model(), 2, "mixed_float16")


def test_a_loss_that_is_no_number_is_told_by_the_precision_of_the_run(cupy: Any) -> None:
    plain, half = (computes_in_half(None, chosen) for chosen in ("float32", "mixed_float16"))
    assert (plain, half) == (False, True)
    engine.config.set_mixed_precision("float16")
    assert [computes_in_half(None, chosen) for chosen in (None, "tf32")] == [True, False]


def test_a_builder_trains_in_the_precision_of_its_settings(cupy: Any) -> None:
    builder = Builder(_model(), arrays={"x": X, "y": Y}, keep=False)
    builder.document.do({"do": "set_training", "device": "gpu:0", "precision": "mixed_float16", "epochs": 2, "seed": 1})
    builder.start("again")
    assert builder.session.wait(LONG)
    assert (builder.session.state, builder.session.error) == ("finished", None)
    mixed = builder.session.history.history["loss"]
    builder.document.do({"do": "set_training", "precision": None})
    builder.start("continue")  # the same model, in float32 from here on
    assert builder.session.wait(LONG)
    assert builder.session.history.epoch == [0, 1, 2, 3]
    builder.start("again")
    assert builder.session.wait(LONG)
    plain = builder.session.history.history["loss"]
    assert plain[:2] != mixed
    np.testing.assert_allclose(plain[:2], mixed, rtol=2e-2)
    builder.close()
