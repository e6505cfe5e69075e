"""Updates by the library in C: those of the optimizers in Python, nearly bit for bit."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest

from engine import optimizers
from engine._graph.tensor import Variable
from engine._native.library import turned_off
from engine._training.updater import FlatWeights, Updater
from engine.constraints import max_norm

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

OPTIMIZERS = {
    "sgd": lambda: optimizers.SGD(0.05, decay=0.01),
    "clipped": lambda: optimizers.SGD(0.5, clipnorm=2.0, clipvalue=0.1),
    "momentum": lambda: optimizers.SGD(0.05, momentum=0.9),
    "ahead": lambda: optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda: optimizers.RMSprop(0.05),
    "adagrad": lambda: optimizers.Adagrad(0.05),
    "adadelta": lambda: optimizers.Adadelta(1.0),
    "adam": lambda: optimizers.Adam(0.05, decay=0.1, clipnorm=5.0),
    "amsgrad": lambda: optimizers.Adam(0.05, amsgrad=True, clipvalue=0.3),
    "adamax": lambda: optimizers.Adamax(0.05),
    "nadam": lambda: optimizers.Nadam(0.05),
    "lion": lambda: optimizers.Lion(0.01),
    "rmsprop, epsilon below": lambda: optimizers.RMSprop(0.05, epsilon_in_root=True, epsilon=1e-3),
    "rmsprop with momentum": lambda: optimizers.RMSprop(0.05, momentum=0.5),
    "rmsprop, centered": lambda: optimizers.RMSprop(0.05, centered=True, epsilon_in_root=True, epsilon=1e-2),
    "rmsprop, both": lambda: optimizers.RMSprop(0.05, momentum=0.5, centered=True, epsilon_in_root=True, epsilon=1e-2),
    "adagrad, epsilon below": lambda: optimizers.Adagrad(0.05, epsilon_in_root=True, initial_accumulator_value=0.1),
    "adamw": lambda: optimizers.AdamW(0.05),
    "loss scale": lambda: optimizers.LossScaleOptimizer(optimizers.Adam(0.05)),
}


def _updated(native, make, sizes, steps=70):
    """Weights and slots after some steps, the last ones without gradient, so that slots shrink."""
    rng = np.random.default_rng(0)
    with nullcontext() if native else turned_off():
        variables = [Variable((n,), initializer=rng.normal(size=n)) for n in sizes]
        variables[0].constraint = max_norm(2.0)
        updater = Updater(make(), FlatWeights(variables))
        for step in range(steps):
            for gradient in updater.weights.gradients.values():
                gradient[...] = rng.normal(size=gradient.shape) if step < 40 else 0
            updater.apply()
    return [v.array for v in variables], [slot for slots in updater.slots.values() for slot in slots]


@pytest.mark.parametrize("sizes", [(1,), (3, 16, 17), (70_001, 20_000)], ids=str)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_seventy_updates_are_those_of_python(name, sizes):
    weights, slots = _updated(True, OPTIMIZERS[name], sizes)
    expected_weights, expected_slots = _updated(False, OPTIMIZERS[name], sizes)
    for mine, expected in zip(weights, expected_weights, strict=True):
        np.testing.assert_allclose(mine, expected, rtol=within(1e-4), atol=within(1e-5))
    for mine, expected in zip(slots, expected_slots, strict=True):
        np.testing.assert_allclose(mine, expected, rtol=within(1e-3), atol=within(1e-6))


def test_slots_that_are_too_small_to_matter_become_zero():
    variable = Variable((40,), initializer=np.ones(40))
    updater = Updater(optimizers.Adam(), FlatWeights([variable]))
    updater.slots["m"][0][...] = 1e-26
    for _ in range(32):
        updater.apply()
    assert not updater.slots["m"][0].any()


def test_an_optimizer_with_a_formula_of_its_own_uses_it():
    class Still(optimizers.SGD):
        def update(self, w, g, *rest):
            """Change nothing."""

    variable = Variable((4,), initializer=np.ones(4))
    updater = Updater(Still(), FlatWeights([variable]))
    updater.weights.gradients[variable][...] = 1
    updater.apply()
    assert (variable.array == 1).all()


def test_a_rate_and_a_momentum_that_are_set_between_steps_count_at_once():
    optimizer = optimizers.SGD(1.0)
    variable = Variable((2,), initializer=np.zeros(2))
    updater = Updater(optimizer, FlatWeights([variable]))
    seen = []
    for rate, momentum in ((1.0, 0.0), (0.5, 0.0), (0.5, 1.0)):
        optimizer.lr, optimizer.momentum = rate, momentum
        updater.weights.gradients[variable][...] = 1
        updater.apply()
        seen.append(float(variable.array[0]))
    assert seen == [-1.0, -1.5, -2.5]
