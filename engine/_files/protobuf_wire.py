"""Protocol buffers on the wire: where each field of a message lies; no length is believed before it is compared.

Facts from the encoding's public description (protobuf.dev/programming-guides/encoding). Groups, which no schema of today has, are
refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from ..errors import FileError

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5
MOST_FIELDS = 200_000
Bytes: TypeAlias = "bytes | memoryview"


class Span(NamedTuple):
    """Where a field's content lies.

    Args:
        number: its number in the schema, 1 or more.
        form: one of `VARINT`, `EIGHT_BYTES`, `LENGTH` and `FOUR_BYTES`.
        begin: the index of its first byte.
        end: the index behind its last one.
    """

    number: int
    form: int
    begin: int
    end: int


class Field(NamedTuple):
    """A field of a message.

    Args:
        number: its number in the schema.
        value: a whole number of a varint or of fixed bytes; the bytes of a text, a message or packed numbers.
    """

    number: int
    value: int | bytes


def spans(data: Bytes, begin: int, end: int, where: str) -> Iterator[Span]:
    r"""The fields of a message, in the order in which they are written.

    Args:
        data: the bytes that hold the message.
        begin: where it begins.
        end: where it ends.
        where: the file, for messages.

    Returns:
        Where each field lies.

    Raises:
        FileError: the message is cut off or no message.

    Example:
        >>> list(spans(b"\x08\x03\x12\x02hi", 0, 6, "file"))
        [Span(number=1, form=0, begin=1, end=2), Span(number=2, form=2, begin=4, end=6)]
    """
    at = begin
    while at < end:
        key, at = varint(data, at, where, end)
        number, form = key >> 3, key & 7
        if number == 0:
            raise _refusal(where, at, "a field's number", "0")
        if form == VARINT:
            length = varint(data, at, where, end)[1] - at
        elif form in (EIGHT_BYTES, FOUR_BYTES):
            length = 8 if form == EIGHT_BYTES else 4
        elif form == LENGTH:
            length, at = varint(data, at, where, end)
        else:
            raise _refusal(where, at, "a protocol buffer: a number, bytes or a message", f"a field of form {form}")
        if length > end - at:
            raise _refusal(where, at, f"at most the {end - at} bytes that follow", f"{length} bytes")
        yield Span(number, form, at, at + length)
        at += length


def fields(data: bytes, where: str) -> Iterator[Field]:
    r"""The fields of a message with their values, for readers without a schema.

    Args:
        data: the bytes of the message.
        where: the file, for messages.

    Returns:
        The fields.

    Raises:
        FileError: as `spans`; more than `MOST_FIELDS` fields.

    Example:
        >>> list(fields(b"\x08\x03\x12\x02hi", "file"))
        [Field(number=1, value=3), Field(number=2, value=b'hi')]
    """
    for count, (number, form, begin, end) in enumerate(spans(data, 0, len(data), where)):
        if count >= MOST_FIELDS:
            raise FileError(file=where, expected=f"at most {MOST_FIELDS} fields of a message", actual="more")
        if form == VARINT:
            yield Field(number, varint(data, begin, where, end)[0])
        else:
            content = data[begin:end]
            yield Field(number, content if form == LENGTH else int.from_bytes(content, "little"))


def varint(data: Bytes, at: int, where: str, end: int | None = None) -> tuple[int, int]:
    r"""A number of variable length, and where it ends.

    Args:
        data: bytes.
        at: where it begins.
        where: the file, for messages.
        end: where the message ends; where the bytes do by default.

    Returns:
        The number, below 2^64, and the index behind it.

    Raises:
        FileError: it does not end.

    Example:
        >>> varint(b"\xac\x02", 0, "file")
        (300, 2)
    """
    value = 0
    for index in range(min(10, (len(data) if end is None else end) - at)):
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value & (2**64 - 1), at + index + 1
    raise _refusal(where, at, "a number of at most ten bytes", "one without an end")


def _refusal(where: str, at: int, expected: str, actual: str) -> FileError:
    return FileError(file=f"{where}, byte {at}", expected=expected, actual=actual)
