"""Sequential: a stack that grows, shrinks and may wait for its input."""

import numpy as np
import pytest

from engine.layers import Activation, Dense, Dropout, Input
from engine.models import Model, Sequential
from tests.counting import calls_of

from .small_models import X


def test_a_stack_grows_and_shrinks():
    model = Sequential([Dense(3, input_shape=(4,))])
    assert model.predict(X).shape == (5, 3)
    model.add(Dense(2))
    assert model.predict(X).shape == (5, 2)
    model.pop()
    assert model.output_shape == (None, 3)
    assert model.predict(X).shape == (5, 3)
    model.pop()
    with pytest.raises(TypeError, match="none"):
        model.pop()
    with pytest.raises(TypeError, match="a layer"):
        model.add("Dense")


def test_a_stack_without_input_shape_is_built_by_its_data():
    model = Sequential([Dense(3), Dropout(0.5), Dense(2)])
    assert model.weights == []
    model.compile("sgd", "mse")
    model.fit(X, np.ones((5, 2)), verbose=0)
    assert model.output_shape == (None, 2)
    assert model.count_params() == 23
    again = Sequential.from_config(model.get_config())
    assert again.output_shape == (None, 2)


def test_an_unbuilt_stack_tells_its_shape_and_stays_unbuilt():
    model = Sequential([Dense(3), Dense(2)])
    assert model.compute_output_shape((None, 4)) == (None, 2)
    assert model.weights == []
    assert not any(layer.built or layer.inbound_nodes for layer in model.layers)


def test_the_input_may_be_a_layer_or_a_model():
    tensor = Input(shape=(4,))
    entry = tensor._keras_history[0]
    assert Sequential([entry, Dense(2)]).layers[0].name.startswith("dense")
    assert Sequential([Sequential([Dense(3, input_dim=4)]), Dense(2)]).output_shape == (None, 2)
    assert Sequential([Model(tensor, Dense(3)(tensor)), Dense(2)]).output_shape == (None, 2)


def test_a_layer_more_costs_the_same_however_many_there_are():
    def stack(count):
        model = Sequential([Activation("relu", input_shape=(4,))])
        for _ in range(count):
            model.add(Activation("relu"))

    stack(3)
    assert calls_of(lambda: stack(800)) < 4.2 * calls_of(lambda: stack(200))


def test_a_name_is_free_again_once_its_layer_is_gone_or_has_another():
    model = Sequential([Dense(3, name="a", input_shape=(2,)), Dense(3, name="b")])
    model.pop()
    model.add(Dense(4, name="b"))
    model.layers[0].name = "c"
    model.add(Dense(5, name="a"))
    assert [layer.name for layer in model.layers] == ["c", "b", "a"]
    with pytest.raises(ValueError, match="'b' twice"):
        model.add(Dense(4, name="b"))
