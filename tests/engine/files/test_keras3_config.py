"""Configs of Keras 3 as those of Keras 2: modules, calls, operations between layers, words that mean something else."""

from __future__ import annotations

from typing import Any

import pytest

from engine._files.keras3_config import is_of_keras3, of_keras2
from engine._files.keras_calls import with_all_sources
from engine.errors import GraphError


def tensor(name: str, call: int = 0) -> dict[str, Any]:
    """A tensor as Keras 3 writes it."""
    return {"class_name": "__keras_tensor__", "config": {"shape": [None, 2], "keras_history": [name, call, 0]}}


def layer(name: str, kind: str, *calls: dict[str, Any], module: str = "keras.layers", **config: Any) -> dict[str, Any]:
    """The entry of a layer."""
    settings = {"name": name, **config}
    entry = {"module": module, "class_name": kind, "config": settings, "registered_name": None}
    return {**entry, "name": name, "inbound_nodes": list(calls)}


def call(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """A call."""
    return {"args": list(args), "kwargs": kwargs}


def model(*layers: dict[str, Any], ends: Any) -> dict[str, Any]:
    """A functional model that begins at "x"."""
    config = {"name": "m", "layers": list(layers), "input_layers": ["x", 0, 0], "output_layers": ends}
    return {"module": "keras", "class_name": "Functional", "config": config, "registered_name": "Functional"}


X = layer("x", "InputLayer", batch_shape=[None, 2])


def test_a_config_of_keras_2_stays_as_it_is() -> None:
    config = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": 2}}]}}
    assert not is_of_keras3(config)
    assert of_keras2(config) == config


def test_calls_become_inbound_nodes_and_masks_go_along() -> None:
    mask = layer("not_equal", "NotEqual", call(tensor("x"), 0), module="keras.src.ops.numpy")
    steps = layer(
        "lstm",
        "LSTM",
        call(tensor("x"), mask=tensor("not_equal"), training=True, initial_state=[tensor("h"), tensor("c")]),
    )
    written = of_keras2(model(X, mask, layer("h", "Dense"), layer("c", "Dense"), steps, ends=["lstm", 0, 0]))["config"]
    assert [one["name"] for one in written["layers"]] == ["x", "h", "c", "lstm"]
    assert written["layers"][3]["inbound_nodes"] == [[["x", 0, 0, {}], ["h", 0, 0, {}], ["c", 0, 0, {}]]]
    assert written["input_layers"] == [["x", 0, 0]]


def test_attention_takes_value_key_and_mask_in_this_order() -> None:
    seen = layer(
        "a", "MultiHeadAttention", call(tensor("x"), tensor("v"), attention_mask=tensor("m"), use_causal_mask=True)
    )
    entry = of_keras2(model(X, layer("v", "Dense"), layer("m", "InputLayer"), seen, ends=["a", 0, 0]))["config"][
        "layers"
    ][3]
    first, *others = entry["inbound_nodes"][0]
    assert first == ["x", 0, 0, {"use_causal_mask": True}]
    assert [one[0] for one in others] == ["v", "v", "m"]


def test_sums_between_layers_are_layers_and_other_operations_are_named() -> None:
    plus = layer("add", "Add", call(tensor("x"), tensor("x")), module="keras.src.ops.numpy")
    assert of_keras2(model(X, plus, ends=["add", 0, 0]))["config"]["layers"][1]["class_name"] == "Add"
    cut = layer("get_item", "GetItem", call(tensor("x"), [0]), module="keras.src.ops.numpy")
    with pytest.raises(GraphError, match=r"layer 'get_item': .* the operation 'GetItem'"):
        of_keras2(model(X, cut, ends=["get_item", 0, 0]))


def test_the_call_of_a_graph_is_counted_from_one_at_the_ends_alone() -> None:
    inner = {**model(X, ends=["x", 0, 0]), "name": "inner", "inbound_nodes": [call(tensor("x"))]}
    written = of_keras2(model(X, inner, ends=["inner", 1, 0]))["config"]
    assert written["output_layers"] == [["inner", 0, 0]]


def test_words_that_mean_something_else_get_names_of_their_own() -> None:
    dense = layer("d", "Dense", call(tensor("x")), activation="hard_sigmoid")
    up = layer("u", "UpSampling2D", call(tensor("x")), interpolation="bilinear")
    config = model(X, dense, up, ends=["d", 0, 0])
    now, then = of_keras2(config), of_keras2(config, "2.15.0")
    assert now["config"]["layers"][1]["config"]["activation"] == "hard_sigmoid_of_keras_3"
    assert then["config"]["layers"][1]["config"]["activation"] == "hard_sigmoid"
    assert then["config"]["layers"][2]["config"]["half_pixel_centers"] is True
    old = {
        "class_name": "Sequential",
        "keras_version": "2.2.4",
        "config": {"layers": [{"class_name": "UpSampling2D", "config": {"interpolation": "bilinear"}}]},
    }
    assert of_keras2(old) == old
    tensorflow = of_keras2({**old, "keras_version": "2.2.4-tf"})
    assert tensorflow["config"]["layers"][0]["config"]["half_pixel_centers"] is True


def test_tensors_among_the_arguments_of_tf_keras_become_sources() -> None:
    layers = [
        {"name": "q"},
        {"name": "v"},
        {"name": "k"},
        {"name": "a", "inbound_nodes": [[["q", 0, 0, {"key": ["k", 0, 0], "value": ["v", 0, 0]}]]]},
    ]
    written = with_all_sources({"class_name": "Model", "config": {"layers": layers}})["config"]["layers"][3]
    assert written["inbound_nodes"] == [[["q", 0, 0, {}], ["v", 0, 0, {}], ["k", 0, 0, {}]]]


def test_names_that_are_no_texts_are_left_to_the_reader_of_graphs() -> None:
    config = {"class_name": "Model", "config": {"layers": [{"name": {"a": 1}}, {"name": "b", "inbound_nodes": 3}]}}
    assert with_all_sources(config) == config
