"""The update of all weights as one call of the library in C, for the optimizers whose formula it has."""

from __future__ import annotations

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

    def run(self, optimizer: Optimizer, numbers: tuple[float, ...], floors: bool) -> None:
        """One update; `floors` sets slots to 0 that are too small to matter."""
        operation = _OPERATIONS[type(optimizer).update](optimizer, numbers)
        program = self._programs.get(operation)
        if program is None:
            program = self._programs[operation] = self._program(operation)
        self._numbers[: len(numbers)] = numbers
        program.instructions["number"][:, 0] = floors
        program.run(device.threads())

    def _program(self, operation: str) -> Program:
        table = np.zeros(len(self._arrays), INSTRUCTION)
        chunks: list[tuple[int, int, int, int]] = []
        for i, (row, arrays) in enumerate(zip(table, self._arrays, strict=True)):
            row["operation"], row["units"] = self._library.operations[operation], arrays[0].size
            row["array"][: len(arrays) + 1] = [array.ctypes.data for array in (*arrays, self._numbers)]
            chunks += [(i, 1, part.start, part.stop - part.start) for part in device.blocks(arrays[0].size, _CHUNK)]
        alone = sum(arrays[0].size for arrays in self._arrays) < _FEW
        return self._library.program(
            table,
            chunks,
            [(0, len(chunks), int(alone))],
            [self._numbers, *(array for arrays in self._arrays for array in arrays)],
        )


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
