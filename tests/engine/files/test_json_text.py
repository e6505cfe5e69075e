import json

import pytest

from engine._files.text import read_json, write_json
from engine.errors import FileError


def test_arrays_and_tuples_become_lists_and_nan_null():
    import numpy as np

    text = write_json({"a": (1, 2), "b": np.float32(0.5), "c": np.arange(2), "d": float("inf")})
    assert json.loads(text) == {"a": [1, 2], "b": 0.5, "c": [0, 1], "d": None}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": 1,\n "a": 2}', 2, 2),
        ('{"a":\n NaN}', 2, 2),
        ('{"a": -Infinity}', 1, 7),
        ('{"a": 1,}', 1, 9),
        ("[1]", 1, 1),
    ],
)
def test_a_refusal_knows_its_place(text, line, column):
    with pytest.raises(FileError) as refusal:
        read_json(text, "m.json")
    assert (refusal.value.line, refusal.value.column) == (line, column)


def test_strings_may_hold_what_looks_like_structure():
    assert read_json('{"a": "[[[{\\"NaN\\": NaN", "b": [{"a": 1}, {"a": 2}]}')["b"] == [{"a": 1}, {"a": 2}]


def test_places_give_line_and_column():
    places = {}
    read_json('{"a":\n {"b": [1, {"c": 2}]}}', places=places)
    assert places["a", "b", 1, "c"] == (2, 13)


def test_a_type_that_text_cannot_hold_is_named():
    with pytest.raises(TypeError, match="object"):
        write_json({"a": object()})
