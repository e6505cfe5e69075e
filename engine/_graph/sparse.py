"""SciPy's sparse matrices, told by what they can do: SciPy itself is never imported."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_sparse(value: Any) -> bool:
    """Whether a value is a sparse matrix or array of SciPy's."""
    return hasattr(value, "tocsr") and hasattr(value, "toarray")


def dense(value: Any) -> Any:
    """A sparse matrix as an array; anything else as it is."""
    return value.toarray() if is_sparse(value) else value


class SparseRows:
    """A sparse matrix as training data: an array of rank 2 whose rows become dense only as they are read."""

    def __init__(self, matrix: Any) -> None:
        self._rows = matrix.tocsr()
        self.shape: tuple[int, ...] = tuple(self._rows.shape)
        self.dtype = self._rows.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> SparseRows:
        return SparseRows(self._rows[rows])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self._rows.toarray(), dtype)
