"""Trainings that were begun in code are recorded as a builder's are."""

import json

import numpy as np
import pytest

from engine.callbacks import EarlyStopping
from engine.layers import Dense
from engine.models import Model, Sequential, load_model
from kwidgets import Dashboard, Keep, LiveCurves
from kwidgets.workspace import run_store
from tests.kwidgets.wire import LONG

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
