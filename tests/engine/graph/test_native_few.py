"""Few large samples, cut within: the numbers of NumPy, the same bits on any number of threads, work for every thread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.native_few import parts_of_sample, shared_out
from engine._graph.native_phases import Instruction
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable
from engine._machine import device
from engine._native.library import turned_off

from ..native.programs import needs_library

pytestmark = needs_library


def _normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def _kernel(seed, *shape):
    return Variable(shape, initializer=_normal(seed, *shape) * (2 / np.prod(shape[:-1])) ** 0.5)


def _results(build, x, threads=2, native=True):
    placeholder = Placeholder((None, *x.shape[1:]), "float32")
    with device.spread_over(threads):
        outputs = build(placeholder)
        if not native:
            with turned_off():
                plan = Plan(outputs, [placeholder], {placeholder: x.shape}, training=True)
        else:
            plan = Plan(outputs, [placeholder], {placeholder: x.shape}, training=True)
            assert plan.is_native, plan.how
        return [np.array(result) for result in plan.run([x])]


def _assert_close(build, x, within=3e-5):
    mine = _results(build, x)
    for one, other in zip(mine, _results(build, x, threads=1), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, expected in zip(mine, _results(build, x, native=False), strict=True):
        np.testing.assert_allclose(one, expected, rtol=0, atol=within * np.abs(expected).max(initial=1e-30))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 7),
    st.tuples(st.integers(30, 70), st.integers(30, 70)),
    st.sampled_from([1, 3, 16, 24]),
    st.sampled_from([5, 16, 32]),
    st.sampled_from([(1, 1), (2, 1), (2, 2), (3, 2)]),
    st.sampled_from(["same", "valid"]),
    st.integers(0, 9),
)
def test_convolutions_and_their_gradients(batch, image, channels, filters, strides, padding, seed):
    kernel, bias = _kernel(seed, 3, 3, channels, filters), Variable((filters,), initializer=_normal(seed, filters))

    def build(x):
        y = ops.relu(ops.conv(ops.relu(x), kernel, bias, strides, padding))
        return [y, *gradients(ops.sum(ops.square(y)), [kernel, x, bias])]

    _assert_close(build, _normal(seed + 2, batch, *image, channels), within=1e-4)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 7),
    st.tuples(st.integers(40, 90), st.integers(40, 90)),
    st.sampled_from([16, 19, 33]),
    st.sampled_from([((2, 2), (2, 2)), ((3, 3), (2, 2)), ((2, 3), (3, 1)), ((1, 2), (2, 2))]),
    st.sampled_from(["same", "valid"]),
    st.sampled_from([ops.max_pool, ops.average_pool]),
    st.integers(0, 9),
)
def test_pooling_and_its_gradient(batch, image, channels, windows, padding, pool, seed):
    def build(x):
        y = pool(ops.relu(x), windows[0], windows[1], padding)
        return [y, *gradients(ops.sum(ops.square(y)), [x])]

    _assert_close(build, _normal(seed, batch, *image, channels))


@pytest.mark.parametrize("shape", [(1, 64, 60, 32), (3, 61, 47, 20), (5, 128, 16, 16), (2, 4001, 30)], ids=str)
def test_normalisation_joining_and_probabilities_of_each_pixel(shape):
    channels = shape[-1]
    gamma, beta = (Variable((channels,), initializer=_normal(i, channels) + 1) for i in range(2))
    moving = [Variable((channels,), initializer=np.full(channels, value)) for value in (0.0, 1.0)]

    def build(x):
        y, mean, variance = ops.batch_norm(x, gamma, beta, *moving, axis=-1, epsilon=1e-3)
        z = ops.concatenate([ops.relu(y), ops.sigmoid(x)], axis=-1)
        loss = ops.sum(ops.square(ops.softmax(z)))
        return [z, mean, variance, *gradients(loss, [x, gamma, beta])]

    _assert_close(build, _normal(3, *shape), within=1e-4)


def _step(batch=2, rows=64, operation="add", work=1 << 20):
    return Instruction(operation, (None, None), (rows, 1, 1), batch, True, work)


def test_few_samples_of_much_work_are_cut_into_equal_parts():
    cut = shared_out(_step(), 2)
    assert (cut.units, cut.size, cut.by_samples) == (16, (8, 1, 1), False)
    assert shared_out(_step(rows=66), 2).units == 12


@pytest.mark.parametrize("step", [_step(batch=8), _step(work=1000), _step(rows=67), _step(operation="lstm")])
def test_what_is_small_or_cannot_be_cut_stays_whole(step):
    assert shared_out(step, step.units) is step


def test_parts_divide_the_rows_of_a_sample():
    for batch in range(1, 12):
        for rows in range(1, 50):
            assert rows % parts_of_sample(batch, rows, 1 << 20) == 0
