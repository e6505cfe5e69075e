"""What a command would change of the layers that are there: as it comes out when it is carried out, and nothing before."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kwidgets.document import Document, Refused
from kwidgets.document.commands import COMMANDS
from kwidgets.document.nested import within

from .documents import document, template
from .strategies import message

POOL = "max_pooling2d_1@0"


def add(class_name: str, after: str | None = None, **config: Any) -> dict[str, Any]:
    return {"do": "add", "class_name": class_name, "settings": config, **({"after": after} if after else {})}


def test_results_and_parameters_behind_the_new_layer_are_told_before_and_after() -> None:
    made = template("digits_cnn")
    before = made.draft
    brings = made.consequences(add("Conv2D", POOL, filters=64, kernel_size=3))
    layer = brings["layer"]
    assert layer is not None and (layer["line"], layer["shape"]) == ("64 · 3×3", [None, 2, 2, 64])
    assert brings == {
        "impossible": None,
        "layer": layer,
        "changed": [
            {"title": "Flatten", "shapes": [[None, 512], [None, 256]], "parameters": None},
            {"title": "dense_1", "shapes": None, "parameters": [32832, 16448]},
        ],
        "more": 0,
        "parameters": [38282, 38282 + 18496 - 16384],
        "needs": [],
        "appear": [],
        "vanish": [],
        "waiting": 0,
        "begin": [],
        "begin_more": 0,
        "effect": "puts Conv2D before 'dropout_1'; 2 layers below get another shape",
        "preview": {
            "cards": {
                "dropout_1@0": {"title": "Dropout", "line": "0.25", "shape": [None, 2, 2, 64], "state": "ok"},
                "flatten_1@0": {"title": "Flatten", "line": "", "shape": [None, 256], "state": "ok"},
            },
            "wires": {"dropout_1@0#0": {"adds": "Conv2D", "shape": [None, 2, 2, 64]}},
            "gone": [],
        },
    }
    assert made.draft is before


def test_a_mend_tells_what_is_right_again_and_with_which_shape() -> None:
    made = template("residual")
    made.do({"do": "set", "layers": ["conv2d_3"], "field": "strides", "value": [2, 2]})
    (problem,) = made.problems()
    for mend in problem["mends"]:
        command = {"do": "mend", "problem": problem["id"], "mend": mend["id"]}
        told = made.consequences(command)
        waiting = [node for node, card in made.state().cards.items() if card["state"] != "ok"]
        made.do(command)
        right = [(card["layer"], card["shape"]) for node, card in made.state().cards.items() if node in waiting]
        assert [(layer["title"], layer["shape"]) for layer in told["begin"]] == right and told["begin_more"] == 0
        made.undo()


def test_the_settings_of_a_new_layer_are_told_as_its_form_would_show_them() -> None:
    for where in (POOL, None):
        made = template("digits_cnn")
        told = made.consequences(add("Conv2D", where, filters=12, kernel_size=[3, 2]))["layer"]
        node = made.do(add("Conv2D", where, filters=12, kernel_size=[3, 2]))["nodes"][-1]
        form = made.form([node])
        assert told is not None and form is not None
        assert told["fields"] == form["sections"][0]["fields"]
        assert told["shape"] == form["shape"]
    assert made.consequences(add("Conv2D", POOL, filters=-3))["layer"] is None
    assert made.consequences({"do": "remove", "nodes": [POOL], "heal": True})["layer"] is None


def test_the_settings_of_a_layer_that_would_stand_in_a_block_are_told() -> None:
    made = template("digits_cnn")
    made.do({"do": "group", "nodes": ["conv2d_1@0", "conv2d_2@0"], "name": "block"})
    told = made.consequences(add("Dropout", within("block@0", "conv2d_1@0"), rate=0.125))["layer"]
    assert told is not None
    assert [(field["name"], field["value"]) for field in told["fields"]] == [("rate", 0.125)]
    assert told["shape"] == [None, 8, 8, 16]


def test_what_only_passes_another_shape_on_is_not_named() -> None:
    made = document("Conv2D", "Dropout", "BatchNormalization", "Flatten", "Dense", shape=(16, 16, 1))
    named = [change["title"] for change in made.consequences(add("MaxPooling2D", "conv2d_1@0"))["changed"]]
    assert named == ["Flatten", "Dense"]


def test_faults_that_would_come_and_go_are_told_with_what_would_wait_for_them() -> None:
    made = template("digits_cnn")
    worse = made.consequences(add("Add", POOL))
    gets = "'add_1' gets 4×4×32 from 'max_pooling2d_1'. It needs 2 or more inputs, not 1."
    assert worse["needs"] == [f"{gets} Connect another layer to it."]
    assert worse["appear"] == []
    assert (worse["waiting"], worse["parameters"]) == (4, None)
    made = document("LSTM", "Dense", shape=(8, 8, 1))
    better = made.consequences(add("Reshape", "input_1@0", target_shape=[8, 8]))
    assert better["vanish"] and "'lstm_1'" in better["vanish"][0]
    assert (better["appear"], better["waiting"], better["parameters"]) == ([], 0, None)
    # A fault that only hides behind another one is not mended.
    hidden = made.consequences(add("Add", "input_1@0"))
    assert hidden["vanish"] == []


def test_a_new_layer_that_makes_others_wrong_is_told_from_one_that_only_lacks_something() -> None:
    made = template("digits_cnn")
    worse = made.consequences(add("GlobalAveragePooling2D", "conv2d_1@0"))
    assert worse["needs"] == [] and "'conv2d_2'" in worse["appear"][0] and worse["waiting"] > 0
    begun = Document().consequences(add("Input"))
    assert begun["needs"] == ["'input_1' has no shape yet. Give the shape of one sample."]
    assert (begun["appear"], begun["waiting"]) == ([], 0)


def test_what_cannot_be_carried_out_is_said() -> None:
    made = template("digits_cnn")
    assert made.consequences({"do": "dance"})["impossible"] == "There is no command 'dance'."
    assert made.consequences({"do": ["add"]})["impossible"] == "There is no command ['add']."
    assert "no node" in str(made.consequences(add("Dense", "gone@0"))["impossible"])
    assert "above 0" in str(made.consequences(add("Dense", POOL, units=-1))["impossible"])
    made.locked = "A training is going on."
    assert made.consequences(add("Dense", POOL))["impossible"] == "A training is going on. Pause or stop the run first."


def test_a_stack_of_layers_that_all_change_names_the_first_and_counts_the_rest() -> None:
    made = document(*["Conv2D"] * 9, shape=(32, 32, 1))
    brings = made.consequences(add("Conv2D", "input_1@0", padding="same", filters=1, kernel_size=1, strides=1))
    assert brings["changed"] == []
    brings = made.consequences(add("ZeroPadding2D", "input_1@0"))
    assert [change["title"] for change in brings["changed"]] == [f"conv2d_{number}" for number in range(1, 5)]
    assert brings["more"] == 5
    assert brings["changed"][0]["shapes"] == [[None, 30, 30, 32], [None, 32, 32, 32]]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_in_any_graph_what_is_told_is_what_comes_out(data: Any) -> None:
    made = Document()
    for _ in range(data.draw(st.integers(1, 9))):
        with contextlib.suppress(Refused):
            made.do(message(data, made))
    command = message(data, made)
    assume(command["do"] in COMMANDS)
    before, problems = made.graph(), {problem["id"] for problem in made.problems()}
    brings = made.consequences(command)
    try:
        made.do(command)
    except Refused as refused:
        assert brings["impossible"] == str(refused)
        return
    assert brings["impossible"] is None
    after = made.graph()
    assert before["head"] and after["head"]
    came = [p["sentence"] for p in made.problems() if p["id"] not in problems and p["node"] is not None]
    assert set(brings["appear"]) <= set(came) and bool(brings["appear"] + brings["needs"]) == bool(came)
    if brings["parameters"] is not None:
        assert brings["parameters"] == [state["totals"]["parameters"] for state in (before["head"], after["head"])]
    was = {card["id"]: card for card in before["cards"]}
    same = [card for card in after["cards"] if card["id"] in was and card["state"] == was[card["id"]]["state"] == "ok"]
    other = {card["layer"] for card in same if card["parameters"] != was[card["id"]]["parameters"]}
    assert len(other) <= len(brings["changed"]) + brings["more"]


@pytest.mark.parametrize("name", ["resnet50", "vgg16"])
def test_in_a_large_template_only_what_lies_behind_is_named(name: str) -> None:
    made = template(name)
    last = list(made.draft.layers)[-2]
    brings = made.consequences(add("Dropout", f"{last}@0"))
    assert (brings["changed"], brings["appear"], brings["impossible"]) == ([], [], None)
