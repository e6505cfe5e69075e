"""Names of `tf.image` and `tf.io` on arrays: pictures as (H, W, C) or (N, H, W, C), and files of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .._files.pictures import read_picture_bytes
from .._machine.random import draw_seed
from ..errors import DataError, SettingError
from ..types import DTypeLike
from .functions import resized
from .values import TensorLike, TensorValue, eager, value_of

_GREY = (0.2989, 0.5870, 0.1140)  # as TensorFlow weighs red, green and blue


def _array(image: Any) -> Any:
    return np.asarray(value_of(image))


def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: str | None = None) -> Any:
    """Pictures in another number type: whole numbers stand for 0 to their largest, floats for 0 to 1."""
    x, kind = _array(image), np.dtype(dtype)
    if x.dtype == kind:
        return eager(x)
    if kind.kind == "f":
        return eager(x.astype(kind) / (np.iinfo(x.dtype).max if x.dtype.kind in "iu" else 1))
    if x.dtype.kind == "f":
        scaled = x * (np.iinfo(kind).max + 0.5)
        return eager(np.clip(scaled, 0, np.iinfo(kind).max).astype(kind) if saturate else scaled.astype(kind))
    return eager((x.astype("float64") / np.iinfo(x.dtype).max * np.iinfo(kind).max).astype(kind))


def flip_left_right(image: TensorLike) -> TensorValue:
    """Pictures mirrored from left to right."""
    return eager(_array(image)[..., ::-1, :])


def flip_up_down(image: TensorLike) -> TensorValue:
    """Pictures upside down."""
    return eager(_array(image)[..., ::-1, :, :])


def rot90(image: TensorLike, k: int = 1, name: str | None = None) -> TensorValue:
    """Pictures turned counter-clockwise by k quarters."""
    return eager(np.rot90(_array(image), k, (-3, -2)))


def rgb_to_grayscale(images: TensorLike, name: str | None = None) -> TensorValue:
    """Grey pictures of coloured ones, with one channel."""
    x = _array(images)
    grey = (x.astype("float32") * np.asarray(_GREY, "float32")).sum(-1, keepdims=True)
    return eager(grey.astype(x.dtype))


def grayscale_to_rgb(images: TensorLike, name: str | None = None) -> TensorValue:
    """Pictures with three equal channels."""
    return eager(np.repeat(_array(images), 3, -1))


def central_crop(image: TensorLike, central_fraction: float) -> TensorValue:
    """The middle of pictures: this share of both sides."""
    x = _array(image)
    top, left = (int((size - size * central_fraction) / 2) for size in x.shape[-3:-1])
    return eager(x[..., top : x.shape[-3] - top, left : x.shape[-2] - left, :])


def crop_to_bounding_box(
    image: TensorLike, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> TensorValue:
    """A part of pictures, from a row and a column on."""
    x = _array(image)
    return eager(x[..., offset_height : offset_height + target_height, offset_width : offset_width + target_width, :])


def resize_with_crop_or_pad(image: TensorLike, target_height: int, target_width: int) -> TensorValue:
    """Pictures cut, or framed with 0, to a size, around their middle."""
    x = _array(image)
    for axis, target in ((-3, int(target_height)), (-2, int(target_width))):
        size = x.shape[axis]
        if size >= target:
            start = (size - target) // 2
            x = np.take(x, np.arange(start, start + target), axis)
        else:
            before = (target - size) // 2
            widths = [(0, 0)] * x.ndim
            widths[axis] = (before, target - size - before)
            x = np.pad(x, widths)
    return eager(x)


def adjust_brightness(image: TensorLike, delta: float) -> TensorValue:
    """Pictures with a number added; of whole numbers a share of the largest."""
    x = _array(image)
    if x.dtype.kind == "f":
        return eager(x + np.asarray(delta, x.dtype))
    return convert_image_dtype(convert_image_dtype(x, "float32") + np.float32(delta), x.dtype, saturate=True)


def adjust_contrast(images: TensorLike, contrast_factor: float) -> TensorValue:
    """(x - mean) * factor + mean, with the mean of each channel of each picture."""
    x = _array(images)
    real = x.astype("float32")
    mean = real.mean((-3, -2), keepdims=True)
    made = (real - mean) * contrast_factor + mean
    return eager(made if x.dtype.kind == "f" else np.clip(np.round(made), 0, np.iinfo(x.dtype).max).astype(x.dtype))


def adjust_saturation(image: TensorLike, saturation_factor: float, name: str | None = None) -> TensorValue:
    """Colours farther from grey, or nearer to it: the saturation of HSV times a factor, 1 at most."""
    x = _array(image)
    real = np.asarray(convert_image_dtype(x, "float32"))
    top, low = real.max(-1, keepdims=True), real.min(-1, keepdims=True)
    saturation = np.where(top > 0, (top - low) / np.where(top > 0, top, 1), 0)
    wanted = np.clip(saturation * saturation_factor, 0, 1)
    ratio = np.where(saturation > 0, wanted / np.where(saturation > 0, saturation, 1), 0)
    return convert_image_dtype(top - (top - real) * ratio, x.dtype, saturate=True)


def per_image_standardization(image: TensorLike) -> TensorValue:
    """Pictures with mean 0 and deviation 1, which is 1 / sqrt(number of elements) at least."""
    x = _array(image).astype("float32")
    axes = (-3, -2, -1)
    least = 1 / np.sqrt(np.prod(x.shape[-3:]))
    return eager((x - x.mean(axes, keepdims=True)) / np.maximum(x.std(axes, keepdims=True), least))


def _rng(seed: object) -> np.random.Generator:
    return np.random.default_rng(draw_seed() if seed is None else [int(n) for n in np.ravel(value_of(seed))])


def random_flip_left_right(image: TensorLike, seed: TensorLike | None = None) -> TensorValue:
    """Pictures of which each is mirrored or not."""
    x, rng = _array(image), _rng(seed)
    chosen = rng.random(x.shape[:-3]) < 0.5
    return eager(np.where(chosen[..., None, None, None], x[..., ::-1, :], x))


def random_flip_up_down(image: TensorLike, seed: TensorLike | None = None) -> TensorValue:
    """Pictures of which each is turned upside down or not."""
    x, rng = _array(image), _rng(seed)
    chosen = rng.random(x.shape[:-3]) < 0.5
    return eager(np.where(chosen[..., None, None, None], x[..., ::-1, :, :], x))


def random_brightness(image: TensorLike, max_delta: float, seed: TensorLike | None = None) -> TensorValue:
    """Pictures made darker or brighter, up to a number."""
    return adjust_brightness(image, float(_rng(seed).uniform(-max_delta, max_delta)))


def random_contrast(image: TensorLike, lower: float, upper: float, seed: TensorLike | None = None) -> TensorValue:
    """Pictures with another contrast, by a factor of a range."""
    return adjust_contrast(image, float(_rng(seed).uniform(lower, upper)))


def random_saturation(image: TensorLike, lower: float, upper: float, seed: TensorLike | None = None) -> TensorValue:
    """Pictures with another saturation, by a factor of a range."""
    return adjust_saturation(image, float(_rng(seed).uniform(lower, upper)))


def random_crop(
    value: TensorLike, size: TensorLike, seed: TensorLike | None = None, name: str | None = None
) -> TensorValue:
    """A part of a size, somewhere."""
    x, rng = _array(value), _rng(seed)
    sizes = [int(n) for n in np.ravel(value_of(size))]
    if any(n > m for n, m in zip(sizes, x.shape, strict=True)):
        raise DataError(where="random_crop", expected=f"at least {tuple(sizes)}", actual=str(x.shape))
    starts = [int(rng.integers(m - n + 1)) for n, m in zip(sizes, x.shape, strict=True)]
    return eager(x[tuple(slice(s, s + n) for s, n in zip(starts, sizes, strict=True))])


def read_file(filename: TensorLike, name: str | None = None) -> TensorValue:
    """The bytes of a file."""
    path = np.asarray(value_of(filename), object)[()]
    data = Path(path.decode("utf-8") if isinstance(path, bytes) else str(path)).read_bytes()
    return eager(np.asarray(data, object))


def decode_image(contents: TensorLike, channels: int = 0, dtype: DTypeLike = "uint8", **_: object) -> TensorValue:
    """The picture that bytes of a file hold, (H, W, C).

    Args:
        contents: the bytes, as `tf.io.read_file` gives them.
        channels: 1 grey, 3 coloured, 4 with opacity; 0, the default: as the file has them.
        dtype: of the numbers.
        **_: accepted as in TensorFlow.

    Raises:
        SettingError: another number of channels.
        DataError: it is something else than bytes.
        FileError: the bytes are no picture, or a broken one.
    """
    modes = {0: None, 1: "L", 3: "RGB", 4: "RGBA"}
    if channels not in modes:
        raise SettingError(where="decode_image, channels", expected="0, 1, 3 or 4", actual=repr(channels))
    data = np.asarray(value_of(contents), object)[()]
    if not isinstance(data, bytes):
        raise DataError(where="decode_image", expected="the bytes of a picture", actual=type(data).__name__)

    def pixels(opened: Any) -> Any:
        return np.asarray(
            opened.convert(modes[channels] or (opened.mode if opened.mode in ("L", "RGB", "RGBA") else "RGB"))
        )

    picture = read_picture_bytes(data, pixels)
    picture = picture[..., None] if picture.ndim == 2 else picture
    return convert_image_dtype(picture, dtype) if np.dtype(dtype) != picture.dtype else eager(picture)


IMAGE: dict[str, object] = {
    "resize": resized,
    **{
        function.__name__: function
        for function in (
            adjust_brightness, adjust_contrast, adjust_saturation, central_crop, convert_image_dtype, crop_to_bounding_box,
            decode_image, flip_left_right, flip_up_down, grayscale_to_rgb, per_image_standardization, random_brightness,
            random_contrast, random_crop, random_flip_left_right, random_flip_up_down, random_saturation,
            resize_with_crop_or_pad, rgb_to_grayscale, rot90,
        )
    },
    **{f"decode_{kind}": decode_image for kind in ("bmp", "gif", "jpeg", "png")},
    **{f"stateless_{f.__name__}": f for f in (random_brightness, random_contrast, random_crop, random_flip_left_right)},
}  # fmt: skip
IO: dict[str, object] = {
    "read_file": read_file,
    **{f"decode_{kind}": decode_image for kind in ("bmp", "gif", "image", "jpeg", "png")},
}
