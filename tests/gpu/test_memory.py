"""A card without memory for a batch: the sentence, the batch that fits, and weights that stay whole."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

import engine
from engine.errors import OutOfMemory, TrainingError
from engine.layers import Dense
from engine.models import Sequential

from .using import machine_of, stand_in

WIDE, SAMPLES = 1000, 20_000


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        engine.use("gpu:0")
        yield module


def _model() -> Sequential:
    model = Sequential([Dense(WIDE, activation="relu", input_shape=(10,)), Dense(1)])
    model.compile("sgd", "mse")
    return model


X, Y = np.full((SAMPLES, 10), 0.01, "float32"), np.ones((SAMPLES, 1), "float32")


def test_the_batch_that_fits_is_named_and_trains(cupy: Any) -> None:
    machine_of(cupy).memory = 80 << 20
    model = _model()
    model.fit(X[:32], Y[:32], verbose=0)
    before = model.get_weights()
    with pytest.raises(OutOfMemory, match="a batch of 20000 on gpu:0") as caught:
        model.fit(X, Y, batch_size=SAMPLES, verbose=0)
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    fitting = caught.value.batch_size
    assert fitting is not None
    assert f"batch_size={fitting} fits" in str(caught.value)
    assert caught.value.mends[0]["code"] == f"batch_size={fitting}"
    assert caught.value.changes() == [{"batch_size": fitting}]
    assert 3000 < fitting < SAMPLES
    model.fit(X, Y, batch_size=fitting, verbose=0)
    assert np.isfinite(model.evaluate(X[:8], Y[:8], verbose=0))


def test_predictions_name_the_batch_too(cupy: Any) -> None:
    machine_of(cupy).memory = 80 << 20
    with pytest.raises(TrainingError, match="fits"):
        _model().predict(X, batch_size=SAMPLES)


def test_nothing_fits_where_one_sample_is_too_large(cupy: Any) -> None:
    machine_of(cupy).memory = 34 << 20
    model = Sequential([Dense(2_000_000, activation="relu", input_shape=(1,)), Dense(1)])
    with pytest.raises((TrainingError, ValueError), match="gpu:0"):
        model.predict(np.ones((4, 1), "float32"))
