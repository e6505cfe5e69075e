"""Arithmetic, normalisation, cross-entropies and random numbers under Keras's argument names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import _ops as ops
from .._machine.config import floatx
from .._ops import cast, less, less_equal
from ..errors import SettingError, ShapeError
from .convolution import normalize_data_format
from .variables import ndim

__all__ = [
    "batch_normalization",
    "bias_add",
    "binary_crossentropy",
    "categorical_crossentropy",
    "clip",
    "cumprod",
    "cumsum",
    "dropout",
    "in_top_k",
    "l2_normalize",
    "lesser",
    "lesser_equal",
    "maximum",
    "minimum",
    "normalize_batch_in_training",
    "one_hot",
    "pow",
    "random_binomial",
    "random_normal",
    "random_uniform",
    "sparse_categorical_crossentropy",
    "truncated_normal",
]


def maximum(x: Any, y: Any) -> Any:
    """The larger of x and y, element by element."""
    return ops.maximum(x, y)


def minimum(x: Any, y: Any) -> Any:
    """The smaller of x and y, element by element."""
    return ops.minimum(x, y)


lesser, lesser_equal = less, less_equal  # Keras 1


def cumsum(x: Any, axis: int = 0) -> Any:
    """Sums of the elements up to each, along an axis.

    >>> import numpy as np
    >>> cumsum(np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, 3.0, 6.0]
    """
    return ops.cumulative_sum(x, axis)


def cumprod(x: Any, axis: int = 0) -> Any:
    """Products of the elements up to each, along an axis."""
    return ops.cumulative_product(x, axis)


def clip(x: Any, min_value: float, max_value: float) -> Any:
    """Values held between two limits."""
    return ops.clip(x, min_value, max_value)


def pow(x: Any, a: Any) -> Any:
    """x to the power of a."""
    return ops.power(x, a)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """x divided by its length along an axis; lengths below 1e-6 count as that (TensorFlow's limit)."""
    return x / ops.sqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), 1e-12))


def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """x + bias along the channels; a bias of all axes but the batch has its channels last.

    Raises ValueError for biases of other ranks and for unknown formats.
    """
    first = normalize_data_format(data_format) == "channels_first"
    rank, own = ndim(x), ndim(bias)
    if own not in (1, rank - 1):
        raise ShapeError(where="K.bias_add", expected=f"a bias with 1 or {rank - 1} axes", found=str(bias.shape))
    if first and rank > 2:
        if own == 1:
            bias = ops.reshape(bias, (1, -1, *(1,) * (rank - 2)))
        else:
            # Keras reshapes here, so the order of a file's weights stays.
            bias = ops.reshape(bias, (1, bias.shape[-1], *bias.shape[:-1]))
    return x + bias


def dropout(x: Any, level: float, noise_shape: Any = None, seed: int | None = None) -> Any:
    """Set a share of the elements to 0, while training. Raises ValueError for a level outside of [0, 1)."""
    if not 0 <= level < 1:
        raise SettingError(where="K.dropout, level", expected="a number from 0 to below 1", found=str(level))
    return ops.dropout(x, level, noise_shape, seed)


def categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """-sum(target * log(output)) over the classes along `axis`; outputs are rescaled to sum to 1 and kept off 0 and 1."""
    if axis not in (-1, ndim(output) - 1):
        target, output = _last(target, axis), _last(output, axis)
    return ops.categorical_crossentropy(target, output, from_logits)


def sparse_categorical_crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    """-log(output[class]) with whole numbers as targets; classes along `axis`."""
    if axis not in (-1, ndim(output) - 1):
        target = _last(target, axis) if ndim(target) == ndim(output) else target
        output = _last(output, axis)
    return ops.sparse_categorical_crossentropy(target, output, from_logits)


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """-(target * log(output) + (1 - target) * log(1 - output)), element by element."""
    return ops.binary_crossentropy(target, output, from_logits)


def _last(x: Any, axis: int) -> Any:
    """x with `axis` moved to the end."""
    axis = axis % ndim(x)
    return ops.transpose(x, (*(i for i in range(ndim(x)) if i != axis), axis))


def one_hot(indices: Any, num_classes: int) -> Any:
    """Whole numbers as rows with a single 1: (...) -> (..., num_classes)."""
    return ops.one_hot(indices, num_classes)


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether the target class is among the k with the largest predictions; ties count: (N, C), (N,) -> (N,)."""
    wanted = ops.sum(predictions * ops.one_hot(targets, predictions.shape[-1]), axis=-1, keepdims=True)
    above = ops.sum(ops.cast(ops.greater(predictions, wanted), predictions.dtype), axis=-1)
    return ops.less(above, k)


def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> tuple[Any, Any, Any]:
    """(x normalised, mean, variance) of the batch over `reduction_axes`; gamma and beta may be None."""
    axes = [axis % ndim(x) for axis in reduction_axes]
    mean, variance = ops.mean(x, axis=axes), ops.var(x, axis=axes)
    wide = [1 if i in axes else -1 if n is None else n for i, n in enumerate(x.shape)]
    wide_mean, wide_variance, wide_beta, wide_gamma = (
        None if t is None else ops.reshape(t, wide) for t in (mean, variance, beta, gamma)
    )
    y = batch_normalization(x, wide_mean, wide_variance, wide_beta, wide_gamma, epsilon=epsilon)
    return y, mean, variance


def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """gamma * (x - mean) / sqrt(var + epsilon) + beta; vectors of statistics lie along `axis`."""

    def along(t: Any) -> Any:
        if t is None or len(t.shape) != 1 or axis in (-1, ndim(x) - 1):
            return t
        return ops.reshape(t, [-1 if i == axis % ndim(x) else 1 for i in range(ndim(x))])

    mean, var, beta, gamma = (along(t) for t in (mean, var, beta, gamma))
    y = (x - mean) / ops.sqrt(var + epsilon)
    y = y if gamma is None else y * gamma
    return y if beta is None else y + beta


def random_binomial(shape: Any, p: float = 0.0, dtype: Any = None, seed: int | None = None) -> Any:
    """1 with probability p, else 0, new at every run."""
    return cast(ops.less(ops.random_uniform(ops.blank(list(shape)), 0.0, 1.0, seed), p), dtype or floatx())


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Normal random numbers within two standard deviations, new at every run."""
    return ops.truncated_normal(ops.blank(list(shape)), mean, stddev, seed)


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Normal random numbers, new at every run."""
    return ops.random_normal(ops.blank(list(shape)), mean, stddev, seed)


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Uniform random numbers, new at every run."""
    return ops.random_uniform(ops.blank(list(shape)), minval, maxval, seed)
