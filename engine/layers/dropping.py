"""Dropout in the phase that the run has (None), or that the call says: training (True) or not (False)."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeAlias

from .. import _ops as ops
from .._graph.tensor import Tensor
from .._machine.config import fix_phase, fixed_phase

Phase: TypeAlias = "Tensor | bool | int | None"
"""What `training=` of a call may be: whether it trains; None and K.learning_phase() leave it to the run."""


def fixed_training(training: Phase) -> bool | None:
    """Whether the call trains, by its `training=` or by K.set_learning_phase; None where the run decides."""
    return fixed_phase() if training is None or isinstance(training, Tensor) else bool(training)


@contextmanager
def in_phase(training: Phase) -> Generator[None]:
    """Inside the block, layers that are called train or predict as `training` says; None leaves it as it is."""
    phase, outer = fixed_training(training), fixed_phase()
    fix_phase(phase)
    try:
        yield
    finally:
        fix_phase(outer)


def dropped(
    x: Tensor,
    rate: float,
    training: Phase = None,
    noise_shape: tuple[int | None, ...] | None = None,
    seed: int | None = None,
) -> Tensor:
    """Set a share `rate` of the elements of x to 0 and scale the others by 1 / (1 - rate).

    `noise_shape` is the shape of the mask: 1 for an axis whose elements share one decision, else None or x's size.
    """
    phase = fixed_training(training)
    if rate == 0 or phase is False:
        return x
    if phase is None:
        return ops.dropout(x, rate, noise_shape=noise_shape, seed=seed)
    return x * (keep_mask(x, rate, noise_shape, seed) * (1.0 / (1.0 - rate)))


def keep_mask(
    x: Tensor, rate: float, noise_shape: tuple[int | None, ...] | None = None, seed: int | None = None
) -> Tensor:
    """A mask that is 0 with probability `rate`, else 1; `noise_shape` as in `dropped`."""
    like = x
    for axis, size in enumerate(noise_shape or ()):
        if size == 1:
            like = ops.getitem(like, (*(slice(None),) * axis, slice(0, 1)))
    return ops.cast(ops.greater_equal(ops.random_uniform(like, seed=seed), rate), x.dtype)


def while_training(noisy: Callable[[], Tensor], quiet: Tensor, training: Phase) -> Tensor:
    """Give `noisy()` while training, else `quiet`; `training` True or False says it for every run."""
    phase = fixed_training(training)
    if phase is None:
        return ops.in_train_phase(noisy(), quiet)
    return noisy() if phase else quiet
