"""Sessions that train whole experiments: going on, restarting, the best weights, what a run came to."""

import json

import numpy as np
import pytest

from kwidgets.document import Refused
from kwidgets.messages import Run, RunRow
from kwidgets.session.conclusion import test_arrays as arrays_for_test
from kwidgets.session.session import Session
from tests.kwidgets.wire import ENDLESS, LONG, until


def experiment(rate=0.05, epochs=3, **training):
    layers = [
        {"class_name": "Dense", "config": {"name": "a", "units": 4, "activation": "tanh", "batch_input_shape": [None, 3]}},
        {"class_name": "Dense", "config": {"name": "b", "units": 1}},
    ]  # fmt: skip
    return {
        "class_name": "Sequential",
        "config": {"name": "m", "layers": layers},
        "data": {"inputs": {"a_input": "x_train"}, "targets": {"b": "y_train"}},
        "training": {
            "optimizer": {"class_name": "SGD", "config": {"lr": rate}}, "loss": {"b": "mean_squared_error"},
            "metrics": ["mae"], "epochs": epochs, "batch_size": 16, "validation_split": 0.25, "seed": 1, **training,
        },
    }  # fmt: skip


@pytest.fixture
def arrays():
    x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    return {"x_train": x, "y_train": x.sum(1, keepdims=True)}


@pytest.fixture
def session():
    session = Session()
    yield session
    if session.alive:
        session.stop()
    assert session.wait(LONG)


def run(session, *args, **settings):
    session.start(*args, **settings)
    assert session.wait(LONG) and session.state == "finished", session.error


def test_a_finished_run_concludes(session, arrays):
    run(session, experiment(), arrays, test={"x_train": arrays["x_train"][:5], "y_train": arrays["y_train"][:5]})
    assert session.wait_for_score(LONG)
    found = session.status()["conclusion"]
    assert found["epochs"] == 3 and found["parameters"] == 21 and found["seconds"] > 0
    assert {best["metric"] for best in found["best"]} == {"val_loss", "val_mean_absolute_error"}
    count = len(arrays["x_train"])
    assert found["settings"][:2] == [f"trained on x_train, {count} samples", "SGD, learning rate 0.05"]
    loss, mae = session.model.evaluate(arrays["x_train"][:5], arrays["y_train"][:5], verbose=0)
    assert found["test"] == pytest.approx({"loss": loss, "mean_absolute_error": mae})
    json.dumps(session.status(), allow_nan=False)


def test_the_status_holds_what_the_page_is_promised(session, arrays):
    assert set(session.status()) == set(Run.__annotations__)
    run(session, experiment(), arrays)
    assert set(session.status()) == set(Run.__annotations__)
    assert set(session.runs()[0]) == set(RunRow.__annotations__)


def test_a_test_set_that_does_not_fit_is_told_in_the_log_only(session, arrays):
    run(session, experiment(), arrays, test={"x_train": arrays["x_train"]})
    assert session.wait_for_score(LONG)
    assert session.state == "finished" and session.status()["conclusion"]["test"] is None
    assert any("test set could not be scored" in line for line in session.stream.log)


def test_test_arrays_are_found_by_their_names():
    there = {"x_train": 1, "x_test": 2, "labels": 3, "labels_test": 4}
    assert arrays_for_test(["x_train", "labels"], there) == {"x_train": 2, "labels": 4}
    assert arrays_for_test(["x_train", "labels"], {"x_test": 2}) is None


def test_validation_values_outlive_a_stop(session, arrays):
    session.start(experiment(epochs=ENDLESS), arrays)
    until(lambda: len(session.history.epoch) >= 2)
    session.stop()
    assert session.wait(LONG)
    status = session.status()
    assert status["state"] == "stopped" and status["logs"]["val_loss"] is not None
    assert status["marks"][-2]["kind"] == "stop" and status["starts"] == "continue"
    # An epoch that was cut short goes on.
    assert status["next_epoch"] == status["epoch"] + (not session.history.partial)


@pytest.mark.filterwarnings("default:The loss is")
def test_stop_best_puts_the_best_epochs_weights_back(session, arrays):
    # A rate at which the loss is best in the first epochs and then swings.
    session.start(experiment(rate=0.35, epochs=ENDLESS), arrays)
    until(lambda: len(session.history.epoch) >= 5)
    session.stop_best()
    assert session.wait(LONG) and session.state == "stopped"
    losses = session.history.history["val_loss"]
    best = int(np.argmin(losses)) + 1
    assert f"epoch {best}, the best" in session.status()["message"]
    x, y = arrays["x_train"][48:], arrays["y_train"][48:]
    assert session.model.evaluate(x, y, verbose=0)[0] == pytest.approx(min(losses), rel=1e-5)


def test_stop_best_before_the_first_epoch_is_refused_and_the_training_goes_on(session, arrays):
    session.start(experiment(), arrays, steps=1)
    with pytest.raises(Refused, match="no best one"):
        session.stop_best()
    assert session.state == "paused"


@pytest.mark.filterwarnings("default:The loss is")
def test_a_diverged_run_restarts_with_a_tenth_of_the_rate_and_new_weights(session, arrays):
    told = []
    session.on_rate = told.append
    session.start(experiment(rate=1e30, epochs=ENDLESS, terminate_on_nan=False), arrays)
    until(lambda: session.stream.trouble is not None)
    assert session.alive
    status = session.status()
    assert status["trouble"]["lower"] == pytest.approx(1e29) and status["state"] == "running"
    assert status["logs"]["loss"] is None
    first = session.status()["id"]
    session.restart_lower()
    until(lambda: session.status()["id"] != first)
    if session.alive:
        session.stop()
    assert session.wait(LONG)
    assert told == [pytest.approx(1e29)] and session.model.optimizer.learning_rate == pytest.approx(1e29)
    second, before = (row["number"] for row in session.runs())
    assert second == before + 1
    assert session.runs()[0]["differs"] == "learning rate 1e+29"


def raise_rate(session, to):
    """Train some epochs well, then with a rate that no weights survive."""
    until(lambda: len(session.history.epoch) >= 2)
    session.learning_rate = to


@pytest.mark.filterwarnings("default:The loss is")
def test_a_loss_that_is_no_number_ends_the_run_with_the_weights_of_the_best_epoch(session, arrays):
    session.start(experiment(epochs=ENDLESS), arrays, test=arrays)
    raise_rate(session, 1e30)
    assert session.wait(LONG) and session.state == "stopped"
    status, losses = session.status(), session.history.history["val_loss"]
    best = int(np.nanargmin(losses)) + 1
    assert status["trouble"]["kind"] in ("nan", "infinite") and status["logs"]["loss"] is None
    assert "ended by itself" in status["message"] and f"those of epoch {best}, the best" in status["message"]
    assert [mark["text"] for mark in status["marks"] if mark["kind"] == "stop"] == ["ended"]
    assert all(np.isfinite(w).all() for w in session.weights())
    x, y = arrays["x_train"][48:], arrays["y_train"][48:]
    assert session.model.evaluate(x, y, verbose=0)[0] == pytest.approx(np.nanmin(losses), rel=1e-5)
    assert session.wait_for_score(LONG) and session.status()["conclusion"]["test"]["loss"] is not None
    json.dumps(session.status(), allow_nan=False)


@pytest.mark.filterwarnings("default:The loss is")
@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "Nadam", "Adagrad"])
def test_after_such_an_end_it_goes_on_from_the_weights_that_were_put_back(session, arrays, optimizer):
    with_rate = {"class_name": optimizer, "config": {"lr": 0.01, "clipnorm": 10.0}}
    session.start(experiment(epochs=ENDLESS, optimizer=with_rate), arrays)
    raise_rate(session, 1e38)
    assert session.wait(LONG) and session.status()["starts"] == "continue"
    done = session.status()["epoch"]
    session.learning_rate = 0.001
    session.start(experiment(epochs=done + 2, optimizer=with_rate), arrays)
    assert session.wait(LONG) and session.state == "finished", session.error
    status = session.status()
    assert status["trouble"] is None and status["logs"]["loss"] is not None


@pytest.mark.filterwarnings("default:The loss is")
def test_without_a_whole_epoch_the_weights_are_those_of_the_start(session, arrays):
    session.start(experiment(rate=1e30), arrays)
    assert session.wait(LONG)
    assert "from before the first batch" in session.status()["message"]
    assert all(np.isfinite(w).all() for w in session.weights())


@pytest.mark.filterwarnings("default:The loss is")
def test_who_wants_it_trains_on_with_a_loss_that_is_no_number(session, arrays):
    run(session, experiment(rate=1e30, epochs=3, terminate_on_nan=False), arrays)
    status = session.status()
    assert len(session.history.epoch) == 3 and "lost" in status["message"] and status["starts"] == "first"


def test_a_loss_that_stays_far_above_the_start_is_told_with_a_lower_rate(session):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3)).astype("float32")
    arrays = {"x_train": x, "y_train": (x.sum(1, keepdims=True) > 0).astype("float32")}
    wild = experiment(rate=3e4, epochs=12, loss={"b": "binary_crossentropy"}, metrics=[], validation_split=0.0)
    wild["config"]["layers"][1]["config"]["activation"] = "sigmoid"
    run(session, wild, arrays)
    status = session.status()
    assert status["trouble"]["kind"] == "worse" and status["trouble"]["lower"] == pytest.approx(3e3)
    assert "at the start it was" in status["trouble"]["sentence"] and "had diverged" in status["message"]
    assert [mark["text"] for mark in status["marks"] if mark["kind"] == "worse"] == ["above the start"]


@pytest.mark.filterwarnings("default:The loss is")
def test_the_engines_warning_is_a_line_of_the_log_and_lands_in_no_cell(session, arrays, recwarn):
    run(session, experiment(rate=1e30, terminate_on_nan=False), arrays)
    assert not recwarn.list
    assert any("RuntimeWarning" in line or "UserWarning" in line for line in session.stream.log)


def test_a_rate_changed_while_it_runs_is_told_marked_and_taken_on(session, arrays):
    told = []
    session.on_rate = told.append
    session.start(experiment(epochs=ENDLESS), arrays, steps=1)
    until(lambda: session.status()["batch"] == 1)
    session.learning_rate = 0.02
    session.resume()
    until(lambda: any(mark["kind"] == "rate" for mark in session.status()["marks"]))
    session.stop()
    assert session.wait(LONG) and told == [0.02] and session.learning_rate == 0.02
    model = session.model
    # The document took the rate over; only that differs, so the optimizer goes on with what it knows.
    run(session, experiment(rate=0.02, epochs=2), arrays, mode="continue")
    assert session.model is model and session.learning_rate == 0.02
    # Set in the form meanwhile: the document's rate counts.
    run(session, experiment(rate=0.01, epochs=2), arrays, mode="continue")
    assert session.model is model and session.learning_rate == 0.01


def test_a_refused_rate_changes_nothing(session, arrays):
    def refuse(value):
        raise Refused("Too high.")

    session.on_rate = refuse
    session.start(experiment(epochs=ENDLESS), arrays, steps=1)
    before = session.learning_rate
    with pytest.raises(Refused, match="Too high"):
        session.learning_rate = 5
    assert session.learning_rate == before


def test_a_restart_of_a_run_begun_in_code_is_refused(session):
    session.launch(lambda control, listeners, callbacks: None)
    assert session.wait(LONG)
    with pytest.raises(Refused, match="begun in code"):
        session.restart_lower()


def test_stale_is_told_once_and_ends_with_the_next_run(session, arrays):
    run(session, experiment(), arrays)
    told = []
    session.listeners.append(told.append)
    session.stale = session.stale = "The model was changed since."
    assert told == ["progress"]
    assert session.status()["stale"] and session.status()["starts"] == "changed"
    run(session, experiment(), arrays, mode="again")
    assert session.status()["stale"] is None and session.status()["starts"] == "continue"


def test_what_a_listener_does_wrong_does_not_reach_the_training(session, arrays, caplog):
    def fails(what):
        raise RuntimeError("the view is gone")

    session.listeners.append(fails)
    run(session, experiment(), arrays)
    assert "the view is gone" in caplog.text


def test_points_of_earlier_runs_are_kept(session, arrays):
    run(session, experiment(), arrays)
    first = session.status()["id"]
    run(session, experiment(), arrays, mode="again")
    assert {piece.phase for piece in session.run_points(first)} == {"batch", "train", "validation"}
    with pytest.raises(Refused, match="not kept"):
        session.run_points("run-9")
