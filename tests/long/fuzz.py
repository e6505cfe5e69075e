"""Fuzz a reader with coverage as a guide, by atheris where it is installed, else with changes by chance alone."""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.safety.judge import Judge
from tests.safety.mutations import mutated
from tests.safety.readers import READERS

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Fuzz one reader or all; 0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.long fuzz", description=__doc__)
    parser.add_argument("--reader", choices=[*READERS, "all"], default="all")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each reader")
    parser.add_argument("--atheris", metavar="FOLDER", help="site-packages of an environment that has atheris")
    parser.add_argument("--folder", type=Path, help="where corpus and findings are kept")
    options = parser.parse_args(arguments)
    names = list(READERS) if options.reader == "all" else [options.reader]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        guided = options.atheris or importlib.util.find_spec("atheris")
        if not guided:
            print("atheris is not installed, so no coverage guides the changes.")
        results = [
            (_guided if guided else _by_chance)(name, options.minutes * 60, folder, options.atheris) for name in names
        ]
    found = sum(count for _, count in results)
    print(f"{len(names)} readers, {sum(runs for runs, _ in results)} files, {found} findings")
    return 1 if found else 0


def _guided(name: str, seconds: float, folder: Path, packages: str | None) -> tuple[int, int]:
    path = os.pathsep.join(filter(None, [str(ROOT), packages, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "tests.safety.guided", name, str(round(seconds)), str(folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    text = done.stdout + done.stderr
    found = [
        line
        for line in text.splitlines()
        if (line.startswith(("FOUND", "==")) and "ERROR" in line) or line.startswith("FOUND")
    ]
    runs = next((line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line), "0")
    print(f"{name}: {runs} files, {len(found)} findings", *found, sep="\n  ", flush=True)
    if done.returncode and not found:
        print(text[-2000:])
        return int(runs), 1
    return int(runs), len(found)


def _by_chance(name: str, seconds: float, folder: Path, packages: str | None) -> tuple[int, int]:
    honest, path, runs, found = READERS[name].honest(), folder / name, 0, 0
    end = time.monotonic() + seconds
    seed = random.randrange(2**40)
    with Judge() as judge:
        while time.monotonic() < end:
            path.write_bytes(mutated(name, honest, random.Random(seed + runs)))
            faults = judge.verdict(name, path).faults("either")
            runs += 1
            if faults:
                found += 1
                print(f"  seed {seed + runs - 1}: {'; '.join(faults):.300}", flush=True)
    print(f"{name}: {runs} files, {found} findings")
    return runs, found
