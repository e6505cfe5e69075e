"""Whether a document can be trained, and what a file is called in what is said of it."""

from __future__ import annotations

import os

from .document.document import Document
from .refused import Refused
from .words import builder as say

# Problems that are said at once.
_MOST_SAID = 3


def has_errors(document: Document) -> bool:
    """Whether the graph has problems that keep it from training."""
    return any(problem["severity"] == "error" for problem in document.problems())


def refuse_problems(document: Document) -> None:
    """Raise Refused, with what is wrong, where the graph has problems."""
    errors = [problem for problem in document.problems() if problem["severity"] == "error"]
    if errors:
        hint = next((problem["hint"] for problem in errors if problem["hint"]), None)
        raise Refused(" ".join(problem["sentence"] for problem in errors[:_MOST_SAID]), hint)


def refuse_unready(document: Document) -> None:
    """Raise Refused, with what is wrong, where the graph or the data have problems."""
    refuse_problems(document)
    problems = document.data()["problems"]
    if problems:
        raise Refused(" ".join(problem["sentence"] for problem in problems), say.DATA_PAGE_MENDS_IT)


def name_of(path: str | os.PathLike[str]) -> str:
    """The last part of a path."""
    return os.path.basename(os.fspath(path))
