"""SciPy's sparse matrices, told by what they can do: SciPy itself is never imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, overload

from ..types import Array, DType

if TYPE_CHECKING:
    from typing_extensions import TypeIs

T = TypeVar("T")


class SparseMatrix(Protocol):
    """What is asked of SciPy's sparse matrices and arrays."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""
        ...

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        ...

    def toarray(self) -> Array:
        """A dense array of all elements, zeros included."""
        ...

    def tocsr(self) -> SparseMatrix:
        """The same in the format whose rows are read fast."""
        ...

    def __getitem__(self, rows: Array | slice) -> SparseMatrix: ...


def is_sparse(value: object) -> TypeIs[SparseMatrix]:
    """Whether a value is a sparse matrix or array of SciPy's."""
    return hasattr(value, "tocsr") and hasattr(value, "toarray")


@overload
def dense(value: SparseMatrix) -> Array: ...
@overload
def dense(value: T) -> T: ...
def dense(value: object) -> object:
    """A sparse matrix as an array; anything else as it is."""
    return value.toarray() if is_sparse(value) else value
