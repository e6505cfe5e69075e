"""Chains of functions element by element as one kernel of a graphics card, written from what they ask the array module for.

Work that calls `xp.multiply(a, b, out=t)` and the like is done once with stand-ins for its arrays (`Trace`), which note each
call as a line of C. What comes out is one kernel: it reads each array once, keeps what lies between in registers, and writes
what is needed afterwards. Work that does anything else, such as a sum or a look at a value, raises `NotElementwise`, and runs
as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple, NoReturn, TypeAlias

import numpy as np

from ..types import Array, DType, DTypeLike
from .device_base import Device
from .kernel_source import COMPARISONS, EXPRESSIONS, LOGICAL, PREAMBLE, TYPES

Sizes: TypeAlias = tuple[int, ...]


class NotElementwise(Exception):
    """The work is more than functions element by element."""


def _refused(*_: object, **__: object) -> NoReturn:
    raise NotElementwise


class Traced:
    """Stands for an array while work is traced.

    Args:
        trace: what notes its uses.
        shape: of the array.
        dtype: of the array.
        array: the array; None for scratch memory, which holds nothing before and after.
    """

    __slots__ = ("array", "dtype", "shape", "trace")

    def __init__(self, trace: Trace, shape: Sizes, dtype: DType, array: Array | None) -> None:
        self.trace, self.shape, self.dtype, self.array = trace, shape, dtype, array

    def __getattr__(self, name: str) -> NoReturn:
        raise NotElementwise(name)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    def fill(self, value: object) -> None:
        """Every element becomes a number."""
        self.trace.call("copy", (value,), self)

    def _with(self, name: str, *operands: object) -> Traced:
        return self.trace.call(name, operands)

    def _into(self, name: str, other: object) -> Traced:
        return self.trace.call(name, (self, other), self)

    __bool__ = __len__ = __iter__ = __getitem__ = __setitem__ = __float__ = __int__ = __index__ = __array__ = _refused
    __array_ufunc__ = None

    def __neg__(self) -> Traced:
        return self._with("negative", self)

    def __add__(self, other: object) -> Traced:
        return self._with("add", self, other)

    def __radd__(self, other: object) -> Traced:
        return self._with("add", other, self)

    def __sub__(self, other: object) -> Traced:
        return self._with("subtract", self, other)

    def __rsub__(self, other: object) -> Traced:
        return self._with("subtract", other, self)

    def __mul__(self, other: object) -> Traced:
        return self._with("multiply", self, other)

    def __rmul__(self, other: object) -> Traced:
        return self._with("multiply", other, self)

    def __truediv__(self, other: object) -> Traced:
        return self._with("divide", self, other)

    def __rtruediv__(self, other: object) -> Traced:
        return self._with("divide", other, self)

    def __iadd__(self, other: object) -> Traced:
        return self._into("add", other)

    def __isub__(self, other: object) -> Traced:
        return self._into("subtract", other)

    def __imul__(self, other: object) -> Traced:
        return self._into("multiply", other)

    def __itruediv__(self, other: object) -> Traced:
        return self._into("divide", other)


class _Function:
    """A function of the array module's, which notes its calls; it has no methods, such as `reduce`."""

    def __init__(self, trace: Trace, name: str) -> None:
        self._trace, self._name = trace, name

    def __getattr__(self, name: str) -> NoReturn:
        raise NotElementwise(name)

    def __call__(
        self, *operands: object, out: Traced | None = None, dtype: DTypeLike | None = None, casting: str = "same_kind"
    ) -> Traced:
        return self._trace.call(self._name, operands, out, None if dtype is None else np.dtype(dtype))


class _Value(NamedTuple):
    """A number or a local variable of the kernel; dtype: None for a number of Python's, which takes any type."""

    text: str
    dtype: DType | None
    shape: Sizes


class _State(NamedTuple):
    """What a trace knows; a copy of it is what a trace goes back to."""

    values: dict[Traced, _Value]
    inputs: list[Traced]
    lines: list[str]
    written: dict[Traced, None]


class Trace:
    """Notes what is asked of its stand-ins; also the array module that the work calls.

    Args:
        shape: of all results that are stored.
    """

    def __init__(self, shape: Sizes) -> None:
        self.shape = shape
        self._known: dict[Hashable, Traced] = {}
        self._state = _State({}, [], [], {})

    def __getattr__(self, name: str) -> _Function:
        if name not in EXPRESSIONS:
            raise NotElementwise(name)
        return _Function(self, name)

    def copyto(self, dst: Traced, src: object, casting: str = "same_kind", where: object = None) -> None:
        """dst = src, where a mask says so."""
        if where is None:
            self.call("copy", (src,), dst)
        else:
            self.call("where", (where, src, dst), dst, dst.dtype)

    def clip(self, x: object, low: object, high: object, out: Traced | None = None) -> Traced:
        """x between two limits, as NumPy has it: the upper one counts where they cross."""
        return self.call("minimum", (self.call("maximum", (x, low), out), high), out)

    @property
    def lines(self) -> int:
        """How many functions were noted."""
        return len(self._state.lines)

    @property
    def state(self) -> _State:
        """What it knows now, to come back to."""
        values, inputs, lines, written = self._state
        return _State(values.copy(), inputs.copy(), lines.copy(), written.copy())

    def go_back(self, state: _State) -> None:
        """Forget what was noted since."""
        self._state = state

    def of(self, array: Array) -> Traced:
        """What stands for an array: the same for the same memory."""
        key = _place(array), array.shape, array.strides, array.dtype
        if key not in self._known:
            self._known[key] = Traced(self, array.shape, array.dtype, array)
        return self._known[key]

    def scratch(self, shape: Sizes, dtype: DTypeLike) -> Traced:
        """What stands for memory without content."""
        return Traced(self, shape, np.dtype(dtype), None)

    def call(
        self, name: str, operands: Sequence[object], out: Traced | None = None, dtype: DType | None = None
    ) -> Traced:
        """Note a function of operands; `dtype` is what it computes in, by default what NumPy would."""
        values = [self._value(one) for one in operands]
        shape = np.broadcast_shapes(*(value.shape for value in values))
        if out is not None and out.shape != shape and np.broadcast_shapes(out.shape, shape) != out.shape:
            raise NotElementwise(name)
        computing = dtype or _common(name, values)
        result_dtype = np.dtype(bool) if name in COMPARISONS or name in LOGICAL else computing
        result = out if out is not None else self.scratch(shape, result_dtype)
        texts = [
            value.text if name == "where" and not i else f"{_type(computing)}({value.text})"
            for i, value in enumerate(values)
        ]
        text = EXPRESSIONS[name].format(*texts)
        local = f"v{len(self._state.lines)}"
        self._state.lines.append(f"{_type(result.dtype)} {local} = {_type(result.dtype)}({text});")
        self._state.values[result] = _Value(local, result.dtype, result.shape)
        if result.array is not None:
            self._state.written[result] = None
        return result

    def _value(self, operand: object) -> _Value:
        if isinstance(operand, Traced):
            known = self._state.values.get(operand)
            if known is None:
                if operand.array is None:
                    raise NotElementwise("scratch memory that nothing was written into")
                if np.broadcast_shapes(operand.shape, self.shape) != self.shape:
                    raise NotElementwise("an array of another shape")
                _type(operand.dtype)
                known = _Value(f"a{len(self._state.inputs)}", operand.dtype, operand.shape)
                self._state.inputs.append(operand)
                self._state.values[operand] = known
            return known
        if isinstance(operand, bool | int | float | np.generic) and math.isfinite(operand):  # type: ignore[arg-type]
            dtype = operand.dtype if isinstance(operand, np.generic) else None
            value = operand.item() if isinstance(operand, np.generic) else operand
            return _Value(repr(float(value)) if not isinstance(value, bool) else str(int(value)), dtype, ())
        raise NotElementwise(repr(operand))

    def check(self) -> None:
        """Raise NotElementwise where something was written that overlaps other memory than its own."""
        used = dict.fromkeys((*self._state.inputs, *self._state.written))
        for one in self._state.written:
            assert one.array is not None
            begin, end = _extent(one.array)
            for other in used:
                assert other.array is not None
                first, last = _extent(other.array)
                if other is not one and first < end and begin < last:
                    raise NotElementwise("arrays that overlap")

    def kernel(self, xp: Any, stored: Iterable[Array], known: dict[Hashable, Any]) -> Callable[[], None]:
        """The kernel on its arrays, as a function without arguments.

        Args:
            xp: the array module, which has `ElementwiseKernel`.
            stored: the arrays that are to hold what was written into them; what was written into others is dropped.
            known: kernels by their source, to which a new one is added.
        """
        outs = list(dict.fromkeys(one for one in map(self.of, stored) if one in self._state.written))
        if any(one.shape != self.shape for one in outs) or not outs:
            raise NotElementwise("a result of another shape")
        inputs = self._state.inputs
        takes = ", ".join(f"{one.dtype.name} a{i}" for i, one in enumerate(inputs))
        gives = ", ".join(f"{one.dtype.name} z{i}" for i, one in enumerate(outs))
        ends = [f"z{i} = {self._state.values[one].text};" for i, one in enumerate(outs)]
        body = "\n".join([*self._state.lines, *ends])
        key = takes, gives, body
        if key not in known:
            known[key] = xp.ElementwiseKernel(takes, gives, body, "engine_chain", preamble=PREAMBLE, no_return=True)
        kernel, arrays = known[key], [one.array for one in (*inputs, *outs)]

        def run() -> None:
            kernel(*arrays)

        return run


class TracingDevice(Device):
    """A card whose array module is a trace, for work that asks the present device for it.

    Args:
        device: the card.
        trace: what notes the work.
    """

    on_host = False

    def __init__(self, device: Device, trace: Trace) -> None:
        self.name, self.number, self.xp = device.name, device.number, trace

    active = array = put = host = holds = staging = info = wait = _refused


def _common(name: str, values: Sequence[_Value]) -> DType:
    """What NumPy computes a function of these in."""
    if name in LOGICAL:
        return np.dtype(bool)
    of = values[1:] if name == "where" else values
    dtype = np.result_type(*(0.0 if value.dtype is None else value.dtype for value in of))
    if name in ("divide", "exp", "expm1", "log", "log1p", "sqrt", "tanh", "sin", "cos") and dtype.kind != "f":
        return np.dtype("float64")
    return dtype


def _type(dtype: DType) -> str:
    if dtype.name not in TYPES:
        raise NotElementwise(dtype.name)
    return TYPES[dtype.name]


def _place(array: Any) -> int:
    return int(array.data.ptr)


def _extent(array: Array) -> tuple[int, int]:
    """Where memory of an array begins and ends."""
    begin = _place(array)
    steps = [(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)]
    low, high = sum(step for step in steps if step < 0), sum(step for step in steps if step > 0)
    return begin + low, begin + high + array.itemsize
