"""Seeded random streams.

Every stream starts from a seed drawn here. With `set_seed` (or inside `seeded`) the seeds come from one root, so a
program repeats bit for bit. Without, they come from NumPy's global state, so that `np.random.seed(1337)` at the top of
an old Keras script makes it repeatable, as it was there.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from ..types import Array
from .context import bound

_LARGEST_SEED = 2**31 - 1


class Stream:
    """A stream of random numbers that can be saved and restored; `generator` is a NumPy Generator."""

    def __init__(self, seed: int | None = None) -> None:
        self.generator = np.random.Generator(np.random.SFC64(draw_seed() if seed is None else seed))

    def get_state(self) -> dict[str, Any]:
        """The position in the stream as plain data."""
        return dict(self.generator.bit_generator.state)

    def set_state(self, state: dict[str, Any]) -> None:
        """Go back to a position that `get_state` gave."""
        self.generator.bit_generator.state = state


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
