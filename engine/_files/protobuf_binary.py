"""Protobuf's binary form: https://protobuf.dev/programming-guides/encoding.

Arrays of numbers stay in the file: a value is a view of its bytes. Fields that the schema does not know are stepped over, as
protobuf does. Depth, lengths and the number of fields are bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from ..errors import FileError
from .guards import MAX_DEPTH
from .protobuf import LONGEST_TEXT, Field, Message, Room, Schema, Value, shown
from .protobuf_wire import EIGHT_BYTES, FOUR_BYTES, LENGTH, VARINT, spans, varint

_NUMBERS = {"float": ("<f4", 4, "<f"), "double": ("<f8", 8, "<d")}


def read_wire(data: memoryview, schema: Schema, kind: str, file: str) -> Message:
    r"""The message of its binary form.

    Args:
        data: the bytes; arrays of the result are views of them.
        schema: what its messages hold.
        kind: its name in the schema.
        file: how errors name the file.

    Returns:
        The message.

    Raises:
        FileError: it ends too soon, is nested too deep, has too many fields, or a field of another form than the schema says.

    Example:
        >>> schema = Schema({"Shape": "dim* 1 int"}, {})
        >>> read_wire(memoryview(b"\x0a\x02\x03\x04"), schema, "Shape", "a.bin").wholes("dim")
        [3, 4]
    """
    return _Reader(data, schema, file).message(0, len(data), kind, "", 0)


class _Reader:
    def __init__(self, data: memoryview, schema: Schema, file: str) -> None:
        self._data, self._schema, self._file = data, schema, file
        self._room = Room(file)

    def message(self, start: int, end: int, kind: str, location: str, depth: int) -> Message:
        if depth > MAX_DEPTH:
            raise self._refusal(start, f"messages nested at most {MAX_DEPTH} deep", "deeper ones")
        message = Message(kind, self._file, location)
        known = self._schema.numbered(kind)
        for number, form, begin, stop in spans(self._data, start, end, self._file):
            self._room.take()
            described = known.get(number)
            if described is not None:
                self._add(message, described, (begin, stop, form), depth)
        return message

    def _add(self, message: Message, described: Field, span: tuple[int, int, int], depth: int) -> None:
        begin, end, form = span
        kind = described.kind
        if kind in _NUMBERS:
            message.add(described, self._number(described, begin, end, form))
        elif kind == "text":
            message.add(described, self._text(described, begin, end, form))
        elif kind in ("int", "bool") or kind in self._schema.enumerations:
            for value in self._wholes(described, begin, end, form):
                message.add(described, value)
        else:
            if form != LENGTH:
                raise self._other_form(described, begin)
            count = len(message.values.get(described.name, ()))
            location = (
                f"{message.location} {described.name} {count}".strip() if described.repeated else message.location
            )
            message.add(described, self.message(begin, end, kind, location, depth + 1))

    def _number(self, described: Field, begin: int, end: int, form: int) -> Value:
        dtype, size, packing = _NUMBERS[described.kind]
        if form == LENGTH and described.repeated and (end - begin) % size == 0:
            return np.frombuffer(self._data[begin:end], dtype)
        if end - begin != size or form not in (FOUR_BYTES, EIGHT_BYTES):
            raise self._other_form(described, begin)
        return float(struct.unpack(packing, self._data[begin:end])[0])

    def _text(self, described: Field, begin: int, end: int, form: int) -> str:
        if form != LENGTH:
            raise self._other_form(described, begin)
        if end - begin > LONGEST_TEXT:
            raise self._refusal(begin, f"a {described.name} of at most {LONGEST_TEXT} bytes", f"{end - begin}")
        self._room.take_text(end - begin)
        return bytes(self._data[begin:end]).decode("utf-8", "replace")

    def _wholes(self, described: Field, begin: int, end: int, form: int) -> Iterator[Value]:
        if form == LENGTH and described.repeated:
            while begin < end:
                self._room.take()
                number, begin = varint(self._data, begin, self._file, end)
                yield self._whole(described, number, begin)
        elif form == VARINT:
            yield self._whole(described, varint(self._data, begin, self._file, end)[0], begin)
        else:
            raise self._other_form(described, begin)

    def _whole(self, described: Field, value: int, at: int) -> Value:
        if described.kind == "bool":
            return value != 0
        if described.kind == "int":  # 64 bits in two's complement, whatever the width that the schema has
            return value - (1 << 64) if value >= 1 << 63 else value
        values = self._schema.enumerations[described.kind]
        for name, known in values.items():
            if known == value:
                return name
        raise self._refusal(at, f"{described.name} as one of {', '.join(values)}", f"number {value}")

    def _other_form(self, described: Field, at: int) -> FileError:
        return self._refusal(at, f"{shown(described.name)} as {described.kind}", "bytes of another form")

    def _refusal(self, at: int, expected: str, actual: str) -> FileError:
        return FileError(file=f"{self._file}, byte {at}", expected=expected, actual=actual)
