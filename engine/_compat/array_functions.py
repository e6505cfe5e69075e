"""NumPy's functions under the names that Keras 3 and TensorFlow have for them: on arrays alone, symbols are refused in words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.taping import open_tape
from .._graph.tensor import Constant, Tensor
from ..errors import GraphError, SettingTypeError
from .values import TensorLike, TensorValue, eager, operand, value_of

_OF_NUMPY = (
    "allclose", "angle", "append", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "argpartition",
    "argsort", "array_split", "average", "bartlett", "bincount", "bitwise_and", "bitwise_or", "bitwise_xor", "blackman",
    "broadcast_to", "cbrt", "ceil", "conj", "corrcoef", "correlate", "cosh", "count_nonzero", "cross", "cumprod", "deg2rad",
    "diag", "diagflat", "diagonal", "diff", "digitize", "dsplit", "dstack", "exp2", "expm1", "fabs", "flip", "fliplr", "flipud",
    "floor_divide", "fmax", "fmin", "fmod", "full_like", "gcd", "geomspace", "hamming", "hanning", "heaviside", "histogram",
    "hsplit", "hstack", "hypot", "i0", "imag", "inner", "isclose", "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf",
    "isreal", "kaiser", "kron", "lcm", "ldexp", "left_shift", "linspace", "log10", "log1p", "log2", "logaddexp", "logical_xor",
    "logspace", "median", "meshgrid", "mod", "moveaxis", "nan_to_num", "nanargmax", "nanargmin", "nancumsum", "nanmax",
    "nanmean", "nanmedian", "nanmin", "nanprod", "nanquantile", "nanstd", "nansum", "nanvar", "nextafter", "nonzero", "outer",
    "percentile", "ptp", "quantile", "rad2deg", "ravel", "real", "reciprocal", "right_shift", "roll", "rot90", "searchsorted",
    "select", "signbit", "sinc", "sinh", "sort", "swapaxes", "take_along_axis", "tan", "tensordot", "trace", "tri", "tril",
    "triu", "trunc", "unique", "unravel_index", "vander", "vdot", "vsplit", "vstack",
)  # fmt: skip
_OTHERWISE = {
    "amax": "max",
    "amin": "min",
    "bitwise_invert": "invert",
    "bitwise_not": "invert",
    "conjugate": "conj",
    "bitwise_left_shift": "left_shift",
    "bitwise_right_shift": "right_shift",
    "true_divide": "true_divide",
    "size": "size",
    "ndim": "ndim",
    "copy": "copy",
    "array": "array",
    "empty": "zeros",
    "empty_like": "zeros_like",
}


def of_numpy(name: str) -> Callable[..., Any]:
    """A function of NumPy's, on arrays, lists and numbers; gives arrays with `.numpy()`."""
    function: Callable[..., Any] = getattr(np, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        kwargs.pop("name", None)
        arrays = [_array(x, name) for x in args]
        return _shown(function(*arrays, **{key: _array(x, name) for key, x in kwargs.items()}))

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"NumPy's {name}, on arrays."
    return call


def _array(x: Any, name: str) -> Any:
    if isinstance(x, Tensor):
        if open_tape() is None or isinstance(x, Constant):
            with suppress(GraphError):  # a symbol, which the sentence below is about
                return np.asarray(value_of(x))
        hint = "Write it with tf's and keras.ops' other functions, which have gradients."
        actual = "a symbol of a model, of a layer's call or of a tape"
        raise SettingTypeError(where=name, expected="an array", actual=actual, hint=hint)
    if isinstance(x, (list, tuple)) and any(isinstance(one, (Tensor, np.ndarray, list, tuple)) for one in x):
        return type(x)(_array(one, name) for one in x)
    return x if not isinstance(x, np.ndarray) else np.asarray(x)


def _shown(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_shown(one) for one in value)
    return eager(value)


def _recorded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function written with ops, for arrays and symbols alike."""

    def call(x: Any, *args: Any, name: str | None = None, **kwargs: Any) -> Any:
        x = operand(x)
        real = x if x.dtype.kind == "f" else ops.cast(x, "float32")
        return eager(function(real, *args, **kwargs))

    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = function.__doc__
    return call


def log1p(x: Any) -> Any:
    """log(1 + x)."""
    return ops.log(ops.add(x, 1.0))


def expm1(x: Any) -> Any:
    """e^x - 1."""
    return ops.subtract(ops.exp(x), 1.0)


def log2(x: Any) -> Any:
    """The logarithm to base 2."""
    return ops.multiply(ops.log(x), float(1 / np.log(2)))


def log10(x: Any) -> Any:
    """The logarithm to base 10."""
    return ops.multiply(ops.log(x), float(1 / np.log(10)))


def ceil(x: Any) -> Any:
    """The next whole number from x up."""
    return ops.negative(ops.floor(ops.negative(x)))


def tan(x: Any) -> Any:
    """sin(x) / cos(x)."""
    return ops.divide(ops.sin(x), ops.cos(x))


def sinh(x: Any) -> Any:
    """(e^x - e^-x) / 2."""
    return ops.multiply(ops.subtract(ops.exp(x), ops.exp(ops.negative(x))), 0.5)


def cosh(x: Any) -> Any:
    """(e^x + e^-x) / 2."""
    return ops.multiply(ops.add(ops.exp(x), ops.exp(ops.negative(x))), 0.5)


def reciprocal(x: Any) -> Any:
    """1 / x."""
    return ops.divide(1.0, x)


def rsqrt_of(x: Any) -> Any:
    """1 / sqrt(x)."""
    return ops.divide(1.0, ops.sqrt(x))


def ravel(x: TensorLike, name: str | None = None) -> TensorValue:
    """All elements along one axis."""
    tensor = operand(x)
    return eager(ops.reshape(tensor, (-1,)) if isinstance(tensor, Tensor) else tensor.reshape(-1))


def moveaxis(x: TensorLike, source: int, destination: int) -> TensorValue:
    """x with an axis at another place."""
    tensor = operand(x)
    rank = len(tensor.shape)
    order = [i for i in range(rank) if i != source % rank]
    order.insert(destination % rank, source % rank)
    return eager(ops.transpose(tensor, tuple(order)))


def swapaxes(x: TensorLike, axis1: int, axis2: int) -> TensorValue:
    """x with two axes in each other's place."""
    tensor = operand(x)
    order = list(range(len(tensor.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return eager(ops.transpose(tensor, tuple(order)))


def flip(x: Any, axis: Any = None) -> Any:
    """x with its elements in the opposite order along axes, all by default."""
    x = operand(x)
    rank = len(x.shape)
    chosen = range(rank) if axis is None else [int(a) % rank for a in np.ravel(axis)]
    if not isinstance(x, Tensor):
        return eager(np.flip(x, tuple(chosen)))
    return ops.getitem(x, tuple(slice(None, None, -1) if i in chosen else slice(None) for i in range(rank)))


def roll(input: Any, shift: Any, axis: Any = None, name: str | None = None) -> Any:
    """x with its elements moved along an axis, those that fall off coming back at the other end."""
    x = operand(input)
    if not isinstance(x, Tensor):
        return eager(np.roll(x, shift, axis))
    along, cut = int(axis) % len(x.shape), -int(shift)
    if not cut:
        return x
    lead = (slice(None),) * along
    parts = [ops.getitem(x, (*lead, slice(cut, None))), ops.getitem(x, (*lead, slice(0, cut)))]
    return ops.concatenate(parts, axis=along)


def add_n(inputs: Any, name: str | None = None) -> Any:
    """The sum of several arrays of one shape."""
    total, *others = [operand(x) for x in inputs]
    for one in others:
        total = total + one
    return eager(total)


def top_k(
    input: TensorLike, k: int = 1, sorted: bool = True, name: str | None = None
) -> tuple[TensorValue, TensorValue]:
    """The k largest numbers along the last axis, the largest first, and their places."""
    x = np.asarray(value_of(input))
    places = np.argsort(-x, -1, kind="stable")[..., :k]
    return eager(np.take_along_axis(x, places, -1)), eager(places.astype("int32"))


def divide_no_nan(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorValue:
    """x / y, and 0 where y is 0."""
    above, below = np.asarray(value_of(x)), np.asarray(value_of(y))
    with np.errstate(divide="ignore", invalid="ignore"):
        return eager(np.where(below == 0, np.zeros((), above.dtype), above / below))


def einsum(equation: str, *inputs: TensorLike, **_: object) -> TensorValue:
    """Sums of products as an equation says, on arrays."""
    return eager(np.einsum(equation, *[_array(x, "einsum") for x in inputs]))


def _of_matrices(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(np.linalg, name)

    def call(*args: Any) -> Any:
        return _shown(function(*[_array(x if isinstance(x, Tensor) else np.asarray(x), name) for x in args]))

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"NumPy's linalg.{name}, on arrays."
    return call


LINALG: dict[str, object] = {
    **{name: _of_matrices(name) for name in ("cholesky", "det", "eigh", "inv", "pinv", "qr", "solve", "svd")},
    "trace": of_numpy("trace"),
    "diag": of_numpy("diag"),
}
ON_ARRAYS: dict[str, Callable[..., Any]] = {
    **{name: of_numpy(name) for name in _OF_NUMPY},
    **{name: of_numpy(known) for name, known in _OTHERWISE.items()},
    **{f.__name__: _recorded(f) for f in (ceil, cosh, expm1, log10, log1p, log2, reciprocal, sinh, tan)},
    "flip": flip,
    "moveaxis": moveaxis,
    "ravel": ravel,
    "roll": roll,
    "swapaxes": swapaxes,
    "divide_no_nan": divide_no_nan,
    "einsum": einsum,
    "eye": of_numpy("eye"),
    "rsqrt": _recorded(rsqrt_of),
    "top_k": top_k,
}
