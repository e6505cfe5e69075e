"""Checks the engine on a graphics card: `python -m tests.gpu`, under 6 minutes; without a card on the stand-in for CuPy.

python -m tests.gpu                 on the first card that works, else on the stand-in
python -m tests.gpu --stand-in      on the stand-in
python -m tests.gpu --report        on the stand-in, and write what came of it into docs/gpu.md
python -m tests.gpu --only layer    one kind: op, layer, optimizer, loss, metric, model, counts
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from engine._machine import devices, gpu
from engine._machine.device_base import Device

from . import checks, models
from .using import stand_in

DOCUMENT = Path(__file__).parents[2] / "docs" / "gpu.md"
_PLURALS = {
    "op": "ops, samples of",
    "layer": "layers",
    "optimizer": "optimizers, settings of",
    "loss": "losses",
    "metric": "metrics",
    "model": "small models, trained, saved and read",
    "counts": "models whose steps were counted",
}


class Outcome(NamedTuple):
    """What came of one check: why it failed, or None; of counts what they are."""

    kind: str
    name: str
    failure: str | None
    counts: Any = None


def run(card: Device, only: str | None, counting: bool) -> Iterator[Outcome]:
    """All checks on a card, or those of one kind."""
    for check in checks.all_checks():
        if only in (None, check.kind):
            yield _outcome(check.kind, check.name, lambda check=check: check.run(card))
    for name in models.MODELS:
        if only in (None, "model"):
            yield _outcome("model", name, lambda name=name: models.check_model(card, name))
        if counting and only in (None, "counts"):
            yield _outcome("counts", name, lambda name=name: models.check_counts(card, name))


def _outcome(kind: str, name: str, function: Any) -> Outcome:
    try:
        return Outcome(kind, name, None, function())
    except Exception as error:  # whatever it is, the other checks go on
        first = str(error).strip().splitlines()[:1]
        return Outcome(kind, name, f"{type(error).__name__}: {' '.join(first)}")


def table(outcomes: list[Outcome]) -> str:
    """What was checked and what passed, as a table of Markdown."""
    lines = ["| checked on the stand-in | all | with NumPy's numbers |", "|---|---|---|"]
    for kind, words in _PLURALS.items():
        of_kind = [one for one in outcomes if one.kind == kind]
        if of_kind:
            lines.append(f"| {words} | {len(of_kind)} | {sum(one.failure is None for one in of_kind)} |")
    counted = [one.counts for one in outcomes if one.kind == "counts" and one.counts is not None]
    if counted:
        steps = models.STEPS
        lines += [
            "",
            f"Of {steps} steps after the first {steps}, for each of the {len(counted)} models: "
            f"{_range(one.graphs for one in counted)} launches of a graph, {_range(one.to_host for one in counted)} copies to the "
            f"host (of losses and metrics, of {models.KEPT} steps together), {_range(one.mallocs for one in counted)} times memory "
            "asked of the card.",
        ]
    failed = [one for one in outcomes if one.failure is not None]
    lines += ["", *[f"- not yet: {one.kind} {one.name}: {one.failure}" for one in failed]] if failed else []
    return "\n".join(lines) + "\n"


def _range(numbers: Any) -> str:
    listed = sorted(set(numbers))
    return str(listed[0]) if len(listed) == 1 else f"{listed[0]} to {listed[-1]}"


def main(arguments: list[str]) -> int:
    """Check; gives 1 where something is not as on NumPy."""
    parser = argparse.ArgumentParser(prog="python -m tests.gpu", description="Check the engine on a graphics card.")
    parser.add_argument("--stand-in", action="store_true", help="without a card")
    parser.add_argument("--report", action="store_true", help="on the stand-in, written into docs/gpu.md")
    parser.add_argument("--only", choices=list(_PLURALS))
    options = parser.parse_args(arguments)
    on_stand_in = options.stand_in or options.report or not gpu.cards()
    around: AbstractContextManager[Any] = stand_in() if on_stand_in else nullcontext()
    with around:
        card = devices.named("gpu:0")
        print(devices.in_words(card.info()))
        begin, outcomes = time.monotonic(), []
        for outcome in run(card, options.only, on_stand_in):
            outcomes.append(outcome)
            if outcome.failure is not None:
                print(f"{outcome.kind} {outcome.name}: {outcome.failure}")
    text = table(outcomes)
    print(f"{text}{time.monotonic() - begin:.0f} s")
    if options.report:
        document = DOCUMENT.read_text(encoding="utf-8")
        made = re.sub(r"(?s)(<!-- report -->\n).*(<!-- end -->)", lambda found: f"{found[1]}{text}{found[2]}", document)
        DOCUMENT.write_text(made, encoding="utf-8")
    return int(any(outcome.failure is not None for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
