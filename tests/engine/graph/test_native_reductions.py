"""Reductions, softmax and interpolation over any axes in the library of C: the numbers of the ops in Python."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine import layers, models
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Tensor
from engine._native.library import turned_off
from engine.backend import floatx
from engine.types import Array

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

REDUCTIONS: dict[str, Callable[..., Tensor]] = {"sum": ops.sum, "mean": ops.mean, "max": ops.max, "min": ops.min}


def _compare(build: Callable[[Tensor], Tensor], array: Array) -> None:
    """A function's results and gradients by the library and by NumPy; all of it is to be compiled."""
    x = Placeholder((None, *array.shape[1:]))
    y = build(x)
    outputs = [y, *(g for g in gradients(ops.sum(ops.square(y)), [x]) if g is not None)]
    feeds = {x: array.shape}
    plan = Plan(outputs, [x], feeds, training=True)
    with turned_off():
        python = Plan(outputs, [x], feeds, training=True)
    assert plan.is_native, plan.how
    for _ in range(2):
        for mine, expected in zip(plan.run([array]), python.run([array]), strict=True):
            np.testing.assert_allclose(
                mine, expected, rtol=0, atol=within(1e-5) * max(1.0, np.nanmax(np.abs(expected)))
            )


def _array(seed: int, shape: tuple[int, ...]) -> Array:
    """Numbers some of which are equal."""
    return np.round(np.random.default_rng(seed).normal(size=shape) * 2).astype(floatx()) / 2


@given(
    st.sampled_from(sorted(REDUCTIONS)),
    st.lists(st.integers(1, 20), min_size=1, max_size=4).map(tuple),
    st.data(),
    st.booleans(),
    st.integers(0, 9),
)
@settings(max_examples=100, deadline=None)
def test_any_axes(name: str, shape: tuple[int, ...], data: st.DataObject, keepdims: bool, seed: int) -> None:
    several = st.sets(st.integers(-len(shape), -1)).map(tuple)
    axis = data.draw(st.one_of(st.none(), st.integers(-len(shape), -1), several))
    _compare(lambda x: REDUCTIONS[name](x, axis=axis, keepdims=keepdims), _array(seed, shape))


@pytest.mark.parametrize("axis", [0, 1, 2, 3, (0, 2), (1, 3), (0, 1, 2), (0, 3), None])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_of_large_arrays(name: str, axis: int | tuple[int, ...] | None) -> None:
    _compare(
        lambda x: REDUCTIONS[name](x * 1.5, axis=axis), np.random.default_rng(0).random((33, 20, 17, 40), floatx())
    )


@pytest.mark.parametrize("axis", [1, (1, 2), (1, 3), (2, 3), 0])
@pytest.mark.parametrize("name", ["max", "min"])
def test_what_is_no_number_comes_out_where_numpy_has_it(name: str, axis: int | tuple[int, ...]) -> None:
    array = _array(0, (5, 6, 7, 3))
    array[1, 2, 3, 1], array[2, 0, 0, 0], array[3, 1, 1, 2] = np.nan, np.inf, -np.inf
    with np.errstate(invalid="ignore"):
        _compare(lambda x: REDUCTIONS[name](x, axis=axis), array)


@given(st.lists(st.integers(1, 20), min_size=2, max_size=4).map(tuple), st.data(), st.integers(0, 9))
@settings(max_examples=20, deadline=None)
def test_softmax_along_any_axis(shape: tuple[int, ...], data: st.DataObject, seed: int) -> None:
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    _compare(lambda x: ops.softmax(x * 3.0, axis), _array(seed, shape))


@given(
    st.sampled_from([1, 3, 17]),
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 4)), min_size=1, max_size=3),
    st.integers(1, 20),
    st.sampled_from(["channels_first", "channels_last"]),
)
@settings(max_examples=15, deadline=None)
def test_bilinear_upsampling(batch: int, axes: list[tuple[int, int]], channels: int, data_format: str) -> None:
    sizes, times = zip(*axes, strict=True)
    shape = (batch, channels, *sizes) if data_format == "channels_first" else (batch, *sizes, channels)
    _compare(lambda x: ops.upsample(x * 2.0, times, data_format, "bilinear"), _array(batch, shape))


def test_a_net_with_bilinear_upsampling_and_a_softmax_over_places_is_one_compiled_call() -> None:
    inputs = layers.Input((6, 6, 3))
    hidden = layers.UpSampling2D(2, interpolation="bilinear")(layers.Conv2D(4, 3, padding="same")(inputs))
    model = models.Model(inputs, layers.Softmax(axis=1)(hidden))
    model.compile("adam", "mse")
    x, y = np.ones((5, 6, 6, 3)), np.ones((5, 12, 12, 4))
    model.train_on_batch(x, y)
    assert model.profile(x, y).how.startswith("runs as one compiled call")
