"""Settings, values and shapes in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import result_in_words, shapes_in_words
from kwidgets.document.labels import change_text, in_line, label, shape_words, value_text


@pytest.mark.parametrize(
    ("name", "title", "inside"),
    [
        ("kernel_size", "Kernel size", "kernel size"),
        ("layer.return_sequences", "Return sequences", "return sequences"),
        ("l2", "L2", "L2"),
    ],
)
def test_a_setting_is_named_by_its_words(name: str, title: str, inside: str) -> None:
    assert (label(name), in_line(name)) == (title, inside)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([None, 8], "?×8"),
        ([], "none"),
        (True, "on"),
        (0.1 + 0.2, "0.3"),
        ({"class_name": "L2", "config": {"l2": 0.1}}, "L2"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_value_is_told_in_few_words(value: Any, text: str) -> None:
    assert value_text(value) == text


@given(st.lists(st.one_of(st.none(), st.integers(1, 10**6)), max_size=5))
def test_a_shape_is_told_without_its_batch_and_a_sentence_with_it_is_shortened(sizes: list[int | None]) -> None:
    assert shape_words([None, *sizes]).count("×") == max(len(sizes) - 1, 0)
    assert shapes_in_words(f"found {(None, *sizes)}") == f"found {result_in_words([None, *sizes])}"


def test_a_change_tells_the_old_value_where_all_had_the_same() -> None:
    assert change_text("filters", [16, 16], 32) == "filters 16 → 32"
    assert "16" not in change_text("filters", [16, 8], 32)
