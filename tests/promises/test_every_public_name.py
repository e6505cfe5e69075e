"""What users may import stays: a name that goes is a decision, seen in the list beside this file."""

from __future__ import annotations

import importlib

import pytest

from .public_names import LIST, PACKAGES, public_names

NAMES = LIST.read_text(encoding="utf-8").split()


def test_no_public_name_has_gone_and_none_is_unlisted() -> None:
    assert public_names() == NAMES, "python -m tests.promises.public_names writes the list anew"


@pytest.mark.parametrize("name", PACKAGES)
def test_dir_tells_the_public_names(name: str) -> None:
    package = importlib.import_module(name)
    assert set(package.__all__) <= set(dir(package))
