"""A Python program or notebook -> draft: its model, its training, and a note on the canvas with what was read otherwise or not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from engine.errors import FileError
from engine.experiment import CodeModel, Neighbours, PythonProgram, read_python

from ..messages import Note
from ..refused import Refused
from ..words import texts as say
from .draft import Draft, Part
from .notes import LONGEST_NOTE
from .reading import read_document
from .reading_layers import Mistake

MOST_LINES = 40
NOTE_WIDTH = 320.0
LINE_HEIGHT = 17.0
LETTERS_IN_A_LINE = 46


class CodeReading(NamedTuple):
    """What a program was read as. draft: its model as a document's draft; model: the same with its places in the text."""

    draft: Draft
    program: PythonProgram
    model: CodeModel


def stands_for_another(part: Part) -> bool:
    """Whether it is as the layer that changes nothing, which a program's reader puts in the place of one that it does not know."""
    return part.class_name == "Activation" and part.config.get("activation", "linear") == "linear"


def read_code(
    text: str, base: Draft, file: str = "", name: str | None = None, neighbours: Neighbours | None = None
) -> Draft:
    """The draft of a model in a program, as `code_reading` gives it, with a note of what was read otherwise."""
    draft, program, model = code_reading(text, base, file, name, neighbours)
    others = [other for other in program.models if other is not model]
    if program.notes or others:
        draft.notes = [_note(file, model, others, program)]
    return draft


def code_reading(
    text: str, base: Draft, file: str = "", name: str | None = None, neighbours: Neighbours | None = None
) -> CodeReading:
    """A model in a program, which is never run.

    Args:
        text: the program, or a notebook.
        base: gives data and training where the program has none, and the positions of cards of the same name.
        file: how the note on the canvas names the program.
        name: which of its models; None (the default) takes the one that is trained last.
        neighbours: the files beside it that it imports; None (the default): they are not read.

    Raises:
        Refused: there is no model in it, or none of the name.
    """
    try:
        program = _program(text, file or say.THE_PROGRAM, neighbours)
    except FileError as error:
        raise Refused(
            say.expected_found(error.expected, error.actual), error.hint or None, line=error.line, column=error.column
        ) from None
    model = _chosen(program, name)
    try:
        draft = read_document(model.experiment, base)
    except Mistake as mistake:
        raise Refused(
            mistake.why, mistake.hint, field=mistake.field, line=None if model.file else model.line, column=1
        ) from None
    return CodeReading(draft, program, model)


@lru_cache(maxsize=8)
def _program(text: str, file: str, neighbours: Neighbours | None) -> PythonProgram:
    """A text is read again with each question that is asked of it; what comes of it is never changed."""
    return read_python(text, file, neighbours)


def _chosen(program: PythonProgram, name: str | None) -> CodeModel:
    if name is None:
        return program.models[program.chosen]
    named = [model for model in program.models if model.name == name]
    if not named:
        raise Refused(say.no_model_named(name), say.models_are(_titles(program.models)))
    return named[-1]


def _titles(models: Sequence[CodeModel]) -> str:
    return ", ".join(dict.fromkeys(say.model_at(model.name, model.line, model.cell, model.file) for model in models))


def _note(file: str, model: CodeModel, others: Sequence[CodeModel], program: PythonProgram) -> Note:
    lines = [say.read_from(file, model.name)]
    if others:
        lines.append(say.other_models(_titles(others)))
    lines += [str(note) for note in program.notes[:MOST_LINES]]
    if len(program.notes) > MOST_LINES:
        lines.append(say.more_notes(len(program.notes) - MOST_LINES))
    text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in "\n".join(lines))[
        :LONGEST_NOTE
    ]
    shown = sum(1 + len(line) // LETTERS_IN_A_LINE for line in text.split("\n"))
    height = LINE_HEIGHT * shown + 2 * LINE_HEIGHT
    return Note(id="note_1", text=text, x=-NOTE_WIDTH - 60.0, y=0.0, width=NOTE_WIDTH, height=min(height, 1200.0))
