"""HDF5 data sets as training data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike

import numpy as np

from .._files.guarded_hdf5 import Source
from ..errors import SettingError
from ..types import Array, DType
from .h5dict import H5Dict, h5dict

__all__ = ["H5Dict", "HDF5Matrix", "ask_to_proceed_with_overwrite", "h5dict"]


def ask_to_proceed_with_overwrite(filepath: str | PathLike[str]) -> bool:
    """Ask on the terminal whether a file that exists may be written over.

    Args:
        filepath: the file, for the question.

    Returns:
        Whether the answer was yes.

    Example:
        >>> ask_to_proceed_with_overwrite("weights.h5")  # doctest: +SKIP
        [WARNING] weights.h5 already exists - overwrite? [y/n]y
        True
    """
    answer = input(f"[WARNING] {filepath} already exists - overwrite? [y/n]").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (cancel).').strip().lower()
    return answer == "y"


class HDF5Matrix:
    """Rows of a data set in an HDF5 file, read only as they are asked for; `fit` takes it as an array.

    Use shuffle="batch" in fit: whole batches are then read as one slice.

    Args:
        datapath: the file.
        dataset: the name of the data set in it.
        start: the first row, 0 by default.
        end: the row behind the last one; None (the default): all rows.
        normalizer: takes and returns what was read; None (the default) changes nothing.

    Raises:
        FileError: there is no such data set, or its numbers lie outside the file.
        SettingError: rows that are not there.

    Example:
        >>> import h5py, os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "data.h5")
        ...     with h5py.File(path, "w") as file:
        ...         _ = file.create_dataset("x", data=np.arange(6).reshape(3, 2))
        ...     x = HDF5Matrix(path, "x", start=1)
        ...     x.shape, x[0].tolist()
        ((2, 2), [2, 3])
    """

    def __init__(
        self,
        datapath: str | PathLike[str],
        dataset: str,
        start: int = 0,
        end: int | None = None,
        normalizer: Callable[[Array], Array] | None = None,
    ) -> None:
        with Source(datapath) as source:
            stored = source.array(dataset)
            if not stored.shape:
                raise source.refuse(dataset, "an array with rows", "one number")
            source.keep_open()
        self.data, self.start, self.normalizer = stored, start, normalizer
        self.end = len(stored) if end is None else end
        if not 0 <= start <= self.end <= len(stored):
            expected, actual = f"rows within 0 to {len(stored)}", f"{start} to {self.end}"
            raise SettingError(where="HDF5Matrix", expected=expected, actual=actual)

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, key: int | slice | Iterable[int]) -> Array:
        """Rows by index, slice, or list of indices in any order."""
        if isinstance(key, slice):
            first, last, step = key.indices(len(self))
            rows = self.data[self.start + first : self.start + max(first, last) : step]
        elif isinstance(key, (int, np.integer)):
            rows = self.data[self._row(int(key))]
        else:
            # HDF5 reads ascending indices, each once.
            wanted, back = np.unique([self._row(int(k)) for k in key], return_inverse=True)
            rows = self.data[wanted.tolist()][back]
        return self.normalizer(rows) if self.normalizer is not None else rows

    def _row(self, index: int) -> int:
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(f"Row {index} of {len(self)}.")
        return self.start + position

    @property
    def shape(self) -> tuple[int, ...]:
        """(rows, ...), after the normalizer."""
        stored = self.data.shape or ()
        return (len(self), *(np.shape(self[0]) if self.normalizer is not None else stored[1:]))

    @property
    def dtype(self) -> DType:
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
