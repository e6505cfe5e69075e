"""Images <-> arrays <-> files, and the transformations of one image.

Affine transformations need SciPy, pictures need Pillow; each says so when it is missing.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from .._files import files
from .._machine import config
from ..errors import DataError, FileError, SettingError, SettingTypeError, shorten

FILL_MODES = ("nearest", "constant", "reflect", "wrap")
_COLORS = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_RESAMPLING = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
_ENDINGS = ("jpg", "jpeg", "bmp", "png", "ppm", "tif", "tiff")


def _need(module: str, package: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"This image function needs {package}. Run: pip install {package}") from error


def check_data_format(data_format: str | None) -> str:
    """The layout, the default one for None; raises SettingError."""
    data_format = data_format or config.image_data_format()
    if data_format not in ("channels_first", "channels_last"):
        raise SettingError(
            where="data_format", expected="'channels_first' or 'channels_last'", found=shorten(data_format)
        )
    return data_format


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """A Pillow image from an array (H, W, C) with 1, 3 or 4 channels; scale: stretch its values to 0 ... 255.

    Raises DataError for another rank or number of channels.
    """
    image = _need("PIL.Image", "pillow")
    x = np.asarray(x, dtype or config.floatx())
    if x.ndim != 3:
        raise DataError(where="array_to_img", expected="an array of rank 3", found=f"shape {x.shape}")
    if check_data_format(data_format) == "channels_first":
        x = x.transpose(1, 2, 0)
    if x.shape[2] not in (1, 3, 4):
        raise DataError(where="array_to_img", expected="1, 3 or 4 channels", found=f"{x.shape[2]}")
    if scale:
        x = x - x.min()
        largest = x.max()
        x = (x / largest if largest else x) * 255
    if x.shape[2] > 1:
        return image.fromarray(x.astype("uint8"))
    return image.fromarray(x[:, :, 0].astype("int32" if x.max() > 255 else "uint8"))


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """A Pillow image (or array) as an array (H, W, C), or (C, H, W) for channels_first; float by default."""
    first = check_data_format(data_format) == "channels_first"
    x = np.asarray(img, dtype or config.floatx())
    if x.ndim == 2:
        return x[None] if first else x[..., None]
    if x.ndim != 3:
        raise DataError(where="img_to_array", expected="an image of rank 2 or 3", found=f"shape {x.shape}")
    return x.transpose(2, 0, 1) if first else x


def load_img(
    path: Any, grayscale: bool = False, color_mode: str = "rgb", target_size: Any = None, interpolation: str = "nearest"
) -> Any:
    """A Pillow image from a file; color_mode "grayscale", "rgb" or "rgba"; target_size (rows, columns).

    interpolation: nearest, bilinear, bicubic, hamming, box or lanczos. Raises SettingError, FileError.
    """
    image = _need("PIL.Image", "pillow")
    color_mode = "grayscale" if grayscale else color_mode
    if color_mode not in _COLORS:
        raise SettingError(where="load_img, color_mode", expected=", ".join(_COLORS), found=shorten(color_mode))
    if interpolation not in _RESAMPLING:
        expected = ", ".join(_RESAMPLING)
        raise SettingError(where="load_img, interpolation", expected=expected, found=shorten(interpolation))
    with files.open_regular(path) as file:
        try:
            img = image.open(file)
            deep = color_mode == "grayscale" and img.mode in ("I;16", "I")
            img = img.copy() if deep else img.convert(_COLORS[color_mode])
        except image.UnidentifiedImageError:
            raise FileError(file=str(path), expected="an image", found="another kind of file") from None
    if target_size is not None:
        rows, columns = target_size
        if img.size != (columns, rows):
            img = img.resize((columns, rows), getattr(image.Resampling, interpolation.upper()))
    return img


def save_img(
    path: Any, x: Any, data_format: str | None = None, file_format: str | None = None, scale: bool = True, **kwargs: Any
) -> None:
    """Write an array as a picture; the format by the path's ending or `file_format`; `kwargs` go to Pillow."""
    img = array_to_img(x, data_format, scale)
    if img.mode == "RGBA" and (file_format or Path(path).suffix[1:]).lower() in ("jpg", "jpeg"):
        img = img.convert("RGB")  # JPEG holds no transparency
    img.save(path, format="jpeg" if file_format == "jpg" else file_format, **kwargs)


def list_pictures(directory: Any, ext: Any = _ENDINGS) -> list[str]:
    """Paths of all pictures in a folder and those below it, sorted."""
    endings = tuple(f".{e.lower()}" for e in ((ext,) if isinstance(ext, str) else ext))
    return sorted(str(p) for p in Path(directory).rglob("*") if p.is_file() and p.suffix.lower() in endings)


def flip_axis(x: np.ndarray, axis: int) -> np.ndarray:
    """`x` mirrored along an axis."""
    return np.flip(x, axis)


def transform_matrix_offset_center(matrix: np.ndarray, x: float, y: float) -> np.ndarray:
    """A 3 x 3 matrix that does what `matrix` does, about the centre of an image of x rows and y columns."""
    row, column = x / 2.0 - 0.5, y / 2.0 - 0.5
    return (
        np.array([[1, 0, row], [0, 1, column], [0, 0, 1]])
        @ matrix
        @ np.array([[1, 0, -row], [0, 1, -column], [0, 0, 1]])
    )


def apply_affine_transform(
    x: np.ndarray,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 0,
    col_axis: int = 1,
    channel_axis: int = 2,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """One image turned by theta, then shifted by (tx, ty) pixels, sheared and zoomed, all about its centre.

    Angles in degrees. The matrix leads from places of the new image to those of the old. fill_mode: nearest, constant
    (cval), reflect or wrap; order: degree of the splines (0 to 5). Raises ImportError without SciPy.
    """
    if fill_mode not in FILL_MODES:
        raise SettingError(where="fill_mode", expected=", ".join(FILL_MODES), found=shorten(fill_mode))
    matrix = np.eye(3)
    if theta:
        a = np.deg2rad(theta)
        matrix = matrix @ [[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]
    if tx or ty:
        matrix = matrix @ [[1, 0, tx], [0, 1, ty], [0, 0, 1]]
    if shear:
        a = np.deg2rad(shear)
        matrix = matrix @ [[1, -np.sin(a), 0], [0, np.cos(a), 0], [0, 0, 1]]
    if zx != 1 or zy != 1:
        matrix = matrix @ np.diag([zx, zy, 1])
    if np.array_equal(matrix, np.eye(3)):
        return x
    ndimage = _need("scipy.ndimage", "scipy")
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    planes = np.moveaxis(x, (channel_axis, row_axis, col_axis), (0, 1, 2))
    moved = [
        ndimage.affine_transform(plane, matrix[:2, :2], matrix[:2, 2], order=order, mode=fill_mode, cval=cval)
        for plane in planes
    ]
    return np.moveaxis(np.stack(moved), (0, 1, 2), (channel_axis, row_axis, col_axis))


def random_rotation(
    x: np.ndarray, rg: float, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0,
    fill_mode: str = "nearest", cval: float = 0.0, interpolation_order: int = 1,
) -> np.ndarray:  # fmt: skip
    """One image turned by up to `rg` degrees to either side."""
    theta = np.random.uniform(-rg, rg)
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(x, theta, 0, 0, 0, 1, 1, *axes, fill_mode, cval, interpolation_order)


def random_shift(
    x: np.ndarray, wrg: float, hrg: float, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0,
    fill_mode: str = "nearest", cval: float = 0.0, interpolation_order: int = 1,
) -> np.ndarray:  # fmt: skip
    """One image shifted by up to the shares `wrg` of its width and `hrg` of its height."""
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(x, 0, tx, ty, 0, 1, 1, *axes, fill_mode, cval, interpolation_order)


def random_shear(
    x: np.ndarray, intensity: float, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0,
    fill_mode: str = "nearest", cval: float = 0.0, interpolation_order: int = 1,
) -> np.ndarray:  # fmt: skip
    """One image sheared by up to `intensity` degrees to either side."""
    shear = np.random.uniform(-intensity, intensity)
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(x, 0, 0, 0, shear, 1, 1, *axes, fill_mode, cval, interpolation_order)


def random_zoom(
    x: np.ndarray, zoom_range: Any, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0,
    fill_mode: str = "nearest", cval: float = 0.0, interpolation_order: int = 1,
) -> np.ndarray:  # fmt: skip
    """One image zoomed, rows and columns apart, by factors from (lowest, highest)."""
    if len(zoom_range) != 2:
        raise SettingError(where="zoom_range", expected="two numbers", found=shorten(zoom_range))
    zx, zy = (1, 1) if tuple(zoom_range) == (1, 1) else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    axes = (row_axis, col_axis, channel_axis)
    return apply_affine_transform(x, 0, 0, 0, 0, zx, zy, *axes, fill_mode, cval, interpolation_order)


def apply_channel_shift(x: np.ndarray, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """`intensity` added to every channel, cut off at the image's own least and largest value."""
    return np.clip(x + intensity, x.min(), x.max())


def random_channel_shift(x: np.ndarray, intensity_range: float, channel_axis: int = 0) -> np.ndarray:
    """A channel shift of up to `intensity_range` up or down."""
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis)


def apply_brightness_shift(x: np.ndarray, brightness: float) -> np.ndarray:
    """An image (H, W, C), stretched to 0 ... 255 and its brightness multiplied by `brightness`."""
    enhance = _need("PIL.ImageEnhance", "pillow")
    return img_to_array(enhance.Brightness(array_to_img(x, "channels_last")).enhance(brightness), "channels_last")


def random_brightness(x: np.ndarray, brightness_range: Any) -> np.ndarray:
    """An image with its brightness multiplied by a factor from (lowest, highest)."""
    if len(brightness_range) != 2:
        raise SettingTypeError(where="brightness_range", expected="two numbers", found=shorten(brightness_range))
    return apply_brightness_shift(x, np.random.uniform(*brightness_range))
