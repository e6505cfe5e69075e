import numpy as np
import pytest

from kwidgets.evaluation.classes import by_class, by_label, confusion_matrix
from kwidgets.refused import Refused

from .figures_of_sklearn import FIGURES, samples

NAMES = [str(number) for number in range(samples.CLASSES)]


def test_the_matrix_is_scikit_learns_and_a_loops():
    found = confusion_matrix(samples.TRUE, samples.PREDICTED, NAMES)
    counts = np.zeros((samples.CLASSES, samples.CLASSES), int)
    for true, predicted in zip(samples.TRUE, samples.PREDICTED, strict=True):
        counts[true, predicted] += 1
    assert (found.counts == counts).all() and (found.counts == FIGURES["confusion"]).all() and found.how


def test_a_cells_samples_are_those_that_were_counted():
    found = confusion_matrix(samples.TRUE, samples.PREDICTED, NAMES)
    for true in range(samples.CLASSES):
        for predicted in range(samples.CLASSES):
            places = found.samples(true, predicted)
            assert len(places) == found.counts[true, predicted]
            assert (samples.TRUE[places] == true).all() and (samples.PREDICTED[places] == predicted).all()


def test_the_table_by_class_is_scikit_learns_with_no_value_where_there_is_none():
    found = by_class(samples.TRUE, samples.PREDICTED, NAMES)
    for name in ("precision", "recall", "f1", "support"):
        np.testing.assert_allclose(getattr(found, name), FIGURES[f"class_{name}"], rtol=1e-12, err_msg=name)
    # No sample is of the last class.
    assert np.isnan(found.recall[-1]) and found.support[-1] == 0 and found.how
    assert found.weakest == int(np.nanargmin(FIGURES["class_recall"]))


def test_the_table_by_label_is_scikit_learns():
    found = by_label(samples.FLAGS, samples.GIVEN >= 0.5, ["a", "b", "c"])
    for name in ("precision", "recall", "f1", "support"):
        np.testing.assert_allclose(getattr(found, name), FIGURES[f"label_{name}"], rtol=1e-12, err_msg=name)


def test_without_samples_no_class_is_the_weakest():
    nothing = np.zeros(0, np.int64)
    assert by_class(nothing, nothing, NAMES).weakest is None


def test_a_matrix_of_very_many_classes_is_refused_and_the_table_is_there():
    names = [str(number) for number in range(5000)]
    numbers = np.arange(5000)
    with pytest.raises(Refused, match="at most 4,096"):
        confusion_matrix(numbers, numbers, names)
    assert by_class(numbers, numbers, names).recall.tolist() == [1.0] * 5000
