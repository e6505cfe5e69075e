"""Pictures in files, opened by Pillow: raster formats alone, of a size that fits the file, and nothing of them run."""

from __future__ import annotations

import importlib
import io
import os
import struct
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from ..errors import FileError
from . import files
from .guards import cut

if TYPE_CHECKING:
    from PIL.Image import Image

Made = TypeVar("Made")
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".ppm", ".tif", ".tiff", ".webp")
"""How names of picture files end."""
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


def pillow(module: str = "PIL.Image") -> ModuleType:
    """A module of Pillow.

    Args:
        module: its name, "PIL.Image" by default.

    Returns:
        The module.

    Raises:
        ImportError: Pillow is not installed; with the command that installs it.

    Example:
        >>> pillow().__name__
        'PIL.Image'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError("Pictures need pillow. Run: pip install pillow") from error


def read_picture(path: files.Path, use: Callable[[Image], Made]) -> Made:
    """What is made of a picture file.

    Args:
        path: the file.
        use: called with the picture while the file is open; Pillow decodes it when it is first asked for its pixels.

    Returns:
        What `use` gives.

    Raises:
        FileError: it is no picture, or a broken one, or one that unfolds to far more than the file holds.
        OSError: it is not there or may not be read, as the system says it.
        ImportError: Pillow is missing.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     pillow().new("L", (3, 2)).save(f"{folder}/grey.png")
        ...     read_picture(f"{folder}/grey.png", lambda picture: picture.size)
        (3, 2)
    """
    with files.open_regular(path) as file:
        return _read(file, os.fsdecode(path), os.fstat(file.fileno()).st_size, use)


def read_picture_bytes(data: bytes, use: Callable[[Image], Made], name: str = "a picture in memory") -> Made:
    """As `read_picture`, of the bytes of a file.

    Args:
        data: the bytes.
        use: called with the picture.
        name: how messages call it.

    Returns:
        What `use` gives.

    Raises:
        FileError: they are no picture, or a broken one, or one that unfolds to far more than they are.
        ImportError: Pillow is missing.
    """
    return _read(io.BytesIO(data), name, len(data), use)


def _read(file: BinaryIO, name: str, stored: int, use: Callable[[Image], Made]) -> Made:
    image = pillow()
    try:
        image.init()
        picture = image.open(file, formats=[form for form in _FORMATS if form in image.OPEN])
        _check_size(picture, name, stored)
        return use(picture)
    except image.UnidentifiedImageError:
        expected = f"an image ({', '.join(_FORMATS)})"
        raise FileError(file=name, expected=expected, actual="another kind of file") from None
    except FileError:
        raise
    except (image.DecompressionBombError, *_BROKEN) as error:
        raise FileError(file=name, expected="a whole image", actual=cut(str(error))) from None


def _check_size(picture: Image, path: str, stored: int) -> None:
    """Refuse a small file that unfolds to a huge picture, before it does. Raises FileError."""
    columns, rows = picture.size
    nbytes = columns * rows * 4
    if nbytes > max(_FREE_OF_RATIO, _LARGEST_RATIO * stored):
        actual = f"{columns} x {rows} pixels out of {stored} bytes"
        raise FileError(file=path, expected=f"at most {_LARGEST_RATIO} bytes out of each stored one", actual=actual)
