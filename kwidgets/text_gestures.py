"""What comes with the gestures about texts of the model (`gestures.py`)."""

from __future__ import annotations

from typing import Literal, TypedDict

from typing_extensions import NotRequired

from .messages import Dialect


class TextsOf(TypedDict):
    """dialect: of the Python; None: as it was typed, else the engine's."""

    dialect: NotRequired[Dialect | None]


class CheckText(TypedDict):
    """model: which one of a program's, by its variable."""

    format: Literal["yaml", "json", "python"]
    text: str
    model: NotRequired[str | None]


class AtLetter(TypedDict):
    """at: how many letters stand before the place."""

    format: Literal["yaml", "json", "python"]
    text: str
    at: int


class Paste(TypedDict):
    """file: how the text is called; model: which one of a program, by its variable; typed: on the Code page."""

    format: Literal["yaml", "json", "python"]
    text: str
    typed: NotRequired[bool]
    file: NotRequired[str]
    model: NotRequired[str]
