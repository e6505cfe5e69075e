"""How a CSV file is read by Apache Arrow: its letters, the names of its columns, its marks, told from its beginning."""

from __future__ import annotations

import importlib
import io
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._files.files import open_regular
from ..errors import FileError, UnknownName, shorten
from .csv_layout import Layout, is_number, layout_of, squeezed
from .csv_numbers import MISSING, CsvReading

if TYPE_CHECKING:
    from types import ModuleType

OLD_LETTERS = "cp1252"
"""Western Europe's old letters of Windows."""
LONGEST_VALUE = 2**22
"""In bytes: Arrow reads so much of a text at a time."""
_FIRST_BYTES = 2**18
MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_MARKS_OF_UTF32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")


def arrow_for(name: str, what: str) -> ModuleType:
    """Apache Arrow. Raises FileError where it is not installed."""
    try:
        arrow, *_ = [importlib.import_module(part) for part in ("pyarrow", "pyarrow.csv", "pyarrow.parquet")]
    except ImportError as error:
        raise FileError(
            file=name,
            expected=f"Apache Arrow, which reads {what}",
            actual="no package pyarrow",
            hint="Install it with: pip install 'kwidgets[tables]'. Or read the file by other means, and pass the frame.",
        ) from error
    return arrow


def check_known(name: str, only: Collection[str] | None, titles: Collection[str]) -> None:
    """Refuse a name that no column has. Raises UnknownName."""
    for column in only or ():
        if column not in titles:
            raise UnknownName(column, titles, kind="column", where=name, of_model=True)


def check_unlike(name: str, titles: Sequence[str], only: Collection[str] | None, line: int | None = None) -> None:
    """Refuse a name that several columns have, unless nobody asks for them.

    Args:
        name: path of the file.
        titles: names of its columns.
        only: names of those that are asked for; None: all.
        line: where the names stand; None (the default): nowhere in particular.

    Raises:
        FileError: there is such a name.
    """
    counts = Counter(titles)
    twice = next((one for one in (titles if only is None else only) if counts[one] > 1), None)
    if twice is not None:
        raise FileError(
            file=name,
            line=line,
            expected="columns of unlike names",
            actual=f"{twice!r} more than once",
            hint="Rename one of them.",
        )


def csv_reading(name: str, only: Collection[str] | None, encoding: str | None = None) -> CsvReading:
    """What begins to read a CSV file as its beginning is written.

    Args:
        name: path of the file.
        only: names of the columns to read; None: all.
        encoding: of its letters; None (the default): as its beginning reads.

    Returns:
        How it is read.

    Raises:
        FileError: its first line does not name its columns.
        UnknownName: there is no column of a name.
    """
    arrow = arrow_for(name, "CSV")
    with open_regular(name) as file:
        first = file.read(_FIRST_BYTES)
    encoding = encoding or _encoding(first, name)
    layout = layout_of(io.TextIOWrapper(io.BytesIO(first), encoding, errors="replace").read())
    _check_named(name, layout, only)
    check_known(name, only, layout.names)
    begin = _Begin(arrow, layout, only, encoding)
    return CsvReading(begin, begin.bad, layout, encoding, b'"' in first)


class _Begin:
    """Begins to read a text of a layout: what `CsvReading.begin` is."""

    def __init__(self, arrow: Any, layout: Layout, only: Collection[str] | None, encoding: str) -> None:
        self._arrow, self._layout, self._only, self._encoding = arrow, layout, only, encoding
        self.bad: list[Any] = []

    def __call__(
        self,
        read: Callable[..., Any],
        file: Any,
        threads: bool,
        by_lines: bool = False,
        types: Mapping[str, Any] | None = None,
        names: Sequence[str] | None = None,
    ) -> Any:
        if types is None:
            self.bad.clear()
        layout = self._layout
        if layout.has_runs:
            file = io.BytesIO(squeezed(file.read().decode(self._encoding, "replace")).encode(self._encoding))
        titled, only = self._titles(names)
        return read(
            file,
            read_options=self._arrow.csv.ReadOptions(
                encoding=self._encoding, use_threads=threads, block_size=LONGEST_VALUE, **titled
            ),
            parse_options=self._arrow.csv.ParseOptions(
                delimiter=layout.separator,
                newlines_in_values=not by_lines,
                invalid_row_handler=self._invalid,
                escape_char="\\" if layout.has_escapes else False,
            ),
            convert_options=self._arrow.csv.ConvertOptions(
                null_values=MISSING,
                strings_can_be_null=True,
                decimal_point=layout.decimal,
                include_columns=None if only is None else list(only),
                column_types=types,
            ),
        )

    def _titles(self, names: Sequence[str] | None) -> tuple[dict[str, Any], Collection[str] | None]:
        """Where the columns' names are, and which are read. names: of the columns of a text that has no line with them."""
        layout, only = self._layout, self._only
        if names is not None:
            return {"skip_rows": 0, "column_names": list(names)}, None
        if layout.is_renamed or layout.has_ends:
            return {"skip_rows": layout.head, "column_names": layout.columns}, layout.names if only is None else only
        return {"skip_rows": layout.skipped}, only

    def _invalid(self, row: Any) -> str:
        self.bad.append(row)
        return "skip"


def _check_named(name: str, layout: Layout, only: Collection[str] | None) -> None:
    """Refuse a table whose columns have no names, or several the same."""
    titles = layout.names
    check_unlike(name, [title for title in titles if title.strip()], only, layout.head)
    if not titles or any(not title.strip() for title in titles):
        raise FileError(
            file=name,
            line=layout.head,
            expected="a name for each column",
            actual=shorten(layout.separator.join(titles)),
            hint="Write the columns' names into the first line.",
        )
    if all(is_number(title) for title in titles):
        raise FileError(
            file=name,
            line=layout.head,
            expected="the columns' names",
            actual=f"numbers: {shorten(layout.separator.join(titles))}",
            hint="Write the columns' names into the first line, or read the numbers with numpy.loadtxt.",
        )


def decoded(data: bytes) -> str:
    """A whole text of bytes: UTF-8 or UTF-16 where it says or reads so, else as Western Europe's old Windows wrote it.

    Args:
        data: the bytes.

    Returns:
        The text; what is no letter in it becomes the sign of replacement.
    """
    try:
        return data.decode("utf-16" if data.startswith(MARKS_OF_UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _encoding(first: bytes, name: str) -> str:
    """The encoding of a text, told from its beginning. Raises FileError where nothing reads it."""
    if first.startswith(_MARKS_OF_UTF32):
        raise FileError(file=name, expected="a text in UTF-8", actual="one in UTF-32", hint="Save the file as UTF-8.")
    if first.startswith(MARKS_OF_UTF16):
        return "utf-16"
    if first.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    try:
        # A letter may be cut at the end.
        first[:-4].decode("utf-8") if len(first) == _FIRST_BYTES else first.decode("utf-8")
    except UnicodeDecodeError:
        return OLD_LETTERS
    return "utf-8"


def zeros_in_text(first: bytes) -> str | None:
    r"""What is wrong with a text that holds bytes of 0.

    Args:
        first: its beginning.

    Returns:
        In words; None where it is no text whatever, or has no such byte.

    Example:
        >>> zeros_in_text(b"a,b\n1,\0\n"), zeros_in_text("a,b".encode("utf-16-le")), zeros_in_text(b"\0" * 9)
        ('a byte of 0 in line 2, which is no letter', 'a text in UTF-16 that does not say so', None)
    """
    zeros = first.count(0)
    halves = [half for half in (first[::2], first[1::2]) if len(half) > 1 and half.count(0) == len(half) <= zeros]
    if len(halves) == 1 and zeros <= len(first) // 2 + 1:
        return "a text in UTF-16 that does not say so"
    letters = first.replace(b"\0", b"")
    text = letters.decode("utf-8", "replace")
    odd = sum(not (letter.isprintable() or letter in "\t\r\n") for letter in text) + text.count("\ufffd")
    if not zeros or b"\n" not in letters or odd > len(text) // 100:
        return None
    return f"a byte of 0 in line {first[: first.index(0)].count(10) + 1}, which is no letter"
