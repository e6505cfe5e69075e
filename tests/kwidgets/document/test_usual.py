"""Which layers come first: names that the engine knows, each in one group of the palette."""

from __future__ import annotations

from collections import Counter

from engine.describe import classes
from kwidgets.document.catalogue import layer_groups
from kwidgets.document.usual import AFTER_RANK, GROUP_OF, GROUPS, OFTEN


def test_every_name_is_a_layer_of_the_engine() -> None:
    named = {*OFTEN, *(name for names in (*GROUPS.values(), *AFTER_RANK.values()) for name in names)}
    assert named <= {*classes.names("layer"), "InputLayer"}


def test_every_layer_stands_in_one_group_of_the_palette() -> None:
    listed = Counter(name for names in GROUPS.values() for name in names)
    assert set(listed.values()) == {1}
    assert set(GROUP_OF.values()) <= GROUPS.keys()
    shown = Counter(entry["class_name"] for group in layer_groups() for entry in group["layers"])
    assert set(shown.values()) == {1}
    assert listed.keys() <= shown.keys()
