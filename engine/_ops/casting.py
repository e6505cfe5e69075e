"""Changes of dtype, and what becomes of whole numbers where an op is about real ones, or where they might not have room.

NumPy takes the exponential of 8 bits in 16, and a sum of squares of 8 bits modulo 256: both lose what the numbers say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._graph.op import Op, Work, apply
from .._graph.tensor import Value
from .._machine.config import float_dtype
from ..types import Array, DType, DTypeLike, Shape

__all__ = ["cast", "is_whole", "real_numbers", "reals", "wide_numbers"]

_WIDE = np.dtype("int64")


class Cast(Op):
    """y = x in another dtype; the gradient is cast back."""

    to: DTypeLike

    linear = True

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def dtype(self, *dtypes: DType) -> DTypeLike:
        """The type that was asked for."""
        return self.to

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x in the other type; fractions are cut off for whole numbers."""
        work.xp.copyto(out, x, casting="unsafe")

    def sizes(self, x: Array) -> Array:
        """x."""
        return x

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy in the type of x."""
        work.xp.copyto(outs[0], dy, casting="unsafe")


class OfReals(Op):
    """An op on real numbers: whole numbers and truth values become floats first."""

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Floats of the type that another input has, else of `floatx()`."""
        return reals(inputs)


class OfWideNumbers(Op):
    """An op that sums products: short whole numbers become int64 first, beside floats all whole numbers become floats."""

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """One kind of numbers, with room for the sums."""
        return wide_numbers(inputs)


class OfOneType(Op):
    """An op that passes one of its inputs on: all become what NumPy makes of them together."""

    def converted(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Tensors and arrays in their common type."""
        dtypes = [x.dtype for x in inputs if hasattr(x, "dtype")]
        if len(set(dtypes)) < 2:
            return inputs
        return tuple(cast(x, np.result_type(*dtypes)) if hasattr(x, "dtype") else x for x in inputs)


def as_float(dtype: DType) -> DType:
    """The dtype itself, or `floatx()` for whole numbers."""
    return dtype if dtype.kind == "f" else float_dtype()


def wide(dtype: DType) -> DType:
    """int64 for truth values and for whole numbers of 8 and 16 bits; every other dtype itself."""
    return _WIDE if dtype.kind in "biu" and dtype.itemsize < 4 else dtype


def is_truth(x: Any) -> bool:
    """Whether x is a tensor or an array of truth values."""
    return hasattr(x, "dtype") and x.dtype.kind == "b"


def is_whole(x: Any) -> bool:
    """Whether x is a tensor or an array of whole numbers or of truth values."""
    return hasattr(x, "dtype") and x.dtype.kind in "biu"


def wide_numbers(inputs: Sequence[Any]) -> tuple[Any, ...]:
    """Inputs of an op as one kind of numbers: floats where one of them is, else with whole ones of 8 and 16 bits as int64."""
    if any(x is not None and _dtype(x).kind not in "biu" for x in inputs):
        return reals(inputs)
    return tuple(x if x is None else cast(x, wide(_dtype(x))) for x in inputs)


def reals(inputs: Sequence[Any]) -> tuple[Any, ...]:
    """Tensors, arrays and numbers, those of whole numbers and truth values as floats: of an other's type, else of `floatx()`."""
    dtypes = [None if x is None else _dtype(x) for x in inputs]
    to = next((dtype for dtype in dtypes if dtype is not None and dtype.kind == "f"), None) or float_dtype()
    return tuple(
        cast(x, to) if dtype is not None and dtype.kind in "biu" else x for x, dtype in zip(inputs, dtypes, strict=True)
    )


def real_numbers(a: Value, b: Value) -> tuple[Value, Value]:
    """Two tensors or arrays that a formula of real numbers compares: whole numbers and truth values as floats that hold them.

    Differences and squares of 8 bits would be taken modulo 256. `fit` makes floats of its targets in the same way.

    Args:
        a: a tensor or an array.
        b: another.

    Returns:
        Both; where one is of whole numbers, as NumPy's common type of it and the other's floats, else of it and `floatx()`.

    Example:
        >>> import numpy as np
        >>> a, b = real_numbers(np.array([200], "uint8"), np.array([250], "uint8"))
        >>> (a - b).tolist()
        [-50.0]
    """
    if not (is_whole(a) or is_whole(b)):
        return a, b
    like = next((x.dtype for x in (a, b) if hasattr(x, "dtype") and not is_whole(x)), float_dtype())
    real = [cast(x, np.result_type(x.dtype, like)) if is_whole(x) else x for x in (a, b)]
    return real[0], real[1]


def _dtype(value: Any) -> DType:
    """The dtype of a tensor or an array, or that of a number or a list as an array."""
    return value.dtype if hasattr(value, "dtype") else np.asarray(value).dtype


def cast(x: Value, dtype: DTypeLike) -> Value:
    """x in another type of numbers; x itself where it has that type already.

    Args:
        x: a tensor or an array of any shape.
        dtype: "float32", "int64", "bool" ..., or a NumPy type.

    Returns:
        A tensor or an array in the shape of x.

    Example:
        >>> import numpy as np
        >>> cast(np.array([0.0, 2.7]), "int64").tolist()
        [0, 2]
    """
    return x if getattr(x, "dtype", None) == dtype else apply(Cast(dtype), x)
