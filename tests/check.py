"""`python -m tests.check`: every check that CI makes, one after the other; at the end what failed.

`--fast` leaves out what takes minutes: only lint, format, import rules and the written lists (some seconds). `--fix`
first mends what ruff can mend and writes the lists anew. Further arguments go to the tests: `python -m tests.check -k conv`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Check:
    """What is checked, by which command. slow: takes more than some seconds."""

    name: str
    command: Sequence[str]
    slow: bool = False

    def passes(self) -> bool:
        """Run it in the project's folder; whether it found nothing wrong."""
        print(f"\n== {self.name}: {' '.join(self.command)}", flush=True)
        began = time.monotonic()
        passed = subprocess.run(self.command, cwd=ROOT, check=False).returncode == 0
        print(f"== {self.name}: {'passed' if passed else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
        return passed


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def _script(name: str, *arguments: str) -> list[str]:
    """A program that was installed beside Python, whether or not the environment is active."""
    return [str(Path(sys.executable).with_name(name)), *arguments]


WRITERS = ("tests.exports", "tests.messages", "tests.training_table")
FIXES = (
    Check("mend lint", _module("ruff", "check", "--fix", ".")),
    Check("format", _module("ruff", "format", ".")),
    *(Check(f"write {name}", _module(name)) for name in WRITERS),
)


def checks(tests: Sequence[str]) -> list[Check]:
    """All checks, the quickest first. tests: arguments for pytest."""
    return [
        Check("lint", _module("ruff", "check", ".")),
        Check("format", _module("ruff", "format", "--check", ".")),
        Check("import rules", _script("lint-imports")),
        Check(
            "written lists",
            _module("pytest", "-q", "tests/kwidgets/test_messages.py", "tests/promises/test_every_export.py"),
        ),
        Check("types", _module("pyright"), slow=True),
        Check("reference", _module("tests.reference"), slow=True),
        Check("front end", _module("tests.frontend"), slow=True),
        Check("tests", _module("tests", *tests), slow=True),
    ]


def main(arguments: Sequence[str]) -> int:
    """Run the checks; 0 where all have passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="only what takes seconds")
    parser.add_argument("--fix", action="store_true", help="mend first what can be mended by itself")
    options, tests = parser.parse_known_args(arguments)
    failed = [fix.name for fix in FIXES if not fix.passes()] if options.fix else []
    failed += [check.name for check in checks(tests) if not (options.fast and check.slow) and not check.passes()]
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks have passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
