"""Losses and metrics as objects beside tf_keras's (tests/golden/counted.npz): batch by batch, weighted, in training.

Every class of each module has a case; numbers agree to 1e-5, since TensorFlow counts in float32 where we do in float64.
"""

import importlib
import inspect
import sys
from pathlib import Path

import numpy as np
import pytest

import engine

FOLDER = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(FOLDER))
counted = importlib.import_module("counted")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "counted.npz", allow_pickle=False))
BASES = {"Loss", "Metric", "Reduction", "MeanMetricWrapper"}
OF_KERAS_3 = {"CTC", "Dice", "Tversky"}  # tests/keras/test_losses_of_keras_3.py


@pytest.mark.parametrize("part", ["losses_of", "metrics_of"])
def test_objects_give_keras_numbers(part: str) -> None:
    found = dict(getattr(counted, part)(engine))

    assert len(found) > 300
    wrong = [key for key, value in found.items() if not _equal(value, GOLDEN[key])]
    assert not wrong


@pytest.mark.parametrize(("name", "arguments", "extra"), list(counted.trainings(engine)))
def test_trainings_with_objects_give_keras_numbers(name: str, arguments: tuple, extra: dict) -> None:
    for key, value in counted.training(engine, *arguments, **extra):
        np.testing.assert_allclose(value, GOLDEN[f"{name}/{key}"], rtol=1e-5, atol=1e-5, err_msg=key)


def test_every_class_has_a_case() -> None:
    for module, cases in ((engine.losses, counted.LOSSES), (engine.metrics, counted.METRICS)):
        names = {name for name in module.__all__ if inspect.isclass(getattr(module, name))}
        named = {name for name, *_ in cases.values()} | (set(counted.REDUCED) if module is engine.metrics else set())
        assert names - BASES - OF_KERAS_3 == named


def _equal(found: np.ndarray, expected: np.ndarray) -> bool:
    return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-5, atol=1e-5)
