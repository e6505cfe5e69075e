"""Columns of a table: numbers, texts, dates, truth values or arrays, each with the rows where it is missing."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast, get_args

import numpy as np

from .._graph.sparse import dense
from ..errors import DataError, shorten
from ..types import Array
from .said import tell

ColumnKind = Literal["number", "text", "date", "boolean", "array"]
"""What a column holds; an "array" has more than one axis."""
KINDS: tuple[ColumnKind, ...] = get_args(ColumnKind)
Columns: TypeAlias = "dict[str, Column]"
Table: TypeAlias = "Mapping[str, Any] | Sequence[Mapping[str, Any]] | Any"
"""A frame of pandas, polars or arrow, columns by name, or rows as dicts."""

DATES = "datetime64[us]"
"""The type of dates in a column."""
_IN_WORDS = {"number": "numbers", "text": "texts", "date": "dates", "boolean": "truth values"}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Args:
        name: its name.
        kind: what it holds.
        values: float64 or int64 numbers, str objects, datetime64[us], bool, or an array whose first axis is the rows.
        missing: where a row has no value; what `values` holds there means nothing.
        mixed: how many of its values are of another kind than most; it is a text then.

    Example:
        >>> column = column_of("rooms", [3, None, 4])
        >>> column.kind, column.missing.tolist()
        ('number', [False, True, False])
    """

    name: str
    kind: ColumnKind
    values: Array
    missing: Array
    mixed: int = 0

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: Array | slice) -> Column:
        """The column at some rows.

        Args:
            rows: their numbers, a mask, or a slice.

        Returns:
            A column of these rows.
        """
        return Column(self.name, self.kind, self.values[rows], self.missing[rows], self.mixed)

    def present(self, rows: Array | None = None) -> Array:
        """The values that are there.

        Args:
            rows: numbers of the rows to look at; all by default.

        Returns:
            Their values, in order.
        """
        column = self if rows is None else self.take(rows)
        return column.values[~column.missing]


def numbers(name: str, values: Array, missing: Array | None = None) -> Column:
    """A column of numbers.

    Args:
        name: its name.
        values: the numbers; NaN is missing.
        missing: where else one is missing; nowhere by default.

    Returns:
        The column.
    """
    absent = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)
    return Column(name, "number", values, absent if missing is None else absent | missing)


def example_of(values: Array) -> str:
    """The first of some values of a column, for a message.

    Args:
        values: at least one value.

    Returns:
        It as a person would write it in Python.
    """
    return str(values[0]) if values.dtype.kind == "M" else shorten(values[:1].tolist()[0])


def column_of(name: str, values: object, copy: bool = True) -> Column:
    """A column of anything that NumPy makes an array of.

    Args:
        name: the column's name.
        values: its values; None, NaN, NaT and pandas's NA are missing.
        copy: whether the column keeps its own numbers, so that what changes the values later does not change it; True by default.

    Returns:
        The column.

    Raises:
        DataError: it is no list of values, or its values are lists of unlike lengths.
    """
    try:
        array = np.asarray(dense(values))
    except ValueError:
        array = np.asarray(values, object)
    if array.ndim == 0:
        raise DataError(
            where=f"column {name!r}",
            expected="a value for each row",
            actual=shorten(values),
            hint="Give a list of them.",
        )
    if array.ndim > 1:
        if array.dtype.kind not in "biuf":
            raise DataError(where=f"column {name!r}", expected="an array of numbers", actual=f"dtype {array.dtype}")
        return Column(name, "array", array, np.zeros(len(array), bool))
    match array.dtype.kind:
        case "b":
            return Column(name, "boolean", array, np.zeros(len(array), bool))
        case "i" | "u" | "f":
            wide = array.astype(
                np.float64 if array.dtype.kind == "f" else np.int64 if array.dtype != np.uint64 else np.float64,
                copy=copy,
            )
            return numbers(name, wide)
        case "m":
            return numbers(name, array / np.timedelta64(1, "s"))
        case "M":
            return Column(name, "date", array.astype(DATES), np.isnat(array))
        case "U" | "S":
            texts = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in array]
            return _texts(name, texts, np.zeros(len(array), bool))
        case "O":
            return _of_objects(name, list(array))
        case _:
            raise DataError(
                where=f"column {name!r}",
                expected="numbers, texts, dates or truth values",
                actual=f"dtype {array.dtype}",
                hint="Leave the column out, or make numbers of it.",
            )


def _texts(name: str, texts: Sequence[str], missing: Array, mixed: int = 0) -> Column:
    values = np.empty(len(texts), object)
    values[:] = list(texts)
    return Column(name, "text", values, missing, mixed)


def _is_missing(value: object) -> bool:
    # NaN, NaT and pandas's NA are not equal to themselves; NA does not even answer with a truth value.
    if value is None or type(value).__name__ == "NAType":
        return True
    return isinstance(value, (float, np.floating, np.datetime64)) and bool(value != value)


def _kind_of(value: object, name: str) -> ColumnKind:
    if isinstance(value, (bool, np.bool_)):
        return "boolean"
    if isinstance(value, (int, float, decimal.Decimal, np.number)):
        return "number"
    if isinstance(value, (datetime.date, np.datetime64)) or hasattr(value, "start_time"):
        return "date"
    if isinstance(value, (datetime.timedelta, datetime.time)):
        return "number"
    if isinstance(value, (str, bytes)):
        return "text"
    raise DataError(
        where=f"column {name!r}",
        expected="numbers, texts, dates or truth values",
        actual=f"a value of type {type(value).__name__}: {shorten(value)}",
        hint="Leave the column out, or spread what it holds over columns of their own.",
    )


def _seconds(value: Any) -> float:
    """A number; of a time of day and of a span of time its seconds."""
    if isinstance(value, datetime.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return value.total_seconds() if isinstance(value, datetime.timedelta) else float(value)


def _of_objects(name: str, values: list[Any]) -> Column:
    types = {*map(type, values)}
    if types and types <= {list, tuple, np.ndarray} and (array := _stacked(values)) is not None:
        return column_of(name, array)
    if str in types and types <= {str, type(None), float}:
        # Most often: texts, and None or NaN where there is none.
        absent = np.array([type(value) is not str and (value is None or value != value) for value in values], bool)
        if int(absent.sum()) == sum(type(value) is not str for value in values):
            return _texts(
                name, ["" if gone else value for value, gone in zip(values, absent.tolist(), strict=True)], absent
            )
    missing = np.array([_is_missing(value) for value in values], bool)
    kinds = [None if absent else _kind_of(value, name) for value, absent in zip(values, missing, strict=True)]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds) if kind is not None}
    if len(counts) > 1:
        most = max(counts.values())
        shown = ["" if absent else str(value) for value, absent in zip(values, missing, strict=True)]
        return _texts(name, shown, missing, sum(counts.values()) - most)
    kind = next(iter(counts), "number")
    if kind == "date":
        return _dates(name, values, missing)
    stand_in = {"boolean": False, "number": np.nan}.get(kind, "")
    filled = [stand_in if absent else value for value, absent in zip(values, missing, strict=True)]
    if kind == "boolean":
        return Column(name, "boolean", np.array(filled, bool), missing)
    if kind == "number":
        return numbers(name, np.array([_seconds(value) for value in filled]))
    texts = [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in filled]
    return _texts(name, texts, missing)


def _dates(name: str, values: list[Any], missing: Array) -> Column:
    dates = np.full(len(values), "NaT", DATES)
    for row, value in enumerate(values):
        if not missing[row]:
            # A period of pandas begins then.
            value = getattr(value, "start_time", value)
            if isinstance(value, datetime.datetime) and value.tzinfo is not None:
                value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
            dates[row] = np.datetime64(value, "us")
    return Column(name, "date", dates, missing)


def kind_in_words(kind: ColumnKind) -> str:
    """What a column holds, for a message.

    Args:
        kind: its kind.

    Returns:
        One word or two.
    """
    return _IN_WORDS.get(kind, "an array")


def columns_of(
    table: Table, only: Collection[str] | None = None, rows: Array | None = None, copy: bool = True
) -> Columns:
    """The columns of a table in memory.

    Args:
        table: a frame of pandas, polars, arrow or another library that narwhals knows; a data set of xarray or
            Hugging Face, a group of zarr; columns by name; rows as dicts; a structured
            array; what scikit-learn's `load_*` give.
        only: names of the columns to read; all by default.
        rows: numbers of the rows to read; all by default. Of a frame nothing else is read.
        copy: whether the columns keep their own numbers, so that what changes the table later does not change them; True by
            default.

    Returns:
        Its columns by name, all of one length.

    Raises:
        DataError: it is no table, two columns have one name, or their lengths differ.

    Example:
        >>> {name: column.kind for name, column in columns_of({"rooms": [3, 4], "town": ["Bonn", None]}).items()}
        {'rooms': 'number', 'town': 'text'}
    """
    if isinstance(table, Mapping):
        _check_is_one(table)
        named = _of_bunch(table) if "data" in table and "feature_names" in table else dict(table)
    elif isinstance(table, np.ndarray) and table.dtype.names:
        named = {name: table[name] for name in table.dtype.names}
    elif isinstance(table, (list, tuple)) and table and all(isinstance(row, Mapping) for row in table):
        names = dict.fromkeys(name for row in table for name in row)
        named = {name: [row.get(name) for row in table] for name in names}
    elif (of_library := _of_set(table)) is not None:
        named = of_library
    else:
        named, rows = _of_frame(table, rows), None
    columns: Columns = {}
    refused: list[DataError] = []
    for name, values in named.items():
        if only is not None and str(name) not in only:
            continue
        try:
            is_series = hasattr(values, "to_native")
            columns[str(name)] = (_of_series if is_series else column_of)(str(name), values, copy)
        except DataError as error:
            # Of a frame the other columns are read, where nobody has asked for this one.
            if only is not None or not hasattr(values, "to_native"):
                raise
            refused.append(error)
    if refused and not columns:
        raise refused[0]
    for error in refused:
        tell(f"{error.where} is left out: expected {error.expected}, found {error.actual}.", stacklevel=3)
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name!r} {length}" for name, length in list(lengths.items())[:5])
        raise DataError(where="data", expected="columns of one length", actual=shown)
    if not columns:
        raise DataError(where="data", expected="at least one column", actual="none")
    return columns if rows is None else {name: column.take(rows) for name, column in columns.items()}


def _of_set(table: Any) -> dict[str, Any] | None:
    """The columns of a data set of xarray or Hugging Face, or of a group of zarr; None for anything else."""
    if hasattr(table, "data_vars"):
        return {str(name): array.values for name, array in table.data_vars.items()}
    if hasattr(table, "column_names") and hasattr(table, "features"):
        known = table.features if isinstance(table.features, Mapping) else {}
        return {name: _of_feature(name, list(table[name]), known.get(name)) for name in table.column_names}
    if hasattr(table, "array_keys") and hasattr(table, "group_keys"):
        return {name: table[name][...] for name in sorted(table.array_keys())}
    return None


def _of_feature(name: str, values: list[Any], feature: Any) -> Any:
    """Values of Hugging Face as a table has them: names of classes for their numbers, pixels for pictures."""
    names = getattr(feature, "names", None)
    if names:
        return [None if value is None or value < 0 else names[value] for value in values]
    if values and all(hasattr(value, "getbands") for value in values):
        sizes = {(value.height, value.width, len(value.getbands())) for value in values}
        if len(sizes) > 1:
            shown = ", ".join(" x ".join(map(str, size)) for size in sorted(sizes)[:3])
            raise DataError(
                where=f"column {name!r}",
                expected="pictures of one size and as many channels",
                actual=shown,
                hint="Change them before: data.map(lambda row: {...: row[...].convert('RGB').resize((64, 64))}).",
            )
        return np.stack([np.asarray(value) for value in values])
    return values


def _check_is_one(table: Mapping[Any, Any]) -> None:
    """Refuse the parts of a data set of Hugging Face, each of which is a table."""
    parts = [str(name) for name, value in table.items() if hasattr(value, "column_names")]
    if parts:
        raise DataError(
            where="data",
            expected="one table",
            actual=f"{len(parts)} of them: {', '.join(parts)}",
            hint=f"Open one: engine.data.open(data[{parts[0]!r}], ...).",
        )


def _of_bunch(bunch: Mapping[str, Any]) -> dict[str, object]:
    """The columns of what scikit-learn's `load_*` give: each feature, and the target."""
    data = bunch["data"]
    if hasattr(data, "columns"):
        features: dict[str, object] = {str(name): data[name] for name in data.columns}
    else:
        rows = np.asarray(data)
        features = {str(name): rows[:, i] for i, name in enumerate(bunch["feature_names"])}
    return {**features, "target": bunch["target"]}


def _of_frame(table: object, rows: Array | None) -> dict[str, Any]:
    """The series of a frame by name, and what its structures hold. rows: numbers of those that are wanted; None: all."""
    import narwhals as nw

    table = with_text_names(table)
    try:
        frame: Any = nw.from_native(cast("Any", table))
    except TypeError as error:
        raise DataError(
            where="data",
            expected="a frame (pandas, polars, arrow), columns by name, or the path of a file",
            actual=shorten(table),
            hint="Arrays without names go to fit as they are, or here as {'x': x, 'y': y}.",
        ) from error
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if rows is not None:
        frame = frame[rows]
    spread = [one for name in frame.columns for one in _spread(str(name), frame[name])]
    _check_names([name for name, _ in spread])
    return dict(spread)


def _spread(name: str, series: Any) -> Iterator[tuple[str, Any]]:
    """A column by itself; of structures one for each of their fields."""
    import narwhals as nw

    if not isinstance(series.dtype, nw.Struct):
        yield name, series
        return
    for field in series.dtype.fields:
        yield from _spread(f"{name}.{field.name}", series.struct.field(field.name))


def _stacked(values: Sequence[Any]) -> Array | None:
    """Lists of numbers as an array (rows, ...); None where they differ in length or one is missing."""
    try:
        array = np.array(values)
    except ValueError:
        return None
    return array if array.dtype.kind in "biuf" and array.ndim > 1 else None


def with_text_names(table: Any) -> Any:
    """A frame whose columns have texts as names, as a table's have: pandas numbers them, or gives them several levels.

    Args:
        table: any frame.

    Returns:
        It, or a frame of the same values with other names.

    Raises:
        DataError: two columns have one name.
    """
    # Arrow's tables have their columns there, and their names elsewhere. Names of what is computed later are told then.
    is_lazy = hasattr(table, "collect")
    names = () if is_lazy else getattr(table, "column_names", None) or getattr(table, "columns", ())
    texts = [".".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in names]
    _check_names(texts)
    if not hasattr(table, "iloc") or all(type(name) is str for name in names):
        return table
    made = table.copy(deep=False)
    made.columns = texts
    return made


def _check_names(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DataError(
                where="data",
                expected="columns of unlike names",
                actual=f"{name!r} more than once",
                hint="Rename one of them.",
            )
        seen.add(name)


def _of_series(name: str, series: Any, copy: bool) -> Column:
    """A column of a frame's series, whatever library it is of."""
    import narwhals as nw

    kind = series.dtype
    if kind.is_nested():
        if (array := _stacked(series.to_list())) is not None:
            return column_of(name, array)
        raise DataError(
            where=f"column {name!r}",
            expected="one value in each row",
            actual=f"{kind}",
            hint="Leave the column out, or spread what it holds over columns of their own.",
        )
    if kind.is_numeric():
        if kind == nw.UInt64() or (kind.is_integer() and series.null_count()):
            # Arrow casts no whole number beyond 2^53 to a float.
            return column_of(name, np.asarray(series.to_numpy(), np.float64), copy=False)
        dtype = nw.Int64() if kind.is_integer() else nw.Float64()
        # A cast has made new numbers.
        return column_of(name, series.cast(dtype).to_numpy(), copy and kind == dtype)
    if isinstance(kind, nw.Datetime):
        plain = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if kind.time_zone else series
        return column_of(name, np.asarray(plain.to_numpy()).astype(DATES))
    return _of_objects(name, series.to_list())
