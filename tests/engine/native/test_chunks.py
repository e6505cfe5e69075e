"""Chunks of any size give the same bits, so that threads may get as many as suit them."""

from __future__ import annotations

import numpy as np
import pytest

from engine._training.native_limits import layout_of_norms

from .programs import needs_library, program

pytestmark = needs_library

SAMPLES = 110
NUMBERS = (0.1, 1.0, 1.0)
ONE_OPERAND = [
    "rectify", "sigmoid", "tanh", "elu", "softplus", "softsign", "hard_sigmoid", "leaky", "exponent",
    "limited_rectify", "logarithm_of", "error_function_of", "root_of", "clip", "square", "absolute", "round", "negative", "copy",
]  # fmt: skip
TWO_OPERANDS = [
    "rectify_gradient", "sigmoid_gradient", "tanh_gradient", "elu_gradient", "softplus_gradient", "softsign_gradient",
    "hard_sigmoid_gradient", "leaky_gradient", "limited_rectify_gradient", "error_function_gradient", "root_gradient",
    "clip_gradient", "square_gradient", "absolute_gradient", "add", "subtract", "multiply", "divide", "maximum", "minimum",
]  # fmt: skip


def _assert_same_bits(operation, arrays, sizes, numbers=(), units=SAMPLES):
    """Run an operation in chunks of several sizes; its last array is the result."""
    results = []
    for size in (units, 16, 14, 11, 8, 1):
        *read, written = arrays
        result = np.zeros_like(written)
        chunks = [(first, min(size, units - first)) for first in range(0, units, size)]
        program(operation, units, sizes, [*read, result], numbers, chunks).run(1)
        results.append(result)
    assert all(np.array_equal(result, results[0], equal_nan=True) for result in results)


def _normal(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape).astype("float32")


def _shares(*shape):
    powers = np.exp(_normal(*shape))
    return powers / powers.sum(-1, keepdims=True)


@pytest.mark.parametrize("columns", [1, 30, 64])
@pytest.mark.parametrize("operation", [*ONE_OPERAND, *TWO_OPERANDS])
def test_functions(operation, columns):
    operands = [_shares(SAMPLES, columns + i)[:, :columns].copy() for i in range(1 if operation in ONE_OPERAND else 2)]
    sizes = (columns, *(1 for _ in operands))
    _assert_same_bits(operation, [*operands, operands[0]], sizes, NUMBERS)


@pytest.mark.parametrize(("inputs", "outputs"), [(30, 30), (31, 33), (64, 64), (7, 100), (600, 5)])
def test_products(inputs, outputs):
    x, kernel, bias, dy = (
        _normal(SAMPLES, inputs),
        _normal(inputs, outputs),
        _normal(outputs),
        _normal(SAMPLES, outputs),
    )
    _assert_same_bits("linear", [x, kernel, bias, dy], (1, inputs, outputs), (1,))
    _assert_same_bits("linear_input_gradient", [dy, kernel, x, x], (1, inputs, outputs))
    _assert_same_bits("weight_gradient", [x, dy, kernel], (SAMPLES, inputs, outputs), units=inputs)


@pytest.mark.parametrize(("rows", "outputs"), [(1, 30), (3, 33), (8, 64)])
def test_products_of_few_rows_with_a_large_matrix(rows, outputs):
    parts, columns = _normal(SAMPLES, rows, outputs), _normal(7, rows, SAMPLES)
    of_few = (rows, 9 * SAMPLES - 4, outputs, 9)
    operands = _normal(rows, 9 * SAMPLES - 4), _normal(9 * SAMPLES - 4, outputs)
    _assert_same_bits("linear_of_few_rows", [*operands, parts], of_few)
    _assert_same_bits("linear_of_parts", [columns, _normal(SAMPLES), columns[0]], (rows, SAMPLES, 7), (1.0,))


@pytest.mark.parametrize("turned", [(0, 0), (0, 1), (1, 0)])
def test_products_of_the_matrices_of_samples(turned):
    a, b, y = _normal(SAMPLES, 2, 7 * 20), _normal(SAMPLES, 2, 20 * 33), _normal(SAMPLES, 2, 7 * 33)
    _assert_same_bits("matmul", [a, b, y], (2, 7, 33, 20, *turned))


@pytest.mark.parametrize("operation", ["maximum_gradient", "minimum_gradient"])
def test_gradients_of_choices(operation):
    operands = [_shares(SAMPLES, 30 + i)[:, :30].copy() for i in range(4)]
    _assert_same_bits(operation, operands, (30, 1, 1, 1), (1.0,))


@pytest.mark.parametrize("classes", [2, 10, 33])
def test_probabilities_and_entropies(classes):
    output, dy = _shares(SAMPLES, classes), _normal(SAMPLES)
    labels, limits = (np.arange(SAMPLES) % classes).astype("float32"), (1e-7, 1 - 1e-7)
    target = np.eye(classes, dtype="float32")[labels.astype(int)]
    _assert_same_bits("softmax", [_normal(SAMPLES, classes), output], (1, classes))
    _assert_same_bits("softmax_gradient", [target, output, output], (1, classes))
    for logits in (0, 1):
        sizes = (1, classes, logits)
        _assert_same_bits("sparse_crossentropy", [labels, output, dy], sizes, limits)
        _assert_same_bits("sparse_crossentropy_gradient", [dy, labels, output, output], sizes, limits)
        _assert_same_bits("categorical_crossentropy", [target, output, dy], sizes, limits)
        _assert_same_bits("categorical_crossentropy_gradient", [dy, target, output, output], sizes, limits)
        _assert_same_bits("binary_crossentropy", [target, output, output], (classes, 1, 1, logits), limits)
        _assert_same_bits(
            "binary_crossentropy_gradient", [output, target, output, output], (classes, 1, 1, logits), limits
        )


@pytest.mark.parametrize("sizes", [(7, 20, 2), (7, 1, 3), (1, 33, 1)])
def test_rows_of_blocks(sizes):
    rows, columns, blocks = sizes
    x, y = _normal(SAMPLES, blocks * rows * columns), _normal(SAMPLES, blocks * columns)
    for operation in ("largest_of_rows", "smallest_of_rows", "middle_sum"):
        _assert_same_bits(operation, [x, y], sizes, (3.0,))
    _assert_same_bits("extreme_of_rows_gradient", [y, x, y, x], sizes)
    _assert_same_bits("softmax_of_rows", [x, x], sizes)
    _assert_same_bits("softmax_of_rows_gradient", [x, x, x], sizes)
    _assert_same_bits("interpolate", [x, _normal(SAMPLES, 3 * blocks * rows * columns)], (*sizes, 3))
    _assert_same_bits("interpolate_gradient", [_normal(SAMPLES, 3 * blocks * rows * columns), x], (*sizes, 3))


@pytest.mark.parametrize("kind", ["float32", "int32", "int64", "bool"])
def test_comparisons(kind):
    a, b = (np.round(_normal(SAMPLES, 30 + i)[:, :30]).astype(kind) for i in range(2))
    code = ["float32", "int32", "int64", "bool"].index(kind)
    for relation in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
        _assert_same_bits(relation, [a, b, a.astype(bool)], (30, 1, 1, code))


@pytest.mark.parametrize(("shape", "axes"), [((40, 110), (0,)), ((110, 40), (1,)), ((5, 11, 6, 10), (0, 2))])
def test_norms_of_weights(shape, axes):
    layout = layout_of_norms(shape, axes)
    assert layout is not None and layout.norms == SAMPLES
    # Norms side by side are computed 64 at a time, which their chunks are multiples of.
    results = []
    for size in (SAMPLES, 64) if layout.values[0] > 1 else (SAMPLES, 16, 14, 11, 8, 1):
        weights = _normal(*shape)
        chunks = [(first, min(size, SAMPLES - first)) for first in range(0, SAMPLES, size)]
        arrays = [np.array(layout.values), np.array([0.0, 1.0, 0.5, 1e-7]), weights]
        program("limit_norms", SAMPLES, (1, 1), arrays, chunks=chunks).run(1)
        results.append(weights)
    assert all(np.array_equal(result, results[0]) for result in results)
