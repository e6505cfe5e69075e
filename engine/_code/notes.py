"""What is said of a program that was read: which line was renamed, changed, left out or not understood."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

NoteKind: TypeAlias = Literal["renamed", "changed", "left out", "not read"]

MOST_NOTES = 300
LONGEST_TEXT = 120


@dataclass(frozen=True)
class CodeNote:
    """One remark about a program, with its line.

    Args:
        kind: "renamed" (the same under its present name), "changed" (another meaning or value), "left out" (an experiment has
            no place for it) or "not read" (not known without running the program).
        sentence: what is to be said.
        line: the line in the file, or in the cell; from 1.
        cell: the cell of a notebook, from 1; None in a program.
        text: the line itself.
        file: a file that the program imports; "" for the program itself.

    Example:
        >>> print(CodeNote("left out", "EarlyStopping is not part of an experiment.", 3, 2, "callbacks=[EarlyStopping()]"))
        cell 2, line 3: EarlyStopping is not part of an experiment.
    """

    kind: NoteKind
    sentence: str
    line: int
    cell: int | None = None
    text: str = ""
    file: str = ""

    def __str__(self) -> str:
        before = f"{self.file}, " if self.file else "" if self.cell is None else f"cell {self.cell}, "
        return f"{before}line {self.line}: {self.sentence}"


class Position(NamedTuple):
    """Where a line stands: in which file ("" for the program itself), in which cell of a notebook, and there as which line."""

    file: str
    cell: int | None
    line: int


@dataclass
class Lines:
    """The lines of a program; those of a notebook's cells, and of files that it imports, stand one behind the other."""

    texts: list[str] = field(default_factory=list[str])
    first_lines: list[int] = field(default_factory=list[int])
    parts: list[tuple[str, int | None]] = field(default_factory=list["tuple[str, int | None]"])

    def add(self, text: str, cell: int | None = None, file: str = "") -> int:
        """Append a cell or a file; returns how many lines stand before it."""
        before = len(self.texts)
        self.first_lines.append(before)
        self.parts.append((file, cell))
        self.texts += text.split("\n")
        return before

    def position(self, line: int) -> Position:
        """Where a line stands that was counted through all cells and files."""
        index = bisect_right(self.first_lines, line - 1) - 1
        return Position("", None, line) if index < 0 else Position(*self.parts[index], line - self.first_lines[index])

    def letters(self, line: int, size: int) -> int:
        """How many letters the first `size` bytes of a line are."""
        text = self.texts[line - 1] if 1 <= line <= len(self.texts) else ""
        return size if text.isascii() else len(text.encode()[:size].decode("utf-8", "ignore"))

    def text(self, line: int) -> str:
        """A line's text, shortened."""
        text = self.texts[line - 1].strip() if 1 <= line <= len(self.texts) else ""
        return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


class Notes:
    """All notes of a program, each once, in the order in which they were made."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._notes: dict[tuple[str, int | None, int, str], CodeNote] = {}

    def add(self, kind: NoteKind, sentence: str, line: int) -> None:
        """Say something of a line; the same is not said twice of one line, and at most `MOST_NOTES` are kept."""
        file, cell, in_cell = self.lines.position(line)
        if len(self._notes) < MOST_NOTES:
            note = CodeNote(kind, sentence, in_cell, cell, self.lines.text(line), file)
            self._notes.setdefault((file, cell, in_cell, sentence), note)

    def copy(self) -> Notes:
        """The same notes, so that others can be made on trial."""
        twin = Notes(self.lines)
        twin._notes = dict(self._notes)
        return twin

    def all(self) -> tuple[CodeNote, ...]:
        """The notes by file, cell and line; those of the program itself first."""
        return tuple(sorted(self._notes.values(), key=lambda note: (note.file, note.cell or 0, note.line)))
