"""Columns of Arrow by the short way: those of the long one, whatever they hold and however they lie in chunks."""

from __future__ import annotations

import datetime
import warnings
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from engine.data import columns_of
from engine.data.arrow_columns import columns_of_arrow, plain_column
from engine.errors import DataError

DAY = datetime.date(2020, 2, 29)
MOMENT = datetime.datetime(2020, 2, 29, 12, 30, 1, 250_000)
SHORT: dict[str, Any] = {
    **{kind: pa.array([1, 2, 3, 4], getattr(pa, kind)()) for kind in ("int8", "uint16", "int64", "float32", "float64")},
    "whole gaps": pa.array([1, None, 3, 2**53 + 1]),
    "gaps": pa.array([1.0, None, 3.0, float("nan")]),
    "no numbers": pa.array([None] * 4, pa.float64()),
    "text": pa.array(["a", "b", "", "a"]),
    "text gaps": pa.array([None, "é", None, "NaN"], pa.large_string()),
    "day": pa.array([DAY, None, DAY, DAY]),
    "moment": pa.array([MOMENT, None, MOMENT, MOMENT]),
    "second": pa.array([DAY] * 4).cast(pa.timestamp("s")),
    "truth": pa.array([True, False, None, True]),
    "truths": pa.array([True, False, False, True]),
}
LONG: dict[str, Any] = {
    "uint64": pa.array([1, 2, 3, 2**63], pa.uint64()),
    "no texts": pa.array([None] * 4, pa.string()),
    "nothing": pa.nulls(4),
    "zone": pa.array([MOMENT] * 4, pa.timestamp("us", "Europe/Berlin")),
    "numbered": pa.array(["a", "b", "a", None]).dictionary_encode(),
    "pair": pa.array([[1, 2]] * 4),
    "outer": pa.array([{"a": 1, "b": {"c": "x"}}] * 4),
    "uneven": pa.array([[1], [1, 2], [], None]),
}


def alike(made: Any, expected: Any) -> None:
    assert list(made) == list(expected)
    for name, column in expected.items():
        assert (made[name].kind, made[name].values.dtype, made[name].mixed) == (column.kind, column.values.dtype, 0), (
            name
        )
        np.testing.assert_array_equal(made[name].missing, column.missing)
        np.testing.assert_array_equal(made[name].values[~column.missing], column.values[~column.missing])


@pytest.mark.parametrize("cut", [False, True])
def test_each_kind_of_column_is_that_of_the_long_way(cut: bool) -> None:
    table = pa.table({**SHORT, **LONG})
    if cut:
        table = pa.concat_tables([table.slice(0, 1), table.slice(1, 0), table.slice(1)])
    short = {name for name in table.column_names if plain_column(name, table[name]) is not None}
    assert short == set(SHORT)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        alike(columns_of_arrow(table), columns_of(table))
    assert [str(one.message)[:24] for one in said] == ["column 'uneven' is left "] * 2


@pytest.mark.parametrize("only", [["int8"], ["text", "outer.b.c"], ["outer.a"], ["truth", "pair", "int64"]])
def test_columns_that_are_asked_for_are_read_in_the_order_of_the_table(only: list[str]) -> None:
    table = pa.table({**LONG, **SHORT}).drop_columns(["uneven"])
    alike(columns_of_arrow(table, only), columns_of(table, only))


def test_what_cannot_be_read_is_said_beside_others_and_refused_alone() -> None:
    with pytest.warns(UserWarning, match="column 'uneven' is left out"):
        assert list(columns_of_arrow(pa.table({"uneven": LONG["uneven"], "int8": SHORT["int8"]}))) == ["int8"]
    for table in (pa.table({"uneven": LONG["uneven"]}), pa.table([SHORT["int8"]] * 2, names=["a", "a"])):
        with pytest.raises(DataError):
            columns_of_arrow(table)


def test_of_many_rows_equal_texts_are_one_object() -> None:
    made = plain_column("town", pa.chunked_array([["Bonn", "Ulm"] * 50, ["Ulm"] * 10]))
    assert made is not None and len({id(text) for text in made.values.tolist()}) == 2
