"""Commands: what they change, what they refuse and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from kwidgets.document import Refused

from .documents import document


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"do": "add", "class_name": "Dence"}, "no layer class 'Dence'"),
        ({"do": "add", "class_name": 3}, "must be a text"),
        ({"do": "remove", "nodes": []}, "at least one node"),
        ({"do": "remove", "nodes": ["gone@0"]}, "no node 'gone@0'"),
        ({"do": "disconnect", "wires": ["dense_1@0#5"]}, "no wire"),
        ({"do": "move", "positions": {"dense_1@0": [1, float("nan")]}}, "two numbers"),
        ({"do": "rename", "layer": "dense_1", "name": "a\nb"}, "control characters"),
        ({"do": "set_training", "epochs": 0}, "from 1 to"),
        ({"do": "set_training", "loss": "nonsense"}, "nonsense"),
        ({"do": "set_training", "optimizer": {"class_name": "Adam", "config": {"lr": -1}}}, "Adam"),
        ({"do": "template", "name": "none"}, "no template"),
        ({"do": "start"}, "no command"),
        ({"do": ["set"]}, "no command"),
    ],
)
def test_bad_messages_are_refused_and_change_nothing(command: dict[str, Any], why: str) -> None:
    made = document("Dense")
    before, version = made.draft, made.version
    with pytest.raises(Refused, match=why):
        made.do(command)
    assert made.draft is before
    assert made.version == version
