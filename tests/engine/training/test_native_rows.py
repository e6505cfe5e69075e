"""Rows gathered by the library in C: those that NumPy takes, for any type of numbers and size of batch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine._machine import device
from engine._native.library import turned_off
from engine._training.array_rows import RowReader
from engine._training.native_rows import native_rows
from engine.layers import Dense
from engine.models import Sequential

from ..native.programs import needs_library

pytestmark = needs_library


@settings(max_examples=40, deadline=None)
@given(
    samples=st.integers(1, 300),
    columns=st.sampled_from([1, 7, 784, 5000]),
    batch=st.integers(1, 300),
    dtype=st.sampled_from(["float32", "float64", "uint8", "int16", "bool"]),
    threads=st.integers(1, 4),
)
def test_rows_are_those_that_numpy_takes(samples, columns, batch, dtype, threads):
    rng = np.random.default_rng(0)
    source = rng.integers(0, 2 if dtype == "bool" else 100, (samples, columns)).astype(dtype)
    target = np.zeros((batch, columns), dtype)
    reader = RowReader(source, batch)
    with device.spread_over(threads):
        for _ in range(2):
            index = rng.integers(0, samples, batch)
            reader.read(index).copy_into(target)
            assert np.array_equal(target, source[index])


@pytest.mark.parametrize(
    "target", [np.zeros((8, 3), "float32"), np.zeros((9000, 6), "float32")[:, ::2]], ids=["few", "apart"]
)
def test_few_rows_and_rows_that_lie_apart_are_numpy_s(target):
    assert native_rows(np.zeros((10, 3), "float32"), target) is None


def test_a_shuffled_training_has_the_bits_that_numpy_s_rows_give():
    def trained(native: bool):
        np.random.seed(4)
        rng = np.random.default_rng(0)
        model = Sequential([Dense(5, input_shape=(700,)), Dense(1)])
        model.compile("sgd", "mse")
        x, y = rng.normal(size=(200, 700)).astype("float32"), rng.normal(size=(200, 1)).astype("float32")
        if native:
            model.fit(x, y, batch_size=48, epochs=2, verbose=0)
        else:  # rows that lie by columns are indexed
            model.fit(np.asfortranarray(x), y, batch_size=48, epochs=2, verbose=0)
        return model.get_weights()

    assert all(np.array_equal(a, b) for a, b in zip(trained(True), trained(False), strict=True))


def test_without_the_library_numpy_takes_the_rows():
    with turned_off():
        assert native_rows(np.zeros((10, 9000), "float32"), np.zeros((4, 9000), "float32")) is None
