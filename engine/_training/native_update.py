"""Updates of weights by the library in C, as one call or within a plan's, for the optimizers whose formula it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .._graph.native_phases import Instruction, Operand, Outside, Settings
from .._graph.native_updates import WeightUpdate
from .._graph.tensor import Tensor, Variable
from .._machine import device
from .._machine.devices import current
from .._native.library import FLOATS, INSTRUCTION, Library, Program, library
from ..optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, Lion, Nadam, Optimizer, RMSprop
from ..types import Array
from .native_limits import NativeLimits

# Weights of a chunk: with gradients and slots they stay in the second-level cache.
_CHUNK = 16_384
# Weights below which waking a second thread costs more than it saves.
_FEW = 4 * _CHUNK
# Three numbers stand before those of an optimizer: whether small slots become 0, a factor of gradients, their limit.
_FIRST_OWN, _MOST_OWN = 3, 8


def _of_sgd(optimizer: Optimizer, numbers: tuple[float, ...]) -> str:
    assert isinstance(optimizer, SGD)
    if numbers[1] == 0.0:
        return "descend"
    return "descend_ahead" if optimizer.nesterov else "descend_with_momentum"


def _of_adam(optimizer: Optimizer, numbers: tuple[float, ...]) -> str:
    assert isinstance(optimizer, Adam)
    return "amsgrad" if optimizer.amsgrad else "adam"


def _is_of_keras2(optimizer: Optimizer) -> bool:
    assert isinstance(optimizer, (Adagrad, RMSprop))
    return optimizer.is_of_keras2


def _of_rmsprop(optimizer: Optimizer, numbers: tuple[float, ...]) -> str:
    assert isinstance(optimizer, RMSprop)
    if optimizer.is_of_keras2:
        return "rmsprop"
    parts = ("_centered" if optimizer.centered else "") + ("_with_momentum" if optimizer.momentum else "")
    return f"rmsprop{parts or '_of_later'}"


_OPERATIONS: dict[object, Callable[[Optimizer, tuple[float, ...]], str]] = {
    SGD.update: _of_sgd,
    Adam.update: _of_adam,
    RMSprop.update: _of_rmsprop,
    Adagrad.update: lambda optimizer, numbers: "adagrad" if _is_of_keras2(optimizer) else "adagrad_of_later",
    Adadelta.update: lambda optimizer, numbers: "adadelta",
    Adamax.update: lambda optimizer, numbers: "adamax",
    Nadam.update: lambda optimizer, numbers: "nadam",
    Lion.update: lambda optimizer, numbers: "lion",
}


class NativeUpdate:
    """Programs that update flat weights from their gradients and slots, one for each formula of an optimizer.

    A plan that is given it as `weight_updates` may do the update itself: it has its turn between `begin` and `end`.

    Args:
        loaded: the library.
        arrays: weights, gradients and slots of each segment.
        parts: the same of each variable.

    Attributes:
        limited: the variables whose constraints are part of the update.
        dtype: of weights, gradients and slots.
    """

    def __init__(
        self, loaded: Library, arrays: Sequence[Sequence[Array]], parts: Sequence[tuple[Variable, Sequence[Array]]]
    ) -> None:
        self._library = loaded
        self._arrays = arrays
        self._parts = parts
        self.dtype = str(arrays[0][0].dtype)
        self._numbers = np.zeros(_FIRST_OWN + _MOST_OWN)
        self._settings: tuple[float, ...] = ()
        self._programs: dict[str, Program] = {}
        self._squares = np.zeros(sum(len(device.blocks(group[0].size, _CHUNK)) for group in arrays))
        self._norm: Program | None = None
        self._of_limits: Program | None = None
        self._limits = NativeLimits([(variable, arrays[0]) for variable, arrays in parts])
        self.limited: set[Variable] = self._limits.variables
        self._has_turn = False
        self._is_done = False
        self.operation = "descend"  # until the first update tells which it is
        self.chunk = _CHUNK
        self.weights: Sequence[WeightUpdate] = []
        self.limits: Sequence[Instruction] = self._limits.instructions

    def follow(self, gradient_of: Mapping[Variable, Tensor]) -> None:
        """Say for the plans to come which tensor is the gradient of each variable."""
        shared = Outside(self._numbers)
        self.weights = [
            WeightUpdate(variable, gradient_of.get(variable), (*map(Outside, arrays), shared))
            for variable, arrays in self._parts
        ]

    def begin(self, optimizer: Optimizer, numbers: tuple[float, ...], floors: bool) -> None:
        """Take the numbers of the next update; `floors` sets slots to 0 that are too small to matter."""
        self.operation = _OPERATIONS[type(optimizer).update](optimizer, numbers)
        settings = (floors, 1.0, optimizer.clipvalue or math.inf, *numbers)
        if settings != self._settings:
            self._numbers[: len(settings)] = self._settings = settings
        if self.limited and not self._limits.take_numbers():
            self.limited = set()
        # The norm of all gradients is known only when all of them are; plans know the limits that there were.
        known = bool(self.limited) or not self.limits
        self._has_turn, self._is_done = known and not optimizer.longest_gradient, False

    def take_turn(self) -> bool:
        """Whether the coming run of a plan is to update the weights."""
        taken, self._has_turn = self._has_turn, False
        self._is_done = self._is_done or taken
        return taken

    def give_back(self) -> None:
        """Hear that the run whose turn it was has updated nothing, or is not to come."""
        self._has_turn = self._is_done = False

    def end(self, clipnorm: float | None) -> None:
        """Do the update, unless a plan has done it."""
        self._has_turn = False
        if self._is_done:
            return
        if clipnorm:
            self._numbers[1], self._settings = self._factor(clipnorm), ()
        program = self._programs.get(self.operation)
        if program is None:
            program = self._programs[self.operation] = self._program(
                self.operation, [[*group, self._numbers] for group in self._arrays]
            )
        program.run(device.threads())
        if self.limited:
            if self._of_limits is None:
                self._of_limits = self._program_of_limits()
            self._of_limits.run(device.threads())

    def _program_of_limits(self) -> Program:
        """The instructions of the constraints by themselves."""
        table, used = np.zeros(len(self.limits), INSTRUCTION), list[Array]()
        chunks: list[tuple[int, int, int, int]] = []
        for i, (row, limit) in enumerate(zip(table, self.limits, strict=True)):
            arrays = [_array_of(operand) for operand in limit.operands]
            row["operation"], row["units"] = self._library.operations[limit.operation], limit.units
            row["size"][: len(limit.size)] = limit.size
            row["array"][: len(arrays)] = [array.ctypes.data for array in arrays]
            used += arrays
            chunks += [(i, 1, part.start, part.stop - part.start) for part in device.blocks(limit.units, limit.grain)]
        alone = sum(limit.work for limit in self.limits) < _FEW
        return self._library.program(table, chunks, [(0, len(chunks), int(alone))], used, self.dtype)

    def _factor(self, clipnorm: float) -> float:
        """What makes the norm of all gradients together no more than `clipnorm`."""
        if self._norm is None:
            begins = np.cumsum([0, *(len(device.blocks(group[0].size, _CHUNK)) for group in self._arrays)])
            groups = [[group[1], self._squares[begin:]] for group, begin in zip(self._arrays, begins, strict=False)]
            self._norm = self._program("sums_of_squares", groups)
        self._norm.run(device.threads())
        norm = math.sqrt(self._squares.sum())
        return clipnorm / norm if norm >= clipnorm else 1.0

    def _program(self, operation: str, groups: Sequence[Sequence[Array]]) -> Program:
        """An instruction for each group of arrays, which has as many units as the first of them has elements."""
        table = np.zeros(len(groups), INSTRUCTION)
        table["size"][:, :2] = _CHUNK, 1
        chunks: list[tuple[int, int, int, int]] = []
        for i, (row, arrays) in enumerate(zip(table, groups, strict=True)):
            row["operation"], row["units"] = self._library.operations[operation], arrays[0].size
            row["array"][: len(arrays)] = [array.ctypes.data for array in arrays]
            chunks += [(i, 1, part.start, part.stop - part.start) for part in device.blocks(arrays[0].size, _CHUNK)]
        alone = sum(arrays[0].size for arrays in groups) < _FEW
        phases = [(0, len(chunks), int(alone))]
        used = [array for arrays in groups for array in arrays]
        return self._library.program(table, chunks, phases, used, self.dtype)


def _array_of(operand: Operand) -> Array:
    """The memory of what an instruction reads that belongs to no plan."""
    if isinstance(operand, Settings):
        return np.array(operand.values, np.int64)
    assert isinstance(operand, Outside), "an operand of a plan"
    return operand.array


def native_update(
    optimizer: Optimizer, arrays: Sequence[Sequence[Array]], parts: Sequence[tuple[Variable, Sequence[Array]]]
) -> NativeUpdate | None:
    """The update of segments and of the variables in them; None without library or formula, or where types differ."""
    loaded = library()
    if loaded is None or not current().on_host or type(optimizer).update not in _OPERATIONS:
        return None
    dtypes = {str(array.dtype) for group in arrays for array in group}
    if len(dtypes) != 1 or not dtypes.issubset(FLOATS):
        return None
    return NativeUpdate(loaded, arrays, parts)
