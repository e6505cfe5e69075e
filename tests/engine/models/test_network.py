"""Networks: finding the graph, calling it like a layer, its config and what is refused in one."""

import copy

import numpy as np
import pytest

from engine.errors import EngineError, GraphError, SettingError, UnknownName
from engine.layers import (
    LSTM,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Input,
    Lambda,
    MaxPooling2D,
    add,
    concatenate,
)
from engine.models import (
    Model,
    Sequential,
    clone_model,
    load_model,
    model_from_config,
    model_from_json,
    model_from_yaml,
)
from tests.counting import calls_of

X = np.random.default_rng(1).normal(size=(5, 4)).astype("float32")


def shared():
    """Two inputs through one layer, joined; two outputs."""
    a, b = Input(shape=(4,), name="a"), Input(shape=(4,), name="b")
    layer = Dense(3, name="shared", activation="tanh")
    joined = concatenate([layer(a), layer(b)], name="joined")
    return Model([a, b], [Dense(1, name="out")(joined), joined])


def same(model, other, x):
    other.set_weights(model.get_weights())
    for y, z in zip(np.atleast_1d(model.predict(x)), np.atleast_1d(other.predict(x)), strict=True):
        np.testing.assert_array_equal(y, z)


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
    with pytest.raises(ValueError, match=r"inner.*\(None, 4\).*\(None, 5\)"):
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


# Sequential


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


# Configs


def test_the_config_is_that_of_keras():
    config = shared().get_config()
    assert [layer["name"] for layer in config["layers"]] == ["a", "b", "shared", "joined", "out"]
    assert config["layers"][2]["inbound_nodes"] == [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]
    assert config["layers"][3]["inbound_nodes"] == [[["shared", 0, 0, {}], ["shared", 1, 0, {}]]]
    assert config["input_layers"] == [["a", 0, 0], ["b", 0, 0]]
    assert config["output_layers"] == [["out", 0, 0], ["joined", 0, 0]]
    entry = Sequential([Dense(2, input_shape=(4,), name="d")], name="s").get_config()
    assert entry["name"] == "s"
    assert entry["layers"][0]["config"]["batch_input_shape"] == [None, 4]


def test_nodes_outside_the_model_are_left_out_of_its_config():
    layer = Dense(3, name="layer")
    layer(Input(shape=(4,)))
    x = Input(shape=(4,), name="x")
    config = Model(x, layer(x)).get_config()
    assert config["layers"][1]["inbound_nodes"] == [[["x", 0, 0, {}]]]
    assert config["output_layers"] == [["layer", 0, 0]]
    assert Model.from_config(config).output_shape == (None, 3)


@pytest.mark.parametrize(
    "read", [lambda m: model_from_json(m.to_json()), lambda m: model_from_yaml(m.to_yaml()), clone_model]
)
def test_a_model_is_read_back(read):
    model = shared()
    again = read(model)
    assert again.get_config() == model.get_config()
    again.set_weights(model.get_weights())
    for y, z in zip(model.predict([X, -X]), again.predict([X, -X]), strict=True):
        np.testing.assert_array_equal(y, z)


def test_older_dialects_are_read():
    model = shared()
    config = copy.deepcopy(model.get_config())
    for layer in config["layers"]:
        layer["inbound_nodes"] = [[item[:3] for item in node] for node in layer["inbound_nodes"]]
    assert model_from_config({"class_name": "Functional", "config": config}).output_names == ["out", "joined"]
    stack = Sequential([Dense(2, input_shape=(4,))])
    bare = {"class_name": "Sequential", "config": stack.get_config()["layers"]}
    assert model_from_config(bare).output_shape == (None, 2)
    entry = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "in"}}
    first = {"class_name": "Sequential", "config": {"name": "s", "layers": [entry, *stack.get_config()["layers"]]}}
    assert model_from_config(first).output_shape == (None, 2)
    nested = Sequential([stack, Dense(1)]).get_config()
    nested["layers"][0]["config"] = nested["layers"][0]["config"]["layers"]
    assert Sequential.from_config(nested).output_shape == (None, 1)


def broken(change):
    config = copy.deepcopy(shared().get_config())
    change(config)
    return config


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda c: c["layers"][2]["inbound_nodes"][0][0].__setitem__(0, "out"), GraphError, ["circle", "out", "shared"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(0, "ghost"), GraphError, ["out", "inbound_nodes[0]", "ghost"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(1, 7), GraphError, ["out", "joined", "7"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(2, 7), GraphError, ["joined", "7"]),
        (lambda c: c["layers"][4]["inbound_nodes"][0][0].__setitem__(1, -1), GraphError, ["out", "-1"]),
        (lambda c: c["layers"][1].update(name="a"), GraphError, ["layers[1]", "two layers named 'a'"]),
        (lambda c: c["layers"][2].update(class_name="Dnse"), UnknownName, ["layers[2]", "'Dense'"]),
        (lambda c: c["layers"][2]["config"].update(units=-1), SettingError, ["layers[2]", "'shared'", "Dense, units"]),
        (lambda c: c["layers"][2]["config"].update(unit=1), EngineError, ["layers[2]", "'unit'", "units"]),
        (lambda c: c["layers"][2].pop("config"), GraphError, ["layers[2]", "class_name and config"]),
        (lambda c: c["layers"].__setitem__(2, None), GraphError, ["layers[2]"]),
        (lambda c: c["output_layers"].__setitem__(0, ["ghost", 0, 0]), GraphError, ["output_layers", "ghost"]),
        (lambda c: c.update(input_layers=[]), GraphError, ["input_layers"]),
        (lambda c: c.pop("layers"), GraphError, ["layers"]),
    ],
)  # fmt: skip
def test_a_broken_config_is_refused_with_its_place(change, error, words):
    with pytest.raises(error) as caught:
        Model.from_config(broken(change))
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_errors_in_a_nested_model_say_the_whole_way():
    inner = Sequential([Dense(3, input_shape=(4,), name="deep")], name="inner")
    config = Sequential([inner, Dense(2)], name="outer").get_config()
    config["layers"][0]["config"]["layers"][0]["config"]["units"] = 0
    with pytest.raises(SettingError, match=r"'outer', layers\[0\].*'inner', layers\[0\].*'deep'.*Dense, units"):
        Sequential.from_config(config)


@pytest.mark.parametrize(
    "config",
    [
        None,
        [],
        {"class_name": "Dense", "config": {"units": 2}},
        {"class_name": "Model"},
        {"class_name": "Model", "config": []},
        {"class_name": "Sequential", "config": 3},
    ],
)
def test_what_is_no_model_is_refused(config):
    with pytest.raises(EngineError):
        model_from_config(config)


# Copies, files, summary


def test_a_clone_has_weights_of_its_own_and_may_stand_on_other_inputs():
    model = Sequential([Dense(3, input_shape=(4,))])
    copy_of = clone_model(model)
    assert not set(copy_of.weights) & set(model.weights)
    x = Input(shape=(4,))
    assert clone_model(model, x).inputs == [x]


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


def test_summary_prints_keras_tables():
    lines = []
    assert (
        Sequential([Dense(3, input_shape=(4,), name="d"), BatchNormalization(name="b")]).summary(print_fn=lines.append)
        is None
    )
    assert lines[0] == "_" * 65
    assert lines[3].split() == ["d", "(Dense)", "(None,", "3)", "15"]
    assert lines[-4:] == ["Total params: 27", "Trainable params: 21", "Non-trainable params: 6", "_" * 65]
    lines.clear()
    shared().summary(print_fn=lines.append)
    assert lines[0] == "_" * 98
    text = "\n".join(lines)
    assert "Connected to" in text
    assert "shared[1][0]" in text
    lines.clear()
    Sequential([Dense(3)]).summary(print_fn=lines.append)
    assert "not built" in "\n".join(lines)


def test_frozen_parts_and_lambda_live_in_models():
    x = Input(shape=(4,))
    y = Lambda(lambda t: t + 1)(Dense(2, trainable=False)(x))
    model = Model(x, y)
    assert model.trainable_weights == []
    assert len(model.non_trainable_weights) == 2
