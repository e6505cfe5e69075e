"""YAML and JSON, guarded: plain data in, plain data out, and every refusal with its line and column.

>>> read_any(write_yaml({"units": 3}))
{'units': 3}
"""

from __future__ import annotations

from ..types import Config
from .guards import Places, json_able, plain
from .json_text import read_json, write_json
from .yaml_text import read_yaml, write_yaml

__all__ = ["Places", "json_able", "plain", "read_any", "read_json", "read_yaml", "write_json", "write_yaml"]


def read_any(text: str, where: str = "<text>", places: Places | None = None) -> Config:
    """Mapping of a text that is JSON when it begins with a brace, else YAML."""
    return (read_json if text.lstrip("\ufeff \t\r\n").startswith("{") else read_yaml)(text, where, places)
