"""Which layer is which, through commands of all kinds and their undo."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kwidgets.document import Document
from kwidgets.document.identity import identity_of

from .documents import document, inner, pasted, tower, tower_in_tower
from .test_laws import LAWS, STEPS, tried


def layers(made: Document) -> dict[str, str]:
    """The identities of all layers by the names that lead to them."""
    return {path.replace("\x1f", "/"): one for path, one in identity_of(made.draft).layers.items()}


def same(made: Document, before: dict[str, str]) -> dict[str, str]:
    """For each layer that was there before the path that it had."""
    paths = {one: path for path, one in before.items()}
    return {path: paths[one] for path, one in layers(made).items() if one in paths}


def test_settings_wires_and_places_leave_a_layer_the_same() -> None:
    made = document("Dense", "Dense", shape=(4,))
    before, state = layers(made), identity_of(made.draft).state
    made.do({"do": "move", "positions": {"dense_1@0": [5, 5]}})
    made.do({"do": "set_training", "epochs": 3})
    assert identity_of(made.draft).state == state
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 7})
    made.do({"do": "bypass", "nodes": ["dense_1@0"]})
    made.do({"do": "freeze", "nodes": ["dense_2@0"]})
    assert layers(made) == before and identity_of(made.draft).state != state


def test_a_renamed_layer_is_the_same_layer_and_one_that_takes_its_name_is_not() -> None:
    made = document("Dense", "Dense", shape=(4,))
    before = layers(made)
    made.do({"do": "rename", "layer": "dense_1", "name": "wide"})
    assert same(made, before) == {"input_1": "input_1", "wide": "dense_1", "dense_2": "dense_2"}
    made.do({"do": "add", "class_name": "Dense", "settings": {"name": "dense_1"}, "after": "dense_2@0"})
    assert "dense_1" not in same(made, before)


def test_a_layer_that_was_taken_out_and_put_in_again_is_another_one_unless_by_undo() -> None:
    made = document("Dense", "Dense", shape=(4,))
    before, state = layers(made), identity_of(made.draft).state
    made.do({"do": "remove", "nodes": ["dense_2@0"]})
    made.do({"do": "add", "class_name": "Dense", "settings": {"name": "dense_2"}, "after": "dense_1@0"})
    assert set(same(made, before)) == {"input_1", "dense_1"}
    made.undo()
    made.undo()
    assert layers(made) == before and identity_of(made.draft).state == state


def test_layers_stay_the_same_in_a_block_and_out_of_it() -> None:
    made = document("Conv2D", "Flatten", "Dense", "Dense")
    before = layers(made)
    made.do({"do": "group", "nodes": ["conv2d_1@0", "flatten_1@0", "dense_1@0"], "name": "tower"})
    there = same(made, before)
    assert {path: there[path] for path in there if "/" in path} == {
        "tower/conv2d_1": "conv2d_1", "tower/flatten_1": "flatten_1", "tower/dense_1": "dense_1",
    }  # fmt: skip
    made.do({"do": "rename", "layer": "tower", "name": "head"})
    assert same(made, before)["head/dense_1"] == "dense_1"
    made.do({"do": "ungroup", "node": "head@0"})
    assert same(made, before) == {path: path for path in before}


def test_commands_inside_a_block_are_followed() -> None:
    made = tower()
    before = layers(made)
    made.do({"do": "rename", "layer": inner("dense_1"), "name": "wide"})
    made.do({"do": "set", "layers": [inner("conv2d_1")], "field": "filters", "value": 3})
    made.do({"do": "add", "class_name": "Dropout", "after": inner("flatten_1@0")})
    now = same(made, before)
    assert now["tower/wide"] == "tower/dense_1" and now["tower/conv2d_1"] == "tower/conv2d_1"
    assert "tower/dropout_1" in layers(made) and "tower/dropout_1" not in now
    assert len(now) == len(before)


def test_a_block_in_a_block_that_gets_another_name_keeps_its_layers() -> None:
    made = tower_in_tower()
    before = layers(made)
    made.do({"do": "rename", "layer": inner("head"), "name": "other"})
    assert {path for path in same(made, before) if path.startswith("tower/other/")} == {
        path.replace("/head/", "/other/") for path in before if path.startswith("tower/head/")
    }


def test_layers_that_keep_their_name_in_a_text_are_the_same_and_those_of_a_template_are_new() -> None:
    made = document("Dense", "Dense", shape=(4,))
    made.do({"do": "rename", "layer": "dense_1", "name": "wide"})
    made.do({"do": "add", "class_name": "Dense"})
    before = layers(made)
    made.do({"do": "paste", "format": "yaml", "text": made.yaml().replace("units: 10", "units: 12")})
    assert layers(made) == before
    fresh = pasted(made.yaml(), "yaml")
    made.do({"do": "paste", "format": "yaml", "text": fresh.yaml().replace("wide", "narrow")})
    assert same(made, before)["narrow"] == "wide"
    made.do({"do": "template", "name": "digits_perceptron"})
    assert not same(made, before)


@LAWS
@given(st.data(), STEPS)
def test_no_two_layers_are_the_same_and_undo_brings_back_which_was_which(data: st.DataObject, steps: int) -> None:
    made = Document()
    for _ in range(steps):
        before, version = identity_of(made.draft), made.version
        tried(made, data)
        after = identity_of(made.draft)
        assert len(set(after.layers.values())) == len(after.layers)
        if made.version == version:
            assert after == before
