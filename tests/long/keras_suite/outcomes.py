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
    """Lines of Markdown: a table of the tests of each version that do not pass."""
    lines = []
    for version in VERSIONS:
        lines += [
            "",
            f"## Keras {version}'s own tests that do not pass",
            "",
            "| test | kind | reason |",
            "|---|---|---|",
        ]
        for entry in expected(version):
            test = entry.test.removeprefix("tests/").replace("|", "\\|")
            lines.append(f"| `{test}` | {entry.kind} | {entry.reason.replace('|', chr(92) + '|')} |")
    return lines
