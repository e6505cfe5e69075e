"""Random numbers on a graphics card: Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, 2011), from a seed and a position.

Number n is a function of seed and n alone, so a stream is saved as one number and gives the same figures on every device.
The position lies in the card's memory, so that a step that was recorded once moves it on by itself each time.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..types import Array
from .device_base import Device

_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_WORD = 0xFFFFFFFF
# How many of a word's 32 bits a float takes: those of its fraction, so that no number rounds to 1.
_BITS = {"float16": 11, "float32": 24}


class Philox:
    """A stream of random numbers in one device's memory.

    Args:
        seed: from 0 to 2**64 - 1.
        device: where numbers are drawn.
        position: how many groups of four numbers were drawn before.
    """

    def __init__(self, seed: int, device: Device, position: int = 0) -> None:
        self.device = device
        self._key = seed & _WORD, seed >> 32 & _WORD
        with device.active():
            self.position = device.xp.full(1, position, np.uint64)

    def words(self, count: int) -> Array:
        """The next random numbers of 32 bits, in a type of 64: (count,)."""
        xp = self.device.xp
        groups = -(-count // 4)
        where = xp.arange(groups, dtype=np.uint64) + self.position
        self.position += np.uint64(groups)
        columns = [where & np.uint64(_WORD), where >> np.uint64(32), xp.zeros_like(where), xp.zeros_like(where)]
        keys = list(self._key)
        for _ in range(_ROUNDS):
            columns = _round(columns, keys)
            keys = [(key + step) & _WORD for key, step in zip(keys, _WEYL, strict=True)]
        return xp.stack(columns, axis=1).reshape(-1)[:count]

    def uniform(self, out: Array) -> None:
        """Fill an array with floats from [0, 1)."""
        if out.dtype.name in _BITS:
            bits = _BITS[out.dtype.name]
            values = self.words(out.size) >> np.uint64(32 - bits)
            out[...] = (values.astype(out.dtype) * out.dtype.type(2.0**-bits)).reshape(out.shape)
            return
        high, low = self.words(2 * out.size).reshape(2, -1)
        whole = (high >> np.uint64(5)) * np.uint64(1 << 26) + (low >> np.uint64(6))
        out[...] = (whole.astype(np.float64) * 2.0**-53).astype(out.dtype).reshape(out.shape)

    def normal(self, out: Array) -> None:
        """Fill an array with standard normal floats (Box and Muller, 1958)."""
        xp = self.device.xp
        kind: Any = np.dtype(np.float64 if out.dtype == np.float64 else np.float32)
        pairs = -(-out.size // 2)
        drawn = xp.empty((2, pairs), kind)
        self.uniform(drawn)
        radius = xp.sqrt(-2.0 * xp.log1p(-drawn[0]))
        angle = drawn[1] * kind.type(2.0 * math.pi)
        both = xp.concatenate((radius * xp.cos(angle), radius * xp.sin(angle)))
        out[...] = both[: out.size].astype(out.dtype).reshape(out.shape)


def _round(columns: list[Array], keys: list[int]) -> list[Array]:
    """One round of the bijection on four columns of words."""
    a, b, c, d = columns
    first, second = a * np.uint64(_MULTIPLIERS[0]), c * np.uint64(_MULTIPLIERS[1])
    word, half = np.uint64(_WORD), np.uint64(32)
    return [
        (second >> half) ^ b ^ np.uint64(keys[0]),
        second & word,
        (first >> half) ^ d ^ np.uint64(keys[1]),
        first & word,
    ]
