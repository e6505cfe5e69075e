"""What other libraries hand over, told by what it can do: loaders of batches, sets of samples. None of them is imported."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Set, Sized
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .._machine.arrays import of_tensor
from ..errors import DataError
from ..types import Array
from .read_rows import ReadRows

if TYPE_CHECKING:
    from typing_extensions import TypeIs

_OF_SAMPLES = ("torch.utils.data.dataset", "Dataset")


class SampleSet(Protocol):
    """Samples by number, as PyTorch's `Dataset` has them."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Any: ...


def is_loader(data: object) -> TypeIs[Iterable[Any]]:
    """Whether it gives batches anew each time that it is gone through: PyTorch's `DataLoader`, `tf.data.Dataset` and the like.

    >>> is_loader([1, 2]), is_loader(iter([1, 2]))
    (False, False)
    """
    if isinstance(data, (np.ndarray, Mapping, Set, str, bytes)) or not hasattr(data, "__iter__"):
        return False
    others = ("__next__", "__getitem__", "shape", "__array__", "__array_interface__", "tocsr", "columns")
    return not any(hasattr(data, name) for name in others)


class ColumnSet(Protocol):
    """Columns by name, as Hugging Face's `Dataset` has them."""

    @property
    def column_names(self) -> list[str]:
        """Names of the columns."""
        ...


def is_column_set(data: object) -> TypeIs[ColumnSet]:
    """Whether it is Hugging Face's `Dataset`, which does not say which column is learned."""
    return hasattr(data, "column_names") and hasattr(data, "features")


def is_sample_set(data: object) -> TypeIs[SampleSet]:
    """Whether it is PyTorch's `Dataset`, whose items are samples and no batches."""
    named = any((kind.__module__, kind.__name__) == _OF_SAMPLES for kind in type(data).__mro__)
    return named and hasattr(data, "__getitem__") and isinstance(data, Sized)


def length_of(loader: object) -> int | None:
    """Number of a loader's batches; None where it does not know."""
    try:
        length = len(loader) if isinstance(loader, Sized) else None
    except TypeError:
        # Loaders of streams, and tf.data of unknown or infinite length, have the method and no length.
        return None
    return length


def endless(loader: Iterable[Any]) -> Iterator[Any]:
    """The batches of a loader as arrays, again and again: it is begun anew where it ends.

    Raises:
        DataError: it gives no batch.

    Example:
        >>> batches = endless({(1, 2)})
        >>> next(batches), next(batches)
        ((1, 2), (1, 2))
    """
    while True:
        batch = None
        for batch in loader:
            yield as_arrays(batch)
        if batch is None:
            raise DataError(where=type(loader).__name__, expected="at least one batch", actual="none")


def as_arrays(item: Any) -> Any:
    """Tensors of another library as arrays, inside of tuples, lists and dicts too."""
    if isinstance(item, (tuple, list)):
        return tuple(as_arrays(one) for one in item)
    if isinstance(item, Mapping):
        return {name: as_arrays(one) for name, one in item.items()}
    return of_tensor(item)


class _Samples:
    """Samples of a set, stacked; the last ones that a thread has read are given again, as inputs and targets ask for the same."""

    def __init__(self, samples: SampleSet) -> None:
        self._samples, self._last = samples, threading.local()

    def stacked(self, rows: Array) -> tuple[Array, ...]:
        known: tuple[Array, tuple[Array, ...]] | None = getattr(self._last, "read", None)
        if known is None or not np.array_equal(known[0], rows):
            items = [self._parts(int(row)) for row in rows]
            known = self._last.read = rows, tuple(np.stack(column) for column in zip(*items, strict=True))
        return known[1]

    def _parts(self, row: int) -> tuple[Array, ...]:
        item = as_arrays(self._samples[row])
        parts = item if isinstance(item, tuple) else (item,)
        if not 1 <= len(parts) <= 2:
            raise DataError(
                where=f"{type(self._samples).__name__}[{row}]", expected="(input, target)", actual=f"{len(parts)} items"
            )
        return tuple(np.asarray(part) for part in parts)


class _SampleRows(ReadRows):
    """The inputs or the targets of a set of samples."""

    def __init__(self, samples: _Samples, part: int, like: Array, count: int) -> None:
        super().__init__((count, *like.shape[1:]), like.dtype)
        self._samples, self._part = samples, part

    def read(self, rows: Array, epoch: int | None = None) -> Array:
        """Some samples."""
        return self._samples.stacked(rows)[self._part]


def rows_of(samples: SampleSet) -> tuple[ReadRows, ReadRows | None]:
    """Inputs and targets of a set of samples, as arrays that are read while training goes on.

    Args:
        samples: the set; each item is (input, target), or an input alone.

    Returns:
        The inputs, and the targets or None.

    Raises:
        DataError: it has no samples, or they are something else.
    """
    if not len(samples):
        raise DataError(where=type(samples).__name__, expected="at least one sample", actual="none")
    stacked = _Samples(samples)
    made = [_SampleRows(stacked, place, like, len(samples)) for place, like in enumerate(stacked.stacked(np.arange(1)))]
    return made[0], made[1] if len(made) > 1 else None
