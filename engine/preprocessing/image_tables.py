"""Batches of pictures that a table lists: file names in one column, labels in others."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeGuard

import numpy as np

from .._machine.console import say
from ..errors import DataError, SettingError, SettingTypeError, UnknownName, shorten
from ..types import Array, DTypeLike
from .image_files import ColorMode, DataFormat, File, Interpolation
from .image_iterators import (
    ENDINGS,
    Batch,
    Changes,
    Iterator,
    PictureFiles,
    Reading,
    Saving,
    Subset,
    check_class_mode,
)
from .image_transforms import Random

TableClassMode: TypeAlias = Literal["categorical", "binary", "sparse", "input", "multi_output", "raw", "other"]
_CLASS_MODES = ("categorical", "binary", "sparse", "input", "multi_output", "raw", "other", None)
_OLD = ("drop_duplicates", "sort", "has_ext")


class Table(Protocol):
    """Columns of equal length by name: a pandas DataFrame, or a dict of lists."""

    def keys(self) -> Iterable[object]:
        """The names of the columns."""
        ...

    def __getitem__(self, name: str, /) -> Iterable[object]: ...

    def __contains__(self, name: object, /) -> bool: ...


class DataFrameIterator(PictureFiles):
    """Batches from picture files that a table names.

    It has the attributes filenames, filepaths, classes, class_indices, labels, sample_weight, samples and image_shape.

    Args:
        dataframe: a pandas DataFrame, or a dict of lists of equal length.
        directory: the folder below which the files are; None (the default): the table has whole paths.
        image_data_generator: the `ImageDataGenerator` that changes the images; None (the default) changes nothing.
        x_col: the column of file names, "filename" by default.
        y_col: the column of the labels, "class" by default, or several where the class mode takes them.
        weight_col: the column of sample weights; None (the default): no weights.
        target_size: rows and columns to which pictures are resized, 256 each by default.
        color_mode: "rgb" (the default), "grayscale" or "rgba".
        classes: keep only these, in the order of their numbers; None (the default) takes those in the table, sorted.
        class_mode: what the labels are: "categorical" (the default) rows with a 1 for each class, of which `y_col` may hold
            lists, "binary" or "sparse" numbers, "raw" ("other" in Keras 2.2.4) the values of one or several columns,
            "multi_output" an array for each column, "input" the images themselves, None no labels.
        batch_size: how many images make a batch, 32 by default.
        shuffle: whether each epoch has an order of its own, which is so by default.
        seed: batch k of a run draws from seed + k; None (the default) draws from NumPy's global state.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        save_to_dir: a folder into which changed images are written; None (the default) writes none.
        save_prefix: what the names of these files begin with.
        save_format: "png" (the default), "jpeg" ...
        subset: "training" or "validation", the parts of the generator's `validation_split`; None (the default): all.
        interpolation: how pictures are resized, "nearest" by default; see `load_img`.
        dtype: the type of the arrays, "float32" by default.
        validate_filenames: whether rows without a picture file are left out, with a warning; which is so by default.

    Raises:
        SettingError: an unknown class mode, colour mode, subset or format, or columns that do not go with the class mode.
        UnknownName: the table has no such column.
        DataError: columns of unequal lengths.

    Example:
        >>> table = {"filename": ["1.png", "2.png"], "class": ["cat", "dog"]}
        >>> DataFrameIterator(table, "pictures", validate_filenames=False).class_indices
        Found 2 validated image filenames belonging to 2 classes.
        {'cat': 0, 'dog': 1}
    """

    def __init__(
        self,
        dataframe: Table,
        directory: File | None = None,
        image_data_generator: Changes | None = None,
        x_col: str = "filename",
        y_col: str | Sequence[str] = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: ColorMode = "rgb",
        classes: Iterable[object] | None = None,
        class_mode: TableClassMode | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: DataFormat | None = None,
        save_to_dir: File | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: Subset | None = None,
        interpolation: Interpolation = "nearest",
        dtype: DTypeLike = "float32",
        validate_filenames: bool = True,
    ) -> None:
        check_class_mode(class_mode, _CLASS_MODES)
        reading = Reading(target_size, color_mode, interpolation)
        saving = Saving(save_to_dir, save_prefix, save_format)
        super().__init__(image_data_generator, reading, saving, data_format, subset, dtype)
        self.class_mode = "raw" if class_mode == "other" else class_mode
        names = _file_names(dataframe, x_col)
        columns = self._label_columns(dataframe, y_col, len(names))
        weights = None if weight_col is None else _numbers(_column(dataframe, weight_col, "weight_col"), "weight_col")
        paths = [os.path.join(os.fsdecode(directory or ""), os.fsdecode(name)) for name in names]
        rows = _with_pictures(paths, names, x_col) if validate_filenames else list(range(len(paths)))
        self.class_indices: dict[Any, int] = {}
        if class_mode in ("categorical", "binary", "sparse"):
            rows = self._number_classes(columns[0], rows, classes)
        rows = self._subset_of(rows)
        self.filepaths, self.filenames = [paths[row] for row in rows], [names[row] for row in rows]
        self.sample_weight = None if weights is None else weights[rows]
        self._columns = [[column[row] for row in rows] for column in columns]
        self._targets = self._make_targets()
        self.samples = len(rows)
        kinds = f" belonging to {len(self.class_indices)} classes" if self.class_indices else ""
        say(f"Found {self.samples} validated image filenames{kinds}.")
        Iterator.__init__(self, self.samples, batch_size, shuffle, seed)

    @property
    def classes(self) -> list[int | list[int]]:
        """The number of each sample's class, or the numbers where it has several."""
        numbers = self.class_indices
        return [
            [numbers[name] for name in value] if _is_several(value) else numbers[value] for value in self._columns[0]
        ]

    @property
    def labels(self) -> Array | list[Array] | list[int | list[int]] | None:
        """The labels of all samples in order: class numbers, or the values of the columns."""
        return self.classes if self.class_indices else self._targets

    def _label_columns(self, dataframe: Table, y_col: str | Sequence[str], count: int) -> list[list[Any]]:
        if self.class_mode in (None, "input"):
            return []
        several = self.class_mode in ("multi_output", "raw")
        names = [y_col] if isinstance(y_col, str) else list(y_col)
        if len(names) != 1 and not several:
            hint = "Several columns go with class_mode 'raw' or 'multi_output'."
            raise SettingError(where="y_col", expected="one column", actual=shorten(y_col), hint=hint)
        columns = [_column(dataframe, name, "y_col") for name in names]
        for name, column in zip(names, columns, strict=True):
            if len(column) != count:
                raise DataError(where=f"y_col {name!r}", expected=f"{count} values", actual=str(len(column)))
        return columns

    def _number_classes(self, column: list[Any], rows: list[int], classes: Iterable[object] | None) -> list[int]:
        """Number the classes; gives the rows that have one of them."""
        if any(_is_several(column[row]) for row in rows) and self.class_mode != "categorical":
            raise SettingError(
                where=f"class_mode {self.class_mode!r}", expected="one class in each row", actual="lists of them"
            )
        try:
            names = list(classes) if classes else sorted({name for row in rows for name in _listed(column[row])})
        except TypeError as error:
            raise SettingTypeError(where="y_col", expected="classes of one type", actual=str(error)) from error
        if self.class_mode == "binary" and len(names) != 2:
            raise SettingError(
                where="class_mode 'binary'", expected="2 classes", actual=f"{len(names)}: {shorten(names)}"
            )
        if len(set(names)) != len(names):
            raise SettingError(where="classes", expected="each class once", actual=shorten(names))
        self.class_indices = {name: index for index, name in enumerate(names)}
        known = set(names)
        for row in rows:
            if _is_several(column[row]):
                column[row] = [name for name in column[row] if name in known]
        return [row for row in rows if any(name in known for name in _listed(column[row]))]

    def _make_targets(self) -> Array | list[Array] | None:
        if self.class_mode == "categorical":
            rows = np.zeros((len(self.filepaths), len(self.class_indices)), self.dtype)
            for row, value in enumerate(self._columns[0]):
                rows[row, [self.class_indices[name] for name in _listed(value)]] = 1
            return rows
        if self.class_mode in ("binary", "sparse"):
            return np.array(self.classes, self.dtype)
        if self.class_mode == "raw":
            arrays = [np.array(column) for column in self._columns]
            return arrays[0] if len(arrays) == 1 else np.stack(arrays, axis=1)
        if self.class_mode == "multi_output":
            return [np.array(column) for column in self._columns]
        return None

    def _make(self, index_array: Array, random: Random) -> Batch:
        images = self._images(index_array, random)
        if self.class_mode is None:
            return images
        labels = self._targets
        if labels is None:
            labels = images.copy()
        else:
            labels = [t[index_array] for t in labels] if isinstance(labels, list) else labels[index_array]
        if self.sample_weight is None:
            return images, labels
        return images, labels, self.sample_weight[index_array]


def without_old_arguments(arguments: Mapping[str, object]) -> None:
    """Warn of arguments that older versions took; refuse others. Raises SettingTypeError."""
    for name in arguments:
        if name not in _OLD:
            raise SettingTypeError(where="flow_from_dataframe", expected="a known argument", actual=shorten(name))
        warnings.warn(f"flow_from_dataframe: {name} has no effect; prepare the table instead.", stacklevel=3)


def _file_names(table: Table, x_col: str) -> list[str]:
    names = _column(table, x_col, "x_col")
    if not all(isinstance(name, (str, os.PathLike)) for name in names):
        raise SettingTypeError(where=f"x_col {x_col!r}", expected="file names as texts", actual="other values")
    return [os.fspath(name) for name in names]


def _column(table: Table, name: str, what: str) -> list[Any]:
    if not hasattr(table, "keys") or not hasattr(table, "__getitem__"):
        actual = type(table).__name__
        raise SettingTypeError(where="dataframe", expected="a pandas DataFrame or a dict of lists", actual=actual)
    if name not in table:
        raise UnknownName(name, map(str, table.keys()), kind="column", where=what, of_model=True)
    return list(table[name])


def _numbers(values: Sequence[object], what: str) -> Array:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise SettingTypeError(where=what, expected="numbers", actual=f"dtype {array.dtype}")
    return array


def _with_pictures(paths: list[str], names: Sequence[object], x_col: str) -> list[int]:
    rows = [row for row, path in enumerate(paths) if path.lower().endswith(ENDINGS) and os.path.isfile(path)]
    if len(rows) < len(paths):
        left_out = set(range(len(paths))).difference(rows)
        first = names[min(left_out)]  # as the table has it: a joined path may be too long for a message
        warnings.warn(
            f"flow_from_dataframe: {len(paths) - len(rows)} rows of x_col {x_col!r} are left out, as they name no picture "
            f"file; the first is {shorten(first)}.",
            stacklevel=4,
        )
    return rows


def _is_several(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    return isinstance(value, (list, tuple))


def _listed(value: object) -> list[Any]:
    return list(value) if _is_several(value) else [value]
