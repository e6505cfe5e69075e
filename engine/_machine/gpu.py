"""Graphics cards, through CuPy: the one file that names it."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..errors import SettingError, TrainingError
from ..types import Array, DTypeLike
from . import cublas, cublas_lt
from .context import bound
from .device_base import CannotBeRecorded, Device, DeviceInfo, chosen_inside, in_host_memory
from .room import bytes_in_words

_INSTALL = (
    "Install CuPy for the CUDA of the driver: pip install 'kwidgets[gpu]' (CUDA 12) or 'kwidgets[gpu13]' (CUDA 13)."
)
# What CUDA's runtime says of a machine, by its numbers.
_TOO_OLD, _NO_DEVICE, _GONE = (35, 803), (100, 101), (4, 46, 719, 720, 999)


class _ArrayModule:
    """CuPy, with products that can be recorded, and with `matmul_plus`: out = a @ b + bias at once, where it gives True."""

    def __init__(self, cupy: Any, products: cublas.Products | None, biased: cublas_lt.BiasedProducts | None) -> None:
        self._cupy = cupy
        if products is not None:
            self.matmul = products.matmul
        self.matmul_plus = _never if biased is None else biased.multiply

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._cupy, name)
        setattr(self, name, value)  # found at once from now on
        return value


def _never(*_: object) -> bool:
    return False


class _Launch:
    """Recorded work, and the memory that it takes on its way."""

    def __init__(self, card: Gpu, graph: Any, pool: object) -> None:
        self._card, self._graph, self._pool = card, graph, pool

    def __call__(self) -> None:
        with self._card.active():
            self._graph.launch(self._card.stream)


class Gpu(Device):
    """A graphics card. All that is asked of it goes through one stream, from whichever thread.

    Args:
        cupy: the module.
        ordinal: of the card, among those that are visible.
    """

    on_host = False

    def __init__(self, cupy: Any, ordinal: int) -> None:
        self._cupy = cupy
        self.number = ordinal
        self.name = f"gpu:{ordinal}"
        self.kernels = {}
        self.turn = threading.RLock()
        self._card = cupy.cuda.Device(ordinal)
        with self._card:
            self.stream = cupy.cuda.Stream(non_blocking=True)
            self.copying = cupy.cuda.Stream(non_blocking=True)
            with self.stream:
                library = cublas.find(_loading.load)
                self.products = None if library is None else cublas.Products(library, cupy, self.stream)
                with_bias = None if self.products is None else cublas_lt.find(_loading.load)
                if self.products is None or with_bias is None:
                    self.biased = None
                else:
                    self.biased = cublas_lt.BiasedProducts(with_bias, self.products.workspace, self.stream)
        self.xp = _ArrayModule(cupy, self.products, self.biased)

    def active(self) -> AbstractContextManager[None]:
        """The block computes on this card, in its stream."""
        return self._active()

    @contextmanager
    def _active(self) -> Generator[None]:
        try:
            with bound(chosen_inside, self), self._card, self.stream:
                yield
        except Exception as error:
            known = isinstance(error, self._cupy.cuda.runtime.CUDARuntimeError)
            translated = _what_happened(error, self.name) if known else _of_libraries(error, self.name)
            if translated is None:
                raise
            raise translated from error

    def array(self, values: Array) -> Array:
        """The values in this card's memory: themselves where they lie there, else a copy."""
        if self.holds(values):
            return values
        with self.active():
            return self.xp.array(_on_host(values))

    def put(self, target: Array, values: Array) -> None:
        """Copy values, from wherever they are, into one of its arrays of the same shape, converted to its type."""
        with self.active():
            if not in_host_memory(values):
                other = numbered(number_of(values))
                if other is not self:
                    # From card to card goes what needs no conversion.
                    with other.active():
                        values = other.xp.ascontiguousarray(values, target.dtype)
                    self.stream.wait_event(other.mark())
                self.xp.copyto(target, values, casting="unsafe")
                return
            values = np.ascontiguousarray(_on_host(values), target.dtype)
            whole = np.broadcast_to(values, target.shape)
            if target.flags.c_contiguous:
                _set(target, np.ascontiguousarray(whole), self.stream)
            else:
                self.xp.copyto(target, self.xp.array(whole))

    def host(self, array: Array) -> Array:
        """A copy in NumPy's memory."""
        with self.active():
            return _get(array, self.stream)

    def holds(self, array: Array) -> bool:
        """Whether an array lies in this card's memory."""
        return not in_host_memory(array) and number_of(array) == self.number

    def staging(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Memory that is pinned, so that the card reads it without a copy of the driver's."""
        with self.active():
            nbytes = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
            pinned = self._cupy.cuda.alloc_pinned_memory(max(nbytes, 1))
            return np.frombuffer(pinned, np.uint8, nbytes).view(dtype).reshape(shape)

    def info(self) -> DeviceInfo:
        """What it is, and how much memory it has."""
        with self.active():
            properties = self._cupy.cuda.runtime.getDeviceProperties(self.number)
            free, memory = self._card.mem_info
            # What CuPy holds and does not use is free as well.
            pool = self._cupy.get_default_memory_pool()
            title = properties["name"]
            return DeviceInfo(
                self.name,
                title.decode(errors="replace") if isinstance(title, bytes) else str(title),
                int(memory),
                int(free) + int(pool.free_bytes()),
            )

    def wait(self) -> None:
        """Return when all that was asked of it is done."""
        with self.active():
            self.stream.synchronize()

    def record(self, work: Callable[[], object]) -> Callable[[], None]:
        """Record what some work asks of the card, instead of doing it; gives a function that has it all done as one.

        Memory that the work takes on its way stays with the graph.

        Raises:
            CannotBeRecorded: the work waits for the card, or asks a library that cannot be recorded.
        """
        cuda = self._cupy.cuda
        pool = cuda.MemoryPool()
        with bound(chosen_inside, self), self._card, self.stream, cuda.using_allocator(pool.malloc):
            self.stream.begin_capture()
            refused: Exception | None = None
            graph = None
            try:
                work()
            except (RuntimeError, NotImplementedError) as error:  # CUDA's and CuPy's
                refused = error
            finally:
                try:
                    graph = self.stream.end_capture()
                except RuntimeError as error:
                    refused = refused or error
        if refused is not None:
            raise CannotBeRecorded(str(refused)) from refused

        return _Launch(self, graph, pool)

    def event(self) -> Any:
        """A new event, to wait for."""
        return self._cupy.cuda.Event(disable_timing=True)

    def mark(self) -> Any:
        """An event that comes when all that was asked so far is done."""
        with self.active():
            return self.stream.record(self.event())

    def release(self) -> None:
        """Give memory that nothing uses back to the card."""
        with self.active():
            self.stream.synchronize()
            self._cupy.get_default_memory_pool().free_all_blocks()


def number_of(array: Any) -> int:
    """The number of the card that an array lies on."""
    return int(array.device.id)


def _on_host(array: Any) -> Array:
    """The array in NumPy's memory, from whichever card."""
    return array if in_host_memory(array) else numbered(number_of(array)).host(array)


def _set(target: Any, values: Array, stream: object) -> None:
    target.set(values, stream=stream)


def _get(array: Any, stream: object) -> Array:
    return array.get(stream=stream)


class _Loading:
    load: Callable[[str], Any] = staticmethod(ctypes.CDLL)


_loading = _Loading()
_lock = threading.Lock()
cards_in_use: dict[int, Gpu] = {}
"""The cards that were asked for, by their numbers."""


@cache
def _cupy() -> Any:
    # Looked for first: a form with a choice of devices is shown with each document, and is not to try to import anything.
    if "cupy" not in sys.modules and find_spec("cupy") is None:
        raise ModuleNotFoundError("No module named 'cupy'", name="cupy")
    import cupy  # pyright: ignore[reportMissingImports] - an optional extra

    return cupy


def numbered(ordinal: int) -> Gpu:
    """The card of a number, which is known to be there."""
    with _lock:
        if ordinal not in cards_in_use:
            cards_in_use[ordinal] = Gpu(_cupy(), ordinal)
        return cards_in_use[ordinal]


def card(ordinal: int, where: str) -> Gpu:
    """The card of a number. Raises SettingError, which says why there is none and what to do."""
    try:
        count = int(_cupy().cuda.runtime.getDeviceCount())
    except ImportError as error:
        missing = "CuPy is not installed" if getattr(error, "name", "") == "cupy" else f"CuPy does not load: {error}"
        raise SettingError(where=where, expected="a graphics card", actual=missing, hint=_INSTALL) from error
    except RuntimeError as error:
        raise _why_none(error, where) from error
    if ordinal >= count:
        there = "no graphics card" if not count else "gpu:0 alone" if count == 1 else f"gpu:0 to gpu:{count - 1}"
        hint = "engine.devices() lists what there is."
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        if visible is not None:
            hint += f" CUDA_VISIBLE_DEVICES is {visible!r}, which hides all others."
        raise SettingError(where=where, expected=f"a device gpu:{ordinal}", actual=there, hint=hint)
    try:
        return numbered(ordinal)
    except MemoryError as error:
        raise SettingError(
            where=where,
            expected=f"the {bytes_in_words(cublas.WORKSPACE)} that a card needs before it computes anything",
            actual=f"too little memory on gpu:{ordinal} ({error})",
            hint="End what else uses the card (nvidia-smi lists it), or use device 'cpu'.",
        ) from error
    except RuntimeError as error:
        raise _why_none(error, where) from error


def cards() -> list[Gpu]:
    """All cards that work; none where CuPy or a driver is missing."""
    try:
        return [numbered(i) for i in range(int(_cupy().cuda.runtime.getDeviceCount()))]
    except (ImportError, RuntimeError, MemoryError):
        return []


def first_or_none() -> Gpu | None:
    """The first card that works."""
    return next(iter(cards()), None)


def _status(error: Exception) -> int:
    return int(getattr(error, "status", -1))


def _why_none(error: RuntimeError, where: str) -> SettingError:
    """Why CUDA finds no card."""
    expected, status = "a graphics card", _status(error)
    if status in _TOO_OLD:
        hint = "Update NVIDIA's driver, or install CuPy for an older CUDA: pip install 'kwidgets[gpu]' is for CUDA 12."
        return SettingError(
            where=where, expected=expected, actual="a driver that is too old for this CuPy's CUDA", hint=hint
        )
    if status in _NO_DEVICE:
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        hidden = f" CUDA_VISIBLE_DEVICES is {visible!r}, which hides them." if visible is not None else ""
        hint = f"Use device 'cpu', or 'auto' for a graphics card where there is one.{hidden}"
        return SettingError(where=where, expected=expected, actual="none that CUDA sees", hint=hint)
    return SettingError(where=where, expected=expected, actual=f"an answer of CUDA's: {error}", hint=_INSTALL)


def _of_libraries(error: Exception, name: str) -> TrainingError | None:
    """What CuPy, or the compiler that it asks, has said; None of anything else."""
    text = str(error)
    if isinstance(error, TypeError) and ("to a NumPy array" in text or "Unsupported type <class 'numpy" in text):
        return TrainingError(
            where=name,
            expected="arrays of the card alone in what a layer, constraint or optimizer computes",
            actual=f"a NumPy array beside them ({text})",
            hint="Write it with functions of K, which compute on both, or use device 'cpu' for this model.",
        )
    if "CuPy failed to load" in text or "libnvrtc" in text:
        return TrainingError(
            where=name, expected="the libraries of CUDA that this CuPy was made for", actual=text, hint=_INSTALL
        )
    if "gpu-architecture" in text:
        return TrainingError(
            where=name,
            expected="a CuPy whose CUDA knows this card",
            actual=f"one that is older than the card ({text})",
            hint="Install CuPy for a newer CUDA: pip install 'kwidgets[gpu13]'; NVIDIA's driver must be as new.",
        )
    return None


def _what_happened(error: Exception, name: str) -> TrainingError:
    """What CUDA said in the midst of work."""
    if _status(error) in _GONE:
        return TrainingError(
            where=name,
            expected="a card that answers",
            actual=f"none any more: {error}",
            hint="Restart the process; go on from the last checkpoint, on device 'cpu' if the card stays away.",
        )
    return TrainingError(where=name, expected="work that the card can do", actual=str(error))


def forget(load: Callable[[str], Any] = ctypes.CDLL) -> None:
    """Forget all cards and CuPy, and load libraries by a function; for tests, which exchange both."""
    with _lock:
        _loading.load = load
        cards_in_use.clear()
        _cupy.cache_clear()
