"""Commands from a view that shows an older version."""

from __future__ import annotations

import pytest

from kwidgets.document import Document, Refused
from kwidgets.document.commands import COMMANDS
from kwidgets.document.stale import MEANINGS

from .documents import document


def test_every_command_says_what_decides_its_meaning() -> None:
    assert set(MEANINGS) == set(COMMANDS)


def test_a_harmless_command_of_an_older_view_is_carried_out() -> None:
    made = document("Flatten", "Dense")
    seen = made.version
    made.do({"do": "add", "class_name": "Dropout", "after": "flatten_1@0"})
    made.do({"do": "move", "positions": {"dense_1@0": [9, 9]}}, seen=seen)
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 4}, seen=seen)
    assert made.graph()["cards"][-1]["shape"] == [None, 4]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            {"do": "set", "layers": ["dense_1"], "field": "units", "value": 4},
            {"do": "set", "layers": ["dense_1"], "field": "units", "value": 5},
        ),
        (
            {"do": "add", "class_name": "Dropout", "after": "flatten_1@0"},
            {"do": "disconnect", "wires": ["dense_1@0#0"]},
        ),
        ({"do": "set_training", "epochs": 3}, {"do": "set_training", "epochs": 4}),
        ({"do": "set_training", "epochs": 3}, {"do": "new", "kind": "Model"}),
        ({"do": "set_training", "epochs": 3}, {"do": "undo"}),
        (
            {"do": "connect", "source": "input_1@0", "target": "dense_1@0"},
            {"do": "connect", "source": "flatten_1@0", "target": "dense_1@0"},
        ),
    ],
)
def test_a_command_whose_meaning_has_changed_is_refused(first: dict, second: dict) -> None:
    made = document("Flatten", "Dense")
    seen = made.version
    made.do(first)
    version = made.version
    with pytest.raises(Refused, match="changed in another view"):
        made.do(second, seen=seen)
    assert made.version == version
    made.do(second, seen=version)


def test_a_card_is_not_put_onto_a_wire_that_begins_elsewhere_by_now() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "add", "class_name": "Dropout", "position": [400, 0]})
    seen, insert = made.version, {"do": "insert", "node": "dropout_1@0", "wire": "dense_1@0#0"}
    made.do({"do": "add", "class_name": "Activation", "after": "flatten_1@0"})
    with pytest.raises(Refused, match="changed in another view"):
        made.do(insert, seen=seen)
    made.do(insert, seen=made.version)


def test_a_version_that_never_was_is_refused() -> None:
    with pytest.raises(Refused, match="changed in another view"):
        Document().do({"do": "add", "class_name": "Dense"}, seen=77)
