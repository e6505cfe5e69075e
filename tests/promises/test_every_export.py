"""A package shows what its files list, and every registered class stands in the list of its file."""

from __future__ import annotations

import importlib
import inspect
import sys

import pytest

from engine._declared import registry
from tests import exports


@pytest.mark.parametrize("package", exports.PACKAGES)
def test_a_package_shows_what_its_files_list(package: str) -> None:
    written = (exports.ENGINE / package / "__init__.py").read_text("utf-8")

    assert exports.text(package) == written, "run: python -m tests.exports"


@pytest.mark.parametrize("kind", ["layer", "optimizer"])
def test_a_registered_class_is_listed_by_its_file(kind: str) -> None:
    package = importlib.import_module(f"engine.{kind}s")
    classes = {thing for thing in registry.find_all(kind).values() if inspect.isclass(thing)}
    hidden = {c for c in classes if c.__module__.startswith(package.__name__) and c.__name__ not in package.__all__}

    assert not hidden, f"list them in `__all__` of their files, then run: python -m tests.exports\n{hidden}"


def test_the_rules_of_every_file_are_known_once_the_ops_are_there() -> None:
    importlib.import_module("engine._ops")
    with_rules = [name for name, file in exports.files(exports.ENGINE / "_ops").items() if file.has_rules]

    assert with_rules
    assert {f"engine._ops.{name}" for name in with_rules} <= set(sys.modules)
