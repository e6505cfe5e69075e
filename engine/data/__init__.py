"""Data for networks: opened from frames, files and folders, prepared by visible steps, divided, and looked through for mistakes.

    data = engine.data.open("houses.csv", target="price")
    model.fit(data.x, data.y, validation_data=data.validation)
    data.predict(model, {"rooms": 3, "town": "Bonn"})

`data.steps` says what was done, `data.warnings` what is likely to spoil the training. Steps are fitted on training rows only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, cast

from .._files.maps import FileMap, map_of
from .._training.read_rows import ReadRows
from ..errors import SettingError, shorten
from . import readers
from .block_rows import BlockRows
from .blocks import Blocks, blocks_of
from .columns import Column, ColumnKind, Columns, Table, columns_of
from .content_mark import content_mark
from .dataset import Dataset, Labelled
from .finding import Change, Finding
from .findings import TOLD_BY_FEW
from .folders import folder_is_too_large, kind_of_folder, open_folder, read_sound
from .in_experiments import dataset_of, large_of, pictures_of, source_of
from .large import LargeTable, joined, refuse_split, refuse_steps
from .layer_step import PreparingLayer
from .number_steps import Clip, Finite, Log, Numbers, Scale
from .own_rows import FROM_SECOND, needed_columns, with_rows_of
from .picture_folders import open_pictures
from .picture_preparation import PicturePreparation
from .picture_steps import (
    PICTURE_STEPS,
    Brightness,
    Colors,
    Flip,
    LeaveOutFiles,
    Move,
    PictureStep,
    Pixels,
    Resize,
    Turn,
    picture_step_of,
)
from .pictures import AnyStep, Pictures
from .preparation import FittedStep, Preparation
from .profile import ColumnProfile, Correlation, Profile, profile_of, some_rows
from .read_arrays import arrays_in_blocks, spread_rows
from .readers import Broken, is_too_large
from .readers import npy as read_npy
from .readers import read as read_table
from .repeated import digests, equal_rows, repeated
from .row_steps import Balance, Drop, LeaveOut, Unique
from .said import heard
from .sampled import FileSample, Places, sample_file
from .series_steps import Windows
from .sound_steps import Length, Spectrogram
from .split import Parts, Split
from .step import Step
from .steps import STEPS, columns_of_choice, step_of
from .text_steps import Tokens
from .transformer_step import FitsAndTransforms, Transformer
from .value_steps import DateParts, Dates, Fill, Missing, OneHot, Ordinal

__all__ = [
    "FROM_SECOND",
    "PICTURE_STEPS",
    "STEPS",
    "TOLD_BY_FEW",
    "Balance",
    "BlockRows",
    "Blocks",
    "Brightness",
    "Change",
    "Clip",
    "Colors",
    "Column",
    "ColumnKind",
    "ColumnProfile",
    "Columns",
    "Correlation",
    "Dataset",
    "DateParts",
    "Dates",
    "Drop",
    "FileMap",
    "FileSample",
    "Fill",
    "Finding",
    "Finite",
    "FitsAndTransforms",
    "FittedStep",
    "Flip",
    "Labelled",
    "LargeTable",
    "LeaveOut",
    "LeaveOutFiles",
    "Length",
    "Log",
    "Missing",
    "Move",
    "Numbers",
    "OneHot",
    "Ordinal",
    "Parts",
    "PicturePreparation",
    "PictureStep",
    "Pictures",
    "Pixels",
    "Places",
    "Preparation",
    "PreparingLayer",
    "Profile",
    "ReadRows",
    "Resize",
    "Scale",
    "Spectrogram",
    "Split",
    "Step",
    "Tokens",
    "Transformer",
    "Turn",
    "Unique",
    "Windows",
    "arrays_in_blocks",
    "blocks_of",
    "columns_of",
    "columns_of_choice",
    "content_mark",
    "dataset_of",
    "digests",
    "equal_rows",
    "folder_is_too_large",
    "heard",
    "is_too_large",
    "joined",
    "kind_of_folder",
    "large_of",
    "map_of",
    "needed_columns",
    "open",
    "picture_step_of",
    "pictures_of",
    "profile_of",
    "read_npy",
    "read_sound",
    "read_table",
    "refuse_split",
    "refuse_steps",
    "repeated",
    "sample_file",
    "some_rows",
    "source_of",
    "spread_rows",
    "step_of",
    "with_rows_of",
]


def open(
    source: str | os.PathLike[str] | Table,
    inputs: Sequence[str] | None = None,
    target: str | None = None,
    *,
    steps: Sequence[AnyStep] | None = None,
    split: Split | Mapping[str, object] | None = None,
    broken: Broken = "stop",
    table: str | os.PathLike[str] | Table | None = None,
    in_memory: bool | None = None,
    validation: str | os.PathLike[str] | Table | None = None,
) -> Dataset | Pictures | LargeTable:
    """Open a table, or a folder of pictures, texts or sounds.

    Args:
        source: path of a file (CSV, Parquet, .npz, .npy, HDF5), a frame (pandas, polars, arrow), columns by name, rows as dicts, a
            structured array, or what scikit-learn's `load_*` give. Of a folder its pictures, texts (.txt) or sounds (.wav),
            whatever it has most of: those of each class have a folder in it.
        inputs: names of the input columns; None (the default): all but the target and the column that the split goes by.
        target: name of the target column; None (the default): there is none; of pictures the names of their folders.
        steps: what is done to them, in order, as steps or as plain data; None (the default): what the columns suggest.
        split: which rows go where; None (the default): 10 % for validation, of fewer than 20 rows none, by
            chance, with the same share of each class.
        broken: what becomes of a line of CSV with too few or too many values: "stop" (the default) names it, "skip" leaves it out.
            The same of a broken file of a folder.
        table: of a folder: what is known of each file, as `source` of a table; `inputs` is the column with the names of the
            files then. None (the default): the folders' names are the classes.
        in_memory: False reads a file in blocks while training goes on, True as a whole; None (the default): in blocks where it is
            larger than half of the free memory. The same of a folder of texts or sounds; pictures are always read so.
        validation: a second file, frame or folder of the same columns, whose rows are the validation rows whatever share `split`
            says; of a folder with a `table` a second table of its files. None (the default): they are a share of the rows.

    Returns:
        The data set, which reads and prepares what it is asked for.

    Raises:
        FileError: the file is none of these, damaged, or too large.
        DataError: it is no table.
        UnknownName: there is no column of a name.

    Example:
        >>> import engine
        >>> table = {"size": [50, 70, 90, 110] * 5, "town": ["Bonn", "Ulm"] * 10, "rent": [*range(1, 40, 2)]}
        >>> data = engine.data.open(table, target="rent")
        >>> data.features
        ['size', 'town = Bonn', 'town = Ulm']
        >>> [step.kind for step in data.steps]
        ['one_hot', 'scale', 'scale']
    """
    if isinstance(source, (str, os.PathLike)) and os.path.isdir(source):
        known = None if table is None else _table(table, broken)
        more = cast("Any", validation)
        if known is not None and validation is not None:
            more = _table(validation, broken)
        if kind_of_folder(source) == "pictures":
            return open_pictures(
                source, inputs, target, table=known, steps=steps, split=split, broken=broken, validation=more
            )
        return open_folder(
            source,
            inputs,
            target,
            table=known,
            steps=cast("Any", steps),
            split=split,
            broken=broken,
            validation=more,
            in_memory=in_memory,
        )
    if table is not None:
        raise SettingError(where="table", expected="a folder as the source", actual=shorten(source))
    return _open_table(source, inputs, target, cast("Any", steps), split, broken, in_memory, validation)


def _open_table(
    source: str | os.PathLike[str] | Table,
    inputs: Sequence[str] | None,
    target: str | None,
    steps: Sequence[Step | Mapping[str, object]] | None,
    split: Split | Mapping[str, object] | None,
    broken: Broken,
    in_memory: bool | None,
    validation: str | os.PathLike[str] | Table | None,
) -> Dataset | LargeTable:
    only = None
    if inputs is not None:
        by = split.column if isinstance(split, Split) else (split or {}).get("column")
        of_rows = columns_of_choice(steps or ())
        only = list(dict.fromkeys(name for name in (*inputs, target, by, *of_rows) if isinstance(name, str)))
    if isinstance(source, (str, os.PathLike)):
        if in_memory is False or (in_memory is None and readers.is_too_large(source)):
            second = None if validation is None else _blocks(validation, only, broken)
            return LargeTable(blocks_of(source, only, broken), inputs, target, steps, split, second)
        columns, where = readers.read(source, only, broken), os.fspath(source)
    else:
        columns, where = columns_of(source), "data"
    own_validation = 0
    if validation is not None:
        second = _table(validation, broken, only)
        needed = list(columns) if only is None else [name for name in columns if name in only]
        columns = with_rows_of(columns, second, needed, _name_of(validation))
        own_validation = len(next(iter(second.values())))
    return Dataset(columns, inputs, target, steps, split, where, own_validation)


def _table(source: str | os.PathLike[str] | Table, broken: Broken, only: list[str] | None = None) -> Columns:
    """The columns of a file or of a frame."""
    return readers.read(source, only, broken) if isinstance(source, (str, os.PathLike)) else columns_of(source)


def _blocks(source: str | os.PathLike[str] | Table, only: list[str] | None, broken: Broken) -> Blocks:
    """The blocks of a second file. Raises SettingError where it is none."""
    if not isinstance(source, (str, os.PathLike)):
        raise SettingError(
            where="validation", expected="the path of a file, as the table is read in blocks", actual=shorten(source)
        )
    return blocks_of(source, only, broken)


def _name_of(source: str | os.PathLike[str] | Table) -> str:
    return os.fspath(source) if isinstance(source, (str, os.PathLike)) else "validation"
