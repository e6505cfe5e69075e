"""Names of `keras.utils` that came after Keras 2.2.4."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .._declared.registry import get_custom_objects
from .._machine.random import draw_seed, set_seed
from .._training.own_steps import packed
from ..backend import clear_session, is_keras_tensor
from ..errors import SettingError
from ..models.stepping import unpacked
from ..preprocessing.image import array_to_img, img_to_array, load_img, save_img
from ..preprocessing.sequence import pad_sequences
from ..utils import Sequence
from .dataset import Dataset
from .folder_datasets import (
    audio_dataset_from_directory,
    image_dataset_from_directory,
    text_dataset_from_directory,
    timeseries_dataset_from_array,
)

__all__ = [
    "PyDataset",
    "array_to_img",
    "audio_dataset_from_directory",
    "clear_session",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "image_dataset_from_directory",
    "img_to_array",
    "is_keras_tensor",
    "load_img",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "register_keras_serializable",
    "save_img",
    "set_random_seed",
    "split_dataset",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "unpack_x_y_sample_weight",
]

Thing = TypeVar("Thing")
PyDataset = Sequence


def enable_interactive_logging() -> None:
    """Accepted as in Keras: `verbose` says how a training is shown."""


def disable_interactive_logging() -> None:
    """Accepted as in Keras: `verbose` says how a training is shown."""


def set_random_seed(seed: int) -> None:
    """Begin all random numbers anew: Python's, NumPy's and the engine's.

    Args:
        seed: a whole number from 0.
    """
    random.seed(seed)
    np.random.seed(seed)
    set_seed(seed)


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[Thing], Thing]:
    """Decorator: make a class or function known by its name, so that files that name it can be read.

    Args:
        package: accepted as in Keras; files hold it before the name.
        name: the name, the class's own by default.
    """

    def register(thing: Thing) -> Thing:
        known = name or str(getattr(thing, "__name__", thing))
        get_custom_objects()[known] = thing
        get_custom_objects()[f"{package}>{known}"] = thing
        return thing

    return register


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Inputs, targets and weights of what `train_step` gets; None for what is not there.

    Args:
        data: (x, y, sample_weight), (x, y), (x,) or x.

    Returns:
        The three of them.

    Raises:
        DataError: there are more than three parts.
    """
    return unpacked(data)


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """What `train_step` gets of inputs, targets and weights.

    Args:
        x: the inputs.
        y: the targets, None for none.
        sample_weight: the weights, None for none.

    Returns:
        As many parts as there are, x alone as itself.
    """
    return packed(x, y, sample_weight)


def split_dataset(
    dataset: Any,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
) -> tuple[Dataset, Dataset]:
    """Two data sets of the elements of one, or of the rows of arrays.

    Args:
        dataset: a data set, an array, or a tuple of arrays.
        left_size: share or number of elements of the first one; None: what the second leaves.
        right_size: likewise of the second one.
        shuffle: whether elements change places before, False by default.
        seed: of their order.

    Returns:
        Both, which hold their elements in memory.

    Raises:
        SettingError: neither size is given.
    """
    if left_size is None and right_size is None:
        raise SettingError(where="split_dataset", expected="left_size or right_size", actual="neither")
    source = dataset if isinstance(dataset, Dataset) else Dataset.from_tensor_slices(dataset)
    elements = list(source)
    if shuffle:
        order = np.random.default_rng(draw_seed() if seed is None else seed).permutation(len(elements))
        elements = [elements[i] for i in order]

    def count(size: float) -> int:
        return round(size * len(elements)) if isinstance(size, float) else int(size)

    first = count(left_size) if left_size is not None else len(elements) - count(right_size or 0)
    last = len(elements) if right_size is None else first + count(right_size)
    left, right = elements[:first], elements[first:last]
    return Dataset(lambda: iter(left), len(left)), Dataset(lambda: iter(right), len(right))
