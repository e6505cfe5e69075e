"""What the Results page is told, by the whole wire of a view."""

import json
import typing

import numpy as np
import pytest

from engine.layers import LSTM, Conv2D, Dense, Embedding, Flatten
from engine.models import Sequential
from kwidgets import Results
from kwidgets.gestures import Gestures
from tests.kwidgets.wire import Wire
from tests.records import misfit

pytestmark = pytest.mark.usefixtures("small_bundle")
RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 8, 8, 1)).astype("float32")
Y = (X.mean((1, 2, 3)) > 0).astype(int) + (X[:, 0, 0, 0] > 1)


def wire_of(model, x, y=None, **settings):
    results = Results(model, x, y, **settings)
    if y is not None:
        assert len(results.predictions) == len(x)
    return Wire(results.view)


@pytest.fixture(scope="module")
def digits():
    model = Sequential(
        [
            Conv2D(12, 3, activation="relu", input_shape=(8, 8, 1), name="conv"),
            Flatten(),
            Dense(3, activation="softmax", name="digit"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, Y[:, None], epochs=3, verbose=0)
    return model


@pytest.fixture
def wire(digits):
    return wire_of(digits, X, Y, classes=["low", "high", "corner"])


def fits(gesture, answer):
    kind = typing.get_args(typing.get_type_hints(Gestures)[gesture])[1]
    told = {key: value for key, value in answer.items() if key not in ("id", "ok")}
    json.dumps(told)
    return misfit(told, kind)


def test_answers_are_as_the_table_of_messages_says(wire):
    of = {"of": "given", "output": "digit"}
    questions = [
        ("results", {}),
        *[
            ("result_view", {**of, "view": view, "one": 1})
            for view in ("confusion", "worst", "curves", "calibration", "by_class")
        ],
        ("result_samples", {**of, "group": "cell", "true": 0, "predicted": 1}),
        ("result_samples", {**of, "group": "worst"}),
        ("result_samples", {**of, "group": "near", "rows": [5]}),
        ("result_inside", {**of, "row": 7}),
    ]
    for gesture, details in questions:
        answer = wire.say(gesture, **details)
        assert answer.get("ok"), answer
        assert fits(gesture, answer) is None, gesture


def test_the_first_view_concludes(wire, digits):
    answer = wire.say("results")
    figures = {one["label"]: one for one in answer["figures"]}
    predicted = digits.predict(X).argmax(1)
    right = int((predicted == Y).sum())
    assert figures["accuracy"]["below"] == f"{right} of 300 right" and all(one["how"] for one in answer["figures"])
    assert answer["views"][0] == "confusion" and answer["whole"] and answer["done"] == 300
    assert answer["outputs"][0]["classes"] == ["low", "high", "corner"] and answer["notes"] == []


def test_a_cell_leads_to_its_samples_and_one_of_them_inside(wire, digits):
    of = {"of": "given", "output": "digit"}
    counts = wire.say("result_view", **of, view="confusion")["confusion"]["counts"]
    group = wire.say("result_samples", **of, group="cell", true=0, predicted=1)
    assert group["total"] == counts[0][1] and group["title"] == "low taken for high"
    assert group["inputs"][0]["facts"]["kind"] == "pictures" and len(group["captions"]) == len(group["rows"])
    row = group["rows"][0] if group["rows"] else 0
    inside, buffers = wire.say_for_bytes("result_inside", **of, row=row)
    given = digits.predict(X[[row]])[0]
    assert inside["outputs"][0]["chances"][0]["share"] == pytest.approx(given.max(), rel=1e-4)
    layers = {look["layer"]: look for look in inside["layers"]}
    panels = layers["conv"]["panels"]
    assert [panel["kind"] for panel in panels] == ["map"] * 8 and layers["conv"]["total"] == 12
    assert len(buffers) == sum(len(look["panels"]) for look in inside["layers"])
    assert len(buffers[0]) == panels[0]["width"] * panels[0]["height"]
    assert inside["truth"] == ["low", "high", "corner"][Y[row]]


def test_pages_of_samples_follow_each_other(wire):
    first = wire.say("result_samples", of="given", output="digit", group="worst")
    second = wire.say("result_samples", of="given", output="digit", group="worst", first=24)
    assert len(first["rows"]) == 24 and not set(first["rows"]) & set(second["rows"]) and first["total"] == 300


def test_samples_are_marked_and_unmarked(wire):
    assert wire.say("mark_samples", of="given", rows=[3, 5, -1, "x"], marked=True)["ok"]
    marked = wire.say("result_samples", of="given", output="digit", group="marked")
    assert marked["rows"] == [3, 5] and marked["marked"] == [True, True] and wire.say("results")["marked"] == 2
    wire.say("mark_samples", of="given", rows=[3], marked=False)
    assert wire.say("results")["marked"] == 1
    assert "Nothing is trained here" in wire.say("leave_out", of="given", back=False)["refused"]


def test_a_view_is_a_file(wire):
    for format, start in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        answer, buffers = wire.say_for_bytes(
            "result_picture", of="given", output="digit", view="curves", one=1, format=format
        )
        assert answer["filename"] == f"curves.{format}" and bytes(buffers[0]).startswith(start)
    assert (
        "no picture" in wire.say("result_picture", of="given", output="digit", view="curves", format="exe")["refused"]
    )


@pytest.mark.parametrize(
    ("gesture", "details", "says"),
    [
        ("result_view", {"of": "other", "output": "digit", "view": "confusion"}, "no set 'other'"),
        ("result_view", {"of": "given", "output": "other", "view": "confusion"}, "no output 'other'"),
        ("result_view", {"of": "given", "output": "digit", "view": "residuals"}, "no such figure"),
        ("result_view", {"of": "given", "output": "digit"}, "no such figure"),
        ("result_samples", {"of": "given", "output": "digit", "group": "cell", "true": 9, "predicted": 0}, "no class"),
        ("result_samples", {"of": "given", "output": "digit", "group": "gained", "run": "x"}, "no other run"),
        ("result_inside", {"of": "given", "output": "digit", "row": 300}, "no sample 300"),
        ("result_inside", {"of": "given", "output": "digit", "row": "x"}, "no sample 'x'"),
        ("result_try", {"of": "given", "kind": "picture"}, "No picture"),
        ("result_try", {"of": "given", "kind": "row"}, "cannot be given"),
    ],
)
def test_what_a_page_asks_wrongly_is_refused_in_words(wire, gesture, details, says):
    assert says in wire.say(gesture, **details)["refused"]


def tried(wire, pixels, **details):
    """As the page sends a picture."""
    height, width = pixels.shape[:2]
    wire._number += 1
    number = f"m{wire._number}"
    message = {"do": "result_try", "id": number, "of": "given", "kind": "picture", "height": height, "width": width}
    wire.view._handle_custom_msg({**message, **details}, [memoryview(pixels.tobytes())])
    assert wire.view.settled(60)
    return next(content for content, _ in wire.sent if content.get("id") == number)


def test_a_drawing_is_tried_and_what_the_network_saw_is_shown(wire, digits):
    pixels = np.zeros((192, 192, 4), np.uint8)
    pixels[60:120, 80:110, 3] = 255
    answer = tried(wire, pixels, drawn=True)
    assert answer["ok"] and fits("result_try", answer) is None
    assert answer["seen"][0]["facts"]["kind"] == "pictures" and len(answer["seen"][0]["facts"]["samples"][0]) == 8
    assert sum(one["share"] for one in answer["outputs"][0]["chances"]) == pytest.approx(1.0, abs=1e-4)


def test_amounts_have_residuals_with_an_interval_and_a_row_is_typed():
    model = Sequential([Dense(1, input_shape=(3,), name="rent")])
    model.compile("sgd", "mse")
    x = RNG.normal(size=(400, 3)).astype("float32")
    y = (x.sum(1) + RNG.normal(size=400) * 0.1).astype("float32")
    wire = wire_of(model, x, y)
    answer = wire.say("results")
    assert answer["views"] == ["residuals", "worst", "against"]
    assert {"mean absolute error", "90 % lie within"} <= {one["label"] for one in answer["figures"]}
    view = wire.say("result_view", of="given", output="rent", view="residuals")
    assert fits("result_view", view) is None and len(view["residuals"]["points"]) == 400
    assert sum(view["residuals"]["histogram"]) == 400 and view["residuals"]["interval"] is not None
    told = wire.say("result_try", of="given", kind="numbers", numbers="1 2 3")
    assert float(told["outputs"][0]["value"]) == pytest.approx(
        float(model.predict(np.array([[1.0, 2, 3]]))[0, 0]), rel=1e-3
    )


def test_texts_of_word_numbers_and_series_are_drawn_as_what_they_are():
    model = Sequential([Embedding(50, 4, input_length=6), LSTM(5), Dense(1, activation="sigmoid", name="liked")])
    model.compile("adam", "binary_crossentropy")
    x, y = RNG.integers(0, 50, (60, 6)), RNG.integers(0, 2, 60)
    wire = wire_of(model, x, y)
    group = wire.say("result_samples", of="given", output="liked", group="worst")
    assert group["inputs"][0]["facts"]["samples"][0] == x[group["rows"][0]].tolist()
    inside = wire.say("result_inside", of="given", output="liked", row=0)
    assert [look["panels"][0]["kind"] for look in inside["layers"]] == ["map", "bars", "bars"]
    series = Sequential([LSTM(3, input_shape=(20, 2)), Dense(1, name="next")])
    series.compile("adam", "mse")
    wire = wire_of(series, RNG.normal(size=(50, 20, 2)), RNG.normal(size=50))
    assert (
        wire.say("result_samples", of="given", output="next", group="worst")["inputs"][0]["facts"]["kind"] == "series"
    )


def test_one_class_only_and_missing_labels_are_notes(digits):
    wire = wire_of(digits, X[:50], np.ones(50, int))
    answer = wire.say("results")
    assert any("one class" in note for note in answer["notes"])
    curves = wire.say("result_view", of="given", output="digit", view="curves", one=1)["curves"]
    assert curves["roc"] is None and "no ROC" in curves["says"] and curves["precision_recall"] is not None
    labels = Y[:50].astype(float)
    labels[3] = np.nan
    assert any("1 target is missing" in note for note in wire_of(digits, X[:50], labels).say("results")["notes"])


def test_a_thousand_classes_are_a_bounded_picture():
    model = Sequential([Dense(1000, activation="softmax", input_shape=(4,), name="word")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    wire = wire_of(model, RNG.normal(size=(500, 4)), RNG.integers(0, 1000, 500))
    view = wire.say("result_view", of="given", output="word", view="confusion")["confusion"]
    assert len(view["counts"]) == 32 and view["more"] == 968
    assert len(wire.say("result_view", of="given", output="word", view="by_class")["by_class"]) == 1000
