"""`python -m tests.exports` writes what the engine's packages import from their files, from the files' own `__all__`.

A package's `__init__.py` shows every name that one of its files lists in `__all__`; in it everything between the two
marks is written here, the rest by hand. Files are read, never imported, so a name that has gone breaks nothing. A name
that several nets' files list, such as `preprocess_input`, stays with them. New names come into the list of public names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ENGINE = Path(__file__).resolve().parents[1] / "engine"
# Packages whose files' names are theirs too, and packages that show their files as modules.
SHOW_NAMES = ("_ops", "applications", "backend", "callbacks", "layers", "optimizers")
SHOW_FILES = ("applications", "datasets")
PACKAGES = tuple(sorted({*SHOW_NAMES, *SHOW_FILES}))
BEGIN = "# Written by `python -m tests.exports` from the files of this folder: change their `__all__`."
END = "# End of what is written."
WIDTH = 120


@dataclass(frozen=True)
class File:
    """A file of a package, or the part of its `__init__.py` that people write."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The text, parsed."""
        return ast.parse(self.text, str(self.path))

    @cached_property
    def shown(self) -> list[str] | None:
        """The names in its `__all__`; None for a file without one, which is its package's own affair."""
        for statement in self.tree.body:
            if isinstance(statement, ast.Assign) and _targets(statement) == {"__all__"}:
                return ast.literal_eval(statement.value)
        return None

    @cached_property
    def defined(self) -> set[str]:
        """The names that it makes itself, not those that it imports."""
        names: set[str] = set()
        for statement in self.tree.body:
            if isinstance(statement, ast.ClassDef | ast.FunctionDef):
                names.add(statement.name)
            elif isinstance(statement, ast.Assign):
                names |= _targets(statement)
        return names

    @cached_property
    def has_rules(self) -> bool:
        """Whether importing it makes a rule known by which a plan runs ops otherwise."""
        decorators = [d for s in self.tree.body if isinstance(s, ast.FunctionDef) for d in s.decorator_list]
        return any(
            isinstance(d, ast.Call)
            and isinstance(d.func, ast.Name)
            and d.func.id in ("fuses", "native", "channels_last_form", "unrolls")
            for d in decorators
        )


def _targets(statement: ast.Assign) -> set[str]:
    """Names on the left of an assignment, also of `a, b = c, d`."""
    return {node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def files(package: Path) -> dict[str, File]:
    """The files of a package by their module's name."""
    paths = sorted(path for path in package.glob("*.py") if path.stem != "__init__")
    return {path.stem: File(path, path.read_text("utf-8")) for path in paths}


def sources(modules: dict[str, File], show_files: bool) -> dict[str, str]:
    """Each name to show -> the file it is imported from: the one that makes it, else the one that lists it.

    show_files: the package shows its files too, so what several of them list stays with them.
    """
    listing: dict[str, list[str]] = {}
    for module, file in modules.items():
        for name in file.shown or ():
            listing.setdefault(name, []).append(module)
    if show_files:
        return {name: listed[0] for name, listed in listing.items() if len(listed) == 1}
    makers = {name: [m for m in listed if name in modules[m].defined] for name, listed in listing.items()}
    return {name: (makers[name] or listed)[0] for name, listed in listing.items()}


def written(package: Path, hand: File) -> str:
    """The imports and the `__all__` of a package's `__init__.py`."""
    modules = files(package)
    show_files = package.name in SHOW_FILES
    names = sources(modules, show_files) if package.name in SHOW_NAMES else {}
    shown_files = [m for m, file in modules.items() if file.shown is not None] if show_files else []
    rules = [module for module, file in modules.items() if file.has_rules and module not in names.values()]
    lines = [BEGIN]
    if shown_files:
        lines += _import(".", shown_files)
    if rules:
        lines += [f"from . import {rule} as {rule}  # makes its rules known" for rule in rules]
    for module in sorted(set(names.values())):
        lines += _import(f".{module}", [name for name, source in names.items() if source == module])
    by_hand = {name for name in hand.defined if not name.startswith("_")}
    everything = sorted({*names, *shown_files, *by_hand}, key=_order)
    quoted = [f'"{name}"' for name in everything]
    return "\n".join([*lines, "", *_wrapped("__all__ = [", quoted, "]"), END])


def _import(module: str, names: Iterable[str]) -> list[str]:
    ordered = sorted(names, key=lambda name: (_rank(name), _natural(name.lower()), _natural(name)))
    line = f"from {module} import {', '.join(ordered)}"
    return [line] if len(line) <= WIDTH else _wrapped(f"from {module} import (", ordered, ")")


def _wrapped(head: str, entries: Sequence[str], tail: str) -> list[str]:
    line = f"{head}{', '.join(entries)}{tail}"
    return [line] if len(line) <= WIDTH else [head, *(f"    {entry}," for entry in entries), tail]


def _rank(name: str) -> int:
    """Ruff's order: constants, classes, functions."""
    if name.isupper() and len(name) > 1:
        return 0
    return 1 if name[0].isupper() else 2


def _order(name: str) -> tuple[int, list[tuple[int, str]]]:
    return _rank(name), _natural(name)


def _natural(name: str) -> list[tuple[int, str]]:
    """Numbers by their size, everything else by its letters."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name) if part]


def text(package: str) -> str:
    """A package's whole `__init__.py`."""
    path = ENGINE / package / "__init__.py"
    before, after = _by_hand(path)
    hand = File(path, before + after)
    return f"{before}{written(path.parent, hand)}{after}"


def _by_hand(path: Path) -> tuple[str, str]:
    """The text before the first mark and after the second."""
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path}: expected the lines {BEGIN!r} and {END!r}; the names are written between them.")
    return before, after


def main() -> None:
    """Write all packages, then add what is new to the list of public names."""
    for package in PACKAGES:
        (ENGINE / package / "__init__.py").write_text(text(package), "utf-8")
    # Imported now, because it imports the engine, which may not have been importable before.
    from tests.promises import public_names

    public_names.add_new()


if __name__ == "__main__":
    main()
