"""Arrays as programs have them: of NumPy's subclasses, of other machines' byte order, with masked elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DataError
from ..types import Array, DTypeLike
from .devices import on_host


def of_tensor(value: Any) -> Any:
    """A tensor of another library (PyTorch, TensorFlow, JAX) as an array; anything else as it is.

    Args:
        value: what may be a tensor, on whatever device, with or without a recorded gradient.

    Returns:
        An array; of PyTorch's tensors in this machine's memory the same memory.
    """
    if isinstance(value, np.ndarray):
        return value
    if hasattr(value, "__cuda_array_interface__") and hasattr(value, "get"):
        return on_host(value)  # CuPy's
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        # NumPy knows no such numbers.
        has_bfloat16 = str(getattr(value, "dtype", "")) == "torch.bfloat16"
        return value.float().numpy() if has_bfloat16 else value.numpy()
    if hasattr(value, "numpy") and hasattr(value, "shape"):
        return value.numpy()
    # An array of JAX: in memory, unlike those of files, which have no `__dlpack__`.
    return np.asarray(value) if hasattr(value, "__dlpack__") and hasattr(value, "__array__") else value


def as_array(value: Any, where: str = "array", dtype: DTypeLike | None = None) -> Array:
    """An array or a list as a plain array in this machine's byte order.

    Args:
        value: what NumPy takes for an array.
        where: what messages call it.
        dtype: the type that is asked for; None leaves the array's own.

    Returns:
        An array; the same memory where nothing has to change.

    Raises:
        DataError: some of it is masked: there is no number to compute with.

    Example:
        >>> as_array(np.ma.array([1, 2])), as_array(np.array([3], ">i4")).dtype.isnative
        (array([1, 2]), True)
    """
    refuse_masked(value, where)
    array = np.asarray(of_tensor(value), dtype)
    if array.dtype.kind == "O" and dtype is None:
        return numbers_among_objects(array)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def refuse_masked(value: object, where: str) -> None:
    """Raise DataError for an array, or a list of arrays, in which something is masked."""
    if isinstance(value, (list, tuple)):
        for one in value:
            if isinstance(one, np.ma.MaskedArray):
                refuse_masked(one, where)
    elif isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        masked = int(np.ma.count_masked(value))
        raise DataError(
            where=where,
            expected="numbers everywhere",
            actual=f"a masked array with {masked} masked of {value.size}",
            hint="Say what stands there: x.filled(0); a Masking layer leaves out steps of one value.",
        )


def numbers_among_objects(array: Array) -> Array:
    """The numbers that an array of objects holds, as columns of frames often are; itself where it holds anything else."""
    kinds = {type(value) for value in array.flat}
    if not all(issubclass(kind, (int, float, np.number, np.bool_)) for kind in kinds):
        return array
    whole = all(issubclass(kind, (int, np.integer, np.bool_)) for kind in kinds)
    try:
        return array.astype("int64" if whole else "float64")
    except OverflowError:
        return array.astype("float64")
