"""Penalties on weights and outputs that are added to the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import _ops as ops
from ._declared import registry, rules
from ._declared.fields import Declared, field
from .errors import ShapeError

__all__ = [
    "L1L2",
    "ActivityRegularizer",
    "EigenvalueRegularizer",
    "Regularizer",
    "WeightRegularizer",
    "activity_l1",
    "activity_l1l2",
    "activity_l2",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l1l2",
    "l2",
    "serialize",
]


class Regularizer(Declared):
    """Base: subclasses compute a scalar from a tensor."""

    def __call__(self, x: Any) -> Any:
        """The penalty for x."""
        raise NotImplementedError(f"{type(self).__name__}.__call__")


@registry.register("regularizer")
class L1L2(Regularizer):
    """l1 * sum |x| + l2 * sum x^2."""

    l1: float = field(rules.non_negative, default=0.0, help="factor of the absolute values")
    l2: float = field(rules.non_negative, default=0.0, help="factor of the squares")

    def __call__(self, x: Any) -> Any:
        penalty: Any = 0.0
        if self.l1:
            penalty = ops.sum(ops.absolute(x)) * self.l1
        if self.l2:
            penalty = ops.sum(ops.square(x)) * self.l2 + penalty
        return penalty


@registry.register("regularizer")
class EigenvalueRegularizer(Regularizer):
    """k * the largest singular value of a matrix, by nine steps of the power method (Keras 1).

    Raises ShapeError for weights of another rank.
    """

    k: float = field(rules.non_negative, help="factor of the singular value")

    def __call__(self, x: Any) -> Any:
        if len(x.shape) != 2:
            raise ShapeError(where="EigenvalueRegularizer", expected="a weight of rank 2", found=f"shape {x.shape}")
        square = ops.dot(ops.transpose(x), x)
        vector = ops.sum(square, axis=1, keepdims=True)
        for _ in range(8):
            vector = ops.dot(square, vector)
        moved = ops.dot(square, vector)
        largest = ops.sum(moved * vector) / ops.sum(vector * vector)
        return ops.sqrt(largest) * self.k


def l1(l: float = 0.01) -> L1L2:  # noqa: E741 - Keras's name
    """l * sum |x|."""
    return L1L2(l1=l)


def l2(l: float = 0.01) -> L1L2:  # noqa: E741 - Keras's name
    """l * sum x^2."""
    return L1L2(l2=l)


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """Both penalties."""
    return L1L2(l1=l1, l2=l2)


for _function in (l1, l2, l1_l2):
    registry.add("regularizer", _function)
# Keras 1's names: there penalties on weights and on outputs were told apart.
l1l2 = activity_l1l2 = l1_l2
activity_l1, activity_l2 = l1, l2
WeightRegularizer = ActivityRegularizer = L1L2
for _name, _function in (
    ("l1l2", l1_l2), ("activity_l1l2", l1_l2), ("activity_l1", l1), ("activity_l2", l2), ("WeightRegularizer", L1L2),
    ("ActivityRegularizer", L1L2),
):  # fmt: skip
    registry.add("regularizer", _function, _name)


def get(identifier: Any) -> Any:
    """The regularizer for None, a name, a config or a function.

    >>> get("l2").get_config()
    {'l1': 0.0, 'l2': 0.01}
    """
    return registry.build("regularizer", identifier)


def serialize(regularizer: Any) -> Any:
    """Plain data {class_name, config}."""
    return registry.serialize("regularizer", regularizer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The regularizer of a config that `serialize` gave."""
    return registry.build("regularizer", config, custom_objects)
