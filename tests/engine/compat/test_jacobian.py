"""`GradientTape.jacobian` and `batch_jacobian`: by finite differences, by formula, inside of another tape."""

import numpy as np
import pytest

from engine._compat.assigned_variable import variable
from engine._compat.tape import GradientTape
from engine._compat.values import constant
from engine.errors import GraphError, ShapeError
from engine.layers import Dense, Input
from engine.models import Sequential

rng = np.random.default_rng(4)


def test_the_jacobian_of_a_net_agrees_with_finite_differences():
    model = Sequential([Input((3,)), Dense(4, activation="tanh"), Dense(2)])
    x = constant(rng.normal(size=(2, 3)))
    with GradientTape() as tape:
        tape.watch(x)
        y = model(x)
    found = tape.jacobian(y, x)
    assert found.shape == (2, 2, 2, 3)
    for i, j in np.ndindex(2, 3):
        step = np.zeros((2, 3), "float32")
        step[i, j] = 1e-2
        moved = (model.predict(np.asarray(x) + step) - model.predict(np.asarray(x) - step)) / 2e-2
        np.testing.assert_allclose(found[..., i, j], moved, rtol=2e-2, atol=1e-3)
    by_sample = tape.batch_jacobian(y, x)
    np.testing.assert_allclose(by_sample, np.stack([found[n, :, n] for n in range(2)]), rtol=1e-5)


def test_a_hessian_is_the_jacobian_of_a_gradient():
    x = variable([1.0, 2.0])
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = x[0] * x[0] * x[1]
        slope = inner.gradient(y, x)
    assert outer.jacobian(slope, x).tolist() == [[4, 2], [2, 0]]
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = x * x * x
        rows = inner.jacobian(y, x)
    np.testing.assert_allclose(outer.gradient(rows, x), [6, 12])


def test_structures_and_what_does_not_depend():
    v, w = variable([1.0, 2.0]), variable(3.0)
    with GradientTape() as tape:
        y = v * 2.0
    made = tape.jacobian(y, {"v": v, "w": w})
    assert made["v"].tolist() == [[2, 0], [0, 2]] and made["w"] is None
    assert tape.jacobian(y, [w], unconnected_gradients="zero")[0].tolist() == [0, 0]
    x = constant([[1.0]])
    assert tape.batch_jacobian(y, x) is None
    assert tape.batch_jacobian(y, x, unconnected_gradients="zero").shape == (2, 1)


def test_what_has_no_jacobian_is_refused():
    x = constant([[1.0, 2.0]])
    with GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
        total = y[0]
    with pytest.raises(GraphError, match="recorded target"):
        tape.jacobian(np.ones(2), x)
    with pytest.raises(ShapeError, match="as many samples"):
        tape.batch_jacobian(total, x)
