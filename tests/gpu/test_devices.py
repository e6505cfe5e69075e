"""Devices by name, lists of them, and one clear sentence for each way in which there is none; on the stand-in."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine.__main__ import main
from engine._machine import devices
from engine.errors import DataError, EngineError, SettingError, TrainingError
from engine.layers import Dense, Embedding, Flatten, Lambda
from engine.models import Sequential

from .using import counts_of, machine_of, stand_in


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        yield module


def _model() -> Sequential:
    model = Sequential([Dense(4, input_shape=(3,)), Dense(1)])
    model.compile("sgd", "mse")
    return model


X, Y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")


def test_devices_are_listed_with_their_memory(cupy: Any) -> None:
    first, *cards = engine.devices()
    assert first.name == "cpu"
    assert [(one.name, one.title) for one in cards] == [("gpu:0", "Stand-in card"), ("gpu:1", "Stand-in card")]
    assert 0 < cards[0].free <= cards[0].memory == machine_of(cupy).memory


def test_use_moves_weights_with_the_first_training_and_leaves_them_there(cupy: Any) -> None:
    engine.use("gpu:1")
    model = _model()
    model.fit(X, Y, verbose=0)
    assert devices.of(model.layers[0].kernel.array).name == "gpu:1"
    engine.use("cpu")
    model.fit(X, Y, verbose=0)
    assert devices.of(model.layers[0].kernel.array).name == "gpu:1"
    assert isinstance(model.predict(X), np.ndarray)
    assert all(isinstance(one, np.ndarray) for one in model.get_weights())


def test_a_block_chooses_for_itself(cupy: Any) -> None:
    with engine.device("gpu:0"):
        assert devices.current().name == "gpu:0"
        with engine.device("cpu"):
            assert devices.current().name == "cpu"
    assert devices.current().name == "cpu"


def test_spellings_of_tensorflow_are_understood(cupy: Any) -> None:
    assert {devices.named(name).name for name in ("gpu", "GPU:0", "/gpu:0", "/device:GPU:0", "cuda:0", "auto")} == {
        "gpu:0"
    }


@pytest.mark.parametrize("name", ["tpu", "gpu:x", "", 3])
def test_what_is_no_device_is_refused(name: Any) -> None:
    with pytest.raises(SettingError, match="'cpu', 'gpu:0' or 'auto'"):
        engine.use(name)


def test_a_card_that_is_not_there_is_named_with_those_that_are(cupy: Any) -> None:
    with pytest.raises(SettingError, match="a device gpu:7, found gpu:0 to gpu:1"):
        engine.use("gpu:7")
    machine_of(cupy).cards = 1
    with pytest.raises(SettingError, match="a device gpu:7, found gpu:0 alone"):
        engine.use("gpu:7")


def test_hidden_cards_are_said_to_be_hidden(cupy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(SettingError, match="CUDA_VISIBLE_DEVICES is ''"):
        engine.use("gpu:0")
    assert devices.named("auto") is devices.CPU
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert [one.name for one in engine.devices()] == ["cpu", "gpu:0"]


@pytest.mark.parametrize(
    ("status", "words", "sentence"),
    [
        (35, "cudaErrorInsufficientDriver", "a driver that is too old"),
        (100, "cudaErrorNoDevice", "none that CUDA sees"),
        (999, "cudaErrorUnknown: unknown error", "an answer of CUDA's"),
    ],
)
def test_why_cuda_sees_no_card_is_said(cupy: Any, status: int, words: str, sentence: str) -> None:
    machine_of(cupy).count_error = status, words
    with pytest.raises(SettingError, match=sentence):
        engine.use("gpu:0")
    assert devices.named("auto") is devices.CPU
    assert len(engine.devices()) == 1


def test_a_card_that_goes_away_ends_the_training_with_a_sentence(cupy: Any) -> None:
    engine.use("gpu:0")
    model = _model()
    model.fit(X, Y, verbose=0)
    machine_of(cupy).fails_after = 0
    with pytest.raises(TrainingError, match="gpu:0: expected a card that answers"):
        model.fit(X, Y, verbose=0)


def test_a_numpy_array_beside_those_of_a_card_is_told_with_what_to_write(cupy: Any) -> None:
    engine.use("gpu:0")
    ones = np.ones((3, 4), "float32")
    model = Sequential([Dense(4, input_shape=(3,), kernel_constraint=lambda w: w * ones), Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TrainingError, match=r"gpu:0: expected arrays of the card alone.*functions of K.*device 'cpu'"):
        model.fit(X, Y, verbose=0)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("CuPy failed to load libnvrtc.so.11.2: OSError: no such file"), r"libnvrtc.*kwidgets\[gpu13\]"),
        (
            RuntimeError("nvrtc: error: invalid value for --gpu-architecture (-arch)"),
            "a CuPy whose CUDA knows this card",
        ),
    ],
)
def test_a_cupy_of_another_cuda_is_told_with_what_to_install(cupy: Any, error: Exception, sentence: str) -> None:
    engine.use("gpu:0")
    machine_of(cupy).launch_error = error
    with pytest.raises(TrainingError, match=sentence):
        _model().predict(X)


def test_other_errors_of_a_program_stay_what_they_are(cupy: Any) -> None:
    def fails(_: object) -> object:
        raise TypeError("of the user's own")

    engine.use("gpu:0")
    model = Sequential([Dense(4, input_shape=(3,), kernel_constraint=fails), Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="of the user's own"):
        model.fit(X, Y, verbose=0)


def test_a_card_whose_memory_others_have_is_told_before_anything_is_computed(cupy: Any) -> None:
    machine_of(cupy).memory = 1 << 20
    with pytest.raises(SettingError, match=r"use: expected the 33.6 MB that a card needs.*nvidia-smi"):
        engine.use("gpu:0")
    assert devices.named("auto") is devices.CPU


def test_labels_and_indices_are_looked_at_before_they_are_copied(cupy: Any) -> None:
    engine.use("gpu:0")
    model = Sequential([Embedding(5, 2, input_length=3), Flatten(), Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    good, labels = np.ones((4, 3), int), np.array([0, 1, 0, 1])
    model.fit(good, labels, verbose=0)
    before = model.get_weights()
    with pytest.raises(DataError, match="knows numbers below 5, but gets 9"):
        model.train_on_batch(good * 9, labels)
    with pytest.raises(EngineError, match="label"):
        model.train_on_batch(good, labels + 7)
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_card_without_memory_says_how_much_there_is(cupy: Any) -> None:
    machine_of(cupy).memory = 200 << 20
    engine.use("gpu:0")
    model = Sequential([Dense(4000, input_shape=(4000,)), Dense(4000), Dense(1)])
    model.compile("adam", "mse")
    with pytest.raises(EngineError, match="free on gpu:0"):
        model.fit(np.ones((4, 4000), "float32"), np.ones((4, 1), "float32"), verbose=0)


def test_an_experiment_names_its_device(cupy: Any) -> None:
    layer = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 3], "name": "d"}}
    experiment = {"class_name": "Sequential", "config": [layer], "training": {"epochs": 1, "device": "gpu:1"}}
    experiment["data"] = {"inputs": {"d": "x"}, "targets": {"d": "y"}}
    history = engine.experiment.run_experiment(experiment, {"x": X, "y": np.ones((8, 2))})
    assert devices.of(history.model.layers[0].kernel.array).name == "gpu:1"


def test_the_command_line_takes_a_device(cupy: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 3], "name": "d"}}
    experiment = {"class_name": "Sequential", "config": [layer], "data": {"inputs": {"d": "x"}, "targets": {"d": "y"}}}
    (tmp_path / "e.yaml").write_text(engine.experiment.write_experiment(experiment))
    np.savez(tmp_path / "data.npz", x=X, y=Y)
    command = [
        "train",
        str(tmp_path / "e.yaml"),
        "--data",
        str(tmp_path / "data.npz"),
        "--out",
        str(tmp_path),
        "--quiet",
    ]
    before = counts_of(cupy).copy()
    assert main([*command, "--device", "gpu:0"]) == 0
    assert counts_of(cupy).since(before).graphs > 0
    assert main([*command, "--device", "gpu:7"]) == 2
    assert "expected a device gpu:7, found gpu:0 to gpu:1" in capsys.readouterr().err


def test_a_function_of_numpys_in_a_lambda_is_told_from_a_card(cupy: Any) -> None:
    engine.use("gpu:0")
    model = Sequential([Dense(2, input_shape=(3,)), Lambda(lambda x: x * 2.0)])
    assert model.predict(X).shape == (8, 2)
