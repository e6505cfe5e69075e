"""The journal of a run that goes on: a file that only grows, a frame for each write.

A frame is its length, a checksum, a head in JSON and arrays of float32. What a killed process or a full disk leaves behind
of a frame is seen by the checksum: a reader stops before it, a writer cuts it off. So everything up to the last whole write
can be read, whatever happened after it, and no other file is needed for that.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, get_args

import numpy as np

from engine.experiment import json_able, open_regular

from ..messages import Phase
from .records import Points

MAGIC = b"KWRUN001"
MOST_HEAD = 64 * 2**20
_FRAME, _HEAD = struct.Struct("<II"), struct.Struct("<I")
_PHASES = get_args(Phase)
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Frame(NamedTuple):
    """What one write added. head: plain data."""

    head: dict[str, Any]
    points: list[Points]


class Journal:
    """Appends frames to a file; one that is there is gone on with after its last whole frame.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size: int | None = None

    def append(self, data: bytes) -> None:
        """Add a packed frame, whole or not at all. Raises OSError, and the next call tries again from where this one began."""
        descriptor = os.open(self._path, _FLAGS, 0o666)
        try:
            if self._size is None:
                self._size = whole_bytes(self._path)
            if not self._size:
                data = MAGIC + data
            os.lseek(descriptor, self._size, os.SEEK_SET)
            try:
                _write_all(descriptor, data)
            except OSError:
                os.ftruncate(descriptor, self._size)
                raise
            self._size += len(data)
            if os.fstat(descriptor).st_size > self._size:  # the rest of a frame that a killed process began
                os.ftruncate(descriptor, self._size)
        finally:
            os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def packed(frame: Frame) -> bytes:
    """A frame as bytes: length and checksum, then what they are of.

    >>> packed(Frame({}, []))[-13:]
    b'{"series":[]}'
    """
    series = [{"name": p.name, "phase": p.phase, "count": len(p.xs), "start": p.start} for p in frame.points]
    head = json.dumps(json_able({**frame.head, "series": series}), separators=(",", ":")).encode()
    arrays = [np.ascontiguousarray(part, "<f4").tobytes() for one in frame.points for part in (one.xs, one.ys)]
    payload = b"".join([_HEAD.pack(len(head)), head, *arrays])
    return _FRAME.pack(len(payload), zlib.crc32(payload)) + payload


def frames(path: Path) -> Iterator[Frame]:
    """The whole frames of a file in order; none where there is no file, or it is no journal."""
    for payload in _payloads(path):
        frame = _unpacked(payload)
        if frame is None:
            return
        yield frame


def whole_bytes(path: Path) -> int:
    """How many bytes of a file are whole frames, with what stands before the first; 0 where it is no journal."""
    sizes = [_FRAME.size + len(payload) for payload in _payloads(path)]
    return len(MAGIC) + sum(sizes) if sizes else 0


def _payloads(path: Path) -> Iterator[bytes]:
    try:
        file = open_regular(path)
    except (OSError, ValueError):
        return
    with file:
        if file.read(len(MAGIC)) != MAGIC:
            return
        rest = os.fstat(file.fileno()).st_size - len(MAGIC)
        while (payload := _payload(file, rest)) is not None:
            rest -= _FRAME.size + len(payload)
            yield payload


def _payload(file: BinaryIO, rest: int) -> bytes | None:
    """The next frame's content; None where none follows that is whole. rest: bytes that the file still has."""
    if rest < _FRAME.size:
        return None
    length, checksum = _FRAME.unpack(file.read(_FRAME.size))
    if length > rest - _FRAME.size:
        return None
    payload = file.read(length)
    return payload if len(payload) == length and zlib.crc32(payload) == checksum else None


def _unpacked(payload: bytes) -> Frame | None:
    """None for a payload that is no frame: whole by its checksum, yet written by something else."""
    if len(payload) < _HEAD.size:
        return None
    (length,) = _HEAD.unpack_from(payload)
    start = _HEAD.size + length
    if length > MOST_HEAD or start > len(payload):
        return None
    try:
        head = json.loads(payload[_HEAD.size : start])
    except (ValueError, RecursionError):
        return None
    if not isinstance(head, dict):
        return None
    points: list[Points] = []
    series = head.pop("series", [])
    if not isinstance(series, list):
        return None
    for one in series:
        if not is_series(one) or start + 8 * one["count"] > len(payload):
            return None
        xs, ys = np.frombuffer(payload, "<f4", 2 * one["count"], start).reshape(2, -1)
        points.append(Points(one["name"], one["phase"], xs, ys, one.get("start")))
        start += 8 * one["count"]
    return Frame(head, points)


def is_series(one: object) -> bool:
    """Whether plain data say name, phase and length of a series."""
    if not isinstance(one, dict) or not isinstance(one.get("name"), str) or one.get("phase") not in _PHASES:
        return False
    start = one.get("start")
    return _is_count(one.get("count")) and (start is None or _is_count(start))


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0
