"""Rows of a table by number, and the gradient that adds rows up again."""

from __future__ import annotations

import numpy as np

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Value
from .._machine.device import blocks, threads
from ..errors import DataError
from ..types import Array, DType, Shape
from .shapes import axis_of, count

__all__ = ["embedding", "take"]

_LARGE_GROUP = 16  # so many equal rows are summed by a matrix product
_LARGE_TABLE = 1 << 20  # bytes from which a second thread pays


class Embedding(Op):
    """y = table[indices]: indices (N, ...), table (rows, U) -> (N, ..., U). Indices may come as floats.

    layer: the name that a number without a row is told with. source: the layer that the indices come from.
    """

    layer: str = ""
    source: str = ""

    keeps = ("indices", "table")
    linear = True
    constants = (0,)
    checked = 0

    def shape(self, indices: Shape, table: Shape) -> Shape:
        """(N, ..., U)."""
        return (*indices, *table[1:])

    def dtype(self, indices: DType, table: DType) -> DType:
        """The type of the table."""
        return table

    def forward(self, work: Work, indices: Array, table: Array, *, out: Array) -> None:
        """y = table[indices]. Raises DataError for an index that the table does not have."""
        rows = _whole(work, indices)
        if work.xp is not np:  # a card is asked for nothing: the plan has looked at the batch
            work.xp.take(table, rows, axis=0, out=out)
            return
        self.check_values(rows, table.shape)
        # With mode "raise" NumPy would make a temporary copy of the result.
        np.take(table, rows, axis=0, out=out, mode="clip")

    def check_values(self, values: Array, *shapes: Shape) -> None:
        """Raise DataError for an index that a table of this shape does not have."""
        rows, count = values.astype(np.int64, copy=False), shapes[-1][0] or 0
        if rows.size and (rows.min() < 0 or rows.max() >= count):
            raise _no_such_row(rows, count, self.layer, self.source)

    def backward(self, work: Work, dy: Array, indices: Array, table: Array, *, outs: Outs) -> None:
        """dtable[r] = sum of dy over all elements whose index is r."""
        dtable = outs[1]
        if dtable is not None:
            rows = _whole(work, indices).reshape(-1)
            add_rows(work, rows, dy.reshape(len(rows), -1), dtable.reshape(len(dtable), -1))


class Take(Op):
    """y = x with the elements numbered by indices taken along an axis; negative numbers count from the end."""

    axis: int = 0

    keeps = ("indices",)
    linear = True
    constants = (1,)

    def shape(self, x: Shape, indices: Shape) -> Shape:
        """That of x, with the shape of the indices in place of the axis."""
        axis = axis_of(self.axis, len(x))
        return (*x[:axis], *indices, *x[axis + 1 :])

    def dtype(self, x: DType, indices: DType) -> DType:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, indices: Array, *, out: Array) -> None:
        """y = x[..., indices, ...] along the axis."""
        work.xp.take(x, _whole(work, indices), axis=axis_of(self.axis, x.ndim), out=out)

    def backward(self, work: Work, dy: Array, indices: Array, *, outs: Outs) -> None:
        """dx[..., i, ...] = sum of dy over all elements whose index is i."""
        dx = outs[0]
        if dx is None:
            return
        axis = axis_of(self.axis, dx.ndim)
        n = dx.shape[axis]
        rows = _whole(work, indices).reshape(-1) % n
        before, after = count(dx.shape[:axis]), count(dx.shape[axis + 1 :])
        source = dy.reshape(before, len(rows), after)
        target = dx.reshape(before, n, after)
        for i in range(before):
            add_rows(work, rows, source[i], target[i])


def _no_such_row(rows: Array, count: int, layer: str, source: str) -> DataError:
    """The error for rows that a table with so many does not have."""
    wrong, largest = int(rows[(rows < 0) | (rows >= count)].flat[0]), int(rows.max())
    hint = f"Give Embedding input_dim={largest + 1} (largest index + 1), or limit the vocabulary."
    if wrong < 0:
        hint = "Indices count from 0; those below 0 are none, and neither is NaN, which becomes one of them."
    expected = f"indices from 0 to {count - 1}, as the table has {count} rows"
    origin = f" from '{source}'" if source else ""
    sentence = f"'{layer}' {needs(count, wrong)}{origin}." if layer else None
    return DataError(sentence=sentence, expected=expected, actual=f"index {wrong}", hint=hint)


def needs(count: int, index: float) -> str:
    """Which numbers a table of so many rows knows, and the one that it gets, to go on after its name.

    >>> needs(50, 89), needs(50, -1)
    ('knows numbers below 50, but gets 89', 'takes numbers from 0, but gets -1')
    """
    known = "takes numbers from 0" if index < 0 else f"knows numbers below {count}"
    return f"{known}, but gets {index:g}"


def _whole(work: Work, indices: Array) -> Array:
    if indices.dtype == "int64":
        return indices
    whole = work.scratch("whole", indices.shape, "int64")
    work.xp.copyto(whole, indices, casting="unsafe")
    return whole


def add_rows(work: Work, rows: Array, values: Array, out: Array) -> None:
    """out[r] = sum of values[i] over all i with rows[i] = r, 0 where there is none.

    Sorted, so that equal rows lie together. The first rows of all groups are copied at once, then the second rows of
    those that have one are added at once, and so on; a large group is summed by a product. `add.at` took ten times,
    `add.reduceat` three times as long.
    """
    xp = work.xp
    if xp is not np:
        out.fill(0)
        xp.add.at(out, rows, values)
        return
    share = max(1, -(-len(out) // threads()) if out.nbytes >= _LARGE_TABLE else len(out))
    work.parallel(lambda part: out[part].fill(0), blocks(len(out), share))
    if not len(rows):
        return
    order = xp.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = xp.flatnonzero(xp.concatenate((xp.ones(1, bool), ordered[1:] != ordered[:-1])))
    sizes = xp.diff(starts, append=len(rows))
    targets = ordered[starts]
    workers = threads() if values.nbytes >= _LARGE_TABLE else 1

    def add(part: slice) -> None:
        where, first, size = targets[part], starts[part], sizes[part]
        out[where] = values[order[first]]
        for n in range(1, min(int(size.max()), _LARGE_GROUP)):
            more = xp.flatnonzero((size > n) & (size <= _LARGE_GROUP))
            out[where[more]] += values[order[first[more] + n]]
        for i in xp.flatnonzero(size > _LARGE_GROUP):
            group = values[order[first[i] : first[i] + size[i]]]
            xp.matmul(xp.ones(len(group), group.dtype), group, out=out[where[i]])

    work.parallel(add, blocks(len(starts), -(-len(starts) // workers)))


def embedding(indices: Value, table: Value, layer: str = "", source: str = "") -> Value:
    """table[indices]: (N, ...), (rows, U) -> (N, ..., U). DataError names an index that the table does not have.

    layer: what the error says it happened in. source: the layer that the indices come from, "" where none is known.

    >>> import numpy as np
    >>> embedding(np.array([[1, 0]]), np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[[3.0, 4.0], [1.0, 2.0]]]
    """
    return apply(Embedding(layer, source), indices, table)


def take(x: Value, indices: Value, axis: int = 0) -> Value:
    """x with the elements numbered by `indices` taken along an axis (NumPy's take, Keras's gather for axis 0)."""
    return apply(Take(axis), x, indices)
