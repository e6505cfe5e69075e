"""The output shape that Keras 1's transposed convolutions were told, as `output_padding`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

FIRST = ("channels_first", "th")


def output_padding(args: Sequence[object], settings: Mapping[str, object]) -> tuple[int, ...] | None:
    """By how much the asked shape is longer than the shortest one; None where it is not, or where that cannot be told.

    With windows inside the input ("valid") and n steps, the output has (n - 1) * stride + size elements and the padding, which
    is less than the stride: so the padding is what is left of the asked length less the size, divided by the stride.

    Args:
        args: filters and size of the window, as far as they came by position.
        settings: the others by their names of today, with `output_shape`, batch included.

    Example:
        >>> output_padding((8, (2, 2)), {"output_shape": (None, 29, 28, 8), "strides": (2, 2)})
        (1, 0)
    """
    size = args[1] if len(args) > 1 else settings.get("kernel_size")
    shape = settings.get("output_shape")
    strides = settings.get("strides", 1)
    if not isinstance(size, (tuple, list)) or not isinstance(shape, (tuple, list)) or len(shape) != len(size) + 2:
        return None
    strides = strides if isinstance(strides, (tuple, list)) else (strides,) * len(size)
    lengths = shape[2:] if settings.get("data_format") in FIRST else shape[1:-1]
    known = all(isinstance(n, int) for n in (*size, *strides, *lengths)) and len(strides) == len(size)
    if not known or settings.get("padding", "valid") != "valid":
        return None
    extra = tuple((length - n) % stride for length, n, stride in zip(lengths, size, strides, strict=True))
    return extra if any(extra) else None
