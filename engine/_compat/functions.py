"""Functions of arrays and tensors under the names that TensorFlow and Keras 3 have for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .. import activations
from .. import backend as K
from .._graph.tensor import Tensor
from .._machine.config import float_dtype
from ..errors import SettingTypeError
from ..layers import Resizing
from ..types import DTypeLike
from .values import TensorLike, TensorValue, eager, operand, value_of

Axis = int | Sequence[int] | None


def of_arrays(function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
    """A function of the engine's for the first `count` arguments, which may be lists; gives arrays with `.numpy()`."""

    def call(*args: Any, name: str | None = None, **kwargs: Any) -> Any:
        operands = [operand(x) for x in args[:count]]
        return eager(function(*operands, *args[count:], **kwargs))

    call.__name__ = call.__qualname__ = getattr(function, "__name__", "function")
    call.__doc__ = function.__doc__
    return call


def _reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(input_tensor: Any, axis: Axis = None, keepdims: bool = False, name: str | None = None) -> Any:
        x = operand(input_tensor)
        axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
        return eager(function(x, axis=axes, keepdims=keepdims))

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = f"The {function.__name__} over axes, all by default."
    return call


def _binary(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, y: Any, name: str | None = None) -> Any:
        x, y = operand(x), operand(y)
        # A Python number takes the type of what it meets.
        if not isinstance(x, Tensor) and not isinstance(y, Tensor):
            x, y = (np.asarray(v) for v in (x, y))
            kinds = {v.dtype for v in (x, y) if v.dtype.kind == "f"}
            if len(kinds) == 1:
                (kind,) = kinds
                x, y = (v.astype(kind) if v.dtype.kind in "iu" and v.ndim == 0 else v for v in (x, y))
        return eager(function(x, y))

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = function.__doc__
    return call


def cast(x: TensorLike, dtype: DTypeLike, name: str | None = None) -> TensorValue:
    """x in another number type."""
    return eager(ops.cast(operand(x), np.dtype(dtype).name))


def shape(x: TensorLike, out_type: DTypeLike = "int32", name: str | None = None) -> TensorValue:
    """The sizes of all axes."""
    tensor = operand(x)
    if isinstance(tensor, Tensor) and None in tensor.shape:
        return ops.shape_of(tensor)
    return eager(np.asarray(tensor.shape, out_type))


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Any:
    """x with other sizes, one of which may be -1."""
    x = operand(tensor)
    if not isinstance(x, Tensor):
        return eager(np.reshape(x, [int(n) for n in np.atleast_1d(value_of(shape))]))
    return K.reshape(x, tuple(n if isinstance(n, Tensor) else int(n) for n in shape))


def transpose(a: TensorLike, perm: Sequence[int] | None = None, name: str | None = None) -> TensorValue:
    """x with its axes in another order, turned round by default."""
    return eager(ops.transpose(operand(a), None if perm is None else tuple(perm)))


def concat(values: Sequence[TensorLike], axis: int = -1, name: str | None = None) -> TensorValue:
    """Arrays one after the other along an axis."""
    return eager(ops.concatenate([operand(x) for x in values], axis=axis))


def stack(values: Sequence[TensorLike], axis: int = 0, name: str | None = None) -> TensorValue:
    """Arrays along a new axis."""
    return eager(ops.stack([operand(x) for x in values], axis))


def split(value: Any, num_or_size_splits: Any, axis: int = 0, name: str | None = None) -> list[Any]:
    """Parts along an axis: so many equal ones, or of these sizes."""
    x = operand(value)
    size = x.shape[axis]
    many = num_or_size_splits
    sizes = [size // many] * many if isinstance(many, int) else [int(n) for n in many]
    ends = np.cumsum([0, *sizes])
    lead = (slice(None),) * (axis % len(x.shape))
    return [eager(ops.getitem(x, (*lead, slice(int(a), int(b))))) for a, b in zip(ends[:-1], ends[1:], strict=True)]


def one_hot(
    indices: TensorLike, depth: int | None = None, *, num_classes: int | None = None, **_: object
) -> TensorValue:
    """1 at the index, 0 elsewhere; `num_classes` is the depth in Keras 3."""
    depth_tensor = num_classes if depth is None else depth
    if depth_tensor is None:
        raise SettingTypeError(where="one_hot", expected="a depth_tensor", actual="None")
    return eager(ops.one_hot(operand(indices), int(depth_tensor)))


def fill(dims: TensorLike, value: TensorLike, name: str | None = None) -> TensorValue:
    """An array of one number."""
    return eager(np.full([int(n) for n in np.atleast_1d(value_of(dims))], value))


def _filled(value: float) -> Callable[..., Any]:
    def call(shape: Any, dtype: DTypeLike | None = None, name: str | None = None) -> Any:
        sizes = [int(n) for n in np.atleast_1d(value_of(shape))] if not isinstance(shape, tuple) else shape
        return eager(np.full(sizes, value, dtype or float_dtype()))

    call.__doc__ = f"An array of {value:g}."
    return call


def _like(value: float) -> Callable[..., Any]:
    def call(input: Any, dtype: DTypeLike | None = None, name: str | None = None) -> Any:
        x = operand(input)
        if isinstance(x, Tensor):
            return x * 0.0 + value
        return eager(np.full(x.shape, value, dtype or x.dtype))

    call.__doc__ = f"{value:g} in the shape of x."
    return call


def range_(
    start: Any, limit: Any = None, delta: Any = 1, dtype: DTypeLike | None = None, name: str | None = None
) -> Any:
    """Numbers from start to limit."""
    first, last = (0, start) if limit is None else (start, limit)
    if any(isinstance(x, Tensor) for x in (first, last, delta)):  # a size of data to come
        return ops.arange(first, last, delta, dtype or "int32")
    bounds: list[Any] = [value_of(x)[()] for x in (first, last, delta)]
    return eager(operand(np.arange(*bounds).tolist(), dtype))


def where(
    condition: TensorLike, x: TensorLike | None = None, y: TensorLike | None = None, name: str | None = None
) -> TensorValue:
    """x where the condition holds, else y; without them the places where it holds."""
    if x is None:
        return eager(np.argwhere(value_of(condition)))
    return eager(ops.where(operand(condition), operand(x), operand(y)))


def gather(params: TensorLike, indices: TensorLike, axis: int = 0, **_: object) -> TensorValue:
    """The elements of these numbers along an axis."""
    x, i = operand(params), operand(indices)
    if isinstance(x, Tensor) or isinstance(i, Tensor):
        return ops.take(x, i, axis)
    return eager(np.take(x, i, axis))


def matmul(
    a: TensorLike, b: TensorLike, transpose_a: bool = False, transpose_b: bool = False, **_: object
) -> TensorValue:
    """The product over the last two axes."""
    a_tensor, b_tensor = (
        _turned(operand(x)) if turn else operand(x) for x, turn in ((a, transpose_a), (b, transpose_b))
    )
    return eager(ops.matmul(a_tensor, b_tensor))


def _turned(x: Any) -> Any:
    rank = len(x.shape)
    return ops.transpose(x, (*range(rank - 2), rank - 1, rank - 2))


def norm(tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool = False, **_: object) -> Any:
    """The Euclidean length over axes."""
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    return eager(ops.sqrt(ops.sum(ops.square(operand(tensor)), axis=axes, keepdims=keepdims)))


def clip_by_value(t: TensorLike, clip_value_min: float, clip_value_max: float, name: str | None = None) -> TensorValue:
    """x limited to a range."""
    return eager(ops.clip(operand(t), clip_value_min, clip_value_max))


def clip_by_global_norm(t_list: Sequence[Any], clip_norm: float, **_: object) -> tuple[list[Any], Any]:
    """Arrays scaled down to a common length, and the length that they had."""
    arrays = [None if x is None else np.asarray(value_of(x)) for x in t_list]
    length = float(np.sqrt(sum(float(np.vdot(x, x)) for x in arrays if x is not None)))
    factor = min(1.0, clip_norm / length) if length else 1.0
    return [None if x is None else eager(x * factor) for x in arrays], eager(np.asarray(length))


def clip_by_norm(
    t: TensorLike, clip_norm: float, axes: TensorLike | None = None, name: str | None = None
) -> TensorValue:
    """x scaled down to a length, of all its elements or along axes."""
    x = operand(t)
    along = None if axes is None else tuple(np.atleast_1d(np.asarray(axes, int)).tolist())
    length = ops.sqrt(ops.sum(ops.square(x), axis=along, keepdims=True))
    return eager(x * (clip_norm / ops.maximum(length, clip_norm)))


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Any:
    """x without axes of size 1, all of them by default."""
    x = operand(input)
    axes = [i for i, n in enumerate(x.shape) if n == 1] if axis is None else list(np.atleast_1d(axis))
    for one in sorted((int(a) % len(x.shape) for a in axes), reverse=True):
        x = ops.squeeze(x, one)
    return eager(x)


def pad(
    tensor: TensorLike, paddings: TensorLike, mode: str = "CONSTANT", constant_values: float = 0, **_: object
) -> TensorValue:
    """x with elements added before and behind each axis."""
    x, widths = value_of(operand(tensor)), value_of(paddings)
    if mode.upper() == "CONSTANT":
        return eager(np.pad(x, widths, constant_values=constant_values))
    return eager(np.pad(x, widths, "reflect" if mode.upper() == "REFLECT" else "symmetric"))


def softmax(logits: TensorLike, axis: int = -1, name: str | None = None) -> TensorValue:
    """Numbers above 0 with the sum 1 along an axis."""
    return eager(ops.softmax(operand(logits), axis))


def sigmoid_cross_entropy_with_logits(labels: TensorLike, logits: TensorLike, name: str | None = None) -> TensorValue:
    """max(x, 0) - x * labels + log(1 + e^-|x|), element by element."""
    x, z = operand(logits), operand(labels)
    return eager(ops.relu(x) - x * z + ops.softplus(-ops.absolute(x)))


def softmax_cross_entropy_with_logits(
    labels: TensorLike, logits: TensorLike, axis: int = -1, name: str | None = None
) -> TensorValue:
    """-sum(labels * log(softmax(logits))) along the last axis."""
    return eager(-ops.sum(operand(labels) * ops.log_softmax(operand(logits)), axis=axis))


def sparse_softmax_cross_entropy_with_logits(
    labels: TensorLike, logits: TensorLike, name: str | None = None
) -> TensorValue:
    """As softmax_cross_entropy_with_logits, for numbers of classes."""
    x = operand(logits)
    return softmax_cross_entropy_with_logits(ops.one_hot(operand(labels), x.shape[-1]), x)


def argmax(input: TensorLike, axis: int = 0, **_: object) -> TensorValue:
    """The place of the largest element along an axis, the first one by default."""
    return eager(ops.argmax(operand(input), axis))


def argmin(input: TensorLike, axis: int = 0, **_: object) -> TensorValue:
    """The place of the smallest element along an axis, the first one by default."""
    return eager(ops.argmin(operand(input), axis))


def cumsum(x: TensorLike, axis: int = 0, **_: object) -> TensorValue:
    """Sums of all elements so far along an axis."""
    return eager(ops.cumulative_sum(operand(x), axis))


def l2_normalize(x: TensorLike, axis: int = -1, **_: object) -> TensorValue:
    """x divided by its length along an axis."""
    return eager(K.l2_normalize(operand(x), axis))


def l2_loss(t: TensorLike, **_: object) -> TensorValue:
    """Half of the sum of squares."""
    return eager(ops.sum(ops.square(operand(t))) * 0.5)


def dropout(x: TensorLike, rate: float, **_: object) -> TensorValue:
    """x with a share of its elements set to 0."""
    return eager(K.dropout(operand(x), rate))


def resized(images: Any, size: Any, method: str = "bilinear", **_: object) -> Any:
    """Images (N, H, W, C), or one (H, W, C), brought to a size by interpolation, without smoothing."""
    x = np.asarray(value_of(images), float_dtype())
    layer = Resizing(int(size[0]), int(size[1]), str(method).rpartition(".")[2].lower(), data_format="channels_last")
    return eager(layer(x)) if x.ndim == 4 else eager(layer(x[None])[0])


def is_tensor(x: object) -> bool:
    """Whether it is an array or a tensor."""
    return isinstance(x, (Tensor, np.ndarray))


def broadcast_to(input: TensorLike, shape: TensorLike, name: str | None = None) -> TensorValue:
    """x repeated along axes of one element, or new ones in front, to a shape."""
    x, sizes = operand(input), tuple(int(n) for n in np.ravel(value_of(shape)))
    return eager(x + np.zeros(sizes, x.dtype) if isinstance(x, Tensor) else np.array(np.broadcast_to(x, sizes)))


def moments(
    x: TensorLike, axes: TensorLike, shift: object = None, keepdims: bool = False, **_: object
) -> tuple[TensorValue, TensorValue]:
    """Mean and variance over axes."""
    return REDUCED["mean"](x, axes, keepdims), REDUCED["variance"](x, axes, keepdims)


_ACTIVATIONS = (
    "elu",
    "gelu",
    "leaky_relu",
    "log_softmax",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "swish",
    "tanh",
)

ELEMENTWISE: dict[str, Callable[..., Any]] = {
    "abs": of_arrays(ops.absolute),
    "cos": of_arrays(ops.cos),
    "exp": of_arrays(ops.exp),
    "floor": of_arrays(ops.floor),
    "log": of_arrays(ops.log),
    "negative": of_arrays(ops.negative),
    "round": of_arrays(ops.round),
    "sign": of_arrays(ops.sign),
    "sin": of_arrays(ops.sin),
    "sqrt": of_arrays(ops.sqrt),
    "square": of_arrays(ops.square),
    "erf": of_arrays(ops.erf),
    **{name: of_arrays(getattr(activations, name)) for name in ("sigmoid", "softplus", "tanh")},
    "logical_not": of_arrays(ops.logical_not),
}
BINARY: dict[str, Callable[..., Any]] = {
    name: _binary(getattr(ops, name))
    for name in (
        "add", "subtract", "multiply", "divide", "maximum", "minimum", "equal", "not_equal", "greater", "greater_equal",
        "less", "less_equal", "logical_and", "logical_or",
    )
}  # fmt: skip
BINARY["pow"] = _binary(ops.power)
REDUCED: dict[str, Callable[..., Any]] = {
    name: _reduced(getattr(ops, name))
    for name in ("sum", "mean", "max", "min", "prod", "any", "all", "std", "logsumexp")
}
REDUCED["variance"] = _reduced(ops.var)
SHAPES: dict[str, Callable[..., Any]] = {
    "cast": cast,
    "shape": shape,
    "reshape": reshape,
    "transpose": transpose,
    "stack": stack,
    "split": split,
    "one_hot": one_hot,
    "where": where,
    "matmul": matmul,
    "squeeze": squeeze,
    "pad": pad,
    "expand_dims": of_arrays(ops.expand_dims),
    "tile": of_arrays(K.tile),
    "argmax": argmax,
    "argmin": argmin,
    "stop_gradient": of_arrays(ops.stop_gradient),
    "zeros": _filled(0.0),
    "ones": _filled(1.0),
    "zeros_like": _like(0.0),
    "ones_like": _like(1.0),
    "cumsum": cumsum,
}
NN: dict[str, Callable[..., Any]] = {
    **{name: of_arrays(getattr(activations, name)) for name in _ACTIVATIONS},
    "softmax": softmax,
    "sigmoid_cross_entropy_with_logits": sigmoid_cross_entropy_with_logits,
    "softmax_cross_entropy_with_logits": softmax_cross_entropy_with_logits,
    "sparse_softmax_cross_entropy_with_logits": sparse_softmax_cross_entropy_with_logits,
    "l2_normalize": l2_normalize,
    "l2_loss": l2_loss,
    "dropout": dropout,
    "moments": moments,
}
