"""Keras's own tests, with the engine in Keras's place: `keras_tests --source DIR`, a checkout of keras-team/keras at a tag.

DIR holds the folder `tests` of tag 2.2.4, or of 1.2.2 with `--version 1.2.2`. Nothing of it is kept here. What becomes of
each test is compared with the lists in `tests/long/keras_suite`, where every test that does not pass has its reason; the
exit status is 1 where they differ. Further arguments go to pytest: `-k lstm`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .keras_suite import outcomes

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = "tests.long.keras_suite.plugin"
# Tries with other random numbers, as Keras's tests of training pass with some seeds only.
TRIES = ("--reruns", "4", "--only-rerun", "AssertionError|^assert")


def run_tests(source: Path, arguments: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Run the tests of a checkout on a copy of them: {test: (outcome, what went wrong)}."""
    with tempfile.TemporaryDirectory(prefix="keras-tests-") as folder:
        shutil.copytree(source / "tests", Path(folder) / "tests")
        written = Path(folder) / "outcomes"
        home = os.environ.get("KERAS_HOME") or str(Path(folder) / "home")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "KERAS_OUTCOMES": str(written), "KERAS_HOME": home}
        command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:cacheprovider", "-q", "--tb=short"]
        options = ["--timeout=120", "--continue-on-collection-errors", *TRIES, *arguments, "tests"]
        subprocess.run([*command, *options], cwd=folder, env=environment, check=False)
        lines = written.read_text("utf-8").splitlines() if written.exists() else []
    results: dict[str, tuple[str, str]] = {}
    for line in lines:
        test, outcome, problem = line.split("\t")
        results[test] = (outcome, problem)
    return results


def main(arguments: Sequence[str]) -> int:
    """Run the tests and compare; 0 where all is as the list says."""
    parser = argparse.ArgumentParser(prog="python -m tests.long keras_tests", description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="a checkout of keras-team/keras")
    parser.add_argument("--version", choices=sorted(outcomes.VERSIONS), default="2.2.4", help="which tag it is")
    options, for_pytest = parser.parse_known_args(arguments)
    if not (options.source / "tests").is_dir():
        parser.error(f"{options.source} has no folder 'tests': check out keras-team/keras at tag {options.version}")
    results = run_tests(options.source.resolve(), for_pytest)
    problems = outcomes.differences(options.version, results)
    if for_pytest:  # only a part was asked for
        problems = [problem for problem in problems if "there is no such test" not in problem]
    print(*problems, sep="\n")
    counts = Counter(outcome for outcome, _ in results.values())
    print(
        f"Keras {options.version}: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped; "
        f"{len(problems)} not as listed"
    )
    return 1 if problems or not results else 0
