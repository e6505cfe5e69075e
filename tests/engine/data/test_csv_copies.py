"""CSV files that are written as Parquet by several threads: the rows of the whole, in groups of one size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.csv_begun import arrow_for, csv_reading
from engine.data.csv_copies import texts_in, write_in_pieces
from engine.data.readers import read

ROWS = 8000
rng = np.random.default_rng(0)
ARROW = arrow_for("t.csv", "CSV")


def written(path: Path, only: list[str] | None = None) -> pa.Table | None:
    into = path.with_suffix(".parquet")
    count = write_in_pieces(str(path), csv_reading(str(path), only), ARROW, 700, str(into), small=0, piece=30_000)
    if count is None:
        return None
    groups = pq.ParquetFile(into).metadata
    assert [groups.row_group(i).num_rows for i in range(groups.num_row_groups)][:-1] == [700] * (ROWS // 700)
    assert groups.num_rows == count == ROWS
    return pq.read_table(into)


@pytest.mark.parametrize("later", ["3", "", "2.5", "99999999999999999999"])
def test_the_rows_are_those_of_the_file(tmp_path: Path, later: str) -> None:
    frame = pd.DataFrame({"x": rng.normal(size=ROWS), "n": rng.integers(0, 9, ROWS).astype(str), "m": np.arange(ROWS)})
    frame["town"] = rng.choice(["Bonn", "Köln", ""], ROWS)
    frame["seen"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, ROWS), "D")
    frame.loc[7000, "n"] = later
    frame.to_csv(tmp_path / "t.csv", index=False)
    made, whole = written(tmp_path / "t.csv"), read(tmp_path / "t.csv")
    assert made is not None and made.column_names == list(whole)
    kind = {"3": "int64", "": "int64"}.get(later, "double")
    assert str(made.schema.field("n").type) == kind and texts_in(made.schema) == ["town"]
    for name in ("x", "n", "m", "seen"):
        np.testing.assert_array_equal(made[name].to_numpy(), whole[name].values)
    assert made["town"].fill_null("").to_pylist() == whole["town"].values.tolist()


def test_columns_that_are_asked_for_are_written_alone(tmp_path: Path) -> None:
    pd.DataFrame({"a": np.arange(ROWS), "b": rng.normal(size=ROWS), "c": "x"}).to_csv(tmp_path / "t.csv", index=False)
    made = written(tmp_path / "t.csv", ["c", "b"])
    assert made is not None and set(made.column_names) == {"b", "c"}


@pytest.mark.parametrize("line", ["1,2,3", '1,"x'])
def test_what_only_the_whole_file_tells_is_left_to_it(tmp_path: Path, line: str) -> None:
    lines = ["a,b", *(f"{number},{number}" for number in range(ROWS))]
    lines[6000] = line
    (tmp_path / "t.csv").write_text("\n".join(lines))
    assert written(tmp_path / "t.csv") is None
