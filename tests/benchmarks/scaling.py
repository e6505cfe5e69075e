"""What several processes would gain: step times and messages of this machine, and links of other classes, simulated.

`python -m tests.benchmarks scaling` measures, for three models, a step on one of two processes while the other takes its own, the
sum of a gradient over the two, and a common training; it says how near the simulation comes to that, and what it tells of 2 to
1024 processes on links of several classes, with failures.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Link:
    """What connects processes.

    Args:
        name: of the class.
        latency: seconds of a message without content.
        bandwidth: bytes a second.
    """

    name: str
    latency: float
    bandwidth: float


# Assumed, not measured: what the makers of each class say, and a little less.
LINKS = (
    Link("NVLink-class", 10e-6, 300e9),
    Link("PCIe 4", 10e-6, 20e9),
    Link("100 GbE", 10e-6, 10e9),
    Link("10 GbE", 30e-6, 1.1e9),
    Link("1 GbE", 100e-6, 0.11e9),
    Link("Internet", 20e-3, 12e6),
)


def seconds_of_sum(ranks: int, nbytes: int, link: Link) -> float:
    """An all-reduce of so many bytes: the faster of a ring, 2 (N - 1) messages of S / N, and a tree, 2 log2 N of S.

    Args:
        ranks: N.
        nbytes: S.
        link: between any two of them.

    Returns:
        Seconds.

    Example:
        >>> link = Link("", 0.001, 1e6)
        >>> seconds_of_sum(2, 1000, link), seconds_of_sum(1, 1000, link)
        (0.003, 0.0)
    """
    if ranks == 1:
        return 0.0
    ring = 2 * (ranks - 1) * link.latency + 2 * (ranks - 1) / ranks * nbytes / link.bandwidth
    tree = 2 * math.ceil(math.log2(ranks)) * (link.latency + nbytes / link.bandwidth)
    return min(ring, tree)


def step_seconds(
    steps: Sequence[float], ranks: int, message: float, draws: int = 2000, seed: int = 1, every: int = 1
) -> float:
    """The mean time of a common step: the slowest of N processes, each with a step drawn from those measured, and the message.

    Args:
        steps: measured seconds of a step of one process.
        ranks: N.
        message: seconds of the sum.
        draws: how many steps are simulated.
        seed: of the draws.
        every: steps between two messages (local SGD); the processes wait for each other only there.

    Returns:
        Seconds.

    Example:
        >>> step_seconds([1.0], 64, 0.5)
        1.5
    """
    draw = np.random.default_rng(seed)
    measured = np.asarray(steps, float)
    total, left = 0.0, draws
    # In pieces, as 1024 processes and 2000 steps would be two million numbers at once for each of many settings.
    while left > 0:
        count = min(left, max(1, 200_000 // (ranks * every)))
        own = draw.choice(measured, (count, every, ranks)).sum(axis=1)
        total += float((own.max(axis=1) + message).sum()) / every
        left -= count
    return total / draws


def loss_by_failures(ranks: int, save: float, life: float, restart: float) -> tuple[float, float]:
    """How often to keep a checkpoint (Young 1974, sqrt(2 d M / N)), and the share of the time that failures and saving take then.

    Args:
        ranks: N, each of which fails after M on the mean.
        save: d, seconds to keep one.
        life: M, seconds.
        restart: seconds until a training goes on.

    Returns:
        Seconds between two checkpoints, and the share from 0 to 1.

    Example:
        >>> every, share = loss_by_failures(64, 1.0, 1000 * 3600.0, 7.0)
        >>> round(every), round(share, 3)
        (335, 0.006)
    """
    mean = life / ranks
    every = math.sqrt(2 * save * mean)
    return every, min(1.0, save / every + (every / 2 + restart) / mean)


def add_arguments(parser: ArgumentParser) -> None:
    """How much is measured."""
    parser.add_argument("--steps", type=int, default=150, help="of each measurement")
    parser.add_argument("--save", type=float, default=1.0, help="seconds to keep a checkpoint")
    parser.add_argument("--life", type=float, default=1000.0, help="hours that a process lives on the mean")
    parser.add_argument("--input", help="measurements of an earlier run (JSON), in place of measuring")
    parser.add_argument("--output", help="where to keep the measurements")


def run(options: Namespace) -> None:
    """Measure, compare with the simulation, and print what it tells of more processes."""
    text = Path(options.input).read_text("utf-8") if options.input else measured_text(options.steps)
    if options.output:
        Path(options.output).write_text(text, "utf-8")
    measured = json.loads(text)
    for name, one in measured.items():
        _print_model(name, one)
    print("\nfailures: processes, a checkpoint each, share of the time lost")
    for ranks in (8, 64, 1024):
        every, share = loss_by_failures(ranks, options.save, options.life * 3600, 7.0)
        print(f"  {ranks:5d}  {every:6.0f} s  {share:.1%}")


def _print_model(name: str, one: dict[str, list[float]]) -> None:
    # Medians, as other programs hold single steps up; of blocks of steps with and without messages in turn, as the machine
    # is another one a second later.
    message, common, single, apart, slower = (
        float(np.median(one[what])) for what in ("messages", "common", "single", "alone", "slower")
    )
    expected, nbytes = slower + message, int(one["nbytes"][0])
    print(
        f"{name}: {nbytes / 1e6:.2f} MB, one process {1e3 * single:.2f} ms, two {1e3 * common:.2f} "
        f"({single / common:.2f} times as fast, waiting {np.mean(one['waiting']):.0%}); simulated {1e3 * expected:.2f} "
        f"({np.median(one['ratios']) - 1:+.0%}, quarter to quarter {_quarters(one['ratios'])}); "
        f"half a batch beside another {1e3 * apart:.2f}, message {1e3 * message:.2f}"
    )
    print(
        f"  efficiency of 2, 8, 64, 1024 processes, each with its part as here; Internet also with {_EVERY} steps between means"
    )
    for link in LINKS:
        shares = [_efficiency(one["alone"], ranks, nbytes, link) for ranks in (2, 8, 64, 1024)]
        seldom = [_efficiency(one["alone"], ranks, nbytes, link, _EVERY) for ranks in (2, 8, 64, 1024)]
        further = "" if link.name != "Internet" else "   local SGD " + " ".join(f"{share:4.0%}" for share in seldom)
        print(f"    {link.name:13s}" + " ".join(f"{share:4.0%}" for share in shares) + further)


def _quarters(ratios: Sequence[float]) -> str:
    low, high = np.percentile(np.asarray(ratios), [25, 75]) - 1
    return f"{low:+.0%} to {high:+.0%}"


_EVERY = 100


def _efficiency(alone: Sequence[float], ranks: int, nbytes: int, link: Link, every: int = 1) -> float:
    # Without the slowest twentieth: what else this machine does is not what 1024 others would do.
    steps = sorted(alone)[: max(1, len(alone) * 19 // 20)]
    seconds = step_seconds(steps, ranks, seconds_of_sum(ranks, nbytes, link), draws=200, every=every)
    return float(np.mean(steps)) / seconds


def measured_text(steps: int) -> str:
    """The measurements as JSON, made by two processes and one."""
    with tempfile.TemporaryDirectory() as folder:
        beside = Path(sys.executable).parent / "mpiexec"
        launcher = str(beside) if beside.exists() else "mpiexec"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "ENGINE_OVERSUBSCRIBE": "1"}
        program = [sys.executable, "-m", "tests.benchmarks.scaling_ranks", folder, str(steps)]
        subprocess.run([launcher, "-n", "2", *program], check=True, cwd=ROOT, env=environment)
        subprocess.run(program, check=True, cwd=ROOT, env=environment)
        shared = json.loads((Path(folder) / "two.json").read_text("utf-8"))
        single = json.loads((Path(folder) / "one.json").read_text("utf-8"))
    return json.dumps({name: {**one, **single[name]} for name, one in shared.items()}, indent=1) + "\n"
