"""The model as text, what is wrong in a text under way, and what may be written in it."""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

Dialect = Literal["engine", "keras2", "tf.keras", "keras3"]


class Texts(TypedDict):
    """dialect: of the Python; None: as it was typed. typed: formats of which there is a text that somebody wrote.

    anew: those of them that a change could not be written into. unkept: those that do not outlive the kernel. lacks: what the
    dialect has no word for. lines: the first and the last line of each layer in a program that was typed.
    """

    version: int
    yaml: str
    json: str
    python: str
    dialect: Dialect | None
    typed: list[str]
    anew: list[str]
    unkept: list[str]
    lacks: list[str]
    lines: dict[str, list[int]]


class TextFault(TypedDict):
    """Why a text is no model; line and column from 1, where that is known."""

    refused: str
    hint: str | None
    line: NotRequired[int]
    column: NotRequired[int]


class TextNote(TypedDict):
    """What was read otherwise than it stands there. kind: "renamed", "changed", "left out" or "not read"."""

    kind: Literal["renamed", "changed", "left out", "not read"]
    line: int
    text: str


class TextModel(TypedDict):
    """One of a program's models. place: where it is made, in words. chosen: the one that is read."""

    name: str
    place: str
    layers: int
    chosen: bool


class TextCheck(TypedDict):
    """What a text under way would be read as. fault: None where it is a model. lines: as in `Texts`, of a program."""

    fault: TextFault | None
    notes: list[TextNote]
    models: list[TextModel]
    lines: dict[str, list[int]]


class Offer(TypedDict):
    """name: what is shown; write: what takes the place of the word under way; note: what it means."""

    name: str
    write: str
    note: str


class Completions(TypedDict):
    """start: the letter at which the word under way begins, from 0."""

    start: int
    offers: list[Offer]


class Meaning(TypedDict):
    """What a word of the text is; start, end: its letters, from 0."""

    title: str
    text: str
    start: int
    end: int
