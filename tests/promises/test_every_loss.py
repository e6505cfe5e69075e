"""Every registered loss: a sample per name, its gradient, tensors and arrays alike, its name round trip."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine import losses
from engine._declared import registry
from engine._graph.gradient import gradients
from engine._graph.plan import evaluate
from engine._graph.tensor import Placeholder

rng = np.random.default_rng(3)
PROBABILITIES = rng.dirichlet(np.ones(4), size=5)
ONE_HOT = np.eye(4)[[0, 1, 2, 3, 1]]
SIGNS = np.where(ONE_HOT > 0, 1.0, -1.0)
VALUES = rng.normal(size=(5, 4))

SAMPLES = {
    "mean_squared_error": (VALUES, VALUES[::-1] + 0.3),
    "mean_absolute_error": (VALUES, VALUES[::-1] + 0.3),
    "mean_absolute_percentage_error": (VALUES, VALUES[::-1] + 0.3),
    "mean_squared_logarithmic_error": (PROBABILITIES[::-1], PROBABILITIES),
    "squared_hinge": (SIGNS, VALUES),
    "hinge": (SIGNS, VALUES),
    "categorical_hinge": (ONE_HOT, PROBABILITIES),
    "logcosh": (VALUES, VALUES[::-1]),
    "categorical_crossentropy": (ONE_HOT, PROBABILITIES),
    "sparse_categorical_crossentropy": (ONE_HOT.argmax(1)[:, None].astype(float), PROBABILITIES),
    "binary_crossentropy": (ONE_HOT, PROBABILITIES),
    "kullback_leibler_divergence": (PROBABILITIES[::-1], PROBABILITIES),
    "poisson": (PROBABILITIES[::-1], PROBABILITIES),
    "cosine_proximity": (VALUES, VALUES[::-1]),
}


def test_all_losses_have_samples():
    assert set(SAMPLES) == {loss.__name__ for loss in registry.find_all("loss").values()}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_loss_gives_one_value_for_each_sample(name):
    y_true, y_pred = SAMPLES[name]

    assert losses.get(name)(y_true, y_pred).shape == (5,)


@pytest.mark.parametrize("name", SAMPLES)
def test_tensors_and_arrays_give_the_same_numbers(name):
    y_true, y_pred = SAMPLES[name]
    target, output = Placeholder((None, *y_true.shape[1:]), "float64"), Placeholder((None, 4), "float64")

    found = evaluate([losses.get(name)(target, output)], {target: y_true, output: y_pred})

    np.testing.assert_allclose(found[0], losses.get(name)(y_true, y_pred), rtol=1e-12)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_gradient_is_that_of_finite_differences(name):
    y_true, y_pred = SAMPLES[name]
    target, output = Placeholder(y_true.shape, "float64"), Placeholder((5, 4), "float64")
    loss = losses.get(name)(target, output)
    direction, eps = rng.normal(size=(5, 4)), 1e-6

    gradient = evaluate(gradients(loss, [output]), {target: y_true, output: y_pred})[0]

    up, down = (losses.get(name)(y_true, y_pred + s * eps * direction).sum() for s in (1, -1))
    assert (gradient * direction).sum() == pytest.approx((up - down) / (2 * eps), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_loss_is_found_by_the_name_it_is_saved_under(name):
    assert losses.get(losses.serialize(losses.get(name))) is losses.get(name)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_gradient_of_the_gradient_is_that_of_finite_differences(name):
    y_true, y_pred = SAMPLES[name]
    target, output = Placeholder(y_true.shape, "float64"), Placeholder((5, 4), "float64")
    (slope,) = gradients(losses.get(name)(target, output), [output])
    directions, eps = np.random.default_rng(8).normal(size=(2, 5, 4)), 1e-6

    product = gradients(ops.sum(slope * directions[0]), [output])[0]

    feed = {target: y_true, output: y_pred}
    actual = 0.0 if product is None else float((evaluate([product], feed)[0] * directions[1]).sum())
    up, down = (evaluate([slope], {**feed, output: y_pred + s * eps * directions[1]})[0] for s in (1, -1))
    assert actual == pytest.approx(((up - down) * directions[0]).sum() / (2 * eps), rel=1e-5, abs=1e-6)


WHOLE = ("bool", "uint8", "int8", "uint16", "int32", "int64", "uint64")


@pytest.mark.parametrize("dtype", [*WHOLE, "float32"])
@pytest.mark.parametrize("target_dtype", WHOLE)
@pytest.mark.parametrize("name", SAMPLES)
def test_whole_numbers_count_as_the_real_numbers_they_are(name, target_dtype, dtype):
    y_true = np.array([[1], [0], [3]] if name.startswith("sparse") else [[0, 100, 7, 3], [120, 1, 0, 9], [4, 4, 90, 1]])
    y_pred = np.array([[100, 1, 110, 7], [2, 120, 5, 90], [1, 2, 3, 4]])
    y_true, y_pred = y_true.astype(target_dtype), y_pred.astype(dtype)
    target, output = Placeholder(y_true.shape, target_dtype), Placeholder(y_pred.shape, dtype)
    loss = losses.get(name)
    # In float32 a probability of 1 is a little further from 1 than in float64: a share of the logarithm there.
    near = {"rtol": 0.02, "atol": 1e-5}

    of_tensors = evaluate([loss(target, output)], {target: y_true, output: y_pred})[0]

    expected = loss(y_true.astype("float64"), y_pred.astype("float64"))
    np.testing.assert_allclose(loss(y_true, y_pred), expected, **near)
    np.testing.assert_allclose(of_tensors, expected, **near)


def test_whole_numbers_above_the_range_of_float32_are_compared_exactly():
    y_true, y_pred = np.array([[2**24 + 1]]), np.array([[2**24]])

    assert losses.mean_squared_error(y_true, y_pred).tolist() == [1.0]
