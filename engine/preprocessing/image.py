"""Images changed at random while training, under Keras's names."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .._declared.keras1 import accepts_old
from .._machine import config
from .._machine.arrays import as_array
from ..errors import DataError, SettingError, shorten
from ..types import Array, ArrayLike, DTypeLike
from .image_files import (
    ColorMode,
    DataFormat,
    File,
    Interpolation,
    array_to_img,
    check_data_format,
    img_to_array,
    list_pictures,
    load_img,
    save_img,
)
from .image_iterators import ClassMode, DirectoryIterator, Iterator, NumpyArrayIterator, Subset
from .image_tables import DataFrameIterator, Table, TableClassMode, without_old_arguments
from .image_transforms import (
    FILL_MODES,
    FillMode,
    Random,
    Transformation,
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    apply_transform,
    flip_axis,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
    shift_in_pixels,
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
    "apply_transform",
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


class ImageDataGenerator:
    """Batches of images, each changed at random.

    In this order an image is transformed at random, goes through `preprocessing_function`, is rescaled, and normalised by
    itself (samplewise), then by what `fit` learnt of all images (featurewise).

    Args:
        featurewise_center: subtract the mean of all images for each channel; False by default, like the next four.
        samplewise_center: subtract the image's own mean.
        featurewise_std_normalization: divide by the standard deviation of all images for each channel.
        samplewise_std_normalization: divide by the image's own standard deviation.
        zca_whitening: take out what pixels have in common (ZCA).
        zca_epsilon: keeps ZCA's division finite, 1e-6 by default.
        rotation_range: the largest angle to either side in degrees, 0 by default.
        width_shift_range: the largest shift to either side: a share of the width below 1, whole pixels, or a list of
            shifts to choose from; 0 by default.
        height_shift_range: likewise up or down.
        brightness_range: the least and the largest factor; None (the default) leaves the brightness.
        shear_range: the largest angle to either side in degrees, 0 by default.
        zoom_range: z for factors from 1 - z to 1 + z, or the least and the largest; 0 by default.
        channel_shift_range: the largest number that is added to all channels, 0 by default.
        fill_mode: what stands outside of a moved image: "nearest" (the default), "constant" (`cval`), "reflect" or "wrap".
        cval: the value for "constant", 0 by default.
        horizontal_flip: mirror half of the images, left to right; False by default.
        vertical_flip: mirror half of the images, top to bottom; False by default.
        rescale: a factor for all values; None (the default) leaves them.
        preprocessing_function: takes and returns an image; None (the default): nothing is done.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        validation_split: the share of the images, the first of them, that `subset="validation"` means; 0 by default.
        interpolation_order: the degree of the splines between points, from 0 to 5; 1 by default.
        dtype: the type of the arrays; None (the default) takes `floatx()`.

    Raises:
        SettingError: an unknown fill mode or format, a share outside of [0, 1), a range that is not two numbers.

    Example:
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
        self.data_format: DataFormat = check_data_format(data_format)
        self.dtype = dtype or config.floatx()
        if fill_mode not in FILL_MODES:
            raise SettingError(where="fill_mode", expected=", ".join(FILL_MODES), actual=shorten(fill_mode))
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
        """Endless batches from arrays: x alone, (x, y) or (x, y, weights).

        Args:
            x: images (N, H, W, C), or a pair of images and another array or a list of arrays that stay beside them.
            y: the labels (N, ...); None (the default): no labels.
            batch_size: how many images make a batch, 32 by default.
            shuffle: whether each epoch has an order of its own, which is so by default.
            sample_weight: a weight for each image (N,); None (the default): no weights.
            seed: batch k of a run draws from seed + k; None (the default) draws from NumPy's global state.
            save_to_dir: a folder into which changed images are written; None (the default) writes none.
            save_prefix: what the names of these files begin with.
            save_format: "png" (the default), "jpeg" ...
            subset: "training" or "validation", the parts of `validation_split`; None (the default): all.

        Returns:
            An iterator, which `fit_generator` takes.

        Raises:
            DataError: another number of axes, or unequal lengths.
            SettingError: an unknown subset.

        Example:
            >>> batches = ImageDataGenerator(horizontal_flip=True).flow(np.zeros((5, 2, 2, 1)), [0, 1, 2, 3, 4], batch_size=2)
            >>> len(batches), next(batches)[0].shape
            (3, (2, 2, 2, 1))
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
        """Endless batches from pictures in one folder for each class.

        Args:
            directory: the folder with a folder for each class.
            target_size: rows and columns to which pictures are resized, 256 each by default.
            color_mode: "rgb" (the default), "grayscale" or "rgba".
            classes: the classes' folders in the order of their numbers; None (the default) takes all, sorted by name.
            class_mode: what the labels are: "categorical" (the default) rows with a single 1, "binary" or "sparse" numbers,
                "input" the images themselves, None no labels.
            batch_size: how many images make a batch, 32 by default.
            shuffle: whether each epoch has an order of its own, which is so by default.
            seed: batch k of a run draws from seed + k; None (the default) draws from NumPy's global state.
            save_to_dir: a folder into which changed images are written; None (the default) writes none.
            save_prefix: what the names of these files begin with.
            save_format: "png" (the default), "jpeg" ...
            follow_links: whether links to folders are followed, False by default.
            subset: "training" or "validation", the parts of `validation_split`; None (the default): all.
            interpolation: how pictures are resized, "nearest" by default; see `load_img`.

        Returns:
            A `DirectoryIterator`, which `fit_generator` takes.

        Raises:
            SettingError: an unknown class mode, colour mode or subset.
        """
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
        """Endless batches from pictures that a table names.

        Args:
            dataframe: a pandas DataFrame, or a dict of lists of equal length.
            directory: the folder below which the files are; None (the default): the table has whole paths.
            x_col: the column of file names, "filename" by default.
            y_col: the column of the labels, "class" by default, or several where the class mode takes them.
            weight_col: the column of sample weights; None (the default): no weights.
            target_size: rows and columns to which pictures are resized, 256 each by default.
            color_mode: "rgb" (the default), "grayscale" or "rgba".
            classes: keep only these, in the order of their numbers; None (the default) takes those in the table, sorted.
            class_mode: what the labels are: "categorical" (the default) rows with a 1 for each class, of which `y_col` may hold
                lists, "binary" or "sparse" numbers, "raw" ("other" in Keras 2.2.4) the values of one or several columns,
                "multi_output" an array for each column, "input" the images themselves, None no labels.
            batch_size: how many images make a batch, 32 by default.
            shuffle: whether each epoch has an order of its own, which is so by default.
            seed: batch k of a run draws from seed + k; None (the default) draws from NumPy's global state.
            save_to_dir: a folder into which changed images are written; None (the default) writes none.
            save_prefix: what the names of these files begin with.
            save_format: "png" (the default), "jpeg" ...
            subset: "training" or "validation", the parts of `validation_split`; None (the default): all.
            interpolation: how pictures are resized, "nearest" by default; see `load_img`.
            validate_filenames: whether rows without a picture file are left out, with a warning; which is so by default.
            **kwargs: `drop_duplicates`, `sort` and `has_ext` of older versions, which have no effect and are warned of.

        Returns:
            A `DataFrameIterator`, which `fit_generator` takes.

        Raises:
            SettingError: an unknown class mode, colour mode or subset, or columns that do not go with the class mode.
            SettingTypeError: an unknown argument, or values of another type.
            UnknownName: the table has no such column.
            DataError: columns of unequal lengths.
        """
        without_old_arguments(kwargs)
        columns = (x_col, y_col, weight_col)
        pictures = (target_size, color_mode, classes, class_mode)
        order = (batch_size, shuffle, seed, self.data_format)
        saving = (save_to_dir, save_prefix, save_format, subset)
        settings = (*columns, *pictures, *order, *saving, interpolation, self.dtype, validate_filenames)
        return DataFrameIterator(dataframe, directory, self, *settings)

    def standardize(self, x: Array) -> Array:
        """One image or a batch, scaled and normalised; warns where `fit` was not called though it is needed.

        Args:
            x: an image (H, W, C), or a batch of them.

        Returns:
            An array in the shape of x.

        Example:
            >>> ImageDataGenerator(rescale=0.5).standardize(np.ones((1, 1, 1))).tolist()
            [[[0.5]]]
        """
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
        """Parameters of one random transformation, for `apply_transform`.

        Args:
            img_shape: the shape of the image.
            seed: of the random numbers; None (the default) draws from NumPy's global state.

        Returns:
            A dict of parameters.

        Example:
            >>> round(ImageDataGenerator(rotation_range=20).get_random_transform((8, 8, 1), seed=1)["theta"], 4)
            -3.3191
        """
        return self._drawn(img_shape, np.random if seed is None else np.random.RandomState(seed))

    def _drawn(self, img_shape: tuple[int, ...], random: Random) -> Transformation:
        theta = random.uniform(-self.rotation_range, self.rotation_range) if self.rotation_range else 0
        tx = shift_in_pixels(random, self.height_shift_range, img_shape[self.row_axis - 1])
        ty = shift_in_pixels(random, self.width_shift_range, img_shape[self.col_axis - 1])
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
        """One image changed as parameters say.

        Args:
            x: an image (H, W, C).
            transform_parameters: those that `get_random_transform` gives; what is left out changes nothing.

        Returns:
            The image in the shape of x.

        Example:
            >>> generator = ImageDataGenerator()
            >>> generator.apply_transform(np.array([[[1.0], [2.0]]]), {"flip_horizontal": True}).ravel().tolist()
            [2.0, 1.0]
        """
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
        """One image changed at random.

        Args:
            x: an image (H, W, C).
            seed: of the random numbers; None (the default) draws from NumPy's global state.
            random: a `RandomState` to draw from, in place of a seed.

        Returns:
            The image in the shape of x.
        """
        drawn = self.get_random_transform(x.shape, seed) if random is None else self._drawn(x.shape, random)
        return self.apply_transform(x, drawn)

    def fit(self, x: ArrayLike, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Learn the mean, the standard deviation and ZCA's matrix, as far as they are asked for, from images.

        Args:
            x: images (N, H, W, C).
            augment: whether to learn from images that are changed at random, False by default.
            rounds: how many changed copies of each image, 1 by default.
            seed: sets NumPy's global state first; None (the default) leaves it.

        Raises:
            DataError: another number of axes.

        Example:
            >>> generator = ImageDataGenerator(featurewise_center=True)
            >>> generator.fit(np.array([[[[1.0]]], [[[3.0]]]]))
            >>> generator.standardize(np.array([[[5.0]]])).tolist()
            [[[3.0]]]
        """
        images = np.array(as_array(x, "ImageDataGenerator.fit"), self.dtype)
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
