"""`tf.Variable`: parts and rows that are assigned, and assignments that give the variable."""

import numpy as np

from engine._compat.assigned_variable import IndexedSlices, variable
from engine._compat.tape import GradientTape


def test_parts_are_assigned():
    v = variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert v[0, 1].assign(42.0) is v and v.numpy()[0, 1] == 42
    v[1].assign_add([1.0, 1.0, 1.0])
    v[:, 0].assign_sub([1.0, 1.0])
    assert v.numpy().tolist() == [[0, 42, 3], [4, 6, 7]]
    v.scatter_update(IndexedSlices([[7.0, 7.0, 7.0]], [1]))
    v.scatter_nd_update([[0, 0], [1, 2]], [100.0, 200.0])
    assert v.numpy().tolist() == [[100, 42, 3], [7, 7, 200]]
    v.scatter_add(IndexedSlices([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], [0, 0]))
    assert v.numpy()[0].tolist() == [102, 44, 5]


def test_assignments_give_the_variable_and_gradients_stay():
    v = variable(3.0)
    assert v.assign(2.0) is v and v.assign_add(1.0) is v and float(v.assign_sub(1.0).numpy()) == 2
    with GradientTape() as tape:
        y = v.read_value() * v
    assert float(tape.gradient(y, v)) == 4
    w = variable([1.0, 2.0])
    with GradientTape() as tape:
        y = w[1] * w[1]
    np.testing.assert_allclose(tape.gradient(y, w), [0, 4])
