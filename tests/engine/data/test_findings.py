"""Faulty tables of many kinds, each found and mended, and sound ones of which nothing is said."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_linnerud, load_wine

import engine
from engine.data import Dataset

from .tables import TOWNS, houses

N = 200
rng = np.random.default_rng(5)
X, Z = rng.normal(size=(2, N))
KIND = rng.choice(["a", "b", "c"], N, p=[0.5, 0.3, 0.2])
Y = 2 * X - Z + rng.normal(size=N) / 10


def opened(
    target: str | None = "y",
    steps: list[dict[str, Any]] | None = None,
    split: dict[str, Any] | None = None,
    **table: Any,
) -> Dataset:
    return engine.data.open({"x": X, "z": Z, "y": Y, **table}, target=target, steps=steps, split=split)


def _with(values: np.ndarray, row: int, value: object) -> list[object]:
    return [value if i == row else one for i, one in enumerate(values.tolist())]


TWICE = {"x": np.tile(X[: N // 2], 2), "z": np.tile(Z[: N // 2], 2), "y": np.tile(Y[: N // 2], 2)}
FAULTY: dict[str, tuple[Callable[[], Dataset], str, tuple[str, ...]]] = {
    "one value": (lambda: opened(c=np.ones(N)), "constant column", ("c",)),
    "one text": (lambda: opened(c=["yes"] * N), "constant column", ("c",)),
    "no value": (lambda: opened(c=[None] * N), "empty column", ("c",)),
    "no number": (lambda: opened(c=np.full(N, np.nan)), "empty column", ("c",)),
    "number of the row": (lambda: opened(c=np.arange(N)), "identifier", ("c",)),
    "number of the row, from 1000 down": (lambda: opened(c=np.arange(1000, 1000 - N, -1)), "identifier", ("c",)),
    "number of the row, some left out": (lambda: opened(c=np.arange(N) + np.arange(N) // 9), "identifier", ("c",)),
    "names": (lambda: opened(c=[f"person {i}" for i in range(N)]), "identifier", ("c",)),
    "the target": (lambda: opened(c=Y), "target among inputs", ("c",)),
    "the target in another unit": (lambda: opened(c=Y * 1.8 + 32), "target among inputs", ("c",)),
    "the class": (lambda: opened(y=KIND, c=KIND), "target among inputs", ("c",)),
    "the class by other names": (
        lambda: opened(y=KIND, c=np.array(["u", "v", "w"])[np.searchsorted(["a", "b", "c"], KIND)]),
        "target among inputs",
        ("c",),
    ),
    "the class as its number": (
        lambda: opened(y=KIND, c=np.searchsorted(["a", "b", "c"], KIND)), "target among inputs", ("c",)
    ),
    "the target's logarithm": (lambda: opened(c=np.log(Y - Y.min() + 1)), "target among inputs", ("c",)),
    "the target's exponential, falling": (lambda: opened(c=np.exp(-Y)), "target among inputs", ("c",)),
    "the target, rounded after a root": (
        lambda: opened(c=np.sqrt(Y - Y.min()).round(3)), "target among inputs", ("c",)
    ),
    "the target's rank": (lambda: opened(c=np.argsort(np.argsort(Y)) * 1.0), "target among inputs", ("c",)),
    "the class as text and number": (
        lambda: opened(y=KIND, c=[f"kind {one}" for one in KIND]), "target among inputs", ("c",)
    ),
    "the amount that the class was made of": (lambda: opened(y=np.where(Z > 0.3, "high", "low")), "target among inputs", ("z",)),
    "no date at all": (lambda: opened(c=np.full(N, "NaT", "datetime64[s]")), "empty column", ("c",)),
    "one day": (lambda: opened(c=np.full(N, "2020-02-01", "datetime64[s]")), "constant column", ("c",)),
    "infinite": (lambda: opened(c=_with(Z, 3, math.inf)), "infinite values", ("c",)),
    "infinite, with steps": (lambda: opened(c=_with(Z, 3, -math.inf), steps=[]), "infinite values", ("c",)),
    "missing, with steps": (lambda: opened(c=_with(Z, 3, None), steps=[]), "missing values", ("c",)),
    "missing text, with steps": (
        lambda: opened(c=_with(KIND, 3, None), steps=[{"step": "one_hot", "columns": ["c"]}]), "missing values", ("c",)
    ),
    "dates as ISO texts": (lambda: opened(c=[f"2020-{i % 12 + 1:02}-{i % 28 + 1:02}" for i in range(N)]), "dates as text", ("c",)),
    "dates as German texts": (lambda: opened(c=[f"{i % 28 + 1}.{i % 12 + 1}.2020" for i in range(N)]), "dates as text", ("c",)),
    "times as texts": (lambda: opened(c=[f"2020-01-{i % 28 + 1:02} 10:{i % 60:02}:00" for i in range(N)]), "dates as text", ("c",)),
    "numbers as texts": (lambda: opened(c=[f"{1000 * one:,.2f}" for one in X]), "numbers as text", ("c",)),
    "numbers and a word": (lambda: opened(c=_with(Z, 7, "unknown")), "mixed kinds", ("c",)),
    "numbers, some words": (lambda: opened(c=["-" if i % 20 == 0 else str(one) for i, one in enumerate(Z)]), "mixed kinds", ("c",)),
    "numbers with a sign of percent": (lambda: opened(c=[f"{i % 100}%" for i in range(N)]), "numbers as text", ("c",)),
    "numbers with a unit": (lambda: opened(c=[f"{150 + i % 50} cm" for i in range(N)]), "numbers as text", ("c",)),
    "amounts of money": (lambda: opened(c=[f"${1000 * one:,.2f}" for one in X]), "numbers as text", ("c",)),
    "German amounts": (lambda: opened(c=[f"{i % 9 + 1}.{i + 100},5 EUR" for i in range(N)]), "numbers as text", ("c",)),
    "days with names of months": (
        lambda: opened(c=[f"{i % 28 + 1}. March 20{i % 14 + 10}" for i in range(N)]), "dates as text", ("c",)
    ),
    "days with weekdays": (
        lambda: opened(c=[f"{datetime.date(2020, 1, 1) + datetime.timedelta(i):%a, %d %b %Y}" for i in range(N)]),
        "dates as text", ("c",),
    ),
    "one text but for blanks": (lambda: opened(c=["EUR ", "EUR"] * (N // 2)), "constant column", ("c",)),
    "numbers of rows in another order": (lambda: opened(c=10_000 + rng.permutation(N)), "identifier", ("c",)),
    "text, with steps": (lambda: opened(c=KIND, steps=[]), "text among inputs", ("c",)),
    "many texts, with steps": (lambda: opened(c=[f"c{i % 90}" for i in range(N)], steps=[]), "text among inputs", ("c",)),
    "unscaled": (lambda: opened(c=1e4 * Z, steps=[]), "unscaled", ("c",)),
    "year, unscaled": (lambda: opened(c=1990 + np.arange(N) // 10 % 30, steps=[]), "unscaled", ("c",)),
    "pictures, unscaled": (lambda: opened(c=rng.integers(0, 256, (N, 4, 4)), steps=[]), "unscaled", ("c",)),
    "few of a class": (lambda: opened(y=["rare" if i < 3 else "usual" for i in range(N)]), "few samples of a class", ("y",)),
    "a class that is not measured": (
        lambda: opened(y=["a"] * 50 + ["b"] * 150, split={"by": "order"}), "classes without validation rows", ("y",)
    ),
    "a class that is not tested": (
        lambda: opened(y=["a"] * 50 + ["b"] * 150, split={"by": "order", "test": 0.1, "validation": 0.5}),
        "classes without test rows",
        ("y",),
    ),
    "one class is trained on": (
        lambda: opened(y=["a"] * 120 + ["b"] * 80, split={"by": "order", "validation": 0.5}), "constant target", ("y",)
    ),
    "one class": (lambda: opened(y=["a"] * N), "constant target", ("y",)),
    "one amount": (lambda: opened(y=np.full(N, 2.5)), "constant target", ("y",)),
    "classes from 1, 5, 9": (lambda: opened(y=np.array([1, 5, 9])[np.arange(N) % 3]), "class or amount", ("y",)),
    "classes -1 and 1": (lambda: opened(y=np.array([-1, 1])[np.arange(N) % 2], steps=[]), "class or amount", ("y",)),
    "rows twice": (lambda: opened(**TWICE), "equal rows", ("validation",)),
    "rows of the test set": (
        lambda: opened(**TWICE, split={"test": 0.2, "validation": 0.0}), "equal rows", ("test",)
    ),
}  # fmt: skip
# What only new data mend, or what a person has to say.
WITHOUT_MEND = ("few samples of a class", "class or amount", "constant target")


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_table_is_found_and_its_mend_helps(name: str) -> None:
    make, kind, columns = FAULTY[name]
    data = make()
    found = [one for one in data.warnings if (one.kind, one.columns) == (kind, columns)]
    assert len(found) == 1, [str(one) for one in data.warnings]
    assert repr(columns[0]) in found[0].sentence or columns[0] in found[0].sentence
    if found[0].change is None:
        assert kind in WITHOUT_MEND
        return
    mended = data.mended(found[0])
    assert (kind, columns) not in [(one.kind, one.columns) for one in mended.warnings]
    assert len(mended.with_(steps=None).parts.train)


def _frames() -> dict[str, Callable[[], Dataset]]:
    sets = (load_iris, load_wine, load_diabetes, load_breast_cancer)
    made: dict[str, Callable[[], Dataset]] = {
        load.__name__: lambda load=load: engine.data.open(load(), target="target") for load in sets
    }
    digits = load_digits()
    made["digits"] = lambda: engine.data.open({"x": digits.images / 16, "y": digits.target}, target="y")
    made["linnerud"] = lambda: engine.data.open({**dict(zip("abc", load_linnerud().data.T, strict=True))}, target="a")
    made["houses"] = lambda: engine.data.open(houses(), target="rent")
    made["a line"] = lambda: engine.data.open({"x": X, "y": 2 * X + 1}, target="y")
    made["two inputs"] = opened
    made["classes"] = lambda: opened(y=KIND)
    made["yes or no"] = lambda: opened(y=X > Z)
    made["labels 0 and 1 as floats"] = lambda: opened(y=(X > Z).astype(float))
    made["counts"] = lambda: opened(y=rng.poisson(30, N))
    made["towns"] = lambda: opened(town=rng.choice(TOWNS, N))
    made["postcodes"] = lambda: opened(code=[f"D-{i % 17:03}" for i in range(N)])
    made["postcodes in figures"] = lambda: opened(code=rng.choice(["01067", "10115", "80331"], N))
    made["quarters"] = lambda: opened(quarter=rng.choice(["Q1", "Q2", "Q3", "Q4"], N))
    made["a few events"] = lambda: opened(y=np.append(rng.poisson(3, N - 1).clip(0, 8), 12))
    made["noisy twin"] = lambda: opened(c=Y + rng.normal(size=N) / 10)
    made["grades"] = lambda: opened(grade=rng.integers(1, 7, N))
    made["no target"] = lambda: opened(target=None)
    made["half of it missing"] = lambda: opened(c=[None if i % 2 else one for i, one in enumerate(Z)])
    made["a time series"] = lambda: opened(c=np.sin(np.arange(N) / 9), split={"by": "order"})
    made["dates"] = lambda: opened(c=np.datetime64("2020-01-01") + np.arange(N))
    made["a square"] = lambda: opened(c=Y**2)
    made["a rough logarithm"] = lambda: opened(c=np.log(Y - Y.min() + 1).round(1))
    made["a trend"] = lambda: opened(c=np.arange(N) + rng.normal(size=N) * 3, y=np.arange(N) + rng.normal(size=N))
    made["steps of one's own"] = lambda: opened(steps=[{"step": "scale", "columns": ["x", "z", "y"]}])
    return made


SOUND = _frames()


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_of_a_sound_table(name: str) -> None:
    assert [str(one) for one in SOUND[name]().warnings] == []


def test_a_finding_says_what_to_do() -> None:
    data = opened(c=np.arange(N))
    assert [str(one) for one in data.warnings] == [
        "Column 'c' counts the rows: what is learned from it holds for no new row. Leave it out."
    ]
