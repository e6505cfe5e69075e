"""Ops applied: recorded as calls on tensors, or computed at once on arrays, from the same definition.

`apply(op, *inputs)` records a `ForwardCall` when any input is a `Tensor`; a plan runs it later over reused buffers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from functools import partial
from typing import Any

import numpy as np

from .._machine.arrays import as_array
from .._machine.config import float_dtype
from .._machine.context import bound
from .._machine.devices import CPU, Device, current, of_any
from .._machine.room import check_addressable
from ..errors import ShapeError
from ..types import Array, DType, Shape
from .memory import Sizes
from .op_base import Op, Outs
from .taping import Tape, open_tape
from .tensor import Arrays, Call, Constant, Placeholder, Tensor
from .work import Work


class ForwardCall(Call):
    """An op applied to tensors."""

    __slots__ = ()

    def __init__(self, op: Op, inputs: tuple[Tensor | None, ...], where: str | None) -> None:
        super().__init__(op, inputs, where, op.phased)

    def __repr__(self) -> str:
        return repr(self.op)

    def needs(self, training: bool | None) -> list[Tensor]:
        """All inputs, or the one that it passes on in this phase."""
        chosen = None if training is None else self.op.view_of(training)
        return [x for x in (self.inputs if chosen is None else (self.inputs[chosen],)) if x is not None]

    def view_of(self, training: bool, absent: Collection[Tensor]) -> Tensor | None:
        """The input that is only passed on in this phase, as the op says."""
        chosen = self.op.view_of(training)
        return None if chosen is None else self.inputs[chosen]

    @property
    def kept(self) -> tuple[Tensor | None, ...]:
        """The tensors that the op keeps for its gradient."""
        return self.op.kept_inputs(self.inputs, self.outputs)

    def copy(self, inputs: tuple[Tensor | None, ...], copies: Mapping[Call, Call]) -> Call:
        """The same op, recorded on other inputs."""
        return _record(self.op, inputs, type(self))

    def shapes(self, known: Mapping[Tensor, Sizes]) -> Sequence[Sizes]:
        """The results' shapes by the op's shape rule."""
        shapes = self.op.shape(*[None if x is None else known[x] for x in self.inputs])
        return [tuple(shapes)] if self.op.outputs == 1 else [tuple(shape) for shape in shapes]

    def flops(self, known: Mapping[Tensor, Shape]) -> int:
        """The operations that the op counts for these shapes."""
        return int(self.op.flops(*[None if x is None else known[x] for x in self.inputs]))

    def bind(self, arrays: Arrays) -> Callable[[], None]:
        """The op's `forward` on these arrays, as a function without arguments."""
        xs = [None if x is None else arrays.array(x) for x in self.inputs]
        outs = tuple(arrays.array(y) for y in self.outputs)
        return partial(self.op.forward, arrays.work(self), *xs, out=outs[0] if self.op.outputs == 1 else outs)


_where: ContextVar[str | None] = ContextVar("engine_where", default=None)


def recording_for(where: str) -> AbstractContextManager[None]:
    """Calls recorded inside the block carry `where` ("layer 'dense_1' (Dense)"), for profiles and messages."""
    return bound(_where, where)


def apply(op: Op, *inputs: Any) -> Any:
    """Record the op when any input is a Tensor, else compute it at once; gives one result or a tuple of them.

    A list of tensors, as `K.gradients` gives, is taken as one tensor with a new first axis.
    """
    if any(isinstance(x, list) for x in inputs):
        inputs = tuple(Tensor.stacked(x) if _is_list_of_tensors(x) else x for x in inputs)
    tape = open_tape()
    if tape is not None:
        inputs = tuple(_watched(x, tape) for x in inputs)
    inputs = op.converted(inputs)
    if any(isinstance(x, Tensor) for x in inputs):
        return record(op, inputs)
    return compute(op, inputs)


def _watched(x: Any, tape: Tape) -> Any:
    """The tensor that stands for an array which an open tape watches; all else as it is."""
    known = None if x is None or isinstance(x, Tensor) else tape.recorded(x)
    return x if known is None else known


def _is_list_of_tensors(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, Tensor) for x in value)


def record(op: Op, inputs: tuple[Any, ...], kind: type[ForwardCall] = ForwardCall) -> Any:
    """Record `op` on symbolic inputs; arrays and numbers among them become constants."""
    like = next(x.dtype for x in inputs if isinstance(x, Tensor))
    tensors = tuple(x if x is None or isinstance(x, Tensor) else Constant(_as_operand(x, like)) for x in inputs)
    try:
        outputs = _record(op, tensors, kind).outputs
    except ShapeError as error:
        if any(x is not None and _has_any_axes(x) for x in tensors):
            error.hint = "K.placeholder() may have any number of axes: write K.placeholder(ndim=...) or K.placeholder(shape=...)."
        raise
    return outputs[0] if op.outputs == 1 else outputs


def _has_any_axes(x: Tensor) -> bool:
    """Whether a tensor comes from a placeholder whose number of axes is open."""
    pending, seen = [x], set[Tensor]()
    while pending:
        tensor = pending.pop()
        if isinstance(tensor, Placeholder) and tensor.any_axes:
            return True
        if tensor not in seen and tensor.call is not None:
            pending += [source for source in tensor.call.inputs if source is not None]
        seen.add(tensor)
    return False


def _record(op: Op, inputs: tuple[Tensor | None, ...], kind: type[ForwardCall]) -> ForwardCall:
    call = kind(op, inputs, _where.get())
    shapes = op.shape(*[None if x is None else x.shape for x in inputs])
    dtypes = op.dtype(*[None if x is None else x.dtype for x in inputs])
    if op.outputs == 1:
        check_addressable(shapes, dtypes)
        call.outputs = (Tensor(tuple(shapes), dtypes, call=call),)
        return _seen(call)
    dtypes = dtypes if isinstance(dtypes, tuple) else (dtypes,) * op.outputs
    for result, dtype in zip(shapes, dtypes, strict=True):
        check_addressable(result, dtype)
    call.outputs = tuple(
        Tensor(tuple(s), d, call=call, index=i) for i, (s, d) in enumerate(zip(shapes, dtypes, strict=True))
    )
    return _seen(call)


def _seen(call: ForwardCall) -> ForwardCall:
    tape = open_tape()
    if tape is not None:
        tape.saw(call)
    return call


def compute(op: Op, inputs: tuple[Any, ...], training: bool = False, work: Work | None = None) -> Any:
    """Compute `op` on arrays, where they lie; the result is a fresh array (or a view where the op only reshapes)."""
    device = of_any(inputs)
    with nullcontext() if device is current() else device.active():
        return _compute(op, inputs, training, work, device)


def _compute(op: Op, inputs: tuple[Any, ...], training: bool, work: Work | None, device: Device) -> Any:
    like = next((x.dtype for x in inputs if hasattr(x, "dtype")), None)
    like = like if like is None or like.isnative else like.newbyteorder("=")
    arrays: tuple[Any, ...] = tuple(None if x is None else _as_operand(x, like, device) for x in inputs)
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


def _as_operand(value: Any, like: DType | None, device: Device = CPU) -> Array:
    """An array for `value` on a device; Python numbers and float64 arrays take the float type they meet."""
    weak = not hasattr(value, "dtype")
    native = type(value) is device.xp.ndarray and value.dtype.isnative
    array = value if native else device.array(as_array(value, "an operand"))
    if array.dtype.kind == "f" and (weak or like is not None):
        target = like if like is not None and np.dtype(like).kind == "f" else float_dtype()
        return array.astype(target, copy=False) if array.dtype != target else array
    if weak and array.dtype.kind == "i" and like is not None and np.dtype(like).kind in "fiu":
        return array.astype(like)
    return array


__all__ = ["Array", "ForwardCall", "Op", "Outs", "Sizes", "Work", "apply", "compute", "record", "recording_for"]
