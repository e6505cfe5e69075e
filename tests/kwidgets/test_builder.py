import gc
import json
import threading
import weakref

import numpy as np
import pytest

from kwidgets import Builder
from kwidgets.document import Refused

from .wire import ENDLESS, LONG, Wire, until

pytestmark = pytest.mark.usefixtures("small_bundle")


class Watched(np.ndarray):
    """An array that a weak reference can watch."""


@pytest.mark.parametrize("trains", ["never", "once", "still"])
def test_a_builder_that_was_closed_and_deleted_leaves_nothing_behind(builder, wire, trains):
    x = np.zeros((96, 4), "float32").view(Watched)
    before = set(threading.enumerate())
    mine = Builder(builder.to_yaml(), arrays={"x": x, "y": np.zeros((96, 2), "float32")})
    mine.set_data(source="notebook", inputs={"input_1": "x"}, targets={"dense_2": "y"})
    if trains == "still":
        mine.document.do({"do": "set_training", "epochs": ENDLESS})
    if trains != "never":
        mine.start()
    assert trains != "once" or mine.session.wait(LONG)
    parts = {"builder": mine, "view": mine.view, "session": mine.session, "document": mine.document, "x": x}
    parts |= {"forecaster": mine.forecaster} | ({"model": mine.session.model} if trains == "once" else {})
    kept = {part: weakref.ref(thing) for part, thing in parts.items()}
    mine.close()
    del mine, parts, x
    # Its threads end first, and only then is looked for what is left: a collection holds the interpreter, for seconds in a
    # process of millions of objects, and threads that get it for moments between two of them would take minutes to end.
    # The engine's workers are the process's own: a forecast of the other builder may just have called for one.
    until(lambda: all(thread in before or thread.name.startswith("engine-") for thread in threading.enumerate()))

    def left():
        gc.collect()
        return [part for part, ref in kept.items() if ref() is not None]

    until(lambda: left() == [], says=lambda: f"left: {left()}")


def test_layers_added_by_messages_are_seen_on_every_page(builder, wire):
    view = builder.view
    assert [card["class_name"] for card in wire.cards()] == ["InputLayer", "Dense", "Dense"]
    graph = wire.say("graph")
    assert graph["cards"][-1]["shape"] == [None, 2] and graph["head"]["totals"]["parameters"] == 58
    texts = wire.say("texts")["texts"]
    assert "dense_2" in texts["yaml"] and "Dense(" in texts["python"]
    assert view.data["source"] == "notebook" and view.data["inputs"] == {"input_1": "x"} and not view.data["problems"]
    assert view.training["epochs"] == 3
    assert view.catalogue["groups"] and view.view == "builder"


def test_a_page_that_opens_takes_no_change_from_the_pages_that_are_there(builder, wire):
    begun = wire.say("graph")
    wire.sent.clear()
    # The new page asks between a change and its sending.
    builder.document.listeners.insert(0, lambda change: builder.view._whole())
    wire.say("add", class_name="Dropout", after="dense_1@0")
    assert "dropout_1@0" in wire.followed(begun)["cards"]


def test_a_page_that_takes_every_change_has_what_a_new_page_gets(builder, wire):
    begun = wire.say("graph")
    wire.sent.clear()
    node = wire.say("add", class_name="Dropout", after="dense_1@0")["nodes"][0]
    wire.say("move", positions={node: [500, 300]})
    wire.say("rename", layer="dense_2", name="out")
    wire.say("remove", nodes=["dense_1@0"], heal=True)
    wire.say("undo")
    followed, whole = wire.followed(begun), wire.say("graph")
    assert list(followed["cards"].values()) == sorted(
        whole["cards"], key=lambda card: list(followed["cards"]).index(card["id"])
    )
    assert {part: followed[part] for part in ("head", "places", "order")} == {
        p: whole[p] for p in ("head", "places", "order")
    }
    assert followed["wires"] == {one["id"]: one for one in whole["wires"]}


def test_a_move_in_a_large_graph_is_a_small_message():
    builder = Builder(template="resnet50")
    try:
        wire = Wire(builder.view)
        wire.say("open_all", open=True)
        assert len(wire.say("graph")["cards"]) == 177
        wire.sent.clear()
        wire.say("move", positions={"fc1000@0": [5000, 5000]})
        change = next(content for content, _ in wire.sent if content.get("kind") == "graph")
        assert list(change["places"]) == ["fc1000@0"] and not change["cards"]
        assert len(change["wires"]) <= 2
    finally:
        builder.close()


def test_each_page_asks_for_the_form_of_what_it_has_chosen(builder, wire):
    def units(nodes):
        form = wire.say("form", nodes=nodes)["form"]
        return next(f["value"] for section in form["sections"] for f in section["fields"] if f["name"] == "units")

    assert (units(["dense_1@0"]), units(["dense_2@0"])) == (8, 2)
    wire.say("set", layers=["dense_1"], field="units", value=5)
    assert units(["dense_1@0"]) == 5
    wire.say("undo")
    assert units(["dense_1@0"]) == 8
    wire.say("remove", nodes=["dense_1@0"], heal=True)
    assert wire.say("form", nodes=["dense_1@0"])["form"] is None


def test_a_bad_value_is_refused_with_its_field_and_changes_nothing(builder, wire):
    before = builder.document.graph()
    reply = wire.say("set", layers=["dense_1"], field="units", value=-3)
    assert reply["field"] == "units" and reply["refused"]
    assert builder.document.graph() == before


def test_all_states_and_answers_are_plain_json(builder, wire):
    view = builder.view
    states = [view.catalogue, view.data, view.training, view.run, view.runs, view.forecast, view.blocks, view.log]
    answers = [
        wire.say("graph"),
        wire.say("form", nodes=["dense_1@0"]),
        wire.say("why", node="dense_1@0"),
        wire.say("texts"),
    ]
    json.dumps([states, answers], allow_nan=False)


def test_the_model_of_a_graph_with_problems_is_refused_in_words():
    with pytest.raises(Refused, match="empty"):
        _ = Builder().model


def test_a_template_comes_with_data_that_fits_and_can_be_started():
    builder = Builder(template="linear_regression")
    assert builder.view.data["source"] == "line" and not builder.view.data["problems"]
    builder.set_data(validation_split=0.1)
    builder.document.do({"do": "set_training", "epochs": 2})
    builder.start()
    assert builder.session.wait(LONG) and builder.session.state == "finished"


def test_a_template_for_digits_takes_the_ready_digits_and_the_loss_for_labels():
    pytest.importorskip("sklearn")
    builder = Builder(template="digits_perceptron")
    assert builder.view.data["source"] == "digits" and not builder.view.data["problems"]
    assert builder.view.data["targets"] == {"dense_2": "y_train"}
    assert builder.view.training["loss"] == {"dense_2": "sparse_categorical_crossentropy"}
    builder.document.do({"do": "set_training", "epochs": 2})
    builder.start()
    assert builder.session.wait(LONG) and builder.session.state == "finished", builder.session.error
    assert builder.history.history["acc"][-1] > 0.5


def test_a_file_of_arrays_is_opened_by_message(builder, wire, arrays, tmp_path):
    np.savez(tmp_path / "d.npz", a=arrays["x"], b=arrays["y"])
    assert wire.say("open_data", path=str(tmp_path / "d.npz"))["ok"]
    assert builder.view.data["source"] == str(tmp_path / "d.npz")
    assert builder.view.data["inputs"] == {"input_1": "a"} and builder.view.data["targets"] == {"dense_2": "b"}
    assert wire.say("start")["ok"]
    assert builder.session.wait(LONG) and builder.session.state == "finished"
    assert "no file" in wire.say("open_data", path="nowhere.npz")["refused"]


def test_a_builder_shows_itself_and_puts_no_picture_where_nothing_is_saved(builder):
    data, _ = builder._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert builder.view.still == 0


def test_a_still_picture_of_a_builder_shows_the_present_graph_and_its_run(builder):
    before = builder.view.sheet()
    assert [box.title for box in before.drawing.boxes] == ["Input", "Dense", "Dense"] and not before.pieces
    assert before == builder.view.sheet()
    builder.start()
    assert builder.session.wait(LONG)
    after = builder.view.sheet()
    assert after != before and after.line.startswith("finished after epoch 3 of 3, validation loss ")
    assert {piece.name for piece in after.pieces} >= {"loss"}
    builder.document.do({"do": "rename", "layer": "dense_1", "name": "first"})
    assert after != builder.view.sheet() and "first" in builder.view.sheet().carried


def test_a_closed_builder_shows_itself_as_plain_text():
    builder = Builder()
    builder.close()
    assert builder._repr_mimebundle_() is None


def test_a_template_from_the_page_takes_arrays_that_fit_in_one_step_of_undo():
    builder = Builder(arrays={"x": np.zeros((40, 8, 8, 1), "float32"), "y": np.arange(40) % 10})
    wire = Wire(builder.view)
    wire.say("template", name="digits_cnn")
    data = builder.document.data()
    assert (data["source"], data["inputs"], data["targets"]) == ("notebook", {"input_1": "x"}, {"dense_2": "y"})
    assert builder.document.training()["loss"] == {"dense_2": "sparse_categorical_crossentropy"}
    wire.say("undo")
    assert builder.document.graph()["head"]["totals"]["layers"] == 0
    builder.close()
