import numpy as np
import pytest

from kwidgets.evaluation.amounts import interval, residuals

from .figures_of_sklearn import FIGURES, samples


def test_errors_are_scikit_learns():
    found = residuals(samples.AMOUNTS, samples.ESTIMATED)
    errors = [found.absolute_error, found.root_squared_error, found.explained]
    np.testing.assert_allclose(errors, FIGURES["errors"], rtol=1e-12)
    assert found.mean == pytest.approx((samples.AMOUNTS - samples.ESTIMATED).mean()) and found.how


def test_missing_amounts_are_left_out_and_equal_ones_explain_nothing():
    found = residuals(np.array([1.0, np.nan, 3.0]), np.array([[1.0], [2.0], [np.inf]]))
    assert found.values.tolist() == [0.0]
    assert np.isnan(residuals(np.ones(3), np.zeros(3)).explained)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_an_interval_holds_at_least_its_share_of_new_samples(level):
    rng = np.random.default_rng(0)
    held = []
    for _ in range(300):
        drawn = rng.standard_cauchy(201)
        found = interval(residuals(drawn[:200], np.zeros(200)), level)
        held.append(found.low <= drawn[200] <= found.high)
    # The mean over 300 draws; the share holds exactly, whatever the distribution.
    assert np.mean(held) >= level - 4 * (level * (1 - level) / 300) ** 0.5


def test_an_interval_covers_its_own_samples_by_count_and_needs_enough_of_them():
    found = interval(residuals(np.arange(99.0), np.zeros(99)), 0.9)
    assert (found.low, found.high) == (4.0, 94.0) and found.covered == pytest.approx(91 / 99) and "90 %" in found.how
    assert interval(residuals(np.arange(10.0), np.zeros(10)), 0.9) is None
    assert interval(residuals(np.zeros(0), np.zeros(0))) is None
