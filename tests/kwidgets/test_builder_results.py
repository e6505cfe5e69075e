"""Results of a builder: on its sets of samples, against its other runs, by hand through its data's steps, without some samples."""

import numpy as np
import pytest

from engine.layers import Dense, Embedding, Flatten, GlobalAveragePooling1D
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.refused import Refused

from .wire import ENDLESS, LONG, Wire

pytestmark = pytest.mark.usefixtures("small_bundle")
RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(240, 8, 8, 1)).astype("float32")
NUMBERS = (IMAGES.mean((1, 2, 3)) > 0).astype(int)
OF = {"of": "test", "output": "digit"}


def train(builder, **settings):
    if settings:
        builder.document.do({"do": "set_training", **settings})
    builder.start("again")
    assert builder.session.wait(LONG) and builder.session.state == "finished", builder.session.error


@pytest.fixture
def digits():
    """A small net on 200 images with 40 for the test; trained for 2 epochs, a quarter validates."""
    arrays = {
        "x_train": IMAGES[:200],
        "y_train": NUMBERS[:200],
        "x_test": IMAGES[200:],
        "y_test": NUMBERS[200:],
    }
    model = Sequential([Flatten(input_shape=(8, 8, 1), name="flat"), Dense(2, activation="softmax", name="digit")])
    model.compile("adam", "sparse_categorical_crossentropy")
    builder = Builder(model, arrays=arrays)
    builder.document.do({"do": "set_training", "epochs": 2, "validation_split": 0.25, "seed": 1})
    yield builder
    builder.close()
    assert builder.session.wait(LONG)


def results_of(wire, **details):
    answer = wire.say("results", **details)
    while answer.get("ok") and not answer["whole"]:
        answer = wire.say("results", **details)
    return answer


def test_before_a_training_there_is_a_sentence_and_after_it_all_figures(digits):
    fresh = Builder(digits.to_yaml(), arrays={"x_train": IMAGES, "y_train": NUMBERS}, keep=False)
    assert "nothing is trained" in Wire(fresh.view).say("results")["refused"]
    with pytest.raises(Refused, match="nothing is trained"):
        _ = fresh.results
    fresh.close()
    wire = Wire(digits.view)
    train(digits)
    answer = results_of(wire)
    assert [(one["name"], one["rows"]) for one in answer["sets"]] == [("test", 40), ("validation", 50), ("train", 150)]
    predicted = digits.model.predict(IMAGES[200:]).argmax(1)
    assert digits.results.accuracy == pytest.approx((predicted == NUMBERS[200:]).mean())
    assert digits.results.confusion.counts.sum() == 40
    assert answer["figures"][0]["below"] == f"{(predicted == NUMBERS[200:]).sum()} of 40 right"


def test_the_sets_are_those_that_fit_had(digits):
    train(digits)
    wire = Wire(digits.view)
    history = digits.history.history
    loss = {one["name"]: results_of(wire, of=one["name"])["figures"][1]["value"] for one in results_of(wire)["sets"]}
    assert float(loss["validation"]) == pytest.approx(history["val_loss"][-1], rel=1e-3)
    model = digits.model
    assert float(loss["train"]) == pytest.approx(model.evaluate(IMAGES[:150], NUMBERS[:150, None], verbose=0), rel=1e-3)


def test_arrays_of_their_own_that_validate_are_the_validation_set(digits):
    own = {"x_train": "x_test", "y_train": "y_test"}
    digits.set_data(validation=own)
    train(digits)
    wire = Wire(digits.view)
    answer = results_of(wire, of="validation")
    assert [(one["name"], one["rows"]) for one in answer["sets"]][-2:] == [("validation", 40), ("train", 200)]
    assert float(answer["figures"][1]["value"]) == pytest.approx(digits.history.history["val_loss"][-1], rel=1e-3)


def test_other_weights_have_other_results_and_the_same_are_not_predicted_twice(digits):
    train(digits)
    wire = Wire(digits.view)
    first = results_of(wire)["stamp"]
    assert results_of(wire)["stamp"] == first
    train(digits, epochs=4)
    assert results_of(wire)["stamp"] != first


def test_a_changed_model_has_none_until_it_is_trained(digits):
    train(digits)
    wire = Wire(digits.view)
    node = next(card["id"] for card in wire.cards() if card["layer"] == "flat")
    assert wire.say("add", class_name="Dense", after=node, settings={"units": 7})["ok"]
    assert "was changed since" in wire.say("results")["refused"]


def test_while_it_trains_the_results_are_those_of_the_moment(digits):
    digits.document.do({"do": "set_training", "epochs": ENDLESS})
    digits.start()
    wire = Wire(digits.view)
    answer = results_of(wire)
    assert answer["ok"] and answer["done"] == 40
    digits.session.stop()
    assert digits.session.wait(LONG)


def test_two_runs_are_compared_on_the_same_samples(digits):
    train(digits, learning_rate=0.05)
    first = digits.model.predict(IMAGES[200:]).argmax(1) == NUMBERS[200:]
    train(digits, learning_rate=1e-5)
    second = digits.model.predict(IMAGES[200:]).argmax(1) == NUMBERS[200:]
    wire = Wire(digits.view)
    rivals = results_of(wire)["rivals"]
    assert len(rivals) == 1 and "first run" in rivals[0]["title"]
    answer = wire.say("result_view", **OF, view="against", run=rivals[0]["run"])
    assert answer["ok"], answer
    found = answer["against"]
    assert (found["gained"], found["lost"]) == ((second & ~first).sum(), (first & ~second).sum())
    gone = wire.say("result_samples", **OF, group="lost", run=rivals[0]["run"])
    assert gone["rows"] == np.flatnonzero(first & ~second)[:24].tolist()
    assert wire.say("result_view", **OF, view="against", run="nothing")["refused"]


def test_marked_samples_are_left_out_of_the_next_training(digits):
    train(digits)
    wire = Wire(digits.view)
    wire.say("mark_samples", of="train", rows=[0, 7, 149], marked=True)
    assert "training set only" in wire.say("leave_out", of="test", back=False)["refused"]
    assert wire.say("leave_out", of="train", back=False)["ok"]
    answer = results_of(wire, of="train")
    assert (answer["left_out"], answer["marked"], answer["rows"]) == (3, 0, 150)
    train(digits)
    kept = np.delete(np.arange(200), [0, 7, 149])
    arrays = {"x_train": IMAGES[:200][kept], "y_train": NUMBERS[:200][kept]}
    other = Builder(digits.to_yaml(), arrays=arrays, keep=False)
    other.document.do({"do": "set_training", "validation_split": 49.5 / 197})
    train(other)
    for mine, theirs in zip(digits.model.get_weights(), other.model.get_weights(), strict=True):
        assert (mine == theirs).all()
    other.close()
    assert wire.say("leave_out", of="train", back=True)["ok"] and results_of(wire)["left_out"] == 0
    assert "No sample is marked" in wire.say("leave_out", of="train", back=False)["refused"]
    wire.say("mark_samples", of="train", rows=list(range(150)), marked=True)
    assert "All 150" in wire.say("leave_out", of="train", back=False)["refused"]


FLATS = "".join(
    f"{40 + i % 60},{('Bonn', 'Ulm')[i % 2]},{500 + 9 * (40 + i % 60) + 100 * (i % 2)}\n" for i in range(200)
)


@pytest.fixture
def flats(tmp_path):
    (tmp_path / "flats.csv").write_text("size,town,rent\n" + FLATS)
    model = Sequential([Dense(8, input_shape=(3,), name="hidden"), Dense(1, name="rent")])
    model.compile("adam", "mse")
    builder = Builder(model)
    builder.set_data(source=str(tmp_path / "flats.csv"))
    builder.document.do({"do": "set_training", "epochs": 30, "learning_rate": 0.05, "seed": 1})
    train(builder)
    yield builder
    builder.close()


def test_a_row_of_a_table_goes_through_its_steps_and_the_targets_are_undone(flats):
    wire = Wire(flats.view)
    answer = results_of(wire)
    assert answer["ok"], answer
    form = answer["tries"]
    assert form["kind"] == "row" and [one["name"] for one in form["columns"]] == ["size", "town"]
    assert "steps" in form["says"]
    told = wire.say("result_try", of="test", kind="row", row={"size": "80", "town": "Ulm"})
    assert told["ok"], told
    assert 1000 < float(told["outputs"][0]["value"]) < 1700
    assert told["seen"][0]["facts"]["kind"] == "numbers"
    assert (
        "takes a number" in wire.say("result_try", of="test", kind="row", row={"size": "x", "town": "Ulm"})["refused"]
    )


def test_residuals_are_in_the_unit_of_the_table(flats):
    found = flats.results.residuals
    assert 700 < found.true.min() < found.true.max() < 1600 and found.absolute_error < 200
    wire = Wire(flats.view)
    answer = results_of(wire)
    group = wire.say("result_samples", of="test", output=answer["output"], group="worst")
    rents = next(one["values"] for one in group["columns"] if one["name"] == "rent")
    assert float(group["captions"][0].split(",")[0]) == pytest.approx(float(rents[0]), rel=1e-3)


def test_samples_of_a_table_are_its_rows(flats):
    wire = Wire(flats.view)
    output = results_of(wire)["output"]
    group = wire.say("result_samples", of="test", output=output, group="worst")
    columns = {one["name"]: one["values"] for one in group["columns"]}
    assert set(columns) == {"size", "town", "rent"} and set(columns["town"]) <= {"Bonn", "Ulm"}
    row = wire.say("result_samples", of="test", output=output, group="near", rows=[group["rows"][0]])
    assert row["columns"][0]["values"] == [columns["size"][0]]
    wire.say("mark_samples", of="train", rows=[1], marked=True)
    assert "by a step" in wire.say("leave_out", of="train", back=False)["refused"]


def test_a_text_is_tried_as_its_column_has_it(tmp_path):
    words = ("splendid film with warm actors moving", "dull film with cold actors endless")
    lines = [f"A {words[i % 2]} to its last minute number {i},{('yes', 'no')[i % 2]}" for i in range(120)]
    (tmp_path / "reviews.csv").write_text("text,liked\n" + "\n".join(lines) + "\n")
    embedding = Embedding(10002, 4, input_length=100)
    model = Sequential([embedding, GlobalAveragePooling1D(), Dense(2, activation="softmax", name="liked")])
    model.compile("adam", "sparse_categorical_crossentropy")
    builder = Builder(model)
    tokens = {"step": "tokens", "columns": ["text"], "length": 100}
    source = {"kind": "table", "name": str(tmp_path / "reviews.csv"), "target": "liked", "inputs": ["text"]}
    steps = [tokens, {"step": "ordinal", "columns": ["liked"]}]
    builder.set_data(source={**source, "split": {"test": 0.1, "seed": 0}, "steps": steps})
    train(builder)
    wire = Wire(builder.view)
    answer = results_of(wire)
    assert answer["ok"], answer
    assert answer["tries"]["kind"] == "text" and answer["outputs"][0]["classes"] == ["no", "yes"]
    told = wire.say("result_try", of="test", kind="text", text="A splendid film")
    assert told["ok"] and told["outputs"][0]["value"] in ("yes", "no")
    builder.close()


def test_a_model_with_weights_of_a_file_has_results_before_it_is_trained_here(digits):
    train(digits)
    other = Builder(digits.model, arrays={"x_train": IMAGES[:200], "y_train": NUMBERS[:200]})
    answer = results_of(Wire(other.view))
    assert answer["ok"] and answer["of"] in ("validation", "train")
    other.close()
