"""What Caffe's layers compute, in loops over (N, C, H, W), written from their definitions in Caffe's documentation and headers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping

import numpy as np

from .nets import Layer, Net

Table = Mapping[str, object]


def run(net: Net, x: np.ndarray) -> dict[str, np.ndarray]:
    """Every blob of a net for an input, in float64."""
    blobs = {"data": np.asarray(x, np.float64)}
    for layer in net.layers:
        results = KINDS[layer.type](layer, *(blobs[name] for name in layer.bottoms))
        for name, result in zip(layer.tops, results if isinstance(results, list) else [results], strict=True):
            blobs[name] = result
    return blobs


def _settings(layer: Layer, name: str) -> Table:
    return layer.settings.get(name, {})


def _pair(table: Table, name: str, default: int) -> tuple[int, int]:
    short = name.removesuffix("_size")
    if f"{short}_h" in table:
        return table[f"{short}_h"], table[f"{short}_w"]
    value = table.get(name, default)
    value = value if isinstance(value, list) else [value]
    return value[0], value[-1]


def convolution(layer: Layer, x: np.ndarray) -> np.ndarray:
    """A sum over a window for each filter of each group; what lies in the padding is 0."""
    p, (weights, *bias) = _settings(layer, "convolution_param"), layer.blobs
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = (
        _pair(p, "kernel_size", 0), _pair(p, "stride", 1), _pair(p, "pad", 0), _pair(p, "dilation", 1),
    )  # fmt: skip
    groups, filters = p.get("group", 1), p["num_output"]
    n, channels, height, width = x.shape
    rows = (height + 2 * ph - (dh * (kh - 1) + 1)) // sh + 1
    columns = (width + 2 * pw - (dw * (kw - 1) + 1)) // sw + 1
    y = np.zeros((n, filters, rows, columns))
    each, per = channels // groups, filters // groups
    for f, row, column, i, j in itertools.product(range(filters), range(rows), range(columns), range(kh), range(kw)):
        at_row, at_column = row * sh - ph + i * dh, column * sw - pw + j * dw
        if 0 <= at_row < height and 0 <= at_column < width:
            first = f // per * each
            y[:, f, row, column] += x[:, first : first + each, at_row, at_column] @ weights[f, :, i, j]
    return y + bias[0].reshape(1, -1, 1, 1) if bias else y


def deconvolution(layer: Layer, x: np.ndarray) -> np.ndarray:
    """Each number of x spreads its kernel over the result, whose border is then cut off."""
    p, (weights, *bias) = _settings(layer, "convolution_param"), layer.blobs
    (kh, kw), (sh, sw), (ph, pw) = _pair(p, "kernel_size", 0), _pair(p, "stride", 1), _pair(p, "pad", 0)
    groups, filters = p.get("group", 1), p["num_output"]
    n, channels, height, width = x.shape
    y = np.zeros((n, filters, sh * (height - 1) + kh, sw * (width - 1) + kw))
    each, per = channels // groups, filters // groups
    for c, row, column in itertools.product(range(channels), range(height), range(width)):
        first = c // each * per
        window = y[:, first : first + per, row * sh : row * sh + kh, column * sw : column * sw + kw]
        window += x[:, c, row, column].reshape(-1, 1, 1, 1) * weights[c]
    y = y[:, :, ph : y.shape[2] - ph, pw : y.shape[3] - pw]
    return y + bias[0].reshape(1, -1, 1, 1) if bias else y


def pooling(layer: Layer, x: np.ndarray) -> np.ndarray:
    """Windows counted with ceil, the last left out where it begins in the padding behind; a mean counts its padding."""
    p = _settings(layer, "pooling_param")
    n, channels, height, width = x.shape
    if p.get("global_pooling"):
        kernel, stride, pad = (height, width), (1, 1), (0, 0)
    else:
        kernel, stride, pad = _pair(p, "kernel_size", 0), _pair(p, "stride", 1), _pair(p, "pad", 0)
    rounded = math.floor if p.get("round_mode") == "FLOOR" else math.ceil
    counts = [
        int(rounded((m + 2 * q - k) / s)) + 1 for m, k, s, q in zip((height, width), kernel, stride, pad, strict=True)
    ]
    if any(pad):
        counts = [
            c - 1 if (c - 1) * s >= m + q else c
            for c, m, s, q in zip(counts, (height, width), stride, pad, strict=True)
        ]
    y = np.zeros((n, channels, *counts))
    for row, column in itertools.product(*map(range, counts)):
        top, left = row * stride[0] - pad[0], column * stride[1] - pad[1]
        bottom, right = min(top + kernel[0], height + pad[0]), min(left + kernel[1], width + pad[1])
        area = (bottom - top) * (right - left)
        window = x[:, :, max(top, 0) : min(bottom, height), max(left, 0) : min(right, width)]
        is_max = p.get("pool", "MAX") == "MAX"
        y[:, :, row, column] = window.max(axis=(2, 3)) if is_max else window.sum(axis=(2, 3)) / area
    return y


def inner_product(layer: Layer, x: np.ndarray) -> np.ndarray:
    """A product of whole samples, their numbers in the order channels, rows, columns."""
    weights, *bias = layer.blobs
    weights = weights if _settings(layer, "inner_product_param").get("transpose") else weights.T
    y = x.reshape(len(x), -1) @ weights
    return y + bias[0] if bias else y


def local_response(layer: Layer, x: np.ndarray) -> np.ndarray:
    """x / (k + alpha / n * sum of squares) ^ beta; within a channel n is the area and k is 1."""
    p = _settings(layer, "lrn_param")
    size, alpha, beta = p.get("local_size", 5), p.get("alpha", 1.0), p.get("beta", 0.75)
    y, half = np.zeros_like(x), size // 2
    if p.get("norm_region") == "WITHIN_CHANNEL":
        for row, column in itertools.product(range(x.shape[2]), range(x.shape[3])):
            window = x[:, :, max(0, row - half) : row + half + 1, max(0, column - half) : column + half + 1]
            total = (window**2).sum(axis=(2, 3))
            y[:, :, row, column] = x[:, :, row, column] * (1 + alpha / size**2 * total) ** -beta
        return y
    for channel in range(x.shape[1]):
        total = (x[:, max(0, channel - half) : channel + half + 1] ** 2).sum(axis=1)
        y[:, channel] = x[:, channel] * (p.get("k", 1.0) + alpha / size * total) ** -beta
    return y


def _along(values: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.asarray(values, np.float64).reshape(1, -1, *(1,) * (x.ndim - 2))


def batch_norm(layer: Layer, x: np.ndarray) -> np.ndarray:
    """By the mean and variance of the file, which are to be divided by the third array."""
    mean, variance, factor = layer.blobs
    by = 0 if factor[0] == 0 else 1 / float(factor[0])
    epsilon = _settings(layer, "batch_norm_param").get("eps", 1e-5)
    return (x - _along(mean * by, x)) / np.sqrt(_along(variance * by, x) + epsilon)


def scale(layer: Layer, x: np.ndarray, factor: np.ndarray | None = None) -> np.ndarray:
    """A factor for each channel, or a second blob from an axis on."""
    p = _settings(layer, "scale_param")
    if factor is not None:
        axis = p.get("axis", 1)
        return x * factor.reshape(*(1,) * axis, *factor.shape, *(1,) * (x.ndim - axis - factor.ndim))
    y = x * _along(layer.blobs[0], x)
    return y + _along(layer.blobs[1], x) if p.get("bias_term") else y


def eltwise(layer: Layer, *xs: np.ndarray) -> np.ndarray:
    """A sum with coefficients, a product, the largest."""
    p = _settings(layer, "eltwise_param")
    if p.get("operation") == "PROD":
        return math.prod(xs[1:], start=xs[0])
    if p.get("operation") == "MAX":
        return np.maximum.reduce(xs)
    return sum(factor * x for factor, x in zip(p.get("coeff", [1] * len(xs)), xs, strict=True))


def sliced(layer: Layer, x: np.ndarray) -> list[np.ndarray]:
    """Parts along an axis."""
    p = _settings(layer, "slice_param")
    points = p.get("slice_point") or len(layer.tops)
    return np.split(x, points, axis=p.get("axis", 1))


def crop(layer: Layer, x: np.ndarray, like: np.ndarray) -> np.ndarray:
    """The part of x that is as large as another blob, from an axis on."""
    p = _settings(layer, "crop_param")
    axis, offsets = p.get("axis", 2), p.get("offset", [0])
    offsets = offsets * (x.ndim - axis) if len(offsets) == 1 else offsets
    return x[(slice(None),) * axis + tuple(slice(o, o + n) for o, n in zip(offsets, like.shape[axis:], strict=True))]


def reshape(layer: Layer, x: np.ndarray) -> np.ndarray:
    """Another shape: 0 keeps a length, -1 takes what is left."""
    lengths = layer.settings["reshape_param"]["shape"]["dim"]
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(lengths)])


def softmax(layer: Layer, x: np.ndarray) -> np.ndarray:
    """Shares along an axis."""
    axis = _settings(layer, "softmax_param").get("axis", 1)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _relu(layer: Layer, x: np.ndarray) -> np.ndarray:
    slope = _settings(layer, "relu_param").get("negative_slope", 0.0)
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def _prelu(layer: Layer, x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0) + _along(layer.blobs[0], x) * np.minimum(x, 0)


def _affine(layer: Layer, name: str, x: np.ndarray) -> np.ndarray:
    p = _settings(layer, name)
    return p.get("shift", 0.0) + p.get("scale", 1.0) * x


def _base(layer: Layer, name: str) -> float:
    base = _settings(layer, name).get("base", -1.0)
    return math.e if base == -1 else base


KINDS: dict[str, Callable[..., np.ndarray | list[np.ndarray]]] = {
    "Axpy": lambda _, a, x, y: a.reshape(*a.shape[:2], 1, 1) * x + y,
    "AbsVal": lambda _, x: np.abs(x),
    "BNLL": lambda _, x: np.log1p(np.exp(x)),
    "BatchNorm": batch_norm,
    "Bias": lambda layer, x: x + _along(layer.blobs[0], x),
    "Concat": lambda layer, *xs: np.concatenate(xs, axis=_settings(layer, "concat_param").get("axis", 1)),
    "Convolution": convolution,
    "Crop": crop,
    "Deconvolution": deconvolution,
    "Dropout": lambda _, x: x,
    "ELU": lambda layer, x: np.where(
        x > 0, x, _settings(layer, "elu_param").get("alpha", 1.0) * np.expm1(np.minimum(x, 0))
    ),
    "Eltwise": eltwise,
    "Exp": lambda layer, x: _base(layer, "exp_param") ** _affine(layer, "exp_param", x),
    "Flatten": lambda _, x: x.reshape(len(x), -1),
    "InnerProduct": inner_product,
    "LRN": local_response,
    "Log": lambda layer, x: np.log(_affine(layer, "log_param", x)) / math.log(_base(layer, "log_param")),
    "PReLU": _prelu,
    "Pooling": pooling,
    "Power": lambda layer, x: _affine(layer, "power_param", x) ** _settings(layer, "power_param").get("power", 1.0),
    "ReLU": _relu,
    "Reshape": reshape,
    "Scale": scale,
    "Sigmoid": lambda _, x: 1 / (1 + np.exp(-x)),
    "Slice": sliced,
    "Softmax": softmax,
    "Split": lambda layer, x: [x] * len(layer.tops),
    "TanH": lambda _, x: np.tanh(x),
}
