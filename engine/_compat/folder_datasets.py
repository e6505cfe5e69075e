"""Data sets of folders and of series, as `keras.utils` has them: pictures, texts and sounds by class, windows of a series.

Files and their order, the split by `validation_split` and the classes are those of tf.keras 2.15 and Keras 3.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from .._files.wav import read_wav
from ..errors import DataError, SettingError
from ..preprocessing.image import img_to_array, load_img
from ..types import Array
from .dataset import Dataset
from .functions import resized
from .values import eager

__all__ = [
    "audio_dataset_from_directory",
    "image_dataset_from_directory",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]

LabelMode: TypeAlias = Literal["int", "categorical", "binary"] | None
Subset: TypeAlias = Literal["training", "validation", "both"] | None
Labels: TypeAlias = "str | Sequence[int] | None"
Read: TypeAlias = Callable[[str], Array]
_PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


class FolderDataset(Dataset):
    """A data set of files, which knows their classes and paths."""

    class_names: list[str] | None = None
    file_paths: list[str]


class _Folder:
    """The files of a folder and their classes, in the order in which they are read.

    Args:
        where: the function, for messages.
        directory: the folder.
        endings: of the files that count.
        labels: "inferred" by the folders inside, numbers by file, or None.
        class_names: the folders inside in the order of their numbers; None: sorted.
        follow_links: whether links to folders are followed.
    """

    def __init__(
        self,
        where: str,
        directory: str | os.PathLike[str],
        endings: tuple[str, ...],
        labels: Labels,
        class_names: Sequence[str] | None,
        follow_links: bool,
    ) -> None:
        self.where, root = where, Path(directory)
        if not root.is_dir():
            raise FileNotFoundError(f"{where}: expected a folder, found {str(directory)!r}, which is none.")
        inferred = isinstance(labels, str)
        if inferred and labels != "inferred":
            raise SettingError(where=f"{where}, labels", expected="'inferred', numbers or None", actual=repr(labels))
        folders = sorted(one.name for one in root.iterdir() if one.is_dir() and not one.name.startswith("."))
        if inferred and class_names is not None and set(class_names) != set(folders):
            expected = f"the names of the folders inside: {folders}"
            raise SettingError(where=f"{where}, class_names", expected=expected, actual=repr(list(class_names)))
        self.class_names = list(class_names or folders) if inferred else None
        self.paths: list[str] = []
        numbers: list[int] = []
        for number, name in enumerate(self.class_names or [""]):
            inside = _files(root / name, endings, follow_links)
            self.paths += inside
            numbers += [number] * len(inside)
        self.labels: Array | None = None
        if labels is not None:
            self.labels = np.asarray(numbers if inferred else labels, "int32")
            if len(self.labels) != len(self.paths):
                actual = f"{len(self.labels)} labels"
                raise DataError(
                    where=f"{where}, labels", expected=f"one for each of {len(self.paths)} files", actual=actual
                )
        if not self.paths:
            expected = f"files that end in {', '.join(endings)} in {str(directory)!r}"
            raise FileNotFoundError(f"{where}: expected {expected}, found none.")

    def shuffle(self, seed: int) -> None:
        """Another order, as Keras draws it."""
        order = np.arange(len(self.paths))
        np.random.RandomState(seed).shuffle(order)
        self.paths = [self.paths[i] for i in order]
        self.labels = None if self.labels is None else self.labels[order]

    def part(self, share: float | None, subset: str | None) -> tuple[list[str], Array | None]:
        """The files and labels of a part; the validation's are the last ones."""
        cut = len(self.paths) if not share else len(self.paths) - int(share * len(self.paths))
        chosen = slice(None) if subset is None else slice(0, cut) if subset == "training" else slice(cut, None)
        return self.paths[chosen], None if self.labels is None else self.labels[chosen]


def _files(folder: Path, endings: tuple[str, ...], follow_links: bool) -> list[str]:
    walk = sorted(os.walk(folder, followlinks=follow_links), key=lambda one: one[0])
    return [os.path.join(at, name) for at, _, names in walk for name in sorted(names) if name.lower().endswith(endings)]


def _coded(labels: Array, mode: LabelMode, classes: int) -> Array:
    if mode == "categorical":
        return np.eye(classes, dtype="float32")[labels]
    return labels[:, None].astype("float32") if mode == "binary" else labels


def _made(
    folder: _Folder,
    read: Read,
    stack: Callable[[list[Array]], Array],
    *,
    label_mode: LabelMode,
    batch_size: int | None,
    shuffle: bool,
    seed: int | None,
    validation_split: float | None,
    subset: Subset,
) -> Any:
    """The data set of a folder, or both parts."""
    where = folder.where
    if label_mode not in ("int", "categorical", "binary", None):
        expected = "'int', 'categorical', 'binary' or None"
        raise SettingError(where=f"{where}, label_mode", expected=expected, actual=repr(label_mode))
    if bool(validation_split) != (subset is not None) or subset not in ("training", "validation", "both", None):
        expected = "'training', 'validation' or 'both' where validation_split is given, else None"
        raise SettingError(where=f"{where}, subset", expected=expected, actual=repr(subset))
    if validation_split and shuffle and seed is None:
        hint = "Give both parts the same seed, or shuffle=False, so that no file is in both."
        raise SettingError(
            where=f"{where}, seed", expected="a seed, as files are shuffled and split", actual="None", hint=hint
        )
    count = len(folder.class_names or ()) or (int(folder.labels.max()) + 1 if folder.labels is not None else 0)
    if label_mode == "binary" and count != 2:
        raise DataError(where=f"{where}, label_mode 'binary'", expected="2 classes", actual=str(count))
    seed = int(np.random.randint(10**6)) if seed is None else seed
    if shuffle:
        folder.shuffle(seed)

    def one(subset: str | None) -> FolderDataset:
        paths, labels = folder.part(validation_split, subset)
        coded = None if labels is None or label_mode is None else _coded(labels, label_mode, count)
        made = _of_files(paths, coded, read, stack, batch_size, seed if shuffle else None)
        made.class_names, made.file_paths = folder.class_names, paths
        return made

    return (one("training"), one("validation")) if subset == "both" else one(subset)


def _of_files(
    paths: list[str],
    labels: Array | None,
    read: Read,
    stack: Callable[[list[Array]], Array],
    batch_size: int | None,
    seed: int | None,
) -> FolderDataset:
    passes = iter(range(10**9))

    def elements() -> Iterable[Any]:
        order = np.arange(len(paths))
        if seed is not None:
            order = np.random.default_rng([seed, next(passes)]).permutation(order)
        size = batch_size or 1
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            batch = stack([read(paths[i]) for i in rows])
            parts = [batch] if labels is None else [batch, labels[rows]]
            shown = [eager(part if batch_size else part[0]) for part in parts]
            yield shown[0] if labels is None else tuple(shown)

    return FolderDataset(lambda: iter(elements()), -(-len(paths) // (batch_size or 1)))


def image_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Labels = "inferred",
    label_mode: LabelMode = "int",
    class_names: Sequence[str] | None = None,
    color_mode: Literal["grayscale", "rgb", "rgba"] = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: Subset = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    **_: object,
) -> Any:
    """Batches of the pictures in a folder, with the folders inside as classes.

    Args:
        directory: the folder.
        labels: "inferred", a number for each file in alphabetical order of paths, or None for pictures alone.
        label_mode: "int" (N,), "categorical" (N, C), "binary" (N, 1), or None for pictures alone.
        class_names: the folders inside, in the order of their numbers; sorted by default.
        color_mode: "grayscale", "rgb" (the default) or "rgba".
        batch_size: pictures in a batch, 32 by default; None: one picture at a time.
        image_size: height and width that all are brought to, (256, 256) by default.
        shuffle: whether files are shuffled, True by default.
        seed: of the order; it has to be given where files are shuffled and split.
        validation_split: share of the files that the part "validation" has, None by default.
        subset: "training", "validation", or "both" for a tuple of them.
        interpolation: "bilinear" (the default), "nearest" or "bicubic".
        follow_links: whether links to folders are followed, False by default.
        crop_to_aspect_ratio: whether pictures are cut to the ratio of `image_size`, rather than stretched.
        **_: accepted as in Keras: verbose and the like.

    Returns:
        A data set with `class_names` and `file_paths`, or two of them; pictures are (N, H, W, channels), from 0 to 255.

    Raises:
        FileNotFoundError: there is no such folder, or no picture in it.
        DataError: labels do not fit the files.
        FileError: a file is no picture.
        SettingError: arguments do not fit together.
    """
    folder = _Folder("image_dataset_from_directory", directory, _PICTURES, labels, class_names, follow_links)

    def read(path: str) -> Array:
        picture = img_to_array(load_img(path, color_mode=color_mode), data_format="channels_last")
        if crop_to_aspect_ratio:
            picture = _cut(picture, image_size)
        return np.asarray(resized(picture, image_size, interpolation), "float32")

    return _made(
        folder,
        read,
        np.stack,
        label_mode=label_mode if labels is not None else None,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
    )


def _cut(picture: Array, size: tuple[int, int]) -> Array:
    """The largest part in the middle that has the ratio of a size."""
    height, width = picture.shape[:2]
    tall = min(height, int(width * size[0] / size[1]))
    wide = min(width, int(height * size[1] / size[0]))
    top, left = (height - tall) // 2, (width - wide) // 2
    return picture[top : top + tall, left : left + wide]


def text_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Labels = "inferred",
    label_mode: LabelMode = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: Subset = None,
    follow_links: bool = False,
    **_: object,
) -> Any:
    """Batches of the texts (.txt) in a folder, with the folders inside as classes.

    Args:
        directory: the folder.
        labels: as in `image_dataset_from_directory`.
        label_mode: likewise.
        class_names: likewise.
        batch_size: texts in a batch, 32 by default.
        max_length: bytes of a text that are read at most; None, the default: all.
        shuffle: as in `image_dataset_from_directory`.
        seed: likewise.
        validation_split: likewise.
        subset: likewise.
        follow_links: likewise.
        **_: accepted as in Keras: verbose.

    Returns:
        A data set with `class_names` and `file_paths`, or two of them; texts are bytes, as TensorFlow has them.

    Raises:
        FileNotFoundError: there is no such folder, or no text in it.
        SettingError: arguments do not fit together.
    """
    folder = _Folder("text_dataset_from_directory", directory, (".txt",), labels, class_names, follow_links)

    def read(path: str) -> Any:
        return Path(path).read_bytes()[:max_length]

    def stack(texts: list[Any]) -> Array:
        made = np.empty(len(texts), object)
        made[:] = texts
        return made

    return _made(
        folder,
        read,
        stack,
        label_mode=label_mode if labels is not None else None,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
    )


def audio_dataset_from_directory(
    directory: str | os.PathLike[str],
    labels: Labels = "inferred",
    label_mode: LabelMode = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: Subset = None,
    follow_links: bool = False,
    **_: object,
) -> Any:
    """Batches of the sounds (.wav) in a folder, with the folders inside as classes.

    Args:
        directory: the folder.
        labels: as in `image_dataset_from_directory`.
        label_mode: likewise.
        class_names: likewise.
        batch_size: sounds in a batch, 32 by default.
        sampling_rate: samples a second that all must have; None, the default, takes them as they are. Nothing is resampled.
        output_sequence_length: samples that each is cut or filled to; None, the default: the longest of the batch.
        ragged: refused where True, as arrays have one length.
        shuffle: as in `image_dataset_from_directory`.
        seed: likewise.
        validation_split: likewise.
        subset: likewise.
        follow_links: likewise.
        **_: accepted as in Keras: verbose.

    Returns:
        A data set with `class_names` and `file_paths`, or two of them; sounds are (N, samples, channels), from -1 to 1.

    Raises:
        FileNotFoundError: there is no such folder, or no sound in it.
        DataError: a sound has another rate.
        SettingError: arguments do not fit together.
    """
    where = "audio_dataset_from_directory"
    if ragged:
        hint = "Leave it out: shorter sounds are filled with 0."
        raise SettingError(where=f"{where}, ragged", expected="False", actual="True", hint=hint)
    folder = _Folder(where, directory, (".wav",), labels, class_names, follow_links)

    def read(path: str) -> Array:
        sound = read_wav(path)
        if sampling_rate is not None and sound.rate != sampling_rate:
            raise DataError(where=path, expected=f"{sampling_rate} samples a second", actual=str(sound.rate))
        samples = sound.samples.reshape(len(sound.samples), -1).astype("float32")
        return samples if output_sequence_length is None else _of_length(samples, output_sequence_length)

    def stack(sounds: list[Array]) -> Array:
        longest = max(map(len, sounds))
        return np.stack([_of_length(sound, longest) for sound in sounds])

    return _made(
        folder,
        read,
        stack,
        label_mode=label_mode if labels is not None else None,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
    )


def _of_length(samples: Array, length: int) -> Array:
    cut = samples[:length]
    return np.pad(cut, ((0, length - len(cut)), (0, 0)))


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
) -> Dataset:
    """Batches of windows of a series: rows i, i + rate, ... i + (length - 1) * rate, with target number i.

    Args:
        data: the series, (T, ...).
        targets: a target for each window, by its first row; None for windows alone.
        sequence_length: rows of a window.
        sequence_stride: rows between the beginnings of two windows, 1 by default.
        sampling_rate: rows between two rows of a window, 1 by default.
        batch_size: windows in a batch, 128 by default; None: one at a time.
        shuffle: whether windows change places, False by default.
        seed: of their order.
        start_index: first row that is used, 0 by default.
        end_index: row behind the last one that is used, all by default.

    Returns:
        A data set of windows (N, length, ...), with targets where they are given.

    Raises:
        SettingError: a number is below 1, or the window is longer than the series.

    Example:
        >>> data = timeseries_dataset_from_array(np.arange(5), np.arange(5) * 10, sequence_length=2)
        >>> x, y = next(iter(data))
        >>> x.tolist(), y.tolist()
        ([[0, 1], [1, 2], [2, 3], [3, 4]], [0, 10, 20, 30])
    """
    where = "timeseries_dataset_from_array"
    rows = np.asarray(data)[start_index:end_index]
    answers = None if targets is None else np.asarray(targets)[start_index:end_index]
    for name, value in (
        ("sequence_length", sequence_length),
        ("sequence_stride", sequence_stride),
        ("sampling_rate", sampling_rate),
    ):
        if int(value) < 1:
            raise SettingError(where=f"{where}, {name}", expected="1 or more", actual=repr(value))
    span = (sequence_length - 1) * sampling_rate
    count = len(rows) - span if answers is None else min(len(rows) - span, len(answers))
    if count < 1:
        expected = f"at most {len(rows)} rows, those of the series"
        raise SettingError(where=f"{where}, sequence_length", expected=expected, actual=f"{span + 1} rows")
    starts = np.arange(0, count, sequence_stride)
    if shuffle:
        np.random.RandomState(np.random.randint(10**6) if seed is None else seed).shuffle(starts)
    steps = np.arange(0, sequence_length * sampling_rate, sampling_rate)
    size = batch_size or 1

    def elements() -> Iterable[Any]:
        order = np.random.permutation(starts) if shuffle and seed is None else starts
        for i in range(0, len(order), size):
            first = order[i : i + size]
            parts = [rows[first[:, None] + steps], *([] if answers is None else [answers[first]])]
            shown = [eager(part if batch_size else part[0]) for part in parts]
            yield shown[0] if answers is None else tuple(shown)

    return Dataset(lambda: iter(elements()), -(-len(starts) // size))
