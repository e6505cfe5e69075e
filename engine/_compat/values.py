"""Arrays as TensorFlow's programs use them: with `.numpy()`, and recorded where a tape watches them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from .. import _ops as ops
from .._graph.static_shape import StaticShape
from .._graph.taping import open_tape
from .._graph.tensor import Constant, Tensor
from .._machine.config import float_dtype
from ..types import Array, ArrayLike, DTypeLike

_RECORDED: dict[object, Callable[..., Any]] = {
    np.add: ops.add,
    np.subtract: ops.subtract,
    np.multiply: ops.multiply,
    np.true_divide: ops.divide,
    np.power: ops.power,
    np.negative: ops.negative,
    np.absolute: ops.absolute,
    np.matmul: ops.matmul,
    np.maximum: ops.maximum,
    np.minimum: ops.minimum,
    np.square: ops.square,
    np.sqrt: ops.sqrt,
    np.exp: ops.exp,
    np.log: ops.log,
    np.sin: ops.sin,
    np.cos: ops.cos,
    np.tanh: ops.tanh,
}


TensorLike: TypeAlias = "Tensor | ArrayLike"
"""What functions of TensorFlow and of Keras 3 take: a tensor, an array, numbers alone or in lists."""


class EagerArray(np.ndarray):
    """An array that also answers as TensorFlow's tensors with values do."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """A function of arrays, recorded where a tape watches one of them."""
        tape = open_tape()
        if tape is not None and method == "__call__" and ufunc in _RECORDED and not kwargs:
            watched = [None if isinstance(x, Tensor) else tape.recorded(x) for x in inputs]
            if any(x is not None for x in watched):
                return _RECORDED[ufunc](*(x if w is None else w for x, w in zip(inputs, watched, strict=True)))
        plain = [x.view(np.ndarray) if isinstance(x, EagerArray) else x for x in inputs]
        outs = tuple(x.view(np.ndarray) if isinstance(x, EagerArray) else x for x in kwargs.pop("out", ()))
        result = getattr(ufunc, method)(*plain, **kwargs, **({"out": outs} if outs else {}))
        return tuple(map(eager, result)) if isinstance(result, tuple) else eager(result)

    def __getitem__(self, key: Any) -> Any:
        """A part, an array again where it has no axes."""
        part: Any = super().__getitem__(key)
        if self.dtype == object and not isinstance(part, np.ndarray):  # a text stays one that has `.numpy()`
            part = np.asarray(part, object)
        return eager(part)

    def __iter__(self) -> Iterator[Any]:
        """The parts along the first axis."""
        return (self[i] for i in range(len(self)))

    @property
    def shape(self) -> StaticShape:
        """Its sizes, which can be asked as TensorFlow's shapes are."""
        return StaticShape(super().shape)

    def numpy(self) -> Any:
        """The array, a copy; a number where it has no axes."""
        return np.array(self)[()]

    def get_shape(self) -> StaticShape:
        """Its shape."""
        return self.shape

    def __format__(self, spec: str) -> str:
        """A number where it has no axes."""
        return format(self.view(np.ndarray)[()], spec) if self.ndim == 0 else super().__format__(spec)


TensorValue: TypeAlias = "Tensor | EagerArray"
"""What such functions give: a tensor where something was recorded, else an array with `.numpy()`."""


def eager(value: Any) -> Any:
    """An array or a number as an `EagerArray`; tensors and all else as they are."""
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value).view(EagerArray)
    return value


def operand(value: Any, dtype: DTypeLike | None = None) -> Any:
    """What an op takes: tensors and what a tape watches as tensors; all else as an array, real numbers in floatx by default."""
    if isinstance(value, Tensor):
        return value if dtype is None or value.dtype == np.dtype(dtype) else ops.cast(value, np.dtype(dtype).name)
    tape = open_tape()
    watched = None if tape is None else tape.recorded(value)
    if watched is not None:
        return watched if dtype is None else ops.cast(watched, np.dtype(dtype).name)
    if isinstance(value, (list, tuple)) and any(isinstance(x, Tensor) for x in value):
        return ops.stack([operand(x, dtype) for x in value], 0)
    array = value_of(value)
    if dtype is not None:
        return array.astype(dtype)
    if not isinstance(value, (np.ndarray, np.generic)) and array.dtype.kind in "fi":
        return array.astype(float_dtype() if array.dtype.kind == "f" else "int32")
    return array


def value_of(x: Any) -> Array:
    """The values of a tensor or array; bytes are objects, since NumPy's own texts lose zeros at their end."""
    if isinstance(x, Tensor):
        return x.numpy()
    array = np.asarray(x)
    return np.asarray(x, object) if array.dtype.kind == "S" and not isinstance(x, np.ndarray) else array


def constant(
    value: Any, dtype: DTypeLike | None = None, shape: tuple[int, ...] | None = None, name: str | None = None
) -> Any:
    """An array: numbers with fractions in floatx, whole ones as int32, as `tf.constant` has them."""
    array = operand(value, dtype)
    if shape is not None:
        array = np.broadcast_to(array, shape) if np.size(array) == 1 else np.reshape(array, shape)
    return eager(array) if not isinstance(array, Constant) else array
