"""Numeric defaults shared by every part: float type, fuzz factor and image layout (Keras's `keras.json` settings)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import SettingError

FLOAT_TYPES = ("float16", "float32", "float64")
DATA_FORMATS = ("channels_last", "channels_first")


@dataclass
class _Defaults:
    floatx: str = "float32"
    epsilon: float = 1e-7
    image_data_format: str = "channels_last"
    training: bool | None = None


_defaults = _Defaults()


def floatx() -> str:
    """The float type of new weights and placeholders: 'float16', 'float32' (default) or 'float64'.

    >>> floatx()
    'float32'
    """
    return _defaults.floatx


def set_floatx(floatx: str) -> None:
    """Set the float type of what is built from now on; what exists keeps its own."""
    if floatx not in FLOAT_TYPES:
        raise SettingError(where="set_floatx", expected=f"one of {', '.join(FLOAT_TYPES)}", actual=repr(floatx))
    _defaults.floatx = floatx


def float_dtype() -> np.dtype:
    """`floatx()` as a NumPy dtype."""
    return np.dtype(_defaults.floatx)


def epsilon() -> float:
    """The fuzz factor that keeps divisions and logarithms finite (1e-7, Keras 2)."""
    return _defaults.epsilon


def set_epsilon(e: object) -> None:
    """Set the fuzz factor; a positive number."""
    if isinstance(e, bool) or not isinstance(e, (int, float, np.floating)) or not e > 0:
        raise SettingError(where="set_epsilon", expected="a number above 0", actual=repr(e))
    _defaults.epsilon = float(e)


def image_data_format() -> str:
    """The default image layout: 'channels_last' (default) or 'channels_first'."""
    return _defaults.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Set the image layout of layers built from now on."""
    if data_format not in DATA_FORMATS:
        raise SettingError(where="set_image_data_format", expected=" or ".join(DATA_FORMATS), actual=repr(data_format))
    _defaults.image_data_format = data_format


def fixed_phase() -> bool | None:
    """The phase that layers called from now on take for good; None (default) leaves it to each run."""
    return _defaults.training


def fix_phase(training: bool | None) -> None:
    """Set the phase that layers called from now on take for good."""
    _defaults.training = training
