import numpy as np
import pytest

from kwidgets.evaluation.calibration import calibration

from .figures_of_sklearn import FIGURES, samples


def test_bins_are_scikit_learns():
    found = calibration(samples.GIVEN[:, 0], samples.FLAGS[:, 0])
    there = found.counts > 0
    right, stated = FIGURES["calibration"]
    np.testing.assert_allclose(found.right[there], right, rtol=1e-12)
    np.testing.assert_allclose(found.stated[there], stated, rtol=1e-12)


def test_the_error_is_that_of_a_loop():
    stated, right = samples.GIVEN[:, 1], samples.FLAGS[:, 1]
    total = 0.0
    for low, high in zip(np.linspace(0, 1, 11)[:-1], np.linspace(0, 1, 11)[1:], strict=True):
        inside = (stated > low) & (stated <= high) if low > 0 else stated <= high
        if inside.any():
            total += inside.mean() * abs(stated[inside].mean() - right[inside].mean())
    found = calibration(stated, right)
    assert found.error == pytest.approx(total, rel=1e-12) and found.counts.sum() == len(stated) and "10" in found.how


def test_an_empty_bin_and_no_sample_have_no_value():
    found = calibration(np.array([0.95]), np.array([1]))
    assert np.isnan(found.right[:9]).all() and found.right[9] == 1.0
    assert np.isnan(calibration(np.zeros(0), np.zeros(0)).error)
