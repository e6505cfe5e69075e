"""Products that add a bias in one call of cuBLASLt: how matrices may lie, and what is left to a product and a sum."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

import engine
from engine import layers as L
from engine._machine import devices, gpu
from engine.models import Sequential

from .cublas import Library as CublasLibrary
from .cublas_lt import Library
from .using import stand_in

rng = np.random.default_rng(2)
X = rng.normal(size=(32, 6)).astype("float32")
Y = rng.normal(size=(32, 3)).astype("float32")


@pytest.fixture
def card() -> Generator[gpu.Gpu]:
    with stand_in():
        yield gpu.numbered(0)


def _library(card: gpu.Gpu) -> Library:
    assert card.biased is not None
    assert isinstance(card.biased._library, Library)
    return card.biased._library


def _lying(kind: str, array: np.ndarray, xp: Any) -> Any:
    """A matrix on the card by rows, by columns, or as a part of a larger one that begins anywhere."""
    if kind == "columns":
        return xp.array(np.ascontiguousarray(array.T)).T
    if kind == "part":
        larger = xp.zeros((array.shape[0] + 2, array.shape[1] + 3), array.dtype)
        larger[1:-1, 2:-1] = xp.array(array)
        return larger[1:-1, 2:-1]
    return xp.array(array)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("lies", [("rows", "rows"), ("columns", "rows"), ("part", "columns"), ("rows", "part")])
@pytest.mark.parametrize(("rows", "inner", "columns"), [(3, 4, 5), (1, 2, 2), (7, 16, 8)])
def test_a_product_and_its_bias_are_one_call(
    card: gpu.Gpu, rows: int, inner: int, columns: int, lies: tuple[str, str], dtype: str
) -> None:
    x, y, z = (rng.normal(size=one).astype(dtype) for one in ((rows, inner), (inner, columns), (columns + 1,)))
    library = _library(card)
    with card.active():
        xp = card.xp
        out = xp.empty((rows, columns), dtype)
        bias = xp.array(z)[1:]  # which begins where little is aligned
        for _ in range(2):
            assert xp.matmul_plus(_lying(lies[0], x, xp), _lying(lies[1], y, xp), bias, out)
        expected = x.astype("float32") @ y.astype("float32") + z[1:]
        np.testing.assert_allclose(card.host(out), expected, rtol=1e-2 if dtype == "float16" else 1e-5, atol=1e-5)
    assert library.calls == 2
    assert library.questions <= 2, "an algorithm is asked for once for each kind of product and beginning"


def test_factors_are_rounded_where_that_was_chosen(card: gpu.Gpu) -> None:
    with card.active():
        ones = [card.xp.ones(shape, "float32") for shape in ((4, 4), (4, 4), (4,), (4, 4))]
        for precision, computed in (("float32", 68), ("tf32", 77), ("float32", 68)):
            with engine.config.precision(precision):
                assert card.xp.matmul_plus(*ones)
            assert _library(card).computed_as == computed


@pytest.mark.parametrize("kind", ["float64", "one column", "no rows", "by columns", "gaps", "no algorithm", "refused"])
def test_what_it_cannot_do_is_left_undone(card: gpu.Gpu, kind: str) -> None:
    library = _library(card)
    library.has_algorithms = kind != "no algorithm"
    if kind == "refused":
        setattr(library, "cublasLtMatmul", lambda *arguments: 13)  # noqa: B010 - made by name
    dtype = "float64" if kind == "float64" else "float32"
    rows, columns = (0 if kind == "no rows" else 3), (1 if kind == "one column" else 4)
    with card.active():
        xp = card.xp
        out = xp.empty((rows, columns), dtype, "F" if kind == "by columns" else "C")
        bias = xp.zeros(2 * columns, dtype)[::2] if kind == "gaps" else xp.zeros(columns, dtype)
        assert not xp.matmul_plus(xp.ones((rows, 5), dtype), xp.ones((5, columns), dtype), bias, out)
    assert library.calls == 0


def test_a_machine_without_it_multiplies_and_adds() -> None:
    with stand_in():
        known = CublasLibrary(lambda work: work())

        def load(name: str) -> CublasLibrary:
            if name != "libcublas.so.12":
                raise OSError(name)
            return known

        gpu.forget(load)
        card = gpu.numbered(0)
        assert card.biased is None
        engine.use("gpu:0")
        model = Sequential([L.Dense(3, input_shape=(6,), bias_initializer="ones")])
        np.testing.assert_allclose(model.predict(X), X @ model.get_weights()[0] + 1, rtol=1e-5, atol=1e-5)


def _model(activation: str) -> Sequential:
    convolved = L.Conv2D(4, 2, activation=activation, input_shape=(3, 2, 1))
    model = Sequential(
        [L.Reshape((3, 2, 1), input_shape=(6,)), convolved, L.Flatten(), L.Dense(3, activation=activation)]
    )
    model.compile("sgd", "mse")
    return model


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
def test_dense_layers_and_convolutions_are_trained_by_it(card: gpu.Gpu, activation: str) -> None:
    expected, model = _model(activation), _model(activation)
    model.set_weights(expected.get_weights())
    engine.use("gpu:0")
    before = _library(card).calls
    losses = model.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0).history["loss"]
    assert _library(card).calls - before >= 2 * 2, "two layers in each step that was not recorded"
    with devices.CPU.active():
        history = expected.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0).history
    np.testing.assert_allclose(losses, history["loss"], rtol=1e-5)


def test_what_is_no_number_passes_a_rectified_layer(card: gpu.Gpu) -> None:
    engine.use("gpu:0")
    model = Sequential([L.Dense(4, activation="relu", input_shape=(6,)), L.Dense(2)])
    spoilt = X.copy()
    spoilt[0, 0] = np.nan
    predicted = model.predict(spoilt)
    assert np.isnan(predicted[0]).all()
    assert np.isfinite(predicted[1:]).all()
