"""Picture files of a folder, as they were when it was opened."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import NamedTuple, TypeVar

from .._files.pictures import ENDINGS
from ..errors import DataError, FileError, shorten
from .columns import Column, Columns, column_of

Made = TypeVar("Made")
FILE, CLASS = "file", "class"
"""Names of the columns of a folder without a table."""
_MARKED_BYTES = 2**15
# A folder with more files in it is hardly one of pictures: someone has named a whole disk.
MOST_FILES = 2_000_000


class PictureFile(NamedTuple):
    """A picture file as it was when the folder was opened."""

    name: str
    size: int
    changed: int


def listed(folder: Path, column: Column, title: str) -> list[PictureFile]:
    """The files of a column as they are now.

    Args:
        folder: the folder.
        column: paths seen from it.
        title: the column's name.

    Returns:
        Each file, in the column's order.

    Raises:
        FileError: one is not there, or lies outside of the folder; with file and row.
    """
    base = folder.resolve()
    made: list[PictureFile] = []
    for row, name in enumerate(column.values.tolist()):
        where = f"{folder}, row {row}"
        if column.missing[row] or not isinstance(name, str):
            raise DataError(where=where, expected=f"the name of a picture in column {title!r}", actual="none")
        path = folder / name
        try:
            known = os.stat(path)
        except OSError as error:
            raise FileError(
                file=str(path), where=where, expected="a picture", actual=f"no file {shorten(name)}"
            ) from error
        if not path.resolve().is_relative_to(base):
            raise FileError(file=str(path), where=where, expected=f"a file in {base}", actual=shorten(name))
        made.append(PictureFile(name, known.st_size, known.st_mtime_ns))
    return made


def pictures_in(folder: str | os.PathLike[str], most_files: int = MOST_FILES) -> Columns:
    """The pictures of a folder and of those in it, told by the endings of their names.

    Args:
        folder: the folder.
        most_files: so many files are looked through, 2 million by default.

    Returns:
        The column "file", and, where the pictures lie in folders of their own, the column "class" with the names of these.

    Raises:
        FileError: there is no picture, or the folder holds more files than that.
    """
    base = os.fspath(folder)
    names: list[str] = []
    seen = 0
    for path, folders, files in os.walk(base):
        folders[:] = [one for one in folders if not one.startswith(".")]
        seen += len(files)
        if seen > most_files:
            raise FileError(
                file=base,
                expected=f"a folder of at most {most_files:,} files",
                actual="more",
                hint="Give the folder that the pictures lie in.",
            )
        below = os.path.relpath(path, base)
        chosen = [one for one in files if one.lower().endswith(ENDINGS) and not one.startswith(".")]
        names += [one if below == "." else f"{Path(below).as_posix()}/{one}" for one in chosen]
    if not names:
        raise FileError(
            file=base,
            expected=f"pictures ({', '.join(ending[1:] for ending in ENDINGS)})",
            actual="none",
            hint="Each class has a folder of its own in it: pictures/cat/1.jpg, pictures/dog/1.jpg.",
        )
    names.sort()
    columns = {FILE: column_of(FILE, names)}
    if all("/" in name for name in names):
        columns[CLASS] = column_of(CLASS, [name.split("/")[0] for name in names])
    return columns


def mark_of(path: str) -> str:
    """A mark of a file's beginning and end, between which compressed pictures of one size hardly ever differ alone."""
    with open(path, "rb") as file:
        start = file.read(_MARKED_BYTES)
        file.seek(max(0, os.fstat(file.fileno()).st_size - _MARKED_BYTES))
        return hashlib.sha256(start + file.read(_MARKED_BYTES)).hexdigest()
