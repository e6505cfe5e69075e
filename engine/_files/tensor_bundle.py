"""TensorFlow's checkpoints, as a SavedModel has them under `variables/`: an index of names, and shards of raw numbers.

The index is a table of sorted keys in blocks, as LevelDB's; each value says type, shape, shard, place and size of an array.
Facts from TensorFlow's tensor_bundle.proto and LevelDB's table_format.md; nothing is read beyond what is stored.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._machine.room import bytes_in_words, memory_limit
from ..errors import FileError
from ..types import Array
from .files import open_regular
from .guards import cut
from .plain_model import PlainArray
from .protobuf_wire import fields, varint

_MAGIC = 0xDB4775248B80FB57.to_bytes(8, "little")
_FOOTER = 48
_TRAILER = 5
MOST_INDEX = 64 * 2**20
_MOST_ENTRIES = 1_000_000
_TYPES = {
    1: "<f4",
    2: "<f8",
    3: "<i4",
    4: "u1",
    5: "<i2",
    6: "i1",
    9: "<i8",
    10: "?",
    17: "<u2",
    19: "<f2",
    22: "<u4",
    23: "<u8",
}
_TEXT = 7


class Stored(NamedTuple):
    """Where an array lies. dtype: TensorFlow's number of its type."""

    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int


class TensorBundle:
    """The arrays of a checkpoint by their keys.

    Args:
        prefix: its path without ".index".

    Raises:
        FileError: the index is broken, or names what its shards do not hold.

    Example:
        >>> TensorBundle("saved/variables/variables").keys()  # doctest: +SKIP
        ['layer_with_weights-0/bias/.ATTRIBUTES/VARIABLE_VALUE', ...]
    """

    def __init__(self, prefix: str) -> None:
        self.prefix, self.where = prefix, f"{prefix}.index"
        with open_regular(self.where) as file:
            data = file.read(MOST_INDEX + 1)
        if len(data) > MOST_INDEX:
            raise FileError(file=self.where, expected=f"at most {MOST_INDEX} bytes of index", actual="more")
        self.shards, self.entries = 1, dict[str, Stored]()
        for key, value in _table(data, self.where):
            if key == b"":
                self.shards = next((int(one.value) for one in fields(value, self.where) if one.number == 1), 1)
            else:
                self.entries[key.decode("utf-8", "replace")] = _stored(value, self.where)
        if not 0 < self.shards <= 10_000:
            raise FileError(file=self.where, expected="1 to 10000 shards", actual=cut(str(self.shards)))
        self._sizes: dict[int, int] = {}

    def keys(self) -> list[str]:
        """The keys of all arrays."""
        return list(self.entries)

    def array(self, key: str) -> PlainArray:
        """An array that is read when it is asked for. Raises FileError for one that cannot be."""
        stored = self.entries[key]
        where = f"{self.prefix}, {cut(key)!r}"
        if stored.dtype not in _TYPES:
            raise FileError(where=where, file=self.where, expected="an array of numbers", actual=f"type {stored.dtype}")
        declared = math.prod(stored.shape) * np.dtype(_TYPES[stored.dtype]).itemsize
        if declared != stored.size:
            expected = f"{declared} bytes for shape {stored.shape}"
            raise FileError(where=where, file=self.where, expected=expected, actual=f"{stored.size} bytes")
        self._check_place(stored, where)
        return PlainArray(key, stored.shape, partial(self._read, stored))

    def text(self, key: str) -> bytes:
        """The bytes of an array of one text."""
        stored = self.entries[key]
        where = f"{self.prefix}, {cut(key)!r}"
        if stored.dtype != _TEXT or stored.size > MOST_INDEX:
            raise FileError(
                where=where, file=self.where, expected=f"a text of at most {MOST_INDEX} bytes", actual="another array"
            )
        self._check_place(stored, where)
        data = self._bytes(stored)
        length, at = varint(data, 0, where)
        if length != len(data) - at - 4:  # four bytes of check sum stand between
            raise FileError(
                where=where, file=self.where, expected=f"a text of {len(data) - at - 4} bytes", actual=f"{length}"
            )
        return data[at + 4 :]

    def _check_place(self, stored: Stored, where: str) -> None:
        if stored.shard >= self.shards:
            raise FileError(
                where=where, file=self.where, expected=f"a shard below {self.shards}", actual=f"{stored.shard}"
            )
        if stored.shard not in self._sizes:
            self._sizes[stored.shard] = Path(self._shard(stored.shard)).stat().st_size
        shard_size = self._sizes[stored.shard]
        if stored.offset + stored.size > shard_size:
            actual = f"{stored.size} bytes from {stored.offset} on"
            raise FileError(where=where, file=self.where, expected=f"a place within {shard_size} bytes", actual=actual)
        limit = memory_limit()
        if limit is not None and stored.size > limit:
            expected = f"at most {bytes_in_words(limit)} (K.set_memory_limit sets it)"
            raise FileError(where=where, file=self.where, expected=expected, actual=bytes_in_words(stored.size))

    def _shard(self, index: int) -> str:
        return f"{self.prefix}.data-{index:05}-of-{self.shards:05}"

    def _bytes(self, stored: Stored) -> bytes:
        with open_regular(self._shard(stored.shard)) as file:
            file.seek(stored.offset)
            return file.read(stored.size)

    def _read(self, stored: Stored) -> Array:
        dtype = np.dtype(_TYPES[stored.dtype])
        return np.frombuffer(self._bytes(stored), dtype).reshape(stored.shape).astype(dtype.newbyteorder("="))


def _stored(value: bytes, where: str) -> Stored:
    numbers = {1: 0, 3: 0, 4: 0, 5: 0}
    shape: tuple[int, ...] = ()
    for field in fields(value, where):
        if field.number == 2 and isinstance(field.value, bytes):
            shape = _shape(field.value, where)
        elif field.number in numbers and isinstance(field.value, int):
            numbers[field.number] = field.value
    return Stored(numbers[1], shape, numbers[3], numbers[4], numbers[5])


def _shape(value: bytes, where: str) -> tuple[int, ...]:
    sizes: list[int] = []
    for field in fields(value, where):
        if field.number == 2 and isinstance(field.value, bytes):
            size = next((int(one.value) for one in fields(field.value, where) if one.number == 1), 0)
            if size >= 2**62 or len(sizes) >= 32:
                raise FileError(file=where, expected="a shape", actual=f"a size of {size}, {len(sizes) + 1} axes")
            sizes.append(size)
    return tuple(sizes)


def _table(data: bytes, where: str) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of a table, block by block."""
    if len(data) < _FOOTER or data[-8:] != _MAGIC:
        raise FileError(
            file=where, expected="the index of a TensorFlow checkpoint", actual="another file, or one cut off"
        )
    at, footer = 0, data[-_FOOTER:-8]
    for _ in range(2):  # the place of the index of other things comes first
        _, at = varint(footer, at, where)
    offset, at = varint(footer, at, where)
    size, _ = varint(footer, at, where)
    count = 0
    for _, handle in _block(data, offset, size, where):
        begin, behind = varint(handle, 0, where)
        length, _ = varint(handle, behind, where)
        for pair in _block(data, begin, length, where):
            count += 1
            if count > _MOST_ENTRIES:
                raise FileError(file=where, expected=f"at most {_MOST_ENTRIES} arrays", actual="more")
            yield pair


def _block(data: bytes, offset: int, size: int, where: str) -> Iterator[tuple[bytes, bytes]]:
    """The entries of a block: each key says how much of the one before it it repeats."""
    if offset + size + _TRAILER > len(data) or size < 4:
        raise FileError(file=where, expected="blocks within the index", actual=f"{size} bytes from {offset} on")
    if data[offset + size] != 0:
        raise FileError(
            file=where, expected="an index without compression", actual=f"compression {data[offset + size]}"
        )
    block = data[offset : offset + size]
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise FileError(file=where, expected="restarts within their block", actual=f"{restarts} of them")
    at, key = 0, b""
    while at < end:
        shared, at = varint(block, at, where)
        rest, at = varint(block, at, where)
        length, at = varint(block, at, where)
        if shared > len(key) or rest + length > end - at:
            raise FileError(file=where, expected="entries within their block", actual="one that leads out of it")
        key = key[:shared] + block[at : at + rest]
        yield key, block[at + rest : at + rest + length]
        at += rest + length
