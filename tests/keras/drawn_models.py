"""The engine's side of the random models of tests/golden: what it computes, and how that is compared."""

from __future__ import annotations

import importlib
import json
import sys
import zlib
from pathlib import Path

import numpy as np

from engine import backend as K
from engine import optimizers
from engine.models import model_from_json

FOLDER = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(FOLDER))
random_models = importlib.import_module("random_models")
sys.path.remove(str(FOLDER))
CLOSE = {"float64": 1e-6, "float32": 2e-3}


def floatx_of(case) -> str:
    """The number type to compute in: TensorFlow pools volumes in float32 alone."""
    return "float32" if case.volumes else "float64"


def compiled(case):
    """The model with its weights, compiled as the case says."""
    model = random_models.prepared(model_from_json(json.dumps(case.config)), case)
    name, settings = case.optimizer
    model.compile(
        getattr(optimizers, name)(**settings),
        {target.name: target.loss for target in case.targets},
        loss_weights={target.name: target.weight for target in case.targets},
        sample_weight_mode={t.name: "temporal" for t in case.targets if t.sample_weights == "temporal"} or None,
    )
    return model


def data(case):
    """Inputs, targets, sample weights by output."""
    targets = {target.name: random_models.targets_for(case, target) for target in case.targets}
    weights = {target.name: random_models.sample_weights_for(case, target) for target in case.targets}
    weights = {name: value for name, value in weights.items() if value is not None}
    return random_models.feeds(case), targets, weights or None


def results(case) -> dict[str, np.ndarray]:
    """Outputs, loss, the loss in training and every weight after one update, by the names of random_models_keras.py."""
    before = K.floatx()
    K.set_floatx(floatx_of(case))
    try:
        model = compiled(case)
        x, y, weights = data(case)
        outputs = model.predict_on_batch(x)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        values = {f"output{i}": output for i, output in enumerate(outputs)}
        values["loss"] = np.atleast_1d(model.test_on_batch(x, y, sample_weight=weights))[0]
        if not case.noisy:
            values["trained loss"] = np.atleast_1d(model.train_on_batch(x, y, sample_weight=weights))[0]
            for name, layer in random_models.weighted_layers(model):
                values.update({f"{name} {i}": weight for i, weight in enumerate(layer.get_weights())})
        return values
    finally:
        K.set_floatx(before)


def classes_in(config: object) -> set[str]:
    """The names of all classes in a config."""
    if isinstance(config, list):
        return set().union(*map(classes_in, config)) if config else set()
    if not isinstance(config, dict):
        return set()
    names = {config["class_name"]} if isinstance(config.get("class_name"), str) else set()
    return names.union(*map(classes_in, config.values()))


def miss(case, ours: np.ndarray, theirs: np.ndarray) -> str | None:
    """How far two arrays lie apart, where that is too far."""
    if np.shape(ours) != np.shape(theirs):
        return f"shape {np.shape(ours)}, tf_keras {np.shape(theirs)}"
    largest = max(float(np.abs(theirs).max(initial=0)), 1e-3)
    apart = float(np.abs(np.asarray(ours, "float64") - theirs).max(initial=0)) / largest
    if apart <= CLOSE[floatx_of(case)]:
        return None
    return f"{apart:.1e} apart, ours {np.ravel(ours)[:3]}, tf_keras {np.ravel(theirs)[:3]}"


def digest(case, values: dict[str, np.ndarray]) -> np.ndarray:
    """A few numbers that say the same as all arrays: a checksum of what was drawn, then of each array its largest number.

    And its sums along two random directions, measured by that number.
    """
    drawn = zlib.crc32(json.dumps([case.config, case.frozen, case.optimizer]).encode())
    numbers: list[float] = [drawn]
    for name in sorted(values):
        value = np.asarray(values[name], "float64")
        largest = float(np.abs(value).max(initial=0))
        sums = (np.sum(value * random_models.array(index, name, value.shape)) for index in range(2))
        numbers += [largest, *(float(total) / max(largest, 1e-3) for total in sums)]
    return np.array(numbers)


def digests_apart(case, ours: np.ndarray, theirs: np.ndarray) -> float:
    """How far digests lie apart, measured by what is allowed: fine up to 1."""
    return float((np.abs(ours - theirs) / (10 * CLOSE[floatx_of(case)] * (1 + np.abs(theirs)))).max())
