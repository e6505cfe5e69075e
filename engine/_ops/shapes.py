"""Shape arithmetic that the ops share. A dimension of None is not known yet."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import overload

import numpy as np

from .._graph.memory import Sizes
from .._graph.work import Work
from ..errors import ShapeError
from ..types import Array, Axis, Shape


def count(shape: Sequence[int | None]) -> int:
    """Number of elements; unknown dimensions count as one.

    >>> count((None, 3, 4))
    12
    """
    total = 1
    for n in shape:
        total *= 1 if n is None else n
    return total


@overload
def broadcast(*shapes: Sizes) -> Sizes: ...
@overload
def broadcast(*shapes: Shape) -> Shape: ...
def broadcast(*shapes: Shape) -> Shape:
    """The common shape under NumPy's broadcasting; ShapeError when there is none.

    >>> broadcast((None, 3), (4, 1, 3))
    (4, None, 3)
    """
    rank = max(len(s) for s in shapes)
    result: list[int | None] = []
    for position in range(-rank, 0):
        sizes = [s[position] for s in shapes if len(s) >= -position]
        known = {n for n in sizes if n is not None and n != 1}
        if len(known) > 1:
            raise ShapeError(
                expected="shapes that broadcast together",
                actual=" and ".join(str(s) for s in shapes),
                hint=f"Axis {position} holds {' and '.join(str(n) for n in sorted(known))}; make them equal or 1.",
            )
        result.append(known.pop() if known else None if None in sizes else 1)
    return tuple(result)


def axis_of(axis: int, rank: int) -> int:
    """The axis counted from the front; ShapeError when there is no such axis.

    >>> axis_of(-1, 3)
    2
    """
    if not -rank <= axis < rank:
        raise ShapeError(
            expected=f"an axis from {-rank} to {rank - 1}",
            actual=f"axis {axis} of an input of rank {rank}",
            hint="Axis 0 is the batch, -1 the last axis.",
        )
    return axis % rank


def axes_of(axis: Axis, rank: int) -> tuple[int, ...]:
    """Axes counted from the front, in order; None means all of them."""
    if axis is None:
        return tuple(range(rank))
    if isinstance(axis, int):
        return (axis_of(axis, rank),)
    return tuple(sorted({axis_of(int(a), rank) for a in axis}))


def sum_to(work: Work, gradient: Array, out: Array) -> None:
    """Sum `gradient` over the axes along which an input of out's shape was broadcast; write it to `out`."""
    if gradient.shape == out.shape:
        if gradient is not out:
            work.xp.copyto(out, gradient)
        return
    lead = gradient.ndim - out.ndim
    axes = (*range(lead), *(lead + i for i, n in enumerate(out.shape) if n == 1 and gradient.shape[lead + i] != 1))
    shape = (1,) * lead + out.shape
    work.xp.sum(gradient, axis=axes, keepdims=True, out=out.reshape(shape))


def at_least(size: Sequence[int]) -> str:
    """How large an image, a sequence or a volume must be for a window.

    >>> at_least((4, 4)), at_least((7,))
    ('an image of at least 4×4', 'at least 7 steps')
    """
    kind = {1: "steps", 2: "an image", 3: "a volume"}.get(len(size), "an input")
    text = "×".join(map(str, size))
    return f"at least {text} {kind}" if len(size) == 1 else f"{kind} of at least {text}"


def too_large(window: str, setting: str, spatial: Sequence[int | None], channels_first: bool) -> str:
    """What to do about a window that is larger than the image.

    >>> too_large("pool", "pool_size", (4, 4), False)
    "The pool is larger than the image; choose a smaller pool_size or padding='same'."
    """
    advice = f"The {window} is larger than the image; choose a smaller {setting} or padding='same'."
    rows, columns = spatial if len(spatial) == 2 else (None, None)
    if channels_first or rows is None or columns is None or rows > 3 or columns < 4 * rows:
        return advice
    call = "K.set_image_data_format('channels_first')"
    return f"{advice} Or do the channels come first here, as in Keras 1? Then write {call} before the first layer."


def window_length(length: int | None, size: int, stride: int, padding: str, dilation: int = 1) -> int | None:
    """How many windows fit along an axis; padding 'valid', 'same' (TensorFlow's) or 'causal'.

    >>> window_length(28, 3, 2, "same"), window_length(28, 3, 1, "valid")
    (14, 26)
    """
    if length is None:
        return None
    if padding != "valid":
        return -(-length // stride)
    return max(0, -(-(length - (size - 1) * dilation) // stride))


def padded_length(length: int, size: int, stride: int, pad: int, padding: str) -> int:
    """How many windows fit along an axis with padding on either side; padding 'ceil' or 'floor' says how that is rounded.

    A window that would begin behind the image and its padding is none (Caffe, PyTorch).

    >>> padded_length(112, 3, 2, 1, "ceil"), padded_length(112, 3, 2, 1, "floor"), padded_length(3, 2, 3, 1, "ceil")
    (57, 56, 2)
    """
    room = length + 2 * pad - size
    if room < 0:
        return 0
    windows = (-(-room // stride) if padding == "ceil" else room // stride) + 1
    return windows - 1 if (windows - 1) * stride >= length + pad else windows


def unwindowed_length(
    length: int | None, size: int, stride: int, padding: str, dilation: int = 1, extra: int | None = None
) -> int | None:
    """The elements of which so many windows are taken: the length that a transposed convolution gives.

    Several lengths have that many windows; None takes the usual one, a number says how many elements lie beyond the
    shortest (Keras's output_padding).

    >>> unwindowed_length(4, 3, 2, "valid"), unwindowed_length(4, 3, 2, "same"), unwindowed_length(4, 3, 2, "same", 1, 0)
    (9, 8, 7)
    """
    if length is None:
        return None
    window = (size - 1) * dilation + 1
    around = {"valid": 0, "same": window // 2, "full": window - 1}[padding]
    if extra is not None:
        return (length - 1) * stride + window - 2 * around + extra
    beyond = {"valid": max(window - stride, 0), "same": 0, "full": -(stride + window - 2)}[padding]
    return length * stride + beyond


def window_padding(length: int, size: int, stride: int, padding: str, dilation: int = 1) -> tuple[int, int]:
    """Elements added before and after an axis; 'same' puts the odd one at the end, as TensorFlow does.

    >>> window_padding(28, 3, 2, "same")
    (0, 1)
    """
    reach = (size - 1) * dilation
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return reach, 0
    total = max(0, (-(-length // stride) - 1) * stride + reach + 1 - length)
    return total // 2, total - total // 2


def copy_runs(xp: ModuleType, target: Array, source: Array, axes: int = 1) -> None:
    """Copy where the last axes of both arrays lie in one piece: each such run as one element of an opaque type.

    This goes at the speed of memory. Copied as floats, runs of 48 took half as long again, runs of 9 twice as long.
    """
    itemsize = source.itemsize
    run = count(source.shape[-axes:])
    if (
        xp is not np
        or not run
        or source.dtype != target.dtype
        or source.strides[-1] != itemsize
        or target.strides[-1] != itemsize
    ):
        xp.copyto(target, source)
        return

    def opaque(array: Array) -> Array:
        shape, strides = (*array.shape[:-axes], run), (*array.strides[:-axes], itemsize)
        return np.lib.stride_tricks.as_strided(array, shape, strides).view(f"V{run * itemsize}")[..., 0]

    np.copyto(opaque(target), opaque(source))
