"""Each step by its formula, and there and back."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest

import engine
from engine.data import (
    STEPS,
    Balance,
    Clip,
    Column,
    DateParts,
    Dates,
    Fill,
    Finite,
    LeaveOut,
    Log,
    Numbers,
    OneHot,
    Ordinal,
    Scale,
    Step,
    Unique,
    columns_of,
    step_of,
)
from engine.errors import DataError, EngineError, SettingError, UnknownName
from engine.layers import Rescaling

ALL = np.arange(6)


def behind(step: Step, rows: np.ndarray = ALL, **table: list[object]) -> dict[str, Column]:
    columns = columns_of(table)
    return step.apply(columns, step.fit(columns, rows))


def values(columns: dict[str, Column]) -> dict[str, list[object]]:
    return {name: column.values.tolist() for name, column in columns.items()}


def test_scaling_is_by_the_rows_that_it_is_fitted_on() -> None:
    x: list[object] = [1.0, 2.0, 3.0, 6.0, 100.0, -100.0]
    first = np.arange(4)
    assert values(behind(Scale(columns="x", by="minmax"), first, x=x))["x"][:4] == [0, 0.2, 0.4, 1]
    robust = behind(Scale(columns="x", by="robust"), first, x=x)["x"].values
    assert robust[:4].tolist() == [(one - 2.5) / 2.0 for one in (1, 2, 3, 6)]
    standard = behind(Scale(columns="x"), first, x=x)["x"].values[:4]
    assert abs(standard.mean()) < 1e-12 and abs(standard.std() - 1) < 1e-12
    # A constant is only shifted; what is infinite does not spoil the rest.
    assert values(behind(Scale(columns="x"), np.arange(2), x=[5.0, 5.0, math.inf]))["x"] == [0, 0, math.inf]


@pytest.mark.parametrize(
    "step", [Scale(columns="x"), Scale(columns="x", by="robust"), Log(columns="x"), Ordinal(columns="x")]
)
def test_a_target_comes_back(step: Step) -> None:
    columns = columns_of({"x": [1.5, 3.0, 4.5, 9.0, 0.0, 3.0]})
    fitted = step.fit(columns, ALL)
    there = step.apply(columns, fitted)["x"].values
    np.testing.assert_allclose(step.undo("x", there, fitted), columns["x"].values, atol=1e-12)


def test_missing_values_are_filled_and_marked() -> None:
    table: dict[str, list[object]] = {"x": [1, None, 3, 8, None, 4], "town": ["a", "b", None, "b", "c", "c"]}
    assert values(behind(Fill(columns="x"), **table))["x"] == [1, 3.5, 3, 8, 3.5, 4]
    assert values(behind(Fill(columns="x", by="mean"), **table))["x"][1] == 4
    assert values(behind(Fill(columns="x", by=-1), **table))["x"][1] == -1
    filled = behind(Fill(columns=["town"], by="most", marker=True), **table)
    assert list(filled) == ["x", "town", "town missing"] and filled["town"].values[2] == "b"
    assert values(filled)["town missing"] == [False, False, True, False, False, False]
    with pytest.raises(DataError, match="column 'town': expected numbers, for a median, found texts"):
        behind(Fill(columns="town"), **table)


def test_texts_become_columns_or_numbers_and_what_was_not_seen_is_told_apart() -> None:
    table: dict[str, list[object]] = {"town": ["b", "a", "b", "a", "new", None]}
    rows = np.arange(4)
    assert values(behind(OneHot(columns="town"), rows, **table)) == {
        "town = a": [False, True, False, True, False, False],
        "town = b": [True, False, True, False, False, False],
    }
    assert values(behind(Ordinal(columns="town"), rows, **table)) == {"town": [1, 0, 1, 0, 2, 2]}
    with pytest.raises(DataError, match=r"at most 2 different values, found 4, such as '0', '1', '2'.*Embedding"):
        behind(OneHot(columns="n", most=2), rows, n=["0", "1", "2", "3"])


def test_dates_become_their_parts() -> None:
    when = [datetime.datetime(1969, 2, 28, 23), datetime.datetime(2024, 2, 29, 5, 30), None]
    parts = behind(
        DateParts(columns="t", parts=["year", "month", "day", "weekday", "hour"]), np.arange(3), t=list(when)
    )
    for row, one in enumerate(when[:2]):
        assert one is not None
        expected = {"year": one.year, "month": one.month, "day": one.day, "weekday": one.weekday(), "hour": one.hour}
        assert {name.removeprefix("t "): column.values[row] for name, column in parts.items()} == expected
    assert all(column.missing.tolist() == [False, False, True] for column in parts.values())


def test_texts_are_read_as_numbers_and_dates() -> None:
    numbers = behind(Numbers(columns="x"), np.arange(3), x=["1,250.5", " 7 ", "n.v."])["x"]
    assert numbers.values[:2].tolist() == [1250.5, 7] and numbers.missing.tolist() == [False, False, True]
    german = behind(Numbers(columns="x", thousands=".", decimal=","), np.arange(1), x=["1.250,5"])["x"]
    assert german.values.tolist() == [1250.5]
    dates = behind(Dates(columns="x", format="%d.%m.%Y"), np.arange(2), x=["29.02.2024", "30.02.2024"])["x"]
    assert (
        dates.kind == "date"
        and dates.values[0] == np.datetime64("2024-02-29")
        and dates.missing.tolist() == [False, True]
    )


def test_the_others() -> None:
    assert values(behind(Clip(columns="x", low=0, high=2), np.arange(3), x=[-1, 1, 3]))["x"] == [0, 1, 2]
    assert behind(Finite(columns="x"), np.arange(2), x=[math.inf, 1.0])["x"].missing.tolist() == [True, False]
    mask = Unique(columns=["x", "y"]).drops(columns_of({"x": [1, 1, 1, None, None], "y": ["a", "b", "a", "a", "a"]}))
    assert mask.tolist() == [False, False, True, False, True]
    with pytest.raises(DataError, match=r"no negative numbers, found 1 of them, -1 the lowest"):
        behind(Log(columns="x"), np.arange(2), x=[-1, 1])


@pytest.mark.parametrize("name", STEPS)
def test_a_step_comes_back_from_its_config(name: str) -> None:
    needed = {"clip": {"low": 0.5}, "length": {"samples": 8}, "layer": {"layer": Rescaling(2.0)}}
    config = {"step": name, "columns": ["x", "y"], **needed.get(name, {})}
    step = step_of(config)
    assert type(step_of(step.get_config())) is STEPS[name]
    assert step_of(step.get_config()).get_config() == step.get_config()


@pytest.mark.parametrize(
    ("config", "error", "says"),
    [
        ({"step": "scal", "columns": ["x"]}, UnknownName, "Did you mean 'scale'"),
        ({"columns": ["x"]}, UnknownName, "found 'None'"),
        ({"step": "scale"}, EngineError, "expected a value for 'columns'"),
        ({"step": "scale", "columns": ["x"], "how": "x"}, EngineError, "found 'how'. It has columns, by"),
        ({"step": "scale", "columns": ["x"], "by": "x"}, SettingError, "'standard', 'minmax', 'robust', found 'x'"),
        ({"step": "clip", "columns": ["x"]}, SettingError, "a limit: low, high or both"),
        ({"step": "clip", "columns": ["x"], "low": 2, "high": 1}, SettingError, "low below high, found 2 and 1"),
        ({"step": "scale", "columns": []}, SettingError, "names of columns"),
    ],
)
def test_a_wrong_config_is_refused_in_words(config: dict[str, object], error: type[EngineError], says: str) -> None:
    with pytest.raises(error, match=says):
        step_of(config)


def test_a_step_of_no_column_or_of_another_kind_is_refused_in_words() -> None:
    with pytest.raises(
        UnknownName, match=r"step scale: expected the name of a known column, found 'size'. Did you mean 'sise'"
    ):
        behind(Scale(columns="size"), sise=[1, 2])
    with pytest.raises(DataError, match="step scale, column 'x': expected numbers or an array, found texts"):
        behind(Scale(columns="x"), x=["a", "b"])


TOWNS = {"town": ["Ulm"] * 30 + ["Bonn"] * 9 + [None], "x": [float(n) for n in range(40)]}


def test_rows_with_a_value_are_left_out_and_the_others_stay_in_their_parts() -> None:
    before = engine.data.open(TOWNS, inputs=["town"], target="x", steps=[], split={"test": 0.2})
    data = before.with_(steps=[LeaveOut("town", values=["Bonn"])])
    for part, all_of_it in zip(data.parts, before.parts, strict=True):
        assert part.tolist() == [row for row in all_of_it.tolist() if not 30 <= row < 39]
    with pytest.raises(DataError, match="expected training rows without these values"):
        _ = before.with_(steps=[LeaveOut("x", values=[str(float(n)) for n in range(40)])]).parts


@pytest.mark.parametrize(("by", "each"), [("more", 27), ("fewer", 9)])
def test_classes_come_as_often_among_the_training_rows_and_nowhere_else(by: str, each: int) -> None:
    table = {"town": ["Ulm"] * 30 + ["Bonn"] * 10, "x": [float(n) for n in range(40)]}
    plain = engine.data.open(table, target="town")
    data = plain.with_(steps=[Balance("town", by=by), *plain.steps])
    rows = data.parts.train
    assert (np.bincount(data.y[:, 0]).tolist(), len(rows)) == ([each, each], 2 * each)
    assert set(rows.tolist()) <= set(plain.parts.train.tolist())
    if by == "more":
        # Each row of the rare class comes three times.
        assert set(np.bincount(rows)[30:][plain.parts.train[plain.parts.train >= 30] - 30]) == {3}
    np.testing.assert_array_equal(data.parts.validation, plain.parts.validation)
    np.testing.assert_array_equal(data.parts.train, data.with_().parts.train)
    assert engine.data.open(table, **data.get_config()).parts.train.tolist() == rows.tolist()


def test_what_is_no_class_is_not_balanced() -> None:
    with pytest.raises(DataError, match="expected classes that come several times, found 36 different values"):
        _ = engine.data.open(TOWNS, inputs=["town"], target="x", steps=[Balance("x")]).parts
