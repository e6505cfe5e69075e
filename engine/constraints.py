"""Limits on weights, applied to the array after each update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._declared import registry, rules
from ._declared.fields import Declared, field
from ._graph.op import Array, Op, Work, apply
from ._graph.tensor import Tensor
from ._machine.config import epsilon

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
_axis_rule = rules.Rule(
    lambda v: isinstance(v, int) or (isinstance(v, tuple) and all(isinstance(n, int) for n in v)),
    "an axis or several",
    ("a", None, 0.5),
    {"kind": "integers", "length": None, "minimum": 0},
    lambda v: tuple(v) if isinstance(v, list) else v,
)


class Constrained(Op):
    """y = function(x), the function of a constraint on arrays."""

    function: Any

    differentiable = False

    def shape(self, x: Any) -> Any:
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        work.xp.copyto(out, self.function(x))


class Constraint(Declared):
    """Base: `constraint(w)` gives the allowed values nearest to w, as a new array; for a tensor as a tensor."""

    def __call__(self, w: Any) -> Any:
        """The allowed values."""
        if isinstance(w, Tensor):
            return apply(Constrained(self.limited), w)
        return self.limited(w)

    def limited(self, w: np.ndarray) -> np.ndarray:
        """The allowed values of an array."""
        raise NotImplementedError(f"{type(self).__name__}.limited")


def _norm(w: np.ndarray, axis: Any) -> np.ndarray:
    return np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True))


@registry.register("constraint")
class MaxNorm(Constraint):
    """Norms of at most max_value (Srivastava et al., 2014)."""

    max_value: float = field(rules.positive, default=2, help="largest norm")
    axis: Any = field(_axis_rule, default=0, help=_AXIS)

    def limited(self, w: np.ndarray) -> np.ndarray:
        norms = _norm(w, self.axis)
        return w * (np.clip(norms, 0, self.max_value) / (epsilon() + norms)).astype(w.dtype)


@registry.register("constraint")
class NonNeg(Constraint):
    """No values below 0."""

    def limited(self, w: np.ndarray) -> np.ndarray:
        return np.maximum(w, 0)


@registry.register("constraint")
class UnitNorm(Constraint):
    """Norms of 1."""

    axis: Any = field(_axis_rule, default=0, help=_AXIS)

    def limited(self, w: np.ndarray) -> np.ndarray:
        return w / (epsilon() + _norm(w, self.axis)).astype(w.dtype)


@registry.register("constraint")
class MinMaxNorm(Constraint):
    """Norms from min_value to max_value; `rate` below 1 moves only part of the way."""

    min_value: float = field(rules.non_negative, default=0.0, help="smallest norm")
    max_value: float = field(rules.positive, default=1.0, help="largest norm")
    rate: float = field(rules.share, default=1.0, help="share of the way that is moved at once")
    axis: Any = field(_axis_rule, default=0, help=_AXIS)

    def limited(self, w: np.ndarray) -> np.ndarray:
        norms = _norm(w, self.axis)
        wanted = self.rate * np.clip(norms, self.min_value, self.max_value) + (1 - self.rate) * norms
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


def get(identifier: Any) -> Any:
    """The constraint for None, a name, a config or a function."""
    return registry.build("constraint", identifier)


def serialize(constraint: Any) -> Any:
    """Plain data {class_name, config}."""
    return registry.serialize("constraint", constraint)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The constraint of a config that `serialize` gave."""
    return registry.build("constraint", config, custom_objects)
