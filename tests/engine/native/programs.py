"""Programs of one instruction, for tests of the library by itself."""

from __future__ import annotations

import numpy as np
import pytest

from engine._native.library import INSTRUCTION, Library, Program, library

needs_library = pytest.mark.skipif(
    library() is None, reason="the library was not built: python -m engine._native.build, which fetches its compiler"
)


def loaded() -> Library:
    """The library, which tests that ask for it have."""
    there = library()
    assert there is not None
    return there


def program(operation, units, size, arrays, numbers=(), chunks=None) -> Program:
    """One instruction over arrays (None for one that is left out), in chunks (first, count) that any thread may take."""
    table = np.zeros(1, INSTRUCTION)
    row = table[0]
    row["operation"], row["units"] = loaded().operations[operation], units
    row["size"][: len(size)] = size
    row["number"][: len(numbers)] = numbers
    row["array"][: len(arrays)] = [0 if array is None else array.ctypes.data for array in arrays]
    present = [array for array in arrays if array is not None]
    parts = chunks or [(0, units)]
    return loaded().program(table, [(0, 1, first, count) for first, count in parts], [(0, len(parts), 0)], present)
