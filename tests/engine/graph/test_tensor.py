import numpy as np
import pytest

from engine import backend as K
from engine._graph.tensor import Placeholder, Variable
from engine.errors import GraphError, ShapeError
from engine.layers import Dense, Dropout, Input
from engine.models import Model, model_from_yaml


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


def test_sizes_are_asked_for_their_value_as_tensorflow_has_it():
    x = Input((4, 3))
    assert (x.shape[1].value, x.get_shape()[-1].value, x.shape.dims[2].value) == (4, 3, 3)
    assert x.shape[0] is None and x.shape.dims[0] is None and [n.value for n in x.shape[1:].dims] == [4, 3]
    assert (x.shape.num_elements(), K.zeros((2, 5)).shape.num_elements()) == (None, 10)
    model = Model(x, Dense(x.shape[2], name="wide")(x))
    assert model_from_yaml(model.to_yaml()).get_layer("wide").units == 3  # such a size is written as any number is


def test_a_tensor_is_computed_by_its_own_method():
    x, phase = Input((2,)), K.learning_phase()
    y = Dropout(0.5)(x * 2.0)
    rows = np.ones((50, 2), "float32")
    np.testing.assert_array_equal(y.eval({x: rows}), rows * 2)
    assert set(np.unique(y.eval(feed_dict={x: rows, phase: 1}, session=K.get_session()))) == {0.0, 4.0}
    assert (K.variable([1.0, 2.0]) + 1).eval().tolist() == [2.0, 3.0] and K.sum(K.ones((3,))).eval() == 3.0
    with pytest.raises(GraphError, match="not fed"):
        y.eval()


def test_tensors_of_layers_are_named_by_layer_and_operation():
    x = Input((2,), name="rows")
    dense = Dense(3, name="first")
    y, again = dense(x), dense(x)
    model = Model(x, Dense(2, activation="softmax", name="classes")(y))
    assert [model.input.op.name, model.output.op.name, model.output.name] == [
        "rows",
        "classes/Softmax",
        "classes/Softmax:0",
    ]
    assert y.op.name.startswith("first/") and again.op.name.startswith("first_1/")
    assert model.output.op.outputs == [model.output]


def test_a_weight_is_read_and_set_as_theanos_and_begins_again_as_tensorflows():
    dense = Dense(3, kernel_initializer="uniform")
    Model(x := Input((4,)), dense(x))
    first = dense.kernel.get_value(borrow=True)
    written = first.copy()
    first += 1  # a copy, which changes no weight
    np.testing.assert_array_equal(dense.kernel.get_value(), written)
    dense.kernel.set_value(np.zeros((4, 3)))
    assert not dense.get_weights()[0].any() and dense.kernel.value() is dense.kernel.read_value() is dense.kernel
    dense.kernel.initializer.run(session=K.get_session())
    np.testing.assert_array_equal(dense.kernel.get_value(), written)
    dense.set_weights([np.ones((4, 3)), np.ones(3)])
    K.get_session().run([weight.initializer for weight in dense.weights])
    np.testing.assert_array_equal(dense.kernel.get_value(), written)
    assert not dense.bias.get_value().any()
