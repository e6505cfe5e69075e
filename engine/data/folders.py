"""Folders of files: which kind they are of, and texts and sounds as tables, a row for each file."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np

from .._files import pictures, wav
from .._files.files import open_regular
from .._machine.room import bytes_in_words, free_memory
from ..errors import DataError, FileError, SettingError
from ..types import Array
from .columns import Column, Columns, column_of
from .dataset import Dataset
from .number_steps import Scale
from .picture_files import CLASS, EACH_CLASS_HAS_A_FOLDER, FILE, classes_of, listed, names_in
from .proposals import proposed_steps
from .readers import Broken, decoded
from .sound_steps import Length, Spectrogram
from .split import Split
from .step import Step
from .text_steps import Tokens

Made = TypeVar("Made")
FolderKind = Literal["pictures", "texts", "sounds"]
ENDINGS: dict[FolderKind, tuple[str, ...]] = {"pictures": pictures.ENDINGS, "texts": (".txt",), "sounds": wav.ENDINGS}
"""How names of files end, by what they hold."""
TEXT, SOUND = "text", "sound"
"""Names of the columns of what the files hold."""
_MOST_NAMED = 3
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
) -> Dataset:
    """A folder of texts or sounds as a table in memory; see `engine.data.open`.

    Without a table the folders' names are the target, where there are any; with one its column of files gives way to "text" or
    "sound".
    """
    kind, names = _files_of(folder)
    if table is None:
        table = {FILE: column_of(FILE, names), **classes_of(names)}
        files, target = FILE, target or (CLASS if CLASS in table else None)
    else:
        files = _column_of_files(Path(folder), table, target)
    columns, usual = (_texts if kind == "texts" else _sounds)(Path(folder), table, files, broken)
    content = TEXT if kind == "texts" else SOUND
    chosen = [content if name == files else name for name in inputs or (content,)]
    made = Dataset(columns, chosen, target, steps, split, os.fspath(folder))
    if steps is not None:
        return made
    others = [name for name in made.inputs if name != content]
    return made.with_(steps=[*usual, *proposed_steps(columns, others, target, made.parts.train)])


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


def _texts(folder: Path, table: Columns, files: str, broken: Broken) -> tuple[Columns, list[Step]]:
    """The table with what its files say, and words as numbers."""

    def read(path: Path) -> str:
        with open_regular(path) as file:
            text = decoded(file.read())
        if "\0" in text:
            raise FileError(file=str(path), expected="a text", actual="bytes that are no letters")
        return text

    # A letter may take four bytes in memory.
    kept, texts = _read_all(folder, table, files, read, broken, bytes_of_each=4)
    values = np.empty(len(texts), object)
    values[:] = texts
    missing = np.zeros(len(texts), bool)
    return {**kept, TEXT: Column(TEXT, "text", values, missing)}, [Tokens(columns=[TEXT])]


def _sounds(folder: Path, table: Columns, files: str, broken: Broken) -> tuple[Columns, list[Step]]:
    """The table with what is heard in its files, one channel each, filled up to the longest; and what is heard when."""
    rates: dict[int, str] = {}

    def read(path: Path) -> Array:
        sound = _sound(path)
        if rates and sound.rate not in rates:
            rate, first = next(iter(rates.items()))
            raise FileError(
                file=str(path),
                expected=f"{rate:,} samples of a second, as {first} has",
                actual=f"{sound.rate:,}",
                hint=f"Change it before: ffmpeg -i in.wav -ar {rate} out.wav",
            )
        rates.setdefault(sound.rate, path.name)
        return sound.samples[:, 0]

    kept, sounds = _read_all(folder, table, files, read, broken, bytes_of_each=2)
    longest = max(map(len, sounds))
    _check_room(
        folder, len(sounds) * longest * 4, f"{len(sounds):,} sounds as long as the longest, {longest:,} samples"
    )
    values = np.zeros((len(sounds), longest, 1), np.float32)
    for row, sound in enumerate(sounds):
        values[row, : len(sound), 0] = sound
    heard = Spectrogram.for_sounds(SOUND, next(iter(rates)), longest)
    usual: list[Step] = [Length(columns=[SOUND], samples=longest), *heard, Scale(columns=[SOUND])]
    return {**kept, SOUND: Column(SOUND, "array", values, np.zeros(len(sounds), bool))}, usual


def read_sound(path: str | os.PathLike[str]) -> Array:
    """A sound as a row of `open` has it before its steps, to predict from: `data.predict(model, {"sound": [sound]})`.

    Args:
        path: a WAV file.

    Returns:
        float32 (samples, 1) from -1 to 1, the mean of its channels.

    Raises:
        FileError: it is no WAV file, a damaged or an empty one.
    """
    return _sound(Path(path)).samples


def _sound(path: Path) -> wav.Sound:
    """A sound of one channel and at least one sample. Raises FileError."""
    sound = wav.read_wav(path)
    if not len(sound.samples):
        raise FileError(file=str(path), expected="samples", actual="a sound of none")
    if not np.isfinite(sound.samples).all():
        raise FileError(file=str(path), expected="finite samples", actual="NaN or infinite ones")
    return wav.Sound(sound.rate, sound.samples.mean(1, keepdims=True))


def _read_all(
    folder: Path, table: Columns, files: str, read: Callable[[Path], Made], broken: Broken, bytes_of_each: int
) -> tuple[Columns, list[Made]]:
    """The table's rows with what is read of their files; without rows of broken ones where these are to be skipped."""
    listing = listed(folder, table[files], files)
    _check_room(folder, sum(one.size for one in listing) * bytes_of_each, f"{len(listing):,} files")
    made: list[Made] = []
    refused: dict[int, FileError] = {}
    for row, one in enumerate(listing):
        try:
            made.append(read(folder / one.name))
        except FileError as error:
            error.where = f"{folder / one.name}, row {row}"
            if broken == "stop":
                error.hint = error.hint or "broken='skip' leaves such files out."
                error.fix = {"set": {"broken": "skip"}}
                raise
            refused[row] = error
    if not made:
        raise FileError(file=os.fspath(folder), expected="at least one whole file", actual="only broken ones")
    if refused:
        shown = ", ".join(listing[row].name for row in list(refused)[:_MOST_NAMED])
        more = f" and {len(refused) - _MOST_NAMED:,} more" if len(refused) > _MOST_NAMED else ""
        warnings.warn(f"{folder}: {len(refused):,} broken files are left out: {shown}{more}.", stacklevel=5)
    whole = np.array([row not in refused for row in range(len(listing))])
    return {name: column.take(whole) for name, column in table.items()}, made


def _check_room(folder: Path, needed: int, what: str) -> None:
    """Refuse what is more than half of the free memory before it is read."""
    if needed > free_memory() // 2:
        raise DataError(
            where=str(folder),
            expected=f"at most half of the free memory ({bytes_in_words(free_memory() // 2)})",
            actual=f"{bytes_in_words(needed)} for {what}",
            hint="Take fewer or shorter files.",
        )
