"""The pictures of a folder as an array that is read while training goes on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .._machine import device
from .._training.read_rows import ReadRows
from ..types import Array
from .picture_preparation import PicturePreparation


class PictureRows(ReadRows):
    """The pictures of some rows as an array that is read while training goes on.

    Args:
        decode: makes the pixels of a row, with what steps by chance draw from.
        rows: numbers of the rows.
        preparation: the steps.
        shape: of one picture behind the steps.
        seed: of the steps by chance; None: there are none.
    """

    def __init__(
        self,
        decode: Callable[[int, np.random.Generator | None], Array],
        rows: Array,
        preparation: PicturePreparation,
        shape: tuple[int, ...],
        seed: int | None,
    ) -> None:
        super().__init__((len(rows), *shape), np.dtype(np.float32), device.threads())
        self._decode, self._rows, self._preparation, self._seed = decode, rows, preparation, seed

    def read(self, rows: Array, epoch: int | None = None) -> Array:
        """Some pictures; those of an epoch are changed by chance, each epoch otherwise and always alike."""
        pixels = np.empty((len(rows), *self.shape[1:]), np.uint8)
        for place, row in enumerate(self._rows[rows].tolist()):
            chance = None
            if self._seed is not None and epoch is not None:
                chance = np.random.Generator(np.random.PCG64([self._seed, row, epoch]))
            pixels[place] = self._decode(row, chance)
        return self._preparation.scaled(pixels)
