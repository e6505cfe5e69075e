"""Rows of a batch gathered by the library in C, on all threads, each of which then has its samples in its cache."""

from __future__ import annotations

import numpy as np

from .._machine import device
from .._native.library import INSTRUCTION, Library, library
from ..types import Array

# Bytes below which NumPy is as fast; bytes of a chunk; bytes below which a second thread does not pay.
_FEW, _CHUNK, _ALONE = 16_384, 32_768, 65_536


class NativeRows:
    """Copies rows of one array, chosen anew each time, into one other."""

    def __init__(self, loaded: Library, source: Array, target: Array) -> None:
        self.target = target
        self._index = np.zeros(len(target), np.int64)
        of_row = target.nbytes // len(target)
        table = np.zeros(1, INSTRUCTION)
        table["operation"], table["units"] = loaded.operations["gather_rows"], len(target)
        table["size"][0, :2] = of_row, len(source)
        arrays = [self._index, source, target]
        table["array"][0, :3] = [array.ctypes.data for array in arrays]
        parts = device.blocks(len(target), max(1, _CHUNK // of_row))
        chunks = [(0, 1, part.start, part.stop - part.start) for part in parts]
        self._program = loaded.program(table, chunks, [(0, len(chunks), int(target.nbytes < _ALONE))], arrays)

    def copy(self, index: Array) -> None:
        """Copy the rows of these numbers, which the array has."""
        self._index[...] = index
        self._program.run(device.threads())


def native_rows(source: Array, target: Array) -> NativeRows | None:
    """What copies rows of `source` into `target`, both contiguous and of one type; None where NumPy's `take` is as fast."""
    loaded = library()
    if loaded is None or type(target) is not np.ndarray or target.nbytes < _FEW or source.dtype.hasobject:
        return None
    if not target.flags.c_contiguous or not len(source):
        return None
    return NativeRows(loaded, source, target)
