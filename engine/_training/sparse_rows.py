"""SciPy's sparse matrices as training data: dense a few batches at a time, in a thread that is ahead of the training."""

from __future__ import annotations

import numpy as np

from .._graph.sparse import SparseMatrix
from ..types import Array
from .read_rows import ReadRows


class SparseRows(ReadRows):
    """A sparse matrix as an array of rank 2 whose rows become dense only as they are read.

    Args:
        matrix: a sparse matrix or array of SciPy's, in any format.
    """

    def __init__(self, matrix: SparseMatrix) -> None:
        self._rows = matrix.tocsr()
        super().__init__(tuple(self._rows.shape), self._rows.dtype)

    def read(self, rows: Array, epoch: int | None = None) -> Array:
        """Some rows, dense: a slice where they follow each other, which takes half the time."""
        first = int(rows[0]) if len(rows) else 0
        follow = len(rows) > 1 and int(rows[-1]) - first == len(rows) - 1 and bool((np.diff(rows) == 1).all())
        chosen = self._rows[first : first + len(rows)] if follow else self._rows[rows]
        return np.asarray(chosen.toarray())
