"""How tables are written as text: told from their beginning, and read so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import engine
from engine.data.csv_layout import layout_of
from engine.errors import EngineError


@pytest.mark.parametrize(
    ("text", "separator", "decimal", "skipped", "names"),
    [
        ("a,b\n1,2\n3,4\n", ",", ".", 0, ["a", "b"]),
        ("a;b\n1,5;2\n3,5;4\n", ";", ",", 0, ["a", "b"]),
        ("a\tb\n1\t2\n", "\t", ".", 0, ["a", "b"]),
        ("a|b\n1|2\n", "|", ".", 0, ["a", "b"]),
        ("a b\n1 2\n3 4\n", " ", ".", 0, ["a", "b"]),
        ("one\nfine words here\nmore words\n", ",", ".", 0, ["one"]),
        # A title, and a comment, above the names.
        ("# from a shop, 2020\na,b,c\n1,2,3\n4,5,6\n", ",", ".", 1, ["a", "b", "c"]),
        ("Prices\n\nall of them\na;b;c\n1;2;3\n4;5;6\n7;8;9\n1;2;3\n", ";", ".", 3, ["a", "b", "c"]),
        # What stands below a title are numbers: no names are made of them.
        ("569,30,x\n1,2,3,4,5\n6,7,8,9,1\n", ",", ".", 0, ["569", "30", "x"]),
        # A name of two lines is no title.
        ('"size\nin m2",rooms,rent\n1,2,3\n4,5,6\n7,8,9\n1,2,3\n', ",", ".", 0, ["size\nin m2", "rooms", "rent"]),
        # R writes no title for the names of rows.
        ('"size" "rent"\n"1" 50 700\n"2" 60 800\n', " ", ".", 0, ["row", "size", "rent"]),
        ("size,rent\nx,50,700\ny,60,800\n", ",", ".", 0, ["row", "size", "rent"]),
        # Runs of blanks.
        ("  a     b\n  1   2.5\n 10  3.5\n", " ", ".", 0, ["a", "b"]),
    ],
)
def test_separators_titles_and_names_are_told_from_the_beginning(
    text: str, separator: str, decimal: str, skipped: int, names: list[str]
) -> None:
    layout = layout_of(text)
    assert (layout.separator, layout.decimal, layout.skipped, layout.names) == (separator, decimal, skipped, names)


@pytest.mark.parametrize(
    "text",
    [
        "size,rent\n50.5,700\n60.5,800\n",
        "# flats of a town\nsize,rent\n50.5,700\n60.5,800\n",
        "size rent\n50.5 700\n60.5 800\n",
        "  size   rent\n  50.5    700\n  60.5  800\n",
        '"size";"rent"\n"a";50,5;700\n"b";60,5;800\n',
        ",size,rent\n0,50.5,700\n1,60.5,800\n",
        "size;rent;;\n50,5;700;;\n60,5;800;;\n",
    ],
)
@pytest.mark.parametrize("in_memory", [True, False])
def test_all_of_them_are_read_alike_in_memory_and_in_blocks(tmp_path: Path, text: str, in_memory: bool) -> None:
    path = tmp_path / "flats.csv"
    path.write_text(text)
    how = {"inputs": ["size"], "target": "rent", "steps": [], "split": {"validation": 0.0}, "in_memory": in_memory}
    data = engine.data.open(path, **how)
    assert np.asarray(data.x).tolist() == [[50.5], [60.5]] and np.asarray(data.y).tolist() == [[700], [800]]


def test_the_line_of_a_broken_row_is_counted_from_the_files_beginning(tmp_path: Path) -> None:
    path = tmp_path / "flats.csv"
    path.write_text("# a title\nsize,rent,town\n50,700,Ulm\n60,800\n70,900,Bonn\n80,1000,Ulm\n")
    with pytest.raises(EngineError, match="line 4: expected 3 values in a line, found 2: '60,800'") as caught:
        engine.data.open(path, target="rent")
    assert caught.value.fix == {"set": {"broken": "skip"}}


def test_where_most_lines_do_not_fit_the_first_nothing_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text("569,30,malignant\n" + "1,2,3,4,5\n" * 20)
    with pytest.raises(EngineError, match="leave nothing above the columns' names") as caught:
        engine.data.open(path)
    assert caught.value.fix is None
