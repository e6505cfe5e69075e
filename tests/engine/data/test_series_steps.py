"""Windows over a series: each with what was known then, in one part alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

import engine
from engine.data import Dataset
from engine.errors import DataError

STEPS = [
    {"step": "scale", "columns": ["load", "temperature"]},
    {"step": "windows", "columns": ["load", "temperature"], "length": 5, "horizon": 2, "gap": 3},
]
SPLIT = {"validation": 0.2, "test": 0.2, "by": "order"}


def series(rows: int = 120) -> dict[str, list[float]]:
    return {"load": [float(i) for i in range(rows)], "temperature": [math.sin(i / 9) for i in range(rows)]}


def opened(table: dict[str, list[float]]) -> Dataset:
    return engine.data.open(table, inputs=["load", "temperature"], target="load", steps=STEPS, split=SPLIT)


def test_a_window_holds_the_rows_up_to_the_horizon_and_none_spans_two_parts() -> None:
    data = opened(series())
    scale = data.preparation.steps[0].fitted["load"]
    ends = {}
    for part, rows in data.arrays().items():
        assert isinstance(rows.x, np.ndarray) or set(rows.x) == {"window"}
        window = rows.x[:, :, 0] * scale["scale"] + scale["shift"]
        target = data.preparation.undo(rows.y)
        np.testing.assert_allclose(window, target[:, None] + np.arange(-6, -1), atol=1e-3)
        ends[part] = (round(float(window.min())), round(float(target.max())))
    # Validation begins at row 76, the test at 96; three rows between the parts are in none.
    assert ends == {"train": (0, 75), "validation": (76 + 3, 95), "test": (96 + 3, 119)}
    assert data.warnings == []


def test_nothing_of_the_rows_that_measure_reaches_the_training() -> None:
    clean = opened(series())
    table = series()
    for column in table.values():
        column[76:] = [1e30] * (len(column) - 76)
    poisoned = opened(table)
    assert poisoned.preparation.to_config() == clean.preparation.to_config()
    np.testing.assert_array_equal(poisoned.x, clean.x)


def test_new_rows_give_a_window_each_as_soon_as_there_are_enough() -> None:
    data = opened(series())
    new = {name: column[-6:] for name, column in series().items()}
    windows = data.preparation.rows(new)
    assert windows.shape == (2, 5, 2)
    assert data.test is not None
    # The last test target is two rows behind its window, the newest window ends at the last row.
    np.testing.assert_array_equal(windows[1][:3], data.test.x[-1][2:])
    with pytest.raises(DataError, match="at least 5 rows, in the order of time, for a window, found 4"):
        data.preparation.rows({name: column[:4] for name, column in new.items()})


def test_a_split_by_chance_leaves_no_whole_window_and_says_so() -> None:
    by_chance = {**SPLIT, "by": "chance"}
    data = engine.data.open(
        series(), target="load", steps=[{"step": "windows", "columns": ["temperature"]}], split=by_chance
    )
    with pytest.raises(DataError, match="Divide by order or by time"):
        _ = data.x
    # Without a split of one's own the last rows are those for validation.
    assert (
        engine.data.open(series(), target="load", steps=[{"step": "windows", "columns": ["temperature"]}]).split.by
        == "order"
    )
