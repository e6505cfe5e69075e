"""Keras's example scripts, on made-up data for a few samples: `keras_examples --source DIR`, a checkout of keras-team/keras.

DIR holds the folder `examples` of tag 2.2.4. What becomes of each script is compared with `keras_suite/examples.txt`,
where one that does not run to its end has its reason; the exit status is 1 where they differ.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .keras_suite import made_files, outcomes

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


def run_example(script: str, folder: Path) -> str:
    """Run a script; gives the last line of what went wrong, "" where nothing did."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KERAS_HOME": str(folder / "home"),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "tests.long.keras_suite.example", script, *made_files.ARGUMENTS.get(script, [])]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"still running after {SECONDS} s"
    lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
    return "" if done.returncode == 0 else lines[-1]


def main(arguments: Sequence[str]) -> int:
    """Run the scripts and compare; 0 where all is as the list says."""
    parser = argparse.ArgumentParser(prog="python -m tests.long keras_examples", description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="a checkout of keras-team/keras")
    parser.add_argument("scripts", nargs="*", help="names of scripts, all by default")
    options = parser.parse_args(arguments)
    known = {entry.test: entry for entry in outcomes.examples()}
    failed = unexpected = 0
    with tempfile.TemporaryDirectory(prefix="keras-examples-") as folder:
        copies = Path(folder) / "examples"
        shutil.copytree(options.source / "examples", copies)
        made_files.write(copies, copies / "home")
        scripts = options.scripts or sorted(path.name for path in copies.glob("*.py"))
        for script in scripts:
            problem = run_example(script, copies)
            failed += bool(problem)
            if bool(problem) != (script in known):
                unexpected += 1
            print(f"{script}: {problem or 'runs'}", flush=True)
    print(f"{len(scripts) - failed} of {len(scripts)} scripts run; {unexpected} not as listed")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
