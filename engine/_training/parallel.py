"""Steps whose batches are shared by several devices: each computes a part, the first one updates the weights for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np

from .._graph.graph import order
from .._graph.linking import Copies
from .._graph.memory import Memory
from .._graph.plan import Plan
from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine.device_base import Device
from .._machine.random import Stream
from ..optimizers import Optimizer
from ..types import Array
from .array_rows import ArrayData, Rows
from .exchange import Exchange
from .step import Step, TrainStep, Update
from .updater import FlatWeights, Updater

if TYPE_CHECKING:
    from typing_extensions import Unpack

Shapes = tuple[tuple[int, ...], ...]


class _Lane:
    """A further device: copies of all variables that a step uses, gradients of its own, and plans by the shapes of a batch."""

    def __init__(self, device: Device, step: Step, variables: Sequence[Variable], weights: FlatWeights | None) -> None:
        self.device, self._step, self._weights = device, step, weights
        self._memory = Memory()
        self._plans: dict[Shapes, Plan] = {}
        self.gradients: list[Array] = []
        self._copies: dict[Variable, Array] = {}
        self._flat: list[Array] = []
        with device.active():
            xp = device.xp
            for segment in () if weights is None else weights.segments:
                flat = xp.zeros(segment.weights.shape, segment.weights.dtype)
                self._flat.append(flat)
                self.gradients.append(xp.zeros_like(flat))
                self._copies |= _parts(flat, segment.variables)
            for variable in variables:
                if variable not in self._copies:
                    self._copies[variable] = xp.empty(variable.shape, variable.dtype)
        self._others = [v for v in variables if weights is None or v not in weights.gradients]

    def take_weights(self) -> None:
        """Copy all variables here, from wherever they are."""
        for flat, segment in zip(self._flat, () if self._weights is None else self._weights.segments, strict=True):
            self.device.put(flat, segment.weights)
        for variable in self._others:
            self.device.put(self._copies[variable], variable.array)

    def plan(self, shapes: Shapes, into: dict[Tensor, Variable]) -> Plan:
        """The plan for a part of a batch; the gradients of variables go to `gradients`."""
        plan = self._plans.get(shapes)
        if plan is None:
            step = self._step
            views: dict[Variable, Array] = {}
            for flat, segment in zip(
                self.gradients, () if self._weights is None else self._weights.segments, strict=True
            ):
                views |= _parts(flat, segment.variables)
            plan = self._plans[shapes] = Plan(
                step.outputs,
                step.inputs,
                dict(zip(step.inputs, shapes, strict=True)),
                training=step.training,
                updates=step.updates,
                memory=self._memory,
                random=step.random,
                into={gradient: views[variable] for gradient, variable in into.items()},
                copies=Copies(self.device, self._copies),
            )
        return plan


class _Part(NamedTuple):
    """A part of a batch on its device, and its share of the samples."""

    plan: Plan
    share: float
    lane: _Lane | None


def _parts(flat: Array, variables: Sequence[Variable]) -> dict[Variable, Array]:
    """The part of each variable in flat memory, in its shape."""
    views: dict[Variable, Array] = {}
    start = 0
    for variable in variables:
        views[variable] = flat[start : start + variable.size].reshape(variable.shape)
        start += variable.size
    return views


def _divided(arrays: Sequence[ArrayData | Rows], count: int) -> list[list[Array]]:
    """A batch in as many parts as there are devices, or fewer where it has fewer samples; sizes differ by one at most."""
    listed = [np.asarray(array) for array in arrays]
    samples = len(listed[0])
    ends = [samples * (i + 1) // count for i in range(count)]
    begins = [0, *ends[:-1]]
    return [[array[a:b] for array in listed] for a, b in zip(begins, ends, strict=True) if b > a]


class _Lanes:
    """The further devices of a step, made when it first runs."""

    def __init__(self, step: Step, devices: Sequence[Device], weights: FlatWeights | None) -> None:
        self.first = devices[0]
        used = [x for call in order([*step.outputs, *(t for _, t in step.updates)]) for x in call.inputs]
        assigned = [variable for variable, _ in step.updates]
        variables = [x for x in dict.fromkeys((*used, *step.outputs, *assigned)) if isinstance(x, Variable)]
        self.others = [_Lane(device, step, variables, weights) for device in devices[1:]]

    def begin(
        self, parts: Sequence[Sequence[Array]], plan_for: Callable[[Shapes], Plan], into: dict[Tensor, Variable]
    ) -> list[_Part]:
        """Ask each device to compute its part of a batch; none is waited for."""
        samples = sum(len(part[0]) for part in parts)
        lanes: list[_Lane | None] = [None, *self.others]
        begun: list[_Part] = []
        for part, lane in zip(parts, lanes, strict=False):
            shapes = tuple(array.shape for array in part)
            plan = plan_for(shapes) if lane is None else lane.plan(shapes, into)
            with plan.device.active():
                plan.send(part)
                plan.compute()
            begun.append(_Part(plan, len(part[0]) / samples, lane))
        return begun


class ParallelStep(Step):
    """Outputs of batches whose parts are computed on several devices, and joined."""

    def __init__(
        self, devices: Sequence[Device], inputs: Sequence[Placeholder], outputs: Sequence[Tensor], **more: object
    ) -> None:
        super().__init__(inputs, outputs, **more)  # type: ignore[arg-type]
        self._devices, self._lanes = list(devices), None

    def run(self, arrays: Sequence[ArrayData | Rows]) -> list[Array]:
        """The outputs for one batch."""
        with self._devices[0].active():
            self._lanes = lanes = self._lanes or _Lanes(self, self._devices, None)
            for lane in lanes.others:
                lane.take_weights()
            begun = lanes.begin(_divided(arrays, len(self._devices)), self.plan, {})
        results = [_results(part) for part in begun]
        return [np.concatenate(one) if one[0].ndim else _mean(one, begun) for one in zip(*results, strict=True)]


class _Made(TypedDict):
    """What training steps are made of beside inputs and outputs."""

    variables: Sequence[Variable]
    optimizer: Optimizer
    updates: Sequence[Update]
    random: Callable[[], Stream] | None
    updater: Updater


def train_step(
    devices: Sequence[Device],
    inputs: Sequence[Placeholder],
    outputs: Sequence[Tensor],
    exchange: Exchange | None = None,
    **made: Unpack[_Made],
) -> TrainStep:
    """The step that trains on one device, or on several."""
    if devices:
        return ParallelTrainStep(devices, inputs, outputs, **made)
    return TrainStep(inputs, outputs, exchange=exchange, **made)


class ParallelTrainStep(TrainStep):
    """One update from a batch whose parts are computed on several devices.

    Gradients are those of the mean over all samples; moving averages are those that the first device saw.
    """

    def __init__(
        self,
        devices: Sequence[Device],
        inputs: Sequence[Placeholder],
        outputs: Sequence[Tensor],
        *,
        variables: Sequence[Variable],
        optimizer: Optimizer,
        updates: Sequence[Update] = (),
        random: Stream | Callable[[], Stream] | None = None,
        updater: Updater | None = None,
    ) -> None:
        with devices[0].active():
            super().__init__(
                inputs,
                outputs,
                variables=variables,
                optimizer=optimizer,
                updates=updates,
                random=random,
                updater=updater,
            )
        self._devices = list(devices)
        self._lanes: _Lanes | None = None

    def run(self, arrays: Sequence[ArrayData | Rows]) -> list[Array]:
        """The outputs for one batch, before the update: means over the samples of all parts."""
        weights = self.updater.weights
        with self.lock:
            with self._devices[0].active():
                if self._lanes is None:
                    self._lanes = _Lanes(self, self._devices, weights)
                for lane in self._lanes.others:
                    lane.take_weights()
                into = {gradient: variable for variable, gradient in self._gradient_of.items()}
                begun = self._lanes.begin(_divided(arrays, len(self._devices)), self.plan, into)
                self._join_gradients(begun)
            results = [_results(part) for part in begun]
            self.updater.apply()
        return [_mean(one, begun) for one in zip(*results, strict=True)]

    def run_for_later(self, arrays: Sequence[ArrayData | Rows]) -> Sequence[float]:
        """The outputs for one batch, which are numbers."""
        return [float(value) for value in self.run(arrays)]

    def _join_gradients(self, begun: Sequence[_Part]) -> None:
        """On the first device: the gradients of all parts, each by its share of the samples."""
        first = self._devices[0]
        for number, segment in enumerate(self.updater.segments):
            xp, total = first.xp, segment.gradients
            xp.multiply(total, begun[0].share, out=total)
            for part in begun[1:]:
                assert part.lane is not None
                here = xp.empty(total.shape, total.dtype)
                first.put(here, part.lane.gradients[number])
                xp.multiply(here, part.share, out=here)
                xp.add(total, here, out=total)


def _results(part: _Part) -> list[Array]:
    with part.plan.device.active():
        return part.plan.results()


def _mean(values: Sequence[Array], parts: Sequence[_Part]) -> Array:
    return np.asarray(sum(value * part.share for value, part in zip(values, parts, strict=True)), values[0].dtype)
