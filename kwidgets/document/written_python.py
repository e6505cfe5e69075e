"""A program that a person wrote, after the canvas has changed: with as few other lines as the change allows.

What is written is read again, so that nothing is guessed: of the ways to write a change the first one counts after which fewer
things differ, and nothing new does. A graph that the builder wrote, and a person went on with, takes lines over as a merge of
three texts does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.experiment import CodeModel

from ..refused import Refused
from .differences import Difference, differences, name_of
from .draft import Draft, Written
from .printing import experiment
from .program_edits import renamings, ways
from .program_text import ProgramText
from .python_code import DIALECTS, OF_COMPILE, OF_FIT, write
from .reading_code import code_reading
from .records import Experiment

MOST_CHANGES = 40
MOST_WAYS = 8


@dataclass
class _Reading:
    """A program, what it is read as, and what of that differs from what it is to say."""

    text: str
    said: Experiment
    model: CodeModel
    rest: list[Difference]


def follow(written: Written, draft: Draft) -> str | None:
    """The program with the draft's model, or None where it is written in a way that no change of some lines makes it that.

    Args:
        written: the program, which says another state of the model.
        draft: the present state.
    """
    wanted = experiment(draft)
    reading = _read(written.text, draft, wanted, written)
    if reading is None:
        return None
    before = reading
    for _ in range(MOST_CHANGES):
        if not reading.rest:
            return reading.text
        better = _better(reading, draft, wanted, written)
        if better is None:
            return _merged(before, draft, wanted, written)
        reading = better
    return None


def _read(text: str, draft: Draft, wanted: Experiment, written: Written) -> _Reading | None:
    base = draft.copy()
    base.bypassed, base.notes = frozenset(), []
    try:
        read, _, model = code_reading(text, base, name=written.model, neighbours=written.neighbours)
    except Refused:
        return None
    said = experiment(read)
    keys = [
        key for method, names in (("compile", OF_COMPILE), ("fit", OF_FIT)) if method in model.calls for key in names
    ]
    if (model.experiment.get("training") or {}).get("seed") is not None:
        keys.append("seed")
    return _Reading(text, said, model, differences(said, wanted, keys))


def _better(reading: _Reading, draft: Draft, wanted: Experiment, written: Written) -> _Reading | None:
    """The program with one difference less."""
    try:
        text = ProgramText(reading.text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    for change in reading.rest:
        for number, edits in enumerate(ways(text, reading.model, change, wanted)):
            if number >= MOST_WAYS:
                break
            tried = _read(text.edited(edits), draft, wanted, written)
            if tried is not None and change.kind in ("new", "gone"):
                tried = _with_names(tried, reading, change, draft, wanted, written)
            if tried is not None and len(tried.rest) < len(reading.rest):
                return tried
    return None


def _with_names(
    tried: _Reading, before: _Reading, change: Difference, draft: Draft, wanted: Experiment, written: Written
) -> _Reading | None:
    """Layers that a program does not name are counted: where one comes or goes, the others say what they were called."""
    names = [name_of(entry) for entry in before.said["config"]["layers"]]
    if change.kind == "gone":
        names.remove(change.layer)
    else:
        entry = next(entry for entry in wanted["config"]["layers"] if name_of(entry) == change.layer)
        names.insert(names.index(change.key) + 1 if change.key in names else 0, name_of(entry))
    read = [name_of(entry) for entry in tried.said["config"]["layers"]]
    if len(read) != len(names) or read == names:
        return tried
    other = {now: was for now, was in zip(read, names, strict=True) if now != was}
    try:
        text = ProgramText(tried.text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return _read(text.edited(renamings(text, tried.model, other)), draft, wanted, written)


def _merged(reading: _Reading, draft: Draft, wanted: Experiment, written: Written) -> str | None:
    """The lines by which the builder's own two programs differ, put into a program that comes from the first one."""
    for dialect in DIALECTS:
        for text in _taken_over(reading.text, write(reading.said, dialect), write(wanted, dialect)):
            tried = _read(text, draft, wanted, written)
            if tried is not None and not tried.rest:
                return tried.text
    return None


def _taken_over(text: str, before: str, after: str) -> Iterator[str]:
    lines, old, new = text.split("\n"), before.split("\n"), after.split("\n")
    places: dict[int, int] = {}
    for block in SequenceMatcher(None, old, lines, autojunk=False).get_matching_blocks():
        places.update({block.a + offset: block.b + offset for offset in range(block.size)})
    hunks: list[tuple[int, int, list[str]]] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if any(line not in places for line in range(start, end)):
            return
        at = places[start] if start < end else places.get(start - 1, -2) + 1 if start else 0
        last = places[end - 1] + 1 if start < end else at
        if at < 0 or last - at != end - start:
            return
        hunks.append((at, last, new[new_start:new_end]))
    for at, last, replacement in reversed(hunks):
        lines[at:last] = replacement
    yield "\n".join(lines)
