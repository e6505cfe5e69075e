"""Texts as people wrote them, which the model's changes on the canvas are written into."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field

from engine.errors import EngineError
from engine.experiment import CodePlace, Neighbours, edit_yaml

from .. import messages
from ..refused import Refused
from . import printing, python_code, reading, written_python
from .dialects import DialectName
from .draft import Draft, Written
from .reading_code import code_reading
from .reading_layers import Mistake
from .steps import outlives

# The format under which the text of a notebook is remembered: its cells are no one program that could be shown.
NOTEBOOK = "notebook"
REMEMBERED = 60
# A longer text is written anew after each change: following it would take longer than a hand waits.
MOST_LETTERS = 400_000
_TRAINING = re.compile(r"^training:", re.MULTILINE)


def as_written(text: str, model: str | None = None, file: str = "", neighbours: Neighbours | None = None) -> Written:
    r"""A text that was typed or read, without a byte order mark and with "\n" at the end of its lines."""
    return Written(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), model, file, neighbours)


def is_whole(text: str) -> bool:
    """Whether a YAML text says how the model is trained, as that of an experiment does."""
    return _TRAINING.search(text) is not None


def follow_yaml(text: str, draft: Draft) -> str | None:
    """The text with the draft's model, or None where it is written in a way that leaves no place for the change.

    What it leaves out is added where it is not what a new document has, so that the text alone is the whole experiment.
    """
    try:
        before, after = printing.experiment(reading.read(text, "yaml", Draft())), printing.experiment(draft)
        if before == after:
            return text
        edited = edit_yaml(text, {**before}, {**after})
        if edited is None:
            return None
        read = printing.experiment(reading.read(edited, "yaml", Draft()))
        # What is read has its layers in order, which those of the draft need not be.
        same = read == after or read == printing.experiment(reading.read_document({**after}, Draft()))
    except (Refused, EngineError, Mistake):
        return None
    return edited if same else None


@dataclass
class _Drawn:
    """The texts of one state; what was not asked for yet is None. anew: those that could not follow what was written."""

    draft: Draft
    yaml: str | None = None
    json: str | None = None
    followed: str | None = None
    anew: set[str] = field(default_factory=set[str])
    programs: dict[DialectName, python_code.Program] = field(default_factory=dict[DialectName, python_code.Program])
    lines: dict[str, tuple[int, int]] | None = None


class DocumentTexts:
    """The texts of a document, each made when it is asked for; undo comes back to what was there."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[int, _Drawn] = OrderedDict()

    def yaml(self, draft: Draft) -> str:
        """The experiment as YAML, with the comments, quotes and order of the text that was typed."""
        drawn = self._of(draft)
        if drawn.yaml is None:
            written = draft.written.get("yaml")
            followed = None if written is None else follow_yaml(written.text, draft) if _is_short(written) else None
            if written is not None and followed is None:
                drawn.anew.add("yaml")
            drawn.yaml = printing.yaml_text(draft) if followed is None else followed
        return drawn.yaml

    def all(self, draft: Draft, version: int, dialect: DialectName | None) -> messages.Texts:
        """The three texts. dialect: None for the program that was typed, and the engine's where there is none."""
        drawn = self._of(draft)
        yaml = self.yaml(draft)
        if drawn.json is None:
            drawn.json = printing.json_text(draft)
        program = self._typed_program(drawn) if dialect is None else None
        dialect = dialect or (None if program is not None else "engine")
        lacks: list[str] = []
        if dialect is not None:
            program, lacks = self.program(draft, dialect)
        return {
            "version": version,
            "yaml": yaml,
            "json": drawn.json,
            "python": program or "",
            "dialect": dialect,
            "typed": sorted(draft.written.keys() - {NOTEBOOK}),
            "anew": sorted(drawn.anew),
            "unkept": sorted(form for form, text in draft.written.items() if form != NOTEBOOK and not outlives(text)),
            "lacks": list(lacks),
            "lines": {layer: [*lines] for layer, lines in (drawn.lines or {}).items()} if dialect is None else {},
        }

    def program(self, draft: Draft, dialect: DialectName) -> python_code.Program:
        """The program in one dialect, and what this lacks."""
        drawn = self._of(draft)
        if dialect not in drawn.programs:
            drawn.programs[dialect] = python_code.written_program(printing.experiment(draft), dialect)
        return drawn.programs[dialect]

    def _typed_program(self, drawn: _Drawn) -> str | None:
        written = drawn.draft.written.get("python")
        if written is None or "python" in drawn.anew:
            return None
        if drawn.followed is None:
            followed = None
            if _is_short(written):
                followed = written_python.follow(written, drawn.draft)
            if followed is None:
                drawn.anew.add("python")
                return None
            drawn.followed, drawn.lines = followed, lines_of(followed, drawn.draft, written)
        return drawn.followed

    def _of(self, draft: Draft) -> _Drawn:
        drawn = self._drawn.get(id(draft))
        if drawn is None or drawn.draft is not draft:
            drawn = self._drawn[id(draft)] = _Drawn(draft)
        self._drawn.move_to_end(id(draft))
        while len(self._drawn) > REMEMBERED:
            self._drawn.popitem(last=False)
        return drawn


def lines_of(text: str, draft: Draft, written: Written) -> dict[str, tuple[int, int]]:
    """The lines that make each layer of a program, as far as it makes them itself."""
    try:
        places = code_reading(text, draft, name=written.model, neighbours=written.neighbours).model.places
    except Refused:
        return {}
    return {layer: (call.line, call.end_line) for layer, call in places.items() if is_in_text(call)}


def is_in_text(call: CodePlace) -> bool:
    """Whether a call stands in the program itself, not in a notebook's cell or in a file that it imports."""
    return call.cell is None and not call.file


def _is_short(written: Written) -> bool:
    return len(written.text) <= MOST_LETTERS
