"""A program as text and tree at once: where its calls stand, and the text with an argument, an item or a line changed."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.experiment import CodePlace


@dataclass(frozen=True)
class Edit:
    """New text in place of the letters from `start` to `end`."""

    start: int
    end: int
    new: str


class ProgramText:
    """A program that parses. Letters are counted from 0.

    Raises SyntaxError or ValueError for a text that is no Python of today.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # The file of this name is looked into for the line of an error; none has an empty name.
            self._tree = ast.parse(text, filename="")
        self._lines = text.split("\n")
        starts = [0]
        for line in self._lines:
            starts.append(starts[-1] + len(line) + 1)
        self._starts = starts

    def edited(self, edits: Iterable[Edit]) -> str:
        """The text with all edits, which do not touch each other."""
        parts: list[str] = []
        end = 0
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            parts += [self.text[end : edit.start], edit.new]
            end = edit.end
        return "".join([*parts, self.text[end:]])

    def call_at(self, at: CodePlace) -> ast.Call | None:
        """The call that stands there; None where it stands in another file or is gone."""
        if at.file or at.cell is not None:
            return None
        return self._calls.get((at.line, at.column, at.end_line, at.end_column))

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What a part of the tree stands in."""
        return self._parents.get(node)

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias) -> tuple[int, int]:
        """The letters of a part of the tree."""
        end_line = node.lineno if node.end_lineno is None else node.end_lineno
        return self._offset(node.lineno, node.col_offset), self._offset(end_line, node.end_col_offset or 0)

    def source(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """The text of a part of the tree."""
        start, end = self.span(node)
        return self.text[start:end]

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement in which an expression stands."""
        around: ast.AST | None = node
        while around is not None and not isinstance(around, ast.stmt):
            around = self.parent(around)
        return around

    def whole_lines(self, start: int, end: int) -> tuple[int, int]:
        """From the begin of the line of `start` to the begin of the one behind `end`."""
        behind = self.text.find("\n", end)
        return self.text.rfind("\n", 0, start) + 1, len(self.text) if behind < 0 else behind + 1

    def indent(self, at: int) -> str:
        """The spaces before the first letter of a line."""
        begin = self.text.rfind("\n", 0, at) + 1
        line = self.text[begin : self.whole_lines(at, at)[1]]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def imports(self) -> Iterator[ast.ImportFrom]:
        """The `from ... import ...` at the top of the program."""
        return (statement for statement in self._tree.body if isinstance(statement, ast.ImportFrom))

    def calls(self) -> Iterator[ast.Call]:
        """All calls."""
        return iter(self._calls.values())

    # Edits.

    def set_argument(self, call: ast.Call, name: str, written: str) -> Edit:
        """`name=written` in a call: in place of what stands there under the name, else behind all arguments."""
        for keyword in call.keywords:
            if keyword.arg == name:
                return Edit(*self.span(keyword.value), written)
        _, end = self.span(call)
        arguments: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        if not arguments:
            return Edit(end - 1, end - 1, f"{name}={written}")
        last = max(arguments, key=lambda argument: self.span(argument)[1])
        start, behind = self.span(last)
        if "\n" in self.text[behind : end - 1] and self.text[:start].rpartition("\n")[2].strip() == "":
            return Edit(behind, behind, f",\n{self.indent(start)}{name}={written}")
        return Edit(behind, behind, f", {name}={written}")

    def drop_argument(self, call: ast.Call, name: str) -> Edit | None:
        """The call without an argument of that name."""
        position = next((index for index, keyword in enumerate(call.keywords) if keyword.arg == name), None)
        if position is None:
            return None
        arguments: list[ast.expr | ast.keyword] = sorted([*call.args, *call.keywords], key=lambda one: self.span(one))
        return self.drop_item(arguments, arguments.index(call.keywords[position]))

    def drop_item(self, items: list[ast.expr | ast.keyword], index: int) -> Edit:
        """An item of a list or of arguments taken out, with its comma; with its line where it stands alone on it."""
        start, end = self.span(items[index])
        if index + 1 < len(items):
            following = self.span(items[index + 1])[0]
            line_start, line_end = self.whole_lines(start, end)
            if self.text[line_start:start].strip() == "" and line_end <= following:
                return Edit(line_start, line_end, "")
            return Edit(start, following, "")
        if index:
            return Edit(self.span(items[index - 1])[1], end, "")
        return Edit(start, end, "")

    def _offset(self, line: int, size: int) -> int:
        text = self._lines[line - 1]
        letters = size if text.isascii() else len(text.encode()[:size].decode("utf-8", "ignore"))
        return self._starts[line - 1] + letters

    def _column(self, line: int, size: int) -> int:
        return self._offset(line, size) - self._starts[line - 1] + 1

    @cached_property
    def _calls(self) -> dict[tuple[int, int, int, int], ast.Call]:
        calls: dict[tuple[int, int, int, int], ast.Call] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Call):
                end = node.lineno if node.end_lineno is None else node.end_lineno
                columns = self._column(node.lineno, node.col_offset), self._column(end, node.end_col_offset or 0)
                calls[node.lineno, columns[0], end, columns[1]] = node
        return calls

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self._tree) for child in ast.iter_child_nodes(node)}
