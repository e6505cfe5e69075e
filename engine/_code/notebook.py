"""The code cells of a notebook (nbformat 3 and 4)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..errors import FileError

PYTHON = ("python", "ipython")


def code_cells(text: str, where: str) -> list[tuple[int, str]]:
    """(number, program) of each code cell; all cells are counted, from 1.

    Raises:
        FileError: it is no notebook, or one of another language.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(
            file=where, expected="the JSON of a notebook", actual=f"a text that breaks off: {error}"
        ) from None
    if not isinstance(notebook, dict):
        raise FileError(file=where, expected="the JSON of a notebook", actual="JSON of another form")
    language = _language(notebook)
    if language is not None and not language.startswith(PYTHON):
        raise FileError(file=where, expected="a notebook of Python", actual=f"one of {language[:40]}")
    return list(_cells(notebook))


def _language(notebook: dict[str, object]) -> str | None:
    metadata = notebook.get("metadata")
    for key in ("language_info", "kernelspec"):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(part, dict):
            name = part.get("name" if key == "language_info" else "language")
            if isinstance(name, str):
                return name.lower()
    return None


def _cells(notebook: dict[str, object]) -> Iterator[tuple[int, str]]:
    sheets = notebook.get("worksheets")
    cells = notebook.get("cells")
    if cells is None and isinstance(sheets, list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or []]
    if not isinstance(cells, list):
        return
    for number, cell in enumerate(cells, 1):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input", ""))
            lines = source if isinstance(source, list) else [source]
            yield number, "".join(line for line in lines if isinstance(line, str))
