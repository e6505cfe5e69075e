import numpy as np
import pytest

from kwidgets.evaluation.output import OutputResults
from kwidgets.refused import Refused

from .figures_of_sklearn import samples


@pytest.fixture
def digits():
    rows = np.arange(samples.SAMPLES) * 2
    return OutputResults("digit", None, samples.TRUE, samples.PROBABILITIES, rows, ["a", "b", "c", "d"])


def test_a_cells_samples_come_by_their_numbers_the_surest_first(digits):
    rows = digits.cell(1, 2)
    places = rows // 2
    assert (samples.TRUE[places] == 1).all() and (samples.PREDICTED[places] == 2).all()
    assert len(rows) == digits.confusion.counts[1, 2] > 1
    assert (np.diff(samples.PROBABILITIES[places, 2]) <= 0).all()


def test_the_worst_are_those_of_the_largest_loss(digits):
    worst = digits.worst(5)
    assert (np.diff(worst.losses) <= 0).all() and worst.losses[0] == digits.losses.max()
    assert digits.losses[worst.rows // 2].tolist() == worst.losses.tolist() and worst.how


def test_classes_go_by_number_and_by_name(digits):
    assert digits.roc("b").area == digits.roc(1).area
    assert digits.roc(3) is None, "no sample is of the last class"
    for wrong in ("x", 4, -1, True):
        with pytest.raises(Refused, match="no class"):
            digits.roc(wrong)


def test_a_figure_of_another_kind_is_refused_with_those_there_are(digits):
    with pytest.raises(Refused, match="confusion"):
        _ = digits.residuals
    amounts = OutputResults("rent", None, samples.AMOUNTS, samples.ESTIMATED[:, None])
    with pytest.raises(Refused, match="residuals"):
        _ = amounts.confusion
    assert amounts.interval() is not None and amounts.kind == "amounts" and amounts.missing == 0


def test_time_steps_are_places_of_their_sample():
    true = np.array([[0, 1, 1], [1, 1, 1]])
    given = np.eye(2)[np.array([[0, 1, 0], [0, 0, 1]])]
    results = OutputResults("tags", None, true, given)
    assert results.confusion.counts.tolist() == [[1, 0], [3, 2]]
    assert results.cell(1, 0).tolist() == [0, 1] and results.right.tolist() == [True, False]
    assert results.accuracy == pytest.approx(0.5)


def test_labels_have_a_table_and_no_matrix():
    results = OutputResults("tags", None, samples.FLAGS, samples.GIVEN)
    assert results.kind == "labels"
    flags = (samples.GIVEN >= 0.5) == samples.FLAGS
    assert results.accuracy == pytest.approx(flags.mean()) and (results.right == flags.all(1)).all()
    assert results.roc(0) is not None and results.calibration().counts.sum() == samples.FLAGS.size


def test_two_classes_by_one_value():
    results = OutputResults("yes", None, np.array([0, 1, 1, 0]), np.array([[0.2], [0.9], [0.4], [0.5]]))
    assert results.confusion.counts.tolist() == [[2, 0], [1, 1]]
    np.testing.assert_allclose(results.probabilities[:, 1], [0.2, 0.9, 0.4, 0.5])


def test_missing_classes_are_counted_and_left_out():
    results = OutputResults("digit", None, np.array([0.0, np.nan, 1.0]), np.eye(2)[[0, 1, 0]])
    assert results.missing == 1 and results.confusion.counts.sum() == 2 and np.isnan(results.losses[1])
    assert results.worst(3).rows.tolist() == [2, 0]
