"""How a table is written as text: what stands between values, where its names are, told from its beginning."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

_LINES = 50
_LETTERS = 100_000
_MOST_SKIPPED = 20
_DECIMAL_COMMA = re.compile(r"^-?\d{1,3}(\.\d{3})*,\d+$|^-?\d+,\d+$")
# A backslash before the mark that closes a value is one of a path.
_ESCAPED = re.compile(r'\\"(?![,;\t|\r\n]|\Z)')
_DOUBLED = re.compile(r'[^,;\t|\r\n]""[^,;\t|\r\n]')
_ROW = "row"


class Layout(NamedTuple):
    """How a table is written.

    Args:
        separator: what stands between values.
        decimal: the decimal mark of its numbers.
        skipped: lines before that of the columns' names, such as a title.
        names: of the columns.
        has_row_names: whether each row begins with a name that the first line has no title for, as R writes tables; it is then
            the column "row", the first of `names`.
        has_runs: whether runs of blanks stand between values: each run is to be read as one (`squeezed`).
        has_ends: whether each row ends with a separator, behind which nothing stands.
        has_escapes: whether a backslash stands before a quotation mark within a value.
        is_renamed: whether `names` are not those of the first line: of rows' names, or of columns that it has no title for.
    """

    separator: str
    decimal: str
    skipped: int
    names: list[str]
    has_row_names: bool
    has_runs: bool = False
    has_ends: bool = False
    has_escapes: bool = False
    is_renamed: bool = False

    @property
    def columns(self) -> list[str]:
        """Names of all columns as they stand in the file, with one of no letters behind the last separator of `has_ends`."""
        return [*self.names, *([""] if self.has_ends else [])]

    @property
    def head(self) -> int:
        """Lines before the first row."""
        return self.skipped + 1


def layout_of(text: str) -> Layout:
    r"""How a table is written.

    Args:
        text: its beginning.

    Returns:
        The layout; where nothing tells, values are divided by commas.

    Example:
        >>> layout_of("# prices of 2020\nday;price\n1;2,5\n2;3,5\n")[:4]
        (';', ',', 1, ['day', 'price'])
    """
    # No value that is read here is longer than readers of CSV allow.
    text = text[:_LETTERS]
    if escapes := _escapes(text):
        text = text.replace('\\"', '""')
    lines = text.splitlines()[:_LINES]
    separator = separator_of(lines)
    runs = separator == "," and _has_runs(lines)
    if runs:
        text, separator = squeezed(text), " "
        lines = text.splitlines()[:_LINES]
    skipped, usual = _skipped(lines, separator)
    beginning = io.StringIO("\n".join(text.splitlines()[skipped:]), newline="")
    rows = csv.reader(beginning, delimiter=separator)
    names = next(rows, [])
    following = [row for row, _ in zip(rows, range(_LINES), strict=False) if row]
    if ends := _end(names, following[:-1] or following):
        return Layout(
            separator, _decimal(lines[skipped:], separator), skipped, names[:ends], False, runs, True, escapes
        )
    lacks_one = (
        len(names) > 1 and usual == len(names) + 1 and all(len(row) == usual for row in following[:-1] or following)
    )
    lacks_one &= not any(map(is_number, names)) and all(name.strip() for name in names)
    decimal = _decimal(lines[skipped:], separator)
    named = [_ROW, *names] if lacks_one else _named(names)
    return Layout(separator, decimal, skipped, named, lacks_one, runs, False, escapes, named != names)


def _named(titles: list[str]) -> list[str]:
    """The titles, with a name for each column that has none: the index that pandas writes first, separators at the line's end."""
    if all(title.strip() for title in titles) or not any(title.strip() for title in titles):
        return titles
    stand_ins = [_ROW if number == 1 else f"column {number}" for number in range(1, len(titles) + 1)]
    return [title if title.strip() else name for title, name in zip(titles, stand_ins, strict=True)]


def _end(names: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """How many names there are where each row ends with a separator, that of the names perhaps too; else 0."""
    count = len(names) - (len(names) > 1 and not names[-1].strip())
    ends = all(len(row) == count + 1 and not row[-1].strip() for row in rows)
    return count if rows and count > 1 and ends and all(name.strip() for name in names[:count]) else 0


def _escapes(text: str) -> bool:
    """Whether a backslash stands before quotation marks within values, which are not doubled as they are elsewhere."""
    return bool(_ESCAPED.search(text)) and not _DOUBLED.search(text)


def squeezed(text: str) -> str:
    r"""A text with one blank for each run of blanks, and none where a line begins or ends.

    Args:
        text: the text.

    Example:
        >>> squeezed(" 1   2.5 \n 10  3 ")
        '1 2.5\n10 3'
    """
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def _has_runs(lines: Sequence[str]) -> bool:
    """Whether nothing but runs of blanks divides the lines, and these into numbers."""
    rows = [line.split() for line in lines if line.strip()]
    values = [value for row in rows[1:] for value in row]
    alike = len(rows) > 1 and len({len(row) for row in rows}) == 1 and len(rows[0]) > 1
    return alike and sum(map(is_number, values)) > len(values) / 2


def separator_of(lines: Sequence[str]) -> str:
    """What stands between the values: the mark that divides the first lines most alike.

    Args:
        lines: the first lines.

    Returns:
        A comma, a semicolon, a tab, a bar; a blank only where nothing else divides the lines and it does so between numbers.

    Example:
        >>> separator_of(["size rent", "50 700", "70 900"]), separator_of(["a good film", "no words"])
        (' ', ',')
    """
    lines = [line for line in lines if line.strip()]

    def score(mark: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        usual = _usual(counts)
        # R writes one name less.
        named = bool(counts) and (counts[0] == usual or 1 < counts[0] == usual - 1)
        return (usual > 1 and named, counts.count(usual) * (usual > 1))

    best = max(",;\t|", key=score)
    if score(best) != (False, 0) or len(lines) < 2:
        return best
    rows = list(csv.reader(lines, delimiter=" "))
    width = len(rows[-1])
    # R leaves out the title of the rows' names.
    alike = width > 1 and len(rows[0]) in (width, width - 1) and all(len(row) == width for row in rows[1:])
    values = [value for row in rows[1:] for value in row]
    return " " if alike and sum(map(is_number, values)) > len(values) / 2 else best


def _skipped(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How many lines stand before that of the names, and the usual number of values."""
    counted = [(place, row) for place, row in enumerate(_rows(lines, separator)) if row]
    counts = [len(row) for _, row in counted]
    usual = _usual(counts)
    if usual < 2 or not counts or counts[0] >= usual or counts.count(usual) < len(counts) // 2:
        return 0, usual
    if 1 < counts[0] == usual - 1 and not counted[0][1][0].startswith("#"):
        return 0, usual
    for place, row in counted[:_MOST_SKIPPED]:
        if len(row) == usual:
            named = all(one.strip() for one in row) and not any(map(is_number, row)) and len(set(row)) == usual
            # A name of several lines is no title of the table.
            whole = sum(line.count('"') for line in lines[:place]) % 2 == 0
            return (place if named and whole else 0), usual
        if len(row) > usual:
            break
    return 0, usual


def _rows(lines: Sequence[str], separator: str) -> list[list[str]]:
    """The values of each line by itself."""
    return [next(csv.reader([line], delimiter=separator), []) if line.strip() else [] for line in lines]


def _usual(counts: Sequence[int]) -> int:
    return max(set(counts), key=counts.count) if counts else 1


def _decimal(lines: Sequence[str], separator: str) -> str:
    """The decimal mark: a comma only where it divides no values and the numbers have one."""
    if separator == ",":
        return "."
    rows = csv.reader(io.StringIO("\n".join(lines[1:])), delimiter=separator)
    values = [value.strip() for row in rows for value in row]
    commas = sum(bool(_DECIMAL_COMMA.match(value)) for value in values)
    points = sum(bool(re.fullmatch(r"-?\d+\.\d+", value)) for value in values)
    return "," if commas > points else "."


def is_number(text: str) -> bool:
    """Whether a text reads as a number.

    Args:
        text: the text.

    Example:
        >>> is_number("1e3"), is_number("1,5")
        (True, False)
    """
    try:
        float(text)
    except ValueError:
        return False
    return True
