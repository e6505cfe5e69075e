"""Images <-> arrays <-> files, and the transformations of one image.

Affine transformations need SciPy, pictures need Pillow; each says so when it is missing.
"""

from __future__ import annotations

import importlib
import os
import struct
import zlib
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np

from .._files import files
from .._files.guards import cut
from .._machine import config
from ..errors import DataError, FileError, SettingError, SettingTypeError, shorten
from ..types import Array, ArrayLike, DTypeLike

if TYPE_CHECKING:
    from PIL.Image import Image

DataFormat: TypeAlias = Literal["channels_first", "channels_last"]
ColorMode: TypeAlias = Literal["grayscale", "rgb", "rgba"]
FillMode: TypeAlias = Literal["nearest", "constant", "reflect", "wrap"]
Interpolation: TypeAlias = Literal["nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"]
File: TypeAlias = "str | PathLike[str]"
FILL_MODES = ("nearest", "constant", "reflect", "wrap")
_COLORS = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_RESAMPLING = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
# Those that Pillow reads by itself; EPS and the like would start another program.
_FORMATS = ("BMP", "DIB", "GIF", "ICO", "JPEG", "JPEG2000", "PCX", "PNG", "PPM", "SGI", "TGA", "TIFF", "WEBP")
_LARGEST_RATIO = 200
_FREE_OF_RATIO = 64 * 2**20
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    OverflowError,
    struct.error,
    zlib.error,
    EOFError,
)
_ENDINGS = ("jpg", "jpeg", "bmp", "png", "ppm", "tif", "tiff")


class Random(Protocol):
    """What numbers are drawn from: the module `numpy.random`, which is NumPy's global state, or a RandomState."""

    def uniform(self, low: float, high: float, /) -> float:
        """A number from `low` to `high`."""
        ...

    def random_sample(self) -> float:
        """A number from 0 to 1."""
        ...

    def choice(self, a: ArrayLike, /) -> Any:
        """One of several numbers; a whole number n stands for 0 to n - 1."""
        ...

    def permutation(self, x: int, /) -> Array:
        """The whole numbers below `x` in an order by chance."""
        ...


def _need(module: str, package: str) -> ModuleType:
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


def array_to_img(
    x: ArrayLike, data_format: DataFormat | None = None, scale: bool = True, dtype: DTypeLike | None = None
) -> Image:
    """A Pillow image from an array (H, W, C) with 1, 3 or 4 channels; scale: stretch its values to 0 ... 255.

    Raises DataError for another rank or number of channels.

    >>> array_to_img(np.zeros((2, 3, 1))).size
    (3, 2)
    """
    image = _need("PIL.Image", "pillow")
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


def img_to_array(
    img: Image | ArrayLike, data_format: DataFormat | None = None, dtype: DTypeLike | None = None
) -> Array:
    """A Pillow image (or array) as an array (H, W, C), or (C, H, W) for channels_first; float by default.

    Raises DataError for a rank other than 2 and 3.

    >>> img_to_array([[0, 255]]).shape
    (1, 2, 1)
    """
    first = check_data_format(data_format) == "channels_first"
    x = np.asarray(img, dtype or config.floatx())
    if x.ndim == 2:
        return x[None] if first else x[..., None]
    if x.ndim != 3:
        raise DataError(where="img_to_array", expected="an image of rank 2 or 3", actual=f"shape {x.shape}")
    return x.transpose(2, 0, 1) if first else x


def load_img(
    path: File,
    grayscale: bool = False,
    color_mode: ColorMode = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: Interpolation = "nearest",
) -> Image:
    """A Pillow image from a file; color_mode "grayscale", "rgb" or "rgba"; target_size (rows, columns).

    interpolation: nearest, bilinear, bicubic, hamming, box or lanczos. Raises SettingError, FileError.

    >>> load_img("picture.png", color_mode="cmyk")
    Traceback (most recent call last):
    engine.errors.SettingError: load_img, color_mode: expected grayscale, rgb, rgba, found 'cmyk'.
    """
    image = _need("PIL.Image", "pillow")
    color_mode = "grayscale" if grayscale else color_mode
    if color_mode not in _COLORS:
        raise SettingError(where="load_img, color_mode", expected=", ".join(_COLORS), actual=shorten(color_mode))
    if interpolation not in _RESAMPLING:
        expected = ", ".join(_RESAMPLING)
        raise SettingError(where="load_img, interpolation", expected=expected, actual=shorten(interpolation))
    with files.open_regular(path) as file:
        try:
            image.init()
            img = image.open(file, formats=[form for form in _FORMATS if form in image.OPEN])
            _check_size(img, os.fspath(path), os.fstat(file.fileno()).st_size)
            deep = color_mode == "grayscale" and img.mode in ("I;16", "I")
            img = img.copy() if deep else img.convert(_COLORS[color_mode])
        except image.UnidentifiedImageError:
            expected = f"an image ({', '.join(_FORMATS)})"
            raise FileError(file=str(path), expected=expected, actual="another kind of file") from None
        except FileError:
            raise
        except (image.DecompressionBombError, *_BROKEN) as error:
            raise FileError(file=str(path), expected="a whole image", actual=cut(str(error))) from None
    if target_size is not None:
        rows, columns = target_size
        if img.size != (columns, rows):
            img = img.resize((columns, rows), getattr(image.Resampling, interpolation.upper()))
    return img


def _check_size(img: Image, path: str, stored: int) -> None:
    """Refuse a small file that unfolds to a huge picture, before it does. Raises FileError."""
    columns, rows = img.size
    nbytes = columns * rows * 4
    if nbytes > max(_FREE_OF_RATIO, _LARGEST_RATIO * stored):
        actual = f"{columns} x {rows} pixels out of {stored} bytes"
        raise FileError(file=path, expected=f"at most {_LARGEST_RATIO} bytes out of each stored one", actual=actual)


def save_img(
    path: File,
    x: ArrayLike,
    data_format: DataFormat | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: object,
) -> None:
    """Write an array as a picture; the format by the path's ending or `file_format`; `kwargs` go to Pillow.

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
    """Paths of all pictures in a folder and those below it, sorted. ext: endings without the dot.

    >>> list_pictures("no folder of this name")
    []
    """
    endings = tuple(f".{e.lower()}" for e in ((ext,) if isinstance(ext, str) else ext))
    return sorted(str(p) for p in Path(directory).rglob("*") if p.is_file() and p.suffix.lower() in endings)


def flip_axis(x: Array, axis: int) -> Array:
    """`x` mirrored along an axis.

    >>> flip_axis(np.array([[1, 2], [3, 4]]), 0).tolist()
    [[3, 4], [1, 2]]
    """
    return np.flip(x, axis)


def transform_matrix_offset_center(matrix: Array, x: float, y: float) -> Array:
    """A 3 x 3 matrix that does what `matrix` does, about the centre of an image of x rows and y columns.

    >>> transform_matrix_offset_center(np.diag([2, 2, 1]), 3, 5).tolist()
    [[2.0, 0.0, -1.0], [0.0, 2.0, -2.0], [0.0, 0.0, 1.0]]
    """
    row, column = x / 2.0 - 0.5, y / 2.0 - 0.5
    return (
        np.array([[1, 0, row], [0, 1, column], [0, 0, 1]])
        @ matrix
        @ np.array([[1, 0, -row], [0, 1, -column], [0, 0, 1]])
    )


def apply_affine_transform(
    x: Array,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 0,
    col_axis: int = 1,
    channel_axis: int = 2,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> Array:
    """One image turned by theta, then shifted by (tx, ty) pixels, sheared and zoomed, all about its centre.

    Angles in degrees. The matrix leads from positions in the new image to those in the old. fill_mode: nearest, constant
    (cval), reflect or wrap; order: degree of the splines (0 to 5). Raises SettingError, and ImportError without SciPy.

    >>> apply_affine_transform(np.array([[[1.0], [2.0]]]), ty=1, order=0).ravel().tolist()
    [2.0, 2.0]
    """
    if fill_mode not in FILL_MODES:
        raise SettingError(where="fill_mode", expected=", ".join(FILL_MODES), actual=shorten(fill_mode))
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


class _Around(NamedTuple):
    """The axes of an image, and what lies around it: what the four random movements below have alike."""

    row_axis: int
    col_axis: int
    channel_axis: int
    fill_mode: FillMode
    cval: float
    order: int

    def moved(
        self, x: Array, theta: float = 0, tx: float = 0, ty: float = 0, shear: float = 0, zx: float = 1, zy: float = 1
    ) -> Array:
        """The image moved as `apply_affine_transform` does."""
        return apply_affine_transform(x, theta, tx, ty, shear, zx, zy, *self)


def random_rotation(
    x: Array,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """One image turned by up to `rg` degrees to either side.

    >>> random_rotation(np.ones((1, 4, 4)), 20).shape
    (1, 4, 4)
    """
    around = _Around(row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    return around.moved(x, theta=np.random.uniform(-rg, rg))


def random_shift(
    x: Array,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """One image shifted by up to the shares `wrg` of its width and `hrg` of its height.

    >>> random_shift(np.ones((1, 4, 4)), 0.5, 0.5).shape
    (1, 4, 4)
    """
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    around = _Around(row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    return around.moved(x, tx=tx, ty=ty)


def random_shear(
    x: Array,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """One image sheared by up to `intensity` degrees to either side.

    >>> random_shear(np.ones((1, 4, 4)), 20).shape
    (1, 4, 4)
    """
    around = _Around(row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    return around.moved(x, shear=np.random.uniform(-intensity, intensity))


def random_zoom(
    x: Array,
    zoom_range: Sequence[float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: FillMode = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """One image zoomed, rows and columns apart, by factors from (lowest, highest). Raises SettingError.

    >>> random_zoom(np.ones((1, 4, 4)), (0.5, 2)).shape
    (1, 4, 4)
    """
    if len(zoom_range) != 2:
        raise SettingError(where="zoom_range", expected="two numbers", actual=shorten(zoom_range))
    zx, zy = (1, 1) if tuple(zoom_range) == (1, 1) else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    around = _Around(row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    return around.moved(x, zx=zx, zy=zy)


def apply_channel_shift(x: Array, intensity: float, channel_axis: int = 0) -> Array:
    """`intensity` added to every channel, cut off at the image's own least and largest value.

    >>> apply_channel_shift(np.array([0.0, 1.0, 3.0]), 2.0).tolist()
    [2.0, 3.0, 3.0]
    """
    return np.clip(x + intensity, x.min(), x.max())


def random_channel_shift(x: Array, intensity_range: float, channel_axis: int = 0) -> Array:
    """A channel shift of up to `intensity_range` up or down.

    >>> random_channel_shift(np.array([0.0, 1.0]), 0.0).tolist()
    [0.0, 1.0]
    """
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis)


def apply_brightness_shift(x: Array, brightness: float) -> Array:
    """An image (H, W, C) with its values multiplied by `brightness`, up to white: 255, or 1 where none is larger.

    Keras-Preprocessing 1.0.5 also stretches each image to 0 ... 255, so that a factor of 1 changes it; this does not.

    >>> apply_brightness_shift(np.array([[[0.0], [100.0], [200.0]]]), 1.5).ravel().tolist()
    [0.0, 150.0, 255.0]
    """
    image = np.asarray(x)
    white = 255.0 if image.max(initial=0) > 1 else 1.0
    return np.clip(image * np.asarray(brightness, image.dtype), min(0.0, image.min(initial=0)), white)


def random_brightness(x: Array, brightness_range: Sequence[float]) -> Array:
    """An image with its brightness multiplied by a factor from (lowest, highest). Raises SettingTypeError.

    >>> random_brightness(np.array([[[0.0], [10.0]]]), (1, 1)).ravel().tolist()
    [0.0, 10.0]
    """
    if len(brightness_range) != 2:
        raise SettingTypeError(where="brightness_range", expected="two numbers", actual=shorten(brightness_range))
    return apply_brightness_shift(x, np.random.uniform(brightness_range[0], brightness_range[1]))
