"""Which rows go where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Split, columns_of
from engine.errors import DataError, EngineError, SettingError, UnknownName


@given(
    rows=st.integers(10, 300),
    validation=st.sampled_from([0.0, 0.1, 0.25]),
    test=st.sampled_from([0.0, 0.2]),
    by=st.sampled_from(["chance", "order", "group", "time"]),
    classes=st.integers(0, 5),
    seed=st.integers(0, 3),
)
def test_each_row_is_in_one_part_of_the_share_asked_for(
    rows: int, validation: float, test: float, by: str, classes: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    columns = columns_of({"g": rng.integers(0, rows // 2 + 1, rows)})
    split = Split(validation=validation, test=test, by=by, column="g" if by in ("group", "time") else None, seed=seed)
    kinds = rng.integers(0, classes, rows) if classes else None
    parts = split.rows(rows, columns, kinds)
    assert sorted(np.concatenate(parts).tolist()) == list(range(rows))
    largest = 1 if by != "group" else np.bincount(columns["g"].values).max()
    for part, share in zip(parts, (1 - validation - test, validation, test), strict=True):
        assert abs(len(part) - share * rows) <= largest + 1
    if by == "group":
        assert sum(len(np.unique(columns["g"].values[part])) for part in parts) == len(np.unique(columns["g"].values))
    if by == "time" and len(parts.validation):
        assert columns["g"].values[parts.train].max() <= columns["g"].values[parts.validation].min()
    if by == "chance" and kinds is not None:
        for one in range(classes):
            assert abs((kinds[parts.validation] == one).sum() - validation * (kinds == one).sum()) <= 2


@pytest.mark.parametrize("by", ["chance", "order", "group"])
def test_folds_measure_each_row_once(by: str) -> None:
    columns = columns_of({"g": [i % 20 for i in range(103)]})
    parts = [
        Split(folds=5, fold=fold, test=0.1, by=by, column="g" if by == "group" else None, seed=3).rows(103, columns)
        for fold in range(5)
    ]
    tests = {tuple(part.test.tolist()) for part in parts}
    assert len(tests) == 1
    measured = np.concatenate([part.validation for part in parts])
    assert sorted([*measured.tolist(), *next(iter(tests))]) == list(range(103))
    assert all(set(part.train) == set(range(103)) - set(part.validation) - set(part.test) for part in parts)


def test_rows_that_are_left_out_are_in_no_part() -> None:
    left_out = np.arange(40) % 3 == 0
    parts = Split(validation=0.2).rows(40, {}, left_out=left_out)
    assert sorted(np.concatenate(parts).tolist()) == np.flatnonzero(~left_out).tolist()


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"validation": 0.6, "test": 0.5}, SettingError, "below 1 together, found 1.1"),
        ({"by": "group"}, SettingError, "the column of groups, found None"),
        ({"column": "g"}, SettingError, "no column, or by='group' or 'time'"),
        ({"folds": 3, "fold": 3}, SettingError, "0 to 2, found 3"),
        ({"by": "luck"}, SettingError, "'chance', 'order', 'group', 'time'"),
        ({"by": "group", "column": "h"}, UnknownName, "found 'h'"),
        ({"by": "time", "column": "town"}, DataError, "dates or numbers, found texts"),
        ({"validation": 0.01}, DataError, "enough rows for the validation part, found 9 rows"),
    ],
)
def test_a_wrong_split_is_refused_in_words(settings: dict[str, object], error: type[EngineError], says: str) -> None:
    columns = columns_of({"g": list(range(9)), "town": ["a"] * 9})
    with pytest.raises(error, match=says):
        Split.from_config(settings).rows(9, columns)
