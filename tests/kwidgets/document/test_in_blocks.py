"""What is asked about the inside of a nested model: what the search finds there, and what a gesture would change."""

from __future__ import annotations

from typing import Any

import pytest

from kwidgets.document import Refused
from kwidgets.document.nested import within

from .documents import INTO, TOWER, cards, classes, document, errors, inner, template, tower, tower_in_tower, wires


def test_the_search_goes_to_inner_layers_from_everywhere() -> None:
    made = tower_in_tower()
    made.open_all(False)
    conv = within(inner("head@0"), "conv2d_1@0")
    for place in (None, "input_1@0", inner("flatten_1@0")):
        rows = [row for row in made.search("conv2d_1", after=place)["rows"] if row["section"] == "model"]
        assert [(row["go"], row["line"]) for row in rows] == [(conv, "go there, in tower › head")]
    rows = [row for row in made.search("dense_2", after=inner("flatten_1@0"))["rows"] if row["section"] == "model"]
    assert [(row["go"], row["line"]) for row in rows] == [("dense_2@0", "go there")]
    made.reveal(conv)
    assert conv in cards(made)


def test_the_search_on_the_wire_into_a_block_is_about_the_place_before_it() -> None:
    made = tower_in_tower()
    answer = made.search("dropout", wire=within(inner("head@0"), "conv2d_1@0#0"))
    assert answer["after"] == "input_1"
    command = answer["rows"][0]["command"]
    assert command is not None and command["wire"] == "tower@0#0"


BLOCKS: list[Any] = [{"name": "mine", "layers": 2, "help": "Dropout, Dropout"}]


@pytest.mark.parametrize("wire", ["dense_2@0#0", INTO, inner("flatten_1@0#0")], ids=["behind", "into", "inside"])
def test_a_block_of_ones_own_found_for_a_wire_goes_onto_it(wire: str) -> None:
    made = tower()
    (source,) = [one["source"] for one in made.graph()["wires"] if one["id"] == wire]
    target = wire.rpartition("#")[0]
    row = next(row for row in made.search("mine", wire=wire, blocks=BLOCKS)["rows"] if row["section"] == "block")
    command = dict(row["command"] or {})
    assert command.pop("name") == "mine"
    text = document("Dropout", "Dropout", shape=[4]).copy(["dropout_1@0", "dropout_2@0"])["text"]
    first, last = made.do({**command, "do": "paste_layers", "text": text})["nodes"]
    assert {(source, first), (first, last), (last, target)} <= set(wires(made)) and not errors(made)


def test_consequences_inside_a_block_are_those_within_and_around_it() -> None:
    made = tower()
    made.do({"do": "set", "layers": ["dense_2"], "field": "units", "value": 3})
    pooling = {"do": "add", "class_name": "MaxPooling2D", "after": inner("conv2d_1@0")}
    brings = made.consequences(pooling)
    assert [change["title"] for change in brings["changed"]] == ["Flatten", "Dense"]
    assert brings["parameters"] is not None
    before, after = brings["parameters"]
    made.do(pooling)
    assert after == made.graph()["head"]["totals"]["parameters"] < before
    made.do({"do": "rename", "layer": "dense_2", "name": "last"})
    wider = made.consequences({"do": "remove", "nodes": [inner("dense_1@0")]})
    assert [change["title"] for change in wider["changed"]] == ["Dense"]
    assert wider["changed"][0]["parameters"] == [33, 3 * 288 + 3]


def test_consequences_two_blocks_deep_are_those_of_every_graph_around_told_once() -> None:
    made = tower_in_tower()
    conv = within(inner("head@0"), "conv2d_1@0")
    brings = made.consequences({"do": "add", "class_name": "MaxPooling2D", "after": conv})
    assert [change["title"] for change in brings["changed"]] == ["Flatten", "Dense"]
    wrong = made.consequences({"do": "add", "class_name": "LSTM", "after": conv})
    assert wrong["appear"] == ["'lstm_1' gets 6×6×32 from 'conv2d_1'. It needs an input of rank 3."]
    assert wrong["waiting"] == 3


def test_a_branch_that_would_lead_nowhere_is_foreseen() -> None:
    made = tower()
    brings = made.consequences({"do": "add", "class_name": "Dense", "after": inner("flatten_1@0"), "beside": True})
    assert [text for text in brings["needs"] + brings["appear"] if "leads nowhere" in text]


def test_joins_inside_a_block_are_tried_on_its_own_graph() -> None:
    made = tower()
    answer = made.joins(inner("conv2d_1@0"), inner("dense_1@0"))
    assert answer["taken"] == "flatten_1" and [join["class_name"] for join in answer["joins"]] == ["Add", "Concatenate"]
    assert all(join["says"] for join in answer["joins"])
    with pytest.raises(Refused, match="circle"):
        made.joins(inner("dense_1@0"), inner("conv2d_1@0"))


def test_the_search_knows_the_place_inside_and_finds_what_is_there() -> None:
    made = tower()
    made.open_fold(TOWER, open=False)
    found = made.search("conv2d_1", find=True)["rows"]
    assert [row["go"] for row in found] == [inner("conv2d_1@0")] and found[0]["title"] == "conv2d_1"
    assert [row["go"] for row in made.search("tower", find=True)["rows"]] == [TOWER]
    made.reveal(inner("conv2d_1@0"))
    answer = made.search("dropout 0.2", after=inner("flatten_1@0"))
    assert answer["after"] == "flatten_1" and answer["rows"][0]["shape"] == [None, 1152]
    command = answer["rows"][0]["command"]
    assert command is not None and command["after"] == inner("flatten_1@0")
    made.do(command)
    assert "Dropout" in classes(made)


def test_a_mend_that_takes_out_all_that_is_in_a_block_takes_the_block_out() -> None:
    made = template("siamese")
    made.do({"do": "remove", "nodes": ["right@0"], "heal": False})
    made.do({"do": "cut", "nodes": ["encoder@0", "encoder@1", "dense_1@0"]})
    made.do({"do": "group", "nodes": ["concatenate_1@0"], "name": "lonely"})
    (problem,) = made.problems()
    (mend,) = problem["mends"]
    assert problem["node"] == inner("concatenate_1@0", "lonely@0") and mend["label"] == "Remove 'concatenate_1'"
    made.do({"do": "mend", "problem": problem["id"], "mend": mend["id"]})
    assert list(made.draft.nodes()) == ["left@0"]


@pytest.mark.parametrize("label", ["Give 'conv2d_1' padding same", "Remove 'conv2d_1'"])
def test_a_mend_two_blocks_deep_is_previewed_as_the_canvas_is_then(label: str) -> None:
    made = tower_in_tower()
    deep = inner(inner("conv2d_1@0", "head@0"))
    made.do({"do": "set", "layers": [deep.rpartition("@")[0]], "field": "kernel_size", "value": [40, 40]})
    before = {card["id"]: card for card in made.graph()["cards"]}
    (problem,) = made.problems()
    mend = {"do": "mend", "problem": problem["id"], "mend": label}
    preview = made.consequences(mend)["preview"]
    made.do(mend)
    after = {card["id"]: card for card in made.graph()["cards"]}
    changed = {one for one in after.keys() & before.keys() if after[one]["shape"] != before[one]["shape"]}
    assert changed <= preview["cards"].keys()
    for one in preview["cards"].keys() & after.keys():
        assert preview["cards"][one]["shape"] == after[one]["shape"] and after[one]["line"].startswith(
            preview["cards"][one]["line"]
        )
    assert set(preview["gone"]) == before.keys() - after.keys()
