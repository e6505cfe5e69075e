"""Runs that have all words of a text somewhere in them."""

from __future__ import annotations

from .records import RunSummary


def matches(run: RunSummary, text: str) -> bool:
    """Whether each word occurs in the note, tags, document, state or settings ("rate=0.01"), or is the number ("12", "#12")."""
    words = text.casefold().split()
    if not words:
        return True
    settings = (f"{name}={value}" for name, value in run.settings.items())
    texts = (run.note, *run.tags, run.document or "", run.state, *settings)
    everything = "\n".join(texts).casefold()
    numbers = (str(run.number), f"#{run.number}")
    return all(word in everything or word in numbers for word in words)
