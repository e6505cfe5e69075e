"""What networks are made of, as functions of `keras.ops` and `tf.nn`: windows, normalisations, attention. They have gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .. import backend as K
from .._graph.tensor import Tensor
from .._machine.config import normalize_data_format
from .._ops.rearrange import through_channels_last
from ..errors import ShapeError
from .values import TensorLike, TensorValue, eager, operand

Ints = int | Sequence[int]
# TensorFlow's words for the order of the axes.
_FORMATS = {
    **dict.fromkeys(("NWC", "NHWC", "NDHWC"), "channels_last"),
    **dict.fromkeys(("NCW", "NCHW", "NCDHW"), "channels_first"),
}


def _each(sizes: Ints, rank: int) -> tuple[int, ...]:
    """A number for each axis; one stands for all."""
    numbers = [int(n) for n in np.ravel(np.asarray(sizes))]
    return tuple(numbers * rank if len(numbers) == 1 else numbers)


def _reals(*values: Any) -> list[Any]:
    return [x if x.dtype.kind == "f" else ops.cast(x, "float32") for x in map(operand, values)]


def conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: Ints = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Ints = 1,
) -> TensorValue:
    """Convolution over as many axes as the kernel (*size, C, F) has; in groups where C is a part of the channels."""
    x, weights = _reals(inputs, kernel)
    rank = len(weights.shape) - 2
    settings = (_each(strides, rank), padding.lower(), _each(dilation_rate, rank), normalize_data_format(data_format))
    channels = x.shape[1 if settings[-1] == "channels_first" else -1]
    parts = int(channels) // int(weights.shape[-2])
    if parts == 1:
        return eager(ops.conv(x, weights, None, *settings))
    axis = 1 if settings[-1] == "channels_first" else len(x.shape) - 1
    pairs = zip(_split(x, parts, axis), _split(weights, parts, len(weights.shape) - 1), strict=True)
    return eager(ops.concatenate([ops.conv(a, b, None, *settings) for a, b in pairs], axis=axis))


def _split(x: Any, parts: int, axis: int) -> list[Any]:
    size = int(x.shape[axis]) // parts
    lead = (slice(None),) * axis
    return [ops.getitem(x, (*lead, slice(i * size, (i + 1) * size))) for i in range(parts)]


def conv_transpose(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: Ints = 1,
    padding: str = "valid",
    output_padding: Ints | None = None,
    data_format: str | None = None,
    dilation_rate: Ints = 1,
) -> TensorValue:
    """What the gradient of `conv` computes, for a kernel (*size, F, C)."""
    x, weights = _reals(inputs, kernel)
    rank = len(weights.shape) - 2
    extra = None if output_padding is None else _each(output_padding, rank)
    dilation = _each(dilation_rate, rank)
    order = normalize_data_format(data_format)
    return eager(ops.conv_transposed(x, weights, None, _each(strides, rank), padding.lower(), dilation, order, extra))


def depthwise_conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: Ints = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Ints = 1,
) -> TensorValue:
    """Each channel convolved with M kernels of its own, (*size, C, M)."""
    x, weights = _reals(inputs, kernel)
    rank = len(weights.shape) - 2
    settings = (_each(strides, rank), padding.lower(), _each(dilation_rate, rank))

    def convolved(images: Any) -> Any:
        return ops.depthwise_conv(images, weights, *settings)

    return eager(through_channels_last(convolved, x, normalize_data_format(data_format)))


def separable_conv(
    inputs: TensorLike,
    depthwise_kernel: TensorLike,
    pointwise_kernel: TensorLike,
    strides: Ints = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Ints = 1,
) -> TensorValue:
    """`depthwise_conv`, then a mix of the channels at each position."""
    y = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(y, pointwise_kernel, 1, "valid", data_format)


def _pooling(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    def call(
        inputs: Any,
        pool_size: Ints,
        strides: Ints | None = None,
        padding: str = "valid",
        data_format: str | None = None,
    ) -> Any:
        (x,) = _reals(inputs)
        rank = len(x.shape) - 2
        sizes = _each(pool_size, rank)
        steps = sizes if strides is None else _each(strides, rank)
        return eager(function(x, sizes, steps, padding.lower(), normalize_data_format(data_format)))

    call.__doc__ = f"The {what} element of each window of sequences, images or volumes."
    return call


max_pool = _pooling(ops.max_pool, "largest")
average_pool = _pooling(ops.average_pool, "mean")


def _adaptive(reduced: Callable[..., Any], what: str) -> Callable[..., Any]:
    def call(inputs: Any, output_size: Ints, data_format: str | None = None) -> Any:
        (x,) = _reals(inputs)
        rank = len(x.shape) - 2
        first = 2 if normalize_data_format(data_format) == "channels_first" else 1
        for axis, count in enumerate(_each(output_size, rank), first):
            length, lead = int(x.shape[axis]), (slice(None),) * axis
            ends = [(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]
            parts = [reduced(ops.getitem(x, (*lead, slice(a, b))), axis=axis, keepdims=True) for a, b in ends]
            x = ops.concatenate(parts, axis=axis)
        return eager(x)

    call.__doc__ = f"The {what} element of so many windows, which share the length among them."
    return call


def _along(x: Any, weights: Any, axis: int) -> Any:
    """Weights of one axis, laid along it."""
    return ops.reshape(operand(weights), [-1 if i == axis % len(x.shape) else 1 for i in range(len(x.shape))])


def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    axis: int,
    offset: TensorLike | None = None,
    scale: TensorLike | None = None,
    epsilon: float = 1e-3,
) -> TensorValue:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, each along an axis."""
    (tensor,) = _reals(x)
    factor = ops.divide(1.0, ops.sqrt(_along(tensor, variance, axis) + epsilon))
    factor = factor if scale is None else factor * _along(tensor, scale, axis)
    y = (tensor - _along(tensor, mean, axis)) * factor
    return eager(y if offset is None else y + _along(tensor, offset, axis))


def _axes(x: Any, axis: Ints) -> tuple[int, ...]:
    return tuple(int(a) % len(x.shape) for a in np.ravel(np.asarray(axis)))


def _scaled(x: Any, y: Any, weights: Any, axes: tuple[int, ...]) -> Any:
    shape = [int(n) if i in axes else 1 for i, n in enumerate(x.shape)]
    return ops.reshape(operand(weights), shape)


def layer_normalization(
    x: TensorLike,
    gamma: TensorLike | None = None,
    beta: TensorLike | None = None,
    axis: Ints = -1,
    epsilon: float | None = None,
    **_: object,
) -> TensorValue:
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta over axes of each sample; epsilon is 1e-7 by default."""
    (tensor,) = _reals(x)
    axes = _axes(tensor, axis)
    centred = tensor - ops.mean(tensor, axis=axes, keepdims=True)
    deviation = ops.sqrt(
        ops.mean(ops.square(centred), axis=axes, keepdims=True) + (K.epsilon() if epsilon is None else epsilon)
    )
    y = centred / deviation
    y = y if gamma is None else y * _scaled(tensor, y, gamma, axes)
    return eager(y if beta is None else y + _scaled(tensor, y, beta, axes))


def rms_normalization(
    x: TensorLike, scale: TensorLike | None = None, axis: Ints = -1, epsilon: float | None = None
) -> TensorValue:
    """x / sqrt(mean of squares + epsilon) * scale over axes of each sample; epsilon is 1e-7 by default."""
    (tensor,) = _reals(x)
    axes = _axes(tensor, axis)
    y = tensor / ops.sqrt(
        ops.mean(ops.square(tensor), axis=axes, keepdims=True) + (K.epsilon() if epsilon is None else epsilon)
    )
    return eager(y if scale is None else y * _scaled(tensor, y, scale, axes))


def dot_product_attention(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    bias: TensorLike | None = None,
    mask: TensorLike | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: object = None,
    attn_logits_soft_cap: float | None = None,
) -> TensorValue:
    """Values (N, S, heads, H) mixed by how queries (N, T, heads, H) agree with keys (N, S, fewer heads, H).

    Args:
        query: (N, T, heads, H).
        key: (N, S, heads of keys, H).
        value: as the keys.
        bias: added before softmax, (N or 1, heads or 1, T, S).
        mask: which of them count, likewise.
        scale: factor of the products, 1 / sqrt(H) by default.
        is_causal: whether a step sees itself and those before alone, False by default.
        flash_attention: accepted as in Keras.
        attn_logits_soft_cap: c in c * tanh(product / c); None, the default, for none.

    Raises:
        ShapeError: a tensor has not four axes.
    """
    q, k, v = _reals(query, key, value)
    if any(len(x.shape) != 4 for x in (q, k, v)):
        actual = f"shapes {q.shape}, {k.shape} and {v.shape}"
        raise ShapeError(where="dot_product_attention", expected="four axes (N, T, heads, H)", actual=actual)
    q, k, v = (ops.transpose(x, (0, 2, 1, 3)) for x in (q, k, v))
    shared = int(q.shape[1]) // int(k.shape[1])
    if shared > 1:
        k, v = (K.repeat_elements(x, shared, 1) for x in (k, v))
    scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) * (float(q.shape[-1]) ** -0.5 if scale is None else scale)
    if attn_logits_soft_cap is not None:
        scores = ops.tanh(scores / attn_logits_soft_cap) * attn_logits_soft_cap
    scores = scores if bias is None else scores + operand(bias)
    if mask is not None:
        scores = ops.where(operand(mask), scores, -1e30)
    if is_causal:
        seen = np.tril(np.ones((int(q.shape[2]), int(k.shape[2])), bool))
        scores = ops.where(seen[None, None], scores, -1e30)
    return eager(ops.transpose(ops.matmul(ops.softmax(scores, -1), v), (0, 2, 1, 3)))


def glu(x: TensorLike, axis: int = -1) -> TensorValue:
    """The first half along an axis, times the sigmoid of the second."""
    (tensor,) = _reals(x)
    first, second = _split(tensor, 2, axis % len(tensor.shape))
    return eager(first * ops.sigmoid(second))


def threshold(x: TensorLike, threshold: float, default_value: float) -> TensorValue:
    """x above a number, else another number."""
    (tensor,) = _reals(x)
    return eager(ops.where(ops.greater(tensor, threshold), tensor, tensor * 0.0 + default_value))


def sparse_plus(x: TensorLike) -> TensorValue:
    """0 up to -1, (x + 1)^2 / 4 up to 1, then x."""
    (tensor,) = _reals(x)
    within = ops.square(ops.clip(tensor, -1.0, 1.0) + 1.0) * 0.25
    return eager(within + ops.relu(tensor - 1.0))


def sparse_sigmoid(x: TensorLike) -> TensorValue:
    """0 up to -1, (x + 1) / 2 up to 1, then 1."""
    (tensor,) = _reals(x)
    return eager((ops.clip(tensor, -1.0, 1.0) + 1.0) * 0.5)


def sparsemax(x: TensorLike, axis: int = -1) -> TensorValue:
    """The nearest numbers from 0 with the sum 1 along an axis, on arrays."""
    z = np.moveaxis(np.asarray(operand(x), float), axis, -1)
    ordered = -np.sort(-z, -1)
    sums, count = ordered.cumsum(-1), np.arange(1, z.shape[-1] + 1)
    chosen = (1 + count * ordered > sums).sum(-1, keepdims=True)
    level = (np.take_along_axis(sums, chosen - 1, -1) - 1) / chosen
    return eager(np.moveaxis(np.maximum(z - level, 0), -1, axis).astype("float32"))


def depth_to_space(x: TensorLike, block_size: int, data_format: str = "channels_last") -> TensorValue:
    """Channels laid out as squares of pixels: (N, H, W, b * b * C) -> (N, H * b, W * b, C)."""

    def moved(images: Any) -> Any:
        (_, height, width, channels), b = images.shape, block_size
        parts = ops.reshape(images, (-1, height, width, b, b, channels // (b * b)))
        return ops.reshape(ops.transpose(parts, (0, 1, 3, 2, 4, 5)), (-1, height * b, width * b, channels // (b * b)))

    (images,) = _reals(x)
    return eager(through_channels_last(moved, images, normalize_data_format(_FORMATS.get(data_format, data_format))))


def space_to_depth(x: TensorLike, block_size: int, data_format: str = "channels_last") -> TensorValue:
    """Squares of pixels as channels: (N, H, W, C) -> (N, H / b, W / b, b * b * C)."""

    def moved(images: Any) -> Any:
        (_, height, width, channels), b = images.shape, block_size
        parts = ops.reshape(images, (-1, height // b, b, width // b, b, channels))
        return ops.reshape(ops.transpose(parts, (0, 1, 3, 2, 4, 5)), (-1, height // b, width // b, channels * b * b))

    (images,) = _reals(x)
    return eager(through_channels_last(moved, images, normalize_data_format(_FORMATS.get(data_format, data_format))))


def _in_tensorflow(function: Callable[..., Any], rank: int | None) -> Callable[..., Any]:
    """A convolution with TensorFlow's arguments: strides of all axes, padding in capitals, NHWC."""

    def call(
        input: Any,
        filters: Any = None,
        strides: Any = 1,
        padding: str = "VALID",
        data_format: str | None = None,
        dilations: Any = None,
        name: str | None = None,
        filter: Any = None,
        stride: Any = None,
    ) -> Any:
        kernel = operand(filters if filters is not None else filter)
        axes = len(kernel.shape) - 2 if rank is None else rank
        order = _FORMATS.get(str(data_format), "channels_last")
        steps = _of_axes(strides if stride is None else stride, axes, order)
        return function(
            input, kernel, steps, padding, data_format=order, dilation_rate=_of_axes(dilations or 1, axes, order)
        )

    call.__doc__ = function.__doc__
    return call


def _of_axes(sizes: Any, rank: int, order: str) -> tuple[int, ...]:
    """Of four numbers those of rows and columns."""
    numbers = [int(n) for n in np.ravel(np.asarray(sizes))]
    if len(numbers) == rank + 2:
        return tuple(numbers[2:] if order == "channels_first" else numbers[1:-1])
    return _each(numbers, rank)


def _pool_in_tensorflow(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(
        input: Any, ksize: Any, strides: Any, padding: str, data_format: str | None = None, name: str | None = None
    ) -> Any:
        rank, order = len(np.shape(input)) - 2, _FORMATS.get(str(data_format), "channels_last")
        return function(input, _of_axes(ksize, rank, order), _of_axes(strides, rank, order), padding, order)

    call.__doc__ = function.__doc__
    return call


def bias_add(
    value: TensorLike, bias: TensorLike, data_format: str | None = None, name: str | None = None
) -> TensorValue:
    """A number added to each channel."""
    order = _FORMATS.get(str(data_format), "channels_last")
    x, added = _reals(value, bias)
    return eager(K.bias_add(x, added, "channels_first" if order == "channels_first" else "channels_last"))


def normalised_batch(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: float, name: str | None = None
) -> Any:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, of shapes that fit together."""
    x, mean, variance = _reals(x, mean, variance)
    y = (x - mean) / ops.sqrt(variance + variance_epsilon)
    y = y if scale is None else y * operand(scale)
    return eager(y if offset is None else y + operand(offset))


def embedding_lookup(
    params: TensorLike, ids: TensorLike, max_norm: object = None, name: str | None = None
) -> TensorValue:
    """The rows of these numbers."""
    table, numbers = operand(params), operand(ids)
    return eager(ops.take(table, numbers, 0) if isinstance(table, Tensor) else np.take(table, numbers, 0))


NETWORK: dict[str, Any] = {
    "adaptive_average_pool": _adaptive(ops.mean, "mean"),
    "adaptive_max_pool": _adaptive(ops.max, "largest"),
    "average_pool": average_pool,
    "batch_normalization": batch_normalization,
    "conv": conv,
    "conv_transpose": conv_transpose,
    "depth_to_space": depth_to_space,
    "depthwise_conv": depthwise_conv,
    "dot_product_attention": dot_product_attention,
    "glu": glu,
    "layer_normalization": layer_normalization,
    "max_pool": max_pool,
    "rms_normalization": rms_normalization,
    "separable_conv": separable_conv,
    "space_to_depth": space_to_depth,
    "sparse_plus": sparse_plus,
    "sparse_sigmoid": sparse_sigmoid,
    "sparsemax": sparsemax,
    "threshold": threshold,
}
NN_OF_TENSORFLOW: dict[str, Any] = {
    "avg_pool": _pool_in_tensorflow(average_pool),
    "avg_pool2d": _pool_in_tensorflow(average_pool),
    "batch_normalization": normalised_batch,
    "bias_add": bias_add,
    "conv1d": _in_tensorflow(conv, 1),
    "conv2d": _in_tensorflow(conv, 2),
    "conv3d": _in_tensorflow(conv, 3),
    "convolution": _in_tensorflow(conv, None),
    "depth_to_space": depth_to_space,
    "depthwise_conv2d": _in_tensorflow(depthwise_conv, 2),
    "embedding_lookup": embedding_lookup,
    "max_pool": _pool_in_tensorflow(max_pool),
    "max_pool1d": _pool_in_tensorflow(max_pool),
    "max_pool2d": _pool_in_tensorflow(max_pool),
    "space_to_depth": space_to_depth,
}
