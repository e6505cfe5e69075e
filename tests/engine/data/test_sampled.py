"""A few rows of large files, from several places, against the whole file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from engine.data import Places, read_table, sample_file

ROWS = 20_000
RNG = np.random.default_rng(0)


def wanted(rows: int, columns: int) -> int:
    return min(rows, 400)


# Small files stand for large ones.
PLACES = Places(small=1000, first=4000, least=500)


def csv(path: Path, text: str = "a town", separator: str = ",", quoted: bool = False, **how: str) -> Path:
    numbers = RNG.normal(size=ROWS)
    lines = [separator.join(("row", "size", "town"))]
    for row, number in enumerate(numbers.tolist()):
        town = f'"{text} {row % 3}\n""of"" old"' if quoted and row % 2 else f"{text} {row % 3}"
        lines.append(separator.join((str(row), f"{number:.6f}", town)))
    path.write_text("\n".join(lines) + "\n", how.get("encoding", "utf-8"))
    return path


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "cp1252"), ("\t", "utf-8-sig")])
def test_each_row_of_a_sample_is_one_of_the_file(tmp_path: Path, separator: str, encoding: str, quoted: bool) -> None:
    path = csv(tmp_path / "t.csv", "Köln", separator, quoted, encoding=encoding)
    sample, whole = sample_file(path, wanted, PLACES), read_table(path)
    assert sample is not None and not sample.exact
    assert [column.kind for column in sample.columns.values()] == [column.kind for column in whole.values()]
    rows = sample.columns["row"].values
    # From all over the file, and each row as it is there.
    assert 200 <= len(rows) <= 900 and rows[0] == 0 and rows[-1] > 0.9 * ROWS and (np.diff(rows) > 0).all()
    for name, column in sample.columns.items():
        assert column.values.tolist() == whole[name].values[rows].tolist()
    assert abs(sample.rows - ROWS) < 0.05 * ROWS
    # Text has no marks of its rows, and later numbers of rows are longer.
    assert len(sample.numbers) == len(rows) and np.abs(sample.numbers - rows).max() < 0.1 * ROWS


def test_rows_of_several_groups_of_parquet_with_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table({"row": np.arange(ROWS), "town": ["Bonn", "Ulm"] * (ROWS // 2)})
    parquet.write_table(table, path, row_group_size=2000)
    sample = sample_file(path, wanted, PLACES)
    assert sample is not None and sample.exact and sample.rows == ROWS
    assert sample.numbers.tolist() == sample.columns["row"].values.tolist() and len(sample.numbers) == 400
    assert sample.numbers.min() == 0 and sample.numbers.max() > 0.85 * ROWS


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        "a,b\n".encode("utf-16") + "1,2\n".encode("utf-16-le") * 2000,
        b"a   b\n" + b"1   2\n" * 2000,
        b"a,b\n" + b"1,2,3,4\n" * 2000,
        b"a,b\n" + b"x" * 20_000,
    ],
)
def test_what_only_the_whole_file_tells_is_left_to_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert sample_file(path, lambda rows, columns: min(rows, 20), PLACES) is None
