"""Where the values of a plan lie: which are views of others, which lie where another one lay before.

Values that are never needed at the same time share memory, and an op that may writes over its input.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from ..errors import TooLarge
from ..types import Array, DType
from .memory import Lease, Sizes
from .native_memory import Order, Span, packed
from .native_phases import Between
from .schedule import Schedule
from .tensor import Call, Placeholder, Tensor


class _Buffer:
    """Memory that one value lies in, or several that are views of each other.

    reusable: whether another value may lie there once these are not needed any more.
    """

    __slots__ = ("array", "reusable")

    def __init__(self, array: Array | None = None) -> None:
        self.array = array
        self.reusable = array is None


class Placement:
    """The memory of every value that a schedule computes, and of the placeholders that it is computed from.

    into: results that are to lie in arrays of the caller's, and inputs that lie there. `copies`: those that have to be copied
    there, because they are views of other values. memory: what all else lies in. order: how the calls run, if not one after the
    other. `own`: what the threads of a compiled program have of their own, one after the other.
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
        self.copies: list[tuple[Array, Tensor]] = []
        self.thread_memory: Array | None = None
        self._of_threads: Collection[Tensor | Between] = () if order is None else order.thread_memory.places
        self._between: dict[Between, Array] = {}
        self._buffers: dict[Tensor, _Buffer] = {x: _Buffer(into.get(x)) for x in inputs}
        for call in schedule.calls:
            self._add_buffers(call, into)
        for x in inputs:
            self._buffers[x].reusable = False
        if order is not None:
            self._place_by_phases(order)
        for x in inputs:
            if self._buffers[x].array is None:
                self._buffers[x].array = memory.block(shapes[x], x.dtype)
        # What each call reads and writes, in this order, each buffer once.
        self._touched = [self._buffers_of(call) for call in schedule.calls]
        self._last_uses = self._find_last_uses()
        self._needed_until = dict(self._last_uses)
        self._free: dict[int, list[Array]] = {}
        if order is None:
            computing = set(schedule.computing)
            for position, call in enumerate(schedule.calls):
                if call in computing:
                    self._allocate(call, position)
                self._release(position)

    def between(self, value: Between) -> Array:
        """The bytes of a value of a compiled program that no tensor stands for."""
        return self._between[value]

    def is_of_threads(self, tensor: Tensor) -> bool:
        """Whether there is room for it in the memory of threads alone."""
        return tensor in self._of_threads

    def memory_of(self, tensor: Tensor) -> Array | None:
        """The array that the tensor's values begin in; None for what is not computed: variables and views of them."""
        buffer = self._buffers.get(tensor)
        if buffer is not None and buffer.array is None:  # no instruction of a compiled program writes it
            assert not self.is_of_threads(tensor)
            buffer.array = self._memory.block((_nbytes(self._shapes[tensor], tensor.dtype),), np.uint8)
        return None if buffer is None else buffer.array

    @property
    def held(self) -> int:
        """Bytes of the values that are needed at the same time where calls run one after the other, inputs among them.

        What instructions of a compiled program leave for gradients as a whole counts too; results in arrays of the caller's do not.
        """
        nbytes: dict[_Buffer, int] = {}
        for tensor, buffer in self._buffers.items():
            nbytes[buffer] = max(nbytes.get(buffer, 0), _nbytes(self._shapes[tensor], tensor.dtype))
        inputs = sum(nbytes[buffer] for tensor, buffer in self._buffers.items() if tensor.call is None)
        live = most = inputs
        seen: set[_Buffer] = set()
        for position, buffers in enumerate(self._touched):
            new = [buffer for buffer in buffers if buffer.reusable and buffer not in seen]
            seen.update(new)
            live += sum(nbytes[buffer] for buffer in new)
            most = max(most, live)
            live -= sum(nbytes[buffer] for buffer in buffers if self._needed_until.get(buffer) == position)
        return most + sum(array.nbytes for x, array in self._between.items() if x.for_gradient)

    def _add_buffers(self, call: Call, into: Mapping[Tensor, Array]) -> None:
        for y in call.outputs:
            if y in self._schedule.absent:
                continue
            source = self._schedule.views.get(y)
            if source is None:
                self._buffers[y] = _Buffer(into.get(y))
                continue
            if source in self._buffers:
                self._buffers[y] = self._buffers[source]
            if y in into:
                self.copies.append((into[y], y))

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
        users = sum(self._buffers.get(other) is buffer for other in call.inputs if other is not None)
        return buffer if users == 1 and self._last_uses.get(buffer) == position else None

    def _take(self, tensor: Tensor) -> Array:
        nbytes = _nbytes(self._shapes[tensor], tensor.dtype)
        best = min((free for free in self._free if free >= nbytes), default=None)
        # A block that is far too large is better kept for a large value.
        if best is not None and best <= 4 * nbytes + 4096:
            blocks = self._free[best]
            block = blocks.pop(0)
            if not blocks:
                del self._free[best]
            return block
        return self._memory.block((nbytes,), np.uint8)

    def _release(self, position: int) -> None:
        for buffer in self._touched[position]:
            if self._last_uses.get(buffer) == position and buffer.array is not None:
                self._free.setdefault(buffer.array.nbytes, []).append(buffer.array)

    def _place_by_phases(self, order: Order) -> None:
        """Take one block for what the instructions of a compiled program write, and give each value its part of it."""
        lasting = {id(self._buffers.get(tensor)) for tensor in self._schedule.targets}
        spans: dict[_Buffer | Between, Span] = {}
        for x, lifetime in order.lifetimes.items():
            holder = x if isinstance(x, Between) else self._buffers[x]
            if x in self._of_threads or (isinstance(holder, _Buffer) and not holder.reusable):
                continue
            last = sys.maxsize if id(holder) in lasting else lifetime.last
            spans[holder] = Span(lifetime.first, last, self._size_of(x, order.itemsize))
        offsets, shared = packed(list(spans.values()))
        try:
            block = self._memory.block((shared + order.thread_memory.nbytes * order.thread_memory.threads,), np.uint8)
        except TooLarge as error:
            largest = max(order.lifetimes, key=lambda x: self._size_of(x, order.itemsize))
            error.where = (largest.call.where if isinstance(largest, Tensor) and largest.call else None) or error.where
            raise
        self.thread_memory = block[shared:]
        for (holder, span), offset in zip(spans.items(), offsets, strict=True):
            array = block[offset : offset + span.nbytes]
            if isinstance(holder, Between):
                self._between[holder] = array
            else:
                holder.array = array

    def _size_of(self, x: Tensor | Between, itemsize: int) -> int:
        if isinstance(x, Between):
            return math.prod(x.shape) * itemsize
        return _nbytes(self._shapes[x], x.dtype)


def _nbytes(shape: Sizes, dtype: DType) -> int:
    return math.prod(shape) * dtype.itemsize
