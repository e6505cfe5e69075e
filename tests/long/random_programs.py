"""Random models as Python programs, read again: the same graph, training and data. --models N, --seed S.

The models are those of tests/golden/random_models.py, as in `random_models`; the comparison is that of
tests/kwidgets/document/test_reading_code.py, which holds for the first 60 of them in the ordinary tests.
"""

from __future__ import annotations

import argparse

from kwidgets.document import Refused
from tests.kwidgets.document.test_reading_code import drawn, model_and_settings, pasted


def main(arguments: list[str]) -> int:
    """Write and read the models; 1 where one is another one then."""
    parser = argparse.ArgumentParser(prog="python -m tests.long random_programs", description=__doc__)
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    others, left_out = [], 0
    for seed in range(options.seed, options.seed + options.models):
        try:
            made = drawn(seed)
        except Refused:
            left_out += 1  # an input that is an output too, which no canvas shows
            continue
        again = pasted(made.text()["python"])
        if model_and_settings(again) != model_and_settings(made) or again.draft.notes:
            others.append(seed)
            print(f"another graph: seed {seed}")
    same = options.models - left_out - len(others)
    print(
        f"{same} of {options.models - left_out} models are read as they were written, {left_out} are none of a canvas"
    )
    return int(bool(others))
