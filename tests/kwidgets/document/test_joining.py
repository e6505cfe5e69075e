"""A wire into an input that is taken: the merges that are offered were tried, and do what they promise."""

from __future__ import annotations

import pytest

from kwidgets.document import Document, Refused

from .documents import document, node


def with_branch(units: int) -> Document:
    """input_1 -> dense_1 -> dense_2, and dense_3 beside dense_2."""
    made = document("Dense", "Dense", shape=(8,))
    made.do({"do": "add", "class_name": "Dense", "after": "dense_1@0", "settings": {"units": units}})
    made.do({"do": "add", "class_name": "Dropout", "after": "dense_2@0"})
    return made


@pytest.mark.parametrize("units", [10, 7])
def test_merges_of_both_wires_are_offered_with_the_shape_that_adding_them_gives(units: int) -> None:
    made = with_branch(units)
    offered = made.joins("dense_3@0", "dropout_1@0")["joins"]
    assert [merge["class_name"] for merge in offered] == ["Add", "Concatenate"]
    add, concatenate = offered
    assert concatenate["shape"] == [None, node(made, "dense_2")["shape"][1] + units]
    assert (add["says"] is None) == (add["shape"] is not None)
    for merge in offered:
        trial = with_branch(units)
        trial.do(
            {"do": "connect_or_merge", "merge": merge["class_name"], "source": "dense_3@0", "target": "dropout_1@0"}
        )
        made_node = node(trial, f"{merge['class_name'].lower()}_1")
        assert made_node["shape"] == merge["shape"]


def test_a_free_input_and_one_that_takes_several_are_offered_none() -> None:
    made = with_branch(10)
    made.do({"do": "disconnect", "wires": ["dropout_1@0#0"]})
    assert made.joins("dense_3@0", "dropout_1@0")["joins"] == []


def test_a_wire_that_would_close_a_circle_is_refused() -> None:
    made = with_branch(10)
    with pytest.raises(Refused, match="circle"):
        made.joins("dropout_1@0", "dense_1@0")
