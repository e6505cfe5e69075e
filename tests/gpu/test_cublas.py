"""Products by cuBLAS: each way in which matrices may lie, and what is left to CuPy."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

import engine
from engine._machine import devices, gpu
from engine.errors import TrainingError

from .cublas import Library
from .using import stand_in

rng = np.random.default_rng(1)


@pytest.fixture
def card() -> Generator[gpu.Gpu]:
    with stand_in():
        yield gpu.numbered(0)


def _lying(kind: str, array: np.ndarray, xp: Any) -> Any:
    """The matrices on the card by rows, by columns, as parts of larger ones, or with gaps that cuBLAS cannot be told."""
    there = xp.array(array)
    if kind == "columns":
        return xp.array(np.ascontiguousarray(array.swapaxes(-1, -2))).swapaxes(-1, -2)
    if kind == "part":
        larger = xp.zeros((*array.shape[:-2], array.shape[-2] + 2, array.shape[-1] + 3), array.dtype)
        larger[..., 1:-1, 2:-1] = there
        return larger[..., 1:-1, 2:-1]
    if kind == "gaps":
        larger = xp.zeros((*array.shape[:-1], array.shape[-1] * 2), array.dtype)
        larger[..., ::2] = there
        return larger[..., ::2]
    return there


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("lies", [("rows", "rows"), ("columns", "rows"), ("part", "columns"), ("gaps", "part")])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((3, 4), (4, 5)),
        ((1, 4), (4, 1)),
        ((2, 3, 4), (2, 4, 5)),
        ((2, 3, 4), (4, 5)),
        ((3, 1), (1, 3)),
        ((2, 2, 3, 4), (2, 2, 4, 2)),
    ],
)
def test_products_are_numpys(
    card: gpu.Gpu, a: tuple[int, ...], b: tuple[int, ...], lies: tuple[str, str], dtype: str
) -> None:
    x, y = rng.normal(size=a).astype(dtype), rng.normal(size=b).astype(dtype)
    expected = np.matmul(x, y)
    with card.active():
        one, other = _lying(lies[0], x, card.xp), _lying(lies[1], y, card.xp)
        for order in ("C", "F"):
            out = card.xp.empty(expected.shape, dtype, order)
            assert card.xp.matmul(one, other, out=out) is out
            np.testing.assert_allclose(card.host(out), expected, rtol=1e-2 if dtype == "float16" else 1e-5, atol=1e-2)


def test_vectors_are_rows_and_columns(card: gpu.Gpu) -> None:
    x, y = rng.normal(size=4), rng.normal(size=(4, 3))
    with card.active():
        out = card.xp.empty(3)
        card.xp.matmul(card.xp.array(x), card.xp.array(y), out=out)
        np.testing.assert_allclose(card.host(out), x @ y)
        back = card.xp.empty(4)
        card.xp.matmul(card.xp.array(y), out, out=back)
        np.testing.assert_allclose(card.host(back), y @ (x @ y))


def test_factors_are_rounded_where_that_was_chosen(card: gpu.Gpu) -> None:
    assert card.products is not None
    library = card.products._library
    assert isinstance(library, Library)
    engine.config.set_tf32(True)
    try:
        for dtype, expected in (("float32", 77), ("float64", 70), ("float16", 68)):
            with card.active():
                card.xp.matmul(
                    card.xp.ones((2, 2), dtype), card.xp.ones((2, 2), dtype), out=card.xp.empty((2, 2), dtype)
                )
            assert library.computed_as == expected
    finally:
        engine.config.set_tf32(False)


def test_sums_of_no_products_are_zeros(card: gpu.Gpu) -> None:
    with card.active():
        out = card.xp.ones((2, 3))
        card.xp.matmul(card.xp.ones((2, 0)), card.xp.ones((0, 3)), out=out)
        assert card.host(out).tolist() == [[0.0] * 3] * 2


def test_whole_numbers_are_cupys(card: gpu.Gpu) -> None:
    with card.active():
        out = card.xp.empty((2, 2), "int64")
        card.xp.matmul(card.xp.ones((2, 2), "int64"), card.xp.ones((2, 2), "int64"), out=out)
        assert card.host(out).tolist() == [[2, 2], [2, 2]]


def test_what_cublas_refuses_is_said(card: gpu.Gpu) -> None:
    assert card.products is not None
    library = card.products._library
    assert isinstance(library, Library)
    library.cublasGemmEx = lambda *arguments: 13
    with card.active(), pytest.raises(TrainingError, match="status 13"):
        card.xp.matmul(card.xp.ones((2, 2)), card.xp.ones((2, 2)), out=card.xp.empty((2, 2)))


def test_a_machine_without_cublas_leaves_products_to_cupy() -> None:
    with stand_in():
        gpu.forget(_nothing)
        card = devices.named("gpu:0")
        assert isinstance(card, gpu.Gpu)
        assert card.products is None
        with card.active():
            assert card.host(card.xp.matmul(card.xp.ones((1, 2)), card.xp.ones((2, 1)))).tolist() == [[2.0]]


def _nothing(name: str) -> Any:
    raise OSError(name)
