"""Settings and their values in words: labels of forms, lines of undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..words import settings as say


def label(name: str) -> str:
    """A setting in words.

    >>> label("kernel_size"), label("layer.return_sequences"), label("lr")
    ('Kernel size', 'Return sequences', 'Learning rate')
    """
    last = name.rpartition(".")[2]
    words = last.replace("_", " ").strip()
    return say.LABELS.get(last) or words[:1].upper() + words[1:]


def in_line(name: str) -> str:
    """The label within a sentence: "kernel size"; abbreviations keep their capitals."""
    words = label(name)
    return words if words[1:2].isdigit() else words[:1].lower() + words[1:]


def value_text(value: object) -> str:
    """A value of a setting in few words.

    >>> value_text([3, 3]), value_text(None), value_text(False), value_text([None, 8]), value_text(0.001), value_text(["a", "b"])
    ('3×3', 'none', 'off', '?×8', '0.001', 'a, b')
    """
    if value is None:
        return say.NONE
    if isinstance(value, bool):
        return say.ON if value else say.OFF
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(item, str) for item in value):
            return f"{', '.join(value):.60}"
        return "×".join("?" if item is None else value_text(item) for item in value) or say.NONE
    if isinstance(value, Mapping):
        return str(value.get("class_name", say.OWN))
    if isinstance(value, float):
        return f"{value:g}"
    return f"{value!s:.60}"


def shape_words(shape: Iterable[int | None] | None) -> str:
    """A shape without its batch, as cards show it.

    >>> shape_words((None, 8, 8, 32)), shape_words((None, 10)), shape_words(None)
    ('8×8×32', '10', '?')
    """
    if shape is None:
        return "?"
    return "×".join("?" if size is None else str(size) for size in list(shape)[1:]) or "1"


def change_text(name: str, old: Iterable[object], new: object) -> str:
    """A change for the undo list: "filters 16 → 32"; without the old value where several differ."""
    before = list(dict.fromkeys(value_text(value) for value in old))
    return say.change(in_line(name), before[0] if len(before) == 1 else None, value_text(new))
