"""The tape that is open: inside of `tf.GradientTape` what is computed from arrays is recorded, so that it has gradients."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Protocol, TypeAlias

from .._machine.context import bound
from ..types import Array
from .tensor import Tensor, Variable


class Tape(Protocol):
    """What is asked of an open tape."""

    def recorded(self, value: object) -> Tensor | None:
        """The tensor that stands for an array which is watched; None for any other."""
        ...

    def assign_later(self, pairs: list[tuple[Variable, Tensor | float]]) -> None:
        """Take the assignments that a layer asks for, such as moving means: they are made with the gradients."""
        ...


Shown: TypeAlias = Callable[[Array], Array]
_shown: list[Shown] = []


def show_results_as(function: Shown | None) -> None:
    """Have what layers compute of arrays handed over by a function: with `.numpy()`, say. None: as it is."""
    _shown[:] = [] if function is None else [function]


def shown(arrays: list[Array]) -> list[Array]:
    """What layers have computed of arrays, as it is to be handed over."""
    return [_shown[0](array) for array in arrays] if _shown else arrays


_tape: ContextVar[Tape | None] = ContextVar("engine_tape", default=None)


def open_tape() -> Tape | None:
    """The innermost tape that is open; None where there is none."""
    return _tape.get()


def recording_on(tape: Tape | None) -> AbstractContextManager[None]:
    """Inside the block this tape is open."""
    return bound(_tape, tape)
