"""One definition of an operation: shape rule, forward, gradient and cost side by side; recorded or computed at once.

`apply(op, *inputs)` records a `Call` when any input is a `Tensor`; a plan runs it later over reused buffers. With
arrays only it computes at once from the same definition. `Work` is what a running op gets: the array module, the phase
and memory that is kept from step to step.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar

import numpy as np

from . import device
from .config import float_dtype
from .random import Stream
from .tensor import Constant, Tensor

Array = Any
Sizes = tuple[Any, ...]  # a shape whose sizes are known


class Work:
    """What an op has to work with in one step of a plan, and the memory that stays its own.

    `xp` array module; `training` phase; `input_shapes`, `output_shape` (a tuple of them for several outputs), concrete.
    `record`: what an op with more than a few arrays keeps from forward for backward, in a type of its own; its arrays
    come from `block` and `scratch_block`.
    """

    def __init__(
        self,
        training: bool,
        input_shapes: tuple[Any, ...],
        output_shape: Any,
        memory: Lease | None = None,
        random: Stream | Callable[[], Stream] | None = None,
    ) -> None:
        self.xp = device.xp
        self.training = training
        self.input_shapes = input_shapes
        self.output_shape = output_shape
        self.kept: dict[str, Array] = {}
        self.record: Any = None
        self._memory = memory if memory is not None else Memory().lease()
        self._random = random
        self._scratch: dict[tuple[str, Sizes, Any], Array] = {}
        self._scratch_blocks = 0
        self._keep_shapes: dict[str, tuple[Sizes, Any]] = {}
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

    def scratch(self, name: str, shape: Sizes, dtype: Any) -> Array:
        """Memory for this call only: content undefined at entry, shared with other steps, one block a name."""
        key = (name, shape, dtype)
        array = self._scratch.get(key)
        if array is None:
            array = self._scratch[key] = self.scratch_block(shape, dtype)
        return array

    def scratch_block(self, shape: Sizes, dtype: Any) -> Array:
        """Scratch without a name, another at each call: for a record, which asks once."""
        with self._lock:
            position, self._scratch_blocks = self._scratch_blocks, self._scratch_blocks + 1
            return self._memory.scratch(position, shape, dtype)

    def block(self, shape: Sizes, dtype: Any) -> Array:
        """Memory that forward writes and backward reads, another at each call: for a record, which asks once."""
        return self._memory.block(shape, dtype)

    def keep(self, name: str, shape: Sizes, dtype: Any) -> Array:
        """Memory that forward writes and backward reads as `work.kept[name]`; the same block in every step."""
        if self._keep_shapes.get(name) != (shape, dtype):
            self.kept[name] = self._memory.block(shape, dtype)
            self._keep_shapes[name] = (shape, dtype)
        return self.kept[name]

    @staticmethod
    def parallel(function: Callable[[Any], Any], items: Iterable[Any]) -> None:
        """`device.parallel`: the function on each item, spread over the threads."""
        device.parallel(function, items)


class Memory:
    """Blocks of bytes that several plans share, when they never run at the same time (train, test, a smaller batch).

    A plan takes a `Lease`, which hands out the blocks from the first; a block that is too small is replaced.
    """

    def __init__(self) -> None:
        self._blocks: list[Array] = []
        self._scratch: list[Array] = []

    @property
    def nbytes(self) -> int:
        """Bytes held now."""
        return sum(block.nbytes for block in (*self._blocks, *self._scratch))

    def lease(self) -> Lease:
        """The blocks, from the first, for one more plan."""
        return Lease(self._blocks, self._scratch)


class Lease:
    """One plan's use of a Memory."""

    def __init__(self, blocks: list[Array], scratch: list[Array]) -> None:
        self._blocks = blocks
        self._scratch = scratch
        self._next = 0

    def block(self, shape: Sizes, dtype: Any) -> Array:
        """The next block, as an array of undefined content."""
        array, self._next = _place(self._blocks, self._next, shape, dtype), self._next + 1
        return array

    def scratch(self, position: int, shape: Sizes, dtype: Any) -> Array:
        """Scratch block number `position`, shared by all steps."""
        return _place(self._scratch, position, shape, dtype)


def _place(blocks: list[Array], position: int, shape: Sizes, dtype: Any) -> Array:
    dtype = np.dtype(dtype)
    nbytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if position >= len(blocks):
        blocks.append(_aligned(nbytes))
    elif blocks[position].nbytes < nbytes:
        blocks[position] = _aligned(nbytes)
    return blocks[position][:nbytes].view(dtype).reshape(shape)


def _aligned(nbytes: int) -> Array:
    # Cache-line alignment: AVX-512 loads that straddle lines made ufuncs up to a third slower.
    raw = device.xp.empty(nbytes + 64, np.uint8)
    pointer = raw.ctypes.data if isinstance(raw, np.ndarray) else raw.data.ptr
    start = -pointer % 64
    return raw[start : start + nbytes]


class Op:
    """An operation. Subclasses declare settings as class annotations and write shape, forward and backward.

    keeps: names of forward's parameters, or "y" for the result, that backward gets, in this order.
    overwrites: forward may write over its first input, backward over dy (elementwise ops).
    outputs: number of results; above 1 `shape`, `dtype`, `out` and `dy` are tuples.
    differentiable: False ends gradients here.
    """

    keeps: ClassVar[tuple[str, ...]] = ()
    overwrites: ClassVar[bool] = False
    outputs: ClassVar[int] = 1
    differentiable: ClassVar[bool] = True
    _settings: ClassVar[tuple[str, ...]] = ()
    _parameters: ClassVar[tuple[str, ...]] = ()
    _variadic: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = tuple(n for n, kind in cls.__dict__.get("__annotations__", {}).items() if "ClassVar" not in str(kind))
        cls._settings = tuple(dict.fromkeys((*cls._settings, *own)))
        forward = cls.__dict__.get("forward")
        if forward is not None:
            code = forward.__code__
            names = code.co_varnames[2 : code.co_argcount]
            cls._variadic = bool(code.co_flags & 0x04)
            cls._parameters = names

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for name, value in zip(self._settings, args, strict=False):
            setattr(self, name, value)
        for name, value in kwargs.items():
            if name not in self._settings:
                raise TypeError(f"{type(self).__name__} has no setting {name!r}; it has {', '.join(self._settings)}")
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{n}={getattr(self, n, None)!r}' for n in self._settings)})"

    def shape(self, *shapes: Any) -> Any:
        """Shape of the result from the shapes of the inputs, which may hold None; raises ShapeError."""
        raise NotImplementedError(f"{type(self).__name__}.shape")

    def dtype(self, *dtypes: Any) -> Any:
        """Dtype of the result; by default the common type of the inputs."""
        return np.result_type(*[d for d in dtypes if d is not None])

    def forward(self, work: Work, *xs: Array, out: Any) -> None:
        """Compute the result into `out`."""
        raise NotImplementedError(f"{type(self).__name__}.forward")

    def backward(self, work: Work, dy: Any, *kept: Array, outs: tuple[Array | None, ...]) -> None:
        """Write the gradient of each wanted input into `outs`."""
        raise NotImplementedError(f"{type(self).__name__}.backward")

    def view_of(self, training: bool) -> int | None:
        """Number of the input that the result only reshapes, if so: then nothing is computed or copied."""
        return None

    def flops(self, *shapes: Any) -> int:
        """Floating point operations of one forward call on concrete shapes."""
        return 0

    @property
    def phased(self) -> bool:
        """Whether training and test give other results."""
        return self.view_of(True) != self.view_of(False)

    def kept_inputs(self, inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """What `keeps` names, picked from a call's inputs and results; "xs" stands for all inputs of a variadic op."""
        picked: list[Any] = []
        for name in self.keeps:
            if name == "y":
                picked.extend(outputs)
            elif self._variadic and name not in self._parameters:
                picked.extend(inputs[len(self._parameters) :])
            else:
                position = self._parameters.index(name)
                picked.append(inputs[position] if position < len(inputs) else None)
        return tuple(picked)


class Call:
    """An op applied to tensors: the node of the recorded graph. `forward` is set on the calls that gradients record."""

    __slots__ = ("forward", "inputs", "op", "outputs", "where")

    def __init__(self, op: Op, inputs: tuple[Tensor | None, ...], forward: Call | None = None) -> None:
        self.op = op
        self.inputs = inputs
        self.forward = forward
        self.outputs: tuple[Tensor, ...] = ()
        self.where = _where.get()


_where: ContextVar[str | None] = ContextVar("engine_where", default=None)


@contextmanager
def recording_for(where: str) -> Iterator[None]:
    """Calls recorded inside the block carry `where` ("layer 'dense_1' (Dense)"), for profiles and messages."""
    token = _where.set(where)
    try:
        yield
    finally:
        _where.reset(token)


def apply(op: Op, *inputs: Any) -> Any:
    """Record the op when any input is a Tensor, else compute it at once; gives one result or a tuple of them."""
    if any(isinstance(x, Tensor) for x in inputs):
        return record(op, inputs)
    return compute(op, inputs)


def record(op: Op, inputs: tuple[Any, ...]) -> Any:
    """Record `op` on symbolic inputs; arrays and numbers among them become constants."""
    like = next(x.dtype for x in inputs if isinstance(x, Tensor))
    tensors = tuple(x if x is None or isinstance(x, Tensor) else Constant(_as_operand(x, like)) for x in inputs)
    call = Call(op, tensors)
    shapes = op.shape(*[None if x is None else x.shape for x in tensors])
    dtypes = op.dtype(*[None if x is None else x.dtype for x in tensors])
    if op.outputs == 1:
        call.outputs = (Tensor(tuple(shapes), dtypes, call=call),)
        return call.outputs[0]
    dtypes = dtypes if isinstance(dtypes, tuple) else (dtypes,) * op.outputs
    call.outputs = tuple(
        Tensor(tuple(s), d, call=call, index=i) for i, (s, d) in enumerate(zip(shapes, dtypes, strict=True))
    )
    return call.outputs


def compute(op: Op, inputs: tuple[Any, ...], training: bool = False, work: Work | None = None) -> Any:
    """Compute `op` on arrays; the result is a fresh array (or a view where the op only reshapes)."""
    like = next((x.dtype for x in inputs if hasattr(x, "dtype")), None)
    arrays: tuple[Any, ...] = tuple(None if x is None else _as_operand(x, like) for x in inputs)
    shapes = tuple(None if x is None else x.shape for x in arrays)
    out_shape = op.shape(*shapes)
    view = op.view_of(training)
    if view is not None:
        return arrays[view].reshape(out_shape)
    dtype = op.dtype(*[None if x is None else x.dtype for x in arrays])
    empty = device.xp.empty
    if op.outputs == 1:
        out: Any = empty(out_shape, dtype)
    else:
        dtypes = dtype if isinstance(dtype, tuple) else (dtype,) * op.outputs
        out = tuple(empty(s, d) for s, d in zip(out_shape, dtypes, strict=True))
    op.forward(work or Work(training, shapes, out_shape), *arrays, out=out)
    return out


def _as_operand(value: Any, like: Any) -> Array:
    """An array for `value`; Python numbers and float64 arrays take the float type they meet."""
    weak = not hasattr(value, "dtype")
    array = value if isinstance(value, device.xp.ndarray) else np.asarray(value)
    if array.dtype.kind == "f" and (weak or like is not None):
        target = like if like is not None and np.dtype(like).kind == "f" else float_dtype()
        return array.astype(target, copy=False) if array.dtype != target else array
    if weak and array.dtype.kind == "i" and like is not None and np.dtype(like).kind in "fiu":
        return array.astype(like)
    return array
