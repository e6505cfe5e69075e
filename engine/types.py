"""Names for what signatures say: arrays, shapes, axes and the plain data that files and callbacks carry.

These are aliases and protocols for people and for type checkers; nothing is checked or converted at run time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, SupportsFloat, SupportsIndex, TypeAlias, TypedDict, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__all__ = [
    "Array",
    "ArrayLike",
    "Axis",
    "BatchSequence",
    "Batches",
    "ClassWeight",
    "Config",
    "CustomObjects",
    "DType",
    "DTypeLike",
    "Data",
    "DividedData",
    "FilePath",
    "InputBatch",
    "InputBatches",
    "Json",
    "JsonOptions",
    "LabelledBatch",
    "Listed",
    "Logs",
    "PerOutput",
    "SampleWeight",
    "SampleWeightMode",
    "Samples",
    "Shape",
    "Shuffle",
    "Sliceable",
    "ValidationData",
    "YamlOptions",
]

Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)

Array: TypeAlias = NDArray[Any]
"""An array that is computed with: of NumPy, or of CuPy where the model lies on a GPU (it has the same methods)."""

DType: TypeAlias = "np.dtype[Any]"
"""The type of an array's elements, as NumPy keeps it. What users may write for one is `DTypeLike`."""

Shape: TypeAlias = "tuple[int | None, ...]"
"""Lengths of the axes, the batch first where there is one; None is a length that is not known yet."""

Axis: TypeAlias = "int | Sequence[int] | None"
"""One axis, several, or None for all of them; negative ones count from the end."""

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""Plain data, as JSON and YAML carry it."""

Config: TypeAlias = dict[str, Any]
"""What `get_config` returns and `from_config` takes: arguments by name, as plain data."""

Logs: TypeAlias = dict[str, Any]
"""What callbacks are told of a batch or an epoch: losses and metrics by name (`loss`, `val_acc` ...), `batch` and `size`."""

CustomObjects: TypeAlias = "Mapping[str, object]"
"""Classes and functions of the user's own under the names that configs call them by."""

FilePath: TypeAlias = "str | bytes | os.PathLike[str]"
"""Where a file is."""


class JsonOptions(TypedDict, total=False):
    """What `json.dumps` takes beside the data."""

    skipkeys: bool
    ensure_ascii: bool
    check_circular: bool
    allow_nan: bool
    indent: int | str | None
    separators: tuple[str, str] | None
    default: Callable[[object], object] | None
    sort_keys: bool


class YamlOptions(TypedDict, total=False):
    """What `yaml.safe_dump` takes beside the data."""

    default_style: str | None
    default_flow_style: bool | None
    canonical: bool | None
    indent: int | None
    width: int | None
    allow_unicode: bool | None
    line_break: str | None
    explicit_start: bool | None
    explicit_end: bool | None
    sort_keys: bool


# What `fit`, `evaluate` and `predict` are handed


class Sliceable(Protocol):
    """Rows that are read by slices: an HDF5 data set, a memory map, a data frame, a sparse matrix."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes, the samples first."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: slice, /) -> object: ...


Samples: TypeAlias = "ArrayLike | Sliceable"
"""The data of one input or output: an array, nested lists, or rows that are read by slices; the first axis is the samples."""

Data: TypeAlias = "Samples | Sequence[Samples] | Mapping[str, Samples]"
"""The data of all inputs or all outputs: of the only one, a list of them in order, or a mapping by their names."""

PerOutput: TypeAlias = Item | Sequence[Item | None] | Mapping[str, Item | None]
"""One value for all outputs, a list in the outputs' order, or a mapping by output name; None where one has none."""

SampleWeight: TypeAlias = "PerOutput[Samples]"
"""A weight for each sample (N,), or for each time step (N, T), by output where there are several."""

ClassWeight: TypeAlias = "PerOutput[Mapping[int, SupportsFloat]]"
"""The weight of each class by its label, by output where there are several."""

SampleWeightMode: TypeAlias = Literal["samplewise", "temporal"]
"""Whether a weight belongs to a sample or to a time step of it."""


Shuffle: TypeAlias = "bool | Literal['batch']"
"""Whether samples come in another order each epoch, or "batch": whole batches change places, as files read slices best."""


class BatchSequence(Protocol[Item_co]):
    """Batches by number, as `engine.utils.Sequence` has them; an `on_epoch_end` is called after each whole epoch."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> Item_co: ...


class Listed(Protocol[Item_co]):
    """A list or a tuple, and not a text, which type checkers would take for a sequence of letters."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Item_co]: ...

    def __getitem__(self, index: SupportsIndex, /) -> Item_co: ...

    def __contains__(self, item: object, /) -> bool: ...


LabelledBatch: TypeAlias = "Sequence[Data | None]"
"""(x, y) or (x, y, sample_weight)."""

Batches: TypeAlias = "Iterator[LabelledBatch] | BatchSequence[LabelledBatch]"
"""Labelled batches, one by one from a generator or by number from a `Sequence`."""

InputBatch: TypeAlias = "Data | tuple[Data | None, ...]"
"""x alone, or a tuple (x, y) or (x, y, sample_weight) as for training."""

InputBatches: TypeAlias = "Iterator[InputBatch] | BatchSequence[InputBatch]"
"""Batches to predict from, one by one from a generator or by number from a `Sequence`."""

ValidationData: TypeAlias = "LabelledBatch | Batches"
"""What is measured after each epoch: (x, y), (x, y, sample_weight), a generator or a `Sequence`."""


class DividedData(Protocol):
    """Data that know which of them are for training, as `engine.data.open` gives them; each part is (x, y)."""

    @property
    def train(self) -> LabelledBatch:
        """What is trained on."""
        ...

    @property
    def validation(self) -> LabelledBatch | None:
        """What is measured after each epoch; None where nothing is."""
        ...

    @property
    def test(self) -> LabelledBatch | None:
        """What is measured at the end; None where nothing is."""
        ...
