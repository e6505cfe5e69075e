"""The numbers that users write into `fit` and its kin: epochs, steps, sizes and shares, as the forms they come in mean them."""

from __future__ import annotations

import math
import numbers
from typing import SupportsFloat, SupportsIndex, TypeAlias

import numpy as np

from ..errors import SettingError, shorten

Written: TypeAlias = "SupportsIndex | SupportsFloat"
_SENTENCES = {None: "a whole number", 0: "a whole number, 0 or above", 1: "a whole number above 0"}


def whole(value: Written, where: str, least: int | None = None) -> int:
    """What is meant as a whole number, of Python or NumPy, also as an array without axes, and 2.0 for 2.

    Args:
        value: what the user wrote.
        where: the argument, for the message.
        least: the smallest that is allowed, 0 or 1; None (the default) allows all.

    Raises:
        SettingError: anything else.

    Example:
        >>> whole(2.0, "epochs"), whole(np.int8(3), "epochs")
        (2, 3)
    """
    real = _real(value)
    if real is None or not math.isfinite(real) or real != int(real) or (least is not None and real < least):
        raise SettingError(where=where, expected=_SENTENCES[least], actual=shorten(value))
    return int(real)


def batches(value: Written, where: str) -> int:
    """How many batches: a quotient such as len(x) / 32 counts the batch that is begun, as in Keras.

    Args:
        value: what the user wrote.
        where: the argument, for the message.

    Raises:
        SettingError: not a number above 0.

    Example:
        >>> batches(100 / 32, "steps")
        4
    """
    real = _real(value)
    if real is None or not math.isfinite(real) or real <= 0:
        raise SettingError(where=where, expected="a number of batches above 0", actual=shorten(value))
    return math.ceil(real)


def share(value: Written, where: str) -> float:
    """A share between 0 and 1, neither of them.

    Args:
        value: what the user wrote.
        where: the argument, for the message.

    Raises:
        SettingError: anything else.

    Example:
        >>> share(np.float32(0.25), "fit, validation_split")
        0.25
    """
    real = _real(value)
    if real is None or not 0.0 < real < 1.0:
        raise SettingError(where=where, expected="a share between 0 and 1", actual=shorten(value))
    return float(real)


def _real(value: object) -> int | float | None:
    """The number that a value is; None for truth values, texts and whatever else is none."""
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    return int(value) if isinstance(value, numbers.Integral) else float(value)
