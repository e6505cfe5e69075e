"""Pairs of ops become one where a plan needs nothing between them, with the same numbers and gradients."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine import backend as K
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Tensor
from engine._ops.conv import Conv
from engine._ops.conv_fused import ConvMax

RNG = np.random.default_rng(0)
N, T, C, F = 6, 60, 4, 7


def _ops(plan):
    return [type(call.op).__name__ for call in plan.calls if not call.is_backward]


def _all_between(result: Tensor) -> list[Tensor]:
    """Every tensor on the way to the result. A plan that shows them fuses nothing."""
    if result.call is None:
        return []
    return [result, *(y for x in result.call.inputs if x is not None for y in _all_between(x))]


def _run(fuse, build, arrays, training=True):
    """Results and gradients of sum(result * direction), fused or not."""
    inputs = [Placeholder(a.shape, a.dtype) for a in arrays]
    result = build(*inputs)
    direction = np.random.default_rng(1).normal(size=result.shape).astype(result.dtype)
    found = gradients(ops.sum(result * direction), inputs)
    shown = [result, *found]
    plan = Plan(shown if fuse else [*shown, *_all_between(result)[1:]], inputs, training=training)
    return [np.array(y) for y in plan.run(arrays)[: len(shown)]], plan


def _texts(dtype, padded=0):
    x = RNG.normal(size=(N, T, C))
    x[:, T - padded :] = 0
    return [a.astype(dtype) for a in (x, RNG.normal(size=(3, C, F)), RNG.normal(size=F))]


SETTINGS = [
    {}, {"padding": "same"}, {"padding": "causal", "dilation": 3}, {"strides": 2}, {"strides": 3, "padding": "same"},
]  # fmt: skip


@pytest.mark.parametrize("rectify", [False, True])
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("padded", [0, 15, 52])
@pytest.mark.parametrize("training", [True, False])
def test_windows_that_share_the_largest_value_share_its_gradient(settings, rectify, padded, training):
    """Padded texts have windows that share the largest value: they share its gradient too, many or few."""

    def build(x, kernel, bias):
        convolved = ops.conv(x, kernel, bias, **settings)
        return ops.max(ops.relu(convolved) if rectify else convolved, axis=1)

    arrays = _texts("float64", padded)
    one, plan = _run(True, build, arrays, training)
    two, _ = _run(False, build, arrays, training)
    assert "ConvMax" in _ops(plan) and "Max" not in _ops(plan)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_filters_that_win_nowhere_and_everywhere():
    x, kernel, bias = _texts("float64")
    kernel[..., 0] = 0  # all windows share the bias
    bias[1] = -1e3  # rectified: none has a gradient
    for bias[0] in (-1.0, 1.0):

        def build(x, kernel, bias):
            return ops.max(ops.relu(ops.conv(x, kernel, bias)), axis=1)

        one, _ = _run(True, build, [x, kernel, bias])
        two, _ = _run(False, build, [x, kernel, bias])
        for a, b in zip(one, two, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
        assert not one[2][..., 1].any()


@pytest.mark.parametrize("channels_first", [False, True])
def test_a_rectifier_behind_a_convolution_is_computed_with_it(channels_first):
    x = RNG.normal(size=(3, 4, 6, 5) if channels_first else (3, 6, 5, 4))
    arrays = [x, RNG.normal(size=(3, 3, 4, 2)), RNG.normal(size=2)]
    data_format = "channels_first" if channels_first else "channels_last"

    def build(x, kernel, bias):
        return ops.relu(ops.conv(x, kernel, bias, data_format=data_format)) * 2.0

    one, plan = _run(True, build, arrays)
    two, _ = _run(False, build, arrays)
    assert "Relu" not in _ops(plan)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


@pytest.mark.parametrize("shape", [(5, 4), (2, 3, 4)])
def test_a_rectifier_behind_a_product_is_computed_with_it(shape):
    arrays = [RNG.normal(size=shape), RNG.normal(size=(4, 6)), RNG.normal(size=6)]

    def build(x, kernel, bias):
        return ops.relu(ops.linear(x, kernel, bias)) * 2.0

    one, plan = _run(True, build, arrays)
    two, _ = _run(False, build, arrays)
    assert "RectifiedLinear" in _ops(plan) and "Relu" not in _ops(plan)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


def test_all_three_become_one():
    x, kernel = Placeholder((N, T, C)), Placeholder((3, C, F))
    y = ops.max(ops.relu(ops.conv(x, kernel)), axis=(1,))
    (call,) = Plan([y], [x, kernel]).calls
    assert isinstance(call.op, ConvMax) and call.op.conv.rectifies and not call.op.differentiated


def test_what_is_needed_between_stays():
    x, kernel = Placeholder((N, T, C)), Placeholder((3, C, F))
    convolved = ops.conv(x, kernel)
    largest = ops.max(convolved, axis=1)
    shown = Plan([largest, convolved], [x, kernel])
    used_twice = Plan([largest + ops.mean(convolved, axis=1)], [x, kernel])
    (asked,) = gradients(ops.sum(largest), [convolved])
    with_gradient = Plan([largest, asked], [x, kernel])
    for plan in (shown, used_twice, with_gradient):
        assert "Conv" in _ops(plan) and "Max" in _ops(plan)
    assert "ConvMax" in _ops(Plan([largest], [x, kernel]))


def test_other_maxima_stay():
    x, kernel = Placeholder((N, T, C)), Placeholder((3, C, F))
    convolved = ops.conv(x, kernel)
    short = ops.conv(Placeholder((N, 8, C), name="short"), kernel)
    for y, inputs in (
        (ops.max(convolved, axis=2), [x]), (ops.max(convolved, axis=1, keepdims=True), [x]), (ops.max(convolved), [x]),
        (ops.max(short, axis=1), [short.call.inputs[0]]),
    ):  # fmt: skip
        assert "Conv" in _ops(Plan([y], [*inputs, kernel]))


def test_a_convolution_that_is_used_twice_keeps_both_gradients():
    def build(x, kernel, bias):
        convolved = ops.conv(x, kernel, bias)
        return K.concatenate([ops.max(convolved, axis=1), ops.mean(convolved, axis=1)])

    arrays = _texts("float64")
    one, _ = _run(True, build, arrays)
    two, _ = _run(False, build, arrays)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("shape", [(4, 300, 90), (3, 40, 41, 32), (2, 9, 5000)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
def test_maxima_by_halves_are_those_of_numpy(shape, dtype):
    x = (RNG.normal(size=shape) * 100).astype(dtype)
    axes = tuple(range(1, len(shape) - 1))
    np.testing.assert_array_equal(ops.max(x, axis=axes), x.max(axis=axes))
    if dtype != "int32":
        x[1, 3] = np.nan
        np.testing.assert_array_equal(ops.max(x, axis=axes), x.max(axis=axes))


def test_results_do_not_depend_on_the_rule_for_float32():
    def build(x, kernel, bias):
        return ops.max(ops.relu(ops.conv(x, kernel, bias)), axis=1)

    arrays = _texts("float32")
    one, plan = _run(True, build, arrays)
    two, _ = _run(False, build, arrays)
    assert isinstance(plan.calls[0].op, ConvMax) and isinstance(plan.calls[0].op.conv, Conv)
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
