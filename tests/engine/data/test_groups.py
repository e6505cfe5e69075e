"""Rows of one patient in two parts are said, and mended by dividing the patients."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.data import Dataset

rng = np.random.default_rng(6)
ROWS = 240
PATIENTS = np.repeat(np.arange(40) + 100, 6)


def opened(split: dict[str, object] | None = None, **others: object) -> Dataset:
    x = rng.normal(size=ROWS)
    return engine.data.open(
        {**others, "x": x, "z": rng.normal(size=ROWS), "y": x + rng.normal(size=ROWS)}, target="y", split=split
    )


@pytest.mark.parametrize("name", ["patient_id", "Subject", "userID", "speaker no", "id"])
def test_rows_of_one_in_two_parts_are_said_and_divided(name: str) -> None:
    data = opened(**{name: PATIENTS})
    [warning] = [one for one in data.warnings if one.kind == "group in two parts"]
    assert repr(name) in warning.sentence and "of 24 rows of the validation part" in warning.sentence
    mended = data.mended(warning)
    assert mended.warnings == [] and name not in mended.inputs and mended.split.by == "group"
    assert not {*PATIENTS[mended.parts.train]} & {*PATIENTS[mended.parts.validation]}


def test_also_of_texts_that_are_no_input() -> None:
    names = np.array([f"p{one}" for one in PATIENTS])
    data = opened(patient=names).with_(inputs=["x", "z"])
    assert [one.kind for one in data.warnings] == ["group in two parts"]


@pytest.mark.parametrize(
    "column",
    [
        {"town": PATIENTS},
        {"subject": np.arange(ROWS) % 5},
        {"user": np.arange(ROWS) % 2},
        {"unit": rng.normal(size=ROWS).round(1)},
    ],
)
def test_other_columns_are_no_groups(column: dict[str, np.ndarray]) -> None:
    assert [one.kind for one in opened(**column).warnings] == []


def test_nothing_is_said_where_groups_are_divided() -> None:
    data = opened({"by": "group", "column": "patient", "validation": 0.2}, patient=PATIENTS)
    assert data.warnings == []
