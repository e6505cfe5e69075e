"""Calls of nested models are counted from 1 in Keras's files; both counts are read, Keras's is written."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.errors import GraphError
from engine.layers import Add, Dense, Input
from engine.models import Model, Sequential, model_from_json


def _wired(first):
    """What tf_keras writes for two nested models, one called twice (first 1), and what was written here before (0)."""
    dense = {"class_name": "Dense", "config": {"name": "d", "units": 3}}
    ends = {"input_layers": [["i", 0, 0]], "output_layers": [["d", 0, 0]]}
    inner = {
        "name": "inner",
        "layers": [
            {"name": "i", "class_name": "InputLayer", "config": {"batch_input_shape": [None, 4]}, "inbound_nodes": []},
            {"name": "d", **dense, "inbound_nodes": [[["i", 0, 0, {}]]]},
        ],
        **ends,
    }
    stack = {
        "name": "stack",
        "layers": [{"class_name": "Dense", "config": {"units": 3, "batch_input_shape": [None, 3]}}],
    }
    layers = [
        {"name": "x", "class_name": "InputLayer", "config": {"batch_input_shape": [None, 4]}, "inbound_nodes": []},
        {"name": "y", "class_name": "InputLayer", "config": {"batch_input_shape": [None, 4]}, "inbound_nodes": []},
        {"name": "inner", "class_name": "Model", "config": inner,
         "inbound_nodes": [[["x", 0, 0, {}]], [["y", 0, 0, {}]]]},
        {"name": "stack", "class_name": "Sequential", "config": stack, "inbound_nodes": [[["inner", first, 0, {}]]]},
        {"name": "add", "class_name": "Add", "config": {},
         "inbound_nodes": [[["stack", first, 0, {}], ["inner", first + 1, 0, {}]]]},
    ]  # fmt: skip
    return {
        "name": "m",
        "layers": layers,
        "input_layers": [["x", 0, 0], ["y", 0, 0]],
        "output_layers": [["add", 0, 0], ["inner", first, 0]],
    }


def _built(first):
    return model_from_json(json.dumps({"class_name": "Model", "config": _wired(first)}))


@pytest.mark.parametrize("first", [0, 1])
def test_nested_models_are_read_whether_their_calls_begin_at_zero_or_one(first):
    model = _built(first)
    x, y = np.ones((2, 4)), np.full((2, 4), 2.0)
    inner, stack = model.get_layer("inner"), model.get_layer("stack")
    joined, one = model.predict([x, y])
    np.testing.assert_allclose(one, inner.predict(x), rtol=1e-6)
    np.testing.assert_allclose(joined, stack.predict(inner.predict(x)) + inner.predict(y), rtol=1e-6)


def test_what_is_written_counts_as_keras_does():
    config = _built(0).get_config()
    expected = _wired(1)
    assert config["output_layers"] == expected["output_layers"]
    ours, keras = ({layer["name"]: layer["inbound_nodes"] for layer in one["layers"]} for one in (config, expected))
    assert ours == keras
    back = Model.from_config(config)
    back.set_weights(_built(0).get_weights())
    assert back.get_config() == config


def test_other_layers_and_numbers_in_between_are_no_models_of_keras():
    config = _wired(0)
    config["output_layers"] = [["add", 1, 0]]
    with pytest.raises(GraphError, match="'add' is called once; there is no call 1"):
        Model.from_config(config)
    config = _wired(1)
    config["output_layers"] = [["add", 0, 0], ["inner", 0, 0]]
    with pytest.raises(GraphError, match=r"'inner' is called 2 times; there is no call 2|'stack' is called once"):
        Model.from_config(config)


def test_a_model_of_ours_in_two_places_comes_back():
    shared = Sequential([Dense(3, input_dim=4)])
    x, y = Input((4,)), Input((4,))
    model = Model([x, y], Add()([shared(x), shared(y)]))
    back = model_from_json(model.to_json())
    back.set_weights(model.get_weights())
    arrays = [np.ones((2, 4)), np.zeros((2, 4))]
    np.testing.assert_array_equal(back.predict(arrays), model.predict(arrays))
