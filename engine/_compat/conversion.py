"""Programs and notebooks for tf.keras or Keras 3 as files that run here: the line that they need, and a list of what is not there.

The text is read and never run. What stays is every letter of it but the lines that are named as changes.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from .._code.notebook import code_cells
from .._code.notes import Notes
from .._code.parsing import lines_of, parse
from .._code.program import MOST_LETTERS, MOST_LETTERS_OF_NOTEBOOK
from .._code.used_names import ROOTS, used_names
from ..errors import FileError
from .facade import INSTEAD, Facade
from .installer import module_of

LINE = "import engine.compat"
_INSTALLS = re.compile(
    r"^\s*[!%](?:pip|pip3|conda)\s+install\b.*\b(?:tensorflow|keras|tf-nightly|tf_keras)\b|^\s*%tensorflow_version\b"
)
_OTHERS = ("tensorflow_addons", "tensorflow_datasets", "tensorflow_hub", "tensorflow_probability", "tensorflow_text", "keras_cv",
    "keras_nlp", "keras_hub", "keras_tuner", "kerastuner", "keras_core")  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """A change of the program, or a name that is not there.

    Args:
        line: its line, in its cell; from 1.
        cell: the cell of a notebook, from 1; None in a program.
        text: what was changed, or what is missing with the nearest thing.
    """

    line: int
    cell: int | None
    text: str

    def __str__(self) -> str:
        location = f"line {self.line}" if self.cell is None else f"cell {self.cell}, line {self.line}"
        return f"{location}: {self.text}"


@dataclass
class Converted:
    """A program that was converted.

    Args:
        text: the new file.
        changes: what differs from the old one.
        missing: names that are not there.
        names: how many names of TensorFlow and Keras it uses.
    """

    text: str
    changes: list[Remark] = field(default_factory=list)
    missing: list[Remark] = field(default_factory=list)
    names: int = 0


def converted(text: str, where: str) -> Converted:
    r"""A program (.py) or notebook (.ipynb) for tf.keras or Keras 3, as one that runs here.

    Args:
        text: the file's text.
        where: its name; a notebook's ends with ".ipynb".

    Returns:
        The new text, with what was changed and what is not there.

    Raises:
        FileError: it is no notebook of Python, or uses neither TensorFlow nor Keras.

    Example:
        >>> made = converted("from tensorflow import keras\nkeras.layers.Denses(3)\n", "net.py")
        >>> print(made.text.splitlines()[0], "|", made.missing[0])
        import engine.compat | line 2: tensorflow.keras.layers.Denses is not there; nearest: Dense.
    """
    is_notebook = where.lower().endswith(".ipynb")
    most = MOST_LETTERS_OF_NOTEBOOK if is_notebook else MOST_LETTERS
    if len(text) > most:
        raise FileError(file=where, expected=f"at most {most:,} letters", actual=f"{len(text):,}")
    made = _notebook(text, where) if is_notebook else _program(text, where)
    made.missing.sort(key=lambda remark: (remark.cell or 0, remark.line))
    return made


def _program(text: str, where: str) -> Converted:
    made = Converted("")
    lines = text.splitlines(keepends=True)
    at, statements = _examined(text, None, made)
    _refuse_others(made, where)
    kept, changed = _without_installs(lines, None)
    if _has_line(statements):
        made.text = "".join(kept)
    else:
        kept.insert(at, f"{LINE}\n")
        changed.append(Remark(at + 1, None, f"added: {LINE}"))
        made.text = "".join(kept)
    made.changes = changed
    return made


def _notebook(text: str, where: str) -> Converted:
    cells = code_cells(text, where)
    made, statements = Converted(""), list[ast.stmt]()
    before: list[ast.stmt] = []
    for number, source in cells:
        before += [s for s in statements if isinstance(s, (ast.Import, ast.ImportFrom))]
        statements = _statements(source)
        _note_names(before, statements, number, made)
    _refuse_others(made, where)
    notebook: dict[str, Any] = json.loads(text)
    listed: list[dict[str, Any]] = notebook.get("cells") or [
        c for sheet in notebook["worksheets"] for c in sheet["cells"]
    ]
    there = False
    for number, cell in enumerate(listed, 1):
        if cell.get("cell_type") != "code":
            continue
        key = "source" if "source" in cell else "input"
        source = cell.get(key, "")
        joined = "".join(source) if isinstance(source, list) else str(source)
        there = there or _has_line(_statements(joined))
        kept, changed = _without_installs(joined.splitlines(keepends=True), number)
        made.changes += changed
        cell[key] = kept if isinstance(source, list) else "".join(kept)
    if not there:
        first = next((i for i, cell in enumerate(listed) if cell.get("cell_type") == "code"), 0)
        new: dict[str, Any] = {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": [LINE],
        }
        if int(notebook.get("nbformat", 4)) >= 4 and int(notebook.get("nbformat_minor", 0)) >= 5:
            new["id"] = "engine-compat"
        target = notebook["cells"] if notebook.get("cells") else notebook["worksheets"][0]["cells"]
        target.insert(first, new if "cells" in notebook else {**new, "input": new.pop("source"), "language": "python"})
        made.changes.insert(0, Remark(1, first + 1, f"added: a cell with {LINE}"))
    made.text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return made


def _refuse_others(made: Converted, where: str) -> None:
    if not made.names:
        raise FileError(file=where, expected="a program that uses TensorFlow or Keras", actual="one that uses neither")


def _statements(source: str) -> list[ast.stmt]:
    return parse(source, Notes(lines_of(source)), 0)


def _examined(text: str, cell: int | None, made: Converted) -> tuple[int, list[ast.stmt]]:
    """Where the line goes, behind the docstring and `from __future__`, and the statements."""
    statements = _statements(text)
    _note_names([], statements, cell, made)
    at = 0
    for statement in statements:
        is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and not at
        is_future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not (is_docstring or is_future):
            break
        at = statement.end_lineno or statement.lineno
    if not at:
        head = text.splitlines()
        while at < len(head) and head[at].startswith("#") and (head[at].startswith("#!") or "coding" in head[at]):
            at += 1
    return at, statements


def _note_names(imports: list[ast.stmt], statements: list[ast.stmt], cell: int | None, made: Converted) -> None:
    """Count the names that statements use, and say which are not there."""
    ours = used_names([*imports, *statements])
    inherited = used_names(imports)
    for name, line in ours.items():
        if name in inherited:
            continue
        made.names += 1
        sentence = lacking(name)
        if sentence:
            made.missing.append(Remark(line, cell, sentence))
    for statement in statements:
        for node in ast.walk(statement):
            modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            for module in modules:
                made.names += module.partition(".")[0] in ROOTS
                if module.partition(".")[0] in _OTHERS:
                    made.missing.append(
                        Remark(
                            getattr(node, "lineno", 1), cell, f"{module} is another package, which has to be installed."
                        )
                    )


def lacking(name: str) -> str:
    """What is not there of a whole name, with the nearest thing; "" where all of it is.

    Args:
        name: with its modules, such as "tensorflow.keras.layers.Dense".

    Example:
        >>> lacking("tensorflow.keras.layers.Dense"), lacking("tensorflow.reduce_meen")
        ('', 'tensorflow.reduce_meen is not there; nearest: reduce_mean, reduce_min.')
    """
    parts = name.split(".")
    owner: object = module_of(parts[0])
    for i, part in enumerate(parts[1:], 1):
        path = ".".join(parts[: i + 1])
        value = module_of(path) if isinstance(owner, ModuleType) and part.islower() else None
        if value is None:
            value = _attribute(owner, part)
        if value is None:
            near = INSTEAD.get(part) or ", ".join(difflib.get_close_matches(part, dir(owner), 2, 0.6))
            return f"{path} is not there" + (f"; nearest: {near}." if near else ".")
        owner = value
    return ""


def _attribute(owner: object, name: str) -> object | None:
    try:
        return owner.own(name) if isinstance(owner, Facade) else getattr(owner, name)
    except (AttributeError, ImportError):
        return None


def _has_line(statements: list[ast.stmt]) -> bool:
    return any(isinstance(s, ast.Import) and any(one.name == "engine.compat" for one in s.names) for s in statements)


def _without_installs(lines: Sequence[str], cell: int | None) -> tuple[list[str], list[Remark]]:
    """The lines, those that would install TensorFlow or Keras as comments."""
    converted: list[str] = []
    changed: list[Remark] = []
    for number, line in enumerate(lines, 1):
        if _INSTALLS.match(line):
            changed.append(Remark(number, cell, f"as a comment, since the engine stands for it: {line.strip()}"))
            line = f"# {line.lstrip()}"
        converted.append(line)
    return converted, changed
