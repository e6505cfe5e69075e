import json
import threading

import numpy as np
import pytest

from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder, Dashboard, LiveCurves
from kwidgets.document import Refused
from kwidgets.messages import Run

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
    begun = [thread.name for thread in threading.enumerate() if thread not in before]
    assert len(begun) <= 1, f"a fit begins at most the thread that tells the page: {begun}"


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
