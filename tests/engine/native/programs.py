"""Programs of one instruction, for tests of the library by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from engine._native.library import FLOATS, INSTRUCTION, Library, Program, library
from engine.backend import floatx, set_floatx

needs_library = pytest.mark.skipif(
    library() is None, reason="the library was not built: python -m engine._native.build, which fetches its compiler"
)


@pytest.fixture(scope="module", autouse=True, params=FLOATS)
def both_floats(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run a module's tests, which make arrays of `floatx()`, with either type of numbers that the library computes with."""
    before = floatx()
    set_floatx(request.param)
    yield
    set_floatx(before)


def within(of_float32: float) -> float:
    """How near results have to be, from what float32 reaches: float64 has nine digits more, of which six are asked for."""
    return of_float32 if floatx() == "float32" else of_float32 * 1e-6


def loaded() -> Library:
    """The library, which tests that ask for it have."""
    there = library()
    assert there is not None
    return there


def program(operation, units, size, arrays, numbers=(), chunks=None) -> Program:
    """One instruction over arrays (None for one that is left out), in chunks (first, count) that any thread may take.

    It computes with the type of the last array that has floats, or with float32.
    """
    table = np.zeros(1, INSTRUCTION)
    row = table[0]
    row["operation"], row["units"] = loaded().operations[operation], units
    row["size"][: len(size)] = size
    row["number"][: len(numbers)] = numbers
    row["array"][: len(arrays)] = [0 if array is None else array.ctypes.data for array in arrays]
    present = [array for array in arrays if array is not None]
    parts = chunks or [(0, units)]
    floats = [str(array.dtype) for array in present if array.dtype in FLOATS]
    chunked = [(0, 1, first, count) for first, count in parts]
    return loaded().program(table, chunked, [(0, len(parts), 0)], present, floats[-1] if floats else FLOATS[0])
