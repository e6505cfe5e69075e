import numpy as np
import pytest

from engine import optimizers
from engine._graph.tensor import Variable
from engine._training.updater import FlatWeights, Updater


def _variables(*shapes):
    return [Variable(shape, initializer=lambda s, d: np.full(s, 1.0)) for shape in shapes]


def test_variables_move_into_one_segment_and_keep_their_values():
    variables = [Variable((2, 3), initializer=np.arange(6.0).reshape(2, 3)), Variable((3,), initializer=np.ones(3))]

    flat = FlatWeights(variables)

    assert len(flat.segments) == 1
    np.testing.assert_array_equal(flat.segments[0].weights, [0, 1, 2, 3, 4, 5, 1, 1, 1])
    assert np.shares_memory(flat.segments[0].weights, variables[1].array)


def test_a_second_set_leaves_shared_variables_where_they_are():
    first, second = _variables((4,), (5,)), _variables((6,))
    FlatWeights(first)
    addresses = [v.array.ctypes.data for v in first]

    both = FlatWeights([*first, *second])

    assert [v.array.ctypes.data for v in first] == addresses
    assert [s.weights.size for s in both.segments] == [9, 6]


def test_the_same_set_again_is_one_segment_over_the_same_memory():
    variables = _variables((4,), (5,), (2, 2))
    first = FlatWeights(variables)

    again = FlatWeights(variables)

    assert len(again.segments) == 1
    assert np.shares_memory(again.segments[0].weights, first.segments[0].weights)


def test_variables_between_frozen_ones_are_segments_of_their_own():
    a, b, c = _variables((4,), (5,), (6,))
    FlatWeights([a, b, c])

    flat = FlatWeights([a, c])

    assert [s.weights.size for s in flat.segments] == [4, 6]


def test_clipnorm_scales_all_gradients_by_their_common_length():
    variables = _variables((3,), (4,))
    updater = Updater(optimizers.SGD(lr=1.0, clipnorm=1.0), FlatWeights(variables))
    gradients = [np.full(3, 2.0), np.full(4, 3.0)]
    for variable, gradient in zip(variables, gradients, strict=True):
        updater.weights.gradients[variable][...] = gradient

    updater.apply()

    norm = np.sqrt(3 * 4 + 4 * 9)
    np.testing.assert_allclose(variables[0].array, 1 - 2 / norm, rtol=1e-6)
    np.testing.assert_allclose(variables[1].array, 1 - 3 / norm, rtol=1e-6)


def test_clipvalue_cuts_each_gradient():
    (variable,) = _variables((3,))
    updater = Updater(optimizers.SGD(lr=1.0, clipvalue=0.5), FlatWeights([variable]))
    updater.weights.gradients[variable][...] = [-2.0, 0.25, 2.0]

    updater.apply()

    np.testing.assert_allclose(variable.array, [1.5, 0.75, 0.5])


def test_a_constraint_holds_after_each_update():
    (variable,) = _variables((3,))
    variable.constraint = lambda w: np.maximum(w, 0)
    updater = Updater(optimizers.SGD(lr=1.0), FlatWeights([variable]))
    updater.weights.gradients[variable][...] = [5.0, 0.0, 0.5]

    updater.apply()

    np.testing.assert_allclose(variable.array, [0.0, 1.0, 0.5])


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "Adadelta", "Adamax", "Nadam"])
def test_slots_without_gradient_never_become_denormal(name):
    (variable,) = _variables((10,))
    settings = {"momentum": 0.9} if name == "SGD" else {}
    updater = Updater(optimizers.deserialize({"class_name": name, "config": settings}), FlatWeights([variable]))
    updater.weights.gradients[variable][...] = 1e-12
    updater.apply()
    updater.weights.gradients[variable][...] = 0

    for _ in range(1500):
        updater.apply()
        for slots in updater.slots.values():
            sizes = np.abs(slots[0])
            assert not ((sizes > 0) & (sizes < np.finfo("float32").tiny)).any()
