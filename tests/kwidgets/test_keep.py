"""Trainings that were begun in code are recorded as a builder's are."""

import json

import numpy as np
import pytest

import kwidgets
from engine import backend as K
from engine.callbacks import Callback, EarlyStopping
from engine.events import BatchEnd
from engine.layers import Dense, Dropout
from engine.models import Model, Sequential, load_model
from kwidgets import Builder, Dashboard, Keep, LiveCurves
from kwidgets.fitted import Looks
from kwidgets.refused import Refused
from kwidgets.workspace import run_store
from tests.kwidgets.wire import LONG, Wire

X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path))


def compiled():
    model = Sequential([Dense(4, input_shape=(3,)), Dense(1)], name="small")
    model.compile("sgd", "mse")
    return model


def assert_recorded(name, history, model):
    store = run_store.store()
    recorded, run = store.history(name), store.get(name)
    assert (recorded["epoch"], recorded["history"]) == (history.epoch, history.history)
    assert run.state == "finished" and run.rows == 40 and run.document == "small"
    assert run.settings["optimizer"] == "SGD" and run.settings["batch_size"] == 8 and run.epochs == run.planned == 3
    batches = next(series for series in store.points(name) if (series.name, series.phase) == ("loss", "batch"))
    assert len(batches.xs) == 15
    last = store.checkpoints(name)[-1]
    assert last.epoch == 3
    for ours, theirs in zip(load_model(last.path).get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert json.loads(store.architecture(name))["class_name"] == "Sequential"


def test_keep_records_a_fit_with_its_note_and_tags():
    model, keep = compiled(), Keep(note="plain", tags=["a", "b"])
    history = model.fit(X, Y, epochs=3, batch_size=8, verbose=0, callbacks=[keep])
    assert keep.trouble is None
    assert_recorded(keep.id, history, model)
    run = run_store.store().get(keep.id)
    assert (run.note, run.tags) == ("plain", ("a", "b"))


def test_each_fit_is_a_run_of_its_own():
    model, keep = compiled(), Keep()
    for _ in range(2):
        model.fit(X, Y, verbose=0, callbacks=[keep])
    assert [run.epochs for run in run_store.store().list()] == [1, 1]


def test_an_early_end_and_a_failure_are_told_apart():
    class Fails(EarlyStopping):
        def on_epoch_end(self, epoch, logs=None):
            raise ValueError("no")

    early, failing = Keep(), Keep()
    stopping = EarlyStopping(monitor="loss", min_delta=1e9, patience=0)
    compiled().fit(X, Y, epochs=5, verbose=0, callbacks=[early, stopping])
    with pytest.raises(ValueError, match="no"):
        compiled().fit(X, Y, epochs=5, verbose=0, callbacks=[failing, Fails()])
    store = run_store.store()
    assert (store.get(early.id).state, store.get(early.id).ended_by) == ("stopped", "a callback, early")
    assert store.get(failing.id).state == "failed"


def test_live_curves_record_each_fit_unless_told_not_to():
    model = compiled()
    history = model.fit(X, Y, epochs=3, batch_size=8, verbose=0, callbacks=[LiveCurves()])
    (run,) = run_store.store().list()
    assert_recorded(run.id, history, model)
    model.fit(X, Y, verbose=0, callbacks=[LiveCurves(keep=False)])
    assert len(run_store.store().list()) == 1


def test_a_dashboard_records_each_fit_unless_told_not_to(small_bundle):
    model, board = compiled(), Dashboard()
    board.fit(model, X, Y, batch_size=8, epochs=3)
    assert board.session.wait(LONG) and board.session.error is None
    (run,) = run_store.store().list()
    assert_recorded(run.id, board.history, model)
    board.close()
    quiet = Dashboard(keep=False)
    quiet.fit(model, X, Y)
    assert quiet.session.wait(LONG) and quiet.session.error is None
    quiet.close()
    assert len(run_store.store().list()) == 1


def test_a_model_that_cannot_say_its_layers_is_recorded_without_them():
    class Own(Model):
        def __init__(self):
            super().__init__(name="own")
            self.dense = Dense(1)

        def call(self, inputs):
            return self.dense(inputs)

    model, keep = Own(), Keep()
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0, callbacks=[keep])
    run = run_store.store().get(keep.id)
    assert run.state == "finished" and run_store.store().architecture(keep.id) is None
    assert keep.trouble is not None and "no checkpoints" in keep.trouble


def noisy():
    model = Sequential([Dense(6, input_shape=(3,), activation="relu"), Dropout(0.3), Dense(1)], name="noisy")
    model.compile("adam", "mse", ["mae"])
    return model


def undisturbed(fit, **settings):
    """A fit that ends by itself, and one that is stopped within its second epoch, from the same weights and seeds."""
    whole, part = noisy(), noisy()
    part.set_weights(whole.get_weights())
    runs = []
    for model, batches in ((whole, 0), (part, 8)):
        np.random.seed(3)
        fit(model, batches, dict(epochs=4, batch_size=8, validation_split=0.2, **settings))
        runs.append(kwidgets.runs()[0])
    return whole, *runs


def by_keep(model, batches, settings):
    model.fit(X, Y, verbose=0, callbacks=[Keep(), *([Stop(batches)] if batches else [])], **settings)


class Stop(Looks):
    """Presses Stop after so many batches."""

    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    def make_listener(self, control):
        def heard(event):
            if isinstance(event, BatchEnd):
                self.batches -= 1
                if self.batches == 0:
                    control.stop()

        return heard


def by_live_curves(model, batches, settings):
    model.fit(X, Y, verbose=0, callbacks=[LiveCurves(), *([Stop(batches)] if batches else [])], **settings)


def by_dashboard(model, batches, settings):
    board = Dashboard()
    board.fit(model, X, Y, callbacks=[Stop(batches)] if batches else [], **settings)
    assert board.session.wait(LONG) and board.session.error is None
    board.close()


def assert_ended_as(run, whole, first):
    assert run.state == "finished"
    assert run.history.history == first.history.history and run.history.epoch == [0, 1, 2, 3]
    for ours, theirs in zip(run.model().get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("fit", [by_keep, by_live_curves, by_dashboard])
@pytest.mark.parametrize("where", ["given", "by name", "in the builder", "under another name"])
def test_a_fit_in_code_that_was_stopped_goes_on_to_the_undisturbed_end(small_bundle, fit, where):
    whole, first, run = undisturbed(fit)
    assert run.state == "stopped" and run.epochs == 1
    if where == "given":
        run.resume(X, Y)
    elif where == "by name":
        run.resume({"x": X, "y": Y})
    else:
        names = {"x": X, "y": Y} if where == "in the builder" else {"old": Y + 1, "features": X, "answers": Y}
        builder = Builder(arrays=names)
        page = Wire(builder.view)
        details = page.say("run_details", run=run.id)
        assert details["opens"] and details["missing"] is None
        assert page.say("resume_run", run=run.id)["ok"], page.sent[-1]
        assert builder.session.wait(LONG) and builder.session.error is None
        assert set(builder.experiment["data"]["inputs"].values()) == {"x" if "x" in names else "features"}
        builder.close()
    assert_ended_as(run, whole, first)


def test_a_fit_with_callbacks_and_weights_says_what_it_must_be_given_and_goes_on_with_it(small_bundle):
    class Counts(Callback):
        def __init__(self):
            super().__init__()
            self.seen = 0

        def on_epoch_end(self, epoch, logs=None):
            self.seen += 1

    def weighted(model, batches, settings):
        own = [Counts(), Keep(), *([Stop(batches)] if batches else [])]
        model.fit(X, Y, verbose=0, callbacks=own, sample_weight=weights, **settings)

    weights = np.linspace(0, 1, len(X))
    whole, first, run = undisturbed(weighted)
    page = Wire(Builder(arrays={"x": X, "y": Y}).view)
    details = page.say("run_details", run=run.id)
    assert not details["opens"]
    assert details["missing"].startswith("Its sample_weight, callbacks (Counts) are known in code alone")
    line = f"kwidgets.run({run.number}).resume(x, y, sample_weight=sample_weight, callbacks=callbacks)"
    assert details["code"] == line
    assert "made in code" in page.say("resume_run", run=run.id)["refused"]
    with pytest.raises(Refused, match=r"given sample_weight, callbacks \(Counts\) besides its data"):
        run.resume(X, Y)
    with pytest.raises(Refused, match="'x' holds other numbers"):
        run.resume(X + 1, Y, sample_weight=weights, callbacks=[])
    with pytest.raises(Refused, match="No array of the notebook holds"):
        run.resume(sample_weight=weights, callbacks=[])
    counts = Counts()
    exec(line, {"kwidgets": kwidgets, "x": X, "y": Y, "sample_weight": weights, "callbacks": [counts]})
    assert_ended_as(run, whole, first)
    assert counts.seen == 3


def test_a_loss_that_only_code_knows_goes_on_with_it(small_bundle):
    def steep(true, predicted):
        return K.mean(K.abs(true - predicted) ** 3)

    model = Sequential([Dense(1, input_shape=(3,))], name="own_loss")
    model.compile("sgd", steep)
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[Keep()])
    run = kwidgets.runs()[0]
    run.resume(X, Y, custom_objects={"steep": steep})
    assert run.state == "finished" and run.epochs == 4


def test_generators_are_given_again(small_bundle):
    def batches():
        while True:
            for start in range(0, 40, 8):
                yield X[start : start + 8], Y[start : start + 8]

    model = compiled()
    model.fit_generator(batches(), steps_per_epoch=5, epochs=2, verbose=0, callbacks=[Keep()])
    run = kwidgets.runs()[0]
    with pytest.raises(Refused, match=rf"No array of the notebook.*kwidgets.run\({run.number}\).resume\(generator\)"):
        run.resume()
    run.resume(batches())
    assert run.state == "finished" and run.epochs == 4
