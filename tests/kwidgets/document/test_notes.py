"""Notes on the canvas: written, moved, kept in the text, allowed while a run is on."""

from __future__ import annotations

from typing import Any

import pytest

from kwidgets.document import Document, Refused

from .documents import document


def test_a_note_is_written_moved_and_removed_while_a_run_is_on() -> None:
    made = document("Dense")
    made.locked = "A run is on."
    assert made.do({"do": "note", "text": "try 32\nunits", "position": [10, 20]})["label"] == "add a note"
    made.do({"do": "set_note", "note": "note_1", "position": [30, 40], "size": [300, 5]})
    expected = {"id": "note_1", "text": "try 32\nunits", "x": 30.0, "y": 40.0, "width": 300.0, "height": 40.0}
    assert made.draft.notes == [expected]
    assert made.graph()["head"]["notes"] == [expected]
    other = Document()
    other.do({"do": "paste", "format": "yaml", "text": made.text()["yaml"]})
    assert other.draft == made.draft
    made.do({"do": "set_note", "note": "note_1", "text": "done"})
    assert made.draft.notes[0]["text"] == "done"
    made.do({"do": "remove_note", "note": "note_1"})
    assert made.draft.notes == []


def test_the_size_of_a_note_is_changed_in_one_step_of_its_own() -> None:
    made = Document()
    made.do({"do": "note", "text": "wide", "position": [0, 0]})
    assert made.do({"do": "set_note", "note": "note_1", "size": [250, 90]})["label"] == "resize a note"
    assert made.do({"do": "set_note", "note": "note_1", "position": [5, 5]})["label"] == "move a note"
    assert (made.draft.notes[0]["width"], made.draft.notes[0]["height"]) == (250.0, 90.0)
    made.undo()
    assert made.undo()["label"] == "resize a note"
    assert (made.draft.notes[0]["width"], made.draft.notes[0]["height"]) == (200.0, 80.0)


def test_a_model_without_notes_leaves_those_that_are_there() -> None:
    made = document("Dense")
    made.do({"do": "note", "text": "stays", "position": [0, 0]})
    dense = '{"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [null, 2]}}'
    text = f'{{"class_name": "Sequential", "config": [{dense}]}}'
    made.do({"do": "paste", "format": "json", "text": text})
    assert [note["text"] for note in made.draft.notes] == ["stays"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"do": "note", "text": 3, "position": [0, 0]}, "must be a text"),
        ({"do": "note", "text": "x" * 4001, "position": [0, 0]}, "at most 4000"),
        ({"do": "note", "text": "a\0", "position": [0, 0]}, "control characters"),
        ({"do": "note", "text": "a", "position": "here"}, "two numbers"),
        ({"do": "set_note", "note": "note_9", "text": "a"}, "no note 'note_9'"),
        ({"do": "remove_note"}, "no note None"),
    ],
)
def test_a_note_that_cannot_be_is_refused(command: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        document("Dense").do(command)
