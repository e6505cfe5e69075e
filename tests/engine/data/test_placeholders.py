"""Values that stand for missing ones: told from amounts, codes and categories that look alike."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.data import Dataset, columns_of
from engine.data.placeholders import placeholders_of

rng = np.random.default_rng(3)
ROWS = 200
AMOUNTS = rng.normal(50, 8, ROWS).round(1)
Y = rng.normal(size=ROWS)


def some(values: np.ndarray, mark: object, rows: int) -> list[object]:
    """The first rows hold a mark."""
    return [mark] * rows + values.tolist()[rows:]


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        (some(AMOUNTS, -999, 1), ["-999"]),
        (some(AMOUNTS, -99.9, 2), ["-99.9"]),
        (some(AMOUNTS, 9999, 5), ["9999"]),
        (some(rng.integers(1, 8, ROWS), 99, 9), ["99"]),
        (some(AMOUNTS, -200, 60), ["-200"]),
        (some(AMOUNTS, -1, 12), ["-1"]),
        (some(AMOUNTS, 0, 4), ["0"]),
        ([-999.0, 9999.0, *AMOUNTS.tolist()[2:]], ["-999", "9999"]),
        (some(rng.choice(["a", "b"], ROWS), "?", 3), ["?"]),
        (some(rng.choice(["a", "b"], ROWS), " ", 3), [" "]),
        (some(rng.choice(["red", "blue"], ROWS), "NA", 3), ["NA"]),
        # Sound ones.
        (some(rng.choice(["DE", "AT"], ROWS), "NA", 3), []),
        (rng.normal(0, 8, ROWS).round(), []),
        (rng.poisson(2, ROWS), []),
        (np.where(rng.random(ROWS) < 0.5, 0, AMOUNTS), []),
        (rng.choice([-1, 0, 1], ROWS), []),
        (rng.choice([-2, -1, 0, 1, 2, 8], ROWS), []),
        (np.append(rng.integers(1, 99, ROWS - 1), 99), []),
        (rng.lognormal(4, 1, ROWS), []),
        (rng.choice(["?", "-"], ROWS), []),
        (some(AMOUNTS, -7.5, 3), []),
    ],
)
def test_marks_are_told_from_values(values: object, marks: list[str]) -> None:
    assert placeholders_of(columns_of({"c": values})["c"]) == marks


def opened(values: object, steps: list[dict[str, object]] | None = None) -> Dataset:
    return engine.data.open({"x": Y**2, "c": values, "y": Y}, target="y", steps=steps)


def test_the_mend_counts_them_as_missing_and_new_rows_too() -> None:
    data = opened(some(AMOUNTS, -200, 60))
    [warning] = [one for one in data.warnings if one.kind == "placeholder values"]
    assert "'c' is -200 in 60 of 200 rows" in str(warning) and "(31.8 … 70.4)" in str(warning)
    mended = data.mended(warning)
    assert [step.kind for step in mended.steps][:2] == ["missing", "fill"]
    assert [str(one) for one in mended.warnings] == []
    prepared = mended.preparation.rows([{"x": 1.0, "c": -200}, {"x": 1.0, "c": float(np.median(AMOUNTS))}])
    assert abs(prepared[0, 1] - prepared[1, 1]) < 0.2 and prepared[0].tolist()[2:] != prepared[1].tolist()[2:]


def test_where_steps_are_given_a_step_fills_them_and_marks_the_rows() -> None:
    data = opened(some(rng.choice(["a", "b"], ROWS), "?", 9), [{"step": "one_hot", "columns": ["c"]}])
    [warning] = [one for one in data.warnings if one.kind == "placeholder values"]
    mended = data.mended(warning)
    assert [step.kind for step in mended.steps] == ["missing", "fill", "one_hot"]
    assert "c missing" in mended.features and "c = ?" not in mended.features


def test_among_numbers_written_as_texts_they_are_said_with_these() -> None:
    data = opened(["?" if i % 40 == 0 else str(one) for i, one in enumerate(AMOUNTS)])
    assert [one.kind for one in data.warnings] == ["mixed kinds"]
