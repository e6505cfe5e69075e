"""`tf.Variable`: a weight whose parts can be assigned, and whose assignments give it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._graph.tensor import Tensor, Variable
from ..types import Array, DTypeLike
from .values import TensorLike, operand, value_of


class IndexedSlices:
    """Rows of an array, by their numbers.

    Args:
        values: the rows.
        indices: the number of each.
        dense_shape: the shape of the whole, None where it is not needed.
    """

    def __init__(self, values: TensorLike, indices: TensorLike, dense_shape: TensorLike | None = None) -> None:
        self.values, self.indices, self.dense_shape = (
            np.asarray(value_of(values)),
            np.asarray(value_of(indices)),
            dense_shape,
        )


class AssignedVariable(Variable):
    """A weight as TensorFlow's programs have it: `v[0].assign(1.0)` changes a part, `v.assign(x)` gives v.

    Example:
        >>> v = AssignedVariable((2,), "float32", "v", np.zeros(2), True)
        >>> _ = v[1].assign(3.0)
        >>> v.assign_add([1.0, 1.0]).numpy().tolist()
        [1.0, 4.0]
    """

    def __getitem__(self, key: Any) -> Tensor:
        """A part, whose `assign`, `assign_add` and `assign_sub` change the weight."""
        part: Tensor = super().__getitem__(key)

        def assign(value: Any, *_: object, **__: object) -> AssignedVariable:
            return self._changed(key, lambda _: np.asarray(value_of(value)))

        def assign_add(value: Any, *_: object, **__: object) -> AssignedVariable:
            return self._changed(key, lambda before: before + np.asarray(value_of(value)))

        def assign_sub(value: Any, *_: object, **__: object) -> AssignedVariable:
            return self._changed(key, lambda before: before - np.asarray(value_of(value)))

        vars(part).update(assign=assign, assign_add=assign_add, assign_sub=assign_sub)
        return part

    def _changed(self, key: Any, change: Callable[[Any], Any]) -> AssignedVariable:
        array = np.array(self.host())
        array[key] = change(array[key])
        super().assign(array)
        return self

    def assign(self, value: Any, *_: object, **__: object) -> AssignedVariable:
        """Copy a value into the weight. Raises ShapeError for one of another shape."""
        super().assign(value)
        return self

    def assign_add(self, value: TensorLike, *_: object, **__: object) -> AssignedVariable:
        """Add to the values."""
        return self._changed(..., lambda before: before + np.asarray(value_of(value)))

    def assign_sub(self, value: TensorLike, *_: object, **__: object) -> AssignedVariable:
        """Subtract from the values."""
        return self._changed(..., lambda before: before - np.asarray(value_of(value)))

    def scatter_nd_update(self, indices: TensorLike, updates: TensorLike, name: str | None = None) -> AssignedVariable:
        """Exchange values at places, each a row of numbers."""
        return self._changed(_places(indices), lambda _: np.asarray(value_of(updates)))

    def scatter_update(self, sparse_delta: IndexedSlices, *_: object, **__: object) -> AssignedVariable:
        """Exchange rows."""
        return self._changed(sparse_delta.indices, lambda _: sparse_delta.values)

    def scatter_add(self, sparse_delta: IndexedSlices, *_: object, **__: object) -> AssignedVariable:
        """Add to rows, to one that is named twice both."""
        array: Array = np.array(self.host())
        np.add.at(array, sparse_delta.indices, sparse_delta.values)
        return self.assign(array)

    def read_value(self) -> Tensor:
        """The values, recorded on a tape."""
        return self[...]


def _places(indices: Any) -> tuple[Array, ...]:
    return tuple(np.moveaxis(np.asarray(value_of(indices)).astype(int), -1, 0))


def variable(
    initial_value: TensorLike, trainable: bool = True, name: str | None = None, dtype: DTypeLike | None = None
) -> AssignedVariable:
    """A variable with a first value, as `tf.Variable(value)` makes it."""
    from_value = initial_value() if callable(initial_value) else initial_value
    array = np.asarray(operand(value_of(from_value) if isinstance(from_value, Tensor) else from_value, dtype))
    return AssignedVariable(array.shape, array.dtype, name, np.array(array), trainable)
