"""What only moves elements, in the library of C: the numbers of the ops in Python."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder
from engine._native.library import turned_off
from engine.backend import floatx
from engine.layers import Conv1D, Conv2D, Input, SpatialDropout2D
from engine.models import Model

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

MOVES = {
    "pad": lambda x: ops.pad(x, ((0, 0), (1, 2), (0, 3), (0, 0)), 0.5),
    "crop": lambda x: x[:, 1:-1, 2:],
    "every second": lambda x: x[:, ::2, 1::3, 1],
    "backwards": lambda x: x[:, ::-1, :, ::-1],
    "one sample": lambda x: x[1],
    "the last samples": lambda x: x[2:],
    "transpose": lambda x: ops.transpose(x, (0, 3, 1, 2)),
    "samples last": lambda x: ops.transpose(x, (1, 2, 3, 0)),
    "reverse": lambda x: ops.reverse(x, (1, 3)),
    "upsample": lambda x: ops.upsample(x, (2, 3)),
    "upsample, channels first": lambda x: ops.upsample(x, (2, 3), "channels_first"),
    "repeat": lambda x: ops.repeat(x, 3, 2),
    "repeat the last": lambda x: ops.repeat(x, 2, -1),
    "join rows": lambda x: ops.concatenate([x, x * 2.0], 1),
    "join samples": lambda x: ops.concatenate([x, x * 2.0], 0),
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("batch", [4, 20])
def test_moves_and_their_gradients_are_those_of_numpy(name, batch):
    arrays = [np.random.default_rng(0).normal(size=(batch, 5, 6, 4)).astype(floatx())]
    x = Placeholder((None, 5, 6, 4))
    y = MOVES[name](x)
    outputs = [y, *gradients(ops.sum(ops.square(y)), [x])]
    native = Plan(outputs, [x], {x: arrays[0].shape}, training=True)
    with turned_off():
        python = Plan(outputs, [x], {x: arrays[0].shape}, training=True)
    assert native.is_native, native.how
    for mine, expected in zip(native.run(arrays), python.run(arrays), strict=True):
        np.testing.assert_allclose(mine, expected, rtol=within(1e-6), atol=within(1e-6))


def test_a_mask_for_whole_channels_is_that_of_numpy():
    x, y = (np.random.default_rng(i).normal(size=(9, 6, 6, 3)).astype(floatx()) for i in range(2))

    def trained():
        np.random.seed(5)
        inputs = Input((6, 6, 3))
        outputs = Conv2D(3, 1, kernel_initializer="ones")(SpatialDropout2D(0.5)(inputs))
        model = Model(inputs, outputs)
        model.compile("sgd", "mse")
        return [model.train_on_batch(x, y) for _ in range(3)]

    mine = trained()
    with turned_off():
        np.testing.assert_allclose(mine, trained(), rtol=within(1e-5))


def test_a_sequence_that_is_turned_before_its_convolution():
    x = np.random.default_rng(0).normal(size=(9, 7, 5)).astype(floatx())
    inputs = Input((7, 5))
    model = Model(inputs, Conv1D(4, 3)(inputs))
    placeholder = Placeholder((None, 5, 7))
    plan = Plan([model(ops.transpose(placeholder, (0, 2, 1)))], [placeholder], {placeholder: (9, 5, 7)})
    assert plan.is_native
    np.testing.assert_allclose(plan.run([x.transpose(0, 2, 1)])[0], model.predict(x), rtol=within(1e-5), atol=1e-6)
