"""What makes a layer fit after a result: each way was tried, and gives the shape that it promises."""

from __future__ import annotations

import pytest

from engine.describe import Tensor
from kwidgets.document.checks import Checker, called_once
from kwidgets.document.draft import Part
from kwidgets.document.fitting import MOST_AXES, changes, fitting, needs
from kwidgets.document.settings import starting_config

from .documents import document

CASES = [
    ("Dense", (8, 8, 4), {"with Flatten before it"}),
    ("LSTM", (8, 8, 4), {"with Reshape 64×4 before it"}),
    ("Conv2D", (64,), {"with Reshape 8×8×1 before it"}),
    ("Conv1D", (7,), {"with Reshape 7×1 before it"}),
    ("MaxPooling2D", (1, 1, 4), {"with padding same"}),
]


@pytest.mark.parametrize(("class_name", "shape", "words"), CASES)
def test_a_way_gives_the_shape_that_it_promises(class_name: str, shape: tuple[int, ...], words: set[str]) -> None:
    made = document(shape=shape)
    node = "input_1@0"
    tensor = Checker().check(made.draft).nodes[node].tensors[0]
    part = Part(class_name, starting_config(class_name, (None, *shape), None))
    ways = list(changes(made.draft, node, part, tensor))
    assert words <= {way.words for way in ways}
    for way in ways:
        after = tensor
        for layer in way.before:
            after = called_once(Part(layer["class_name"], layer["settings"]), [after]).tensors[0]
        result = called_once(way.part, [after])
        assert (result.state, result.shape) == ("ok", way.shape)


def test_a_recurrent_layer_before_it_is_asked_for_all_steps() -> None:
    made = document("LSTM", shape=(20, 8))
    tensor = Checker().check(made.draft).nodes["lstm_1@0"].tensors[0]
    first = next(changes(made.draft, "lstm_1@0", Part("GRU", {"units": 4}), tensor))
    assert first.set == [{"layers": ["lstm_1"], "field": "return_sequences", "value": True}]
    assert first.shape == (None, 4)


def test_nothing_makes_words_of_numbers() -> None:
    made = document(shape=(8,))
    tensor: Tensor = Checker().check(made.draft).nodes["input_1@0"].tensors[0]
    assert list(changes(made.draft, "input_1@0", Part("Embedding", {"input_dim": 5, "output_dim": 2}), tensor)) == []


@pytest.mark.parametrize(("class_name", "most"), MOST_AXES.items())
def test_a_layer_that_would_do_something_else_than_people_mean_does_not_fit(class_name: str, most: int) -> None:
    part = Part(class_name, {})
    assert fitting(part, (None,) * most) and fitting(part, None)
    assert not fitting(part, (None,) * (most + 1))
    assert needs(part, called_once(Part("Flatten", {}), [])) or class_name == "Embedding"
