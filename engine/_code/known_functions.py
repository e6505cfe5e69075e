"""Functions of a program that are recognised by their text, since they are written wherever a later Keras lacks one."""

from __future__ import annotations

import ast
from functools import cache

from .values import FunctionValue

_CLIPS = ("ops.clip", "keras.ops.clip", "K.clip", "backend.clip", "tf.clip_by_value", "keras.backend.clip")


def is_hard_sigmoid(function: FunctionValue) -> bool:
    """Whether a function says Keras 2's hard_sigmoid, which Keras 3 has under no name."""
    node = function.node
    if len(node.args.args) != 1:
        return False
    if isinstance(node, ast.Lambda):
        result: ast.expr | None = node.body
    else:
        last = node.body[-1]
        is_text = [isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in node.body[:-1]]
        result = last.value if isinstance(last, ast.Return) and all(is_text) else None
    return result is not None and ast.dump(result) in _hard_sigmoids(node.args.args[0].arg)


@cache
def _hard_sigmoids(name: str) -> frozenset[str]:
    sums = (f"0.2 * {name} + 0.5", f"{name} * 0.2 + 0.5", f"0.5 + 0.2 * {name}")
    calls = (f"{clip}({each}, {low}, {high})" for clip in _CLIPS for each in sums for low, high in _ENDS)
    return frozenset(ast.dump(ast.parse(call, mode="eval").body) for call in calls)


_ENDS = (("0.0", "1.0"), ("0", "1"))
