"""Endless batches of changed images, from arrays and from folders of pictures."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError, SettingError, shorten
from ..utils.data_utils import Sequence
from .image_transforms import array_to_img, check_data_format, img_to_array, load_img

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff")
_CLASS_MODES = ("categorical", "binary", "sparse", "input", None)
_CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}


class Iterator(Sequence):
    """Batches of `n` samples: by number, or endlessly with next(), which threads may share.

    seed: batch k of a run draws from seed + k, as in Keras, and NumPy's global state stays as it is; None draws from
    the global state. Subclasses give `_get_batches_of_transformed_samples(index_array)`, or `_make` where they draw.
    """

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None) -> None:
        self.n, self.batch_size, self.shuffle, self.seed = n, batch_size, shuffle, seed
        self.batch_index = 0
        self.total_batches_seen = 0
        self.index_array: np.ndarray | None = None
        self.lock = threading.RLock()

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, index: int) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(f"Batch {index} of {len(self)}: numbers go from 0 to {len(self) - 1}.")
        with self.lock:
            random = self._random()
            chosen = self._places(random)[index * self.batch_size : (index + 1) * self.batch_size]
        return self._make(chosen, random)

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return self.next()

    def next(self) -> Any:
        """The next batch; after the last the first, in another order where shuffled."""
        with self.lock:
            random = self._random()
            if self.batch_index == 0:
                self.index_array = None
            start = self.batch_index * self.batch_size
            chosen = self._places(random)[start : start + self.batch_size]
            self.batch_index = (self.batch_index + 1) % max(1, len(self))
        return self._make(chosen, random)

    def on_epoch_end(self) -> None:
        """Draw a new order."""
        with self.lock:
            self.index_array = None

    def reset(self) -> None:
        """Begin again with the first batch."""
        with self.lock:
            self.batch_index = 0

    def _random(self) -> Any:
        random: Any = np.random if self.seed is None else np.random.RandomState(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1
        return random

    def _places(self, random: Any) -> np.ndarray:
        if self.index_array is None:
            self.index_array = random.permutation(self.n) if self.shuffle else np.arange(self.n)
        return self.index_array  # pyright: ignore[reportReturnType]

    def _make(self, index_array: np.ndarray, random: Any) -> Any:
        return self._get_batches_of_transformed_samples(index_array)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs _get_batches_of_transformed_samples(index_array).")


class _ImageIterator(Iterator):
    """What both iterators share: changing the images and writing them out."""

    generator: Any
    data_format: str
    save_to_dir: Any
    save_prefix: str
    save_format: str

    def _changed(self, image: np.ndarray, random: Any) -> np.ndarray:
        return self.generator.standardize(self.generator.random_transform(image, random=random))

    def _save(self, images: np.ndarray, index_array: np.ndarray) -> None:
        if self.save_to_dir is None:
            return
        for place, image in zip(index_array, images, strict=True):
            name = f"{self.save_prefix}_{place}_{np.random.default_rng().integers(10**7)}.{self.save_format}"
            array_to_img(image, self.data_format).save(os.path.join(self.save_to_dir, name))


def check_subset(subset: str | None) -> None:
    """Refuse what is not None, "training" or "validation"."""
    if subset not in (None, "training", "validation"):
        raise SettingError(where="subset", expected="None, 'training' or 'validation'", found=shorten(subset))


class NumpyArrayIterator(_ImageIterator):
    """Batches from images (N, H, W, C), with labels and weights where given: x, (x, y) or (x, y, weights).

    x may be (images, other arrays), which are handed on beside the images. Raises DataError for another rank or
    unequal lengths.
    """

    def __init__(
        self, x: Any, y: Any, image_data_generator: Any, batch_size: int = 32, shuffle: bool = False,
        sample_weight: Any = None, seed: int | None = None, data_format: str | None = None, save_to_dir: Any = None,
        save_prefix: str = "", save_format: str = "png", subset: str | None = None, dtype: Any = "float32",
    ) -> None:  # fmt: skip
        check_subset(subset)
        paired = isinstance(x, tuple)
        others = x[1] if paired else []
        images = np.asarray(x[0] if paired else x)
        if images.ndim != 4:
            raise DataError(where="flow", expected="images of rank 4: (N, H, W, C)", found=f"shape {images.shape}")
        arrays = [images, *(np.asarray(o) for o in (others if isinstance(others, list) else [others]))]
        self._misc = len(arrays) - 1
        arrays += [np.asarray(a) for a in (y, sample_weight) if a is not None]
        if any(len(a) != len(images) for a in arrays):
            raise DataError(
                where="flow", expected=f"{len(images)} of each", found=f"lengths {[len(a) for a in arrays]}"
            )
        if subset is not None:
            at = int(len(images) * image_data_generator._validation_split)
            arrays = [a[:at] if subset == "validation" else a[at:] for a in arrays]
        self.x, self._rest = arrays[0].astype(dtype), arrays[1:]
        self.generator, self.dtype = image_data_generator, dtype
        self.data_format = check_data_format(data_format)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _make(self, index_array: np.ndarray, random: Any) -> Any:
        images = np.array([self._changed(self.x[i], random) for i in index_array], self.dtype)
        self._save(images, index_array)
        rest = [a[index_array] for a in self._rest]
        first: Any = [images, *rest[: self._misc]] if self._misc else images
        return (first, *rest[self._misc :]) if len(rest) > self._misc else first


class PictureFiles(_ImageIterator):
    """What the iterators over picture files share. Subclasses set `filepaths` and give `_labels(index_array)`."""

    filepaths: list[str]

    def __init__(
        self, image_data_generator: Any, target_size: Any, color_mode: str, class_mode: str | None,
        class_modes: tuple[str | None, ...], data_format: str | None, save_to_dir: Any, save_prefix: str,
        save_format: str, subset: str | None, interpolation: str, dtype: Any,
    ) -> None:  # fmt: skip
        check_subset(subset)
        if class_mode not in class_modes:
            raise SettingError(where="class_mode", expected=f"one of {class_modes}", found=shorten(class_mode))
        if color_mode not in _CHANNELS:
            raise SettingError(where="color_mode", expected=f"one of {', '.join(_CHANNELS)}", found=shorten(color_mode))
        self.generator, self.dtype = image_data_generator, dtype
        self.target_size, self.color_mode, self.class_mode = tuple(target_size), color_mode, class_mode
        self.interpolation, self.subset = interpolation, subset
        self.data_format = check_data_format(data_format)
        channels = _CHANNELS[color_mode]
        first = self.data_format == "channels_first"
        self.image_shape = (channels, *self.target_size) if first else (*self.target_size, channels)
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format

    def _subset_of(self, items: list[Any]) -> list[Any]:
        """Those of the subset: the generator's validation_split cuts off the first."""
        at = int(self.generator._validation_split * len(items))
        return {None: items, "validation": items[:at], "training": items[at:]}[self.subset]

    def _images(self, index_array: np.ndarray, random: Any) -> np.ndarray:
        images = np.zeros((len(index_array), *self.image_shape), self.dtype)
        for row, place in enumerate(index_array):
            img = load_img(self.filepaths[place], False, self.color_mode, self.target_size, self.interpolation)
            images[row] = self._changed(img_to_array(img, self.data_format, self.dtype), random)
        self._save(images, index_array)
        return images


class DirectoryIterator(PictureFiles):
    """Batches from pictures in one folder for each class; classes are numbered in the order of their names.

    class_mode: "categorical" rows with a single 1, "binary" or "sparse" numbers, "input" the images themselves, None
    no labels. Attributes: filenames, filepaths, classes, class_indices, num_classes, samples, image_shape.
    Raises SettingError.
    """

    def __init__(
        self, directory: Any, image_data_generator: Any, target_size: Any = (256, 256), color_mode: str = "rgb",
        classes: Any = None, class_mode: str | None = "categorical", batch_size: int = 32, shuffle: bool = True,
        seed: int | None = None, data_format: str | None = None, save_to_dir: Any = None, save_prefix: str = "",
        save_format: str = "png", follow_links: bool = False, subset: str | None = None,
        interpolation: str = "nearest", dtype: Any = "float32",
    ) -> None:  # fmt: skip
        PictureFiles.__init__(
            self, image_data_generator, target_size, color_mode, class_mode, _CLASS_MODES, data_format, save_to_dir,
            save_prefix, save_format, subset, interpolation, dtype,
        )  # fmt: skip
        self.directory = directory
        names = list(classes) if classes else sorted(p.name for p in Path(directory).iterdir() if p.is_dir())
        self.class_indices = {name: number for number, name in enumerate(names)}
        self.num_classes = len(names)
        self.filepaths = []
        labels: list[int] = []
        for number, name in enumerate(names):
            kept = self._subset_of(_pictures(Path(directory) / name, follow_links))
            self.filepaths += kept
            labels += [number] * len(kept)
        self.filenames = [os.path.relpath(path, directory) for path in self.filepaths]
        self.classes = np.array(labels, "int32")
        self.samples = len(labels)
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        Iterator.__init__(self, self.samples, batch_size, shuffle, seed)

    def _make(self, index_array: np.ndarray, random: Any) -> Any:
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
