"""Blocks of bytes that plans use again and again, instead of arrays made anew in every step."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from .._machine.device_base import Device
from .._machine.devices import current
from .._machine.room import check_free
from ..types import Array, DTypeLike

# How much larger a block that replaces another is at least.
_GROWTH = 1.25
# Bytes of a cache line.
_LINE = 64

Sizes: TypeAlias = "tuple[int, ...]"
"""A shape whose sizes are all known."""


class Memory:
    """Blocks of bytes that several plans share, when they never run at the same time (train, test, a smaller batch).

    A plan takes a `Lease`, which hands out the blocks of its device from the first; a block that is too small is replaced.
    """

    def __init__(self) -> None:
        self._blocks: dict[Device, list[Array]] = {}
        self._scratch: dict[Device, list[Array]] = {}

    @property
    def nbytes(self) -> int:
        """How many bytes are allocated now."""
        return sum(block.nbytes for of in (self._blocks, self._scratch) for blocks in of.values() for block in blocks)

    def lease(self) -> Lease:
        """The blocks of the present device, from the first, for one more plan."""
        device = current()
        return Lease(self._blocks.setdefault(device, []), self._scratch.setdefault(device, []))


class Lease:
    """A plan's share of a Memory."""

    def __init__(self, blocks: list[Array], scratch: list[Array]) -> None:
        self._blocks = blocks
        self._scratch = scratch
        self._next = 0

    def block(self, shape: Sizes, dtype: DTypeLike) -> Array:
        """The next block, as an array of undefined content."""
        array, self._next = _array_of(self._blocks, self._next, shape, dtype), self._next + 1
        return array

    def scratch(self, position: int, shape: Sizes, dtype: DTypeLike) -> Array:
        """Scratch block number `position`, shared by all instructions."""
        return _array_of(self._scratch, position, shape, dtype)


def _array_of(blocks: list[Array], position: int, shape: Sizes, dtype: DTypeLike) -> Array:
    dtype = np.dtype(dtype)
    nbytes = math.prod(shape) * dtype.itemsize
    if position >= len(blocks):
        blocks.append(_aligned(nbytes))
    elif blocks[position].nbytes < nbytes:
        # The plans before keep the block that was too small. Without some room each of a row of growing batches, or of longer
        # and longer texts, would have blocks of its own, and 16 plans took 16 times the memory of the last.
        blocks[position] = _aligned(max(nbytes, int(blocks[position].nbytes * _GROWTH)))
    return blocks[position][:nbytes].view(dtype).reshape(shape)


def aligned_zeros(shape: Sizes, dtype: DTypeLike) -> Array:
    """Zeros in memory of the processor that is nobody else's, from a cache line on."""
    dtype = np.dtype(dtype)
    nbytes = math.prod(shape) * dtype.itemsize
    raw = np.zeros(nbytes + _LINE, np.uint8)
    start = -raw.ctypes.data % _LINE
    return raw[start : start + nbytes].view(dtype).reshape(shape)


def _aligned(nbytes: int) -> Array:
    check_free(nbytes, "", "room for the values of one batch")
    # Buffers begin at a cache line: AVX-512 loads across two lines made ufuncs up to a third slower.
    raw = current().xp.empty(nbytes + _LINE, np.uint8)
    pointer = raw.ctypes.data if isinstance(raw, np.ndarray) else raw.data.ptr
    start = -pointer % _LINE
    return raw[start : start + nbytes]
