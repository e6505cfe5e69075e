"""The model as text."""

from __future__ import annotations

from typing import Literal, TypedDict

Dialect = Literal["engine", "keras2", "tf.keras", "keras3"]


class Texts(TypedDict):
    """dialect: of the Python; None: as it was typed. typed: formats of which there is a text that somebody wrote.

    anew: those of them that a change could not be written into. lacks: what the dialect has no word for. lines: the first and
    the last line of each layer in a program that was typed.
    """

    version: int
    yaml: str
    json: str
    python: str
    dialect: Dialect | None
    typed: list[str]
    anew: list[str]
    lacks: list[str]
    lines: dict[str, list[int]]
