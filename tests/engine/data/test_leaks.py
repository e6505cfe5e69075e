"""Two columns that make up the target are named together; what only goes along with it is not."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.data import Dataset

rng = np.random.default_rng(4)
ROWS = 150
A, B, C = rng.poisson(90, ROWS), rng.poisson(40, ROWS) + 1, rng.normal(size=ROWS)
PRICE = rng.uniform(1, 9, ROWS).round(2)


def opened(y: np.ndarray, **others: object) -> Dataset:
    return engine.data.open({"c": C, "a": A, "b": B, "price": PRICE, **others, "y": y}, target="y")


@pytest.mark.parametrize(
    ("y", "names", "words"),
    [
        (A + B, ("a", "b"), "'a' and 'b' add up to the target 'y'"),
        (A - B, ("a", "b"), "'a' less 'b' is the target 'y'"),
        (B - A, ("b", "a"), "'b' less 'a' is the target 'y'"),
        ((B * PRICE).round(2), ("b", "price"), "'b' times 'price' is the target 'y'"),
        ((A / B).round(3), ("a", "b"), "'a' divided by 'b' is the target 'y'"),
    ],
)
def test_two_columns_that_make_up_the_target_are_named(y: np.ndarray, names: tuple[str, str], words: str) -> None:
    data = opened(y)
    [warning] = data.warnings
    assert (warning.kind, warning.columns) == ("target among inputs", names) and words in warning.sentence
    assert data.mended(warning).warnings == []


@pytest.mark.parametrize(
    "y", [A + 2 * B, A + B + rng.normal(0, 1, ROWS).round(), A * B * (1 + C / 100), (A + B) // 40 * 40]
)
def test_what_only_goes_along_with_the_target_is_not(y: np.ndarray) -> None:
    assert [one.kind for one in opened(y).warnings if one.kind == "target among inputs"] == []


def test_two_inputs_may_be_what_is_to_be_learned() -> None:
    assert engine.data.open({"a": A, "b": B, "y": A + B}, target="y").warnings == []


def test_rows_that_lack_a_value_do_not_count() -> None:
    [warning] = opened(A + B, a=[None if i % 9 == 0 else float(one) for i, one in enumerate(A)]).warnings
    assert warning.columns == ("a", "b")
