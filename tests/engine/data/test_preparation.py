"""New rows are prepared as those of training were, or refused in words."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.data import Preparation
from engine.errors import DataError

from .tables import houses


@pytest.fixture(scope="module")
def preparation() -> Preparation:
    return engine.data.open(houses(), target="rent").preparation


ROW = {"size": 50.0, "town": "Ulm", "seen": np.datetime64("2020-05-01"), "balcony": True}


@pytest.mark.parametrize(
    "same",
    [
        [ROW],
        {name: [value] for name, value in ROW.items()},
        {**ROW, "seen": "2020-05-01"},
        {**ROW, "balcony": 1},
        {**ROW, "size": 50, "rent": 3, "other": "x"},
    ],
)
def test_a_row_is_the_same_however_it_is_written(preparation: Preparation, same: object) -> None:
    np.testing.assert_array_equal(preparation.rows(same), preparation.rows(ROW))


def test_what_is_missing_or_was_not_seen_is_prepared_as_in_training(preparation: Preparation) -> None:
    rows = preparation.rows([{**ROW, "size": None}, {**ROW, "town": None}, {**ROW, "town": "Mainz"}])
    names = engine.data.open(houses(), target="rent").features
    assert rows[0, names.index("size missing")] == 1
    towns = [i for i, name in enumerate(names) if name.startswith("town = ")]
    assert not rows[1:, towns].any()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**ROW, "town": 3}, r"column 'town': expected texts, as in training, found numbers, such as 3"),
        (
            {**ROW, "seen": "yesterday"},
            r"column 'seen': expected dates, as in training, found texts, such as 'yesterday'",
        ),
        ({**ROW, "seen": None}, r"column 'seen year': expected a value in each row"),
        ({**ROW, "size": float("inf")}, r"column 'size': expected finite numbers"),
    ],
)
def test_a_row_that_was_not_trained_for_is_refused(preparation: Preparation, row: object, says: str) -> None:
    with pytest.raises(DataError, match=says):
        preparation.rows(row)


def test_a_row_whose_likes_were_left_out_of_training_is_refused() -> None:
    data = engine.data.open(
        {"x": [1.0, None] * 20, "y": [0.0, 1.0] * 20}, target="y", steps=[{"step": "drop", "columns": ["x"]}]
    )
    assert len(data.y) + len(data.parts.validation) == 20
    with pytest.raises(
        DataError, match="a value in x, whose rows without one were left out of training, found none in row 1"
    ):
        data.preparation.rows([{"x": 1.0}, {"x": None}])


def test_rows_that_are_equal_are_no_fault_of_new_ones() -> None:
    data = engine.data.open({"x": [1.0, 1.0, 2.0, 3.0]}, steps=[{"step": "unique", "columns": ["x"]}])
    assert len(data.x) == 3
    assert data.preparation.rows([{"x": 1.0}, {"x": 1.0}]).shape == (2, 1)
