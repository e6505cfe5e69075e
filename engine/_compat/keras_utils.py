"""Names of `keras.utils` that came after Keras 2.2.4."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from .._declared.registry import get_custom_objects
from .._machine.random import set_seed
from ..preprocessing.image import array_to_img, img_to_array, load_img, save_img
from ..preprocessing.sequence import pad_sequences

__all__ = [
    "array_to_img",
    "img_to_array",
    "load_img",
    "pad_sequences",
    "register_keras_serializable",
    "save_img",
    "set_random_seed",
]

Thing = TypeVar("Thing")


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
