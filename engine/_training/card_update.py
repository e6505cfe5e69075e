"""The update of weights that lie on a card: work without arguments, whose numbers lie there too, so that it can be recorded."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Protocol

import numpy as np

from .._graph.tensor import Variable
from .._machine.config import epsilon
from .._machine.context import bound
from .._machine.device_base import Device, chosen_inside
from .._machine.kernels import NotElementwise, Trace, TracingDevice
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

    decayed: variables that are made smaller first. blocks: weights, gradients, slots and two scratch arrays, as the optimizer
    takes them. gate: what gives leave to an update; None where none is needed.
    """

    optimizer: Optimizer
    gate: Optimizer | None
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
        self._made: Hashable = None
        self._work: list[Callable[[], object]] = []

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
        gate = self._updater.gate
        if gate is None:
            self._update()
            return
        # Nobody waits for the answer: the update is made, and taken back where there is no leave.
        xp = self._device.xp
        refused = xp.logical_not(gate.admits_on_card([segment.gradients for segment in self._updater.segments]))
        changed = [array for block in self._updater.blocks for array in (block[0], *block[2:-2])]
        before = [array.copy() for array in changed]
        self._update()
        for array, old in zip(changed, before, strict=True):
            xp.copyto(array, old, where=refused)

    def _update(self) -> None:
        updater, xp = self._updater, self._device.xp
        optimizer = updater.optimizer
        for variable in updater.decayed:
            xp.multiply(variable.array, self._numbers[variable.dtype][-1], out=variable.array)
        self._clip(optimizer.longest_gradient, optimizer.clipvalue)
        for work in self._formula():
            work()
        for variable in updater.variables:
            if variable.constraint is not None:
                xp.copyto(variable.array, variable.constraint(variable.array))

    def _formula(self) -> list[Callable[[], object]]:
        """The optimizer's formula for each block, as one kernel where it is elementwise."""
        places = tuple(int(block[0].data.ptr) for block in self._updater.blocks)  # type: ignore[attr-defined]
        key = self.key(), places
        if key != self._made:
            updater, numbers = self._updater, self._numbers
            self._work = [
                self._one_kernel((*block, *numbers[block[0].dtype][:-1]), len(block) - 2) for block in updater.blocks
            ]
            self._made = key
        return self._work

    def _one_kernel(self, arrays: Sequence[Array], scratch: int) -> Callable[[], object]:
        """An update of one block; scratch: where the two arrays are among its arguments that hold nothing before and after."""
        device, update = self._device, self._updater.optimizer.update
        if device.kernels is not None:
            trace = Trace(arrays[0].shape)
            stands = [
                trace.scratch(array.shape, array.dtype) if scratch <= i < scratch + 2 else trace.of(array)
                for i, array in enumerate(arrays)
            ]
            try:
                with bound(chosen_inside, TracingDevice(device, trace)):
                    update(*stands)
                trace.check()
                return trace.kernel(device.xp, [arrays[0], *arrays[2:scratch]], device.kernels)
            except (NotElementwise, TypeError, ValueError):
                return lambda: update(*arrays)
        return lambda: update(*arrays)

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
