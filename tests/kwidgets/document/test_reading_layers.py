"""Layers of a text: stacks and graphs, present and old names, and what makes an entry unreadable."""

from __future__ import annotations

import pytest
import yaml

from kwidgets.document import Refused
from kwidgets.document.draft import Source
from kwidgets.document.reading_layers import nearest

from .documents import document, pasted


def stack(*layers: dict[str, object]) -> str:
    """A Sequential of these entries as YAML."""
    return yaml.safe_dump(
        {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}}, sort_keys=False
    )


FIRST: dict[str, object] = {
    "class_name": "Dense",
    "config": {"name": "first", "units": 3, "batch_input_shape": [None, 4]},
}


def test_layers_of_a_stack_are_wired_one_behind_the_other() -> None:
    draft = pasted(stack(FIRST, {"class_name": "Dense", "config": {"name": "last", "units": 2}})).draft
    assert list(draft.layers) == ["first_input", "first", "last"]
    assert draft.sources("last@0") == (Source("first"),)
    assert draft.outputs == ["last@0"]
    assert draft.layers["first_input"].config == {"batch_input_shape": [None, 4]}


def test_keras_1_names_of_a_stack_become_the_present_ones() -> None:
    config = {
        "name": "c",
        "nb_filter": 4,
        "nb_row": 3,
        "nb_col": 3,
        "border_mode": "same",
        "batch_input_shape": [None, 8, 8, 1],
    }
    part = pasted(stack({"class_name": "Convolution2D", "config": config})).draft.layers["c"]
    assert (part.class_name, part.config) == ("Conv2D", {"filters": 4, "kernel_size": [3, 3], "padding": "same"})


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ({"class_name": "Dense", "config": {"name": "first", "units": 2}}, "two layers named 'first'"),
        ({"class_name": "Danse", "config": {"units": 2}}, "no layer class 'Danse'"),
        (
            {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 3]}},
            "only the first layer can be an input",
        ),
        ({"class_name": "Dense", "config": {"name": "d"}}, "units"),
        ({"class_name": "Dense", "config": {"name": "d", "units": 2, "trainable": "no"}}, "trainable"),
        ({"class_name": "Dense", "config": {"name": "d\u0007", "units": 2}}, "name"),
        ({"class_name": "Dense", "config": {"name": 5, "units": 2}}, "name"),
        ({"class_name": "Dense", "config": {"name": "d", "units": 2, "unitz": 3}}, "unitz"),
        ({"class_name": "Dense", "config": []}, "config"),
        ("Dense", "layer"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_with_its_line(second: dict[str, object], why: str) -> None:
    made = document("Dense")
    before = made.draft
    with pytest.raises(Refused, match=why) as refused:
        made.do({"do": "paste", "format": "yaml", "text": stack(FIRST, second)})
    assert (refused.value.line or 0) > 8
    assert made.draft is before


def test_a_word_that_is_nearly_another_is_pointed_out() -> None:
    assert "units" in (nearest("unit", ["units", "activation"]) or "")
    assert nearest("xyzzy", ["units", "activation"]) is None
