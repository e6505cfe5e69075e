"""Numbers of CSV to the last bit, words as Python finds them, groups as NumPy counts them; what is not plain is refused."""

from __future__ import annotations

import math
import re
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine._native.columns import (
    COPIED,
    LEFT_OUT,
    REAL,
    SLACK,
    WHOLE,
    CsvRows,
    KnownWords,
    NotPlain,
    grouped,
    is_compiled,
    products,
    read_csv,
)
from engine._native.library import turned_off

from .programs import needs_library

pytestmark = needs_library
MISSING = ("", "NA", "nan")


def read(text: str, *kinds: int, separator: str = ",", decimal: str = ".") -> CsvRows:
    letters = text.encode()
    # What lies behind the lines may look as if it went on.
    return read_csv(bytearray(letters) + b"9" * SLACK, len(letters), kinds, separator, decimal, MISSING)


def of(written: str) -> float:
    return float(read(written + "\n", REAL).numbers[0][0])


@settings(max_examples=400, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e280, max_value=1e280), st.integers(0, 25))
def test_numbers_are_the_nearest_ones_however_many_digits_are_written(number: float, digits: int) -> None:
    for written in (repr(number), f"{number:.{digits}e}", f"{number:.{digits}f}" if abs(number) < 1e15 else "0.5"):
        if abs(float(written)) < 1e-250 and float(written):
            continue  # left to others
        assert struct.pack("d", of(written)) == struct.pack("d", float(written)), written


@pytest.mark.parametrize(
    "written",
    ["9007199254740993", "9007199254740992.5", "4503599627370496.5", "4503599627370497.5", "8.5e15", "2.2250738585072014e-250",
     "0.000000000000000000012345678901234567890", "123456789012345678901234567890", "9007199254740993.000000000000000000001",
     "1.00000000000000011102230246251565404236316680908203125", "1e23", "8.41e21", "9.5367431640625e-7", "5.", ".5", "-0", "1E+05",
     "7.2057594037927933e16", "00012.50", "1e-22", "3e22", "18446744073709551615", "18446744073709551616"],
)  # fmt: skip
def test_numbers_in_the_middle_between_two_and_odd_ones_are_those_of_python(written: str) -> None:
    assert struct.pack("d", of(written)) == struct.pack("d", float(written))


def test_random_numbers_of_seventeen_digits_are_those_of_python() -> None:
    numbers = np.random.default_rng(0).normal(size=20_000) * 10.0 ** np.random.default_rng(1).integers(-40, 40, 20_000)
    made = read("".join(f"{number!r}\n" for number in numbers.tolist()), REAL).numbers[0]
    assert np.array_equal(made, numbers)


def test_rows_of_all_kinds_are_read_and_what_is_no_number_is_copied() -> None:
    text = 'a,1,2.5,x\r\n"b, ""c""",-20, NA,\n\n"two\nlines",0,"3",é\nd,7,,z'
    with pytest.raises(NotPlain):
        read(text, COPIED, WHOLE, REAL, LEFT_OUT)  # a blank before NA
    made = read(text.replace(" NA", "NA"), COPIED, WHOLE, REAL, LEFT_OUT)
    assert made.count == 4 and made.numbers[1].tolist() == [1, -20, 0, 7] and made.numbers[1].dtype == np.int64
    assert made.copied.decode() == 'a\n"b, ""c"""\n"two\nlines"\nd\n'
    np.testing.assert_array_equal(made.numbers[2], [2.5, math.nan, 3.0, math.nan])
    both = read("x;1,5;\n;  -2,25 ;b\n", COPIED, REAL, COPIED, separator=";", decimal=",")
    assert both.copied == b"x;\n;b\n" and both.numbers[1].tolist() == [1.5, -2.25]
    assert read("1,\n2,\n", REAL, COPIED).copied == b'""\n""\n'


@pytest.mark.parametrize(
    ("text", "column"),
    [("1,2,3\n", None), ("1\n", None), ("1,\n", 1), ("1,2.5\n", 1), ("1,x\n", 1), ("x,1\n", 0), ("1,1e400\n", 1), ("inf,1\n", 0),
     ("1\r2,3\n", None), ("1,12345678901234567890\n", 1), ("1,2\n3", 0), ("+1,2\n", 0), ("1\0,2\n", 0), ('"1,2\n', 0),
     ("0x1F,2\n", 0), ("1,2 3\n", 1), ("1,2\n\x00", 0), ("1e5000000,2\n", 0), ("1.5.2,2\n", 0), ("-,2\n", 0)],
)  # fmt: skip
def test_what_is_not_plain_is_refused_with_its_column(text: str, column: int | None) -> None:
    with pytest.raises(NotPlain) as refused:
        read(text, REAL, WHOLE)
    assert refused.value.column == column


def test_very_many_digits_in_a_row_are_rounded_by_python_until_they_are_too_many() -> None:
    long = "0." + "123456789" * 4
    assert set(read(f"{long}\n" * 1000, REAL).numbers[0].tolist()) == {float(long)}
    with pytest.raises(NotPlain):
        read(f"{long}\n" * 20_000, REAL)


ASCII_WORD = re.compile(r"[a-z0-9_]+(?:'[a-z0-9_]+)*")
LETTERS = st.text(st.sampled_from("abAB01_ '.-\n\t'"), max_size=60)


@settings(max_examples=150, deadline=None)
@given(st.lists(LETTERS, min_size=1, max_size=6), st.integers(1, 7), st.booleans(), st.booleans())
def test_words_are_those_of_the_regular_expression(texts: list[str], length: int, last: bool, after: bool) -> None:
    known = ["a", "b", "ab", "a'b", "0", "zebra", "köln"]
    numbers = np.zeros((len(texts), length), np.int32)
    listed = KnownWords.of(known)
    assert listed is not None
    listed.number(texts, numbers, 2, 1, last, after)
    for row, text in zip(numbers.tolist(), texts, strict=True):
        found = [known.index(word) + 2 if word in known else 1 for word in ASCII_WORD.findall(text.lower())]
        kept = found[-length:] if last else found[:length]
        zeros = [0] * (length - len(kept))
        assert row == (kept + zeros if after else zeros + kept)


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_any_number_of_words_is_known(count: int) -> None:
    listed, numbers = KnownWords.of([f"word{number}" for number in range(count)]), np.zeros((1, 3), np.int32)
    assert listed is not None
    listed.number(["word0 Word999 other"], numbers, 2, 1, True, False)
    assert numbers.tolist() == [[2 if count else 1, 1001 if count == 1000 else 1, 1]]


def test_groups_are_those_of_numpy() -> None:
    rng = np.random.default_rng(0)
    values, targets = rng.normal(size=1001), rng.normal(size=1001)
    low, high = -1.0, 2.5
    codes = np.minimum(((values.clip(low, high) - low) * (7 / (high - low))).astype(int), 6)
    sizes, sums = grouped(values, low, high, 7, targets, None) or (None, None)
    assert sizes is not None and sums is not None
    assert sizes.tolist() == np.bincount(codes, minlength=7).tolist()
    assert sums.tolist() == np.bincount(codes, targets, minlength=7).tolist()
    classes = (targets > 0).astype(int)
    joint, none = grouped(values, low, high, 7, classes, 2) or (None, 0)
    assert none is None and joint is not None
    assert joint.tolist() == np.bincount(codes * 2 + classes, minlength=14).reshape(7, 2).tolist()
    assert (grouped(values[::2], low, high, 7, None, None) or [np.zeros(1)])[0].sum() == 501


@pytest.mark.parametrize("columns", [1, 2, 7, 98])
def test_products_of_columns_are_those_of_numpy(columns: int) -> None:
    rows = np.random.default_rng(0).normal(size=(1003, columns))
    np.testing.assert_allclose(products(rows), rows.T @ rows, rtol=1e-12, atol=1e-10)
    with turned_off():
        assert np.array_equal(products(rows), rows.T @ rows)


def test_without_the_library_it_is_said() -> None:
    with turned_off():
        assert not is_compiled() and KnownWords.of(["a"]) is None and grouped(np.ones(2), 0, 1, 2, None, None) is None
        with pytest.raises(NotPlain):
            read("1\n", REAL)
