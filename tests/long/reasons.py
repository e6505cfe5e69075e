"""Why a cell of a public notebook or script did not run: kinds of reasons, and what follows from what is missing here.

An error that our code raises counts against us. It does not where its statement reads what an earlier one would have made
and did not: for want of a package, a file, time or Python 2. `Missing` follows that through names, and through the names that
functions and classes read.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence

KINDS = {
    "ours": "our code failed, or a summary or another output differs",
    "package": "a package that is not installed",
    "data": "a file that the repository does not have, or an address: there is no network",
    "time": "a training or a loop that is too long to wait for",
    "Python": "Python of another version, or none",
    "saved": "fails with the same error in the saved notebook",
    "refused": "a model of the repository holds code, which is not run from files",
    "absent": "a part of TensorFlow that is not there, or that a model which is code asks for; the error says so",
    "code": "the file's own code, or another package, raised it",
    "training": "an output of what was trained or of a data set: trainings are cut short here, data sets made up",
    "printed": "an output of another package or version, or of other cells than the notebook has",
    "follows": "works on what an earlier cell did not make",
}
_BY_ERROR = {
    "ModuleNotFoundError": "package",
    "ImportError": "package",
    "FileNotFoundError": "data",
    "NotADirectoryError": "data",
    "URLError": "data",
    "TooLong": "time",
    "SyntaxError": "Python",
    "IndentationError": "Python",
    "TabError": "Python",
    "NameError": "follows",
}
# What engine.compat says of parts of TensorFlow that will not be there, and what models of a program's own class say of files.
_ABSENT = (
    *(
        f"has no {part!r} in the engine"
        for part in ("distribute", "lite", "ragged", "saved_model", "sparse", "summary")
    ),
    "is written as a subclass: it has code in place of a graph of layers",
)
_WHOEVER_RAISED = ("FileNotFoundError", "NotADirectoryError", "URLError", "TooLong")


class Missing:
    """The names of a notebook that are not what they would be, since statements failed or were not reached."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._imported: set[str] = set()
        self._defined: dict[str, set[str]] = {}  # function or class: the names that its body reads

    def reads(self, statement: ast.stmt) -> bool:
        """Whether a statement works on such a name, itself or through what it calls."""
        names, pending = set[str](), _read(statement)
        while pending:
            names |= pending
            pending = set[str]().union(*(self._defined.get(name, ()) for name in pending)) - names
        return not names.isdisjoint(self._names)

    def went(self, statements: Iterable[ast.stmt]) -> None:
        """These statements ran."""
        for statement in statements:
            made = _made(statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                self._imported |= made
            elif isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                self._defined[statement.name] = _read(statement)
            elif self.reads(statement):
                self._names |= made
                continue
            self._names -= made

    def failed(self, statements: Iterable[ast.stmt]) -> None:
        """These did not, or not to their end: what they make is missing, and what their methods change is not as it should be."""
        for statement in statements:
            self._names |= _made(statement) | (_changed(statement) - self._imported)


def kind_of(error: str, by_us: bool, follows: bool, saved_errors: Sequence[str]) -> str:
    """The kind of an error "Class: message". by_us: our code raised it; saved_errors: classes that the saved cell shows."""
    name = error.partition(":")[0]
    if name in saved_errors:
        return "saved"
    if "could not be fetched" in error:
        return "data"
    if name in _WHOEVER_RAISED:
        return _BY_ERROR[name]
    if "found stored code" in error:
        return "refused"
    if any(words in error for words in _ABSENT):
        return "absent"
    if by_us:
        return "follows" if follows else "ours"
    if name in _BY_ERROR:
        return _BY_ERROR[name]
    return "follows" if follows else "code"


def counted(kinds_of_files: Iterable[str]) -> list[str]:
    """Lines of a table of Markdown: how many files have a reason of each kind. kinds_of_files: "data, follows" of each."""
    numbers = Counter(kind for kinds in kinds_of_files for kind in kinds.split(", "))
    rows = [f"| {kind} | {meaning} | {numbers[kind]} |" for kind, meaning in KINDS.items() if numbers[kind]]
    return ["| kind of reason | what it means | files |", "|---|---|---|", *rows]


def _read(statement: ast.stmt) -> set[str]:
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in names if isinstance(node.ctx, ast.Load)}


def _made(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, or whose elements it sets."""
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            names |= _root(node)
    return names


def _changed(statement: ast.stmt) -> set[str]:
    """The names whose methods a statement calls."""
    calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return set[str]().union(*(_root(function) for function in calls if isinstance(function, ast.Attribute)))


def _root(node: ast.expr) -> set[str]:
    """The name that attributes and elements are taken from."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
