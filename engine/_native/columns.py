"""What the library does with columns of tables, without Python's lock: numbers of CSV, numbers of words, values in groups."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import c_char_p, c_double, c_int, c_int64, c_void_p
from functools import cache
from typing import NamedTuple

import numpy as np

from ..types import Array
from .library import INSTRUCTION, library

WHOLE, REAL, COPIED, LEFT_OUT = range(4)
"""What becomes of a column of CSV: int64, float64, a text of the columns that are copied, nothing."""
SLACK = 8
"""Bytes behind a text that can be read too."""
_LEAST_EXPONENT, _MOST_EXPONENT = -290, 280
_MOST_HARD = 2**14
# More places than words, so that few of them are taken where a word is looked for.
_PLACES_OF_A_WORD = 2


class _CsvText(ctypes.Structure):
    _fields_ = [
        ("text", c_void_p),
        ("size", c_int64),
        ("kinds", c_void_p),
        ("into", c_void_p),
        ("columns", c_int64),
        ("room", c_int64),
        ("copied", c_void_p),
        ("copied_size", c_int64),
        ("missing", c_char_p),
        ("powers", c_void_p),
        ("exponents", c_void_p),
        ("hard", c_void_p),
        ("most_hard", c_int64),
        ("hard_count", c_int64),
        ("trouble", c_int64),
        ("separator", c_int64),
        ("decimal", c_int64),
    ]


class _Groups(ctypes.Structure):
    _fields_ = [
        ("values", c_void_p),
        ("count", c_int64),
        ("low", c_double),
        ("high", c_double),
        ("scale", c_double),
        ("groups", c_int64),
        ("classes", c_void_p),
        ("class_count", c_int64),
        ("targets", c_void_p),
        ("sizes", c_void_p),
        ("sums", c_void_p),
    ]


class _Words(ctypes.Structure):
    _fields_ = [
        ("words", c_char_p),
        ("starts", c_void_p),
        ("count", c_int64),
        ("places", c_void_p),
        ("mask", c_int64),
    ]


class CsvRows(NamedTuple):
    """Rows of CSV that were read.

    Args:
        count: how many there are.
        numbers: the columns of numbers by their places in the file.
        copied: the values of the other columns as a text of its own, without their names.
    """

    count: int
    numbers: dict[int, Array]
    copied: bytes


class NotPlain(Exception):
    """A text that the library leaves to another reader.

    Args:
        column: the place of the column that made it so; None where that is not one's fault.
    """

    def __init__(self, column: int | None = None) -> None:
        super().__init__(column)
        self.column = column


def is_compiled() -> bool:
    """Whether there is a library that does all this."""
    return library() is not None


def read_csv(
    text: bytearray, size: int, kinds: Sequence[int], separator: str, decimal: str, missing: Sequence[str]
) -> CsvRows:
    """The rows of a text of whole lines.

    Args:
        text: the lines in UTF-8, and `SLACK` bytes behind them.
        size: bytes of the lines.
        kinds: `WHOLE`, `REAL`, `COPIED` or `LEFT_OUT` for each column of the file.
        separator: what stands between values, one letter of ASCII.
        decimal: the decimal mark, one letter of ASCII.
        missing: what stands for no value; NaN in columns of float64.

    Returns:
        The rows.

    Raises:
        NotPlain: a row has too few or too many values, or a value is no number in plain letters.
    """
    loaded = library()
    if loaded is None:
        raise NotPlain
    functions, letters = loaded.functions, np.frombuffer(text, np.uint8)
    address = c_void_p(letters.ctypes.data)
    room = functions.native_count(address, c_int64(size), c_int(10)) + 1
    powers, exponents = _powers_of_ten()
    places = [place for place, kind in enumerate(kinds) if kind in (WHOLE, REAL)]
    values = np.empty((len(places), room), np.int64)
    into = np.zeros(len(kinds), np.uint64)
    into[places] = values.ctypes.data + np.arange(len(places)) * values.strides[0]
    kinds_of_columns, hard = np.array(kinds, np.int8), np.empty((_MOST_HARD, 4), np.int64)
    copied = np.empty(2 * size + 64 if COPIED in kinds else 0, np.uint8)
    table = _CsvText(
        address,
        size,
        kinds_of_columns.ctypes.data,
        into.ctypes.data,
        len(kinds),
        room,
        copied.ctypes.data,
        0,
        b"".join(bytes([len(one.encode())]) + one.encode() for one in missing) + b"\xff",
        powers.ctypes.data,
        exponents.ctypes.data,
        hard.ctypes.data,
        len(hard),
        0,
        -1,
        ord(separator),
        ord(decimal),
    )
    rows = functions.native_csv(ctypes.byref(table))
    if rows < 0:
        raise NotPlain(table.trouble if table.trouble >= 0 else None)
    numbers = {
        place: (one if kinds[place] == WHOLE else one.view(np.float64))[:rows]
        for place, one in zip(places, values, strict=True)
    }
    for row, column, begin, end in hard[: table.hard_count].tolist():
        # Too near to the middle between two numbers, or of too many digits, for the library to tell.
        numbers[column][row] = float(bytes(text[begin:end]).decode("ascii").replace(decimal, "."))
    return CsvRows(rows, numbers, copied[: table.copied_size].tobytes())


@cache
def _powers_of_ten() -> tuple[Array, Array]:
    """The first 128 bits of each power of ten as two words, and the power of two that they are times."""
    words: list[tuple[int, int]] = []
    exponents: list[int] = []
    for exponent in range(_LEAST_EXPONENT, _MOST_EXPONENT + 1):
        power = 10 ** abs(exponent)
        binary = power.bit_length() - 128 if exponent >= 0 else -power.bit_length() - 127
        if exponent >= 0:
            bits = power >> binary if binary > 0 else power << -binary
        else:
            bits = (1 << -binary) // power
        words.append((bits >> 64, bits & (2**64 - 1)))
        exponents.append(binary)
    return np.array(words, np.uint64), np.array(exponents, np.int32)


class KnownWords:
    """Words that have numbers, to be found in texts.

    Args:
        words: they, in the order of their numbers, in small letters.
        functions: the library's.
    """

    def __init__(self, words: Sequence[str], functions: ctypes.CDLL) -> None:
        self._functions = functions
        written = [word.encode("utf-8", "surrogatepass") for word in words]
        self._starts = _starts_of(written)
        self._places = np.zeros(_PLACES_OF_A_WORD * 2 ** max(len(words), 1).bit_length(), np.int32)
        self._known = _Words(
            b"".join(written), self._starts.ctypes.data, len(words), self._places.ctypes.data, len(self._places) - 1
        )
        self._functions.native_know_words(ctypes.byref(self._known))

    @classmethod
    def of(cls, words: Sequence[str]) -> KnownWords | None:
        """Words ready to be found.

        Args:
            words: they, in the order of their numbers, in small letters.

        Returns:
            They; None where there is no library.
        """
        loaded = library()
        return None if loaded is None else cls(words, loaded.functions)

    def number(
        self, texts: Sequence[str], numbers: Array, first: int, unseen: int, keep_last: bool, after: bool
    ) -> None:
        """Write the numbers of the words of texts.

        Args:
            texts: in ASCII.
            numbers: (texts, length) int32, in one piece; stays as it is where a text has no word.
            first: number of the first word.
            unseen: of words that are not known.
            keep_last: whether the last words of a longer text are kept, not the first.
            after: whether a shorter text is filled up behind its words, not before.
        """
        written = [text.encode("ascii") for text in texts]
        starts = _starts_of(written)
        self._functions.native_words(
            ctypes.byref(self._known),
            c_char_p(b"".join(written)),
            c_void_p(starts.ctypes.data),
            c_int64(len(written)),
            c_void_p(numbers.ctypes.data),
            c_int64(numbers.shape[1]),
            c_int(first),
            c_int(unseen),
            c_int(keep_last),
            c_int(after),
        )


def _starts_of(texts: Sequence[bytes]) -> Array:
    """Where each text begins when they stand one behind the other, and where the last ends."""
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) for text in texts], out=starts[1:])
    return starts


def grouped(
    values: Array, low: float, high: float, groups: int, targets: Array | None, classes: int | None
) -> tuple[Array, Array | None] | None:
    """How many values lie in each of some groups of equal width, and what belongs to them.

    Args:
        values: finite numbers.
        low: where the first group begins; smaller values are in it too.
        high: where the last one ends; greater values are in it too.
        groups: how many there are.
        targets: a number for each value, or the number of its class from 0 on; None: nothing belongs to them.
        classes: how many there are; None: the targets are numbers.

    Returns:
        Sizes (groups,), of classes (groups, classes); and the sums of the numbers in each group, None where there are none. None as
        a whole where there is no library.
    """
    loaded = library()
    if loaded is None:
        return None
    values = np.ascontiguousarray(values, np.float64)
    targets = None if targets is None else np.ascontiguousarray(targets, np.float64 if classes is None else np.int64)
    sizes = np.zeros(groups if classes is None else (groups, classes), np.int64)
    sums = np.zeros(groups) if targets is not None and classes is None else None
    address = None if targets is None else targets.ctypes.data
    told = _Groups(
        values.ctypes.data,
        len(values),
        low,
        high,
        groups / (high - low),
        groups,
        None if classes is None else address,
        classes or 0,
        address if classes is None else None,
        sizes.ctypes.data,
        None if sums is None else sums.ctypes.data,
    )
    loaded.functions.native_groups(ctypes.byref(told))
    return sizes, sums


def products(rows: Array) -> Array:
    """The sum over all rows of the product of each column with each.

    Args:
        rows: float64 (rows, columns), in one piece.

    Returns:
        (columns, columns).
    """
    loaded = library()
    if loaded is None:
        return rows.T @ rows
    # By one thread: those of a BLAS would wait for each other where several of ours call it.
    count, columns = rows.shape
    made, instruction = np.empty((columns, columns)), np.zeros(1, INSTRUCTION)
    instruction["operation"], instruction["units"] = loaded.operations["weight_gradient"], columns
    instruction["size"][0, :3] = count, columns, columns
    instruction["array"][0, :3] = rows.ctypes.data, rows.ctypes.data, made.ctypes.data
    loaded.program(instruction, [(0, 1, 0, columns)], [(0, 1, 1)], [rows, made], "float64").run(1)
    return made
