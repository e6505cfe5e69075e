"""Keras's names: each of surface.txt is there with Keras's arguments, and docs/keras.md says so."""

from __future__ import annotations

import pytest

from . import surface

ROWS = surface.rows()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path}")
def test_a_name_of_keras_is_there_with_its_arguments(row: surface.Row) -> None:
    assert not row.problem, f"{row.path}: {row.problem}"


def test_the_table_in_the_docs_is_up_to_date() -> None:
    written = surface.DOCUMENT.read_text(encoding="utf-8")
    assert told(written) == told(surface.document()), "run: python -m tests.keras.surface"


def told(document: str) -> list[list[str]]:
    """The table's rows without the columns on tests, which change with any test."""
    cells = [line.split(" | ") for line in document.splitlines() if line.startswith("| `")]
    return [[row[0], row[1], row[-1]] for row in cells]
