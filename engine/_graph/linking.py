"""Calls bound to arrays: what a plan knows becomes functions without arguments, which a run only has to call."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from .._machine.devices import CPU, Device
from .._machine.room import check_free
from ..types import Array
from . import card_kernels
from .memory import Memory, Sizes
from .native_plan import NativeForm, NativeProgram
from .placement import Placement
from .schedule import Schedule
from .tensor import Call, Constant, Placeholder, Tensor, Variable
from .work import Work

Instruction = Callable[[], None]


@dataclass(frozen=True)
class Program:
    """Instructions to run, and the arrays that they read and write.

    instructions: one for each of `calls`, or `native` for all of them, then copies. variables: with the arrays that they
    had when these were bound; moves: how many moves there had been then (`Variable.moves`).
    """

    instructions: list[Instruction]
    calls: list[Call]
    inputs: list[Array]
    outputs: list[Array]
    variables: list[tuple[Variable, Array]]
    moves: int
    native: NativeProgram | None = None

    @property
    def has_moved(self) -> bool:
        """Whether a variable lies elsewhere now."""
        return any(variable.array is not array for variable, array in self.variables)


@dataclass(frozen=True)
class Targets:
    """What a plan is asked for: results to give, to write into arrays of the caller's, and to assign to variables."""

    outputs: list[Tensor]
    into: Mapping[Tensor, Array]
    updates: list[tuple[Variable, Tensor]]

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors that a run computes for its caller."""
        return [*self.outputs, *self.into, *(t for _, t in self.updates)]


class Copies(NamedTuple):
    """A device, and copies of variables that lie there."""

    device: Device
    arrays: Mapping[Variable, Array]


class Linker:
    """Binds the calls of a schedule to the memory that a placement gives them."""

    def __init__(
        self,
        schedule: Schedule,
        placement: Placement,
        shapes: Mapping[Tensor, Sizes],
        new_work: Callable[[tuple[Sizes | None, ...], Sizes | tuple[Sizes, ...]], Work],
        inputs: Sequence[Placeholder],
        form: NativeForm | None = None,
        device: Device = CPU,
        copies: Copies | None = None,
    ) -> None:
        self._schedule = schedule
        self._placement = placement
        self._shapes = shapes
        self._new_work = new_work
        self._inputs = inputs
        self._form = form
        self._device = device
        self._copies: Mapping[Variable, Array] = {} if copies is None else copies.arrays
        self._constants: dict[Constant, Array] = {}
        self.works: dict[Call, Work] = {}

    def link(self, targets: Targets) -> Program:
        """The program, with the variables where they lie now."""
        read = [x for call in self._schedule.calls for x in call.inputs]
        assigned = [variable for variable, _ in targets.updates]
        variables = [x for x in dict.fromkeys((*read, *targets.tensors, *assigned)) if isinstance(x, Variable)]
        missing = sum(variable.nbytes for variable in variables if not variable.materialised)
        check_free(missing, "weights of the model", "room for all of them")
        native = self._native()
        instructions: list[Instruction] = [native] if native is not None else self._calls()
        copyto = self._device.xp.copyto
        instructions += [partial(copyto, array, self.array(t)) for array, t in self._placement.copies]
        for tensor, array in targets.into.items():
            if tensor in self._schedule.absent or tensor.call is None:
                array.fill(0)
        instructions += [
            partial(copyto, self.array(variable), self.array(tensor), casting="unsafe")
            for variable, tensor in targets.updates
            if tensor not in self._schedule.absent
        ]
        return Program(
            instructions,
            self._schedule.computing,
            [self.array(x) for x in self._inputs],
            [self.array(y) for y in targets.outputs],
            [(variable, self.array(variable)) for variable in variables if variable not in self._copies],
            Variable.moves,
            native,
        )

    def _calls(self) -> list[Instruction]:
        """The computing calls one by one; on a card those that are one kernel together."""
        if self._device.kernels is not None:
            return card_kernels.instructions(self._schedule, self, self._device, self._device.kernels)
        return [call.bind(self) for call in self._schedule.computing]

    def _native(self) -> NativeProgram | None:
        if self._form is None:
            return None
        return self._form.bind(self, self._placement.between, self._placement.thread_memory, self._one_by_one)

    def _one_by_one(self) -> list[Instruction]:
        """All calls, over memory of their own; where most values of a compiled program lie, there is room for a few samples.

        What a run is given and asked for lies where the program has it.
        """
        into: dict[Tensor, Array] = {}
        for x in (*self._inputs, *self._schedule.targets):
            while x in self._schedule.views:
                x = self._schedule.views[x]
            if self._placement.memory_of(x) is not None:
                into[x] = self.array(x)
        placement = Placement(self._schedule, self._shapes, self._inputs, into, Memory().lease())
        other = Linker(self._schedule, placement, self._shapes, self._new_work, self._inputs)
        other.works = self.works
        return [call.bind(other) for call in self._schedule.computing]

    def array(self, tensor: Tensor) -> Array:
        """The array of a tensor; zeros for a gradient that the phase does not have."""
        if isinstance(tensor, Variable):
            copy = self._copies.get(tensor)
            return tensor.on(self._device) if copy is None else copy
        if isinstance(tensor, Constant):
            return self._constant(tensor)
        shape = self._shapes[tensor]
        if tensor in self._schedule.absent:
            return self._device.xp.zeros(shape, tensor.dtype)
        if self._placement.is_of_threads(tensor):
            # Ones in the shape of it may be asked for, never its values; those would be no numbers.
            return np.broadcast_to(np.asarray(np.nan if tensor.dtype.kind == "f" else 0, tensor.dtype), shape)
        array = self._placement.memory_of(tensor)
        if array is None:  # a view of a variable or constant
            return self.array(self._schedule.views[tensor]).reshape(shape)
        nbytes = math.prod(shape) * tensor.dtype.itemsize
        if array.dtype != tensor.dtype or array.nbytes != nbytes:
            array = array.reshape(-1).view(np.uint8)[:nbytes].view(tensor.dtype)
        return array.reshape(shape)

    def _constant(self, tensor: Constant) -> Array:
        """A constant on this device, copied there once."""
        if self._device.on_host:
            return tensor.array
        if tensor not in self._constants:
            self._constants[tensor] = self._device.array(tensor.array)
        return self._constants[tensor]

    def present(self, tensor: Tensor | None) -> Array | None:
        """The array of a tensor; None for none, and for a gradient that the phase does not have."""
        return None if tensor is None or tensor in self._schedule.absent else self.array(tensor)

    @property
    def kept(self) -> int:
        """Bytes that calls keep for their gradients beside the values of tensors, as masks of dropout."""
        return sum(
            array.nbytes
            for work in self.works.values()
            for array in work.saved.values()
            if isinstance(array, np.ndarray)
        )

    def work(self, call: Call) -> Work:
        """The workspace of a call, which its gradient shares."""
        if call not in self.works:
            shapes = tuple(None if x is None else self._shapes[x] for x in call.inputs)
            results = tuple(self._shapes[y] for y in call.outputs)
            self.works[call] = self._new_work(shapes, results[0] if call.op.outputs == 1 else results)
        return self.works[call]
