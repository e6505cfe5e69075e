"""Boxes: what one node of a picture shows, as plain text, and how large that is."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

CHARACTER = 7.0
TITLE_CHARACTER = 8.2
LINE = 17.0
PADDING = 12.0
MAX_CHARACTERS = 48
MIN_WIDTH = 96.0


@dataclass(frozen=True)
class Box:
    """A node of a diagram.

    Args:
        id: its name for the edges.
        title: its first line, a class.
        subtitle: its second line, a name; none by default.
        rows: (label, text), such as ("input", "(None, 28, 28)"); none by default.
        group: what is outlined together; none by default.
        width: in pixels; 0 (the default): as wide as the text needs.
        height: likewise.
    """

    id: str
    title: str
    subtitle: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    group: str = "core"
    width: float = 0.0
    height: float = 0.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels."""
        if self.width and self.height:
            return self.width, self.height
        widths = [columns(shorten(self.title)) * TITLE_CHARACTER, columns(shorten(self.subtitle)) * CHARACTER]
        widths += [(columns(shorten(text)) + len(label) + 2) * CHARACTER for label, text in self.rows]
        lines = 1 + bool(self.subtitle) + len(self.rows)
        width = max(MIN_WIDTH, max(widths) + 2 * PADDING)
        return self.width or round(width), self.height or round(lines * LINE + 1.5 * PADDING)


def shorten(text: str, limit: int = MAX_CHARACTERS) -> str:
    r"""One line of printable text of at most `limit` characters.

    Control and direction characters become a visible mark: they break XML or turn the rest of a line round.

    Args:
        text: any text.
        limit: the most characters, 48 by default.

    Returns:
        The text, with a mark where it was cut off.

    Example:
        >>> shorten("a\x00b\nc")
        'a�b�c'
    """
    text = "".join("\ufffd" if unicodedata.category(char)[0] == "C" else char for char in text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def columns(text: str) -> int:
    """Width of a text in Latin characters; East Asian ones are two wide."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
