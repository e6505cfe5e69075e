import gc
import json
import threading
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

from engine import experiment as experiments
from engine.__main__ import main as command_line
from engine.errors import EngineError
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.document import Refused

from .wire import Wire

pytestmark = pytest.mark.usefixtures("small_bundle")
LONG = 60


class Watched(np.ndarray):
    """An array that a weak reference can watch."""


@pytest.fixture
def arrays():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(96, 4)).astype("float32")
    return {"x": x, "y": (x[:, :2] - x[:, 2:]).astype("float32")}


@pytest.fixture
def builder(arrays):
    """Input (4) -> Dense 8 relu -> Dense 2, built by messages, on the arrays x and y; 3 epochs of 12 batches."""
    builder = Builder(arrays=arrays)
    wire = Wire(builder.view)
    node = wire.say("add", class_name="Input", settings={"shape": [4]})["nodes"][0]
    node = wire.say("add", class_name="Dense", after=node, settings={"units": 8, "activation": "relu"})["nodes"][0]
    wire.say("add", class_name="Dense", after=node, settings={"units": 2, "activation": None})
    wire.say("set_data", source="notebook", inputs={"input_1": "x"}, targets={"dense_2": "y"})
    wire.say("set_training", loss="mean_squared_error", epochs=3, batch_size=8, validation_split=0.25, seed=5)
    wire.sent.clear()
    yield builder
    builder.close()
    assert builder.session.wait(LONG)


@pytest.fixture
def wire(builder):
    return Wire(builder.view)


def endless(wire):
    assert wire.say("set_training", epochs=100000)["ok"]


def until(condition, seconds=LONG):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("trains", ["never", "once", "still"])
def test_a_builder_that_was_closed_and_deleted_leaves_nothing_behind(builder, wire, trains):
    x = np.zeros((96, 4), "float32").view(Watched)
    before = set(threading.enumerate())
    mine = Builder(builder.to_yaml(), arrays={"x": x, "y": np.zeros((96, 2), "float32")})
    mine.set_data(source="notebook", inputs={"input_1": "x"}, targets={"dense_2": "y"})
    if trains == "still":
        mine.document.do({"do": "set_training", "epochs": 100000})
    if trains != "never":
        mine.start()
    assert trains != "once" or mine.session.wait(LONG)
    parts = [mine, mine.view, mine.session, mine.document, mine.forecaster, x]
    kept = [weakref.ref(part) for part in [*parts, *([mine.session.model] if trains == "once" else [])]]
    mine.close()
    del mine, parts, x
    until(lambda: gc.collect() >= 0 and all(ref() is None for ref in kept))
    until(lambda: set(threading.enumerate()) <= before)


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


def test_a_run_by_messages_gives_the_numbers_of_the_experiment_bit_for_bit(builder, wire, arrays):
    expected = experiments.run_experiment(builder.experiment, dict(arrays))
    assert wire.say("start")["ok"]
    np.random.rand(1000)
    assert builder.session.wait(LONG) and builder.view.settled()
    assert builder.view.run["state"] == "finished", builder.view.run["error"]
    assert builder.history.history == expected.history
    for ours, theirs in zip(builder.model.get_weights(), expected.model.get_weights(), strict=True):
        assert (ours == theirs).all()


def test_a_run_equals_the_command_line_bit_for_bit(builder, wire, arrays, tmp_path):
    builder.save(tmp_path / "e.yaml")
    np.savez(tmp_path / "d.npz", **arrays)
    wire.say("start")
    assert builder.session.wait(LONG)
    told = ["train", str(tmp_path / "e.yaml"), "--data", str(tmp_path / "d.npz"), "--out", str(tmp_path), "--quiet"]
    assert command_line(told) == 0
    _, buffers = wire.say_for_bytes("export", what="history")
    assert json.loads(buffers[0]) == json.loads((tmp_path / "history.json").read_text())
    other = experiments.build_model(builder.experiment)
    other.load_weights(tmp_path / "weights.h5")
    for ours, theirs in zip(builder.model.get_weights(), other.get_weights(), strict=True):
        assert (ours == theirs).all()


def test_curves_reach_the_browser_and_a_new_page_gets_them_all(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG) and builder.view.settled()
    seen = {}
    for message in wire.points():
        for series in message["series"]:
            key = series["name"], series["phase"]
            assert series["start"] == seen.get(key, 0)
            seen[key] = series["start"] + series["count"]
    assert seen == {("loss", "batch"): 27, ("loss", "train"): 3, ("loss", "validation"): 3}
    whole = wire.say("points")
    assert {(s["name"], s["phase"]): s["count"] for s in whole["series"]} == seen
    assert all(series["start"] == 0 for series in whole["series"])


def test_a_second_start_is_refused_while_one_runs_and_the_graph_is_locked(builder, wire):
    endless(wire)
    assert wire.say("start")["ok"]
    assert "already" in wire.say("start")["refused"]
    assert wire.say("graph")["head"]["locked"]
    assert wire.say("add", class_name="Dense")["refused"]
    assert wire.say("stop")["ok"]
    assert builder.session.wait(LONG) and builder.view.settled()
    assert builder.view.run["state"] == "stopped" and not builder.document.graph()["head"]["locked"]


def test_what_does_not_fit_is_said_before_the_start(builder, wire):
    wire.say("set_data", targets={"dense_2": "x"})
    reply = wire.say("start")
    assert "dense_2" in reply["refused"] and "4 numbers" in reply["refused"]
    wire.say("remove", nodes=["input_1@0"])
    assert "no input" in wire.say("start")["refused"]
    assert builder.view.run["state"] == "idle"


def test_a_stopped_run_goes_on_from_its_weights_and_counts_epochs_on(builder, wire):
    endless(wire)
    wire.say("start")
    until(lambda: builder.session.stream.epochs_begun >= 3)
    wire.say("stop")
    assert builder.session.wait(LONG)
    done, weights = builder.session.stream.epochs_begun, [w.copy() for w in builder.model.get_weights()]
    model = builder.model
    wire.say("set_training", epochs=done + 2)
    assert wire.say("start", mode="continue")["ok"]
    assert builder.session.wait(LONG) and builder.view.settled()
    assert builder.model is model and builder.view.run["state"] == "finished"
    assert builder.history.epoch == list(range(done + 2))
    assert any((a != b).any() for a, b in zip(weights, model.get_weights(), strict=True))


def test_a_finished_run_goes_on_for_as_many_epochs_again(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG)
    wire.say("start")
    assert builder.session.wait(LONG) and builder.view.settled()
    assert builder.history.epoch == [0, 1, 2, 3, 4, 5] and builder.view.run["id"] == "run-1"


def test_again_begins_with_the_same_first_weights(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG)
    first = builder.history.history
    wire.say("start", mode="again")
    assert builder.session.wait(LONG) and builder.view.settled()
    assert builder.history.history == first and builder.view.run["id"] == "run-2"


def test_a_changed_graph_begins_again_and_cannot_go_on(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG)
    wire.say("set", layers=["dense_1"], field="units", value=6)
    assert "changed" in wire.say("start", mode="continue")["refused"]
    assert wire.say("start")["ok"]
    assert builder.session.wait(LONG)
    assert builder.model.get_weights()[0].shape == (4, 6) and builder.history.epoch == [0, 1, 2]


def test_another_optimizer_goes_on_with_the_same_weights(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG)
    wire.say("set_training", optimizer={"class_name": "SGD", "config": {"lr": 0.01}})
    assert wire.say("start", mode="continue")["ok"]
    assert builder.session.wait(LONG)
    assert type(builder.model.optimizer).__name__ == "SGD" and builder.history.epoch == [0, 1, 2, 3, 4, 5]
    losses = builder.history.history["loss"]
    assert losses[3] < losses[0]


def test_the_learning_rate_changes_while_it_runs(builder, wire):
    endless(wire)
    wire.say("start")
    until(lambda: builder.session.stream.epochs_begun >= 1)
    assert wire.say("learning_rate", value=0.125)["ok"]
    until(lambda: builder.session.model.optimizer.learning_rate == 0.125)
    wire.say("stop")
    assert builder.session.wait(LONG) and builder.view.settled()
    assert builder.view.run["learning_rate"] == 0.125


def test_pause_step_and_resume(builder, wire):
    endless(wire)
    wire.say("step")
    stream = builder.session.stream
    until(lambda: stream.status()["batch"] == 1)
    assert builder.session.state == "paused"
    wire.say("step")
    until(lambda: stream.status()["batch"] == 2)
    wire.say("resume")
    until(lambda: stream.epochs_begun >= 2)
    wire.say("pause")
    assert builder.session.state == "paused"
    wire.say("stop")
    assert builder.session.wait(LONG)


def test_weights_handed_out_while_it_runs_are_a_copy_that_stays(builder, wire, arrays):
    endless(wire)
    wire.say("start")
    until(lambda: builder.session.stream.epochs_begun >= 2)
    model, epochs = builder.model, builder.session.stream.epochs_begun
    before = [w.copy() for w in model.get_weights()]
    model.predict(arrays["x"])
    until(lambda: builder.session.stream.epochs_begun > epochs + 1)
    assert model is not builder.session.model
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))
    wire.say("stop")
    assert builder.session.wait(LONG)
    assert builder.model is builder.session.model


def test_a_closed_view_does_not_disturb_the_training(builder, wire, arrays):
    expected = experiments.run_experiment(builder.experiment, dict(arrays))
    wire.say("step")
    until(lambda: builder.session.stream.status()["batch"] == 1)
    builder.view.close()
    builder.session.resume()
    assert builder.session.wait(LONG)
    assert builder.session.state == "finished" and builder.history.history == expected.history


@pytest.mark.parametrize(
    ("what", "start"), [("yaml", b"class_name"), ("json", b"{"), ("python", b""), ("svg", b"<svg"),
     ("png", b"\x89PNG"), ("pdf", b"%PDF")],
)  # fmt: skip
def test_exports_travel_as_bytes(builder, wire, what, start):
    reply, buffers = wire.say_for_bytes("export", what=what)
    assert reply["ok"] and reply["mime"] and reply["filename"]
    assert buffers[0].startswith(start) and len(buffers[0]) > 50


def test_weights_and_history_are_exported_after_training_only(builder, wire, tmp_path):
    assert "trained" in wire.say("export", what="weights")["refused"]
    assert wire.say("export", what="history")["refused"]
    wire.say("start")
    assert builder.session.wait(LONG)
    _, buffers = wire.say_for_bytes("export", what="weights")
    (tmp_path / "w.h5").write_bytes(buffers[0])
    other = experiments.build_model(builder.experiment)
    other.load_weights(str(tmp_path / "w.h5"))
    for ours, theirs in zip(builder.model.get_weights(), other.get_weights(), strict=True):
        assert (ours == theirs).all()
    _, buffers = wire.say_for_bytes("export", what="history")
    assert json.loads(buffers[0])["history"] == builder.history.history


@pytest.mark.filterwarnings("ignore:The loss is")
def test_a_failed_run_says_why_and_a_new_one_may_start(builder, wire, arrays):
    wire.say("set_training", optimizer={"class_name": "SGD", "config": {"lr": 1e30}})
    wire.say("start")
    assert builder.session.wait(LONG) and builder.view.settled()
    assert any("is infinite" in line or "not a number" in line for line in builder.view.log), builder.view.log
    json.dumps(builder.view.run, allow_nan=False)
    assert wire.say("start")["ok"]
    assert builder.session.wait(LONG) and builder.view.settled()
    assert builder.view.run["id"] == "run-2", "it does not go on from weights that are no numbers"


def test_the_model_of_a_graph_with_problems_is_refused_in_words():
    with pytest.raises(Refused, match="empty"):
        _ = Builder().model


def test_a_builder_begins_with_a_text_a_file_a_template_or_a_model(builder, tmp_path):
    builder.save(tmp_path / "e.yaml")
    for begin in (builder.to_yaml(), builder.to_json(), tmp_path / "e.yaml", str(tmp_path / "e.yaml"), builder.model):
        other = Builder(begin)
        assert [card["class_name"] for card in other.document.graph()["cards"]] == ["InputLayer", "Dense", "Dense"]
        assert other.document.graph()["head"]["undo"] is None
        other.close()
    assert Builder(template="linear_regression").document.graph()["cards"]


def test_a_template_comes_with_data_that_fits_and_can_be_started(monkeypatch):
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


def test_a_builder_shows_itself_with_a_picture_for_saved_notebooks(builder):
    data, _ = builder._repr_mimebundle_()
    assert "<svg" in data["image/svg+xml"] and "application/vnd.jupyter.widget-view+json" in data


def test_a_closed_builder_shows_itself_as_plain_text():
    builder = Builder()
    builder.close()
    assert builder._repr_mimebundle_() is None


def test_every_run_ends_when_the_page_says_stop(builder, wire):
    endless(wire)
    for _ in range(10):
        wire.say("start", mode="again")
        until(lambda: builder.session.stream.epochs_begun >= 2)
        wire.view._handle_custom_msg({"do": "stop", "id": 0}, [])
        assert builder.session.wait(LONG)
        assert builder.session.state == "stopped"


def test_two_pages_clicking_at_random_see_one_run_at_a_time_and_nothing_breaks(builder, wire):
    endless(wire)
    begun, most = wire.say("graph"), []

    def watch(what):
        most.append(len([t for t in threading.enumerate() if t.name == "kwidgets-training"]))

    builder.session.listeners.append(watch)
    buttons = ["start", "stop", "pause", "resume", "step", "points", "learning_rate", "form", "undo", "add", "export"]

    def page(seed):
        rng = np.random.default_rng(seed)
        for number in range(100):
            do = str(rng.choice(buttons))
            more = {
                "value": 0.01,
                "nodes": ["dense_1@0"],
                "class_name": "Dropout",
                "after": "dense_1@0",
                "what": "yaml",
            }
            builder.view._handle_custom_msg({"do": do, "id": f"{seed}-{number}", **more}, [])

    pages = [threading.Thread(target=page, args=(seed,)) for seed in (1, 2)]
    for one in pages:
        one.start()
    for one in pages:
        one.join(LONG)
        assert not one.is_alive()
    if builder.session.alive:
        builder.session.stop()
    assert builder.session.wait(LONG) and builder.view.settled()
    replies = [content for content, _ in wire.sent if "id" in content and "-" in str(content["id"])]
    assert len(replies) == 200
    assert not [reply for reply in replies if "inside kwidgets" in str(reply.get("refused"))]
    assert max(most) == 1
    followed = wire.followed(begun)
    assert list(followed["cards"]) and followed["head"] == builder.document.graph()["head"]


def test_a_template_from_the_page_takes_arrays_that_fit_in_one_step_of_undo():
    builder = Builder(arrays={"x": np.zeros((40, 8, 8, 1), "float32"), "y": np.arange(40) % 10})
    wire = Wire(builder.view)
    wire.say("template", name="digits_cnn")
    data = builder.document.data()
    assert (data["source"]["kind"], data["inputs"], data["targets"]) == ("notebook", {"input_1": "x"}, {"dense_2": "y"})
    assert builder.document.training()["loss"] == {"dense_2": "sparse_categorical_crossentropy"}
    wire.say("undo")
    assert builder.document.graph()["head"]["totals"]["layers"] == 0
    builder.close()


def test_blocks_are_shown_in_every_open_builder_whoever_changed_them(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path))
    builders = [Builder(template="digits_perceptron") for _ in range(3)]
    wires = [Wire(builder.view) for builder in builders]
    builders[2].close()

    def shown():
        assert all(builder.view.settled() for builder in builders[:2])
        return [[entry["name"] for entry in builder.view.blocks] for builder in builders]

    node = next(card["id"] for card in wires[0].cards() if card["class_name"] == "Dense")
    assert wires[0].say("save_block", nodes=[node], name="mine")["ok"]
    assert shown() == [["mine"], ["mine"], []]
    # Another kernel or a person removed and added files: a search tells all palettes.
    text = (tmp_path / "blocks" / "mine.yaml").read_text()
    (tmp_path / "blocks" / "mine.yaml").unlink()
    (tmp_path / "blocks" / "theirs.yaml").write_text(text)
    found = wires[1].say("search", text="theirs", after=None, wire=None)["rows"]
    assert [row["title"] for row in found if row["section"] == "block"] == ["theirs"]
    assert shown()[:2] == [["theirs"], ["theirs"]]
    # What adding one would do is told, and what went away meanwhile is refused.
    brings = wires[1].say("consequences", command={"do": "add_block", "name": "theirs", "after": node})
    assert brings["ok"] and brings["impossible"] is None
    assert "no block" in wires[1].say("consequences", command={"do": "add_block", "name": "mine"})["refused"]
    assert "table" in wires[1].say("consequences", command="add")["refused"]
    for builder in builders[:2]:
        builder.close()


def stack() -> Sequential:
    model = Sequential([Dense(4, activation="relu", input_dim=3, name="a"), Dense(1, name="b")])
    model.compile("sgd", "mean_absolute_error")
    return model


def test_a_file_of_a_model_opens_with_its_weights_and_training_goes_on_from_them(tmp_path: Path) -> None:
    model = stack()
    model.save(tmp_path / "m.h5")
    builder = Builder(tmp_path / "m.h5")
    run = builder.session.status()
    assert (run["weights_from"], run["starts"]) == ("m.h5", "continue")
    assert builder.experiment["training"]["loss"] == "mean_absolute_error"
    for mine, theirs in zip(builder.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_weights_of_a_file_are_those_that_a_start_begins_with_until_the_graph_changes(tmp_path: Path) -> None:
    model = stack()
    model.save_weights(tmp_path / "w.h5")
    builder = Builder(model.to_json())
    builder.load_weights(tmp_path / "w.h5")
    assert builder.session.status()["weights_from"] == "w.h5"
    x, y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")
    still = {"optimizer": {"class_name": "SGD", "config": {"lr": 1e-12}}, "epochs": 1}
    data = {"inputs": {"a_input": "x"}, "targets": {"b": "y"}}
    builder.session.start({**builder.experiment, "data": data, "training": still}, {"x": x, "y": y})
    assert builder.session.wait(30)
    np.testing.assert_allclose(builder.session.model.get_weights()[0], model.get_weights()[0], atol=1e-6)
    builder.document.do({"do": "set", "layers": ["a"], "field": "units", "value": 5})
    run = builder.session.status()
    assert run["starts"] == "first"
    assert run["stale"] is not None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.h5", "No such file"),
        ("text.h5", "expected an HDF5 file"),
        ("other.h5", "expected 2 layers with weights, found 1"),
    ],
)
def test_weights_that_do_not_fit_change_nothing(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "text.h5").write_text("no HDF5")
    other = Sequential([Dense(1, input_dim=3, name="c")])
    other.save_weights(tmp_path / "other.h5")
    builder = Builder(stack())
    before = builder.model.get_weights()
    with pytest.raises((OSError, EngineError), match=says):
        builder.load_weights(tmp_path / name)
    with pytest.raises(Refused, match="no weights for any of these layers: a, b"):
        builder.load_weights(tmp_path / "other.h5", by_name=True)
    for mine, theirs in zip(builder.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert builder.session.status()["weights_from"] is None


def test_a_file_of_weights_alone_is_no_model_to_open(tmp_path: Path) -> None:
    stack().save_weights(tmp_path / "w.h5")
    with pytest.raises(EngineError, match="a file of weights only"):
        Builder(tmp_path / "w.h5")
