"""Tables in files: as people's programs write them, broken ones, hostile ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import engine
from engine.data import Dataset, LargeTable
from engine.errors import EngineError, FileError, UnknownName

from .tables import houses, write_csv

KINDS = {"size": "number", "town": "text", "seen": "date", "balcony": "boolean", "rent": "number"}


@pytest.mark.parametrize(
    ("separator", "comma", "encoding"),
    [
        (",", False, "utf-8"),
        (",", False, "utf-8-sig"),
        (";", True, "cp1252"),
        (";", False, "utf-8"),
        ("\t", False, "utf-16"),
        ("|", True, "utf-8"),
    ],
)
def test_a_csv_is_read_however_it_is_written(tmp_path: Path, separator: str, comma: bool, encoding: str) -> None:
    table = houses(60)
    path = write_csv(tmp_path / "houses.csv", table, separator, comma, encoding=encoding)
    data = engine.data.open(path, target="rent")
    assert {name: column.kind for name, column in data.columns.items()} == KINDS
    assert data.columns["town"].values.tolist() == table["town"]
    np.testing.assert_allclose(data.columns["rent"].values, np.array(table["rent"], float))
    assert data.columns["size"].missing.tolist() == [one is None for one in table["size"]]


def test_values_with_separators_quotes_and_line_ends_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('note,x\r\n"a, ""b""\nc",1\r\nplain,2\r\n', "utf-8", newline="")
    assert engine.data.open(path).columns["note"].values.tolist() == ['a, "b"\nc', "plain"]


def test_broken_lines_are_named_or_left_out(tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_text("a,b\n1,2\n3\n4,5,6\n7,8\n", "utf-8")
    with pytest.raises(
        FileError,
        match=r"broken.csv, line 3: expected 2 values in a line, found 1: '3'. 2 such lines in all; broken='skip'",
    ):
        engine.data.open(path)
    with pytest.warns(UserWarning, match=r"2 lines without 2 values in a line are left out: 3, 4"):
        data = engine.data.open(path, broken="skip")
    assert data.columns["a"].values.tolist() == [1, 7]


def test_parquet_arrays_and_hdf5_are_read(tmp_path: Path) -> None:
    table = houses(40)
    pq.write_table(pa.table(table), tmp_path / "houses.parquet")
    data = engine.data.open(tmp_path / "houses.parquet", target="rent")
    assert {name: column.kind for name, column in data.columns.items()} == KINDS
    x, y = np.arange(120.0).reshape(40, 3), np.arange(40) % 2
    np.savez(tmp_path / "arrays.npz", x=x, y=y)
    np.save(tmp_path / "array.npy", x)
    with h5py.File(tmp_path / "arrays.h5", "w") as file:
        file["x"], file["y"] = x, y
    for name in ("arrays.npz", "arrays.h5"):
        data = engine.data.open(tmp_path / name, target="y")
        assert data.columns["x"].values.shape == (40, 3) and data.classes == ["0", "1"]
    assert engine.data.open(tmp_path / "array.npy").columns["x"].values.shape == (40, 3)


def test_of_a_file_with_columns_that_cannot_be_read_the_others_can(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    nested = [{"a": 1, "b": {"c": "u"}}, {"a": None, "b": None}]
    table = {
        "x": [1.0, 2.0],
        "nested": nested,
        "pair": [[1.0, 2.0], [3.0, 4.0]],
        "tags": [[1], [2, 3]],
        "y": [1.0, 2.0],
    }
    pq.write_table(pa.table(table), path)
    with pytest.warns(UserWarning, match="column 'tags' is left out: expected one value in each row, found List"):
        data = engine.data.open(path, target="y")
    assert {name: column.kind for name, column in data.columns.items()} == {
        "x": "number", "nested.a": "number", "nested.b.c": "text", "pair": "array", "y": "number",
    }  # fmt: skip
    assert data.columns["nested.a"].missing.tolist() == data.columns["nested.b.c"].missing.tolist() == [False, True]
    with pytest.raises(EngineError, match=r"t.parquet, column 'tags': expected one value in each row, found List"):
        engine.data.open(path, ["tags"], "y")
    for in_memory in (True, False):
        some = engine.data.open(path, ["nested.a"], "y", steps=[], split={"validation": 0.0}, in_memory=in_memory)
        assert (some if in_memory else some.looked_at).columns["nested.a"].values.tolist()[0] == 1
        with pytest.raises(EngineError, match=r"found 'nested'. Did you mean 'nested.a'"):
            engine.data.open(path, ["nested"], "y", in_memory=in_memory)


def _bytes(content: bytes, name: str = "t.csv") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _cut_parquet(folder: Path) -> Path:
    pq.write_table(pa.table({"x": list(range(1000))}), folder / "whole.parquet")
    (folder / "t.parquet").write_bytes((folder / "whole.parquet").read_bytes()[:-20])
    return folder / "t.parquet"


def _claims_a_petabyte(folder: Path) -> Path:
    with (folder / "t.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": (2**47,)})
    return folder / "t.npy"


def _pickle_in_npy(folder: Path) -> Path:
    np.save(folder / "t.npy", np.array([{"a": 1}], object), allow_pickle=True)
    return folder / "t.npy"


@pytest.mark.parametrize(
    ("write", "error", "says"),
    [
        (_bytes(b""), FileError, "an empty file"),
        (_bytes(b"a,b\n"), FileError, "at least one row below the names"),
        (_bytes(b",,\n1,2,3\n"), FileError, "line 1.*a name for each column, found ',,'"),
        (_bytes(b"1,2\n3,4\n"), FileError, "line 1.*the columns' names, found numbers: '1,2'"),
        (_bytes(b"a,b\n1," + b"x" * 9_000_000 + b"\n2,3\n"), FileError, "values of at most 4.2 MB, found a longer one"),
        (_bytes(b'a,b\n1,"x\n' + b"2,3\n" * 3_000_000), FileError, "A quotation mark may stand alone"),
        (_bytes(b"a,b\n" + b"1,2\n" * 100 + bytes(1000)), FileError, "found a byte of 0 in line 102, which is no letter"),
        (_bytes(b"@relation iris\n@attribute size\n@data\n5.1, 3.5\n", "t.arff"), FileError, "Write it as CSV"),
        (_bytes(b"a,a\n1,2\n"), EngineError, "'a' more than once"),
        (_bytes(b"\x00\x01\x02" * 100), FileError, "expected a table"),
        (_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)), FileError, "a picture"),
        (_bytes(b"PAR1" + bytes(50), "t.parquet"), FileError, "a whole Parquet file"),
        (_cut_parquet, FileError, "a whole Parquet file"),
        (_pickle_in_npy, FileError, "an array of numbers"),
        (_claims_a_petabyte, FileError, "at most the 0 bytes that are stored"),
        (lambda folder: folder, FileError, "a folder"),
        (_bytes(b"import os\nos.remove('x')\n", "t.py"), FileError, "a Python program"),
    ],
)  # fmt: skip
def test_other_and_broken_files_are_refused_in_words(
    tmp_path: Path, write: Callable[[Path], Path], error: type[EngineError], says: str
) -> None:
    with pytest.raises(error, match=says):
        engine.data.open(write(tmp_path))


def test_a_column_that_a_file_lacks_is_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "t.csv", houses(30))
    with pytest.raises(UnknownName, match=r"found 'sise'. Did you mean 'size'"):
        engine.data.open(path, ["sise"], "rent")


@pytest.mark.parametrize("before", [10, 60_000, 1_500_000])
@pytest.mark.parametrize("in_memory", [True, False])
def test_letters_of_another_encoding_further_down_are_read_as_what_they_are(
    tmp_path: Path, before: int, in_memory: bool
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"town,x\n" + b"Bonn,1\n" * before + "Köln,2\n".encode("cp1252"))
    split = {"validation": 0.0}
    data = engine.data.open(path, target="x", steps=[], split=split, in_memory=in_memory)
    last = data.columns if in_memory else data.blocks.read(len(data.blocks) - 1)
    assert last["town"].values[-1] == "Köln" and len(data) == before + 1


@pytest.mark.parametrize("cut", ["npy", "npz", "h5"])
def test_a_file_that_is_cut_short_while_its_rows_are_read_is_said_and_nobody_is_killed(
    tmp_path: Path, cut: str
) -> None:
    path, x = tmp_path / f"x.{cut}", np.arange(400_000.0).reshape(-1, 4)
    if cut == "h5":
        with h5py.File(path, "w") as stored:
            stored["x"] = x
    else:
        np.save(path, x) if cut == "npy" else np.savez(path, x=x)
    data = engine.data.open(path, steps=[], in_memory=False)
    with path.open("r+b") as file:
        file.truncate(20_000)
    with pytest.raises(FileError, match="bytes that were there when it was opened, found 20,000"):
        np.asarray(data.x[90_000:])


def test_an_index_of_pandas_without_a_name_stands_first(tmp_path: Path) -> None:
    frame = pd.DataFrame({"size": [1.0, 2.0], "rent": [3.0, 4.0]}, index=["Bonn", "Ulm"])
    frame.to_parquet(tmp_path / "t.parquet")
    assert list(engine.data.open(tmp_path / "t.parquet").columns) == ["__index_level_0__", "size", "rent"]
    # In blocks, and where only some rows are read, too.
    large = engine.data.open(tmp_path / "t.parquet", in_memory=False)
    assert isinstance(large, engine.data.LargeTable) and large.blocks.names == ["__index_level_0__", "size", "rent"]
    sample = engine.data.sample_file(tmp_path / "t.parquet", lambda rows, columns: 1)
    assert sample is not None and list(sample.columns) == ["__index_level_0__", "size", "rent"]


def _parquet(path: Path, names: list[str], *columns: object) -> Path:
    pq.write_table(pa.table([pa.array(column) for column in columns], names=names), path)
    return path


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize(
    ("names", "columns", "says"),
    [
        (["a", "a", "y"], [[1, 2], [3, 4], [5, 6]], "columns of unlike names, found 'a' more than once"),
        (
            ["v", "v.a", "y"],
            [[{"a": 1}, {"a": 2}], [3, 4], [5, 6]],
            "columns of unlike names, found 'v.a' more than once",
        ),
        (["a", "y"], [[], []], "at least one row"),
    ],
)
def test_names_that_come_twice_and_tables_without_rows_are_refused_with_the_file(
    tmp_path: Path, names: list[str], columns: list[object], says: str, in_memory: bool
) -> None:
    path = _parquet(tmp_path / "t.parquet", names, *columns)
    with pytest.raises(EngineError, match=says) as refused:
        _ = opened(path, in_memory).x
    assert "t.parquet" in str(refused.value)


@pytest.mark.parametrize("in_memory", [True, False])
def test_whole_numbers_beyond_what_a_float_counts_are_read_rounded(tmp_path: Path, in_memory: bool) -> None:
    large = np.arange(40, dtype=np.uint64) + np.uint64(2**63)
    data = opened(_parquet(tmp_path / "t.parquet", ["a", "y"], large, np.arange(40.0)), in_memory)
    columns = data.columns if isinstance(data, Dataset) else data.looked_at.columns
    assert columns["a"].values.dtype == np.float64 and columns["a"].values.min() == 2.0**63


def test_that_lists_are_left_out_of_blocks_is_said(tmp_path: Path) -> None:
    path = _parquet(tmp_path / "t.parquet", ["a", "b", "y"], [[1, 2]] * 40, list(range(40)), list(range(40)))
    with pytest.warns(UserWarning, match="t.parquet: lists are not read in blocks: a left out"):
        assert opened(path, False).inputs == ("b",)


def opened(path: Path, in_memory: bool) -> Dataset | LargeTable:
    data = engine.data.open(path, target="y", in_memory=in_memory)
    assert isinstance(data, (Dataset, LargeTable))
    return data
