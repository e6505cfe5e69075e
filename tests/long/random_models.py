"""Random models in the engine and in tf_keras: forward, loss, weights after one update. --keras PYTHON, --models N, --seed S.

The models are those of tests/golden/random_models.py; tf_keras runs in a process of its own, `--keras` names its Python. Every
array is compared, measured by its largest number: to 1e-6 in float64, to 2e-3 where TensorFlow pools volumes in float32.
`--golden` writes tests/golden/random_models.npz from the first of them, which the ordinary tests compare with.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from tests.keras import drawn_models

FOLDER = Path(__file__).parents[1] / "golden"
CHUNK = 100


def from_keras(python: str, first: int, count: int, folder: Path) -> dict[str, np.ndarray]:
    """What tf_keras computes for the models from `first` on."""
    path = folder / f"{first}.npz"
    command = [python, str(FOLDER / "random_models_keras.py"), str(first), str(count), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-3000:]}")
    return dict(np.load(path, allow_pickle=False))


def difference(case, expected: dict[str, np.ndarray]) -> str | None:
    """What differs, in words; None where nothing does."""
    if "error" in expected:
        return f"tf_keras: {expected['error']}"
    try:
        results = drawn_models.results(case)
    except Exception as error:
        return f"engine: {type(error).__name__}: {error}"
    for name, theirs in expected.items():
        miss = drawn_models.miss(case, results[name], theirs)
        if miss is not None:
            return f"{name}: {miss}"
    return None


def arguments_of(arguments: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m tests.long random_models", description=__doc__)
    parser.add_argument("--keras", default=sys.executable, help="the Python that has tf_keras 2")
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first model")
    parser.add_argument("--golden", type=int, default=0, help="how many of them the golden file holds")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Compare and print the misses."""
    options = arguments_of(arguments)
    random_models = importlib.import_module("random_models")
    firsts = range(options.seed, options.seed + options.models, CHUNK)
    last, counted, golden = options.seed + options.models, Counter(), {}
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as pool:
        computed = pool.map(lambda n: from_keras(options.keras, n, min(CHUNK, last - n), Path(name)), firsts)
        for first, arrays in zip(firsts, computed, strict=True):
            for seed in range(first, min(first + CHUNK, last)):
                case = random_models.case(seed)
                start = f"{seed}/"
                expected = {key[len(start) :]: value for key, value in arrays.items() if key.startswith(start)}
                miss = difference(case, expected)
                counted["equal" if miss is None else "differ"] += 1
                counted["without update"] += case.noisy
                if miss is not None:
                    print(f"model {seed}: {miss}", flush=True)
                elif len(golden) < options.golden:
                    golden[str(seed)] = drawn_models.digest(case, expected)
    if options.golden:
        np.savez_compressed(FOLDER / "random_models.npz", **golden)
    print(
        f"{counted['equal']} of {options.models} equal: forward, loss, one update "
        f"({counted['without update']} draw random numbers in training: forward and loss alone)."
    )
    return int(counted["differ"] > 0)
