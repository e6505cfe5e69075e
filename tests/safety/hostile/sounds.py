"""Sounds whose headers promise what the file does not hold, have no end, or hold what is no sound."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..readers import READERS
from .case import Case

KIND = "sounds"
_FORMAT = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 16_000, 2, 16)


def _wav(*parts: bytes) -> bytes:
    return b"RIFF\xff\xff\xff\xffWAVE" + b"".join(parts)


def _data(length: int, held: bytes = b"") -> bytes:
    return b"data" + struct.pack("<I", length) + held


def _float(number: float) -> bytes:
    return struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, 8000, 32_000, 4, 32) + _data(4, struct.pack("<f", number))


REFUSED = {
    "samples before the format": _wav(_data(2, b"\0\0"), _FORMAT),
    "no samples": _wav(_FORMAT),
    "a sound of no sample": _wav(_FORMAT, _data(0)),
    "a million parts of no length": _wav(_FORMAT, struct.pack("<4sI", b"LIST", 0) * 2**20, _data(2, b"\0\0")),
    "a part of 4 GB": _wav(_FORMAT, struct.pack("<4sI", b"LIST", 2**32 - 1), _data(2, b"\0\0")),
    "65 535 channels": _wav(struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 65_535, 8000, 0, 65_534, 16), _data(2, b"\0\0")),
    "a rate of 0": _wav(struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 0, 0, 2, 16), _data(2, b"\0\0")),
    "compressed samples": _wav(struct.pack("<4sIHHIIHH", b"fmt ", 16, 85, 1, 8000, 16_000, 1, 0), _data(2, b"\0\0")),
    "no number": _wav(_float(float("nan"))),
    "an infinite number": _wav(_float(float("inf"))),
    "a big-endian file": b"RIFX" + READERS["sound.wav"].honest()[4:],
}


def cases() -> Iterator[Case]:
    """Every file."""
    for name, content in REFUSED.items():
        yield Case(name, KIND, "sound.wav", content)
    yield Case(
        "samples of 4 GB, of which two are there", KIND, "sound.wav", _wav(_FORMAT, _data(2**32 - 2, bytes(4))), "read"
    )
    yield Case("a length that is not known yet", KIND, "sound.wav", _wav(_FORMAT, _data(0, bytes(4))), "read")
