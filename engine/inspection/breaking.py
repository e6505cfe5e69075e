"""Stopping a training right before a batch for which something holds: a large gradient, a loss that is NaN, a class in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .._graph.gradient import gradients
from .._machine.console import say
from .._training.callback import Callback
from .._training.control import Control
from ..errors import SettingError
from ..types import Array, Logs
from .reading import Fed, Reader


@dataclass(frozen=True, eq=False)
class Hit:
    """Where a condition held.

    Attributes:
        epoch: the epoch, from 0.
        batch: the batch that was not trained on yet, from 0.
        why: which condition held, in words.
        arrays: inputs, targets and sample weights of the batch, in the order of the step.
        weighted: names of the outputs that have sample weights.
    """

    epoch: int
    batch: int
    why: str
    arrays: list[Array]
    weighted: tuple[str, ...] = ()


class BreakWhen(Callback):
    """Stops or pauses a training right before the first batch for which a condition holds; `hit` says where.

    The weights are then those before the batch, so that `BatchSteps` can go through its step. Conditions on the loss and on the
    gradient compute the step of each batch once more to know them, with the dropout that it will have.

    Args:
        gradient_norm_above: holds where the root of the sum of the squares of all gradients is above it; None: not looked at.
        loss_above: holds where the loss on the batch is above it; None: not looked at.
        loss_is_nan: whether it holds where the loss is NaN or infinite; False by default.
        class_in_batch: holds where the targets have this class; None: not looked at.
        when: a function of the batch's arrays (inputs, targets, sample weights) that says whether it holds; None by default.
        then: "stop", the default, or "pause", until the control is told to go on, which then trains on the batch.

    Raises:
        SettingError: no condition is given, or `then` is neither.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(2, input_dim=1, activation="softmax")])
        >>> model.compile("sgd", "sparse_categorical_crossentropy")
        >>> x, y, stop = np.ones((6, 1)), np.array([0, 0, 0, 0, 1, 0]), BreakWhen(class_in_batch=1)
        >>> history = model.fit(x, y, batch_size=2, shuffle=False, verbose=0, callbacks=[stop])
        epoch 1, batch 3: class 1 is in the batch
        >>> stop.hit.batch
        2
    """

    def __init__(
        self,
        gradient_norm_above: float | None = None,
        loss_above: float | None = None,
        loss_is_nan: bool = False,
        class_in_batch: int | None = None,
        when: Callable[[list[Array]], bool] | None = None,
        then: Literal["stop", "pause"] = "stop",
    ) -> None:
        super().__init__()
        conditions = (gradient_norm_above, loss_above, class_in_batch, when)
        if all(one is None for one in conditions) and not loss_is_nan:
            raise SettingError(where="BreakWhen", expected="a condition", actual="none")
        if then not in ("stop", "pause"):
            raise SettingError(where="BreakWhen, then", expected="'stop' or 'pause'", actual=repr(then))
        self.gradient_norm_above, self.loss_above, self.loss_is_nan = gradient_norm_above, loss_above, loss_is_nan
        self.class_in_batch, self.when, self.then = class_in_batch, when, then
        self.hit: Hit | None = None
        self._control: Control | None = None
        self._reader: Reader | None = None
        self._epoch = 0

    def before_training(self, control: Control) -> None:
        """Take note of the control, which has the batch."""
        self._control, self.hit, self._reader = control, None, Reader(self.model)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Take note of the epoch."""
        self._epoch = epoch

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """See whether a condition holds for the batch that begins."""
        control = self._control
        if control is None or control.batch is None or (self.hit is not None and self.then == "stop"):
            return
        if not self.looks_for_something:
            return
        arrays = [np.asarray(array) for array in control.batch.arrays]
        why = self._why(arrays, control.batch.weighted)
        if why is None:
            return
        self.hit = Hit(self._epoch, batch, why, [np.array(array) for array in arrays], control.batch.weighted)
        self.hold(control, self.hit)

    @property
    def looks_for_something(self) -> bool:
        """Whether there is a condition; conditions may be set and taken away while a training goes on."""
        limits = (self.gradient_norm_above, self.loss_above, self.class_in_batch, self.when)
        return self.loss_is_nan or any(limit is not None for limit in limits)

    def hold(self, control: Control, hit: Hit) -> None:
        """Stop the training, or wait until it is told to go on; from the thread that trains.

        Args:
            control: of the training.
            hit: where the condition holds.
        """
        say(f"epoch {hit.epoch + 1}, batch {hit.batch + 1}: {hit.why}")
        if self.then == "pause":
            control.pause()
        if self.then == "stop" or not control.wait_for_turn():
            control.stop_before_batch()

    def _why(self, arrays: list[Array], weighted: tuple[str, ...]) -> str | None:
        reader = self._reader
        assert reader is not None
        if self.class_in_batch is not None and _has_class(self._targets(arrays), self.class_in_batch):
            return f"class {self.class_in_batch} is in the batch"
        if self.when is not None and self.when(arrays):
            return "the condition holds"
        wants_norm = self.gradient_norm_above is not None
        if not wants_norm and self.loss_above is None and not self.loss_is_nan:
            return None
        loss, norm = loss_and_norm(reader, arrays, weighted, with_norm=wants_norm)
        if self.loss_is_nan and not math.isfinite(loss):
            return f"the loss is {loss}"
        if self.loss_above is not None and loss > self.loss_above:
            return f"the loss is {loss:.6g}, above {self.loss_above:g}"
        if self.gradient_norm_above is not None and not norm <= self.gradient_norm_above:
            return f"the norm of the gradient is {norm:.6g}, above {self.gradient_norm_above:g}"
        return None

    def _targets(self, arrays: Sequence[Array]) -> list[Array]:
        assert self._reader is not None
        compiled = self._reader.trainer.ready()
        first = len(compiled.inputs)
        return list(arrays[first : first + len(compiled.target_specs)])


def loss_and_norm(
    reader: Reader, arrays: list[Array], weighted: tuple[str, ...] = (), with_norm: bool = True
) -> tuple[float, float]:
    """The loss of a batch in training, and the norm of the gradient of all trained weights.

    Args:
        reader: of a compiled model.
        arrays: inputs, targets and sample weights, in the order of the step.
        weighted: names of the outputs that have sample weights.
        with_norm: whether the norm is wanted, True by default; it is 0.0 otherwise.

    Returns:
        Both numbers, in double precision.
    """
    compiled = reader.trainer.ready()
    objective = compiled.objective(weighted)
    loss, variables = objective.total, list(compiled.variables)
    gradient_tensors = (
        reader.kept(("norm", loss, *variables), lambda: gradients(loss, list(variables))) if with_norm else []
    )
    fed = Fed([*compiled.inputs, *objective.inputs], list(arrays), len(arrays[0]), len(arrays[0]))
    total, *values = reader.values(
        fed, [loss, *(g for g in gradient_tensors if g is not None)], fed.samples, training=True
    )
    squares = sum(float(np.square(value, dtype=np.float64).sum()) for value in values)
    return float(total), math.sqrt(squares) if math.isfinite(squares) else math.nan


def _has_class(targets: Sequence[Array], number: int) -> bool:
    """Whether targets have a class: as a number, or as a column of ones."""
    for target in targets:
        if target.ndim > 1 and target.shape[-1] > 1:
            if number < target.shape[-1] and bool((target.argmax(-1) == number).any()):
                return True
        elif bool((target == number).any()):
            return True
    return False
