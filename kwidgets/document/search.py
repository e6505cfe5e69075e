"""The search box: layers by old, new and everyday names with their settings, each tried after a node; and the model's own.

"conv 64 3 relu"   ->  Conv2D with 64 filters, a 3x3 window and relu, and the shape that would come out
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .. import messages
from . import card_lines, catalogue, settings
from .checks import Checked, Checkup, Shape, called_once
from .draft import INPUT, Draft, Part, bare, order, split_node, split_wire
from .families import family
from .fitting import Change, changes, fitting
from .labels import shape_words
from .refused import Refused
from .search_words import AFTER_RANK, OFTEN, WORDS

MOST_ROWS = 8
MOST_MODEL_ROWS = 4
MOST_FOUND = 24
MOST_TRIED = 14
MOST_CHANGED = 3
CLOSE_ENOUGH = 0.72
MOST_LETTERS = 200
SIZE = re.compile(r"\d+(?:[x×*]\d+)+", re.IGNORECASE)
NUMBER = re.compile(r"\d+|\d*\.\d+")
ACTIVATIONS = ("relu", "softmax", "sigmoid", "tanh", "linear", "elu", "selu", "softplus", "softsign", "exponential")
PADDINGS = ("same", "valid")
SEQUENCES = ("seq", "seqs", "sequence", "sequences", "return_sequences")
STRIDES = ("stride", "strides", "step")
# Whole numbers are given to these settings in this order, numbers with a point to those.
WHOLE = ("input_dim", "output_dim", "units", "filters", "kernel_size", "pool_size", "size", "n", "strides")
POINT = ("rate", "alpha", "stddev", "dropout", "momentum", "theta", "negative_slope")
SIZES = ("kernel_size", "pool_size", "size", "target_shape", "shape")
LISTS = ("shape", "target_shape", "dims")


@dataclass
class Query:
    """What was typed: the words of the name, and the settings behind them."""

    name: str = ""
    whole: list[int] = field(default_factory=list[int])
    point: list[float] = field(default_factory=list[float])
    size: list[int] | None = None
    strides: list[int] | None = None
    given: dict[str, Any] = field(default_factory=dict[str, Any])


def search(
    draft: Draft,
    checkup: Checkup,
    text: str,
    after: str | None = None,
    wire: str | None = None,
    blocks: Sequence[messages.BlockEntry] = (),
) -> messages.SearchAnswer:
    """At most eight rows to add after a node (or on a wire), then at most four of the model's own.

    Without a place a stack goes on at its end. What is no node or wire any more counts as no place. blocks: one's own.
    """
    text = text[:MOST_LETTERS].strip()
    place = _Place.found(draft, checkup, after, wire)
    query = parsed(text)
    ranked = matches(query.name) if text else [(0, name, None) for name in usual(place.shape)]
    best = min((tier for tier, _, _ in ranked), default=0)
    rows: list[tuple[bool, messages.SearchRow]] = []
    for tier, class_name, old_name in ranked[:MOST_TRIED]:
        if best <= PREFIX and tier > PART_OF_NAME:
            continue
        row = place.row(class_name, query, old_name)
        if row is not None:
            rows.append((tier > WORD, row))
    found = _by_section(rows)[:MOST_ROWS]
    own = list(_block_rows(query, blocks, place))
    # A block that is called so is meant rather than a class that is only spelt alike.
    added = [*own, *found] if best > WORD else [*found, *own]
    return {
        "rows": [*added, *(_model_rows(draft, checkup, text) if text else ())],
        "after": place.title,
    }


def find(draft: Draft, checkup: Checkup, text: str) -> messages.SearchAnswer:
    """At most 24 rows of the model's own nodes by name, class or shape; the first ones where nothing is typed."""
    return {"rows": _model_rows(draft, checkup, text[:MOST_LETTERS].strip(), MOST_FOUND), "after": None}


SECTIONS = ("fits", "old", "change")
# How well a name is matched, the best first.
EXACT, PREFIX, WORD, WORD_START, OLD_PREFIX, PART_OF_NAME, PART_OF_WORD, FUZZY = range(8)


def _by_section(rows: Sequence[tuple[bool, messages.SearchRow]]) -> list[messages.SearchRow]:
    """Section by section, first the one with a row that was surely meant; few that need a change where others fit."""
    ranks: dict[str, tuple[bool, int]] = {}
    for weak, row in rows:
        rank = (weak, SECTIONS.index(row["section"]))
        ranks[row["section"]] = min(rank, ranks.get(row["section"], rank))
    found: list[messages.SearchRow] = []
    for section in sorted(ranks, key=lambda name: ranks[name]):
        most = MOST_CHANGED if section == "change" and len(ranks) > 1 else MOST_ROWS
        found += [row for _, row in rows if row["section"] == section][:most]
    return found


def plain_text(text: str) -> str:
    """Small letters without spaces, underscores and hyphens."""
    return re.sub(r"[\s_\-]+", "", text.lower())


def usual(shape: Shape | None) -> Sequence[str]:
    """What follows most often after such a result."""
    return AFTER_RANK.get(len(shape) if shape is not None else None, OFTEN)


def parsed(text: str) -> Query:
    """Name and settings of what was typed; the first word is always a part of the name unless it is a number."""
    query, name = Query(), list[str]()
    words = text.lower().replace(",", " ").split()
    place = 0
    while place < len(words):
        word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
        place += 1
        if word in STRIDES and (SIZE.fullmatch(following) or following.isdecimal()):
            query.strides = _sizes(following)
            place += 1
        elif SIZE.fullmatch(word):
            query.size = _sizes(word)
        elif NUMBER.fullmatch(word) and len(word) < 10:
            (query.point if "." in word else query.whole).append(float(word) if "." in word else int(word))  # type: ignore[arg-type]
        elif not name:
            name.append(word)
        elif word in ACTIVATIONS:
            query.given["activation"] = word
        elif word in PADDINGS:
            query.given["padding"] = word
        elif word in SEQUENCES:
            query.given["return_sequences"] = True
        else:
            name.append(word)
    query.name = plain_text(" ".join(name))
    return query


def _sizes(word: str) -> list[int]:
    return [int(size) for size in re.split(r"[x×*]", word.lower())]


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
    place = {name: number for number, name in enumerate(OFTEN)}
    ranked.sort(key=lambda entry: place.get(entry["class_name"], len(place)))
    return tuple(
        _Known(
            entry["class_name"],
            plain_text(entry["title"]),
            tuple(plain_text(word) for word in WORDS.get(entry["class_name"], ())),
            tuple((plain_text(old), old) for old in entry["old_names"]),
        )
        for entry in ranked
    )


def matches(name: str) -> list[tuple[int, str, str | None]]:
    """(tier, class name, old name that was meant), best first: exact and shorter names before longer ones."""
    if not name:
        return []
    found = [(tier, known, old) for known in _known() for tier, old in [_tier(name, known)] if tier is not None]
    if not found:
        found = list(_close(name))
    found.sort(key=lambda item: (item[0], len(item[1].name) if item[0] in (PREFIX, PART_OF_NAME) else 0))
    return [(tier, known.class_name, old) for tier, known, old in found]


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


def _close(name: str) -> Iterator[tuple[int, _Known, str | None]]:
    """Names that differ by a slip of the fingers."""
    texts: dict[str, tuple[_Known, str | None]] = {}
    for known in _known():
        texts.setdefault(known.name, (known, None))
        for text, written in known.old:
            texts.setdefault(text, (known, written))
        for word in known.words:
            texts.setdefault(word, (known, None))
    seen: set[str] = set()
    for text in difflib.get_close_matches(name, list(texts), 5, CLOSE_ENOUGH):
        known, written = texts[text]
        if known.class_name not in seen:
            seen.add(known.class_name)
            yield FUZZY, known, written


@dataclass(frozen=True)
class _Place:
    """Where a row would be added. checked: what comes out there; None where nothing would be wired."""

    draft: Draft
    where: dict[str, Any]
    node: str | None
    checked: Checked | None

    @classmethod
    def found(cls, draft: Draft, checkup: Checkup, after: str | None, wire: str | None) -> _Place:
        node, where = None, dict[str, Any]()
        target, index = split_wire(wire) if isinstance(wire, str) else ("", -1)
        if draft.has(target) and 0 <= index < len(draft.sources(target)):
            node, where = draft.sources(target)[index].node, {"wire": wire}
        elif isinstance(after, str) and draft.has(after):
            node, where = after, {"after": after}
        elif draft.kind == "Sequential" and draft.layers:
            ends = [end for end, fed in draft.targets().items() if not fed]
            node = ends[-1]
            where = {"after": node}
        return cls(draft, where, node, checkup.nodes.get(node) if node else None)

    @property
    def title(self) -> str | None:
        return split_node(self.node)[0] if self.node else None

    @property
    def shape(self) -> Shape | None:
        return self.checked.shape if self.checked else None

    def row(self, class_name: str, query: Query, old_name: str | None) -> messages.SearchRow | None:
        """The line for a class; None where it can be added in no way."""
        given = asked_settings(class_name, query, self.shape)
        part = self._part(class_name, given)
        if part is None:
            return None
        command: dict[str, Any] = {"do": "add", "class_name": class_name, "settings": given, **self.where}
        section: Any = "fits" if old_name is None else "old"
        shape, change, ready = self._tried(part)
        if shape is None and not ready:
            needed = next(self._changes(part), None)
            if needed is None:
                return None
            section, change = "change", needed.words
            shape, part = needed.shape, needed.part
            settled = {key: value for key, value in part.config.items() if key in given or key in needed.settings}
            command |= {"do": "add_with", "settings": settled, "before": needed.before, "set": needed.set}
        return _row(section, part, given, shape, old_name, change, command)

    def _part(self, class_name: str, given: dict[str, Any]) -> Part | None:
        try:
            config = settings.starting_config(class_name, self.shape, None)
            for key, value in given.items():
                config = settings.with_value(class_name, class_name, config, key, value)
        except Refused:
            return None
        return Part(class_name, config)

    def _tried(self, part: Part) -> tuple[Shape | None, str | None, bool]:
        """(shape that comes out, words, whether it can be added as it is)."""
        if part.class_name == INPUT:
            shape = part.config.get("batch_input_shape")
            return (tuple(shape) if shape else None), None, True
        if self.checked is None or not self.checked.tensors:
            return None, None, True
        if settings.inputs_of(part.class_name) == "many":
            return None, None, True
        checked = called_once(part, [self.checked.tensors[0]])
        if checked.state != "ok" or not fitting(part, self.shape):
            return None, None, False
        return checked.shape, None, True

    def _changes(self, part: Part) -> Iterator[Change]:
        if self.checked is not None and self.node is not None:
            yield from changes(self.draft, self.node, part, self.checked.tensors[0])


def asked_settings(class_name: str, query: Query, shape: Shape | None) -> dict[str, Any]:
    """The settings of a class that the typed numbers and words mean; what the class has not is left out."""
    known = ("shape",) if class_name == INPUT else tuple(settings.fields_of(class_name))
    given = {key: value for key, value in query.given.items() if key in known}
    whole, point = list(query.whole), list(query.point)
    listed = next((key for key in LISTS if key in known), None)
    if listed is not None and (whole or query.size):
        return {listed: query.size or whole}
    if query.size is not None and (key := next((key for key in SIZES if key in known), None)):
        given[key] = query.size if len(query.size) > 1 else query.size[0]
    for key in WHOLE:
        if whole and key in known and key not in given:
            given[key] = whole.pop(0)
    for key in POINT:
        if point and key in known:
            given[key] = point.pop(0)
    if query.strides is not None and "strides" in known:
        given["strides"] = query.strides if len(query.strides) > 1 else query.strides[0]
    return given


def _row(
    section: Any,
    part: Part,
    given: dict[str, Any],
    shape: Shape | None,
    old_name: str | None,
    change: str | None,
    command: dict[str, Any],
) -> messages.SearchRow:
    title = "Input" if part.class_name == INPUT else part.class_name
    line = card_lines.line(part)
    if part.class_name == INPUT and shape:
        line = shape_words(shape)
    if old_name is not None:
        line = f"is {title} {line}".strip()
    return {
        "section": section,
        "class_name": part.class_name,
        "title": old_name or title,
        "family": family(part.class_name),
        "line": line,
        "shape": None if shape is None else list(shape),
        "settings": given,
        "old_name": old_name,
        "change": change,
        "command": command,
        "go": None,
    }


def _block_rows(query: Query, blocks: Sequence[messages.BlockEntry], place: _Place) -> Iterator[messages.SearchRow]:
    """One's own blocks of that name; the command is carried out by whoever keeps the blocks."""
    for block in blocks:
        if query.name and query.name in plain_text(block["name"]):
            command = {"do": "add_block", "name": block["name"], **place.where}
            yield {
                "section": "block", "class_name": "Model", "title": block["name"], "family": "core",
                "line": f"{block['layers']} layers", "shape": None, "settings": {}, "old_name": None, "change": None,
                "command": command, "go": None,
            }  # fmt: skip


def _model_rows(draft: Draft, checkup: Checkup, text: str, most: int = MOST_MODEL_ROWS) -> list[messages.SearchRow]:
    """Nodes of the model by name, class or shape ("8x8x32"), names that begin so first."""
    wanted = plain_text(text)
    size = text.lower().replace("*", "×").replace("x", "×") if SIZE.fullmatch(text.strip()) else None
    first = plain_text(text.partition(" ")[0])
    found: list[tuple[int, int, str]] = []
    for number, node in enumerate(order(draft, calls_in_order=False)):
        name, class_name = plain_text(bare(split_node(node)[0])), draft.part(node).class_name.lower()
        checked = checkup.nodes.get(node)
        if size is not None:
            if checked is not None and checked.shape is not None and size in shape_words(checked.shape):
                found.append((0, number, node))
        elif name.startswith(wanted):
            found.append((0 if name == wanted else 1, number, node))
        elif wanted in name or class_name.startswith(first):
            found.append((2, number, node))
    return [_model_row(draft, checkup, node) for _, _, node in sorted(found)[:most]]


def _model_row(draft: Draft, checkup: Checkup, node: str) -> messages.SearchRow:
    part, checked = draft.part(node), checkup.nodes.get(node)
    shape = checked.shape if checked is not None else None
    return {
        "section": "model", "class_name": part.class_name, "title": bare(split_node(node)[0]), "family": family(part.class_name),
        "line": "go there", "shape": None if shape is None else list(shape), "settings": {}, "old_name": None,
        "change": None, "command": None, "go": node,
    }  # fmt: skip
