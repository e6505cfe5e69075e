import numpy as np
import pytest

from kwidgets.evaluation.output import OutputResults
from kwidgets.evaluation.pictures import MIME, OF_VIEWS, PICTURES, first_picture, picture
from kwidgets.refused import Refused

from .figures_of_sklearn import samples

CLASSES = OutputResults("digit", None, samples.TRUE, samples.PROBABILITIES, classes=["a", "$b", "c_d", "<i>"])
AMOUNTS = OutputResults("rent", None, samples.AMOUNTS, samples.ESTIMATED[:, None])
LABELS = OutputResults("tags", None, samples.FLAGS, samples.GIVEN)
STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.mark.parametrize("format", MIME)
def test_a_picture_is_a_file_of_its_format_and_the_same_each_time(format):
    made = picture(CLASSES, "confusion", format)
    assert made.startswith(STARTS[format]) and made == picture(CLASSES, "confusion", format)


@pytest.mark.parametrize("what", [name for name in PICTURES if name != "residuals"])
def test_each_picture_of_classes_is_drawn(what):
    assert len(picture(CLASSES, what, "png")) > 1000


def test_amounts_and_labels_have_theirs():
    assert picture(AMOUNTS, first_picture(AMOUNTS), "svg") and picture(LABELS, first_picture(LABELS), "svg")
    assert set(OF_VIEWS.values()) <= set(PICTURES)


def test_what_there_is_not_is_said():
    with pytest.raises(Refused, match="no picture 'x'"):
        picture(CLASSES, "x", "png")
    with pytest.raises(Refused, match="no picture 'gif'"):
        picture(CLASSES, "confusion", "gif")
    with pytest.raises(Refused, match="no such figure"):
        picture(CLASSES, "residuals", "png")


def test_a_class_without_samples_and_a_thousand_classes_are_drawn():
    assert picture(CLASSES, "roc", "svg", 3) and picture(CLASSES, "precision_recall", "svg", "<i>")
    many = OutputResults("many", None, np.arange(1000) % 1000, np.eye(1000)[np.arange(1000)[::-1]])
    assert picture(many, "confusion", "png") and picture(many, "by_class", "png")
