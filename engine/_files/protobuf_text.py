"""Protobuf's text form, as .prototxt files have it: https://protobuf.dev/reference/protobuf/textformat-spec.

A field that the schema does not know is read over and its name kept. Programs that were made from another one have more fields.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import FileError
from .guards import MAX_DEPTH, check_size, line_column, refusal
from .protobuf import LONGEST_TEXT, Field, Message, Room, Schema, Value, shown

_BLANK = re.compile(r"(?:[ \t\r\n\f\v\ufeff]+|#[^\n]*)*")
_TOKEN = re.compile(
    r"""(?P<name>[A-Za-z_][\w.]*)
      | (?P<number>-?[ \t]*(?:0[xX][0-9A-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fF]?|(?:inf(?:inity)?|nan)\b))
      | (?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*')
      | (?P<mark>[{}<>\[\]:;,])""",
    re.VERBOSE | re.ASCII,
)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|[xX]([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_CLOSES = {"{": "}", "<": ">", "[": "]"}
_TRUE, _FALSE = ("true", "True", "t", "1"), ("false", "False", "f", "0")
_LONGEST_NUMBER = 40


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def read_text_format(text: str, schema: Schema, kind: str, file: str) -> Message:
    """The message of its text form.

    Args:
        text: the text.
        schema: what its messages hold.
        kind: its name in the schema.
        file: how errors name the file.

    Returns:
        The message.

    Raises:
        FileError: it is not of that form, names a field that the message does not have, is nested too deep or has too many
            fields; with line and column.

    Example:
        >>> schema = Schema({"Net": "name 1 text, shape* 2 Shape", "Shape": "dim* 1 int"}, {})
        >>> read_text_format('name: "a" shape { dim: [1, 2] }', schema, "Net", "a.prototxt").messages("shape")[0].wholes("dim")
        [1, 2]
    """
    check_size(text, file)
    return _Reader(text, schema, file).whole_message(kind)


class _Reader:
    def __init__(self, text: str, schema: Schema, file: str) -> None:
        self._text, self._schema, self._file = text, schema, file
        self._room = Room(file)
        self._tokens = self._scan()
        self._next = next(self._tokens)

    def whole_message(self, kind: str) -> Message:
        return self._message(kind, "", "", 0)

    def _scan(self) -> Iterator[_Token]:
        at = 0
        while True:
            blank = _BLANK.match(self._text, at)
            at = at if blank is None else blank.end()
            if at >= len(self._text):
                yield _Token("end", "the end", at)
                return
            match = _TOKEN.match(self._text, at)
            if match is None:
                raise self._refusal(at, "a field, a value or a brace", shown(self._text[at : at + 20]))
            if match.end() - at > LONGEST_TEXT:
                raise self._refusal(at, f"a name or a text of at most {LONGEST_TEXT} characters", "a longer one")
            yield _Token(str(match.lastgroup), match.group(), at)
            at = match.end()

    def _take(self) -> _Token:
        token = self._next
        if token.kind != "end":
            self._next = next(self._tokens)
        return token

    def _takes(self, marks: str) -> bool:
        """Whether one of the marks comes, which is then taken."""
        if self._next.kind == "mark" and self._next.text in marks:
            self._take()
            return True
        return False

    def _message(self, kind: str, closes: str, location: str, depth: int) -> Message:
        if depth > MAX_DEPTH:
            raise self._refusal(self._next.at, f"messages nested at most {MAX_DEPTH} deep", "deeper ones")
        message, known = Message(kind, self._file, location), self._schema.fields(kind)
        while True:
            token = self._take()
            if token.kind == "end" and not closes:
                return message
            if token.kind == "mark" and token.text == closes:
                return message
            if token.kind != "name":
                raise self._refusal(
                    token.at, "the name of a field" + (f" or {closes!r}" if closes else ""), _found(token)
                )
            described = known.get(token.text)
            if described is None:
                message.unknown.append(token.text)
                self._skip(depth)
            elif described.name in message.values and not described.repeated:
                raise self._refusal(token.at, f"{described.name} once", "a second one")
            else:
                self._values(message, described, depth)
            self._takes(",;")

    def _skip(self, depth: int) -> None:
        """Read over the value of an unknown field: numbers, texts, names, lists, messages."""
        self._takes(":")
        opened: list[str] = []
        while True:
            self._room.take()
            token = self._take()
            if token.kind == "end":
                raise self._refusal(token.at, "a value", _found(token))
            if token.kind == "mark" and token.text in "{<[":
                opened.append(token.text)
            elif opened and token.text == _CLOSES[opened[-1]]:
                opened.pop()
            elif token.kind == "mark" and not opened:
                raise self._refusal(token.at, "a value", _found(token))
            if depth + len(opened) > MAX_DEPTH:
                raise self._refusal(token.at, f"messages nested at most {MAX_DEPTH} deep", "deeper ones")
            if not opened and not (token.kind == "text" and self._next.kind == "text"):
                return

    def _values(self, message: Message, described: Field, depth: int) -> None:
        colon = self._takes(":")
        if not self._takes("["):
            message.add(described, self._value(message, described, depth, colon))
            return
        if not described.repeated:
            raise self._refusal(self._next.at, f"one {described.name}", "a list")
        while not self._takes("]"):
            message.add(described, self._value(message, described, depth, True))
            if not self._takes(",") and not (self._next.kind == "mark" and self._next.text == "]"):
                raise self._refusal(self._next.at, "',' or ']'", _found(self._next))

    def _value(self, message: Message, described: Field, depth: int, colon: bool) -> Value:
        self._room.take()
        token = self._take()
        if described.kind in self._schema.messages:
            if token.kind != "mark" or token.text not in "{<":
                raise self._refusal(token.at, f"{{ behind {described.name}", _found(token))
            count = len(message.values.get(described.name, ()))
            location = (
                f"{message.location} {described.name} {count}".strip() if described.repeated else message.location
            )
            return self._message(described.kind, _CLOSES[token.text], location, depth + 1)
        if not colon:
            raise self._refusal(token.at, f"':' behind {described.name}", _found(token))
        if described.kind == "text":
            return self._joined_text(token, described)
        if described.kind == "bool":
            if token.text in _TRUE or token.text in _FALSE:
                return token.text in _TRUE
            raise self._refusal(token.at, f"true or false for {described.name}", _found(token))
        is_name = described.kind in self._schema.enumerations
        return self._name(token, described) if is_name else self._number(token, described)

    def _joined_text(self, token: _Token, described: Field) -> str:
        if token.kind != "text":
            raise self._refusal(token.at, f"a text in quotes for {described.name}", _found(token))
        parts = [_unescaped(token.text[1:-1])]
        while self._next.kind == "text":
            self._room.take()
            parts.append(_unescaped(self._take().text[1:-1]))
        return "".join(parts)

    def _name(self, token: _Token, described: Field) -> str:
        known = self._schema.enumerations[described.kind]
        if token.text in known:
            return token.text
        for name, number in known.items():
            if token.text == str(number):
                return name
        near = difflib.get_close_matches(token.text, known, 1)
        expected = f"{described.name} as one of {', '.join(near or list(known)[:10])}"
        raise self._refusal(token.at, expected, _found(token))

    def _number(self, token: _Token, described: Field) -> int | float:
        written = token.text.replace(" ", "").replace("\t", "")
        try:
            if len(written) > _LONGEST_NUMBER:
                raise ValueError
            if described.kind == "int":
                return int(written, 16 if "x" in written.lower() else 10)
            return float(written if "inf" in written else written.rstrip("fF"))
        except ValueError:
            what = "a whole number" if described.kind == "int" else "a number"
            raise self._refusal(token.at, f"{what} for {described.name}", _found(token)) from None

    def _refusal(self, at: int, expected: str, actual: str) -> FileError:
        return refusal(self._file, *line_column(self._text, at), expected, actual)


def _found(token: _Token) -> str:
    return token.text if token.kind == "end" else shown(token.text)


def _unescaped(text: str) -> str:
    """The text of what stands between quotes; escapes in numbers are bytes of UTF-8."""
    if "\\" not in text:
        return text

    def one(match: re.Match[bytes]) -> bytes:
        octal, hexadecimal, short, long, other = match.groups()
        if octal is not None or hexadecimal is not None:
            return bytes([int(octal, 8) & 255 if octal is not None else int(hexadecimal, 16)])
        if short is not None or long is not None:
            code = int(short or long, 16)
            return chr(code).encode("utf-8", "replace") if code < 0x110000 else b"?"
        return _ESCAPED.get(other, other)

    return _ESCAPE.sub(one, text.encode("utf-8", "replace")).decode("utf-8", "replace")
