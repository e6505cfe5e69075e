"""Chunks of any size give the same bits, so that threads may get as many as suit them."""

from __future__ import annotations

import numpy as np
import pytest

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
