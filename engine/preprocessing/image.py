"""Images changed at random while training, under Keras's names."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import TypedDict

import numpy as np

from .._declared.keras1 import accepts_old
from .._machine import config
from ..errors import DataError, SettingError, shorten
from ..types import Array, ArrayLike, DTypeLike
from . import image_transforms as transforms
from .image_iterators import ClassMode, DirectoryIterator, Iterator, NumpyArrayIterator, Subset
from .image_tables import DataFrameIterator, Table, TableClassMode, without_old_arguments
from .image_transforms import (
    ColorMode,
    DataFormat,
    File,
    FillMode,
    Interpolation,
    Random,
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    array_to_img,
    flip_axis,
    img_to_array,
    list_pictures,
    load_img,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
    save_img,
    transform_matrix_offset_center,
)

__all__ = [
    "DataFrameIterator",
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "flip_axis",
    "img_to_array",
    "list_pictures",
    "load_img",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "save_img",
    "transform_matrix_offset_center",
]


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


class ImageDataGenerator:
    """Batches of images, each changed at random; what is learnt of them (mean, deviation, ZCA) comes from `fit`.

    Order for one image: random transformation, preprocessing_function, rescale, samplewise, then featurewise steps.
    width_shift_range, height_shift_range: a share (below 1), pixels (1 and more), or a list to choose from.
    zoom_range: z means from 1 - z to 1 + z, or a pair. Angles in degrees. Raises SettingError.

    >>> x = np.arange(8.0).reshape(2, 2, 2, 1)
    >>> next(ImageDataGenerator(rescale=0.5).flow(x, shuffle=False))[0].ravel().tolist()
    [0.0, 0.5, 1.0, 1.5]
    """

    @accepts_old("ImageDataGenerator")
    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: float | Sequence[float] | Array = 0.0,
        height_shift_range: float | Sequence[float] | Array = 0.0,
        brightness_range: Sequence[float] | None = None,
        shear_range: float = 0.0,
        zoom_range: float | Sequence[float] | Array = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: FillMode = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Array], Array] | None = None,
        data_format: DataFormat | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.featurewise_center = featurewise_center or zca_whitening or featurewise_std_normalization
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.featurewise_std_normalization = featurewise_std_normalization and not zca_whitening
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.brightness_range, self.channel_shift_range = brightness_range, channel_shift_range
        self.fill_mode: FillMode = fill_mode
        self.cval, self.interpolation_order = cval, interpolation_order
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.data_format: DataFormat = transforms.check_data_format(data_format)
        self.dtype = dtype or config.floatx()
        if fill_mode not in transforms.FILL_MODES:
            raise SettingError(where="fill_mode", expected=", ".join(transforms.FILL_MODES), actual=shorten(fill_mode))
        if not 0 <= validation_split < 1:
            raise SettingError(where="validation_split", expected="0 <= share < 1", actual=shorten(validation_split))
        self.validation_split = validation_split
        first = self.data_format == "channels_first"
        self.channel_axis, self.row_axis, self.col_axis = (1, 2, 3) if first else (3, 1, 2)
        zooms = zoom_range if isinstance(zoom_range, (Sequence, np.ndarray)) else (1 - zoom_range, 1 + zoom_range)
        for name, pair in (("zoom_range", zooms), ("brightness_range", brightness_range)):
            if pair is not None and len(pair) != 2:
                raise SettingError(where=name, expected="two numbers", actual=shorten(pair))
        self.zoom_range = zooms
        self.mean: Array | None = None
        self.std: Array | None = None
        self.principal_components: Array | None = None

    def flow(
        self,
        x: ArrayLike | tuple[ArrayLike, ArrayLike | list[ArrayLike]],
        y: ArrayLike | None = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: ArrayLike | None = None,
        seed: int | None = None,
        save_to_dir: File | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: Subset | None = None,
    ) -> NumpyArrayIterator:
        """Endless batches from arrays: x alone, (x, y) or (x, y, weights). subset: "training" or "validation".

        Raises SettingError, and DataError for another rank than 4 or unequal lengths.
        """
        order = (batch_size, shuffle, sample_weight, seed)
        saving = (save_to_dir, save_prefix, save_format)
        return NumpyArrayIterator(x, y, self, *order, self.data_format, *saving, subset, self.dtype)

    def flow_from_directory(
        self,
        directory: File,
        target_size: tuple[int, int] = (256, 256),
        color_mode: ColorMode = "rgb",
        classes: Iterable[str] | None = None,
        class_mode: ClassMode | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: File | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: Subset | None = None,
        interpolation: Interpolation = "nearest",
    ) -> DirectoryIterator:
        """Endless batches from pictures in one folder for each class; arguments as in DirectoryIterator."""
        pictures = (target_size, color_mode, classes, class_mode)
        saving = (save_to_dir, save_prefix, save_format)
        order = (batch_size, shuffle, seed)
        return DirectoryIterator(
            directory,
            self,
            *pictures,
            *order,
            self.data_format,
            *saving,
            follow_links,
            subset,
            interpolation,
            self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Table,
        directory: File | None = None,
        x_col: str = "filename",
        y_col: str | Sequence[str] = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: ColorMode = "rgb",
        classes: Iterable[object] | None = None,
        class_mode: TableClassMode | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: File | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: Subset | None = None,
        interpolation: Interpolation = "nearest",
        validate_filenames: bool = True,
        **kwargs: object,
    ) -> DataFrameIterator:
        """Endless batches from pictures that a table names; arguments as in DataFrameIterator."""
        without_old_arguments(kwargs)
        columns = (x_col, y_col, weight_col)
        pictures = (target_size, color_mode, classes, class_mode)
        order = (batch_size, shuffle, seed, self.data_format)
        saving = (save_to_dir, save_prefix, save_format, subset)
        settings = (*columns, *pictures, *order, *saving, interpolation, self.dtype, validate_filenames)
        return DataFrameIterator(dataframe, directory, self, *settings)

    def standardize(self, x: Array) -> Array:
        """One image (or a batch) scaled and normalised; warns where `fit` was not called though it is needed."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = x - np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, keepdims=True) + 1e-6)
        if self.featurewise_center:
            if self.mean is None:
                return _unfitted(x)
            x = x - self.mean
        if self.featurewise_std_normalization:
            if self.std is None:
                return _unfitted(x)
            x = x / (self.std + 1e-6)
        if self.zca_whitening:
            if self.principal_components is None:
                return _unfitted(x)
            size = len(self.principal_components)
            x = (x.reshape(-1, size) @ self.principal_components).reshape(x.shape)
        return x

    def get_random_transform(self, img_shape: tuple[int, ...], seed: int | None = None) -> Transformation:
        """Parameters of one random transformation, for `apply_transform`; drawn from NumPy's global state, or a seed."""
        return self._drawn(img_shape, np.random if seed is None else np.random.RandomState(seed))

    def _drawn(self, img_shape: tuple[int, ...], random: Random) -> Transformation:
        theta = random.uniform(-self.rotation_range, self.rotation_range) if self.rotation_range else 0
        tx = _shift(random, self.height_shift_range, img_shape[self.row_axis - 1])
        ty = _shift(random, self.width_shift_range, img_shape[self.col_axis - 1])
        shear = random.uniform(-self.shear_range, self.shear_range) if self.shear_range else 0
        zoom = self.zoom_range
        zx, zy = (1, 1) if tuple(zoom) == (1, 1) else (random.uniform(*zoom), random.uniform(*zoom))
        across = bool(random.random_sample() < 0.5) and self.horizontal_flip
        upside_down = bool(random.random_sample() < 0.5) and self.vertical_flip
        shift = (
            random.uniform(-self.channel_shift_range, self.channel_shift_range) if self.channel_shift_range else None
        )
        brightness = random.uniform(*self.brightness_range) if self.brightness_range is not None else None
        return Transformation(
            theta=theta,
            tx=tx,
            ty=ty,
            shear=shear,
            zx=zx,
            zy=zy,
            flip_horizontal=across,
            flip_vertical=upside_down,
            channel_shift_intensity=shift,
            brightness=brightness,
        )

    def apply_transform(self, x: Array, transform_parameters: Transformation) -> Array:
        """One image changed as the parameters say; those left out change nothing."""
        p = transform_parameters
        row, col, channel = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        turned = (p.get("theta", 0), p.get("tx", 0), p.get("ty", 0), p.get("shear", 0), p.get("zx", 1), p.get("zy", 1))
        x = apply_affine_transform(x, *turned, row, col, channel, self.fill_mode, self.cval, self.interpolation_order)
        shift, brightness = p.get("channel_shift_intensity"), p.get("brightness")
        if shift is not None:
            x = apply_channel_shift(x, shift, channel)
        x = flip_axis(x, col) if p.get("flip_horizontal") else x
        x = flip_axis(x, row) if p.get("flip_vertical") else x
        if brightness is not None:
            x = np.moveaxis(apply_brightness_shift(np.moveaxis(x, channel, -1), brightness), -1, channel)
        return x

    def random_transform(self, x: Array, seed: int | None = None, random: Random | None = None) -> Array:
        """One image (rank 3) changed at random; random: the RandomState to draw from, in place of a seed."""
        drawn = self.get_random_transform(x.shape, seed) if random is None else self._drawn(x.shape, random)
        return self.apply_transform(x, drawn)

    def fit(self, x: ArrayLike, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Learn mean, deviation and ZCA's matrix from images (N, H, W, C); augment: from `rounds` changed copies.

        Raises DataError for another rank.
        """
        images = np.array(x, self.dtype)
        if images.ndim != 4:
            raise DataError(where="ImageDataGenerator.fit", expected="images of rank 4", actual=f"shape {images.shape}")
        if seed is not None:
            np.random.seed(seed)
        if augment:
            images = np.stack([self.random_transform(image) for _ in range(rounds) for image in images])
        others = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = images.mean(axis=others, keepdims=True)[0]
            images = images - self.mean
        if self.featurewise_std_normalization:
            self.std = images.std(axis=others, keepdims=True)[0]
        if self.zca_whitening:
            flat = images.reshape(len(images), -1)
            vectors, values, _ = np.linalg.svd(flat.T @ flat / len(flat))
            self.principal_components = (vectors / np.sqrt(values + self.zca_epsilon)) @ vectors.T


def _unfitted(x: Array) -> Array:
    """The image as it is, with a warning."""
    warnings.warn("ImageDataGenerator: call fit(x) first; featurewise steps are left out.", stacklevel=3)
    return x


def _shift(random: Random, reach: float | Sequence[float] | Array, size: int) -> float:
    """Pixels: from a list of choices, whole pixels below `reach`, or a share of the size."""
    if not isinstance(reach, (Sequence, np.ndarray)) and not reach:
        return 0
    if isinstance(reach, float):
        pixels = random.uniform(-reach, reach)
    else:  # a list to choose from, or a whole number n: 0 to n - 1
        pixels = random.choice(reach) * random.choice([-1, 1])
    return pixels * size if np.max(reach) < 1 else pixels
