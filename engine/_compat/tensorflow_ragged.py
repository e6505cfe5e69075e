"""`tf.RaggedTensor` and `tf.SparseTensor`: rows of several lengths, and elements by their places, as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .._graph.static_shape import StaticShape
from ..errors import DataError, ShapeError
from ..types import Array, DTypeLike
from .values import eager, value_of

__all__ = ["RAGGED", "SPARSE", "RaggedTensor", "SparseTensor"]


class RaggedTensor:
    """Rows of several lengths: all their values one behind the other, and where each row begins.

    Args:
        values: the values, an array, or rows of another `RaggedTensor`.
        row_splits: where rows begin and end, one number more than there are rows.

    Example:
        >>> rows = constant([[1, 2], [], [3]])
        >>> rows.to_list(), rows.to_tensor().tolist()
        ([[1, 2], [], [3]], [[1, 2], [0, 0], [3, 0]])
    """

    def __init__(self, values: object, row_splits: object) -> None:
        self.values: Any = values if isinstance(values, RaggedTensor) else eager(np.asarray(value_of(values)))
        splits = np.asarray(value_of(row_splits), "int64")
        if splits.ndim != 1 or not len(splits) or splits[0] != 0 or np.any(np.diff(splits) < 0):
            raise ShapeError(where="RaggedTensor, row_splits", expected="rising from 0", actual=str(splits.tolist()))
        if splits[-1] != len(self.values):
            actual = f"{splits[-1]} for {len(self.values)} values"
            raise ShapeError(
                where="RaggedTensor, row_splits", expected="the number of values at the end", actual=actual
            )
        self.row_splits = eager(splits)

    @classmethod
    def from_row_splits(cls, values: object, row_splits: object, **_: object) -> RaggedTensor:
        """Rows by where they begin and end."""
        return cls(values, row_splits)

    @classmethod
    def from_row_lengths(cls, values: object, row_lengths: object, **_: object) -> RaggedTensor:
        """Rows by their lengths."""
        return cls(values, np.concatenate([[0], np.cumsum(np.asarray(value_of(row_lengths), "int64"))]))

    @classmethod
    def from_value_rowids(
        cls, values: object, value_rowids: object, nrows: int | None = None, **_: object
    ) -> RaggedTensor:
        """Rows by the number of the row that each value is in."""
        rows = np.asarray(value_of(value_rowids), "int64")
        count = int(nrows) if nrows is not None else int(rows.max(initial=-1)) + 1
        return cls.from_row_lengths(values, np.bincount(rows, minlength=count))

    @classmethod
    def from_tensor(cls, tensor: object, lengths: object = None, padding: object = None, **_: object) -> RaggedTensor:
        """The rows of an array, without what fills them up at the end."""
        array = np.asarray(value_of(tensor))
        if lengths is None and padding is not None:
            filled = np.asarray(value_of(padding))[()]
            lengths = [int(np.max(np.flatnonzero(row != filled), initial=-1)) + 1 for row in array]
        counts = [array.shape[1]] * len(array) if lengths is None else np.asarray(value_of(lengths), int).tolist()
        return _of_rows([row[:count] for row, count in zip(array, counts, strict=True)], array.dtype)

    @property
    def flat_values(self) -> Any:
        """All values one behind the other."""
        return self.values.flat_values if isinstance(self.values, RaggedTensor) else self.values

    @property
    def dtype(self) -> Any:
        """The type of the values."""
        return self.flat_values.dtype

    @property
    def ragged_rank(self) -> int:
        """How many axes have several lengths."""
        return 1 + (self.values.ragged_rank if isinstance(self.values, RaggedTensor) else 0)

    @property
    def shape(self) -> StaticShape:
        """Its sizes, None for an axis of several lengths."""
        return StaticShape((len(self), None, *tuple(self.values.shape)[1:]))

    def nrows(self) -> Any:
        """The number of rows."""
        return eager(np.int64(len(self)))

    def row_lengths(self, axis: int = 1) -> Any:
        """The length of each row."""
        return eager(np.diff(np.asarray(self.row_splits)))

    def value_rowids(self) -> Any:
        """The number of the row that each value is in."""
        return eager(np.repeat(np.arange(len(self)), np.asarray(self.row_lengths())))

    def bounding_shape(self, axis: int | None = None) -> Any:
        """The sizes of the smallest array that has room for all."""
        sizes = np.asarray(np.shape(self.to_tensor()), "int64")
        return eager(sizes if axis is None else sizes[axis])

    def with_values(self, new_values: object) -> RaggedTensor:
        """Other values in rows of the same lengths."""
        return RaggedTensor(new_values, self.row_splits)

    def with_flat_values(self, new_values: object) -> RaggedTensor:
        """Other values in the same places, however deep."""
        inner = self.values
        return self.with_values(inner.with_flat_values(new_values) if isinstance(inner, RaggedTensor) else new_values)

    def to_list(self) -> list[Any]:
        """Nested lists."""
        return [row.to_list() if isinstance(row, RaggedTensor) else np.asarray(row).tolist() for row in self]

    def to_tensor(self, default_value: Any = None, shape: Any = None, **_: object) -> Any:
        """An array, with shorter rows filled up.

        Args:
            default_value: what fills them, 0 or "" by default.
            shape: the sizes that it is cut or filled to; None for what is there.
        """
        rows = [np.asarray(row.to_tensor(default_value) if isinstance(row, RaggedTensor) else row) for row in self]
        filled = (b"" if self.dtype.kind in "OSU" else 0) if default_value is None else default_value
        inner = [max(sizes) for sizes in zip(*(row.shape for row in rows), strict=True)] if rows else [0]
        wanted = [None] * (len(inner) + 1) if shape is None else list(shape)
        sizes = [n if w is None else int(w) for n, w in zip([len(rows), *inner], wanted, strict=True)]
        made = np.full(sizes, filled, self.dtype)
        for place, row in zip(made, rows, strict=False):
            part = tuple(slice(min(n, m)) for n, m in zip(row.shape, place.shape, strict=True))
            place[part] = row[part]
        return eager(made)

    def to_sparse(self) -> SparseTensor:
        """The values by their places."""
        lengths = np.asarray(self.row_lengths())
        places = np.concatenate([np.arange(n) for n in lengths]) if len(lengths) else np.zeros(0, int)
        indices = np.stack([np.asarray(self.value_rowids()), places.astype("int64")], 1)
        return SparseTensor(indices, self.flat_values, (len(self), int(lengths.max(initial=0))))

    def numpy(self) -> Array:
        """An array of the rows; one of numbers where all are equally long."""
        rows = [np.asarray(row) for row in self]
        if len({row.shape for row in rows}) == 1:
            return np.stack(rows)
        made = np.empty(len(rows), object)
        made[:] = rows
        return made

    def __len__(self) -> int:
        return len(self.row_splits) - 1

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            first, *others = key
            chosen = self[first]
            if not others:
                return chosen
            rest = tuple(others) if len(others) > 1 else others[0]
            return _of_rows([row[rest] for row in chosen], self.dtype) if isinstance(first, slice) else chosen[rest]
        if isinstance(key, slice):
            return _of_rows([self[i] for i in range(*key.indices(len(self)))], self.dtype)
        row_number = range(len(self))[int(key)]
        first, last = int(self.row_splits[row_number]), int(self.row_splits[row_number + 1])
        return self.values[first:last]

    def __repr__(self) -> str:
        return f"<tf.RaggedTensor {self.to_list()}>"

    def _with(self, other: Any, function: Callable[[Any, Any], Any]) -> RaggedTensor:
        if isinstance(other, RaggedTensor):
            if self.to_list() and other.row_lengths().tolist() != self.row_lengths().tolist():
                raise ShapeError(where="RaggedTensor", expected="rows of the same lengths", actual="others")
            other = other.flat_values
        return self.with_flat_values(function(self.flat_values, other))

    def __add__(self, other: object) -> RaggedTensor:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: object) -> RaggedTensor:
        return self._with(other, lambda a, b: a - b)

    def __mul__(self, other: object) -> RaggedTensor:
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other: object) -> RaggedTensor:
        return self._with(other, lambda a, b: a / b)

    __radd__, __rmul__ = __add__, __mul__


def _of_rows(rows: Sequence[Any], dtype: DTypeLike | None = None) -> RaggedTensor:
    """Rows, arrays or ragged ones, put together."""
    lengths = [len(row) for row in rows]
    if any(isinstance(row, RaggedTensor) for row in rows):
        return RaggedTensor.from_row_lengths(_of_rows([inner for row in rows for inner in row], dtype), lengths)
    arrays = [np.asarray(row) for row in rows]
    filled = [array for array in arrays if array.size]
    flat = np.concatenate(filled) if filled else np.zeros(0, dtype)
    return RaggedTensor.from_row_lengths(flat if dtype is None else flat.astype(dtype), lengths)


def constant(pylist: Any, dtype: DTypeLike | None = None, ragged_rank: int | None = None, **_: object) -> Any:
    """Nested lists as rows of several lengths; texts are bytes, whole numbers int32."""
    deepest = _depth(pylist)
    if deepest < 2:
        return eager(_typed(np.asarray(pylist), dtype))

    def rows_of(listed: Any, depth: int) -> RaggedTensor:
        lengths = [len(one) for one in listed]
        inner = [x for one in listed for x in one]
        if depth > 2:
            return RaggedTensor.from_row_lengths(rows_of(inner, depth - 1), lengths)
        return RaggedTensor.from_row_lengths(_typed(np.asarray(inner), dtype), lengths)

    return rows_of(pylist, deepest)


def _depth(value: object) -> int:
    if not isinstance(value, (list, tuple)):
        return 0
    return 1 + max((_depth(one) for one in value), default=0)


def _typed(array: Array, dtype: DTypeLike | None) -> Array:
    if array.dtype.kind in "US" or (dtype is not None and np.dtype(dtype).kind in "USO"):
        made = np.empty(array.shape, object)
        made.reshape(-1)[:] = [x if isinstance(x, bytes) else str(x).encode() for x in array.reshape(-1).tolist()]
        return made
    usual = {"f": "float32", "i": "int32"}.get(array.dtype.kind)
    return array.astype(dtype if dtype is not None else usual or array.dtype)


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a function gives for the values of rows, in rows of the same lengths."""
    like = next(one for one in args if isinstance(one, RaggedTensor))
    flat = [one.flat_values if isinstance(one, RaggedTensor) else one for one in args]
    return like.with_flat_values(op(*flat, **kwargs))


def stack(values: Sequence[Any], axis: int = 0, name: str | None = None) -> RaggedTensor:
    """Arrays or rows as the rows of one more axis. Raises DataError for another axis than the first."""
    if axis != 0:
        raise DataError(where="tf.ragged.stack", expected="axis 0", actual=str(axis))
    return _of_rows([one if isinstance(one, RaggedTensor) else np.asarray(value_of(one)) for one in values])


class SparseTensor:
    """Elements by their places; all others are 0.

    Args:
        indices: the places, (K, axes).
        values: the element at each.
        dense_shape: the sizes of the whole.

    Example:
        >>> to_dense(SparseTensor([[0, 1], [1, 0]], [5, 7], (2, 2))).tolist()
        [[0, 5], [7, 0]]
    """

    def __init__(self, indices: object, values: object, dense_shape: object) -> None:
        places = np.asarray(value_of(indices), "int64")
        self.dense_shape = eager(np.asarray(value_of(dense_shape), "int64"))
        self.indices = eager(places.reshape(-1, len(self.dense_shape)))
        self.values = eager(_typed(np.asarray(value_of(values)), None))
        if len(self.indices) != len(self.values):
            actual = f"{len(self.indices)} places for {len(self.values)} values"
            raise ShapeError(where="SparseTensor", expected="a place for each value", actual=actual)

    @property
    def shape(self) -> StaticShape:
        """The sizes of the whole."""
        return StaticShape(np.asarray(self.dense_shape).tolist())

    @property
    def dtype(self) -> Any:
        """The type of the values."""
        return self.values.dtype

    def __mul__(self, factor: Any) -> SparseTensor:
        return SparseTensor(self.indices, np.asarray(self.values) * np.asarray(value_of(factor)), self.dense_shape)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Any) -> SparseTensor:
        return SparseTensor(self.indices, np.asarray(self.values) / np.asarray(value_of(divisor)), self.dense_shape)

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self.indices.tolist()}, values={self.values.tolist()}, shape={tuple(self.shape)})"
        )


def to_dense(sp_input: SparseTensor, default_value: Any = None, **_: object) -> Any:
    """The whole as an array. Raises DataError for a place outside of it."""
    places, sizes = np.asarray(sp_input.indices), tuple(np.asarray(sp_input.dense_shape).tolist())
    if places.size and (np.any(places < 0) or np.any(places >= np.asarray(sizes))):
        raise DataError(where="tf.sparse.to_dense", expected=f"places within {sizes}", actual="one outside")
    filled = (b"" if sp_input.dtype.kind in "OSU" else 0) if default_value is None else default_value
    made = np.full(sizes, filled, sp_input.dtype)
    made[tuple(places.T)] = np.asarray(sp_input.values)
    return eager(made)


def from_dense(tensor: object, name: str | None = None) -> SparseTensor:
    """The elements of an array that are not 0."""
    array = np.asarray(value_of(tensor))
    there = array != (b"" if array.dtype.kind in "OS" else 0)
    return SparseTensor(np.argwhere(there), array[there], array.shape)


def reorder(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The elements in the order of their places."""
    places = np.asarray(sp_input.indices)
    order = np.lexsort(places.T[::-1])
    return SparseTensor(places[order], np.asarray(sp_input.values)[order], sp_input.dense_shape)


def sparse_dense_matmul(sp_a: SparseTensor, b: Any, **_: object) -> Any:
    """The product with a matrix."""
    return eager(np.asarray(to_dense(sp_a)) @ np.asarray(value_of(b)))


RAGGED: dict[str, object] = {
    "RaggedTensor": RaggedTensor,
    "constant": constant,
    "map_flat_values": map_flat_values,
    "stack": stack,
}
SPARSE: dict[str, object] = {
    "SparseTensor": SparseTensor,
    "to_dense": to_dense,
    "from_dense": from_dense,
    "reorder": reorder,
    "sparse_dense_matmul": sparse_dense_matmul,
}
