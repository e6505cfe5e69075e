"""Ops that only look at the same elements under another shape: nothing is computed, the plan hands on a view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._graph.op import Op, Work, apply
from .._graph.tensor import Value
from ..errors import ShapeError
from ..types import Array, Shape
from .shapes import axis_of, count

__all__ = ["expand_dims", "flatten", "reshape", "squeeze"]


class View(Op):
    """y has the elements of x in the same order."""

    precision = "follows"
    linear = True

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = x under the other shape."""
        work.xp.copyto(out, x.reshape(out.shape))

    def backward(self, work: Work, dy: Array, *, outs: tuple[Array]) -> None:
        """dx = dy under the shape of x."""
        work.xp.copyto(outs[0], dy.reshape(outs[0].shape))

    def view_of(self, training: bool) -> int | None:
        """Always x: a view computes nothing."""
        return 0


class Reshape(View):
    """y = x with another shape; one size may be -1 (the rest), None in front stands for the batch."""

    target: tuple[int | None, ...]

    def shape(self, x: Shape) -> Shape:
        """The target with -1 worked out. Raises ShapeError where the elements do not fit into it."""
        target = list(self.target)
        if target and target[0] is None and (-1 in target[1:] or None in target[1:]):
            if not x:
                raise self._error(x)
            rest = self._fill([-1 if n is None else n for n in target[1:]], x[1:], x)
            return (x[0], *rest)
        return tuple(self._fill([-1 if n is None else n for n in target], x, x))

    def _fill(self, target: list[int], source: Shape, x: Shape) -> list[int | None]:
        """The target shape with the size that -1 stands for."""
        known, has, wants = None not in source, count(source), count([n for n in target if n != -1])
        if target.count(-1) > 1 or (known and -1 not in target and has != wants):
            raise self._error(x)
        if -1 not in target:
            return list(target)
        if known and (wants == 0 or has % wants):
            raise self._error(x)
        return [(has // wants if known else None) if n == -1 else n for n in target]

    def _error(self, x: Shape) -> ShapeError:
        return ShapeError(
            expected=f"a size that fits the target shape {self.target}",
            actual=f"{x} ({count(x)} elements{' a sample' if None in x else ''})",
            hint="The product of the sizes must stay the same; one of them may be -1.",
        )


class ExpandDims(View):
    """y = x with a new axis of size 1."""

    axis: int = -1

    def shape(self, x: Shape) -> Shape:
        """That of x with 1 at the axis."""
        axis = axis_of(self.axis, len(x) + 1)
        return (*x[:axis], 1, *x[axis:])

    def sizes(self, x: Array) -> Array:
        """x with the new axis."""
        return np.expand_dims(x, self.axis)


class Squeeze(View):
    """y = x without an axis of size 1."""

    axis: int = -1

    def shape(self, x: Shape) -> Shape:
        """That of x without the axis. Raises ShapeError where its size is not 1."""
        axis = axis_of(self.axis, len(x))
        if x[axis] not in (1, None):
            raise ShapeError(expected=f"size 1 on axis {self.axis}", actual=str(x))
        return (*x[:axis], *x[axis + 1 :])


class Flatten(View):
    """y = x with all axes after the first `keep` made one."""

    keep: int = 1

    def shape(self, x: Shape) -> Shape:
        """(*first `keep` sizes, product of the others), None where one of them is not known."""
        rest = x[self.keep :]
        return (*x[: self.keep], None if None in rest else count(rest))


def reshape(x: Value, shape: Sequence[int | None]) -> Value:
    """x with another shape, batch included; one size may be -1, None in front keeps the batch.

    >>> import numpy as np
    >>> reshape(np.zeros((2, 6)), (-1, 3)).shape
    (4, 3)
    """
    return apply(Reshape(tuple(shape)), x)


def expand_dims(x: Value, axis: int = -1) -> Value:
    """x with a new axis of size 1.

    Args:
        x: a tensor or an array of any shape.
        axis: where the new axis stands in the result; -1 (the default) puts it last.

    Returns:
        The same elements with one axis more.

    Example:
        >>> import numpy as np
        >>> expand_dims(np.zeros((2, 3)), 1).shape
        (2, 1, 3)
    """
    return apply(ExpandDims(axis), x)


def squeeze(x: Value, axis: int = -1) -> Value:
    """x without an axis of size 1.

    Args:
        x: a tensor or an array.
        axis: the axis to take away, the last one by default.

    Returns:
        The same elements with one axis less.

    Raises:
        ShapeError: the axis has another size than 1.

    Example:
        >>> import numpy as np
        >>> squeeze(np.zeros((2, 1, 3)), 1).shape
        (2, 3)
    """
    return apply(Squeeze(axis), x)


def flatten(x: Value, keep: int = 1) -> Value:
    """x with all axes after the first `keep` (default: the batch) made one."""
    return apply(Flatten(keep), x)
