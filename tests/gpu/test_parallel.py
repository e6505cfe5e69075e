"""Models whose batches two cards share: the weights of one card, errors with the count, the template's file."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine import layers as L
from engine._machine import devices
from engine.models import Model, Sequential, load_model
from engine.utils import multi_gpu_model

from .using import counts_of, machine_of, stand_in

rng = np.random.default_rng(4)
X, Y = rng.normal(size=(21, 4)).astype("float32"), rng.normal(size=(21, 2)).astype("float32")


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        yield module


def _template() -> Sequential:
    return Sequential([L.Dense(5, activation="tanh", input_shape=(4,), kernel_regularizer="l2"), L.Dense(2)])


def test_two_cards_train_as_one(cupy: Any) -> None:
    alone, template = _template(), _template()
    template.set_weights(alone.get_weights())
    alone.compile("adam", "mse", metrics=["mae"])
    expected = alone.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0)

    parallel = multi_gpu_model(template, gpus=2)
    parallel.compile("adam", "mse", metrics=["mae"])
    history = parallel.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0)

    np.testing.assert_allclose(history.history["loss"], expected.history["loss"], rtol=1e-4)
    for one, other in zip(template.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(parallel.predict(X), alone.predict(X), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(parallel.evaluate(X, Y, verbose=0), alone.evaluate(X, Y, verbose=0), rtol=1e-3)
    assert devices.of(template.layers[0].kernel.array).name == "gpu:0"


def test_both_cards_work(cupy: Any) -> None:
    parallel = multi_gpu_model(_template(), gpus=[1, 0])
    parallel.compile("sgd", "mse")
    parallel.train_on_batch(X, Y)
    assert all(one.free < one.memory for one in engine.devices()[1:])


def test_weights_and_gradients_go_from_card_to_card(cupy: Any) -> None:
    parallel = multi_gpu_model(_template(), gpus=2)
    parallel.compile("adam", "mse")
    parallel.fit(X, Y, epochs=2, batch_size=8, verbose=0)
    before = counts_of(cupy).copy()
    parallel.fit(X, Y, epochs=5, batch_size=8, verbose=0)
    done, steps = counts_of(cupy).since(before), 5 * 3
    assert done.to_host == 2 * steps, "the loss of each card, no gradient"
    assert done.to_card == 4 * steps, "inputs and targets of each card, no weight"
    assert done.mallocs == 0


def test_the_template_saves(cupy: Any, tmp_path: Path) -> None:
    template = _template()
    parallel = multi_gpu_model(template, 2)
    parallel.compile("sgd", "mse")
    parallel.fit(X, Y, verbose=0)
    template.save(tmp_path / "model.h5")
    with devices.CPU.active():
        np.testing.assert_allclose(
            load_model(tmp_path / "model.h5").predict(X), parallel.predict(X), rtol=1e-4, atol=1e-6
        )


def test_outputs_keep_their_names(cupy: Any) -> None:
    x = L.Input((4,))
    template = Model(x, [L.Dense(1, name="a")(x), L.Dense(2, name="b")(x)])
    assert multi_gpu_model(template, 2).output_names == ["a", "b"]


@pytest.mark.parametrize("gpus", [3, [0, 5]])
def test_cards_that_are_not_there_are_refused_with_the_count(cupy: Any, gpus: Any) -> None:
    with pytest.raises(ValueError, match="found 2 graphics cards"):
        multi_gpu_model(_template(), gpus)


def test_all_cards_are_too_few_where_there_is_one(cupy: Any) -> None:
    machine_of(cupy).cards = 1
    with pytest.raises(ValueError, match="found 1 graphics card"):
        multi_gpu_model(_template())
