"""The stand-in's array: NumPy's figures behind CuPy's manners.

It is never converted to NumPy's unasked; it takes no NumPy arrays beside it; what waits for the card is counted, and refused
while a graph is recorded; indices beyond the end wrap around, as they do there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from ._counts import counts
from ._names import NAMES
from .cuda import Block, Device, check_card, current_card, current_stream, is_pinned, refuse_while_capturing

_PLAIN = (bool, int, float, complex, np.generic)


def refused(value: object) -> TypeError:
    """What CuPy says of a value that it does not take."""
    return TypeError(f"Unsupported type {type(value)}")


def plain(value: Any) -> Any:
    """What the card computes with: the figures of an array, or a number. Raises TypeError for anything of NumPy's."""
    if isinstance(value, ndarray):
        if value.device.id != current_card():
            raise ValueError(f"Array device must be same as the current device: {value.device.id} and {current_card()}")
        value.block.touch(current_stream(), writes=False)
        return value.figures
    if value is None or isinstance(value, (*_PLAIN, str, slice, type, np.dtype)) or value is Ellipsis:
        return value
    if isinstance(value, (list, tuple)):
        return type(value)(plain(one) for one in value)
    if isinstance(value, range):
        return value
    raise refused(value)


def made(figures: Any, sources: tuple[Any, ...] = ()) -> Any:
    """Results as arrays of the card: views of a source that they share memory with, else new ones."""
    if isinstance(figures, (list, tuple)):
        return type(figures)(made(one, sources) for one in figures)
    if not isinstance(figures, (np.ndarray, np.generic)):
        return figures
    figures = np.asarray(figures)
    for source in sources:
        if isinstance(source, ndarray) and np.may_share_memory(figures, source.figures):
            return ndarray._of(figures, source.block, source if source.base is None else source.base)
    return ndarray._of(figures, Block(current_card(), figures.nbytes), None, writes=True)


def computed(function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any], out: Any = None) -> Any:
    """Call a function of NumPy's on the card: at once, or as a node of the graph that is recorded."""
    check_card()
    stream = current_stream()
    stream.asked += 1
    positional, by_name = plain(arguments), {name: plain(value) for name, value in named.items()}
    outs = () if out is None else out if isinstance(out, tuple) else (out,)
    targets = tuple(target_of(one) for one in outs)
    if out is not None:
        by_name["out"] = targets if isinstance(out, tuple) else targets[0]
    if stream.graph is None:
        with np.errstate(all="ignore"):
            result = function(*positional, **by_name)
        return out if out is not None else made(result, _arrays_in(arguments))
    stream.graph.kept.append((arguments, named, out))
    if out is not None:
        stream.graph.nodes.append(_silently(function, positional, by_name))
        return out
    with np.errstate(all="ignore"):
        result = function(*positional, **by_name)  # for its shape
    wrapped = made(result, _arrays_in(arguments))
    for array in wrapped if isinstance(wrapped, (list, tuple)) else (wrapped,):
        if isinstance(array, ndarray) and array.base is None:  # no view of an operand
            stream.graph.nodes.append(_again(function, positional, by_name, array))
    return wrapped


def _silently(function: Callable[..., Any], positional: Any, named: dict[str, Any]) -> Callable[[], None]:
    def node() -> None:
        with np.errstate(all="ignore"):
            function(*positional, **named)

    return node


def _again(function: Callable[..., Any], positional: Any, named: dict[str, Any], array: ndarray) -> Callable[[], None]:
    def node() -> None:
        with np.errstate(all="ignore"):
            np.copyto(array.figures, function(*positional, **named), casting="unsafe")

    return node


def _arrays_in(values: Any) -> tuple[Any, ...]:
    found: list[Any] = []
    for value in values:
        if isinstance(value, (list, tuple)):
            found += _arrays_in(value)
        elif isinstance(value, ndarray):
            found.append(value)
    return tuple(found)


def target_of(out: Any) -> Any:
    """The figures that a result is written into."""
    if out is None:
        return None
    if not isinstance(out, ndarray):
        raise refused(out)
    if out.device.id != current_card():
        raise ValueError("Array device must be same as the current device")
    out.block.touch(current_stream(), writes=True)
    return out.figures


def waited() -> None:
    """The host waits for the card and gets something from it."""
    refuse_while_capturing()
    counts.to_host += 1
    stream = current_stream()
    stream.finish(stream.asked)


class ndarray:
    """An array of the stand-in card."""

    figures: np.ndarray
    block: Block
    base: ndarray | None

    def __new__(
        cls, shape: Any, dtype: Any = float, memptr: None = None, strides: None = None, order: str = "C"
    ) -> ndarray:
        figures = np.empty(shape, dtype, "F" if order == "F" else "C")
        return cls._of(figures, Block(current_card(), figures.nbytes), None)

    @classmethod
    def _of(cls, figures: np.ndarray, block: Block, base: ndarray | None, writes: bool = False) -> ndarray:
        if figures.dtype.kind not in "?bBiufc" or figures.dtype.hasobject:
            raise ValueError(f"Unsupported dtype {figures.dtype}")
        self = object.__new__(cls)
        self.figures, self.block, self.base = figures, block, base
        if writes:
            block.touch(current_stream(), writes=True)
        return self

    # What it is

    shape = property(lambda self: self.figures.shape)
    dtype = property(lambda self: self.figures.dtype)
    ndim = property(lambda self: self.figures.ndim)
    size = property(lambda self: self.figures.size)
    nbytes = property(lambda self: self.figures.nbytes)
    itemsize = property(lambda self: self.figures.itemsize)
    strides = property(lambda self: self.figures.strides)
    flags = property(lambda self: self.figures.flags)
    device = property(lambda self: Device(self.block.card))
    data = property(lambda self: SimpleNamespace(ptr=self.figures.__array_interface__["data"][0], mem=self.block))
    T = property(lambda self: made(self.figures.T, (self,)))
    real = property(lambda self: made(self.figures.real, (self,)))
    imag = property(lambda self: made(self.figures.imag, (self,)))
    __array_priority__ = 100
    __hash__ = None  # type: ignore[assignment]

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {"shape": self.shape, "typestr": self.dtype.str, "data": (self.data.ptr, False), "version": 3}

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"stand-in {self.figures!r}"

    # What leaves the card

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct a NumPy array explicitly."
        )

    def __array_function__(self, function: Callable[..., Any], *_: object) -> Any:
        raise TypeError(f"numpy.{function.__name__} was called with an array of the card: ask the array module instead")

    def get(self, stream: Any = None, order: str = "C", out: Any = None, blocking: bool = True) -> np.ndarray:
        """A copy in the host's memory."""
        self.block.touch(stream or current_stream(), writes=False)
        refuse_while_capturing()
        counts.to_host += 1
        if blocking:
            at = stream or current_stream()
            at.finish(at.asked)
        if out is None:
            return self.figures.copy(order)
        np.copyto(out, self.figures)
        return out

    def set(self, arr: np.ndarray, stream: Any = None) -> None:
        """Copy from the host's memory."""
        if not isinstance(arr, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if arr.dtype != self.dtype or arr.shape != self.shape:
            raise TypeError(f"{arr.dtype} {arr.shape} array cannot be set to {self.dtype} {self.shape} array")
        if not (self.flags.c_contiguous or self.flags.f_contiguous):
            raise RuntimeError("Cannot set to non-contiguous array")
        refuse_while_capturing()
        counts.to_card += 1
        at = stream or current_stream()
        at.asked += 1
        self.block.touch(at, writes=True)
        if is_pinned(arr):
            # The card reads it at some time before the stream is done: here as late as it may.
            self.block.late.append(lambda: np.copyto(self.figures, arr))
            at.late.append((at.asked, self.block))
        else:
            self.figures[...] = arr

    def item(self, *where: int) -> Any:
        """An element as a Python number."""
        self.block.touch(current_stream(), writes=False)
        waited()
        return self.figures.item(*where)

    def tolist(self) -> Any:
        """All elements as lists."""
        self.block.touch(current_stream(), writes=False)
        waited()
        return self.figures.tolist()

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        return self.figures.__index__() if self.item() is not None else 0

    def __bool__(self) -> bool:
        return bool(self.item())

    # Parts of it

    def __getitem__(self, key: Any) -> Any:
        listed, advanced, masked = _key(key, self)
        if masked:
            waited()
        if not advanced:
            return made(self.figures[listed], (self,)) if not _is_element(self, listed) else _element(self, listed)
        keys = tuple(
            one.copy() if isinstance(one, np.ndarray) and current_stream().graph is None else one for one in listed
        )
        return computed(lambda source: source[_wrapped(keys, source.shape)], (self,), {})

    def __setitem__(self, key: Any, value: Any) -> None:
        listed, _, _ = _key(key, self)
        if not isinstance(value, (ndarray, *_PLAIN)):
            raise refused(value)
        value = plain(value)

        def assign(out: np.ndarray) -> None:
            out[_wrapped(listed, out.shape)] = value

        computed(lambda out: assign(out), (), {}, out=self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **named: Any) -> Any:
        # A number of NumPy's on the left gives way to an array of CuPy's; a call of NumPy's own function does not.
        if method != "__call__" or not any(isinstance(one, np.generic) for one in inputs):
            raise TypeError(
                f"numpy.{ufunc.__name__} was called with an array of the card: ask the array module instead"
            )
        from . import _functions as functions

        return functions.ufunc_named(ufunc.__name__)(*inputs, **named)

    # Copies and views

    def fill(self, value: Any) -> None:
        """Set all elements."""
        if not isinstance(value, (ndarray, *_PLAIN)):
            raise refused(value)
        computed(lambda number, out: np.copyto(out, number, casting="unsafe"), (value,), {}, out=self)

    def astype(self, dtype: Any, order: str = "K", casting: Any = None, subok: Any = None, copy: bool = True) -> Any:
        """The elements as another type."""
        if not copy and np.dtype(dtype) == self.dtype:
            return self
        return computed(lambda x: x.astype(dtype, order), (self,), {})

    def view(self, dtype: Any = None, array_class: Any = None) -> Any:
        """The same memory as another type."""
        return made(self.figures.view(dtype) if dtype is not None else self.figures.view(), (self,))

    def reshape(self, *shape: Any, order: str = "C") -> Any:
        """The elements in another shape: a view where that is possible."""
        result = self.figures.reshape(*plain(shape), order=order)
        if np.may_share_memory(result, self.figures) or not self.size:
            return made(result, (self,)) if self.size else ndarray._of(result, self.block, self)
        return computed(lambda x: x.reshape(*shape, order=order), (self,), {})

    def copy(self, order: str = "C") -> Any:
        """A copy."""
        return computed(lambda x: x.copy(order), (self,), {})

    def __copy__(self) -> Any:
        return self.copy()

    def __deepcopy__(self, memo: object) -> Any:
        return self.copy()


def _is_element(array: ndarray, key: tuple[Any, ...]) -> bool:
    return not isinstance(array.figures[key], np.ndarray)


def _element(array: ndarray, key: tuple[Any, ...]) -> ndarray:
    """An element as a view without axes: it stays on the card."""
    start = tuple(slice(k, (k + 1) or None) if isinstance(k, (int, np.integer)) else k for k in key)
    figures = array.figures[start].reshape(())
    return ndarray._of(figures, array.block, array if array.base is None else array.base)


def _key(key: Any, array: ndarray) -> tuple[tuple[Any, ...], bool, bool]:
    """What stands between the brackets, as NumPy takes it; whether it copies; whether it waits for a count."""
    listed, advanced, masked = [], False, False
    for one in key if isinstance(key, tuple) else (key,):
        if isinstance(one, ndarray):
            advanced = True
            masked = masked or one.dtype.kind == "b"
            listed.append(plain(one))
        elif isinstance(one, list):
            advanced = True
            counts.to_card += 1
            listed.append(np.asarray(one))
        elif one is None or one is Ellipsis or isinstance(one, (int, np.integer, slice)):
            listed.append(one)
        else:
            raise refused(one)
    return tuple(listed), advanced, masked


def _wrapped(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Indices beyond the end, wrapped around."""
    taking = [k for k in key if k is not None and k is not Ellipsis]
    used = sum(k.ndim if isinstance(k, np.ndarray) and k.dtype.kind == "b" else 1 for k in taking)
    axis, result = 0, []
    for one in key:
        if one is Ellipsis:
            axis += len(shape) - used
        elif isinstance(one, np.ndarray) and one.dtype.kind != "b":
            one = np.mod(one, max(shape[axis], 1))
            axis += 1
        elif one is not None:
            axis += one.ndim if isinstance(one, np.ndarray) else 1
        result.append(one)
    return tuple(result)


def attribute_missing(name: str) -> AttributeError:
    """What is said of a name that CuPy's arrays do not have, or that the stand-in does not."""
    known = name in NAMES.methods or name in NAMES.attributes
    return AttributeError(
        f"cupy.ndarray.{name}: {'not in the stand-in yet' if known else 'CuPy has no such attribute'}"
    )
