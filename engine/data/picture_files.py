"""Picture files of a folder, as they were when it was opened."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from .._files.pictures import pillow, read_picture
from ..errors import DataError, FileError, shorten
from ..types import Array
from .columns import Column, Columns, column_of

if TYPE_CHECKING:
    from PIL.Image import Image

Made = TypeVar("Made")
FILE, CLASS = "file", "class"
"""Names of the columns of a folder without a table."""
EACH_CLASS_HAS_A_FOLDER = "Each class has a folder of its own in it: pictures/cat/1.jpg, pictures/dog/1.jpg."
_MARKED_BYTES = 2**15
_THUMBNAIL = 16
# A folder with more files in it is hardly one of data: someone has named a whole disk.
MOST_FILES = 2_000_000


class PictureFile(NamedTuple):
    """A picture file as it was when the folder was opened."""

    name: str
    size: int
    changed: int


def listed(folder: Path, column: Column, title: str, second: str | os.PathLike[str] | None = None) -> list[PictureFile]:
    """The files of a column as they are now.

    Args:
        folder: the folder.
        column: paths seen from it.
        title: the column's name.
        second: another folder in which files may lie; None (the default): there is none.

    Returns:
        Each file, in the column's order.

    Raises:
        FileError: one is not there, or lies outside of the folder; with file and row.
    """
    base = folder.resolve()
    also = base if second is None else Path(second).resolve()
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
        resolved = path.resolve()
        if not resolved.is_relative_to(base) and not resolved.is_relative_to(also):
            raise FileError(file=str(path), where=where, expected=f"a file in {base}", actual=shorten(name))
        made.append(PictureFile(name, known.st_size, known.st_mtime_ns))
    return made


def names_in(folder: str | os.PathLike[str], endings: tuple[str, ...], most_files: int = MOST_FILES) -> list[str]:
    """The files of a folder and of those in it whose names end so; hidden ones are passed over.

    Args:
        folder: the folder.
        endings: ends of names, in small letters.
        most_files: so many files are looked through, 2 million by default.

    Returns:
        Their paths seen from the folder, in order.

    Raises:
        FileError: the folder holds more files than that.
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
                hint="Give the folder that the files lie in.",
            )
        below = os.path.relpath(path, base)
        chosen = [one for one in files if one.lower().endswith(endings) and not one.startswith(".")]
        names += [one if below == "." else f"{Path(below).as_posix()}/{one}" for one in chosen]
    return sorted(names)


def classes_of(names: list[str]) -> Columns:
    """The class of each file: the folder that it lies in.

    Args:
        names: paths seen from the folder of all.

    Returns:
        The column "class"; none where a file lies in the folder of all.
    """
    if not all("/" in name for name in names):
        return {}
    return {CLASS: column_of(CLASS, [name.split("/")[0] for name in names])}


def thumbnail_of(path: str) -> Array:
    """A picture so small that copies of it in another size, format or quality look alike.

    Args:
        path: its file.

    Returns:
        float32 (768,): 16 x 16 pixels of three channels with mean 0 and length 1; zeros where all are one grey.

    Raises:
        FileError: it is no picture, or a broken one.
    """

    def use(picture: Image) -> Array:
        picture.draft("RGB", (16 * _THUMBNAIL, 16 * _THUMBNAIL))
        upright = pillow("PIL.ImageOps").exif_transpose(picture)
        small = upright.convert("RGB").resize((_THUMBNAIL, _THUMBNAIL), pillow().Resampling.BILINEAR)
        return np.asarray(small, np.float32).reshape(-1)

    pixels = read_picture(path, use)
    pixels = pixels - pixels.mean()
    length = float(np.linalg.norm(pixels))
    return pixels / length if length else pixels


def mark_of(path: str) -> str:
    """A mark of a file's beginning and end, between which compressed pictures of one size hardly ever differ alone."""
    with open(path, "rb") as file:
        start = file.read(_MARKED_BYTES)
        file.seek(max(0, os.fstat(file.fileno()).st_size - _MARKED_BYTES))
        return hashlib.sha256(start + file.read(_MARKED_BYTES)).hexdigest()
