"""The tape that is open: inside of `tf.GradientTape` what is computed from arrays is recorded, so that it has gradients."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, Protocol, TypeAlias

from .._machine.context import bound
from ..types import Array
from .tensor import Call, Tensor, Variable


class Tape(Protocol):
    """What is asked of an open tape."""

    def recorded(self, value: object) -> Tensor | None:
        """The tensor that stands for an array which is watched; None for any other."""
        ...

    def assign_later(self, pairs: list[tuple[Variable, Tensor | float]]) -> None:
        """Take the assignments that a layer asks for, such as moving means: they are made with the gradients."""
        ...

    def saw(self, call: Call) -> None:
        """Take note of a call that was recorded while the tape was open."""
        ...


Shown: TypeAlias = Callable[[Array], Array]
_shown: list[Shown] = []


def show_results_as(function: Shown | None) -> None:
    """Have what layers compute of arrays handed over by a function: with `.numpy()`, say. None: as it is."""
    _shown[:] = [] if function is None else [function]


def shown(arrays: list[Array]) -> list[Array]:
    """What layers have computed of arrays, as it is to be handed over."""
    return [_shown[0](array) for array in arrays] if _shown else arrays


class OpenedTape(Protocol):
    """A tape as `with` opens it."""

    def __enter__(self) -> OpenedTape: ...
    def __exit__(self, *error: object) -> None: ...
    def gradient(self, target: Any, sources: Any) -> Any:
        """Gradients of a target with respect to sources."""
        ...


_makes_tapes: list[Callable[[], OpenedTape]] = []


def make_tapes_by(function: Callable[[], OpenedTape] | None) -> None:
    """Have `new_tape` make tapes by a function; None: there are none."""
    _makes_tapes[:] = [] if function is None else [function]


def new_tape() -> OpenedTape | None:
    """A tape to record a function on; None where programs have none."""
    return _makes_tapes[0]() if _makes_tapes else None


_tape: ContextVar[Tape | None] = ContextVar("engine_tape", default=None)


def open_tape() -> Tape | None:
    """The innermost tape that is open; None where there is none."""
    return _tape.get()


def recording_on(tape: Tape | None) -> AbstractContextManager[None]:
    """Inside the block this tape is open."""
    return bound(_tape, tape)


_in_step: ContextVar[bool] = ContextVar("engine_own_step", default=False)


def stepping() -> AbstractContextManager[None]:
    """Inside the block a step of the user's own is run, such as `train_step` of a model."""
    return bound(_in_step, True)


def is_at_once() -> bool:
    """Whether layers are called on values: what they add to the loss is then that of their last call."""
    return _in_step.get() or _tape.get() is not None
