"""Convolutions, pooling and batch normalisation in the library of C: the numbers of the ops in Python, for shapes by chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable
from engine._native.library import turned_off
from engine.backend import floatx

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

BATCHES = [1, 2, 9, 17]


def _normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(floatx())


def _largest_error(build, arrays, training=True, most=1e-5):
    """Compare a graph's results in machine code and by NumPy, relative to the largest value of each."""
    inputs = [Placeholder((None, *a.shape[1:]), a.dtype) for a in arrays]
    outputs = build(*inputs)
    feeds = {x: a.shape for x, a in zip(inputs, arrays, strict=True)}
    native = Plan(outputs, inputs, feeds, training=training)
    with turned_off():
        python = Plan(outputs, inputs, feeds, training=training)
    assert native.is_native, native.how
    for _ in range(2):
        for mine, expected in zip(native.run(arrays), python.run(arrays), strict=True):
            largest = np.abs(expected[np.isfinite(expected)]).max(initial=1e-30)
            np.testing.assert_allclose(mine, expected, rtol=0, atol=within(most) * largest)


@st.composite
def convolutions(draw, most_axes=3):
    """Batch, image, kernel, strides, padding, dilation of a convolution that has results."""
    rank = draw(st.integers(1, most_axes))
    size = tuple(draw(st.integers(1, 5 if rank < 3 else 3)) for _ in range(rank))
    strides = tuple(draw(st.integers(1, 3)) for _ in range(rank))
    dilation = tuple(draw(st.integers(1, 3)) for _ in range(rank)) if set(strides) == {1} else (1,) * rank
    padding = draw(st.sampled_from(["valid", "same"] if rank > 1 else ["valid", "same", "causal"]))
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    longest = 20 if rank < 3 else 8
    image = tuple(draw(st.integers(r if padding == "valid" else 1, longest)) for r in reach)
    channels, filters = draw(st.sampled_from([1, 2, 3, 5, 8, 16])), draw(st.sampled_from([1, 3, 8, 10, 16, 33, 64]))
    return draw(st.sampled_from(BATCHES)), image, (*size, channels, filters), strides, padding, dilation


@settings(max_examples=20, deadline=None)
@given(convolutions(), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 9))
def test_a_convolution_and_its_gradients_are_those_of_numpy(shapes, with_bias, rectified, first, seed):
    batch, image, kernel_shape, strides, padding, dilation = shapes
    kernel = Variable(kernel_shape, initializer=_normal(seed, *kernel_shape))
    bias = Variable(kernel_shape[-1:], initializer=_normal(seed + 1, kernel_shape[-1]))

    def build(x):
        data_format = "channels_first" if first else "channels_last"
        y = ops.conv(x, kernel, bias if with_bias else None, strides, padding, dilation, data_format)
        y = ops.relu(y) if rectified else y
        loss = ops.sum(ops.square(y))
        return [y, *gradients(loss, [kernel, x, *([bias] if with_bias else [])])]

    channels = kernel_shape[-2]
    _largest_error(build, [_normal(seed + 2, batch, *((channels, *image) if first else (*image, channels)))], most=3e-5)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([1, 3, 9, 17]),
    st.one_of(st.tuples(*[st.integers(7, 21)] * 2), st.tuples(st.integers(1, 4), *[st.integers(7, 13)] * 2)),
    st.integers(1, 3),
    st.sampled_from([12, 16, 19, 32, 47]),
    st.sampled_from([5, 8, 13, 16, 32, 45, 80]),
    st.sampled_from(["valid", "same"]),
    st.booleans(),
    st.integers(0, 9),
)
def test_winograd_gives_what_numpy_gives(batch, image, planes, channels, filters, padding, rectified, seed):
    size = (3, 3) if len(image) == 2 else (min(planes, image[0]), 3, 3)
    shape = (*size, channels, filters)
    kernel = Variable(shape, initializer=_normal(seed, *shape))
    bias = Variable((filters,), initializer=_normal(seed + 1, filters))

    def build(x):
        y = ops.conv(ops.relu(x), kernel, bias, 1, padding)
        y = ops.relu(y) if rectified else y
        return [y, *gradients(ops.sum(ops.square(y)), [kernel, x, bias])]

    _largest_error(build, [_normal(seed + 2, batch, *image, channels)], most=3e-5)


@pytest.mark.parametrize("batch", BATCHES)
def test_layers_on_each_other_mask_and_add_their_gradients(batch):
    first, second = (
        Variable(s, initializer=_normal(i, *s) * 0.2) for i, s in enumerate([(3, 3, 3, 24), (3, 3, 24, 24)])
    )

    def build(x):
        a = ops.relu(ops.conv(x, first, None, 1, "same"))
        b = ops.relu(ops.conv(a, second, None, 1, "same"))
        c = ops.max_pool(ops.add(a, b), (2, 2))
        loss = ops.mean(ops.square(ops.conv(c, second, None, 2, "same")))
        return [loss, *gradients(loss, [first, second, x])]

    _largest_error(build, [_normal(7, batch, 9, 11, 3)])


@settings(max_examples=20, deadline=None)
@given(convolutions(), st.booleans(), st.integers(0, 9))
def test_a_transposed_convolution_and_its_gradients_are_those_of_numpy(shapes, with_bias, seed):
    batch, image, kernel_shape, strides, padding, dilation = shapes
    padding = "same" if padding == "causal" else padding
    shape = (*kernel_shape[:-2], kernel_shape[-1], kernel_shape[-2])
    kernel = Variable(shape, initializer=_normal(seed, *shape))
    bias = Variable((shape[-2],), initializer=_normal(seed + 1, shape[-2]))

    def build(x):
        y = ops.conv_transposed(x, kernel, bias if with_bias else None, strides, padding, dilation=dilation)
        return [y, *gradients(ops.sum(ops.square(y)), [kernel, x, *([bias] if with_bias else [])])]

    # Gradients of a kernel of few numbers are sums over the whole batch whose terms nearly cancel.
    _largest_error(build, [_normal(seed + 2, batch, *image, shape[-1])], most=3e-4)


@pytest.mark.parametrize("batch", [1, 9])
@pytest.mark.parametrize("filters", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("channels", "size", "stride", "dilation"), [(40, 3, 1, 1), (9, 5, 2, 1), (33, 2, 1, 2), (160, 1, 1, 1)]
)
def test_few_filters_over_many_channels(batch, filters, channels, size, stride, dilation):
    kernel = Variable(of := (size, size, channels, filters), initializer=_normal(0, *of))
    back = Variable(of := (size, size, filters, channels), initializer=_normal(1, *of))
    bias = Variable((filters,), initializer=_normal(2, filters))

    def build(x):
        y = ops.relu(ops.conv(x, kernel, bias, stride, "same", dilation))
        wide = ops.conv_transposed(x, back, bias, (stride, stride), "same", dilation=(dilation, dilation))
        loss = ops.sum(ops.square(y)) + ops.sum(ops.square(wide))
        return [y, wide, *gradients(loss, [kernel, back, bias, x])]

    _largest_error(build, [_normal(3, batch, 11, 13, channels)])


@pytest.mark.parametrize("rows", [(9000, 5), (257, 3), (512, 1)])
def test_sums_of_rows_that_nearly_cancel_keep_their_digits(rows):
    slopes = _normal(0, *rows)
    weights = [np.ones((2, rows[1])), np.zeros(rows[1])]
    kernel, bias = (Variable(w.shape, initializer=w.astype(floatx())) for w in weights)

    def build(x, slope):
        return gradients(ops.sum(ops.multiply(ops.linear(x, kernel, bias), slope)), [bias])

    arrays = [_normal(1, rows[0], 2), slopes]
    _largest_error(build, arrays, most=4e-6)
    x, slope = (Placeholder((None, *a.shape[1:]), a.dtype) for a in arrays)
    with turned_off():
        (found,) = Plan(build(x, slope), [x, slope], {x: arrays[0].shape, slope: rows}, training=True).run(arrays)
    exact = slopes.astype("float64").sum(0)
    assert np.abs(found - exact).max() <= within(2e-6) * np.abs(exact).max()


@settings(max_examples=20, deadline=None)
@given(convolutions(most_axes=2), st.integers(1, 3), st.integers(0, 9))
def test_a_depthwise_convolution_and_its_gradients_are_those_of_numpy(shapes, times, seed):
    batch, image, kernel_shape, strides, padding, dilation = shapes
    shape = (*kernel_shape[:-1], times)
    kernel = Variable(shape, initializer=_normal(seed, *shape))

    def build(x):
        y = ops.depthwise_conv(x, kernel, strides, padding, dilation)
        return [y, *gradients(ops.sum(ops.square(y)), [kernel, x])]

    _largest_error(build, [_normal(seed + 2, batch, *image, shape[-2])])


@pytest.mark.parametrize("size", [(7, 7), (9, 3), (2, 13), (10, 12)], ids=str)
@pytest.mark.parametrize("stride", [1, 2])
def test_depthwise_windows_of_many_elements(size, stride):
    kernel = Variable((*size, 19, 1), initializer=_normal(0, *size, 19, 1))

    def build(x):
        y = ops.depthwise_conv(x, kernel, (stride, stride), "same")
        return [y, *gradients(ops.sum(ops.square(y)), [kernel, x])]

    _largest_error(build, [_normal(1, 3, 14, 15, 19)], most=3e-5)


@pytest.mark.parametrize(
    "shape",
    [(2, 1100, 7), (1, 3, 900, 5), (3, 40, 40, 64), (9, 14, 14, 160), (2, 9, 8, 7, 30), (2, 6, 30, 20, 5)],
    ids=str,
)
def test_images_that_are_cut_into_blocks(shape):
    kernel = Variable(
        (*[3] * (len(shape) - 2), shape[-1], 40), initializer=_normal(0, *[3] * (len(shape) - 2), shape[-1], 40)
    )

    def build(x):
        y = ops.conv(x, kernel, None, 1, "same")
        return [y, *gradients(ops.sum(ops.square(y)), [kernel, x])]

    _largest_error(build, [_normal(1, *shape)])


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(BATCHES),
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=3),
    st.sampled_from([1, 3, 16, 20]),
    st.sampled_from(["valid", "same"]),
    st.sampled_from([ops.max_pool, ops.average_pool]),
    st.integers(0, 9),
)
def test_pooling_and_its_gradient_are_those_of_numpy(batch, axes, channels, padding, pool, seed):
    image, size, strides = zip(*((max(n, k), k, s) for n, k, s in axes), strict=True)

    def build(x):
        y = pool(x, size, strides, padding)
        return [y, *gradients(ops.sum(ops.multiply(y, y)), [x])]

    x = np.round(_normal(seed, batch, *image, channels) * 2)  # so that some elements of a window are equal
    _largest_error(build, [x])


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(6, 5), (9, 7), (17, 4, 3, 32), (9, 6, 20), (3, 8, 8, 17)], ids=str)
def test_batch_normalisation_and_its_gradients_are_those_of_numpy(shape, training):
    weights = [Variable(shape[-1:], initializer=_normal(i, shape[-1]) + i) for i in range(3)]
    variance = Variable(shape[-1:], initializer=np.abs(_normal(3, shape[-1])) + 0.1)
    gamma, beta, mean = weights

    def build(x):
        y, *moments = ops.batch_norm(x, gamma, beta, mean, variance)
        bare = ops.batch_norm(ops.square(x), None, None, mean, variance)[0]
        loss = ops.sum(ops.square(y) * y + bare * bare * bare)
        return [y, *moments, *(gradients(loss, [x, gamma, beta]) if training else ())]

    _largest_error(build, [_normal(4, *shape)], training, 2e-5)


def test_moments_of_values_far_from_zero_keep_their_digits():
    ones, x = Variable((16,), initializer=np.ones(16)), _normal(0, 40, 5, 5, 16) + np.float32(3000)
    placeholder = Placeholder((None, 5, 5, 16))
    outputs = ops.batch_norm(placeholder, ones, None, ones, ones, epsilon=0.0)
    plan = Plan(list(outputs), [placeholder], {placeholder: x.shape}, training=True)
    assert plan.is_native
    y, mean, variance = plan.run([x])
    exact = x.astype("float64")
    np.testing.assert_allclose(mean, exact.mean(axis=(0, 1, 2)), rtol=1e-7)
    np.testing.assert_allclose(variance, exact.var(axis=(0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(y, (exact - exact.mean(axis=(0, 1, 2))) / exact.std(axis=(0, 1, 2)), atol=3e-4)


@pytest.mark.parametrize("axes", [(1,), (1, 2)])
@pytest.mark.parametrize("reduce", [ops.mean, ops.sum])
def test_sums_over_all_pixels(axes, reduce):
    def build(x):
        y = reduce(x, axis=axes)
        return [y, *gradients(ops.sum(ops.square(y)), [x])]

    _largest_error(build, [_normal(0, 9, *[5] * len(axes), 18)])


@pytest.mark.parametrize("axes", [(1,), (1, 2)])
def test_the_largest_of_all_pixels_shares_its_gradient(axes):
    def build(x):
        y = ops.max(x, axis=axes)
        return [y, *gradients(ops.sum(ops.square(y) * y), [x])]

    _largest_error(build, [np.round(_normal(0, 9, *[5] * len(axes), 18) * 2)])


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from([1, 9, 17]),
    st.integers(22, 60),
    st.integers(1, 4),
    st.integers(1, 2),
    st.sampled_from(["valid", "same", "causal"]),
    st.booleans(),
    st.integers(0, 9),
)
def test_the_largest_result_of_a_convolution_over_steps(batch, steps, size, stride, padding, rectified, seed):
    shape = (size, 3, 10)
    kernel, bias = (Variable(s, initializer=_normal(seed, *s)) for s in [shape, (10,)])

    def build(x):
        y = ops.conv(x, kernel, bias, stride, padding)
        y = ops.max(ops.relu(y) if rectified else y, axis=1)
        return [y, *gradients(ops.sum(ops.square(y) * y), [kernel, x, bias])]

    x = np.round(_normal(seed, batch, steps, 3))  # so that several windows have the largest result
    _largest_error(build, [x])


def test_pictures_of_a_sequence_of_each_sample():
    kernel, gamma, moving = (Variable(s, initializer=_normal(0, *s)) for s in [(3, 3, 2, 9), (9,), (9,)])

    def build(x):
        y = ops.relu(ops.conv(ops.reshape(x, (-1, 6, 7, 2)), kernel, None, 1, "same"))
        y = ops.batch_norm(ops.max_pool(y, (2, 2)), gamma, None, moving, moving)[0]
        loss = ops.mean(ops.square(y) * y)
        return [loss, *gradients(loss, [x, kernel, gamma])]

    _largest_error(build, [_normal(1, 9, 5, 6, 7, 2)], most=2e-5)


def test_what_is_no_number_comes_out_where_numpy_has_it():
    kernel = Variable((3, 3, 4, 6), initializer=_normal(0, 3, 3, 4, 6))

    def build(x):
        convolved = ops.conv(x, kernel)
        y = ops.max_pool(ops.relu(convolved), (2, 2))
        return [convolved, y, *gradients(ops.sum(ops.square(y)), [x])]

    x = _normal(1, 9, 8, 8, 4)
    x[2, 3, 3, 1], x[4, 0, 0, 0] = np.nan, np.inf
    with np.errstate(all="ignore"):
        _largest_error(build, [x])


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([1, 3, 9]),
    st.tuples(st.integers(7, 21), st.integers(7, 21)),
    st.sampled_from([16, 21]),
    st.sampled_from([16, 37]),
    st.sampled_from([(2, 2), (3, 2), (2, 1)]),
    st.sampled_from(["valid", "same"]),
    st.booleans(),
    st.integers(0, 9),
)
def test_predictions_write_the_largest_of_a_convolution_alone(
    batch, image, channels, filters, pool, padding, seen, seed
):
    shape = (3, 3, channels, filters)
    kernel, bias = (Variable(s, initializer=_normal(seed, *s)) for s in (shape, (filters,)))

    def build(x):
        y = ops.relu(ops.conv(x, kernel, bias, 1, "same"))
        largest = ops.max_pool(y, (pool[0],) * 2, (pool[1],) * 2, padding)
        return [ops.square(largest), *([y] if seen else [])]

    _largest_error(build, [_normal(seed + 2, batch, *image, channels)], training=False, most=3e-5)


@pytest.mark.parametrize("pooled", [False, True])
def test_very_many_weights_are_read_once_for_squares_of_several_pictures(pooled):
    kernel, bias = Variable((3, 3, 352, 344), initializer=_normal(0, 3, 3, 352, 344) * 0.02), Variable((344,))

    def build(x):
        y = ops.relu(ops.conv(x, kernel, bias, 1, "same"))
        return [ops.max_pool(y, (2, 2), (2, 2)) if pooled else y]

    _largest_error(build, [_normal(1, 9, 13, 11, 352)], False, 3e-5)


def test_few_squares_of_many_weights_are_shared_by_all_pictures():
    kernel = Variable((3, 3, 192, 224), initializer=_normal(0, 3, 3, 192, 224) * 0.02)
    for batch in (8, 11):
        _largest_error(lambda x: [ops.conv(x, kernel, None, 1, "same")], [_normal(1, batch, 9, 7, 192)], False, 3e-5)
