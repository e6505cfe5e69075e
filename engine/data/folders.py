"""Folders of files: which kind they are of, and texts and sounds as tables, a row for each file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from .._files import pictures, wav
from .._machine.room import bytes_in_words, free_memory
from ..errors import DataError, FileError, SettingError, UnknownName
from ..types import Array
from .columns import Columns, column_of
from .dataset import Dataset
from .file_contents import Contents, Sounds, Texts, of_one_channel
from .folder_blocks import FolderBlocks
from .large import LargeTable
from .own_rows import needed_columns, with_rows_of
from .picture_files import CLASS, EACH_CLASS_HAS_A_FOLDER, FILE, classes_of, listed, names_in
from .proposals import proposed_steps
from .readers import Broken
from .split import Split
from .step import Step

FolderKind = Literal["pictures", "texts", "sounds"]
ENDINGS: dict[FolderKind, tuple[str, ...]] = {"pictures": pictures.ENDINGS, "texts": (".txt",), "sounds": wav.ENDINGS}
"""How names of files end, by what they hold."""
_MARKS_OF_ZARR = ("zarr.json", ".zgroup", ".zarray")


def kind_of_folder(folder: str | os.PathLike[str]) -> FolderKind:
    """What most files of a folder are, told by the endings of their names.

    Args:
        folder: the folder.

    Returns:
        Their kind.

    Raises:
        FileError: there is no file of any kind.
    """
    return _files_of(folder)[0]


def _files_of(folder: str | os.PathLike[str]) -> tuple[FolderKind, list[str]]:
    """The kind of most files, and these, by one walk through the folder. Raises FileError where there is no file of any kind."""
    names = names_in(folder, tuple(ending for endings in ENDINGS.values() for ending in endings))
    by_kind: dict[FolderKind, list[str]] = {
        kind: [name for name in names if name.lower().endswith(endings)] for kind, endings in ENDINGS.items()
    }
    if not names:
        if any(os.path.exists(os.path.join(folder, name)) for name in _MARKS_OF_ZARR):
            path = os.fspath(folder)
            hint = f"Open it by zarr: engine.data.open(zarr.open_group({path!r}), ...)."
            raise FileError(file=path, expected="pictures, texts or sounds", actual="a store of zarr", hint=hint)
        raise FileError(
            file=os.fspath(folder),
            expected="; ".join(f"{kind} ({', '.join(one[1:] for one in ends)})" for kind, ends in ENDINGS.items()),
            actual="none",
            hint=EACH_CLASS_HAS_A_FOLDER,
        )
    return max(by_kind.items(), key=lambda one: len(one[1]))


def open_folder(
    folder: str | os.PathLike[str],
    inputs: Sequence[str] | None = None,
    target: str | None = None,
    *,
    table: Columns | None = None,
    steps: Sequence[Step | Mapping[str, object]] | None = None,
    split: Split | Mapping[str, object] | None = None,
    broken: Broken = "stop",
    validation: str | os.PathLike[str] | Columns | None = None,
    in_memory: bool | None = None,
) -> Dataset | LargeTable:
    """A folder of texts or sounds as a table, whose files are read at once or while training goes on; see `engine.data.open`.

    Without a table the folders' names are the target, where there are any; with one its column of files gives way to "text" or
    "sound". `validation` is a second folder, or a second table of files in this one where there is a table.
    """
    first, second, target = _opened(folder, target, table, broken, validation)
    in_blocks = in_memory is False or (in_memory is None and first.contents.needed()[0] > free_memory() // 2)
    made = (_in_blocks if in_blocks else _in_memory)(first, second, inputs, target, steps, split)
    if steps is not None:
        return made
    others = [name for name in made.inputs if name != first.content_name]
    rows = made.parts.train if isinstance(made, Dataset) else np.arange(len(first))
    return made.with_(steps=[*first.contents.usual_steps(), *proposed_steps(first.table, others, target, rows)])


def _in_memory(
    first: _Files,
    second: _Files | None,
    inputs: Sequence[str] | None,
    target: str | None,
    steps: Sequence[Step | Mapping[str, object]] | None,
    split: Split | Mapping[str, object] | None,
) -> Dataset:
    columns, own_validation = first.whole(), 0
    if second is not None:
        needed = needed_columns(columns, first.inputs(inputs), target)
        columns, own_validation = (
            with_rows_of(columns, second.whole(), needed, str(second.contents.folder)),
            len(second),
        )
    return Dataset(columns, first.inputs(inputs), target, steps, split, str(first.contents.folder), own_validation)


def _in_blocks(
    first: _Files,
    second: _Files | None,
    inputs: Sequence[str] | None,
    target: str | None,
    steps: Sequence[Step | Mapping[str, object]] | None,
    split: Split | Mapping[str, object] | None,
) -> LargeTable:
    own_blocks = None if second is None else second.blocks()
    return LargeTable(first.blocks(), first.inputs(inputs), target, steps, split, own_blocks)


def folder_is_too_large(
    folder: str | os.PathLike[str], table: Columns | None = None, target: str | None = None
) -> bool:
    """Whether what the files of a folder hold takes more than half of the free memory.

    Args:
        folder: the folder.
        table: what is known of each file; None (the default): nothing.
        target: name of the target column; None (the default): the folders' names, where there are any.

    Returns:
        The answer; False where the files cannot be measured, which is said where they are read.

    Raises:
        FileError: there are no files.
    """
    try:
        first, _, _ = _opened(folder, target, table, "stop", None)
    except FileError as error:
        if error.fix is None:
            raise
        return False
    return first.contents.needed()[0] > free_memory() // 2


class _Files(NamedTuple):
    """Files of a folder. table: what is known of each. files: the column of their names in it."""

    table: Columns
    files: str
    contents: Contents

    def __len__(self) -> int:
        return len(self.contents.files)

    @property
    def content_name(self) -> str:
        """Name of the column of what they hold."""
        return self.contents.content_name

    def inputs(self, asked: Sequence[str] | None) -> list[str]:
        """The input columns: what is held in the place of the names of the files."""
        return [self.content_name if name == self.files else name for name in asked or (self.content_name,)]

    def whole(self) -> Columns:
        """The table with all that the files hold. Raises DataError where this is more than half of the free memory."""
        _check_room(self.contents)
        return {**self.table, self.content_name: self.contents.column(np.arange(len(self)))}

    def blocks(self) -> FolderBlocks:
        """The table whose files are read some at a time."""
        return FolderBlocks(self.table, self.contents)


def _opened(
    folder: str | os.PathLike[str],
    target: str | None,
    table: Columns | None,
    broken: Broken,
    validation: str | os.PathLike[str] | Columns | None,
) -> tuple[_Files, _Files | None, str | None]:
    """The files, those that are measured where they are others, and the target."""
    kind, names = _files_of(folder)
    if table is None:
        table = {FILE: column_of(FILE, names), **classes_of(names)}
        files, target = FILE, target or (CLASS if CLASS in table else None)
    else:
        files = _column_of_files(Path(folder), table, target)
    first, second = _measured(kind, folder, table, files, broken), None
    if isinstance(validation, Mapping):
        second = _measured(kind, folder, validation, files, broken)
    elif validation is not None:
        other, others = _files_of(validation)
        if other != kind:
            raise FileError(file=os.fspath(validation), expected=f"{kind}, as in {os.fspath(folder)}", actual=other)
        known = {FILE: column_of(FILE, others), **classes_of(others)}
        second = _measured(kind, validation, known, FILE, broken)
    if second is not None:
        second.contents.alike(first.contents)
    return first, second, target


def _measured(kind: FolderKind, folder: str | os.PathLike[str], table: Columns, files: str, broken: Broken) -> _Files:
    """Files that are there, without broken ones where these are to be skipped."""
    if files not in table:
        raise UnknownName(files, table, kind="column", where="validation", of_model=True)
    listing = listed(Path(folder), table[files], files)
    contents = (Texts if kind == "texts" else Sounds)(Path(folder), listing)
    if broken == "skip":
        whole = contents.whole_rows()
        table = {name: column.take(whole) for name, column in table.items()}
        contents = type(contents)(Path(folder), [one for one, fine in zip(listing, whole, strict=True) if fine])
    contents.measure()
    return _Files(table, files, contents)


def _column_of_files(folder: Path, table: Columns, target: str | None) -> str:
    """The column of texts whose first one is the path of a file in the folder."""
    texts = [name for name, column in table.items() if column.kind == "text" and name != target]
    named = [name for name in texts if len(table[name].present()) and (folder / table[name].present()[0]).is_file()]
    if len(named) != 1:
        raise SettingError(
            where="table",
            expected=f"one column with names of files in {folder}",
            actual=", ".join(map(repr, named)) or f"none among {', '.join(map(repr, texts)) or 'no columns of texts'}",
            hint="Write paths as they are seen from the folder: cat/1.txt.",
        )
    return named[0]


def read_sound(path: str | os.PathLike[str]) -> Array:
    """A sound as a row of `open` has it before its steps, to predict from: `data.predict(model, {"sound": [sound]})`.

    Args:
        path: a WAV file.

    Returns:
        float32 (samples, 1) from -1 to 1, the mean of its channels.

    Raises:
        FileError: it is no WAV file, a damaged or an empty one.
    """
    return of_one_channel(Path(path)).samples


def _check_room(contents: Contents) -> None:
    """Refuse what is more than half of the free memory before it is read."""
    needed, what = contents.needed()
    if needed > free_memory() // 2:
        raise DataError(
            where=str(contents.folder),
            expected=f"at most half of the free memory ({bytes_in_words(free_memory() // 2)})",
            actual=f"{bytes_in_words(needed)} for {what}",
            hint="Open it with in_memory=False, which reads the files while training goes on.",
        )
