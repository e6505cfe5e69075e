"""Dropout whose phase may be settled by the call: as the run is (None), always (True) or never (False)."""

from __future__ import annotations

from typing import Any

from .. import _ops as ops
from .._graph.tensor import Tensor
from .._machine.config import fixed_phase

Phase = Tensor | bool | int | None  # what `training=` of a call may be


def settled(training: Phase) -> bool | None:
    """The phase that `training=` of a call, or else K.set_learning_phase, settles; None leaves it to the run.

    So does K.learning_phase() while it is a tensor.
    """
    return fixed_phase() if training is None or isinstance(training, Tensor) else bool(training)


def dropped(
    x: Any,
    rate: float,
    training: Phase = None,
    noise_shape: tuple[int | None, ...] | None = None,
    seed: int | None = None,
) -> Any:
    """x with a share `rate` of its elements set to 0 and the others scaled by 1 / (1 - rate).

    `noise_shape`: 1 where one decision holds along a whole axis, None or x's size elsewhere.
    """
    phase = settled(training)
    if rate == 0 or phase is False:
        return x
    if phase is None:
        return ops.dropout(x, rate, noise_shape=noise_shape, seed=seed)
    return x * (kept(x, rate, noise_shape, seed) * (1.0 / (1.0 - rate)))


def kept(x: Any, rate: float, noise_shape: tuple[int | None, ...] | None = None, seed: int | None = None) -> Any:
    """1 where an element of x stays, with probability 1 - rate, else 0; `noise_shape` as in `dropped`."""
    like = x
    for axis, size in enumerate(noise_shape or ()):
        if size == 1:
            like = ops.getitem(like, (*(slice(None),) * axis, slice(0, 1)))
    return ops.cast(ops.greater_equal(ops.random_uniform(like, seed=seed), rate), x.dtype)


def while_training(noisy: Any, quiet: Any, training: Any) -> Any:
    """`noisy()` while training, `quiet` otherwise; `training` True or False: always or never."""
    phase = settled(training)
    if phase is None:
        return ops.in_train_phase(noisy(), quiet)
    return noisy() if phase else quiet
