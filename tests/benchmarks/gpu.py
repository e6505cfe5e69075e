"""`python -m tests.benchmarks gpu`: the workloads of `compare` on one graphics card, beside Keras on JAX and PyTorch.

`engine-gpu` computes in float32, `engine-gpu-tf32` with rounded factors, `engine-gpu-half` in mixed precision; `torch-gpu` is
PyTorch as it stands, `torch-gpu-compiled` with `torch.compile`. Peers need builds with CUDA, often of another environment
(`--python`). With `--stand-in` every line runs without a card: the engine on the stand-in for CuPy, the peers on the
processor; the figures mean nothing then.
"""

from __future__ import annotations

import datetime
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from engine._machine import devices, gpu

from . import report
from .compare import Child
from .workloads import WORKLOADS

SYSTEMS = ("engine-gpu", "engine-gpu-tf32", "engine-gpu-half", "keras-jax", "torch-gpu", "torch-gpu-compiled")
# JAX would take most of the card's memory at once, and the others are there too.
_ENVIRONMENT = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}


def add_arguments(parser: ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="which, by comma")
    parser.add_argument("--workloads", default=",".join(WORKLOADS), help="which, by comma")
    parser.add_argument("--rounds", type=int, default=5, help="rounds for each system")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of a round")
    parser.add_argument(
        "--python", action="append", default=[], metavar="SYSTEM=PATH", help="another environment's python"
    )
    parser.add_argument("--card", type=int, default=0, help="the number of the card")
    parser.add_argument("--stand-in", action="store_true", help="without a card, to try the command")
    parser.add_argument("--out", type=Path, help="write PATH.md, PATH.json and PATH.svg")


def measure(arguments: Namespace, machine: str) -> dict[str, Any]:
    """All figures as plain data."""
    pythons = dict(item.split("=", 1) for item in arguments.python)
    environment = {**_ENVIRONMENT, "CUDA_VISIBLE_DEVICES": str(arguments.card)}
    if arguments.stand_in:
        environment["ENGINE_BENCHMARK_STAND_IN"] = "1"
    found: dict[str, Any] = {}
    for key in arguments.workloads.split(","):
        children = {
            system: Child(system, key, pythons.get(system, sys.executable), arguments.seconds, False, environment)
            for system in arguments.systems.split(",")
        }
        for _ in range(arguments.rounds):
            for child in children.values():
                if not child.missing:
                    child.round()
        found[key] = {system: child.end() for system, child in children.items()}
        print(report.line(key, found[key]), flush=True)
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine,
        "limits": {},
        "workloads": found,
    }


def run(arguments: Namespace) -> None:
    """Measure, print the table, write the files."""
    if not arguments.stand_in and not gpu.cards():
        print("No graphics card works here (engine.use('gpu:0') says why); --stand-in tries the command without one.")
        return
    machine = "stand-in for a card" if arguments.stand_in else devices.in_words(gpu.cards()[0].info())
    figures = measure(arguments, machine)
    print(report.markdown(figures))
    if arguments.out:
        report.write(figures, arguments.out)
