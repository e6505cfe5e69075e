"""Endless batches of changed images, from arrays and from folders of pictures."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from collections.abc import Sequence as Items
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, TypeVar, cast

import numpy as np

from .._machine.arrays import as_array
from .._machine.console import say
from .._training.counts import whole
from ..errors import DataError, SettingError, shorten
from ..types import Array, ArrayLike, DTypeLike
from ..utils.data_utils import Sequence
from .image_files import (
    ColorMode,
    DataFormat,
    File,
    Interpolation,
    array_to_img,
    check_data_format,
    img_to_array,
    load_img,
    rows_and_columns,
)
from .image_transforms import Random

ClassMode: TypeAlias = Literal["categorical", "binary", "sparse", "input"]
Subset: TypeAlias = Literal["training", "validation"]
# Images alone, images beside other inputs, or either of them with labels and weights.
Batch: TypeAlias = "Array | list[Array] | tuple[Array | list[Array], ...]"
# Images, and an array or a list of arrays that is handed on beside them.
Pair: TypeAlias = "tuple[ArrayLike, ArrayLike | list[ArrayLike]]"
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff")
_CLASS_MODES = ("categorical", "binary", "sparse", "input", None)
_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}


class Changes(Protocol):
    """What an iterator asks of its ImageDataGenerator."""

    validation_split: float

    def random_transform(self, x: Array, seed: int | None = None, random: Random | None = None) -> Array:
        """One image changed at random, by what `random` draws."""
        ...

    def standardize(self, x: Array) -> Array:
        """One image scaled and normalised."""
        ...


class Saving(NamedTuple):
    """Where changed images are written: into no folder by default, else as PREFIX_INDEX_NUMBER.FORMAT."""

    folder: File | None = None
    prefix: str = ""
    format: str = "png"


class Reading(NamedTuple):
    """How picture files become images: rows and columns, channels, and how they are resized."""

    target_size: tuple[int, int]
    color_mode: ColorMode
    interpolation: Interpolation


class Iterator(Sequence):
    """Batches by index, or endlessly with next(), which threads may share.

    Subclasses give `_get_batches_of_transformed_samples(index_array)`, or `_make` where they draw random numbers.

    Args:
        n: the number of samples.
        batch_size: how many make a batch; the last one may be smaller.
        shuffle: whether each epoch has an order of its own.
        seed: batch k of a run draws from seed + k, as in Keras, and NumPy's global state stays as it is; None draws from
            the global state.

    Example:
        >>> class Squares(Iterator):
        ...     def _get_batches_of_transformed_samples(self, index_array):
        ...         return index_array**2
        >>> squares = Squares(3, batch_size=2, shuffle=False, seed=None)
        >>> len(squares), squares[1].tolist(), next(squares).tolist()
        (2, [4], [0, 1])
    """

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None) -> None:
        self.n, self.shuffle, self.seed = n, shuffle, seed
        self.batch_size = whole(batch_size, f"{type(self).__name__}, batch_size", 1)
        self.batch_index = 0
        self.total_batches_seen = 0
        self.index_array: Array | None = None
        self.lock = threading.RLock()

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, index: int) -> Batch:
        if not hasattr(index, "__index__"):
            raise DataError(
                where=f"{type(self).__name__}, batch", expected="the number of one batch", actual=str(index)
            )
        if not -len(self) <= index < len(self):
            expected = f"a number from 0 to {len(self) - 1}" if len(self) else "a batch"
            raise DataError(where=f"{type(self).__name__}, batch", expected=expected, actual=str(index))
        with self.lock:
            random = self._random()
            first = index % len(self) * self.batch_size
            indices = self._order(random)[first : first + self.batch_size]
        return self._make(indices, random)

    def __iter__(self) -> Iterator:
        return self

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        """Refuse to be an array: NumPy would wait for the end of the batches, which never comes."""
        raise DataError(
            where=type(self).__name__,
            expected="an array",
            actual="batches without end",
            hint="Hand it on alone: fit(it), predict(it); it[0] and next(it) are single batches.",
        )

    def __next__(self) -> Batch:
        return self.next()

    def next(self) -> Batch:
        """The next batch; after the last the first, in another order where shuffled."""
        with self.lock:
            random = self._random()
            if self.batch_index == 0:
                self.index_array = None
            start = self.batch_index * self.batch_size
            indices = self._order(random)[start : start + self.batch_size]
            self.batch_index = (self.batch_index + 1) % max(1, len(self))
        return self._make(indices, random)

    def on_epoch_end(self) -> None:
        """Draw a new order."""
        with self.lock:
            self.index_array = None

    def reset(self) -> None:
        """Begin again with the first batch."""
        with self.lock:
            self.batch_index = 0

    def _random(self) -> Random:
        random = np.random if self.seed is None else np.random.RandomState(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1
        return random

    def _order(self, random: Random) -> Array:
        order = self.index_array
        if order is None:
            order = self.index_array = random.permutation(self.n) if self.shuffle else np.arange(self.n)
        return order

    def _make(self, index_array: Array, random: Random) -> Batch:
        return self._get_batches_of_transformed_samples(index_array)

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Batch:
        raise NotImplementedError(f"{type(self).__name__} needs _get_batches_of_transformed_samples(index_array).")


Samples = TypeVar("Samples", Array, list[str], list[int])


class ImageIterator(Iterator):
    """What both iterators share: changing the images and writing them out. generator: None changes nothing."""

    def __init__(
        self,
        generator: Changes | None,
        data_format: str | None,
        saving: Saving,
        subset: Subset | None,
        dtype: DTypeLike,
    ) -> None:
        if subset not in (None, "training", "validation"):
            raise SettingError(where="subset", expected="None, 'training' or 'validation'", actual=shorten(subset))
        self.generator, self.subset, self.dtype = generator, subset, dtype
        self.data_format: DataFormat = check_data_format(data_format)
        self.save_to_dir, self.save_prefix, self.save_format = saving

    def _changed(self, image: Array, random: Random) -> Array:
        if self.generator is None:
            return image
        return self.generator.standardize(self.generator.random_transform(image, random=random))

    def _subset_of(self, items: Samples) -> Samples:
        """Those of the subset: the generator's validation_split cuts off the first."""
        count = 0 if self.generator is None else int(len(items) * self.generator.validation_split)
        return {None: items, "validation": items[:count], "training": items[count:]}[self.subset]

    def _save(self, images: Array, index_array: Array) -> None:
        if self.save_to_dir is None:
            return
        for index, image in zip(index_array, images, strict=True):
            name = f"{self.save_prefix}_{index}_{np.random.default_rng().integers(10**7)}.{self.save_format}"
            array_to_img(image, self.data_format).save(os.path.join(os.fsdecode(self.save_to_dir), name))


class NumpyArrayIterator(ImageIterator):
    """Batches from images, with labels and weights where there are any: x, (x, y) or (x, y, weights).

    Args:
        x: images (N, H, W, C), or a pair of images and another array or a list of arrays that stay beside them.
        y: the labels (N, ...), or None.
        image_data_generator: the `ImageDataGenerator` that changes the images; None changes nothing.
        batch_size: how many images make a batch, 32 by default.
        shuffle: whether each epoch has an order of its own, False by default.
        sample_weight: a weight for each image (N,); None (the default): no weights.
        seed: batch k of a run draws from seed + k; None (the default) draws from NumPy's global state.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        save_to_dir: a folder into which changed images are written; None (the default) writes none.
        save_prefix: what the names of these files begin with.
        save_format: "png" (the default), "jpeg" ...
        subset: "training" or "validation", the parts of the generator's `validation_split`; None (the default): all.
        dtype: the type of the arrays, "float32" by default.

    Raises:
        DataError: another number of axes, or unequal lengths.
        SettingError: an unknown subset or format.

    Example:
        >>> images = np.zeros((3, 2, 2, 1))
        >>> x, y = next(NumpyArrayIterator(images, [0, 1, 2], None, batch_size=2))
        >>> x.shape, y.tolist()
        ((2, 2, 2, 1), [0, 1])
    """

    def __init__(
        self,
        x: ArrayLike | Pair,
        y: ArrayLike | None,
        image_data_generator: Changes | None,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: ArrayLike | None = None,
        seed: int | None = None,
        data_format: DataFormat | None = None,
        save_to_dir: File | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: Subset | None = None,
        dtype: DTypeLike = "float32",
    ) -> None:
        saving = Saving(save_to_dir, save_prefix, save_format)
        super().__init__(image_data_generator, data_format, saving, subset, dtype)
        first, others = _pair(x)
        images = as_array(first, "flow")
        if images.ndim != 4:
            raise DataError(where="flow", expected="images of rank 4: (N, H, W, C)", actual=f"shape {images.shape}")
        arrays = [images, *(as_array(o, "flow") for o in (others if isinstance(others, list) else [others]))]
        self._misc = len(arrays) - 1
        arrays += [as_array(a, "flow") for a in (y, sample_weight) if a is not None]
        if any(len(a) != len(images) for a in arrays):
            raise DataError(
                where="flow", expected=f"{len(images)} of each", actual=f"lengths {[len(a) for a in arrays]}"
            )
        arrays = [self._subset_of(array) for array in arrays]
        self.x, self._rest = arrays[0].astype(dtype), arrays[1:]
        self.y = None if y is None else self._rest[self._misc]
        Iterator.__init__(self, len(self.x), batch_size, shuffle, seed)

    def _make(self, index_array: Array, random: Random) -> Batch:
        images = np.array([self._changed(self.x[i], random) for i in index_array], self.dtype)
        self._save(images, index_array)
        rest = [a[index_array] for a in self._rest]
        first = [images, *rest[: self._misc]] if self._misc else images
        return (first, *rest[self._misc :]) if len(rest) > self._misc else first


def _pair(x: ArrayLike | Pair | list[Any]) -> tuple[ArrayLike, ArrayLike | list[ArrayLike]]:
    """The images, and what goes beside them. A list of two is a pair where its first item is a stack of images."""
    if isinstance(x, tuple):
        return cast("Pair", x)
    if isinstance(x, list) and len(x) == 2 and np.ndim(x[0]) == 4:
        return x[0], x[1]
    return x, []


def check_class_mode(class_mode: str | None, class_modes: Items[str | None]) -> None:
    """Refuse a kind of labels that the iterator does not give. Raises SettingError."""
    if class_mode not in class_modes:
        raise SettingError(where="class_mode", expected=f"one of {class_modes}", actual=shorten(class_mode))


class PictureFiles(ImageIterator):
    """What the iterators over picture files share. Subclasses set `filepaths` and give `_make`."""

    filepaths: list[str]

    def __init__(
        self,
        generator: Changes | None,
        reading: Reading,
        saving: Saving,
        data_format: str | None,
        subset: Subset | None,
        dtype: DTypeLike,
    ) -> None:
        super().__init__(generator, data_format, saving, subset, dtype)
        color_mode = reading.color_mode
        if color_mode not in _CHANNELS:
            raise SettingError(
                where="color_mode", expected=f"one of {', '.join(_CHANNELS)}", actual=shorten(color_mode)
            )
        rows, columns = self.target_size = rows_and_columns(reading.target_size, type(self).__name__)
        self.color_mode: ColorMode = reading.color_mode
        self.interpolation: Interpolation = reading.interpolation
        channels = _CHANNELS[color_mode]
        first = self.data_format == "channels_first"
        self.image_shape = (channels, rows, columns) if first else (rows, columns, channels)

    def _images(self, index_array: Array, random: Random) -> Array:
        images = np.zeros((len(index_array), *self.image_shape), self.dtype)
        for row, index in enumerate(index_array):
            img = load_img(self.filepaths[index], False, self.color_mode, self.target_size, self.interpolation)
            images[row] = self._changed(img_to_array(img, self.data_format, self.dtype), random)
        self._save(images, index_array)
        return images


class DirectoryIterator(PictureFiles):
    """Batches from pictures in one folder for each class.

    It has the attributes filenames, filepaths, classes (each picture's number), class_indices, num_classes, samples and
    image_shape.

    Args:
        directory: the folder with a folder for each class.
        image_data_generator: the `ImageDataGenerator` that changes the images; None changes nothing.
        target_size: rows and columns to which pictures are resized, 256 each by default.
        color_mode: "rgb" (the default), "grayscale" or "rgba".
        classes: the classes' folders in the order of their numbers; None (the default) takes all, sorted by name.
        class_mode: what the labels are: "categorical" (the default) rows with a single 1, "binary" or "sparse" numbers,
            "input" the images themselves, None no labels.
        batch_size: how many images make a batch, 32 by default.
        shuffle: whether each epoch has an order of its own, which is so by default.
        seed: batch k of a run draws from seed + k; None (the default) draws from NumPy's global state.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.
        save_to_dir: a folder into which changed images are written; None (the default) writes none.
        save_prefix: what the names of these files begin with.
        save_format: "png" (the default), "jpeg" ...
        follow_links: whether links to folders are followed, False by default.
        subset: "training" or "validation", the parts of the generator's `validation_split`; None (the default): all.
        interpolation: how pictures are resized, "nearest" by default; see `load_img`.
        dtype: the type of the arrays, "float32" by default.

    Raises:
        SettingError: an unknown class mode, colour mode, subset or format.

    Example:
        >>> import os, tempfile
        >>> from engine.preprocessing.image import save_img
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("cats", "dogs"):
        ...         os.mkdir(f"{folder}/{name}")
        ...         save_img(f"{folder}/{name}/1.png", np.zeros((2, 2, 3)))
        ...     DirectoryIterator(folder, None, target_size=(4, 4)).class_indices
        Found 2 images belonging to 2 classes.
        {'cats': 0, 'dogs': 1}
    """

    def __init__(
        self,
        directory: File,
        image_data_generator: Changes | None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: ColorMode = "rgb",
        classes: Iterable[str] | None = None,
        class_mode: ClassMode | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: DataFormat | None = None,
        save_to_dir: File | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: Subset | None = None,
        interpolation: Interpolation = "nearest",
        dtype: DTypeLike = "float32",
    ) -> None:
        reading = Reading(target_size, color_mode, interpolation)
        saving = Saving(save_to_dir, save_prefix, save_format)
        check_class_mode(class_mode, _CLASS_MODES)
        super().__init__(image_data_generator, reading, saving, data_format, subset, dtype)
        self.directory, self.class_mode = directory, class_mode
        directory = os.fsdecode(directory)
        names = list(classes) if classes else sorted(p.name for p in Path(directory).iterdir() if p.is_dir())
        self.class_indices = {name: index for index, name in enumerate(names)}
        self.num_classes = len(names)
        self.filepaths = []
        labels: list[int] = []
        for index, name in enumerate(names):
            paths = self._subset_of(_pictures(Path(directory) / name, follow_links))
            self.filepaths += paths
            labels += [index] * len(paths)
        self.filenames = [os.path.relpath(path, directory) for path in self.filepaths]
        self.classes = np.array(labels, "int32")
        self.samples = len(labels)
        say(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        Iterator.__init__(self, self.samples, batch_size, shuffle, seed)

    def _make(self, index_array: Array, random: Random) -> Batch:
        images = self._images(index_array, random)
        if self.class_mode is None:
            return images
        if self.class_mode == "input":
            return images, images.copy()
        labels = self.classes[index_array]
        if self.class_mode == "categorical":
            return images, np.eye(self.num_classes, dtype=self.dtype)[labels]
        return images, labels.astype(self.dtype)


def _pictures(folder: Path, follow_links: bool) -> list[str]:
    """Paths of the pictures in a folder and those below it, in the order of their names."""
    return [
        os.path.join(root, name)
        for root, _, names in sorted(os.walk(folder, followlinks=follow_links))
        for name in sorted(names)
        if name.lower().endswith(ENDINGS)
    ]
