"""A change of a document written into its YAML text: all that did not change stays letter by letter, comments and quotes too.

The parser tells where each part of the text stands; only the spans of what differs are replaced. Who calls reads the result
again and compares: a text with aliases may hold one part for several, which no span can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ..types import Config
from .guards import check_size
from .yaml_text import write_yaml

if TYPE_CHECKING:
    import yaml

Entry: TypeAlias = "tuple[yaml.Node, yaml.Node]"


class CannotEdit(Exception):
    """The text is written in a way in which this change has no span of its own."""


class _Missing:
    """Unlike any value of a document, None too."""


_MISSING = _Missing()


def edit_yaml(text: str, before: Config, after: Config) -> str | None:
    r"""A YAML text with a change of its document written into it.

    Args:
        text: the text, with "\n" at the end of its lines.
        before: the document that the text is read as, which may say more than the text does.
        after: the document that it is to be read as.

    Returns:
        The text with as few other lines as possible; None where the way in which it is written leaves no place for the change.

    Example:
        >>> edit_yaml("units: 3  # few\nname: 'd'\n", {"units": 3, "name": "d"}, {"units": 5, "name": "d"})
        "units: 5  # few\nname: 'd'\n"
    """
    import yaml

    check_size(text, "<text>")
    try:
        root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(root, yaml.MappingNode):
        return None
    editor = _Editor(text)
    try:
        editor.mapping(root, before, after)
        return editor.result()
    except CannotEdit:
        return None


@dataclass
class _Editor:
    """Collects replacements of spans of one text."""

    text: str
    edits: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])

    def result(self) -> str:
        """The text with all replacements. Raises CannotEdit where two of them meet."""
        return self._with(self.edits, 0, len(self.text))

    def _with(self, edits: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
        parts: list[str] = []
        for edit_start, edit_end, new in sorted(edits, key=lambda edit: edit[:2]):
            if edit_start < start:
                raise CannotEdit
            parts += [self.text[start:edit_start], new]
            start = edit_end
        return "".join([*parts, self.text[start:end]])

    def mapping(self, node: yaml.Node, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Write what differs between two mappings into the lines of one."""
        entries: dict[str, Entry] = {key.value: (key, value) for key, value in node.value}
        if len(entries) != len(node.value):
            raise CannotEdit
        gone = [key for key in entries if key in before and key not in after]
        last: str | None = None
        added: list[tuple[str, object]] = []
        if _is_flow(node) and any(key not in entries for key in after):
            self._replace(node.start_mark.index, node.end_mark.index, _flow(after))
            return
        for key, value in after.items():
            old = before.get(key, _MISSING)
            if key not in entries:
                if old != value:
                    added.append((key, value))
                continue
            self._add(node, entries, last, added)
            added, last = [], key
            if old != value:
                self._value(node, entries[key], old, value)
        self._add(node, entries, last, added)
        if gone:
            self._drop(node, entries, gone)

    def _value(self, parent: yaml.Node, entry: Entry, old: object, new: object) -> None:
        key, node = entry
        if isinstance(old, Mapping) and isinstance(new, Mapping) and _kind(node) == "mapping" and node.value and new:
            self.mapping(node, old, new)
        elif (layers := _layers_of(old, new)) is not None and _kind(node) == "sequence" and not _is_flow(node):
            self._layers(node, *layers)
        elif isinstance(new, str) and _kind(node) == "scalar" and _style(node) in ("'", '"'):
            self._replace(node.start_mark.index, _end(node), _quoted(new, _style(node)))
        elif _is_flow(parent):
            self._replace(node.start_mark.index, _end(node), _flow(new))
        else:
            written = _entry(key.value, new, key.start_mark.column)
            is_short = "\n" not in written and (
                (_kind(node) == "scalar" and _style(node) not in ("|", ">")) or _is_flow(node)
            )
            if is_short:
                self._replace(node.start_mark.index, _end(node), written[len(_entry(key.value, None, 0)) - 4 :])
            else:
                self._replace(key.start_mark.index, _end(node), written)

    def _add(
        self, node: yaml.Node, entries: Mapping[str, Entry], last: str | None, added: list[tuple[str, object]]
    ) -> None:
        """Write new entries behind the line of the entry `last`, or before the first one."""
        if not added:
            return
        if not node.value or _is_flow(node):
            raise CannotEdit
        column = node.value[0][0].start_mark.column
        written = [_entry(key, value, column) for key, value in added]
        if last is None:
            at = node.value[0][0].start_mark.index
            self._replace(at, at, "".join(f"{one}\n{' ' * column}" for one in written))
            return
        at = min(self._line_end(_end(entries[last][1])) + 1, len(self.text))
        lines = "".join(f"{' ' * column}{one}\n" for one in written)
        self._replace(at, at, lines if self.text[:at].endswith("\n") else f"\n{lines}")

    def _drop(self, node: yaml.Node, entries: Mapping[str, Entry], gone: Sequence[str]) -> None:
        if len(gone) == len(entries):
            raise CannotEdit
        order = list(entries)
        for key in gone:
            start, end = entries[key][0].start_mark.index, _end(entries[key][1])
            position = order.index(key)
            following = None if position + 1 == len(order) else entries[order[position + 1]][0].start_mark.index
            if _is_flow(node) or self._before(start).strip():
                # Behind the dash of a list, or between commas: the entry that follows comes to its place.
                if following is None:
                    start = _end(entries[order[position - 1]][1])
                self._replace(start, end if following is None else following, "")
            else:
                self._replace(start - len(self._before(start)), self._line_end(end) + 1, "")

    def _layers(self, node: yaml.Node, before: Sequence[Config], after: Sequence[Config]) -> None:
        items = node.value
        if len(items) != len(before) or any(_kind(item) != "mapping" for item in items):
            raise CannotEdit
        regions = [self._region(item) for item in items]
        pairs = _paired(before, after)
        column = items[0].start_mark.column - 2
        stays = [index for index in pairs if index is not None]
        if any(end > start for (_, end), (start, _) in zip(regions, regions[1:], strict=False)):
            raise CannotEdit
        blocks: list[str] = []
        for entry, index in zip(after, pairs, strict=True):
            if index is None:
                blocks.append(_item(entry, column))
                continue
            inner = _Editor(self.text)
            inner.mapping(items[index], before[index], entry)
            start, end = regions[index]
            if any(not start <= edit[0] <= edit[1] <= end for edit in inner.edits):
                raise CannotEdit
            blocks.append(self._with_newline(inner._with(inner.edits, start, end)))
        if stays == sorted(stays):
            self._insert_blocks(regions, pairs, blocks)
        else:
            self._replace(regions[0][0], regions[-1][1], "".join(blocks))

    def _insert_blocks(
        self, regions: Sequence[tuple[int, int]], pairs: Sequence[int | None], blocks: Sequence[str]
    ) -> None:
        """Items that stay stay between the lines around them; new ones come behind the one before."""
        stays = {index for index in pairs if index is not None}
        for index, (start, end) in enumerate(regions):
            if index not in stays:
                self._replace(start, end, "")
        at, pending = regions[0][0], ""
        for index, block in zip(pairs, blocks, strict=True):
            if index is None:
                pending += block
                continue
            start, end = regions[index]
            if pending:
                self._replace(at, at, pending)
            at, pending = end, ""
            if block != self._with_newline(self.text[start:end]):
                self._replace(start, end, block)
        if pending:
            self._replace(at, at, pending if self.text[:at].endswith("\n") else f"\n{pending}")

    def _region(self, item: yaml.Node) -> tuple[int, int]:
        """The lines of an item of a list, and of the comments right above it."""
        start = item.start_mark.index
        before = self._before(start)
        if before.strip() != "-":
            raise CannotEdit
        start -= len(before)
        indent = before[: len(before) - len(before.lstrip())]
        while start > 0:
            above = self.text.rfind("\n", 0, start - 1) + 1
            line = self.text[above : start - 1]
            if not line.startswith(f"{indent}#"):
                break
            start = above
        return start, min(self._line_end(_end(item)) + 1, len(self.text))

    def _before(self, at: int) -> str:
        """What stands before a place in its line."""
        return self.text[self.text.rfind("\n", 0, at) + 1 : at]

    def _line_end(self, at: int) -> int:
        """Where the line of a place ends; a text over several lines that ends with its line has ended before."""
        if at > 0 and self.text[at - 1] == "\n":
            return at - 1
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _with_newline(self, block: str) -> str:
        return block if block.endswith("\n") else f"{block}\n"

    def _replace(self, start: int, end: int, new: str) -> None:
        self.edits.append((start, end, new))


def _end(node: yaml.Node) -> int:
    """Where the last letter of a node stands; the parser lets a block end where the next one begins."""
    if _kind(node) == "scalar" or _is_flow(node) or not node.value:
        return node.end_mark.index
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _layers_of(old: object, new: object) -> tuple[list[Config], list[Config]] | None:
    """Two lists of layers; None for anything else."""
    lists: list[list[Config]] = []
    for value in (old, new):
        if not isinstance(value, list) or not value or not all(map(_is_layer, value)):
            return None
        lists.append([{**entry} for entry in value])
    return lists[0], lists[1]


def _is_layer(value: object) -> bool:
    return isinstance(value, dict) and "class_name" in value


def _kind(node: yaml.Node) -> str:
    """What a node is: "mapping", "sequence" or "scalar"."""
    return str(getattr(node, "id", ""))


def _style(node: yaml.Node) -> str:
    """The quotes of a text, or the mark of a block; "" for neither."""
    return str(getattr(node, "style", None) or "")


def _is_flow(node: yaml.Node) -> bool:
    """Whether a list or mapping stands in brackets."""
    return bool(getattr(node, "flow_style", False))


def _name(entry: Config) -> object:
    config = entry.get("config")
    return entry.get("name", config.get("name") if isinstance(config, dict) else None)


def _paired(before: Sequence[Config], after: Sequence[Config]) -> list[int | None]:
    """For each layer of `after` the one of `before` that it is: by its name, or renamed."""
    by_name = {str(_name(entry)): index for index, entry in enumerate(before)}
    pairs = [by_name.get(str(_name(entry))) for entry in after]
    gone = [index for index in range(len(before)) if index not in pairs]
    new = [index for index, pair in enumerate(pairs) if pair is None]
    for old in gone:
        twin = next((index for index in new if pairs[index] is None and _alike(before[old], after[index])), None)
        if twin is not None:
            pairs[twin] = old
    return pairs


def _alike(one: Config, other: Config) -> bool:
    """Whether two layers differ in their names, and their wires, alone."""
    settings = [{**entry.get("config", {}), "name": None} for entry in (one, other)]
    return one["class_name"] == other["class_name"] and settings[0] == settings[1]


def _entry(key: str, value: object, column: int) -> str:
    """`key: value` as it stands at a column, without the spaces before its first line."""
    return write_yaml({key: value}).removesuffix("\n").replace("\n", "\n" + " " * column)


def _item(entry: Config, column: int) -> str:
    lines = write_yaml({"layers": [entry]}).split("\n")[1:]
    return "\n".join(" " * column + line[2:] if line else line for line in lines)


def _flow(value: object) -> str:
    """A value on one line, in brackets and braces."""
    import yaml

    written = yaml.safe_dump(value, default_flow_style=True, width=float("inf"), sort_keys=False, allow_unicode=True)
    return re.sub(r"\n(\.\.\.\n)?\Z", "", written)


def _quoted(value: str, style: str) -> str:
    import yaml

    return yaml.safe_dump(value, default_style=style, width=float("inf"), allow_unicode=True).removesuffix("\n")
