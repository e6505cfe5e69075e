import numpy as np
import pytest

from engine import losses
from kwidgets.evaluation.kinds import meaning_of, numbers_of_classes, probabilities_of
from kwidgets.refused import Refused

SPARSE, CROSS, BINARY = "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"
SHARES = np.array([[0.2, 0.5, 0.3], [0.7, 0.2, 0.1]])
ONE_HOT = np.eye(3)[[1, 2]]


@pytest.mark.parametrize(
    ("loss", "targets", "predictions", "kind"),
    [
        (SPARSE, np.array([1, 2]), SHARES, "classes"),
        (SPARSE, np.array([[1], [2]]), SHARES, "classes"),
        (None, np.array([1, 2]), SHARES, "classes"),
        (CROSS, ONE_HOT, SHARES, "classes"),
        (None, ONE_HOT, SHARES, "classes"),
        (BINARY, ONE_HOT, SHARES, "classes"),
        (BINARY, ONE_HOT, np.array([[0.9, 0.8, 0.3], [0.1, 0.2, 0.1]]), "labels"),
        (BINARY, np.array([[1, 1, 0], [0, 0, 0]]), SHARES, "labels"),
        (BINARY, np.array([[1], [0]]), np.array([[0.8], [0.1]]), "classes"),
        (BINARY, np.array([1, 0]), np.array([[0.8], [0.1]]), "classes"),
        ("hinge", np.array([-1, 1]), np.array([[-2.0], [0.3]]), "classes"),
        ("mse", np.array([1.5, 0.2]), np.array([[0.8], [0.1]]), "amounts"),
        ("mse", np.array([[1.5, 2.0], [0.2, 1.0]]), np.array([[0.8, 1.0], [0.1, 1.0]]), "amounts"),
        ("mse", np.zeros((2, 4, 4, 1)) + 0.3, np.zeros((2, 4, 4, 1)), "amounts"),
        (SPARSE, np.array([[1, 2], [0, 0]]), np.stack([SHARES, SHARES]), "classes"),
    ],
)
def test_an_output_is_read_by_its_loss_and_its_values(loss, targets, predictions, kind):
    assert meaning_of(losses.get(loss), targets, predictions).kind == kind


@pytest.mark.parametrize(
    ("targets", "predictions", "says"),
    [
        (np.array(["a", "b"]), SHARES, "are no numbers"),
        (np.zeros((2, 5)), SHARES, "2×5"),
        (np.zeros(3), SHARES, "cannot be compared"),
        (np.array([1.5, 2.0]), SHARES, "cannot be compared"),
    ],
)
def test_what_cannot_be_compared_is_said(targets, predictions, says):
    with pytest.raises(Refused, match=says):
        meaning_of(None, targets, predictions)


def test_logits_become_probabilities():
    logits = np.array([[1.0, 800.0, 3.0], [-1e4, 0.0, 0.0]])
    soft = meaning_of(losses.CategoricalCrossentropy(from_logits=True), ONE_HOT, logits)
    given = probabilities_of(soft, logits)
    np.testing.assert_allclose(given, [[0, 1, 0], [0, 0.5, 0.5]], atol=1e-12)
    one = meaning_of(losses.BinaryCrossentropy(from_logits=True), np.array([0, 1]), np.array([[0.0], [2.0]]))
    np.testing.assert_allclose(
        probabilities_of(one, np.array([[0.0], [2.0]]))[:, 1], [0.5, 1 / (1 + np.exp(-2))], rtol=1e-12
    )


def test_missing_targets_name_no_class():
    sparse = meaning_of(losses.get(SPARSE), np.array([1, 2]), SHARES)
    assert numbers_of_classes(sparse, np.array([1.0, np.nan, 7.0])).tolist() == [1, -1, -1]
    spread = meaning_of(losses.get(CROSS), ONE_HOT, SHARES)
    assert numbers_of_classes(spread, np.array([[0, 1, 0], [0, 0, 0], [np.nan, 0, 1]])).tolist() == [1, -1, -1]
    signed = meaning_of(losses.get("hinge"), np.array([-1, 1]), np.array([[-2.0], [0.3]]))
    assert numbers_of_classes(signed, np.array([[-1], [1]])).tolist() == [0, 1]


def test_names_of_classes_are_taken_where_there_are_as_many():
    assert list(meaning_of(None, np.array([1, 2]), SHARES, ["a", "b", "c"]).classes) == ["a", "b", "c"]
    assert list(meaning_of(None, np.array([1, 2]), SHARES, ["a"]).classes) == ["0", "1", "2"]
