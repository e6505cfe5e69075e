"""`python -m tests.keras.surface`: writes docs/keras.md, the table of Keras's names and what the engine has of each.

`surface.txt` beside this file is the list, one name a line: module, signature in Keras 2.2.4, the notes that use it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.long.keras_suite import outcomes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DOCUMENT = ROOT / "docs" / "keras.md"

# Arguments that are taken before the declared settings are looked at.
TAKEN_FIRST = {"layers.Lambda": {"output_shape", "mask", "arguments"}, "layers.Bidirectional": {"weights"}}
# Where the engine differs on purpose. Key: a row's path, or its name for all rows of that name.
DIFFERENCES: dict[str, str] = {
    "set_session": "no effect, and says so",
    "get_session": "an object whose run() computes tensors",
    "manual_variable_initialization": "variables are initialised when they are made",
    "func_dump": "refused: code is never stored in files",
    "func_load": "refused: code is never loaded from files",
    "TFOptimizer": "refused: there is no TensorFlow below; our optimizers have the same names",
    "multi_gpu_model": "batches shared by graphics cards; refused with the number found where there are fewer",
    "layers.BatchNormalization": "plain moving averages, as on Theano (2.2.4 on TensorFlow debiases them)",
    "layers.CuDNNGRU": "the plain GRU with sigmoid gates and reset_after",
    "layers.CuDNNLSTM": "the plain LSTM with sigmoid gates",
    "layers.Lambda": "a file has the function's name, never its code: `custom_objects` gives it by its own or the layer's name",
    "TensorBoard": "by tensorboardX (an extra)",
    "layers.UpSampling2D": "'bilinear' as on TensorFlow 1: no half-pixel centres",
    "gradients": "of any order; a second one through K.ctc_batch_cost is refused",
    "ctc_decode": "needs values: decode what predict gave",
    "ctc_label_dense_to_sparse": "a dense vector: there are no sparse tensors",
    "fit": "also control= and listeners=, for dashboards",
}


@dataclass
class Row:
    """One name of Keras's, and what the engine has of it."""

    module: str
    signature: str
    notes: str
    problem: str = ""

    @property
    def name(self) -> str:
        """The name without arguments; the first of several aliases."""
        return re.split(r"[ (]", self.signature, maxsplit=1)[0]

    @property
    def path(self) -> str:
        """Module and name."""
        return f"{self.module}.{self.name}"

    @property
    def difference(self) -> str:
        """What differs on purpose."""
        return DIFFERENCES.get(self.path) or DIFFERENCES.get(self.name, "")


def rows() -> list[Row]:
    """All rows, compared with the engine."""
    lines = (HERE / "surface.txt").read_text(encoding="utf-8").splitlines()
    return [_checked(Row(*(line.split("\t") + ["", ""])[:3])) for line in lines]


def _checked(row: Row) -> Row:
    try:
        owner = _find(row.module)
    except (ImportError, AttributeError):
        row.problem = f"no {row.module}"
        return row
    if " = " in row.signature:
        names = row.signature.split(" = ")
        missing = [name for name in names if not hasattr(owner, name)]
        row.problem = f"no {', '.join(missing)}" if missing else ""
    elif not _has(owner, row.name):
        row.problem = "absent"
    elif "(" in row.signature:
        row.problem = _arguments_problem(row, getattr(owner, row.name))
    return row


def _find(path: str) -> Any:
    """A module of the engine, or a class in one."""
    try:
        return importlib.import_module(f"engine.{path}")
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(f"engine.{module}"), name)


def _has(owner: Any, name: str) -> bool:
    return hasattr(owner, name) or name in _set_on_instances(owner)


@cache
def _set_on_instances(owner: type) -> frozenset[str]:
    """Attributes that methods set with `self.name = ...`, and annotated ones."""
    found: set[str] = set()
    for base in getattr(owner, "__mro__", ()):
        found |= set(getattr(base, "__annotations__", {}))
        try:
            source = inspect.getsource(base)
        except (OSError, TypeError):
            continue
        found |= set(re.findall(r"self\.(\w+)(?:: [^=\n]+)? = ", source))
    return frozenset(found)


def _arguments_problem(row: Row, found: Any) -> str:
    """How the arguments differ from Keras's: each of Keras's must be there, in its place, with its default."""
    try:
        ours = inspect.signature(found)
    except (TypeError, ValueError):
        return "its arguments cannot be read"
    available = {name.strip("*"): p for name, p in ours.parameters.items() if name != "self"}
    open_ended = any(p.kind is p.VAR_KEYWORD for p in available.values())
    order = [name for name, p in available.items() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY)]
    for place, (name, default) in enumerate(_parameters(row.signature)):
        if name.startswith("*") or name in TAKEN_FIRST.get(row.path, ()):
            continue
        if name not in available:
            if open_ended or any(p.kind is p.VAR_POSITIONAL for p in available.values()):
                continue
            return f"no argument {name}"
        parameter = available[name]
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and order.index(name) != place:
            return f"{name} stands in another place"
        if default is not inspect.Parameter.empty and not _same(parameter.default, default):
            return f"{name}={parameter.default!r}, not {default!r}"
    return ""


def _same(ours: Any, theirs: Any) -> bool:
    def plain(value: Any) -> Any:
        return tuple(plain(v) for v in value) if isinstance(value, (list, tuple)) else value

    ours, theirs = plain(ours), plain(theirs)
    # One number for all axes means the same as one for each.
    return ours == theirs or (isinstance(ours, tuple) and set(ours) in ({theirs}, {(theirs, theirs)}))


def _parameters(signature: str) -> Iterator[tuple[str, Any]]:
    """Names and default values in `name(a, b=1)`."""
    call = ast.parse(f"def {signature}: pass").body[0]
    assert isinstance(call, ast.FunctionDef)
    given = call.args
    positional = [a.arg for a in given.args]
    without = len(positional) - len(given.defaults)
    for i, name in enumerate(positional):
        yield name, inspect.Parameter.empty if i < without else _value(given.defaults[i - without])
    if given.kwarg:
        yield f"**{given.kwarg.arg}", inspect.Parameter.empty


def _value(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return inspect.Parameter.empty


@cache
def _words(folder: str) -> frozenset[str]:
    """All words in the Python files of a folder of tests."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py") if path != Path(__file__))
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


@cache
def _golden() -> dict[str, set[str]]:
    """By module, the names whose numbers the golden files hold."""
    sys.path.insert(0, str(ROOT / "tests" / "golden"))
    try:
        cases = importlib.import_module("cases")
        families = [importlib.import_module(path.stem) for path in (ROOT / "tests" / "golden").glob("layers_*.py")]
    finally:
        sys.path.pop(0)
    return {
        "layers": {case.name for module in [cases, *families] for case in module.LAYERS},
        "losses": set(cases.LOSSES),
        "metrics": set(cases.METRICS),
        "activations": set(cases.ACTIVATIONS),
        "optimizers": {name for name, _ in cases.OPTIMIZERS.values()},
        "regularizers": set(cases.REGULARIZERS),
        "constraints": {name for name, _ in cases.CONSTRAINTS.values()},
    }


def document() -> str:
    """The table as Markdown."""
    found = rows()
    whole = sum(not row.problem for row in found)
    lines = [
        "# Keras's names",
        "",
        "Made by `python -m tests.keras.surface`; do not edit. Each row is a class, function, method or attribute of Keras",
        "2.2.4 (or 1.2.2, where marked so in the list). *Golden*: its numbers are compared with figures of tf_keras kept in",
        "`tests/golden`. *Tested*: tests name it.",
        "",
        f"{whole} of {len(found)} are there with Keras's arguments.",
    ]
    module = None
    for row in found:
        if row.module != module:
            module = row.module
            lines += ["", f"## {module}", "", "| name | there | golden | tested | differs |", "|---|---|---|---|---|"]
        signature = row.signature.replace("|", "\\|")
        signature = signature if len(signature) <= 90 else signature[:86] + " ...)"
        there = "yes" if not row.problem else f"**no**: {row.problem}"
        golden = "yes" if row.name in _golden().get(row.module, ()) else ""
        tested = "yes" if row.name in _words("tests") else ""
        mark = " (notes)" if row.notes else ""
        lines.append(f"| `{signature}`{mark} | {there} | {golden} | {tested} | {row.difference} |")
    return "\n".join([*lines, *outcomes.document()]) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    for row in rows():
        if row.problem:
            print(f"{row.path}: {row.problem}")
