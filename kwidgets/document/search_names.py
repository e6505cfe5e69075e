"""Which layer classes a word means: new and old names, everyday words, slips of the fingers; and what is usual after a shape."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from engine.types import Shape

from ..words.palette import EVERYDAY
from . import catalogue
from .search_query import plain_text
from .usual import AFTER_RANK, OFTEN

# How much alike two words are, 0 to 1: a letter differs; a slip of the fingers.
NEARLY = 0.85
CLOSE_ENOUGH = 0.72
# How well a name is matched, the best first.
EXACT, PREFIX, WORD, WORD_START, OLD_PREFIX, PART_OF_NAME, PART_OF_WORD, FUZZY = range(8)
# (tier, class name, old name that was meant)
Match = tuple[int, str, str | None]


def usual(shape: Shape | None) -> list[Match]:
    """All classes: first what follows most often after such a result."""
    first = AFTER_RANK.get(len(shape) if shape is not None else None, OFTEN)
    return [(EXACT, name, None) for name in dict.fromkeys([*first, *(known.class_name for known in _known())])]


def meant(words: Sequence[str]) -> tuple[list[Match], int]:
    """The classes that the words of a name mean, and how many of the words say so: of "dense layer" the first does.

    All words as they are spelt, or nearly so, count before fewer of them, and these before what is only somewhat alike.
    """
    names = [plain_text(" ".join(words[:count])) for count in range(len(words), 0, -1)]
    ways: list[tuple[str, Callable[[str], list[_Found]]]] = [
        *((name, _spelt) for name in names[:1]),
        *((name, _nearly) for name in names[:1]),
        *((name, _spelt) for name in names[1:]),
        *((name, _alike) for name in names),
    ]
    for name, look in ways:
        matches = look(name)
        if matches:
            return _likely(_sorted(matches)), len(words) - names.index(name)
    return [], 0


def _nearly(name: str) -> list[_Found]:
    return list(_close(name, NEARLY))


def _alike(name: str) -> list[_Found]:
    return list(_close(name, CLOSE_ENOUGH))


def _likely(ranked: list[Match]) -> list[Match]:
    """Without those that hold the word somewhere in an everyday word, where a name begins with it."""
    best = ranked[0][0]
    return [match for match in ranked if best > PREFIX or match[0] <= PART_OF_NAME]


@dataclass(frozen=True)
class _Known:
    """The names of a class in plain text."""

    class_name: str
    name: str
    words: tuple[str, ...]
    old: tuple[tuple[str, str], ...]


@cache
def _known() -> tuple[_Known, ...]:
    ranked = [entry for group in catalogue.layer_groups() for entry in group["layers"]]
    rank = {name: index for index, name in enumerate(OFTEN)}
    ranked.sort(key=lambda entry: rank.get(entry["class_name"], len(rank)))
    return tuple(
        _Known(
            entry["class_name"],
            plain_text(entry["title"]),
            tuple(plain_text(word) for word in EVERYDAY.get(entry["class_name"], ())),
            tuple((plain_text(old), old) for old in entry["old_names"]),
        )
        for entry in ranked
    )


_Found = tuple[int, _Known, str | None]


def _spelt(name: str) -> list[_Found]:
    if not name:
        return []
    return [(tier, known, old) for known in _known() for tier, old in [_tier(name, known)] if tier is not None]


def _sorted(found: list[_Found]) -> list[Match]:
    """Best first: exact and shorter names before longer ones."""
    ranked = sorted(found, key=lambda item: (item[0], len(item[1].name) if item[0] in (PREFIX, PART_OF_NAME) else 0))
    return [(tier, known.class_name, old) for tier, known, old in ranked]


def _tier(name: str, known: _Known) -> tuple[int | None, str | None]:
    old = [(text, written) for text, written in known.old if text.startswith(name)]
    if known.name == name:
        return EXACT, None
    for text, written in old:
        if text == name:
            return EXACT, written
    if known.name.startswith(name):
        return PREFIX, None
    if name in known.words:
        return WORD, None
    if len(name) > 2 and any(word.startswith(name) for word in known.words):
        return WORD_START, None
    if old:
        return OLD_PREFIX, old[0][1]
    if len(name) > 1 and name in known.name:
        return PART_OF_NAME, None
    if len(name) > 2 and any(name in word for word in known.words):
        return PART_OF_WORD, None
    return None, None


def _close(name: str, least: float) -> Iterator[_Found]:
    """Names that differ by a slip of the fingers."""
    texts: dict[str, tuple[_Known, str | None]] = {}
    for known in _known():
        texts.setdefault(known.name, (known, None))
        for text, written in known.old:
            texts.setdefault(text, (known, written))
        for word in known.words:
            texts.setdefault(word, (known, None))
    seen: set[str] = set()
    for text in difflib.get_close_matches(name, list(texts), 5, least):
        known, written = texts[text]
        if known.class_name not in seen:
            seen.add(known.class_name)
            yield FUZZY, known, written
