"""Operands of several shapes, products of many matrices and local layers in the library of C: the numbers of the ops in Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Constant, Placeholder, Variable
from engine._native.library import turned_off
from engine.backend import floatx

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

BINARY = {
    "add": ops.add,
    "subtract": ops.subtract,
    "multiply": ops.multiply,
    "divide": lambda a, b: ops.divide(a, ops.add(ops.square(b), 0.5)),
    "maximum": ops.maximum,
    "minimum": ops.minimum,
}


def _compare(build, inputs, arrays, native=True):
    """A graph's results and gradients by the library and by NumPy; all of it is to be compiled, or not."""
    y = build(*inputs)
    outputs = [y, *(g for g in gradients(ops.sum(ops.square(y)), list(inputs)) if g is not None)]
    fed = [x for x in inputs if isinstance(x, Placeholder)]
    feeds = {x: array.shape for x, array in zip(fed, arrays, strict=True)}
    plan = Plan(outputs, fed, feeds, training=True)
    with turned_off():
        python = Plan(outputs, fed, feeds, training=True)
    assert plan.is_native == native, plan.how
    for _ in range(2):
        for mine, expected in zip(plan.run(arrays), python.run(arrays), strict=True):
            np.testing.assert_allclose(mine, expected, rtol=0, atol=within(1e-5) * max(1.0, np.abs(expected).max()))


def _array(seed, shape):
    return np.round(np.random.default_rng(seed).normal(size=shape) * 2).astype(floatx()) / 2  # some of them are equal


@given(
    st.sampled_from(sorted(BINARY)),
    st.sampled_from([1, 3, 17]),
    st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.booleans()), min_size=1, max_size=3),
    st.integers(0, 3),
    st.booleans(),
    st.integers(0, 9),
)
@settings(max_examples=15, deadline=None)
def test_operands_are_spread_and_their_gradients_summed(name, batch, axes, dropped, swapped, seed):
    # The first operand has the batch; of the second, axes may be 1 or missing at the front, and it may be a weight.
    first = (batch, *(1 if one else n for n, one, _ in axes))
    second = (batch, *(1 if one else n for n, _, one in axes))[dropped:]
    x = Placeholder((None, *first[1:]))
    other = Variable(second, initializer=_array(seed, second)) if dropped else Placeholder((None, *second[1:]))
    operation = BINARY[name]
    arrays = [_array(seed + 1, first), *([] if dropped else [_array(seed + 2, second)])]
    _compare(lambda a, b: operation(b, a) if swapped else operation(a, b), [x, other], arrays)


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_of_equal_ones_the_first_is_chosen(name):
    x, y = Placeholder((None, 40)), Placeholder((None, 40))
    _compare(lambda a, b: BINARY[name](a, BINARY[name](b, 0.5)), [x, y], [_array(0, (7, 40)), _array(1, (7, 40))])


@pytest.mark.parametrize("relation", ["greater", "greater_equal", "less", "less_equal", "equal", "not_equal"])
@pytest.mark.parametrize("kind", ["float", "int32", "int64", "bool"])
@pytest.mark.parametrize("shape", [(40,), ()])
def test_comparisons(relation, kind, shape):
    kind = floatx() if kind == "float" else kind
    x, y = Placeholder((None, 40), kind), Placeholder((None, *shape), kind)
    x_array, y_array = (_array(i, (7, *n)) * 2 for i, n in enumerate([(40,), shape or (1,)]))
    y = y if shape else Constant(np.array(0, kind))
    outputs = [ops.cast(getattr(ops, relation)(x, y), floatx())]
    fed = [x for x in (x, y) if isinstance(x, Placeholder)]
    arrays = [a.astype(kind) for a in (x_array, y_array)][: len(fed)]
    plan = Plan(outputs, fed, {x: a.shape for x, a in zip(fed, arrays, strict=True)})
    assert plan.is_native, plan.how
    expected = getattr(np, relation)(arrays[0], arrays[1] if shape else np.array(0, kind))
    np.testing.assert_array_equal(plan.run(arrays)[0], expected.astype(floatx()))


def test_comparisons_of_several_shapes():
    x, row = Placeholder((None, 5, 40)), Placeholder((None, 1, 40))
    _compare(
        lambda a, b: a * ops.cast(ops.less(a, b), floatx()), [x, row], [_array(0, (7, 5, 40)), _array(1, (7, 1, 40))]
    )


@given(
    st.sampled_from([1, 2, 9]),
    st.lists(st.integers(1, 3), max_size=2),
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40)),
    st.integers(0, 9),
)
@settings(max_examples=20, deadline=None)
def test_products_of_the_matrices_of_samples(batch, axes, sizes, seed):
    rows, depth, columns = sizes
    left, right = (*axes, rows, depth), (*axes, depth, columns)
    inputs = [Placeholder((None, *left)), Placeholder((None, *right))]
    _compare(ops.matmul, inputs, [_array(seed, (batch, *left)), _array(seed + 1, (batch, *right))])


@given(
    st.sampled_from([1, 2, 9]),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=2),
    st.integers(1, 4),
    st.integers(0, 9),
)
@settings(max_examples=20, deadline=None)
def test_convolutions_with_a_kernel_for_each_window(batch, axes, channels, seed):
    more, size, strides = zip(*axes, strict=True)
    image = tuple(k + n for k, n in zip(size, more, strict=True))
    windows = int(np.prod([n // s + 1 for n, s in zip(more, strides, strict=True)]))
    shape = (windows, int(np.prod(size)) * channels, 5)
    kernel = Variable(shape, initializer=_array(seed, shape))
    x = Placeholder((None, *image, channels))
    _compare(
        lambda a, b: ops.local_conv(a, b, size, strides), [x, kernel], [_array(seed + 1, (batch, *image, channels))]
    )


@pytest.mark.parametrize(
    "shapes", [((7, 40), (7, 40), (7, 40)), ((7, 1), (7, 40), (7, 40)), ((7, 3, 1), (7, 1, 5), (3, 5))]
)
@pytest.mark.parametrize("kind", ["bool", "float"])
def test_choices_by_a_condition(shapes, kind):
    arrays = [_array(i, shape) for i, shape in enumerate(shapes)]
    condition, a, b = (
        Placeholder((None, *s[1:])) if s[0] == 7 else Variable(s, initializer=x)
        for s, x in zip(shapes, arrays, strict=True)
    )
    arrays = [x for x in arrays if x.shape[0] == 7]
    limit = (lambda c: ops.greater(c, 0.0)) if kind == "bool" else ops.relu
    _compare(lambda c, a, b: ops.where(limit(c), ops.square(a), b), [condition, a, b], arrays)


@pytest.mark.parametrize("batch", [1, 4, 9])
def test_weights_that_are_computed(batch):
    # Their rows are as many as the samples, of which they are none.
    x, kernel = Placeholder((None, 4)), Variable((4, 6), initializer=_array(0, (4, 6)))

    def build(x, kernel):
        scaled = ops.divide(kernel, ops.sqrt(ops.sum(ops.square(kernel), axis=0, keepdims=True) + 1.0))
        y = ops.linear(x, scaled, ops.mean(kernel, axis=0))
        return ops.matmul(y, ops.transpose(scaled))

    _compare(build, [x, kernel], [_array(1, (batch, 4))])


@pytest.mark.parametrize("batch", [1, 5, 20])
def test_each_sample_times_all_others(batch):
    _compare(
        lambda x: ops.matmul(ops.tanh(x), ops.transpose(ops.relu(x))), [Placeholder((None, 6))], [_array(0, (batch, 6))]
    )
