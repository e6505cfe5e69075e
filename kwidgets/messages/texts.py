"""The model as text."""

from __future__ import annotations

from typing import TypedDict


class Texts(TypedDict):
    version: int
    yaml: str
    json: str
    python: str
