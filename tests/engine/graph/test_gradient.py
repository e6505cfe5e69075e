"""Gradients as more calls of the same graph."""

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.graph import order
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable

X = np.random.default_rng(3).normal(size=(4, 3))


def values(tensors, x):
    """The values of tensors for one placeholder fed with X."""
    return [np.array(y) for y in Plan(tensors, [x], {x: X.shape}, training=True).run([X])]


def test_a_gradient_is_that_of_finite_differences():
    x = Placeholder((None, 3), dtype="float64")
    weight = Variable((3, 2), "float64", initializer=np.random.default_rng(4).normal(size=(3, 2)))
    loss = ops.sum(ops.tanh(ops.matmul(x, weight)))
    (gradient,) = gradients(loss, [weight])
    found = values([gradient], x)[0]
    step = 1e-6
    for index in np.ndindex(3, 2):
        ends = []
        for sign in (1, -1):
            weight.array[index] += sign * step
            ends.append(np.tanh(X @ weight.array).sum())
            weight.array[index] -= sign * step
        assert found[index] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-7)


def test_a_tensor_that_is_used_in_several_ways_gets_the_sum():
    x = Placeholder((None, 3), dtype="float64")
    y = x * 2
    (gradient,) = gradients(ops.sum(y * y + y), [x])
    np.testing.assert_allclose(values([gradient], x)[0], 8 * X + 2)


def test_only_calls_between_the_loss_and_what_is_wanted_are_recorded():
    x = Placeholder((None, 3), dtype="float64")
    weight = Variable((3, 2), "float64", initializer=np.ones((3, 2)))
    product = ops.matmul(ops.tanh(x), weight)
    (gradient,) = gradients(ops.sum(product), [weight])
    backward = [call for call in order([gradient]) if call.is_backward]
    assert sorted(type(call.op).__name__ for call in backward) == ["Matmul", "Sum"]


def test_a_loss_of_many_numbers_counts_as_their_sum():
    x = Placeholder((None, 3), dtype="float64")
    (gradient,) = gradients(ops.exp(x), [x])
    np.testing.assert_allclose(values([gradient], x)[0], np.exp(X))


@pytest.mark.parametrize("make", [lambda x: ops.stop_gradient(x * 2), lambda x: ops.argmax(x, -1)])
def test_what_does_not_depend_smoothly_on_a_tensor_has_no_gradient(make):
    x = Placeholder((None, 3), dtype="float64")
    assert gradients(ops.sum(ops.cast(make(x), "float64")), [x]) == [None]
