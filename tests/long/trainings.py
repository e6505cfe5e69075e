"""Random models x forms of data x entry points against the laws of tests/situations. --examples N, --seed S.

Each example is a model with eight ways to train it, one way to keep it and one call that is refused, all drawn by its number.
"""

from __future__ import annotations

import argparse
import random
import traceback

from tests.situations.random_trainings import FORMS, KEEP, REFUSED, TRAIN, check

EIGHT = 8


def drawn(number: int) -> tuple[list[tuple[str, str, bool]], str, str]:
    """Ways to train, the way to keep, the refused call of the example of this number."""
    dice = random.Random(number)
    choices = [(dice.choice(sorted(TRAIN)), dice.choice(sorted(FORMS)), dice.random() < 0.5) for _ in range(EIGHT)]
    return choices, dice.choice(sorted(KEEP)), dice.choice(sorted(REFUSED))


def main(arguments: list[str]) -> int:
    """Check them all; 1 where one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.long trainings", description=__doc__)
    parser.add_argument("--examples", type=int, default=50_000, help="combinations of model, entry point and form")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first model")
    options = parser.parse_args(arguments)
    models, failed = -(-options.examples // EIGHT), 0
    for number in range(options.seed, options.seed + models):
        choices, keep, refusal = drawn(number)
        try:
            check(number, choices, keep, refusal, collect=number % EIGHT == 0)
        except Exception:
            failed += 1
            print(f"model {number}, {keep}, {refusal}, {choices}:\n{traceback.format_exc(limit=-3)}", flush=True)
    print(f"{models * EIGHT} combinations of {models} models, seed {options.seed}: {failed} models failed.")
    return int(failed > 0)
