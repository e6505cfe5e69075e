"""Copies of a model's architecture with fresh weights."""

import numpy as np
import pytest

from engine.layers import Dense, Input
from engine.models import Sequential, clone_model

from .small_models import X, shared


def test_a_clone_has_weights_of_its_own_and_may_stand_on_other_inputs():
    model = Sequential([Dense(3, input_shape=(4,))])
    copy_of = clone_model(model)
    assert not set(copy_of.weights) & set(model.weights)
    x = Input(shape=(4,))
    assert clone_model(model, x).inputs == [x]


def test_a_clone_on_several_tensors_computes_what_the_model_would():
    model = shared()
    a, b = Input(shape=(4,)), Input(shape=(4,))
    copied = clone_model(model, [a, b])
    copied.set_weights(model.get_weights())
    for y, z in zip(model.predict([X, -X]), copied.predict([X, -X]), strict=True):
        np.testing.assert_array_equal(y, z)
    assert copied.name == model.name


def test_a_clone_keeps_shared_layers_shared_and_is_not_compiled():
    copied = clone_model(shared())
    assert len(copied.get_layer("shared").inbound_nodes) == 2
    with pytest.raises(RuntimeError, match="compile"):
        copied.train_on_batch([X, X], [X[:, :1], np.ones((5, 6))])
