"""Where the values of a plan lie: which are views of others, which lie where another one lay before.

Values that are never needed at the same time share memory, and an op that may writes over its input.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..errors import TooLarge
from ..types import Array, DType, DTypeLike
from .memory import Lease, Sizes
from .native_phases import Between, Lifetime, Order
from .schedule import Schedule
from .tensor import Call, Placeholder, Tensor

# Where calls run one after the other there are no phases; what no instruction writes has no block that others may have.
_WITHOUT_PHASES = Lifetime(0, 0, by_samples=False, local=False)
_WHOLE_RUN = Lifetime(0, sys.maxsize, by_samples=False, local=False)


class _Buffer:
    """Memory that one value lies in, or several that are views of each other.

    reusable: whether another value may lie there once these are not needed any more. lifetime: the phases of a compiled program
    that need it.
    """

    __slots__ = ("array", "lifetime", "reusable")

    def __init__(self, array: Array | None = None, lifetime: Lifetime = _WITHOUT_PHASES) -> None:
        self.array = array
        self.reusable = array is None
        self.lifetime = lifetime


class _Free(NamedTuple):
    """What blocks that no later call needs have in common: their size, and the phases of what lay there."""

    nbytes: int
    lifetime: Lifetime

    def suits(self, nbytes: int, lifetime: Lifetime) -> bool:
        """Whether a value may lie in one: behind the phases of the one before, or in the same phase of samples.

        There each sample has its own part of a block, so values of one size alone follow each other.
        """
        if lifetime is _WITHOUT_PHASES or self.lifetime.last < lifetime.first:
            return nbytes <= self.nbytes
        return self.nbytes == nbytes and self.lifetime.local and _is_in_phase(lifetime, self.lifetime)


class _Room(NamedTuple):
    """A block, and the phases of all that lies there."""

    array: Array
    lifetimes: list[Lifetime]

    def suits(self, nbytes: int, lifetime: Lifetime) -> bool:
        """Whether a value may lie there as well."""
        apart = all(other.last < lifetime.first or lifetime.last < other.first for other in self.lifetimes)
        return nbytes <= self.array.nbytes and apart


def _is_in_phase(lifetime: Lifetime, other: Lifetime) -> bool:
    """Whether a value is written by samples in the phase of another one."""
    return lifetime.by_samples and lifetime.first == other.first


class Placement:
    """The memory of every value that a schedule computes, and of the placeholders that it is computed from.

    into: results that are to lie in arrays of the caller's. `copies`: those that have to be copied there, because they
    are views of other values. memory: what all else lies in. order: how the calls run, if not one after the other.
    """

    def __init__(
        self,
        schedule: Schedule,
        shapes: Mapping[Tensor, Sizes],
        inputs: Sequence[Placeholder],
        into: Mapping[Tensor, Array],
        memory: Lease,
        order: Order | None = None,
    ) -> None:
        self._schedule = schedule
        self._shapes = shapes
        self._memory = memory
        self._order = order
        self.copies: list[tuple[Array, Tensor]] = []
        self._buffers: dict[Tensor, _Buffer] = {x: _Buffer(memory.block(shapes[x], x.dtype)) for x in inputs}
        for call in schedule.calls:
            self._add_buffers(call, into)
        # What each call reads and writes, in this order, each buffer once.
        self._touched = [self._buffers_of(call) for call in schedule.calls]
        self._last_uses = self._find_last_uses()
        self._needed_until = dict(self._last_uses)
        self._free: dict[_Free, list[Array]] = {}
        computing = set(schedule.computing)
        for position, call in enumerate(schedule.calls):
            if call in computing:
                self._allocate(call, position)
            self._release(position)
        self._rooms = self._rooms_of_buffers()

    def between(self, value: Between, dtype: DTypeLike) -> Array:
        """The memory of a value that no tensor stands for: where something lies that other phases need, if there is such room.

        Calls that run one after the other in place of the program have no such values.
        """
        dtype = np.dtype(dtype)
        nbytes, lifetime = (
            _nbytes(value.shape, dtype),
            _WHOLE_RUN if self._order is None else self._order.lifetimes[value],
        )
        best = min(
            (room for room in self._rooms if room.suits(nbytes, lifetime)),
            key=lambda room: room.array.nbytes,
            default=None,
        )
        if best is None or best.array.nbytes > 4 * nbytes + 4096:
            best = _Room(self._memory.block((nbytes,), np.uint8), [])
            self._rooms.append(best)
        best.lifetimes.append(lifetime)
        return best.array[:nbytes].view(dtype).reshape(value.shape)

    def memory_of(self, tensor: Tensor) -> Array | None:
        """The array that the tensor's values begin in; None for what is not computed: variables and views of them."""
        buffer = self._buffers.get(tensor)
        return None if buffer is None else buffer.array

    @property
    def held(self) -> int:
        """Bytes of the values that are needed at the same time where calls run one after the other, inputs among them.

        Results in arrays of the caller's, and what ops keep for their gradients, do not count.
        """
        nbytes: dict[_Buffer, int] = {}
        for tensor, buffer in self._buffers.items():
            nbytes[buffer] = max(nbytes.get(buffer, 0), _nbytes(self._shapes[tensor], tensor.dtype))
        inputs = sum(nbytes[buffer] for tensor, buffer in self._buffers.items() if tensor.call is None)
        held = most = inputs
        seen: set[_Buffer] = set()
        for position, buffers in enumerate(self._touched):
            new = [buffer for buffer in buffers if buffer.reusable and buffer not in seen]
            seen.update(new)
            held += sum(nbytes[buffer] for buffer in new)
            most = max(most, held)
            held -= sum(nbytes[buffer] for buffer in buffers if self._needed_until.get(buffer) == position)
        return most

    def _add_buffers(self, call: Call, into: Mapping[Tensor, Array]) -> None:
        for y in call.outputs:
            if y in self._schedule.absent:
                continue
            source = self._schedule.views.get(y)
            if source is None:
                self._buffers[y] = _Buffer(into.get(y), self._lifetime(y))
                continue
            if source in self._buffers:
                self._buffers[y] = self._buffers[source]
            if y in into:
                self.copies.append((into[y], y))

    def _lifetime(self, tensor: Tensor) -> Lifetime:
        return _WITHOUT_PHASES if self._order is None else self._order.lifetimes.get(tensor, _WHOLE_RUN)

    def _buffers_of(self, call: Call) -> list[_Buffer]:
        tensors = (*self._schedule.reads(call), *call.outputs)
        return list(dict.fromkeys(self._buffers[t] for t in tensors if t in self._buffers))

    def _find_last_uses(self) -> dict[_Buffer, int]:
        """The position of the last call that touches each buffer; none for those that are needed after the run."""
        last_uses: dict[_Buffer, int] = {}
        for position, buffers in enumerate(self._touched):
            last_uses.update((buffer, position) for buffer in buffers if buffer.reusable)
        for tensor in self._schedule.targets:
            buffer = self._buffers.get(tensor)
            if buffer is not None:
                last_uses.pop(buffer, None)
        return last_uses

    def _allocate(self, call: Call, position: int) -> None:
        written = [y for y in call.outputs if y in self._buffers and self._buffers[y].reusable]
        below = self._overwritten(call, position, written)
        if below is not None:
            self._buffers[written[0]].array = below.array
            del self._last_uses[below]  # the value written over it gives the memory back
            return
        for y in written:
            try:
                self._buffers[y].array = self._take(y)
            except TooLarge as error:
                error.where = call.where or error.where
                raise

    def _overwritten(self, call: Call, position: int, written: list[Tensor]) -> _Buffer | None:
        """The memory of the first input, when the op may write over it and nobody needs it afterwards."""
        if not call.op.overwrites or len(written) != 1 or len(call.outputs) != 1:
            return None
        x, y = call.inputs[0], written[0]
        buffer = None if x is None else self._buffers.get(x)
        if x is None or buffer is None or self._shapes[x] != self._shapes[y] or x.dtype != y.dtype:
            return None
        # In a phase of samples a chunk reads its part before it writes there; the values of several phases are whole.
        local = buffer.lifetime.local and _is_in_phase(self._buffers[y].lifetime, buffer.lifetime)
        if self._order is not None and not local:
            return None
        users = sum(self._buffers.get(other) is buffer for other in call.inputs if other is not None)
        return buffer if users == 1 and self._last_uses.get(buffer) == position else None

    def _take(self, tensor: Tensor) -> Array:
        nbytes, lifetime = _nbytes(self._shapes[tensor], tensor.dtype), self._buffers[tensor].lifetime
        best = min(
            (free for free in self._free if free.suits(nbytes, lifetime)), key=lambda free: free.nbytes, default=None
        )
        # A block that is far too large is better kept for a large value.
        if best is not None and best.nbytes <= 4 * nbytes + 4096:
            blocks = self._free[best]
            block = blocks.pop(0)
            if not blocks:
                del self._free[best]
            return block if self._order is None else block[:nbytes]
        return self._memory.block((nbytes,), np.uint8)

    def _rooms_of_buffers(self) -> list[_Room]:
        """The blocks of a compiled program, which other values may lie in as well; what is needed after the run fills its own."""
        if self._order is None:
            return []
        lasting = {id(self._buffers.get(tensor)) for tensor in self._schedule.targets}
        rooms: dict[int, _Room] = {}
        for buffer in dict.fromkeys(self._buffers.values()):
            if buffer.array is not None and buffer.reusable:
                room = rooms.setdefault(buffer.array.ctypes.data, _Room(buffer.array, []))
                room.lifetimes.append(_WHOLE_RUN if id(buffer) in lasting else buffer.lifetime)
        return list(rooms.values())

    def _release(self, position: int) -> None:
        for buffer in self._touched[position]:
            if self._last_uses.get(buffer) == position and buffer.array is not None:
                self._free.setdefault(_Free(buffer.array.nbytes, buffer.lifetime), []).append(buffer.array)


def _nbytes(shape: Sizes, dtype: DType) -> int:
    return math.prod(shape) * dtype.itemsize
