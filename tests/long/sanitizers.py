"""Run the tests of compiled training steps under the sanitizers of addresses, undefined behaviour and threads (with gcc)."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from engine._native.build import build
from engine._native.location import library_path

# All tests of what runs in the library: those of its own, of plans and of updates.
FOLDERS = ("tests/engine/native", "tests/engine/graph", "tests/engine/training")
TESTS = [
    FOLDERS[0],
    *(str(path) for folder in FOLDERS[1:] for path in sorted(Path(folder).glob("test_native_*.py"))),
    "tests/engine/graph/test_unrolling.py",
    "tests/engine/ops/test_normalised.py",
]
KINDS = {
    "address": ("address,undefined", "libasan.so", {"ASAN_OPTIONS": "detect_leaks=0"}),
    "thread": ("thread", "libtsan.so", {"TSAN_OPTIONS": "exitcode=66 die_after_fork=0"}),
}
# What counts the threads of a process finds the sanitizer's own.
COUNTS_THREADS = "tests/engine/native/test_processes.py::test_threads_of_the_library_leave_signals_to_the_program"


def _as_gcc_spells(option: str) -> str:
    return option.replace("x86_64_v", "x86-64-v").replace("=x86_64", "=x86-64")


def _built(kind: str, folder: Path) -> Path:
    """The library of these sources with one kind of sanitizers, unless the folder has it already."""
    library = folder / f"{kind}-{library_path().name}"
    if not library.is_file():
        options = [f"-fsanitize={KINDS[kind][0]}", "-fno-sanitize-recover=undefined"]
        build(["gcc", "-g", "-Wno-psabi", *options], library, _as_gcc_spells)
    return library


def _run(kind: str, folder: Path, tests: list[str]) -> int:
    """Build the library with one kind of sanitizers and run the tests on it."""
    flags, runtime, options = KINDS[kind]
    library = _built(kind, folder)
    preload = subprocess.run(
        ["gcc", f"-print-file-name={runtime}"], capture_output=True, text=True, check=True
    ).stdout.strip()
    # Address spaces laid out by chance can collide with the sanitizer's own memory.
    command = ["setarch", "-R", sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:faulthandler", *tests]
    command += ["--deselect", COUNTS_THREADS] if kind == "thread" else []
    environment = {
        **os.environ,
        **options,
        "LD_PRELOAD": preload,
        "ENGINE_NATIVE": str(library),
        "OPENBLAS_NUM_THREADS": "1",
    }
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    reported = [
        line for line in (ran.stdout + ran.stderr).splitlines() if "runtime error" in line or "Sanitizer" in line
    ]
    lines = [*reported[:20], *ran.stdout.splitlines()[-40 if ran.returncode else -1 :]]
    print(f"{flags}: exit code {ran.returncode}", *lines, sep="\n  ", flush=True)
    return ran.returncode or len(reported)


def main(arguments: list[str]) -> int:
    """Run the kinds that are named, or all; 0 where the tests pass and nothing is reported."""
    parser = argparse.ArgumentParser(prog="python -m tests.long sanitizers", description=__doc__)
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []])
    parser.add_argument("--tests", nargs="*", default=TESTS)
    parser.add_argument("--keep", type=Path, help="a folder that keeps the libraries, which take minutes to build")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        kept = options.keep or Path(folder)
        failed = [kind for kind in options.kinds or KINDS if _run(kind, kept, options.tests)]
    print(f"sanitizers: {'failed: ' + ', '.join(failed) if failed else 'nothing reported'}")
    return len(failed)
