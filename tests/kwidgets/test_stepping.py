"""Stepping through a batch from the page and from code: the probe, the batch that is waited before, the first bad one."""

from __future__ import annotations

import numpy as np
import pytest

from engine import layers
from engine.experiment import build_model
from engine.inspection import BatchSteps, first_bad_of
from engine.models import Sequential
from engine.optimizers import SGD
from kwidgets import Builder
from kwidgets.refused import Refused
from kwidgets.stepping import thinned

from .wire import LONG, Wire, endless, until

STEPS = {"source": None, "place": 0, "sample": 0, "take": 0}
SET = {
    "gradient_norm_above": None,
    "loss_above": None,
    "loss_is_nan": False,
    "class_in_batch": None,
    "each_batch": False,
    "keeps_bad": False,
}


def steps(wire, **more):
    return wire.say_for_bytes("steps", **{**STEPS, **more})


def breaks(wire, **more):
    return wire.say("breaks", set={**SET, **more})


def test_the_probe_is_gone_through_as_one_batch(builder, wire):
    answer, buffers = steps(wire, place=2, sample=3)
    assert [one["source"] for one in answer["sources"]] == ["probe"] and answer["source"] == "probe"
    assert [one["name"] for one in answer["steps"]][:3] == ["input_1", "dense_1", "dense_2"]
    assert [one["node"] for one in answer["steps"]][1:3] == ["dense_1@0", "dense_2@0"]
    expected = BatchSteps(builder.model, dict(builder.probe.x), dict(builder.probe.y))
    assert np.allclose(np.frombuffer(buffers[0], "<f4"), expected.forward["dense_2"].values[0][3])
    assert answer["loss"] == f"{expected.loss:.6g}" and answer["samples"] == 32
    assert answer["code"] == 'steps = b.steps("probe"); steps.forward["dense_2"]'
    assert builder.steps().loss == expected.loss
    # What was taken stays until it is taken anew.
    before = builder.model.get_weights()
    builder.model.set_weights([weight + 1 for weight in before])
    assert steps(wire, place=2, take=1)[0]["loss"] != answer["loss"]
    # Beyond the end there is the last.
    assert steps(wire, place=99)[0]["place"] == len(answer["steps"]) - 1


def test_a_training_is_gone_through_batch_by_batch_and_the_steps_are_those_it_makes(builder, wire):
    endless(wire)
    assert breaks(wire, each_batch=True)["settings"]["each_batch"]
    builder.start()
    pauses = builder.stepping.pauses
    for number in (0, 1):
        until(lambda number=number: pauses.waiting is not None and pauses.waiting.batch == number)
        until(lambda: builder.session.state == "paused")
        answer, _ = steps(wire, take=number)
        assert answer["source"] == "waiting" and answer["sources"][0]["about"] == f"Batch {number + 1} of epoch 1"
        assert f"batch {number + 1} of epoch 1" in wire.say("breaks")["waiting"]
        expected = builder.steps().updated
        wire.say("resume")
        until(lambda number=number: pauses.waiting is not None and pauses.waiting.batch == number + 1)
        weights = {f"{layer.name}/{kind}": values for layer in builder.session.model.layers[-2:]
                   for kind, values in zip(("kernel", "bias"), layer.get_weights(), strict=True)}  # fmt: skip
        assert all(np.array_equal(weights[name], values) for name, values in expected.items())
    # Conditions that a training looks for already are changed while it goes on.
    assert breaks(wire, class_in_batch=7)["live"]
    assert breaks(wire)["settings"] == SET
    wire.say("resume")
    until(lambda: builder.session.status()["epoch"] > 2)
    builder.session.stop()
    assert builder.session.wait(LONG)
    assert not breaks(wire)["live"] and wire.say("breaks")["waiting"] is None and builder.session.callbacks == []


@pytest.mark.filterwarnings("ignore:The loss is")
def test_the_first_bad_batch_is_kept_and_gone_through_with_the_weights_before_it():
    x = np.linspace(-1, 1, 120).reshape(40, 3).astype("float32")
    model = Sequential([layers.Dense(4, activation="tanh", input_shape=(3,), name="a"), layers.Dense(1, name="b")])
    model.compile(SGD(1e22), "mse")
    builder = Builder(model, arrays={"x": x, "y": np.ones((40, 1))}, keep=False)
    wire = Wire(builder.view)
    wire.say("set_training", epochs=3, batch_size=10, validation_split=0.0)
    with pytest.raises(Refused, match="no such batch"):
        builder.steps("bad")
    builder.keep_bad_batch()
    builder.start("again")
    assert builder.session.wait(LONG)
    bad = builder.bad_batch
    assert (bad.epoch, bad.batch) == (0, 1) and (bad.place.layer, bad.place.tensor) == ("", "loss")
    assert any(
        "infinity in the loss: training ends in epoch 1 at batch 2" in line for line in builder.session.stream.log
    )
    assert wire.say("breaks")["bad"] == "Batch 2 of epoch 1: infinity in the loss."
    answer, _ = steps(wire)
    assert answer["source"] == "bad" and answer["bad"] == "First infinity in the loss." and answer["samples"] == 10
    assert answer["loss"] == "infinite" and not answer["steps"][0]["bad"]
    replayed = builder.steps("bad")
    assert all(np.isfinite(values).all() and np.abs(values).max() > 1e15 for values in [replayed.weights["b/kernel"]])
    assert first_bad_of(replayed) == bad.place
    builder.keep_bad_batch(False)
    assert builder.bad_batch is None and steps(wire)[0]["source"] == "probe"
    builder.close()


def test_what_cannot_be_stepped_through_is_said(builder, wire):
    for wrong, why in (
        ({"loss_above": "much"}, "'much'"),
        ({"class_in_batch": -1}, "-1"),
        ({"class_in_batch": True}, "True"),
    ):
        assert why in breaks(wire, **wrong)["refused"]
    alone = Builder(Sequential([layers.Dense(2, input_shape=(4,), name="d")]), keep=False)
    assert "no sample" in steps(Wire(alone.view))[0]["refused"]
    alone.close()
    assert (
        "not kept" in wire.say("since", node="dense_1@0")["refused"]
        or "kept" in wire.say("since", node="dense_1@0")["refused"]
    )


def test_since_when_a_layer_is_dead(arrays):
    model = Sequential(
        [layers.Dense(8, activation="relu", input_shape=(4,), name="hidden"), layers.Dense(2, name="out")]
    )
    model.compile("sgd", "mse")
    builder = Builder(model, arrays=arrays)
    wire = Wire(builder.view)
    wire.say("set_training", loss="mean_squared_error", epochs=4, batch_size=8)
    builder.start("again")
    assert builder.session.wait(LONG)
    found = wire.say("since", node="hidden@0")
    kept = wire.say("probe")["epochs"]
    assert [one["epoch"] for one in found["epochs"]] == kept and found["says"]
    for one in found["epochs"]:
        reader = builder.inside._earlier(one["epoch"])
        values = reader.model.inspect(dict(builder.probe.x), "hidden")["hidden"]
        dead = int((values == 0).all(0).sum())
        assert (one["sign"] == "dead") == (dead > 0) and (one["text"] == f"{dead} of 8 dead") == (dead > 0)
    assert "not part" in wire.say("since", node="gone@0")["refused"]
    builder.close()


def test_epochs_are_thinned_evenly_with_both_ends():
    assert thinned([3, 4], 16) == [3, 4]
    found = thinned(list(range(1, 101)), 16)
    assert len(found) == 16 and (found[0], found[-1]) == (1, 100) and found == sorted(set(found))


def test_of_a_model_with_very_large_maps_the_probe_has_fewer_samples():
    stack = [
        layers.Conv2D(64, 1, input_shape=(512, 512, 1), name="map"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(1),
    ]
    model = Sequential(stack)
    model.compile("sgd", "mse")
    builder = Builder(model, arrays={"x": np.zeros((4, 512, 512, 1), "float32"), "y": np.zeros((4, 1))}, keep=False)
    assert len(builder.steps().inputs[0]) == 1
    builder.close()


def test_a_training_that_goes_on_looks_for_a_condition_that_is_set_now(builder, wire):
    endless(wire)
    assert builder.session.standing == []  # nobody has asked, so no batch is heard of
    wire.say("breaks")
    builder.start()
    until(lambda: builder.session.status()["epoch"] > 1)
    assert not breaks(wire, keeps_bad=True)["live"]  # this one holds from the next start on
    assert breaks(wire, each_batch=True)["live"]
    until(lambda: builder.session.state == "paused" and builder.stepping.pauses.waiting is not None)
    assert wire.say("breaks")["waiting"]
    breaks(wire)
    wire.say("resume")
    epoch = builder.session.status()["epoch"]
    until(lambda: builder.session.status()["epoch"] > epoch + 1)
    builder.session.stop()
    assert builder.session.wait(LONG)


@pytest.mark.filterwarnings("ignore:The loss is")
def test_the_page_leads_to_the_sample_in_which_a_number_that_is_none_comes_up():
    x = np.ones((40, 3), "float32")
    x[27] = 3e38  # a number, of which no sum is one
    first = layers.Dense(4, activation="relu", input_shape=(3,), kernel_initializer="ones", name="a")
    model = Sequential([first, layers.Dense(1, name="b")])
    model.compile("adam", "mse")
    builder = Builder(model, arrays={"x": x, "y": np.ones((40, 1))}, keep=False)
    wire = Wire(builder.view)
    wire.say("set_training", epochs=1, batch_size=10, validation_split=0.0, shuffle=False)
    breaks(wire, keeps_bad=True)
    builder.start("again")
    assert builder.session.wait(LONG)
    answer, _ = steps(wire)
    assert (answer["source"], answer["bad_sample"]) == ("bad", 7) and answer["loss"] in ("NaN", "infinite")
    assert wire.say("breaks")["bad"] == "Batch 3 of epoch 1: infinity in the output of 'a', sample 7 of the batch."
    # The replayed step is the batch's: with the slots that the optimizer had, not with fresh ones.
    slots = builder.bad_batch.replay(model_like(builder)).updated
    assert set(slots) == {"a/kernel", "a/bias", "b/kernel", "b/bias"}
    builder.close()


def model_like(builder):
    return build_model(dict(builder.session.experiment))
