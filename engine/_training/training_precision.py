"""The precision of one training: `fit(precision=)`, whatever the model was compiled for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from .._machine import config

if TYPE_CHECKING:
    from .trainer import Trainer


P = ParamSpec("P")
T = TypeVar("T")


def within(block: AbstractContextManager[object], function: Callable[P, T]) -> Callable[P, T]:
    """The function, which is called once, and in a block.

    >>> within(config.precision("tf32"), config.tf32)()
    True
    """

    def call(*arguments: P.args, **named: P.kwargs) -> T:
        with block:
            return function(*arguments, **named)

    return call


@contextmanager
def training_in(trainer: Trainer, precision: str | None) -> Generator[None]:
    """Train so as long as the block lasts; behind it the model is again as it was compiled, with the slots as they are then.

    Args:
        trainer: of the model.
        precision: as `config.precision` takes it; None changes nothing.
    """
    with config.precision(precision):
        compiled = trainer.ready() if precision is not None and trainer.network.inputs else None
        # Several processes train in float32 whatever is chosen.
        if compiled is None or compiled.ranks.size > 1 or compiled.mixed == config.mixed_precision():
            yield
            return
        other = compiled.in_other_precision
        if other is None:
            other = compiled.in_other_precision = trainer.compiled_for(compiled.optimizer, trainer.arguments)
        other.go_on_from(compiled)
        trainer.compiled = other
        try:
            yield
        finally:
            if trainer.compiled is other:
                trainer.compiled = compiled
                compiled.go_on_from(other)
