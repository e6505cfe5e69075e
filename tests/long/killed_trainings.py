"""Kill processes that train, at moments by chance: at most a minute is missing, and each comes back to the same end bit for bit."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.kwidgets.session.killed_trainings import kill_trainings


def main(arguments: list[str]) -> int:
    """Kill so many processes; 0 where every run came back as promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.long killed_trainings", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=120)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_trainings(Path(folder), options.kills, options.seed, options.epochs)
    longest = max(outcome.missing, default=0.0)
    print(
        f"{outcome.kills} processes killed while they trained: the last checkpoint was at most {longest:.1f} s old, "
        f"{len(outcome.faults)} faults{': ' if outcome.faults else ''}{'; '.join(outcome.faults)}"
    )
    return 1 if outcome.faults else 0
