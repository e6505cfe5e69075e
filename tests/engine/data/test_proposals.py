"""What is done to a table that nobody has written steps for."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.data import columns_of
from engine.data.proposals import is_class, proposed_steps

from .tables import houses


def test_steps_are_proposed_by_what_the_columns_hold() -> None:
    columns = columns_of({**houses(40), "when": [None if i == 3 else "2020-01-01" for i in range(40)]})
    steps = proposed_steps(columns, ["size", "town", "seen", "balcony"], "rent", np.arange(40))
    parts = [f"seen {part}" for part in ("year", "month", "day", "weekday")]
    assert [(step.kind, list(step.columns)) for step in steps] == [
        ("date_parts", ["seen"]),
        ("fill", ["size"]),
        ("one_hot", ["town"]),
        ("scale", ["size", *parts]),
        ("scale", ["rent"]),
    ]


def test_gaps_in_dates_and_in_the_target_are_met_too() -> None:
    columns = columns_of({"t": [np.datetime64("2020-01-01"), None] * 3, "y": ["a", "b", None, "a", "b", "a"]})
    steps = proposed_steps(columns, ["t"], "y", np.arange(6))
    assert [(step.kind, step.columns[0]) for step in steps] == [
        ("drop", "y"), ("date_parts", "t"), ("fill", "t year"), ("scale", "t year"), ("ordinal", "y"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a", "b"] * 5, True),
        ([True, False] * 5, True),
        ([0, 1, 2] * 5, True),
        ([1.0, 2.0] * 5, True),
        ([0, 2] * 5, False),
        ([5, 6] * 5, False),
        ([0.5, 1.0] * 5, False),
        (list(range(10)), False),
        ([math.nan] * 4, False),
    ],
)
def test_a_class_is_told_from_an_amount(values: list[object], expected: bool) -> None:
    assert is_class(columns_of({"y": values})["y"]) is expected
