"""Stop, kill and orphan trainings of two processes at moments by chance: all end at one step, the lost one is named, none is left.

`--skip NAME` leaves out one of stops, kills, orphans.
"""

from __future__ import annotations

import argparse
import statistics

from tests.engine.distributed.accidents import kills, orphans, stops


def main(arguments: list[str]) -> int:
    """Do each so often; 0 where every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.long ranks", description=__doc__)
    parser.add_argument("--stops", type=int, default=50)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--orphans", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    stopped = stops(options.stops, options.seed)
    killed = kills(options.kills, options.seed)
    left = orphans(options.orphans)
    named = sum(right for _, right in killed)
    late = [seconds for seconds, _ in killed if seconds > 5]
    print(
        f"{len(stopped)} stops at one step, {_seconds(stopped)}; {named} of {options.kills} killed processes named, "
        f"{_seconds([seconds for seconds, _ in killed])}; {len(left)} killed kernels left no process, {_seconds(left)}"
    )
    return int(named < options.kills or bool(late))


def _seconds(values: list[float]) -> str:
    if not values:
        return "none tried"
    return f"median {1000 * statistics.median(values):.0f} ms, longest {1000 * max(values):.0f}"
