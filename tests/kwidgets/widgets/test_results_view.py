from datetime import datetime

import numpy as np
import pytest

from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Results
from kwidgets.widgets.sheet import draw
from tests.kwidgets.wire import LONG, until

pytestmark = pytest.mark.usefixtures("small_bundle")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4))


@pytest.fixture
def model():
    made = Sequential([Dense(3, activation="softmax", input_shape=(4,), name="kind")])
    made.compile("adam", "sparse_categorical_crossentropy")
    return made


def test_a_saved_notebook_holds_the_figures_and_the_first_picture(model):
    results = Results(model, X, np.arange(300) % 3, classes=["a", "b", "c"])
    assert len(results.losses) == 300
    sheet = results.view.sheet()
    assert "300 samples" in sheet.title and "accuracy" in sheet.line and "calibration" in sheet.line
    picture = draw(sheet, "widget 1")
    assert picture.png.startswith(b"\x89PNG") and picture.height > 400
    without = draw(Results(model, X).view.sheet(), "widget 1")
    assert without.height < picture.height
    assert "look closer" in results.view.sentence(datetime(2026, 11, 30, 12, 0))
    results.close()


def test_the_picture_is_another_once_all_samples_are_there(model):
    view = Results(model, RNG.normal(size=(5000, 4)), np.arange(5000) % 3).view
    until(lambda: "so far" not in view.sheet().line and view.sheet().figure is not None, LONG)
    assert view.sheet() == view.sheet()


def test_what_cannot_be_predicted_or_judged_is_a_line_of_the_picture(model):
    wrong = Results(model, X[:, :3], np.arange(300) % 3).view
    until(lambda: "takes 4" in wrong.sheet().line, LONG, lambda: wrong.sheet().line)
    unlabelled = Results(model, X).view
    until(lambda: "no targets" in unlabelled.sheet().line, LONG)
    assert draw(unlabelled.sheet(), "widget 1").png
