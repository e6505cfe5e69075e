"""The search box: layers by old, new and everyday names with their settings, each tried after a node; and the model's own.

"conv 64 3 relu"   ->  Conv2D with 64 filters, a 3x3 window and relu, and the shape that would come out
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from engine.describe import Tensor
from engine.types import Config, Shape

from .. import messages
from ..refused import Refused
from ..words import common
from ..words import search as say
from . import card_lines, settings
from .checks import Checked, Checkup, called_once
from .draft import INPUT, Draft, Part, bare, order, split_node, split_wire
from .families import family
from .fitting import Change, changes, fitting, needs
from .labels import shape_words
from .nested import block_of, path_words
from .search_code import WrittenLayer, written_layer
from .search_names import FUZZY, WORD, Match, meant, usual
from .search_query import SIZE, Asked, Query, asked, parsed, plain_text
from .search_wrapped import asked_inside, wraps

MOST_ROWS = 8
MOST_MODEL_ROWS = 4
MOST_FOUND = 24
MOST_CHANGED = 1
MOST_LETTERS = 200
MOST_LETTERS_OF_CODE = 2000
Section = Literal["fits", "old", "change"]
SECTIONS: tuple[Section, ...] = ("fits", "old", "change")


@dataclass(frozen=True)
class Asking:
    """What was typed, and where: after a node or on a wire. What is no node or wire any more counts as no place.

    blocks: one's own. everything: with all layers that do not fit as they are, where otherwise few or none of them are
    shown. model: where layers are looked for by name, with all that is inside nested models.
    """

    text: str
    after: str | None
    wire: str | None
    blocks: Sequence[messages.BlockEntry]
    everything: bool
    model: tuple[Draft, Checkup]


def search(draft: Draft, checkup: Checkup, asking: Asking) -> messages.SearchAnswer:
    """At most eight rows to add at the place, then at most four of the model's own. Without a place a stack goes on at its end."""
    text = asking.text[:MOST_LETTERS].strip()
    anchor = _Anchor.at(draft, checkup, asking.after, asking.wire)
    code = written_layer(asking.text[:MOST_LETTERS_OF_CODE]) if "(" in text else None
    if code is not None:
        return {"rows": [anchor.written(code)], "after": anchor.title, "folded": None}
    query = parsed(text)
    ranked, used = _meant(query) if text else (usual(anchor.shape), 0)
    query.rest = query.words[used:] if used else []
    best = FUZZY if used < len(query.words) else min((tier for tier, _, _ in ranked), default=0)
    candidates = [
        (tier > WORD, candidate)
        for tier, class_name, old_name in ranked
        if (candidate := anchor.candidate(class_name, query, old_name)) is not None
    ]
    chosen, rest = _chosen(candidates, folds_changes=not text)
    block_rows = list(_block_rows(query, asking.blocks, anchor))
    # A block of this name is meant rather than a class with a similar one.
    before, behind = (block_rows, []) if best > WORD else ([], block_rows)
    added = [*before, *(anchor.row(candidate) for candidate in chosen), *behind]
    last = max((at for at, row in enumerate(added) if row["section"] == "change"), default=len(added) - 1)
    if asking.everything:
        added[last + 1 : last + 1] = _possible_first([anchor.row(candidate) for candidate in rest])
    changed = sum(candidate.shape is None and not candidate.ready for _, candidate in candidates)
    return {
        "rows": [*added, *(_model_rows(*asking.model, text) if text else ())],
        "after": anchor.title,
        "folded": {"count": changed, "at": last + 1} if rest else None,
    }


def _meant(query: Query) -> tuple[list[Match], int]:
    """The classes that were typed, a pair of a layer and one around it first; how many of the words say so."""
    pair = wraps(query.words)
    if pair is None:
        return meant(query.words)
    match, query.inside, used = pair
    return [match], used


def find(draft: Draft, checkup: Checkup, text: str) -> messages.SearchAnswer:
    """At most 24 rows of the model's own nodes by name, class or shape; the first ones where nothing is typed."""
    rows = _model_rows(draft, checkup, text[:MOST_LETTERS].strip(), MOST_FOUND)
    return {"rows": rows, "after": None, "folded": None}


@dataclass(frozen=True)
class _Candidate:
    """A class with the settings that were typed, tried at the place. ready: it can be added as it is."""

    part: Part
    asked: Asked
    old_name: str | None
    shape: Shape | None
    ready: bool
    needs: str | None

    @property
    def section(self) -> Section:
        """The heading under which it stands."""
        if self.shape is None and not self.ready:
            return "change"
        return "fits" if self.old_name is None else "old"


def _chosen(
    candidates: Sequence[tuple[bool, _Candidate]], *, folds_changes: bool
) -> tuple[list[_Candidate], list[_Candidate]]:
    """(what is shown at once, what does not fit beyond that).

    Section by section, first the one with a layer that was surely meant; few that need a change where others fit, but
    never all except one.
    """
    ranks: dict[Section, tuple[bool, int]] = {}
    for weak, candidate in candidates:
        rank = (weak, SECTIONS.index(candidate.section))
        ranks[candidate.section] = min(rank, ranks.get(candidate.section, rank))
    shown: list[_Candidate] = []
    for section in sorted(ranks, key=lambda name: ranks[name]):
        most = MOST_ROWS
        if section == "change" and len(ranks) > 1:
            most = 0 if folds_changes else MOST_CHANGED
        members = [candidate for _, candidate in candidates if candidate.section == section]
        shown += members if len(members) == most + 1 else members[:most]
    shown = shown[:MOST_ROWS]
    rest = [c for _, c in candidates if c.section == "change" and not any(c is other for other in shown)]
    return shown, rest


def _possible_first(rows: list[messages.SearchRow]) -> list[messages.SearchRow]:
    """Rows with a change that was tried before those that would stay wrong."""
    return sorted(rows, key=lambda row: row["shape"] is None)


class Where(TypedDict, total=False):
    """The details of a command that say where it adds a layer; none where nothing would be wired."""

    after: str
    wire: str


@dataclass(frozen=True)
class _Anchor:
    """Where a row would be added. checked: what comes out there; None where nothing would be wired."""

    draft: Draft
    where: Where
    node: str | None
    checked: Checked | None
    tried: dict[tuple[str, str, str], Checked]

    @classmethod
    def at(cls, draft: Draft, checkup: Checkup, after: str | None, wire: str | None) -> _Anchor:
        """The place that a search was asked about; without one a stack goes on at its end."""
        node, where = None, Where()
        target, index = split_wire(wire) if isinstance(wire, str) else ("", -1)
        if draft.has(target) and 0 <= index < len(draft.sources(target)):
            node, where = draft.sources(target)[index].node, Where(wire=str(wire))
        elif isinstance(after, str) and draft.has(after):
            node, where = after, Where(after=after)
        elif draft.kind == "Sequential" and draft.layers:
            ends = [end for end, fed in draft.targets().items() if not fed]
            node = ends[-1]
            where = Where(after=node)
        return cls(draft, where, node, checkup.nodes.get(node) if node else None, checkup.tried)

    @property
    def title(self) -> str | None:
        """The name of the layer that a row would be wired to."""
        return split_node(self.node)[0] if self.node else None

    @property
    def shape(self) -> Shape | None:
        """The shape of what comes out there."""
        return self.checked.shape if self.checked else None

    def candidate(self, class_name: str, query: Query, old_name: str | None) -> _Candidate | None:
        """A class tried here; None for one that cannot be made."""
        try:
            starting = settings.starting_config(class_name, self.shape, None)
            wanted = asked_inside(class_name, query, starting) or asked(class_name, query, starting)
            config = starting
            for key, value in wanted.settings.items():
                config = settings.with_value(class_name, class_name, config, key, value)
        except Refused:
            return None
        part = Part(class_name, config)
        shape, needed, ready = self._tried(part)
        return _Candidate(part, wanted, old_name, shape, ready, needed)

    def row(self, candidate: _Candidate) -> messages.SearchRow:
        """The line for a layer; where it does not fit, with the first change that was tried and makes it fit."""
        part, typed, shape, change = candidate.part, candidate.asked.settings, candidate.shape, None
        command: Config = {"do": "add", "class_name": part.class_name, "settings": typed, **self.where}
        if candidate.section == "change":
            tried = next(self._changes(part), None)
            change = candidate.needs if tried is None else tried.words
            if tried is not None:
                shape, part = tried.shape, tried.part
                changed = {key: value for key, value in part.config.items() if key in typed or key in tried.settings}
                command |= {"do": "add_with", "settings": changed, "before": tried.before, "set": tried.set}
        return _row(candidate, part, shape, change, command)

    def written(self, code: WrittenLayer) -> messages.SearchRow:
        """The line for a layer that code makes; before the first of a model stands the Input that the code asks for."""
        part, title = code.part, "Input" if code.part.class_name == INPUT else code.part.class_name
        shape, needed, ready = self._tried(part)
        old_name = code.written if code.written != title else None
        row = self.row(_Candidate(part, Asked(part.config, code.left_out), old_name, shape, ready, needed))
        command: Config = dict(row["command"] or {})
        chosen = command.get("settings")
        if code.name is not None and isinstance(chosen, dict):
            command["settings"] = {**chosen, "name": code.name}
        if code.first is not None and not self.draft.layers:
            command |= {"do": "add_with", "before": [{"class_name": INPUT, "settings": code.first}]}
        return {**row, "command": command}

    def _tried(self, part: Part) -> tuple[Shape | None, str | None, bool]:
        """(shape that comes out, what it needs where it does not fit, whether it can be added as it is)."""
        if part.class_name == INPUT:
            shape = part.config.get("batch_input_shape")
            return (tuple(shape) if shape else None), None, True
        if self.checked is None or not self.checked.tensors:
            return None, None, True
        if settings.inputs_of(part.class_name) == "many":
            return None, None, True
        checked = self._called(part, self.checked.tensors[0])
        if checked.state != "ok" or not fitting(part, self.shape):
            return None, needs(part, checked), False
        return checked.shape, None, True

    def _called(self, part: Part, tensor: Tensor) -> Checked:
        """Tried once for a graph: the next letter that is typed asks for most of the same layers."""
        key = (self.node or "", part.class_name, repr(part.config))
        if key not in self.tried:
            self.tried[key] = called_once(part, [tensor])
        return self.tried[key]

    def _changes(self, part: Part) -> Iterator[Change]:
        if self.checked is not None and self.node is not None:
            yield from changes(self.draft, self.node, part, self.checked.tensors[0])


def _row(
    candidate: _Candidate, part: Part, shape: Shape | None, change: str | None, command: Config
) -> messages.SearchRow:
    title, old_name = "Input" if part.class_name == INPUT else part.class_name, candidate.old_name
    line = card_lines.line(part)
    if part.class_name == INPUT and shape:
        line = shape_words(shape)
    if old_name is not None:
        line = say.is_now(title, line).strip()
    return {
        "section": candidate.section,
        "class_name": part.class_name,
        "title": old_name or title,
        "family": family(part.class_name),
        "line": line,
        "shape": None if shape is None else list(shape),
        "settings": candidate.asked.settings,
        "unused": list(candidate.asked.unused),
        "old_name": old_name,
        "change": change,
        "command": command,
        "go": None,
    }


def _block_rows(query: Query, blocks: Sequence[messages.BlockEntry], anchor: _Anchor) -> Iterator[messages.SearchRow]:
    """One's own blocks of that name; the command is carried out by whoever keeps the blocks."""
    for block in blocks:
        if query.name and query.name in plain_text(block["name"]):
            command: Config = {"do": "add_block", "name": block["name"], **anchor.where}
            yield {
                "section": "block",
                "class_name": "Model",
                "title": block["name"],
                "family": "core",
                "line": common.layers(block["layers"]),
                "shape": None,
                "settings": {},
                "unused": [],
                "old_name": None,
                "change": None,
                "command": command,
                "go": None,
            }


def _model_rows(draft: Draft, checkup: Checkup, text: str, most: int = MOST_MODEL_ROWS) -> list[messages.SearchRow]:
    """Nodes of the model by name, class or shape ("8x8x32"), names that begin so first."""
    wanted = plain_text(text)
    size = text.lower().replace("*", "×").replace("x", "×") if SIZE.fullmatch(text.strip()) else None
    first = plain_text(text.partition(" ")[0])
    if text and not wanted:
        return []
    matches: list[tuple[int, int, str]] = []
    for index, node in enumerate(order(draft, calls_in_order=False)):
        name, class_name = plain_text(bare(split_node(node)[0])), draft.part(node).class_name.lower()
        checked = checkup.nodes.get(node)
        if size is not None:
            if checked is not None and checked.shape is not None and size in shape_words(checked.shape):
                matches.append((0, index, node))
        elif name.startswith(wanted):
            matches.append((0 if name == wanted else 1, index, node))
        elif wanted in name or (first and class_name.startswith(first)):
            matches.append((2, index, node))
    return [_model_row(draft, checkup, node) for _, _, node in sorted(matches)[:most]]


def _model_row(draft: Draft, checkup: Checkup, node: str) -> messages.SearchRow:
    part, checked = draft.part(node), checkup.nodes.get(node)
    shape = checked.shape if checked is not None else None
    block = block_of(node)
    return {
        "section": "model",
        "class_name": part.class_name,
        "title": bare(split_node(node)[0]),
        "family": family(part.class_name),
        "line": say.GO_THERE if block is None else say.go_there_in(path_words(block)),
        "shape": None if shape is None else list(shape),
        "settings": {},
        "unused": [],
        "old_name": None,
        "change": None,
        "command": None,
        "go": node,
    }
