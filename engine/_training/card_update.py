"""The update of weights that lie on a card: work without arguments, whose numbers lie there too, so that it can be recorded."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

import numpy as np

from .._graph.tensor import Variable
from .._machine.config import epsilon
from .._machine.device_base import Device
from ..optimizers import Optimizer
from ..types import Array


class FlatPart(Protocol):
    """Weights that lie one behind the other, and their gradients."""

    @property
    def weights(self) -> Array: ...
    @property
    def gradients(self) -> Array: ...


class Updated(Protocol):
    """What is updated, and how: `Updater`.

    decayed: variables that are made smaller first. blocks: weights, gradients and slots as the optimizer takes them.
    """

    optimizer: Optimizer
    device: Device

    @property
    def variables(self) -> Sequence[Variable]: ...
    @property
    def decayed(self) -> Sequence[Variable]: ...
    @property
    def segments(self) -> Sequence[FlatPart]: ...
    @property
    def blocks(self) -> Sequence[tuple[Array, ...]]: ...


class CardUpdate:
    """One update of all weights from the gradients as they stand, by numbers that were sent before.

    Args:
        updater: whose weights, gradients and slots they are.
    """

    def __init__(self, updater: Updated) -> None:
        self._updater, self._device = updater, updater.device
        self._numbers: dict[np.dtype, Array] = {}
        self._zeros: tuple[bool, ...] = ()
        self._sent: tuple[float, ...] | None = None

    @property
    def suits(self) -> bool:
        """Whether each update is the same work: not where gradients of several batches wait, or means are kept beside."""
        return not self._updater.optimizer.kept_beside()

    def key(self) -> Hashable:
        """What the recorded work holds as it was."""
        optimizer, updater = self._updater.optimizer, self._updater
        limits = tuple(id(variable.constraint) for variable in updater.variables)
        return optimizer.longest_gradient, optimizer.clipvalue, self._zeros, limits, epsilon(), type(optimizer).update

    def send(self, numbers: tuple[float, ...]) -> None:
        """Copy the numbers of the coming update to the card, and the share that weight decay leaves of a weight."""
        optimizer = self._updater.optimizer
        decay_factor = 1 - optimizer.rate_now * (optimizer.weight_decay or 0) if self._updater.decayed else 1.0
        numbers = (*(float(one) for one in numbers), float(decay_factor))
        self._zeros = tuple(one == 0 for one in numbers)
        if numbers == self._sent:
            return
        self._sent = numbers
        for dtype in {segment.weights.dtype for segment in self._updater.segments}:
            values = np.array(numbers, dtype)
            if dtype not in self._numbers:
                with self._device.active():
                    self._numbers[dtype] = self._device.xp.empty(len(numbers), dtype)
            self._device.put(self._numbers[dtype], values)

    def __call__(self) -> None:
        """The work, on the device."""
        updater, xp = self._updater, self._device.xp
        optimizer = updater.optimizer
        for variable in updater.decayed:
            xp.multiply(variable.array, self._numbers[variable.dtype][-1], out=variable.array)
        self._clip(optimizer.longest_gradient, optimizer.clipvalue)
        for block in updater.blocks:
            optimizer.update(*block, *self._numbers[block[0].dtype][:-1])
        for variable in updater.variables:
            if variable.constraint is not None:
                xp.copyto(variable.array, variable.constraint(variable.array))

    def _clip(self, longest: float | None, clipvalue: float | None) -> None:
        """Scale and cut gradients, without asking how long they are."""
        xp, segments = self._device.xp, self._updater.segments
        if longest:
            total = sum(xp.sum(xp.square(segment.gradients)) for segment in segments)
            scale = longest / xp.maximum(xp.sqrt(total), longest)
            for segment in segments:
                xp.multiply(segment.gradients, scale.astype(segment.gradients.dtype), out=segment.gradients)
        if clipvalue:
            for segment in segments:
                xp.clip(segment.gradients, -clipvalue, clipvalue, out=segment.gradients)
