"""`model.inspect(x)`: all outputs of all layers in one call, equal to plain NumPy's."""

import re

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.errors import DataError, TooLarge, UnknownName
from engine.inspection import Inspection, Reader, inspect
from engine.models import Model, Sequential

from . import plain


def test_every_layer_gives_what_plain_numpy_computes():
    model, x = plain.digits_model(), plain.pictures()
    found, expected = model.inspect(x), plain.digits_values(model, x)
    assert list(found) == list(expected)
    for name, values in expected.items():
        assert np.abs(found[name] - values).max() < 1e-6, name


def test_the_last_one_is_what_predict_gives_for_any_number_of_samples():
    model, x = plain.digits_model(), plain.pictures(75)
    assert np.allclose(model.inspect(x)["classes"], model.predict(x), atol=1e-7)


def test_some_layers_by_name_and_one():
    model, x = plain.digits_model(), plain.pictures()
    assert list(model.inspect(x, layers=["classes", "inner/dense", "picture"])) == ["classes", "inner/dense", "picture"]
    assert np.array_equal(model.inspect(x, "picture")["picture"], x)


def test_several_inputs_and_outputs_and_a_layer_that_gives_a_list():
    a, b = layers.Input((4, 2), name="a"), layers.Input((3,), name="b")
    y, h, _ = layers.LSTM(3, return_state=True, name="lstm")(a)
    out = layers.Concatenate(name="both")([h, b])
    model = Model([a, b], [layers.Dense(1, name="first")(out), layers.Dense(2, name="second")(y)])
    data = [np.ones((5, 4, 2)), np.zeros((5, 3))]
    found = model.inspect(data)
    assert [value.shape for value in found["lstm"]] == [(5, 3)] * 3
    assert np.array_equal(found["lstm"][0], found["lstm"][1])
    assert found["both"].shape == (5, 6)
    assert {name: found[name].shape for name in ("first", "second")} == {"first": (5, 1), "second": (5, 2)}


def test_a_model_written_as_a_subclass_and_one_without_input_shape():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.last = layers.Dense(3, activation="relu", name="hidden"), layers.Dense(1, name="last")

        def call(self, inputs):
            return self.last(self.hidden(inputs))

    x = np.ones((4, 2), "float32")
    assert {k: v.shape for k, v in Own().inspect(x).items()} == {"hidden": (4, 3), "last": (4, 1)}
    late = Sequential([layers.Dense(3, name="late")])
    assert late.inspect(x)["late"].shape == (4, 3)


def test_nothing_changes_neither_weights_nor_states_nor_random_numbers():
    x = np.ones((4, 3, 2), "float32")
    model = Sequential([layers.LSTM(3, stateful=True, batch_input_shape=(4, 3, 2), name="kept"), layers.Dense(1)])
    model.predict(x, batch_size=4)
    states = [K.get_value(s).copy() for s in model.layers[0].states]
    model.inspect(x)
    assert all(np.array_equal(s, K.get_value(now)) for s, now in zip(states, model.layers[0].states, strict=True))

    def trained(look):
        model = plain.digits_model()
        np.random.seed(3)
        pictures = np.linspace(-1, 1, 7 * 60).reshape(7, 6, 5, 2).astype("float32")
        losses = []
        for _ in range(3):
            losses.append(model.train_on_batch(pictures, plain.labels())[0])
            if look:
                model.inspect(pictures)
                inspect(model, pictures, details=True)
        return losses

    assert trained(look=True) == trained(look=False)


def test_details_are_those_of_recurrent_and_attending_layers():
    x = layers.Input((5, 4))
    h = layers.GRU(3, return_sequences=True, name="gru")(x)
    model = Model(x, layers.Attention(name="attend")([h, h]))
    found = model.inspect(np.ones((2, 5, 4)), details=True)
    assert found["attend.scores"].shape == (2, 5, 5)
    assert found["gru.reset gate"].shape == (2, 5, 3)


def test_wrong_names_wrong_data_and_too_much():
    model, x = plain.digits_model(), plain.pictures()
    with pytest.raises(UnknownName, match="Did you mean 'conv'"):
        model.inspect(x, layers=["covn"])
    with pytest.raises(KeyError, match="Did you mean 'conv'"):
        model.inspect(x)["con"]
    with pytest.raises(DataError, match="'picture' takes 6×5×2"):
        model.inspect(np.ones((2, 3)))
    with pytest.raises(DataError, match="at least one sample"):
        model.inspect(x[:0])
    K.set_memory_limit(1000)
    try:
        wide = Sequential([layers.Dense(1, input_dim=1), layers.RepeatVector(5000), layers.Dense(1000, name="wide")])
        with pytest.raises(TooLarge, match="fewer samples"):
            wide.inspect(np.ones((40, 1)))
    finally:
        K.set_memory_limit(0.5)


def test_the_picture_names_every_layer_and_its_shape():
    model, x = plain.digits_model(), plain.pictures()
    svg = model.inspect(x)._repr_svg_()
    assert svg.startswith("<svg") and svg.endswith("</svg>")
    for text in ("conv", "Conv2D · 6×5×3", "inner/dense", "shared:2", "Dense · 3"):
        assert re.search(f">{re.escape(text)}<", svg), text


def test_a_name_with_marks_stays_text_in_the_picture():
    svg = Inspection({"<script>&": np.ones((1, 2))}).picture()
    assert "<script>" not in svg and "&lt;script&gt;&amp;" in svg


def test_a_reader_serves_many_questions_with_one_plan():
    model, x = plain.digits_model(), plain.pictures()
    reader = Reader(model)
    first = inspect(model, x, reader=reader)
    assert all(np.array_equal(first[name], value) for name, value in inspect(model, x, reader=reader).items())
    model.get_layer("classes").set_weights([np.zeros((4, 3)), np.zeros(3)])
    assert np.allclose(inspect(model, x, reader=reader)["classes"], 1 / 3)
