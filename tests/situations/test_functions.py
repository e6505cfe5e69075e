"""Functions and classes of the user's own: a model that has them is copied within its process, and files stay without code."""

from __future__ import annotations

import base64
import copy
import gc
import json
import marshal
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable

import h5py
import numpy as np
import pytest

from engine import backend as K
from engine.errors import GraphError, UnknownName
from engine.layers import (
    LSTM,
    Bidirectional,
    Dense,
    Input,
    Lambda,
    Layer,
    Masking,
    Merge,
    TimeDistributed,
)
from engine.models import Model, Sequential, clone_model, load_model, model_from_json, model_from_yaml
from engine.utils import CustomObjectScope, get_custom_objects
from kwidgets import Builder
from kwidgets.refused import Refused


class Fivefold(Layer):
    """A layer of the user's own, without a config."""

    def call(self, inputs):
        return inputs * 5


def tripled(x):
    return x * 3


def stack() -> Sequential:
    return Sequential([Dense(2, input_dim=3), Lambda(lambda t: t * 2)])


def settings() -> Model:
    x = Input((3,))
    y = Dense(
        2,
        activation=lambda t: t * t,
        kernel_initializer=lambda shape, dtype=None: np.full(shape, 0.5),
        kernel_regularizer=lambda w: K.sum(w) * 0.1,
        kernel_constraint=lambda w: w,
    )(x)
    return Model(x, Fivefold()(y))


def several_inputs() -> Model:
    a, b = Input((3,)), Input((3,))
    joined = Lambda(
        lambda t, factor, row, relu: relu(t[0] * factor + K.constant(row) - t[1]),
        output_shape=lambda shapes: shapes[0],
        arguments={"factor": 3, "row": np.arange(3.0), "relu": K.relu},
    )([a, b])
    return Model([a, b], [Dense(1)(joined), Lambda(tripled)(joined)])


def wrapped() -> Sequential:
    return Sequential(
        [
            TimeDistributed(Lambda(lambda t: t * 2), input_shape=(4, 3)),
            Bidirectional(LSTM(2, activation=lambda t: t * 0.5)),
        ]
    )


def nested() -> Model:
    x = Input((3,))
    return Model(x, Sequential([stack(), Dense(1, activation=tripled)])(x))


def merged() -> Sequential:
    return Sequential([Merge([Dense(2, input_dim=3), Dense(2, input_dim=3)], mode=lambda t: t[0] * t[1])])


MODELS: list[Callable[[], Model]] = [stack, settings, several_inputs, wrapped, nested, merged]


def data_for(model: Model) -> list[np.ndarray]:
    stream = np.random.default_rng(0)
    return [stream.normal(size=(5, *x.shape[1:])).astype("float32") for x in model.inputs]


def predictions(model: Model, data: list[np.ndarray]) -> list[np.ndarray]:
    given = model.predict(data if len(data) > 1 else data[0])
    return given if isinstance(given, list) else [given]


def with_weights(copied: Model, original: Model) -> Model:
    copied.set_weights(original.get_weights())
    return copied


WAYS: dict[str, Callable[[Model], Model]] = {
    "clone_model": lambda m: with_weights(clone_model(m), m),
    "deepcopy": copy.deepcopy,
    "pickle": lambda m: pickle.loads(pickle.dumps(m)),
    "from_config": lambda m: with_weights(type(m).from_config(m.get_config()), m),
    "a copy of the config": lambda m: with_weights(type(m).from_config(copy.deepcopy(m.get_config())), m),
    "a pickle of the config": lambda m: with_weights(
        type(m).from_config(pickle.loads(pickle.dumps(m.get_config()))), m
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_a_copy_within_the_process_keeps_functions(make, way):
    model = make()
    data = data_for(model)
    for expected, given in zip(predictions(model, data), predictions(WAYS[way](model), data), strict=True):
        np.testing.assert_array_equal(given, expected)


@pytest.mark.parametrize("way", ["deepcopy", "pickle"])
def test_a_copy_goes_on_with_losses_and_metrics_that_are_functions(way):
    model = stack()
    model.compile("sgd", loss=lambda t, p: K.mean(K.square(t - p)), metrics=[lambda t, p: K.mean(p), "mae"])
    x, y = np.ones((4, 3)), np.zeros((4, 2))
    model.fit(x, y, verbose=0)
    copied = WAYS[way](model)
    assert copied.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)
    assert copied.fit(x, y, verbose=0).history == model.fit(x, y, verbose=0).history


@pytest.mark.parametrize("way", [*WAYS, "Sequential.from_config"])
def test_a_lambda_keeps_its_mask(way):
    model = Sequential([Masking(input_shape=(4, 2)), Lambda(lambda t: t, mask=lambda x, m: None), LSTM(2)])
    ways = {**WAYS, "Sequential.from_config": WAYS["from_config"]}
    x = np.ones((2, 4, 2))
    x[:, 2:] = 0
    np.testing.assert_array_equal(ways[way](model).predict(x), model.predict(x))


def test_a_lambda_takes_its_arguments_by_position_as_keras_does():
    layer = Lambda(lambda t, k=1: t * k, (3,), None, {"k": 4})
    assert np.asarray(layer(np.ones((1, 3)))).tolist() == [[4, 4, 4]]


@pytest.mark.parametrize("write", [Model.to_json, Model.to_yaml])
def test_texts_hold_names_alone(write):
    text = write(settings())
    read = model_from_json if text.startswith("{") else model_from_yaml
    assert "<lambda>" in text and "Fivefold" in text
    with pytest.raises(UnknownName, match="custom_objects"):
        read(text)


@pytest.mark.parametrize("name", ["lambda_of_mine", "<lambda>"])
@pytest.mark.parametrize("code", [False, True])
def test_a_lambda_of_a_file_is_loaded_by_the_names_of_layer_and_function(tmp_path, name, code):
    model = Sequential([Lambda(lambda t: t * 2, name="lambda_of_mine", input_shape=(3,)), Dense(2)])
    function = model.layers[0].function
    model.save(tmp_path / "model.h5")
    text = model.to_json()
    if code:
        stored = base64.b64encode(marshal.dumps(function.__code__)).decode()
        text = text.replace('"function": "<lambda>"', f'"function": ["{stored}", null, null]')
        text = text.replace('"function_type": "function"', '"function_type": "lambda"')
    x = np.ones((2, 3))
    loaded = model_from_json(text, custom_objects={name: function})
    loaded.set_weights(model.get_weights())
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))
    if not code:
        assert load_model(tmp_path / "model.h5", {name: function}).predict(x).tolist() == model.predict(x).tolist()


def named(name: str, *, lines: str = "    return x + len('scale')") -> object:
    scope: dict[str, object] = {}
    exec(f"def {name}(x):\n{lines}", scope)
    return scope[name]


@pytest.mark.parametrize("form", ["list", "text", "as Keras 2.0 wrote it"])
def test_stored_code_is_known_by_the_name_of_its_function_and_by_no_name_inside_it(form):
    code = named("scale_by").__code__
    stored = base64.b64encode(marshal.dumps(code)).decode()
    if form == "as Keras 2.0 wrote it":
        stored = marshal.dumps(code).decode("raw_unicode_escape")
    function = [stored, None, None] if form != "text" else stored
    config = {"name": "lambda_7", "function": function, "function_type": "lambda", "arguments": {}}
    assert Lambda.from_config(config, {"scale_by": tripled}).function is tripled
    for other in ("len", "scale", "x", "scale_b", "lambda"):
        with pytest.raises(GraphError, match="'lambda_7': function"):
            Lambda.from_config(config, {other: tripled})


def test_the_hint_of_a_refused_lambda_can_be_followed():
    config = {"name": "lambda_7", "function": ["4wEAAAA=", None, None], "function_type": "lambda"}
    with pytest.raises(GraphError) as refusal:
        Lambda.from_config(config)
    hint = str(refusal.value.hint)
    objects = eval(hint[hint.index("{") : hint.index("}") + 1], {"function": tripled})
    assert Lambda.from_config(config, objects).function is tripled


def test_a_builder_opens_a_file_with_stored_code_once_the_hint_is_followed(tmp_path):
    model = Sequential([Lambda(tripled, name="lambda_of_a_file", input_shape=(3,)), Dense(2)])
    model.save(tmp_path / "m.h5")
    stored = base64.b64encode(marshal.dumps(tripled.__code__)).decode()
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        config = json.loads(file.attrs["model_config"])
        config["config"]["layers"][0]["config"].update(function=[stored, None, None], function_type="lambda")
        file.attrs["model_config"] = json.dumps(config)
    with pytest.raises(GraphError) as refusal:
        Builder(tmp_path / "m.h5")
    assert "get_custom_objects()['lambda_of_a_file'] = function" in str(refusal.value.hint)
    x = np.ones((2, 3))
    for name in ("lambda_of_a_file", "tripled"):
        with CustomObjectScope({name: tripled}):
            np.testing.assert_array_equal(Builder(tmp_path / "m.h5").model.predict(x), model.predict(x))
        assert load_model(tmp_path / "m.h5", {name: tripled}).layers[0].function is tripled


def test_custom_objects_stand_before_what_a_config_remembers():
    config = stack().get_config()
    changed = Sequential.from_config(config, {"<lambda>": tripled})
    assert changed.layers[1].function is tripled


def test_an_initializer_of_ones_own_is_loaded_by_its_name():
    def halves(shape, dtype=None):
        return np.full(shape, 0.5)

    model = Sequential([Dense(2, input_dim=2, kernel_initializer=halves)])
    again = model_from_json(model.to_json(), {"halves": halves})
    assert again.get_weights()[0].tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_a_pickle_of_a_lambda_is_explained_in_another_process(tmp_path):
    file = tmp_path / "model.pickle"
    file.write_bytes(pickle.dumps(stack()))
    program = """
import pickle, sys, numpy as np
from engine.utils import CustomObjectScope, get_custom_objects
data = open(sys.argv[1], "rb").read()
try:
    pickle.loads(data)
except ValueError as error:
    print(error)
with CustomObjectScope({"<lambda>": lambda t: t * 2}):
    print(pickle.loads(data).predict(np.ones((1, 3))).shape)
"""
    run = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
    said, shape = run.stdout.strip().splitlines()
    assert "<lambda>" in said and "custom_objects" in said
    assert shape == "(1, 2)"


def test_a_pickle_names_a_function_of_a_module_by_its_address(tmp_path):
    file = tmp_path / "model.pickle"
    file.write_bytes(pickle.dumps(Sequential([Lambda(K.square, input_shape=(3,))])))
    program = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb')).predict([[1.0, 2.0, 3.0]]).tolist())"
    run = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[[1.0, 4.0, 9.0]]"


def test_functions_that_pickles_have_asked_for_are_given_back():
    model = stack()
    function = weakref.ref(model.layers[1].function)
    data = pickle.dumps(model)
    del model
    gc.collect()
    assert function() is None
    with pytest.raises(UnknownName), CustomObjectScope({}):
        pickle.loads(data)


@pytest.mark.parametrize("make", [stack, settings, nested], ids=lambda make: make.__name__)
def test_a_builder_opens_a_model_with_functions(make):
    model = make()
    model.compile("sgd", loss=lambda t, p: K.mean(K.square(t - p)))
    builder = Builder(model)
    data = data_for(model)
    assert builder.document.problems() == []
    np.testing.assert_array_equal(builder.model.predict(data[0]), model.predict(data[0]))
    fresh = Builder(builder.to_yaml()).model
    fresh.set_weights(model.get_weights())
    np.testing.assert_array_equal(fresh.predict(data[0]), model.predict(data[0]))


def test_two_models_with_functions_of_one_name_are_told_apart_in_builders():
    one, two = (Sequential([Lambda(f, name="scaled", input_shape=(2,))], name="tower") for f in (abs, tripled))
    x = -np.ones((1, 2))
    first, second = Builder(one), Builder(two)
    assert first.model.predict(x).tolist() == [[1, 1]]
    assert second.model.predict(x).tolist() == [[-3, -3]]


def test_a_text_with_an_unknown_function_is_refused_by_the_builder_in_words():
    text = stack().to_json()
    with pytest.raises(Refused, match="custom_objects"):
        Builder(text)


@pytest.mark.parametrize("make", [stack, settings, nested], ids=lambda make: make.__name__)
def test_an_exported_program_says_what_is_to_be_defined_and_runs_with_it(make):
    model = make()
    model.compile("sgd", loss=lambda t, p: K.mean(K.square(t - p)))
    program = Builder(model).to_python()
    yours = {line.split()[1] for line in program.splitlines() if " is yours: " in line}
    assert f"loss_of_{model.name}" in yours
    namespace = {name: get_custom_objects()[name] for name in yours}
    exec(program, namespace)
    data = data_for(model)
    namespace["model"].set_weights(model.get_weights())
    np.testing.assert_array_equal(namespace["model"].predict(data[0]), model.predict(data[0]))
