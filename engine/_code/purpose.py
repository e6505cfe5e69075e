"""What a part of a program is about, told from its words: whether it builds or trains a model, which names it changes."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache

from .imports import without_import
from .values import Symbol

_METHODS = ("add", "compile", "fit", "fit_generator")


def builds(body: Iterable[ast.stmt]) -> int:
    """How many calls make or change a model: those of Keras's names, `add`, `compile`, `fit`."""
    return sum(_is_building(node) for statement in body for node in ast.walk(statement))


def _is_building(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in _METHODS or _is_keras(node.func.attr)
    return isinstance(node.func, ast.Name) and _is_keras(node.func.id)


@cache
def _is_keras(name: str) -> bool:
    meaning = without_import(name)
    return isinstance(meaning, Symbol) and len(meaning.path) == 2 and meaning.path[0] == "keras"


def changed_names(body: Iterable[ast.stmt]) -> set[str]:
    """The names that statements give another value, or whose lists and dicts they may change."""
    names: set[str] = set()
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
            ):
                names.add(node.func.value.id)
            elif (
                isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
            ):
                names.add(node.value.id)
    return names


def has_yield(node: ast.AST) -> bool:
    """Whether a function is a generator."""
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        part = waiting.pop()
        if isinstance(part, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(part)
    return False
