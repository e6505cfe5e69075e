"""oneDNN, when it is installed (extra `fast`): compiled kernels for a few float32 ops, called through its C interface.

The library is looked for beside Python, where `pip install onednn-cpu-gomp` puts it, and loaded at first use.
`ENGINE_ONEDNN=0` in the environment turns it off. Ops ask `library()` and go their own way when it gives None; both
ways give the same numbers within float32 rounding.

Numbers named here are those of oneDNN 3's headers (dnnl_types.h).
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from ctypes import POINTER, byref, c_float, c_int, c_int64, c_size_t, c_uint, c_void_p
from functools import cache
from pathlib import Path

import numpy as np

from ..types import Array
from . import device

Handle = c_void_p

FORWARD_TRAINING, FORWARD_INFERENCE, BACKWARD = 64, 96, 128
DIRECT = 1
SRC, DST, WEIGHTS, BIAS = 1, 17, 33, 41
DIFF_SRC, DIFF_DST, DIFF_WEIGHTS, DIFF_BIAS = 129, 145, 161, 169
MEAN, VARIANCE, SCALE, SHIFT, DIFF_SCALE, DIFF_SHIFT = 49, 50, 51, 52, 255, 256
USE_SCALE, USE_SHIFT = 2, 4
_SCRATCH, _SCRATCH_OF_CALLER = 80, 1
_QUERY_WEIGHTS, _QUERY_DIFF_WEIGHTS, _QUERY_SCRATCH = 131, 132, 136
_RECTIFY = 0x20
_CPU, _IN_ORDER, _FLOAT32, _ANY_LAYOUT = 1, 1, 3, 1
_MOST_AXES = 12
_PART_BYTES = 1 << 23
# How many rounds OpenMP's threads spin before they sleep. If they never slept they would take processor time from
# NumPy's threads; if they slept at once, every call would wait until they are awake.
_SPIN_COUNT = "10000"


class _Argument(ctypes.Structure):
    _fields_ = [("arg", c_int), ("memory", c_void_p)]


class Failure(RuntimeError):
    """oneDNN has no kernel for this, or refused it; the op then computes by itself."""


class Layout:
    """How an array of float32 lies in memory: sizes and strides in elements. Without strides oneDNN chooses."""

    def __init__(self, library: Library, sizes: Sequence[int], strides: Sequence[int] | None = None) -> None:
        self._library, self._owned = library, True
        self.handle = Handle()
        if strides is None:
            arguments = (len(sizes), _numbers(sizes), _FLOAT32, _ANY_LAYOUT)
            library.call("dnnl_memory_desc_create_with_tag", byref(self.handle), *arguments)
        else:
            arguments = (len(sizes), _numbers(sizes), _FLOAT32, _numbers(strides))
            library.call("dnnl_memory_desc_create_with_strides", byref(self.handle), *arguments)

    @classmethod
    def borrowed(cls, library: Library, handle: int | None) -> Layout:
        """A layout that belongs to a primitive."""
        layout = cls.__new__(cls)
        layout._library, layout._owned, layout.handle = library, False, Handle(handle)
        return layout

    @property
    def nbytes(self) -> int:
        """Memory that an array of this layout takes."""
        return self._library.functions.dnnl_memory_desc_get_size(self.handle)

    def __del__(self) -> None:
        if self._owned:
            self._library.functions.dnnl_memory_desc_destroy(self.handle)


class _Thread(threading.local):
    """What a thread has for itself: a stream, and memory for kernels to work in.

    The library's own scratch memory belongs to the thread that makes a kernel, which other threads may run.
    """

    def __init__(self, library: Library) -> None:
        self.stream = Handle()
        self._memory = np.empty(0, np.uint8)
        library.call("dnnl_stream_create", byref(self.stream), library.engine, _IN_ORDER)

    def scratch(self, nbytes: int) -> int:
        """The address of so many bytes, at a cache line."""
        if self._memory.size < nbytes + 64:
            self._memory = np.empty(nbytes + 64, np.uint8)
        address = self._memory.ctypes.data
        return address + -address % 64


class Operation:
    """A kernel with its arguments: `run` takes an array (or address) for each of them, in the order of `layouts`."""

    def __init__(
        self, library: Library, description: Handle, layouts: Mapping[int, Layout], keep: Sequence[Layout] = ()
    ) -> None:
        self._library = library
        self._kept = (dict(layouts), keep)  # oneDNN may read these arrays for as long as this object lives
        self.description = description
        self._primitive = Handle()
        library.call("dnnl_primitive_create", byref(self._primitive), description)
        scratch = library.layout_of(description, _QUERY_SCRATCH)
        self._scratch_bytes = scratch.nbytes
        every = {**layouts, **({_SCRATCH: scratch} if self._scratch_bytes else {})}
        self._memories: list[Handle] = []
        for layout in every.values():
            memory = Handle()
            library.call("dnnl_memory_create", byref(memory), layout.handle, library.engine, Handle())
            self._memories.append(memory)
        pairs = [_Argument(arg, memory) for arg, memory in zip(every, self._memories, strict=True)]
        self._arguments = (_Argument * len(pairs))(*pairs)
        self._addresses: list[int] = [0] * len(pairs)

    def run(self, *arrays: Array | int) -> None:
        """Compute on these arrays. Raises Failure where oneDNN gives an error."""
        functions, thread = self._library.functions, self._library.thread
        if self._scratch_bytes:
            arrays = (*arrays, thread.scratch(self._scratch_bytes))
        for i, array in enumerate(arrays):
            address = array if isinstance(array, int) else array.ctypes.data
            if address != self._addresses[i]:
                functions.dnnl_memory_set_data_handle(self._memories[i], address)
                self._addresses[i] = address
        status = self._library.execute(self._primitive, thread.stream, len(self._memories), self._arguments)
        if status:
            raise Failure(f"dnnl_primitive_execute gave status {status}")
        functions.dnnl_stream_wait(thread.stream)

    def __del__(self) -> None:
        functions = self._library.functions
        for memory in getattr(self, "_memories", ()):
            functions.dnnl_memory_destroy(memory)
        functions.dnnl_primitive_destroy(getattr(self, "_primitive", None))
        functions.dnnl_primitive_desc_destroy(self.description)


class Library:
    """The loaded library, with its engine for the processor and what each thread has."""

    def __init__(self, path: Path) -> None:
        functions = self.functions = ctypes.CDLL(str(path))
        functions.dnnl_memory_desc_get_size.restype = c_size_t
        functions.dnnl_memory_desc_get_size.argtypes = [c_void_p]
        functions.dnnl_primitive_desc_query_md.restype = c_void_p
        functions.dnnl_primitive_desc_query_md.argtypes = [c_void_p, c_int, c_int]
        functions.dnnl_memory_set_data_handle.argtypes = [c_void_p, c_void_p]
        functions.dnnl_primitive_execute.argtypes = [c_void_p, c_void_p, c_int, POINTER(_Argument)]
        functions.dnnl_engine_create.argtypes = [POINTER(c_void_p), c_int, c_size_t]
        for name in ("memory", "memory_desc", "primitive", "primitive_desc"):
            getattr(functions, f"dnnl_{name}_destroy").argtypes = [c_void_p]
        functions.dnnl_stream_wait.argtypes = [c_void_p]
        self.execute: Callable[..., int] = functions.dnnl_primitive_execute
        self.engine = Handle()
        self.call("dnnl_engine_create", byref(self.engine), _CPU, 0)
        self.thread = _Thread(self)
        self.plain_end, self.rectified_end = self._end(rectified=False), self._end(rectified=True)

    def compute_elsewhere(self) -> None:
        """Compute in a new thread from now on, for a forked child.

        OpenMP's threads belong to the thread that first computed. In a child that is the only thread there is, and it
        would wait for ever for threads that stayed in the parent; a new one gets threads of its own.
        """
        self.execute = device.in_new_thread(self.functions.dnnl_primitive_execute, "engine-onednn")

    def call(self, name: str, *arguments: object) -> None:
        """Call a function that gives a status; raises Failure when it is not success."""
        status = getattr(self.functions, name)(*arguments)
        if status:
            raise Failure(f"{name} gave status {status}")

    def describe(self, kind: str, *arguments: object) -> Handle:
        """A primitive's description; Failure where oneDNN has no kernel for it."""
        description = Handle()
        self.call(f"dnnl_{kind}_primitive_desc_create", byref(description), self.engine, *arguments)
        return description

    def plain(self, shape: Sequence[int], order: Sequence[int]) -> Layout:
        """The layout of a C-contiguous array whose axes oneDNN takes in another order."""
        strides = [1] * len(shape)
        for i in reversed(range(len(shape) - 1)):
            strides[i] = strides[i + 1] * shape[i + 1]
        return Layout(self, [shape[i] for i in order], [strides[i] for i in order])

    def _end(self, rectified: bool) -> Handle:
        """The attribute of a kernel that works in memory of the caller's, and ends with max(y, 0) if `rectified`."""
        after, attribute = Handle(), Handle()
        self.call("dnnl_primitive_attr_create", byref(attribute))
        self.call("dnnl_primitive_attr_set_scratchpad_mode", attribute, _SCRATCH_OF_CALLER)
        if rectified:
            self.call("dnnl_post_ops_create", byref(after))
            self.call("dnnl_post_ops_append_eltwise", after, _RECTIFY, c_float(0), c_float(0))
            self.call("dnnl_primitive_attr_set_post_ops", attribute, after)
        return attribute

    def layout_of(self, description: Handle, query: int) -> Layout:
        """A layout that a kernel's description tells."""
        return Layout.borrowed(self, self.functions.dnnl_primitive_desc_query_md(description, query, 0))

    def copying(self, source: Layout, target: Layout) -> Operation:
        """An operation that copies from one layout to another."""
        description = Handle()
        arguments = (source.handle, self.engine, target.handle, self.engine, self.plain_end)
        self.call("dnnl_reorder_primitive_desc_create", byref(description), *arguments)
        return Operation(self, description, {SRC: source, DST: target})


class Weights:
    """Weights in the layout that a kernel wants, filled from or emptied into a plain array."""

    def __init__(self, library: Library, plain: Layout, chosen: Layout, outwards: bool = False) -> None:
        raw = np.empty(chosen.nbytes + 64, np.uint8)
        start = -raw.ctypes.data % 64
        self._memory = raw[start:]
        self.address = self._memory.ctypes.data
        self._copy = library.copying(chosen, plain) if outwards else library.copying(plain, chosen)

    def fill(self, array: Array) -> int:
        """Take the values of a plain array; gives the address to compute with."""
        self._copy.run(array, self.address)
        return self.address

    def empty(self, array: Array) -> None:
        """Write the values into a plain array."""
        self._copy.run(self.address, array)


def _numbers(values: Sequence[int]) -> ctypes.Array[c_int64]:
    return (c_int64 * _MOST_AXES)(*values)


@cache
def _load() -> Library | None:
    if os.environ.get("ENGINE_ONEDNN", "") == "0" or not sys.platform.startswith("linux"):
        return None
    path = Path(sys.prefix, "lib", "libdnnl.so.3")
    if not path.is_file():
        return None
    try:
        # Its threads are OpenMP's, which would otherwise be as many as the machine has cores.
        os.environ.setdefault("OMP_NUM_THREADS", str(device.threads()))
        os.environ.setdefault("GOMP_SPINCOUNT", _SPIN_COUNT)
        return Library(path)
    except (OSError, Failure, AttributeError) as error:
        warnings.warn(f"oneDNN at {path} does not load ({error}): NumPy is used instead.", stacklevel=3)
        return None


def _after_fork() -> None:
    loaded = _load() if _load.cache_info().currsize else None
    if loaded is not None:
        loaded.compute_elsewhere()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def library() -> Library | None:
    """The library, loaded at first use; None where it is not installed, turned off, or not usable here."""
    return _load() if device.xp is np and not _off else None


@contextmanager
def turned_off() -> Generator[None]:
    """Have plans that first run meanwhile compute by NumPy; to compare and to measure."""
    global _off
    before, _off = _off, True
    try:
        yield
    finally:
        _off = before


_off = False


def usable(*arrays: Array | None) -> bool:
    """Whether these are arrays that oneDNN can work on: C-contiguous float32 in the processor's memory."""
    return all(a is None or (a.dtype == np.float32 and a.flags.c_contiguous) for a in arrays)


def _images_at_once(images: int, nbytes: int) -> int:
    """A divisor of the number of images, so that a part takes no more than the bytes that stay in the cache."""
    wanted = -(-nbytes // _PART_BYTES)
    return next((images // n for n in range(wanted, min(images, 4 * wanted) + 1) if images % n == 0), images)


class Convolution:
    """Convolution of (N, *spatial, C) or (N, C, *spatial) with a kernel (*size, C, F), and its gradients.

    padding: elements (before, after) along each spatial axis. Kernels are made at first use. Raises Failure where
    oneDNN has none. Large batches are worked through in parts that stay in the processor's last cache: the weights'
    gradient of 128x26x26x32 -> 64 took 11 ms at once and 6 in four parts.
    """

    def __init__(
        self,
        library: Library,
        x: tuple[int, ...],
        kernel: tuple[int, ...],
        y: tuple[int, ...],
        strides: Sequence[int],
        dilation: Sequence[int],
        padding: Sequence[tuple[int, int]],
        channels_first: bool,
        rectified: bool,
        training: bool,
    ) -> None:
        rank = len(strides)
        order = range(rank + 2) if channels_first else (0, rank + 1, *range(1, rank + 1))
        self._library = library
        images = _images_at_once(x[0], (int(np.prod(x)) + int(np.prod(y))) * 4)
        self._parts = device.blocks(x[0], images)
        self._x, self._y = library.plain((images, *x[1:]), order), library.plain((images, *y[1:]), order)
        self._plain = library.plain(kernel, (rank + 1, rank, *range(rank)))
        self._any = Layout(library, (kernel[-1], kernel[-2], *kernel[:-2]))
        self._bias = Layout(library, (kernel[-1],), (1,))
        self._window = (
            _numbers(strides),
            _numbers([d - 1 for d in dilation]),
            _numbers([before for before, _ in padding]),
            _numbers([after for _, after in padding]),
        )
        self._after = library.rectified_end if rectified else library.plain_end
        self._kind = FORWARD_TRAINING if training else FORWARD_INFERENCE
        self._made: dict[str, tuple[Operation, Weights]] = {}
        self._forward(False)  # Fail here rather than at the first run
        self._thinned = self._without_strides(x, kernel, y, strides, channels_first)

    def _without_strides(
        self,
        x: tuple[int, ...],
        kernel: tuple[int, ...],
        y: tuple[int, ...],
        strides: Sequence[int],
        channels_first: bool,
    ) -> tuple[tuple[slice, ...], Convolution] | None:
        """Where steps leave out elements: those that are used, and the convolution over them alone.

        oneDNN (3.2) writes behind its scratch memory when it computes the weights' gradient of such a kernel.
        """
        rank = len(strides)
        if max(kernel[:rank]) > 1 or max(strides) == 1:
            return None
        lengths = y[2:] if channels_first else y[1:-1]
        used = [slice(0, (n - 1) * step + 1, step) for n, step in zip(lengths, strides, strict=True)]
        whole = slice(None)
        chosen = (whole, whole, *used) if channels_first else (whole, *used, whole)
        thin = (*x[:2], *lengths) if channels_first else (x[0], *lengths, x[-1])
        ones, zeros = [1] * rank, [(0, 0)] * rank
        return chosen, Convolution(self._library, thin, kernel, y, ones, ones, zeros, channels_first, False, True)

    def _describe(self, kind: str, first: Sequence[int], bias: bool | None, hint: Handle | None) -> Handle:
        layouts = (self._x.handle, self._any.handle)
        if bias is not None:
            layouts = (*layouts, self._bias.handle if bias else None)
        last = (self._after,) if kind == "convolution_forward" else (hint, self._library.plain_end)
        return self._library.describe(kind, *first, *layouts, self._y.handle, *self._window, *last)

    def _forward(self, bias: bool) -> tuple[Operation, Weights]:
        made = self._made.get(f"forward{bias}")
        if made is None:
            description = self._describe("convolution_forward", (self._kind, DIRECT), bias, None)
            chosen = self._library.layout_of(description, _QUERY_WEIGHTS)
            layouts = {SRC: self._x, WEIGHTS: chosen, **({BIAS: self._bias} if bias else {}), DST: self._y}
            made = self._made[f"forward{bias}"] = (
                Operation(self._library, description, layouts, (self._any,)),
                Weights(self._library, self._plain, chosen),
            )
        return made

    def forward(self, x: Array, kernel: Array, bias: Array | None, out: Array) -> None:
        """out = x * kernel + bias."""
        operation, weights = self._forward(bias is not None)
        rest = () if bias is None else (bias,)
        address = weights.fill(kernel)
        for part in self._parts:
            operation.run(x[part], address, *rest, out[part])

    def input_gradient(self, dy: Array, kernel: Array, out: Array) -> None:
        """out = the gradient of x."""
        made = self._made.get("data")
        if made is None:
            hint = self._forward(False)[0].description
            description = self._describe("convolution_backward_data", (DIRECT,), None, hint)
            chosen = self._library.layout_of(description, _QUERY_WEIGHTS)
            made = self._made["data"] = (
                Operation(self._library, description, {DIFF_DST: self._y, WEIGHTS: chosen, DIFF_SRC: self._x}),
                Weights(self._library, self._plain, chosen),
            )
        operation, weights = made
        address = weights.fill(kernel)
        for part in self._parts:
            operation.run(dy[part], address, out[part])

    def weight_gradients(self, x: Array, dy: Array, kernel: Array, bias: Array | None) -> None:
        """Write the gradients of kernel and bias into these arrays."""
        if self._thinned is not None:
            used, thinned = self._thinned
            thinned.weight_gradients(np.ascontiguousarray(x[used]), dy, kernel, bias)
            return
        made = self._made.get(f"weights{bias is not None}")
        if made is None:
            hint = self._forward(False)[0].description
            description = self._describe("convolution_backward_weights", (DIRECT,), bias is not None, hint)
            chosen = self._library.layout_of(description, _QUERY_DIFF_WEIGHTS)
            layouts = {SRC: self._x, DIFF_DST: self._y, DIFF_WEIGHTS: chosen}
            layouts |= {DIFF_BIAS: self._bias} if bias is not None else {}
            made = self._made[f"weights{bias is not None}"] = (
                Operation(self._library, description, layouts, (self._any,)),
                Weights(self._library, self._plain, chosen, outwards=True),
            )
        operation, weights = made
        targets = [kernel] if bias is None else [kernel, bias]
        for index, part in enumerate(self._parts):
            results = [np.empty_like(target) for target in targets] if index else targets
            operation.run(x[part], dy[part], weights.address, *results[1:])
            weights.empty(results[0])
            if index:
                for target, result in zip(targets, results, strict=True):
                    target += result


class BatchNormalization:
    """Batch normalisation over the last of several axes, with statistics of the batch, and its gradients."""

    def __init__(self, library: Library, shape: tuple[int, ...], epsilon: float) -> None:
        rows, channels = int(np.prod(shape[:-1])), shape[-1]
        self._x = Layout(library, (rows, channels, 1, 1), (channels, 1, channels, channels))
        vector = Layout(library, (channels,), (1,))
        flags = c_uint(USE_SCALE | USE_SHIFT)
        x, settings = self._x.handle, (c_float(epsilon), flags)
        forward = library.describe("batch_normalization_forward", FORWARD_TRAINING, x, x, *settings, library.plain_end)
        end = library.plain_end
        backward = library.describe("batch_normalization_backward", BACKWARD, x, x, x, *settings, forward, end)
        statistics = {MEAN: vector, VARIANCE: vector}
        self._forward = Operation(
            library, forward, {SRC: self._x, DST: self._x, SCALE: vector, SHIFT: vector, **statistics}
        )
        gradients = {DIFF_DST: self._x, DIFF_SRC: self._x, DIFF_SCALE: vector, DIFF_SHIFT: vector}
        self._backward = Operation(library, backward, {SRC: self._x, SCALE: vector, **statistics, **gradients})

    def forward(self, x: Array, scale: Array, shift: Array, out: Array, mean: Array, variance: Array) -> None:
        """out, and mean and biased variance of each channel."""
        self._forward.run(x, out, scale, shift, mean, variance)

    def backward(
        self, x: Array, scale: Array, mean: Array, variance: Array, dy: Array, outs: tuple[Array, Array, Array]
    ) -> None:
        """The gradients of x, scale and shift."""
        self._backward.run(x, scale, mean, variance, dy, *outs)
