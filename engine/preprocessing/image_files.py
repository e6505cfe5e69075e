"""Pictures: images as arrays, in files and in Pillow, which each function asks for when it is missing."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from .._declared.keras1 import accepts_old
from .._files.pictures import read_picture
from .._machine import config
from .._machine.arrays import as_array
from ..errors import DataError, SettingError, shorten
from ..types import Array, ArrayLike, DTypeLike

if TYPE_CHECKING:
    from PIL.Image import Image

DataFormat: TypeAlias = Literal["channels_first", "channels_last"]
ColorMode: TypeAlias = Literal["grayscale", "rgb", "rgba"]
Interpolation: TypeAlias = Literal["nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"]
File: TypeAlias = "str | PathLike[str]"
_COLORS = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_RESAMPLING = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
_ENDINGS = ("jpg", "jpeg", "bmp", "png", "ppm", "tif", "tiff")


def optional_module(module: str, package: str) -> ModuleType:
    """A module that only some functions need. Raises ImportError with the command that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"This image function needs {package}. Run: pip install {package}") from error


def check_data_format(data_format: str | None) -> DataFormat:
    """The layout, the default one for None. Raises SettingError.

    >>> check_data_format(None)
    'channels_last'
    """
    layout = data_format or config.image_data_format()
    if layout in ("channels_first", "channels_last"):
        return layout
    raise SettingError(where="data_format", expected="'channels_first' or 'channels_last'", actual=shorten(layout))


@accepts_old("array_to_img")
def array_to_img(
    x: ArrayLike, data_format: DataFormat | None = None, scale: bool = True, dtype: DTypeLike | None = None
) -> Image:
    """An array as a Pillow image.

    Args:
        x: an image (H, W, C), or (C, H, W) with "channels_first", with 1, 3 or 4 channels.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        scale: whether values are stretched to 0 ... 255, which is so by default.
        dtype: the type in which it is computed; None (the default) takes `floatx()`.

    Returns:
        A Pillow image in grey, RGB or RGBA.

    Raises:
        DataError: another number of axes or channels.
        ImportError: Pillow is missing.

    Example:
        >>> array_to_img(np.zeros((2, 3, 1))).size
        (3, 2)
    """
    image = optional_module("PIL.Image", "pillow")
    array = np.asarray(x, dtype or config.floatx())
    if array.ndim != 3:
        raise DataError(where="array_to_img", expected="an array of rank 3", actual=f"shape {array.shape}")
    if check_data_format(data_format) == "channels_first":
        array = array.transpose(1, 2, 0)
    if array.shape[2] not in (1, 3, 4):
        raise DataError(where="array_to_img", expected="1, 3 or 4 channels", actual=f"{array.shape[2]}")
    if scale:
        array = array - array.min()
        largest = array.max()
        array = (array / largest if largest else array) * 255
    if array.shape[2] > 1:
        return image.fromarray(array.astype("uint8"))
    return image.fromarray(array[:, :, 0].astype("int32" if array.max() > 255 else "uint8"))


@accepts_old("img_to_array")
def img_to_array(
    img: Image | ArrayLike, data_format: DataFormat | None = None, dtype: DTypeLike | None = None
) -> Array:
    """A Pillow image as an array.

    Args:
        img: a Pillow image, or an array of two or three axes.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        dtype: the type of the result; None (the default) takes `floatx()`.

    Returns:
        (H, W, C), or (C, H, W) with "channels_first".

    Raises:
        DataError: another number of axes.

    Example:
        >>> img_to_array([[0, 255]]).shape
        (1, 2, 1)
    """
    first = check_data_format(data_format) == "channels_first"
    x = as_array(img, "img_to_array", dtype or config.floatx())
    if x.ndim == 2:
        return x[None] if first else x[..., None]
    if x.ndim != 3:
        raise DataError(where="img_to_array", expected="an image of rank 2 or 3", actual=f"shape {x.shape}")
    return x.transpose(2, 0, 1) if first else x


def rows_and_columns(target_size: object, where: str) -> tuple[int, int]:
    """Two whole numbers. Raises SettingError."""
    sizes = list(target_size) if isinstance(target_size, (tuple, list, np.ndarray)) else []
    if len(sizes) != 2 or not all(isinstance(size, (int, np.integer)) and size > 0 for size in sizes):
        raise SettingError(
            where=f"{where}, target_size", expected="rows and columns, as (150, 200)", actual=shorten(target_size)
        )
    return int(sizes[0]), int(sizes[1])


def load_img(
    path: File,
    grayscale: bool = False,
    color_mode: ColorMode | tuple[int, int] = "rgb",
    target_size: tuple[int, int] | Interpolation | None = None,
    interpolation: Interpolation = "nearest",
) -> Image:
    """A Pillow image from a file.

    Args:
        path: the file.
        grayscale: True is `color_mode` "grayscale", as in Keras's older versions; False by default.
        color_mode: "rgb" (the default), "grayscale" or "rgba". Rows and columns in its place are the `target_size`, as
            Keras until 2.2.2 had it there, and what follows them is the `interpolation`.
        target_size: rows and columns to which it is resized; None (the default) leaves its size.
        interpolation: how it is resized: "nearest" (the default), "bilinear", "bicubic", "hamming", "box" or "lanczos".

    Returns:
        The image; `img_to_array` makes an array of it.

    Raises:
        SettingError: an unknown colour mode or interpolation.
        FileError: there is no such file, or it is no picture.
        ImportError: Pillow is missing.

    Example:
        >>> load_img("picture.png", color_mode="cmyk")
        Traceback (most recent call last):
        engine.errors.SettingError: load_img, color_mode: expected grayscale, rgb, rgba, found 'cmyk'.
    """
    image = optional_module("PIL.Image", "pillow")
    if not isinstance(color_mode, str):
        resampling = target_size if isinstance(target_size, str) else interpolation
        return load_img(path, grayscale, "rgb", color_mode, resampling)
    color_mode = "grayscale" if grayscale else color_mode
    if color_mode not in _COLORS:
        raise SettingError(where="load_img, color_mode", expected=", ".join(_COLORS), actual=shorten(color_mode))
    if interpolation not in _RESAMPLING:
        expected = ", ".join(_RESAMPLING)
        raise SettingError(where="load_img, interpolation", expected=expected, actual=shorten(interpolation))

    def converted(picture: Image) -> Image:
        deep = color_mode == "grayscale" and picture.mode in ("I;16", "I")
        return picture.copy() if deep else picture.convert(_COLORS[color_mode])

    img = read_picture(path, converted)
    if target_size is not None:
        rows, columns = rows_and_columns(target_size, "load_img")
        if img.size != (columns, rows):
            img = img.resize((columns, rows), getattr(image.Resampling, interpolation.upper()))
    return img


def save_img(
    path: File,
    x: ArrayLike,
    data_format: DataFormat | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: object,
) -> None:
    """Write an array as a picture.

    Args:
        path: the file.
        x: an image (H, W, C), or (C, H, W) with "channels_first".
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        file_format: "png", "jpeg" ...; None (the default) takes the path's ending.
        scale: whether values are stretched to 0 ... 255, which is so by default.
        **kwargs: options of Pillow's `Image.save`.

    Raises:
        DataError: another number of axes or channels.
        ImportError: Pillow is missing.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_img(f"{folder}/grey.png", np.zeros((2, 3, 1)))
        ...     load_img(f"{folder}/grey.png", grayscale=True).size
        (3, 2)
    """
    img = array_to_img(x, data_format, scale)
    if img.mode == "RGBA" and (file_format or Path(path).suffix[1:]).lower() in ("jpg", "jpeg"):
        img = img.convert("RGB")  # JPEG holds no transparency
    img.save(path, format="jpeg" if file_format == "jpg" else file_format, **kwargs)


def list_pictures(directory: File, ext: str | Sequence[str] = _ENDINGS) -> list[str]:
    """Paths of all pictures in a folder and in those below it.

    Args:
        directory: the folder.
        ext: an ending or several, without the dot; those of JPEG, BMP, PNG, PPM and TIFF by default.

    Returns:
        The paths, sorted.

    Example:
        >>> list_pictures("no folder of this name")
        []
    """
    endings = tuple(f".{e.lower()}" for e in ((ext,) if isinstance(ext, str) else ext))
    return sorted(
        str(p) for p in Path(os.fsdecode(directory)).rglob("*") if p.is_file() and p.suffix.lower() in endings
    )
