"""First values by functions: as Keras 1's `initializations` and as Keras 2's `initializers` had them."""

from __future__ import annotations

import copy
import pickle
import sys

import numpy as np
import pytest

import engine
from engine import backend as K
from engine import initializers
from engine.errors import SettingError, SettingTypeError, ShapeError
from engine.initializers import glorot_uniform, identity, normal, one, orthogonal, uniform, zero
from engine.layers import GRU, LSTM, Convolution2D, Dense, Embedding
from engine.models import Sequential, clone_model

pytestmark = pytest.mark.filterwarnings("ignore:.*Keras 1 spelling")

# A function, and the standard deviation of what it gives for a large kernel.
FORMS = {
    "normal with scale and name": (lambda shape, name=None: normal(shape, scale=0.01, name=name), 0.01),
    "normal of a shape alone": (lambda shape: normal(shape), 0.05),
    "normal with a scale by position": (lambda shape, name=None: normal(shape, 0.2), 0.2),
    "a name that is needed": (lambda shape, name: normal(shape, name=name), 0.05),
    "uniform": (lambda shape, name=None: uniform(shape, scale=0.3, name=name), 0.3 / np.sqrt(3)),
    "glorot_uniform": (lambda shape: glorot_uniform(shape), np.sqrt(2 / 200)),
    "glorot_uniform with the order of axes": (
        lambda shape, name=None, dim_ordering="th": glorot_uniform(shape, name=name, dim_ordering=dim_ordering),
        np.sqrt(2 / 200),
    ),
    "zero": (lambda shape, name=None: zero(shape, name=name), 0.0),
    "one": (lambda shape, name=None: one(shape, name=name), 0.0),
    "orthogonal": (lambda shape, name=None: orthogonal(shape, scale=2.0, name=name), 0.2),
    "get by name": (lambda shape, name=None: initializers.get("normal")(shape, scale=0.02, name=name), 0.02),
    "get with the order of axes": (initializers.get("glorot_uniform", dim_ordering="tf"), np.sqrt(2 / 200)),
    "the function itself": (glorot_uniform, np.sqrt(2 / 200)),
    "the class": (normal, 0.05),
    "K.variable": (lambda shape, name=None: K.variable(np.random.normal(0, 0.1, shape), name=name), 0.1),
    "an array": (lambda shape, dtype=None: np.random.normal(0, 0.1, shape), 0.1),
    "an array, a scale of one's own": (lambda shape, scale=0.1: np.random.normal(0, scale, shape), 0.1),
    "lists": (lambda shape: np.random.normal(0, 0.1, shape).tolist(), 0.1),
    "a tensor": (lambda shape, dtype=None: K.random_normal(shape, stddev=0.1, dtype=dtype), 0.1),
    "a sum of tensors": (lambda shape: K.random_normal(shape) * 0.1 + 1.0, 0.1),
    "dtype by position": (lambda shape, kind: np.ones(shape, kind), 0.0),
    "any keywords": (lambda shape, **kwargs: np.random.normal(0, 0.1, shape), 0.1),
    "a function written in C": (np.ones, 0.0),
}


@pytest.mark.parametrize("argument", ["init", "kernel_initializer"])
@pytest.mark.parametrize("form", FORMS)
def test_a_function_in_any_form_fills_a_kernel(form, argument):
    function, deviation = FORMS[form]
    model = Sequential([Dense(100, input_dim=100, **{argument: function})])
    kernel = model.get_weights()[0]
    assert kernel.dtype == "float32" and kernel.shape == (100, 100)
    np.testing.assert_allclose(kernel.std(), deviation, rtol=0.1, atol=1e-6)
    assert clone_model(model).get_weights()[0].shape == (100, 100)


def test_functions_reach_every_weight_of_recurrent_layers_windows_and_embeddings():
    def small(shape, name=None, dim_ordering="th"):
        return normal(shape, scale=0.001, name=name)

    model = Sequential(
        [
            Embedding(50, 8, init=small, input_length=6),
            LSTM(4, init=small, inner_init=small, forget_bias_init=lambda shape, name=None: one(shape, name=name)),
        ]
    )
    deviations = [weight.std() for weight in model.get_weights()[:3]]
    np.testing.assert_allclose(deviations, 0.001, rtol=0.5)
    image = Sequential([Convolution2D(16, 3, 3, input_shape=(8, 8, 3), init=small)])
    np.testing.assert_allclose(image.get_weights()[0].std(), 0.001, rtol=0.2)
    biased = Sequential([GRU(3, input_shape=(2, 2), bias_initializer=lambda shape: np.full(shape, 0.5))])
    assert biased.get_weights()[2].tolist() == [0.5] * 9


def test_the_bias_of_the_forget_gate_is_one_over_a_function_as_well():
    layer = LSTM(2, input_shape=(3, 2), bias_initializer=lambda shape, name=None: zero(shape, name=name))
    assert Sequential([layer]).get_weights()[2].tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


def test_a_function_called_with_a_shape_gives_a_variable_of_that_name():
    variable = normal((3, 4), scale=0.5, name="w")
    assert variable.name == "w" and K.int_shape(variable) == (3, 4)
    assert K.eval(identity((3, 3), scale=2)).tolist() == (2 * np.eye(3)).tolist()
    q = K.eval(orthogonal((4, 4)))
    np.testing.assert_allclose(q @ q.T, 1.1**2 * np.eye(4), atol=1e-5)
    assert K.eval(zero(shape=(2,))).tolist() == [0, 0] and K.eval(one([2])).tolist() == [1, 1]


def test_the_order_of_axes_counts_for_the_fans_alone():
    np.random.seed(0)
    first = K.eval(glorot_uniform((64, 4, 3, 3), dim_ordering="th"))
    last = K.eval(glorot_uniform((3, 3, 4, 64), dim_ordering="tf"))
    assert first.shape == (64, 4, 3, 3)
    limit = np.sqrt(6 / (9 * 68))
    for kernel in (first, last):
        np.testing.assert_allclose(np.abs(kernel).max(), limit, rtol=0.02)


def test_initializers_are_made_copied_and_pickled_as_before():
    for made in (normal(0.0, 0.1), glorot_uniform(3), initializers.Constant([1, 2]), identity(gain=2.0)):
        for again in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert type(again) is type(made) and again.get_config() == made.get_config()


def test_the_module_of_keras_1_has_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", engine)
    namespace: dict[str, object] = {}
    exec("from keras import initializations\nfrom keras.initializations import normal, get", namespace)
    made = namespace["normal"]((2, 3), scale=0.01, name="w")
    assert (made.shape, made.name) == ((2, 3), "w")
    assert namespace["get"]("zero")((2,)).tolist() == [0, 0]


def test_what_cannot_fill_a_weight_is_refused_in_words():
    with pytest.raises(ShapeError, match=r"expected an array of shape \(3, 2\), found shape \(1, 1\)"):
        Sequential([Dense(2, input_dim=3, init=lambda shape, name=None: np.ones((1, 1)))]).get_weights()
    with pytest.raises(SettingTypeError, match="gives back nothing"):
        Sequential([Dense(2, input_dim=3, init=lambda shape, name=None: None)]).get_weights()
    with pytest.raises(SettingError, match="no scale"):
        glorot_uniform((3, 2), scale=0.1)
