"""Every gesture inside a nested model is one step on the block's own graph."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine._files.text import read_json, read_yaml
from engine.models import model_from_config
from kwidgets.document import Refused
from kwidgets.document.nested import within

from .documents import (
    TOWER,
    cards,
    classes,
    document,
    faults_of_layout,
    inner,
    overlaps_of_frames,
    read_again,
    siamese,
    tower,
    wires,
)
from .strategies import message
from .test_python_code import program

GESTURES = [
    ({"do": "set", "layers": [inner("dense_1")], "field": "units", "value": 7}, "units 10 → 7 in 'tower'"),
    ({"do": "add", "class_name": "Dropout", "after": inner("flatten_1@0")}, "add Dropout in 'tower'"),
    ({"do": "add", "class_name": "Dropout", "wire": inner("flatten_1@0#0")}, "add Dropout in 'tower'"),
    ({"do": "remove", "nodes": [inner("conv2d_1@0")]}, "delete 'conv2d_1' in 'tower'"),
    ({"do": "remove", "nodes": [inner("dense_1@0")]}, "delete 'dense_1' in 'tower'"),
    ({"do": "rename", "layer": inner("dense_1"), "name": "a/b @0"}, "rename 'dense_1' to 'a/b @0' in 'tower'"),
    ({"do": "freeze", "nodes": [inner("conv2d_1@0")]}, "freeze 'conv2d_1' in 'tower'"),
    ({"do": "replace", "node": inner("dense_1@0"), "class_name": "Activation"}, None),
    ({"do": "wrap", "layers": [inner("dense_1")], "wrapper": "TimeDistributed"}, None),
    ({"do": "duplicate", "nodes": [inner("dense_1@0")]}, "duplicate 'dense_1' in 'tower'"),
    ({"do": "cut", "nodes": [inner("dense_1@0")]}, "cut 'dense_1' in 'tower'"),
    ({"do": "reorder", "node": inner("flatten_1@0"), "after": inner("dense_1@0")}, None),
    ({"do": "use_again", "node": inner("dense_1@0")}, "use 'dense_1' again in 'tower'"),
    (
        {"do": "group", "nodes": [inner("flatten_1@0"), inner("dense_1@0")], "name": "head"},
        "group 2 layers as 'head' in 'tower'",
    ),
    ({"do": "connect", "source": "input_1@0", "target": inner("flatten_1@0")}, None),
    ({"do": "disconnect", "wires": [inner("flatten_1@0#0")]}, "disconnect a wire in 'tower'"),
]


@pytest.mark.parametrize(
    ("command", "label"), GESTURES, ids=lambda value: value["do"] if isinstance(value, dict) else ""
)
def test_a_gesture_inside_is_one_step_that_is_undone_and_done_again(command: dict[str, Any], label: str | None) -> None:
    made = tower()
    before = made.draft
    done = made.do(command)
    assert label is None or done["label"] == label
    assert done["label"].endswith("in 'tower'")
    after = made.draft
    assert after != before and list(after.layers) == list(before.layers)
    assert all(node in cards(made) for node in done["nodes"])
    assert read_again(made).draft == after
    assert made.undo()["label"] == done["label"] and made.draft == before
    made.redo()
    assert made.draft == after


def test_a_sequential_stays_one_while_it_can() -> None:
    made = siamese()
    made.open_fold(TOWER)
    made.do({"do": "add", "class_name": "Dropout", "after": inner("first@0")})
    part = made.draft.layers["tower"]
    assert part.class_name == "Sequential" and classes(made) == ["Dense", "Dropout", "Dense"]
    assert "inbound_nodes" not in part.config["layers"][0]
    made.do({"do": "add", "class_name": "Dense", "after": inner("first@0"), "beside": True})
    part = made.draft.layers["tower"]
    assert part.class_name == "Model" and classes(made)[0] == "InputLayer"
    assert part.config["layers"][0]["config"]["batch_input_shape"] == [None, 6]
    assert cards(made)["out@0"]["state"] == "ok" and read_again(made).draft == made.draft


def test_a_block_that_is_called_twice_opens_where_it_was_asked_and_changes_everywhere() -> None:
    made = siamese()
    made.open_fold(TOWER)
    assert list(cards(made)) == [
        "left@0",
        "right@0",
        inner("first@0"),
        inner("second@0"),
        "tower@1",
        "joined@0",
        "out@0",
    ]
    assert cards(made)[inner("first@0")]["uses"] == 2
    made.open_fold("tower@1")
    assert len(made.graph()["head"]["frames"]) == 2
    made.do({"do": "set", "layers": [inner("second", "tower@1")], "field": "units", "value": 9})
    shown = cards(made)
    assert shown[inner("second@0")]["shape"] == shown[inner("second@0", "tower@1")]["shape"] == [None, 9]
    assert shown["joined@0"]["shape"] == [None, 18]
    made.do({"do": "move", "positions": {inner("first@0", "tower@1"): [600, 300]}})
    made.do({"do": "rename", "layer": inner("first"), "name": "begin"})
    assert made.draft.layout == {inner("begin@0", "tower@1"): (600.0, 300.0)}


def test_a_block_in_a_block_is_opened_and_edited_too() -> None:
    made = tower()
    made.do({"do": "group", "nodes": [inner("flatten_1@0"), inner("dense_1@0")], "name": "head"})
    head = inner("head@0")
    made.open_fold(head)
    deep = within(head, "dense_1@0")
    assert deep in cards(made)
    frames = {frame["id"]: frame["inside"] for frame in made.graph()["head"]["frames"]}
    assert frames == {TOWER: None, head: TOWER}
    done = made.do({"do": "set", "layers": [within(head, "dense_1")], "field": "units", "value": 3})
    assert done["label"] == "units 10 → 3 in 'head' in 'tower'"
    assert cards(made)[deep]["shape"] == [None, 3]
    made.do({"do": "rename", "layer": "tower", "name": "t"})
    assert within(within("t@0", "head@0"), "dense_1@0") in cards(made)
    made.do({"do": "ungroup", "node": within("t@0", "head@0")})
    assert within("t@0", "dense_1@0") in cards(made)


def test_a_wire_along_a_way_that_is_there_may_cross_the_edge() -> None:
    made = siamese()
    made.do({"do": "add", "class_name": "Dense", "after": "tower@0", "beside": True})
    made.do({"do": "group", "nodes": ["dense_1@0"], "name": "other"})
    made.open_all()
    other = inner("dense_1@0", "other@0")
    made.do({"do": "disconnect", "wires": [within("other@0", "dense_1@0#0")]})
    assert made.draft.sources("other@0") == ()
    made.do({"do": "connect", "source": inner("second@0"), "target": other})
    assert (inner("second@0"), other) in wires(made) and cards(made)[other]["state"] == "ok"
    made.do({"do": "connect", "source": other, "target": "joined@0"})
    assert (other, "joined@0") in wires(made)


def test_a_second_output_inside_a_sequential_makes_it_a_model() -> None:
    made = tower()
    assert made.draft.kind == "Sequential"
    made.do({"do": "mark_output", "node": inner("flatten_1@0"), "output": True})
    assert made.draft.kind == "Model" and read_again(made).draft == made.draft
    model_from_config(read_yaml(made.text()["yaml"]))


REFUSED = [
    ({"do": "duplicate", "nodes": ["dense_2@0", inner("dense_1@0")]}, "reaches across the edge of 'tower'"),
    ({"do": "connect", "source": inner("conv2d_1@0"), "target": "dense_2@0"}, "reaches across the edge of 'tower'"),
    ({"do": "group", "nodes": ["dense_2@0", inner("dense_1@0")]}, "reaches across the edge of 'tower'"),
    ({"do": "bypass", "nodes": [inner("dense_1@0")]}, "cannot be bypassed"),
    ({"do": "add", "class_name": "Input", "after": inner("dense_1@0")}, "no inputs of its own"),
    ({"do": "mark_output", "node": inner("dense_1@0"), "output": False}, "without an output"),
    ({"do": "set", "layers": [inner("dense_1")], "field": "units", "value": -1}, "units"),
    ({"do": "remove", "nodes": [inner("gone@0")]}, "any more"),
]


@pytest.mark.parametrize(
    ("command", "words"), REFUSED, ids=lambda value: value["do"] if isinstance(value, dict) else ""
)
def test_what_cannot_be_done_inside_is_refused_in_words(command: dict[str, Any], words: str) -> None:
    made = tower()
    before = made.draft
    with pytest.raises(Refused, match=words):
        made.do(command)
    assert made.draft is before


def test_all_layers_of_a_block_stand_for_the_block() -> None:
    made = tower()
    inside = [inner("conv2d_1@0"), inner("flatten_1@0"), inner("dense_1@0")]
    assert made.copy([*inside, "dense_2@0"])["layers"] == 2
    made.do({"do": "remove", "nodes": inside})
    assert list(made.draft.layers) == ["input_1", "dense_2"]
    made.undo()
    made.do({"do": "freeze", "nodes": [*inside, "dense_2@0"]})
    assert made.draft.layers["tower"].config["trainable"] is False
    assert all(cards(made)[node]["frozen"] for node in inside)


def test_layers_are_copied_into_and_out_of_a_block() -> None:
    made = tower()
    text = made.copy([inner("conv2d_1@0")])["text"]
    made.do({"do": "paste_layers", "text": text, "after": "input_1@0"})
    assert "conv2d_1" in made.draft.layers
    text = made.copy(["dense_2@0"])["text"]
    made.do({"do": "paste_layers", "text": text, "after": inner("dense_1@0")})
    assert classes(made) == ["InputLayer", "Conv2D", "Flatten", "Dense", "Dense"]
    assert cards(made)["dense_2@0"]["state"] == "ok"


def test_outputs_of_a_block_stay_in_their_order() -> None:
    made = document("Dense", "Dense", "Dense", shape=[4])
    for _ in range(2):
        made.do({"do": "add", "class_name": "Dense", "after": "dense_1@0", "beside": True})
    made.do({"do": "add", "class_name": "Concatenate", "after": "dense_4@0"})
    made.do({"do": "connect", "source": "dense_5@0", "target": "concatenate_1@0"})
    made.do({"do": "group", "nodes": ["dense_1@0", "dense_4@0", "dense_5@0"], "name": "tower"})
    made.open_fold(TOWER)
    ends = made.draft.layers["tower"].config["output_layers"]
    made.do({"do": "add", "class_name": "Activation", "wire": "concatenate_1@0#0"})
    made.undo()
    made.do({"do": "add", "class_name": "Dropout", "after": inner("dense_4@0")})
    names = [end[0] for end in made.draft.layers["tower"].config["output_layers"]]
    assert names == ["dropout_1" if end[0] == "dense_4" else end[0] for end in ends]
    assert (inner("dropout_1@0"), "concatenate_1@0") in wires(made)


def test_names_that_look_like_ids_are_no_trap() -> None:
    made = tower()
    for old, new in (("conv2d_1", "a/b"), ("dense_1", "tower@0"), ("flatten_1", "x#0 › y")):
        made.do({"do": "rename", "layer": inner(old), "name": new})
    made.do({"do": "rename", "layer": "dense_2", "name": "tower@0"})
    made.do({"do": "move", "positions": {inner("tower@0@0"): [500, 40], "tower@0@0": [500, 240]}})
    assert read_again(made).draft == made.draft and len(made.draft.layout) == 2
    made.do({"do": "set", "layers": [inner("tower@0")], "field": "units", "value": 2})
    assert cards(made)[inner("tower@0@0")]["shape"] == [None, 2] and cards(made)["tower@0@0"]["shape"] == [None, 10]


def test_what_is_dropped_in_a_frame_goes_into_the_block() -> None:
    made = tower()
    (frame,) = made.graph()["head"]["frames"]
    place = [frame["x"] + 20, frame["y"] + 20]
    (node,) = made.do({"do": "add", "class_name": "Dropout", "position": place})["nodes"]
    assert node == inner("dropout_1@0") and not faults_of_layout(made)
    assert [problem["node"] for problem in made.problems() if problem["severity"] == "error"] == [node]
    made.do({"do": "insert", "node": node, "wire": inner("flatten_1@0#0")})
    assert cards(made)["dense_2@0"]["state"] == "ok" and read_again(made).draft == made.draft
    made.do({"do": "add", "class_name": "Dropout", "position": [frame["x"] + 900, 0]})
    assert "dropout_1" in made.draft.layers


def test_a_gesture_from_an_old_screen_is_refused_where_it_means_something_else_now() -> None:
    made = tower()
    seen = made.version
    made.do({"do": "set", "layers": [inner("dense_1")], "field": "units", "value": 5})
    with pytest.raises(Refused, match="another view"):
        made.do({"do": "set", "layers": [inner("dense_1")], "field": "units", "value": 6}, seen=seen)
    made.do({"do": "set", "layers": [inner("conv2d_1")], "field": "filters", "value": 6}, seen=seen)


def test_while_training_cards_inside_are_moved_and_nothing_is_edited() -> None:
    made = tower()
    made.locked = "A training is on."
    made.do({"do": "move", "positions": {inner("dense_1@0"): [700, 40]}})
    with pytest.raises(Refused, match="training"):
        made.do({"do": "set", "layers": [inner("dense_1")], "field": "units", "value": 5})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(["tower", "siamese", "deep"]), st.integers(3, 14))
def test_random_gestures_inside_keep_canvas_and_texts_the_same_model(
    data: st.DataObject, start: str, steps: int
) -> None:
    made = siamese() if start == "siamese" else tower()
    if start == "deep":
        made.do({"do": "group", "nodes": [inner("flatten_1@0"), inner("dense_1@0")], "name": "head"})
    for _ in range(steps):
        if data.draw(st.integers(0, 3)):
            made.open_all()
        before, command = made.draft, message(data, made)
        if command["do"] in ("template", "new"):
            continue  # another model, without blocks
        with contextlib.suppress(Refused):
            made.do(command)
        if made.draft is not before and command["do"] not in ("undo", "redo"):
            now = made.draft
            made.undo()
            assert made.draft == before
            made.redo()
            assert made.draft == now
        assert not faults_of_layout(made) and not overlaps_of_frames(made)
    draft = made.draft
    assert read_again(made).draft == draft
    flat = {card["id"]: card for card in made.graph()["cards"]}
    if any(problem["severity"] == "error" for problem in made.problems()):
        return
    assert all(card["state"] == "ok" for card in flat.values())
    text = made.text()
    assert read_yaml(text["yaml"]) == read_json(text["json"])
    model = model_from_config(read_yaml(text["yaml"]))
    assert [layer.name for layer in program(text["python"])["model"].layers] == [layer.name for layer in model.layers]
    assert model.count_params() == made.graph()["head"]["totals"]["parameters"]
    forms = [made.form([node]) for node in draft.outputs]
    assert [list(tensor.shape) for tensor in model.outputs] == [form["shape"] for form in forms if form is not None]
