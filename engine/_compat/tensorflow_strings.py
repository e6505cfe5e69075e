"""Names of `tf.strings`: functions of arrays of texts, which are bytes as TensorFlow has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import SettingTypeError
from ..types import DTypeLike
from .tensorflow_ragged import stack
from .values import TensorLike, TensorValue, eager


def _text(x: object) -> str:
    return x.decode("utf-8") if isinstance(x, bytes) else str(x)


def texts(input: object) -> np.ndarray:
    """An array of texts as an array of bytes objects."""
    array = np.asarray(input, object) if not isinstance(input, np.ndarray) else input
    made = np.empty(array.shape, object)
    for i, x in enumerate(array.flat):
        made.flat[i] = x if isinstance(x, bytes) else str(x).encode("utf-8")
    return made


def _each(function: Callable[[str], Any], input: Any, kind: Any = object) -> Any:
    """A function of each text; texts that it gives are bytes."""
    array = texts(input)
    made = np.empty(array.shape, kind)
    for i, x in enumerate(array.flat):
        value = function(_text(x))
        made.flat[i] = value.encode("utf-8") if isinstance(value, str) else value
    return eager(made)


def lower(input: TensorLike, encoding: str = "", name: str | None = None) -> TensorValue:
    """Texts in small letters."""
    return _each(str.lower, input)


def upper(input: TensorLike, encoding: str = "", name: str | None = None) -> TensorValue:
    """Texts in capitals."""
    return _each(str.upper, input)


def strip(input: TensorLike, name: str | None = None) -> TensorValue:
    """Texts without blanks at both ends."""
    return _each(str.strip, input)


def length(input: TensorLike, unit: str = "BYTE", name: str | None = None) -> TensorValue:
    """How many bytes, or letters for the unit "UTF8_CHAR", texts have."""
    return _each(lambda x: len(x if unit == "UTF8_CHAR" else x.encode("utf-8")), input, "int32")


def regex_replace(
    input: TensorLike, pattern: TensorLike, rewrite: TensorLike, replace_global: bool = True, name: str | None = None
) -> TensorValue:
    r"""Texts in which what a pattern finds is replaced; \1 in the new text stands for a group."""
    rule, new = re.compile(_text(_scalar(pattern))), _text(_scalar(rewrite)).replace("\\0", "\\g<0>")
    return _each(lambda x: rule.sub(new, x, count=0 if replace_global else 1), input)


def regex_full_match(input: TensorLike, pattern: TensorLike, name: str | None = None) -> TensorValue:
    """Whether a pattern is a text's whole."""
    rule = re.compile(_text(_scalar(pattern)))
    return _each(lambda x: rule.fullmatch(x) is not None, input, bool)


def substr(input: TensorLike, pos: int, len: int, unit: str = "BYTE", name: str | None = None) -> TensorValue:
    """Parts of texts, from a place on."""
    return _each(lambda x: x[pos:] if len < 0 else x[pos : pos + len], input)


def join(inputs: Sequence[TensorLike], separator: str = "", name: str | None = None) -> TensorValue:
    """Texts of several arrays put together, element by element."""
    arrays = np.broadcast_arrays(*[texts(x) for x in inputs])
    made = np.empty(arrays[0].shape, object)
    for i, parts in enumerate(zip(*(a.flat for a in arrays), strict=True)):
        made.flat[i] = separator.encode("utf-8").join(parts)
    return eager(made)


def reduce_join(inputs: TensorLike, axis: int | None = None, separator: str = "", **_: object) -> TensorValue:
    """Texts along an axis, or all, put together."""
    array, between = texts(inputs), separator.encode("utf-8")
    if axis is None:
        return eager(np.asarray(between.join(array.flat), object))
    return eager(np.apply_along_axis(lambda row: np.asarray(between.join(row), object), axis, array))


def split(input: TensorLike, sep: TensorLike | None = None, maxsplit: int = -1, **_: object) -> TensorValue:
    """The parts of a text, between blanks by default; of several texts a RaggedTensor."""
    between = None if sep is None else _text(_scalar(sep)) or None
    return _rows(input, lambda x: [p.encode("utf-8") for p in x.split(between, maxsplit)])


def unicode_split(input: TensorLike, input_encoding: str = "UTF-8", **_: object) -> TensorValue:
    """The letters of a text; of several texts a RaggedTensor."""
    return _rows(input, lambda x: [letter.encode("utf-8") for letter in x])


def unicode_decode(input: TensorLike, input_encoding: str = "UTF-8", **_: object) -> TensorValue:
    """The numbers of a text's letters; of several texts a RaggedTensor."""
    return _rows(input, lambda x: [ord(letter) for letter in x], "int32")


def bytes_split(input: TensorLike, name: str | None = None) -> TensorValue:
    """The bytes of a text; of several texts a RaggedTensor."""
    return _rows(input, lambda x: [bytes([one]) for one in x.encode("utf-8")])


def _rows(input: Any, parts: Callable[[str], list[Any]], dtype: Any = object) -> Any:
    """Parts of a text as an array, those of several texts as rows."""
    array = texts(input)
    rows = []
    for x in array.flat:
        pieces = parts(_text(x))
        row = np.empty(len(pieces), dtype)
        row[:] = pieces
        rows.append(row)
    return eager(rows[0]) if array.ndim == 0 else stack(rows)


def as_string(input: TensorLike, precision: int = -1, **_: object) -> TensorValue:
    """Numbers as texts."""
    array = np.asarray(input)
    written = [
        f"{x:.{precision}f}" if precision >= 0 else f"{x:f}" if array.dtype.kind == "f" else str(x) for x in array.flat
    ]
    return eager(texts(np.array(written, object).reshape(array.shape)))


def to_number(input: TensorLike, out_type: DTypeLike = "float32", name: str | None = None) -> TensorValue:
    """Texts as numbers."""
    return _each(float, input, np.dtype(out_type))


def _scalar(value: Any) -> Any:
    array = np.asarray(value, object)
    if array.ndim:
        raise SettingTypeError(where="tf.strings", expected="one text", actual=f"an array of shape {array.shape}")
    return array[()]


SHOWN: dict[str, object] = {
    function.__name__: function
    for function in (
        as_string,
        bytes_split,
        join,
        length,
        lower,
        reduce_join,
        regex_full_match,
        regex_replace,
        split,
        strip,
        substr,
        to_number,
        unicode_decode,
        unicode_split,
        upper,
    )
}
