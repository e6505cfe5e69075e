"""`python -m tests.reference` renders the reference of all public names with Sphinx; each of its warnings is an error.

The pages lie in build/reference/html. Every module that users import has one, with what its `__all__` lists; a thing that
several modules show is described in the first of them, and named in the others.
"""

from __future__ import annotations

import importlib
import inspect
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

from tests.promises.public_names import PACKAGES, modules_of

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "build" / "reference"
SETTINGS = ROOT / "docs" / "reference"


def pages(modules: Iterable[ModuleType]) -> dict[str, str]:
    """The text of each module's page, by the module's name."""
    described: dict[int, str] = {}
    return {module.__name__: _page(module, described) for module in modules}


def _page(module: ModuleType, described: dict[int, str]) -> str:
    """A module's page. described: where each object has its description, by its identity."""
    name = module.__name__
    lines = [name, "=" * len(name), "", f".. automodule:: {name}", ""]
    for member in module.__all__:
        thing = getattr(module, member)
        if isinstance(thing, ModuleType):
            lines += [f"* :py:mod:`{thing.__name__}`", ""]
        elif inspect.isclass(thing) or inspect.isroutine(thing):
            lines += _entry(f"{name}.{member}", thing, described)
        else:
            lines += [f".. autodata:: {name}.{member}", ""]
    return "\n".join(lines)


def _entry(path: str, thing: object, described: dict[int, str]) -> list[str]:
    """What describes a class or a function, or says where it is described."""
    first = described.setdefault(id(thing), path)
    if first != path:
        return [f"* ``{path.rpartition('.')[2]}`` is :py:obj:`{first}`", ""]
    if inspect.isroutine(thing):
        return [f".. autofunction:: {path}", ""]
    kind = "autoexception" if issubclass(thing, BaseException) else "autoclass"
    return [f".. {kind}:: {path}", "   :members:", "   :show-inheritance:", ""]


def _modules() -> Iterator[ModuleType]:
    """All public modules once, those with others inside after these: a thing is described where it is at home."""
    by_name = {m.__name__: m for package in PACKAGES for m in modules_of(importlib.import_module(package))}
    return (by_name[name] for name in sorted(by_name, key=lambda name: (name in PACKAGES, "_" in name, name)))


def render() -> int:
    """Write the pages and render them; Sphinx's exit status."""
    sources = TARGET / "pages"
    shutil.rmtree(TARGET, ignore_errors=True)
    sources.mkdir(parents=True)
    texts = pages(_modules())
    for name, text in texts.items():
        (sources / f"{name}.rst").write_text(text, encoding="utf-8")
    contents = "\n".join(f"   {name}" for name in texts)
    (sources / "index.rst").write_text(f"Reference\n=========\n\n.. toctree::\n\n{contents}\n", encoding="utf-8")
    options = ["--quiet", "--fail-on-warning", "--keep-going", "--jobs", "auto", "--conf-dir", str(SETTINGS)]
    command = [sys.executable, "-m", "sphinx", *options, str(sources), str(TARGET / "html")]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(render())
