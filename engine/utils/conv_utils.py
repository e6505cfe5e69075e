"""Sizes and kernels of convolutions, under Keras's path."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .._machine.config import normalize_data_format
from .._ops.shapes import unwindowed_length
from ..errors import SettingError
from ..types import Array, ArrayLike

__all__ = [
    "conv_input_length",
    "conv_output_length",
    "convert_kernel",
    "deconv_length",
    "normalize_data_format",
    "normalize_padding",
    "normalize_tuple",
]

_PADDINGS = ("valid", "same", "causal")


def normalize_tuple(value: int | Iterable[int], n: int, name: str) -> tuple[int, ...]:
    """One whole number, or n of them, as a tuple of n. Raises ValueError naming `name`.

    >>> normalize_tuple(3, 2, "strides")
    (3, 3)
    """
    if isinstance(value, (int, np.integer)):
        return (int(value),) * n
    try:
        numbers = tuple(int(v) for v in value)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != n:
        raise SettingError(where=name, expected=f"a whole number or {n} of them", actual=repr(value))
    return numbers


def normalize_padding(value: str) -> str:
    """A padding's name in lower case. Raises ValueError for an unknown one.

    >>> normalize_padding("Same")
    'same'
    """
    padding = value.lower()
    if padding not in (*_PADDINGS, "full"):
        raise SettingError(where="padding", expected="'valid', 'same' or 'causal'", actual=repr(value))
    return padding


def convert_kernel(kernel: ArrayLike) -> Array:
    """A convolution's kernel with all spatial axes reversed: Theano's order to TensorFlow's and back.

    kernel: (*sizes, C_in, C_out) with 1 to 3 sizes. Raises SettingError for another rank.

    >>> convert_kernel([[[1]], [[2]], [[3]]]).ravel().tolist()
    [3, 2, 1]
    """
    array = np.asarray(kernel)
    if not 3 <= array.ndim <= 5:
        raise SettingError(where="convert_kernel", expected="a kernel of rank 3 to 5", actual=f"shape {array.shape}")
    return np.copy(np.flip(array, tuple(range(array.ndim - 2))))


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """Steps that a convolution gives for so many steps; None for None.

    >>> conv_output_length(10, 3, "valid", 2)
    4
    """
    if input_length is None:
        return None
    window = (filter_size - 1) * dilation + 1
    length = {"same": input_length, "causal": input_length, "valid": input_length - window + 1}.get(padding)
    if length is None:
        length = input_length + window - 1 if normalize_padding(padding) == "full" else 0
    return -(-length // stride)


def conv_input_length(output_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """The fewest steps for which a convolution gives so many; None for None.

    >>> conv_input_length(4, 3, "valid", 2)
    9
    """
    if output_length is None:
        return None
    pad = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[normalize_padding(padding)]
    return (output_length - 1) * stride - 2 * pad + filter_size


def deconv_length(
    dim_size: int | None,
    stride_size: int,
    kernel_size: int,
    padding: str,
    output_padding: int | None,
    dilation: int = 1,
) -> int | None:
    """Steps that a transposed convolution gives; output_padding None takes the usual size.

    >>> deconv_length(4, 2, 3, "valid", None)
    9
    """
    return unwindowed_length(dim_size, kernel_size, stride_size, normalize_padding(padding), dilation, output_padding)
