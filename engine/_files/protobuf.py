"""Protobuf messages as plain tables: what both spellings, binary (`protobuf_binary`) and text (`protobuf_text`), are read into.

A schema says of each kind of message which fields it has. The `protobuf` package is not used: it would unpack each weight, wants
its own generated classes, and bounds neither depth nor number of fields by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from ..errors import FileError
from ..types import Array
from .guards import cut

MOST_VALUES = 120_000
"""Fields that one file may have, unknown ones counted, numbers of arrays not."""

LONGEST_TEXT = 1 << 16
"""Bytes, or characters, that one text may have."""

MOST_TEXT = 8 * 2**20
"""Bytes that all texts of a binary file may have together."""

MOST_SETTINGS = 100_000
"""Numbers that a setting may have which recurs."""

SCALARS = ("int", "float", "double", "bool", "text")


class Field(NamedTuple):
    """A field of a message: its number, its kind (one of `SCALARS`, an enumeration or a message), and whether it may recur."""

    name: str
    number: int
    kind: str
    repeated: bool


@dataclass(frozen=True)
class Schema:
    """The messages of a format.

    Args:
        messages: name of a message -> its fields, each as "name number kind", a star behind a name that may recur.
        enumerations: name -> the names of its values and their numbers.

    Example:
        >>> Schema({"Shape": "dim* 1 int"}, {}).fields("Shape")["dim"]
        Field(name='dim', number=1, kind='int', repeated=True)
    """

    messages: Mapping[str, str]
    enumerations: Mapping[str, Mapping[str, int]]

    @cached_property
    def _by_name(self) -> dict[str, dict[str, Field]]:
        return {message: _fields_of(written) for message, written in self.messages.items()}

    @cached_property
    def _by_number(self) -> dict[str, dict[int, Field]]:
        return {message: {one.number: one for one in fields.values()} for message, fields in self._by_name.items()}

    def fields(self, message: str) -> dict[str, Field]:
        """The fields of a message by their names."""
        return self._by_name[message]

    def numbered(self, message: str) -> dict[int, Field]:
        """The fields of a message by their numbers."""
        return self._by_number[message]


def _fields_of(written: str) -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for one in written.split(","):
        name, number, kind = one.split()
        fields[name.rstrip("*")] = Field(name.rstrip("*"), int(number), kind, name.endswith("*"))
    return fields


Value: TypeAlias = "int | float | bool | str | Array | Message"


@dataclass
class Message:
    """One message: the values of each field that it has, in the order of the file.

    Numbers of a packed array are one value, an array; enumerations are their names.

    Args:
        kind: its name in the schema.
        file: how errors name the file.
        location: where in the file it stands, such as "layer 3".
        values: the values by the names of fields.
        unknown: names of fields that the schema does not have; a text alone says them.

    Example:
        >>> Message("Shape", "a.prototxt", "", {"dim": [3, 4]}).wholes("dim")
        [3, 4]
    """

    kind: str
    file: str
    location: str = ""
    values: dict[str, list[Value]] = field(default_factory=dict[str, "list[Value]"])
    unknown: list[str] = field(default_factory=list[str])

    def has(self, name: str) -> bool:
        """Whether the field is written."""
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """A text or the name of an enumeration's value; the last where there are several."""
        return self.texts(name)[-1] if self.has(name) else default

    def texts(self, name: str) -> list[str]:
        """All texts of a field."""
        return [value for value in self.values.get(name, ()) if isinstance(value, str)]

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        return bool(self.values[name][-1]) if self.has(name) else default

    def whole(self, name: str, default: int = 0) -> int:
        """A whole number."""
        values = self.wholes(name)
        return values[-1] if values else default

    def wholes(self, name: str) -> list[int]:
        """All whole numbers of a field."""
        return [int(number) for number in self._numbers(name)]

    def number(self, name: str, default: float = 0.0) -> float:
        """A number. Raises FileError for one that is none, or infinite."""
        values = self.numbers(name)
        return values[-1] if values else default

    def numbers(self, name: str) -> list[float]:
        """All numbers of a field; errors as for `number`."""
        values = [float(number) for number in self._numbers(name)]
        for number in values:
            if not math.isfinite(number):
                where = f"{self.file}: {self.location}" if self.location else self.file
                raise FileError(file=where, expected=f"a finite number for {name}", actual=str(number))
        return values

    def _numbers(self, name: str) -> list[int | float]:
        values: list[int | float] = []
        for value in self.values.get(name, ()):
            if isinstance(value, np.ndarray):
                if value.size > MOST_SETTINGS:
                    expected = f"at most {MOST_SETTINGS} numbers for {name}"
                    raise FileError(file=self.file, expected=expected, actual=str(value.size))
                values.extend(value.tolist())
            elif isinstance(value, (int, float)):
                values.append(value)
        return values

    def message(self, name: str) -> Message:
        """The message of a field; one without values where there is none."""
        messages = self.messages(name)
        return messages[-1] if messages else Message("", self.file, self.location)

    def messages(self, name: str) -> list[Message]:
        """All messages of a field."""
        return [value for value in self.values.get(name, ()) if isinstance(value, Message)]

    def arrays(self, name: str) -> list[Array]:
        """The pieces of an array of numbers, as they lie in the file."""
        return [
            value if isinstance(value, np.ndarray) else np.asarray([value], np.float32)
            for value in self.values.get(name, ())
            if not isinstance(value, (str, Message))
        ]

    def everything(self) -> Iterator[Message]:
        """This message and all inside."""
        yield self
        for values in self.values.values():
            for value in values:
                if isinstance(value, Message):
                    yield from value.everything()

    def add(self, described: Field, value: Value) -> None:
        """Take in a value. Of a field that does not recur the last counts, and messages are put together."""
        known = self.values.setdefault(described.name, [])
        if described.repeated or not known:
            known.append(value)
        elif isinstance(value, Message) and isinstance(before := known[0], Message):
            for name, values in value.values.items():
                before.values.setdefault(name, []).extend(values)
        else:
            known[0] = value


class Room:
    """Counts the fields of a file, so that one of many small ones is refused before it fills the memory."""

    def __init__(self, file: str) -> None:
        self._file, self._left, self._text = file, MOST_VALUES, MOST_TEXT

    def take(self, fields: int = 1) -> None:
        """Count fields. Raises FileError beyond `MOST_VALUES`."""
        self._left -= fields
        if self._left < 0:
            raise FileError(file=self._file, expected=f"at most {MOST_VALUES} fields", actual="more")

    def take_text(self, length: int) -> None:
        """Count bytes of texts. Raises FileError beyond `MOST_TEXT`."""
        self._text -= length
        if self._text < 0:
            raise FileError(file=self._file, expected=f"at most {MOST_TEXT} bytes of names", actual="more")


def shown(name: str) -> str:
    """A name of a file for a message: short, and without what no terminal shows."""
    return repr(cut(name))
