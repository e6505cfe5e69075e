"""A table, or a folder, in the text of an experiment: where it lies, and what is done to it.

    data:
      source: {kind: table, name: houses.csv, target: rent, steps: [...], split: {validation: 0.1}}
      inputs: {dense_1_input: x}
      targets: {dense_2: y}

A folder of pictures is written likewise, as `{kind: pictures, name: pictures, steps: [...]}`; with `table: labels.csv` its names
and targets stand there. A folder of texts or sounds is a table whose rows are its files. `{kind: frame, name: df}` is a frame of a
notebook, in whose place a file is given elsewhere. The arrays are named x and y; where a column is an array itself, the inputs have
the names that `Dataset.x` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FileError, SettingTypeError, UnknownName, shorten
from ..types import Array, Config
from . import readers
from .blocks import Blocks, blocks_of
from .columns import Columns
from .dataset import Dataset
from .folders import open_folder
from .large import LargeTable
from .pictures import Pictures, open_pictures

KIND, PICTURES, FRAME = "table", "pictures", "frame"
_KEYS = {
    KIND: ("kind", "name", "inputs", "target", "steps", "split", "broken", "in_memory", "table"),
    FRAME: ("kind", "name", "inputs", "target", "steps", "split"),
    PICTURES: ("kind", "name", "inputs", "target", "steps", "split", "broken", "table"),
}

_HOLDS: dict[str, tuple[type, str]] = {
    "inputs": (list, "names of columns"),
    "target": (str, "the name of a column"),
    "steps": (list, "a list of steps"),
    "split": (Mapping, "a table of settings"),
    "table": (str, "the path of a table"),
}


class TableArrays(NamedTuple):
    """The arrays of a table by name.

    Args:
        train: those to train on.
        validation: those to measure after each epoch; None where the split keeps none.
        dataset: the table.
    """

    train: dict[str, Array]
    validation: dict[str, Array] | None
    dataset: Dataset | Pictures | LargeTable


def source_of(data: Dataset | Pictures | LargeTable, file: str, table: str | None = None) -> Config:
    """What an experiment holds of a data set.

    Args:
        data: the data set.
        file: where its table or folder lies, seen from the experiment's folder.
        table: of a folder, where the table of names and targets lies; None (the default): there is none.

    Returns:
        The value of `source`, plain data.

    Example:
        >>> import engine
        >>> data = engine.data.open({"x": [1.0, 2.0], "y": [1.0, 2.0]}, target="y")
        >>> source_of(data, "t.csv")["target"]
        'y'
    """
    beside: Config = {} if table is None else {"table": table}
    if not isinstance(data, Pictures):
        return {"kind": KIND, "name": file, **beside, **data.get_config()}
    if beside:
        beside["inputs"] = [data.file]
    return {"kind": PICTURES, "name": file, **beside, **data.get_config()}


def table_of(experiment: Mapping[str, Any], folder: Path, file: str | None = None) -> TableArrays | None:
    """The arrays of the table, or the folder of pictures, that an experiment names.

    Args:
        experiment: the experiment.
        folder: where its text lies: the table is there or below.
        file: path of the table or folder, in place of the experiment's; None (the default): that one.

    Returns:
        The arrays; None where the experiment names no table.

    Raises:
        FileError: the file is not in the folder, or no table.
        SettingTypeError: it is not written as `source_of` writes it.
    """
    source = (experiment.get("data") or {}).get("source")
    if not isinstance(source, Mapping) or source.get("kind") not in _KEYS:
        return None
    if source["kind"] == FRAME and file is None:
        raise FileError(
            where="data, source",
            expected="the file of a table",
            actual=f"the frame {shorten(source.get('name'))} of a notebook",
            hint="Give a file with its columns with --data, such as one that the frame's to_parquet has written.",
        )
    path = Path(file) if file is not None else _inside(folder, source.get("name"))
    validation = (experiment.get("training") or {}).get("validation_split") or 0.0
    if source["kind"] == PICTURES:
        dataset = pictures_of(source, path, validation, folder)
    elif source.get("in_memory") is False:
        dataset = large_of(source, path, validation)
    else:
        dataset = dataset_of(source, path, validation, folder=folder)
    held_out = dataset.validation
    return TableArrays(dataset.train.by_name(), None if held_out is None else held_out.by_name(), dataset)


def dataset_of(
    source: Mapping[str, Any],
    path: Path,
    validation: float = 0.0,
    columns: Columns | None = None,
    folder: Path | None = None,
) -> Dataset:
    """The data set that an experiment's `source` describes.

    Args:
        source: as `source_of` writes it.
        path: where the table lies.
        validation: share of validation rows where the source does not say it; 0 by default.
        columns: the table, where it has been read before; None (the default) reads the file.
        folder: where the experiment's text lies, and the table of a folder's files, there or below; None (the default): beside
            that folder.

    Returns:
        The data set.

    Raises:
        FileError: the file is no table.
        SettingTypeError: the source is not written as `source_of` writes it.
    """
    _check(source, FRAME if source.get("kind") == FRAME else KIND)
    broken = "skip" if source.get("broken") == "skip" else "stop"
    split = {"validation": validation, **(source.get("split") or {})}
    if columns is None and path.is_dir():
        return open_folder(
            path,
            source.get("inputs"),
            source.get("target"),
            table=_table_beside(source, folder or path.parent, broken),
            steps=source.get("steps"),
            split=split,
            broken=broken,
        )
    if columns is None:
        columns = readers.read(path, None, broken)
    return Dataset(columns, source.get("inputs"), source.get("target"), source.get("steps"), split, str(path))


def pictures_of(source: Mapping[str, Any], path: Path, validation: float = 0.0, folder: Path | None = None) -> Pictures:
    """The pictures that an experiment's `source` describes.

    Args:
        source: as `source_of` writes it.
        path: where their folder lies.
        validation: share of validation rows where the source does not say it; 0 by default.
        folder: where the experiment's text lies, and the table of names and targets, there or below; None (the default): beside
            the folder of pictures.

    Returns:
        The pictures.

    Raises:
        FileError: there are none in the folder, or the table is none.
        SettingTypeError: the source is not written as `source_of` writes it.
    """
    _check(source, PICTURES)
    broken = "skip" if source.get("broken") == "skip" else "stop"
    split = {"validation": validation, **(source.get("split") or {})}
    return open_pictures(
        path,
        source.get("inputs"),
        source.get("target"),
        table=_table_beside(source, folder or path.parent, broken),
        steps=source.get("steps"),
        split=split,
        broken=broken,
    )


def _table_beside(source: Mapping[str, Any], folder: Path, broken: readers.Broken) -> Columns | None:
    """What is known of the files of a folder; None where the source names no table."""
    return None if source.get("table") is None else readers.read(_inside(folder, source["table"]), None, broken)


def large_of(
    source: Mapping[str, Any], path: Path, validation: float = 0.0, blocks: Blocks | None = None
) -> LargeTable:
    """The table in blocks that an experiment's `source` describes.

    Args:
        source: as `source_of` writes it.
        path: where the table lies.
        validation: share of validation rows where the source does not say it; 0 by default.
        blocks: the table, where it has been opened before; None (the default) opens the file.

    Returns:
        The data set, whose rows are read when they are asked for.

    Raises:
        FileError: the file is no table.
        SettingTypeError: the source is not written as `source_of` writes it.
    """
    _check(source, KIND)
    split = {"validation": validation, **(source.get("split") or {})}
    inputs, target = source.get("inputs"), source.get("target")
    if blocks is None:
        only = None if inputs is None else [*inputs, *([] if target is None else [target])]
        blocks = blocks_of(path, only, "skip" if source.get("broken") == "skip" else "stop")
    return LargeTable(blocks, inputs, target, source.get("steps"), split)


def _check(source: Mapping[str, Any], kind: str) -> None:
    """Refuse a source that is not written as `source_of` writes it."""
    for key in source:
        if key not in _KEYS[kind]:
            raise UnknownName(str(key), _KEYS[kind], kind="key", where="data, source", of_model=True)
    for key, (holds, expected) in _HOLDS.items():
        if not isinstance(source.get(key), (holds, type(None))):
            raise SettingTypeError(where=f"data, source, {key}", expected=expected, actual=shorten(source[key]))
    for step in source.get("steps") or ():
        if not isinstance(step, Mapping):
            raise SettingTypeError(where="data, source, steps", expected="a table for each step", actual=shorten(step))


def _inside(folder: Path, file: object) -> Path:
    """A text must not name files all over the machine: who runs it may not be who wrote it."""
    if not isinstance(file, str) or not file:
        raise FileError(where="data, source, name", expected="the path of the table", actual=shorten(file))
    path, base = (folder / file).resolve(), folder.resolve()
    if not path.is_relative_to(base):
        raise FileError(
            where="data, source, name",
            expected=f"a file in {base}",
            actual=shorten(file),
            hint="Give its path with --data, or move it there.",
        )
    return path
