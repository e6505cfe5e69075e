import json

import numpy as np
import pytest

from engine.layers import Dense, Flatten, Input
from engine.models import Model, Sequential
from kwidgets import Results
from kwidgets.refused import Refused

from .wire import Wire

pytestmark = pytest.mark.usefixtures("small_bundle")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 8, 8, 1)).astype("float32")
Y = (X.mean((1, 2, 3)) > 0).astype(int) + (X[:, 0, 0, 0] > 1)


@pytest.fixture
def model():
    made = Sequential([Flatten(input_shape=(8, 8, 1)), Dense(3, activation="softmax", name="digit")])
    made.compile("adam", "sparse_categorical_crossentropy")
    made.fit(X, Y[:, None], epochs=3, verbose=0)
    return made


@pytest.fixture
def results(model):
    made = Results(model, X, Y, classes=["low", "high", "corner"])
    yield made
    made.close()


def test_every_figure_is_an_array(results, model):
    predicted = model.predict(X).argmax(1)
    assert results.confusion.counts.sum() == 400 and results.classes == ["low", "high", "corner"]
    assert results.accuracy == pytest.approx((predicted == Y).mean()) and results.kind == "classes"
    assert results.right.sum() == (predicted == Y).sum() and results.rows.tolist() == list(range(400))
    assert results.losses.mean() == pytest.approx(model.evaluate(X, Y[:, None], verbose=0), rel=1e-5)
    assert results.probabilities.shape == (400, 3) and results.predictions.shape == (400, 3)
    assert results.by_class.recall.shape == (3,) and results.calibration().counts.sum() == 400
    assert results.roc("corner").area == results.roc(2).area and results.precision_recall(0).average > 0.3
    assert results.worst(3).rows[0] == results.losses.argmax() and results.targets is not None
    with pytest.raises(Refused, match="have no such figure"):
        results.interval()
    with pytest.raises(Refused, match="have no such figure"):
        _ = results.residuals


def test_two_models_are_compared(results):
    other = Sequential([Flatten(input_shape=(8, 8, 1)), Dense(3, activation="softmax", name="digit")])
    other.compile("adam", "sparse_categorical_crossentropy")
    found = results.against(Results(other, X, Y))
    assert len(found.gained) + len(found.lost) + found.both + found.neither == 400


def test_pictures_are_written_by_their_ending(results, tmp_path):
    tmp_path = tmp_path / "pictures"
    tmp_path.mkdir()
    for ending in ("png", "svg", "pdf"):
        results.save(tmp_path / f"roc.{ending}", "roc", of="high")
        assert (tmp_path / f"roc.{ending}").stat().st_size > 1000
    with pytest.raises(Refused, match="no picture 'gif'"):
        results.save(tmp_path / "roc.gif")
    assert sorted(one.suffix for one in tmp_path.iterdir()) == [".pdf", ".png", ".svg"]


def test_one_output_of_several_by_its_name():
    x = Input((4,))
    made = Model(x, [Dense(3, activation="softmax", name="kind")(x), Dense(1, name="size")(x)])
    made.compile("sgd", ["sparse_categorical_crossentropy", "mse"])
    values = RNG.normal(size=(50, 4))
    results = Results(made, values, {"kind": np.arange(50) % 3, "size": values.sum(1)})
    assert results.outputs == ["kind", "size"]
    assert results["kind"].confusion.counts.sum() == 50 and len(results["size"].residuals.values) == 50
    assert len(results["size"].interval(0.5).how) > 10
    with pytest.raises(Refused, match="1 array is given for kind, size"):
        Results(made, values, [np.arange(50) % 3])
    with pytest.raises(Refused, match=r"results\['name'\]"):
        _ = results.confusion


def test_what_does_not_fit_is_said(model):
    with pytest.raises(Refused, match="400 samples and 3 targets"):
        Results(model, X, Y[:3])
    with pytest.raises(Refused, match="2 samples and 400 targets"):
        Results(model, [X, X], Y)
    with pytest.raises(Refused, match=r"no array for flatten_\d+_input"):
        Results(model, {"other": X}, Y)
    with pytest.raises(Refused, match="no targets"):
        _ = Results(model, X).accuracy
    with pytest.raises(Refused, match="are no numbers"):
        _ = Results(model, X, np.array(["a"] * 400)).kind
    wrong = Results(model, X[:, :4], Y)
    with pytest.raises(Refused, match="takes 8×8×1"):
        _ = wrong.predictions


def test_a_frame_and_lists_are_taken(model):
    pandas = pytest.importorskip("pandas")
    made = Sequential([Dense(1, input_shape=(2,), name="rent")])
    made.compile("sgd", "mse")
    frame = pandas.DataFrame({"a": [1.0, 2, 3], "b": [3.0, 2, 1]})
    assert len(Results(made, frame, [1.0, 2.0, 3.0]).losses) == 3
    assert len(Results(made, [[1.0, 2.0], [2.0, 1.0]], [1.0, 2.0]).losses) == 2


def test_a_cell_shows_a_view_that_answers(results):
    wire = Wire(results.view)
    answer = wire.say("results")
    assert answer["ok"] and answer["of"] == "given" and answer["rows"] == 400 and answer["output"] == "digit"
    json.dumps(answer)
    sheet = results.view.sheet()
    assert "400 samples" in sheet.title and "accuracy" in sheet.line and sheet.figure is not None


def test_results_without_targets_show_what_can_be_tried(model):
    wire = Wire(Results(model, X).view)
    answer = wire.say("results")
    assert answer["views"] == [] and answer["tries"]["kind"] == "picture" and "no targets" in answer["notes"][0]
