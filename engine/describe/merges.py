"""Why outputs of layers with several inputs have their shapes."""

from __future__ import annotations

from collections.abc import Sequence

from ..layers import Concatenate, Dot
from ..layers.legacy import Merge
from ..types import Shape
from .explanation import Dims, Explanation, in_words, sizes
from .expression import Expression, number
from .windows import Shapes


def together(layer: object, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Element by element: axes of size 1 are stretched."""
    return _together(shapes)


def concatenate(layer: Concatenate, shapes: Shapes, outputs: Shapes) -> Explanation:
    """The sizes along one axis are added up."""
    return _concatenated(shapes, layer.axis)


def dot(layer: Dot, shapes: Shapes, outputs: Shapes) -> Explanation:
    """The axes of the products are gone."""
    return _products(shapes, layer.axes)


def merge(layer: Merge, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Keras 1's Merge, explained by its mode."""
    if callable(layer.mode) or layer.sublayers:
        what = "layers inside, joined," if layer.sublayers else "function"
        return Explanation([f"its {what} gives {shape}" for shape in outputs], *_all(outputs))
    if layer.mode == "concat":
        return _concatenated(shapes, layer.concat_axis)
    if layer.mode not in ("dot", "cos"):
        return _together(shapes)
    products = _products(shapes, layer.dot_axes)
    if layer.mode == "dot":
        return products
    dims = [products.dims[0], number(1), *products.dims[1:]]
    return Explanation([*products.lines, "mode `cos` adds an axis of 1"], dims)


def _all(outputs: Shapes) -> tuple[Dims, list[Dims]]:
    first, *more = [sizes(shape) for shape in outputs]
    return first, more


def _together(shapes: Shapes) -> Explanation:
    if len(set(shapes)) == 1:
        return Explanation([f"element by element: all inputs are {shapes[0]}, which stays"], sizes(shapes[0]))
    rank = max(map(len, shapes))
    wide = [(shape[0], *(1,) * (rank - len(shape)), *shape[1:]) for shape in shapes]
    lines = ["element by element: where an input has size 1, it is used again for each place of the others"]
    if any(len(shape) < rank for shape in shapes):
        lines.append("inputs with fewer axes get axes of 1 behind the batch")
    dims = [_stretched(column) for column in zip(*wide, strict=True)]
    for axis, column in enumerate(zip(*wide, strict=True)):
        if axis and len(set(column)) > 1:
            sides = " and ".join("free" if n is None else str(n) for n in column)
            lines.append(f"axis {axis}: {sides} give {in_words(dims[axis])}")
    return Explanation(lines, dims)


def _stretched(column: Sequence[int | None]) -> Expression | None:
    """The size that is not 1; a free one gives way to a known one."""
    known = [n for n in column if n is not None and n != 1]
    if known:
        return number(known[0])
    return None if None in column else number(1)


def _concatenated(shapes: Shapes, axis: int) -> Explanation:
    along = axis % len(shapes[0])
    column = [shape[along] for shape in shapes]
    total: Expression | None = None
    if None not in column:
        total = number(column[0] or 0)
        for n in column[1:]:
            total = total + number(n or 0)
    which = "the last axis" if along == len(shapes[0]) - 1 else f"axis {along}"
    dims: Dims = [next((number(n) for n in column if n is not None), None) for column in zip(*shapes, strict=True)]
    dims[along] = total
    return Explanation([f"one after the other along {which}: {in_words(total)}", "the other axes stay"], dims)


def _products(shapes: Shapes, axes: int | Sequence[int]) -> Explanation:
    x, y = shapes
    pair = (axes, axes) if isinstance(axes, int) else axes
    first, second = (axis % len(shape) for axis, shape in zip(pair, shapes, strict=True))
    lines = [
        f"products along axis {first} of the first and axis {second} of the second input ({x[first] or 'free'} each)"
    ]
    if max(len(x), len(y)) > 3:
        return Explanation(
            [*lines, "all axes before the last two count as the batch"], _by_position(x, y, first, second)
        )
    rest = [*sizes((*x[1:first], *x[first + 1 :])), *sizes((*y[1:second], *y[second + 1 :]))]
    if not rest:
        return Explanation([*lines, "no other axis is left, so a single number remains: 1"], [*sizes(x[:1]), number(1)])
    lines.append(f"the axes that are left: {', '.join(map(in_words, rest))}")
    return Explanation(lines, [*sizes(x[:1]), *rest])


def _by_position(x: Shape, y: Shape, first: int, second: int) -> Dims:
    """One matrix product for each position in the leading axes, as Keras 2.2.4 had it for four or more axes."""
    rank = max(len(x), len(y))
    wide_x, wide_y = (*x, *(1,) * (rank - len(x))), (*y, *(1,) * (rank - len(y)))
    rows = wide_x[rank - 2] if first == rank - 1 else wide_x[rank - 1]
    columns = wide_y[rank - 2] if second == rank - 1 else wide_y[rank - 1]
    leading = [_stretched(column) for column in zip(wide_x[:-2], wide_y[:-2], strict=True)]
    dims = [*leading, *sizes((rows, columns))]
    gone = len(x) + len(y) - 3 if len(x) > len(y) else len(x) - 1
    del dims[gone : gone + abs(len(x) - len(y))]
    return dims


__all__ = ["concatenate", "dot", "merge", "together"]
