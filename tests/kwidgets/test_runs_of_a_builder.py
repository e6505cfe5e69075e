"""Training by the buttons of the page: starting, pausing, stopping, going on; one run at a time."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest

from engine import experiment as experiments
from engine.__main__ import main as command_line

from .wire import LONG, endless, until

pytestmark = pytest.mark.usefixtures("small_bundle")


def test_a_run_by_messages_gives_the_numbers_of_the_experiment_bit_for_bit(builder, wire, arrays):
    expected = experiments.run_experiment(builder.experiment, dict(arrays))
    assert wire.say("start")["ok"]
    np.random.rand(1000)
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
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
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
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
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
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
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    assert builder.model is model and builder.view.run["state"] == "finished"
    assert builder.history.epoch == list(range(done + 2))
    assert any((a != b).any() for a, b in zip(weights, model.get_weights(), strict=True))


def test_a_finished_run_goes_on_for_as_many_epochs_again(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    run = builder.view.run["id"]
    wire.say("start")
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    assert builder.history.epoch == [0, 1, 2, 3, 4, 5] and builder.view.run["id"] == run


def test_again_begins_with_the_same_first_weights(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    first, run = builder.history.history, builder.view.run["id"]
    wire.say("start", mode="again")
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    assert builder.history.history == first and builder.view.run["id"] != run


def test_a_changed_graph_begins_again_unless_it_is_asked_to_go_on(builder, wire):
    wire.say("start")
    assert builder.session.wait(LONG)
    wire.say("set", layers=["dense_1"], field="units", value=6)
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
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
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


@pytest.mark.filterwarnings("ignore:The loss is")
def test_a_failed_run_says_why_and_a_new_one_may_start(builder, wire, arrays):
    wire.say("set_training", optimizer={"class_name": "SGD", "config": {"lr": 1e30}})
    wire.say("start")
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    assert any("is infinite" in line or "not a number" in line for line in builder.view.log), builder.view.log
    json.dumps(builder.view.run, allow_nan=False)
    first = builder.view.run["id"]
    assert wire.say("start")["ok"]
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    assert builder.view.run["id"] != first, "it does not go on from weights that are no numbers"


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
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    replies = [content for content, _ in wire.sent if "id" in content and "-" in str(content["id"])]
    assert len(replies) == 200
    assert not [reply for reply in replies if "inside kwidgets" in str(reply.get("refused"))]
    assert max(most) == 1
    followed = wire.followed(begun)
    assert list(followed["cards"]) and followed["head"] == builder.document.graph()["head"]
