"""Numeric defaults shared by every part: float type, fuzz factor and image layout (Keras's `keras.json` settings)."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ..errors import SettingError
from .context import bound

FLOAT_TYPES = ("float16", "float32", "float64")
DataFormat: TypeAlias = Literal["channels_first", "channels_last"]
_KERAS1_FORMATS: dict[str, str | None] = {"default": None, "tf": "channels_last", "th": "channels_first"}
DATA_FORMATS = ("channels_last", "channels_first")
PRECISIONS = ("float32", "tf32", "mixed_float16")


@dataclass
class _Defaults:
    floatx: str = "float32"
    epsilon: float = 1e-7
    image_data_format: str = "channels_last"
    training: bool | None = None
    exact: bool = False
    tf32: bool = False
    mixed: bool = False
    later: bool = False


_defaults = _Defaults()
_chosen_precision: ContextVar[str | None] = ContextVar("precision", default=None)  # of `precision`; None outside of it


def floatx() -> str:
    """The float type of new weights and placeholders.

    Returns:
        "float16", "float32" (the default) or "float64".

    Example:
        >>> floatx()
        'float32'
    """
    return _defaults.floatx


def set_floatx(floatx: str) -> None:
    """Set the float type of what is built from now on; what exists keeps its own.

    Args:
        floatx: "float16", "float32" or "float64".

    Raises:
        SettingError: another name.

    Example:
        >>> set_floatx("float64")
        >>> floatx()
        'float64'
        >>> set_floatx("float32")
    """
    if floatx not in FLOAT_TYPES:
        raise SettingError(where="set_floatx", expected=f"one of {', '.join(FLOAT_TYPES)}", actual=repr(floatx))
    _defaults.floatx = floatx


def float_dtype() -> np.dtype:
    """`floatx()` as a NumPy dtype."""
    return np.dtype(_defaults.floatx)


def exact() -> bool:
    """Whether compiled convolutions forgo what is faster and rounds more.

    Returns:
        False unless `set_exact` chose True.

    Example:
        >>> exact()
        False
    """
    return _defaults.exact


def set_exact(exact: bool) -> None:
    """Choose how compiled convolutions with kernels of 3 x 3 are computed, in what is built from now on; of volumes, k x 3 x 3.

    By Winograd's algorithm they take about half the time, with errors of 2e-6 to 2e-5 of the largest result; what is no number
    in a picture spreads over the results of its square of 4 x 4. The direct form, which all others have, has errors of 1e-6.
    Transformed kernels take four times the memory of the weights, beside them: 235 MB for VGG16, of which the direct form
    takes 59.

    Args:
        exact: True for the direct form everywhere.

    Example:
        >>> set_exact(True)
        >>> exact()
        True
        >>> set_exact(False)
    """
    _defaults.exact = bool(exact)


def tf32() -> bool:
    """Whether graphics cards round factors of float32 before they multiply them.

    Returns:
        False unless `set_tf32` chose True, or a block of `precision` chose "tf32".

    Example:
        >>> tf32()
        False
    """
    chosen = _chosen_precision.get()
    return _defaults.tf32 if chosen is None else chosen == "tf32"


def set_tf32(tf32: bool) -> None:
    """Choose how graphics cards multiply matrices of float32: exactly, or by factors that are rounded to 10 bits (TF32).

    Cards since 2020 multiply rounded factors several times as fast; sums stay float32. Results differ by about 1e-3 of the
    largest one. The processor always multiplies exactly.

    Args:
        tf32: True for rounded factors.

    Example:
        >>> set_tf32(True)
        >>> tf32()
        True
        >>> set_tf32(False)
    """
    _defaults.tf32 = bool(tf32)


def mixed_precision() -> str | None:
    """In which precision graphics cards multiply while they train.

    Returns:
        "float16" where `set_mixed_precision`, or a block of `precision`, chose it, else None: in that of the model.

    Example:
        >>> mixed_precision() is None
        True
    """
    chosen = _chosen_precision.get()
    return "float16" if (_defaults.mixed if chosen is None else chosen == "mixed_float16") else None


def set_mixed_precision(precision: str | None) -> None:
    """Choose how graphics cards train models that are compiled from now on: products in half precision, or all in float32.

    With "float16" the factors of dense, convolutional and recurrent layers and what lies between them are float16, which takes
    half the memory and several times less time on cards with such units; sums, losses, normalisations, weights and updates
    stay float32. The loss is multiplied by a scale, so that small gradients stay above 0; an update whose gradients are no
    finite numbers is left out, and the scale halves (as in `LossScaleOptimizer`). The processor, and what several cards or
    processes share, train in float32 whatever is chosen; predictions and measures are float32 everywhere.

    Args:
        precision: "float16", or None for float32.

    Raises:
        SettingError: anything else, also "bfloat16", which NumPy has no type for.

    Example:
        >>> set_mixed_precision("float16")
        >>> mixed_precision()
        'float16'
        >>> set_mixed_precision(None)
    """
    if precision not in (None, "float16"):
        hint = "NumPy has no type for bfloat16: use 'float16'." if precision == "bfloat16" else None
        where = "set_mixed_precision"
        raise SettingError(where=where, expected="'float16' or None", actual=repr(precision), hint=hint)
    _defaults.mixed = precision is not None


def precision(name: str | None) -> AbstractContextManager[None]:
    """Choose how graphics cards multiply inside a block, in its thread, whatever is chosen for the process.

    Models that are compiled in the block train so; `fit(precision=)` is such a block for one training.

    Args:
        name: "float32", "tf32" (as `set_tf32(True)`), "mixed_float16" (as `set_mixed_precision("float16")`), or None: as
            outside of the block.

    Returns:
        A context for a `with` block.

    Raises:
        SettingError: another name, also "mixed_bfloat16": NumPy has no type for bfloat16.

    Example:
        >>> with precision("tf32"):
        ...     tf32()
        True
    """
    if name is None:
        return nullcontext()
    if name not in PRECISIONS:
        hint = "NumPy has no type for bfloat16: use 'mixed_float16'." if "bfloat16" in str(name) else None
        expected = f"one of {', '.join(map(repr, PRECISIONS))}, or None"
        raise SettingError(where="precision", expected=expected, actual=repr(name), hint=hint)
    return bound(_chosen_precision, name)


def chosen_precision() -> str | None:
    """What the block of `precision` chose that this thread is in; None outside of any."""
    return _chosen_precision.get()


def epsilon() -> float:
    """The small number that keeps divisions and logarithms finite.

    Returns:
        1e-7 unless `set_epsilon` chose another, as in Keras 2.

    Example:
        >>> epsilon()
        1e-07
    """
    return _defaults.epsilon


def set_epsilon(e: object) -> None:
    """Set the small number that keeps divisions and logarithms finite.

    Args:
        e: a number above 0.

    Raises:
        SettingError: anything else.

    Example:
        >>> set_epsilon(1e-5)
        >>> epsilon()
        1e-05
        >>> set_epsilon(1e-7)
    """
    if isinstance(e, bool) or not isinstance(e, (int, float, np.floating)) or not e > 0:
        raise SettingError(where="set_epsilon", expected="a number above 0", actual=repr(e))
    _defaults.epsilon = float(e)


def image_data_format() -> str:
    """The layout of images where a layer or a function names none.

    Returns:
        "channels_last" (the default), (N, H, W, C), or "channels_first", (N, C, H, W).

    Example:
        >>> image_data_format()
        'channels_last'
    """
    return _defaults.image_data_format


def normalize_data_format(value: str | None) -> DataFormat:
    """The layout of images that a `data_format` argument means.

    Args:
        value: "channels_last" or "channels_first" in any case, or Keras 1's "tf" and "th"; None and Keras 1's
            "default" take `image_data_format()`.

    Returns:
        "channels_last" or "channels_first".

    Raises:
        SettingError: another value.

    Example:
        >>> normalize_data_format(None)
        'channels_last'
    """
    if isinstance(value, str):
        value = _KERAS1_FORMATS.get(value, value)
    data_format = image_data_format() if value is None else value.lower()
    if data_format in ("channels_first", "channels_last"):
        return data_format
    raise SettingError(where="data_format", expected="'channels_first' or 'channels_last'", actual=repr(value))


def set_image_data_format(data_format: str) -> None:
    """Set the layout of images of layers built from now on.

    Args:
        data_format: "channels_last" or "channels_first".

    Raises:
        SettingError: another name.

    Example:
        >>> set_image_data_format("channels_first")
        >>> image_data_format()
        'channels_first'
        >>> set_image_data_format("channels_last")
    """
    if data_format not in DATA_FORMATS:
        raise SettingError(where="set_image_data_format", expected=" or ".join(DATA_FORMATS), actual=repr(data_format))
    _defaults.image_data_format = data_format


def follows_later_keras() -> bool:
    """Whether layers do as tf.keras's where Keras 2.2 does otherwise: where masks end, how layers without a name are called."""
    return _defaults.later


def follow_later_keras(on: bool) -> None:
    """Set it, for `engine.compat`."""
    _defaults.later = on


def fixed_phase() -> bool | None:
    """The phase that layers called from now on take for good; None (default) leaves it to each run."""
    return _defaults.training


def fix_phase(training: bool | None) -> None:
    """Set the phase that layers called from now on take for good."""
    _defaults.training = training
