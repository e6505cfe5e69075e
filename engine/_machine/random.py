"""Seeded random streams.

Every stream starts from a seed drawn here. With `set_seed` (or inside `seeded`) the seeds come from one root, so a
program repeats bit for bit. Without, they come from NumPy's global state, so that `np.random.seed(1337)` at the top of
an old Keras script makes it repeatable, as it was there.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from ..types import Array
from .context import bound
from .device_base import Device, in_host_memory
from .devices import of, on_host
from .philox import Philox

_LARGEST_SEED = 2**31 - 1


class Mark(NamedTuple):
    """A place in a stream: of what is drawn on the processor, and of what is drawn on a card."""

    state: dict[str, Any]
    on_cards: dict[Device, Array]


class Stream:
    """A stream of random numbers that can be saved and restored.

    `generator` is a NumPy Generator; on a graphics card numbers are drawn by `Philox` from the same seed.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = draw_seed() if seed is None else seed
        self.generator = np.random.Generator(np.random.SFC64(self._seed))
        self._on_cards: dict[Device, Philox] = {}
        self._drawn: dict[str, int] = {}  # where streams on cards begin, by device

    def uniform(self, out: Array) -> None:
        """Fill an array, on whichever device, with floats from [0, 1)."""
        if in_host_memory(out):
            self.generator.random(out=out, dtype=out.dtype.type)
        else:
            self._philox(of(out)).uniform(out)

    def normal(self, out: Array) -> None:
        """Fill an array, on whichever device, with standard normal floats."""
        if in_host_memory(out):
            self.generator.standard_normal(out=out, dtype=out.dtype.type)
        else:
            self._philox(of(out)).normal(out)

    def _philox(self, device: Device) -> Philox:
        if device not in self._on_cards:
            # Another key for each card, since several may draw for the same step.
            key = self._seed + (device.number << 32)
            self._on_cards[device] = Philox(key, device, self._drawn.get(device.name, 0))
        return self._on_cards[device]

    def get_state(self) -> dict[str, Any]:
        """The position in the stream as plain data."""
        drawn = {device.name: int(on_host(one.position)[0]) for device, one in self._on_cards.items()}
        known = dict(self.generator.bit_generator.state)
        return known | {"drawn_on_cards": {**self._drawn, **drawn}} if drawn or self._drawn else known

    def set_state(self, state: dict[str, Any]) -> None:
        """Go back to a position that `get_state` gave."""
        known = dict(state)
        self._drawn = {str(name): int(position) for name, position in known.pop("drawn_on_cards", {}).items()}
        for device, one in self._on_cards.items():
            # In place, since recorded work draws from there.
            device.put(one.position, np.array([self._drawn.get(device.name, 0)], np.uint64))
        self.generator.bit_generator.state = known

    def mark(self) -> Mark:
        """The position, kept where it is: nothing is fetched from a card."""
        positions: dict[Device, Array] = {}
        for device, one in self._on_cards.items():
            with device.active():
                positions[device] = one.position.copy()
        return Mark(dict(self.generator.bit_generator.state), positions)

    def go_to(self, mark: Mark) -> None:
        """Go back to a position that `mark` gave."""
        self.generator.bit_generator.state = mark.state
        for device, one in self._on_cards.items():
            with device.active():
                one.position[...] = mark.on_cards.get(device, self._drawn.get(device.name, 0))


class _Root:
    stream: Stream | None = None


_root = _Root()
# A run in a background thread has its own root, so that what the notebook's main thread draws does not change it.
_local: ContextVar[Stream | None] = ContextVar("engine_random_root", default=None)


def set_seed(seed: int | None) -> None:
    """Take all further seeds from `seed`; None goes back to NumPy's global state."""
    _root.stream = None if seed is None else Stream(seed)


@contextmanager
def seeded(seed: int) -> Generator[Stream]:
    """Take the seeds drawn inside a block (in this thread) from one seed, and leave all others alone.

    Args:
        seed: the seed.

    Returns:
        A context for a `with` block, with the stream that is drawn from.

    Example:
        >>> with seeded(1):
        ...     first = draw_seed()
        >>> with seeded(1):
        ...     draw_seed() == first
        True
    """
    stream = Stream(seed)
    with continued(stream):
        yield stream


def continued(stream: Stream) -> AbstractContextManager[None]:
    """Take the seeds drawn inside the block (in this thread) from `stream`, which goes on where it stood."""
    return bound(_local, stream)


def draw_seed() -> int:
    """The next seed, 0 <= seed < 2**31 - 1."""
    root = _local.get() or _root.stream
    if root is None:
        return int(np.random.randint(0, _LARGEST_SEED))
    return int(root.generator.integers(0, _LARGEST_SEED))


def cut_normal(shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """Standard normal numbers; those beyond two standard deviations are drawn again.

    >>> bool(abs(cut_normal((1000,), Stream(1).generator)).max() <= 2)
    True
    """
    values = generator.standard_normal(shape)
    while True:
        outside = np.abs(values) > 2
        count = int(outside.sum())
        if not count:
            return values
        values[outside] = generator.standard_normal(count)
