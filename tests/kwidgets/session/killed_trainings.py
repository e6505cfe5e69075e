"""Kill processes that train with recording on, at moments by chance, and let each run come back in a new process."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.layers import BatchNormalization, Dense, Dropout
from engine.models import Sequential, load_model
from kwidgets.session.session import Session
from kwidgets.workspace.records import Points
from kwidgets.workspace.run_store import RunStore

ROWS = 1200


def experiment(epochs: int) -> dict[str, Any]:
    """A net with dropout and moving averages, whose numbers depend on every batch before."""
    layers = [
        Dense(64, input_shape=(30,), activation="relu", name="a"),
        Dropout(0.3, name="b"),
        BatchNormalization(name="c"),
        Dense(3, activation="softmax", name="d"),
    ]
    return {
        "class_name": "Sequential",
        "config": Sequential(layers, name="killed").get_config(),
        "data": {"inputs": {"a_input": "x"}, "targets": {"d": "y"}},
        "training": {
            "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "epochs": epochs, "batch_size": 8,
            "validation_split": 0.1, "seed": 4,
        },
    }  # fmt: skip


def arrays() -> dict[str, np.ndarray]:
    """The same numbers in every process."""
    rng = np.random.default_rng(0)
    return {"x": rng.normal(size=(ROWS, 30)).astype("float32"), "y": rng.integers(0, 3, ROWS)}


@dataclass
class Outcome:
    """What a run came to that was killed again and again, beside one that was not.

    kills: so often. missing: seconds from the last checkpoint to each kill. faults: what was not as promised, in words.
    """

    kills: int = 0
    missing: list[float] = field(default_factory=list[float])
    faults: list[str] = field(default_factory=list[str])


def child(arguments: list[str]) -> None:
    """Train in the store of a folder, a new run or one that comes back; print a line with each epoch that begins."""
    folder, epochs, name = arguments
    store = RunStore(Path(folder))
    session = Session(store=lambda: store)
    printed = 0

    def tell(_: str) -> None:
        nonlocal printed
        if session.stream.epochs_begun > printed:
            printed = session.stream.epochs_begun
            print(printed, flush=True)

    session.listeners.append(tell)
    if name == "-":
        session.start(experiment(int(epochs)), arrays())
    else:
        recorded = store.experiment(name)
        assert recorded is not None
        session.resume_run(name, recorded, arrays())
    session.wait()
    if session.state != "finished":
        raise SystemExit(f"{session.state}: {session.error}")


def kill_trainings(folder: Path, kills: int, seed: int, epochs: int = 40) -> Outcome:
    """Kill so many processes that train the same run, then let it end; compare with one that was let alone."""
    moments, outcome = random.Random(seed), Outcome()
    with _process(folder / "whole", epochs, "-") as process:
        process.communicate()
    whole = RunStore(folder / "whole")
    expected = whole.list()[0].id
    # All kills together within the first half of the epochs, so that there is something to be killed at any speed.
    most = 1 + epochs // (2 * kills)
    epoch = whole.get(expected).seconds / epochs
    store, name, ended = RunStore(folder / "killed"), "-", False
    while not ended:
        with _process(folder / "killed", epochs, name) as process:
            assert process.stdout is not None
            if outcome.kills < kills:
                for _ in range(moments.randint(1, most)):
                    process.stdout.readline()
                time.sleep(moments.random() * epoch)
            else:
                process.communicate()
            ended = process.poll() is not None
            process.kill()
            killed = time.time()
        name = store.list()[0].id
        if not ended:
            outcome.kills += 1
            _look(store, name, killed, outcome)
        elif process.returncode:
            outcome.faults.append(f"the process ended with {process.returncode}")
    _compare(store, name, whole, expected, outcome)
    return outcome


def _process(folder: Path, epochs: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.kwidgets.session.killed_trainings", str(folder), str(epochs), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _look(store: RunStore, name: str, killed: float, outcome: Outcome) -> None:
    """What is there of a run right after its process was killed."""
    run, there = store.get(name), store.checkpoints(name)
    if run.state != "interrupted":
        outcome.faults.append(f"killed, but {run.state}")
    # One that is killed before its first checkpoint begins anew: no more is missing than the time since it began.
    missing = killed - max((one.path.stat().st_mtime for one in there), default=run.began)
    outcome.missing.append(missing)
    if missing > 60:
        outcome.faults.append(f"the last checkpoint is {missing:.0f} s old")


def _compare(store: RunStore, name: str, whole: RunStore, expected: str, outcome: Outcome) -> None:
    if len(store.list()) != 1:
        outcome.faults.append(f"{len(store.list())} runs in place of one")
    if store.get(name).state != "finished":
        outcome.faults.append(f"it ended as {store.get(name).state}")
    if store.history(name) != whole.history(expected):
        outcome.faults.append("another history")
    ours, theirs = _points(store, name), _points(whole, expected)
    if ours.keys() != theirs.keys() or not all(_are_of_one_curve(ours[key], theirs[key], key[1]) for key in ours):
        outcome.faults.append("other points")
    ours, theirs = (load_model(s.checkpoints(n)[-1].path).get_weights() for s, n in ((store, name), (whole, expected)))
    if not all(map(np.array_equal, ours, theirs)):
        outcome.faults.append("other weights")


def _points(store: RunStore, name: str) -> dict[tuple[str, str], Points]:
    return {(p.name, p.phase): p for p in store.points(name)}


def _are_of_one_curve(ours: Points, theirs: Points, phase: str) -> bool:
    """Whether all points are the same; of batches, which may be others where not all are taken in, those that both have."""
    _, here, there = np.intersect1d(ours.xs, theirs.xs, return_indices=True)
    whole = phase == "batch" or len(here) == len(ours.xs) == len(theirs.xs)
    return whole and len(here) > 0 and ours.ys[here].tobytes() == theirs.ys[there].tobytes()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("arguments", nargs=3)
    child(parser.parse_args().arguments)
