"""What the texts or sounds of a folder hold, a row for each file: all at once, or some rows at a time."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from .._files import wav
from .._files.files import open_regular
from ..errors import FileError
from ..types import Array
from .columns import Column
from .csv_begun import decoded
from .number_steps import Scale
from .picture_files import PictureFile
from .said import tell
from .sound_steps import Length, Spectrogram
from .step import Step
from .text_steps import Tokens

_MOST_NAMED = 3


class Contents(ABC):
    """The contents of some files.

    Args:
        folder: that they lie in.
        files: they, as they were when the folder was opened.
    """

    content_name: ClassVar[str]
    """Name of the column."""

    def __init__(self, folder: Path, files: Sequence[PictureFile]) -> None:
        self.folder, self.files = folder, list(files)

    @abstractmethod
    def needed(self) -> tuple[int, str]:
        """Bytes that all of them take in memory, and what these are of in words."""

    @abstractmethod
    def row_bytes(self) -> int:
        """About how many bytes one of them takes in memory."""

    @abstractmethod
    def usual_steps(self) -> list[Step]:
        """What makes numbers of them where nobody says it."""

    @abstractmethod
    def column(self, rows: Array) -> Column:
        """The contents of some files. Raises FileError with file and row where one is broken."""

    @abstractmethod
    def check(self, row: int) -> None:
        """Read one file. Raises FileError with file and row where it is broken."""

    @abstractmethod
    def measure(self) -> None:
        """Look at the beginning of each file, as far as that is needed to read them later. Raises FileError."""

    @abstractmethod
    def alike(self, other: Contents) -> None:
        """Read these files, which are of a second folder, as those of the first. Raises FileError where that cannot be."""

    def whole_rows(self) -> Array:
        """A mask of the files that can be read; warns of others. Raises FileError where there is none."""
        refused: list[int] = []
        for row in range(len(self.files)):
            try:
                self.check(row)
            except FileError:
                refused.append(row)
        if len(refused) == len(self.files):
            raise FileError(file=str(self.folder), expected="at least one whole file", actual="only broken ones")
        if refused:
            shown = ", ".join(self.files[row].name for row in refused[:_MOST_NAMED])
            more = f" and {len(refused) - _MOST_NAMED:,} more" if len(refused) > _MOST_NAMED else ""
            tell(f"{self.folder}: {len(refused):,} broken files are left out: {shown}{more}.", stacklevel=6)
        whole = np.ones(len(self.files), bool)
        whole[refused] = False
        return whole

    def _path(self, row: int) -> Path:
        """Where a file lies, which is the one that was there when the folder was opened. Raises FileError."""
        file = self.files[row]
        path = self.folder / file.name
        try:
            now = os.stat(path)
        except OSError:
            now = None
        if now is None or (now.st_size, now.st_mtime_ns) != (file.size, file.changed):
            raise FileError(
                file=str(path),
                where=f"{path}, row {row}",
                expected="the file that was there when the folder was opened",
                actual="none" if now is None else "one that was written since",
                hint="Open the folder again.",
            )
        return path

    def _named(self, error: FileError, row: int) -> FileError:
        """What is wrong with a file, with its row and what helps."""
        error.where = f"{self.folder / self.files[row].name}, row {row}"
        if error.hint is None:
            error.hint = "broken='skip' leaves such files out."
        error.fix = {"set": {"broken": "skip"}}
        return error


class Texts(Contents):
    """The texts of files in UTF-8, UTF-16 or Western Europe's old letters of Windows."""

    content_name = "text"

    def needed(self) -> tuple[int, str]:
        """Bytes that all texts take in memory: a letter may take four."""
        return 4 * sum(one.size for one in self.files), f"{len(self.files):,} files"

    def row_bytes(self) -> int:
        """About how many bytes a text takes."""
        return 4 * sum(one.size for one in self.files) // len(self.files) + 1

    def usual_steps(self) -> list[Step]:
        """Words as numbers."""
        return [Tokens(columns=[self.content_name])]

    def measure(self) -> None:
        """Nothing is to be known of texts before they are read."""

    def alike(self, other: Contents) -> None:
        """Texts are read alike in all folders."""

    def column(self, rows: Array) -> Column:
        """Some texts."""
        values = np.empty(len(rows), object)
        values[:] = [self._text(row) for row in rows.tolist()]
        return Column(self.content_name, "text", values, np.zeros(len(rows), bool))

    def check(self, row: int) -> None:
        """Read one text."""
        self._text(row)

    def _text(self, row: int) -> str:
        path = self._path(row)
        try:
            with open_regular(path) as file:
                text = decoded(file.read())
            if "\0" in text:
                raise FileError(file=str(path), expected="a text", actual="bytes that are no letters")
        except FileError as error:
            raise self._named(error, row) from None
        return text


class Sounds(Contents):
    """What is heard in WAV files of one rate, one channel each, filled up to the longest."""

    content_name = "sound"
    _rate: int | None = None
    _first = ""
    _longest = 0

    def needed(self) -> tuple[int, str]:
        """Bytes that all sounds take in memory."""
        count = len(self.files)
        return count * self.row_bytes(), f"{count:,} sounds as long as the longest, {self._longest:,} samples"

    def row_bytes(self) -> int:
        """Bytes of a sound."""
        return 4 * self._longest

    def usual_steps(self) -> list[Step]:
        """One length, and what is heard when."""
        heard = Spectrogram.for_sounds(self.content_name, self._rate or 0, self._longest)
        return [Length(columns=[self.content_name], samples=self._longest), *heard, Scale(columns=[self.content_name])]

    def measure(self) -> None:
        """Look at the beginning of each file for its rate and its length."""
        for row in range(len(self.files)):
            path = self._path(row)
            try:
                rate, length = wav.rate_and_length(path)
                self._check_rate(path, rate)
                if not length:
                    raise FileError(file=str(path), expected="samples", actual="a sound of none")
            except FileError as error:
                raise self._named(error, row) from None
            self._longest = max(self._longest, length)

    def alike(self, other: Contents) -> None:
        """As long as the longest of both folders, and of the first one's rate."""
        assert isinstance(other, Sounds)
        self._longest = other._longest = max(self._longest, other._longest)
        if self._rate != other._rate:
            self._rate, self._first = other._rate, other._first
            self.measure()

    def column(self, rows: Array) -> Column:
        """Some sounds (rows, samples, 1)."""
        values = np.zeros((len(rows), self._longest, 1), np.float32)
        for place, row in enumerate(rows.tolist()):
            heard = self._sound(row)[: self._longest]
            values[place, : len(heard)] = heard
        return Column(self.content_name, "array", values, np.zeros(len(rows), bool))

    def check(self, row: int) -> None:
        """Read one sound."""
        self._sound(row)

    def _sound(self, row: int) -> Array:
        path = self._path(row)
        try:
            sound = of_one_channel(path)
            self._check_rate(path, sound.rate)
        except FileError as error:
            raise self._named(error, row) from None
        return sound.samples

    def _check_rate(self, path: Path, rate: int) -> None:
        """Refuse a sound of another rate than the first one's."""
        if self._rate is None:
            self._rate, self._first = rate, path.name
        if rate != self._rate:
            raise FileError(
                file=str(path),
                expected=f"{self._rate:,} samples of a second, as {self._first} has",
                actual=f"{rate:,}",
                hint=f"Change it before: ffmpeg -i in.wav -ar {self._rate} out.wav",
            )


def of_one_channel(path: Path) -> wav.Sound:
    """A sound of one channel and at least one sample.

    Args:
        path: a WAV file.

    Returns:
        It, the mean of its channels.

    Raises:
        FileError: it is no WAV file, a damaged or an empty one.
    """
    sound = wav.read_wav(path)
    if not len(sound.samples):
        raise FileError(file=str(path), expected="samples", actual="a sound of none")
    if not np.isfinite(sound.samples).all():
        raise FileError(file=str(path), expected="finite samples", actual="NaN or infinite ones")
    return wav.Sound(sound.rate, sound.samples.mean(1, keepdims=True))
