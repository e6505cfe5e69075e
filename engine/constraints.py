"""Limits on weights, applied to the array after each update."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, overload

from ._declared import registry, rules
from ._declared.fields import Declared, field
from ._graph.op import Op, Work, apply
from ._graph.tensor import Tensor
from ._machine.config import epsilon
from ._machine.devices import of_any
from .types import Array, Shape

if TYPE_CHECKING:
    from ._declared.fields import Setting
    from .types import Config

    Limit: TypeAlias = Callable[[Array], Array]
    """A function from a weight's values to the allowed ones nearest to them."""
    ConstraintLike: TypeAlias = str | Mapping[str, object] | Limit | type["Constraint"] | None
    """What users write for one: a name such as "max_norm", a config, a `Constraint`, a function, None for no limit."""

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "maxnorm",
    "min_max_norm",
    "non_neg",
    "nonneg",
    "serialize",
    "unit_norm",
    "unitnorm",
]

_AXIS = "axis or axes along which norms are taken; 0 for Dense, (0, 1, 2) for Conv2D"


def _as_axes(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_axis_rule = rules.Rule(
    lambda v: isinstance(v, int) or (isinstance(v, tuple) and all(isinstance(n, int) for n in v)),
    "an axis or several",
    ("a", None, 0.5),
    {"kind": "integers", "length": None, "minimum": 0},
    _as_axes,
)


class Constrained(Op):
    """y = function(x), the function of a constraint on arrays."""

    function: Limit

    differentiable = False

    def shape(self, x: Shape) -> Shape:
        """The shape of x."""
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = function(x)."""
        work.xp.copyto(out, self.function(x))


class Constraint(Declared):
    """Base of limits: a constraint called on weights gives the allowed values nearest to them, as a new array.

    Called on a tensor it gives a tensor. A subclass writes `limited`, or in Keras's style `__call__`.

    Example:
        >>> import numpy as np
        >>> class AtMostOne(Constraint):
        ...     def limited(self, w):
        ...         return np.minimum(w, 1)
        >>> AtMostOne()(np.array([0.5, 2.0])).tolist()
        [0.5, 1.0]
    """

    @overload
    def __call__(self, w: Tensor) -> Tensor: ...
    @overload
    def __call__(self, w: Array) -> Array: ...
    def __call__(self, w: Tensor | Array) -> Tensor | Array:
        """The allowed values nearest to w, a new array, or a tensor for a tensor."""
        if isinstance(w, Tensor):
            return apply(Constrained(self.limited), w)
        return self.limited(w)

    def limited(self, w: Array) -> Array:
        """The allowed values nearest to an array: what a subclass writes."""
        raise NotImplementedError(f"{type(self).__name__}.limited")


def _norm(w: Array, axis: int | tuple[int, ...]) -> Array:
    xp = of_any((w,)).xp
    return xp.sqrt(xp.sum(xp.square(w), axis=axis, keepdims=True))


@registry.register("constraint")
class MaxNorm(Constraint):
    """Norms of at most max_value: w * min(norm, max_value) / norm (Srivastava et al., 2014).

    Args:
        max_value: largest norm, above 0; 2 by default.
        axis: axis or axes along which norms are taken, 0 by default: the inputs of a Dense kernel; (0, 1, 2) for
            Conv2D.

    Example:
        >>> import numpy as np
        >>> MaxNorm(2)(np.array([[3.0], [4.0]])).round(3).tolist()
        [[1.2], [1.6]]
    """

    max_value: float = field(rules.positive, default=2, help="largest norm")
    axis: Setting[int | Sequence[int], int | tuple[int, ...]] = field(_axis_rule, default=0, help=_AXIS)

    def limited(self, w: Array) -> Array:
        """w * min(norm, max_value) / norm."""
        norms = _norm(w, self.axis)
        return w * (of_any((w,)).xp.clip(norms, 0, self.max_value) / (epsilon() + norms)).astype(w.dtype)


@registry.register("constraint")
class NonNeg(Constraint):
    """No values below 0: max(w, 0).

    Example:
        >>> import numpy as np
        >>> NonNeg()(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def limited(self, w: Array) -> Array:
        """max(w, 0)."""
        return of_any((w,)).xp.maximum(w, 0)


@registry.register("constraint")
class UnitNorm(Constraint):
    """Norms of 1: w / norm.

    Args:
        axis: axis or axes along which norms are taken, 0 by default: the inputs of a Dense kernel; (0, 1, 2) for
            Conv2D.

    Example:
        >>> import numpy as np
        >>> UnitNorm()(np.array([[3.0], [4.0]])).round(3).tolist()
        [[0.6], [0.8]]
    """

    axis: Setting[int | Sequence[int], int | tuple[int, ...]] = field(_axis_rule, default=0, help=_AXIS)

    def limited(self, w: Array) -> Array:
        """w / norm."""
        return w / (epsilon() + _norm(w, self.axis)).astype(w.dtype)


@registry.register("constraint")
class MinMaxNorm(Constraint):
    """Norms from min_value to max_value, or on the way there.

    w * (rate * clip(norm, min_value, max_value) + (1 - rate) * norm) / norm, as in Keras 2.2.4.

    Args:
        min_value: smallest norm, 0 or above; 0.0 by default.
        max_value: largest norm, above 0; 1.0 by default.
        rate: share of the way to the nearest allowed norm that each update moves, from 0 to 1; 1.0 by default.
        axis: axis or axes along which norms are taken, 0 by default: the inputs of a Dense kernel; (0, 1, 2) for
            Conv2D.

    Example:
        >>> import numpy as np
        >>> MinMaxNorm(1.0, 2.0)(np.array([[0.3], [0.4]])).round(3).tolist()
        [[0.6], [0.8]]
    """

    min_value: float = field(rules.non_negative, default=0.0, help="smallest norm")
    max_value: float = field(rules.positive, default=1.0, help="largest norm")
    rate: float = field(rules.share, default=1.0, help="share of the way that is moved at once")
    axis: Setting[int | Sequence[int], int | tuple[int, ...]] = field(_axis_rule, default=0, help=_AXIS)

    def limited(self, w: Array) -> Array:
        """w * (rate * clip(norm, min_value, max_value) + (1 - rate) * norm) / norm."""
        norms = _norm(w, self.axis)
        wanted = self.rate * of_any((w,)).xp.clip(norms, self.min_value, self.max_value) + (1 - self.rate) * norms
        return w * (wanted / (epsilon() + norms)).astype(w.dtype)


max_norm = maxnorm = MaxNorm
non_neg = nonneg = NonNeg
unit_norm = unitnorm = UnitNorm
min_max_norm = MinMaxNorm
for _cls, *_names in (
    (MaxNorm, "max_norm", "maxnorm"),
    (NonNeg, "non_neg", "nonneg"),
    (UnitNorm, "unit_norm", "unitnorm"),
    (MinMaxNorm, "min_max_norm"),
):
    registry.add("constraint", _cls, *_names)


def get(identifier: ConstraintLike) -> Limit | None:
    """The constraint for a name, a config, a class or a function.

    Args:
        identifier: a name such as "max_norm", a config, a constraint or its class, a function of a weight's values;
            None for no limit.

    Returns:
        A function from a weight's values to the allowed ones nearest to them; None for None.

    Raises:
        UnknownName: no constraint has the name (a ValueError); the message tells the nearest one.

    Example:
        >>> import numpy as np
        >>> get("non_neg")(np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """
    return registry.build("constraint", identifier)


def serialize(constraint: ConstraintLike) -> Config | str | None:
    """A constraint as plain data: {class_name, config}, or the name of a function.

    Args:
        constraint: a constraint, a function or None.

    Returns:
        What `deserialize` reads.

    Example:
        >>> serialize(MaxNorm(3))
        {'class_name': 'MaxNorm', 'config': {'max_value': 3, 'axis': 0}}
    """
    return registry.serialize("constraint", constraint)


def deserialize(config: ConstraintLike, custom_objects: Mapping[str, object] | None = None) -> Limit | None:
    """The constraint of a config that `serialize` gave.

    Args:
        config: what `serialize` returned.
        custom_objects: further constraints by name, for those of your own.

    Returns:
        The constraint.

    Raises:
        UnknownName: no constraint has the name (a ValueError).

    Example:
        >>> deserialize({"class_name": "UnitNorm", "config": {}}).axis
        0
    """
    return registry.build("constraint", config, custom_objects)
