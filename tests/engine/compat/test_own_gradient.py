"""A gradient of a program's own in place of that of the ops."""

import numpy as np

from engine import _ops as ops
from engine._compat.own_gradient import own_gradient
from engine._graph.gradient import gradients
from engine._graph.plan import evaluate
from engine._graph.tensor import Placeholder


def test_the_value_stays_and_the_gradient_is_the_functions():
    a, b = Placeholder((2,)), Placeholder((2,))
    y = own_gradient(a * b, [a, b], lambda dy: [dy * 3.0, None])
    loss = ops.sum(y * y)
    values = {a: np.array([1.0, 2.0]), b: np.array([4.0, 5.0])}
    found = evaluate([y, *gradients(loss, [a, b])], values)
    np.testing.assert_array_equal(found[0], [4.0, 10.0])
    np.testing.assert_array_equal(found[1], [24.0, 60.0])  # 2 y times 3
    np.testing.assert_array_equal(found[2], [0.0, 0.0])


def test_what_is_wanted_of_it_alone_is_recorded():
    a, b = Placeholder((1,)), Placeholder((1,))
    y = own_gradient(a + b, [a, b], lambda dy: [dy, dy * 7.0])
    (db,) = gradients(y, [b])
    assert evaluate([db], {a: np.zeros(1), b: np.zeros(1)})[0].tolist() == [7.0]
    assert gradients(y, [Placeholder((1,))]) == [None]
