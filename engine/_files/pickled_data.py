"""Numbers, texts, lists and arrays out of pickled data files, read without the pickle module.

Old data sets (CIFAR, IMDB, Reuters) are kept as pickles. A pickle is a program for a small stack machine; this file runs
only the part of it that makes plain values, protocols 2 to 5 (the opcodes are those that Python's pickletools lists). A name in
the file stands for nothing but one of the few listed here: nothing is imported, looked up or called, and anything else
is refused.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from ..errors import FileError, shorten
from ..types import Array, DType

# A long run of whole numbers is most of a data set: three opcodes, of one, two and four bytes.
_RUN = re.compile(rb"(?:K.|M..|J....)+", re.DOTALL)
_ONE = re.compile(rb"K.|M..|J....", re.DOTALL)


class _Named:
    """A name that a pickle gives; it does nothing."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Array:
    """What numpy's `_reconstruct` starts; BUILD puts the array in its place."""

    memo_key: int | None = None


class _Whole(dict[bytes, int]):
    """Opcode and argument -> whole number; each is worked out once."""

    def __missing__(self, token: bytes) -> int:
        value = self[token] = int.from_bytes(token[1:], "little", signed=token[:1] == b"J")
        return value


def read(data: bytes, where: str) -> Any:
    """The plain value of a pickle: numbers, bytes, text, lists, tuples, dicts, arrays of numbers or of such values.

    `where` names the file in errors. Texts of Python 2 come as bytes. Raises FileError for any other object (its name is
    told), for bytes that are no whole pickle and for arrays larger than the file.
    """
    return _Reader(data, where).run()


class _Reader:
    def __init__(self, data: bytes, where: str) -> None:
        self.data, self.where, self.at = data, where, 0
        self.stack: list[Any] = []
        self.marks: list[int] = []  # positions in the stack
        self.memo: dict[int, Any] = {}
        self.whole = _Whole()

    def run(self) -> Any:
        """The value that the whole pickle stands for."""
        while True:
            opcode = self.take(1)
            if opcode == b".":
                if len(self.stack) != 1:
                    self.refuse("one value", f"{len(self.stack)} at the end")
                if isinstance(self.stack[0], _Array | _Named):
                    self.refuse("a value", "an unfinished object")
                return self.stack[0]
            action = _ACTIONS.get(opcode)
            if action is None:
                self.refuse("numbers, texts, lists and arrays only", f"opcode {opcode!r}")
            try:
                action(self)
            except (IndexError, KeyError, TypeError, ValueError, AttributeError) as error:
                if isinstance(error, FileError):
                    raise
                self.refuse("a whole pickle", f"opcode {opcode!r} without what it needs")

    def refuse(self, expected: str, actual: str) -> NoReturn:
        """Raise FileError with the position in the file."""
        raise FileError(file=self.where, where=f"{self.where}, byte {self.at}", expected=expected, actual=actual)

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if count < 0 or self.at + count > len(self.data):
            self.refuse(f"{count} more bytes", f"the end of {len(self.data)}")
        part = self.data[self.at : self.at + count]
        self.at += count
        return part

    def number(self, form: str) -> Any:
        """The next number, in a form of struct's."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> str:
        """The text up to the end of the line."""
        end = self.data.find(b"\n", self.at, self.at + 1000)
        if end < 0:
            self.refuse("a name and the end of its line", "neither")
        return self.take(end + 1 - self.at)[:-1].decode("utf-8")

    def push(self, value: object) -> None:
        """Put a value on the stack."""
        self.stack.append(value)

    def since_mark(self) -> list[object]:
        """Take what was put on the stack since the last mark."""
        start = self.marks.pop()
        if start > len(self.stack):
            self.refuse("values after a mark", "fewer")
        items = self.stack[start:]
        del self.stack[start:]
        return items

    # Opcodes that take more than one line

    def run_of_numbers(self) -> None:
        """Put a whole run of whole numbers on the stack at once."""
        run = _RUN.match(self.data, self.at - 1)
        if run is None:
            self.refuse("a whole number", "the end of the file")
        self.at = run.end()
        self.stack.extend(map(self.whole.__getitem__, _ONE.findall(run.group())))

    def append(self, items: list[object]) -> None:
        """Add items to the list on top of the stack."""
        target = self.stack[-1]
        if not isinstance(target, list):
            self.refuse("a list to add to", type(target).__name__)
        target.extend(items)

    def set_items(self, items: list[object]) -> None:
        """Set items of the dict on top of the stack: keys and values in turn."""
        target = self.stack[-1]
        if not isinstance(target, dict):
            self.refuse("a dict to set items of", type(target).__name__)
        target.update(zip(items[::2], items[1::2], strict=True))

    def tuple_of(self, count: int) -> None:
        """Replace the last values by a tuple of them."""
        items = self.stack[len(self.stack) - count :]
        if len(items) < count:
            self.refuse(f"{count} values", "fewer")
        del self.stack[len(self.stack) - count :]
        self.push(tuple(items))

    def remember(self, key: int) -> None:
        value = self.memo[key] = self.stack[-1]
        if isinstance(value, _Array):
            value.memo_key = key

    def named(self, module: str, name: str) -> None:
        """Put a name on the stack, if it is one of the few that are known."""
        path = f"{module}.{name}".replace("numpy._core.", "numpy.core.")
        if path not in _CALLS and path != "numpy.ndarray":
            self.refuse("numbers, texts, lists and arrays only", f"the object {shorten(path)}")
        self.push(_Named(path))

    def call(self) -> None:
        """Make what a known name with arguments stands for."""
        arguments, target = self.stack.pop(), self.stack.pop()
        if not (isinstance(target, _Named) and target.name in _CALLS and isinstance(arguments, tuple)):
            self.refuse("a call that makes an array", "another")
        self.push(_CALLS[target.name](self, *arguments))

    def build(self) -> None:
        """Fill an array, or give a type its byte order."""
        state, target = self.stack.pop(), self.stack.pop()
        if isinstance(target, np.dtype):
            return self.push(target.newbyteorder(state[1]))
        if not isinstance(target, _Array):
            self.refuse("an array to fill", type(target).__name__)
        _version, shape, form, in_columns, content = state
        array = self.array(content, form, shape, "F" if in_columns else "C")
        if target.memo_key is not None:
            self.memo[target.memo_key] = array
        self.push(array)

    # What names in the file may stand for

    def started_array(self, *_: object) -> _Array:
        """An array that `build` fills."""
        return _Array()

    def data_type(self, code: object, *_: object) -> DType:
        """The type of an array: numbers, or objects for plain values."""
        text = code.decode("ascii") if isinstance(code, bytes) else str(code)
        if text not in ("O", "O8", "O4") and not re.fullmatch(r"[<>|=]?[biuf]\d{1,2}", text):
            self.refuse("a type of numbers", shorten(text))
        return np.dtype("O" if text.startswith("O") else text)

    def one_number(self, form: object, content: object) -> object:
        """A number of NumPy's, from its type and bytes."""
        return self.array(content, form, (), "C")[()]

    def from_buffer(self, content: object, form: object, shape: object, order: object = "C") -> Array:
        """An array, from protocol 5."""
        return self.array(content, form, shape, order)

    def no_bytes(self) -> bytes:
        """What Python 2 wrote for empty bytes."""
        return b""

    def encoded(self, text: str, encoding: str) -> bytes:
        """Bytes that Python 3 wrote for Python 2."""
        if encoding != "latin1":
            self.refuse("bytes as latin1", shorten(encoding))
        return text.encode("latin1")

    def array(self, content: object, form: object, shape: object, order: object) -> Array:
        """An array from its bytes, or from a list of values."""
        if not isinstance(form, np.dtype):
            self.refuse("the type of an array", type(form).__name__)
        if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape):
            self.refuse("the shape of an array", shorten(shape))
        count = math.prod(shape)
        if form.kind == "O":
            if not isinstance(content, list) or len(content) != count:
                self.refuse(f"{count} values for an array of shape {shape}", "another number")
            values = np.fromiter(content, object, count)
        else:
            if not isinstance(content, bytes) or len(content) != count * form.itemsize:
                self.refuse(f"{count * form.itemsize} bytes for an array of shape {shape}", "another number")
            values = np.frombuffer(content, form)
        return values.reshape(shape, order="F" if order == "F" else "C")


def _sized(form: str, text: bool = False) -> Callable[[_Reader], None]:
    def read_sized(reader: _Reader) -> None:
        content = reader.take(reader.number(form))
        reader.push(content.decode("utf-8", "surrogatepass") if text else content)

    return read_sized


def _constant(value: object) -> Callable[[_Reader], None]:
    return lambda reader: reader.push(value)


_CALLS: dict[str, Callable[..., object]] = {
    "numpy.core.multiarray._reconstruct": _Reader.started_array,
    "numpy.core.multiarray.scalar": _Reader.one_number,
    "numpy.core.numeric._frombuffer": _Reader.from_buffer,
    "numpy.dtype": _Reader.data_type,
    "_codecs.encode": _Reader.encoded,
    "__builtin__.bytes": _Reader.no_bytes,
}
_ACTIONS: dict[bytes, Callable[[_Reader], object]] = {
    b"\x80": lambda r: r.take(1),  # protocol
    b"\x95": lambda r: r.take(8),  # frame
    b"(": lambda r: r.marks.append(len(r.stack)),
    b"N": _constant(None),
    b"\x88": _constant(True),
    b"\x89": _constant(False),
    b")": _constant(()),
    b"]": lambda r: r.push([]),
    b"}": lambda r: r.push({}),
    b"K": _Reader.run_of_numbers,
    b"M": _Reader.run_of_numbers,
    b"J": _Reader.run_of_numbers,
    b"\x8a": lambda r: r.push(int.from_bytes(r.take(r.number("<B")), "little", signed=True)),
    b"G": lambda r: r.push(r.number(">d")),
    b"U": _sized("<B"),
    b"T": _sized("<i"),
    b"C": _sized("<B"),
    b"B": _sized("<I"),
    b"\x8e": _sized("<Q"),
    b"\x96": _sized("<Q"),
    b"\x8c": _sized("<B", text=True),
    b"X": _sized("<I", text=True),
    b"\x8d": _sized("<Q", text=True),
    b"l": lambda r: r.push(r.since_mark()),
    b"t": lambda r: r.push(tuple(r.since_mark())),
    b"\x85": lambda r: r.tuple_of(1),
    b"\x86": lambda r: r.tuple_of(2),
    b"\x87": lambda r: r.tuple_of(3),
    b"a": lambda r: r.append([r.stack.pop()]),
    b"e": lambda r: r.append(r.since_mark()),
    b"s": lambda r: r.set_items([r.stack.pop(-2), r.stack.pop()]),
    b"u": lambda r: r.set_items(r.since_mark()),
    b"q": lambda r: r.remember(r.take(1)[0]),
    b"r": lambda r: r.remember(r.number("<I")),
    b"\x94": lambda r: r.remember(len(r.memo)),
    b"h": lambda r: r.push(r.memo[r.take(1)[0]]),
    b"j": lambda r: r.push(r.memo[r.number("<I")]),
    b"c": lambda r: r.named(r.line(), r.line()),
    b"\x93": lambda r: r.named(r.stack.pop(-2), r.stack.pop()),
    b"R": _Reader.call,
    b"b": _Reader.build,
}
