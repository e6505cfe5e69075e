"""The update of all weights as one call of the library in C, with clipping, for the optimizers whose formula it has."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .._machine import device
from .._native.library import INSTRUCTION, Library, Program, library
from ..optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, Nadam, Optimizer, RMSprop
from ..types import Array

# Weights of a chunk: with gradients and slots they stay in the second-level cache.
_CHUNK = 16_384
# Weights below which waking a second thread costs more than it saves.
_FEW = 4 * _CHUNK
_MOST_NUMBERS = 8


def _of_sgd(optimizer: Optimizer, numbers: tuple[float, ...]) -> str:
    assert isinstance(optimizer, SGD)
    if numbers[1] == 0.0:
        return "descend"
    return "descend_ahead" if optimizer.nesterov else "descend_with_momentum"


def _of_adam(optimizer: Optimizer, numbers: tuple[float, ...]) -> str:
    assert isinstance(optimizer, Adam)
    return "amsgrad" if optimizer.amsgrad else "adam"


_OPERATIONS: dict[object, Callable[[Optimizer, tuple[float, ...]], str]] = {
    SGD.update: _of_sgd,
    Adam.update: _of_adam,
    RMSprop.update: lambda optimizer, numbers: "rmsprop",
    Adagrad.update: lambda optimizer, numbers: "adagrad",
    Adadelta.update: lambda optimizer, numbers: "adadelta",
    Adamax.update: lambda optimizer, numbers: "adamax",
    Nadam.update: lambda optimizer, numbers: "nadam",
}


class NativeUpdate:
    """Programs that update flat weights from their gradients and slots, one for each formula of an optimizer."""

    def __init__(self, loaded: Library, arrays: Sequence[Sequence[Array]]) -> None:
        self._library = loaded
        self._arrays = arrays
        self._numbers = np.zeros(_MOST_NUMBERS)
        self._programs: dict[str, Program] = {}
        self._squares = np.zeros(sum(len(device.blocks(group[0].size, _CHUNK)) for group in arrays))
        self._norm: Program | None = None

    def run(self, optimizer: Optimizer, numbers: tuple[float, ...], floors: bool) -> None:
        """One update from gradients that are clipped first; `floors` sets slots to 0 that are too small to matter."""
        operation = _OPERATIONS[type(optimizer).update](optimizer, numbers)
        program = self._programs.get(operation)
        if program is None:
            program = self._programs[operation] = self._program(
                operation, [[*group, self._numbers] for group in self._arrays]
            )
        self._numbers[: len(numbers)] = numbers
        factor = self._factor(optimizer.clipnorm) if optimizer.clipnorm else 1.0
        program.instructions["number"][:, :3] = floors, factor, optimizer.clipvalue or math.inf
        program.run(device.threads())

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
        table["size"][:, 0] = _CHUNK
        chunks: list[tuple[int, int, int, int]] = []
        for i, (row, arrays) in enumerate(zip(table, groups, strict=True)):
            row["operation"], row["units"] = self._library.operations[operation], arrays[0].size
            row["array"][: len(arrays)] = [array.ctypes.data for array in arrays]
            chunks += [(i, 1, part.start, part.stop - part.start) for part in device.blocks(arrays[0].size, _CHUNK)]
        alone = sum(arrays[0].size for arrays in groups) < _FEW
        phases = [(0, len(chunks), int(alone))]
        return self._library.program(table, chunks, phases, [array for arrays in groups for array in arrays])


def native_update(
    optimizer: Optimizer, segments: Sequence[tuple[Array, Array]], slots: Mapping[str, Sequence[Array]]
) -> NativeUpdate | None:
    """The update of segments (weights, gradients); None where the library or the formula is missing, or not all is float32."""
    loaded = library()
    if loaded is None or device.xp is not np or type(optimizer).update not in _OPERATIONS:
        return None
    arrays = [[*pair, *(of_slot[i] for of_slot in slots.values())] for i, pair in enumerate(segments)]
    if not arrays or any(array.dtype != "float32" for group in arrays for array in group):
        return None
    return NativeUpdate(loaded, arrays)
