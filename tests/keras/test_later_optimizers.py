"""Optimizers and schedules of tf.keras and Keras 3 against Keras 3's numbers (tests/golden/later_optimizers.npz), in float64."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import backend as K
from engine import optimizers
from engine._graph.tensor import Variable
from engine._training.updater import FlatWeights, Updater

FOLDER = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("later_optimizers")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "later_optimizers.npz", allow_pickle=False))


@pytest.fixture(params=["float32", "float64"])
def floatx(request):
    """The number type to compute in."""
    K.set_floatx(request.param)
    yield request.param
    K.set_floatx("float32")


@pytest.mark.parametrize("key", listed.OPTIMIZERS)
def test_updates_give_the_weights_of_keras_3(key, floatx):
    name, config = listed.OPTIMIZERS[key]
    variable = Variable((4, 3), floatx, "kernel", listed.weight())
    updater = Updater(optimizers.deserialize({"class_name": name, "config": dict(config)}), FlatWeights([variable]))
    for step in range(listed.UPDATES):
        updater.weights.gradients[variable][...] = listed.gradient(step)
        updater.apply()
        tolerance = 5e-6 if floatx == "float64" else 1e-4
        np.testing.assert_allclose(variable.array, GOLDEN[f"optimizer/{key}/{step}"], rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("key", listed.SCHEDULES)
def test_schedules_give_the_rates_of_keras_3(key):
    name, config = listed.SCHEDULES[key]
    rate = optimizers.schedules.deserialize({"class_name": name, "config": config})
    np.testing.assert_allclose([rate(step) for step in listed.STEPS], GOLDEN[f"schedule/{key}"], rtol=1e-5, atol=1e-7)
    again = optimizers.schedules.deserialize(optimizers.schedules.serialize(rate))
    assert again.get_config() == rate.get_config()
