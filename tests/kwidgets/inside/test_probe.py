"""The probe: typical samples by default, those that were asked for else; pictures of them where they are pictures."""

import numpy as np
import pytest

from engine import layers
from engine.models import Model, Sequential
from kwidgets.inside.probe import SIZE, make_probe
from kwidgets.refused import Refused

RNG = np.random.default_rng(0)


def experiment(inputs, targets):
    return {"data": {"inputs": inputs, "targets": targets}}


def test_one_of_each_class_first_of_numbers_and_of_columns():
    model = Sequential([layers.Dense(3, input_shape=(2,), name="out")])
    classes = np.array([2, 2, 0, 1, 0, 1])
    for target in (classes, classes[:, None], np.eye(3)[classes]):
        probe = make_probe(experiment({"any": "x"}, {"out": "y"}), {"x": RNG.normal(size=(6, 2)), "y": target}, model)
        assert probe.rows == [2, 3, 0, 1, 4, 5] and probe.labels == ["0", "1", "2", "2", "0", "1"]
    assert list(probe.x) == model.input_names and list(probe.y) == ["out"]


def test_numbers_are_no_classes_and_a_long_table_gives_its_first_rows():
    model = Sequential([layers.Dense(1, input_shape=(2,), name="out")])
    y = RNG.normal(size=500)
    probe = make_probe(experiment({"out": "x"}, {"out": "y"}), {"x": RNG.normal(size=(500, 2)), "y": y[:, None]}, model)
    assert probe.rows == list(range(SIZE)) and probe.labels[0] == f"{y[0]:.4g}"


def test_several_inputs_by_name_and_no_targets():
    a, b = layers.Input((2,), name="a"), layers.Input((3,), name="b")
    model = Model([a, b], layers.Concatenate(name="c")([a, b]))
    arrays = {"one": RNG.normal(size=(5, 2)), "two": RNG.normal(size=(5, 3))}
    probe = make_probe(experiment({"a": "one", "b": "two"}, {}), arrays, model, rows=[4, 2])
    assert np.array_equal(probe.x["b"], arrays["two"][[4, 2]]) and probe.y == {} and probe.labels == ["", ""]
    assert np.array_equal(probe.sample(1)["a"], arrays["one"][2:3])
    assert np.array_equal(probe.sample(99)["a"], arrays["one"][2:3])


def test_thumbs_are_pictures_of_pictures_and_words_of_anything_else():
    model = Sequential([layers.Flatten(input_shape=(8, 8, 1))])
    probe = make_probe(experiment({"f": "x"}, {}), {"x": RNG.random(size=(12, 8, 8, 1))}, model)
    samples, buffers = probe.thumbs(10)
    assert len(samples) == len(buffers) == 10 and len(buffers[0]) == 64
    rows = make_probe(
        experiment({"f": "x"}, {}), {"x": RNG.normal(size=(3, 9))}, Sequential([layers.Dense(1, input_shape=(9,))])
    )
    samples, buffers = rows.thumbs(10)
    assert samples[0]["panel"] is None and samples[0]["text"].endswith("…") and buffers == []


def test_nothing_chosen_and_nothing_there_are_refused():
    model = Sequential([layers.Dense(1, input_shape=(2,))])
    for arrays in ({}, {"x": np.zeros((0, 2))}):
        with pytest.raises(Refused, match="no sample"):
            make_probe(experiment({"d": "x"}, {}), arrays, model)
