"""The library in C by itself: products, functions, threads."""

from __future__ import annotations

import ctypes
import math
import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine._native.library import INSTRUCTION

from .programs import loaded, needs_library, program

pytestmark = needs_library
RNG = np.random.default_rng(0)


def _normal(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype("float32")


SIZES = st.one_of(st.integers(1, 40), st.sampled_from([63, 64, 65, 100, 144, 145, 264, 265, 300, 530]))
# Rows of so many numbers are read by slabs.
WIDE = st.sampled_from([1024, 1100, 1291])


@settings(max_examples=60, deadline=None)
@given(rows=SIZES, inputs=SIZES, outputs=st.one_of(SIZES, WIDE), rectifies=st.booleans(), has_bias=st.booleans())
def test_a_dense_layer_and_its_gradients_are_those_in_float64(rows, inputs, outputs, rectifies, has_bias):
    x, kernel, bias, dy = _normal(rows, inputs), _normal(inputs, outputs), _normal(outputs), _normal(rows, outputs)
    y, dx, dkernel, dbias = (np.full(shape, 7, "float32") for shape in (dy.shape, x.shape, kernel.shape, bias.shape))

    program("linear", rows, (1, inputs, outputs), (x, kernel, bias if has_bias else None, y), (float(rectifies),)).run(
        1
    )
    program("linear_input_gradient", rows, (1, inputs, outputs), (dy, kernel, x, dx)).run(1)
    program("weight_gradient", inputs, (rows, inputs, outputs), (x, dy, dkernel)).run(1)
    program("bias_gradient", 1, (rows, inputs, outputs), (dy, dbias)).run(1)

    exact_y = x.astype("float64") @ kernel + (bias if has_bias else 0)
    close = {"rtol": 1e-5, "atol": 1e-6 * max(rows, inputs, outputs)}
    np.testing.assert_allclose(y, np.maximum(exact_y, 0) if rectifies else exact_y, **close)
    np.testing.assert_allclose(dx, (dy.astype("float64") @ kernel.T) * (x > 0), **close)
    np.testing.assert_allclose(dkernel, x.T.astype("float64") @ dy, **close)
    np.testing.assert_allclose(dbias, dy.astype("float64").sum(0), **close)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(1, 8),
    inputs=SIZES,
    outputs=SIZES,
    of_part=st.integers(1, 40),
    rectifies=st.booleans(),
    has_bias=st.booleans(),
)
def test_a_large_matrix_read_in_parts_gives_the_product_in_float64(rows, inputs, outputs, of_part, rectifies, has_bias):
    x, kernel, bias = _normal(rows, inputs), _normal(inputs, outputs), _normal(outputs)
    parts = -(-inputs // of_part)
    sums, y = np.full((parts, rows, outputs), 7, "float32"), np.full((rows, outputs), 7, "float32")
    program("linear_of_few_rows", parts, (rows, inputs, outputs, of_part), (x, kernel, sums)).run(1)
    arrays = (sums, bias if has_bias else None, y)
    program("linear_of_parts", outputs, (rows, outputs, parts), arrays, (float(rectifies),)).run(1)
    exact = x.astype("float64") @ kernel + (bias if has_bias else 0)
    np.testing.assert_allclose(
        y, np.maximum(exact, 0) if rectifies else exact, rtol=1e-5, atol=1e-6 * max(rows, inputs)
    )


@pytest.mark.parametrize("outputs", [512, 513, 1000, 1537])
def test_columns_of_a_large_matrix_are_summed_block_by_block(outputs):
    x, kernel = _normal(8, 37), _normal(37, outputs)
    sums = np.full((2, 8, outputs), 7, "float32")
    program("linear_of_few_rows", 2, (8, 37, outputs, 24), (x, kernel, sums)).run(1)
    for part, rows in zip(sums, (slice(24), slice(24, None)), strict=True):
        np.testing.assert_allclose(part, x.astype("float64")[:, rows] @ kernel[rows], rtol=1e-5, atol=1e-5)


FUNCTIONS = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "rectify": lambda x: np.maximum(x, 0),
    "square": np.square,
    "absolute": np.abs,
    "round": np.rint,
    "negative": np.negative,
    "copy": np.positive,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_numpy_s_within_rounding_over_all_sizes_of_numbers(name):
    sizes = np.concatenate([np.logspace(-30, 1.95, 4000), [1e4, 3e9]])
    x = np.concatenate([sizes, -sizes, [0.0, 0.5, 1.5, 2.5, -0.5]]).astype("float32")
    y = np.empty_like(x)

    program(name, 1, (x.size, 1), (x, y)).run(1)

    with np.errstate(over="ignore"):
        np.testing.assert_allclose(y, FUNCTIONS[name](x.astype("float64")), rtol=4e-7, atol=1e-37)


EXACT: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), 708),
    "tanh": (np.tanh, 1e4),
    "exponent": (np.exp, 708),
    "elu": (lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), 1e4),
    "softplus": (lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), 708),
    "logarithm_of": (lambda x: np.log(np.abs(x)), 1e300),
    "error_function_of": (lambda x: np.array([math.erf(value) for value in x], np.longdouble), 1e4),
    "root_of": (lambda x: np.sqrt(np.abs(x)), 1e300),
    "round": (np.rint, 1e300),
}


@pytest.mark.parametrize("name", EXACT)
def test_functions_of_float64_are_exact_to_their_last_places(name):
    function, most = EXACT[name]
    sizes = np.concatenate([np.geomspace(1e-300, most, 20_000), np.linspace(1e-3, min(most, 40), 20_000)])
    x = sizes if name in ("logarithm_of", "root_of") else np.concatenate([sizes, -sizes])
    y = np.empty_like(x)

    program(name, 1, (x.size, 1), (x, y), (1.0,)).run(1)

    np.testing.assert_allclose(y, function(x.astype(np.longdouble)).astype("float64"), rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_infinities_and_what_is_no_number_go_as_in_numpy(name):
    x = np.array([np.nan, np.inf, -np.inf, 1.0] * 9, "float32")
    y = np.empty_like(x)

    program(name, 1, (x.size, 1), (x, y)).run(1)

    with np.errstate(all="ignore"):
        np.testing.assert_allclose(y, FUNCTIONS[name](x), rtol=1e-6)


@pytest.mark.parametrize("columns", [1, 3, 10, 16, 33, 1000])
def test_softmax_is_numpy_s_for_any_number_of_classes(columns):
    x, y = _normal(7, columns) * 30, np.empty((7, columns), "float32")

    program("softmax", 7, (1, columns), (x, y)).run(1)

    powers = np.exp(x.astype("float64") - x.max(1, keepdims=True))
    np.testing.assert_allclose(y, powers / powers.sum(1, keepdims=True), rtol=1e-5, atol=1e-30)


def test_a_label_that_is_no_class_is_told_and_writes_nothing_beyond():
    output, loss = np.full((4, 3), 1 / 3, "float32"), np.zeros(4, "float32")
    for wrong in (3, -1, np.nan, np.inf):
        labels = np.array([0, 1, wrong, 2], "float32")
        assert program("sparse_crossentropy", 4, (1, 3, 0), (labels, output, loss), (1e-7, 1 - 1e-7)).run(1) == 0


def _chunked(seed: int, rows: int = 96):
    rng = np.random.default_rng(seed)
    x, kernel = rng.normal(size=(rows, 50)).astype("float32"), rng.normal(size=(50, 70)).astype("float32")
    y = np.zeros((rows, 70), "float32")
    made = program("linear", rows, (1, 50, 70), (x, kernel, None, y), chunks=[(i, 8) for i in range(0, rows, 8)])
    return made, y


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_many_runs_on_any_number_of_threads_give_the_same_bits(threads):
    made, y = _chunked(1)
    made.run(1)
    expected = y.copy()
    for _ in range(2000):
        y.fill(0)
        made.run(threads)
        assert np.array_equal(y, expected)


@pytest.mark.parametrize("at_once", [0, 3])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_values_of_a_phase_lie_in_the_memory_of_the_thread(threads, at_once):
    """y = tanh(x)^2 + tanh(x): what lies between has room for the samples of a chunk, or of a turn, of two threads."""
    samples, columns, of_chunk = 91, 24, 10
    x, y = _normal(samples, columns), np.full((samples, columns), 7, "float32")
    of_sample, room = 4 * columns, (at_once or of_chunk) * 4 * columns
    own = np.full(2 * 2 * room, 9, np.uint8)
    table = np.zeros(3, INSTRUCTION)
    table["units"], table["at_once"] = samples, at_once
    in_turn = -of_sample if at_once else of_sample
    for row, (name, sizes, places) in zip(
        table,
        [
            ("tanh", (columns, 1), [x, 0]),
            ("square", (columns, 1), [0, room]),
            ("add", (columns, 1, 1), [0, room, y]),
        ],
        strict=True,
    ):
        row["operation"], row["owned"], row["size"][: len(sizes)] = loaded().operations[name], 1, sizes
        for i, place in enumerate(places):
            lies_there = isinstance(place, int)
            row["array"][i] = place if lies_there else place.ctypes.data
            row["of_unit"][i] = in_turn if lies_there else 0
    chunks = [(0, 3, first, min(of_chunk, samples - first)) for first in range(0, samples, of_chunk)]
    made = loaded().program(table, chunks, [(0, len(chunks), 2)], [x, y], thread_memory=own, of_thread=2 * room)
    for _ in range(200):
        y[:] = 7
        assert made.run(threads) is None
        np.testing.assert_allclose(y, np.tanh(x) ** 2 + np.tanh(x), rtol=1e-5, atol=1e-6)
    y[:] = 7
    assert made.seconds().shape == (3,)
    np.testing.assert_allclose(y, np.tanh(x) ** 2 + np.tanh(x), rtol=1e-5, atol=1e-6)


def test_more_chunks_than_a_ticket_counts_are_all_done():
    n = 10_000
    x, y = np.arange(n, dtype="float32"), np.zeros(n, "float32")
    program("copy", n, (1, 1), (x, y), chunks=[(i, 1) for i in range(n)]).run(2)
    assert np.array_equal(x, y)


def test_programs_run_in_several_threads_at_once():
    wrong: list[int] = []

    def work(seed: int) -> None:
        made, y = _chunked(seed)
        made.run(1)
        expected = y.copy()
        for _ in range(500):
            y.fill(0)
            made.run(2)
            if not np.array_equal(y, expected):
                wrong.append(seed)

    callers = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not wrong


def test_small_numbers_are_kept_outside_of_a_run():
    made, _ = _chunked(0)
    made.run(2)
    assert np.float32(1e-30) * np.float32(1e-10) > 0


def test_an_operation_behind_the_last_has_no_name():
    functions = loaded()
    assert len(functions.operations) > 40
    assert isinstance(functions.operations["linear"], int)
    assert ctypes.sizeof(ctypes.c_void_p) == 8
