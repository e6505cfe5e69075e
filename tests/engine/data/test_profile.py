"""What a table looks like at one look: figures of its columns, what they tell of the target, what goes together."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.data import columns_of, profile_of

from .tables import houses

rng = np.random.default_rng(3)


def test_figures_are_those_of_numpy_and_leave_out_what_is_no_number() -> None:
    values = rng.normal(size=500)
    values[[3, 50]], values[7] = np.nan, np.inf
    known = profile_of(columns_of({"a": values})).columns["a"]
    fine = values[np.isfinite(values)]
    assert (known.missing, known.infinite, known.low, known.high) == (2, 1, fine.min(), fine.max())
    assert known.mean == pytest.approx(fine.mean())
    assert known.histogram is not None
    np.testing.assert_array_equal(known.histogram, np.histogram(fine, 24)[0])


def test_the_share_that_a_column_tells_is_epsilon_squared_of_its_steps() -> None:
    x = rng.integers(0, 24, 2000)
    effects = rng.normal(size=24) * 3
    y = effects[x] + rng.normal(size=2000)
    known = profile_of(columns_of({"x": x, "noise": rng.normal(size=2000), "y": y}), "y").columns
    within = sum(((y[x == i] - y[x == i].mean()) ** 2).sum() for i in range(24))
    total = ((y - y.mean()) ** 2).sum()
    assert known["x"].tells == pytest.approx(1 - within / total * 1999 / (2000 - 24))
    assert known["noise"].tells is not None and known["noise"].tells < 0.02
    assert known["y"].tells is None
    assert known["x"].means == pytest.approx([y[x == i].mean() for i in range(24)])


def test_of_classes_it_is_goodman_and_kruskals_tau() -> None:
    town = rng.choice(["Bonn", "Ulm", "Kiel"], 3000)
    kind = np.where(rng.random(3000) < 0.7, np.where(town == "Bonn", "a", "b"), "c")
    known = profile_of(columns_of({"town": town, "kind": kind}), "kind").columns["town"]
    joint = np.array([[((town == t) & (kind == k)).sum() for k in "abc"] for t in ("Bonn", "Ulm", "Kiel")]) / 3000
    expected = (joint.sum(0) ** 2).sum()
    tau = ((joint**2 / joint.sum(1, keepdims=True)).sum() - expected) / (1 - expected)
    assert known.tells == pytest.approx(1 - (1 - tau) * 2999 / 2997)
    assert known.different == 3 and sum(count for _, count in known.most) == 3000


def test_a_few_far_values_do_not_hide_what_a_column_tells() -> None:
    x = rng.normal(size=2000)
    y = x**2 + rng.normal(size=2000) / 10
    x[5] = 1e6
    tells = profile_of(columns_of({"x": x, "y": y}), "y").columns["x"].tells
    assert tells is not None and tells > 0.8


def test_of_two_classes_the_line_is_the_share_of_the_second() -> None:
    x = np.arange(240)
    known = profile_of(columns_of({"x": x, "y": (x >= 120).astype(int)}), "y").columns["x"]
    assert known.means == (0.0,) * 12 + (1.0,) * 12
    assert profile_of(columns_of({"x": x, "y": x % 3}), "y").columns["x"].means is None


def test_columns_that_go_together_are_named_the_strongest_first() -> None:
    a, b = rng.normal(size=(2, 400))
    table = {"a": a, "b": b, "minus": -a + b / 100, "half": a + b, "flag": (a > 0), "same": np.ones(400), "y": a}
    found = profile_of(columns_of(table), "y").correlations
    assert (found[0].first, found[0].second) == ("a", "minus") and found[0].r < -0.99
    for one in found:
        assert one.r == pytest.approx(np.corrcoef(table[one.first], table[one.second])[0, 1], abs=1e-5)
    assert all("same" not in (one.first, one.second) and "y" not in (one.first, one.second) for one in found)


def test_every_kind_of_column_has_its_figures_and_missing_ones_are_counted() -> None:
    known = engine.data.open(houses(), target="rent").profile().columns
    assert known["size"].missing == 9 and known["town"].missing == 0
    assert str(known["seen"].low).startswith("2020-") and known["seen"].mean is None
    assert dict(known["balcony"].most).keys() == {"True", "False"}
    tells = {name: one.tells for name, one in known.items()}
    assert tells["size"] is not None and tells["balcony"] is not None and tells["size"] > 0.7 > 0.1 > tells["balcony"]


@pytest.mark.parametrize(
    "table",
    [
        {"a": [None, None], "y": [1.0, 2.0]},
        {"a": [np.inf, -np.inf], "y": [np.nan, 1.0]},
        {"a": [1e308, -1e308], "y": [1.0, 1.0]},
        {"a": ["x"], "y": ["z"]},
        {"a": np.zeros((3, 2)), "y": [1, 2, 3]},
        {"a": [True, None], "y": ["p", None]},
        {"a": np.array(["NaT", "2020-01-01"], "datetime64[s]"), "y": [5, 5]},
    ],
)
def test_odd_tables_have_a_profile_too(table: dict[str, object]) -> None:
    known = profile_of(columns_of(table), "y")
    assert set(known.columns) == {"a", "y"} and all(
        one.tells is None or 0 <= one.tells <= 1 for one in known.columns.values()
    )


def test_of_many_rows_some_are_looked_at_and_that_is_said() -> None:
    x = np.arange(100_000)
    known = profile_of(columns_of({"x": x, "text": [f"t{i}" for i in x]}), most_rows=1000)
    assert (known.rows, known.looked_at, known.whole) == (100_000, 1000, False)
    low, high = known.columns["x"].low, known.columns["x"].high
    assert isinstance(low, float) and isinstance(high, float) and low < 100 and high > 99_900
    # What comes again and again is seen as it is: no beat of even distances.
    even = profile_of(columns_of({"x": x % 2}), most_rows=1000).columns["x"].mean
    assert even is not None and 0.4 < even < 0.6
    assert profile_of(columns_of({"x": x})).whole


def test_very_many_different_texts_are_not_counted_to_the_end() -> None:
    known = profile_of(columns_of({"text": [f"t{i}" for i in range(150_000)]})).columns["text"]
    assert known.different is None and len(known.most) == 6
