"""Kill processes that edit a document, at moments by chance: at most the last command is missing, the undo list is whole."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.kwidgets.killed_editing import killed_editing


def main(arguments: list[str]) -> int:
    """Kill so many processes; 0 where every document came back."""
    parser = argparse.ArgumentParser(prog="python -m tests.long killed_editing", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=100)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [killed_editing(Path(folder, str(n)), options.seed + n) for n in range(options.kills)]
    whole = sum(outcome.missing == 0 and outcome.undo_is_whole for outcome in outcomes)
    last = sum(outcome.missing == 1 and outcome.undo_is_whole for outcome in outcomes)
    commands = sum(outcome.told for outcome in outcomes)
    print(
        f"{len(outcomes)} processes killed after {commands} commands: {whole} documents whole, {last} without the last command, "
        f"{len(outcomes) - whole - last} otherwise"
    )
    return 0 if whole + last == len(outcomes) else 1
