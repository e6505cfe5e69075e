"""Configs of graphs: Keras's own, older dialects, and what is refused with its place."""

import copy

import numpy as np
import pytest

from engine.errors import EngineError, GraphError, SettingError, UnknownName
from engine.layers import Dense, Input
from engine.models import Model, Sequential, clone_model, model_from_config, model_from_json, model_from_yaml

from .small_models import X, shared


def test_the_config_is_that_of_keras():
    config = shared().get_config()
    assert [layer["name"] for layer in config["layers"]] == ["a", "b", "shared", "joined", "out"]
    assert config["layers"][2]["inbound_nodes"] == [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]
    assert config["layers"][3]["inbound_nodes"] == [[["shared", 0, 0, {}], ["shared", 1, 0, {}]]]
    assert config["input_layers"] == [["a", 0, 0], ["b", 0, 0]]
    assert config["output_layers"] == [["out", 0, 0], ["joined", 0, 0]]
    entry = Sequential([Dense(2, input_shape=(4,), name="d")], name="s").get_config()
    assert entry["name"] == "s"
    assert entry["layers"][0]["config"]["batch_input_shape"] == [None, 4]


def test_nodes_outside_the_model_are_left_out_of_its_config():
    layer = Dense(3, name="layer")
    layer(Input(shape=(4,)))
    x = Input(shape=(4,), name="x")
    config = Model(x, layer(x)).get_config()
    assert config["layers"][1]["inbound_nodes"] == [[["x", 0, 0, {}]]]
    assert config["output_layers"] == [["layer", 0, 0]]
    assert Model.from_config(config).output_shape == (None, 3)


@pytest.mark.parametrize(
    "read", [lambda m: model_from_json(m.to_json()), lambda m: model_from_yaml(m.to_yaml()), clone_model]
)
def test_a_model_is_read_back(read):
    model = shared()
    again = read(model)
    assert again.get_config() == model.get_config()
    again.set_weights(model.get_weights())
    for y, z in zip(model.predict([X, -X]), again.predict([X, -X]), strict=True):
        np.testing.assert_array_equal(y, z)


def test_older_dialects_are_read():
    model = shared()
    config = copy.deepcopy(model.get_config())
    for layer in config["layers"]:
        layer["inbound_nodes"] = [[item[:3] for item in node] for node in layer["inbound_nodes"]]
    assert model_from_config({"class_name": "Functional", "config": config}).output_names == ["out", "joined"]
    stack = Sequential([Dense(2, input_shape=(4,))])
    bare = {"class_name": "Sequential", "config": stack.get_config()["layers"]}
    assert model_from_config(bare).output_shape == (None, 2)
    entry = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "in"}}
    first = {"class_name": "Sequential", "config": {"name": "s", "layers": [entry, *stack.get_config()["layers"]]}}
    assert model_from_config(first).output_shape == (None, 2)
    nested = Sequential([stack, Dense(1)]).get_config()
    nested["layers"][0]["config"] = nested["layers"][0]["config"]["layers"]
    assert Sequential.from_config(nested).output_shape == (None, 1)


def broken(change):
    config = copy.deepcopy(shared().get_config())
    change(config)
    return config


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda c: c["layers"][2]["inbound_nodes"][0][0].__setitem__(0, "out"), GraphError, ["circle", "out", "shared"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(0, "ghost"), GraphError, ["out", "inbound_nodes[0]", "ghost"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(1, 7), GraphError, ["out", "joined", "7"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(2, 7), GraphError, ["joined", "7"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(1, -1), GraphError, ["out", "-1"]),
        (lambda c: c["layers"][1].update(name="a"), GraphError, ["layers[1]", "two layers named 'a'"]),
        (lambda c: c["layers"][2].update(class_name="Dnse"), UnknownName, ["layers[2]", "'Dense'"]),
        (lambda c: c["layers"][2]["config"].update(units=-1), SettingError, ["layers[2]", "layer 'shared' (Dense), units"]),
        (lambda c: c["layers"][2]["config"].update(unit=1), EngineError, ["layers[2]", "'unit'", "units"]),
        (lambda c: c["layers"][2].pop("config"), GraphError, ["layers[2]", "class_name and config"]),
        (lambda c: c["layers"].__setitem__(2, None), GraphError, ["layers[2]"]),
        (lambda c: c["output_layers"].__setitem__(0, ["ghost", 0, 0]), GraphError, ["output_layers", "ghost"]),
        (lambda c: c.update(input_layers=[]), GraphError, ["input_layers"]),
        (lambda c: c.pop("layers"), GraphError, ["layers"]),
    ],
)  # fmt: skip
def test_a_broken_config_is_refused_with_its_place(change, error, words):
    with pytest.raises(error) as caught:
        Model.from_config(broken(change))
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_errors_in_a_nested_model_say_the_whole_way():
    inner = Sequential([Dense(3, input_shape=(4,), name="deep")], name="inner")
    config = Sequential([inner, Dense(2)], name="outer").get_config()
    config["layers"][0]["config"]["layers"][0]["config"]["units"] = 0
    with pytest.raises(SettingError, match=r"'outer', layers\[0\].*'inner', layers\[0\].*'deep'.*\(Dense\), units"):
        Sequential.from_config(config)
