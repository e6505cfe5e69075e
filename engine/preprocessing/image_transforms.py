"""The transformations of one image. Affine ones need SciPy, and say so when it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, TypedDict

import numpy as np

from .._machine.config import floatx
from ..errors import SettingError, SettingTypeError, shorten
from ..types import Array, ArrayLike
from .image_files import optional_module

FillMode: TypeAlias = Literal["nearest", "constant", "reflect", "wrap"]
FILL_MODES = ("nearest", "constant", "reflect", "wrap")


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


def flip_axis(x: Array, axis: int) -> Array:
    """An array mirrored along an axis.

    Args:
        x: an array.
        axis: the axis.

    Returns:
        A view of x.

    Example:
        >>> flip_axis(np.array([[1, 2], [3, 4]]), 0).tolist()
        [[3, 4], [1, 2]]
    """
    return np.flip(x, axis)


def transform_matrix_offset_center(matrix: Array, x: float, y: float) -> Array:
    """A matrix that does about the centre of an image what another does about its corner.

    Args:
        matrix: (3, 3), an affine transformation.
        x: the number of rows.
        y: the number of columns.

    Returns:
        (3, 3).

    Example:
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
    """One image turned, then shifted, sheared and zoomed, all about its centre.

    The matrix of all steps leads from positions in the new image to those in the old.

    Args:
        x: an image of three axes.
        theta: the angle in degrees, 0 by default.
        tx: the shift along the rows' axis in pixels, 0 by default.
        ty: the shift along the columns' axis in pixels, 0 by default.
        shear: the angle in degrees, 0 by default.
        zx: the factor on the rows' axis, 1 by default; below 1 the image becomes larger.
        zy: the factor on the columns' axis, 1 by default.
        row_axis: the axis of the rows, 0 by default.
        col_axis: the axis of the columns, 1 by default.
        channel_axis: the axis of the channels, 2 by default.
        fill_mode: what stands outside of the image: "nearest" (the default) repeats its edge, "constant" is `cval`,
            "reflect" mirrors the image, "wrap" begins it again.
        cval: the value for "constant", 0 by default.
        order: the degree of the splines between points, from 0 to 5; 1 by default.

    Returns:
        The image in the shape of x.

    Raises:
        SettingError: an unknown fill mode.
        ImportError: SciPy is missing.

    Example:
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
    matrix = transform_matrix_offset_center(matrix, x.shape[row_axis], x.shape[col_axis])
    return _moved(x, matrix, (channel_axis, row_axis, col_axis), fill_mode, cval, order)


def apply_transform(
    x: Array, transform_matrix: Array, channel_axis: int = 0, fill_mode: FillMode = "nearest", cval: float = 0.0
) -> Array:
    """One image moved by a matrix, as Keras 1 and 2.0 did; each point takes the value of the nearest one.

    Args:
        x: an image of three axes.
        transform_matrix: (3, 3), leads from positions in the new image to those in the old.
        channel_axis: the axis of the channels, 0 by default; the others are the rows' and the columns', in this order.
        fill_mode: what stands outside of the image, as in `apply_affine_transform`.
        cval: the value for "constant", 0 by default.

    Returns:
        The image in the shape of x.

    Raises:
        SettingError: an unknown fill mode.
        ImportError: SciPy is missing.

    Example:
        >>> shifted = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 1]])
        >>> apply_transform(np.array([[[1.0], [2.0]]]), shifted).ravel().tolist()
        [2.0, 2.0]
    """
    rows, columns = (axis for axis in range(3) if axis != channel_axis % 3)
    return _moved(x, transform_matrix, (channel_axis, rows, columns), fill_mode, cval, order=0)


def _moved(x: Array, matrix: Array, axes: tuple[int, int, int], fill_mode: FillMode, cval: float, order: int) -> Array:
    """The image moved plane by plane; axes: of channels, rows and columns."""
    if fill_mode not in FILL_MODES:
        raise SettingError(where="fill_mode", expected=", ".join(FILL_MODES), actual=shorten(fill_mode))
    ndimage = optional_module("scipy.ndimage", "scipy")
    planes = np.moveaxis(x, axes, (0, 1, 2))
    moved = [
        ndimage.affine_transform(plane, matrix[:2, :2], matrix[:2, 2], order=order, mode=fill_mode, cval=cval)
        for plane in planes
    ]
    return np.moveaxis(np.stack(moved), (0, 1, 2), axes)


class Transformation(TypedDict, total=False):
    """Parameters of one random transformation, for `apply_transform`; those left out change nothing.

    theta, shear: degrees. tx, ty: pixels along rows and columns. zx, zy: factors. brightness: a factor.
    channel_shift_intensity: added to all channels.
    """

    theta: float
    tx: float
    ty: float
    shear: float
    zx: float
    zy: float
    flip_horizontal: bool
    flip_vertical: bool
    channel_shift_intensity: float | None
    brightness: float | None


def shift_in_pixels(random: Random, reach: float | Sequence[float] | Array, size: int) -> float:
    """Pixels: from a list of choices, whole pixels below `reach`, or a share of the size."""
    if not isinstance(reach, (Sequence, np.ndarray)) and not reach:
        return 0
    if isinstance(reach, float):
        pixels = random.uniform(-reach, reach)
    else:  # a list to choose from, or a whole number n: 0 to n - 1
        pixels = random.choice(reach) * random.choice([-1, 1])
    return pixels * size if np.max(reach) < 1 else pixels


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
    """One image turned by a random angle.

    Args:
        x: an image of three axes.
        rg: the largest angle to either side, in degrees.
        row_axis: the axis of the rows, 1 by default, as the channels are first.
        col_axis: the axis of the columns, 2 by default.
        channel_axis: the axis of the channels, 0 by default.
        fill_mode: what stands outside of the image: "nearest" (the default) repeats its edge, "constant" is `cval`,
            "reflect" mirrors the image, "wrap" begins it again.
        cval: the value for "constant", 0 by default.
        interpolation_order: the degree of the splines between points, from 0 to 5; 1 by default.

    Returns:
        The image in the shape of x.

    Example:
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
    """One image shifted by random distances.

    Args:
        x: an image of three axes.
        wrg: the largest shift to either side, as a share of the width.
        hrg: the largest shift up or down, as a share of the height.
        row_axis: the axis of the rows, 1 by default, as the channels are first.
        col_axis: the axis of the columns, 2 by default.
        channel_axis: the axis of the channels, 0 by default.
        fill_mode: what stands outside of the image: "nearest" (the default) repeats its edge, "constant" is `cval`,
            "reflect" mirrors the image, "wrap" begins it again.
        cval: the value for "constant", 0 by default.
        interpolation_order: the degree of the splines between points, from 0 to 5; 1 by default.

    Returns:
        The image in the shape of x.

    Example:
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
    """One image sheared by a random angle.

    Args:
        x: an image of three axes.
        intensity: the largest angle to either side, in degrees.
        row_axis: the axis of the rows, 1 by default, as the channels are first.
        col_axis: the axis of the columns, 2 by default.
        channel_axis: the axis of the channels, 0 by default.
        fill_mode: what stands outside of the image: "nearest" (the default) repeats its edge, "constant" is `cval`,
            "reflect" mirrors the image, "wrap" begins it again.
        cval: the value for "constant", 0 by default.
        interpolation_order: the degree of the splines between points, from 0 to 5; 1 by default.

    Returns:
        The image in the shape of x.

    Example:
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
    """One image zoomed by random factors, rows and columns apart.

    Args:
        x: an image of three axes.
        zoom_range: the least and the largest factor; below 1 the image becomes larger.
        row_axis: the axis of the rows, 1 by default, as the channels are first.
        col_axis: the axis of the columns, 2 by default.
        channel_axis: the axis of the channels, 0 by default.
        fill_mode: what stands outside of the image: "nearest" (the default) repeats its edge, "constant" is `cval`,
            "reflect" mirrors the image, "wrap" begins it again.
        cval: the value for "constant", 0 by default.
        interpolation_order: the degree of the splines between points, from 0 to 5; 1 by default.

    Returns:
        The image in the shape of x.

    Raises:
        SettingError: the range is not two numbers.

    Example:
        >>> random_zoom(np.ones((1, 4, 4)), (0.5, 2)).shape
        (1, 4, 4)
    """
    if len(zoom_range) != 2:
        raise SettingError(where="zoom_range", expected="two numbers", actual=shorten(zoom_range))
    zx, zy = (1, 1) if tuple(zoom_range) == (1, 1) else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    around = _Around(row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    return around.moved(x, zx=zx, zy=zy)


def apply_channel_shift(x: Array, intensity: float, channel_axis: int = 0) -> Array:
    """A number added to every channel, limited to the image's own least and largest value.

    Args:
        x: an image.
        intensity: the number.
        channel_axis: taken for Keras's sake.

    Returns:
        The image in the shape of x.

    Example:
        >>> apply_channel_shift(np.array([0.0, 1.0, 3.0]), 2.0).tolist()
        [2.0, 3.0, 3.0]
    """
    image = _in_floats(x)
    return np.clip(image + np.asarray(intensity, image.dtype), image.min(), image.max())


def _in_floats(x: Array) -> Array:
    """An image as it is, or one of whole numbers as floats: sums and products of 8 bits would be taken modulo 256."""
    image = np.asarray(x)
    return image if image.dtype.kind == "f" else image.astype(floatx())


def random_channel_shift(x: Array, intensity_range: float, channel_axis: int = 0) -> Array:
    """A random number added to every channel, limited to the image's own least and largest value.

    Args:
        x: an image.
        intensity_range: the largest number up or down.
        channel_axis: taken for Keras's sake.

    Returns:
        The image in the shape of x.

    Example:
        >>> random_channel_shift(np.array([0.0, 1.0]), 0.0).tolist()
        [0.0, 1.0]
    """
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis)


def apply_brightness_shift(x: Array, brightness: float) -> Array:
    """An image with its values multiplied, up to white: 255, or 1 where no value is larger.

    Keras-Preprocessing 1.0.5 also stretches each image to 0 ... 255, so that a factor of 1 changes it; this does not.

    Args:
        x: an image (H, W, C).
        brightness: the factor; 1 changes nothing.

    Returns:
        The image in the shape of x.

    Example:
        >>> apply_brightness_shift(np.array([[[0.0], [100.0], [200.0]]]), 1.5).ravel().tolist()
        [0.0, 150.0, 255.0]
    """
    image = _in_floats(x)
    white = 255.0 if image.max(initial=0) > 1 else 1.0
    return np.clip(image * np.asarray(brightness, image.dtype), min(0.0, image.min(initial=0)), white)


def random_brightness(x: Array, brightness_range: Sequence[float]) -> Array:
    """An image with its brightness multiplied by a random factor.

    Args:
        x: an image (H, W, C).
        brightness_range: the least and the largest factor.

    Returns:
        The image in the shape of x.

    Raises:
        SettingTypeError: the range is not two numbers.

    Example:
        >>> random_brightness(np.array([[[0.0], [10.0]]]), (1, 1)).ravel().tolist()
        [0.0, 10.0]
    """
    if len(brightness_range) != 2:
        raise SettingTypeError(where="brightness_range", expected="two numbers", actual=shorten(brightness_range))
    return apply_brightness_shift(x, np.random.uniform(brightness_range[0], brightness_range[1]))
