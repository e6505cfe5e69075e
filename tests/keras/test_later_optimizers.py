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
    first = listed.weight(key)
    variable = Variable(first.shape, floatx, "kernel", first)
    optimizer = optimizers.deserialize({"class_name": name, "config": dict(config)})
    updater = Updater(optimizer, FlatWeights([variable]))
    for step in range(listed.UPDATES):
        updater.weights.gradients[variable][...] = listed.gradient(key, step)
        updater.apply()
        tolerance = 5e-6 if floatx == "float64" else 1e-4
        np.testing.assert_allclose(variable.array, GOLDEN[f"optimizer/{key}/{step}"], rtol=tolerance, atol=tolerance)
        if key in listed.SCALED:
            assert optimizer.loss_scale == GOLDEN[f"scale/{key}/{step}"]


@pytest.mark.parametrize("key", listed.OPTIMIZERS)
def test_gradients_that_a_program_applies_give_the_same(key):
    name, config = listed.OPTIMIZERS[key]
    if "use_ema" in config or "gradient_accumulation_steps" in config:
        return  # which belong to training by `fit`
    K.set_floatx("float64")
    try:
        variable = Variable(listed.weight(key).shape, "float64", "kernel", listed.weight(key))
        optimizer = optimizers.deserialize({"class_name": name, "config": dict(config)})
        for step in range(listed.UPDATES):
            optimizer.apply_gradients([(listed.gradient(key, step), variable)])
            np.testing.assert_allclose(variable.array, GOLDEN[f"optimizer/{key}/{step}"], rtol=5e-6, atol=5e-6)
    finally:
        K.set_floatx("float32")


@pytest.mark.parametrize("key", listed.SCHEDULES)
def test_schedules_give_the_rates_of_keras_3(key):
    name, config = listed.SCHEDULES[key]
    rate = optimizers.schedules.deserialize({"class_name": name, "config": config})
    np.testing.assert_allclose([rate(step) for step in listed.STEPS], GOLDEN[f"schedule/{key}"], rtol=1e-5, atol=1e-7)
    again = optimizers.schedules.deserialize(optimizers.schedules.serialize(rate))
    assert again.get_config() == rate.get_config()
