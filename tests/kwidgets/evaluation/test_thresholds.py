import numpy as np
import pytest

from kwidgets.evaluation.thresholds import precision_recall, roc

from .figures_of_sklearn import FIGURES, samples


def by_hand(is_class, given):
    """Rates and precision at each probability that occurs, by counting."""
    rows = []
    for threshold in sorted(set(given.tolist()), reverse=True):
        taken = given >= threshold
        found = (taken & is_class).sum()
        rows.append(((taken & ~is_class).sum() / (~is_class).sum(), found / is_class.sum(), found / taken.sum()))
    return np.array(rows).T


@pytest.mark.parametrize("number", range(samples.CLASSES - 1))
def test_curves_and_areas_are_scikit_learns_and_those_of_counting(number):
    is_class, given = number == samples.TRUE, samples.PROBABILITIES[:, number]
    first, second = roc(is_class, given), precision_recall(is_class, given)
    false_rate, true_rate, precision = by_hand(is_class, given)
    np.testing.assert_allclose(
        np.stack([first.false_rate, first.true_rate])[:, 1:], [false_rate, true_rate], rtol=1e-12
    )
    np.testing.assert_allclose(np.stack([first.false_rate, first.true_rate]), FIGURES[f"roc_{number}"], rtol=1e-12)
    np.testing.assert_allclose(second.precision[1:], precision, rtol=1e-12)
    np.testing.assert_allclose(np.stack([second.precision, second.recall]), FIGURES[f"pr_{number}"], rtol=1e-12)
    np.testing.assert_allclose([first.area, second.average], FIGURES[f"areas_{number}"], rtol=1e-12)
    assert first.how and second.how and first.thresholds[0] == np.inf and (np.diff(first.thresholds) < 0).all()


def test_the_area_is_the_chance_that_one_of_the_class_is_ranked_above_another():
    is_class, given = samples.TRUE == 0, samples.PROBABILITIES[:, 0]
    pairs = given[is_class][:, None] - given[~is_class][None]
    assert roc(is_class, given).area == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2, rel=1e-12)


def test_there_is_no_curve_of_one_class_alone_or_of_no_sample():
    assert roc(np.ones(4), np.arange(4.0)) is None and roc(np.zeros(4), np.arange(4.0)) is None
    assert precision_recall(np.zeros(4), np.arange(4.0)) is None
    assert roc(np.zeros(0), np.zeros(0)) is None and precision_recall(np.zeros(0), np.zeros(0)) is None


def test_probabilities_that_are_no_numbers_are_left_out():
    whole = roc(np.array([0, 1, 1]), np.array([0.2, 0.7, 0.1]))
    assert roc(np.array([0, 1, 1, 1]), np.array([0.2, 0.7, 0.1, np.nan])).area == whole.area
