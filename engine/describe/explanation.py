"""What an explanation is made of, and the words that all rules share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ..types import Shape
from .expression import Expression, number

Dims = list["Expression | None"]
_AXES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


@dataclass(frozen=True)
class Explanation:
    """Why an output has its shape.

    Args:
        lines: sentences with numbers.
        dims: for each axis of the (first) output, the batch included, how its size comes about; None where it is free.
        more: the same for further outputs, such as the last states.
    """

    lines: list[str] = field(default_factory=list)
    dims: Dims = field(default_factory=list)
    more: list[Dims] = field(default_factory=list)


def sizes(shape: Shape) -> Dims:
    """Each size as a number; None stays free."""
    return [None if n is None else number(n) for n in shape]


def shape_of(dims: Sequence[Expression | None]) -> tuple[int | Fraction | None, ...]:
    """The shape that the expressions come to."""
    return tuple(None if x is None else int(x.value) if x.value.denominator == 1 else x.value for x in dims)


def in_words(x: Expression | None) -> str:
    """An expression and its value; a free size in words."""
    return "free" if x is None else repr(x)


def axis_names(rank: int) -> tuple[str, ...]:
    """Names of one, two or three spatial axes."""
    return _AXES[rank]


def listed(names: Sequence[str], dims: Sequence[Expression | None]) -> str:
    """The axes one after the other: "height ceil(8 / 1) = 8, width the same"."""
    parts = [f"{names[0]} {in_words(dims[0])}"]
    for name, x in zip(names[1:], dims[1:], strict=True):
        parts.append(f"{name} the same" if x == dims[0] else f"{name} {in_words(x)}")
    return ", ".join(parts)


def one_or_all(values: Sequence[int]) -> str:
    """One number where all are equal, else all of them: "2", "2 and 3"."""
    return str(values[0]) if len(set(values)) == 1 else " and ".join(map(str, values))


def spatial_axes(rank: int, channels_first: bool) -> tuple[int, ...]:
    """The indices of the spatial axes."""
    return tuple(range(2, rank + 2)) if channels_first else tuple(range(1, rank + 1))


def is_channels_first(layer: object) -> bool:
    """Whether the channels stand before the spatial axes."""
    return getattr(layer, "data_format", "channels_last") == "channels_first"


def replaced(dims: Dims, axes: Sequence[int], values: Sequence[Expression | None]) -> Dims:
    """The sizes with other ones on some axes."""
    changed = list(dims)
    for axis, value in zip(axes, values, strict=True):
        changed[axis] = value
    return changed
