"""The second line of a card: the settings that matter, as people say them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.document.canvas import Canvas
from kwidgets.document.card_lines import LONGEST, fold_line, line
from kwidgets.document.draft import Part
from kwidgets.document.settings import starting_config
from kwidgets.document.usual import GROUPS

from .documents import template


@pytest.mark.parametrize(
    ("class_name", "config", "text"),
    [
        ("Conv2D", {"filters": 32, "kernel_size": [3, 3], "padding": "same", "activation": "relu"}, "32 · 3×3 · same · relu"),
        ("Conv2D", {"filters": 64, "kernel_size": [7, 7], "strides": [2, 2]}, "64 · 7×7 · strides 2"),
        ("Conv2D", {"filters": 4, "kernel_size": [3, 1], "strides": [2, 1]}, "4 · 3×1 · strides 2×1"),
        ("MaxPooling2D", {}, "2×2"),
        ("MaxPooling2D", {"pool_size": [3, 3], "strides": [2, 2]}, "3×3 · strides 2"),
        ("Dropout", {"rate": 0.25}, "0.25"),
        ("Embedding", {"input_dim": 10000, "output_dim": 32}, "10000 → 32"),
        ("LSTM", {"units": 32, "return_sequences": True}, "32 · tanh · sequences"),
        ("Bidirectional", {"layer": {"class_name": "LSTM", "config": {"units": 8}}}, "LSTM · 8 · tanh"),
        ("BatchNormalization", {}, "momentum 0.99"),
        ("Concatenate", {}, ""),
        ("Concatenate", {"axis": 1}, "axis 1"),
        ("Reshape", {"target_shape": [7, 7, 3]}, "7×7×3"),
        ("Dense", {"units": 10}, "10"),
    ],
)  # fmt: skip
def test_the_line_of_a_card_says_what_matters(class_name: str, config: dict[str, Any], text: str) -> None:
    assert line(Part(class_name, config)) == text


def test_an_output_says_so_and_a_nested_model_says_how_many_layers_it_has() -> None:
    inside = {"layers": [{"class_name": "InputLayer"}, {"class_name": "Dense"}, {"class_name": "ReLU"}]}
    assert line(Part("Dense", {"units": 10, "activation": "softmax"}), output=True) == "10 · softmax · output"
    assert line(Part("Model", inside)) == "2 layers"


@given(st.sampled_from([name for names in GROUPS.values() for name in names if name != "InputLayer"]))
def test_every_layer_of_the_palette_has_a_line_with_its_starting_settings(class_name: str) -> None:
    text = line(Part(class_name, starting_config(class_name, (None, 8, 8, 4), None)))
    assert "None" not in text and "{" not in text


@pytest.mark.parametrize(
    ("name", "lines"),
    [("resnet50", {"bottleneck 64", "bottleneck 512"}), ("vgg16", {"64 · 3×3 · same · relu"})],
)
def test_a_fold_tells_what_its_layers_have_in_common(name: str, lines: set[str]) -> None:
    draft = template(name).draft
    said = {fold_line(draft, fold) for fold in Canvas().folds(draft)}
    assert lines <= said
    assert all(len(text) <= LONGEST for text in said)
