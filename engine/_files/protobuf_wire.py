"""Protocol buffers on the wire, read field by field: no schema is compiled, and no length is believed before it is compared.

Facts from the encoding's public description (protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..errors import FileError

MOST_FIELDS = 200_000
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


class Field(NamedTuple):
    """A field of a message.

    Args:
        number: its number in the schema.
        value: a whole number of a varint or of fixed bytes; the bytes of a text, a message or packed numbers.
    """

    number: int
    value: int | bytes


def fields(data: bytes, where: str) -> Iterator[Field]:
    r"""The fields of a message, in the order in which they are written.

    Args:
        data: the bytes of the message.
        where: the file, for messages.

    Returns:
        The fields; groups, which no present schema has, are refused.

    Raises:
        FileError: the message is cut off or no message.

    Example:
        >>> list(fields(b"\x08\x03\x12\x02hi", "file"))
        [Field(number=1, value=3), Field(number=2, value=b'hi')]
    """
    at, count = 0, 0
    while at < len(data):
        count += 1
        if count > MOST_FIELDS:
            raise FileError(file=where, expected=f"at most {MOST_FIELDS} fields of a message", actual="more")
        key, at = varint(data, at, where)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = varint(data, at, where)
            yield Field(number, value)
        elif kind in (_EIGHT, _FOUR):
            size = 8 if kind == _EIGHT else 4
            yield Field(number, int.from_bytes(_part(data, at, size, where), "little"))
            at += size
        elif kind == _BYTES:
            size, at = varint(data, at, where)
            yield Field(number, _part(data, at, size, where))
            at += size
        else:
            raise FileError(file=where, expected="a protocol buffer", actual=f"a field of kind {kind}")


def varint(data: bytes, at: int, where: str) -> tuple[int, int]:
    r"""A number of variable length, and where it ends.

    Args:
        data: bytes.
        at: where it begins.
        where: the file, for messages.

    Returns:
        The number, below 2^64, and the index behind it.

    Raises:
        FileError: it does not end.

    Example:
        >>> varint(b"\xac\x02", 0, "file")
        (300, 2)
    """
    value = 0
    for index in range(10):
        if at + index >= len(data):
            break
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value & (2**64 - 1), at + index + 1
    raise FileError(file=where, expected="a protocol buffer", actual="a number without an end")


def _part(data: bytes, at: int, size: int, where: str) -> bytes:
    if size > len(data) - at:
        raise FileError(file=where, expected=f"at most the {len(data) - at} bytes that follow", actual=f"{size} bytes")
    return data[at : at + size]
