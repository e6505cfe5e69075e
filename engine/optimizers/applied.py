"""Updates by gradients that a program gives, weight by weight: `optimizer.apply_gradients(zip(gradients, weights))`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import ClassVar, Protocol, cast

import numpy as np

from .._graph.taping import OpenedTape, new_tape
from .._graph.tensor import Tensor, Variable
from .._machine.devices import CPU
from ..errors import GraphError, SettingTypeError, ShapeError, shorten
from ..types import Array, ArrayLike


class Applying(Protocol):
    """What is asked of an optimizer that is given gradients."""

    clipvalue: float | None
    weight_decay: float | None
    update: ClassVar[Callable[..., None]]

    @property
    def longest_gradient(self) -> float | None:
        """The length that all gradients together are scaled down to."""
        ...

    @property
    def rate_now(self) -> float:
        """The learning rate of the last `numbers`."""
        ...

    def slot_names(self) -> tuple[str, ...]:
        """Names of the slots."""
        ...

    def first_value(self, slot: str) -> float:
        """What a slot begins with."""
        ...

    def decays(self, variable: Variable) -> bool:
        """Whether weight_decay is for this weight."""
        ...

    def numbers(self, state: dict[str, float]) -> tuple[float, ...]:
        """The numbers that `update` needs for the coming step."""
        ...

    def count_step(self) -> int:
        """Count an update."""
        ...

    def admits(self, gradients: Iterable[Array]) -> bool:
        """Whether an update by these gradients follows."""
        ...


class _Given:
    """Slots beside each weight that gradients were given for, and the numbers that the formula keeps."""

    def __init__(self) -> None:
        self.slots: dict[Variable, list[Array]] = {}
        self.state: dict[str, float] = {}


def apply_gradients(optimizer: Applying, pairs: Iterable[tuple[ArrayLike | None, Variable]]) -> None:
    """One update of each weight by its gradient; slots are made at first use.

    Raises:
        GraphError: there is no gradient at all.
        ShapeError: a gradient has another shape than its weight.
    """
    applied: _Given = vars(optimizer).setdefault("_given", _Given())
    known = [(np.asarray(g), v) for g, v in pairs if g is not None]
    if not known:
        hint = "The loss depends on none of the weights, or there are none: layers must be attributes of the model."
        raise GraphError(where="apply_gradients", expected="a gradient for a weight", actual="none", hint=hint)
    for gradient, variable in known:
        if gradient.shape != variable.shape:
            where = f"apply_gradients, gradient of '{variable.name}'"
            raise ShapeError(where=where, expected=f"shape {variable.shape}", actual=f"shape {gradient.shape}")
    gradients = [np.array(g, v.dtype) for g, v in known]
    if not optimizer.admits(gradients):
        return
    gradients = _clipped(optimizer, gradients)
    numbers = optimizer.numbers(applied.state)
    optimizer.count_step()
    for gradient, (_, variable) in zip(gradients, known, strict=True):
        if optimizer.decays(variable):
            variable.assign(variable.host() * (1 - optimizer.rate_now * (optimizer.weight_decay or 0)))
        if variable not in applied.slots:
            applied.slots[variable] = [
                np.full(variable.shape, optimizer.first_value(name), variable.dtype) for name in optimizer.slot_names()
            ]
        weights = np.array(variable.host())
        spare = np.empty_like(weights), np.empty_like(weights)
        with CPU.active():
            optimizer.update(weights, gradient, *applied.slots[variable], *spare, *numbers)
        limit = cast("Callable[[Array], Array] | None", variable.constraint)
        variable.assign(weights if limit is None else limit(weights))


def gradients_of(loss: object, variables: list[Variable], tape: object) -> list[ArrayLike | None]:
    """Gradients of a loss: of a function, which is recorded, or of what a tape has recorded.

    Raises:
        SettingTypeError: it is neither.
    """
    known = cast("OpenedTape | None", tape)
    if callable(loss) and not isinstance(loss, Tensor):
        known = new_tape() if known is None else known
        if known is not None:
            with known:
                loss = loss()
    if known is None:
        expected, hint = (
            "a tape that has recorded the loss",
            "Give tape=tape, or a function where engine.compat is imported.",
        )
        raise SettingTypeError(where="minimize", expected=expected, actual=shorten(loss), hint=hint)
    return known.gradient(loss, variables)


def _clipped(optimizer: Applying, gradients: list[Array]) -> list[Array]:
    longest = optimizer.longest_gradient
    if longest:
        norm = math.sqrt(sum(float(np.vdot(g, g)) for g in gradients))
        gradients = [np.asarray(g * (longest / norm)) if norm >= longest else g for g in gradients]
    limit = optimizer.clipvalue
    return [np.asarray(np.clip(g, -limit, limit)) for g in gradients] if limit else gradients
