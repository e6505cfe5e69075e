"""Families of layers: every class the engine knows has one, by its group or by name."""

from __future__ import annotations

import typing

import pytest

from engine.describe import classes
from engine.errors import EngineError
from kwidgets.document.families import FAMILIES, family
from kwidgets.messages import Family


@pytest.mark.parametrize("class_name", classes.names("layer"))
def test_every_layer_class_has_a_family_that_the_page_knows(class_name: str) -> None:
    assert family(class_name) in typing.get_args(Family)


def test_every_group_of_the_engine_is_assigned() -> None:
    groups = {getattr(layer, "group", "") for layer in classes.find_all("layer").values()}
    assert groups - {""} <= FAMILIES.keys()


@pytest.mark.parametrize(
    ("class_name", "expected"),
    [
        ("InputLayer", "io"),
        ("Flatten", "shape"),
        ("Cropping2D", "shape"),
        ("LSTMCell", "rec"),
        ("Add", "merge"),
        ("Dense", "core"),
    ],
)
def test_classes_that_stand_with_others_in_a_group_are_told_apart(class_name: str, expected: str) -> None:
    assert family(class_name) == expected


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(EngineError, match="Dance"):
        family("Dance")
