"""Hostile YAML and JSON: refused as FileError, quickly, and nothing in them runs."""

import os

import pytest

from engine._files.files import MAX_TEXT_BYTES
from engine._files.text import read_json, read_yaml
from engine.errors import FileError

# one second on a free machine; the test machine is rarely free
FULL = MAX_TEXT_BYTES - 16
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
YAML = {
    "code by apply": "a: !!python/object/apply:os.mkdir [canary]\n",
    "code by new": "a: !!python/object/new:os.mkdir [canary]\n",
    "code by name": "a: !!python/name:os.system\n",
    "code by module": "!!python/module:os\n",
    "own tag": "a: !mine 1\n",
    "tag on a mapping": "!!python/object:collections.Counter {}\n",
    "tag by prefix": "%TAG ! tag:yaml.org,2002:python/\n--- !object/apply:os.mkdir [canary]\n",
    "set": "a: !!set {x}\n",
    "binary": "a: !!binary aGk=\n",
    "merge": "a: &x {b: 1}\nc:\n  <<: *x\n",
    "double key": "a: 1\na: 2\n",
    "second document": "a: 1\n---\nb: 2\n",
    "alias bomb": BOMB,
    "endless alias": "a: &x [1, *x]\n",
    "unknown alias": "a: *x\n",
    "list as key": "? [a]\n: 1\n",
    "nan": "a: .nan\n",
    "infinity": "a: -.inf\n",
    "long number": "a: " + "9" * 5000,
    "long sexagesimal": "a: 1" + ":1" * 10**6,
    "list": "[1]",
    "nothing": "",
    "NUL": "a: \x00",
    "brackets": "[" * FULL,
    "brackets below": "a: " + "[" * FULL,
    "braces": "{" * FULL,
    "dashes": "a:\n" + "- " * (FULL // 2),
    "question marks": "? " * (FULL // 2),
    "anchored brackets": "a: " + "&a [" * (FULL // 4),
    "tagged brackets": "a: " + "!!python/tuple [" * (FULL // 16),
    "nested flow": "{a: " * (FULL // 4),
    "indentation": "a:\n" + "".join(" " * i + "a:\n" for i in range(1, 3000)),
    "quotes": '"' * FULL,
    "bangs": "!" * FULL,
    "deep by alias": "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40,
    "too long": "#" * (MAX_TEXT_BYTES + 1),
}
JSON = {
    "double key": '{"a": 1, "a": 2}',
    "double key by escape": '{"a": 1, "\\u0061": 2}',
    "nan": '{"a": NaN}',
    "infinity": '{"a": [-Infinity]}',
    "brackets": "[" * FULL,
    "nested": '{"a":' * (FULL // 5),
    "quotes": '"' * FULL,
    "escaped quotes": '{"' + '\\"' * (FULL // 2 - 4),
    "closing": "]" * FULL,
    "long number": '{"a": ' + "9" * 5000 + "}",
    "surrogate": '{"a": "\\ud800"}',
    "tail": '{"a": 1} x',
    "list": "[1]",
    "nothing": "",
    "too long": " " * (MAX_TEXT_BYTES + 1),
}
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
