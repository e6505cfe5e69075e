"""Mixed precision on the stand-in card: float16 products, float32 weights, a scaled loss; near the numbers of float32."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

import engine
from engine._machine.random import set_seed
from engine.config import set_mixed_precision
from engine.layers import Dense
from engine.models import Sequential
from engine.optimizers import SGD, Adam, LossScaleOptimizer

from .models import MODELS
from .using import counts_of, stand_in


@pytest.fixture
def cupy() -> Generator[Any]:
    try:
        with stand_in() as module:
            engine.use("gpu:0")
            yield module
    finally:
        set_mixed_precision(None)
        set_seed(None)


def _losses(name: str, precision: str | None, epochs: int = 3) -> list[float]:
    set_mixed_precision(precision)
    set_seed(1)
    made = MODELS[name]()
    gate = made.model._trainer.ready().updater().gate
    if isinstance(gate, LossScaleOptimizer):
        gate.dynamic_scale.assign(1024)  # with the first one some updates are left out
    history = made.model.fit(made.x, made.y, epochs=epochs, batch_size=16, shuffle=False, verbose=0)
    assert all(weight.dtype == np.float32 for weight in made.model.get_weights())
    return history.history["loss"]


@pytest.mark.parametrize("name", sorted(MODELS))
def test_models_learn_what_they_learn_in_float32(cupy: Any, name: str) -> None:
    exact, mixed = _losses(name, None), _losses(name, "float16")
    assert exact != mixed, "something was computed in float16"
    np.testing.assert_allclose(mixed, exact, rtol=2e-2)


def test_a_step_stays_one_launch_without_a_copy(cupy: Any) -> None:
    set_mixed_precision("float16")
    made = MODELS["dense"]()
    made.model.fit(made.x, made.y, epochs=10, batch_size=16, verbose=0)
    before = counts_of(cupy).copy()
    made.model.fit(made.x, made.y, epochs=10, batch_size=16, verbose=0)
    done = counts_of(cupy).since(before)
    assert done.graphs == 40
    assert done.to_host < 20


def _one(optimizer: Any) -> Sequential:
    model = Sequential([Dense(1, input_shape=(2,), kernel_initializer="ones")])
    model.compile(optimizer, "mse")
    return model


def test_an_update_that_overflows_is_left_out_and_the_scale_halves(cupy: Any) -> None:
    set_mixed_precision("float16")
    optimizer = LossScaleOptimizer(Adam(0.1), initial_scale=2.0**20, dynamic_growth_steps=3)
    model = _one(optimizer)
    before = model.get_weights()
    x, y = np.full((4, 2), 10, "float32"), np.zeros((4, 1), "float32")
    model.train_on_batch(x, y)  # 2^20 * 2 * 20 is beyond 65504
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    assert optimizer.loss_scale == 2.0**19
    small = np.full((4, 2), 0.001, "float32")
    scales = []
    for _ in range(6):
        model.train_on_batch(small, np.full((4, 1), 0.002, "float32"))
        scales.append(optimizer.loss_scale)
    assert scales == [2.0**19, 2.0**19, 2.0**20, 2.0**20, 2.0**20, 2.0**21]


def test_gradients_below_the_least_number_of_float16_count(cupy: Any) -> None:
    set_mixed_precision("float16")
    model = _one("sgd")
    model.compile(SGD(1e6), "mse", loss_weights=[1e-8])
    # The gradient of the output is 1e-8 * 2 * (2 - 1), which float16 alone rounds to 0.
    model.train_on_batch(np.ones((1, 2), "float32"), np.ones((1, 1), "float32"))
    np.testing.assert_allclose(model.get_weights()[0], 1 - 0.02, rtol=1e-3)


def test_the_processor_trains_in_float32(cupy: Any) -> None:
    engine.use("cpu")
    assert _losses("dense", "float16") == _losses("dense", None)


def test_keras_policies_choose_it(cupy: Any) -> None:
    from engine._compat import keras_mixed_precision as policies

    policies.set_global_policy("mixed_float16")
    assert engine.config.mixed_precision() == "float16"
    assert policies.global_policy().compute_dtype == "float16"
    assert policies.global_policy().variable_dtype == "float32"
    policies.set_global_policy("float32")
    assert engine.config.mixed_precision() is None
