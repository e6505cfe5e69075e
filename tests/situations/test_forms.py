"""The other forms of a number, an array, a label: taken alike, or refused in words."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import backend as K
from engine import optimizers
from engine.callbacks import EarlyStopping, LearningRateScheduler
from engine.errors import DataError, UnknownName
from engine.layers import (
    LSTM,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Input,
    LeakyReLU,
    MaxPooling2D,
    Permute,
    RepeatVector,
    Reshape,
)
from engine.models import Model, Sequential, load_model, model_from_json
from engine.preprocessing.image import ImageDataGenerator, load_img, save_img

RNG = np.random.default_rng(2)
X, Y = RNG.normal(size=(9, 4)), RNG.normal(size=(9, 1))


def _model():
    model = Sequential([Dense(2, input_dim=4), Dense(1)])
    model.compile("adam", "mse")
    return model


def _read_again(model):
    file = io.BytesIO()
    model.save(file)
    file.seek(0)
    assert model_from_json(model.to_json()).get_config() == model.get_config()
    return load_model(file)


WHOLE = {"int64": np.int64, "int32": np.int32, "uint8": np.uint8, "an array without axes": np.array}


@pytest.mark.parametrize("kind", WHOLE)
def test_whole_numbers_of_numpy_are_settings(kind):
    n = WHOLE[kind]
    i = Input((n(6), n(6), n(2)))
    x = MaxPooling2D(n(2))(Conv2D(n(3), (n(3), n(2)), strides=n(1), padding="same")(i))
    x = LSTM(n(4), return_sequences=n(1))(Reshape((n(9), n(3)))(x))
    x = RepeatVector(n(2))(Flatten()(Permute((n(2), n(1)))(x)))
    model = Model(i, Dense(n(1))(x))
    model.compile("adam", "mse")
    images, targets = np.ones((4, 6, 6, 2)), np.ones((4, 2, 1))
    model.fit(images, targets, epochs=n(2), batch_size=n(2), initial_epoch=n(0), verbose=0)
    np.testing.assert_array_equal(_read_again(model).predict(images, batch_size=n(2)), model.predict(images))


REAL = {"float64": np.float64, "float32": np.float32, "float16": np.float16, "an array without axes": np.array}


@pytest.mark.parametrize("kind", REAL)
def test_numbers_of_numpy_are_settings(kind):
    n = REAL[kind]
    model = Sequential([Dense(3, input_dim=4), Dropout(n(0.25)), LeakyReLU(n(0.5)), GaussianNoise(n(0.5)), Dense(1)])
    model.compile(optimizers.Adam(lr=n(0.5), decay=n(0.25)), "mse", loss_weights=[n(0.5)])
    callbacks = [EarlyStopping(min_delta=n(0.5)), LearningRateScheduler(lambda epoch: n(0.5))]
    model.fit(X, Y, validation_split=n(0.25), callbacks=callbacks, verbose=0)
    back = _read_again(model)
    assert back.layers[1].rate == 0.25
    assert K.get_value(back.optimizer.lr) == 0.5


def test_columns_of_objects_that_hold_numbers_are_numbers():
    expected, model = _model(), _model()
    model.set_weights(expected.get_weights())
    expected.fit(X, Y, shuffle=False, verbose=0)
    frame = pd.DataFrame(X.astype(object), index=range(9, 0, -1))
    model.fit(frame, pd.Series(Y.ravel().astype(object)), shuffle=False, verbose=0)
    for ours, theirs in zip(model.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(model.predict(X.astype(object)), model.predict(X))
    large = np.array([[2**53 + 1]], dtype=object)
    table = Sequential([Flatten(input_shape=(1,))])
    assert table.predict(large).dtype == np.float32
    assert table.predict(np.array([[2**80]], dtype=object))[0, 0] == np.float32(2.0**80)


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param(np.array(list("abcabcabc")), id="texts"),
        pytest.param(list("abcabcabc"), id="a list of texts"),
        pytest.param(np.array(list("abcabcabc"), dtype=object), id="objects"),
        pytest.param(np.array([b"a"] * 9), id="bytes"),
        pytest.param(np.array([None] * 9), id="None"),
        pytest.param(pd.Series(list("abcabcabc"), dtype="category"), id="categories"),
        pytest.param(pd.Series(pd.date_range("2020", periods=9)), id="dates"),
        pytest.param(np.ones(9, complex), id="complex"),
    ],
)
def test_labels_that_are_no_numbers_are_refused_in_words(labels):
    model = _model()
    before = model.get_weights()
    for refused in (
        lambda: model.fit(X, labels, verbose=0),
        lambda: model.evaluate(X, labels, verbose=0),
        lambda: model.train_on_batch(X, labels),
        lambda: model.fit_generator(iter([(X, labels)]), steps_per_epoch=1, verbose=0),
    ):
        with pytest.raises(
            DataError, match=r"output 'dense_\d+': expected numbers.*turn text or categories into numbers"
        ):
            refused()
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("value", [3.0, np.array(3.0), np.float32(3)])
def test_data_without_axes_are_refused(value):
    model = _model()
    for refused in (lambda: model.predict(value), lambda: model.fit(value, value, verbose=0)):
        with pytest.raises(DataError, match="takes 4 numbers, but x is a number without an axis of samples"):
            refused()


def test_masked_arrays_are_taken_where_nothing_is_masked_and_refused_elsewhere():
    model = _model()
    whole = np.ma.MaskedArray(X, mask=np.zeros_like(X, bool))
    np.testing.assert_array_equal(model.predict(whole), model.predict(X))
    model.fit(np.ma.MaskedArray(X), np.ma.MaskedArray(Y), sample_weight=np.ma.MaskedArray(np.ones(9)), verbose=0)
    holed = np.ma.masked_greater(X, 0.5)
    masked = int((X > 0.5).sum())
    for refused in (
        lambda: model.fit(holed, Y, verbose=0),
        lambda: model.predict(holed),
        lambda: model.fit_generator(iter([(holed, Y)]), steps_per_epoch=1, verbose=0),
    ):
        with pytest.raises(DataError, match=rf"a masked array with {masked} masked of 36. .*filled\(0\)"):
            refused()


@pytest.mark.parametrize("form", [os.fspath, Path, os.fsencode], ids=["str", "Path", "bytes"])
def test_folders_of_pictures_are_taken_in_any_form(form, tmp_path):
    (tmp_path / "pictures" / "cat").mkdir(parents=True)
    (tmp_path / "copies").mkdir()
    save_img(form(tmp_path / "pictures" / "cat" / "one.png"), np.full((4, 4, 3), 7.0), scale=False)
    assert load_img(form(tmp_path / "pictures" / "cat" / "one.png")).size == (4, 4)
    flow = ImageDataGenerator().flow_from_directory(
        form(tmp_path / "pictures"), (4, 4), save_to_dir=form(tmp_path / "copies")
    )
    assert (next(flow)[0] == 7).all()
    assert len(list((tmp_path / "copies").iterdir())) == 1
    table = pd.DataFrame({"name": ["one.png"], "class": ["cat"]})
    flow = ImageDataGenerator().flow_from_dataframe(
        table, form(tmp_path / "pictures" / "cat"), "name", "class", target_size=(4, 4)
    )
    assert (next(flow)[0] == 7).all()


@pytest.mark.parametrize(
    "wrong", [("no such optimizer", "mse"), ("sgd", "no such loss"), ("sgd", {"no such output": "mse"})]
)
def test_a_refused_compile_leaves_the_one_before(wrong):
    model, other = _model(), _model()
    other.set_weights(model.get_weights())
    for one in (model, other):
        one.fit(X, Y, shuffle=False, verbose=0)
    optimizer = model.optimizer
    with pytest.raises(UnknownName):
        model.compile(*wrong)
    assert model.optimizer is optimizer
    assert model.loss == "mse"
    for one in (model, other):
        one.fit(X, Y, shuffle=False, verbose=0)
    for ours, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_what_a_model_does_not_ask_for_by_name_is_left_alone():
    first, second = Input((4,), name="numbers"), Input((1,), name="more")
    model = Model([first, second], [Dense(1, name="sum")(first), Dense(1, name="more_of_it")(second)])
    model.compile("sgd", "mse")
    x, y = {"numbers": X, "more": Y}, {"sum": Y, "more_of_it": Y}
    texts = {**x, "texts": ["a"] * 9}
    targets = {**y, "unused": np.zeros(3)}

    def batches():
        while True:
            yield texts, targets

    assert model.evaluate(texts, targets, verbose=0) == model.evaluate(x, y, verbose=0)
    assert model.test_on_batch(texts, targets) == model.test_on_batch(x, y)
    np.testing.assert_array_equal(model.predict(texts)[0], model.predict(x)[0])
    model.fit(texts, targets, validation_data=(texts, targets), verbose=0)
    model.fit_generator(batches(), 2, verbose=0)
    with pytest.raises(UnknownName, match="'nubmers'"):
        model.predict({"nubmers": X, "more": Y})
