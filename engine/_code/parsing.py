"""Text -> syntax trees. What is not Python of today is mended where that is plain, else left out line by line, and said."""

from __future__ import annotations

import ast
import re
import warnings

from .notes import Lines, Notes

MOST_PARSED = 12_000_000
MOST_REPAIRS = 400

_MAGIC = re.compile(r"^(\s*)(?:[%!?]|[\w.]+\s*=\s*[%!](?!=)|[\w.]+\?\??\s*$)")
_TIMED = re.compile(r"^(\s*)%+(?:time|timeit|prun)\s+(?!-)(\S.*)$")
_PRINT = re.compile(r"^(\s*)print(?:\s+(?![=(.,\[]|if\b|else\b|in\b|is\b|and\b|or\b)\S.*|\s*>>.*|\s*)$")
_OLD_EXCEPT = re.compile(r"^(\s*except\s+[\w.]+|\s*except\s*\([\w., ]+\))\s*,\s*(\w+)\s*:")
_CELL_MAGIC = re.compile(r"^%%(\w+)")
_RUN_ANYWAY = {"time", "timeit", "capture", "prun"}
_HEADER = re.compile(r"^(\s*)(?:async\s+)?(?:def|class|if|for|while|with|try)\b.*:\s*(?:#.*)?$")
_BEFORE = re.compile(r"on line (\d+)")


def parse(text: str, notes: Notes, before: int) -> list[ast.stmt]:
    """The statements of a program or of a cell.

    Args:
        text: the program.
        notes: where what is left out is said.
        before: how many lines of other cells stand before it.
    """
    text = without_marks(text)
    tree = _tree(text)
    if tree is None:
        tree = _mended(text, notes, before)
    ast.increment_lineno(tree, before)
    return tree.body


def without_marks(text: str) -> str:
    r"""The text without a byte order mark, with "\n" at the end of lines and without NUL."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ").replace("\f", " ")


def _tree(text: str) -> ast.Module | None:
    tree = _try(text)
    return tree if isinstance(tree, ast.Module) else None


def _try(text: str) -> ast.Module | SyntaxError | None:
    """The tree of a text, or what is wrong in it; None where it is nested too deeply to say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # Python looks for the line of a syntax error in the file that the text is said to come from, and "<unknown>", which
            # it is called by default, may lie in the working directory. No file has an empty name.
            return ast.parse(text, filename="")
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError):
            return None


def _mended(text: str, notes: Notes, before: int) -> ast.Module:
    magic = _CELL_MAGIC.match(text.lstrip())
    if magic and magic[1] not in _RUN_ANYWAY:
        return ast.Module([], [])
    lines = _cleaned(text.split("\n"), notes, before)
    repaired: set[int] = set()
    parsed = 0
    for _ in range(MOST_REPAIRS):
        source = "\n".join(lines)
        parsed += len(source)
        result = _try(source) if parsed <= MOST_PARSED else None
        if isinstance(result, ast.Module):
            return result
        if result is None or not lines:
            break
        _repair(lines, result, repaired, notes, before)
    return _first_part(lines, notes, before)


def _cleaned(lines: list[str], notes: Notes, before: int) -> list[str]:
    """The lines with magics, Python 2's print and the second side of a merge conflict taken out."""
    cleaned: list[str] = []
    prints = 0
    second_side = False
    for at_line, line in enumerate(lines, before + 1):
        if line.startswith("<<<<<<<"):
            notes.add("not read", "A merge conflict is not resolved here: its first side is read.", at_line)
            line = ""
        elif line.startswith("=======") or second_side:
            second_side = not line.startswith(">>>>>>>")
            line = ""
        elif timed := _TIMED.match(line):
            line = timed[1] + timed[2]
        elif magic := _MAGIC.match(line):
            line = f"{magic[1]}pass"
        elif printed := _PRINT.match(line):
            if not prints:
                notes.add(
                    "left out", "print without brackets is Python 2; what it prints says nothing of a model.", at_line
                )
            prints += 1
            line = f"{printed[1]}pass"
        cleaned.append(_OLD_EXCEPT.sub(r"\1 as \2:", line))
    return cleaned


def _repair(lines: list[str], error: SyntaxError, repaired: set[int], notes: Notes, before: int) -> None:
    """Put `pass` in place of a line that is no Python; at the second try nothing."""
    at_line = min(max(error.lineno or 1, 1), len(lines))
    header = _BEFORE.search(str(error.msg))
    if isinstance(error, IndentationError) and header and "expected an indented block" in str(error.msg):
        at_line = min(int(header[1]), len(lines))
    while at_line > 1 and not lines[at_line - 1].strip():
        at_line -= 1
    line = lines[at_line - 1]
    indent = line[: len(line) - len(line.lstrip())]
    if at_line in repaired or isinstance(error, IndentationError) or line.strip() == "pass":
        lines[at_line - 1] = ""
        if not line.strip():
            del lines[at_line - 1 :]
    else:
        lines[at_line - 1] = f"{indent}if 0:" if _HEADER.match(line) else f"{indent}pass"
    if at_line not in repaired and line.strip() not in ("", "pass"):
        notes.add("not read", f"This line is no Python of today ({_why(error)}).", before + at_line)
    repaired.add(at_line)


def _why(error: SyntaxError) -> str:
    return str(error.msg).splitlines()[0][:100]


def _first_part(lines: list[str], notes: Notes, before: int) -> ast.Module:
    """The statements before the first line that cannot be mended; what lies behind is said to be lost."""
    low, high = 0, len(lines)
    tree = ast.Module([], [])
    for _ in range(20):
        middle = (low + high + 1) // 2
        part = _tree("\n".join(lines[:middle]))
        if part is None:
            high = middle - 1
        else:
            low, tree = middle, part
        if low >= high:
            break
    notes.add("not read", "From this line on it is no Python that can be read.", before + low + 1)
    return tree


def lines_of(text: str) -> Lines:
    """The lines of a program, for its notes."""
    lines = Lines()
    lines.add(without_marks(text))
    return lines
