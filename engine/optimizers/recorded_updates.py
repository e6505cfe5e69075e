"""An optimizer's update as tensors: `optimizer.get_updates(loss, params)` for K.function and for optimizers of users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np

from .. import _ops as ops
from .._graph.gradient import gradients
from .._graph.op import Op, Work, apply
from .._graph.tensor import Tensor, Variable
from ..constraints import Constrained
from ..errors import GraphError
from ..types import Array, DType, Shape

Update = tuple[Variable, Tensor]


class Updating(Protocol):
    """What is asked of an optimizer whose update is recorded."""

    clipvalue: float | None
    update: ClassVar[Callable[..., None]]

    @property
    def iterations(self) -> Variable:
        """Number of updates done."""
        ...

    @property
    def longest_gradient(self) -> float | None:
        """The length that all gradients together are scaled down to."""
        ...

    def slot_names(self) -> tuple[str, ...]:
        """Names of the slots."""
        ...

    def first_value(self, slot: str) -> float:
        """What all elements of a slot begin with."""
        ...

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """The numbers that `update` needs for the coming step."""
        ...


class OptimizerStep(Op):
    """Weight, gradient and slots -> the weight and the slots after an update."""

    optimizer: Updating

    differentiable = False

    def __post_init__(self) -> None:
        self.outputs = 1 + len(self.optimizer.slot_names())
        self._state: dict[str, float] = {}

    def shape(self, w: Shape, g: Shape, *slots: Shape) -> Shape | tuple[Shape, ...]:
        """The shapes of the weight and of the slots."""
        return w if self.outputs == 1 else (w, *slots)

    def dtype(self, *dtypes: DType) -> DType:
        """The type of the weight."""
        return dtypes[0]

    def forward(self, work: Work, w: Array, g: Array, *slots: Array, out: Array | tuple[Array, ...]) -> None:
        """The optimizer's `update` on copies: the inputs stay as they are."""
        results = out if isinstance(out, tuple) else (out,)
        for result, value in zip(results, (w, *slots), strict=True):
            work.xp.copyto(result, value)
        gradient = work.scratch("gradient", g.shape, g.dtype)
        work.xp.copyto(gradient, g)
        spare = [work.scratch(f"spare{i}", w.shape, w.dtype) for i in range(2)]
        numbers = self.optimizer.numbers(self._state)
        self.optimizer.update(results[0], gradient, *results[1:], *spare, *numbers)


def clipped_gradients(optimizer: Updating, loss: Tensor, params: Sequence[Variable]) -> list[Tensor]:
    """Gradients of the loss, clipped by `clipnorm` and `clipvalue`.

    Raises:
        GraphError: a weight has no gradient.
    """
    computed = gradients(loss, list(params))
    missing = [str(p.name) for p, g in zip(params, computed, strict=True) if g is None]
    if missing:
        raise GraphError(
            where="get_updates",
            expected="a loss that depends on all params",
            actual=f"no gradient for {', '.join(missing)}",
        )
    grads = [g for g in computed if g is not None]
    if optimizer.longest_gradient:
        total: Any = sum((ops.sum(ops.square(g)) for g in grads), start=0.0)
        norm = ops.sqrt(total)
        factor = ops.where(ops.greater_equal(norm, optimizer.longest_gradient), optimizer.longest_gradient / norm, 1.0)
        grads = [g * factor for g in grads]
    if optimizer.clipvalue:
        grads = [ops.clip(g, -optimizer.clipvalue, optimizer.clipvalue) for g in grads]
    return grads


def recorded_updates(optimizer: Updating, loss: Tensor, params: Sequence[Variable]) -> list[Update]:
    """Pairs (variable, new value) for the step count, the slots and the params, constraints included."""
    names = optimizer.slot_names()
    updates: list[Update] = [(optimizer.iterations, ops.add(optimizer.iterations, 1))]
    for param, gradient in zip(params, clipped_gradients(optimizer, loss, params), strict=True):
        slots = [_slot(optimizer, param, name) for name in names]
        after = apply(OptimizerStep(optimizer), param, gradient, *slots)
        new, *new_slots = after if isinstance(after, tuple) else (after,)
        updates += zip(slots, new_slots, strict=True)
        updates.append((param, new if param.constraint is None else apply(Constrained(param.constraint), new)))
    return updates


def _slot(optimizer: Updating, param: Variable, name: str) -> Variable:
    first = optimizer.first_value(name)
    filling = np.full(param.shape, first, param.dtype) if first else None
    return Variable(param.shape, param.dtype, f"{param.name}/{name}", filling, trainable=False)
