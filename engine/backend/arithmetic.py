"""Arithmetic, normalisation, cross-entropies and random numbers under Keras's argument names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, overload

from .. import _ops as ops
from .._graph.tensor import Operand, Tensor, Value
from .._machine.config import DataFormat, normalize_data_format
from .._ops import less, less_equal
from ..errors import SettingError, ShapeError
from ..types import Array, ArrayLike, Axis
from .kinds import rank_of

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
    "sparse_categorical_crossentropy",
]


class _OfTwo(Protocol):
    """A function of two operands: of tensors, where one of them is a tensor, else of arrays."""

    @overload
    def __call__(self, x: Tensor, y: Operand) -> Tensor: ...
    @overload
    def __call__(self, x: Operand, y: Tensor) -> Tensor: ...
    @overload
    def __call__(self, x: ArrayLike, y: ArrayLike) -> Array: ...


def _of_two(function: Callable[..., Any]) -> _OfTwo:
    return function


@_of_two
def maximum(x: Operand, y: Operand) -> Tensor | Array:
    """The larger of x and y, element by element.

    Args:
        x: a tensor, an array or a number.
        y: likewise; both are broadcast as in NumPy.

    Returns:
        A tensor where one of them is a tensor, else an array.

    Example:
        >>> import numpy as np
        >>> maximum(np.array([1.0, 4.0]), 2.0).tolist()
        [2.0, 4.0]
    """
    return ops.maximum(x, y)


@_of_two
def minimum(x: Operand, y: Operand) -> Tensor | Array:
    """The smaller of x and y, element by element.

    Args:
        x: a tensor, an array or a number.
        y: likewise; both are broadcast as in NumPy.

    Returns:
        A tensor where one of them is a tensor, else an array.

    Example:
        >>> import numpy as np
        >>> minimum(np.array([1.0, 4.0]), 2.0).tolist()
        [1.0, 2.0]
    """
    return ops.minimum(x, y)


lesser, lesser_equal = less, less_equal  # Keras 1


def cumsum(x: Value, axis: int = 0) -> Value:
    """Sums of the elements up to each, along an axis.

    Args:
        x: a tensor or an array of any shape.
        axis: the axis, the first one by default.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> cumsum(np.array([1.0, 2.0, 3.0])).tolist()
        [1.0, 3.0, 6.0]
    """
    return ops.cumulative_sum(x, axis)


def cumprod(x: Value, axis: int = 0) -> Value:
    """Products of the elements up to each, along an axis.

    Args:
        x: a tensor or an array of any shape.
        axis: the axis, the first one by default.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> cumprod(np.array([1.0, 2.0, 3.0])).tolist()
        [1.0, 2.0, 6.0]
    """
    return ops.cumulative_product(x, axis)


def clip(x: Value, min_value: float, max_value: float) -> Value:
    """x with its elements limited to a range.

    Args:
        x: a tensor or an array of any shape.
        min_value: what smaller elements become.
        max_value: what larger elements become.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> clip(np.array([-3.0, 0.5, 3.0]), 0.0, 1.0).tolist()
        [0.0, 0.5, 1.0]
    """
    return ops.clip(x, min_value, max_value)


def pow(x: Value, a: Value | float) -> Value:
    """x to the power of a, element by element.

    Args:
        x: a tensor or an array of any shape.
        a: a number, or a tensor or an array that is broadcast with x.

    Returns:
        A tensor or an array in the shape that x and a broadcast to.

    Example:
        >>> import numpy as np
        >>> pow(np.array([2.0, 3.0]), 3).tolist()
        [8.0, 27.0]
    """
    return ops.power(x, a)


def l2_normalize(x: Value, axis: Axis = None) -> Value:
    """x divided by its length, x / sqrt(sum(x^2)); lengths below 1e-6 count as that, which is TensorFlow's limit.

    Args:
        x: a tensor or an array of any shape.
        axis: the axis or axes of one vector; None (the default) takes the whole of x as one.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> l2_normalize(np.array([3.0, 4.0])).tolist()
        [0.6, 0.8]
    """
    return x / ops.sqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), 1e-12))


def bias_add(x: Value, bias: Value, data_format: DataFormat | None = None) -> Value:
    """x + bias, with the bias along the channels.

    Args:
        x: (N, ..., C), or (N, C, ...) with "channels_first".
        bias: (C,), or one of all axes but the batch, with its channels last.
        data_format: "channels_last" or "channels_first"; None (the default) takes `image_data_format()`.

    Returns:
        A tensor or an array in the shape of x.

    Raises:
        ShapeError: the bias has another number of axes.
        SettingError: the format is unknown.

    Example:
        >>> import numpy as np
        >>> bias_add(np.zeros((1, 2)), np.array([1.0, 2.0])).tolist()
        [[1.0, 2.0]]
    """
    first = normalize_data_format(data_format) == "channels_first"
    rank, axes = rank_of(x), rank_of(bias)
    if axes not in (1, rank - 1):
        raise ShapeError(where="K.bias_add", expected=f"a bias with 1 or {rank - 1} axes", actual=str(bias.shape))
    if first and rank > 2:
        if axes == 1:
            bias = ops.reshape(bias, (1, -1, *(1,) * (rank - 2)))
        else:
            # Keras reshapes here, so the order of a file's weights stays.
            bias = ops.reshape(bias, (1, bias.shape[-1], *bias.shape[:-1]))
    return ops.add(x, bias)


def dropout(x: Value, level: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None) -> Value:
    """Set a share of the elements to 0 while training, and divide the others by 1 - level; else x as it is.

    Args:
        x: a tensor or an array of any shape.
        level: the share, from 0 to below 1.
        noise_shape: the shape in which zeros are drawn, 1 on axes that share them; None (the default): that of x.
        seed: of the random numbers; None (the default) takes a new one.

    Returns:
        A tensor or an array in the shape of x.

    Raises:
        SettingError: the level is outside of [0, 1).

    Example:
        >>> import numpy as np
        >>> dropout(np.ones(3), 0.5).tolist()
        [1.0, 1.0, 1.0]
    """
    if not 0 <= level < 1:
        raise SettingError(where="K.dropout, level", expected="a number from 0 to below 1", actual=str(level))
    return ops.dropout(x, level, noise_shape, seed)


def categorical_crossentropy(target: Value, output: Value, from_logits: bool = False, axis: int = -1) -> Value:
    """-sum(target * log(output)) over the classes, for targets of one 1 and otherwise zeros.

    Args:
        target: (N, ..., C), the true probabilities.
        output: (N, ..., C), probabilities, which are rescaled to sum to 1 and limited to [epsilon, 1 - epsilon].
        from_logits: whether `output` is what softmax is still to be taken of; False by default.
        axis: the axis of the classes, the last one by default.

    Returns:
        One number for each sample or position, without the axis of the classes.

    Example:
        >>> import numpy as np
        >>> categorical_crossentropy(np.array([[0.0, 1.0]]), np.array([[0.5, 0.5]])).round(4).tolist()
        [0.6931]
    """
    if axis not in (-1, rank_of(output) - 1):
        target, output = _last(target, axis), _last(output, axis)
    return ops.categorical_crossentropy(target, output, from_logits)


def sparse_categorical_crossentropy(target: Value, output: Value, from_logits: bool = False, axis: int = -1) -> Value:
    """-log(output[class]), for targets that are the classes' numbers.

    Args:
        target: (N, ...) or (N, ..., 1), whole numbers from 0.
        output: (N, ..., C), probabilities, which are limited to [epsilon, 1 - epsilon].
        from_logits: whether `output` is what softmax is still to be taken of; False by default.
        axis: the axis of the classes, the last one by default.

    Returns:
        One number for each sample or position, without the axis of the classes.

    Example:
        >>> import numpy as np
        >>> sparse_categorical_crossentropy(np.array([[1]]), np.array([[0.5, 0.5]])).round(4).ravel()
        array([0.6931], dtype=float32)
    """
    if axis not in (-1, rank_of(output) - 1):
        target = _last(target, axis) if rank_of(target) == rank_of(output) else target
        output = _last(output, axis)
    return ops.sparse_categorical_crossentropy(target, output, from_logits)


def binary_crossentropy(target: Value, output: Value, from_logits: bool = False) -> Value:
    """-(target * log(output) + (1 - target) * log(1 - output)), element by element.

    Args:
        target: zeros and ones, or probabilities, in the shape of `output`.
        output: probabilities, which are limited to [epsilon, 1 - epsilon].
        from_logits: whether `output` is what the sigmoid is still to be taken of; False by default.

    Returns:
        A tensor or an array in the shape of `output`.

    Example:
        >>> import numpy as np
        >>> binary_crossentropy(np.array([[1.0]]), np.array([[0.5]])).round(4).tolist()
        [[0.6931]]
    """
    return ops.binary_crossentropy(target, output, from_logits)


def _last(x: Value, axis: int) -> Value:
    """x with `axis` moved to the end."""
    axis = axis % rank_of(x)
    return ops.transpose(x, (*(i for i in range(rank_of(x)) if i != axis), axis))


def one_hot(indices: Value, num_classes: int) -> Value:
    """Whole numbers as rows with a single 1.

    Args:
        indices: (...), whole numbers from 0.
        num_classes: the length of a row.

    Returns:
        (..., num_classes), floats.

    Example:
        >>> import numpy as np
        >>> one_hot(np.array([0, 2]), 3).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    return ops.one_hot(indices, num_classes)


def in_top_k(predictions: Value, targets: Value, k: int) -> Value:
    """Whether fewer than k classes have a larger prediction than the target class.

    Args:
        predictions: (N, C), a value for each class.
        targets: (N,), the classes' numbers from 0.
        k: how many classes count.

    Returns:
        (N,), booleans.

    Example:
        >>> import numpy as np
        >>> in_top_k(np.array([[0.1, 0.7, 0.2]]), np.array([2]), 2).tolist()
        [True]
    """
    wanted = ops.sum(predictions * ops.one_hot(targets, int(predictions.shape[-1] or 0)), axis=-1, keepdims=True)
    above = ops.sum(ops.cast(ops.greater(predictions, wanted), predictions.dtype), axis=-1)
    within: Any = ops.less(above, k)  # of the kind of the predictions
    return within


def normalize_batch_in_training(
    x: Value, gamma: Value | None, beta: Value | None, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> tuple[Value, Value, Value]:
    """Batch normalisation with the statistics of this batch.

    Args:
        x: a tensor or an array of any shape.
        gamma: the factor, in the shape of the statistics, or None for 1.
        beta: the summand, in the shape of the statistics, or None for 0.
        reduction_axes: the axes over which mean and variance are taken.
        epsilon: added to the variance, 0.001 by default.

    Returns:
        x normalised, the mean and the variance.

    Example:
        >>> import numpy as np
        >>> y, mean, variance = normalize_batch_in_training(np.array([[1.0], [3.0]]), None, None, [0], epsilon=0)
        >>> y.tolist(), mean.tolist(), variance.tolist()
        ([[-1.0], [1.0]], [2.0], [1.0])
    """
    axes = [axis % rank_of(x) for axis in reduction_axes]
    mean, variance = ops.mean(x, axis=axes), ops.var(x, axis=axes)
    wide = [1 if i in axes else -1 if n is None else n for i, n in enumerate(x.shape)]
    wide_beta, wide_gamma = (None if t is None else ops.reshape(t, wide) for t in (beta, gamma))
    statistics = (ops.reshape(mean, wide), ops.reshape(variance, wide))
    y = batch_normalization(x, *statistics, wide_beta, wide_gamma, epsilon=epsilon)
    return y, mean, variance


def batch_normalization(
    x: Value,
    mean: Value,
    var: Value,
    beta: Value | None,
    gamma: Value | None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Value:
    """gamma * (x - mean) / sqrt(var + epsilon) + beta.

    Args:
        x: a tensor or an array of any shape.
        mean: (C,), or in a shape that is broadcast with x; the same holds for the next three.
        var: the variance.
        beta: the summand, or None for 0.
        gamma: the factor, or None for 1.
        axis: the axis of x along which vectors lie, the last one by default.
        epsilon: added to the variance, 0.001 by default.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> statistics = (np.array([1.0]), np.array([4.0]))
        >>> batch_normalization(np.array([[5.0]]), *statistics, None, None, epsilon=0).tolist()
        [[2.0]]
    """

    def along(t: Value) -> Value:
        if len(t.shape) != 1 or axis in (-1, rank_of(x) - 1):
            return t
        return ops.reshape(t, [-1 if i == axis % rank_of(x) else 1 for i in range(rank_of(x))])

    y = ops.divide(ops.subtract(x, along(mean)), ops.sqrt(ops.add(along(var), epsilon)))
    y = y if gamma is None else ops.multiply(y, along(gamma))
    return y if beta is None else ops.add(y, along(beta))
