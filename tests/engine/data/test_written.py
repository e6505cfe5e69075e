"""Dates and numbers in texts: in the forms that people write them, and what looks like numbers and is none."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.columns import column_of
from engine.data.written import as_dates, as_numbers


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1,250.5", "7", "-3.25"], [1250.5, 7, -3.25]),
        (["1.250,5", "7,25", "-3,5"], [1250.5, 7.25, -3.5]),
        (["12,5", "0,75", "3"], [12.5, 0.75, 3]),
        (["1 250,5", "12\u00a0000,25"], [1250.5, 12000.25]),
        (["1'250.50", "980.00"], [1250.5, 980]),
        (["$1,200", "-$5", "$ 7.5"], [1200, -5, 7.5]),
        (["USD 3.5", "USD 4"], [3.5, 4]),
        (["45%", "7 %", "12.5%"], [45, 7, 12.5]),
        (["12 kg", "7.5 kg", "3"], [12, 7.5, 3]),
        (["1e-3", "2.5E4"], [0.001, 25000]),
        ([" .5 ", "+2"], [0.5, 2]),
        (["(1,250)", "7", "($3.50)"], [-1250, 7, -3.5]),
        (["inf", "3", "4", "5", "6"], [np.inf, 3, 4, 5, 6]),
    ],
)
def test_numbers_are_read_as_they_are_written(texts: list[str], numbers: list[float]) -> None:
    column = column_of("c", texts)
    read = as_numbers(column)
    assert read is not None and read.others == 0
    assert read.step.apply_column(column, None).values.tolist() == pytest.approx(numbers)


@pytest.mark.parametrize(
    "texts",
    [
        ["01067", "10115", "80331"],
        ["Q1", "Q2", "Q3"],
        ["v1", "v2"],
        ["1.2.3", "1.3.0"],
        ["1st", "2nd", "3rd"],
        ["10-20", "20-30"],
        ["12a", "14b", "3c"],
        ["0171 123456", "089 98765"],
        ["+49 89 1234", "+49 30 99"],
        ["10.0.0.1", "10.0.17.4"],
        ["12:30", "13:45"],
        ["A", "B"],
    ],
)
def test_codes_are_no_numbers(texts: list[str]) -> None:
    assert as_numbers(column_of("c", texts)) is None


def test_what_is_no_number_is_counted_and_named() -> None:
    read = as_numbers(column_of("c", ["12 kg"] * 9 + ["unknown"]))
    assert read is not None and (read.example, read.others) == ("unknown", 1)


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["2024-03-05", "2024-12-31"], "2024-03-05"),
        (["5. March 2024", "31. December 2024"], "2024-03-05"),
        (["Tue, 05 Mar 2024", "Tue, 31 Dec 2024"], "2024-03-05"),
        (["03/05/2024 02:15 PM", "12/31/2024 11:00 AM"], "2024-03-05T14:15"),
        (["05/Mar/2024:14:15:00 +0100", "31/Dec/2024:00:00:00 +0100"], "2024-03-05T13:15"),
        (["n/k", *["March 05, 2024 14:15"] * 40], "NaT"),
        (["03/2024", "12/2024"], "2024-03-01"),
        (["20240305", "20241231"], None),
        (["March", "May"], None),
    ],
)
def test_dates_are_read_as_they_are_written(texts: list[str], first: str | None) -> None:
    column = column_of("c", texts)
    step = as_dates(column)
    if first is None:
        assert step is None
        return
    assert step is not None
    np.testing.assert_equal(step.apply_column(column, None).values[0], np.datetime64(first, "us"))


def test_letters_behind_numbers_multiply_them_where_they_differ_or_stand_behind_money() -> None:
    for texts, numbers in (
        (["€110.5M", "€800K", "€0"], [110.5e6, 800e3, 0.0]),
        (["19M", "201k", "3.5 bn"], [19e6, 201e3, 3.5e9]),
        (["12 m", "7 m", "3 m"], [12.0, 7.0, 3.0]),
        (["$5M", "$7M", "$9M"], [5e6, 7e6, 9e6]),
    ):
        read = as_numbers(column_of("value", texts))
        assert read is not None and read.step.apply_column(column_of("value", texts), None).values.tolist() == numbers


def test_times_of_day_are_dates_of_one_day() -> None:
    for texts in (["18.00.00", "07.30.00"], ["17:24:00", "08:01:59"], ["9:15 AM", "11:40 PM"]):
        step = as_dates(column_of("time", texts))
        assert (
            step is not None and len({*step.apply_column(column_of("time", texts), None).values.astype("M8[D]")}) == 1
        )
