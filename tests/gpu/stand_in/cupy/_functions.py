"""The stand-in's functions: those that CuPy has, called as CuPy's are, computed by NumPy's of the same name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ._array import attribute_missing, computed, made, ndarray, plain, refused, target_of, waited
from ._counts import counts
from ._names import NAMES
from .cuda import Block, current_card, current_stream, refuse_while_capturing

# Functions that wait for the card to count something, so that the size of their result is known.
_WAITING = {"argwhere", "bincount", "flatnonzero", "histogram", "nonzero", "repeat", "setdiff1d", "unique"}
# Those that ask cuBLAS, which CuPy refuses while a graph is recorded.
_BY_CUBLAS = {"matmul", "dot", "vdot", "inner", "outer", "tensordot", "einsum", "kron"}
# Those that take what lies in the host's memory.
_MAKING = {"array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "full", "full_like"}
_PLAIN = (bool, int, float, complex, np.generic)


def refuse_products() -> None:
    """What CuPy says of a product while a graph is recorded."""
    if current_stream().graph is not None:
        raise NotImplementedError("calling cuBLAS API during stream capture is currently unsupported")


class Ufunc:
    """A function element by element."""

    def __init__(self, name: str) -> None:
        self.name = self.__name__ = name
        self.nin, self.nout, self._methods = NAMES.ufuncs[name]
        self._function = getattr(np, name, None)

    def __repr__(self) -> str:
        return f"<ufunc 'cupy_{self.name}'>"

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        out, dtype = named.pop("out", None), named.pop("dtype", None)
        casting = named.pop("casting", "same_kind")
        if named:
            raise TypeError(f"Wrong arguments {named}")
        if not self.nin <= len(arguments) <= self.nin + self.nout:
            raise TypeError(f"Wrong number of arguments for {self!r}")
        if len(arguments) > self.nin:
            out = arguments[self.nin :] if self.nout > 1 else arguments[self.nin]
        arguments = arguments[: self.nin]
        for one in arguments:
            if not isinstance(one, (ndarray, *_PLAIN)):
                raise refused(one)
        if self._function is None:
            raise AttributeError(f"cupy.{self.name}: not in the stand-in yet")
        if self.name in _BY_CUBLAS:
            refuse_products()
        if isinstance(out, tuple) and self.nout == 1:
            (out,) = out
        options: dict[str, Any] = {"casting": casting}
        if dtype is not None:
            options["dtype"] = dtype
        return computed(self._function, arguments, options, out)

    def at(self, a: Any, indices: Any, b: Any = None) -> None:
        """In place, for each index."""
        self._check("at")
        function = self._function
        assert function is not None
        keys = plain(indices)
        operands = () if b is None else (plain(b),)
        computed(lambda out: function.at(out, keys, *operands), (), {}, out=a)

    def reduce(self, a: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        """Over an axis."""
        return self._reduced("reduce", a, {"axis": axis, "dtype": dtype, "keepdims": keepdims}, out)

    def accumulate(self, array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        """Along an axis."""
        return self._reduced("accumulate", array, {"axis": axis, "dtype": dtype}, out)

    def reduceat(self, array: Any, indices: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> Any:
        """Over slices."""
        self._check("reduceat")
        function = self._function
        assert function is not None
        return computed(function.reduceat, (array, indices), {"axis": axis, "dtype": dtype}, out)

    def outer(self, A: Any, B: Any, **named: Any) -> Any:
        """Of all pairs."""
        self._check("outer")
        function = self._function
        assert function is not None
        return computed(function.outer, (A, B), named)

    def _reduced(self, method: str, a: Any, named: dict[str, Any], out: Any) -> Any:
        self._check(method)
        return computed(getattr(self._function, method), (a,), named, out)

    def _check(self, method: str) -> None:
        if method not in self._methods or self._function is None:
            raise AttributeError(f"cupy.{self.name}.{method}: CuPy has no such method")


@cache
def ufunc_named(name: str) -> Ufunc:
    """A ufunc of CuPy's. Raises AttributeError where it has none of this name."""
    if name not in NAMES.ufuncs:
        raise AttributeError(f"module 'cupy' has no attribute {name!r}")
    return Ufunc(name)


@cache
def function_named(name: str) -> Callable[..., Any]:
    """A function of CuPy's. Raises AttributeError where it has none of this name, or the stand-in has none yet."""
    signature, function = NAMES.functions[name], getattr(np, name, None)
    if function is None:
        raise AttributeError(f"cupy.{name}: not in the stand-in yet")

    def call(*arguments: Any, **named: Any) -> Any:
        bound = signature.bind(*arguments, **named)
        if name in _MAKING:
            return _making(name, function, arguments, named)
        given = bound.arguments
        out = given.get("out")
        if name == "copyto":
            return _copied(**given)
        if name == "place" or name == "put":
            raise AttributeError(f"cupy.{name}: not in the stand-in yet")
        if name in _WAITING and (name != "repeat" or isinstance(given.get("repeats"), ndarray)):
            waited()
        if name == "where" and len(arguments) == 1:
            waited()
        if name == "take":
            return _taken(out=out, **{k: v for k, v in given.items() if k != "out"})
        if name in _BY_CUBLAS:
            refuse_products()
        positional, rest = _arranged(signature, given)
        return computed(function, tuple(positional), rest, out)

    call.__name__ = name
    return call


def _arranged(signature: inspect.Signature, given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments in order as far as none is left out, those that follow by name; `out` apart."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    gap = False
    for parameter in signature.parameters.values():
        if parameter.name == "out" or parameter.name not in given:
            gap = True
        elif parameter.kind is parameter.VAR_POSITIONAL:
            positional += given[parameter.name]
        elif parameter.kind is parameter.VAR_KEYWORD:
            named |= given[parameter.name]
        elif gap or parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = given[parameter.name]
        else:
            positional.append(given[parameter.name])
    return positional, named


def _making(name: str, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Arrays from what lies in the host's memory, which is copied; from arrays of the card as other functions."""
    first, *others = arguments
    if isinstance(first, ndarray):
        named = {key: value for key, value in named.items() if key != "blocking"}
        if name in ("asarray", "asanyarray", "ascontiguousarray") and not others and not named:
            return first if name != "ascontiguousarray" or first.flags.c_contiguous else first.copy()
        return computed(function, arguments, named)
    if name in ("full", "full_like") and isinstance(others[0] if others else None, ndarray):
        value, *rest = others
        return computed(function, (first, value, *rest), named)
    if (
        name not in ("full", "full_like")
        and isinstance(first, (list, tuple))
        and any(isinstance(x, ndarray) for x in first)
    ):
        return function_named("stack")(list(first))
    if name not in ("full", "full_like"):
        refuse_while_capturing()
        counts.to_card += 1
    named.pop("blocking", None)
    return made(np.array(function(*arguments, **named)))


def _copied(dst: Any, src: Any, casting: str = "same_kind", where: Any = None) -> None:
    if not isinstance(src, (ndarray, *_PLAIN)):
        raise refused(src)
    if isinstance(src, ndarray) and src.device != dst.device:
        _copied_from_elsewhere(dst, src, casting, where)
    elif where is None:
        computed(lambda x, out: np.copyto(out, x, casting=casting), (src,), {}, out=dst)  # type: ignore[call-overload]
    else:
        computed(lambda x, w, out: np.copyto(out, x, casting=casting, where=w), (src, where), {}, out=dst)  # type: ignore[call-overload]


def _copied_from_elsewhere(dst: Any, src: Any, casting: str, where: Any) -> None:
    """From another card: a plain copy of memory, without conversion."""
    plain_copy = src.dtype == dst.dtype and src.shape == dst.shape and src.flags.c_contiguous and dst.flags.c_contiguous
    if where is not None or not plain_copy:
        raise ValueError("copyto between devices does not convert, broadcast or take strided arrays")
    src.block.touch(current_stream(), writes=False)
    figures = src.figures
    computed(lambda out: np.copyto(out, figures), (), {}, out=dst)


def _taken(a: Any, indices: Any, axis: Any = None, out: Any = None, **named: Any) -> Any:
    # Indices beyond the end wrap around, as they do on a card.
    if not isinstance(indices, (ndarray, int)):
        raise refused(indices)
    return computed(lambda x, i, out=None: np.take(x, i, axis, out, mode="wrap"), (a, indices), {}, out)


def _zeros_like(name: str) -> Callable[..., Any]:
    function, signature = getattr(np, name), NAMES.functions[name]

    def make(*arguments: Any, **named: Any) -> Any:
        signature.bind(*arguments, **named)
        figures = function(*(plain(one) for one in arguments), **named)
        return ndarray._of(figures, Block(current_card(), figures.nbytes), None, writes=True)

    return make


for _name in ("empty", "empty_like"):
    # What lies there is undefined: numbers that show where they are used.
    globals()[_name] = _zeros_like(_name)


def asnumpy(a: Any, stream: Any = None, order: str = "C", out: Any = None, *, blocking: bool = True) -> np.ndarray:
    """A copy in the host's memory."""
    return a.get(stream, order, out, blocking) if isinstance(a, ndarray) else np.asarray(a)


def get_array_module(*arguments: Any) -> Any:
    """CuPy where one argument is its array, else NumPy."""
    import cupy

    return cupy if any(isinstance(one, ndarray) for one in arguments) else np


def as_strided(x: Any, shape: Any = None, strides: Any = None) -> Any:
    """A view with other strides."""
    return made(np.lib.stride_tricks.as_strided(x.figures, shape, strides), (x,))


_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "left_shift",
    "rshift": "right_shift",
    "matmul": "matmul",
}
_COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}


def _function(name: str) -> Callable[..., Any]:
    return ufunc_named(name) if name in NAMES.ufuncs else function_named(name)


def _operator(name: str, swapped: bool = False, in_place: bool = False) -> Callable[[Any, Any], Any]:
    def operate(self: Any, other: Any) -> Any:
        if not isinstance(other, (ndarray, *_PLAIN)):
            if isinstance(other, np.ndarray):
                raise refused(other)
            return NotImplemented
        if in_place:
            return _function(name)(self, other, out=self)
        return _function(name)(other, self) if swapped else _function(name)(self, other)

    return operate


def _method(name: str) -> Callable[..., Any]:
    signature = NAMES.methods[name]

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        given = dict(signature.bind(self, *arguments, **named).arguments)
        out = given.get("out")
        if name == "take":
            return _taken(self, **{key: value for key, value in given.items() if key != "self"})
        if name in _WAITING:
            waited()
        positional, rest = _arranged(signature, given)
        if name in ("sort", "partition"):
            computed(lambda out: getattr(out, name)(*positional[1:], **rest), (), {}, out=self)
            return None
        return computed(getattr(np.ndarray, name), tuple(positional), rest, out)

    method.__name__ = name
    return method


def _install() -> None:
    """Give arrays CuPy's operators and methods."""
    for name, function in _OPERATORS.items():
        setattr(ndarray, f"__{name}__", _operator(function))
        setattr(ndarray, f"__r{name}__", _operator(function, swapped=True))
        setattr(ndarray, f"__i{name}__", _operator(function, in_place=True))
    for name, function in _COMPARISONS.items():
        setattr(ndarray, f"__{name}__", _operator(function))
    for name, function in {"neg": "negative", "abs": "absolute", "invert": "invert"}.items():
        setattr(ndarray, f"__{name}__", lambda self, f=function: _function(f)(self))
    for name in NAMES.methods:
        if not name.startswith("_") and name not in vars(ndarray) and hasattr(np.ndarray, name):
            setattr(ndarray, name, _method(name))
    # Comparisons took the hash away, as NumPy's arrays have none.
    ndarray.__getattr__ = _missing  # type: ignore[attr-defined]


def _missing(_: Any, name: str) -> Any:
    raise attribute_missing(name)


_install()
__all__ = ["as_strided", "asnumpy", "function_named", "get_array_module", "target_of", "ufunc_named"]
