"""Commands on what is chosen: copies, places, weights held, layers let through."""

from __future__ import annotations

from typing import Any

import pytest

from kwidgets.document import Document, Refused, fragments

from .documents import document, template


def sources(made: Document, node: str) -> list[str]:
    return [source.node for source in made.draft.sources(node)]


def text_of(made: Document, *nodes: str) -> str:
    return fragments.fragment_text(made.draft, nodes)


def test_a_copy_is_pasted_into_another_builder_behind_a_node_with_free_names() -> None:
    text = text_of(template("digits_cnn"), "conv2d_1@0", "conv2d_2@0")
    made = document("Conv2D", "Flatten")
    done = made.do({"do": "paste_layers", "text": text, "after": "conv2d_1@0"})
    assert done["nodes"] == ["conv2d_2@0", "conv2d_3@0"]
    assert done["label"] == "paste 2 layers"
    assert sources(made, "conv2d_2@0") == ["conv2d_1@0"]
    assert sources(made, "conv2d_3@0") == ["conv2d_2@0"]
    assert sources(made, "flatten_1@0") == ["conv2d_3@0"]
    assert made.draft.part("conv2d_3@0").config["filters"] == 32
    assert made.problems() == []


def test_what_does_not_fit_behind_a_node_is_pasted_by_itself_at_the_place_named() -> None:
    text = text_of(template("digits_cnn"), "conv2d_1@0")
    made = document("Flatten", "Dense")
    done = made.do({"do": "paste_layers", "text": text, "after": "flatten_1@0", "position": [300, 40]})
    assert done["nodes"] == ["conv2d_1@0"]
    assert sources(made, "conv2d_1@0") == []
    assert sources(made, "dense_1@0") == ["flatten_1@0"]
    assert made.draft.layout["conv2d_1@0"] == (300, 40)


def test_a_stack_that_is_pasted_at_a_place_stands_there_one_below_the_other() -> None:
    made = document("Flatten")
    text = text_of(template("digits_cnn"), "conv2d_1@0", "conv2d_2@0")
    made.do({"do": "paste_layers", "text": text, "position": [600, 40]})
    places = made.graph()["places"]
    assert places["conv2d_1@0"] == [600, 40]
    assert places["conv2d_2@0"][0] == 600 and places["conv2d_2@0"][1] > 110


def test_a_whole_model_takes_its_input_from_the_node_it_is_pasted_behind() -> None:
    text = template("residual").text()["json"]
    made = document(shape=(8, 8, 1))
    made.do({"do": "paste_layers", "text": text, "after": "input_1@0"})
    assert made.draft.input_names() == ["input_1"]
    assert [problem for problem in made.problems() if problem["severity"] == "error"] == []
    assert made.draft.output_names() == ["dense_1"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hello: there", 1),
        ("kwidgets: other\nlayers: []", 1),
        ("kwidgets: fragment\nlayers: []", 2),
        ("kwidgets: fragment\nlayers:\n- name: a\n  class_name: Dence\n  config: {units: 1}", 4),
        ("kwidgets: fragment\nlayers:\n- name: a\n  class_name: Dense\n  config: {units: -1}", 5),
        ('{"class_name": "Model", "config": {"layers": [3]}}', 1),
        ("[1, 2", 1),
    ],
)
def test_a_text_that_holds_no_layers_is_refused_at_its_place(text: str, line: int) -> None:
    made = document("Dense")
    before = made.draft
    with pytest.raises(Refused) as refused:
        made.do({"do": "paste_layers", "text": text})
    assert refused.value.line == line
    assert made.draft is before


def test_a_duplicate_stands_behind_the_last_of_what_was_chosen_with_the_wires_among_them() -> None:
    made = template("digits_cnn")
    done = made.do({"do": "duplicate", "nodes": ["conv2d_2@0", "conv2d_1@0"]})
    assert done["label"] == "duplicate 2 layers"
    assert done["nodes"] == ["conv2d_3@0", "conv2d_4@0"]
    assert sources(made, "conv2d_3@0") == ["conv2d_2@0"]
    assert sources(made, "conv2d_4@0") == ["conv2d_3@0"]
    assert sources(made, "max_pooling2d_1@0") == ["conv2d_4@0"]
    made.undo()
    assert made.draft == template("digits_cnn").draft


def test_a_cut_gives_the_text_away_and_takes_the_layers() -> None:
    made = template("digits_cnn")
    text = text_of(made, "dropout_1@0")
    assert made.do({"do": "cut", "nodes": ["dropout_1@0"]})["label"] == "cut 'dropout_1'"
    assert sources(made, "flatten_1@0") == ["max_pooling2d_1@0"]
    made.do({"do": "paste_layers", "text": text, "after": "max_pooling2d_1@0"})
    assert made.draft.layers == template("digits_cnn").draft.layers


def test_a_healed_wire_that_would_be_wrong_is_left_out_and_said() -> None:
    made = document("Reshape", "Conv2D", shape=(64,))
    made.do({"do": "set", "layers": ["reshape_1"], "field": "target_shape", "value": [8, 8, 1]})
    assert made.problems() == []
    done = made.do({"do": "remove", "nodes": ["reshape_1@0"]})
    assert done["label"] == "delete 'reshape_1'; 'conv2d_1' cannot take what came before and is not joined"
    assert sources(made, "conv2d_1@0") == []


def test_freezing_holds_the_weights_and_turns_round_without_a_value() -> None:
    made = template("digits_cnn")
    whole = made.graph()["head"]["totals"]
    done = made.do({"do": "freeze", "nodes": ["conv2d_1@0", "conv2d_2@0", "input_1@0"]})
    assert done["label"] == "freeze 2 layers"
    held = made.graph()["head"]["totals"]
    assert (held["parameters"], held["trainable"]) == (whole["parameters"], whole["trainable"] - 160 - 4640)
    assert made.do({"do": "freeze", "nodes": ["conv2d_1@0"]})["label"] == "unfreeze 'conv2d_1'"
    assert made.do({"do": "freeze", "nodes": ["conv2d_1@0", "conv2d_2@0"]})["label"] == "freeze 2 layers"
    with pytest.raises(Refused, match="no weights"):
        made.do({"do": "freeze", "nodes": ["input_1@0"]})


PLACES = {"dense_1@0": [0, 5000], "dense_2@0": [900, 5200], "dense_3@0": [400, 6000]}


@pytest.mark.parametrize(
    ("command", "xs", "ys"),
    [
        ({"do": "align", "side": "left"}, [0, 0, 0], [5000, 5200, 6000]),
        ({"do": "align", "side": "right"}, [900, 900, 900], [5000, 5200, 6000]),
        ({"do": "align", "side": "center"}, [450, 450, 450], [5000, 5200, 6000]),
        ({"do": "align", "side": "top"}, [0, 900, 400], [5000, 5000, 5000]),
        ({"do": "align", "side": "bottom"}, [0, 900, 400], [6000, 6000, 6000]),
        ({"do": "align", "side": "middle"}, [0, 900, 400], [5500, 5500, 5500]),
        ({"do": "distribute", "axis": "vertical"}, [0, 900, 400], [5000, 5500, 6000]),
        ({"do": "distribute", "axis": "horizontal"}, [0, 900, 450], [5000, 5200, 6000]),
    ],
)
def test_cards_are_put_in_line_from_where_they_are_shown(command: dict[str, Any], xs: list[int], ys: list[int]) -> None:
    made = document("Dense", "Dense", "Dense")
    made.locked = "A run is on."
    made.do({**command, "nodes": list(PLACES), "places": PLACES})
    placed = [made.draft.layout[node] for node in PLACES]
    assert [x for x, _ in placed] == xs
    assert [y for _, y in placed] == ys


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"do": "align", "side": "up", "nodes": list(PLACES), "places": PLACES}, "'side' is one of"),
        ({"do": "align", "side": "top", "nodes": ["dense_1@0"], "places": PLACES}, "at least 2"),
        ({"do": "distribute", "axis": "vertical", "nodes": list(PLACES)[:2], "places": PLACES}, "at least 3"),
        ({"do": "align", "side": "top", "nodes": list(PLACES)}, "'places' must give"),
        ({"do": "freeze", "nodes": ["dense_1@0"], "frozen": "yes"}, "true or false"),
        ({"do": "bypass", "nodes": ["input_1@0"]}, "is an input"),
        ({"do": "duplicate", "nodes": []}, "at least one node"),
    ],
)
def test_what_cannot_be_done_with_a_choice_is_said(command: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        document("Dense", "Dense", "Dense").do(command)


def test_a_branch_beside_leaves_the_wire_that_goes_on() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "add", "class_name": "Dense", "after": "flatten_1@0", "beside": True})
    assert sources(made, "dense_1@0") == ["flatten_1@0"]
    assert sources(made, "dense_2@0") == ["flatten_1@0"]
    assert made.draft.output_names() == ["dense_1", "dense_2"]


def test_a_layer_is_added_with_what_makes_it_fit_as_one_step() -> None:
    made = document("Conv2D", "Flatten", "Dense")
    reshape = {"class_name": "Reshape", "settings": {"target_shape": [36, 32]}}
    command = {"do": "add_with", "class_name": "LSTM", "before": [reshape], "after": "conv2d_1@0"}
    assert made.do(command)["label"] == "add LSTM"
    assert sources(made, "lstm_1@0") == ["reshape_1@0"]
    assert sources(made, "flatten_1@0") == ["lstm_1@0"]
    made.undo()
    assert "reshape_1" not in made.draft.layers


def test_a_wire_into_a_taken_input_is_joined_with_the_one_that_is_there_in_one_step() -> None:
    made = document("Dense", "Dense", "Dense", shape=(4,))
    join = {"do": "connect_or_merge", "source": "dense_1@0", "target": "dense_3@0", "merge": "Add"}
    assert made.joins("dense_1@0", "dense_3@0") == {
        "joins": [
            {"class_name": "Add", "shape": [None, 10], "says": None},
            {"class_name": "Concatenate", "shape": [None, 20], "says": None},
        ],
        "taken": "dense_2",
    }
    done = made.do(join)
    assert (done["label"], done["nodes"]) == ("join 'dense_2' and 'dense_1' by Add", ["add_1@0"])
    assert sources(made, "add_1@0") == ["dense_2@0", "dense_1@0"] and sources(made, "dense_3@0") == ["add_1@0"]
    # A merge takes one more, and offers nothing else.
    assert made.joins("input_1@0", "add_1@0")["joins"] == []
    made.do({**join, "source": "input_1@0", "target": "add_1@0"})
    assert sources(made, "add_1@0") == ["dense_2@0", "dense_1@0", "input_1@0"]
    made.undo()
    made.undo()
    assert sources(made, "dense_3@0") == ["dense_2@0"] and "add_1" not in made.draft.layers


def test_what_cannot_be_joined_is_refused_in_words() -> None:
    made = document("Dense", "Dense", shape=(4,))
    join = {"do": "connect_or_merge", "source": "dense_1@0", "target": "dense_2@0", "merge": "Add"}
    with pytest.raises(Refused, match="already wired"):
        made.do(join)
    with pytest.raises(Refused, match="joins none"):
        made.do({**join, "source": "input_1@0", "merge": "Dense"})
    with pytest.raises(Refused, match="circle"):
        made.joins("dense_2@0", "dense_1@0")
    # Shapes that differ are said before anybody chooses.
    add, concatenate = made.joins("input_1@0", "dense_2@0")["joins"]
    assert add["says"] and concatenate["says"] is None
    made.locked = "A run is on."
    with pytest.raises(Refused, match="A run is on"):
        made.joins("input_1@0", "dense_2@0")


@pytest.mark.parametrize(
    ("command", "label"),
    [
        ({"do": "set", "layers": ["conv2d_1"], "field": "filters", "value": 64}, "filters 16 → 64"),
        ({"do": "set", "layers": ["conv2d_1", "conv2d_2"], "field": "filters", "value": 8}, "filters → 8 of 2 layers"),
        ({"do": "set", "layers": ["conv2d_1"], "field": "kernel_size", "value": 5}, "kernel size 3×3 → 5×5"),
        ({"do": "set_training", "learning_rate": 0.01}, "learning rate 0.001 → 0.01"),
        ({"do": "set_training", "epochs": 20}, "epochs 10 → 20"),
        ({"do": "set_training", "optimizer": "SGD"}, "optimizer Adam → SGD"),
        ({"do": "set_data", "inputs": {"input_1": "x_train"}}, "data: x_train"),
        ({"do": "remove", "nodes": ["conv2d_1@0", "conv2d_2@0", "dropout_1@0"]}, "delete 3 layers"),
        ({"do": "add", "class_name": "Convolution2D", "after": "conv2d_1@0"}, "add Conv2D"),
        ({"do": "move", "positions": {"conv2d_1@0": [0, 0], "conv2d_2@0": [1, 1]}}, "move 2 cards"),
        ({"do": "freeze", "nodes": ["dense_1@0"]}, "freeze 'dense_1'"),
        ({"do": "bypass", "nodes": ["dropout_1@0"]}, "bypass 'dropout_1'"),
    ],
)
def test_the_undo_list_says_what_was_done(command: dict[str, Any], label: str) -> None:
    made = template("digits_cnn")
    assert made.do(command)["label"] == label
    assert made.undo()["label"] == label


def test_a_field_is_set_in_those_layers_that_have_it() -> None:
    made = document("Dense", "Dropout", "Dense")
    names = ["dense_1", "dropout_1", "dense_2"]
    assert made.do({"do": "set", "layers": names, "field": "units", "value": 7})["label"] == "units 10 → 7 of 2 layers"
    assert [made.draft.layers[name].config.get("units") for name in names] == [7, None, 7]
    with pytest.raises(Refused, match="no setting 'filters'"):
        made.do({"do": "set", "layers": names, "field": "filters", "value": 7})


def test_a_rate_is_written_into_the_optimizer_and_is_the_only_one() -> None:
    made = document("Dense")
    made.do({"do": "set_training", "learning_rate": 0.05})
    assert made.draft.training["optimizer"]["config"] == {"lr": 0.05}
    assert made.training()["learning_rate"] == 0.05
    state = made.training()
    shown = [field for field in (*state["fields"], *state["of_optimizer"]) if field["label"] == "Learning rate"]
    assert [(field["name"], field["value"]) for field in shown] == [("learning_rate", 0.05)]
    for bad in (0, -1, "fast", True, None):
        with pytest.raises(Refused) as refused:
            made.do({"do": "set_training", "learning_rate": bad})
        assert refused.value.field == "learning_rate"


def test_a_metric_with_a_slip_gets_the_nearest_name_once() -> None:
    made = document("Dense")
    with pytest.raises(Refused) as refused:
        made.do({"do": "set_training", "metrics": ["acuracy"]})
    assert str(refused.value).count("Did you mean") == 1
    assert refused.value.hint == "Did you mean 'accuracy'?"
    made.do({"do": "set_training", "metrics": ["acc", "mse", "mean_absolute_error"], "loss": "MSE"})


def test_a_copy_is_put_on_a_wire_between_its_ends() -> None:
    text = text_of(template("digits_cnn"), "conv2d_1@0", "conv2d_2@0")
    made = document("Conv2D", "Conv2D", "Flatten")
    done = made.do({"do": "paste_layers", "text": text, "wire": "conv2d_2@0#0", "position": [900, 900]})
    assert done["nodes"] == ["conv2d_3@0", "conv2d_4@0"] and "says" not in done
    assert sources(made, "conv2d_3@0") == ["conv2d_1@0"]
    assert sources(made, "conv2d_2@0") == ["conv2d_4@0"]
    assert made.problems() == [] and made.draft.layout == {}


def test_a_copy_on_a_wire_stands_in_line_where_both_ends_were_placed_by_hand() -> None:
    text = text_of(template("digits_cnn"), "conv2d_1@0", "conv2d_2@0")
    made = document("Conv2D", "Conv2D")
    made.do({"do": "move", "positions": {"conv2d_1@0": [0, 0], "conv2d_2@0": [0, 500]}})
    made.do({"do": "paste_layers", "text": text, "wire": "conv2d_2@0#0"})
    (left, first), (right, second) = (made.draft.layout[f"conv2d_{number}@0"] for number in (3, 4))
    assert left == right == 0 and 0 < first < second < 500


def test_what_a_wire_cannot_take_is_said_and_stands_at_its_place() -> None:
    several = document("Dense", shape=(4,))
    several.do({"do": "add", "class_name": "Dense", "after": "input_1@0", "beside": True})
    text = text_of(several, "dense_1@0", "dense_2@0")
    made = document("Dense", "Dense", shape=(4,))
    done = made.do({"do": "paste_layers", "text": text, "wire": "dense_2@0#0", "position": [400, 40]})
    assert "one way in and one way out" in done["says"]
    assert sources(made, "dense_2@0") == ["dense_1@0"] and made.draft.layout["dense_3@0"] == (400.0, 40.0)
    done = made.do({"do": "add", "class_name": "Input", "wire": "dense_2@0#0", "position": [700, 40]})
    assert "stands on no wire" in done["says"] and made.draft.layout["input_2@0"] == (700.0, 40.0)


def test_what_no_mend_could_help_is_not_put_on_a_wire() -> None:
    text = text_of(template("digits_cnn"), "flatten_1@0")
    made = document("Conv2D", "Conv2D")
    done = made.do({"do": "paste_layers", "text": text, "wire": "conv2d_2@0#0", "position": [400, 40]})
    assert "conv2d_2" in done["says"] and sources(made, "conv2d_2@0") == ["conv2d_1@0"]
    assert made.draft.layout["flatten_1@0"] == (400.0, 40.0)


def test_what_a_mend_makes_fit_is_put_on_a_wire() -> None:
    text = text_of(template("digits_cnn"), "conv2d_1@0")
    made = document("Dense", "Dense", shape=(4,))
    done = made.do({"do": "paste_layers", "text": text, "wire": "dense_2@0#0"})
    assert "says" not in done and sources(made, "dense_2@0") == ["conv2d_1@0"]
    assert any(mend["label"] for problem in made.problems() for mend in problem["mends"])
