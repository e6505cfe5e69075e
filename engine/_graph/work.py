"""What an op has at hand while it runs: the array module, the phase, random numbers and memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .._machine import device
from .._machine.devices import current
from .._machine.random import Stream
from ..types import Array, DTypeLike
from .memory import Lease, Memory, Sizes

Item = TypeVar("Item")


class Work:
    """What an op has to work with in one instruction of a plan, and the memory that stays its own.

    Attributes:
        xp: the array module, NumPy or CuPy.
        training: the phase.
        input_shapes: concrete ones; None for an input that is left out.
        output_shape: the concrete shape of the result, a tuple of them for several.
        saved: what forward leaves for backward, by name; arrays come from `keep`.
        record: the same for an op with more than a few arrays, in a type of its own; its arrays come from `block` and
            `scratch_block`.
    """

    def __init__(
        self,
        training: bool,
        input_shapes: tuple[Any, ...],
        output_shape: Sizes | tuple[Sizes, ...],
        memory: Lease | None = None,
        random: Stream | Callable[[], Stream] | None = None,
    ) -> None:
        self.xp = current().xp
        self.training = training
        self.input_shapes = input_shapes
        self.output_shape = output_shape
        self.saved: dict[str, Any] = {}
        self.record: Any = None
        self._memory = memory if memory is not None else Memory().lease()
        self._random = random
        self._scratch: dict[tuple[str, Sizes, DTypeLike], Array] = {}
        self._scratch_blocks = 0
        self._keep_shapes: dict[str, tuple[Sizes, DTypeLike]] = {}
        self._lock = threading.Lock()

    @property
    def random(self) -> Stream:
        """The stream that random ops without a seed of their own draw from."""
        if not isinstance(self._random, Stream):
            self._random = self._random() if self._random is not None else Stream()
        return self._random

    @property
    def has_random(self) -> bool:
        """Whether anything has been drawn yet."""
        return isinstance(self._random, Stream)

    def scratch(self, name: str, shape: Sizes, dtype: DTypeLike) -> Array:
        """Memory for this call only: content undefined at entry, shared with other instructions, one block a name."""
        key = (name, shape, dtype)
        array = self._scratch.get(key)
        if array is None:
            array = self._scratch[key] = self.scratch_block(shape, dtype)
        return array

    def scratch_block(self, shape: Sizes, dtype: DTypeLike) -> Array:
        """Scratch without a name, another at each call: for a record, which asks once."""
        with self._lock:
            position, self._scratch_blocks = self._scratch_blocks, self._scratch_blocks + 1
            return self._memory.scratch(position, shape, dtype)

    def block(self, shape: Sizes, dtype: DTypeLike) -> Array:
        """Memory that forward writes and backward reads, another at each call: for a record, which asks once."""
        return self._memory.block(shape, dtype)

    def keep(self, name: str, shape: Sizes, dtype: DTypeLike) -> Array:
        """Memory that forward writes and backward reads as `work.saved[name]`; the same block in every step."""
        if self._keep_shapes.get(name) != (shape, dtype):
            self.saved[name] = self._memory.block(shape, dtype)
            self._keep_shapes[name] = (shape, dtype)
        return self.saved[name]

    @staticmethod
    def parallel(function: Callable[[Item], object], items: Iterable[Item]) -> None:
        """`device.parallel`: the function on each item, spread over the threads."""
        device.parallel(function, items)
