"""Activations: by name, as functions, on tensors and arrays alike."""

import math

import numpy as np
import pytest

from engine import activations
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder
from engine.errors import ShapeError, UnknownName

X = np.linspace(-4, 4, 24).reshape(4, 6)
FORMULAS = {
    "celu": np.where(X > 0, X, np.exp(X) - 1),
    "elu": np.where(X > 0, X, np.exp(X) - 1),
    "exponential": np.exp(X),
    "gelu": X * (1 + np.vectorize(math.erf)(X / math.sqrt(2))) / 2,
    "hard_shrink": np.where(np.abs(X) > 0.5, X, 0),
    "hard_sigmoid": np.clip(0.2 * X + 0.5, 0, 1),
    "hard_silu": X * np.clip(X + 3, 0, 6) / 6,
    "hard_tanh": np.clip(X, -1, 1),
    "leaky_relu": np.where(X > 0, X, 0.2 * X),
    "linear": X,
    "log_sigmoid": -np.log1p(np.exp(-X)),
    "log_softmax": X - np.log(np.exp(X).sum(-1, keepdims=True)),
    "mish": X * np.tanh(np.log1p(np.exp(X))),
    "relu": np.maximum(X, 0),
    "relu6": np.clip(X, 0, 6),
    "selu": 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * (np.exp(X) - 1)),
    "sigmoid": 1 / (1 + np.exp(-X)),
    "silu": X / (1 + np.exp(-X)),
    "soft_shrink": np.sign(X) * np.maximum(np.abs(X) - 0.5, 0),
    "softmax": np.exp(X) / np.exp(X).sum(-1, keepdims=True),
    "softplus": np.log1p(np.exp(X)),
    "softsign": X / (1 + np.abs(X)),
    "squareplus": (X + np.sqrt(X**2 + 4)) / 2,
    "tanh": np.tanh(X),
    "tanh_shrink": X - np.tanh(X),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_tensors_and_arrays_get_the_values_of_the_formula(name):
    function = activations.get(name)
    x = Placeholder((None, 6), dtype="float64")
    np.testing.assert_allclose(Plan([function(x)], [x], {x: X.shape}).run([X])[0], FORMULAS[name])
    np.testing.assert_allclose(function(X), FORMULAS[name])
    assert activations.serialize(function) == name and activations.deserialize(name) is function


def test_none_is_linear_and_a_function_stays_itself():
    assert activations.get(None) is activations.linear
    assert activations.get(np.tanh) is np.tanh


def test_softmax_of_scores_that_overflow_is_finite_and_of_one_axis_is_refused():
    assert activations.softmax(np.array([[1e4, 0.0]])).tolist() == [[1, 0]]
    with pytest.raises(ShapeError, match=r"x\[None\]"):
        activations.softmax(np.zeros(3))
    np.testing.assert_allclose(activations.softmax(X, axis=0).sum(0), 1)


@pytest.mark.parametrize("bad", ["rellu", 3, ["relu"]])
def test_what_is_no_activation_is_refused(bad):
    with pytest.raises((UnknownName, ValueError, TypeError)) as refused:
        activations.get(bad)
    assert "rellu" not in str(bad) or "relu" in str(refused.value)
