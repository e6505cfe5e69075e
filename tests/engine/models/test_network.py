"""Networks: finding the graph, calling it like a layer, its config and what is refused in one."""

import numpy as np
import pytest

from engine.errors import EngineError, GraphError
from engine.layers import (
    LSTM,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    Input,
    Lambda,
    MaxPooling2D,
    add,
)
from engine.models import (
    Model,
    Sequential,
    load_model,
    model_from_json,
)
from tests.counting import calls_of

from .small_models import X, same, shared

# Finding the graph


def test_layers_stand_by_depth_with_inputs_first():
    model = shared()
    assert [layer.name for layer in model.layers] == ["a", "b", "shared", "joined", "out"]
    assert model.input_names == ["a", "b"]
    assert model.output_names == ["out", "joined"]
    assert model.get_layer("shared") is model.layers[2] is model.get_layer(index=2)
    assert len(model.trainable_weights) == 4
    with pytest.raises(ValueError, match="'nobody'"):
        model.get_layer("nobody")


def chain(depth):
    x = y = Input(shape=(4,))
    for _ in range(depth):
        y = Dense(4)(y)
    return Model.from_config(Model(x, y).get_config())


def diamonds(depth):
    x = y = Input(shape=(4,))
    for _ in range(depth):  # twice as many paths each time
        y = add([Activation("relu")(y), Activation("tanh")(y)])
    model = Model(x, y)
    assert model(Input(shape=(4,))).shape == (None, 4)
    assert model.predict(X).shape == (5, 4)


@pytest.mark.parametrize("build", [chain, diamonds])
def test_depth_and_number_of_paths_cost_nothing(build):
    build(2)
    assert calls_of(lambda: build(30)) < 3 * calls_of(lambda: build(15))
    assert chain(1000).count_params() == 20_000


def test_a_large_network_is_built_without_memory():
    model = Sequential()
    first = {"input_shape": (224, 224, 3)}
    for count, filters in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(count):
            model.add(Conv2D(filters, 3, padding="same", activation="relu", **first))
            first = {}
        model.add(MaxPooling2D())
    for layer in (Flatten(), Dense(4096), Dense(4096), Dense(1000)):
        model.add(layer)
    assert model.count_params() == 138_357_544
    assert not any(w.materialised for w in model.weights)


def test_inputs_that_are_not_given_are_named():
    a, b = Input(shape=(4,)), Input(shape=(4,), name="forgotten")
    with pytest.raises(GraphError, match="forgotten"):
        Model(a, add([a, b]))


@pytest.mark.parametrize(
    "make",
    [
        lambda x: Model(x, x * 2),
        lambda x: Model(x, Dense(2)(x * 2)),
        lambda x: Model([x, x], Dense(2)(x)),
        lambda x: Model(x, Dense(2, name="twin")(Dense(2, name="twin")(x))),
        lambda x: Model(np.ones((1, 4)), Dense(2)(x)),
    ],
    ids=["output of no layer", "input of no layer", "input twice", "name twice", "array"],
)
def test_graphs_that_cannot_be_are_refused(make):
    with pytest.raises(EngineError):
        make(Input(shape=(4,)))


# Calling it


def test_a_model_is_called_like_a_layer_and_shares_its_weights():
    inner = Sequential([Dense(3, input_shape=(4,)), BatchNormalization()], name="inner")
    x = Input(shape=(4,))
    outer = Model(x, Dense(2)(inner(x)))
    np.testing.assert_allclose(inner(X), inner.predict(X), rtol=1e-6)
    assert set(inner.weights) <= set(outer.weights)
    assert len(outer.updates) == 2
    inner.trainable = False
    assert len(outer.trainable_weights) == 2
    assert len(outer.weights) == 8
    same(outer, model_from_json(outer.to_json()), X)


def test_a_wrong_input_of_a_model_is_refused_by_its_name():
    inner = Sequential([Dense(3, input_shape=(4,))], name="inner")
    with pytest.raises(ValueError, match=r"'inner' gets 5 numbers.*needs an input of shape 4 numbers"):
        inner(Input(shape=(5,)))


def test_masks_go_through_a_nested_model():
    inner = Sequential([Embedding(9, 4, mask_zero=True, input_length=5)])
    x = Input(shape=(5,))
    y = inner(x)
    assert y._mask is not None
    model = Model(x, LSTM(2)(y))
    words = np.array([[1, 2, 0, 0, 0]])
    unmasked = Input(shape=(2,))
    flat = Model(unmasked, model.layers[-1](inner.layers[0].__class__(9, 4, weights=inner.get_weights())(unmasked)))
    np.testing.assert_allclose(model.predict(words), flat.predict(words[:, :2]), rtol=1e-5)


# Copies, files, summary


def test_weights_and_models_go_through_files(tmp_path):
    model = shared()
    model.compile("adam", ["mse", "mae"])
    y = [np.ones((5, 1)), np.ones((5, 6))]
    model.train_on_batch([X, X], y)
    model.save(tmp_path / "model.h5")
    again = load_model(tmp_path / "model.h5")
    for w, v in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(w, v)
    assert model.train_on_batch([X, X], y) == again.train_on_batch([X, X], y)
    np.testing.assert_array_equal(model.get_weights()[0], again.get_weights()[0])
    model.save_weights(tmp_path / "weights.h5")
    fresh = shared()
    fresh.load_weights(tmp_path / "weights.h5")
    np.testing.assert_array_equal(fresh.get_weights()[0], model.get_weights()[0])
    named = Sequential([Dense(3, name="shared", input_shape=(4,)), Dense(7, name="other")])
    named.load_weights(tmp_path / "weights.h5", by_name=True)
    np.testing.assert_array_equal(named.get_weights()[0], model.get_weights()[0])
    with pytest.raises(ValueError, match="1 layers with weights"):
        Sequential([Dense(3, input_shape=(4,))]).load_weights(tmp_path / "weights.h5")


def test_frozen_parts_and_lambda_live_in_models():
    x = Input(shape=(4,))
    y = Lambda(lambda t: t + 1)(Dense(2, trainable=False)(x))
    model = Model(x, y)
    assert model.trainable_weights == []
    assert len(model.non_trainable_weights) == 2
