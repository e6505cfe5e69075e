"""Each optimizer in files of installed Keras: a model of ours, trained, goes there and trains on; theirs the other way round.

    python -m tests.interop.optimizers --keras PYTHON [--only TEXT]

prints the largest difference of a weight behind three more updates, or the sentence of a refusal; 1 where one is above 1e-4.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from engine import models, optimizers
from engine.layers import Dense, Input

PEER = Path(__file__).with_name("optimizers_peer.py")
RATE = {"learning_rate": 0.02}
OPTIMIZERS: dict[str, tuple[str, dict[str, object]]] = {
    "SGD": ("SGD", {**RATE, "momentum": 0.9}),
    "RMSprop": ("RMSprop", RATE),
    "RMSprop with momentum": ("RMSprop", {**RATE, "momentum": 0.5, "centered": True}),
    "Adagrad": ("Adagrad", {**RATE, "initial_accumulator_value": 0.1}),
    "Adadelta": ("Adadelta", {"learning_rate": 1.0, "epsilon": 1e-7}),
    "Adam": ("Adam", RATE),
    "AMSGrad": ("Adam", {**RATE, "amsgrad": True}),
    "AdamW": ("AdamW", {**RATE, "weight_decay": 0.1}),
    "Adamax": ("Adamax", RATE),
    "Nadam": ("Nadam", RATE),
    "Ftrl": ("Ftrl", {**RATE, "l1_regularization_strength": 0.001}),
    "Lion": ("Lion", {"learning_rate": 0.002}),
    "Adafactor": ("Adafactor", RATE),
    "Adam with means": ("Adam", {**RATE, "use_ema": True, "ema_momentum": 0.8}),
    "LossScaleOptimizer": ("LossScaleOptimizer", {"inner_optimizer": ["Adam", RATE], "dynamic_growth_steps": 2}),
}
# tf.keras's Nadam since 2.11 takes the momenta of the updates that were traced, not of those that were made.
TRACED = ("tf.keras", "Nadam", "read")
FORMS = {"keras": ("keras", ".keras"), "tf.keras": ("tf_keras", ".h5")}
LATER = {"RMSprop": {"epsilon_in_root": True}, "Adagrad": {"epsilon_in_root": True}, "Nadam": {"schedule_decay": 1.0}}


def batch() -> tuple[np.ndarray, np.ndarray]:
    """Inputs (N, 4) and targets (N, 3)."""
    random = np.random.default_rng(0)
    x = random.normal(size=(16, 4)).astype("float32")
    return x, (x @ random.normal(size=(4, 3))).astype("float32")


def ours(name: str, settings: dict[str, object]) -> optimizers.Optimizer:
    """An optimizer of ours with the formulas of later Keras."""
    if "inner_optimizer" in settings:
        inner = ours(*settings["inner_optimizer"])  # type: ignore[misc]
        return optimizers.LossScaleOptimizer(**{**settings, "inner_optimizer": inner})
    return getattr(optimizers, name)(**settings, **LATER.get(name, {}))


def trained(name: str, settings: dict[str, object]) -> models.Sequential:
    """A model of ours behind three updates."""
    np.random.seed(4)
    model = models.Sequential([Input((4,)), Dense(5, activation="tanh"), Dense(3)])
    model.compile(ours(name, settings), "mse")
    further(model)
    return model


def further(model: models.Sequential) -> list[np.ndarray]:
    """The weights behind three more updates."""
    for _ in range(3):
        model.train_on_batch(*batch())
    return model.get_weights()


def compare(form: str, keys: list[str], python: str, folder: Path) -> list[tuple[str, str, str]]:
    """(optimizer, direction, difference) for each."""
    library, ending = FORMS[form]
    jobs, expected, found = [], {}, []
    np.savez(folder / "batch.npz", x=batch()[0], y=batch()[1])
    for number, key in enumerate(keys):
        name, settings = OPTIMIZERS[key]
        stem = str(folder / f"{form}{number}")
        model = trained(name, settings)
        model.save(f"{stem}{ending}", **({"save_format": "tf.keras"} if ending == ".h5" else {}))
        expected[key] = stem, further(model)
        jobs.append(
            {"ours": f"{stem}{ending}", "theirs": f"{stem}_theirs{ending}", "optimizer": [name, settings], "stem": stem}
        )
    (folder / "jobs.json").write_text(json.dumps(jobs))
    subprocess.run([python, str(PEER), library, str(folder)], check=True)
    for key, (stem, weights) in expected.items():
        for direction in ("written", "read"):
            found.append((key, direction, _difference(stem, ending, direction, weights)))
    return found


def _difference(stem: str, ending: str, direction: str, weights: list[np.ndarray]) -> str:
    path = Path(f"{stem}_{direction}.npz")
    with np.load(path, allow_pickle=False) as stored:
        if "error" in stored:
            return str(stored["error"])
        theirs = [stored[f"w{i}"] for i in range(len(weights))]
    if direction == "read":
        try:
            weights = further(models.load_model(f"{stem}_theirs{ending}"))
        except Exception as error:  # what a person would see
            return f"{type(error).__name__}: {error}"
    return f"{max(float(np.abs(a - b).max()) for a, b in zip(weights, theirs, strict=True)):.1e}"


def main() -> int:
    """Compare all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keras", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    keys, bad = [key for key in OPTIMIZERS if options.only in key], 0
    for form in FORMS:
        with tempfile.TemporaryDirectory() as folder:
            for key, direction, difference in compare(form, keys, options.keras, Path(folder)):
                is_number = difference[:1].isdigit()
                bad += (form, key, direction) != TRACED and (not is_number or float(difference) > 1e-4)
                print(f"{form:9} {key:24} {direction:8} {difference}")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
