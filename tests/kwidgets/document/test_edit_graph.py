"""Commands that change layers and wires: what they do, and what they refuse."""

from __future__ import annotations

import pytest

from kwidgets.document import Document, Refused

from .documents import document, node, wires


def test_clicks_without_a_selection_grow_the_stack() -> None:
    made = document("Flatten", "Dense")
    assert wires(made) == [("input_1@0", "flatten_1@0"), ("flatten_1@0", "dense_1@0")]
    assert node(made, "dense_1")["shape"] == [None, 10]
    assert node(made, "dense_1")["parameters"] == 650
    assert [n["id"] for n in made.graph()["cards"] if n["output"]] == ["dense_1@0"]


def test_a_layer_added_after_a_node_in_the_middle_stands_on_its_wire() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "add", "class_name": "Dropout", "after": "flatten_1@0"})
    assert wires(made)[1:] == [("flatten_1@0", "dropout_1@0"), ("dropout_1@0", "dense_1@0")]


def test_a_layer_can_be_put_on_a_wire_by_its_old_name() -> None:
    made = document("Flatten")
    made.do({"do": "add", "class_name": "Convolution2D", "wire": "flatten_1@0#0"})
    assert wires(made) == [("input_1@0", "conv2d_1@0"), ("conv2d_1@0", "flatten_1@0")]


def test_only_a_node_without_wires_is_put_onto_one() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "add", "class_name": "Dropout", "position": [400, 0]})
    made.do({"do": "insert", "node": "dropout_1@0", "wire": "dense_1@0#0"})
    assert wires(made)[1:] == [("flatten_1@0", "dropout_1@0"), ("dropout_1@0", "dense_1@0")]
    before = made.draft
    with pytest.raises(Refused, match="has its own place already"):
        made.do({"do": "insert", "node": "dropout_1@0", "wire": "flatten_1@0#0"})
    with pytest.raises(Refused, match="no wire"):
        made.do({"do": "insert", "node": "dropout_1@0", "wire": "flatten_1@0#7"})
    assert made.draft is before


def test_an_input_gets_no_wire_even_after_a_selected_node() -> None:
    made = document("Flatten")
    made.do({"do": "add", "class_name": "Input", "after": "flatten_1@0"})
    assert wires(made) == [("input_1@0", "flatten_1@0")]
    with pytest.raises(Refused, match="nothing can be wired into it"):
        made.do({"do": "connect", "source": "flatten_1@0", "target": "input_2@0"})


def test_removing_a_node_heals_the_wire() -> None:
    made = document("Conv2D", "Flatten", "Dense")
    made.do({"do": "remove", "nodes": ["conv2d_1@0"]})
    assert wires(made) == [("input_1@0", "flatten_1@0"), ("flatten_1@0", "dense_1@0")]
    made.undo()
    made.do({"do": "remove", "nodes": ["conv2d_1@0"], "heal": False})
    assert wires(made) == [("flatten_1@0", "dense_1@0")]


def test_a_circle_is_refused_with_the_path_named() -> None:
    made = document("Dense", "Dropout", "Activation")
    with pytest.raises(Refused, match="dense_1 -> dropout_1 -> activation_1 -> dense_1"):
        made.do({"do": "connect", "source": "activation_1@0", "target": "dense_1@0"})


def test_a_merge_takes_wires_in_order_and_makes_a_model_of_a_stack() -> None:
    made = document("Dense", "Activation")
    assert made.graph()["head"]["kind"] == "Sequential"
    made.do({"do": "add", "class_name": "Concatenate", "after": "activation_1@0"})
    made.do({"do": "connect", "source": "dense_1@0", "target": "concatenate_1@0"})
    made.do({"do": "connect", "source": "input_1@0", "target": "concatenate_1@0", "index": 0})
    sources = [w["source"] for w in made.graph()["wires"] if w["target"] == "concatenate_1@0"]
    assert sources == ["input_1@0", "dense_1@0"]
    assert made.graph()["head"]["kind"] == "Model"


def test_reorder_moves_a_node_in_its_stack() -> None:
    made = document("Dense", "Dropout", "Activation")
    made.do({"do": "reorder", "node": "activation_1@0", "after": "dense_1@0"})
    assert [n["layer"] for n in made.graph()["cards"]] == ["input_1", "dense_1", "activation_1", "dropout_1"]
    made.do({"do": "reorder", "node": "dropout_1@0", "after": None})
    assert [n["layer"] for n in made.graph()["cards"]] == ["input_1", "dropout_1", "dense_1", "activation_1"]
    places = list(made.graph()["places"].values())
    assert places == sorted(places)


def test_a_layer_used_again_shares_its_settings_and_counts_its_weights_once() -> None:
    made = document("Dense", shape=(5,))
    made.do({"do": "add", "class_name": "Input", "settings": {"shape": [5]}})
    made.do({"do": "use_again", "node": "dense_1@0"})
    made.do({"do": "connect", "source": "input_2@0", "target": "dense_1@1"})
    graph = made.graph()
    assert [n["shape"] for n in graph["cards"] if n["uses"] == 2] == [[None, 10], [None, 10]]
    assert graph["head"]["totals"]["parameters"] == 60
    made.do({"do": "remove", "nodes": ["dense_1@0"]})
    assert wires(made) == [("input_2@0", "dense_1@0")]


def test_a_new_input_takes_its_shape_from_the_data() -> None:
    made = Document()
    made.offer([{"name": "notebook", "kind": "notebook", "arrays": [{"key": "x", "shape": [50, 8, 8], "dtype": "f4"}]}])
    made.do({"do": "add", "class_name": "Input"})
    assert node(made, "input_1")["shape"] == [None, 8, 8]
