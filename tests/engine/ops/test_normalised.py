"""Batch normalisation in one pass with the convolution before it: the numbers of the two ops, in predictions alone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import numpy as np
import pytest

from engine import _ops as ops
from engine import layers, models
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Tensor, Variable
from engine._native.library import turned_off
from engine.types import Array


def _names(plan: Plan) -> list[str]:
    return [type(call.op).__name__ for call in plan.calls if not call.is_backward]


def _net(rank: int = 2, size: int = 3, scaled: bool = True, rectified: bool = True, mean: float = 0.0):
    """A placeholder, what is between the two ops, the result."""
    rng = np.random.default_rng(rank + size)
    kernel = Variable((*[size] * rank, 5, 20), initializer=rng.normal(size=(*[size] * rank, 5, 20)))
    bias, gamma, beta, centre = (Variable((20,), initializer=rng.normal(size=20)) for _ in range(4))
    centre = Variable((20,), initializer=rng.normal(size=20) + mean)
    variance = Variable((20,), initializer=rng.random(20) + 0.1)
    x = Placeholder((None, *[9] * rank, 5))
    between = ops.conv(x, kernel, bias, (1,) * rank, "same")
    y, *_ = ops.batch_norm(between, gamma if scaled else None, beta if scaled else None, centre, variance)
    return x, between, ops.relu(y) if rectified else y


def _both(x: Tensor, outputs: Sequence[Tensor], samples: int, training: bool = False) -> tuple[Plan, list[list[Array]]]:
    """The plan for the library where there is one, and its results beside those of NumPy."""
    array = np.random.default_rng(1).normal(size=(samples, *(n or 0 for n in x.shape[1:]))).astype("float32")
    assert isinstance(x, Placeholder)
    results: list[list[Array]] = []
    plans: list[Plan] = []
    for way in (nullcontext, turned_off):
        with way():
            plans.append(Plan(outputs, [x], {x: array.shape}, training=training))
            results.append([np.array(y) for y in plans[-1].run([array])])
    return plans[0], results


@pytest.mark.parametrize("samples", [1, 3, 20])
@pytest.mark.parametrize("rectified", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize(("rank", "size"), [(1, 3), (2, 1), (2, 3), (2, 5), (3, 2)])
def test_the_numbers_are_those_of_both_ops(rank: int, size: int, scaled: bool, rectified: bool, samples: int) -> None:
    x, between, y = _net(rank, size, scaled, rectified)
    plan, results = _both(x, [y], samples)
    assert _names(plan) == ["NormalisedConv"]
    _, apart = _both(x, [y, between], samples)
    for result in (*results, apart[0]):
        np.testing.assert_allclose(result[0], apart[1][0], rtol=0, atol=2e-5 * np.abs(apart[1][0]).max())


@pytest.mark.parametrize("samples", [1, 3, 20])
@pytest.mark.parametrize("rectified", [False, True])
@pytest.mark.parametrize(
    ("size", "times", "strides"), [((3, 3), 1, (1, 1)), ((3, 3), 1, (2, 2)), ((5, 2), 2, (1, 2)), ((3,), 1, (2,))]
)
@pytest.mark.parametrize("limit", [None, 0.5])
def test_depthwise_convolutions_are_normalised_in_their_own_pass(size, times, strides, rectified, samples, limit):
    rng = np.random.default_rng(3)
    kernel, results = Variable(of := (*size, 19, times), initializer=rng.normal(size=of)), 19 * times
    gamma, beta, centre = (Variable((results,), initializer=rng.normal(size=results)) for _ in range(3))
    variance = Variable((results,), initializer=rng.random(results) + 0.1)
    x = Placeholder((None, *[9, 12][: len(size)], 19))
    between = ops.depthwise_conv(x, kernel, strides, "same")
    y, *_ = ops.batch_norm(between, gamma, beta, centre, variance)
    y = ops.relu(y, max_value=limit) if rectified else y
    plan, ((one,), (expected,)) = _both(x, [y], samples)
    assert _names(plan) == ["NormalisedDepthwiseConv"]
    _, ((apart, _), _) = _both(x, [y, between], samples)
    for result in (one, apart):
        np.testing.assert_allclose(result, expected, rtol=0, atol=2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("samples", [1, 20])
@pytest.mark.parametrize(("channels", "size"), [(5, 3), (20, 3), (24, 1), (70, 3)])
def test_what_is_rectified_up_to_a_limit_is_so_in_the_same_pass(channels: int, size: int, samples: int) -> None:
    rng = np.random.default_rng(5)
    kernel = Variable(
        of := (size, size, channels, filters := 2 if channels == 70 else 20), initializer=rng.normal(size=of)
    )
    centre, variance = (Variable((filters,), initializer=rng.random(filters) + 0.1) for _ in range(2))
    x = Placeholder((None, 9, 11, channels))
    y, *_ = ops.batch_norm(ops.conv(x, kernel, None, (1, 1), "same"), None, None, centre, variance)
    plan, ((one,), (expected,)) = _both(x, [ops.relu(y, max_value=6.0)], samples)
    assert _names(plan) == ["NormalisedConv"]
    np.testing.assert_allclose(one, expected, rtol=0, atol=1e-3)
    assert expected.max() == one.max() == 6


def test_means_far_from_0_lose_no_more_than_apart() -> None:
    x, between, y = _net(size=5, mean=3000.0)
    _, ((one,), _) = _both(x, [y], 4)
    _, (_, (apart, _)) = _both(x, [y, between], 4)
    np.testing.assert_allclose(one, apart, rtol=1e-5)


def test_what_is_needed_between_or_trained_stays_apart() -> None:
    x, between, y = _net()
    assert "NormalisedConv" not in _names(_both(x, [y, between], 2)[0])
    assert "NormalisedConv" not in _names(_both(x, [y], 2, training=True)[0])
    gradient = gradients(ops.sum(ops.square(y)), [x])[0]
    assert gradient is not None
    plan, (mine, expected) = _both(x, [gradient], 2)
    assert "NormalisedConv" not in _names(plan)
    np.testing.assert_allclose(mine[0], expected[0], rtol=1e-3, atol=1e-3)


def test_axes_other_than_the_filters_and_channels_first_stay_apart() -> None:
    inputs = layers.Input((5, 6, 3))
    over_rows = layers.BatchNormalization(axis=1)(layers.Conv2D(4, 3, padding="same")(inputs))
    first = layers.BatchNormalization(axis=1)(layers.Conv2D(4, 3, data_format="channels_first")(inputs))
    model = models.Model(inputs, [over_rows, first])
    x = np.random.default_rng(0).normal(size=(4, 5, 6, 3))
    mine = model.predict(x)
    with turned_off():
        expected = models.Model(inputs, [over_rows, first]).predict(x)
    for a, b in zip(mine, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_predictions_follow_every_weight_that_changes() -> None:
    inputs = layers.Input((8, 8, 3))
    hidden = layers.Conv2D(16, 3)(inputs)
    outputs = layers.Activation("relu")(layers.BatchNormalization()(hidden))
    model, apart = models.Model(inputs, outputs), models.Model(inputs, [outputs, hidden])
    x, rng = np.random.default_rng(0).normal(size=(20, 8, 8, 3)), np.random.default_rng(1)
    for changed in range(6):
        weights = model.get_weights()
        weights[changed] = rng.random(weights[changed].shape) + 0.1
        model.set_weights(weights)
        np.testing.assert_allclose(model.predict(x), apart.predict(x)[0], rtol=1e-4, atol=1e-5)
