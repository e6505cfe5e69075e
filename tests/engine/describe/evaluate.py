"""An evaluator of the arithmetic in explanations that shares nothing with the one that wrote it."""

from __future__ import annotations

import ast
import math
import operator
from fractions import Fraction

_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
_FUNCTIONS = {"ceil": math.ceil, "floor": math.floor, "max": max}


def evaluated(text: str) -> Fraction:
    """The value of numbers, + - * /, brackets, ceil, floor and max. Raises TypeError for anything else."""
    return _value(ast.parse(text, mode="eval").body)


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return Fraction(node.value)
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return Fraction(_FUNCTIONS[node.func.id](*map(_value, node.args)))
    raise TypeError(ast.dump(node))
