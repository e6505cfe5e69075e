"""`tf.train.Example` and `TensorProto` as bytes: features by name, each texts, floats or whole numbers; arrays.

Facts from TensorFlow's published schemas (example.proto, feature.proto, tensor.proto).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from ..errors import FileError
from ..types import Array
from . import protobuf_wire as wire

Values: TypeAlias = "list[bytes] | list[float] | list[int]"
KINDS = {1: "bytes_list", 2: "float_list", 3: "int64_list"}
_NUMBERS = {name: number for number, name in KINDS.items()}
# TensorFlow's numbers of types.
_TYPES = {
    1: "float32",
    2: "float64",
    3: "int32",
    4: "uint8",
    5: "int16",
    6: "int8",
    9: "int64",
    10: "bool",
    17: "uint16",
    19: "float16",
    22: "uint32",
    23: "uint64",
}
_TEXT = 7
MOST_AXES = 32


def varint(value: int) -> bytes:
    """A whole number of 64 bits as the encoding writes it; negative ones take ten bytes."""
    left, made = value & (2**64 - 1), bytearray()
    while left > 0x7F:
        made.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*made, left])


def part(number: int, content: bytes) -> bytes:
    """A field of bytes, texts or a message."""
    return varint(number << 3 | wire.LENGTH) + varint(len(content)) + content


def written_feature(kind: str, values: Sequence[bytes] | Sequence[float]) -> bytes:
    """A `Feature`: the values of one kind, packed where they are numbers."""
    if kind == "bytes_list":
        listed = b"".join(part(1, bytes(one)) for one in values)  # type: ignore[arg-type]
    elif kind == "float_list":
        listed = part(1, struct.pack(f"<{len(values)}f", *values)) if values else b""
    else:
        listed = part(1, b"".join(varint(int(one)) for one in values)) if values else b""
    return part(_NUMBERS[kind], listed)


def written_example(features: Mapping[str, bytes]) -> bytes:
    """An `Example` of features by name, in the order of the names."""
    entries = (part(1, part(1, name.encode()) + part(2, features[name])) for name in sorted(features))
    return part(1, b"".join(entries))


def read_example(data: bytes, where: str = "Example") -> dict[str, tuple[str, Values]]:
    """Kind and values of each feature of an `Example`.

    Args:
        data: its bytes.
        where: what messages call it.

    Returns:
        {name: (kind, values)}; kind is "" where a feature has no values.

    Raises:
        FileError: the bytes are no example.

    Example:
        >>> read_example(written_example({"age": written_feature("int64_list", [7, -1])}))
        {'age': ('int64_list', [7, -1])}
    """
    by_name: dict[str, tuple[str, Values]] = {}
    for features in _messages(data, 1, where):
        for entry in _messages(features, 1, where):
            parts = {one.number: one.value for one in wire.fields(entry, where)}
            name, feature = parts.get(1, b""), parts.get(2, b"")
            if not isinstance(name, bytes) or not isinstance(feature, bytes):
                raise FileError(file=where, expected="features by name", actual="a number")
            by_name[name.decode("utf-8", "replace")] = _feature(feature, where)
    return by_name


def _feature(data: bytes, where: str) -> tuple[str, Values]:
    for number, value in wire.fields(data, where):
        if number in KINDS and isinstance(value, bytes):
            return KINDS[number], _VALUES[number](value, where)
    return "", []


def _texts(data: bytes, where: str) -> list[bytes]:
    return list(_messages(data, 1, where))


def _floats(data: bytes, where: str) -> list[float]:
    made: list[float] = []
    for _, value in wire.fields(data, where):
        packed = value if isinstance(value, bytes) else struct.pack("<I", value & 0xFFFFFFFF)
        if len(packed) % 4:
            raise FileError(file=where, expected="floats of 4 bytes", actual=f"{len(packed)} bytes")
        made += np.frombuffer(packed, "<f4").tolist()
    return made


def _whole_numbers(data: bytes, where: str) -> list[int]:
    made: list[int] = []
    for _, value in wire.fields(data, where):
        if not isinstance(value, bytes):
            made.append(value)
            continue
        at = 0
        while at < len(value):
            number, at = wire.varint(value, at, where)
            made.append(number)
    return [number - 2**64 if number >= 2**63 else number for number in made]


_VALUES = {1: _texts, 2: _floats, 3: _whole_numbers}


def _messages(data: bytes, field_number: int, where: str) -> Iterator[bytes]:
    for one in wire.fields(data, where):
        if one.number == field_number:
            if not isinstance(one.value, bytes):
                raise FileError(file=where, expected="a message", actual="a number")
            yield one.value


def written_tensor(array: Array) -> bytes:
    """A `TensorProto` of an array of numbers or texts. Raises FileError for another type."""
    shape = part(2, b"".join(part(2, varint(1 << 3) + varint(size)) for size in array.shape))
    if array.dtype.kind in "OSU":
        texts = (one if isinstance(one, bytes) else str(one).encode() for one in array.reshape(-1).tolist())
        return varint(1 << 3) + varint(_TEXT) + shape + b"".join(part(8, one) for one in texts)
    type_number = next((n for n, name in _TYPES.items() if np.dtype(name) == array.dtype), None)
    if type_number is None:
        raise FileError(where="serialize_tensor", expected="numbers or texts", actual=f"dtype {array.dtype}")
    return varint(1 << 3) + varint(type_number) + shape + part(4, np.ascontiguousarray(array).tobytes())


def read_tensor(data: bytes, where: str = "parse_tensor") -> Array:
    """The array of a `TensorProto` that holds its numbers as bytes, or texts.

    Raises:
        FileError: the bytes are no such tensor.
    """
    kind, sizes, content, texts = 0, list[int](), b"", list[object]()
    for number, value in wire.fields(data, where):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number == 2 and isinstance(value, bytes):
            sizes = [_size(dim, where) for dim in _messages(value, 2, where)]
        elif number == 4 and isinstance(value, bytes):
            content = value
        elif number == 8:
            texts.append(value)
    if len(sizes) > MOST_AXES:
        raise FileError(file=where, expected=f"at most {MOST_AXES} axes", actual=str(len(sizes)))
    if kind == _TEXT:
        made = np.empty(len(texts), object)
        made[:] = texts
    elif kind in _TYPES and len(content) % np.dtype(_TYPES[kind]).itemsize == 0:
        made = np.frombuffer(content, _TYPES[kind]).copy()
    else:
        raise FileError(file=where, expected="a tensor of numbers or texts", actual=f"type {kind}")
    count = 1
    for size in sizes:
        count *= size
    if count != made.size or min(sizes, default=0) < 0:
        raise FileError(file=where, expected=f"{count} elements for shape {sizes}", actual=str(made.size))
    return made.reshape(sizes)


def _size(dim: bytes, where: str) -> int:
    return next((one.value for one in wire.fields(dim, where) if one.number == 1 and isinstance(one.value, int)), 0)
