"""Commands: what they change, what they refuse and in which words."""

from __future__ import annotations

from typing import Any

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


def test_new_nodes_do_not_lie_on_others() -> None:
    made = document("Conv2D", "Flatten", "Dense")
    for after in ("input_1@0", "conv2d_1@0", "input_1@0", "flatten_1@0"):
        made.do({"do": "add", "class_name": "Dropout", "after": after})
    made.do({"do": "add", "class_name": "Dropout", "position": made.graph()["places"]["dense_1@0"]})
    places = list(made.graph()["places"].values())
    apart = [abs(a - c) >= 210 or abs(b - d) >= 70 for i, (a, b) in enumerate(places) for c, d in places[:i]]
    assert len(places) == 9
    assert all(apart)


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


def test_setting_a_bad_value_is_refused_beside_its_field() -> None:
    made = document("Dense")
    with pytest.raises(Refused) as refused:
        made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": -3})
    assert refused.value.field == "units"
    assert refused.value.why == "'units' must be a whole number above 0, not -3."
    with pytest.raises(Refused, match="has no setting 'unit'"):
        made.do({"do": "set", "layers": ["dense_1"], "field": "unit", "value": 3})


def test_a_tuple_can_be_one_number_or_a_text() -> None:
    made = document("Conv2D")
    for value in (2, "2", "2, 2", [2, 2]):
        made.do({"do": "set", "layers": ["conv2d_1"], "field": "kernel_size", "value": value})
        assert made.draft.layers["conv2d_1"].config["kernel_size"] == [2, 2]


def test_several_layers_take_a_value_together_or_not_at_all() -> None:
    made = document("Dense", "Dense", "Dropout")
    made.do({"do": "set", "layers": ["dense_1", "dense_2"], "field": "units", "value": 7})
    assert [node(made, name)["shape"][-1] for name in ("dense_1", "dense_2")] == [7, 7]
    version = made.version
    with pytest.raises(Refused):
        made.do({"do": "set", "layers": ["dense_1", "dense_2"], "field": "units", "value": -9})
    assert made.version == version
    assert node(made, "dense_1")["shape"][-1] == 7


def test_a_rename_carries_wires_data_and_loss_along() -> None:
    made = document("Dense", "Dense")
    made.do({"do": "mark_output", "node": "dense_1@0", "output": True})
    made.do({"do": "set_training", "loss": {"dense_2": "mean_absolute_error"}})
    made.do({"do": "set_data", "targets": {"dense_2": "y"}})
    made.do({"do": "rename", "layer": "dense_2", "name": "<b>end</b>"})
    assert made.data()["targets"] == {"<b>end</b>": "y", "dense_1": None}
    assert made.training()["loss"]["<b>end</b>"] == "mean_absolute_error"
    with pytest.raises(Refused, match="already a layer named 'dense_1'"):
        made.do({"do": "rename", "layer": "<b>end</b>", "name": "dense_1"})


def test_a_layer_after_the_output_becomes_the_output_and_keeps_the_target() -> None:
    made = document("Dense")
    made.do({"do": "set_data", "targets": {"dense_1": "y"}, "inputs": {"input_1": "x"}})
    made.do({"do": "add", "class_name": "Activation", "after": "dense_1@0"})
    assert made.data()["targets"] == {"activation_1": "y"}


def test_a_new_input_takes_its_shape_from_the_data() -> None:
    made = Document()
    made.offer([{"name": "notebook", "kind": "notebook", "arrays": [{"key": "x", "shape": [50, 8, 8], "dtype": "f4"}]}])
    made.do({"do": "add", "class_name": "Input"})
    assert node(made, "input_1")["shape"] == [None, 8, 8]


def test_data_that_does_not_fit_is_said() -> None:
    made = document("Flatten", "Dense")
    arrays = [{"key": "x", "shape": [50, 8, 8, 1], "dtype": "f4"}, {"key": "y", "shape": [49, 3], "dtype": "f4"}]
    made.offer([{"name": "notebook", "kind": "notebook", "arrays": arrays}])
    made.do({"do": "set_data", "inputs": {"input_1": "x"}, "targets": {"dense_1": "y"}})
    problems = [problem["sentence"] for problem in made.data()["problems"]]
    assert problems[0] == "'dense_1' gives 10 numbers, but 'y' holds 3 numbers a sample."
    assert problems[1] == "Arrays differ in their number of samples: 'x' has 50, 'y' has 49."


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"do": "add", "class_name": "Dence"}, "no layer class 'Dence'"),
        ({"do": "add", "class_name": 3}, "must be a text"),
        ({"do": "remove", "nodes": []}, "at least one node"),
        ({"do": "remove", "nodes": ["gone@0"]}, "no node 'gone@0'"),
        ({"do": "disconnect", "wires": ["dense_1@0#5"]}, "no wire"),
        ({"do": "move", "positions": {"dense_1@0": [1, float("nan")]}}, "two numbers"),
        ({"do": "rename", "layer": "dense_1", "name": "a\nb"}, "control characters"),
        ({"do": "set_training", "epochs": 0}, "from 1 to"),
        ({"do": "set_training", "loss": "nonsense"}, "nonsense"),
        ({"do": "set_training", "optimizer": {"class_name": "Adam", "config": {"lr": -1}}}, "Adam"),
        ({"do": "template", "name": "none"}, "no template"),
        ({"do": "start"}, "no command"),
        ({"do": ["set"]}, "no command"),
    ],
)
def test_bad_messages_are_refused_and_change_nothing(command: dict[str, Any], why: str) -> None:
    made = document("Dense")
    before, version = made.draft, made.version
    with pytest.raises(Refused, match=why):
        made.do(command)
    assert made.draft is before
    assert made.version == version


def test_a_locked_document_lets_nodes_be_moved_only() -> None:
    made = document("Dense")
    made.locked = "A run is on."
    made.do({"do": "move", "positions": {"dense_1@0": [5, 5]}})
    for command in ({"do": "add", "class_name": "Dense"}, {"do": "undo"}):
        with pytest.raises(Refused, match="A run is on"):
            made.do(command)
    made.locked = None
    made.do({"do": "undo"})


def test_listeners_hear_of_each_change_once() -> None:
    heard: list[tuple[int, str]] = []
    made = document("Dense")
    made.listeners.append(lambda change: heard.append((change.version, change.label)))
    made.do({"do": "add", "class_name": "Dropout"})
    made.undo()
    assert heard == [(made.version - 1, "add Dropout"), (made.version, "add Dropout")]
