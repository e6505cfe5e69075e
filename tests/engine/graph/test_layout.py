"""Images with channels first are reordered once for all calls in a row that want them with channels last."""

from __future__ import annotations

import numpy as np

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable
from engine._native.library import turned_off

from ..native.programs import needs_library

pytestmark = needs_library

FIRST = "channels_first"


def _kernel(*shape):
    return Variable(shape, initializer=np.random.default_rng(0).normal(size=shape) * 0.3)


def _names(plan):
    return [repr(call).partition("(")[0] for call in plan.calls]


def _compared(outputs, x, shape, training=False):
    """A plan of the outputs, whose numbers are those of NumPy on channels first."""
    array = np.random.default_rng(1).normal(size=shape)
    plan = Plan(outputs, [x], {x: shape}, training=training)
    with turned_off():
        python = Plan(outputs, [x], {x: shape}, training=training)
    assert "Transpose" not in _names(python)
    for mine, expected in zip(plan.run([array]), python.run([array]), strict=True):
        np.testing.assert_allclose(mine, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    return plan


def _net(x):
    gamma, moving = Variable((8,), initializer=np.ones(8)), Variable((8,), initializer=np.ones(8))
    y = ops.relu(ops.conv(x, _kernel(3, 3, 4, 8), None, 1, "same", 1, FIRST))
    y = ops.batch_norm(ops.tanh(y), gamma, None, moving, moving, axis=1)[0]
    y = ops.add(y, ops.conv(y, _kernel(3, 3, 8, 8), None, 1, "same", 1, FIRST))
    return ops.max_pool(ops.concatenate([y, ops.relu(y)], axis=1), (2, 2), data_format=FIRST)


def test_calls_in_a_row_hand_reordered_images_on():
    x = Placeholder((None, 4, 6, 8))
    plan = _compared([_net(x)], x, (3, 4, 6, 8))
    assert plan.is_native, plan.how
    assert _names(plan).count("Transpose") == 2  # what comes in, and what goes out


def test_gradients_come_back_reordered():
    x = Placeholder((None, 4, 6, 8))
    y = ops.mean(_net(x), axis=(2, 3))
    plan = _compared([y, *gradients(ops.sum(ops.square(y)), [x])], x, (3, 4, 6, 8), training=True)
    assert plan.is_native, plan.how
    assert _names(plan).count("Transpose") == 2  # x, and its gradient


def test_who_wants_the_channels_first_gets_them():
    x = Placeholder((None, 4, 6, 8))
    y = ops.conv(x, _kernel(3, 3, 4, 8), None, 1, "same", 1, FIRST)
    z = ops.relu(y)
    plan = _compared([y, z, ops.softmax(ops.reshape(z, (-1, 8 * 48)))], x, (3, 4, 6, 8))
    assert _names(plan).count("Transpose") == 3


def test_channels_last_is_left_alone():
    for dtype in ("float32", "float64"):
        x = Placeholder((None, 6, 6, 6), dtype)
        kernel = Variable((3, 3, 6, 2), dtype, initializer=np.ones((3, 3, 6, 2)))
        plan = Plan([ops.conv(x, kernel, None, 1, "same", 1, "channels_last")], [x], {x: (2, 6, 6, 6)})
        assert "Transpose" not in _names(plan)
