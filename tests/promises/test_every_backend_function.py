"""What holds for the docstring of every name of K: a summary, each argument, what comes back, an example that runs."""

from __future__ import annotations

import inspect
import re

import pytest

from engine import backend as K


def arguments(text: str) -> list[str]:
    """The names that a docstring's `Args:` describes, in their order."""
    block = re.search(r"^Args:\n((?: {4}.*\n|\n)*)", text + "\n", re.MULTILINE)
    return re.findall(r"^ {4}\*{0,2}(\w+):", block[1], re.MULTILINE) if block else []


@pytest.fixture(params=K.__all__)
def function(request: pytest.FixtureRequest):
    return getattr(K, request.param)


def text_of(function: object) -> str:
    return inspect.getdoc(function) or ""


def test_its_docstring_begins_with_one_sentence(function):
    summary, *others = text_of(function).split("\n")
    assert summary.endswith((".", "!", "?"))
    assert not others or not others[0]


def test_its_docstring_describes_exactly_its_arguments(function):
    parameters = [name for name in inspect.signature(function).parameters if name != "self"]
    assert arguments(text_of(function)) == parameters


def test_its_docstring_says_what_comes_back_if_anything_does(function):
    if inspect.isclass(function) or inspect.signature(function).return_annotation == "None":
        return
    assert "\nReturns:\n" in text_of(function)


def test_its_docstring_has_an_example(function):
    assert re.search(r"^Example:\n {4}>>> ", text_of(function), re.MULTILINE)
