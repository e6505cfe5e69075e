"""Folds: what is found in well-known networks, and how they open, close and are edited."""

from __future__ import annotations

import pytest

import engine.applications as applications
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import beginning
from kwidgets.document import Document, Refused

from .test_commands import document


def network(name: str) -> Document:
    made = Document()
    made.do(beginning.command_of(getattr(applications, name)(weights=None)))
    return made


def titles(made: Document) -> list[str]:
    """Title and times of each card: "Stage 2 x3"."""
    return [
        f"{card['title']} x{card['fold']['times']}" if card["fold"] else card["title"] for card in made.graph()["cards"]
    ]


def deep() -> Document:
    """Twenty layers: three Dense layers and a Dropout, again and again with other widths."""
    made = document(shape=(6,))
    for width in (8, 9, 10, 11, 12):
        for _ in range(3):
            made.do({"do": "add", "class_name": "Dense", "settings": {"units": width}})
        made.do({"do": "add", "class_name": "Dropout"})
    return made


def test_resnet50_is_nine_cards() -> None:
    assert titles(network("ResNet50")) == [
        "Input", "Stem x1", "MaxPooling2D x1", "Stage 2 x3", "Stage 3 x4", "Stage 4 x6", "Stage 5 x3",
        "GlobalAveragePooling2D", "Dense",
    ]  # fmt: skip


def test_the_line_of_a_stage_says_what_it_is_made_of() -> None:
    lines = {card["title"]: card["line"] for card in network("ResNet50").graph()["cards"]}
    assert lines["Stage 3"] == "bottleneck 128"
    assert lines["Stem"] == "Conv2D 64 · 7×7 · strides 2"
    assert max(map(len, lines.values())) <= 28


def test_vgg16_is_fourteen_cards() -> None:
    made = network("VGG16")
    assert titles(made).count("Conv2D x3") == 3
    assert titles(made).count("Conv2D x2") == 2
    assert len(titles(made)) == 14


@pytest.mark.parametrize(
    ("name", "most"),
    [("DenseNet121", 16), ("MobileNet", 14), ("MobileNetV2", 12), ("InceptionV3", 14), ("Xception", 11), ("NASNetMobile", 11)],
)  # fmt: skip
def test_other_networks_are_few_cards(name: str, most: int) -> None:
    made = network(name)
    assert len(titles(made)) <= most
    assert sorted(made.expand(made.state().order)) == sorted(made.draft.nodes())
    assert any("x" in title for title in titles(made))


def test_a_small_graph_is_not_folded() -> None:
    made = document(*["Dense"] * 15, shape=(6,))
    assert made.state().head["folds"] == 0
    made.do({"do": "add", "class_name": "Dense"})
    assert titles(made) == ["Input", "Dense x16"]


def test_numbers_of_a_fold_are_those_of_its_layers() -> None:
    made = deep()
    head = made.state().head
    assert head["totals"]["parameters"] == sum(card["parameters"] for card in made.graph()["cards"])
    assert head["totals"]["work"] == sum(card["work"] for card in made.graph()["cards"])
    assert made.graph()["cards"][1]["shape"] == [None, 8]


def test_a_fold_opens_in_a_frame_and_closes_again_without_a_step_of_undo() -> None:
    made = deep()
    before, version = made.state().cards, made.version
    made.open_fold("fold:dense_4@0")
    state = made.state()
    inside = [card["id"] for card in state.cards.values() if card["inside"] == "fold:dense_4@0"]
    assert inside == ["dense_4@0", "dense_5@0", "dense_6@0"]
    (frame,) = state.head["frames"]
    assert (frame["title"], frame["times"]) == ("Dense", 3)
    for card in state.cards:
        x, y = state.places[card]
        held = frame["x"] < x < frame["x"] + frame["width"] and frame["y"] < y < frame["y"] + frame["height"]
        assert held == (card in inside)
    made.open_fold("fold:dense_4@0", False)
    assert made.state().cards == before
    assert made.version == version
    with pytest.raises(Refused, match="no such fold"):
        made.open_fold("fold:gone@0")


def test_all_folds_open_and_close() -> None:
    made = deep()
    made.open_all()
    assert len(made.state().cards) == 21
    assert made.state().head["opened"] == made.state().head["folds"] == 5
    made.open_all(False)
    assert len(made.state().cards) == 11


def test_an_open_fold_stays_open_while_its_layers_are_changed_and_renamed() -> None:
    made = deep()
    made.open_fold("fold:dense_4@0")
    made.do({"do": "rename", "layer": "dense_4", "name": "first"})
    made.do({"do": "set", "layers": ["dense_6"], "field": "activation", "value": "relu"})
    assert {"first@0", "dense_5@0", "dense_6@0"} <= made.state().cards.keys()
    made.undo()
    assert {"first@0", "dense_5@0", "dense_6@0"} <= made.state().cards.keys()


def blocks(outer: int, inner: int) -> Document:
    """A chain of nested models, each of equal layers; the first one has a name much longer than the others'."""
    model = Sequential(name="deep")
    for number in range(outer):
        name = f"block_{number}" if number else "a_block_with_a_name_that_is_longer_than_those_of_the_others"
        model.add(Sequential([Dense(4, input_shape=(4,), name=f"inner_{layer}") for layer in range(inner)], name=name))
    made = Document()
    made.do(beginning.command_of(model))
    return made


def test_a_closed_fold_hides_the_opened_blocks_in_it() -> None:
    made = blocks(outer=18, inner=3)
    (fold,) = [card["id"] for card in made.graph()["cards"] if card["fold"]]
    cards = made.graph()["order"]
    made.do({"do": "move", "positions": {fold: [800, 600]}})
    made.open_all(True)
    made.open_fold(fold, False)
    assert made.graph()["order"] == cards
    assert made.graph()["head"]["frames"] == []
    assert made.graph()["places"][fold] == [800, 600]
    made.do({"do": "move", "positions": {fold: [820, 600]}})
    assert made.graph()["places"][fold] == [820, 600]


def test_a_closed_fold_hides_the_closed_folds_in_its_blocks() -> None:
    made = blocks(outer=18, inner=18)
    cards = made.graph()["order"]
    (fold,) = [card for card in cards or [] if card.startswith("fold:")]
    made.open_all(True)
    for inner in [frame["id"] for frame in made.graph()["head"]["frames"] if frame["id"].startswith("fold:")]:
        made.open_fold(inner, False)
    assert made.graph()["order"] == cards
    made.open_fold(fold, True)
    assert sum(card["fold"] is not None for card in made.graph()["cards"]) == 18


def test_a_fold_with_a_wrong_layer_says_so() -> None:
    made = network("ResNet50")
    made.do({"do": "set", "layers": ["res3b_branch2c"], "field": "filters", "value": 7})
    cards = {card["title"]: card for card in made.graph()["cards"]}
    assert cards["Stage 3"]["state"] == "wrong"
    assert "28×28×7 from 'bn3b_branch2c'" in (cards["Stage 3"]["says"] or "")
    assert cards["Stage 4"]["state"] == "waiting"
    assert (cards["Stage 4"]["says"] or "").startswith("waits for")


def test_a_command_on_a_fold_means_its_layers() -> None:
    made = deep()
    made.do({"do": "move", "positions": {"fold:dense_4@0": [1000, 300]}})
    assert made.draft.layout == {"dense_4@0": (1000.0, 300.0)}
    assert made.state().places["fold:dense_4@0"] == [1000.0, 300.0]
    made.do({"do": "add", "class_name": "Flatten", "after": "fold:dense_4@0"})
    assert made.draft.sources("flatten_1@0")[0].layer == "dense_6"
    made.do({"do": "remove", "nodes": ["fold:dense_4@0"]})
    assert not {"dense_4", "dense_5", "dense_6"} & made.draft.layers.keys()
    assert made.form(["fold:dense_1@0"]) is not None


def test_what_makes_a_model_what_it_is_stays_in_sight():
    document = Document()
    document.do({"do": "template", "name": "unet"})
    shown = [card["class_name"] for card in document.graph()["cards"]]
    assert shown.count("Concatenate") == 2 and shown.count("MaxPooling2D") == 2
