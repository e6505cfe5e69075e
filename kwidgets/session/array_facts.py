"""What can be seen of an array without training on it: figures, classes, and samples small enough to draw.

At most `MOST_LOOKED_AT` elements are looked at, spread over the whole array; nothing here raises on odd arrays.
"""

from __future__ import annotations

import math
import weakref
import zlib
from collections.abc import Sequence
from typing import Literal, TypeAlias, cast

import numpy as np

from engine.data import BlockRows, equal_rows, spread_rows
from engine.types import Array, ArrayLike, DTypeLike

from ..messages import ArrayFacts, ClassCount, Json

MOST_LOOKED_AT = 2_000_000
# Where only the scale and the kind of an array matter.
FEW_LOOKED_AT = 200_000
MOST_CLASSES = 30
MOST_SAMPLES = 16
MOST_SIZE = 32
MOST_LETTERS = 60
BINS = 24
# Shorter rows are no sound; of longer ones so many pieces are drawn.
LEAST_OF_WAVE = 400
WAVE_PIECES = 80
# So many elements of an array are compared to notice that it was changed since it was described.
PROBED = 4096
MOST_KEPT = 64

# What `tolist` of an array gives.
Nested: TypeAlias = "float | list[Nested]"
Kind = Literal["pictures", "series", "wave", "numbers", "classes", "text"]


def described(array: ArrayLike, most: int = MOST_LOOKED_AT) -> ArrayFacts:
    """Facts of an array, whose first axis counts samples.

    Figures of arrays above `most` elements are those of a part (`whole` is False then). Answers are kept
    for arrays that live on and whose contents look the same.
    """
    try:
        values = np.asarray(array)
    except (TypeError, ValueError):
        # Rows of different lengths.
        values = _objects(cast("Sequence[object]", array))
    return _kept(values, most)


def of_rows(array: ArrayLike, most: int = MOST_LOOKED_AT) -> ArrayFacts:
    """Facts of an array whose rows are read while training goes on, by those that are shown; of any other as `described`."""
    if isinstance(array, np.ndarray):
        return described(array, most)
    whole = cast("Array", array)
    facts = headed(whole.shape, whole.dtype)
    rows = _rows(whole)
    shown = described(whole[rows]) if rows else facts
    read: ArrayFacts = {**shown, "whole": False, "equal": None, "in_blocks": True, "rows": rows}
    return {**read, "shape": facts["shape"], "bytes": facts["bytes"]}


def of_blocks(array: BlockRows, in_blocks: bool) -> ArrayFacts:
    """Facts of a large array in a file, by rows from a few places of it. in_blocks: it is read while training goes on."""
    elements = max(math.prod(array.shape[1:]), 1)
    facts, rows = _facts(array[spread_rows(array, max(MOST_LOOKED_AT // elements, MOST_SAMPLES))]), _rows(array)
    _add_samples(facts, array[rows])
    whole = headed(array.shape, array.dtype)
    read: ArrayFacts = {**facts, "whole": False, "equal": None, "in_blocks": in_blocks, "rows": rows}
    return {**read, "shape": whole["shape"], "bytes": whole["bytes"]}


def of_some(array: ArrayLike, rows: Array, drawn: Array | None = None) -> ArrayFacts:
    """Facts of an array with the samples of some of its rows, drawn by the scale of the whole.

    rows: their numbers. drawn: samples of the same shape that are drawn in their place.
    """
    facts = of_rows(array, FEW_LOOKED_AT)
    whole = cast("Array", array)
    chosen = np.asarray(whole[rows.tolist()]) if drawn is None else drawn
    shown = [int(row) for row in rows] if drawn is None else list(range(len(drawn)))
    if facts["kind"] in ("text", "classes"):
        samples: list[Json] = [_written(row.tolist() if isinstance(row, np.ndarray) else row) for row in chosen]
        return {**facts, "kind": "text", "classes": None, "rows": shown, "samples": samples}
    make = {"pictures": _picture, "series": _series, "wave": _wave}.get(facts["kind"], _vector)
    return {**facts, "rows": shown, "samples": [make(sample, facts) for sample in chosen]}


def headed(shape: Sequence[int], dtype: DTypeLike) -> ArrayFacts:
    """Facts of an array that is not read: its shape, dtype and bytes only."""
    dtype = np.dtype(dtype)
    return {
        "shape": [int(size) for size in shape],
        "dtype": str(dtype),
        "bytes": math.prod(shape) * dtype.itemsize,
        "whole": False,
        "in_blocks": False,
        "kind": "numbers",
        "minimum": None,
        "maximum": None,
        "mean": None,
        "missing": None,
        "equal": None,
        "classes": None,
        "histogram": None,
        "rows": [],
        "samples": [],
    }


_KEPT: dict[tuple[int, int], tuple[weakref.ref[Array], int, ArrayFacts]] = {}


def _kept(array: Array, most: int) -> ArrayFacts:
    """The facts of before, if this very array was described by as much and a spread of its elements is as it was."""
    probe, slot = _probe(array), (id(array), most)
    for known in (_KEPT.get(slot), _KEPT.get((id(array), MOST_LOOKED_AT))):
        if known is not None and known[0]() is array and known[1] == probe:
            return known[2]
    facts = _facts(array, most)
    for key in [key for key, (alive, _, _) in _KEPT.items() if alive() is None]:
        del _KEPT[key]
    while len(_KEPT) >= MOST_KEPT:
        del _KEPT[next(iter(_KEPT))]
    _KEPT[slot] = weakref.ref(array), probe, facts
    return facts


def _probe(array: Array) -> int:
    part = _spread(array, PROBED)
    content = repr(part.tolist()).encode() if part.dtype.hasobject else part.tobytes()
    return zlib.crc32(content, zlib.crc32(repr((array.shape, array.dtype)).encode()))


def _objects(items: Sequence[object]) -> Array:
    rows = np.empty(len(items), object)
    for index, item in enumerate(items):
        rows[index] = item
    return rows


def _spread(array: Array, most: int) -> Array:
    """A view of at most about `most` elements, taken evenly along the first axes."""
    for axis in range(array.ndim):
        if array.size <= most:
            break
        step = min(array.shape[axis], math.ceil(array.size / most))
        array = array[(slice(None),) * axis + (slice(None, None, step),)]
    return array


def _facts(array: Array, most: int = MOST_LOOKED_AT) -> ArrayFacts:
    facts = headed(array.shape, array.dtype)
    part = _spread(array, most)
    facts["whole"] = part.size == array.size
    if array.dtype.kind not in "biuf":
        _add_text(facts, array)
        return facts
    with np.errstate(all="ignore"):
        _add_figures(facts, part)
        classes = _labels(part)
        if classes is not None:
            facts["kind"], facts["classes"] = "classes", _counted(classes)
        elif facts["whole"] and array.ndim > 1 and array.size > len(array):
            facts["equal"] = equal_rows(array)
        _add_samples(facts, array)
    return facts


def _add_text(facts: ArrayFacts, array: Array) -> None:
    """What is no array of numbers is shown as its rows written out."""
    rows = _rows(array)
    facts["kind"], facts["rows"] = "text", rows
    facts["samples"] = [_written(array[row] if array.ndim else array[()]) for row in rows]
    if array.dtype.kind == "O":
        facts["missing"] = sum(item is None or item != item for item in _flat(array) if isinstance(item, float | None))


def _flat(array: Array) -> list[object]:
    return _spread(array, MOST_LOOKED_AT).ravel().tolist()


def _written(item: object) -> str:
    try:
        text = " ".join(str(item).split())
    except Exception as error:  # an object of somebody else's
        text = f"{type(item).__name__} ({type(error).__name__})"
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _add_figures(facts: ArrayFacts, part: Array) -> None:
    wide = part.astype(np.float64)
    present = wide[np.isfinite(wide)]
    facts["missing"] = int(wide.size - present.size)
    if present.size == 0:
        return
    low, high = float(present.min()), float(present.max())
    facts["minimum"], facts["maximum"] = _rounded(low), _rounded(high)
    mean = float(present.mean())
    mean = mean if math.isfinite(mean) else float((present / present.size).sum())
    facts["mean"] = shown_mean(_rounded(mean), low, high)
    if low < high and math.isfinite(high - low):
        facts["histogram"] = np.histogram(present, BINS, (low, high))[0].tolist()


def shown_mean(mean: float, low: float, high: float) -> float:
    """A mean of values between two ends; 0 where it is no more than their rounding.

    >>> shown_mean(-2.51e-19, -0.107, 0.111), shown_mean(1e-9, 0.0, 2e-9)
    (0.0, 1e-09)
    """
    return 0.0 if abs(mean) < 8 * np.finfo(np.float64).eps * max(abs(low), abs(high)) else mean


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _labels(part: Array) -> Array | None:
    """The class of each row, if the array is a column of few whole numbers or of rows with a single 1; else None."""
    if part.size == 0 or part.ndim == 0:
        return None
    if part.ndim == 2 and 1 < part.shape[1] <= MOST_CLASSES:
        return part.argmax(1) if _is_one_hot(part) else None
    if part.size != len(part):
        return None
    column = part.reshape(-1)
    if part.dtype.kind == "f" and not (np.isfinite(column).all() and (column == np.floor(column)).all()):
        return None
    # The first rows alone show that most such columns have many values, without sorting all rows.
    few = all(len(np.unique(some)) <= MOST_CLASSES for some in (column[:100_000], column))
    return column if few else None


def _is_one_hot(part: Array) -> bool:
    return bool(((part == 0) | (part == 1)).all() and (part.sum(1) == 1).all())


def _counted(classes: Array) -> list[ClassCount]:
    names, counts = np.unique(classes, return_counts=True)
    return [
        {"name": _class_name(name), "count": int(n)} for name, n in zip(names.tolist(), counts.tolist(), strict=True)
    ]


def _class_name(value: float | bool) -> str:
    return str(value) if isinstance(value, bool) or abs(value) >= 1e15 else str(int(value))


def _rows(array: Array | BlockRows) -> list[int]:
    """Which rows are shown: the same for all arrays of as many rows, so that a picture stands over its label."""
    if array.ndim == 0:
        return [0]
    count = min(MOST_SAMPLES, len(array))
    if count < MOST_SAMPLES or len(array) < 4 * MOST_SAMPLES:
        return [int(row) for row in np.linspace(0, len(array) - 1, count)] if count else []
    # One of each part by chance: at even distances rows that come by turns would all be of one class.
    ends = np.linspace(0, len(array), count + 1).astype(np.int64)
    chosen = np.random.default_rng(0).integers(ends[:-1], ends[1:]).tolist()
    return [0, *chosen[1:-1], len(array) - 1]


def _add_samples(facts: ArrayFacts, array: Array) -> None:
    rows = _rows(array)
    facts["rows"] = rows
    if array.size == 0:
        facts["rows"] = []
        return
    if facts["kind"] == "classes":
        chosen = array[rows]
        labels = chosen.argmax(1) if chosen.size > len(rows) else chosen.reshape(-1)
        facts["samples"] = [_class_name(label) for label in labels.tolist()]
        return
    chosen = array[rows] if array.ndim else array.reshape(1)
    facts["kind"] = "wave" if _is_wave(chosen) else _kind(array)
    make = {"pictures": _picture, "series": _series, "wave": _wave}.get(facts["kind"], _vector)
    facts["samples"] = [make(sample, facts) for sample in chosen]


def _kind(array: Array) -> Kind:
    """How samples are drawn. A square, or bytes on both axes, is a picture; else two axes are steps and features."""
    sizes = array.shape[1:]
    if len(sizes) >= 3:
        return "pictures"
    if len(sizes) == 2:
        is_picture = min(sizes) >= 8 and (sizes[0] == sizes[1] or array.dtype == np.uint8)
        return "pictures" if is_picture else "series"
    return "numbers"


def _is_wave(samples: Array) -> bool:
    """Whether rows are sound or the like: many steps of one feature around zero, each hardly another than the one before."""
    if samples.ndim not in (2, 3) or samples.shape[1] < LEAST_OF_WAVE or (samples.ndim == 3 and samples.shape[2] != 1):
        return False
    values = samples.reshape(len(samples), -1).astype(np.float64)
    if samples.dtype.kind not in "fi" or not np.isfinite(values).all() or not values.min() < 0 < values.max():
        return False
    power = float((values**2).mean())
    return abs(float(values.mean())) < power**0.5 / 2 and float((np.diff(values) ** 2).mean()) < power


def _wave(sample: Array, facts: ArrayFacts) -> list[Json]:
    """(pieces, 2): the least and the most of each piece of a sound."""
    pieces = np.array_split(sample.reshape(-1), WAVE_PIECES)
    return _plain(np.array([(piece.min(), piece.max()) for piece in pieces], np.float64))


def _picture(sample: Array, facts: ArrayFacts) -> list[Json]:
    """(height, width, 1 or 3) from 0, the least of the whole array, to 255, its most; videos by their middle."""
    while sample.ndim > 3:
        sample = sample[len(sample) // 2]
    if sample.ndim == 2:
        sample = sample[..., None]
    if sample.shape[-1] not in (1, 3, 4) and sample.shape[0] in (1, 3):
        sample = np.moveaxis(sample, 0, -1)
    sample = _fewer(_fewer(sample, 0), 1).astype(np.float64)
    channels = sample.shape[-1]
    sample = sample[..., :3] if channels in (3, 4) else sample.mean(-1, keepdims=True)
    low, high = facts["minimum"] or 0.0, facts["maximum"] or 0.0
    scaled = (sample - low) * (255 / (high - low)) if high > low else np.zeros_like(sample)
    return _whole(np.clip(np.nan_to_num(scaled, posinf=255, neginf=0), 0, 255))


def shown_picture(pixels: Array) -> list[Json]:
    """(height, width, 1 or 3) of pixels from 0 to 255, small enough to draw."""
    return _picture(pixels, {**headed(pixels.shape, pixels.dtype), "minimum": 0.0, "maximum": 255.0})


def _whole(values: Array) -> list[Json]:
    return cast("list[Json]", values.round().astype(int).tolist())


def _series(sample: Array, facts: ArrayFacts) -> list[Json]:
    """A part of an array as a series (steps, at most 3 features)."""
    return _plain(_fewer(sample, 0)[:, :3])


def _vector(sample: Array, facts: ArrayFacts) -> list[Json]:
    return _plain(_fewer(np.asarray(sample).reshape(-1), 0))


def _fewer(sample: Array, axis: int) -> Array:
    size = sample.shape[axis]
    if size <= MOST_SIZE:
        return sample
    return sample.take(np.linspace(0, size - 1, MOST_SIZE).astype(int), axis)


def _plain(values: Array) -> list[Json]:
    """Nested lists of numbers with four digits; None where there is no finite one."""

    def one(value: Nested) -> Json:
        if isinstance(value, list):
            return [one(item) for item in value]
        if isinstance(value, bool | int):
            return int(value)
        return float(f"{value:.4g}") if math.isfinite(value) else None

    return [one(value) for value in values.tolist()]
