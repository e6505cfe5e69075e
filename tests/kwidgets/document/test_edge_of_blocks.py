"""At the edge of an opened nested model: what a wire into it means, what ends in it, what is chosen on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from engine.models import model_from_config
from kwidgets.document import Refused
from kwidgets.document.draft import outermost
from kwidgets.document.nested import within

from .documents import INTO, TOWER, cards, document, errors, inner, read_again, siamese, tower, tower_in_tower, wires

# What ends inside.


def test_a_layer_added_after_the_last_one_is_the_output() -> None:
    made = tower()
    made.do({"do": "add", "class_name": "Dropout", "after": inner("dense_1@0")})
    assert (inner("dropout_1@0"), "dense_2@0") in wires(made) and not errors(made)
    made.do({"do": "add", "class_name": "Dropout", "after": inner("dropout_1@0"), "beside": True})
    assert (inner("dropout_2@0"), "dense_2@0") in wires(made) and not errors(made)


@pytest.mark.parametrize(
    "command",
    [
        {"do": "add", "class_name": "Dense", "after": inner("flatten_1@0"), "beside": True},
        {"do": "add", "class_name": "Conv2D", "after": inner("conv2d_1@0"), "beside": True},
    ],
    ids=["to the last", "further up"],
)
def test_a_branch_that_leads_nowhere_is_a_problem_in_words_and_no_output(command: dict[str, Any]) -> None:
    made = tower()
    made.do({"do": "add", "class_name": "Dense", "after": "dense_2@0"})
    (node,) = made.do(command)["nodes"]
    assert (inner("dense_1@0"), "dense_2@0") in wires(made)
    assert made.draft.layers["tower"].config["output_layers"] == [["dense_1", 0, 0]]
    (problem,) = [problem for problem in made.problems() if problem["severity"] == "error"]
    name = cards(made)[node]["layer"]
    assert problem["sentence"] == f"In tower: '{name}' leads nowhere: nothing uses it and it is no output of the block."
    assert problem["node"] == node and read_again(made).draft == made.draft
    made.do({"do": "mend", "problem": problem["id"], "mend": "Make it an output"})
    assert not errors(made)
    assert made.draft.layers["tower"].config["output_layers"] == [["dense_1", 0, 0], [name, 0, 0]]
    model_from_config(made.experiment())


def test_a_loose_layer_inside_becomes_the_output_once_the_last_one_feeds_it() -> None:
    made = tower()
    frame = made.graph()["head"]["frames"][0]
    (node,) = made.do({"do": "add", "class_name": "Dropout", "position": [frame["x"] + 20, frame["y"] + 20]})["nodes"]
    assert errors(made) == ["In tower: 'dropout_1' has nothing wired into it."]
    assert cards(made)["dense_2@0"]["state"] == "ok"
    made.do({"do": "connect", "source": inner("dense_1@0"), "target": node})
    assert (node, "dense_2@0") in wires(made) and not errors(made)


def test_a_fault_in_a_branch_that_leads_nowhere_does_not_stop_the_others() -> None:
    made = tower()
    made.do({"do": "add", "class_name": "LSTM", "after": inner("conv2d_1@0"), "beside": True})
    assert cards(made)["dense_2@0"]["state"] == "ok"
    assert [text.startswith("In tower: 'lstm_1' gets 6×6×32") for text in errors(made)] == [True]


# The wire into a block.


def test_the_wire_into_a_block_is_taken_away_outside_and_drawn_again() -> None:
    made = tower()
    before = made.draft
    assert made.do({"do": "disconnect", "wires": [INTO]})["label"] == "disconnect a wire"
    assert made.draft.sources(TOWER) == () and made.draft.layers["tower"].config is before.layers["tower"].config
    made.do({"do": "connect", "source": "input_1@0", "target": inner("conv2d_1@0")})
    assert made.draft == before


def test_a_wire_into_a_block_in_a_block_is_the_one_outside_too() -> None:
    made = tower_in_tower()
    wire = within(inner("head@0"), "conv2d_1@0#0")
    made.do({"do": "add", "class_name": "Dropout", "wire": wire})
    assert made.draft.sources(TOWER)[0].layer == "dropout_1"
    made.do({"do": "disconnect", "wires": [wire]})
    assert made.draft.sources(TOWER) == ()
    made.do({"do": "connect", "source": "input_1@0", "target": within(inner("head@0"), "conv2d_1@0")})
    assert made.draft.sources(TOWER)[0].layer == "input_1"


@pytest.mark.parametrize(
    "command",
    [
        {"do": "add", "class_name": "Dropout", "wire": INTO},
        {"do": "add_with", "class_name": "Dropout", "settings": {}, "wire": INTO},
        {"do": "paste_layers", "wire": INTO},
    ],
    ids=["add", "add_with", "paste_layers"],
)
def test_what_is_put_on_the_wire_into_a_block_stands_before_it(command: dict[str, Any]) -> None:
    made = tower()
    if command["do"] == "paste_layers":
        command = {**command, "text": document("Dropout", shape=[8, 8, 1]).copy(["dropout_1@0"])["text"]}
    inside = made.draft.layers["tower"].config
    (node,) = made.do(command)["nodes"]
    assert wires(made)[:2] == [("input_1@0", node), (node, inner("conv2d_1@0"))]
    assert outermost(node) == node and made.draft.layers["tower"].config is inside


def test_a_loose_card_goes_onto_the_wire_into_a_block_on_its_own_side_of_the_edge() -> None:
    made = tower()
    (outside,) = made.do({"do": "add", "class_name": "Dropout", "position": [900, 0]})["nodes"]
    made.do({"do": "insert", "node": outside, "wire": INTO})
    assert made.draft.sources(TOWER)[0].node == outside
    frame = made.graph()["head"]["frames"][0]
    (inside,) = made.do({"do": "add", "class_name": "Dropout", "position": [frame["x"] + 20, frame["y"] + 20]})["nodes"]
    made.do({"do": "insert", "node": inside, "wire": INTO})
    assert (outside, inside) in wires(made) and (inside, inner("conv2d_1@0")) in wires(made)


def test_another_wire_to_the_first_layer_of_a_block_takes_the_place_of_the_one_into_it() -> None:
    made = tower()
    (other,) = made.do({"do": "add", "class_name": "Dropout", "after": "input_1@0", "beside": True})["nodes"]
    answer = made.joins(other, inner("conv2d_1@0"))
    assert [join["class_name"] for join in answer["joins"]] == ["Add", "Concatenate"] and answer["taken"] == "input_1"
    made.do({"do": "connect", "source": other, "target": inner("conv2d_1@0"), "index": 0})
    assert made.draft.sources(TOWER)[0].node == other
    made.undo()
    made.do({"do": "connect_or_merge", "source": other, "target": inner("conv2d_1@0"), "merge": "Add"})
    assert made.draft.sources(TOWER)[0].layer == "add_1"


def test_of_several_wires_from_one_input_of_a_block_each_is_cut_alone_and_all_of_them_outside() -> None:
    made = tower()
    frame = made.graph()["head"]["frames"][0]
    (node,) = made.do({"do": "add", "class_name": "Flatten", "position": [frame["x"] + 20, frame["y"] + 20]})["nodes"]
    made.do({"do": "connect", "source": "input_1@0", "target": node})
    assert ("input_1@0", node) in wires(made)
    both = [INTO, f"{node}#0"]
    made.do({"do": "disconnect", "wires": both[1:]})
    assert ("input_1@0", node) not in wires(made) and made.draft.sources(TOWER)
    made.undo()
    made.do({"do": "disconnect", "wires": both})
    assert made.draft.sources(TOWER) == ()


def test_in_a_shared_block_only_the_wire_of_one_call_goes() -> None:
    made = siamese()
    made.open_all()
    made.do({"do": "disconnect", "wires": [inner("first@0#0", "tower@1")]})
    assert made.draft.sources("tower@1") == () and made.draft.sources("tower@0")[0].layer == "left"


def test_another_use_of_an_inner_layer_that_is_wired_to_nothing_is_one_problem() -> None:
    made = tower()
    made.do({"do": "add", "class_name": "Dense", "after": inner("dense_1@0"), "settings": {"units": 64}})
    made.do({"do": "use_again", "node": inner("dense_1@0")})
    assert errors(made) == ["In tower: 'dense_1' has nothing wired into it."]
    assert cards(made)["dense_2@0"]["state"] == "ok"
    # Wired, it is a use that nothing takes on.
    made.do({"do": "connect", "source": inner("flatten_1@0"), "target": inner("dense_1@1")})
    assert errors(made) == ["In tower: 'dense_1' leads nowhere: nothing uses it and it is no output of the block."]


# What is chosen inside and outside at once.


def test_layers_inside_and_outside_are_removed_as_one_step() -> None:
    made = tower_in_tower()
    before = made.draft
    made.do({"do": "remove", "nodes": ["dense_2@0", within(inner("head@0"), "conv2d_1@0"), inner("dense_1@0")]})
    assert list(cards(made)) == ["input_1@0", inner("flatten_1@0")] and not errors(made)
    made.undo()
    assert made.draft == before


def test_layers_inside_and_outside_are_frozen_alike() -> None:
    made = tower()
    made.do({"do": "freeze", "nodes": [inner("conv2d_1@0")]})
    chosen = ["input_1@0", inner("conv2d_1@0"), "dense_2@0"]
    for frozen in (True, False):
        made.do({"do": "freeze", "nodes": chosen})
        assert [cards(made)[node]["frozen"] for node in chosen[1:]] == [frozen, frozen]


def test_one_setting_is_given_to_layers_inside_and_outside_and_wires_there_are_cut_together() -> None:
    made = tower()
    made.do({"do": "set", "layers": [inner("flatten_1"), inner("dense_1"), "dense_2"], "field": "units", "value": 7})
    assert [cards(made)[node]["shape"] for node in (inner("dense_1@0"), "dense_2@0")] == [[None, 7], [None, 7]]
    with pytest.raises(Refused):
        made.do({"do": "set", "layers": [inner("dense_1"), "dense_2"], "field": "name", "value": "same"})
    made.do({"do": "disconnect", "wires": [inner("flatten_1@0#0"), "dense_2@0#0"]})
    assert wires(made) == [("input_1@0", inner("conv2d_1@0")), (inner("flatten_1@0"), inner("dense_1@0"))]


def test_the_same_layer_in_two_uses_of_a_block_is_one_layer() -> None:
    made = siamese()
    made.open_all()
    made.do({"do": "remove", "nodes": [inner("first@0"), within("tower@1", "first@0"), "out@0"]})
    assert [entry["config"]["name"] for entry in made.draft.layers["tower"].config["layers"]] == ["second"]
