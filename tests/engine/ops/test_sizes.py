"""Shapes that are known only when data arrive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import backend as K
from engine.layers import Dense, Input, Lambda
from engine.models import Model


def run(function: Any, *arrays: np.ndarray) -> list[np.ndarray]:
    """function on placeholders of open shapes, fed with the arrays."""
    inputs = [K.placeholder(shape=(None,) * array.ndim) for array in arrays]
    result = function(*inputs)
    return K.function(inputs, [result])([*arrays])


def test_a_shape_may_be_told_by_another_tensors_sizes() -> None:
    x = np.arange(24.0).reshape(2, 12)
    (y,) = run(lambda t, like: K.reshape(t, (K.shape(t)[0], K.shape(like)[1], -1)), x, np.zeros((5, 3)))
    assert np.array_equal(y, x.reshape(2, 3, 4))


def test_sizes_are_computed_with() -> None:
    x = np.arange(24.0).reshape(2, 4, 3)

    def halves(t: Any) -> Any:
        sizes = K.shape(t)
        return K.reshape(t, (sizes[0] * sizes[2], sizes[1] // 2, K.prod(sizes[1:2]) - 2))

    (y,) = run(halves, x)
    assert np.array_equal(y, x.reshape(6, 2, 2))


@given(
    shape=st.lists(st.integers(1, 5), min_size=2, max_size=3),
    by=st.integers(1, 4),
    steps=st.lists(st.sampled_from("+-*/"), max_size=4),
)
@settings(max_examples=30, deadline=None)
def test_any_arithmetic_on_sizes_gives_what_it_gives_on_numbers(shape: list[int], by: int, steps: list[str]) -> None:
    """Axis by axis, on all sizes at once, and with numbers on either side."""
    functions = {
        "+": lambda n: by + n, "-": lambda n: n - by + 4, "*": lambda n: n * by, "/": lambda n: (n + by) // by,
    }  # fmt: skip

    def worked_out(sizes: Any) -> Any:
        for step in steps:
            sizes = functions[step](sizes)
        return sizes

    (y,) = run(lambda t: K.ones((worked_out(K.shape(t))[0], worked_out(K.shape(t)[1]))), np.zeros(shape))
    assert y.shape == (worked_out(shape[0]), worked_out(shape[1]))


def test_repeats_and_constants_take_sizes() -> None:
    x = np.arange(6.0).reshape(2, 3)
    (y,) = run(lambda t: K.tile(t, [1, K.shape(t)[0]]) + K.ones((K.shape(t)[0], 6)), x)
    assert np.array_equal(y, np.tile(x, (1, 2)) + 1)


def test_random_numbers_are_drawn_for_each_sample() -> None:
    (y,) = run(lambda t: K.random_normal((K.shape(t)[0], 1000), mean=3.0), np.zeros((7, 2)))
    assert y.shape == (7, 1000)
    assert abs(y.mean() - 3) < 0.1 and abs(y.std() - 1) < 0.1
    (y,) = run(lambda t: K.random_uniform(K.shape(t), 1, 2), np.zeros((7, 2)))
    assert y.shape == (7, 2) and y.min() >= 1 and y.max() < 2


def test_sizes_have_values() -> None:
    (y,) = run(lambda t: K.cast(K.shape(t), "float32") * 2, np.zeros((7, 2)))
    assert y.tolist() == [14, 4]
    assert K.eval(K.shape(K.variable(np.zeros((2, 3))))).tolist() == [2, 3]


def test_gradients_go_through_reshape_and_tile_and_not_through_sizes() -> None:
    inputs = Input((4,))

    def doubled(t: Any) -> Any:
        rows = K.reshape(t, (K.shape(t)[0], 2, K.shape(t)[1] // 2))
        return K.sum(K.tile(rows, [1, K.shape(rows)[1], 1]), axis=[1, 2])

    model = Model(inputs, Lambda(lambda t: K.expand_dims(doubled(t)))(Dense(4, use_bias=False)(inputs)))
    model.compile("sgd", "mae")
    kernel = model.get_weights()[0]
    x = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    model.train_on_batch(x, np.full((2, 1), 1e6))
    # d|1e6 - 2 * sum(x W)| / dW = -2 x, the mean over two samples; learning rate 0.01
    expected = kernel + 0.01 * 2 * np.repeat(x.mean(axis=0)[:, None], 4, axis=1)
    np.testing.assert_allclose(model.get_weights()[0], expected, rtol=1e-4)


def test_values_cannot_be_sizes() -> None:
    x = K.placeholder(shape=(None, 3))
    with pytest.raises(TypeError, match=r"K\.shape\(x\)\[axis\]"):
        K.reshape(x, (K.sum(x), 3))


def test_impossible_sizes_are_refused_when_data_arrive() -> None:
    with pytest.raises(ValueError, match="fits the target shape"):
        run(lambda t: K.reshape(t, (K.shape(t)[0], 5)), np.zeros((2, 3)))


def test_the_number_type_is_that_of_the_tensor_itself() -> None:
    (y,) = run(lambda t: K.reshape(K.greater(t, 2), (K.shape(t)[1], -1)), np.arange(6.0).reshape(2, 3))
    assert y.tolist() == [[False, False], [False, True], [True, True]]


def test_sizes_are_stacked_and_joined_with_numbers_as_copied_layers_do() -> None:
    """The product at each step in Keras's own recurrent layers, which many have copied."""
    x, w = np.arange(24.0).reshape(2, 4, 3), np.ones((3, 5))

    def product(t: Any) -> Any:
        steps, channels, units = K.shape(t)[1], K.shape(t)[2], 5
        y = K.dot(K.reshape(t, (-1, channels)), K.constant(w))
        y = K.reshape(y, K.stack([-1, steps, units]))
        y.set_shape([None, None, units])
        assert K.int_shape(y)[-1] == units
        return y

    (y,) = run(product, x)
    np.testing.assert_allclose(y, x @ w)
    (z,) = run(lambda t: K.reshape(t, K.concatenate([[-1], K.shape(t)[1:2] * 3])), x)
    np.testing.assert_array_equal(z, x.reshape(2, 12))


def test_known_sizes_of_a_tensor_are_said_and_wrong_ones_refused() -> None:
    x = K.placeholder((None, None, 3))
    x.set_shape((None, 4, 3))
    assert K.int_shape(x) == (None, 4, 3) and x._keras_shape == (None, 4, 3)
    for wrong in ((None, 4), (None, 5, 3), (2, 4, 3, 1)):
        with pytest.raises(ValueError, match="set_shape"):
            x.set_shape(wrong)
    assert K.int_shape(x) == (None, 4, 3)
