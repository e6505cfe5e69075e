"""The document: who hears of changes, and what is refused while a run is on."""

from __future__ import annotations

import pytest

from kwidgets.document import Refused

from .documents import document


def test_a_locked_document_lets_nodes_be_moved_only() -> None:
    made = document("Dense")
    made.locked = "A run is on."
    made.do({"do": "move", "positions": {"dense_1@0": [5, 5]}})
    for command in ({"do": "add", "class_name": "Dense"}, {"do": "undo"}):
        with pytest.raises(Refused, match="A run is on"):
            made.do(command)
    made.locked = None
    made.do({"do": "undo"})


def test_listeners_hear_of_each_change_once() -> None:
    heard: list[tuple[int, str]] = []
    made = document("Dense")
    made.listeners.append(lambda change: heard.append((change.version, change.label)))
    made.do({"do": "add", "class_name": "Dropout"})
    made.undo()
    assert heard == [(made.version - 1, "add Dropout"), (made.version, "add Dropout")]
