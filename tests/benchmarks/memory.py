"""`python -m tests.benchmarks memory`: what a training step holds, beside what it has to.

It has to hold weights, gradients, slots, and the values that are needed at the same time where calls run one after the other, with
what calls keep beside these for the way back. Compiled steps may hold less: of what one phase needs there is room for the samples
that threads have under way.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import NamedTuple

import numpy as np

import engine
from engine._native.library import turned_off
from engine.describe.trial import held_by
from engine.models.attributes import trainer_of

from .workloads import WORKLOADS, Workload


class Held(NamedTuple):
    """Bytes: of weights, gradients and slots; of values that are needed at once; of all buffers."""

    lasting: int
    needed: int
    buffers: int


def add_arguments(parser: ArgumentParser) -> None:
    """Which workloads."""
    parser.add_argument("--workloads", default=",".join(WORKLOADS), help="which, by comma")


def run(arguments: Namespace) -> None:
    """Print a line for each workload that trains."""
    print("MB of                                            lasting   needed  compiled  by NumPy  compiled / needed")
    for key in arguments.workloads.split(","):
        workload = WORKLOADS[key]
        if workload.kind not in ("train", "fit"):
            continue
        compiled = measure(workload)
        with turned_off():
            by_numpy = measure(workload)
        share = (compiled.lasting + compiled.buffers) / (compiled.lasting + compiled.needed)
        cells = (compiled.lasting, compiled.needed, compiled.buffers, by_numpy.buffers)
        print(f"{workload.title[:45]:47}" + "".join(f"{n / 1e6:9.2f} " for n in cells) + f"{share:12.2f}", flush=True)


def measure(workload: Workload) -> Held:
    """What a workload holds after a step."""
    model = workload.build(engine)
    x, y = workload.data(np.random.default_rng(0))
    few = slice(workload.batch)
    x, y = ([array[few] for array in part] if isinstance(part, list) else part[few] for part in (x, y))
    model.train_on_batch(x, y)
    held = held_by(model)
    return Held(held.lasting, sum(step.held for step in trainer_of(model).ready().steps), held.buffers)
