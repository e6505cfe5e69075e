"""HDF5 data sets as training data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from .._files import files
from ..errors import FileError, SettingError
from .h5dict import H5Dict, h5dict

__all__ = ["H5Dict", "HDF5Matrix", "ask_to_proceed_with_overwrite", "h5dict"]


def ask_to_proceed_with_overwrite(filepath: Any) -> bool:
    """Ask on the terminal whether a file that exists may be written over; whether the answer was yes."""
    answer = input(f"[WARNING] {filepath} already exists - overwrite? [y/n]").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (cancel).').strip().lower()
    return answer == "y"


class HDF5Matrix:
    """Rows `start` to `end` of a data set in an HDF5 file, read only as they are asked for; `fit` takes it as an array.

    Give fit shuffle="batch": whole batches are then read as one slice. normalizer: a function for what was read.
    Raises FileError where there is no such data set, or its numbers lie outside the file; SettingError for wrong ends.
    """

    def __init__(
        self,
        datapath: Any,
        dataset: str,
        start: int = 0,
        end: int | None = None,
        normalizer: Callable[[Any], Any] | None = None,
    ) -> None:
        files.open_regular(datapath).close()
        self._file = h5py.File(datapath, "r")
        link = self._file.get(dataset, getlink=True)
        stored: Any = self._file.get(dataset) if isinstance(link, h5py.HardLink) else None
        if not isinstance(stored, h5py.Dataset) or stored.external or stored.is_virtual:
            self._file.close()
            raise FileError(file=str(datapath), expected=f"a data set {dataset!r} in this file", found="none")
        self.data, self.start, self.normalizer = stored, start, normalizer
        self.end = len(stored) if end is None else end
        if not 0 <= start <= self.end <= len(stored):
            found = f"{start} to {self.end}"
            raise SettingError(where="HDF5Matrix", expected=f"rows within 0 to {len(stored)}", found=found)

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, key: Any) -> Any:
        """Rows by number, slice, or list of numbers in any order."""
        if isinstance(key, slice):
            first, last, step = key.indices(len(self))
            rows = self.data[self.start + first : self.start + max(first, last) : step]
        elif isinstance(key, (int, np.integer)):
            rows = self.data[self._row(int(key))]
        else:
            # HDF5 reads ascending numbers, each once.
            wanted, back = np.unique([self._row(int(k)) for k in key], return_inverse=True)
            rows = self.data[wanted.tolist()][back]
        return self.normalizer(rows) if self.normalizer is not None else rows

    def _row(self, number: int) -> int:
        place = number + len(self) if number < 0 else number
        if not 0 <= place < len(self):
            raise IndexError(f"Row {number} of {len(self)}.")
        return self.start + place

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, ...), after the normalizer."""
        return (len(self), *(np.shape(self[0]) if self.normalizer is not None else self.data.shape[1:]))

    @property
    def dtype(self) -> Any:
        """The type of the numbers, after the normalizer."""
        return np.asarray(self[0]).dtype if self.normalizer is not None else self.data.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape))
