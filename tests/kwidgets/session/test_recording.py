"""Every run is in the store as it was on the screen, whatever happens to the store; what is in it goes on."""

import copy
import errno
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models import load_model
from kwidgets.refused import Refused
from kwidgets.session.session import Session
from kwidgets.session.thinned_checkpoints import dropped
from kwidgets.widgets.run_curves import curves_of
from kwidgets.workspace.epochs import by_epoch
from kwidgets.workspace.run_files import RECORD
from kwidgets.workspace.run_store import RunStore
from kwidgets.workspace.run_writer import RunWriter
from tests.kwidgets.session.test_going_on import (
    arrays,
    assert_same,
    dense,
    experiment,
    noisy,
    points,
    recurrent,
    start_and_stop_after,
    trained,
    with_epochs,
)
from tests.kwidgets.wire import ENDLESS, LONG, until


@pytest.fixture
def kept(tmp_path):
    return RunStore(tmp_path)


def session_in(kept):
    return Session(store=lambda: kept)


def run(session, asked, data, mode=None):
    session.start(asked, data, mode)
    assert session.wait(LONG) and session.error is None
    return session.status()["id"]


def stored_points(kept, name):
    return {(p.name, p.phase): (p.xs.tolist(), p.ys.tolist()) for p in kept.points(name) if len(p.xs)}


def stored_history(kept, name):
    recorded = kept.history(name)
    return recorded["epoch"], recorded["history"], recorded["partial"]


def assert_recorded(kept, session, name):
    """What the store has of a run is what the session shows of it."""
    assert stored_points(kept, name) == points(session)
    history = session.history
    assert stored_history(kept, name) == (history.epoch, history.history, history.partial)
    assert kept.log(name) == list(session.stream.log)


def test_a_finished_run_is_in_the_store_as_it_was_on_the_screen(kept):
    session, asked = session_in(kept), experiment()
    name = run(session, asked, arrays())
    summary = kept.get(name)
    assert_recorded(kept, session, name)
    assert (summary.state, summary.ended_by, summary.epochs, summary.planned) == ("finished", "its last epoch", 4, 4)
    assert summary.rows == 50 and set(summary.data) == {"x", "y"} and summary.parent is None
    assert kept.experiment(name) == asked
    assert session.runs()[0]["id"] == name and session.runs()[0]["number"] == summary.number
    last = kept.checkpoints(name)[-1]
    assert (last.epoch, last.batch, last.last) == (4, 0, True)
    for ours, theirs in zip(load_model(last.path).get_weights(), session.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_stop_and_start_again_are_one_run_and_again_is_another(kept):
    session, asked, data = session_in(kept), experiment(), arrays()
    start_and_stop_after(session, asked, data, 7)
    first = session.status()["id"]
    assert kept.get(first).state == "stopped" and kept.get(first).ended_by == "Stop"
    assert_recorded(kept, session, first)
    assert run(session, asked, data) == first
    assert_recorded(kept, session, first)
    assert [one.kind for one in kept.interventions(first)] == ["stop"]
    second = run(session, asked, data, "again")
    assert [one.id for one in kept.list()] == [second, first]
    assert stored_history(kept, first) == stored_history(kept, second)


@pytest.mark.parametrize("layers", [dense, recurrent, noisy])
@pytest.mark.parametrize("after", [1, 5, 7, 14])
def test_a_run_that_comes_back_in_another_session_ends_as_the_undisturbed_one(kept, layers, after):
    asked, data = experiment(layers), arrays(layers)
    whole, session = trained(asked, data), session_in(kept)
    start_and_stop_after(session, asked, data, after)
    name = session.status()["id"]
    back = session_in(kept)
    back.resume_run(name, kept.experiment(name), data)
    assert back.wait(LONG) and back.state == "finished", back.error
    assert back.status()["id"] == name
    assert_same(back, whole)
    assert_recorded(kept, back, name)
    assert kept.get(name).state == "finished"
    assert any(f"Run {kept.get(name).number} goes on after" in line for line in back.stream.log)


def test_a_finished_run_that_comes_back_goes_on_for_as_many_epochs_again(kept):
    asked, data = experiment(epochs=2), arrays()
    name = run(session_in(kept), asked, data)
    back = session_in(kept)
    back.resume_run(name, asked, data)
    assert back.wait(LONG)
    assert_same(back, trained(with_epochs(asked, 4), data))
    assert kept.get(name).planned == 4


def test_other_data_are_refused_by_name_and_change_nothing(kept):
    asked, data = experiment(), arrays()
    session = session_in(kept)
    start_and_stop_after(session, asked, data, 7)
    name = session.status()["id"]
    with pytest.raises(Refused, match="had other data: x is not what it trained on"):
        session_in(kept).resume_run(name, asked, {**data, "x": data["x"] + 1})
    assert kept.get(name).state == "stopped"


def test_a_checkpoint_that_is_damaged_is_passed_over_for_the_one_before(kept):
    asked, data = experiment(), arrays()
    session = session_in(kept)
    start_and_stop_after(session, asked, data, 7)
    name = session.status()["id"]
    last = kept.checkpoints(name)[-1]
    assert (last.epoch, last.batch) == (1, 2)
    last.path.write_bytes(last.path.read_bytes()[:1000])
    back = session_in(kept)
    back.resume_run(name, asked, data)
    assert back.wait(LONG) and back.state == "finished"
    assert any("cannot be used" in line for line in back.stream.log)
    assert_same(back, trained(asked, data))


def with_cut_epochs(session, data, *stops, batch_size=8):
    """Epochs that were cut short and stayed so: each start has batches of another size."""
    asked = experiment(epochs=9)
    for batches in stops:
        batch_size, asked = 18 - batch_size, copy.deepcopy(asked)
        asked["training"]["batch_size"] = batch_size
        start_and_stop_after(session, asked, data, batches, "continue" if session.model else None)
    return asked


def without_gaps(kept, name):
    """A record as earlier releases wrote it."""
    path = kept.folder / "runs" / name / RECORD
    record = json.loads(path.read_text())
    for key in ("absent", "cut"):
        record["epochs"].pop(key)
    path.write_text(json.dumps(record))


@pytest.mark.parametrize("earlier", [False, True])
def test_epochs_that_stayed_cut_short_come_back_with_the_values_that_they_had(kept, earlier):
    data, session = arrays(), session_in(kept)
    asked = with_cut_epochs(session, data, 3, 9, 7, 11)
    name, shown = session.status()["id"], session.history
    assert len(shown.cut) == 3 and shown.absent["val_loss"] == [*shown.cut, shown.epoch[-1]]
    assert_recorded(kept, session, name)
    if earlier:
        without_gaps(kept, name)
    back = session_in(kept)
    back.resume_run(name, asked, data)
    assert back.wait(LONG) and back.state == "finished", back.error
    ended = back.history
    count = sum(epoch < shown.epoch[-1] for epoch in ended.epoch)
    assert by_epoch(ended.recorded())[:count] == by_epoch(shown.recorded())[:count]
    assert len(ended.epoch) == 9 and len(ended.history["val_loss"]) == 9 - len(ended.cut)
    assert ended.cut == shown.cut
    best = next(one for one in back.status()["best"] if one["metric"] == "val_loss")
    values = by_epoch(ended.recorded())
    assert values[best["epoch"] - 1]["val_loss"] == best["value"] == min(ended.history["val_loss"])
    assert_recorded(kept, back, name)


def test_the_curves_of_all_runs_have_each_value_at_its_epoch(kept):
    data, session = arrays(), session_in(kept)
    with_cut_epochs(session, data, 3, 9, 11)
    name = session.status()["id"]
    answer, (xs, _) = curves_of([name], ["loss"], kept.history)
    lengths = [one["count"] for one in answer["curves"]]
    validated = np.frombuffer(xs, np.float32)[lengths[0] :]
    shown = points(session)["loss", "validation"]
    assert validated.tolist() == shown[0]


def test_a_branch_is_a_run_of_its_own_with_what_the_other_had_come_to(kept):
    asked, data = experiment(optimizer={"class_name": "SGD", "config": {"lr": 0.05}}), arrays()
    first = run(session_in(kept), asked, data)
    epoch = kept.checkpoints(first)[-2].epoch
    faster = copy.deepcopy(asked)
    faster["training"]["optimizer"]["config"]["lr"] = 0.5
    session = session_in(kept)
    session.branch_run(first, epoch, faster, data)
    assert session.wait(LONG) and session.state == "finished", session.error
    second = session.status()["id"]
    assert second != first and kept.get(second).parent == (first, epoch)
    assert_recorded(kept, session, second)
    before, now = kept.history(first)["history"]["loss"], kept.history(second)["history"]["loss"]
    assert now[:epoch] == before[:epoch] and len(now) == 4 and now[epoch:] != before[epoch:]
    assert kept.get(second).settings["learning_rate"] == 0.5
    assert kept.log(second)[0].startswith("Branched from run")


def test_the_weights_of_an_epoch_come_back_and_the_next_start_branches_there(kept):
    asked, data = experiment(), arrays()
    session = session_in(kept)
    first = run(session, asked, data)
    checkpoint = kept.checkpoints(first)[0]
    session.restore_epoch(first, checkpoint.epoch, asked)
    for ours, theirs in zip(load_model(checkpoint.path).get_weights(), session.weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert session.status()["next_epoch"] == checkpoint.epoch + 1
    second = run(session, asked, data)
    assert kept.get(second).parent == (first, checkpoint.epoch)
    assert_same(session, trained(asked, data))


def test_an_epoch_without_a_checkpoint_is_refused(kept):
    asked, data = experiment(), arrays()
    session = session_in(kept)
    name = run(session, asked, data)
    with pytest.raises(Refused, match="has no checkpoint of epoch 77"):
        session.restore_epoch(name, 77, asked)
    with pytest.raises(Refused, match="There is no run"):
        session.resume_run("nothing", asked, data)


class Broken(RunWriter):
    """A writer that fails in a way that nobody has foreseen."""

    def __init__(self):
        super().__init__("broken", 1)

    records = True

    def write(self, *args, **kwargs):
        raise RuntimeError("no")


def broken_writer(kept):
    kept.begin = lambda new: Broken()


def broken_store(kept):
    def begin(new):
        raise RuntimeError("no")

    kept.begin = begin


def no_folder(kept):
    kept.folder.joinpath("runs").write_text("in the way")


def full_disk(kept):
    begin = kept.begin

    def begun(new):
        writer = begin(new)

        def write(*args, **kwargs):
            raise OSError(errno.ENOSPC, "No space left on device")

        writer._journal.append = write
        writer.checkpoint_path = lambda epoch, batch=0: kept.folder / "gone" / "c.h5"
        return writer

    kept.begin = begun


@pytest.mark.parametrize("breaks", [broken_writer, broken_store, no_folder, full_disk])
def test_a_store_that_fails_is_said_once_and_never_disturbs_the_training(kept, breaks, caplog):
    breaks(kept)
    asked, data = experiment(), arrays()
    session = session_in(kept)
    run(session, asked, data)
    assert_same(session, trained(asked, data))
    trouble = session.status()["unrecorded"]
    assert trouble is not None and "The training goes on" in trouble
    assert list(session.stream.log).count(trouble) == 1


def test_without_a_store_runs_are_counted_by_the_session():
    session, asked, data = Session(store=None), experiment(), arrays()
    assert run(session, asked, data) == "run-1"
    assert run(session, asked, data, "again") == "run-2"
    assert session.status()["unrecorded"] is None
    with pytest.raises(Refused, match="No runs are recorded here"):
        session.resume_run("run-1", asked, data)


def test_what_a_person_does_is_recorded_with_its_moment(kept):
    session = session_in(kept)
    session.start(experiment(epochs=ENDLESS), arrays(), steps=3)
    until(lambda: session.stream.batches_done == 3)
    session.learning_rate = 0.25
    session.resume()
    session.pause()
    session.stop()
    assert session.wait(LONG)
    done = kept.interventions(session.status()["id"])
    assert [one.kind for one in done] == ["rate", "resume", "pause", "stop"]
    assert done[0].text == "learning rate 0.25" and done[0].at == pytest.approx(3 / 5)


@settings(max_examples=60)
@given(st.integers(0, 200), st.integers(3, 30))
def test_checkpoints_of_a_long_run_are_few_and_lie_from_its_start_to_its_end(epochs, most):
    there: list[int] = []
    for epoch in range(epochs + 1):
        there.append(epoch)
        gone = {one for one, _ in dropped(there, [], most)}
        there = [one for one in there if one not in gone]
        assert len(there) <= most + 2 and there[-1] == epoch and there[0] == 0
    distances = [later - earlier for earlier, later in zip(there, there[1:], strict=False)]
    assert max(distances, default=0) <= 4 * epochs / most + 2
