"""Figures of arrays, by plain NumPy."""

import numpy as np
import pytest

from engine.inspection import histogram, largest, rms, summary


def test_figures_leave_out_what_is_not_finite_and_say_how_much_that_is():
    values = np.array([[1.0, -2.0, 0.0], [np.nan, np.inf, 5.0]])
    found = summary(values)
    finite = np.array([1.0, -2.0, 0.0, 5.0])
    assert found.mean == pytest.approx(finite.mean()) and found.std == pytest.approx(finite.std())
    assert (found.low, found.high, found.bad, found.size) == (-2.0, 5.0, 2, 6)
    assert found.rms == pytest.approx(np.sqrt((finite**2).mean())) and found.zero == pytest.approx(1 / 6)
    assert summary(np.array([])).size == 0 and summary(np.full(3, np.nan)).bad == 3


def test_the_root_of_squares_does_not_overflow_small_floats():
    assert rms(np.full(10, 3e25, np.float32)) == pytest.approx(3e25)
    assert rms() == 0.0 and largest(np.array([], np.float32)) == 0.0


def test_a_histogram_counts_every_finite_number():
    counts, edges = histogram(np.array([0.0, 1.0, 2.0, np.nan]), bins=4)
    assert counts.sum() == 3 and len(edges) == 5


def test_large_arrays_are_looked_at_in_parts_and_their_figures_are_those_of_the_whole():
    rng = np.random.default_rng(0)
    values = (rng.normal(size=(3, 70_001)) + 1000).astype(np.float32)
    values[0, :5], values[1, 0] = 0.0, np.nan
    whole = values[np.isfinite(values)].astype(float)
    found = summary(values)
    assert found.mean == pytest.approx(whole.mean(), rel=1e-12) and found.std == pytest.approx(whole.std(), rel=1e-9)
    assert found.rms == pytest.approx(np.sqrt((whole**2).mean()), rel=1e-12)
    assert (found.low, found.high) == (whole.min(), whole.max()) and found.zero == 5 / values.size and found.bad == 1
