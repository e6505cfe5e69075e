"""What the Runs page asks of a builder: open, repeat, resume and branch runs, and take an epoch's weights."""

import numpy as np
import pytest

from engine.models import load_model
from kwidgets import Builder, runs
from kwidgets.workspace import run_store

from .wire import LONG, Wire, until

pytestmark = pytest.mark.usefixtures("small_bundle")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path))


def trained(builder, wire, **message):
    assert wire.say("start", **message)["ok"]
    assert builder.session.wait(LONG) and builder.view.settled(LONG) and builder.session.error is None
    return builder.session.status()["id"]


def stopped(builder, wire):
    """A run that was stopped within its second epoch."""
    wire.say("step")
    for count in range(1, 12):
        until(lambda count=count: builder.session.stream.batches_done == count)
        wire.say("step")
    wire.say("stop")
    assert builder.session.wait(LONG) and builder.view.settled(LONG)
    return builder.session.status()["id"]


def test_a_run_belongs_to_its_document(builder, wire):
    name = trained(builder, wire)
    assert run_store.store().get(name).document == builder.name
    assert runs()[0].id == name


def test_a_stopped_run_resumes_in_another_builder_to_the_undisturbed_end(builder, wire, arrays):
    whole = trained(builder, wire)
    expected, weights = builder.history.history, builder.session.weights()
    wire.say("set_training", epochs=3)
    wire.say("start", mode="again")
    assert builder.session.wait(LONG)
    second = Builder(builder.to_yaml(), arrays=arrays)
    page = Wire(second.view)
    run = stopped(second, page)
    assert run != whole
    third = Builder(arrays=arrays)
    page = Wire(third.view)
    assert page.say("resume_run", run=run)["ok"]
    assert third.session.wait(LONG) and third.session.error is None
    assert third.session.status()["id"] == run and third.session.status()["stale"] is None
    assert third.history.history == expected
    for ours, theirs in zip(third.model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    second.close()
    third.close()


def test_opening_a_run_is_one_step_of_undo(builder, wire):
    name = trained(builder, wire)
    first = builder.experiment
    wire.say("set_training", batch_size=4)
    changed = builder.experiment
    assert wire.say("open_run", run=name)["ok"]
    assert builder.experiment["training"] == first["training"]
    wire.say("undo")
    assert builder.experiment == changed


def test_repeat_begins_the_run_anew_with_the_same_numbers(builder, wire):
    name = trained(builder, wire)
    losses = builder.history.history
    wire.say("set_training", batch_size=4)
    assert wire.say("repeat_run", run=name)["ok"]
    assert builder.session.wait(LONG)
    assert builder.history.history == losses and builder.session.status()["id"] != name


def test_a_branch_takes_the_present_settings_of_the_same_graph(builder, wire):
    name = trained(builder, wire)
    epoch = run_store.store().checkpoints(name)[0].epoch
    wire.say("set_training", batch_size=4)
    assert wire.say("branch_run", run=name, epoch=epoch)["ok"]
    assert builder.session.wait(LONG) and builder.session.error is None
    branch = run_store.store().get(builder.session.status()["id"])
    assert branch.parent == (name, epoch) and branch.settings["batch_size"] == 4


def test_the_weights_of_an_epoch_come_back_into_the_present_model(builder, wire):
    name = trained(builder, wire)
    checkpoint = run_store.store().checkpoints(name)[0]
    assert wire.say("restore_epoch", run=name, epoch=checkpoint.epoch)["ok"]
    for ours, theirs in zip(builder.model.get_weights(), load_model(checkpoint.path).get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert builder.view.settled(LONG) and "after epoch" in builder.view.log[-1]


def test_builder_resume_takes_a_run_of_the_list(builder, wire):
    run = stopped(builder, wire)
    builder.resume(runs()[0])
    assert builder.session.wait(LONG) and builder.session.status()["id"] == run
    assert builder.history.epoch == [0, 1, 2]


@pytest.mark.parametrize(
    ("do", "message", "why"),
    [
        ("resume_run", {"run": "nothing"}, "There is no run"),
        ("branch_run", {"run": "nothing", "epoch": 1}, "There is no run"),
        ("restore_epoch", {"run": "nothing", "epoch": "x"}, "An epoch is a whole number"),
    ],
)
def test_what_cannot_be_is_refused_in_words(builder, wire, do, message, why):
    answer = wire.say(do, **message)
    assert "ok" not in answer and why in str(answer)


def test_a_builder_that_keeps_nothing_has_no_runs_to_resume(arrays):
    builder = Builder(arrays=arrays, keep=False)
    page = Wire(builder.view)
    assert "No runs are recorded here" in str(page.say("resume_run", run="x"))
    builder.close()
