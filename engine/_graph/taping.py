"""The tape that is open: inside of `tf.GradientTape` what is computed from arrays is recorded, so that it has gradients."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Protocol

from .._machine.context import bound
from .tensor import Tensor, Variable


class Tape(Protocol):
    """What is asked of an open tape."""

    def recorded(self, value: object) -> Tensor | None:
        """The tensor that stands for an array which is watched; None for any other."""
        ...

    def assign_later(self, pairs: list[tuple[Variable, Tensor | float]]) -> None:
        """Take the assignments that a layer asks for, such as moving means: they are made with the gradients."""
        ...


_tape: ContextVar[Tape | None] = ContextVar("engine_tape", default=None)


def open_tape() -> Tape | None:
    """The innermost tape that is open; None where there is none."""
    return _tape.get()


def recording_on(tape: Tape | None) -> AbstractContextManager[None]:
    """Inside the block this tape is open."""
    return bound(_tape, tape)
