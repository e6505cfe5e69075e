"""`K.placeholder()` of any shape, and makers of tensors called with little."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.errors import GraphError, ShapeError

SHAPES = [(), (4,), (2, 3), (2, 3, 4)]
COMPUTATIONS = {
    "arithmetic": (lambda x: (x * 2 + 1) / 3 - x, lambda x: (x * 2 + 1) / 3 - x),
    "functions": (lambda x: K.exp(K.clip(x, 0, 1)) + K.square(x), lambda x: np.exp(np.clip(x, 0, 1)) + x**2),
    "sum": (K.sum, np.sum),
    "mean": (lambda x: K.mean(x) * 3, lambda x: np.mean(x) * 3),
    "deviation": (K.std, np.std),
    "comparison": (lambda x: K.cast(K.greater(x, 0), "float32"), lambda x: (x > 0).astype("float32")),
    "choice": (lambda x: K.switch(K.less(x, 0), -x, x), np.abs),
    "gradient": (lambda x: K.gradients(K.sum(K.square(x)), x)[0], lambda x: 2 * x),
    "gradient of a mean": (lambda x: K.gradients(K.mean(x * x), x)[0], lambda x: 2 * x / np.size(x)),
    "itself": (lambda x: x, lambda x: x),
}


@pytest.mark.parametrize("name", COMPUTATIONS)
def test_one_function_takes_arrays_of_any_shape(name):
    recorded, expected = COMPUTATIONS[name]
    x = K.placeholder()
    function = K.function([x], [recorded(x)])
    for shape in (*SHAPES, *SHAPES):
        value = np.random.default_rng(0).normal(size=shape)
        np.testing.assert_allclose(function([value])[0], expected(value), rtol=1e-5, atol=1e-6)


def test_it_stands_beside_others_and_weights_and_the_phase():
    x, y, w = K.placeholder(), K.placeholder(shape=(None, 3)), K.variable(np.ones((3, 3)))
    function = K.function([x, y, K.learning_phase()], [K.dot(y, w) * x, x + 1], [(w, w * 2)])
    rows = np.ones((2, 3))
    assert function([2.0, rows, 0])[0].tolist() == [[6, 6, 6]] * 2
    product, more = function([rows, rows, 1])
    assert product.tolist() == [[6, 6, 6]] * 2 and more.shape == (2, 3)
    assert K.eval(w)[0, 0] == 4


def test_what_is_updated_by_it_is_updated():
    x, total = K.placeholder(), K.variable(1.0)
    add = K.function([x], [], updates=[(total, total + K.sum(x))])
    add([3.0]), add([[1.0, 2.0]])
    assert K.eval(total) == 7


def test_it_has_a_type_and_a_name_and_no_shape():
    x = K.placeholder(dtype="int32", sparse=False, name="any")
    assert K.dtype(x) == "int32" and x.name == "any"
    assert K.int_shape(x) is None and K.ndim(x) is None
    assert K.function([x], [x + 1])([[1, 2]])[0].tolist() == [2, 3]


def test_an_operation_that_needs_axes_is_refused_with_what_to_write():
    x = K.placeholder()
    with pytest.raises(GraphError, match=r"K.placeholder\(\) as an input of Reshape.*ndim="):
        K.function([x], [K.flatten(x)])([[1.0]])
    with pytest.raises(ShapeError):
        K.sum(x, axis=-1)


def test_makers_of_tensors_take_one_number_for_one_axis():
    assert K.placeholder(3).shape == (3,) and K.placeholder(ndim=0).shape == ()
    assert K.eval(K.zeros(3)).tolist() == [0, 0, 0] and K.eval(K.ones(2)).tolist() == [1, 1]
    assert K.eval(K.eye((2, 3))).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert K.random_normal_variable(4, 0, 1).shape == K.random_uniform_variable(4, 0, 1).shape == (4,)


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: K.sum(x, axis=-1),
        lambda x: K.softmax(x * 2 + 1),
        lambda x: K.reverse(x, -1),
        lambda x: K.concatenate([x, x]),
        lambda x: K.dot(x, K.ones((6, 2))),
        lambda x: x[0],
    ],
)
def test_every_operation_on_axes_says_how_the_placeholder_gets_them(operation):
    with pytest.raises(ShapeError, match=r"write K\.placeholder\(ndim=\.\.\.\)"):
        operation(K.placeholder())
    with pytest.raises(ShapeError) as caught:
        K.sum(K.placeholder(ndim=1), axis=4)
    assert "ndim=" not in str(caught.value)


def test_a_number_of_axes_below_0_is_refused():
    with pytest.raises(ValueError, match="ndim: expected a whole number, 0 or above, found -1"):
        K.placeholder(ndim=-1)
