"""`python -m tests.promises.public_names`: writes public_names.txt, what users may import and call.

A name is public if a module that users import lists it in `__all__`; of the classes that people hold in their hands
(`Builder`, `Model` ...) the methods and properties count too.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

LIST = Path(__file__).with_name("public_names.txt")
PACKAGES = ("engine", "kwidgets")
HELD = (
    "engine.models.Model",
    "engine.models.Sequential",
    "engine.layers.Layer",
    "engine.callbacks.Callback",
    "kwidgets.Builder",
    "kwidgets.Dashboard",
    "kwidgets.LiveCurves",
    "kwidgets.Results",
    "kwidgets.Run",
    "kwidgets.Runs",
)


def public_names() -> list[str]:
    """All public names with their modules, sorted."""
    modules = (module for package in PACKAGES for module in modules_of(importlib.import_module(package)))
    exported = {f"{module.__name__}.{name}" for module in modules for name in module.__all__}
    return sorted(exported | {f"{path}.{name}" for path in HELD for name in _members(path)})


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    """A package and all public modules inside it."""
    yield package
    for name in package.__all__:
        member = getattr(package, name)
        if isinstance(member, ModuleType) and hasattr(member, "__all__"):
            yield from modules_of(member)


def _members(path: str) -> Iterator[str]:
    module, _, name = path.rpartition(".")
    return (member for member in dir(getattr(importlib.import_module(module), name)) if not member.startswith("_"))


def write(names: Iterable[str]) -> None:
    """Write the list anew."""
    LIST.write_text("\n".join(sorted(names)) + "\n", encoding="utf-8")


def add_new() -> None:
    """Add the names that are new. One that has gone stays in the list, so that the test asks whether that was meant."""
    write({*LIST.read_text(encoding="utf-8").split(), *public_names()})


if __name__ == "__main__":
    write(public_names())
