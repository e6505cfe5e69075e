"""`python -m tests.benchmarks compare`: the engine beside Keras, tf_keras, PyTorch, JAX and scikit-learn.

`engine` is what the environment of this command has; `engine-extras` is the same in another one (`--python`), which has all extras.
`torch-flush` counts denormal numbers as 0, as the engine's library does; `jax-step` and `jax-scan` are JAX without Keras.

Each (system, workload) runs in its own process; the rounds of all systems on one workload are interleaved, so that a
change of the machine's speed meets all of them. Medians, with smallest and largest.
"""

from __future__ import annotations

import compileall
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import limits, report
from .every_workload import EVERY_WORKLOAD
from .workloads import WORKLOADS

ROOT = Path(__file__).parents[2]
SYSTEMS = (
    "engine", "torch", "torch-flush", "keras-jax", "jax-step", "jax-scan", "keras-tensorflow", "keras-torch",
    "tf_keras", "sklearn",
)  # fmt: skip
THREAD_SETTINGS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
# Settings of the shell that users do not have; each library chooses its own kernels.
BLAS_SETTINGS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


class Child:
    """A running (system, workload)."""

    def __init__(
        self,
        system: str,
        key: str,
        python: str,
        seconds: float,
        keep_blas_settings: bool,
        more: Mapping[str, str] | None = None,
    ) -> None:
        environment = {k: v for k, v in os.environ.items() if keep_blas_settings or k not in BLAS_SETTINGS}
        # pip compiles what it installs; without this setting Python keeps what it compiles, as with users.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment |= {
            **dict.fromkeys(THREAD_SETTINGS, "2"),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            "PYTHONPATH": str(ROOT),
            **(more or {}),
        }
        self.rounds: list[float] = []
        started = time.perf_counter()
        self._process = subprocess.Popen(
            [python, "-m", "tests.benchmarks.child", system, key, str(seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=ROOT,
        )  # fmt: skip
        answer = self._read()
        self.cold_start = time.perf_counter() - started
        self.missing = answer.get("missing")
        if not self.missing:
            self.missing = self._read().get("missing")

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"missing": f"the process ended with {self._process.wait()}"}

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def round(self) -> None:
        """Let it work once."""
        self._write("round")
        self.rounds.append(self._read()["ms"])

    def end(self) -> dict[str, Any]:
        """Stop it; what it measured."""
        if self.missing:
            self._process.kill()
            self._process.communicate()
            return {"missing": self.missing}
        self._write("end")
        last = self._read()
        self._process.communicate()
        figures = {"ms": statistics.median(self.rounds), "min": min(self.rounds), "max": max(self.rounds)}
        return {**figures, "cold_start_s": self.cold_start, **last}


def add_arguments(parser: ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="which, by comma")
    parser.add_argument(
        "--workloads", default=",".join(WORKLOADS), help="which, by comma; also those of picture_nets.py"
    )
    parser.add_argument("--rounds", type=int, default=7, help="rounds for each system")
    parser.add_argument("--seconds", type=float, default=0.7, help="length of a round")
    parser.add_argument(
        "--python", action="append", default=[], metavar="SYSTEM=PATH", help="another environment's python"
    )
    parser.add_argument("--keep-blas-settings", action="store_true", help=f"pass {', '.join(BLAS_SETTINGS)} on")
    parser.add_argument("--out", type=Path, help="write PATH.md, PATH.json and PATH.svg")


def measure(arguments: Namespace) -> dict[str, Any]:
    """All figures as plain data."""
    pythons = dict(item.split("=", 1) for item in arguments.python)
    systems, keys = arguments.systems.split(","), arguments.workloads.split(",")
    found: dict[str, Any] = {}
    for key in keys:
        children = {
            s: Child(s, key, pythons.get(s, sys.executable), arguments.seconds, arguments.keep_blas_settings)
            for s in systems
        }
        for _ in range(arguments.rounds):
            for child in children.values():
                if not child.missing:
                    child.round()
        found[key] = {s: child.end() for s, child in children.items()}
        print(report.line(key, found[key]), flush=True)
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "blas_settings_kept": arguments.keep_blas_settings,
        "limits": limits.measure({key: EVERY_WORKLOAD[key].gemm for key in keys}),
        "workloads": found,
    }


def run(arguments: Namespace) -> None:
    """Measure, print the table, write the files."""
    if not arguments.keep_blas_settings and any(os.environ.pop(name, None) for name in BLAS_SETTINGS):
        # BLAS has read them already: start again, so that the limits are measured as the children ran.
        os.execv(sys.executable, [sys.executable, "-m", "tests.benchmarks", *sys.argv[1:]])
    compileall.compile_dir(ROOT / "engine", quiet=2)
    figures = measure(arguments)
    print(report.markdown(figures))
    if arguments.out:
        report.write(figures, arguments.out)
