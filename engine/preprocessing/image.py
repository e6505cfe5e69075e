"""Images changed at random while training, under Keras's names."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .._machine import config
from ..errors import DataError, SettingError, shorten
from . import image_transforms as transforms
from .image_iterators import DirectoryIterator, Iterator, NumpyArrayIterator
from .image_tables import DataFrameIterator, without_old_arguments
from .image_transforms import (
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
    "DataFrameIterator", "DirectoryIterator", "ImageDataGenerator", "Iterator", "NumpyArrayIterator", "apply_affine_transform",
    "apply_brightness_shift", "apply_channel_shift", "array_to_img", "flip_axis", "img_to_array", "list_pictures",
    "load_img", "random_brightness", "random_channel_shift", "random_rotation", "random_shear", "random_shift",
    "random_zoom", "save_img", "transform_matrix_offset_center",
]  # fmt: skip


class ImageDataGenerator:
    """Batches of images, each changed at random; what is learnt of them (mean, deviation, ZCA) comes from `fit`.

    Order for one image: random transformation, preprocessing_function, rescale, samplewise, then featurewise steps.
    width_shift_range, height_shift_range: a share (below 1), pixels (1 and more), or a list to choose from.
    zoom_range: z means from 1 - z to 1 + z, or a pair. Angles in degrees. Raises SettingError.

    >>> x = np.arange(8.0).reshape(2, 2, 2, 1)
    >>> next(ImageDataGenerator(rescale=0.5).flow(x, shuffle=False))[0].ravel().tolist()
    [0.0, 0.5, 1.0, 1.5]
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Any = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        self.featurewise_center = featurewise_center or zca_whitening or featurewise_std_normalization
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.featurewise_std_normalization = featurewise_std_normalization and not zca_whitening
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.brightness_range, self.channel_shift_range = brightness_range, channel_shift_range
        self.fill_mode, self.cval, self.interpolation_order = fill_mode, cval, interpolation_order
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.data_format = transforms.check_data_format(data_format)
        self.dtype = dtype or config.floatx()
        if fill_mode not in transforms.FILL_MODES:
            raise SettingError(where="fill_mode", expected=", ".join(transforms.FILL_MODES), found=shorten(fill_mode))
        if not 0 <= validation_split < 1:
            raise SettingError(where="validation_split", expected="0 <= share < 1", found=shorten(validation_split))
        self._validation_split = validation_split
        first = self.data_format == "channels_first"
        self.channel_axis, self.row_axis, self.col_axis = (1, 2, 3) if first else (3, 1, 2)
        if np.isscalar(zoom_range):
            zoom_range = (1 - zoom_range, 1 + zoom_range)  # pyright: ignore[reportOperatorIssue]
        for name, pair in (("zoom_range", zoom_range), ("brightness_range", brightness_range)):
            if pair is not None and len(pair) != 2:
                raise SettingError(where=name, expected="two numbers", found=shorten(pair))
        self.zoom_range = zoom_range
        self.mean: Any = None
        self.std: Any = None
        self.principal_components: Any = None

    def flow(
        self, x: Any, y: Any = None, batch_size: int = 32, shuffle: bool = True, sample_weight: Any = None,
        seed: int | None = None, save_to_dir: Any = None, save_prefix: str = "", save_format: str = "png",
        subset: str | None = None,
    ) -> NumpyArrayIterator:  # fmt: skip
        """Endless batches from arrays: x alone, (x, y) or (x, y, weights). subset: "training" or "validation"."""
        return NumpyArrayIterator(
            x, y, self, batch_size, shuffle, sample_weight, seed, self.data_format, save_to_dir, save_prefix,
            save_format, subset, self.dtype,
        )  # fmt: skip

    def flow_from_directory(
        self, directory: Any, target_size: Any = (256, 256), color_mode: str = "rgb", classes: Any = None,
        class_mode: str | None = "categorical", batch_size: int = 32, shuffle: bool = True, seed: int | None = None,
        save_to_dir: Any = None, save_prefix: str = "", save_format: str = "png", follow_links: bool = False,
        subset: str | None = None, interpolation: str = "nearest",
    ) -> DirectoryIterator:  # fmt: skip
        """Endless batches from pictures in one folder for each class."""
        return DirectoryIterator(
            directory, self, target_size, color_mode, classes, class_mode, batch_size, shuffle, seed, self.data_format,
            save_to_dir, save_prefix, save_format, follow_links, subset, interpolation, self.dtype,
        )  # fmt: skip

    def flow_from_dataframe(
        self, dataframe: Any, directory: Any = None, x_col: str = "filename", y_col: Any = "class",
        weight_col: str | None = None, target_size: Any = (256, 256), color_mode: str = "rgb", classes: Any = None,
        class_mode: str | None = "categorical", batch_size: int = 32, shuffle: bool = True, seed: int | None = None,
        save_to_dir: Any = None, save_prefix: str = "", save_format: str = "png", subset: str | None = None,
        interpolation: str = "nearest", validate_filenames: bool = True, **kwargs: Any,
    ) -> DataFrameIterator:  # fmt: skip
        """Endless batches from pictures that a table names (a pandas DataFrame or a dict of lists)."""
        without_old_arguments(kwargs)
        return DataFrameIterator(
            dataframe, directory, self, x_col, y_col, weight_col, target_size, color_mode, classes, class_mode, batch_size,
            shuffle, seed, self.data_format, save_to_dir, save_prefix, save_format, subset, interpolation, self.dtype,
            validate_filenames,
        )  # fmt: skip

    def standardize(self, x: np.ndarray) -> np.ndarray:
        """One image (or a batch) scaled and normalised; warns where `fit` was not called though it is needed."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = x - np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, keepdims=True) + 1e-6)
        for wanted, known, apply in (
            (self.featurewise_center, self.mean, lambda x: x - self.mean),
            (self.featurewise_std_normalization, self.std, lambda x: x / (self.std + 1e-6)),
            (self.zca_whitening, self.principal_components, self._whitened),
        ):
            if wanted and known is None:
                warnings.warn("ImageDataGenerator: call fit(x) first; featurewise steps are left out.", stacklevel=2)
                return x
            x = apply(x) if wanted else x
        return x

    def _whitened(self, x: np.ndarray) -> np.ndarray:
        size = self.principal_components.shape[0]
        return (x.reshape(-1, size) @ self.principal_components).reshape(x.shape)

    def get_random_transform(self, img_shape: Any, seed: int | None = None) -> dict[str, Any]:
        """Parameters of one random transformation, for `apply_transform`; drawn from NumPy's global state, or a seed."""
        return self._drawn(img_shape, np.random if seed is None else np.random.RandomState(seed))

    def _drawn(self, img_shape: Any, random: Any) -> dict[str, Any]:
        theta = random.uniform(-self.rotation_range, self.rotation_range) if self.rotation_range else 0
        tx = _shift(random, self.height_shift_range, img_shape[self.row_axis - 1])
        ty = _shift(random, self.width_shift_range, img_shape[self.col_axis - 1])
        shear = random.uniform(-self.shear_range, self.shear_range) if self.shear_range else 0
        zx, zy = (1, 1) if tuple(self.zoom_range) == (1, 1) else random.uniform(*self.zoom_range, 2)
        across = bool(random.random_sample() < 0.5) and self.horizontal_flip
        upside_down = bool(random.random_sample() < 0.5) and self.vertical_flip
        shift = (
            random.uniform(-self.channel_shift_range, self.channel_shift_range) if self.channel_shift_range else None
        )
        brightness = random.uniform(*self.brightness_range) if self.brightness_range is not None else None
        return {
            "theta": theta, "tx": tx, "ty": ty, "shear": shear, "zx": zx, "zy": zy, "flip_horizontal": across,
            "flip_vertical": upside_down, "channel_shift_intensity": shift, "brightness": brightness,
        }  # fmt: skip

    def apply_transform(self, x: np.ndarray, transform_parameters: dict[str, Any]) -> np.ndarray:
        """One image changed as the parameters say; those left out change nothing."""
        p = transform_parameters
        row, col, channel = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        x = apply_affine_transform(
            x, p.get("theta", 0), p.get("tx", 0), p.get("ty", 0), p.get("shear", 0), p.get("zx", 1), p.get("zy", 1),
            row, col, channel, self.fill_mode, self.cval, self.interpolation_order,
        )  # fmt: skip
        if p.get("channel_shift_intensity") is not None:
            x = apply_channel_shift(x, p["channel_shift_intensity"], channel)
        x = flip_axis(x, col) if p.get("flip_horizontal") else x
        x = flip_axis(x, row) if p.get("flip_vertical") else x
        if p.get("brightness") is not None:
            x = np.moveaxis(apply_brightness_shift(np.moveaxis(x, channel, -1), p["brightness"]), -1, channel)
        return x

    def random_transform(self, x: np.ndarray, seed: int | None = None, random: Any = None) -> np.ndarray:
        """One image (rank 3) changed at random; random: the RandomState to draw from, in place of a seed."""
        drawn = self.get_random_transform(x.shape, seed) if random is None else self._drawn(x.shape, random)
        return self.apply_transform(x, drawn)

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Learn mean, deviation and ZCA's matrix from images (N, H, W, C); augment: from `rounds` changed copies.

        Raises DataError for another rank.
        """
        x = np.array(x, self.dtype)
        if x.ndim != 4:
            raise DataError(where="ImageDataGenerator.fit", expected="images of rank 4", found=f"shape {x.shape}")
        if seed is not None:
            np.random.seed(seed)
        if augment:
            x = np.stack([self.random_transform(one) for _ in range(rounds) for one in x])
        others = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = x.mean(axis=others, keepdims=True)[0]
            x = x - self.mean
        if self.featurewise_std_normalization:
            self.std = x.std(axis=others, keepdims=True)[0]
        if self.zca_whitening:
            flat = x.reshape(len(x), -1)
            vectors, values, _ = np.linalg.svd(flat.T @ flat / len(flat))
            self.principal_components = (vectors / np.sqrt(values + self.zca_epsilon)) @ vectors.T


def _shift(random: Any, reach: Any, size: int) -> float:
    """Pixels: from a list of choices, whole pixels below `reach`, or a share of the size."""
    if np.isscalar(reach) and not reach:
        return 0
    if isinstance(reach, float):
        pixels = random.uniform(-reach, reach)
    else:  # a list to choose from, or a whole number n: 0 to n - 1
        pixels = random.choice(reach) * random.choice([-1, 1])
    return pixels * size if np.max(reach) < 1 else pixels
