"""Large CSV files in pieces: the columns that Arrow makes of the whole, and what is not plain is left to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import Columns, read_table
from engine.data.csv_pieces import read_in_pieces
from engine.data.readers import arrow_for, csv_reading

ROWS = 20_000
rng = np.random.default_rng(0)


def frame() -> pd.DataFrame:
    made = pd.DataFrame({"size": rng.normal(size=ROWS), "rooms": rng.integers(1, 9, ROWS)})
    made["town"] = rng.choice(["Bonn", "Köln", "Ulm"], ROWS)
    made["seen"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, ROWS), "D")
    made["new"] = rng.integers(0, 2, ROWS).astype(bool)
    return made


def in_pieces(path: Path) -> Columns | None:
    name = str(path)
    return read_in_pieces(name, csv_reading(name, None), arrow_for(name, "CSV"), small=0, piece=50_000)


@pytest.mark.parametrize("how", ["plain", "crlf", "mark", "gaps", "semicolons", "quotes"])
def test_the_columns_are_those_of_the_whole(tmp_path: Path, how: str) -> None:
    table = frame()
    if how == "gaps":
        # Beyond the first rows, by which the types are told.
        table["rooms"] = table["rooms"].astype("Int64")
        table.loc[15_000:15_010, ["size", "rooms", "town"]] = None
    if how == "quotes":
        table.loc[[5, 15_000, 15_001], "town"] = ["Bonn, am Rhein", "two\nlines", 'the "old" one']
    separator, comma = (";", ",") if how == "semicolons" else (",", ".")
    text = table.to_csv(index=False, sep=separator, decimal=comma, lineterminator="\r\n" if how == "crlf" else "\n")
    (tmp_path / "t.csv").write_text(text.rstrip("\n"), "utf-8-sig" if how == "mark" else "utf-8", newline="")
    made, whole = in_pieces(tmp_path / "t.csv"), read_table(tmp_path / "t.csv")
    assert made is not None and list(made) == list(whole)
    for name, column in whole.items():
        assert (made[name].kind, made[name].values.dtype) == (column.kind, column.values.dtype), name
        np.testing.assert_array_equal(made[name].missing, column.missing)
        np.testing.assert_array_equal(made[name].values[~column.missing], column.values[~column.missing])


@pytest.mark.parametrize(
    "line",
    ['7,one "alone,2020-01-01', "7,one value too few", "a number,a half,2020-01-01", "7,no date,yesterday"],
)
def test_what_only_the_whole_file_tells_is_left_to_it(tmp_path: Path, line: str) -> None:
    lines = ["rooms,town,seen", *(f"{i % 9},Bonn number {i},2020-01-0{i % 9 + 1}" for i in range(ROWS))]
    lines[15_000] = line
    (tmp_path / "t.csv").write_text("\n".join(lines))
    assert in_pieces(tmp_path / "t.csv") is None
    whole = read_table(tmp_path / "t.csv", broken="skip") if "few" not in line else None
    assert whole is None or len(whole["rooms"]) == ROWS


def test_letters_of_another_encoding_further_down_are_left_to_the_whole(tmp_path: Path) -> None:
    lines = [b"rooms,town", *(b"%d,Bonn number %d" % (i % 9, i) for i in range(ROWS))]
    lines[18_000] = "7,Köln".encode("cp1252")
    (tmp_path / "t.csv").write_bytes(b"\n".join(lines))
    assert in_pieces(tmp_path / "t.csv") is None
    assert read_table(tmp_path / "t.csv")["town"].values[17_999] == "Köln"


def test_a_file_whose_rows_grow_shorter_has_room_for_all(tmp_path: Path) -> None:
    values = np.concatenate([rng.normal(size=5000), np.arange(60_000.0) % 10])
    (tmp_path / "t.csv").write_text("\n".join(["x", *map(repr, values.tolist())]))
    made = in_pieces(tmp_path / "t.csv")
    assert made is not None
    np.testing.assert_array_equal(made["x"].values, values)


MISSING = ["", "NA", "nan", "?", "null"]
VALUES: dict[str, Callable[[random.Random], str]] = {
    "whole": lambda r: str(r.choice([0, -1, r.randint(-(10**6), 10**6), r.randint(0, 10**17)])),
    "number": lambda r: r.choice(["{!r}", "{:.3f}", "{:.25g}", "{:e}"]).format(
        r.gauss(0, 1) * 10 ** r.randint(-30, 30)
    ),
    "text": lambda r: r.choice(["a", "Köln", "x y", '"say ""hi"", you"', '"two\nlines"', ""]),
    "date": lambda r: f"2020-0{r.randint(1, 9)}-1{r.randint(0, 9)}",
    "truth": lambda r: r.choice(["true", "false"]),
    "odd number": lambda r: r.choice([" 1", "2 ", '"4"', '" 5"', "6."]),
}


@pytest.mark.parametrize("seed", range(30))
def test_random_tables_are_those_of_the_whole_file_or_left_to_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kinds = ["number", *chance.choices(list(VALUES), k=chance.randint(0, 5))]
    separator, end = chance.choice(",,;\t"), chance.choice(["\n", "\r\n"])

    def value(kind: str) -> str:
        return chance.choice(MISSING) if chance.random() < 0.02 else VALUES[kind](chance)

    rows = [separator.join(map(value, kinds)) for _ in range(chance.randint(800, 2000))]
    if seed % 6 == 0:
        rows.insert(
            chance.randrange(len(rows)), chance.choice(["", "oops", separator * len(kinds), f"1{separator}inf"])
        )
    names = separator.join(f"c{place}" for place in range(len(kinds)))
    (tmp_path / "t.csv").write_text(end.join([names, *rows]), "utf-8", newline="")
    made = in_pieces(tmp_path / "t.csv")
    assert made is not None or seed % 6 == 0 or "odd number" in kinds or "whole" in kinds
    if made is None:
        return
    whole = read_table(tmp_path / "t.csv")
    assert list(made) == list(whole)
    for name, column in whole.items():
        assert (made[name].kind, made[name].values.dtype) == (column.kind, column.values.dtype), name
        np.testing.assert_array_equal(made[name].missing, column.missing)
        np.testing.assert_array_equal(made[name].values[~column.missing], column.values[~column.missing])
