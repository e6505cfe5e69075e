"""What a layer may be called, by a command as in a text."""

from __future__ import annotations

import pytest

from kwidgets.document import Refused
from kwidgets.document.layer_names import MAX_NAME, is_clean

from .documents import document, pasted


@pytest.mark.parametrize("name", ["dense\x1f1", "two\nlines", "half \ud800", "del\x7f", "n" * (MAX_NAME + 1), ""])
def test_a_name_that_cannot_be_is_refused_by_a_command_and_in_a_text(name: str) -> None:
    made = document("Dense", shape=(4,))
    with pytest.raises(Refused):
        made.do({"do": "rename", "layer": "dense_1", "name": name})
    with pytest.raises(Refused):
        pasted(made.text()["json"].replace('"dense_1"', f'"{name}"'), "json")


def test_names_in_any_language_are_clean() -> None:
    assert all(map(is_clean, ("conv 1", "слой", "層", "a/b.c", "🙂")))
