"""Tables in memory, whatever library they are of, have the same columns."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from PIL import Image

from engine.data import columns_of
from engine.errors import DataError

from .tables import houses

KINDS = {"size": "number", "town": "text", "seen": "date", "balcony": "boolean", "rent": "number"}


def _structured(table: dict[str, list[object]]) -> np.ndarray:
    dtype = [("size", "f8"), ("town", "U8"), ("seen", "M8[D]"), ("balcony", "?"), ("rent", "f4")]
    rows = [tuple(np.nan if one is None else one for one in row) for row in zip(*table.values(), strict=True)]
    return np.array(rows, dtype)


FORMS: dict[str, Any] = {
    "columns by name": lambda table: table,
    "rows": lambda table: [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)],
    "pandas": pd.DataFrame,
    "pandas, nullable": lambda table: pd.DataFrame(table).convert_dtypes(),
    "pandas, categories": lambda table: pd.DataFrame(table).astype({"town": "category"}),
    "pandas, any index": lambda table: pd.DataFrame(table).set_index(pd.Index(range(len(table["town"]), 0, -1))),
    "arrow": pa.table,
    "structured array": _structured,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_columns_are_the_same_in_every_form(form: str) -> None:
    table = houses(50)
    columns = columns_of(FORMS[form](table))
    assert {name: column.kind for name, column in columns.items()} == KINDS
    assert columns["size"].missing.tolist() == [one is None for one in table["size"]]
    np.testing.assert_allclose(columns["rent"].values.astype(float), np.array(table["rent"], float), rtol=1e-6)
    assert columns["town"].values.tolist() == table["town"]
    assert columns["seen"].values.astype("M8[D]").tolist() == table["seen"]


def test_a_time_of_a_zone_is_in_utc() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    when = datetime.datetime(2020, 1, 1, 1, tzinfo=zone)
    expected = [datetime.datetime(2019, 12, 31, 23)]
    for table in (
        {"t": [when]},
        pd.DataFrame({"t": pd.to_datetime([when])}),
        pa.table({"t": pa.array([when], pa.timestamp("us", "+02:00"))}),
    ):
        assert columns_of(table)["t"].values.tolist() == expected


def test_integers_that_floats_do_not_hold_stay_exact() -> None:
    large = 2**60 + 1
    for table in ({"x": [large]}, pd.DataFrame({"x": [large]}), pa.table({"x": [large]})):
        assert columns_of(table)["x"].values.tolist() == [large]


def test_a_column_of_mixed_kinds_is_a_text_that_says_how_many() -> None:
    column = columns_of({"x": [1, 2.5, "three", None]})["x"]
    assert (column.kind, column.mixed, column.values.tolist()) == ("text", 1, ["1", "2.5", "three", ""])


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), r"found 'a' more than once. Rename one"),
        ({"a": [1], "b": [1, 2]}, r"columns of one length, found 'a' 1, 'b' 2"),
        ({"a": [[1, 2], [3]]}, r"column 'a': .*a value of type list: \[1, 2\]"),
        (pa.table({"a": [[1], [2, 3]]}), r"column 'a': expected one value in each row, found List"),
        ({"a": [object()]}, r"column 'a': .*a value of type object"),
        ({"a": 3}, r"column 'a': expected a value for each row, found 3"),
        ({}, r"at least one column, found none"),
        (3, r"expected a frame .*found 3"),
        (np.zeros((3, 2)), r"expected a frame .*\{'x': x, 'y': y\}"),
    ],
)
def test_what_is_no_table_is_refused_in_words(table: object, says: str) -> None:
    with pytest.raises(DataError, match=says):
        columns_of(table)


class Labels:
    """As Hugging Face's ClassLabel."""

    names = ("cat", "dog")


class Rows:
    """As a data set of Hugging Face."""

    def __init__(self, features: object = None, **columns: list[Any]) -> None:
        self.column_names, self.features, self.columns = list(columns), features, columns

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]


class Group:
    """As a group of zarr."""

    def array_keys(self) -> list[str]:
        return ["y", "x"]

    def group_keys(self) -> list[str]:
        return []

    def __getitem__(self, name: str) -> np.ndarray:
        return np.arange(3.0) if name == "x" else np.zeros((3, 2))


def test_classes_and_pictures_of_hugging_face_are_names_and_pixels() -> None:
    pictures = [Image.new("RGB", (4, 3)), Image.new("RGB", (4, 3))]
    columns = columns_of(Rows({"label": Labels(), "picture": object()}, label=[1, -1], picture=pictures))
    assert columns["label"].values[0] == "dog" and columns["label"].missing.tolist() == [False, True]
    assert columns["picture"].kind == "array" and columns["picture"].values.shape == (2, 3, 4, 3)
    with pytest.raises(
        DataError, match=r"column 'picture': expected pictures of one size .* found 3 x 4 x 3, 5 x 5 x 1"
    ):
        columns_of(Rows({}, picture=[pictures[0], Image.new("L", (5, 5))]))


def test_parts_of_a_data_set_are_opened_one_by_one() -> None:
    with pytest.raises(DataError, match=r"one table, found 2 of them: train, test. Open one: .*data\['train'\]"):
        columns_of({"train": Rows(x=[1]), "test": Rows(x=[2])})


def test_arrays_of_a_zarr_group_are_columns() -> None:
    assert {name: column.kind for name, column in columns_of(Group()).items()} == {"x": "number", "y": "array"}


ODD: list[tuple[object, str, object]] = [
    (pd.period_range("2020-02", periods=2, freq="M"), "date", np.datetime64("2020-02-01")),
    (pd.to_timedelta([90, 30], unit="m"), "number", 5400.0),
    ([datetime.time(1, 30), datetime.time(0, 0, 1)], "number", 5400.0),
    ([[1.0, 2.0], [3.0, 4.0]], "array", [1.0, 2.0]),
    (pd.Categorical(["a", "b"]), "text", "a"),
]


@pytest.mark.parametrize(("values", "kind", "first"), ODD, ids=str)
def test_what_pandas_holds_besides_numbers_and_texts_is_read(values: Any, kind: str, first: object) -> None:
    column = columns_of(pd.DataFrame({"c": pd.Series(values), "y": [1.0, 2.0]}))["c"]
    assert column.kind == kind and np.all(column.values[0] == first)


def test_names_that_are_no_texts_become_texts() -> None:
    rows = np.arange(6.0).reshape(3, 2)
    assert list(columns_of(pd.DataFrame(rows))) == ["0", "1"]
    levels = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])
    frame = pd.DataFrame(rows, columns=levels)
    assert columns_of(frame, rows=np.array([2]))["a.y"].values.tolist() == [5.0] and list(frame.columns) == list(levels)
    with pytest.raises(DataError, match="'1' more than once"):
        columns_of(pd.DataFrame(rows, columns=[1, "1"]))


def test_of_a_frame_what_cannot_be_read_is_left_out_and_warned_of() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0], "odd": [1j, 2j]})
    with pytest.warns(
        UserWarning, match="column 'odd' is left out: expected numbers, texts.*found a value of type complex"
    ):
        assert list(columns_of(frame)) == ["x"]
    with pytest.raises(DataError, match="column 'odd'"):
        columns_of(frame, ["x", "odd"])
    with pytest.raises(DataError, match="column 'odd'"):
        columns_of(frame[["odd"]])
