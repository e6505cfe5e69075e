"""Caffe's files written: a net as tables of fields, as text and in protobuf's binary form."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

import numpy as np

from ...types import Array
from .schema import CAFFE

__all__ = ["Table", "bytes_of", "text_of"]

Table: TypeAlias = "dict[str, object]"
"""A message: its fields by their names; a list where one recurs, a table where one is a message, an array for packed numbers."""

_NET = "NetParameter"


def text_of(net: Table) -> str:
    """The text of a net; weights are left out."""
    return "".join(_lines(_NET, net, ""))


def bytes_of(net: Table) -> bytes:
    """A net in binary form, with its weights."""
    return b"".join(_encoded(_NET, net))


def _lines(kind: str, table: Mapping[str, object], indent: str) -> Iterator[str]:
    fields = CAFFE.fields(kind)
    for name, value in table.items():
        for one in _each(value):
            if name == "blobs":
                continue
            if isinstance(one, dict):
                yield f"{indent}{name} {{\n"
                yield from _lines(fields[name].kind, cast(Table, one), f"{indent}  ")
                yield f"{indent}}}\n"
            else:
                yield f"{indent}{name}: {_written(fields[name].kind, one)}\n"


def _each(value: object) -> Sequence[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _written(kind: str, value: object) -> str:
    if kind == "text":
        return json.dumps(str(value), ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _encoded(kind: str, table: Mapping[str, object]) -> Iterator[bytes]:
    fields = CAFFE.fields(kind)
    for name, value in table.items():
        number, form = fields[name].number, fields[name].kind
        for one in _each(value):
            if isinstance(one, np.ndarray):
                array = np.ascontiguousarray(cast(Array, one), "<f4")
                yield _head(number, array.nbytes)
                yield array.tobytes()
            elif isinstance(one, dict):
                inner = b"".join(_encoded(form, cast(Table, one)))
                yield _head(number, len(inner)) + inner
            elif form == "text":
                content = str(one).encode()
                yield _head(number, len(content)) + content
            elif form == "float":
                yield _varint(number << 3 | 5) + struct.pack("<f", cast(float, one))
            else:
                values = CAFFE.enumerations.get(form)
                whole = int(cast(int, one)) if values is None else values[str(one)]
                yield _varint(number << 3) + _varint(whole & (1 << 64) - 1)


def _head(field_number: int, length: int) -> bytes:
    return _varint(field_number << 3 | 2) + _varint(length)


def _varint(value: int) -> bytes:
    sevens = bytearray()
    while value > 0x7F:
        sevens.append(value & 0x7F | 0x80)
        value >>= 7
    sevens.append(value)
    return bytes(sevens)
