"""Hostile YAML and JSON: refused as FileError, quickly, and nothing in them runs."""

import os

import pytest

from engine._files.text import read_json, read_yaml
from engine.errors import FileError

from .hostile.texts import JSON, YAML

CASES = [(read_yaml, text) for text in YAML.values()] + [(read_json, text) for text in JSON.values()]


@pytest.mark.timeout(30)  # a text that holds the reader up is the fault
@pytest.mark.parametrize(
    ("read", "text"), CASES, ids=[f"yaml {name}" for name in YAML] + [f"json {name}" for name in JSON]
)
def test_hostile_text_is_refused_at_once(read, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError) as refusal:
        read(text, "model.yaml")
    assert os.listdir(tmp_path) == []
    assert len(str(refusal.value)) <= 500 and refusal.value.line
