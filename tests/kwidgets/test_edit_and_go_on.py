"""A training that is paused or stopped, changed, and gone on with: what is kept, what begins anew, what undo brings back."""

from __future__ import annotations

import numpy as np
import pytest

import kwidgets
from kwidgets import Builder
from kwidgets.document.identity import identity_of
from kwidgets.document.nested import within
from kwidgets.session.session import Session
from kwidgets.workspace.run_store import store

from .wire import LONG, Wire, endless, until

pytestmark = pytest.mark.usefixtures("small_bundle")


def pause(builder, wire, batches=30):
    """Train some epochs and some batches of the next, then wait."""
    endless(wire)
    builder.start(steps=batches)
    until(lambda: builder.session.stream.batches_done == batches)


def go_on(builder, wire):
    """Press Resume, train an epoch, pause again."""
    assert wire.say("resume")["ok"]
    until(lambda: builder.session.state == "running")
    begun = builder.session.stream.epochs_begun
    until(lambda: builder.session.stream.epochs_begun > begun + 1)
    assert wire.say("pause")["ok"]
    builder.session.weights()


def stopped(builder, wire):
    endless(wire)
    assert wire.say("start")["ok"]
    until(lambda: builder.session.stream.epochs_begun >= 3)
    assert wire.say("stop")["ok"]
    assert builder.session.wait(LONG)


def weights(model):
    return {layer.name: layer.get_weights() for layer in model.layers if layer.weights}


def slots(model):
    return model.optimizer.get_weights()


def same(one, other):
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def log(builder):
    return " ".join(builder.session.stream.log)


def continue_for(wire, builder, epochs=1):
    """Go on for so many epochs and wait for the end."""
    done = builder.session.stream.epochs_begun
    wire.say("set_training", epochs=done + epochs)
    assert wire.say("start", mode="continue")["ok"], wire.sent[-1]
    assert builder.session.wait(LONG) and builder.view.settled(LONG)


def test_a_paused_training_lets_the_graph_be_changed_and_says_what_going_on_would_keep(builder, wire):
    pause(builder, wire)
    assert wire.say("graph")["head"]["locked"] is None
    assert wire.say("add", class_name="Dense", after="dense_1@0", settings={"units": 8})["ok"]
    assert builder.view.settled(LONG)
    run = builder.view.run
    assert run["state"] == "paused" and run["starts"] == "changed"
    assert run["stale"].endswith("Going on keeps 2 of 3 layers; dense_3 is new.")
    wire.say("set", layers=["dense_1"], field="units", value=9)
    assert builder.view.settled(LONG)
    assert "keeps no layer" not in builder.view.run["stale"] and "1 of 3" in builder.view.run["stale"]


def test_going_on_keeps_what_fits_and_the_log_says_so(builder, wire):
    pause(builder, wire)
    before = weights(builder.session.model)
    wire.say("add", class_name="Dense", after="dense_1@0", settings={"units": 8})
    number, begun = builder.view.run["id"], builder.session.stream.epochs_begun
    go_on(builder, wire)
    assert builder.view.run["id"] == number, "the same run goes on"
    now = weights(builder.session.model)
    assert set(now) == {"dense_1", "dense_3", "dense_2"}
    assert not same(before["dense_1"], now["dense_1"]), "it was trained on"
    assert "kept dense_1, dense_2 (weights and slots); dense_3 is new." in log(builder)
    marks = [mark for mark in builder.session.stream.status()["marks"] if mark["kind"] == "change"]
    assert [mark["x"] for mark in marks] == [begun] and "dense_3 is new" in marks[0]["says"]
    assert builder.session.history.epoch == list(range(len(builder.session.history.epoch)))


def test_kept_layers_begin_bit_for_bit_where_they_were(builder, wire):
    stopped(builder, wire)
    wire.say("set_training", learning_rate=1e-30)
    before, state = weights(builder.model), slots(builder.model)
    step = int(state[0])
    wire.say("add", class_name="Dropout", after="dense_1@0", settings={"rate": 0.2})
    continue_for(wire, builder)
    now = weights(builder.model)
    assert all(same(before[name], now[name]) for name in before), "a rate of nothing moves nothing"
    assert int(slots(builder.model)[0]) == step + 9
    assert builder.session.stale is None and builder.is_trained


def test_predictions_of_untouched_layers_are_the_same_bit_for_bit(builder, wire, arrays):
    stopped(builder, wire)
    expected = builder.model.predict(arrays["x"])
    wire.say("set_training", learning_rate=1e-30)
    wire.say("add", class_name="Dropout", after="dense_1@0", settings={"rate": 0.5})
    wire.say("rename", layer="dense_2", name="result")
    continue_for(wire, builder)
    np.testing.assert_array_equal(builder.model.predict(arrays["x"]), expected)
    assert [layer.name for layer in builder.model.layers][-1] == "result"


def test_a_change_that_is_undone_at_once_leaves_the_run_as_it_was_bit_for_bit(builder, wire, arrays):
    def end():
        assert wire.say("set_training", epochs=4)["ok"]
        assert wire.say("start", mode="again")["ok"]
        assert builder.session.wait(LONG)
        return builder.model.get_weights(), builder.history.history

    weights_undisturbed, history = end()
    assert wire.say("step", mode="again")["ok"]
    for _ in range(12):
        wire.say("step")
    wire.say("remove", nodes=["dense_1@0"])
    wire.say("set", layers=["dense_2"], field="activation", value="tanh")
    wire.say("undo")
    wire.say("undo")
    assert builder.view.settled(LONG) and builder.view.run["stale"] is None
    assert wire.say("resume")["ok"]
    assert builder.session.wait(LONG)
    assert same(builder.model.get_weights(), weights_undisturbed) and builder.history.history == history


def test_undo_brings_the_weights_back_and_redo_those_that_were_learnt_after_the_change(builder, wire):
    stopped(builder, wire)
    model, before, state = builder.model, weights(builder.model), slots(builder.model)
    wire.say("remove", nodes=["dense_1@0"])
    continue_for(wire, builder, epochs=2)
    changed, after = builder.model, weights(builder.model)
    assert set(after) == {"dense_2"} and "dense_2 begins anew: its kernel is 4×2, was 8×2; dropped dense_1." in log(
        builder
    )
    while "dense_1" not in builder.document.draft.layers:
        wire.say("undo")
    assert builder.view.settled(LONG) and builder.view.run["stale"] is None and builder.view.run["starts"] == "continue"
    assert builder.model is model and all(same(before[name], weights(model)[name]) for name in before)
    assert same(state, slots(model)) and "is back, its weights as they were after epoch" in log(builder)
    while "dense_1" in builder.document.draft.layers:
        wire.say("redo")
    assert builder.model is changed and same(after["dense_2"], weights(changed)["dense_2"])
    assert builder.view.settled(LONG) and builder.view.run["stale"] is None


def test_training_goes_on_from_what_undo_has_brought_back(builder, wire):
    stopped(builder, wire)
    before = weights(builder.model)
    wire.say("set", layers=["dense_1"], field="units", value=5)
    wire.say("start", mode="continue")
    until(lambda: builder.session.state == "running")
    wire.say("pause")
    wire.say("undo")
    wire.say("set_training", learning_rate=1e-30)
    assert wire.say("resume")["ok"]
    until(lambda: builder.session.state == "running")
    wire.say("stop")
    assert builder.session.wait(LONG)
    assert all(same(before[name], weights(builder.model)[name]) for name in before)


def test_a_removed_layer_that_is_added_again_is_a_new_one(builder, wire):
    stopped(builder, wire)
    wire.say("remove", nodes=["dense_1@0"])
    assert builder.view.settled(LONG)
    wire.say(
        "add", class_name="Dense", wire="dense_2@0#0", settings={"units": 8, "activation": "relu", "name": "dense_1"}
    )
    assert builder.view.settled(LONG)
    assert "1 of 2 layers; dense_1 is new" in builder.view.run["stale"] and not builder.is_trained


def test_layers_keep_what_they_learnt_in_a_block_and_out_of_it(builder, wire):
    stopped(builder, wire)
    before = weights(builder.model)
    wire.say("group", nodes=["dense_1@0"], name="tower")
    wire.say("set_training", learning_rate=1e-30)
    assert builder.view.settled(LONG) and "Going on keeps all layers." in builder.view.run["stale"]
    continue_for(wire, builder)
    inner = builder.model.get_layer("tower").get_layer("dense_1")
    assert same(inner.get_weights(), before["dense_1"])
    wire.say("set", layers=[within("tower@0", "dense_1")], field="activation", value="tanh")
    wire.say("ungroup", node="tower@0")
    continue_for(wire, builder)
    assert same(weights(builder.model)["dense_1"], before["dense_1"])
    assert "kept dense_1, dense_2 (weights and slots)" in log(builder) and "tower › dense_1" in log(builder)


def test_another_optimizer_begins_anew_and_the_log_says_so(builder, wire):
    stopped(builder, wire)
    wire.say("set_training", optimizer="SGD")
    continue_for(wire, builder)
    assert "the optimizer begins anew: it is SGD, was Adam" in log(builder)
    assert int(slots(builder.model)[0]) == 9


def test_another_setting_of_the_same_optimizer_or_another_metric_keeps_the_slots(builder, wire):
    stopped(builder, wire)
    step = int(slots(builder.model)[0])
    wire.say("set_training", metrics=["mae"])
    continue_for(wire, builder)
    assert int(slots(builder.model)[0]) == step + 9 and "begins anew" not in log(builder)


def test_the_learning_rate_goes_on_and_another_one_is_taken_over(builder, wire):
    pause(builder, wire)
    wire.say("learning_rate", value=0.0123)
    wire.say("add", class_name="Dropout", after="dense_1@0")
    go_on(builder, wire)
    assert builder.session.learning_rate == pytest.approx(0.0123)
    wire.say("set_training", learning_rate=0.5)
    go_on(builder, wire)
    assert builder.session.learning_rate == pytest.approx(0.5)


def test_settings_that_were_changed_in_a_pause_hold_from_then_on(builder, wire):
    pause(builder, wire)
    before = [array.copy() for array in builder.session.model.get_weights()]
    wire.say("set_training", batch_size=36)
    assert builder.view.settled(LONG) and builder.view.run["stale"] is None
    wire.say("step")
    until(lambda: builder.session.stream.batch_size == 36)
    until(lambda: builder.session.state == "paused")
    until(lambda: not same(before, builder.session.weights()))


def test_what_cannot_be_trained_is_refused_and_the_paused_run_stays(builder, wire):
    pause(builder, wire)
    model = builder.session.model
    wire.say("remove", nodes=["input_1@0"])
    assert builder.view.settled(LONG) and "keeps" not in builder.view.run["stale"]
    assert "no input" in wire.say("resume")["refused"] and builder.session.state == "paused"
    wire.say("undo")
    wire.say("set", layers=["dense_2"], field="units", value=3)
    assert "dense_2" in wire.say("resume")["refused"] and builder.session.state == "paused"
    wire.say("undo")
    assert wire.say("resume")["ok"] and builder.session.model is model


def test_the_best_epoch_counts_from_the_change(builder, wire):
    stopped(builder, wire)
    wire.say("add", class_name="Dropout", after="dense_1@0")
    continue_for(wire, builder)
    assert wire.say("stop_best")["ok"]
    assert weights(builder.model)


def test_opening_a_model_while_one_waits_is_refused_and_changes_nothing(builder, wire, tmp_path):
    pause(builder, wire)
    builder.model.save(str(tmp_path / "model.h5"))
    version = builder.document.version
    assert "already" in wire.say("open_model", path=str(tmp_path / "model.h5"))["refused"]
    assert builder.document.version == version


def test_the_record_of_the_run_tells_the_change_and_both_models(builder, wire):
    stopped(builder, wire)
    done = builder.session.stream.epochs_begun
    wire.say("add", class_name="Dropout", after="dense_1@0")
    continue_for(wire, builder)
    run = builder.view.run["id"]
    layers = [
        [layer["config"]["name"] for layer in store().experiment(run, at)["config"]["layers"]]
        for at in ((done, 0), None)
    ]
    assert "dropout_1" not in layers[0] and "dropout_1" in layers[1]
    edits = [one for one in store().interventions(run) if one.kind == "edit"]
    assert len(edits) == 1 and "kept dense_1, dense_2" in edits[0].text


def test_a_run_comes_back_with_the_model_that_it_was_changed_to(builder, wire, arrays):
    stopped(builder, wire)
    done = builder.session.stream.epochs_begun
    wire.say("add", class_name="Dense", after="dense_1@0", settings={"units": 8})
    continue_for(wire, builder)
    run = kwidgets.run(builder.session.runs()[0]["number"])
    assert [layer.name for layer in run.model().layers if layer.weights] == ["dense_1", "dense_3", "dense_2"]
    assert same(run.model().get_weights(), builder.model.get_weights())
    experiment = builder.experiment
    session, other = Session(), {**experiment, "training": {**experiment["training"], "epochs": done + 3}}
    session.resume_run(run.id, other, arrays)
    assert session.wait(LONG) and session.state == "finished"
    assert session.history.epoch[-1] == done + 2
    assert any(mark["kind"] == "change" for mark in session.stream.status()["marks"])


def test_a_run_that_was_cut_off_right_after_its_change_goes_on_from_what_fits(builder, wire, arrays):
    stopped(builder, wire)
    before, done = weights(builder.model), builder.session.stream.epochs_begun
    wire.say("add", class_name="Dropout", after="dense_1@0")
    changed = builder.experiment
    run, runs = builder.view.run["id"], store()
    writer = runs.reopen(run)
    writer.trains(changed, done)
    writer.end("interrupted", "the kernel")
    session = Session()
    rate = {"class_name": "Adam", "config": {"lr": 1e-30}}
    session.resume_run(
        run, {**changed, "training": {**changed["training"], "epochs": done + 1, "optimizer": rate}}, arrays
    )
    assert session.wait(LONG) and session.state == "finished"
    assert all(same(before[name], weights(session.model)[name]) for name in before)


def again(builder, arrays):
    """The same document as another kernel has it."""
    builder.close()
    restored = Builder(name=builder.name, arrays=arrays)
    return restored, Wire(restored.view)


def resumed(builder, wire, run):
    assert wire.say("resume_run", run=run)["ok"]
    assert builder.session.wait(LONG) and builder.session.error is None
    return weights(builder.model)


def goes_on_standing_still(wire, builder):
    """Go on for an epoch in which no weight moves."""
    wire.say("set_training", optimizer={"class_name": "Adam", "config": {"lr": 1e-30}})
    continue_for(wire, builder)


def three_equal_layers(wire, builder):
    """Layers that only their names tell apart."""
    for after in ("dense_1@0", "dense_3@0"):
        assert wire.say("add", class_name="Dense", after=after, settings={"units": 8, "activation": "relu"})["ok"]
    wire.say("set_training", epochs=2)
    assert wire.say("start")["ok"]
    assert builder.session.wait(LONG)
    return builder.session.status()["id"]


def test_layers_that_were_renamed_before_a_restart_keep_what_they_have_learnt(builder, wire, arrays):
    run = three_equal_layers(wire, builder)
    wire.say("rename", layer="dense_3", name="wide")
    wire.say("rename", layer="dense_4", name="dense_3")
    restored, page = again(builder, arrays)
    learnt = resumed(restored, page, run)
    # What was resumed is the model as it was trained; undo brings back the names.
    assert page.say("undo")["ok"] and "wide" in restored.document.draft.layers
    goes_on_standing_still(page, restored)
    now = weights(restored.model)
    assert same(now["wide"], learnt["dense_3"]) and same(now["dense_3"], learnt["dense_4"])
    assert "kept dense_1, wide, dense_3, dense_2 (weights and slots)" in log(restored)
    restored.close()


def test_undo_of_a_restored_document_brings_back_what_was_trained_on_that_state(builder, wire, arrays):
    three_equal_layers(wire, builder)
    restored, page = again(builder, arrays)
    page.say("start")
    assert restored.session.wait(LONG)
    first = weights(restored.model)
    for _ in range(2):  # the number of epochs, then the third of the equal layers
        page.say("undo")
    page.say("start", mode="continue")
    assert restored.session.wait(LONG) and "dense_4" not in weights(restored.model)
    page.say("redo")
    assert same(weights(restored.model)["dense_4"], first["dense_4"])
    restored.close()


def test_a_run_that_was_cut_off_right_after_a_layer_was_renamed_goes_on_with_its_weights(builder, wire, arrays):
    run = three_equal_layers(wire, builder)
    learnt, done = weights(builder.model), builder.session.stream.epochs_begun
    wire.say("rename", layer="dense_3", name="wide")
    wire.say("rename", layer="dense_4", name="dense_3")
    changed, runs = builder.experiment, store()
    writer = runs.reopen(run)
    writer.trains(changed, done, identity_of(builder.document.draft).layers)
    writer.end("interrupted", "the kernel")
    rate = {"class_name": "Adam", "config": {"lr": 1e-30}}
    session = Session()
    session.resume_run(
        run, {**changed, "training": {**changed["training"], "epochs": done + 1, "optimizer": rate}}, arrays
    )
    assert session.wait(LONG) and session.state == "finished"
    now = weights(session.model)
    assert same(now["wide"], learnt["dense_3"]) and same(now["dense_3"], learnt["dense_4"])
