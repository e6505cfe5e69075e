"""`K`: Keras 2.2.4's backend functions over the ops. A door for users' layers, losses and metrics; our own files use ops.

Every function takes tensors (and records) or arrays (and computes), so what is written with K is differentiated.

>>> from engine import backend as K
>>> K.eval(K.mean(K.square(K.constant([[1.0, 2.0], [3.0, 4.0]])), axis=-1)).tolist()
[2.5, 12.5]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import ops
from ..core.config import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from ..core.errors import GraphError, ShapeError
from ..core.gradient import OnesLike
from ..core.gradient import gradients as _gradients
from ..core.op import apply
from ..core.plan import Plan, evaluate
from ..core.random import Stream
from ..core.tensor import Constant, Placeholder, Tensor, Variable
from ..layers.base import reset_names
from ..ops import (
    absolute as abs,
)
from ..ops import (
    all,
    any,
    argmax,
    argmin,
    batch_dot,
    binary_crossentropy,
    cast,
    categorical_crossentropy,
    concatenate,
    cos,
    dot,
    elu,
    equal,
    exp,
    expand_dims,
    greater,
    greater_equal,
    hard_sigmoid,
    identity,
    less,
    less_equal,
    log,
    logsumexp,
    max,
    maximum,
    mean,
    min,
    minimum,
    not_equal,
    one_hot,
    prod,
    relu,
    reverse,
    round,
    sigmoid,
    sign,
    sin,
    softmax,
    softplus,
    softsign,
    sparse_categorical_crossentropy,
    sqrt,
    square,
    squeeze,
    stack,
    std,
    stop_gradient,
    sum,
    tanh,
    var,
)
from .loops import foldl, foldr, map_fn, rnn

__all__ = [
    "Function", "abs", "all", "any", "arange", "argmax", "argmin", "backend", "batch_dot", "batch_flatten",
    "batch_get_value", "batch_set_value", "bias_add", "binary_crossentropy", "cast", "cast_to_floatx",
    "categorical_crossentropy", "clear_session", "clip", "concatenate", "constant", "conv1d", "conv2d", "cos",
    "count_params", "dot", "dropout", "dtype", "elu", "epsilon", "equal", "eval", "exp", "expand_dims", "eye",
    "flatten", "floatx", "foldl", "foldr", "function", "gather", "get_value", "get_variable_shape", "gradients",
    "greater", "greater_equal", "hard_sigmoid", "identity", "image_data_format", "image_dim_ordering", "in_test_phase",
    "in_train_phase", "int_shape", "is_keras_tensor", "is_placeholder", "is_sparse", "is_tensor", "l2_normalize",
    "learning_phase", "less", "less_equal", "log", "logsumexp", "map_fn", "max", "maximum", "mean", "min",
    "minimum", "moving_average_update", "ndim", "not_equal", "one_hot", "ones", "ones_like", "permute_dimensions",
    "placeholder", "pool2d", "pow", "prod", "random_normal", "random_normal_variable", "random_uniform",
    "random_uniform_variable", "relu", "repeat", "repeat_elements", "reshape", "reverse", "rnn", "round",
    "set_epsilon", "set_floatx", "set_image_data_format", "set_image_dim_ordering", "set_learning_phase",
    "set_value", "shape", "sigmoid", "sign", "sin", "slice", "softmax", "softplus", "softsign",
    "sparse_categorical_crossentropy", "spatial_2d_padding", "sqrt", "square", "squeeze", "stack", "std",
    "stop_gradient", "sum", "switch", "tanh", "temporal_padding", "tile", "to_dense", "transpose", "update",
    "update_add", "update_sub", "var", "variable", "zeros", "zeros_like",
]  # fmt: skip


# Tensors and their values


def backend() -> str:
    """The backend's name in Keras's files."""
    return "tensorflow"


def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Variable:
    """A variable with first values.

    >>> get_value(variable([1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    array = np.asarray(value)
    made = Variable(array.shape, dtype, name, array)
    made.constraint = constraint
    return made


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Constant:
    """A fixed tensor; a number fills `shape`."""
    array = np.asarray(value, dtype or floatx())
    return Constant(array if shape is None else np.broadcast_to(array, shape), name)


def placeholder(
    shape: Any = None, ndim: int | None = None, dtype: Any = None, sparse: bool = False, name: Any = None
) -> Any:
    """A tensor to be fed: of a shape, or of a number of axes of any size."""
    if shape is None:
        if ndim is None:
            raise ShapeError(where="K.placeholder", expected="shape or ndim", found="neither")
        shape = (None,) * ndim
    return Placeholder(tuple(shape), dtype, name)


def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros; a tensor where the shape holds tensors."""
    if ops.is_open(shape):
        return ops.full(list(shape), 0, dtype or floatx())
    return Variable(tuple(shape), dtype, name)


def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones; a tensor where the shape holds tensors."""
    if ops.is_open(shape):
        return ops.full(list(shape), 1, dtype or floatx())
    return Variable(tuple(shape), dtype, name, np.ones(shape))


def eye(size: int, dtype: Any = None, name: str | None = None) -> Variable:
    """A variable with the identity matrix."""
    return Variable((size, size), dtype, name, np.eye(size))


def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Ones in the shape of x."""
    y = apply(OnesLike(), x)
    return y if dtype is None else cast(y, dtype)


def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Zeros in the shape of x."""
    return ones_like(x, dtype) * 0


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable with normal random first values."""
    return Variable(tuple(shape), dtype, name, Stream(seed).generator.normal(mean, scale, shape))


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A variable with uniform random first values."""
    return Variable(tuple(shape), dtype, name, Stream(seed).generator.uniform(low, high, shape))


def eval(x: Any) -> Any:
    """The value of a tensor that needs no feeding."""
    return evaluate([x])[0] if isinstance(x, Tensor) else np.asarray(x)


def get_value(x: Any) -> Any:
    """The value of a variable, a copy."""
    return np.array(x.array) if isinstance(x, (Variable, Constant)) else np.asarray(x)


def batch_get_value(tensors: Sequence[Any]) -> list[Any]:
    """The values of variables."""
    return [get_value(x) for x in tensors]


def set_value(x: Variable, value: Any) -> None:
    """Set a variable."""
    x.assign(value)


def batch_set_value(tuples: Sequence[tuple[Variable, Any]]) -> None:
    """Set variables."""
    for x, value in tuples:
        x.assign(value)


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Keras 1's `set_image_data_format`: 'tf' is channels_last, 'th' channels_first."""
    formats = {"tf": "channels_last", "th": "channels_first"}
    if dim_ordering not in formats:
        raise ValueError(f"set_image_dim_ordering: expected 'tf' or 'th', found {dim_ordering!r}.")
    set_image_data_format(formats[dim_ordering])


def image_dim_ordering() -> str:
    """Keras 1's `image_data_format`: 'tf' or 'th'."""
    return "tf" if image_data_format() == "channels_last" else "th"


def shape(x: Any) -> Any:
    """The sizes of x as a tensor of whole numbers: `K.shape(x)[0]` may stand in the shape of another tensor."""
    return ops.shape_of(x)


def int_shape(x: Any) -> tuple[Any, ...]:
    """The shape, None where it may vary."""
    return tuple(x.shape)


get_variable_shape = int_shape


def ndim(x: Any) -> int:
    """Number of axes."""
    return len(x.shape)


def dtype(x: Any) -> str:
    """Name of the number type."""
    return np.dtype(x.dtype).name


def count_params(x: Any) -> int:
    """Number of elements."""
    return int(np.prod(x.shape))


def cast_to_floatx(x: Any) -> np.ndarray:
    """An array of the float type in use."""
    return np.asarray(x, floatx())


def is_tensor(x: Any) -> bool:
    """Whether x is symbolic."""
    return isinstance(x, Tensor)


def is_keras_tensor(x: Any) -> bool:
    """Whether a layer gave x. Raises ValueError for what is no tensor."""
    if not isinstance(x, Tensor):
        raise ValueError(f"K.is_keras_tensor: expected a tensor, found {type(x).__name__}")
    return hasattr(x, "_keras_history")


def is_placeholder(x: Any) -> bool:
    """Whether x is fed."""
    return isinstance(x, Placeholder)


def is_sparse(tensor: Any) -> bool:
    """Never: tensors here are dense."""
    return False


def to_dense(tensor: Any) -> Any:
    """The tensor: it is dense already."""
    return tensor


# Arithmetic under Keras's argument names


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
    """x + bias along the channels."""
    if (data_format or image_data_format()) == "channels_first" and ndim(x) > 2:
        bias = ops.reshape(bias, (1, -1, *(1,) * (ndim(x) - 2)))
    return x + bias


def dropout(x: Any, level: float, noise_shape: Any = None, seed: int | None = None) -> Any:
    """Set a share of the elements to 0, while training."""
    return ops.dropout(x, level, noise_shape, seed)


def conv1d(
    x: Any,
    kernel: Any,
    strides: int = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int = 1,
) -> Any:
    """Convolution of sequences (N, T, C)."""
    return ops.conv(x, kernel, None, strides, padding, dilation_rate, data_format or image_data_format())


def conv2d(
    x: Any, kernel: Any, strides: Any = (1, 1), padding: str = "valid", data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:  # fmt: skip
    """Convolution of images (N, H, W, C)."""
    return ops.conv(x, kernel, None, strides, padding, dilation_rate, data_format or image_data_format())


def pool2d(
    x: Any, pool_size: Any, strides: Any = (1, 1), padding: str = "valid", data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:  # fmt: skip
    """The largest ('max') or mean ('avg') value of each window."""
    pool = {"max": ops.max_pool, "avg": ops.average_pool}[pool_mode]
    return pool(x, pool_size, strides, padding, data_format or image_data_format())


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Normal random numbers, new at every run."""
    return ops.random_normal(list(shape), mean, stddev, seed)


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: int | None = None
) -> Any:
    """Uniform random numbers, new at every run."""
    return ops.random_uniform(list(shape), minval, maxval, seed)


# Shapes


def reshape(x: Any, shape: Sequence[int | None]) -> Any:
    """The same elements under another shape, the batch included; -1: the rest. Sizes may be tensors: K.shape(x)[0]."""
    if ops.is_open(shape):
        return ops.reshape_to(x, list(shape))
    return ops.reshape(x, tuple(-1 if n is None and i else n for i, n in enumerate(shape)))


def transpose(x: Any) -> Any:
    """Axes in reverse order."""
    return ops.transpose(x)


def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """Axes in another order."""
    return ops.transpose(x, tuple(pattern))


def flatten(x: Any) -> Any:
    """All elements in one axis."""
    return ops.reshape(x, (-1,))


def batch_flatten(x: Any) -> Any:
    """All axes but the first in one."""
    return ops.flatten(x)


def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element `rep` times along an axis."""
    return ops.repeat(x, rep, axis)


def repeat(x: Any, n: int) -> Any:
    """(N, C) -> (N, n, C)."""
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def tile(x: Any, n: Any) -> Any:
    """The whole of x `n` times along each axis; numbers may be tensors: K.shape(x)[0]."""
    if ops.is_open(n):
        return ops.tile_to(x, list(n))
    return ops.tile(x, n)


def gather(reference: Any, indices: Any) -> Any:
    """Rows of `reference` by number."""
    return ops.take(reference, indices)


def slice(x: Any, start: Sequence[int], size: Sequence[int]) -> Any:
    """A block of x; size -1: to the end."""
    block = [np.s_[a : (None if n == -1 else a + n)] for a, n in zip(start, size, strict=True)]
    return ops.getitem(x, tuple(block))


def arange(start: int, stop: int | None = None, step: int = 1, dtype: str = "int32") -> Constant:
    """Whole numbers from start to before stop."""
    first, last = (0, start) if stop is None else (start, stop)
    return Constant(np.asarray(np.arange(first, last, step), dtype))


def temporal_padding(x: Any, padding: Sequence[int] = (1, 1)) -> Any:
    """Zeros before and after the steps of (N, T, C)."""
    return ops.pad(x, ((0, 0), tuple(padding), (0, 0)))


def spatial_2d_padding(x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None) -> Any:
    """Zeros around images."""
    rows, columns = (tuple(p) for p in padding)
    first = (data_format or image_data_format()) == "channels_first"
    return ops.pad(x, ((0, 0), (0, 0), rows, columns) if first else ((0, 0), rows, columns, (0, 0)))


# Phases and choices


def learning_phase() -> Any:
    """A tensor that is 1 in a training run and 0 otherwise."""
    return ops.in_train_phase(Constant(np.asarray(1.0, floatx())), Constant(np.asarray(0.0, floatx())))


def set_learning_phase(value: int) -> None:
    """Kept for Keras's code: the phase belongs to each run here (fit trains, predict does not)."""
    if value not in (0, 1, True, False):
        raise ValueError(f"K.set_learning_phase: expected 0 or 1, found {value!r}")


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x while training, alt otherwise; functions are called to make them."""
    chosen = [f() if callable(f) and not isinstance(f, Tensor) else f for f in (x, alt)]
    if training is None:
        return ops.in_train_phase(*chosen)
    return chosen[0] if training else chosen[1]


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x outside training, alt while training."""
    return in_train_phase(alt, x, training)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """then where the condition is true, else elsewhere; functions are called to make them."""
    branches = [f() if callable(f) and not isinstance(f, Tensor) else f for f in (then_expression, else_expression)]
    return ops.where(condition, *branches)


# Running


def gradients(loss: Tensor, variables: Sequence[Tensor]) -> list[Tensor | None]:
    """Gradient of the sum of `loss` with respect to each variable, as tensors; None where there is none."""
    return _gradients(loss, list(variables))


class Function:
    """A compiled computation: called with a list of arrays, gives a list of arrays; plans are kept per shape."""

    def __init__(self, inputs: Sequence[Any], outputs: Sequence[Tensor], updates: Sequence[Any] = ()) -> None:
        self._phase = [i for i, x in enumerate(inputs) if not isinstance(x, Placeholder)]
        self._inputs = [x for x in inputs if isinstance(x, Placeholder)]
        self._outputs, self._updates = list(outputs), [u for u in updates if u is not None]
        self._plans: dict[Any, Plan] = {}
        if len(self._phase) > 1:
            raise GraphError(
                where="K.function", expected="placeholders (and K.learning_phase()) as inputs", found="others"
            )

    def __call__(self, inputs: Sequence[Any] = ()) -> list[np.ndarray]:
        """The outputs for these arrays, in the order of `inputs`."""
        training = bool(inputs[self._phase[0]]) if self._phase else False
        arrays = [np.asarray(a) for i, a in enumerate(inputs) if i not in self._phase]
        key = (training, *(a.shape for a in arrays))
        if key not in self._plans:
            feeds = {x: a.shape for x, a in zip(self._inputs, arrays, strict=True)}
            self._plans[key] = Plan(self._outputs, self._inputs, feeds, training=training, updates=self._updates)
        return [np.array(y) for y in self._plans[key].run(arrays)]


def function(inputs: Sequence[Any], outputs: Sequence[Tensor], updates: Any = None, **kwargs: Any) -> Function:
    """A callable over arrays; `updates`: pairs (variable, tensor) assigned after each call.

    >>> x = placeholder(shape=(None, 2))
    >>> function([x], [x * 2])([np.ones((1, 2))])[0].tolist()
    [[2.0, 2.0]]
    """
    return Function(inputs, outputs, updates or ())


def update(x: Variable, new_x: Any) -> tuple[Variable, Any]:
    """The assignment of new_x to x, for add_update and K.function."""
    return x, new_x


def update_add(x: Variable, increment: Any) -> tuple[Variable, Any]:
    """The assignment of x + increment to x."""
    return x, ops.add(x, increment)


def update_sub(x: Variable, decrement: Any) -> tuple[Variable, Any]:
    """The assignment of x - decrement to x."""
    return x, ops.subtract(x, decrement)


def moving_average_update(x: Variable, value: Any, momentum: float) -> tuple[Variable, Any]:
    """The assignment of x * momentum + value * (1 - momentum) to x."""
    return x, ops.add(ops.multiply(x, momentum), ops.multiply(value, 1 - momentum))


def clear_session() -> None:
    """Count automatic layer names from 1 again."""
    reset_names()
