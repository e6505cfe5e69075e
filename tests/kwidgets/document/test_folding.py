"""Folds: what is found in well-known networks, and how they open, close and are edited."""

from __future__ import annotations

import pytest

from kwidgets.document import Document
from kwidgets.document.nested import within

from .documents import cards, deep, document, network


def titles(made: Document) -> list[str]:
    """Title and times of each card: "Stage 2 x3"."""
    return [
        f"{card['title']} x{card['fold']['times']}" if card["fold"] else card["title"] for card in made.graph()["cards"]
    ]


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


def test_what_makes_a_model_what_it_is_stays_in_sight():
    document = Document()
    document.do({"do": "template", "name": "unet"})
    shown = [card["class_name"] for card in document.graph()["cards"]]
    assert shown.count("Concatenate") == 2 and shown.count("MaxPooling2D") == 2


def test_repeats_in_a_large_block_are_folded_and_found() -> None:
    made = Document()
    made.do({"do": "template", "name": "vgg16"})
    nodes = [node for node in made.draft.nodes() if node.startswith("block")]
    made.do({"do": "group", "nodes": nodes, "name": "features"})
    made.open_fold("features@0")
    shown = cards(made)
    fold = "fold:" + within("features@0", "block2_conv1@0")
    assert shown[fold]["fold"]["times"] == 2 and shown[fold]["inside"] == "features@0"
    assert len(shown) < len(nodes)
    made.do({"do": "set", "layers": [within("features@0", "block2_conv1")], "field": "filters", "value": 32})
    made.reveal(within("features@0", "block5_conv3@0"))
    assert within("features@0", "block5_conv3@0") in cards(made)
    made.open_fold("features@0", open=False)
    assert "features@0" in cards(made)
    made.open_all()
    assert not any(card["opens"] for card in cards(made).values())
