"""`tf.io.decode_csv` and `tf.data.experimental.CsvDataset`: rows of text as numbers and texts."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from ..errors import DataError
from .dataset import Dataset
from .values import TensorLike, TensorValue, eager, value_of

__all__ = ["CsvDataset", "decode_csv"]


def _kind(default: Any) -> tuple[np.dtype[Any], Any]:
    """Type and value of what stands for an empty field; a type alone: the field has to be there."""
    if isinstance(default, (type, np.dtype)):
        return np.dtype(default), None
    first = np.ravel(value_of(default))
    kind = first.dtype
    kind = np.dtype("float32") if kind.kind == "f" else np.dtype("int32") if kind.kind in "iu" else np.dtype(object)
    return kind, first[0] if len(first) else None


def _field(text: str, kind: np.dtype[Any], default: Any, missing: str) -> Any:
    """A field in its type. Raises DataError for one that is empty and has no default, or is no number."""
    if text in ("", missing):
        if default is None:
            raise DataError(where="decode_csv", expected="a value, or a default for it", actual="an empty field")
        return default.encode() if isinstance(default, str) else default
    if kind.kind in "OSU":
        return text.encode()
    try:
        return kind.type(float(text) if kind.kind == "f" else int(text))
    except ValueError:
        raise DataError(where="decode_csv", expected=f"a number ({kind})", actual=repr(text)[:80]) from None


def decode_csv(
    records: TensorLike,
    record_defaults: Sequence[TensorLike],
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
    name: str | None = None,
) -> list[TensorValue]:
    """The columns of lines of text.

    Args:
        records: a line, or an array of lines.
        record_defaults: for each column its type, or the value of an empty field.
        field_delim: what stands between fields, "," by default.
        use_quote_delim: whether quotation marks hold fields together, True by default.
        na_value: a further text that stands for an empty field.
        select_cols: the numbers of the columns, all by default.
        name: accepted as in TensorFlow.

    Returns:
        An array for each column, in the shape of the lines.

    Raises:
        DataError: a line has another number of fields, or a field is no number.

    Example:
        >>> [column.tolist() for column in decode_csv(["1,a", "2,b"], [0, ""])]
        [[1, 2], [b'a', b'b']]
    """
    lines = np.asarray(value_of(records), object)
    texts = [x.decode("utf-8", "replace") if isinstance(x, bytes) else str(x) for x in lines.ravel()]
    quoting = csv.QUOTE_MINIMAL if use_quote_delim else csv.QUOTE_NONE
    kinds = [_kind(one) for one in record_defaults]
    columns: list[list[Any]] = [[] for _ in kinds]
    for row in csv.reader(texts, delimiter=field_delim, quoting=quoting):
        chosen = row if select_cols is None else [row[i] for i in select_cols if i < len(row)]
        if len(chosen) != len(kinds):
            raise DataError(where="decode_csv", expected=f"{len(kinds)} fields", actual=str(len(chosen)))
        for column, text, (kind, default) in zip(columns, chosen, kinds, strict=True):
            column.append(_field(text, kind, default, na_value))
    return [
        eager(np.array([*column, None], object)[:-1].reshape(lines.shape).astype(kind))
        for column, (kind, _) in zip(columns, kinds, strict=True)
    ]


def _opened(name: str, is_packed: bool) -> TextIO:
    if is_packed:
        return gzip.open(name, "rt", encoding="utf-8", errors="replace")
    return Path(name).open(encoding="utf-8", errors="replace")


def CsvDataset(
    filenames: TensorLike,
    record_defaults: Sequence[TensorLike],
    compression_type: str | None = None,
    buffer_size: object = None,
    header: bool = False,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
    **_: object,
) -> Dataset:
    """The rows of files, each a tuple of its columns.

    Args:
        filenames: the name of a file, or several.
        record_defaults: for each column its type, or the value of an empty field.
        compression_type: "GZIP", or None (the default).
        buffer_size: accepted as in TensorFlow.
        header: whether the first line of each file is left out, False by default.
        field_delim: what stands between fields, "," by default.
        use_quote_delim: whether quotation marks hold fields together, True by default.
        na_value: a further text that stands for an empty field.
        select_cols: the numbers of the columns, all by default.
        **_: accepted as in TensorFlow.
    """
    names = [x.decode() if isinstance(x, bytes) else str(x) for x in np.ravel(np.asarray(value_of(filenames), object))]

    def elements() -> Iterator[Any]:
        for name in names:
            with _opened(name, compression_type == "GZIP") as file:
                for number, line in enumerate(file):
                    if number or not header:
                        fields = decode_csv(
                            [line.rstrip("\r\n")], record_defaults, field_delim, use_quote_delim, na_value, select_cols
                        )
                        yield tuple(one[0] for one in fields)

    return Dataset(elements)
