"""Operators on plain data, with limits: a program may ask for numbers and texts that no memory holds."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from .values import MOST_ITEMS, TOO_LARGE, ArrayValue, Unknown, Value, is_plain, is_small

MOST_BITS = 4096
ERRORS = (ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError)

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, group: item in group,
    ast.NotIn: lambda item, group: item not in group,
}


def binary(operation: ast.operator, left: Value, right: Value) -> Value:
    """`left operation right`; Unknown where a part of it is, or where it would be too large."""
    for side in (left, right):
        if isinstance(side, Unknown):
            return side
    shapes = [side.shape for side in (left, right) if isinstance(side, ArrayValue)]
    if shapes:
        return ArrayValue(shapes[0]) if len(set(shapes)) == 1 else Unknown("arrays are computed with")
    joining = isinstance(operation, (ast.Add, ast.Mult)) and any(
        isinstance(side, (list, tuple)) for side in (left, right)
    )
    if not joining and not (is_plain(left) and is_plain(right)):
        return Unknown("it is no plain number or text")
    if not _is_possible(operation, left, right):
        return TOO_LARGE
    action = _BINARY.get(type(operation))
    return Unknown("its operator is not read") if action is None else carefully(action, left, right)


def unary(operation: ast.unaryop, value: Value) -> Value:
    """`operation value`."""
    if isinstance(value, (Unknown, ArrayValue)):
        return value
    return carefully(_UNARY[type(operation)], value) if is_plain(value) else Unknown("it is no plain number")


def compare(operation: ast.cmpop, left: Value, right: Value) -> Value:
    """`left operation right`, a truth or Unknown."""
    if isinstance(operation, (ast.Is, ast.IsNot)) and (left is None or right is None):
        sides = [side for side in (left, right) if isinstance(side, Unknown)]
        return sides[0] if sides else _COMPARE[type(operation)](left, right)
    if not (is_small(left) and is_small(right) and is_plain(left) and is_plain(right)):
        return Unknown("what is compared is not known")
    return carefully(_COMPARE[type(operation)], left, right)


def carefully(action: Callable[..., Any], *arguments: Value) -> Value:
    """What a pure function gives for plain data; Unknown with the reason where it refuses them."""
    try:
        return action(*arguments)
    except ERRORS as error:
        return Unknown(f"Python refuses it: {error}"[:120])


def _is_possible(operation: ast.operator, left: Value, right: Value) -> bool:
    """Whether the result has a size that is worth computing."""
    if isinstance(left, int) and isinstance(right, int):
        bits, other = left.bit_length(), right.bit_length()
        if isinstance(operation, ast.Pow):
            return right < 0 or bits * right <= MOST_BITS
        if isinstance(operation, ast.LShift):
            return 0 <= right <= MOST_BITS - min(bits, MOST_BITS)
        return bits + other <= MOST_BITS
    if isinstance(operation, ast.Mult):
        for sequence, times in ((left, right), (right, left)):
            if isinstance(sequence, (str, bytes, list, tuple)) and isinstance(times, int):
                return len(sequence) * max(times, 0) <= MOST_ITEMS
    if isinstance(operation, ast.Mod) and isinstance(left, (str, bytes)):
        return is_modest_format(str(left)) and is_small(right, 2000)
    if isinstance(left, (str, bytes, list, tuple)) and isinstance(right, (str, bytes, list, tuple)):
        return len(left) + len(right) <= MOST_ITEMS
    return True


def is_modest_format(text: str) -> bool:
    """Whether a format asks for no widths of thousands: "%9999999d"."""
    digits = 0
    for letter in text:
        digits = digits + 1 if letter.isdigit() else 0
        if digits > 3 or letter == "*":
            return False
    return len(text) <= MOST_ITEMS
