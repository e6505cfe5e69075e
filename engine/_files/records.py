"""TFRecord files: records of bytes one behind the other, each with its length and check sums.

A record is its length (8 bytes), the check sum of these, the bytes and their check sum: CRC-32C (Castagnoli), turned and moved by a
constant as the format's description says (tensorflow.org/tutorials/load_data/tfrecord).
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO, cast

import numpy as np

from ..errors import FileError, SettingError
from ..types import Array
from .files import Path, open_regular

LARGEST = 2**28
"""So many bytes a record may have in a compressed file, whose size says nothing of it."""
_LANE = 256
_PART = 2**20
_KINDS = ("", "GZIP", "ZLIB")


@cache
def _table() -> Array:
    """What a byte does to the sum."""
    made = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        made = np.where(made & 1, (made >> 1) ^ np.uint32(0x82F63B78), made >> 1)
    return made


@cache
def _moved() -> list[list[int]]:
    """What the four bytes of a sum become behind a lane of zeros."""
    table = _table()
    values = (np.arange(256, dtype=np.uint32) << np.arange(0, 32, 8, dtype=np.uint32)[:, None]).reshape(-1)
    for _ in range(_LANE):
        values = table[values & 255] ^ (values >> 8)
    return values.reshape(4, 256).tolist()


def crc32c(data: bytes) -> int:
    """The check sum CRC-32C of bytes.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    value = 0xFFFFFFFF
    whole = len(data) // _LANE
    if whole > 1:  # lanes are summed beside each other, then one behind the other, as the sum is linear
        lanes = np.frombuffer(data, np.uint8, whole * _LANE).reshape(whole, _LANE)
        table, sums = _table(), np.zeros(whole, np.uint32)
        for column in lanes.T:
            sums = table[(sums ^ column) & 255] ^ (sums >> 8)
        a, b, c, d = _moved()
        for lane in sums.tolist():
            value = a[value & 255] ^ b[value >> 8 & 255] ^ c[value >> 16 & 255] ^ d[value >> 24] ^ lane
        data = data[whole * _LANE :]
    steps = _table().tolist()
    for byte in data:
        value = steps[(value ^ byte) & 255] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def masked(data: bytes) -> bytes:
    """The check sum of bytes as records hold it."""
    value = crc32c(data)
    return struct.pack("<I", ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def write_record(file: BinaryIO, data: bytes) -> None:
    """Write one record behind those that a file has.

    Args:
        file: a file that is open for writing.
        data: the record.
    """
    length = struct.pack("<Q", len(data))
    file.write(length + masked(length) + data + masked(data))


def check_compression(kind: str | None) -> str:
    """The name of a compression. Raises SettingError for one that is none."""
    if (kind or "") not in _KINDS:
        raise SettingError(where="compression_type", expected="'', 'GZIP' or 'ZLIB'", actual=repr(kind))
    return kind or ""


def read_records(path: Path, compression: str = "") -> Iterator[bytes]:
    """The records of a file, one after the other; no length is believed before it is compared.

    Args:
        path: the file.
        compression: "" (the default), "GZIP" or "ZLIB".

    Returns:
        The records.

    Raises:
        FileError: it is cut off, or a check sum is another.
    """
    name = os.fspath(path)
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        source: BinaryIO = file
        if compression == "GZIP":
            source = cast("BinaryIO", gzip.GzipFile(fileobj=file))
        elif compression == "ZLIB":
            source = cast("BinaryIO", _Inflated(file))
        record = 0
        try:
            while head := _taken(source, 12, name, record, may_end=True):
                length = struct.unpack("<Q", head[:8])[0]
                if head[8:] != masked(head[:8]):
                    raise FileError(
                        file=name, expected=f"a record number {record}", actual="a check sum that is another"
                    )
                if length > (LARGEST if compression else size):
                    raise FileError(file=name, expected="a record within the file", actual=f"one of {length} bytes")
                data = _taken(source, length + 4, name, record)
                if data[length:] != masked(data[:length]):
                    raise FileError(file=name, expected=f"record {record} as it was written", actual="other bytes")
                yield data[:length]
                record += 1
        except (OSError, EOFError, zlib.error) as error:
            if isinstance(error, FileError) or (isinstance(error, OSError) and error.errno is not None):
                raise
            raise FileError(file=name, expected=f"records, compressed as {compression}", actual=str(error)) from None


def _taken(source: BinaryIO, count: int, name: str, record: int, *, may_end: bool = False) -> bytes:
    parts: list[bytes] = []
    left = count
    while left:
        part = source.read(min(left, _PART))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    if left and not (may_end and left == count):
        raise FileError(file=name, expected=f"{count} bytes of record {record}", actual=f"the end after {count - left}")
    return b"".join(parts)


class _Inflated:
    """Reads what zlib has compressed, a part at a time.

    Args:
        file: the compressed file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._engine, self._waiting = file, zlib.decompressobj(), b""

    def read(self, count: int) -> bytes:
        """At most so many bytes."""
        while not self._waiting and not self._engine.eof:
            part = self._engine.unconsumed_tail or self._file.read(_PART)
            if not part:
                break
            self._waiting = self._engine.decompress(part, _PART)
        given, self._waiting = self._waiting[:count], self._waiting[count:]
        return given
