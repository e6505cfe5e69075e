import contextlib
import json
import threading

import numpy as np
import pytest

from engine.callbacks import Callback, TerminateOnNaN
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder, Dashboard, Keep, LiveCurves
from kwidgets.document import Refused
from kwidgets.messages import Run
from kwidgets.workspace import run_store

from .wire import ENDLESS, LONG, Wire

pytestmark = pytest.mark.usefixtures("small_bundle")


@pytest.fixture
def model():
    model = Sequential([Dense(4, input_dim=3, activation="tanh"), Dense(1)])
    model.compile("sgd", "mse", ["mae"])
    return model


@pytest.fixture
def xy():
    x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    return x, x.sum(1, keepdims=True)


def test_a_dashboard_trains_in_the_background_and_shows_it(model, xy):
    board = Dashboard()
    wire = Wire(board.view)
    board.fit(model, *xy, epochs=4, batch_size=16, validation_split=0.25)
    assert board.session.wait(LONG) and board.view.settled(LONG)
    assert board.view.run["state"] == "finished" and board.view.run["epoch"] == 4
    assert board.history.history == model.history.history
    assert {s["phase"] for message in wire.points() for s in message["series"]} == {"batch", "train", "validation"}
    _, buffers = wire.say_for_bytes("export", what="history")
    assert json.loads(buffers[0])["epoch"] == [0, 1, 2, 3]
    assert wire.say("export", what="weights")["refused"]
    board.close()


def test_a_dashboard_refuses_a_second_fit(model, xy):
    board = Dashboard()
    board.fit(model, *xy, epochs=ENDLESS)
    with pytest.raises(Refused, match="already"):
        board.fit(model, *xy)
    assert Wire(board.view).say("stop")["ok"]
    assert board.session.wait(LONG) and model.stopped


def test_live_curves_hold_every_batch_and_epoch_of_a_blocking_fit(model, xy):
    curves = LiveCurves()
    history = model.fit(*xy, epochs=3, batch_size=16, validation_split=0.25, verbose=0, callbacks=[curves])
    found = {(p.name, p.phase): p for p in curves.stream.curves.pieces()}
    assert len(found["loss", "batch"].xs) == 9 and found["loss", "batch"].xs[-1] == 3.0
    assert np.allclose(found["loss", "train"].ys, history.history["loss"])
    assert np.allclose(found["loss", "validation"].ys, history.history["val_loss"])
    assert curves.stream.status()["epochs"] == 3
    model.fit(*xy, epochs=1, verbose=0, callbacks=[curves])
    assert curves.stream.history.epoch == [0]


def test_live_curves_know_a_fit_that_was_cut_short(model, xy):
    class Impatient(LiveCurves):
        def on_batch_end(self, batch, logs=None):
            super().on_batch_end(batch, logs)
            self.model.stop_training = batch == 1

    curves = Impatient()
    before = set(threading.enumerate())
    model.fit(*xy, epochs=3, batch_size=16, verbose=0, callbacks=[curves])
    assert curves.stream.history.partial
    begun = [one.name for one in threading.enumerate() if one not in before and one.name != "engine-end"]
    assert len(begun) <= 1, f"a fit begins at most the thread that tells the page: {begun}"


class Raises(Callback):
    """Ends a `fit` in its second epoch with an error, or as Ctrl-C pressed twice does."""

    def __init__(self, error):
        super().__init__()
        self.error = error
        self.epoch = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_batch_begin(self, batch, logs=None):
        if self.epoch == 1:
            raise self.error


class StopsEarly(Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = True


class PressesStop(LiveCurves):
    def on_batch_end(self, batch, logs=None):
        super().on_batch_end(batch, logs)
        if batch == 1:
            self._run.stop()


class RaisesAtTheEnd(Callback):
    def on_train_end(self, logs=None):
        raise ValueError("no room")


@pytest.mark.parametrize(
    ("make", "callback", "state", "message", "mark", "recorded", "ended_by"),
    [
        (LiveCurves, None, "finished", "Finished after 3 epochs.", None, "finished", "its last epoch"),
        (LiveCurves, Raises(ValueError("no room")), "failed", "Raises.on_batch_begin failed: ValueError: no room",
         "failed", "failed", "ValueError: no room"),
        (LiveCurves, Raises(KeyboardInterrupt()), "stopped", "The cell was interrupted in epoch 2 of 3.",
         "interrupted", "stopped", "the cell's interrupt"),
        (LiveCurves, StopsEarly(), "stopped", "A callback stopped it early in epoch 1 of 3.",
         "stopped early", "stopped", "a callback, early"),
        (PressesStop, None, "stopped", "Stopped in epoch 1 of 3.", "stopped", "stopped", "Stop"),
        (LiveCurves, RaisesAtTheEnd(), "failed", "RaisesAtTheEnd.on_train_end failed: ValueError: no room",
         "failed", "failed", "ValueError: no room"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_each_way_in_which_a_fit_ends_has_its_own_words(
    model, xy, make, callback, state, message, mark, recorded, ended_by, first
):
    curves, keep = make(), Keep()
    callbacks = [one for one in ([curves, keep, callback] if first else [callback, keep, curves]) if one is not None]
    with contextlib.suppress(ValueError, KeyboardInterrupt):
        model.fit(*xy, epochs=3, batch_size=16, verbose=0, callbacks=callbacks)
    run = curves._run.status()
    assert run["state"] == state and message in run["message"]
    stops = [one["text"] for one in run["marks"] if one["kind"] == "stop"]
    assert stops == ([] if mark is None else [mark])
    assert (run["conclusion"] is None) == (state == "failed")
    board = Dashboard(keep=False)
    again = [one for one in (callback,) if one is not None]
    if make is LiveCurves and not isinstance(getattr(callback, "error", None), KeyboardInterrupt):
        board.fit(model, *xy, epochs=3, batch_size=16, callbacks=again)
        assert board.session.wait(LONG)
        told = board.session.status()
        assert told["state"] == state and message in told["message"]
    board.close()
    for one in (run_store.store().get(keep.id), run_store.store().list()[1]):
        assert one.state == recorded and ended_by in one.ended_by
        assert any(message in line for line in run_store.store().log(one.id)) == (state == "failed")


def test_a_fit_that_fails_before_curves_hear_of_it_leaves_those_of_the_fit_before(model, xy):
    class RefusesToBegin(Callback):
        def on_train_begin(self, logs=None):
            raise ValueError("no")

    curves = LiveCurves()
    model.fit(*xy, epochs=2, batch_size=16, verbose=0, callbacks=[curves])
    count = len(run_store.store().list())
    with pytest.raises(ValueError, match="no"):
        model.fit(*xy, epochs=2, verbose=0, callbacks=[RefusesToBegin(), curves])
    assert curves._run.status()["state"] == "finished" and len(run_store.store().list()) == count


def test_curves_of_a_loop_that_calls_the_hooks_itself_end_with_it(model, xy):
    curves = LiveCurves(keep=False)
    curves.set_model(model)
    curves.set_params({"epochs": 1, "steps": 2, "metrics": ["loss"]})
    curves.on_train_begin()
    curves.on_epoch_begin(0)
    for batch in range(2):
        curves.on_batch_end(batch, {"loss": 1.0, "size": 16})
    curves.on_epoch_end(0, {"loss": 1.0})
    assert curves._run.status()["state"] == "running"
    curves.on_train_end()
    assert curves._run.status()["state"] == "finished"


@pytest.mark.filterwarnings("ignore:The loss is")
def test_a_callback_that_ends_a_fit_for_its_loss_is_told_as_that(model, xy):
    x, y = xy
    curves, keep = LiveCurves(), Keep()
    model.fit(x * float("nan"), y, epochs=3, batch_size=16, verbose=0, callbacks=[curves, keep, TerminateOnNaN()])
    run = curves._run.status()
    assert run["state"] == "stopped" and "ended by itself in epoch 1 of 3" in run["message"]
    assert run_store.store().get(keep.id).state == "diverged"


def test_a_builder_takes_a_trained_model_with_its_weights_and_goes_on(model, xy):
    x, y = xy
    model.fit(x, y, epochs=1, verbose=0)
    builder = Builder(model, arrays={"x": x, "y": y})
    assert builder.model is model
    assert builder.view.training["loss"] == {"dense_2": "mean_squared_error"} or "mse" in str(
        builder.view.training["loss"]
    )
    before = [w.copy() for w in model.get_weights()]
    builder.document.do({"do": "set_training", "epochs": 1})
    builder.start("continue")
    assert builder.session.wait(LONG) and builder.session.state == "finished", builder.session.error
    assert builder.model is model and any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    builder.close()


def test_a_blocking_fit_says_so_and_concludes(model, xy):
    curves = LiveCurves()
    model.fit(*xy, epochs=3, batch_size=16, validation_split=0.25, verbose=0, callbacks=[curves])
    run = curves._run.status()
    assert set(run) == set(Run.__annotations__)
    assert run["blocking"] and run["state"] == "finished" and run["conclusion"]["epochs"] == 3
    assert run["best"][0]["metric"] == "val_loss"


@pytest.mark.filterwarnings("ignore:The loss is")
def test_a_dashboard_names_the_array_that_holds_no_numbers(model, xy):
    x, y = xy
    x[7] = float("nan")
    board = Dashboard()
    board.fit(model, x, y, epochs=1, batch_size=16, shuffle=False)
    assert board.session.wait(LONG) and board.view.settled(LONG)
    trouble = board.view.run["trouble"]
    assert "'x'" in trouble["sentence"] and "sample 7" in trouble["sentence"] and trouble["lower"] is None
    board.close()
