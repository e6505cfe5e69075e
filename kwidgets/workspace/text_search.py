"""Runs that have all words of a text somewhere in them."""

from __future__ import annotations

import re

from .records import RunSummary


def matches(run: RunSummary, text: str) -> bool:
    """Whether each word occurs in the note, tags, document, state or settings ("rate=0.01"). "12" or "#12" is the number.

    A number stands in too many settings to look for it there; in a note it counts as a word.
    """
    words = text.casefold().split()
    if not words:
        return True
    settings = (f"{name}={value}" for name, value in run.settings.items())
    said = "\n".join((run.note, *run.tags, run.document or "")).casefold()
    everything = "\n".join((said, run.state, *settings)).casefold()
    return all(_occurs(word, run.number, said, everything) for word in words)


def _occurs(word: str, index: int, said: str, everything: str) -> bool:
    if not word.removeprefix("#").isdecimal():
        return word in everything
    return word.removeprefix("#") == str(index) or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said) is not None
