"""`model.layers`, weights and files have Keras's order: by depth, within a depth as a walk back from the outputs meets them."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

import engine
from engine.layers import Add, Dense, Input
from engine.models import Model, load_model
from tests.golden.graphs import COUNT, GOLDEN, orders, random_graph

FORMER = Path(__file__).with_name("former_order.h5")
# What the model of that file gave for ones times the number of its input.
FORMER_OUTPUTS = [
    [124.17742156982422, 147.3710174560547, 212.24391174316406, 177.7800750732422],
    [7.264708518981934, 14.463521957397461, 17.477874755859375, 19.687589645385742],
    [7.802065849304199, 7.993769645690918, 9.657130241394043, 7.109349250793457],
]


@pytest.mark.parametrize("seed", range(COUNT))
def test_random_graphs_have_the_orders_of_keras(seed):
    assert orders(random_graph(engine, seed)) == json.loads(GOLDEN.read_text())[seed]


def test_an_input_stands_where_it_is_met():
    a, b = Input((3,), name="a"), Input((3,), name="b")
    model = Model([a, b], Add(name="sum")([Dense(3, name="left")(a), b]))
    assert [layer.name for layer in model.layers] == ["a", "left", "b", "sum"]


@pytest.mark.parametrize("seed", [7, 187, 354, 460])
def test_a_graph_comes_back_from_its_file_in_the_same_order(tmp_path, seed):
    model = random_graph(engine, seed)
    data = [np.random.default_rng(i).normal(size=(3, 4)) for i in range(len(model.inputs))]
    model.save(tmp_path / "m.h5")
    again = load_model(tmp_path / "m.h5")
    assert orders(again) == orders(model)
    for expected, given in zip(np.atleast_3d(model.predict(data)), np.atleast_3d(again.predict(data)), strict=True):
        np.testing.assert_array_equal(given, expected)
    with h5py.File(tmp_path / "m.h5") as file:
        names = [name.decode() for name in file["model_weights"].attrs["layer_names"]]
    assert names == [layer.name for layer in model.layers]


def test_files_of_before_load_as_before():
    data = [np.full((4, 4), i + 1.0) for i in range(2)]
    with pytest.warns(UserWarning, match="fresh"):
        whole = load_model(FORMER)
    filled = random_graph(engine, 460)
    filled.load_weights(FORMER)
    named = random_graph(engine, 460)
    named.load_weights(FORMER, by_name=True)
    for model in (whole, filled, named):
        np.testing.assert_allclose([y[0] for y in model.predict(data)], FORMER_OUTPUTS, rtol=1e-6)
