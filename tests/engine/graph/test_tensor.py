import numpy as np
import pytest

from engine._graph.tensor import Placeholder, Variable
from engine.errors import ShapeError


def test_a_variable_takes_no_memory_before_its_first_use():
    made = []

    def initializer(shape, dtype):
        made.append(shape)
        return np.ones(shape, dtype)

    weight = Variable((3, 2), initializer=initializer)
    assert (weight.size, weight.materialised, made) == (6, False, [])
    np.testing.assert_array_equal(weight.array, 1)
    assert made == [(3, 2)]


def test_assign_keeps_the_storage_and_checks_the_shape():
    weight = Variable((2,), name="w")
    storage = weight.array
    weight.assign([1, 2])
    assert weight.array is storage
    with pytest.raises(ShapeError, match=r"weight 'w'.*\(2,\).*\(3,\)"):
        weight.assign([1, 2, 3])
    np.testing.assert_array_equal(storage, [1, 2])


def test_a_symbol_has_no_truth_value():
    with pytest.raises(TypeError, match="symbol"):
        bool(Placeholder((None,)) > 0)


def test_numpy_arrays_on_the_left_make_symbols():
    y = np.ones(3, "float32") * Placeholder((None, 3))
    assert y.shape == (None, 3)
