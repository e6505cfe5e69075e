"""Random models as programs in four dialects, read again: the same graph, training and data. --models N, --seed S.

The models are those of tests/golden/random_models.py, as in `random_models`; the comparison is that of
tests/kwidgets/document/test_reading_code.py. What a dialect lacks, and says,
may be missing of a model that is read again.
"""

from __future__ import annotations

import argparse
from collections import Counter

from kwidgets.document import Refused
from kwidgets.document.dialects import DIALECTS
from kwidgets.document.python_code import written_program
from tests.kwidgets.document.test_reading_code import drawn, model_and_settings, pasted


def main(arguments: list[str]) -> int:
    """Write and read the models; 1 where one is another one then."""
    parser = argparse.ArgumentParser(prog="python -m tests.long random_programs", description=__doc__)
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    others, left_out, lacking = Counter[str](), 0, Counter[str]()
    for seed in range(options.seed, options.seed + options.models):
        try:
            made = drawn(seed)
        except Refused:
            left_out += 1  # an input that is an output too, which no canvas shows
            continue
        wanted = model_and_settings(made)
        for dialect in DIALECTS:
            program = written_program(made.experiment(), dialect)
            again = pasted(program.text)
            if model_and_settings(again) == wanted and not again.draft.notes:
                continue
            (lacking if program.lacks else others)[dialect] += 1
            print(f"another graph: seed {seed}, {dialect} {' '.join(program.lacks)}")
    read = options.models - left_out
    same = ", ".join(f"{dialect} {read - others[dialect] - lacking[dialect]}" for dialect in DIALECTS)
    print(
        f"of {read} models are read as they were written: {same}; {sum(lacking.values())} programs say what their dialect lacks, "
        f"{left_out} models are none of a canvas"
    )
    return int(bool(others.total()))
