"""A plan's calls on a graphics card, runs of elementwise ones as one kernel each.

What lies between the calls of a run and is read by nobody else is never stored.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from .._machine.devices import Device
from .._machine.kernels import NotElementwise, Trace, Traced
from ..types import Array, DTypeLike
from .memory import Sizes
from .schedule import Schedule
from .tensor import Arrays, Call, Tensor
from .work import Work

Instruction = Callable[[], None]


def instructions(schedule: Schedule, arrays: Arrays, device: Device, kernels: dict[Hashable, Any]) -> list[Instruction]:
    """A function for each computing call of a schedule; of a run that is one kernel the last one has it, the others do nothing.

    Args:
        schedule: the calls.
        arrays: what they are bound to.
        device: the card.
        kernels: its kernels by their source.
    """
    chains = _Chains(schedule, arrays, device, kernels)
    for position, call in enumerate(schedule.computing):
        chains.add(position, call)
    chains.end()
    return chains.instructions


class _Chains:
    """Goes through the calls, and makes kernels of those that follow each other."""

    def __init__(self, schedule: Schedule, arrays: Arrays, device: Device, kernels: dict[Hashable, Any]) -> None:
        self._schedule, self._arrays, self._device, self._kernels = schedule, arrays, device, kernels
        self._readers = _readers(schedule)
        self._kept = {_base(tensor, schedule.views) for tensor in schedule.targets}
        self._trace: Trace | None = None
        self._begin = 0
        self.instructions: list[Instruction] = []

    def add(self, position: int, call: Call) -> None:
        """Take a call into the present run, or begin another one."""
        if not self._may_be(call):
            self.end()
        elif not self._goes_on(call):
            self.end()
            shape = self._arrays.array(self._results(call)[0]).shape
            self._trace, self._begin = Trace(shape), position
            if not self._goes_on(call):
                self._trace = None
        self.instructions.append(call.bind(self._arrays))

    def end(self) -> None:
        """Put a kernel in the place of the present run, where that is fewer calls of the card."""
        trace, self._trace = self._trace, None
        if trace is None or trace.lines < 2:
            return
        run = range(self._begin, len(self.instructions))
        calls = self._schedule.computing[run.start : run.stop]
        stored = [y for call in calls for y in self._results(call) if self._is_read_outside(y, run)]
        try:
            kernel = trace.kernel(self._device.xp, [self._arrays.array(y) for y in stored], self._kernels)
        except NotElementwise:
            return
        self.instructions[run.start :] = [*[_nothing] * (len(run) - 1), kernel]

    def _results(self, call: Call) -> list[Tensor]:
        return [y for y in call.outputs if y not in self._schedule.absent]

    def _may_be(self, call: Call) -> bool:
        op, results = call.op, self._results(call)
        return op.overwrites and not op.draws and op.own_stream is None and len(results) > 0

    def _goes_on(self, call: Call) -> bool:
        """Whether a call could be added to the present run."""
        trace = self._trace
        if trace is None or any(self._arrays.array(y).shape != trace.shape for y in self._results(call)):
            return False
        before = trace.state
        try:
            call.bind(_Stands(self._arrays, trace))()
            trace.check()
        except (NotElementwise, TypeError, ValueError):  # of the op, whose code is none for stand-ins
            trace.go_back(before)
            return False
        return True

    def _is_read_outside(self, tensor: Tensor, run: range) -> bool:
        base = _base(tensor, self._schedule.views)
        return base in self._kept or any(reader not in run for reader in self._readers.get(base, ()))


class _Stands:
    """What a call is bound to while it is traced."""

    def __init__(self, arrays: Arrays, trace: Trace) -> None:
        self._arrays, self._trace = arrays, trace

    def array(self, tensor: Tensor) -> Any:
        """What stands for the array of a tensor."""
        return self._trace.of(self._arrays.array(tensor))

    def present(self, tensor: Tensor | None) -> Any:
        """The same; None for none, and for a gradient that the phase does not have."""
        array: Array | None = self._arrays.present(tensor)
        return None if array is None else self._trace.of(array)

    def work(self, call: Call) -> Any:
        """A workspace whose memory is stood for too."""
        return _TracedWork(self._arrays.work(call), self._trace)


class _TracedWork:
    """A workspace of which only the scratch memory is asked for."""

    def __init__(self, work: Work, trace: Trace) -> None:
        self.xp, self.training = trace, work.training
        self.input_shapes, self.output_shape = work.input_shapes, work.output_shape
        self._scratch: dict[tuple[str, Sizes, DTypeLike], Traced] = {}

    def __getattr__(self, name: str) -> Any:
        raise NotElementwise(name)

    def scratch(self, name: str, shape: Sizes, dtype: DTypeLike) -> Traced:
        """What stands for scratch memory of a name."""
        key = name, shape, dtype
        if key not in self._scratch:
            self._scratch[key] = self.xp.scratch(shape, dtype)
        return self._scratch[key]


def _readers(schedule: Schedule) -> Mapping[Tensor, list[int]]:
    """For each tensor the computing calls that read it, also as a view, by their positions."""
    readers: dict[Tensor, list[int]] = {}
    for position, call in enumerate(schedule.computing):
        for x in call.present_inputs:
            readers.setdefault(_base(x, schedule.views), []).append(position)
    return readers


def _base(tensor: Tensor, views: Mapping[Tensor, Tensor]) -> Tensor:
    """What a tensor is a view of; itself where it is none."""
    while tensor in views:
        tensor = views[tensor]
    return tensor


def _nothing() -> None:
    """What the kernel of a run has done."""
