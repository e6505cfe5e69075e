"""A table, or a folder, in the text of an experiment: where it lies, and what is done to it.

    data:
      source: {kind: table, name: houses.csv, target: rent, steps: [...], split: {validation: 0.1}}
      inputs: {dense_1_input: x}
      targets: {dense_2: y}

A folder of pictures is written likewise, as `{kind: pictures, name: pictures, steps: [...]}`; with `table: labels.csv` its names
and targets stand there. A folder of texts or sounds is a table whose rows are its files. `validation: later.csv` names a second
file or folder, whose rows are measured after each epoch. `{kind: frame, name: df}` is a frame of a notebook, in whose place a file
is given elsewhere. The arrays are named x and y; where a column is an array itself, the inputs have the names that `Dataset.x`
gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from ..errors import FileError, SettingError, SettingTypeError, UnknownName, shorten
from ..types import Array, Config
from . import readers
from .blocks import Blocks, blocks_of
from .columns import Columns
from .dataset import Dataset
from .folders import open_folder
from .large import LargeTable
from .own_rows import needed_columns, with_rows_of
from .picture_folders import open_pictures
from .pictures import Pictures
from .steps import columns_of_choice

KIND, PICTURES, FRAME = "table", "pictures", "frame"
_KEYS = {
    KIND: ("kind", "name", "inputs", "target", "steps", "split", "broken", "in_memory", "table", "validation"),
    FRAME: ("kind", "name", "inputs", "target", "steps", "split", "validation"),
    PICTURES: ("kind", "name", "inputs", "target", "steps", "split", "broken", "table", "validation"),
}

_HOLDS: dict[str, tuple[type, str]] = {
    "inputs": (list, "names of columns"),
    "target": (str, "the name of a column"),
    "steps": (list, "a list of steps"),
    "split": (Mapping, "a table of settings"),
    "table": (str, "the path of a table"),
    "validation": (str, "the path of a table or of a folder"),
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


def source_of(
    data: Dataset | Pictures | LargeTable, file: str, table: str | None = None, validation: str | None = None
) -> Config:
    """What an experiment holds of a data set.

    Args:
        data: the data set.
        file: where its table or folder lies, seen from the experiment's folder.
        table: of a folder, where the table of names and targets lies; None (the default): there is none.
        validation: where the table or folder of the validation rows lies; None (the default): they are a share of the rows.

    Returns:
        The value of `source`, plain data.

    Raises:
        SettingError: the data set has validation rows of its own and it is not said where they lie, or the other way about.

    Example:
        >>> import engine
        >>> data = engine.data.open({"x": [1.0, 2.0], "y": [1.0, 2.0]}, target="y")
        >>> source_of(data, "t.csv")["target"]
        'y'
    """
    has_own_rows = data.own_blocks is not None if isinstance(data, LargeTable) else data.own_validation > 0
    if has_own_rows != (validation is not None):
        expected = (
            "the path of the validation rows" if has_own_rows else "none, as the validation rows are a share of all"
        )
        raise SettingError(where="source_of, validation", expected=expected, actual=shorten(validation))
    beside: Config = {} if table is None else {"table": table}
    if validation is not None:
        beside["validation"] = validation
    if not isinstance(data, Pictures):
        return {"kind": KIND, "name": file, **beside, **data.get_config()}
    if table is not None:
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
        dataset = large_of(source, path, validation, folder=folder)
    else:
        dataset = dataset_of(source, path, validation, folder=folder)
    held_out = dataset.validation
    return TableArrays(dataset.train.by_name(), None if held_out is None else held_out.by_name(), dataset)


def files_of_arrays(experiment: Mapping[str, Any], folder: Path) -> tuple[Path | None, Path | None]:
    """The file of arrays of an experiment, and the second one, whose arrays are called "validation/x" beside x of the first.

    Args:
        experiment: the experiment, such as one whose source is `{kind: file, name: a.npz, validation: b.npz}`.
        folder: where its text lies: the files are there or below.

    Returns:
        Their paths; None for what the experiment does not name.

    Raises:
        FileError: one is not in the folder.
    """
    source = (experiment.get("data") or {}).get("source")
    if not isinstance(source, Mapping) or source.get("kind") != "file":
        return None, None
    # A path of another machine is no fault where the file is given with --data.
    first = Path(str(source.get("name")))
    inside = (folder / first).resolve().is_relative_to(folder.resolve()) and (folder / first).is_file()
    second = source.get("validation")
    return folder / first if inside else None, None if second is None else _inside(folder, second)


def dataset_of(
    source: Mapping[str, Any],
    path: Path,
    validation: float = 0.0,
    columns: Columns | None = None,
    folder: Path | None = None,
    *,
    second: Path | None = None,
    own_validation: int = 0,
) -> Dataset:
    """The data set that an experiment's `source` describes.

    Args:
        source: as `source_of` writes it.
        path: where the table lies.
        validation: share of validation rows where the source does not say it; 0 by default.
        columns: the table, where it has been read before, the rows of the source's `validation` behind the others; None (the
            default) reads the files.
        folder: where the experiment's text lies, and the table of a folder's files, there or below; None (the default): beside
            that folder.
        second: where the source's `validation` lies; None (the default): as it says, seen from `folder`.
        own_validation: how many of the last rows of `columns` are those of the source's `validation`; 0 by default.

    Returns:
        The data set.

    Raises:
        FileError: the file is no table.
        SettingTypeError: the source is not written as `source_of` writes it.
    """
    _check(source, FRAME if source.get("kind") == FRAME else KIND)
    split = {"validation": validation, **(source.get("split") or {})}
    if columns is None and path.is_dir():
        return cast("Dataset", _folder_of(source, path, split, folder, second, in_memory=True))
    if columns is None:
        columns = readers.read(path, None, _broken(source))
        if source.get("validation") is not None:
            columns, own_validation = _with_second(source, columns, path, folder, second)
    inputs, target, steps = (source.get(key) for key in ("inputs", "target", "steps"))
    return Dataset(columns, inputs, target, steps, split, str(path), own_validation)


def _with_second(
    source: Mapping[str, Any], columns: Columns, path: Path, folder: Path | None, second: Path | None
) -> tuple[Columns, int]:
    """A table with the rows of the source's second one behind its own, and how many these are."""
    where = second or _inside(folder or path.parent, source["validation"])
    more = readers.read(where, None, _broken(source))
    column = (source.get("split") or {}).get("column")
    needed = needed_columns(
        columns, source.get("inputs"), source.get("target"), [column, *columns_of_choice(source.get("steps") or ())]
    )
    return with_rows_of(columns, more, needed, str(where)), len(next(iter(more.values())))


def _broken(source: Mapping[str, Any]) -> readers.Broken:
    return "skip" if source.get("broken") == "skip" else "stop"


def _folder_of(
    source: Mapping[str, Any],
    path: Path,
    split: Mapping[str, object],
    folder: Path | None,
    second: Path | None,
    in_memory: bool,
) -> Dataset | LargeTable:
    """A folder of texts or sounds."""
    return open_folder(
        path,
        source.get("inputs"),
        source.get("target"),
        table=_table_beside(source, path, folder),
        steps=source.get("steps"),
        split=split,
        broken=_broken(source),
        validation=_second(source, path, folder, second),
        in_memory=in_memory,
    )


def pictures_of(
    source: Mapping[str, Any],
    path: Path,
    validation: float = 0.0,
    folder: Path | None = None,
    *,
    second: Path | None = None,
) -> Pictures:
    """The pictures that an experiment's `source` describes.

    Args:
        source: as `source_of` writes it.
        path: where their folder lies.
        validation: share of validation rows where the source does not say it; 0 by default.
        folder: where the experiment's text lies, and the table of names and targets, there or below; None (the default): beside
            the folder of pictures.
        second: where the source's `validation` lies; None (the default): as it says, seen from `folder`.

    Returns:
        The pictures.

    Raises:
        FileError: there are none in the folder, or the table is none.
        SettingTypeError: the source is not written as `source_of` writes it.
    """
    _check(source, PICTURES)
    return open_pictures(
        path,
        source.get("inputs"),
        source.get("target"),
        table=_table_beside(source, path, folder),
        steps=source.get("steps"),
        split={"validation": validation, **(source.get("split") or {})},
        broken=_broken(source),
        validation=_second(source, path, folder, second),
    )


def _table_beside(source: Mapping[str, Any], path: Path, folder: Path | None) -> Columns | None:
    """What is known of the files of a folder; None where the source names no table."""
    if source.get("table") is None:
        return None
    # The page writes it as it is seen from beside the folder, which need not be where the text lies.
    places = [path.parent] if folder is None else [folder, path.parent]
    existing = [place for place in places if (place / source["table"]).exists()]
    return readers.read(_inside((existing or places)[0], source["table"]), None, _broken(source))


def _second(source: Mapping[str, Any], path: Path, folder: Path | None, second: Path | None) -> Path | Columns | None:
    """The folder, or the table of files, whose rows are measured; None where the source names none."""
    if source.get("validation") is None:
        return None
    where = second or _inside(folder or path.parent, source["validation"])
    return where if source.get("table") is None else readers.read(where, None, _broken(source))


def large_of(
    source: Mapping[str, Any],
    path: Path,
    validation: float = 0.0,
    blocks: Blocks | None = None,
    folder: Path | None = None,
    *,
    second: Path | Blocks | None = None,
) -> LargeTable:
    """The table in blocks that an experiment's `source` describes.

    Args:
        source: as `source_of` writes it.
        path: where the table lies, or the folder of texts or sounds.
        validation: share of validation rows where the source does not say it; 0 by default.
        blocks: the table, where it has been opened before; None (the default) opens the file.
        folder: where the experiment's text lies; None (the default): beside the table.
        second: the source's `validation`, or where it lies; None (the default): as the source says, seen from `folder`.

    Returns:
        The data set, whose rows are read when they are asked for.

    Raises:
        FileError: the file is no table.
        SettingTypeError: the source is not written as `source_of` writes it.
    """
    _check(source, KIND)
    split = {"validation": validation, **(source.get("split") or {})}
    if blocks is None and path.is_dir():
        of_folder = second if isinstance(second, Path) else None
        return cast("LargeTable", _folder_of(source, path, split, folder, of_folder, in_memory=False))
    inputs, target = source.get("inputs"), source.get("target")
    only = None if inputs is None else [*inputs, *([] if target is None else [target])]
    if blocks is None:
        blocks = blocks_of(path, only, _broken(source))
    if source.get("validation") is not None and not isinstance(second, Blocks):
        second = blocks_of(second or _inside(folder or path.parent, source["validation"]), only, _broken(source))
    return LargeTable(
        blocks, inputs, target, source.get("steps"), split, second if isinstance(second, Blocks) else None
    )


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
