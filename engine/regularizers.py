"""Penalties on weights and outputs that are added to the loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from . import _ops as ops
from ._declared import registry, rules
from ._declared.fields import Declared, field
from .errors import ShapeError

if TYPE_CHECKING:
    from ._graph.tensor import Tensor
    from .types import Config

    Penalty: TypeAlias = Callable[[Tensor], Tensor | float]
    """A function from weights or outputs to a scalar of the loss; a number where it is the same for all values."""
    RegularizerLike: TypeAlias = str | Mapping[str, object] | Penalty | type["Regularizer"] | None
    """What users write for one: a name such as "l2", a config, a `Regularizer`, a function, None for no penalty."""

__all__ = [
    "L1L2",
    "ActivityRegularizer",
    "EigenvalueRegularizer",
    "L1L2Regularizer",
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
    """Base of penalties: a subclass writes `__call__`, which makes of weights or outputs a scalar for the loss.

    Example:
        >>> class Mean(Regularizer):
        ...     def __call__(self, x):
        ...         return ops.mean(ops.absolute(x))
        >>> import numpy as np
        >>> float(Mean()(np.array([1.0, -3.0])))
        2.0
    """

    def __call__(self, x: Tensor) -> Tensor | float:
        """The penalty for x."""
        raise NotImplementedError(f"{type(self).__name__}.__call__")


@registry.register("regularizer")
class L1L2(Regularizer):
    """Penalty l1 * sum abs(x) + l2 * sum x^2.

    Args:
        l1: factor of the sum of absolute values, 0 or above; 0.0 by default.
        l2: factor of the sum of squares, 0 or above; 0.0 by default.

    Example:
        >>> L1L2(l2=0.01).get_config()
        {'l1': 0.0, 'l2': 0.01}
    """

    l1: float = field(rules.non_negative, default=0.0, help="factor of the absolute values")
    l2: float = field(rules.non_negative, default=0.0, help="factor of the squares")

    def __call__(self, x: Tensor) -> Tensor | float:
        """The penalty for x: `l1 * sum |x| + l2 * sum x^2`; 0.0 where both factors are 0."""
        penalty: Tensor | float = 0.0
        if self.l1:
            penalty = ops.sum(ops.absolute(x)) * self.l1
        if self.l2:
            penalty = ops.sum(ops.square(x)) * self.l2 + penalty
        return penalty


@registry.register("regularizer")
class EigenvalueRegularizer(Regularizer):
    """Penalty k times the largest singular value of a matrix, by nine steps of the power method (Keras 1).

    Args:
        k: factor of the singular value, 0 or above.

    Raises:
        ShapeError: weights of another rank than 2, when it is called.

    Example:
        >>> EigenvalueRegularizer(0.5).get_config()
        {'k': 0.5}
    """

    k: float = field(rules.non_negative, help="factor of the singular value")

    def __call__(self, x: Tensor) -> Tensor:
        """The penalty for x: `k * sqrt(v' x'x v / v'v)`, v the ninth vector that the power method gives for x'x."""
        if len(x.shape) != 2:
            raise ShapeError(where="EigenvalueRegularizer", expected="a weight of rank 2", actual=f"shape {x.shape}")
        square = ops.dot(ops.transpose(x), x)
        vector = ops.sum(square, axis=1, keepdims=True)
        for _ in range(8):
            vector = ops.dot(square, vector)
        moved = ops.dot(square, vector)
        largest = ops.sum(moved * vector) / ops.sum(vector * vector)
        return ops.sqrt(largest) * self.k


def l1(l: float = 0.01) -> L1L2:  # noqa: E741 - Keras's name of the argument
    """Penalty l * sum abs(x).

    Args:
        l: factor of the sum of absolute values, 0 or above; 0.01 by default.

    Example:
        >>> l1(0.1).get_config()
        {'l1': 0.1, 'l2': 0.0}
    """
    return L1L2(l1=l)


def l2(l: float = 0.01) -> L1L2:  # noqa: E741 - Keras's name of the argument
    """Penalty l * sum x^2.

    Args:
        l: factor of the sum of squares, 0 or above; 0.01 by default.

    Example:
        >>> l2(0.1).get_config()
        {'l1': 0.0, 'l2': 0.1}
    """
    return L1L2(l2=l)


def l1_l2(l1: float = 0.01, l2: float = 0.01) -> L1L2:
    """Penalty l1 * sum abs(x) + l2 * sum x^2.

    Args:
        l1: factor of the sum of absolute values, 0 or above; 0.01 by default.
        l2: factor of the sum of squares, 0 or above; 0.01 by default.

    Example:
        >>> l1_l2().get_config()
        {'l1': 0.01, 'l2': 0.01}
    """
    return L1L2(l1=l1, l2=l2)


for _function in (l1, l2, l1_l2):
    registry.add("regularizer", _function)
# Keras 1's names, which differ for weights and for outputs.
l1l2 = activity_l1l2 = l1_l2
activity_l1, activity_l2 = l1, l2
WeightRegularizer = ActivityRegularizer = L1L2Regularizer = L1L2
registry.add("regularizer", l1_l2, "l1l2", "activity_l1l2")
registry.add("regularizer", l1, "activity_l1")
registry.add("regularizer", l2, "activity_l2")
registry.add("regularizer", L1L2, "WeightRegularizer", "ActivityRegularizer", "L1L2Regularizer")


def get(identifier: RegularizerLike) -> Penalty | None:
    """The regularizer for a name, a config, a class or a function.

    Args:
        identifier: a name such as "l2", a config, a regularizer or its class, a function of a tensor; None for no
            penalty.

    Returns:
        A function from weights or outputs to a scalar; None for None.

    Raises:
        UnknownName: no regularizer has the name (a ValueError); the message tells the nearest one.

    Example:
        >>> get("l2").get_config()
        {'l1': 0.0, 'l2': 0.01}
    """
    return registry.build("regularizer", identifier)


def serialize(regularizer: RegularizerLike) -> Config | str | None:
    """A regularizer as plain data: {class_name, config}, or the name of a function.

    Args:
        regularizer: a regularizer, a function or None.

    Returns:
        What `deserialize` reads.

    Example:
        >>> serialize(l1(0.1))
        {'class_name': 'L1L2', 'config': {'l1': 0.1, 'l2': 0.0}}
    """
    return registry.serialize("regularizer", regularizer)


def deserialize(config: RegularizerLike, custom_objects: Mapping[str, object] | None = None) -> Penalty | None:
    """The regularizer of a config that `serialize` gave.

    Args:
        config: what `serialize` returned.
        custom_objects: further regularizers by name, for those of your own.

    Returns:
        The regularizer.

    Raises:
        UnknownName: no regularizer has the name (a ValueError).

    Example:
        >>> deserialize({"class_name": "L1L2", "config": {"l1": 0.5}}).get_config()
        {'l1': 0.5, 'l2': 0.0}
    """
    return registry.build("regularizer", config, custom_objects)
