"""Pieces of CSV by the library in C: the columns that Arrow makes of them, or none where it is to read them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from engine._native.columns import SLACK
from engine._native.library import turned_off
from engine.data import read_table
from engine.data.csv_numbers import CsvNumbers, CsvPiece, Lines
from engine.data.csv_pieces import read_in_pieces
from engine.data.readers import arrow_for, csv_reading
from tests.engine.native.programs import needs_library

pytestmark = needs_library
ARROW = arrow_for("t.csv", "CSV")


def reader(path: Path, only: list[str] | None = None) -> tuple[CsvNumbers | None, CsvPiece, Lines]:
    """A reader of a file, what Arrow makes of it, and its lines without the first."""
    reading = csv_reading(str(path), only)
    whole = reading.begin(ARROW.csv.read_csv, io.BytesIO(path.read_bytes()), threads=False)
    text = path.read_bytes().split(b"\n", 1)[1]
    numbers = CsvNumbers.of(reading, {field.name: field.type for field in whole.schema}, ARROW)
    return numbers, CsvPiece.of(whole), Lines(bytearray(text) + bytes(SLACK), len(text))


@pytest.mark.parametrize(
    "text",
    [
        'a,b,c\n1,2.5,x\n2,nan,\n3,-1e-3,"y, z"\n',
        "a,day,c\n1,2020-01-02,true\n2,,false\n3,2020-01-04,\n",
        "a;b\n1;2,5\n2;-0,125\n",
        "a\tb\n1\tx y\n2\t z\n",
        "a,b\r\n1,2\r\n\r\n3,4\r\n",
        "a,b\n1,\n2,\n",
        'name,a\nx,1\n"",2\n,3\n',
        "a,b\n 1 , 2.5\n3,\t4\n",
        'a,b\n"1","2.5"\n"3",""\n',
        "a,b\n1.7976931348623157e200,x\n-1e-200,y\n",
    ],
)
def test_a_piece_is_read_as_arrow_reads_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode())
    numbers, expected, lines = reader(tmp_path / "t.csv")
    assert numbers is not None
    made = numbers.read(lines)
    assert made is not None and (made.names, made.count) == (expected.names, expected.count)
    for name, values in expected.numbers.items():
        np.testing.assert_array_equal(made.numbers[name], values)
        assert made.numbers[name].dtype == values.dtype, name
    for name, parts in expected.others.items():
        assert [one for part in made.others[name] for one in part.to_pylist()] == [
            one for part in parts for one in part.to_pylist()
        ]


def test_columns_that_nobody_asked_for_are_left_out_and_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c,d\n1,2,x,y\n3,4.5,z,w\n")
    numbers, expected, lines = reader(tmp_path / "t.csv", ["d", "b"])
    made = None if numbers is None else numbers.read(lines)
    assert (
        made is not None and made.names == expected.names and list(made.numbers) == ["b"] and list(made.others) == ["d"]
    )


@pytest.mark.parametrize("text", ["a,b\nx,y\n"])
def test_there_is_no_reader_where_it_would_gain_nothing_or_not_be_sure(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    assert reader(tmp_path / "t.csv")[0] is None


def test_without_the_library_arrow_reads_all(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2.5\n" * 50_000)
    path = str(tmp_path / "t.csv")
    compiled = read_in_pieces(path, csv_reading(path, None), ARROW, small=0, piece=50_000)
    with turned_off():
        assert reader(tmp_path / "t.csv")[0] is None
        other = read_in_pieces(path, csv_reading(path, None), ARROW, small=0, piece=50_000)
    assert compiled is not None and other is not None
    assert np.array_equal(compiled["b"].values, other["b"].values) and compiled["a"].values.dtype == np.int64


@pytest.mark.parametrize("later", ["1.5", "", "NA", "123456789012345678901", "1e3"])
def test_whole_numbers_that_become_others_further_down_are_those_of_the_whole(tmp_path: Path, later: str) -> None:
    lines = ["n,x", *(f"{number},{number / 7}" for number in range(60_000))]
    lines[50_000] = f"{later},0.5"
    (tmp_path / "t.csv").write_text("\n".join(lines))
    path = str(tmp_path / "t.csv")
    made = read_in_pieces(path, csv_reading(path, None), ARROW, small=0, piece=50_000)
    whole = read_table(path)
    assert made is not None and made["n"].values.dtype == whole["n"].values.dtype == np.float64
    np.testing.assert_array_equal(made["n"].values, whole["n"].values)
    np.testing.assert_array_equal(made["n"].missing, whole["n"].missing)
