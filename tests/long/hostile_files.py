"""Have every reader read hostile and honest files of all kinds, and judge time, memory, errors and what was touched."""

from __future__ import annotations

import argparse
from collections import Counter

from tests.safety.hostile import every_file
from tests.safety.judge import judge


def main(arguments: list[str]) -> int:
    """Judge all files, or those whose kind, reader or name has a text in it; 0 where no fault is found."""
    parser = argparse.ArgumentParser(prog="python -m tests.long hostile_files", description=__doc__)
    parser.add_argument("text", nargs="?", default="", help="only files whose kind, reader or name holds it")
    wanted = parser.parse_args(arguments).text
    cases = [case for case in every_file() if wanted in f"{case.kind} {case.reader} {case.name}"]
    files = [(case.name, case.reader, case.content) for case in cases]
    counts, bad = Counter[str](), 0
    for case, (_, verdict) in zip(cases, judge(files), strict=True):
        faults = verdict.faults(case.expected)
        counts[case.kind] += 1
        if faults:
            bad += 1
            print(f"{case.kind}, {case.reader}, {case.name}: {'; '.join(faults):.600}", flush=True)
    print(", ".join(f"{count} of {kind}" for kind, count in counts.items()))
    print(f"{len(cases)} files, {bad} with a fault")
    return 1 if bad else 0
