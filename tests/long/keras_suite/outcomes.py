"""The committed lists of Keras's own tests that do not pass, each with its reason.

A line of a list is a test, its kind and the reason, with tabs between; `*` at the end of a test stands for any ending.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
VERSIONS = {"2.2.4": FOLDER / "outcomes.txt", "1.2.2": FOLDER / "outcomes_1.txt"}
EXAMPLES = FOLDER / "examples.txt"
KINDS = {
    "ours": "a fault that is not mended yet",
    "better": "refused, or taken, on purpose",
    "code": "code that would have to be stored in files",
    "inside": "something inside TensorFlow, or inside Keras's own classes",
    "words": "the words of a message",
    "tool": "NumPy, pytest or h5py of today, or a backend that is not there",
    "network": "files from the network; passes where they are in Keras's cache",
    "chance": "what random numbers decide; passes with some seeds, in Keras too",
}
MAY_PASS = ("network", "chance")


class Expected(NamedTuple):
    """What is known of a test, or of those whose names begin alike."""

    test: str
    kind: str
    reason: str


def expected(version: str) -> list[Expected]:
    """The tests of a version that do not pass."""
    lines = VERSIONS[version].read_text("utf-8").splitlines() if VERSIONS[version].exists() else []
    return [Expected(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def examples() -> list[Expected]:
    """The example scripts of 2.2.4 that do not run to their end on random data."""
    lines = EXAMPLES.read_text("utf-8").splitlines() if EXAMPLES.exists() else []
    return [Expected(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def differences(version: str, outcomes: Mapping[str, tuple[str, str]]) -> list[str]:
    """Where a run's outcomes, {test: (outcome, problem)}, are not what the list says."""
    known = expected(version)
    problems = []
    for test, (outcome, problem) in outcomes.items():
        entry = next((entry for entry in known if _names(entry.test, test)), None)
        if outcome == "failed" and entry is None:
            problems.append(f"{test}: expected to pass, {problem}")
        elif outcome == "passed" and entry is not None and entry.kind not in MAY_PASS:
            problems.append(f"{test}: expected to fail ({entry.reason}), but it passes: take it off the list")
    for entry in known:
        if not any(_names(entry.test, test) for test in outcomes):
            problems.append(f"{entry.test}: on the list, but there is no such test")
    return problems


def _names(entry: str, test: str) -> bool:
    return fnmatchcase(test.translate(_PLAIN), entry.translate(_PLAIN))


# Brackets are part of a test's name, not a pattern.
_PLAIN = str.maketrans("[]", "()")


def document() -> list[str]:
    """Lines of Markdown: what of Keras's own tests and examples does not run, and why."""
    lines = ["", "## Keras's own tests and examples", ""]
    lines += [
        "`python -m tests.long keras_tests --source DIR` runs the tests of a checkout of keras-team/keras with the engine in",
        "Keras's place, `python -m tests.long keras_examples --source DIR` its example scripts on random data for two",
        "batches. All others pass. Kinds:",
        "",
        *(f"- *{kind}*: {meaning}" for kind, meaning in KINDS.items()),
    ]
    tables = [(f"Tests of {version}", expected(version)) for version in VERSIONS]
    for title, entries in [*tables, ("Examples of 2.2.4", examples())]:
        lines += ["", f"### {title} that do not pass", "", "| test | kind | reason |", "|---|---|---|"]
        lines += [f"| `{entry.test.removeprefix('tests/')}` | {entry.kind} | {entry.reason} |" for entry in entries]
    return lines
