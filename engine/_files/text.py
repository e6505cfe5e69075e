"""YAML and JSON, guarded: plain data in, plain data out, and every refusal with its line and column.

>>> read_any(write_yaml({"units": 3}))
{'units': 3}
"""

from __future__ import annotations

from ..errors import FileError
from ..types import Config
from .guards import Places, json_able, plain, written_once
from .json_text import read_json, write_json
from .kinds import kind_of_text
from .yaml_text import read_yaml, write_yaml

__all__ = [
    "Places",
    "json_able",
    "plain",
    "read_any",
    "read_json",
    "read_yaml",
    "refuse_other_kinds",
    "write_json",
    "write_yaml",
]


def refuse_other_kinds(text: str, where: str, expected: str = "the YAML or JSON of a model") -> None:
    """Raise FileError for a text that no parser should speak of, as a program or a table: it says what it is."""
    kind = kind_of_text(text)
    if not kind.readable:
        raise FileError(file=where, expected=expected, actual=kind.what, hint=kind.use)


def read_any(text: str, where: str = "<text>", places: Places | None = None) -> Config:
    """Mapping of a text that is JSON when it begins with a brace, else YAML.

    Errors: FileError saying what a text of another kind is, else with line and column.
    """
    text = written_once(text)
    refuse_other_kinds(text, where)
    return (read_json if text.lstrip("\ufeff \t\r\n").startswith("{") else read_yaml)(text, where, places)
