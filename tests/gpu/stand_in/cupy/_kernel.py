"""`cupy.ElementwiseKernel`: the lines of C that the engine writes, read and computed with NumPy.

Each line is `type name = expression;` or `result = name;`, with calls, signs and brackets as C and Python both have them. Anything
else is refused, and so are arguments of other types than declared.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ._array import computed, ndarray

_TYPES = {"float": "float32", "double": "float64", "bool": "bool"}
_SIGNS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: np.divide,
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt,
    ast.LtE: operator.le,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "engine_abs": np.absolute, "engine_sign": np.sign, "engine_max": np.maximum, "engine_min": np.minimum,
    "engine_where": np.where, "engine_and": np.logical_and, "engine_or": np.logical_or, "engine_not": np.logical_not,
    **{name: getattr(np, name) for name in ("sqrt", "exp", "expm1", "log", "log1p", "tanh", "sin", "cos")},
}  # fmt: skip
_LINE = re.compile(r"(?:(float|double|bool) (v\d+)|(z\d+)) = (.+);")


class ElementwiseKernel:
    """A kernel from lines of C."""

    def __init__(
        self,
        in_params: str,
        out_params: str,
        operation: str,
        name: str = "kernel",
        reduce_dims: bool = True,
        preamble: str = "",
        no_return: bool = False,
        return_tuple: bool = False,
    ) -> None:
        self._takes, self._gives = _parameters(in_params), _parameters(out_params)
        self.lines: list[tuple[str | None, str, ast.expr]] = []
        for line in operation.splitlines():
            found = _LINE.fullmatch(line)
            if found is None:
                raise ValueError(f"CompileException: {line}")
            kind, local, result, text = found.groups()
            self.lines.append((kind, local or result, ast.parse(text, mode="eval").body))
        used = set(re.findall(r"engine_\w+", operation))
        missing = [one for one in used if f" {one}(" not in preamble]
        if missing:
            raise ValueError(f"CompileException: no function {missing[0]}")

    def __call__(self, *arguments: Any) -> None:
        declared = [*self._takes, *self._gives]
        if len(arguments) != len(declared):
            raise TypeError(f"Wrong number of arguments: {len(declared)} are declared, {len(arguments)} given")
        for array, (dtype, name) in zip(arguments, declared, strict=True):
            if not isinstance(array, ndarray) or array.dtype != dtype:
                raise TypeError(f"argument {name} is no array of {dtype}")
        takes, gives = arguments[: len(self._takes)], arguments[len(self._takes) :]
        shape = np.broadcast_shapes(*(array.shape for array in takes), gives[0].shape)
        if any(array.shape != shape for array in gives):
            raise ValueError(f"Out shape is mismatched: {shape}")
        computed(self._run, takes, {}, out=tuple(gives))

    def _run(self, *takes: Any, out: tuple[Any, ...]) -> None:
        values = {name: array for (_, name), array in zip(self._takes, takes, strict=True)}
        results = {name: array for (_, name), array in zip(self._gives, out, strict=True)}
        ends: list[tuple[Any, Any]] = []
        for kind, name, expression in self.lines:
            value = _value(expression, values)
            if kind is None:
                ends.append((results[name], value))
            else:
                values[name] = np.asarray(value, _TYPES[kind])
        for target, value in [(target, np.array(value)) for target, value in ends]:
            np.copyto(target, value, casting="no")


def _parameters(text: str) -> list[tuple[str, str]]:
    pairs = [one.split() for one in text.split(", ") if one]
    return [(dtype, name) for dtype, name in pairs]


def _value(node: ast.expr, values: dict[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return values[node.id]
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, values)
        case ast.BinOp():
            return _SIGNS[type(node.op)](_value(node.left, values), _value(node.right, values))
        case ast.Compare(ops=[sign], comparators=[right]):
            return _SIGNS[type(sign)](_value(node.left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name)):
            operands = [_value(one, values) for one in node.args]
            if name in _TYPES:
                return np.asarray(operands[0]).astype(_TYPES[name])
            return _FUNCTIONS[name](*operands)
    raise ValueError(f"CompileException: {ast.unparse(node)}")
