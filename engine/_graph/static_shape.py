"""Shapes of tensors as code for TensorFlow and Theano asks for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ShapeError
from ..types import Array


class Dimension(int):
    """The size of one axis: a whole number that can be asked for its `value`, as TensorFlow's are."""

    __slots__ = ()

    @property
    def value(self) -> int:
        """The size as a plain number."""
        return int(self)


class StaticShape(tuple["int | None", ...]):
    """The shape of a tensor: a tuple, None where an axis may vary, that can be asked as TensorFlow's shapes are."""

    __slots__ = ()

    @property
    def ndims(self) -> int:
        """Number of axes, the batch included."""
        return len(self)

    @property
    def dims(self) -> list[Dimension | None]:
        """The sizes of the axes, each of which can be asked for its `value`."""
        return [None if size is None else Dimension(size) for size in self]

    def as_list(self) -> list[int | None]:
        """The sizes of the axes."""
        return list(self)

    def num_elements(self) -> int | None:
        """The number of elements; None where an axis may vary."""
        return None if None in self else math.prod(size for size in self if size is not None)

    def eval(self) -> Array:
        """The sizes as an array, as Theano's shapes give them. Raises ShapeError where one may vary."""
        if None in self:
            hint = "K.function([...], [K.shape(x)]) computes them from what is fed."
            raise ShapeError(where="shape.eval", expected="known sizes", actual=str(tuple(self)), hint=hint)
        return np.array(self, dtype="int64")

    if not TYPE_CHECKING:  # as a tuple's to checkers

        def __getitem__(self, key):
            part = super().__getitem__(key)
            return StaticShape(part) if isinstance(key, slice) else None if part is None else Dimension(part)
