"""Which calls of layers can be looked at, and their names."""

import numpy as np

from engine import layers
from engine.inspection import layer_names
from engine.models import Model, Sequential

from . import plain


def test_names_in_the_order_in_which_layers_run_inputs_first():
    assert layer_names(plain.digits_model()) == [
        "picture",
        "conv",
        "pool",
        "inner/flat",
        "inner/dense",
        "inner",
        "shared",
        "shared:2",
        "drop",
        "classes",
    ]


def test_models_inside_models_wrappers_and_layers_that_hand_on_what_they_get():
    core = Sequential([layers.Dense(2, input_dim=3, name="dense")], name="core")
    middle = Sequential([core, layers.Activation("linear", name="same")], name="middle")
    x = layers.Input((4, 3), name="x")
    h = layers.TimeDistributed(middle, name="steps")(x)
    h = layers.Bidirectional(layers.LSTM(2, name="lstm"), name="both")(h)
    model = Model(x, h)
    names = layer_names(model)
    assert names[0] == "x" and names[-1] == "both"
    assert "steps/middle/core/dense" in names and "both/forward_lstm" in names
    assert model.inspect(np.ones((5, 4, 3)))["steps/middle/core/dense"].shape == (20, 2)


def test_a_model_used_in_another_model_shows_only_what_belongs_to_the_one_that_is_asked():
    base = Sequential([layers.Dense(2, input_dim=3, name="dense")], name="base")
    head = Model(base.inputs[0], layers.Dense(1, name="head")(base.outputs[0]))
    assert layer_names(base) == ["dense_input", "dense"]
    assert layer_names(head)[1:] == ["dense", "head"]


def test_a_layer_that_was_cut_off_is_gone():
    model = Sequential([layers.Dense(2, input_dim=3, name="stays"), layers.Dense(1, name="goes")])
    model.inspect(np.ones((1, 3)))
    model.layers.pop()
    assert list(model.inspect(np.ones((1, 3)))) == ["stays"]
