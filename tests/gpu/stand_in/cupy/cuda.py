"""The stand-in's cards, streams, events, graphs and memory, under CuPy's names."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ._counts import counts, machine

_UNIT = 512  # CuPy's pool rounds up to it


class CUDARuntimeError(RuntimeError):
    """What CUDA's runtime answers; `status` is its number."""

    def __init__(self, status: int, words: str = "cudaErrorUnknown: unknown error") -> None:
        super().__init__(words)
        self.status = status


class OutOfMemoryError(MemoryError):
    """The card has no memory left."""


class Race(AssertionError):
    """Work of one stream on what another one may still be writing."""


class _Here(threading.local):
    def __init__(self) -> None:
        self.cards = [0]
        self.streams: list[Stream] = []


_here = _Here()


class Device:
    """A card; a context in which it is the one that is worked on."""

    def __init__(self, device: int | None = None) -> None:
        self.id = _here.cards[-1] if device is None else int(device)
        if not 0 <= self.id < max(_visible(), 1):
            raise CUDARuntimeError(101, "cudaErrorInvalidDevice: invalid device ordinal")

    def __enter__(self) -> Device:
        _here.cards.append(self.id)
        return self

    def __exit__(self, *_: object) -> None:
        _here.cards.pop()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def synchronize(self) -> None:
        """Wait for all streams."""
        refuse_while_capturing()
        for stream in list(_streams):
            stream.finish(stream.asked)

    @property
    def mem_info(self) -> tuple[int, int]:
        """Free bytes and all bytes."""
        pool = _pools.setdefault(self.id, Pool(self.id))
        return machine.memory - pool.total_bytes(), machine.memory


class Stream:
    """Work in order; `asked` counts what was asked of it, `done` what was waited for."""

    def __init__(self, null: bool = False, non_blocking: bool = False, ptds: bool = False) -> None:
        self.null = null
        self.device = _here.cards[-1]
        self.asked = self.done = 0
        self.waited: dict[Stream, int] = {}
        self.graph: Graph | None = None
        self.late: list[tuple[int, Block]] = []
        _streams.add(self)

    @property
    def ptr(self) -> int:
        """What other libraries know it by."""
        return id(self)

    def __enter__(self) -> Stream:
        _here.streams.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _here.streams.pop()

    def synchronize(self) -> None:
        """Wait until all that was asked is done."""
        refuse_while_capturing()
        self.finish(self.asked)

    def finish(self, asked: int) -> None:
        """All that was asked up to there is done."""
        for place, block in self.late:
            if place <= asked:
                late, block.late = block.late, []
                for copy in late:
                    copy()
        self.late = [one for one in self.late if one[0] > asked]
        self.done = max(self.done, asked)

    def record(self, event: Event | None = None) -> Event:
        """Mark this place."""
        event = event or Event()
        event.place = self, self.asked
        return event

    def wait_event(self, event: Event) -> None:
        """Go on only when the place is reached."""
        if event.place is not None:
            stream, asked = event.place
            self.waited[stream] = max(asked, self.waited.get(stream, 0))

    def begin_capture(self, mode: int | None = None) -> None:
        """Record what is asked, instead of doing it."""
        if self.null:
            raise CUDARuntimeError(
                900, "cudaErrorStreamCaptureUnsupported: operation not permitted when stream is capturing"
            )
        self.graph = Graph()

    def end_capture(self) -> Graph:
        """What was recorded."""
        if self.graph is None:
            raise CUDARuntimeError(400, "cudaErrorIllegalState")
        graph, self.graph = self.graph, None
        return graph

    def is_capturing(self) -> bool:
        """Whether it records."""
        return self.graph is not None


class Event:
    """A place in a stream."""

    def __init__(self, block: bool = False, disable_timing: bool = False, interprocess: bool = False) -> None:
        self.place: tuple[Stream, int] | None = None

    def synchronize(self) -> None:
        """Wait until it is reached."""
        if self.place is not None:
            stream, asked = self.place
            stream.finish(asked)

    def record(self, stream: Stream | None = None) -> None:
        """Mark the place where a stream is."""
        (stream or current_stream()).record(self)


class Graph:
    """Work that is launched as one."""

    def __init__(self) -> None:
        self.nodes: list[Callable[[], object]] = []
        self.kept: list[object] = []

    def launch(self, stream: Stream | None = None) -> None:
        """Do it all."""
        stream = stream or current_stream()
        counts.graphs += 1
        stream.asked += 1
        check_card()
        for node in self.nodes:
            node()

    def upload(self, stream: Stream | None = None) -> None:
        """Make it ready."""


_streams: weakref.WeakSet[Stream] = weakref.WeakSet()
_null_streams: dict[int, Stream] = {}


def current_stream() -> Stream:
    """The stream that work goes to now."""
    if _here.streams:
        return _here.streams[-1]
    card = _here.cards[-1]
    if card not in _null_streams:
        _null_streams[card] = Stream(null=True)
    return _null_streams[card]


def current_card() -> int:
    """The number of the card that is worked on now."""
    return _here.cards[-1]


def refuse_while_capturing() -> None:
    """What waits for the card cannot be recorded."""
    if any(stream.graph is not None for stream in _here.streams):
        raise CUDARuntimeError(
            900, "cudaErrorStreamCaptureUnsupported: operation not permitted when stream is capturing"
        )


def check_card() -> None:
    """Raise where the card has gone away."""
    counts.launches += 1
    if machine.launch_error is not None:
        raise machine.launch_error
    if machine.fails_after is not None and counts.launches > machine.fails_after:
        raise CUDARuntimeError(46, "cudaErrorDevicesUnavailable: CUDA-capable device(s) is/are busy or unavailable")


def done(work: Callable[[], object]) -> None:
    """Another library asks the card for some work, in the current stream."""
    check_card()
    stream = current_stream()
    stream.asked += 1
    if stream.graph is not None:
        stream.graph.nodes.append(work)
    else:
        work()


class using_allocator:
    """Memory of the block comes from another pool."""

    def __init__(self, allocator: Callable[[int], object] | None = None) -> None:
        self.allocator = allocator

    def __enter__(self) -> None:
        """The stand-in's graphs keep their arrays anyway."""

    def __exit__(self, *_: object) -> None:
        """Back to the pool before."""


class MemoryPool:
    """A pool of one's own."""

    def malloc(self, size: int) -> object:
        """Memory of it."""
        return bytearray(size)


class Block:
    """Memory of a card that one array owns; goes back to the pool with it."""

    def __init__(self, card: int, nbytes: int) -> None:
        self.card = card
        self.size = -(-max(nbytes, 1) // _UNIT) * _UNIT
        pool = _pools.setdefault(card, Pool(card))
        pool.take(self.size)
        self.written: tuple[Stream, int] | None = None
        self.late: list[Callable[[], object]] = []
        weakref.finalize(self, pool.give_back, self.size)

    def touch(self, stream: Stream, writes: bool) -> None:
        """A stream works on it. Raises Race where another one may still be writing there."""
        late, self.late = self.late, []
        for copy in late:
            copy()
        if self.written is not None:
            writer, asked = self.written
            if writer is not stream and asked > writer.done and asked > stream.waited.get(writer, 0):
                raise Race("a stream works on what another one may still be writing: wait for it, or for an event")
        if writes:
            self.written = stream, stream.asked


class Pool:
    """The memory pool of a card: blocks by their size, as CuPy keeps them."""

    def __init__(self, card: int) -> None:
        self._card = card
        self._free: dict[int, int] = {}
        self._total = 0

    def take(self, size: int) -> None:
        """Memory for a block."""
        counts.taken += 1
        if self._free.get(size, 0):
            self._free[size] -= 1
            return
        if self._total + size > machine.memory:
            self.free_all_blocks()
        if self._total + size > machine.memory:
            raise OutOfMemoryError(
                f"Out of memory allocating {size:,} bytes (allocated so far: {self._total:,} bytes)."
            )
        counts.mallocs += 1
        self._total += size

    def give_back(self, size: int) -> None:
        """A block that no array needs."""
        self._free[size] = self._free.get(size, 0) + 1

    def free_all_blocks(self, stream: Stream | None = None) -> None:
        """Give free blocks back to the card."""
        self._total -= self.free_bytes()
        self._free.clear()

    def free_bytes(self) -> int:
        """Bytes of free blocks."""
        return sum(size * count for size, count in self._free.items())

    def used_bytes(self) -> int:
        """Bytes of arrays."""
        return self._total - self.free_bytes()

    def total_bytes(self) -> int:
        """Bytes that the pool has of the card."""
        return self._total


_pools: dict[int, Pool] = {}


def get_default_memory_pool() -> Pool:
    """The pool of the card that is worked on."""
    card = current_card()
    return _pools.setdefault(card, Pool(card))


class Pinned(bytearray):
    """Memory of the host that a card reads itself, and so perhaps later than it was asked to."""


def alloc_pinned_memory(size: int) -> Pinned:
    """Memory of the host that a card reads itself."""
    return Pinned(size)


def is_pinned(array: Any) -> bool:
    """Whether an array of NumPy's lies in such memory."""
    while array is not None and not isinstance(array, Pinned):
        array = array.obj if isinstance(array, memoryview) else getattr(array, "base", None)
    return array is not None


def _visible() -> int:
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None:
        return machine.cards
    count = 0
    for one in chosen.split(","):
        if not one.strip().isdigit() or int(one) >= machine.cards:
            break  # as CUDA does: what follows a number that is none is hidden
        count += 1
    return count


def _device_count() -> int:
    if machine.count_error is not None:
        raise CUDARuntimeError(*machine.count_error)
    if not _visible():
        raise CUDARuntimeError(100, "cudaErrorNoDevice: no CUDA-capable device is detected")
    return _visible()


def _properties(card: int) -> dict[str, Any]:
    return {"name": b"Stand-in card", "totalGlobalMem": machine.memory, "major": 9, "minor": 0}


runtime = SimpleNamespace(
    CUDARuntimeError=CUDARuntimeError,
    getDeviceCount=_device_count,
    getDeviceProperties=_properties,
    streamCaptureModeGlobal=0,
    streamCaptureModeThreadLocal=1,
    streamCaptureModeRelaxed=2,
)
memory = SimpleNamespace(OutOfMemoryError=OutOfMemoryError, MemoryPool=Pool)
get_current_stream = current_stream
