"""Ops recorded, planned and differentiated; their errors; numbers checked against something independent."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.op import compute
from engine._graph.plan import evaluate
from engine._graph.tensor import Placeholder
from engine._ops.conv import Conv
from engine.errors import DataError, ShapeError


def test_python_operators_record_the_arithmetic() -> None:
    x = Placeholder((None, 3))
    values = np.array([[1.0, 2.0, 4.0]], "float32")
    y = (2 - x) ** 3 / 2 + abs(-x) * (x > 1.5) - x[:, ::-1] % 3
    expected = (2 - values) ** 3 / 2 + values * (values > 1.5) - values[:, ::-1] % 3
    np.testing.assert_allclose(evaluate([y], {x: values})[0], expected)


def test_a_chain_in_place_has_the_right_gradient() -> None:
    x = Placeholder((None, 4))
    loss = ops.sum(ops.square(ops.relu(ops.add(ops.multiply(x, 3.0), 1.0))))
    values = np.array([[-1.0, 0.5, 2.0, -0.1]], "float32")
    (dx,) = gradients(loss, [x])
    assert dx is not None
    np.testing.assert_allclose(evaluate([dx], {x: values})[0], 6 * np.maximum(3 * values + 1, 0), rtol=1e-6)


def test_convolution_agrees_with_a_sum_over_shifted_images_in_all_blockings() -> None:
    rng = np.random.default_rng(0)
    for shape, filters in (((40, 20, 20, 16), 8), ((2, 90, 90, 32), 8), ((300, 8, 8, 1), 4), ((2, 70, 70, 1), 16)):
        x, kernel = rng.normal(size=shape), rng.normal(size=(3, 3, shape[-1], filters))
        padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        rows, columns = shape[1:3]
        expected = sum(padded[:, i : i + rows, j : j + columns] @ kernel[i, j] for i in range(3) for j in range(3))
        np.testing.assert_allclose(ops.conv(x, kernel, padding="same"), expected, atol=1e-10)


def test_convolution_gradients_are_its_adjoints_in_all_blockings() -> None:
    rng = np.random.default_rng(0)
    for shape, strides in (((40, 20, 20, 16), (1, 1)), ((2, 90, 90, 32), (1, 1)), ((60, 21, 20, 8), (2, 2))):
        x, kernel = rng.normal(size=shape), rng.normal(size=(3, 3, shape[-1], 8))
        symbols = Placeholder((None, *shape[1:]), "float64"), Placeholder(kernel.shape, "float64")
        weight = Placeholder((None, None, None, 8), "float64")
        y = ops.conv(*symbols, strides=strides, padding="same")
        dx, dkernel = gradients(ops.sum(ops.multiply(y, weight)), list(symbols))
        assert dx is not None and dkernel is not None
        dy = rng.normal(size=Conv(strides, "same").shape(shape, kernel.shape))
        found = evaluate([dx, dkernel], {symbols[0]: x, symbols[1]: kernel, weight: dy})
        total = (ops.conv(x, kernel, strides=strides, padding="same") * dy).sum()
        assert (found[0] * x).sum() == pytest.approx(total)
        assert (found[1] * kernel).sum() == pytest.approx(total)


def test_keras_numbers_of_saturated_cross_entropies() -> None:
    assert ops.categorical_crossentropy(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))[0] == pytest.approx(16.118095)
    assert ops.binary_crossentropy(np.array([[1.0]]), np.array([[0.0]]))[0, 0] == pytest.approx(16.118095)
    assert ops.sparse_categorical_crossentropy(np.array([1]), np.array([[2.0, 2.0]]))[0] == pytest.approx(np.log(2))


def test_same_average_does_not_count_the_padding() -> None:
    y = ops.average_pool(np.ones((1, 3, 3, 1)), (2, 2), padding="same")
    np.testing.assert_array_equal(y, np.ones((1, 2, 2, 1)))


def test_the_first_of_equal_elements_gets_the_gradient_of_a_maximum() -> None:
    x = Placeholder((1, 2, 2, 1))
    (dx,) = gradients(ops.sum(ops.max_pool(x, (2, 2))), [x])
    assert dx is not None
    np.testing.assert_array_equal(evaluate([dx], {x: np.zeros((1, 2, 2, 1))})[0].ravel(), [1, 0, 0, 0])


def test_masked_steps_repeat_state_and_output() -> None:
    rng = np.random.default_rng(1)
    x, kernel, recurrent = rng.normal(size=(1, 4, 3)), rng.normal(size=(3, 8)), rng.normal(size=(2, 8))
    mask = np.array([[1, 0, 1, 0]])
    y, h, c = ops.lstm(x, (kernel, recurrent, None), masks=(mask, None, None), return_sequences=True)
    short, h_short, c_short = ops.lstm(x[:, ::2], (kernel, recurrent, None), return_sequences=True)
    np.testing.assert_allclose(y[:, [0, 2]], short)
    np.testing.assert_allclose(y[:, 1], y[:, 0])
    np.testing.assert_allclose(h, h_short)
    np.testing.assert_allclose(c, c_short)


def test_lstm_threads_give_the_numbers_of_one() -> None:
    rng = np.random.default_rng(1)
    x, kernel, recurrent = rng.normal(size=(90, 5, 6)), rng.normal(size=(6, 512)) / 9, rng.normal(size=(128, 512)) / 9
    whole = ops.lstm(x, (kernel, recurrent, None))[0]
    np.testing.assert_allclose(whole[:3], ops.lstm(x[:3], (kernel, recurrent, None))[0], atol=1e-12)


def test_batch_norm_gives_the_moments_of_the_batch_while_training() -> None:
    from engine._ops.normalize import BatchNorm

    x = np.random.default_rng(0).normal(5.0, 3.0, size=(50, 4))
    ones, zeros = np.ones(4), np.zeros(4)
    y, mean, variance = compute(BatchNorm(epsilon=0.0), (x, ones, zeros, zeros, ones), training=True)
    np.testing.assert_allclose(mean, x.mean(axis=0))
    np.testing.assert_allclose(variance, x.var(axis=0))
    np.testing.assert_allclose(y, (x - x.mean(axis=0)) / x.std(axis=0))


def test_dropout_keeps_the_expected_value_and_acts_while_training_only() -> None:
    x = Placeholder((None, 1000))
    y = ops.dropout(x, 0.25, seed=3)
    ones = np.ones((50, 1000), "float32")
    kept = evaluate([y], {x: ones}, training=True)[0]
    assert set(np.unique(kept)) == {0.0, np.float32(1 / 0.75)}
    assert kept.mean() == pytest.approx(1.0, abs=0.02)
    np.testing.assert_array_equal(evaluate([y], {x: ones})[0], ones)


def test_an_index_outside_the_table_is_named() -> None:
    with pytest.raises(DataError, match=r"index 7.*input_dim=8"):
        ops.embedding(np.array([[1, 7]]), np.ones((5, 2)))


def test_a_label_outside_the_classes_is_named() -> None:
    with pytest.raises(DataError, match=r"label 3"):
        ops.sparse_categorical_crossentropy(np.array([3]), np.ones((1, 3)) / 3)


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (lambda: ops.add(np.ones((2, 3)), np.ones((2, 4))), "(2, 4)"),
        (lambda: ops.linear(np.ones((2, 3)), np.ones((4, 5))), "(2, 3)"),
        (lambda: ops.matmul(np.ones((2, 3)), np.ones((4, 5))), "(4, 5)"),
        (lambda: ops.concatenate([np.ones((2, 3)), np.ones((3, 3))]), "(3, 3)"),
        (lambda: ops.reshape(np.ones((2, 3)), (4, -1)), "(2, 3)"),
        (lambda: ops.conv(np.ones((2, 3)), np.ones((3, 3, 1, 1))), "(2, 3)"),
        (lambda: ops.conv(np.ones((1, 2, 2, 1)), np.ones((3, 3, 1, 1))), "(1, 2, 2, 1)"),
        (lambda: ops.conv(np.ones((1, 4, 4, 2)), np.ones((3, 3, 1, 1))), "(1, 4, 4, 2)"),
        (lambda: ops.max_pool(np.ones((1, 1, 1, 1)), (2, 2)), "(1, 1, 1, 1)"),
        (lambda: ops.sum(np.ones(3), axis=2), "axis 2"),
        (lambda: ops.lstm(np.ones((2, 3)), (np.ones((3, 4)), np.ones((1, 4)), None)), "(2, 3)"),
        (lambda: ops.categorical_crossentropy(np.ones((2, 3)), np.ones((2, 4))), "(2, 3)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_what_was_found(wrong, found: str) -> None:
    with pytest.raises(ShapeError) as caught:
        wrong()
    assert found in str(caught.value)


def test_the_missing_channel_axis_comes_with_its_mend() -> None:
    with pytest.raises(ShapeError) as caught:
        ops.conv(Placeholder((None, 8, 8)), Placeholder((3, 3, 1, 4)))
    assert caught.value.fix == {"insert": "Reshape", "settings": {"target_shape": [8, 8, 1]}}
