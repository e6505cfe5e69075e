"""What surrounds a training: a console or none, paths in any form, lists of layers, series of pandas."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.callbacks import CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from engine.errors import GraphError
from engine.layers import Conv2D, Dense, Flatten, Input
from engine.models import Model, Sequential, load_model
from engine.preprocessing.image import ImageDataGenerator
from engine.preprocessing.sequence import TimeseriesGenerator
from engine.utils import plot_model

X, Y = np.ones((6, 1)), np.zeros((6, 1))


def _closed():
    stream = io.StringIO()
    stream.close()
    return stream


class _NobodyReads(io.StringIO):
    def write(self, text):
        raise BrokenPipeError


CONSOLES = {
    "none": lambda: None,
    "closed": _closed,
    "nobody reads": _NobodyReads,
    "ascii": lambda: io.TextIOWrapper(io.BytesIO(), encoding="ascii"),
    "no encoding": io.StringIO,
}


def _model():
    model = Sequential([Dense(1, input_dim=1, name="größe")])
    model.compile("sgd", "mse")
    return model


WRITING = {
    "fit": lambda m, path: m.fit(X, Y, validation_data=(X, Y)),
    "fit verbose=2": lambda m, path: m.fit(X, Y, verbose=2),
    "evaluate": lambda m, path: m.evaluate(X, Y),
    "predict": lambda m, path: m.predict(X, verbose=1),
    "summary": lambda m, path: m.summary(),
    "fit_generator": lambda m, path: m.fit_generator(iter([(X, Y)] * 2), steps_per_epoch=2),
    "callbacks": lambda m, path: m.fit(
        X,
        Y,
        epochs=3,
        callbacks=[
            ModelCheckpoint(path / "größe.h5", monitor="loss", save_best_only=True, verbose=1),
            EarlyStopping("loss", min_delta=9, patience=1, verbose=1, restore_best_weights=True),
            LearningRateScheduler(lambda epoch: 0.01, verbose=1),
            ReduceLROnPlateau("loss", patience=0, min_delta=9, verbose=1),
        ],
    ),
}


@pytest.mark.parametrize("console", CONSOLES)
@pytest.mark.parametrize("what", WRITING)
def test_no_console_ends_no_work(what, console, monkeypatch, tmp_path):
    model = _model()
    monkeypatch.setattr(sys, "stdout", CONSOLES[console]())
    WRITING[what](model, tmp_path)


def test_signs_that_a_console_lacks_are_written_as_escapes(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    _model().summary()
    assert b"gr\\xf6\\xdfe (Dense)" in raw.getvalue()


PATHS = {"str": os.fspath, "Path": Path, "bytes": os.fsencode}


@pytest.mark.parametrize("form", PATHS)
def test_a_path_is_taken_in_any_form(form, tmp_path):
    as_form = PATHS[form]
    model = _model()
    model.save(as_form(tmp_path / "m.h5"))
    np.testing.assert_array_equal(load_model(as_form(tmp_path / "m.h5")).predict(X), model.predict(X))
    model.save_weights(as_form(tmp_path / "w.h5"))
    model.load_weights(as_form(tmp_path / "w.h5"))
    callbacks = [
        ModelCheckpoint(as_form(tmp_path / "c{epoch:02d}.h5")),
        ModelCheckpoint(as_form(tmp_path / "best.h5"), monitor="loss", save_best_only=True, save_weights_only=True),
        CSVLogger(as_form(tmp_path / "log.csv")),
    ]
    model.fit(X, Y, epochs=2, verbose=0, callbacks=callbacks)
    plot_model(model, to_file=as_form(tmp_path / "m.svg"))
    names = {path.name for path in tmp_path.iterdir()}
    assert {"m.h5", "w.h5", "c01.h5", "c02.h5", "best.h5", "log.csv", "m.svg"} <= names


def _functional():
    i = Input((6, 6, 1))
    features = Dense(7, activation="relu", name="features")(Flatten()(Conv2D(3, 3)(i)))
    return Model(i, Dense(4, activation="softmax", name="classes")(features)), Model(i, features)


def _stack():
    model = Sequential([Flatten(input_shape=(6, 6, 1)), Dense(7, name="features"), Dense(4, name="classes")])
    return model, Model(model.input, model.layers[1].output)


@pytest.mark.parametrize("make", [_functional, _stack])
@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(lambda model: model.layers.pop(), id="pop"),
        pytest.param(lambda model: model.layers.pop(-1), id="pop(-1)"),
        pytest.param(lambda model: model.layers.__delitem__(-1), id="del"),
        pytest.param(lambda model: model.layers.__delitem__(slice(-1, None)), id="del of a slice"),
        pytest.param(lambda model: model.layers.remove(model.layers[-1]), id="remove"),
    ],
)
def test_a_cut_model_ends_with_the_layer_before(make, cut):
    model, expected = make()
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).random((2, 6, 6, 1))
    cut(model)
    assert model.layers[-1].name == "features"
    np.testing.assert_array_equal(model.predict(x), expected.predict(x))
    new = Model(model.input, Dense(2)(model.layers[-1].output))
    assert new.layers[-2].name == "features"
    model.compile("sgd", "mse")
    model.fit(x, np.zeros((2, 7)), verbose=0)
    back = type(model).from_config(model.get_config())
    back.set_weights(model.get_weights())
    np.testing.assert_array_equal(back.predict(x), model.predict(x))


def test_other_changes_of_the_list_of_layers_are_refused_and_change_nothing():
    model, _ = _functional()
    for change in (
        lambda layers: layers.append(Dense(1)),
        lambda layers: layers.insert(0, Dense(1)),
        lambda layers: layers.pop(0),
        lambda layers: layers.clear(),
        lambda layers: layers.__setitem__(0, Dense(1)),
        lambda layers: layers.extend([Dense(1)]),
        lambda layers: layers.__iadd__([Dense(1)]),
    ):
        with pytest.raises(GraphError, match=r"layers: expected pop\(\) of the last layer"):
            change(model.layers)
    assert [layer.name for layer in model.layers[-2:]] == ["features", "classes"]
    mine = list(model.layers)
    mine.append(Dense(1))
    assert type(model.layers[1:]) is list


VALUES = np.arange(8.0) * 10


@pytest.mark.parametrize(
    "index", [range(8), range(100, 108), range(7, -1, -1), pd.date_range("2020", periods=8), list("abcdefgh")], ids=str
)
@pytest.mark.parametrize("kind", ["series", "frame"])
def test_windows_over_pandas_go_by_position(index, kind):
    make = pd.Series if kind == "series" else lambda values, index: pd.DataFrame({"a": values}, index=index)
    x, y = TimeseriesGenerator(make(VALUES, index=index), make(VALUES, index=index), length=2, batch_size=3)[0]
    assert x.reshape(3, 2).tolist() == [[0, 10], [10, 20], [20, 30]]
    assert y.ravel().tolist() == [20, 30, 40]


@pytest.mark.parametrize("pair", [tuple, list])
def test_pictures_and_further_arrays_come_as_a_tuple_or_a_list(pair):
    images, table = np.random.default_rng(0).random((6, 5, 5, 3)), np.arange(12.0).reshape(6, 2)
    for others, expected in ((table, [table]), ([table, np.arange(6)], [table, np.arange(6)]), (images, [images])):
        flow = ImageDataGenerator().flow(pair((images, others)), np.arange(6), batch_size=4, shuffle=False)
        (first, *rest), labels = next(flow)
        np.testing.assert_allclose(first, images[:4], rtol=1e-6)
        for array, one in zip(rest, expected, strict=True):
            np.testing.assert_allclose(array, one[:4], rtol=1e-6)
        assert labels.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("white", [1.0, 255.0])
def test_brightness_multiplies_and_keeps_the_range(white):
    image = np.array([0.2, 0.4, 0.9]).reshape(1, 1, 3, 1) * white
    for factor, expected in ((1.0, [0.2, 0.4, 0.9]), (0.5, [0.1, 0.2, 0.45]), (2.0, [0.4, 0.8, 1.0])):
        flow = ImageDataGenerator(brightness_range=(factor, factor)).flow(image, batch_size=1, shuffle=False)
        np.testing.assert_allclose(next(flow).ravel(), np.array(expected) * white, rtol=1e-5)
