"""A sample that a person gives by hand, as the network's arrays have their samples: drawn, dropped, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.types import Array

from ..messages import TryForm
from ..refused import Refused
from ..words import results as say
from .array_facts import FEW_LOOKED_AT, of_rows

# A picture that a page sends is at most so large on a side.
MOST_SIDE = 2048
# Of longer samples the numbers are not typed.
MOST_TYPED = 4096
# Numbers of a sample that are shown as an example of what is typed.
MOST_EXAMPLE = 8
_LOOKED_AT = 64
_INK = 0.25


def form_of(array: Array) -> TryForm | None:
    """How a sample of an array can be given by hand; None where it is too large to be.

    Args:
        array: the samples (N, ...) of the model's only input.
    """
    kind, shape = of_rows(array, FEW_LOOKED_AT)["kind"], array.shape[1:]
    form: TryForm = {
        "kind": "numbers",
        "height": 0,
        "width": 0,
        "colours": False,
        "columns": [],
        "numbers": 0,
        "says": "",
    }
    if kind == "pictures" and len(shape) <= 3:
        height, width, channels = _sizes(shape)
        low, high = _range(array)
        says = say.reads_pictures(height, width, low, high)
        return {**form, "kind": "picture", "height": height, "width": width, "colours": channels >= 3, "says": says}
    count = int(np.prod(shape, dtype=np.int64))
    if count > MOST_TYPED:
        return None
    return {**form, "numbers": count, "says": say.reads_numbers(count)}


def pixels_of(message: Mapping[str, Any]) -> Array:
    """The picture that came with a message, uint8 (H, W, 4). Raises Refused."""
    height, width, buffers = message.get("height"), message.get("width"), message.get("buffers") or []
    sizes_fit = all(isinstance(size, int) and 0 < size <= MOST_SIDE for size in (height, width))
    content = bytes(buffers[0]) if buffers else b""
    if not sizes_fit or not isinstance(height, int) or not isinstance(width, int) or len(content) != height * width * 4:
        raise Refused(say.NO_PICTURE_CAME)
    return np.frombuffer(content, np.uint8).reshape(height, width, 4)


def picture_for(array: Array, pixels: Array, drawn: bool) -> Array:
    """A picture as a sample of an array: of its size, its number of channels and its range.

    Args:
        array: the samples (N, ...), which are pictures.
        pixels: uint8 (H, W, 4), red, green, blue and opacity.
        drawn: whether it is a drawing, whose opacity is ink: it is moved to the middle and made as large as those of the data.

    Returns:
        (1, ...) of the array's dtype.
    """
    from PIL import Image

    shape = array.shape[1:]
    height, width, channels = _sizes(shape)
    low, high = _range(array)
    if drawn:
        some = _some(array, channels)
        # Where most of a picture is light, ink is dark.
        inverted = bool(len(some)) and float(np.median(some)) > (low + high) / 2
        share = _share_of_ink(np.abs(some - (high if inverted else low)) / ((high - low) or 1.0))
        ink = _placed(pixels[..., 3].astype(np.float64) / 255, height, width, share)
        levels = np.repeat((1 - ink if inverted else ink)[..., None], channels, -1)
    else:
        shown = Image.fromarray(pixels, "RGBA").convert("RGB" if channels >= 3 else "L")
        levels = (
            np.asarray(shown.resize((width, height), Image.Resampling.BOX), np.float64).reshape(height, width, -1) / 255
        )
        extra = channels - levels.shape[-1]
        levels = np.concatenate([levels, np.ones((height, width, extra))], -1) if extra > 0 else levels[..., :channels]
    values = low + levels * (high - low)
    if array.dtype.kind in "iu":
        values = np.rint(values)
    ordered = np.moveaxis(values, -1, 0) if _channels_first(shape) else values
    return ordered.reshape(1, *shape).astype(array.dtype)


def example_of(array: Array) -> str:
    """The first sample's numbers as they are typed; some of them where there are many."""
    numbers = np.asarray(array[[0]]).reshape(-1)
    text = " ".join(f"{float(number):.4g}" for number in numbers[:MOST_EXAMPLE])
    return f"{text} …" if numbers.size > MOST_EXAMPLE else text


def numbers_for(array: Array, text: object, field: str = "numbers") -> Array:
    """Typed numbers as a sample of an array (1, ...). Raises Refused, which names the field, where there are not as many."""
    words = re.split(r"[\s,;]+", str(text).strip()) if str(text).strip() else []
    count = int(np.prod(array.shape[1:], dtype=np.int64))
    if len(words) > MOST_TYPED or len(words) != count:
        raise Refused(say.other_count_of_numbers(len(words), count), field=field)
    try:
        values = np.array([float(word) for word in words])
    except ValueError as error:
        raise Refused(say.no_numbers(str(error)), field=field) from None
    return values.reshape(1, *array.shape[1:]).astype(array.dtype if array.dtype.kind in "iuf" else np.float32)


def _sizes(shape: tuple[int, ...]) -> tuple[int, int, int]:
    if len(shape) == 2:
        return shape[0], shape[1], 1
    return (shape[1], shape[2], shape[0]) if _channels_first(shape) else (shape[0], shape[1], shape[2])


def _channels_first(shape: tuple[int, ...]) -> bool:
    return len(shape) == 3 and shape[-1] not in (1, 3, 4) and shape[0] in (1, 3)


def _range(array: Array) -> tuple[float, float]:
    facts = of_rows(array, FEW_LOOKED_AT)
    low, high = facts["minimum"], facts["maximum"]
    return (0.0, 1.0) if low is None or high is None or not high > low else (low, high)


def _some(array: Array, channels: int) -> Array:
    """Some samples as (n, H, W), the mean of their channels."""
    rows = np.unique(np.linspace(0, len(array) - 1, min(len(array), _LOOKED_AT)).astype(np.int64))
    some = np.asarray(array[rows.tolist()], np.float64)
    if some.ndim == 4:
        some = some.mean(1 if _channels_first(array.shape[1:]) else -1)
    return some


def _share_of_ink(ink: Array) -> float:
    """Which share of a side the drawings of the data take, at the median."""
    boxes = [(*_box(one), *one.shape) for one in ink]
    shares = [max((bottom - top) / rows, (right - left) / columns) for top, bottom, left, right, rows, columns in boxes]
    return float(np.clip(np.median(shares), 0.3, 1.0)) if shares else 1.0


def _box(ink: Array) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what is drawn; all of it where nothing is."""
    there = ink > _INK
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    if not len(rows):
        return 0, ink.shape[0], 0, ink.shape[1]
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _placed(ink: Array, height: int, width: int, share: float) -> Array:
    """A drawing in the middle of a sample, with its longer side at a share of the sample's."""
    from PIL import Image

    top, bottom, left, right = _box(ink)
    cut = ink[top:bottom, left:right]
    scale = share * min(height / cut.shape[0], width / cut.shape[1])
    # Drawn large first, so that it may lie between two pixels.
    fine = 8
    rows, columns = (max(1, round(size * scale * fine)) for size in cut.shape)
    small = Image.fromarray((255 * cut).astype(np.uint8)).resize((columns, rows), Image.Resampling.BOX)
    whole = np.zeros((height * fine, width * fine))
    down, across = (height * fine - rows) // 2, (width * fine - columns) // 2
    whole[down : down + rows, across : across + columns] = np.asarray(small, np.float64) / 255
    return whole.reshape(height, fine, width, fine).mean((1, 3))
