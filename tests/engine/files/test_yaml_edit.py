"""Changes written into YAML as a person wrote it: comments, quotes, order and all other letters stay."""

from __future__ import annotations

from typing import Any

import pytest

from engine._files.yaml_edit import edit_yaml
from engine._files.yaml_text import read_yaml

TEXT = """\
# mine
class_name: "Sequential"   # kind
config:
  layers:
  # the first
  - class_name: Dense
    config: {name: 'a', units: 3}

  - config:
      units: 5   # five
      name: b
    class_name: 'Dense'
training: {epochs: 3}  # short
"""


def changed(text: str, *changes: tuple[tuple[Any, ...], Any]) -> str:
    """The text with values set at paths; a value of Ellipsis takes the key away."""
    before, after = read_yaml(text), read_yaml(text)
    for path, value in changes:
        part: Any = after
        for key in path[:-1]:
            part = part[key]
        if value is Ellipsis:
            del part[path[-1]]
        else:
            part[path[-1]] = value
    edited = edit_yaml(text, before, after)
    assert edited is not None and read_yaml(edited) == after
    return edited


LAYERS = ("config", "layers")
ONE = [
    ((*LAYERS, 0, "config", "units"), 30, "units: 3}", "units: 30}"),
    ((*LAYERS, 1, "config", "units"), 50, "units: 5   # five", "units: 50   # five"),
    ((*LAYERS, 0, "config", "name"), "it's", "name: 'a'", "name: 'it''s'"),
    (("class_name",), "Model", '"Sequential"   # kind', '"Model"   # kind'),
    (("training", "epochs"), 7, "{epochs: 3}  # short", "{epochs: 7}  # short"),
    ((*LAYERS, 1, "config", "name"), "on", "name: b", "name: 'on'"),
]


@pytest.mark.parametrize(("path", "value", "before", "after"), ONE)
def test_one_value_is_written_where_it_stands(path: tuple[Any, ...], value: Any, before: str, after: str) -> None:
    assert changed(TEXT, (path, value)) == TEXT.replace(before, after)


def test_new_keys_come_behind_those_before_them_and_old_ones_go_with_their_line() -> None:
    text = changed(TEXT, ((*LAYERS, 1, "config", "activation"), "relu"), (("data",), {"inputs": {"a": "x"}}))
    assert "      name: b\n      activation: relu\n    class_name: 'Dense'" in text
    assert text.endswith("# short\ndata:\n  inputs:\n    a: x\n")
    assert changed(text, (("data",), ...)) == text.removesuffix("data:\n  inputs:\n    a: x\n")
    assert changed(TEXT, ((*LAYERS, 1, "config", "units"), ...)) == TEXT.replace("units: 5   # five\n      ", "")


def test_layers_come_go_and_change_places_with_their_comments() -> None:
    first, second = read_yaml(TEXT)["config"]["layers"]
    new = {"class_name": "Dropout", "config": {"name": "c", "rate": 0.5}}
    added = changed(TEXT, (LAYERS, [first, new, second]))
    assert added.replace("  - class_name: Dropout\n    config:\n      name: c\n      rate: 0.5\n", "") == TEXT
    assert "# the first" not in changed(TEXT, (LAYERS, [second]))
    turned = changed(TEXT, (LAYERS, [second, first]))
    assert turned.index("# five") < turned.index("# the first") < turned.index("name: 'a'")


def test_a_text_without_an_end_of_its_last_line_gets_one() -> None:
    assert changed("a: 1", (("b",), 2)) == "a: 1\nb: 2\n"


@pytest.mark.parametrize("text", ["- 1\n", "a: [", "a: 1\n---\nb: 2\n", "", "a: &x 1\nb: *x\nc: *y\n"])
def test_what_is_no_mapping_is_not_edited(text: str) -> None:
    assert edit_yaml(text, {"a": 1}, {"a": 2}) is None
