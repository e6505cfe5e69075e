"""Why outputs of dense layers, embeddings and layers that only move elements have their shapes."""

from __future__ import annotations

from ..layers import Dense, Embedding, InputLayer, Permute, RepeatVector, Reshape, Slice
from ..layers.legacy import MaxoutDense
from ..types import Shape
from .explanation import Explanation, in_words, sizes
from .expression import number
from .windows import Shapes, product


def unchanged(layer: object, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Values change, the shape does not."""
    name = type(layer).__name__
    lines = [f"{name} works on the values only: the shape {shape} stays as it is" for shape in shapes]
    first, *more = [sizes(shape) for shape in shapes]
    return Explanation(lines, first, more)


def of_an_input(layer: InputLayer, shapes: Shapes, outputs: Shapes) -> Explanation:
    """An input has the shape that its setting says."""
    shape = tuple(layer.batch_input_shape or outputs[0])
    free = ", None for the samples of a batch" if shape[0] is None else ""
    return Explanation([f"the shape that was given to this input: {shape}{free}"], sizes(shape))


def dense(layer: Dense, shapes: Shapes, outputs: Shapes) -> Explanation:
    """The last axis becomes `units`."""
    return _last_axis(shapes[0], f"last axis = units = {layer.units}", layer.units)


def maxout(layer: MaxoutDense, shapes: Shapes, outputs: Shapes) -> Explanation:
    """The last axis becomes `output_dim`."""
    return _last_axis(shapes[0], f"last axis = output_dim = {layer.output_dim}", layer.output_dim)


def _last_axis(shape: Shape, line: str, size: int) -> Explanation:
    between = shape[1:-1]
    lines = [line, f"the axes before stay: {_joined(between)}"] if between else [line]
    return Explanation(lines, [*sizes(shape[:-1]), number(size)])


def embedding(layer: Embedding, shapes: Shapes, outputs: Shapes) -> Explanation:
    """A new last axis."""
    lines = [f"each whole number becomes a vector: a new last axis of output_dim = {layer.output_dim}"]
    if len(shapes[0]) > 1:
        lines.append(f"the axes before stay: {_joined(shapes[0][1:])}")
    return Explanation(lines, [*sizes(shapes[0]), number(layer.output_dim)])


def part(layer: Slice, shapes: Shapes, outputs: Shapes) -> Explanation:
    """Fewer elements along an axis."""
    shape, axis = shapes[0], layer.axis % len(shapes[0])
    size = shape[axis]
    if size is None:
        return Explanation([f"a part of axis {axis}, whose size is free"], sizes(outputs[0]))
    first, last, _ = slice(layer.start, layer.stop).indices(size)
    dims = list(sizes(shape))
    dims[axis] = length = number(last) - number(first) if first else number(last)
    return Explanation([f"elements {first} to {last - 1} of the {size} of axis {axis}: {length!r}"], dims)


def flatten(layer: object, shapes: Shapes, outputs: Shapes) -> Explanation:
    """All axes but the batch become one."""
    whole = product([number(n or 0) for n in shapes[0][1:]])
    return Explanation([f"all axes but the batch become one: {whole!r}"], [*sizes(shapes[0][:1]), whole])


def reshape(layer: Reshape, shapes: Shapes, outputs: Shapes) -> Explanation:
    """The target shape; -1 takes what is left."""
    shape, target = shapes[0], list(layer.target_shape)
    lines = [f"target_shape {tuple(target)}"]
    dims = [None if n == -1 else number(n) for n in target]
    if None in shape[1:]:
        if None in dims:
            lines.append("-1 takes what is left, which is free as the input has a free size")
        return Explanation(lines, [*sizes((None,)), *dims])
    whole = product([number(n or 0) for n in shape[1:]])
    lines.append(f"a sample keeps its elements: {whole!r}")
    if -1 in target:
        axis, rest = target.index(-1), product([x for x in dims if x is not None])
        dims[axis] = number(int(whole.value)) / rest
        lines.append(f"-1 takes what is left: {dims[axis]!r}")
    return Explanation(lines, [*sizes(shape[:1]), *dims])


def permute(layer: Permute, shapes: Shapes, outputs: Shapes) -> Explanation:
    """The axes in another order."""
    moved = [shapes[0][i] for i in layer.dims]
    lines = [
        f"axis {axis} is what was axis {old}: {in_words(x)}"
        for axis, (old, x) in enumerate(zip(layer.dims, sizes(tuple(moved)), strict=True), 1)
    ]
    return Explanation(lines, [*sizes(shapes[0][:1]), *sizes(tuple(moved))])


def repeat(layer: RepeatVector, shapes: Shapes, outputs: Shapes) -> Explanation:
    """A new axis of `n` copies."""
    batch, size = sizes(shapes[0])
    lines = [f"a new axis of n = {layer.n} copies", f"the size of the vector stays: {in_words(size)}"]
    return Explanation(lines, [batch, number(layer.n), size])


def _joined(shape: Shape) -> str:
    return ", ".join("free" if n is None else str(n) for n in shape)


__all__ = ["dense", "embedding", "flatten", "maxout", "of_an_input", "permute", "repeat", "reshape", "unchanged"]
