"""Docstrings of what stands around the models, data, nets, tools and widgets: each argument, and an example for each name."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator

import pytest

from .public_names import modules_of
from .test_every_backend_function import arguments, text_of

PACKAGES = (
    "engine.applications",
    "engine.datasets",
    "engine.describe",
    "engine.experiment",
    "engine.preprocessing",
    "engine.utils",
    "engine.wrappers",
)
WIDGETS = ("Builder", "Dashboard", "LiveCurves")
# Records that are only read, and bases and contexts whose use shows in the examples of others.
SHOWN_ELSEWHERE = (
    "Box Cards Control Declared Drawing Explanation Field GraphForm GraphFormError LayerForm OpCost Prepared "
)
SHOWN_ELSEWHERE += "SourceForm Tensor Wire Wrapped"


def _things() -> Iterator[tuple[str, object]]:
    """Functions and classes by name, each once, but those that other promises hold for."""
    modules = (module for package in PACKAGES for module in modules_of(importlib.import_module(package)))
    members = [(name, getattr(module, name)) for module in modules for name in module.__all__]
    members += [(name, getattr(importlib.import_module("kwidgets"), name)) for name in WIDGETS]
    for name, thing in members:
        home = getattr(thing, "__module__", "")
        elsewhere = home.startswith(("engine.layers", "engine.models", "engine._training", "engine.callbacks"))
        if (inspect.isclass(thing) or inspect.isroutine(thing)) and not elsewhere:
            yield name, thing


THINGS = {f"{thing.__module__}.{name}": thing for name, thing in _things()}


def _methods() -> Iterator[tuple[str, object]]:
    for path, thing in THINGS.items():
        for name, member in vars(thing).items() if inspect.isclass(thing) else ():
            by_others = path.endswith(".Tensor")  # operators that the ops install
            if not name.startswith("_") and inspect.isroutine(member) and not by_others:
                yield f"{path}.{name}", getattr(thing, name)


METHODS = dict(_methods())


@pytest.mark.parametrize("path", [*THINGS, *METHODS])
def test_its_docstring_describes_exactly_its_arguments(path):
    thing = THINGS.get(path) or METHODS[path]
    parameters = [name for name in inspect.signature(thing).parameters if name != "self"]
    assert arguments(text_of(thing)) == parameters


@pytest.mark.parametrize("path", [path for path in THINGS if path.rpartition(".")[2] not in SHOWN_ELSEWHERE.split()])
def test_its_docstring_has_an_example(path):
    assert "Example:\n    >>> " in text_of(THINGS[path])
