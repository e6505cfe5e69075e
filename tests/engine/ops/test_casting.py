"""Ops on whole numbers and truth values: what they compute has room, whatever the numbers' own type."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.plan import evaluate
from engine._graph.tensor import Placeholder

SHORT = ("bool", "uint8", "int8", "uint16", "int16")
WHOLE = (*SHORT, "int32", "uint32", "int64", "uint64")
NUMBERS = np.array([[0, 1, 100], [3, 120, 7]])

REAL = {
    "exp": lambda x: ops.exp(ops.clip(x, 0.0, 3.0)),
    "sigmoid": ops.sigmoid,
    "tanh": ops.tanh,
    "hard_sigmoid": ops.hard_sigmoid,
    "softplus": ops.softplus,
    "softsign": ops.softsign,
    "elu": ops.elu,
    "selu": ops.selu,
    "sqrt": ops.sqrt,
    "sin": ops.sin,
    "cos": ops.cos,
    "softmax": ops.softmax,
    "log_softmax": ops.log_softmax,
    "logsumexp": ops.logsumexp,
    "mean": ops.mean,
    "var": ops.var,
    "std": ops.std,
    "clip between halves": lambda x: ops.clip(x, 0.5, 2.5),
    "relu with a slope": lambda x: ops.relu(x, alpha=0.1),
    "relu with a limit": lambda x: ops.relu(x, max_value=2.5),
}
WIDE = {
    "square": ops.square,
    "power": lambda x: ops.power(x, 2),
    "sum": ops.sum,
    "prod": lambda x: ops.prod(x, axis=0),
    "cumulative_sum": ops.cumulative_sum,
    "cumulative_product": ops.cumulative_product,
    "dot": lambda x: ops.dot(x, ops.transpose(x, (1, 0))),
    "batch_dot": lambda x: ops.batch_dot(x, x, axes=1),
}
SAME = {
    "round": ops.round,
    "floor": ops.floor,
    "sign": ops.sign,
    "clip beyond the type": lambda x: ops.clip(x, -1000.0, 100000.0),
    "clip": lambda x: ops.clip(x, 0.0, 3.0),
    "relu": ops.relu,
}


def _both(function, x):
    """What a function gives for an array, which is what it gives for a tensor, too."""
    tensor = Placeholder(x.shape, x.dtype)
    of_array, of_tensor = function(x), evaluate([function(tensor)], {tensor: x})[0]
    np.testing.assert_allclose(of_array, of_tensor, rtol=1e-6, atol=1e-12)
    assert np.asarray(of_array).dtype == of_tensor.dtype
    return of_tensor


@pytest.mark.parametrize("dtype", WHOLE)
@pytest.mark.parametrize("name", REAL)
def test_functions_of_real_numbers_take_whole_ones_as_floats(name, dtype):
    x = NUMBERS.astype(dtype)

    result = _both(REAL[name], x)

    assert result.dtype == np.float32
    np.testing.assert_allclose(result, REAL[name](x.astype("float64")), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dtype", WHOLE)
@pytest.mark.parametrize("name", WIDE)
def test_sums_and_products_of_whole_numbers_have_room(name, dtype):
    x = NUMBERS.astype(dtype)

    result = _both(WIDE[name], x)

    assert result.dtype == ("int64" if dtype in SHORT else dtype)
    np.testing.assert_array_equal(result, WIDE[name](x.astype("float64")))


@pytest.mark.parametrize("dtype", WHOLE)
@pytest.mark.parametrize("name", SAME)
def test_rounding_and_limits_leave_whole_numbers_what_they_are(name, dtype):
    x = NUMBERS.astype(dtype)

    result = _both(SAME[name], x)

    np.testing.assert_array_equal(result, SAME[name](x.astype("float64")))
    assert result.dtype == dtype or dtype == "bool"


def test_the_difference_of_truth_values_is_that_of_zeros_and_ones():
    a, b = np.array([True, True, False]), np.array([True, False, True])

    assert ops.subtract(a, b).tolist() == [0, 1, -1]


def test_products_of_short_whole_numbers_with_floats_stay_floats_of_that_type():
    x, kernel = NUMBERS.astype("uint8"), np.ones((3, 2), "float32")

    assert ops.dot(x, kernel).dtype == np.float32


def test_whole_numbers_beside_floats_take_the_type_that_holds_both():
    a, b = ops.real_numbers(np.array([2**24 + 1]), np.array([1.0], "float32"))

    assert (a - b).tolist() == [2.0**24]
