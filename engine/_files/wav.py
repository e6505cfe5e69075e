"""Sounds in WAV files: plain samples of whole numbers or floats. The header is not believed beyond what the file holds.

Layout after Microsoft's and IBM's "Multimedia Programming Interface and Data Specifications 1.0" (1991), with the later
WAVE_FORMAT_EXTENSIBLE. Python's own `wave` refuses floats, and before 3.12 the extensible form that most recorders write.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np

from ..errors import FileError
from ..types import Array
from . import files

ENDINGS = (".wav", ".wave")
"""How names of sound files end."""
_WHOLE, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_NAMES = {2: "ADPCM", 6: "A-law", 7: "µ-law", 17: "ADPCM", 49: "GSM", 85: "MP3", 255: "AAC"}
_MOST_CHANNELS = 64
_LONGEST_FORMAT = 4096
_MOST_CHUNKS = 1000
# What a recorder writes that does not know yet how long the sound will be.
_UNKNOWN_LENGTH = (0, 0xFFFFFFFF)


class Sound(NamedTuple):
    """A sound.

    Args:
        rate: samples of a second.
        samples: float32 (samples, channels), from -1 to 1.
    """

    rate: int
    samples: Array


class _Format(NamedTuple):
    kind: int
    channels: int
    rate: int
    bits: int


def read_wav(path: files.Path) -> Sound:
    """The samples of a WAV file.

    Args:
        path: the file, with samples of 8, 16, 24 or 32 bits, or floats of 32 or 64.

    Returns:
        The sound. A file that was cut short gives the samples that are there.

    Raises:
        FileError: it is no WAV file, a damaged one, or one with compressed samples.
        OSError: it is not there or may not be read, as the system says it.

    Example:
        >>> import tempfile, wave
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with wave.open(f"{folder}/short.wav", "wb") as file:
        ...         file.setparams((1, 2, 8000, 0, "NONE", ""))
        ...         _ = file.writeframes(bytes([0, 64, 0, 192]))
        ...     read_wav(f"{folder}/short.wav").samples.tolist()
        [[0.5], [-0.5]]
    """
    with files.open_regular(path) as file:
        known, length = _found(file, os.fspath(path))
        return Sound(known.rate, _samples(file.read(length), known))


def rate_and_length(path: files.Path) -> tuple[int, int]:
    """What the beginning of a WAV file says of its samples, which are not read.

    Args:
        path: the file.

    Returns:
        Samples of a second, and how many samples there are of each channel.

    Raises:
        FileError: it is no WAV file, a damaged one, or one with compressed samples.
        OSError: it is not there or may not be read, as the system says it.
    """
    with files.open_regular(path) as file:
        known, length = _found(file, os.fspath(path))
        return known.rate, length // (known.channels * known.bits // 8)


def _found(file: BinaryIO, name: str) -> tuple[_Format, int]:
    """What the samples are and how many bytes they take, with the file at their beginning. Raises FileError."""
    size = os.fstat(file.fileno()).st_size
    if (start := file.read(12))[:4] != b"RIFF" or start[8:] != b"WAVE":
        actual = "another kind of file" if start else "an empty file"
        raise FileError(file=name, expected="a sound (WAV)", actual=actual)
    known: _Format | None = None
    for chunk, length in _chunks(file, size):
        if chunk == b"fmt ":
            known = _format(file.read(min(length, _LONGEST_FORMAT)), name)
        elif chunk == b"data":
            if known is None:
                raise FileError(file=name, expected="the format before the samples", actual="samples alone")
            return known, length
    raise FileError(file=name, expected="samples", actual="a WAV file without any")


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Name and length of each part, with the file at its beginning; a length ends at the file's end."""
    at = 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > size:
            return
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        there = size - at - 8
        if name == b"data" and length in _UNKNOWN_LENGTH:
            length = there
        yield name, min(length, there)
        at += 8 + length + length % 2


def _format(data: bytes, name: str) -> _Format:
    """What the samples are. Raises FileError where they are none that can be read."""
    if len(data) < 16:
        raise FileError(file=name, expected="a format of 16 bytes or more", actual=f"{len(data)} bytes")
    kind, channels, rate, _, frame, bits = struct.unpack("<HHIIHH", data[:16])
    if kind == _EXTENSIBLE and len(data) >= 26:
        kind = struct.unpack("<H", data[24:26])[0]
    if bits not in {_WHOLE: (8, 16, 24, 32), _FLOAT: (32, 64)}.get(kind, ()):
        raise FileError(
            file=name,
            expected="samples of 8, 16, 24 or 32 bits, or floats",
            actual=f"{_NAMES.get(kind, f'format {kind}')} of {bits} bits",
            hint="Save it as WAV with 16 bits: ffmpeg -i in.wav -c:a pcm_s16le out.wav",
        )
    if not 1 <= channels <= _MOST_CHANNELS or not rate or frame != channels * bits // 8:
        raise FileError(
            file=name,
            expected=f"1 to {_MOST_CHANNELS} channels and a rate",
            actual=f"{channels} channels, {rate} samples of a second, {frame} bytes each",
        )
    return _Format(kind, channels, rate, bits)


def _samples(data: bytes, known: _Format) -> Array:
    """Bytes as float32 (samples, channels) from -1 to 1."""
    frames = len(data) // (known.channels * known.bits // 8)
    values = frames * known.channels
    if known.bits == 24:
        # To the upper three bytes of a number of four.
        wide = np.zeros((values, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8, values * 3).reshape(values, 3)
        numbers, largest = wide.view("<i4").reshape(-1), 2.0**31
    elif known.kind == _FLOAT:
        numbers, largest = np.frombuffer(data, f"<f{known.bits // 8}", values), 1.0
    else:
        numbers = np.frombuffer(data, np.uint8 if known.bits == 8 else f"<i{known.bits // 8}", values)
        largest = 2.0 ** (known.bits - 1)
    made = numbers.astype(np.float32)
    if known.bits == 8:
        made -= 128  # the only ones without a sign
    made /= np.float32(largest)
    return made.reshape(frames, known.channels)
