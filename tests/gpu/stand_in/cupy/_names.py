"""The table of CuPy's names (`names.txt`), read: which functions there are, how they are called."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_TABLE = Path(__file__).parent / "names.txt"


@dataclass
class Names:
    """What CuPy has, by name.

    Attributes:
        functions: with their signatures.
        ufuncs: number of inputs, of outputs, and their methods.
        methods: of arrays, with their signatures.
        attributes: of arrays.
        others: classes and values of the module.
        cupyx: functions of `cupyx`.
        cuda: names of `cupy.cuda`, and of its classes as "Stream.record".
    """

    functions: dict[str, inspect.Signature] = field(default_factory=dict)
    ufuncs: dict[str, tuple[int, int, frozenset[str]]] = field(default_factory=dict)
    methods: dict[str, inspect.Signature] = field(default_factory=dict)
    attributes: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    cupyx: dict[str, inspect.Signature] = field(default_factory=dict)
    cuda: set[str] = field(default_factory=set)


def signature_of(text: str) -> inspect.Signature:
    """The signature that a text as `(a, axis=None, *, dtype=None)` says; defaults are not looked at.

    >>> str(signature_of("(a, axis=None)"))
    '(a, axis=None)'
    """
    arguments = ast.parse(f"def f{text}: pass").body[0].args  # type: ignore[attr-defined]
    return inspect.Signature(list(_parameters(arguments)))


def _parameters(arguments: ast.arguments) -> Iterator[inspect.Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    required = len(positional) - len(arguments.defaults)
    for i, one in enumerate(positional):
        kind = inspect.Parameter.POSITIONAL_ONLY
        if i >= len(arguments.posonlyargs):
            kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        yield inspect.Parameter(one.arg, kind, default=inspect.Parameter.empty if i < required else None)
    if arguments.vararg is not None:
        yield inspect.Parameter(arguments.vararg.arg, inspect.Parameter.VAR_POSITIONAL)
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        given = inspect.Parameter.empty if default is None else None
        yield inspect.Parameter(one.arg, inspect.Parameter.KEYWORD_ONLY, default=given)
    if arguments.kwarg is not None:
        yield inspect.Parameter(arguments.kwarg.arg, inspect.Parameter.VAR_KEYWORD)


def _read() -> Names:
    names = Names()
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        name, bracket, arguments = rest.partition("(")
        if kind == "ufunc":
            name, inputs, outputs, *methods = rest.split()
            names.ufuncs[name] = int(inputs), int(outputs), frozenset(methods)
        elif kind in ("def", "method", "cupyx"):
            table = {"def": names.functions, "method": names.methods, "cupyx": names.cupyx}[kind]
            table[name] = signature_of(bracket + arguments)
        elif kind == "attribute":
            names.attributes.add(name)
        elif kind == "cuda":
            names.cuda.add(name)
        elif kind in ("class", "value"):
            names.others.add(name)
    return names


NAMES = _read()
